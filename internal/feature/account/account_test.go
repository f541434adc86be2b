package account_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/http"
	"reflect"
	"strings"
	"testing"

	"parley/internal/access"
	"parley/internal/audit"
	"parley/internal/feature"
	"parley/internal/feature/account"
	"parley/internal/identity"
	"parley/internal/identity/identitytest"
	"parley/internal/kit/db"
	"parley/internal/kit/id"
	"parley/internal/kit/seal"
	"parley/internal/kit/testkit"
	"parley/internal/setting"
)

type fixture struct {
	*identitytest.Server
	db   *db.DB
	logs *testkit.Logs
	spec feature.Spec
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
		who := identity.New(identity.Config{DB: d, Log: log})
		spec := account.New(account.Deps{Identity: who, Settings: settings, Guards: access.New()}).Spec()
		test(t, fixture{db: d, logs: logs, spec: spec, Server: identitytest.Serve(t, who, log, spec.Routes)})
	})
}

type fields map[string]any

func TestMe(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, f fixture) {
		ann := f.SignedIn(t, "ann@example.org", false)
		f.SignedIn(t, "bob@example.org", false)
		var me identity.User
		ann.Do(t, http.MethodGet, "/api/me", nil).Into(t, &me)
		if me.ID != ann.User.ID || me.Email != "ann@example.org" || me.Role != identity.RoleUser || me.CreatedAt.IsZero() {
			t.Errorf("got %+v", me)
		}
		ann.Do(t, http.MethodPatch, "/api/me", fields{"name": " Ann  Lee "}).Into(t, &me)
		if me.Name != "Ann Lee" {
			t.Errorf("renamed to %q", me.Name)
		}
		ann.Do(t, http.MethodPatch, "/api/me", fields{}).Into(t, &me)
		if me.Name != "Ann Lee" {
			t.Errorf("nothing to change, but now %q", me.Name)
		}
		// Nothing but the name, and of nobody else.
		for _, body := range []fields{
			{"role": "admin"}, {"name": "x", "role": "admin"}, {"email": "root@example.org"}, {"id": id.New()}, {"disabled": false}, {"name": ""}, {"name": 7},
		} {
			if a := ann.Do(t, http.MethodPatch, "/api/me", body); a.Status != http.StatusUnprocessableEntity {
				t.Errorf("%v: %d", body, a.Status)
			}
		}
		ann.Do(t, http.MethodGet, "/api/me", nil).Into(t, &me)
		if me.Role != identity.RoleUser || me.Email != "ann@example.org" || me.Name != "Ann Lee" {
			t.Errorf("now %+v", me)
		}
	})
}

func TestPassword(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, f fixture) {
		ann := f.SignedIn(t, "ann@example.org", false)
		elsewhere := again(t, f, ann)
		script := ann.Program(t)
		const next = "canary-3310-password"
		right := identitytest.Password.Reveal()
		for name, c := range map[string]struct {
			body   fields
			status int
			code   string
		}{
			"wrong":     {fields{"current": "wrong password", "new": next}, http.StatusForbidden, "password_wrong"},
			"short":     {fields{"current": right, "new": "short"}, http.StatusUnprocessableEntity, "password_too_short"},
			"address":   {fields{"current": right, "new": "ann@example.org"}, http.StatusUnprocessableEntity, "password_weak"},
			"for other": {fields{"current": right, "new": next, "user": id.New()}, http.StatusUnprocessableEntity, "invalid"},
			"no proof":  {fields{"new": next}, http.StatusUnprocessableEntity, "invalid"},
		} {
			if a := ann.Do(t, http.MethodPut, "/api/me/password", c.body); a.Status != c.status || a.Code != c.code {
				t.Errorf("%s: %d %s", name, a.Status, a.Code)
			}
		}
		if a := elsewhere.Do(t, http.MethodGet, "/api/me", nil); a.Status != http.StatusOK {
			t.Fatalf("a refused change signed the other browser out: %d", a.Status)
		}
		if a := ann.Do(t, http.MethodPut, "/api/me/password", fields{"current": right, "new": next}); a.Status != http.StatusNoContent {
			t.Fatalf("%d %s", a.Status, a.Body)
		}
		for name, c := range map[string]struct {
			client *identitytest.Client
			status int
		}{"here": {ann, 200}, "elsewhere": {elsewhere, 401}, "script": {script, 200}} {
			if a := c.client.Do(t, http.MethodGet, "/api/me", nil); a.Status != c.status {
				t.Errorf("%s: %d, want %d", name, a.Status, c.status)
			}
		}
		if _, err := f.Identity.Authenticate(t.Context(), "ann@example.org", next); err != nil {
			t.Errorf("the new password: %v", err)
		}
		if strings.Contains(f.logs.String(), "canary") || strings.Contains(f.logs.String(), right) {
			t.Error("a password is in the log")
		}
	})
}

