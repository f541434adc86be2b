package meter_test

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"
	"time"

	"parley/internal/access"
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

// world is a ledger with two users.
type world struct {
	t          *testing.T
	db         *db.DB
	ledger     *meter.Service
	users      *identity.Service
	alice, bob identity.UserID
}

// each runs a test on both databases.
func each(t *testing.T, test func(*testing.T, *world)) {
	t.Helper()
	testkit.Databases(t, func(t *testing.T, d *db.DB) {
		must(t, d.Migrate(t.Context(), audit.Migrations, identity.Migrations, access.Migrations, meter.Migrations))
		w := &world{t: t, db: d, ledger: meter.New(d, "this"), users: identity.New(identity.Config{DB: d, Log: slog.New(slog.DiscardHandler)})}
		w.alice, w.bob = w.user("alice@example.com"), w.user("bob@example.com")
		test(t, w)
	})
}

func (w *world) user(email string) identity.UserID {
	w.t.Helper()
	u, err := w.users.CreateUser(w.t.Context(), identity.NewUser{Email: email, Password: "correct horse battery"})
	must(w.t, err)
	return u.ID
}

func (w *world) lines(user identity.UserID) []meter.Line {
	w.t.Helper()
	all, err := meter.Lines(w.t.Context(), w.db, user)
	must(w.t, err)
	return all
}

func (w *world) reserve(e meter.Entry, x meter.Expected) meter.Grant {
	w.t.Helper()
	grant, err := w.ledger.ReserveNow(w.t.Context(), e, x)
	must(w.t, err)
	return grant
}

var prices = &llm.Prices{Input: 1, Output: 2}

// named is the model of the tests, at a price.
func named(p *llm.Prices) llm.Info { return llm.Info{ID: "up/m", Prices: p} }

func TestEntryIsSettledOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		entry := meter.Entry{User: w.alice, Chat: "c", Turn: "t", Model: "up/m"}
		w.reserve(entry, meter.Expected{Input: 40, Prices: prices})
		if got := w.lines(w.alice); len(got) != 1 || got[0].Usage.Input != 40 || !got[0].Estimated || got[0].Usage.Cost != nil {
			t.Errorf("reserved: %+v", got)
		}
		if _, err := w.ledger.ReserveNow(ctx, entry, meter.Expected{Input: 40}); err == nil {
			t.Error("one call has two entries")
		}
		used := llm.Usage{Input: 1_000_000, Output: 500_000, CacheRead: 3, CacheWrite: 4, Reasoning: 5, Tier: "flex"}
		must(t, w.ledger.Settle(ctx, "t", 0, named(prices), used, false))
		// What comes later, from a reaper or a late answer, changes nothing.
		must(t, w.ledger.Settle(ctx, "t", 0, named(prices), llm.Usage{Input: 7}, true))
		must(t, w.ledger.SettleCut(ctx, "t", func(int) int64 { return 99 }))
		must(t, w.ledger.SettleAbandoned(ctx, time.Now().Add(time.Hour)))
		got := w.lines(w.alice)[0]
		if got.Estimated || got.Usage.Input != used.Input || got.Usage.Output != used.Output || got.Usage.CacheRead != 3 || got.Usage.Tier != "flex" ||
			got.Usage.CacheWrite != 4 || got.Usage.Reasoning != 5 || got.Usage.Cost == nil || *got.Usage.Cost < 1.99 || *got.Usage.Cost > 2.01 {
			t.Errorf("settled: %+v", got)
		}
		if got.Rates == nil || got.Rates.Output != 2 || got.CostFrom != "prices" || got.Purpose != meter.ForTurn {
			t.Errorf("priced by %+v from %q", got.Rates, got.CostFrom)
		}
	})
}

