package signin_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"parley/internal/audit"
	"parley/internal/feature/signin"
	"parley/internal/identity"
	"parley/internal/identity/identitytest"
	"parley/internal/kit/db"
	"parley/internal/kit/limit"
	"parley/internal/kit/testkit"
	"parley/internal/setting"

	"github.com/google/go-cmp/cmp"
)

type fixture struct {
	*identitytest.Server
	db       *db.DB
	settings *setting.Service
	logs     *testkit.Logs
}

func onBoth(t *testing.T, test func(*testing.T, fixture)) {
	t.Helper()
	testkit.Databases(t, func(t *testing.T, d *db.DB) {
		if err := d.Migrate(t.Context(), audit.Migrations, identity.Migrations, setting.Migrations); err != nil {
			t.Fatal(err)
		}
		log, logs := testkit.Log()
		settings, err := setting.New(t.Context(), d, log, setting.Layers{})
		if err != nil {
			t.Fatal(err)
		}
		who := identity.New(identity.Config{DB: d, Log: log, Lifetimes: func() identity.Lifetimes { return settings.Server().Lifetimes() }})
		door := signin.New(signin.Deps{
			Identity: who, Settings: settings, Version: "1.2.3",
			Uploads: func() signin.Uploads { return signin.Uploads{MaxBytes: 42} },
			Rates: func() signin.Rates {
				return signin.Rates{Register: identity.Rates{Address: limit.Rate{Most: 60, Per: 5 * time.Minute}}}
			},
		})
		f := fixture{db: d, settings: settings, logs: logs, Server: identitytest.Serve(t, who, log, door.Spec().Routes)}
		test(t, f)
	})
}

type fields map[string]any

func TestBoot(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, f fixture) {
		boot := func(c *identitytest.Client) (b signin.Boot) {
			t.Helper()
			c.Do(t, http.MethodGet, "/api/boot", nil).Into(t, &b)
			return b
		}
		want := signin.Boot{Version: "1.2.3", Setup: true, DefaultLanguage: "en", MinPassword: 8, Protocol: 1, Page: signin.DefaultPage()}
		ignore := cmp.Comparer(func(a, b identity.User) bool { return a.ID == b.ID && a.Email == b.Email && a.Role == b.Role })
		if diff := cmp.Diff(want, boot(f.Anonymous(t))); diff != "" {
			t.Errorf("without users (-want +got):\n%s", diff)
		}
		ann := f.SignedIn(t, "ann@example.org", true)
		want.Setup, want.Registration = false, true
		if diff := cmp.Diff(want, boot(f.Anonymous(t))); diff != "" {
			t.Errorf("anonymous (-want +got):\n%s", diff)
		}
		mine := setting.UserDefaults()
		want.User, want.Settings, want.Uploads.MaxBytes = &ann.User, &mine, 42
		for name, c := range map[string]*identitytest.Client{"signed in": ann, "with a key": ann.Program(t)} {
			if diff := cmp.Diff(want, boot(c), ignore); diff != "" {
				t.Errorf("%s (-want +got):\n%s", name, diff)
			}
		}
		// null, not left out: the browser relies on it.
		if body := f.Anonymous(t).Do(t, http.MethodGet, "/api/boot", nil).Body; !strings.Contains(body, `"user":null,"settings":null`) {
			t.Errorf("body %s", body)
		}
		if body := ann.Do(t, http.MethodGet, "/api/boot", nil).Body; strings.Contains(body, "argon2") || strings.Contains(body, "disabled") {
			t.Errorf("tells too much: %s", body)
		}
	})
}