func TestSettings(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, f fixture) {
		ann, bob := f.SignedIn(t, "ann@example.org", false), f.SignedIn(t, "bob@example.org", false)
		var got setting.User
		ann.Do(t, http.MethodPatch, "/api/me/settings", fields{"theme": "dark", "textSize": 18, "singleKeys": false}).Into(t, &got)
		want := setting.UserDefaults()
		want.Theme, want.TextSize, want.SingleKeys = "dark", 18, false
		if !reflect.DeepEqual(got, want) {
			t.Errorf("changed to %+v", got)
		}
		if ann.Do(t, http.MethodGet, "/api/me/settings", nil).Into(t, &got); !reflect.DeepEqual(got, want) {
			t.Errorf("kept %+v", got)
		}
		if bob.Do(t, http.MethodGet, "/api/me/settings", nil).Into(t, &got); !reflect.DeepEqual(got, setting.UserDefaults()) {
			t.Errorf("bob has %+v", got)
		}
		for _, body := range []fields{
			{"theme": "pink"},
			{"textSize": 13},
			{"textSize": 21},
			{"textSize": "big"},
			{"density": "x"},
			{"column": "x"},
			{"mode": "x"},
			{"language": "e"},
			{"sendKey": "x"},
			{"model": "nonsense"},
			{"user": id.New()},
			{"registration": true},
			{"theme": "light", "textSize": 99},
		} {
			if a := ann.Do(t, http.MethodPatch, "/api/me/settings", body); a.Status != http.StatusUnprocessableEntity {
				t.Errorf("%v: %d", body, a.Status)
			}
		}
		if ann.Do(t, http.MethodGet, "/api/me/settings", nil).Into(t, &got); !reflect.DeepEqual(got, want) {
			t.Errorf("a refused change left %+v", got)
		}
	})
}

func TestSessions(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, f fixture) {
		ann, bob := f.SignedIn(t, "ann@example.org", false), f.SignedIn(t, "bob@example.org", false)
		elsewhere := again(t, f, ann)
		var list account.Sessions
		a := ann.Do(t, http.MethodGet, "/api/me/sessions", nil)
		a.Into(t, &list)
		if len(list.Items) != 2 || list.Items[0].Current == list.Items[1].Current {
			t.Fatalf("got %s", a.Body)
		}
		if strings.Contains(a.Body, "hash") || strings.Contains(a.Body, "token") {
			t.Errorf("tells too much: %s", a.Body)
		}
		here, there := list.Items[0], list.Items[1]
		if there.Current {
			here, there = there, here
		}
		for name, path := range map[string]string{
			"unknown": id.New(), "no id": "x", "a NUL": "%00", "up": "..%2f..", "a key's": string(key(t, f, ann)),
		} {
			if a := ann.Do(t, http.MethodDelete, "/api/me/sessions/"+path, nil); a.Status != http.StatusNotFound || a.Code != "not_found" {
				t.Errorf("%s: %d %s", name, a.Status, a.Code)
			}
		}
		theirs := bob.Do(t, http.MethodDelete, "/api/me/sessions/"+string(there.ID), nil)
		unknown := bob.Do(t, http.MethodDelete, "/api/me/sessions/"+id.New(), nil)
		if theirs.Status != http.StatusNotFound || strip(theirs.Body) != strip(unknown.Body) {
			t.Errorf("someone else's: %d %s\nunknown: %s", theirs.Status, theirs.Body, unknown.Body)
		}
		if a := elsewhere.Do(t, http.MethodGet, "/api/me", nil); a.Status != http.StatusOK {
			t.Fatalf("signed out by bob: %d", a.Status)
		}
		if a := ann.Do(t, http.MethodDelete, "/api/me/sessions/"+string(there.ID), nil); a.Status != http.StatusNoContent || a.Cookie != nil {
			t.Errorf("%d, cookie %v", a.Status, a.Cookie)
		}
		if a := elsewhere.Do(t, http.MethodGet, "/api/me", nil); a.Status != http.StatusUnauthorized || a.Cookie == nil {
			t.Errorf("goes on after it was revoked: %d", a.Status)
		}
		if a := ann.Do(t, http.MethodDelete, "/api/me/sessions/"+string(here.ID), nil); a.Status != http.StatusNoContent || a.Cookie == nil || a.Cookie.MaxAge >= 0 {
			t.Errorf("one's own: %d, cookie %v", a.Status, a.Cookie)
		}
	})
}