func TestPriceIsKept(t *testing.T) {
	t.Parallel()
	tiered := &llm.Prices{Input: 1, Output: 2, Tiers: []llm.PriceTier{{Above: 1000, Input: 10, Output: 20}}, Services: map[string]float64{"flex": 0.5}}
	told := 0.25
	each(t, func(t *testing.T, w *world) {
		for _, c := range []struct {
			turn   string
			prices *llm.Prices
			used   llm.Usage
			cost   float64
			from   string
			above  int64
		}{
			{"short", tiered, llm.Usage{Input: 1000}, 0.001, "prices", 0},
			{"long", tiered, llm.Usage{Input: 2000}, 0.02, "prices", 1000},
			{"in another class of service", tiered, llm.Usage{Input: 2000, Tier: "FLEX"}, 0.01, "prices", 1000},
			{"in a class without a price", tiered, llm.Usage{Input: 1000, Tier: "default"}, 0.001, "prices", 0},
			{"named by the provider", tiered, llm.Usage{Input: 2000, Cost: &told}, told, "provider", 0},
			{"named without prices", nil, llm.Usage{Input: 1, Cost: &told}, told, "provider", 0},
			{"unknown", nil, llm.Usage{Input: 1}, 0, "", 0},
		} {
			w.reserve(meter.Entry{User: w.alice, Turn: c.turn, Model: "up/m"}, meter.Expected{Input: 1, Prices: c.prices})
			must(t, w.ledger.Settle(t.Context(), c.turn, 0, named(c.prices), c.used, false))
			all := w.lines(w.alice)
			got := all[len(all)-1]
			if (got.Usage.Cost != nil) != (c.from != "") || got.Usage.Cost != nil && *got.Usage.Cost != c.cost || got.CostFrom != c.from {
				t.Errorf("%s: cost %v from %q", c.turn, got.Usage.Cost, got.CostFrom)
			}
			if (got.Rates != nil) != (c.from == "prices") || got.Rates != nil && got.Rates.Above != c.above {
				t.Errorf("%s: rates %+v", c.turn, got.Rates)
			}
		}
	})
}

func TestCutCalls(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		for _, turn := range []string{"done", "cut", "running"} {
			w.reserve(meter.Entry{User: w.alice, Chat: "c", Turn: turn, Model: "up/m"}, meter.Expected{Input: 10, Prices: prices})
		}
		must(t, w.ledger.Settle(ctx, "done", 0, named(prices), llm.Usage{Input: 1, Output: 2}, false))
		w.reserve(meter.Entry{User: w.alice, Chat: "c", Turn: "done", Step: 1, Mark: 3, Model: "up/m"}, meter.Expected{Input: 20, Prices: prices})
		sinceMark := func(mark int) int64 { return int64(30 - mark) }
		must(t, w.ledger.SettleCut(ctx, "done", sinceMark))
		must(t, w.ledger.SettleCut(ctx, "cut", func(int) int64 { return 5 }))
		total, err := meter.OfTurn(ctx, w.db, w.alice, "done")
		must(t, err)
		if total.Input != 21 || total.Output != 29 || total.Cost == nil || *total.Cost != 79e-6 {
			t.Errorf("the turn took %+v for %v", total, total.Cost)
		}
		open := func() (n int) {
			must(t, w.db.QueryRow(ctx, `SELECT COUNT(*) FROM ledger WHERE settled_at = 0`).Scan(&n))
			return n
		}
		must(t, w.ledger.SettleAbandoned(ctx, time.Now().Add(-time.Hour)))
		if open() != 1 {
			t.Error("a call that runs was settled")
		}
		must(t, w.ledger.SettleAbandoned(ctx, time.Now().Add(time.Hour)))
		if got := w.lines(w.alice); open() != 0 || got[2].Usage.Input != 10 || !got[2].Estimated || got[2].Usage.Cost == nil {
			t.Errorf("an abandoned call is %+v", got[2])
		}
	})
}

