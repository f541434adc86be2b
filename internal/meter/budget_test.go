package meter_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"parley/internal/access"
	"parley/internal/identity"
	"parley/internal/kit/db"
	"parley/internal/kit/fault"
	"parley/internal/kit/id"
	"parley/internal/llm"
	"parley/internal/meter"
)

func (w *world) budget(b meter.Budget) meter.Budget {
	w.t.Helper()
	made, err := w.ledger.AddBudget(w.t.Context(), b)
	must(w.t, err)
	return made
}

// spend makes one call and reports whether it was allowed.
func (w *world) spend(user identity.UserID, x meter.Expected, used llm.Usage) (meter.Grant, bool) {
	w.t.Helper()
	turn := id.New()
	grant, err := w.ledger.ReserveNow(w.t.Context(), meter.Entry{User: user, Turn: turn, Model: "up/m"}, x)
	if errors.Is(err, meter.ErrBudget) {
		return grant, false
	}
	must(w.t, err)
	must(w.t, w.ledger.Settle(w.t.Context(), turn, 0, named(x.Prices), used, false))
	return grant, true
}

func (w *world) level(user identity.UserID) meter.Level {
	w.t.Helper()
	levels, err := w.ledger.Levels(w.t.Context(), user)
	must(w.t, err)
	if len(levels) != 1 {
		w.t.Fatalf("%d budgets hold, want 1: %+v", len(levels), levels)
	}
	return levels[0]
}

// Fifty calls at once, each of which may write a long answer, on a budget that
// pays for a few: what is spent in the end is within the budget.
func TestParallelCallsCannotOverspend(t *testing.T) {
	t.Parallel()
	for _, unit := range []meter.Unit{meter.Money, meter.Tokens, meter.Requests} {
		t.Run(string(unit), func(t *testing.T) {
			each(t, func(t *testing.T, w *world) {
				limit := map[meter.Unit]float64{meter.Money: 0.02, meter.Tokens: 10_000, meter.Requests: 7}[unit]
				w.budget(meter.Budget{Scope: meter.All, Unit: unit, Period: meter.Month, Amount: limit, Hard: true})
				w.budget(meter.Budget{Scope: meter.Each, Unit: unit, Period: meter.Day, Amount: limit, Hard: true})
				var wait sync.WaitGroup
				var allowed atomic.Int64
				for n := range 50 {
					user := []identity.UserID{w.alice, w.bob}[n%2]
					wait.Go(func() {
						turn := fmt.Sprint("turn ", n)
						x := meter.Expected{Input: 100, Output: 4000, Prices: prices}
						grant, err := w.ledger.ReserveNow(t.Context(), meter.Entry{User: user, Turn: turn, Model: "up/m"}, x)
						if err != nil {
							if !errors.Is(err, meter.ErrBudget) {
								t.Error(err)
							}
							return
						}
						allowed.Add(1)
						answer := int64(4000) // as long as it may be
						if grant.Output > 0 {
							answer = min(answer, grant.Output)
						}
						if err := w.ledger.Settle(t.Context(), turn, 0, named(prices), llm.Usage{Input: 120, Output: answer}, false); err != nil {
							t.Error(err)
						}
					})
				}
				wait.Wait()
				var nanos, tokens, calls int64
				must(t, w.db.QueryRow(t.Context(), `SELECT COALESCE(SUM(cost_nanos), 0), COALESCE(SUM(input + output), 0), COUNT(*) FROM ledger`).
					Scan(&nanos, &tokens, &calls))
				spent := map[meter.Unit]float64{meter.Money: float64(nanos) / 1e9, meter.Tokens: float64(tokens), meter.Requests: float64(calls)}[unit]
				if n := allowed.Load(); n == 0 || n == 50 || n != calls {
					t.Errorf("%d of 50 calls were allowed, %d are in the ledger", n, calls)
				}
				if spent > limit || spent < limit/4 {
					t.Errorf("%v was spent of %v", spent, limit)
				}
				levels, err := w.ledger.Levels(t.Context(), w.alice)
				must(t, err)
				for _, l := range levels {
					if l.Scope == meter.All && l.Used != spent {
						t.Errorf("the budget counts %v of %v", l.Used, spent)
					}
				}
			})
		})
	}
}