func TestKeys(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, f fixture) {
		ann, bob := f.SignedIn(t, "ann@example.org", false), f.SignedIn(t, "bob@example.org", false)
		var made struct {
			identity.Key
			Secret string `json:"key"`
		}
		a := ann.Do(t, http.MethodPost, "/api/me/keys", fields{"name": "script"})
		a.Into(t, &made)
		if !strings.HasPrefix(made.Secret, "pk_") || made.Name != "script" || made.LastUsedAt != nil || a.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("made %+v, Cache-Control %q", made.Key, a.Header.Get("Cache-Control"))
		}
		script := f.Anonymous(t)
		script.Header.Set("Authorization", "Bearer "+made.Secret)
		var me identity.User
		if script.Do(t, http.MethodGet, "/api/me", nil).Into(t, &me); me.ID != ann.User.ID {
			t.Errorf("the key is %s", me.Email)
		}
		a = ann.Do(t, http.MethodGet, "/api/me/keys", nil)
		var list account.Keys
		a.Into(t, &list)
		if len(list.Items) != 1 || list.Items[0].ID != made.ID || list.Items[0].LastUsedAt == nil || list.Items[0].Prefix != made.Secret[:8] {
			t.Errorf("listed %s", a.Body)
		}
		if strings.Contains(a.Body, made.Secret) || strings.Contains(f.logs.String(), made.Secret) {
			t.Error("the key is shown again, or in the log")
		}
		var none account.Keys
		if bob.Do(t, http.MethodGet, "/api/me/keys", nil).Into(t, &none); len(none.Items) != 0 || none.Items == nil {
			t.Errorf("bob sees %v", none.Items)
		}
		for _, body := range []fields{{}, {"name": ""}, {"name": "x", "user": id.New()}, {"name": "x", "userId": string(bob.User.ID)}, {"name": "x", "key": "pk_mine"}} {
			if a := ann.Do(t, http.MethodPost, "/api/me/keys", body); a.Status != http.StatusUnprocessableEntity {
				t.Errorf("%v: %d", body, a.Status)
			}
		}
		if a := bob.Do(t, http.MethodDelete, "/api/me/keys/"+string(made.ID), nil); a.Status != http.StatusNotFound {
			t.Errorf("bob deletes it: %d", a.Status)
		}
		if a := ann.Do(t, http.MethodDelete, "/api/me/keys/"+string(made.ID), nil); a.Status != http.StatusNoContent {
			t.Errorf("%d %s", a.Status, a.Body)
		}
		if a := script.Do(t, http.MethodGet, "/api/me", nil); a.Status != http.StatusUnauthorized || a.Code != "invalid_token" || a.Header.Get("WWW-Authenticate") == "" {
			t.Errorf("a deleted key: %d %s", a.Status, a.Code)
		}
	})
}