func TestSumsExportErase(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		for step := range 3 {
			w.reserve(meter.Entry{User: w.alice, Chat: "c", Turn: "t", Step: step, Model: "up/m"}, meter.Expected{Input: 1, Prices: prices})
			must(t, w.ledger.Settle(ctx, "t", step, named(prices), llm.Usage{Input: 1, Output: 1}, false)) // fractions of a cent add up
		}
		w.reserve(meter.Entry{User: w.alice, Chat: "c", Turn: "title:1", Model: "up/small", Purpose: meter.ForTitle}, meter.Expected{Input: 1})
		must(t, w.ledger.Settle(ctx, "title:1", 0, named(nil), llm.Usage{Input: 500}, false))
		total, err := meter.OfTurn(ctx, w.db, w.alice, "t")
		must(t, err)
		if total.Cost == nil || *total.Cost != 9e-6 {
			t.Errorf("three calls of 3 millionths cost %v", total.Cost)
		}
		sum, fill, err := meter.OfChat(ctx, w.db, w.alice, "c", "")
		must(t, err)
		if sum.Calls != 4 || sum.Input != 503 || sum.Cost != 9e-6 || sum.Unpriced != 1 || fill != (meter.Fill{Model: "up/m", Tokens: 2}) {
			t.Errorf("the chat took %+v, filled %+v", sum, fill)
		}
		if none, err := meter.OfTurn(ctx, w.db, w.bob, "t"); err != nil || none.Input != 0 {
			t.Errorf("someone else sees %+v, %v", none, err)
		}
		if none, fill, err := meter.OfChat(ctx, w.db, w.bob, "c", "t"); err != nil || none.Calls != 0 || fill.Model != "" {
			t.Errorf("someone else sees %+v, %v, %v", none, fill, err)
		}
		var out bytes.Buffer
		must(t, meter.Export(ctx, w.db, w.alice, &out))
		if n := strings.Count(out.String(), "\n"); n != 4 {
			t.Errorf("the export has %d lines: %s", n, &out)
		}
		must(t, meter.Erase(ctx, w.db, w.alice))
		if left := w.lines(w.alice); len(left) != 0 {
			t.Errorf("after the erasure there are %+v", left)
		}
	})
}

func TestTransactionsOff(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		w.reserve(meter.Entry{User: w.alice, Turn: "done"}, meter.Expected{Input: 1})
		must(t, w.ledger.Settle(ctx, "done", 0, named(nil), llm.Usage{Input: 1}, false))
		w.reserve(meter.Entry{User: w.alice, Turn: "open"}, meter.Expected{Input: 1})
		soon := time.Now().Add(time.Hour)
		purge := func(balance, keep bool) int {
			b := meter.DefaultBalance()
			b.Enabled = balance
			must(t, w.ledger.Configure(ctx, meter.Config{Balance: b, Transactions: meter.TransactionsConfig{Enabled: keep}, Zone: time.UTC}))
			must(t, w.ledger.Purge(ctx, soon))
			return len(w.lines(w.alice))
		}
		if n := purge(false, true); n != 2 {
			t.Errorf("with transactions %d entries are left", n)
		}
		if n := purge(true, false); n != 2 {
			t.Errorf("with a balance %d entries are left", n)
		}
		if n := purge(false, false); n != 1 {
			t.Errorf("without transactions %d entries are left, not only the open one", n)
		}
	})
}