func TestReservationIsGivenBack(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		w.budget(meter.Budget{Scope: meter.User, User: w.alice, Unit: meter.Money, Period: meter.Day, Amount: 1, Hard: true})
		x := meter.Expected{Input: 1000, Output: 100_000, Prices: prices}
		entry := meter.Entry{User: w.alice, Turn: "t", Model: "up/m"}
		if grant := w.reserve(entry, x); grant.Output != 100_000 {
			t.Errorf("with room for all of it the answer may have %d tokens", grant.Output)
		}
		if l := w.level(w.alice); l.Used < 0.2 || l.Used > 0.21 {
			t.Errorf("%v is reserved", l.Used)
		}
		x.Input = 100_000
		if _, err := w.ledger.Adjust(ctx, entry, x); err != nil {
			t.Error(err)
		}
		if l := w.level(w.alice); l.Used < 0.32 || l.Used > 0.33 {
			t.Errorf("%v is reserved for a longer request", l.Used)
		}
		x.Input = 1_000_000
		if _, err := w.ledger.Adjust(ctx, entry, x); !errors.Is(err, meter.ErrBudget) {
			t.Errorf("a request that costs more than there is: %v", err)
		}
		must(t, w.ledger.Settle(ctx, "t", 0, named(prices), llm.Usage{Input: 1000, Output: 500}, false))
		must(t, w.ledger.Settle(ctx, "t", 0, named(prices), llm.Usage{Input: 1000, Output: 500}, false))
		if l := w.level(w.alice); l.Used != 0.002 || l.Limit != 1 {
			t.Errorf("%v of %v is used", l.Used, l.Limit)
		}
		w.reserve(meter.Entry{User: w.alice, Turn: "cut", Model: "up/m"}, meter.Expected{Input: 1000, Output: 1000, Prices: prices})
		must(t, w.ledger.SettleCut(ctx, "cut", func(int) int64 { return 500 }))
		must(t, w.ledger.SettleCut(ctx, "cut", func(int) int64 { return 500 }))
		if l := w.level(w.alice); l.Used != 0.004 {
			t.Errorf("with a cut call %v is used", l.Used)
		}
	})
}

func TestRefusal(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.budget(meter.Budget{Scope: meter.Each, Unit: meter.Requests, Period: meter.Day, Amount: 2, Hard: true})
		x, used := meter.Expected{Input: 1}, llm.Usage{Input: 1, Output: 1}
		refused := meter.Entry{User: w.alice, Turn: "refused"}
		w.reserve(refused, x)
		must(t, w.ledger.Settle(t.Context(), "refused", 0, named(nil), llm.Usage{}, false)) // by the provider: it does not count
		for range 2 {
			if _, ok := w.spend(w.alice, x, used); !ok {
				t.Error("a call within the budget was refused")
			}
		}
		_, err := w.ledger.ReserveNow(t.Context(), meter.Entry{User: w.alice, Turn: "third"}, x)
		f := fault.Of(err)
		if !errors.Is(err, meter.ErrBudget) || f.Kind != fault.Limited || f.RetryAfter <= 0 || f.RetryAfter > 24*time.Hour ||
			!strings.Contains(f.Message, "2 requests for a day") || !strings.Contains(f.Message, "UTC") {
			t.Errorf("the third call: %v, again in %v", err, f.RetryAfter)
		}
		if n := len(w.lines(w.alice)); n != 3 {
			t.Errorf("%d calls are in the ledger: a refused one is none", n)
		}
		if _, ok := w.spend(w.bob, x, used); !ok {
			t.Error("someone else's budget was used up, too")
		}
	})
}

