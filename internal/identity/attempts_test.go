package identity_test

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"parley/internal/identity"
	"parley/internal/kit/db"
	"parley/internal/kit/fault"
	"parley/internal/kit/testkit"
)

func from(t *testing.T, address string) context.Context {
	return identity.WithClient(t.Context(), identity.Client{Address: netip.MustParseAddr(address)})
}

func TestGuessingIsSlow(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d, err := db.Open(t.Context(), db.Config{Path: t.TempDir() + "/test.db", Relaxed: true})
		if err != nil {
			t.Fatal(err)
		}
		defer d.Close() //nolint:errcheck // the test is over
		migrate(t, d)
		s := identity.New(identity.Config{DB: d})
		ann, bob := create(t, s, "ann@example.org"), create(t, s, "bob@example.org")
		guess := func(ctx context.Context, email string) (wait time.Duration) {
			t.Helper()
			before := s.HashCount()
			_, err := s.Authenticate(ctx, email, "wrong password")
			if !errors.Is(err, identity.ErrThrottled) {
				return 0
			}
			if s.HashCount() != before {
				t.Error("a throttled attempt costs a hash")
			}
			return fault.Of(err).RetryAfter
		}
		// One account, from ever other addresses, written in ever other ways.
		for i := range 10 {
			ctx := from(t, fmt.Sprintf("198.51.100.%d", i))
			for _, email := range []string{ann.Email, "nobody@example.org"} {
				if wait := guess(ctx, email); wait != 0 {
					t.Fatalf("attempt %d on %s waits %v", i, email, wait)
				}
			}
		}
		for _, email := range []string{"ann@example.org", " ANN@example.org", "nobody@example.org"} {
			if wait := guess(from(t, "203.0.113.1"), email); wait != time.Second {
				t.Errorf("attempt 11 on %s waits %v, want 1s", email, wait)
			}
		}
		if _, err := s.Authenticate(from(t, "203.0.113.1"), bob.Email, password); err != nil {
			t.Errorf("another account: %v", err)
		}
		// The current password of a stolen session cannot be guessed faster.
		if err := s.ChangePassword(t.Context(), identity.Principal{User: ann.ID}, "guess", "something new"); !errors.Is(err, identity.ErrThrottled) {
			t.Errorf("changing the password: %v", err)
		}
		<-time.After(time.Second)
		if _, err := s.Authenticate(t.Context(), ann.Email, password); err != nil {
			t.Errorf("the right password after the wait: %v", err)
		}
		for i := range 10 {
			if wait := guess(t.Context(), ann.Email); wait != 0 {
				t.Fatalf("attempt %d after a success waits %v", i, wait)
			}
		}

		// Any account from one network.
		for i := range 30 {
			ctx := from(t, fmt.Sprintf("2001:db8::%x", i))
			if wait := guess(ctx, fmt.Sprintf("user%d@example.org", i)); wait != 0 {
				t.Fatalf("attempt %d waits %v", i, wait)
			}
		}
		if wait := guess(from(t, "2001:db8::ffff"), "other@example.org"); wait != time.Second {
			t.Errorf("attempt 31 waits %v, want 1s", wait)
		}
		<-time.After(time.Second)
		if _, err := s.Authenticate(from(t, "2001:db8::1"), bob.Email, password); err != nil {
			t.Errorf("the right password after the wait: %v", err)
		}
		if wait := guess(from(t, "2001:db8::2"), "other@example.org"); wait != 0 {
			t.Errorf("a success costs an attempt: %v", wait)
		}
		if wait := guess(from(t, "2001:db8::2"), "another@example.org"); wait == 0 {
			t.Error("an account of one's own clears the address")
		}
	})
}

func TestSuccessNeverThrottles(t *testing.T) {
	t.Parallel()
	d := testkit.SQLite(t)
	migrate(t, d)
	s := identity.New(identity.Config{DB: d})
	ann := create(t, s, "ann@example.org")
	for i := range 35 {
		if _, err := s.Authenticate(from(t, "198.51.100.1"), ann.Email, password); err != nil {
			t.Fatalf("sign-in %d: %v", i, err)
		}
	}
}

func TestGuessesAtTheSameTimeAreCounted(t *testing.T) {
	t.Parallel()
	d := testkit.SQLite(t)
	migrate(t, d)
	s := identity.New(identity.Config{DB: d})
	create(t, s, "ann@example.org")
	before := s.HashCount()
	var all sync.WaitGroup
	var throttled atomic.Int32
	for range 60 {
		all.Go(func() {
			if _, err := s.Authenticate(t.Context(), "ann@example.org", "wrong password"); errors.Is(err, identity.ErrThrottled) {
				throttled.Add(1)
			}
		})
	}
	all.Wait()
	// A slow machine may take longer than the first delays for its hashes.
	if n := s.HashCount() - before; n < 10 || n > 13 || int64(throttled.Load())+n != 60 {
		t.Errorf("%d of 60 guesses were tried, %d throttled", n, throttled.Load())
	}
}