func TestSignInAndOut(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, f fixture) {
		ann := f.SignedIn(t, "ann@example.org", false).User
		c := f.Anonymous(t)
		var in struct{ User identity.User }
		answer := c.Do(t, http.MethodPost, "/api/session", fields{"email": "Ann@Example.org", "password": identitytest.Password.Reveal(), "keep": true})
		answer.Into(t, &in)
		if answer.Status != http.StatusOK || in.User.ID != ann.ID || in.User.CreatedAt.IsZero() {
			t.Errorf("status %d, %+v", answer.Status, in)
		}
		if k := answer.Cookie; k == nil || !k.HttpOnly || k.SameSite != http.SameSiteLaxMode || k.Path != "/" || k.MaxAge != 30*24*3600 || k.Secure {
			t.Errorf("cookie %v", answer.Cookie)
		}
		var b signin.Boot
		if c.Do(t, http.MethodGet, "/api/boot", nil).Into(t, &b); b.User == nil || b.User.ID != ann.ID {
			t.Error("not signed in afterwards")
		}
		first := answer.Cookie.Value
		again := c.Do(t, http.MethodPost, "/api/session", fields{"email": "ann@example.org", "password": identitytest.Password.Reveal()})
		if again.Cookie == nil || again.Cookie.Value == first || again.Cookie.MaxAge != 0 {
			t.Errorf("signing in again did not rotate, or keeps: %v", again.Cookie)
		}
		stolen := f.Anonymous(t)
		stolen.Header.Set("Cookie", identity.CookieName+"="+first)
		if a := stolen.Do(t, http.MethodDelete, "/api/session", nil); a.Status != http.StatusUnauthorized {
			t.Errorf("the rotated cookie still works: %d", a.Status)
		}

		out := c.Do(t, http.MethodDelete, "/api/session", nil)
		if out.Status != http.StatusNoContent || out.Cookie == nil || out.Cookie.MaxAge >= 0 {
			t.Errorf("signing out: %d, cookie %v", out.Status, out.Cookie)
		}
		stolen.Header.Set("Cookie", identity.CookieName+"="+again.Cookie.Value)
		if a := stolen.Do(t, http.MethodDelete, "/api/session", nil); a.Status != http.StatusUnauthorized || a.Code != "unauthenticated" {
			t.Errorf("the cookie works after signing out: %d %s", a.Status, a.Code)
		}
		if a := f.SignedIn(t, "bob@example.org", false).Program(t).Do(t, http.MethodDelete, "/api/session", nil); a.Status != http.StatusNoContent {
			t.Errorf("a program signing out: %d", a.Status)
		}
	})
}

func TestSignInTellsNothing(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, f fixture) {
		f.SignedIn(t, "root@example.org", true)
		f.SignedIn(t, "ann@example.org", false)
		gone := f.SignedIn(t, "gone@example.org", false).User
		if err := f.Identity.SetDisabled(t.Context(), gone.ID, true); err != nil {
			t.Fatal(err)
		}
		right := identitytest.Password.Reveal()
		var text string
		for name, body := range map[string]fields{
			"wrong password": {"email": "ann@example.org", "password": "wrong password"},
			"unknown":        {"email": "eve@example.org", "password": right},
			"disabled":       {"email": "gone@example.org", "password": right},
			"empty":          {"email": "", "password": ""},
			"no address":     {"email": "ann", "password": right},
		} {
			before := f.Identity.HashCount()
			a := f.Anonymous(t).Do(t, http.MethodPost, "/api/session", body)
			if a.Status != http.StatusUnauthorized || a.Code != "invalid_credentials" || a.Cookie != nil {
				t.Errorf("%s: %d %s, cookie %v", name, a.Status, a.Code, a.Cookie)
			}
			if n := f.Identity.HashCount() - before; n != 1 {
				t.Errorf("%s: %d hashes, want 1", name, n)
			}
			without, _, _ := strings.Cut(a.Body, `"requestId"`)
			if text == "" {
				text = without
			}
			if without != text {
				t.Errorf("%s: %s\nanother: %s", name, without, text)
			}
		}
	})
}