func TestScopes(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		var team access.Group
		must(t, w.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
			if team, err = access.CreateGroup(ctx, tx, "Team", ""); err != nil {
				return err
			}
			return access.AddMember(ctx, tx, team.ID, w.alice)
		}))
		x, used := meter.Expected{Input: 1}, llm.Usage{Input: 1}
		allowed := func(user identity.UserID) bool { _, ok := w.spend(user, x, used); return ok }
		requests := func(b meter.Budget) meter.Budget {
			b.Unit, b.Period, b.Hard = meter.Requests, meter.Month, true
			return w.budget(b)
		}
		allowed(w.alice) // before there is any budget
		group := requests(meter.Budget{Scope: meter.Group, Group: team.ID, Amount: 2})
		if !allowed(w.alice) || allowed(w.alice) || !allowed(w.bob) {
			t.Error("a group's budget has to count what its members used of the month, and them alone")
		}
		must(t, w.ledger.DeleteBudget(ctx, group.ID))
		each := requests(meter.Budget{Scope: meter.Each, Amount: 2})
		if allowed(w.alice) || !allowed(w.bob) || allowed(w.bob) {
			t.Error("each user has to have a budget of their own")
		}
		own := requests(meter.Budget{Scope: meter.User, User: w.alice, Amount: 3})
		if !allowed(w.alice) || allowed(w.alice) {
			t.Error("a user's own budget has to take the place of that which each has")
		}
		four := 4.0
		_, err := w.ledger.ChangeBudget(ctx, own.ID, &four, nil)
		must(t, err)
		if !allowed(w.alice) || allowed(w.alice) {
			t.Error("a raised budget has to hold at once")
		}
		soft := false
		_, err = w.ledger.ChangeBudget(ctx, own.ID, nil, &soft)
		must(t, err)
		must(t, w.ledger.DeleteBudget(ctx, each.ID))
		if !allowed(w.alice) {
			t.Error("a soft budget refused")
		}
		if l := w.level(w.alice); l.Used != 5 || l.Limit != 4 || l.Hard {
			t.Errorf("a soft budget stands at %+v", l)
		}
	})
}

