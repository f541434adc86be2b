package apptest

import (
	"testing"
	"time"
)

// Eventually looks again and again until something holds. Only the deadline of
// the whole test run ends it otherwise.
func Eventually(t testing.TB, what string, holds func() bool) {
	t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for !holds() {
		select {
		case <-tick.C:
		case <-t.Context().Done():
			t.Fatalf("it never came that %s", what)
		}
	}
}