func TestReport(t *testing.T) {
	t.Parallel()
	berlin, err := time.LoadLocation("Europe/Berlin")
	must(t, err)
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		w.in(berlin)
		made := 0
		call := func(user identity.UserID, model string, at time.Time, input int64) {
			made++
			turn := string(rune('a' + made))
			w.reserve(meter.Entry{User: user, Turn: turn, Model: model}, meter.Expected{Input: 1, Prices: prices})
			_, err := w.db.Exec(ctx, `UPDATE ledger SET started_at = $1 WHERE turn_id = $2`, db.Millis(at), turn)
			must(t, err)
			must(t, w.ledger.Settle(ctx, turn, 0, llm.Info{ID: model, Prices: prices}, llm.Usage{Input: input}, false))
		}
		// The clocks go back on 25 October 2026: that day has 25 hours.
		call(w.alice, "up/a", time.Date(2026, 10, 25, 0, 0, 0, 0, berlin), 1)
		call(w.alice, "up/a", time.Date(2026, 10, 25, 23, 59, 59, 0, berlin), 2)
		call(w.alice, "up/b", time.Date(2026, 10, 26, 0, 0, 0, 0, berlin), 4)
		call(w.bob, "up/a", time.Date(2026, 10, 26, 0, 0, 0, 0, berlin), 8)
		call(w.bob, "up/a", time.Date(2026, 10, 27, 0, 0, 0, 0, berlin), 16)
		span, err := w.ledger.Span("2026-10-25", "2026-10-26", 30)
		must(t, err)
		uses, err := meter.UsesOf(ctx, w.db, span, w.alice)
		must(t, err)
		if len(uses) != 2 || uses[0].Day != "2026-10-25" || uses[0].Input != 3 || uses[0].Calls != 2 || uses[1].Model != "up/b" {
			t.Errorf("alice used %+v", uses)
		}
		all := func() []meter.Share {
			uses, err := meter.UsesOfAll(ctx, w.db, span)
			must(t, err)
			if total := meter.Total(uses); total.Input != 15 || total.Calls != 4 || total.Cost != 15e-6 {
				t.Errorf("all used %+v", total)
			}
			if len(uses) != 3 || uses[0].Day != "2026-10-25" || uses[0].Input != 3 || uses[1].Day != "2026-10-26" || uses[1].Input != 8 {
				t.Errorf("all used %+v", uses)
			}
			if models := meter.ByModel(uses); len(models) != 2 || models[0].Name != "up/a" || models[0].Input != 11 {
				t.Errorf("by model: %+v", models)
			}
			users, err := meter.Users(ctx, w.db, span)
			must(t, err)
			return users
		}
		if users := all(); len(users) != 2 || users[0].Name != string(w.bob) || users[0].Input != 8 || users[1].Calls != 3 {
			t.Errorf("by user: %+v", users)
		}
		lines, err := meter.UsesOn(ctx, w.db, span.To, "")
		must(t, err)
		if len(lines) != 2 || lines[0].Input+lines[1].Input != 12 {
			t.Errorf("on the second day: %+v", lines)
		}
		// What was used is known after the users are gone, but not who they were.
		must(t, meter.Erase(ctx, w.db, w.bob))
		must(t, meter.Erase(ctx, w.db, w.alice))
		if users := all(); len(users) != 1 || users[0].Name != "" || users[0].Calls != 4 {
			t.Errorf("by those who are gone: %+v", users)
		}
	})
}

// in puts the days of the ledger into a time zone.
func (w *world) in(zone *time.Location) {
	w.t.Helper()
	must(w.t, w.ledger.Configure(w.t.Context(), meter.Config{Transactions: meter.DefaultTransactions(), Zone: zone}))
}

func TestSpan(t *testing.T) {
	t.Parallel()
	ledger := meter.New(nil, "this")
	today := time.Now().UTC().Format(time.DateOnly)
	for _, c := range []struct {
		name, from, to string
		asked, days    int
		last           string
	}{
		{"until today", "", "", 30, 30, today},
		{"one day", "2026-03-29", "2026-03-29", 30, 1, "2026-03-29"},
		{"a week until then", "", "2026-03-29", 7, 7, "2026-03-29"},
		{"a leap year", "2024-01-01", "2024-12-31", 30, 366, "2024-12-31"},
		{"too long", "2024-01-01", "2025-01-01", 30, 0, ""},
		{"too many", "", "", 367, 0, ""},
		{"none", "", "", 0, 0, ""},
		{"backwards", "2026-11-02", "2026-11-01", 30, 0, ""},
		{"no day", "2026-02-30", "", 30, 0, ""},
	} {
		span, err := ledger.Span(c.from, c.to, c.asked)
		if c.days == 0 {
			if err == nil {
				t.Errorf("%s: taken as %v", c.name, span)
			}
			continue
		}
		must(t, err)
		days := span.Days()
		if len(days) != c.days || days[len(days)-1].Format(time.DateOnly) != c.last {
			t.Errorf("%s: %d days to %v", c.name, len(days), days[len(days)-1])
		}
	}
}

func TestEstimates(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		got  int64
		want int64
	}{
		{"no text", meter.Estimate(0), 0},
		{"text is rounded up", meter.Estimate(5), 2},
		{"a small picture", meter.EstimateMedia(llm.Media{MIME: "image/png", Width: 100, Height: 75}), 11},
		{"a large picture is made smaller", meter.EstimateMedia(llm.Media{MIME: "image/png", Width: 9000, Height: 9000}), 1600},
		{"a picture of unknown size", meter.EstimateMedia(llm.Media{MIME: "image/gif"}), 1600},
		{"a document", meter.EstimateMedia(llm.Media{MIME: "application/pdf", Size: 40_000}), 1001},
	} {
		if c.got != c.want {
			t.Errorf("%s: %d tokens, want %d", c.name, c.got, c.want)
		}
	}
}