func TestBudgetsThatCannotBe(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		good := meter.Budget{Scope: meter.Each, Unit: meter.Money, Period: meter.Day, Amount: 1, Hard: true}
		made := w.budget(good)
		for name, b := range map[string]meter.Budget{
			"scope":            {Scope: "some", Unit: meter.Money, Period: meter.Day},
			"unit":             {Scope: meter.All, Unit: "hours", Period: meter.Day},
			"period":           {Scope: meter.All, Unit: meter.Money, Period: "week"},
			"below nothing":    {Scope: meter.All, Unit: meter.Money, Period: meter.Day, Amount: -1},
			"too much":         {Scope: meter.All, Unit: meter.Money, Period: meter.Day, Amount: 1e10},
			"user of no user":  {Scope: meter.User, Unit: meter.Money, Period: meter.Day, Amount: 1},
			"unknown user":     {Scope: meter.User, User: "nobody", Unit: meter.Money, Period: meter.Day, Amount: 1},
			"unknown group":    {Scope: meter.Group, Group: "none", Unit: meter.Money, Period: meter.Day, Amount: 1},
			"user of everyone": {Scope: meter.All, User: w.alice, Unit: meter.Money, Period: meter.Day, Amount: 1},
		} {
			if _, err := w.ledger.AddBudget(ctx, b); !errors.Is(err, meter.ErrBudgetInvalid) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if _, err := w.ledger.AddBudget(ctx, good); !errors.Is(err, meter.ErrBudgetExists) {
			t.Errorf("the same budget twice: %v", err)
		}
		must(t, w.ledger.DeleteBudget(ctx, made.ID))
		for name, err := range map[string]error{
			"delete": w.ledger.DeleteBudget(ctx, made.ID), "delete the balance": w.ledger.DeleteBudget(ctx, "balance"),
		} {
			if !errors.Is(err, meter.ErrNoBudget) {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}

// A model without a price costs no money, and is not held back by a budget of
// money; what the provider says that it cost counts.
func TestUnpriced(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.budget(meter.Budget{Scope: meter.All, Unit: meter.Money, Period: meter.Month, Amount: 0.001, Hard: true})
		named := 0.5
		if grant, ok := w.spend(w.alice, meter.Expected{Input: 1 << 20}, llm.Usage{Input: 1 << 20, Cost: &named}); !ok || grant.Output != 0 {
			t.Errorf("an unpriced call: %v, %v", ok, grant)
		}
		if l := w.level(w.alice); l.Used != named {
			t.Errorf("%v is used", l.Used)
		}
		if _, ok := w.spend(w.alice, meter.Expected{Input: 10}, llm.Usage{Input: 10}); !ok {
			t.Error("a free model is refused for want of money")
		}
		if _, ok := w.spend(w.alice, meter.Expected{Input: 10, Prices: prices}, llm.Usage{Input: 10}); ok {
			t.Error("a priced model is not refused")
		}
	})
}

func TestShortAnswersNearTheEnd(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.budget(meter.Budget{Scope: meter.All, Unit: meter.Tokens, Period: meter.Ever, Amount: 2000, Hard: true})
		x := meter.Expected{Input: 100, Output: 8000}
		grant, ok := w.spend(w.alice, x, llm.Usage{Input: 100, Output: 700})
		if !ok || grant.Output < 900 || grant.Output > 1000 {
			t.Errorf("the first answer may have %d tokens, want half of what is left", grant.Output)
		}
		next, _ := w.spend(w.alice, x, llm.Usage{Input: 100, Output: 100})
		if next.Output >= grant.Output || next.Output < 64 {
			t.Errorf("the second answer may have %d tokens", next.Output)
		}
		short := 10
		if p := next.Cap(llm.Params{}); p.MaxTokens == nil || int64(*p.MaxTokens) != next.Output {
			t.Errorf("the request asks for %v tokens", p.MaxTokens)
		}
		if p := next.Cap(llm.Params{MaxTokens: &short}); *p.MaxTokens != short {
			t.Errorf("a request for %d tokens became one for %d", short, *p.MaxTokens)
		}
		if p := (meter.Grant{}).Cap(llm.Params{}); p.MaxTokens != nil {
			t.Error("without a budget the answer is limited")
		}
	})
}

func TestBalance(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		config := meter.DefaultBalance()
		config.Enabled, config.StartBalance, config.RefillAmount, config.AutoRefill = true, 1000, 2000, true // a tenth of a cent
		config.RefillIntervalValue, config.RefillIntervalUnit = 1, "hours"
		must(t, w.ledger.Configure(ctx, meter.Config{Balance: config, Transactions: meter.DefaultTransactions(), Zone: time.UTC}))
		x := meter.Expected{Input: 400, Output: 100, Prices: prices}
		used := llm.Usage{Input: 400, Output: 100} // 600 credits
		if l := w.level(w.alice); l.Limit != 0.001 || l.Used != 0 || !l.Resets.IsZero() {
			t.Errorf("at first: %+v", l)
		}
		if _, ok := w.spend(w.alice, x, used); !ok {
			t.Error("the first call was refused")
		}
		config.StartBalance = 5000 // for new users only
		must(t, w.ledger.Configure(ctx, meter.Config{Balance: config, Transactions: meter.DefaultTransactions(), Zone: time.UTC}))
		_, err := w.ledger.ReserveNow(ctx, meter.Entry{User: w.alice, Turn: "too dear", Model: "up/m"}, x)
		if f := fault.Of(err); !errors.Is(err, meter.ErrBudget) || !strings.Contains(f.Message, "It is refilled on ") || f.RetryAfter < 50*time.Minute || f.RetryAfter > time.Hour {
			t.Errorf("a call that the balance does not pay for is answered with %v, after %v", err, f.RetryAfter)
		}
		_, err = w.db.Exec(ctx, `UPDATE budget_counts SET refilled_at = refilled_at - $1`, time.Hour.Milliseconds())
		must(t, err)
		if _, ok := w.spend(w.alice, x, used); !ok {
			t.Error("after the interval the balance was not refilled")
		}
		if l := w.level(w.alice); l.Limit != 0.003 || l.Used != 0.0012 {
			t.Errorf("after a refill: %v of %v", l.Used, l.Limit)
		}
		must(t, w.ledger.GrantMore(ctx, "balance", w.alice, 0.01))
		if l := w.level(w.alice); l.Limit != 0.013 {
			t.Errorf("after a grant: %v", l.Limit)
		}
		if l := w.level(w.bob); l.Limit != 0.005 {
			t.Errorf("a new user begins with %v", l.Limit)
		}
		config.Enabled = false
		must(t, w.ledger.Configure(ctx, meter.Config{Balance: config, Transactions: meter.DefaultTransactions(), Zone: time.UTC}))
		if levels, err := w.ledger.Levels(ctx, w.alice); err != nil || len(levels) != 0 {
			t.Errorf("without a balance %+v holds, %v", levels, err)
		}
		config.Enabled, config.RefillIntervalUnit = true, "fortnights"
		if w.ledger.Configure(ctx, meter.Config{Balance: config, Transactions: meter.DefaultTransactions(), Zone: time.UTC}) == nil {
			t.Error("an interval of fortnights was taken")
		}
	})
}

