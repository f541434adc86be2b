package db_test

import (
	"testing"

	"parley/internal/kit/db"
	"parley/internal/kit/fault"
)

// A server that is away is away, not broken: who asked may try again.
func TestServerAway(t *testing.T) {
	t.Parallel()
	_, err := db.Open(t.Context(), db.Config{URL: "postgres://parley@127.0.0.1:1/parley"})
	if !fault.IsKind(err, fault.Unavailable) {
		t.Errorf("got %v", err)
	}
}