func TestSignInIsThrottled(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, f fixture) {
		f.SignedIn(t, "ann@example.org", false)
		// Of one account, whether it exists or not.
		for _, email := range []string{"ann@example.org", "eve@example.org"} {
			tries := 0
			for ; tries < 20; tries++ {
				c := f.Anonymous(t)
				c.Header.Set("X-Forwarded-For", fmt.Sprintf("198.51.100.%d", tries)) // a lie, without a trusted proxy
				a := c.Do(t, http.MethodPost, "/api/session", fields{"email": email, "password": "wrong"})
				if a.Status == http.StatusTooManyRequests {
					if a.Code != "throttled" || a.Header.Get("Retry-After") == "" || a.Header.Get("Retry-After") == "0" {
						t.Errorf("code %s, Retry-After %q", a.Code, a.Header.Get("Retry-After"))
					}
					break
				}
			}
			if tries < 10 || tries == 20 {
				t.Errorf("%s: throttled after %d tries", email, tries)
			}
		}
	})
}

func TestRegister(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, f fixture) {
		right := identitytest.Password.Reveal()
		register := func(body fields) identitytest.Answer {
			t.Helper()
			return f.Anonymous(t).Do(t, http.MethodPost, "/api/users", body)
		}
		before := f.Identity.HashCount()
		if a := register(fields{"email": "eve@example.org", "password": right}); a.Status != http.StatusForbidden || a.Code != "setup_required" {
			t.Errorf("before the set-up: %d %s", a.Status, a.Code)
		}
		if f.Identity.HashCount() != before {
			t.Error("a hash was computed for a stranger before the set-up")
		}
		f.SignedIn(t, "root@example.org", true)

		c := f.Anonymous(t)
		var in struct{ User identity.User }
		a := c.Do(t, http.MethodPost, "/api/users", fields{"email": "Ann@example.org", "name": "Ann", "password": right})
		a.Into(t, &in)
		if in.User.Email != "ann@example.org" || in.User.Name != "Ann" || in.User.Role != identity.RoleUser || a.Cookie == nil {
			t.Errorf("made %+v, cookie %v", in.User, a.Cookie)
		}
		if out := c.Do(t, http.MethodDelete, "/api/session", nil); out.Status != http.StatusNoContent {
			t.Errorf("not signed in afterwards: %d", out.Status)
		}

		before = f.Identity.HashCount()
		a = register(fields{"email": "ANN@example.org", "password": "another password"})
		if a.Status != http.StatusConflict || a.Code != "registration_refused" || a.Cookie != nil {
			t.Errorf("an address in use: %d %s", a.Status, a.Code)
		}
		if n := f.Identity.HashCount() - before; n != 1 {
			t.Errorf("an address in use: %d hashes, want the 1 of a success", n)
		}
		if _, err := f.Identity.Authenticate(t.Context(), "ann@example.org", identitytest.Password); err != nil {
			t.Errorf("the account was taken over: %v", err)
		}

		for name, c := range map[string]struct {
			body fields
			code string
		}{
			"short password": {fields{"email": "a@example.org", "password": "short"}, "password_too_short"},
			"no address":     {fields{"email": "a", "password": right}, "email_invalid"},
			"nothing":        {fields{}, "invalid"},
			"a role":         {fields{"email": "a@example.org", "password": right, "role": "admin"}, "invalid"},
			"admin":          {fields{"email": "a@example.org", "password": right, "admin": true}, "invalid"},
			"an id":          {fields{"email": "a@example.org", "password": right, "id": string(in.User.ID)}, "invalid"},
			"a number":       {fields{"email": "a@example.org", "password": 12345678}, "invalid"},
		} {
			if a := register(c.body); a.Status != http.StatusUnprocessableEntity || a.Code != c.code {
				t.Errorf("%s: %d %s", name, a.Status, a.Code)
			} else if strings.Contains(a.Body, "12345678") || strings.Contains(a.Body, right) {
				t.Errorf("%s: the answer repeats the password: %s", name, a.Body)
			}
		}
		if a := f.Anonymous(t).Do(t, http.MethodPost, "/api/users", `{"email":"a@example.org","password":"`+right); a.Status/100 != 4 || strings.Contains(a.Body, right) {
			t.Errorf("broken JSON: %d %s", a.Status, a.Body)
		}

		if _, err := f.settings.ChangeServer(t.Context(), setting.ServerPatch{Registration: new(false)}); err != nil {
			t.Fatal(err)
		}
		before = f.Identity.HashCount()
		if a := register(fields{"email": "b@example.org", "password": right}); a.Status != http.StatusForbidden || a.Code != "registration_closed" {
			t.Errorf("switched off: %d %s", a.Status, a.Code)
		}
		if f.Identity.HashCount() != before {
			t.Error("a hash was computed though registration is off")
		}
		var b signin.Boot
		if f.Anonymous(t).Do(t, http.MethodGet, "/api/boot", nil).Into(t, &b); b.Registration {
			t.Error("the browser is told that registration is on")
		}
	})
}

