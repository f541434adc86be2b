package identity

import (
	"context"
	"crypto/sha256"
	"strings"
	"time"

	"parley/internal/kit/fault"
	"parley/internal/kit/limit"
)

// ErrThrottled is returned to who tries too often; it says when to come back.
var ErrThrottled = fault.New(fault.Limited, "throttled", "Too many attempts. Wait a moment and try again.")

// attempts slows down the guessing of passwords: of one account from anywhere,
// and of any account from one address. The delays stay short, since a stranger
// who guesses also keeps the user from signing in; sessions that exist go on.
type attempts struct {
	byAccount *limit.Backoff
	byAddress *limit.Backoff
}

func newAttempts() attempts {
	return attempts{
		byAccount: limit.NewBackoff(limit.BackoffRule{Free: 10, First: time.Second, Longest: time.Minute, Forget: 15 * time.Minute}),
		byAddress: limit.NewBackoff(limit.BackoffRule{Free: 30, First: time.Second, Longest: time.Minute, Forget: 15 * time.Minute}),
	}
}

// attempt is one that is under way; it counts as failed until it is told
// otherwise.
type attempt struct {
	attempts
	account, address string
}

// begin returns [ErrThrottled] for an attempt that comes too early. An address
// that belongs to nobody counts like any other, so it tells nothing.
func (a attempts) begin(ctx context.Context, email string) (attempt, error) {
	// The key is a hash so that it is small whatever was typed.
	sum := sha256.Sum256([]byte(strings.ToLower(strings.TrimSpace(email))))
	one := attempt{attempts: a, account: string(sum[:])}
	if client, ok := ClientFrom(ctx); ok {
		one.address = limit.AddressKey(client.Address)
		if wait := a.byAddress.Try(one.address); wait > 0 {
			return attempt{}, ErrThrottled.After(wait)
		}
	}
	if wait := a.byAccount.Try(one.account); wait > 0 {
		one.forgiveAddress()
		return attempt{}, ErrThrottled.After(wait)
	}
	return one, nil
}

// succeeded clears the account. The address only gets this attempt back: with an
// account of their own, guessers could otherwise start afresh at will.
func (a attempt) succeeded() {
	a.byAccount.Reset(a.account)
	a.forgiveAddress()
}

// void takes back an attempt that was neither right nor wrong.
func (a attempt) void() {
	a.byAccount.Forgive(a.account)
	a.forgiveAddress()
}

func (a attempt) forgiveAddress() {
	if a.address != "" {
		a.byAddress.Forgive(a.address)
	}
}
