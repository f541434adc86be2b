package upstream

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

func TestPacerWakesEachSleeperAtItsTime(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := newPacer()
		start := time.Now()
		var group sync.WaitGroup
		// The longest goes round the ring more than once.
		for _, delay := range []time.Duration{-time.Second, 0, 500 * time.Microsecond, time.Millisecond, 40 * time.Millisecond, 3 * slotCount * tick} {
			group.Go(func() {
				if err := p.sleep(t.Context(), newSleeper(), start.Add(delay)); err != nil {
					t.Error(err)
				}
				if late := time.Since(start) - max(delay, 0); late < 0 || late > 2*tick {
					t.Errorf("a sleep of %v was %v late", delay, late)
				}
			})
		}
		group.Wait()
		p.wait()
	})
}

func TestPacerForgetsTheCanceled(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := newPacer()
		cause := errors.New("left")
		ctx, cancel := context.WithCancelCause(t.Context())
		time.AfterFunc(10*time.Millisecond, func() { cancel(cause) })
		start := time.Now()
		if err := p.sleep(ctx, newSleeper(), start.Add(time.Hour)); !errors.Is(err, cause) {
			t.Errorf("error %v, want the cause", err)
		}
		p.wait()
		if took := time.Since(start); took > 12*time.Millisecond {
			t.Errorf("the pacer ended after %v", took)
		}
	})
}
