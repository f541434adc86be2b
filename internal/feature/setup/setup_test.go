package setup_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"parley/internal/audit"
	"parley/internal/feature/setup"
	"parley/internal/identity"
	"parley/internal/identity/identitytest"
	"parley/internal/kit/db"
	"parley/internal/kit/testkit"
)

type fixture struct {
	*identitytest.Server
	db      *db.DB
	logs    *testkit.Logs
	feature *setup.Service
}

func onBoth(t *testing.T, test func(*testing.T, fixture)) {
	t.Helper()
	testkit.Databases(t, func(t *testing.T, d *db.DB) {
		log, logs := testkit.Log()
		who := identity.New(identity.Config{DB: d, Log: log})
		f := fixture{db: d, logs: logs, feature: setup.New(d, who)}
		if err := d.Migrate(t.Context(), audit.Migrations, identity.Migrations, f.feature.Spec().Migrations); err != nil {
			t.Fatal(err)
		}
		f.Server = identitytest.Serve(t, who, log, f.feature.Spec().Routes)
		test(t, f)
	})
}

// start is what the server does when it starts.
func (f fixture) start(t *testing.T) string {
	t.Helper()
	token, err := f.feature.Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return token.Reveal()
}

func (f fixture) valid(t *testing.T, token string) bool {
	t.Helper()
	var v setup.Validity
	f.Anonymous(t).Do(t, http.MethodGet, "/api/setup?token="+token, nil).Into(t, &v)
	return v.Valid
}

func form(token string) map[string]string {
	return map[string]string{"token": token, "email": "Ann@example.org", "name": "Ann", "password": identitytest.Password.Reveal()}
}

func TestSetup(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, f fixture) {
		first := f.start(t)
		second := f.start(t) // a restart
		if len(first) < 43 || first == second {
			t.Errorf("tokens %q and %q", first, second)
		}
		for token, want := range map[string]bool{first: true, second: true, "": false, "x": false, strings.ToUpper(first): false, first + "a": false} {
			if got := f.valid(t, token); got != want {
				t.Errorf("%q is valid: %v", token, got)
			}
		}
		var stored string
		if err := f.db.QueryRow(t.Context(), `SELECT token_hash FROM setup_tokens ORDER BY token_hash`).Scan(&stored); err != nil || strings.Contains(first+second, stored) || len(stored) != 64 {
			t.Errorf("stored as %q, %v", stored, err)
		}

		before := f.Identity.HashCount()
		for name, c := range map[string]struct {
			change func(map[string]string)
			status int
			code   string
		}{
			"wrong token":    {func(b map[string]string) { b["token"] = "wrong" }, http.StatusForbidden, "setup_token_invalid"},
			"empty token":    {func(b map[string]string) { b["token"] = "" }, http.StatusForbidden, "setup_token_invalid"},
			"short password": {func(b map[string]string) { b["password"] = "short" }, http.StatusUnprocessableEntity, "password_too_short"},
			"no address":     {func(b map[string]string) { b["email"] = "ann" }, http.StatusUnprocessableEntity, "email_invalid"},
			"a role":         {func(b map[string]string) { b["role"] = "user" }, http.StatusUnprocessableEntity, "invalid"},
		} {
			body := form(first)
			c.change(body)
			if a := f.Anonymous(t).Do(t, http.MethodPost, "/api/setup", body); a.Status != c.status || a.Code != c.code || a.Cookie != nil {
				t.Errorf("%s: %d %s", name, a.Status, a.Code)
			}
		}
		if f.Identity.HashCount() != before {
			t.Error("a hash was computed for a stranger")
		}
		if !f.valid(t, first) || !f.valid(t, second) {
			t.Fatal("a failed try closed the link")
		}

		var done struct{ User identity.User }
		a := f.Anonymous(t).Do(t, http.MethodPost, "/api/setup", form(first))
		a.Into(t, &done)
		if done.User.Role != identity.RoleAdmin || done.User.Email != "ann@example.org" || a.Cookie == nil {
			t.Errorf("made %+v, cookie %v", done.User, a.Cookie)
		}
		for _, token := range []string{first, second} {
			if f.valid(t, token) {
				t.Error("the link outlived its use")
			}
			body := form(token)
			body["email"] = "eve@example.org"
			if a := f.Anonymous(t).Do(t, http.MethodPost, "/api/setup", body); a.Status != http.StatusForbidden || a.Code != "setup_closed" {
				t.Errorf("used again: %d %s", a.Status, a.Code)
			}
		}
		if token := f.start(t); token != "" {
			t.Error("a server with users prints a link")
		}
		entries, err := audit.List(t.Context(), f.db, "", 10)
		if err != nil || !strings.Contains(fmt.Sprint(entries), string(audit.SetupCompletion)) {
			t.Errorf("the audit: %v, %v", entries, err)
		}
		for _, secret := range []string{first, second, identitytest.Password.Reveal()} {
			if strings.Contains(f.logs.String()+fmt.Sprint(entries), secret) {
				t.Error("a secret is in the log or the audit")
			}
		}
	})
}

