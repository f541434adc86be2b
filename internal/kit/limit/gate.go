package limit

import (
	"context"
	"time"

	"parley/internal/kit/fault"
)

// ErrBusy is returned by a [Gate] before which too many wait already.
var ErrBusy = fault.New(fault.Unavailable, "server_busy", "The server is busy. Try again in a moment.").After(2 * time.Second)

// Gate lets few in at once, has some wait and turns the rest away.
type Gate struct {
	inside  chan struct{}
	present chan struct{} // inside or waiting
}

// NewGate returns a gate with room for inside callers at once and waiting more
// before it.
func NewGate(inside, waiting int) *Gate {
	return &Gate{inside: make(chan struct{}, inside), present: make(chan struct{}, inside+waiting)}
}

// Do runs work inside the gate. It returns [ErrBusy] at once when too many wait,
// and the cause of ctx when that ends before there is room; then work has not
// run.
func (g *Gate) Do(ctx context.Context, work func()) error {
	select {
	case g.present <- struct{}{}:
		defer func() { <-g.present }()
	default:
		return ErrBusy
	}
	select {
	case g.inside <- struct{}{}:
		defer func() { <-g.inside }()
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	work()
	return nil
}
