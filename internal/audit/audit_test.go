package audit_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"parley/internal/audit"
	"parley/internal/kit/db"
	"parley/internal/kit/testkit"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func TestLogAndList(t *testing.T) {
	t.Parallel()
	testkit.Databases(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		if err := d.Migrate(ctx, audit.Migrations); err != nil {
			t.Fatal(err)
		}
		written := []audit.Entry{
			{Action: audit.SignInFailed, Target: "ann", Address: "198.51.100.1", RequestID: "r1", Detail: map[string]string{"reason": "password"}},
			{Action: audit.SignIn, Actor: "ann", Target: "session"},
			{Action: audit.UserCreate, Actor: audit.CLI, Target: "bob", Detail: map[string]string{"role": "user"}},
		}
		start := time.Now()
		for _, e := range written {
			if err := audit.Log(ctx, d, e); err != nil {
				t.Fatal(err)
			}
		}
		undone := errors.New("undone")
		err := d.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
			if err := audit.Log(ctx, tx, audit.Entry{Action: audit.KeyCreate}); err != nil {
				t.Error(err)
			}
			return undone
		})
		if !errors.Is(err, undone) {
			t.Fatal(err)
		}

		first, err := audit.List(ctx, d, "", 2)
		if err != nil || len(first) != 2 {
			t.Fatalf("first page: %v, %v", first, err)
		}
		rest, err := audit.List(ctx, d, first[1].ID, 10)
		if err != nil {
			t.Fatal(err)
		}
		got := append(first, rest...)
		want := []audit.Entry{written[2], written[1], written[0]}
		if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(audit.Entry{}, "ID", "At"), cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("newest first, without what was rolled back (-want +got):\n%s", diff)
		}
		for _, e := range got {
			if e.At.Before(start.Truncate(time.Millisecond)) || e.At.After(time.Now()) {
				t.Errorf("%s is dated %v", e.Action, e.At)
			}
		}
	})
}
