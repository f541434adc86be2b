package meter_test

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"
	"time"

	"parley/internal/audit"
	"parley/internal/identity"
	"parley/internal/kit/db"
	"parley/internal/kit/testkit"
	"parley/internal/llm"
	"parley/internal/meter"
)

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// each runs a test with a ledger and a user on both databases.
func each(t *testing.T, test func(*testing.T, *db.DB, identity.UserID)) {
	t.Helper()
	testkit.Databases(t, func(t *testing.T, d *db.DB) {
		must(t, d.Migrate(t.Context(), audit.Migrations, identity.Migrations, meter.Migrations))
		u, err := identity.New(identity.Config{DB: d, Log: slog.New(slog.DiscardHandler)}).
			CreateUser(t.Context(), identity.NewUser{Email: "alice@example.com", Password: "correct horse battery"})
		must(t, err)
		test(t, d, u.ID)
	})
}

func lines(t *testing.T, d *db.DB, user identity.UserID) []meter.Line {
	t.Helper()
	all, err := meter.Lines(t.Context(), d, user)
	must(t, err)
	return all
}

var prices = &llm.Prices{Input: 1, Output: 2}

func TestEntryIsSettledOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, d *db.DB, user identity.UserID) {
		ctx := t.Context()
		entry := meter.Entry{User: user, Chat: "c", Turn: "t", Model: "up/m"}
		must(t, meter.Reserve(ctx, d, entry, 40))
		if got := lines(t, d, user); len(got) != 1 || got[0].Usage.Input != 40 || !got[0].Estimated || got[0].Usage.Cost != nil {
			t.Errorf("reserved: %+v", got)
		}
		if meter.Reserve(ctx, d, entry, 40) == nil {
			t.Error("one call has two entries")
		}
		used := llm.Usage{Input: 1_000_000, Output: 500_000, CacheRead: 3, CacheWrite: 4, Reasoning: 5}
		must(t, meter.Settle(ctx, d, "t", 0, used, prices, false))
		// What comes later, from a reaper or a late answer, changes nothing.
		must(t, meter.Settle(ctx, d, "t", 0, llm.Usage{Input: 7}, prices, true))
		must(t, meter.SettleCut(ctx, d, "t", 99))
		must(t, meter.SettleAbandoned(ctx, d, time.Now().Add(time.Hour)))
		got := lines(t, d, user)[0]
		if got.Estimated || got.Usage.Input != used.Input || got.Usage.Output != used.Output || got.Usage.CacheRead != 3 ||
			got.Usage.CacheWrite != 4 || got.Usage.Reasoning != 5 || got.Usage.Cost == nil || *got.Usage.Cost < 1.99 || *got.Usage.Cost > 2.01 {
			t.Errorf("settled: %+v", got)
		}
	})
}

func TestCutCalls(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, d *db.DB, user identity.UserID) {
		ctx := t.Context()
		for _, turn := range []string{"done", "cut", "running"} {
			must(t, meter.Reserve(ctx, d, meter.Entry{User: user, Chat: "c", Turn: turn, Model: "up/m"}, 10))
		}
		must(t, meter.Settle(ctx, d, "done", 0, llm.Usage{Input: 1, Output: 2}, nil, false))
		must(t, meter.Reserve(ctx, d, meter.Entry{User: user, Chat: "c", Turn: "done", Step: 1, Model: "up/m"}, 20))
		must(t, meter.SettleCut(ctx, d, "done", 30))
		must(t, meter.SettleCut(ctx, d, "cut", 5))
		total, err := meter.OfTurn(ctx, d, user, "done")
		must(t, err)
		if total.Input != 21 || total.Output != 32 || total.Cost != nil {
			t.Errorf("the turn took %+v", total)
		}
		open := func() (n int) {
			must(t, d.QueryRow(ctx, `SELECT COUNT(*) FROM ledger WHERE settled_at = 0`).Scan(&n))
			return n
		}
		must(t, meter.SettleAbandoned(ctx, d, time.Now().Add(-time.Hour)))
		if open() != 1 {
			t.Error("a call that runs was settled")
		}
		must(t, meter.SettleAbandoned(ctx, d, time.Now().Add(time.Hour)))
		if got := lines(t, d, user); open() != 0 || got[2].Usage.Input != 10 || !got[2].Estimated {
			t.Errorf("an abandoned call is %+v", got[2])
		}
	})
}

func TestPricedTurn(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, d *db.DB, user identity.UserID) {
		ctx := t.Context()
		for step := range 3 {
			must(t, meter.Reserve(ctx, d, meter.Entry{User: user, Turn: "t", Step: step, Model: "up/m"}, 1))
			must(t, meter.Settle(ctx, d, "t", step, llm.Usage{Input: 1, Output: 1}, prices, false)) // fractions of a cent add up
		}
		total, err := meter.OfTurn(ctx, d, user, "t")
		must(t, err)
		if total.Cost == nil || *total.Cost != 9e-6 {
			t.Errorf("three calls of 3 millionths cost %v", total.Cost)
		}
		if none, err := meter.OfTurn(ctx, d, "someone else", "t"); err != nil || none.Input != 0 {
			t.Errorf("someone else sees %+v, %v", none, err)
		}
		var out bytes.Buffer
		must(t, meter.Export(ctx, d, user, &out))
		if n := strings.Count(out.String(), "\n"); n != 3 {
			t.Errorf("the export has %d lines: %s", n, &out)
		}
		must(t, meter.Erase(ctx, d, user))
		if left := lines(t, d, user); len(left) != 0 {
			t.Errorf("after the erasure there are %+v", left)
		}
	})
}
