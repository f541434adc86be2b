package app_test

import (
	"encoding/csv"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"parley/internal/app"
	"parley/internal/app/apptest"
	"parley/internal/feature/usage"
	"parley/internal/kit/id"
	"parley/internal/meter"
)

func table(t *testing.T, c *apptest.Client, path string) [][]string {
	t.Helper()
	a := c.Want(t, 200, "GET", path, nil)
	if got := a.Header.Get("Content-Type"); !strings.HasPrefix(got, "text/csv") {
		t.Errorf("%s is %s", path, got)
	}
	rows, err := csv.NewReader(strings.NewReader(string(a.Body))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

func TestUsage(t *testing.T) {
	t.Parallel()
	apptest.Each(t, apptest.Options{Titles: true}, func(t *testing.T, w *apptest.World) {
		bob := w.Join("=bob@example.com", false)
		a := ownChat(t, w, w.Alice)
		ownChat(t, w, bob)
		apptest.Eventually(t, "the titles are in the ledger", func() bool {
			lines, err := meter.Lines(t.Context(), w.App.DB, bob.ID)
			return err == nil && len(lines) == 2
		})
		alice, admin := w.Alice.Program(), w.Admin.Program()
		var own, all usage.Report
		apptest.Eventually(t, "all calls are settled", func() bool {
			admin.Want(t, 200, "GET", "/api/usage/all?days=30", nil).Read(t, &all)
			return all.Total.Calls == 4 && all.Total.Estimated == 0
		})
		alice.Want(t, 200, "GET", "/api/usage", nil).Read(t, &own)
		if len(own.Days) != 30 || own.Days[29].Total != own.Total || len(own.Models) != 1 || own.Models[0].Name != apptest.Plain || own.Users != nil {
			t.Errorf("alice's usage is %+v", own)
		}
		if len(all.Users) != 2 || all.Users[0].Email == "" {
			t.Errorf("everyone's usage is %+v", all)
		}
		admin.Want(t, 200, "GET", "/api/usage/all?from=2026-01-01&to=2026-01-02", nil).Read(t, &all)
		if all.From != "2026-01-01" || len(all.Days) != 2 || all.Total.Calls != 0 {
			t.Errorf("two days of January are %+v", all)
		}
		var one usage.Report
		admin.Want(t, 200, "GET", "/api/usage/all?user="+string(bob.ID), nil).Read(t, &one)
		if one.Total.Calls != 2 || one.Users != nil {
			t.Errorf("bob's usage is %+v", one)
		}
		if rows := table(t, alice, "/api/usage/csv"); len(rows) != 2 || rows[0][0] != "day" || rows[1][1] != apptest.Plain || rows[1][2] != "2" {
			t.Errorf("alice's table is %v", rows)
		}
		rows := table(t, admin, "/api/usage/all/csv")
		if len(rows) != 3 || !strings.Contains(fmt.Sprint(rows), "'=bob@example.com") {
			t.Errorf("everyone's table is %v", rows)
		}
		alice.Want(t, 422, "GET", "/api/usage?from=yesterday", nil)
		var chat usage.OfChat
		alice.Want(t, 200, "GET", "/api/usage/chats/"+a["chat"], nil).Read(t, &chat)
		if chat.Total.Calls != 2 || chat.Context == nil || chat.Context.Model != apptest.Plain || chat.Context.Used == 0 {
			t.Errorf("the chat took %+v", chat)
		}
	})
}

func TestLimits(t *testing.T) {
	t.Parallel()
	w := apptest.Start(t, apptest.Options{})
	alice, admin := w.Alice.Program(), w.Admin.Program()
	add := func(b usage.NewBudget) (made usage.Budget) {
		admin.Want(t, 200, "POST", "/api/usage/budgets", b).Read(t, &made)
		return made
	}
	add(usage.NewBudget{Scope: meter.All, Unit: meter.Requests, Period: meter.Month, Amount: 4})
	mine := add(usage.NewBudget{Scope: meter.User, User: w.Alice.ID, Unit: meter.Requests, Period: meter.Day, Amount: 2, Hard: true})
	if mine.User == nil || mine.User.Email != w.Alice.Email || mine.Limit != 2 || mine.ResetsAt == nil {
		t.Errorf("made %+v", mine)
	}
	ownChat(t, w, w.Alice)
	var limits struct{ Items []usage.Limit }
	alice.Want(t, 200, "GET", "/api/usage/limits", nil).Read(t, &limits)
	if len(limits.Items) != 2 {
		t.Fatalf("alice's limits are %+v", limits.Items)
	}
	for _, l := range limits.Items {
		own := l.Scope == meter.User
		if own != (l.Limit != nil) || own != l.Hard || own && (l.Share != 0.5 || *l.Used != 1) || !own && l.Share != 0.25 {
			t.Errorf("alice is told %+v", l)
		}
	}
	ownChat(t, w, w.Alice)
	a := alice.Do(t, "POST", "/api/chats/"+id.New()+"/turns", object{"text": "third", "model": apptest.Plain})
	if a.Status != 429 || a.Code() != "budget_exceeded" || a.Header.Get("Retry-After") == "" {
		t.Errorf("the third turn was answered %d %s", a.Status, a.Body)
	}
	a = alice.Want(t, 429, "POST", "/v1/chat/completions", object{"model": apptest.Plain, "messages": []object{{"role": "user", "content": "fourth"}}})
	if !strings.Contains(string(a.Body), `"code":"insufficient_quota"`) || a.Header.Get("X-Should-Retry") != "false" {
		t.Errorf("a program is answered %s, and told to try again: %s", a.Body, a.Header.Get("X-Should-Retry"))
	}
	admin.Want(t, 204, "POST", "/api/usage/budgets/"+mine.ID+"/grants", object{"amount": 1})
	var allowed struct{ Items []usage.Allowance }
	admin.Want(t, 200, "GET", "/api/usage/people/"+string(w.Alice.ID), nil).Read(t, &allowed)
	if n := len(allowed.Items); n != 2 || !slices.ContainsFunc(allowed.Items, func(a usage.Allowance) bool {
		return a.Budget == mine.ID && a.Used == 2 && a.Limit == 3
	}) {
		t.Errorf("alice is allowed %+v", allowed.Items)
	}
	admin.Want(t, 404, "GET", "/api/usage/people/"+id.New(), nil)
	ownChat(t, w, w.Alice)
	admin.Want(t, 200, "PATCH", "/api/usage/budgets/"+mine.ID, object{"hard": false})
	ownChat(t, w, w.Alice)
	var budgets struct{ Items []usage.Budget }
	admin.Want(t, 200, "GET", "/api/usage/budgets", nil).Read(t, &budgets)
	if n := len(budgets.Items); n != 2 || budgets.Items[0].Used != 4 || budgets.Items[1].Used != 4 || budgets.Items[1].Limit != 3 {
		t.Errorf("the budgets are %+v", budgets.Items)
	}
	admin.Want(t, 409, "POST", "/api/usage/budgets", usage.NewBudget{Scope: meter.All, Unit: meter.Requests, Period: meter.Month, Amount: 9})
	admin.Want(t, 404, "DELETE", "/api/usage/budgets/balance", nil)
}

// What fifty turns had reserved when the program was killed is settled by the
// next start, once: the budget then counts just what the ledger has.
func TestBudgetOverKill(t *testing.T) {
	t.Parallel()
	provider, config := provide(t)
	data := t.TempDir()
	key := newUser(t, data, "alice@example.com")
	command(t, data, "user", "create", "--email", "admin@example.com", "--password", apptest.Password.Reveal(), "--admin")
	adminKey := strings.TrimSpace(command(t, data, "key", "create", "--user", "admin@example.com"))
	p := apptest.Serve(t, data, "--config", config)
	for _, unit := range []meter.Unit{meter.Tokens, meter.Requests} {
		p.As(adminKey).Want(t, 200, "POST", "/api/usage/budgets",
			usage.NewBudget{Scope: meter.Each, Unit: unit, Period: meter.Ever, Amount: 1e9, Hard: true})
	}
	journal, c := look(t, data, "journal.db"), p.As(key)
	var wait sync.WaitGroup
	for i := range running {
		script, seen := "tokens-20+hold", "t0020"
		if i%3 == 0 {
			script, seen = "tokens-300+call-calculator+tokens-10+hold", "t0010"
		}
		wait.Go(func() {
			a := c.Send(t, id.New(), object{"text": fmt.Sprintf("script:%s message %d", script, i)}, "Idempotency-Key", fmt.Sprint("key-", i))
			journaled(t, journal, a.Turn, seen)
		})
	}
	wait.Wait()
	calls := running + (running+2)/3
	apptest.Eventually(t, "the second steps have begun", func() bool { return provider.State().Calls == calls })
	p.Kill()
	for range 2 { // a second start finds nothing more to settle
		p = apptest.Serve(t, data, "--config", config)
		d := look(t, data, "parley.db")
		used := func(unit meter.Unit) int64 {
			return value[int64](t, d, `SELECT SUM(used) FROM budget_counts c JOIN budgets b ON b.id = c.budget_id WHERE b.unit = $1`, string(unit))
		}
		if n := value[int](t, d, `SELECT COUNT(*) FROM ledger WHERE settled_at > 0`); n != calls {
			t.Errorf("%d entries are settled for %d model calls", n, calls)
		}
		if got, want := used(meter.Tokens), value[int64](t, d, `SELECT SUM(input + output) FROM ledger`); got != want {
			t.Errorf("the budget counts %d tokens of %d", got, want)
		}
		if got := used(meter.Requests); got != int64(calls) {
			t.Errorf("the budget counts %d requests of %d", got, calls)
		}
		if n := value[int](t, d, `SELECT COUNT(*) FROM ledger WHERE estimated AND output > 60`); n != 0 {
			t.Errorf("%d cut steps count the text of the steps before", n)
		}
		p.Kill()
	}
}

// The balance of the configuration is a limit of each user's, which an
// administrator can raise, and which no one may delete.
func TestBalanceOfTheConfiguration(t *testing.T) {
	t.Parallel()
	w := apptest.Start(t, apptest.Options{Config: func(c *app.Config) {
		c.Balance.Enabled, c.Balance.StartBalance = true, 2_000_000
	}})
	alice, admin := w.Alice.Program(), w.Admin.Program()
	balance := func() (l usage.Limit) {
		t.Helper()
		var limits struct{ Items []usage.Limit }
		alice.Want(t, 200, "GET", "/api/usage/limits", nil).Read(t, &limits)
		if len(limits.Items) != 1 || !limits.Items[0].Balance || !limits.Items[0].Hard || limits.Items[0].ResetsAt != nil {
			t.Fatalf("alice's limits are %+v", limits.Items)
		}
		return limits.Items[0]
	}
	if l := balance(); *l.Limit != 2 || *l.Used != 0 {
		t.Errorf("2,000,000 credits are %+v", l)
	}
	admin.Want(t, 204, "POST", "/api/usage/budgets/balance/grants", usage.BudgetGrant{User: w.Alice.ID, Amount: 3})
	if l := balance(); *l.Limit != 5 {
		t.Errorf("with three dollars more it is %v", *l.Limit)
	}
	if err := w.Stop(); err != nil {
		t.Fatal(err)
	}
	w.Start()
	if l := balance(); *l.Limit != 5 {
		t.Errorf("after a restart it is %v", *l.Limit)
	}
	admin.Want(t, 404, "DELETE", "/api/usage/budgets/balance", nil)
	admin.Want(t, 404, "PATCH", "/api/usage/budgets/balance", object{"amount": 1})
	var budgets struct {
		Items   []usage.Budget
		Balance bool
	}
	admin.Want(t, 200, "GET", "/api/usage/budgets", nil).Read(t, &budgets)
	if len(budgets.Items) != 0 || !budgets.Balance {
		t.Errorf("the budgets are %+v", budgets)
	}
}