func TestRegistrationIsThrottled(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, f fixture) {
		f.SignedIn(t, "root@example.org", true)
		for i := range 90 {
			a := f.Anonymous(t).Do(t, http.MethodPost, "/api/users", fields{"email": "x", "password": "y"})
			if a.Status != http.StatusTooManyRequests {
				continue
			}
			if i != 60 || a.Code != "throttled" || a.Header.Get("Retry-After") == "" {
				t.Errorf("after %d: %s, Retry-After %q", i, a.Code, a.Header.Get("Retry-After"))
			}
			return
		}
		t.Error("90 registrations in a row were let through")
	})
}

// Nothing that a visitor types ends up in the log or in the audit.
func TestSecretsStayOut(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, f fixture) {
		f.SignedIn(t, "root@example.org", true)
		const canary = "canary-8842-password"
		c := f.Anonymous(t)
		made := c.Do(t, http.MethodPost, "/api/users", fields{"email": "ann@example.org", "password": canary})
		in := c.Do(t, http.MethodPost, "/api/session", fields{"email": "ann@example.org", "password": canary, "keep": true})
		c.Do(t, http.MethodPost, "/api/session", fields{"email": canary, "password": canary + "!"}) // typed into the wrong field
		c.Do(t, http.MethodPost, "/api/session", fields{"email": "ann@example.org", "password": canary, "extra": canary})
		c.Do(t, http.MethodPost, "/api/session", `{"password": "`+canary)
		bad := f.Anonymous(t)
		bad.Header.Set("Authorization", "Bearer pk_"+canary)
		bad.Do(t, http.MethodGet, "/api/boot", nil)
		// Even when the database breaks in the middle of it.
		if _, err := f.db.Exec(t.Context(), `ALTER TABLE audit_entries RENAME TO away`); err != nil {
			t.Fatal(err)
		}
		if a := c.Do(t, http.MethodPost, "/api/session", fields{"email": "ann@example.org", "password": canary}); a.Status != http.StatusInternalServerError || strings.Contains(a.Body, "audit") {
			t.Errorf("with a broken database: %d %s", a.Status, a.Body)
		}
		if _, err := f.db.Exec(t.Context(), `ALTER TABLE away RENAME TO audit_entries`); err != nil {
			t.Fatal(err)
		}

		entries, err := audit.List(context.WithoutCancel(t.Context()), f.db, "", 100)
		if err != nil {
			t.Fatal(err)
		}
		for _, where := range []string{f.logs.String(), fmt.Sprint(entries)} {
			if where == "" {
				t.Fatal("nothing was captured")
			}
			for _, secret := range []string{"canary", made.Cookie.Value, in.Cookie.Value, identitytest.Password.Reveal()} {
				if strings.Contains(where, secret) {
					t.Errorf("%q shows in:\n%s", secret, where)
				}
			}
		}
	})
}
