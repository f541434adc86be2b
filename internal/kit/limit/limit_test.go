package limit_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"parley/internal/kit/limit"
)

func TestBucket(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := limit.NewBucket(3, 10*time.Second, 0)
		for i := range 3 {
			if wait := b.Take("a"); wait != 0 {
				t.Fatalf("token %d of the burst: wait %v", i, wait)
			}
		}
		if wait := b.Take("a"); wait != 10*time.Second {
			t.Errorf("empty: wait %v, want 10s", wait)
		}
		if wait := b.Take("b"); wait != 0 {
			t.Errorf("another key has to wait %v", wait)
		}
		<-time.After(10 * time.Second)
		if wait := b.Take("a"); wait != 0 {
			t.Errorf("after the wait that was told: wait %v", wait)
		}
		<-time.After(time.Hour)
		for range 3 {
			if b.Take("a") != 0 {
				t.Error("an hour did not fill the bucket")
			}
		}
		if b.Take("a") == 0 {
			t.Error("a bucket holds more than its burst")
		}
	})
}

func TestBackoff(t *testing.T) {
	t.Parallel()
	rule := limit.BackoffRule{Free: 3, First: time.Second, Longest: 5 * time.Second, Forget: time.Minute}
	synctest.Test(t, func(t *testing.T) {
		b := limit.NewBackoff(rule)
		for i := range 3 {
			if wait := b.Try("a"); wait != 0 {
				t.Fatalf("free attempt %d: wait %v", i, wait)
			}
		}
		for _, want := range []time.Duration{1, 2, 4, 5, 5} {
			for range 2 { // asking does not make it longer
				if wait := b.Try("a"); wait != want*time.Second {
					t.Fatalf("wait %v, want %v", wait, want*time.Second)
				}
			}
			if b.Try("b"+want.String()) != 0 {
				t.Error("another key has to wait")
			}
			<-time.After(want * time.Second)
			if wait := b.Try("a"); wait != 0 {
				t.Fatalf("after the wait that was told: wait %v", wait)
			}
		}
		b.Reset("a")
		for range 2 {
			if b.Try("a") != 0 {
				t.Error("a reset did not give free attempts back")
			}
		}
	})
	synctest.Test(t, func(t *testing.T) {
		b := limit.NewBackoff(rule)
		for range 20 { // successes never add up
			if b.Try("a") != 0 {
				t.Fatal("forgiven attempts count")
			}
			b.Forgive("a")
		}
		b.Forgive("a")
		for range 3 {
			b.Try("a")
		}
		if b.Try("a") == 0 {
			t.Error("forgiving too often gave credit")
		}
		<-time.After(time.Second)
		if b.Try("a") != 0 {
			t.Error("after the wait that was told, the attempt has to wait")
		}
		b.Forgive("a")
		if b.Try("a") != 0 {
			t.Error("a forgiven attempt left a delay")
		}
		if wait := b.Try("a"); wait != 2*time.Second {
			t.Errorf("a forgiven attempt forgave others too: wait %v", wait)
		}
		<-time.After(rule.Forget)
		for i := range 3 {
			if wait := b.Try("a"); wait != 0 {
				t.Errorf("attempt %d after a quiet minute: wait %v", i, wait)
			}
		}
	})
}

func TestBackoffCountsAttemptsUnderWay(t *testing.T) {
	t.Parallel()
	b := limit.NewBackoff(limit.BackoffRule{Free: 5, First: time.Hour, Longest: time.Hour, Forget: 2 * time.Hour})
	var allowed atomic.Int32
	var all sync.WaitGroup
	for range 100 {
		all.Go(func() {
			if b.Try("a") == 0 {
				allowed.Add(1)
			}
		})
	}
	all.Wait()
	if n := allowed.Load(); n != 5 {
		t.Errorf("%d of 100 attempts at the same time were let through, want 5", n)
	}
}

func TestMemoryIsBounded(t *testing.T) {
	t.Parallel()
	b := limit.NewBucket(1, time.Hour, 3)
	b.Take("kept")
	for i := range 50 {
		b.Take(fmt.Sprint(i))
		if b.Take("kept") == 0 {
			t.Fatalf("a key in use was forgotten after %d others", i)
		}
	}
	if b.Take("0") != 0 {
		t.Error("the key that was quiet the longest is still remembered")
	}
}

func TestGate(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		g := limit.NewGate(2, 3)
		var inside, most, done, busy int
		var mu sync.Mutex
		for range 8 {
			go func() {
				err := g.Do(t.Context(), func() {
					mu.Lock()
					inside++
					most = max(most, inside)
					mu.Unlock()
					<-time.After(time.Second)
					mu.Lock()
					inside--
					done++
					mu.Unlock()
				})
				if errors.Is(err, limit.ErrBusy) {
					mu.Lock()
					busy++
					mu.Unlock()
				}
			}()
		}
		synctest.Wait()
		gone, cancel := context.WithCancelCause(t.Context())
		cancel(errors.New("the client left"))
		if err := g.Do(gone, func() { t.Error("ran without room") }); !errors.Is(err, limit.ErrBusy) {
			t.Errorf("a full gate gave %v", err)
		}
		<-time.After(time.Minute)
		synctest.Wait()
		if most != 2 || done != 5 || busy != 3 {
			t.Errorf("most at once %d, done %d, turned away %d; want 2, 5, 3", most, done, busy)
		}
		if err := g.Do(t.Context(), func() {}); err != nil {
			t.Errorf("an empty gate is closed: %v", err)
		}
	})
}

func TestGateGivesUpWithItsCaller(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		g := limit.NewGate(1, 1)
		release := make(chan struct{})
		go func() { _ = g.Do(t.Context(), func() { <-release }) }()
		synctest.Wait()
		left := errors.New("the client left")
		ctx, cancel := context.WithCancelCause(t.Context())
		go func() { cancel(left) }()
		if err := g.Do(ctx, func() { t.Error("ran without room") }); !errors.Is(err, left) {
			t.Errorf("got %v", err)
		}
		close(release)
	})
}
