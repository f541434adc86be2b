package limit_test

import (
	"testing"
	"testing/synctest"
	"time"

	"parley/internal/kit/limit"
)

func TestWindow(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w, rate := limit.NewWindow(0), limit.Rate{Most: 2, Per: time.Minute}
		for i := range 2 {
			if wait := w.Take("a", rate); wait != 0 {
				t.Errorf("take %d waits %s", i, wait)
			}
			<-time.After(10 * time.Second)
		}
		if wait := w.Take("a", rate); wait != 40*time.Second {
			t.Errorf("one too many waits %s", wait)
		}
		if wait := w.Take("b", rate); wait != 0 {
			t.Errorf("another key waits %s", wait)
		}
		if wait := w.Take("a", limit.Rate{Most: 3, Per: time.Minute}); wait != 0 {
			t.Errorf("a raised limit waits %s", wait)
		}
		<-time.After(40 * time.Second)
		if wait := w.Take("a", rate); wait != 0 {
			t.Errorf("the next window waits %s", wait)
		}
		if wait := w.Take("a", limit.Rate{Per: time.Hour}); wait <= 0 {
			t.Error("none at all is one")
		}
		if wait := w.Take("a", limit.Rate{}); wait != 0 {
			t.Errorf("no limit waits %s", wait)
		}
	})
}