// Every route, whatever routes there are, refuses strangers and the disabled.
func TestEveryRouteNeedsAUser(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, f fixture) {
		ann := f.SignedIn(t, "ann@example.org", false)
		script := ann.Program(t)
		if err := f.Identity.SetDisabled(t.Context(), ann.User.ID, true); err != nil {
			t.Fatal(err)
		}
		if len(f.Router.Routes()) < 10 {
			t.Fatalf("only %d routes", len(f.Router.Routes()))
		}
		for _, r := range f.Router.Routes() {
			path := strings.NewReplacer("{session}", id.New(), "{key}", id.New()).Replace(r.Path)
			for name, c := range map[string]*identitytest.Client{"stranger": f.Anonymous(t), "disabled": ann, "disabled program": script} {
				if a := c.Do(t, r.Method, path, nil); a.Status != http.StatusUnauthorized {
					t.Errorf("%s %s as %s: %d", r.Method, path, name, a.Status)
				}
			}
		}
	})
}

func TestExportAndDeletion(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, f fixture) {
		ctx := t.Context()
		ann, bob := f.SignedIn(t, "ann@example.org", false), f.SignedIn(t, "bob@example.org", false)
		script := ann.Program(t)
		ann.Do(t, http.MethodPatch, "/api/me/settings", fields{"theme": "dark"})
		var out bytes.Buffer
		if err := f.spec.Export(ctx, ann.User.ID, &out); err != nil {
			t.Fatal(err)
		}
		var got struct {
			User     identity.User
			Settings setting.User
			Sessions []identity.Session
			Keys     []identity.Key
		}
		if err := json.Unmarshal(out.Bytes(), &got); err != nil || got.User.Email != "ann@example.org" || got.Settings.Theme != "dark" || len(got.Sessions) != 1 || len(got.Keys) != 1 {
			t.Errorf("%v: %s", err, out.String())
		}
		if text := out.String(); strings.Contains(text, "bob") || strings.Contains(text, "argon2") || strings.Contains(text, "hash") {
			t.Errorf("exports too much: %s", text)
		}

		if err := f.Identity.DeleteUser(ctx, ann.User.ID); err != nil {
			t.Fatal(err)
		}
		for _, c := range []*identitytest.Client{ann, script} {
			if a := c.Do(t, http.MethodGet, "/api/me", nil); a.Status != http.StatusUnauthorized {
				t.Errorf("lives on: %d", a.Status)
			}
		}
		for _, table := range []string{"users WHERE id", "sessions WHERE user_id", "api_keys WHERE user_id", "user_settings WHERE user_id"} {
			var n int
			if err := f.db.QueryRow(ctx, `SELECT COUNT(*) FROM `+table+` = $1`, string(ann.User.ID)).Scan(&n); err != nil || n != 0 {
				t.Errorf("%s: %d left, %v", table, n, err)
			}
		}
		if err := f.spec.Export(ctx, ann.User.ID, &out); !errors.Is(err, identity.ErrNoUser) {
			t.Errorf("exported after all: %v", err)
		}
		if a := bob.Do(t, http.MethodGet, "/api/me", nil); a.Status != http.StatusOK {
			t.Errorf("bob: %d", a.Status)
		}
	})
}

// again signs the user of c in with another browser.
func again(t *testing.T, f fixture, c *identitytest.Client) *identitytest.Client {
	t.Helper()
	user, err := f.Identity.User(t.Context(), c.User.ID)
	if err != nil {
		t.Fatal(err)
	}
	session, token, err := f.Identity.StartSession(t.Context(), user, true)
	if err != nil {
		t.Fatal(err)
	}
	other := f.Anonymous(t)
	other.User = user
	other.Header.Set("Cookie", cookieText(f.Identity.Cookie(session, token)))
	return other
}

func cookieText(c *http.Cookie) string { return c.Name + "=" + c.Value }

func key(t *testing.T, f fixture, c *identitytest.Client) identity.KeyID {
	t.Helper()
	key, secret, err := f.Identity.CreateKey(t.Context(), c.User.ID, "test")
	if err != nil || secret == seal.Secret("") {
		t.Fatal(err)
	}
	return key.ID
}

// strip leaves out what differs from answer to answer.
func strip(problem string) string {
	text, _, _ := strings.Cut(problem, `"requestId"`)
	return text
}
