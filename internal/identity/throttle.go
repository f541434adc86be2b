package identity

import (
	"context"
	"time"

	"parley/internal/kit/limit"
)

// Rates are how often one thing may be done from one address and by one user.
type Rates struct{ Address, User limit.Rate }

// Throttle holds those who do one thing to its [Rates]. It is safe for concurrent
// use.
type Throttle struct{ byAddress, byUser *limit.Window }

// NewThrottle returns a throttle that nobody has come to.
func NewThrottle() *Throttle {
	return &Throttle{byAddress: limit.NewWindow(0), byUser: limit.NewWindow(0)}
}

// Take counts one more of whoever asks by ctx. It returns 0, or how long to wait.
func (t *Throttle) Take(ctx context.Context, r Rates) time.Duration {
	if client, ok := ClientFrom(ctx); ok && client.Address.IsValid() {
		if wait := t.byAddress.Take(limit.AddressKey(client.Address), r.Address); wait > 0 {
			return wait
		}
	}
	if p, ok := From(ctx); ok {
		return t.byUser.Take(string(p.User), r.User)
	}
	return 0
}