func TestGrantMore(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		b := w.budget(meter.Budget{Scope: meter.Each, Unit: meter.Requests, Period: meter.Day, Amount: 0, Hard: true})
		x, used := meter.Expected{Input: 1}, llm.Usage{Input: 1}
		if _, ok := w.spend(w.alice, x, used); ok {
			t.Error("a budget of nothing allows something")
		}
		must(t, w.ledger.GrantMore(ctx, b.ID, w.alice, 1))
		if _, ok := w.spend(w.alice, x, used); !ok {
			t.Error("what was granted is refused")
		}
		if _, ok := w.spend(w.alice, x, used); ok {
			t.Error("one request was granted, and two are allowed")
		}
		if l, err := w.ledger.LevelOf(ctx, b); err != nil || l.Of != w.alice || l.Used != 1 || l.Limit != 1 {
			t.Errorf("who has used most of it: %+v, %v", l, err)
		}
		for name, err := range map[string]error{
			"nobody's share":   w.ledger.GrantMore(ctx, b.ID, "", 1),
			"unknown user":     w.ledger.GrantMore(ctx, b.ID, "nobody", 1),
			"unknown budget":   w.ledger.GrantMore(ctx, "none", w.alice, 1),
			"no balance":       w.ledger.GrantMore(ctx, "balance", w.alice, 1),
			"out of all reach": w.ledger.GrantMore(ctx, b.ID, w.alice, 1e18),
		} {
			if err == nil {
				t.Errorf("%s: taken", name)
			}
		}
	})
}

// What the user's own account at a provider pays is no business of the budgets of
// money; it is still a request.
func TestOwnKeyIsNotCharged(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		x := meter.Expected{Input: 1000, Output: 1000, Prices: prices, Own: true}
		used := llm.Usage{Input: 1000, Output: 1000}
		w.spend(w.alice, x, used) // before there is a budget
		w.budget(meter.Budget{Scope: meter.Each, Unit: meter.Money, Period: meter.Month, Amount: 0.001, Hard: true})
		if _, ok := w.spend(w.alice, x, used); !ok || w.level(w.alice).Used != 0 {
			t.Errorf("allowed: %v, and counted as %v", ok, w.level(w.alice).Used)
		}
		w.reserve(meter.Entry{User: w.alice, Turn: "cut"}, x)
		must(t, w.ledger.SettleCut(t.Context(), "cut", func(int) int64 { return 1000 }))
		if w.level(w.alice).Used != 0 {
			t.Errorf("a cut call is counted as %v", w.level(w.alice).Used)
		}
		if l := w.lines(w.alice); len(l) != 3 || l[0].Usage.Cost == nil || *l[0].Usage.Cost != 0.003 {
			t.Errorf("the ledger has %+v", l)
		}
		x.Own = false
		if _, ok := w.spend(w.alice, x, used); ok {
			t.Error("a call that the server pays was allowed")
		}
		w.budget(meter.Budget{Scope: meter.All, Unit: meter.Requests, Period: meter.Month, Amount: 3, Hard: true})
		x.Own = true
		if _, ok := w.spend(w.alice, x, used); ok {
			t.Error("own calls do not count as requests")
		}
	})
}