// The command line makes a user while the link is open.
func TestAnyUserClosesTheLink(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, f fixture) {
		token := f.start(t)
		if _, err := f.Identity.CreateUser(t.Context(), identity.NewUser{Email: "bob@example.org", Password: identitytest.Password}); err != nil {
			t.Fatal(err)
		}
		if f.valid(t, token) {
			t.Error("the link is still valid")
		}
		if a := f.Anonymous(t).Do(t, http.MethodPost, "/api/setup", form(token)); a.Status != http.StatusForbidden || a.Code != "setup_closed" {
			t.Errorf("%d %s", a.Status, a.Code)
		}
	})
}

func TestOnlyOneAdministratorIsMade(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, f fixture) {
		tokens := []string{f.start(t), f.start(t), f.start(t), f.start(t)}
		var all sync.WaitGroup
		var mu sync.Mutex
		answers := map[string]int{}
		for i, token := range tokens {
			body := form(token)
			body["email"] = fmt.Sprintf("user%d@example.org", i)
			c := f.Anonymous(t)
			all.Go(func() {
				a := c.Do(t, http.MethodPost, "/api/setup", body)
				mu.Lock()
				defer mu.Unlock()
				answers[strings.TrimSpace(fmt.Sprintln(a.Status, a.Code))]++
			})
		}
		all.Wait()
		if answers["200"] != 1 || answers["403 setup_closed"] != 3 {
			t.Errorf("answers %v", answers)
		}
		users, err := f.Identity.ListUsers(t.Context(), "", 10)
		if err != nil || len(users) != 1 {
			t.Errorf("%d users, %v", len(users), err)
		}
	})
}

func TestTokensAreBounded(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, f fixture) {
		var newest string
		for range 15 {
			newest = f.start(t)
		}
		var n int
		if err := f.db.QueryRow(t.Context(), `SELECT COUNT(*) FROM setup_tokens`).Scan(&n); err != nil || n != 10 {
			t.Errorf("%d tokens, %v", n, err)
		}
		if !f.valid(t, newest) {
			t.Error("the newest link is not valid")
		}
	})
}

func TestGuessingIsThrottled(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, f fixture) {
		f.start(t)
		for i := range 60 {
			a := f.Anonymous(t).Do(t, http.MethodPost, "/api/setup", form("guess"))
			if a.Status != http.StatusTooManyRequests {
				continue
			}
			if i < 30 || a.Code != "throttled" || a.Header.Get("Retry-After") == "" {
				t.Errorf("after %d: %s, Retry-After %q", i, a.Code, a.Header.Get("Retry-After"))
			}
			return
		}
		t.Error("60 guesses in a row were let through")
	})
}