// Who is refused reads how much there was in words that fit the amount.
func TestARefusalNamesTheAmount(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		for _, c := range []struct {
			unit   meter.Unit
			amount float64
			want   string
		}{
			{meter.Requests, 0, "Your budget of 0 requests for a month has no room"},
			{meter.Requests, 1, "Your budget of 1 request for a month has no room"},
			{meter.Requests, 2, "Your budget of 2 requests for a month has no room"},
			{meter.Tokens, 1, "Your budget of 1 token for a month has no room"},
			{meter.Tokens, 5, "Your budget of 5 tokens for a month has no room"},
			{meter.Money, 0.5, "Your budget of $0.50 for a month has no room"},
			{meter.Money, 1, "Your budget of $1 for a month has no room"},
			{meter.Money, 0.0025, "Your budget of $0.0025 for a month has no room"},
		} {
			b := w.budget(meter.Budget{Scope: meter.Each, Unit: c.unit, Period: meter.Month, Amount: c.amount, Hard: true})
			var err error
			for i := range 4 {
				entry := meter.Entry{User: w.alice, Turn: fmt.Sprint(c.want, i), Model: "up/m"}
				if _, err = w.ledger.ReserveNow(t.Context(), entry, meter.Expected{Input: 1e6, Prices: &llm.Prices{Input: 10}}); err != nil {
					break
				}
			}
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v %s: refused with %v, want %q", c.amount, c.unit, err, c.want)
			}
			must(t, w.ledger.DeleteBudget(t.Context(), b.ID))
		}
	})
}

// A day begins when it does in the server's time zone: what was used before is
// not counted, and the refusal says when it begins anew there.
func TestDaysAreThoseOfTheTimeZone(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		east := time.FixedZone("EAST", 14*60*60)
		w.in(east)
		now := time.Now().In(east)
		midnight := time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, east)
		for turn, at := range map[string]time.Time{"yesterday": midnight.Add(-time.Millisecond), "today": midnight} {
			w.reserve(meter.Entry{User: w.alice, Turn: turn, Model: "up/m"}, meter.Expected{})
			_, err := w.db.Exec(ctx, `UPDATE ledger SET started_at = $1 WHERE turn_id = $2`, db.Millis(at), turn)
			must(t, err)
			must(t, w.ledger.Settle(ctx, turn, 0, named(nil), llm.Usage{Input: 1}, false))
		}
		w.budget(meter.Budget{Scope: meter.Each, Unit: meter.Requests, Period: meter.Day, Amount: 2, Hard: true})
		if l := w.level(w.alice); l.Used != 1 || !l.Resets.Equal(midnight.AddDate(0, 0, 1)) {
			t.Errorf("%v are used until %v", l.Used, l.Resets)
		}
		if _, ok := w.spend(w.alice, meter.Expected{}, llm.Usage{Input: 1}); !ok {
			t.Error("the second call of today is refused")
		}
		_, err := w.ledger.ReserveNow(ctx, meter.Entry{User: w.alice, Turn: "third", Model: "up/m"}, meter.Expected{})
		if want := midnight.AddDate(0, 0, 1).Format("It begins anew on 2 January 2006 at 15:04 EAST."); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("refused with %v, want %q", err, want)
		}
		// Elsewhere it is another day.
		w.in(time.FixedZone("WEST", -12*60*60))
		if l := w.level(w.alice); l.Resets.Equal(midnight.AddDate(0, 0, 1)) {
			t.Errorf("it still begins anew at %v", l.Resets)
		}
	})
}
