package setting_test

import (
	"context"
	"errors"
	"log/slog"
	"reflect"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"parley/internal/audit"
	"parley/internal/identity"
	"parley/internal/kit/db"
	"parley/internal/kit/testkit"
	"parley/internal/setting"

	"github.com/google/go-cmp/cmp"
)

var discard = slog.New(slog.DiscardHandler)

func migrate(t *testing.T, d *db.DB) {
	t.Helper()
	if err := d.Migrate(t.Context(), audit.Migrations, identity.Migrations, setting.Migrations); err != nil {
		t.Fatal(err)
	}
}

func open(t *testing.T, d *db.DB, layers setting.Layers) *setting.Service {
	t.Helper()
	s, err := setting.New(t.Context(), d, discard, layers)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestServerPrecedence(t *testing.T) {
	t.Parallel()
	testkit.Databases(t, func(t *testing.T, d *db.DB) {
		migrate(t, d)
		ctx := t.Context()
		layers := setting.Layers{
			File:        setting.ServerPatch{SessionDays: new(10), SessionIdleHours: new(10), DefaultLanguage: new("de"), Registration: new(false)},
			Environment: setting.ServerPatch{SessionIdleHours: new(20), DefaultLanguage: new("fr")},
		}
		s := open(t, d, layers)
		want := setting.Server{Registration: false, SessionDays: 10, SessionIdleHours: 20, DefaultLanguage: "fr", DefaultModel: ""}
		if diff := cmp.Diff(want, s.Server()); diff != "" {
			t.Errorf("default < file < environment (-want +got):\n%s", diff)
		}
		var told []setting.Server
		s.OnServer(func(changed setting.Server) { told = append(told, changed) })
		got, err := s.ChangeServer(ctx, setting.ServerPatch{DefaultLanguage: new("es"), DefaultModel: new("openai/gpt-5/mini")})
		if err != nil {
			t.Fatal(err)
		}
		want.DefaultLanguage, want.DefaultModel = "es", "openai/gpt-5/mini"
		if diff := cmp.Diff([]setting.Server{want, want, want}, append(told, got, s.Server())); diff != "" {
			t.Errorf("what was set counts most (-want +got):\n%s", diff)
		}
		if diff := cmp.Diff(want, open(t, d, layers).Server()); diff != "" {
			t.Errorf("after a restart (-want +got):\n%s", diff)
		}

		layers.Pinned = []string{"defaultLanguage"}
		if err := s.SetLayers(ctx, layers); err != nil {
			t.Fatal(err)
		}
		want.DefaultLanguage = "fr"
		if diff := cmp.Diff(want, s.Server()); diff != "" {
			t.Errorf("a pinned setting is the configuration's (-want +got):\n%s", diff)
		}
		if _, err := s.ChangeServer(ctx, setting.ServerPatch{DefaultLanguage: new("it"), SessionDays: new(3)}); !errors.Is(err, setting.ErrPinned) {
			t.Errorf("changing a pinned setting: %v", err)
		}
		if diff := cmp.Diff([]string{"defaultLanguage"}, s.Pinned()); diff != "" {
			t.Error(diff)
		}
		if diff := cmp.Diff(want, s.Server()); diff != "" {
			t.Errorf("a refused change changed something (-want +got):\n%s", diff)
		}
		if l := s.Server().Lifetimes(); l.Idle != 20*time.Hour || l.Absolute != 240*time.Hour {
			t.Errorf("lifetimes %+v", l)
		}
	})
}

func TestValuesAreChecked(t *testing.T) {
	t.Parallel()
	testkit.Databases(t, func(t *testing.T, d *db.DB) {
		migrate(t, d)
		ctx := t.Context()
		ann := user(t, d)
		s := open(t, d, setting.Layers{})
		s.OnServer(func(setting.Server) { t.Error("told of a refused change") })
		s.OnUser(func(context.Context, identity.UserID, setting.User) { t.Error("told of a refused change") })
		for name, patch := range map[string]setting.ServerPatch{
			"no hours": {SessionIdleHours: new(0)}, "too many hours": {SessionIdleHours: new(8761)}, "no days": {SessionDays: new(0)},
			"language with markup": {DefaultLanguage: new(`en"><script>`)}, "model without provider": {DefaultModel: new("gpt")},
			"one of two": {Registration: new(false), SessionDays: new(-1)},
		} {
			if _, err := s.ChangeServer(ctx, patch); !errors.Is(err, setting.ErrInvalid) {
				t.Errorf("%s: %v", name, err)
			}
			if _, err := setting.New(ctx, d, discard, setting.Layers{File: patch}); !errors.Is(err, setting.ErrInvalid) {
				t.Errorf("%s in the file: %v", name, err)
			}
		}
		if _, err := setting.New(ctx, d, discard, setting.Layers{Pinned: []string{"registrations"}}); !errors.Is(err, setting.ErrInvalid) {
			t.Errorf("pinned with a typing error: %v", err)
		}
		for name, patch := range map[string]setting.UserPatch{
			"theme": {Theme: new("pink")}, "small": {TextSize: new(13)}, "large": {TextSize: new(21)}, "density": {Density: new("")},
			"column": {Column: new("x")}, "mode": {Mode: new("expert")}, "language": {Language: new("../en")}, "send key": {SendKey: new("space")},
			"model": {Model: new("no-provider")}, "nameless provider": {Model: new(" /c")}, "model with blanks": {Model: new("a/b c")}, "shortcut with blanks": {Keys: &setting.Bindings{"j": "a b c"}}, "shortcut of nothing": {Keys: &setting.Bindings{"": "a"}},
			"long shortcut": {Keys: &setting.Bindings{"j": strings.Repeat("x", 30)}}, "long model": {Model: new("a/" + strings.Repeat("x", 300))},
		} {
			if _, err := s.ChangeUser(ctx, ann, patch); !errors.Is(err, setting.ErrInvalid) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if s.Server() != setting.ServerDefaults() {
			t.Errorf("a refused change left %+v", s.Server())
		}
		if got, err := s.User(ctx, ann); err != nil || !reflect.DeepEqual(got, setting.UserDefaults()) {
			t.Errorf("a refused change left %+v, %v", got, err)
		}
		if err := errors.Join(setting.ServerDefaults().Check(), setting.UserDefaults().Check()); err != nil {
			t.Errorf("the defaults: %v", err)
		}
	})
}

func TestUserSettings(t *testing.T) {
	t.Parallel()
	testkit.Databases(t, func(t *testing.T, d *db.DB) {
		migrate(t, d)
		ctx := t.Context()
		s := open(t, d, setting.Layers{})
		ann, bob := user(t, d), user(t, d)
		var told []setting.User
		s.OnUser(func(_ context.Context, who identity.UserID, now setting.User) {
			if who != ann {
				t.Errorf("told of %s", who)
			}
			told = append(told, now)
		})
		if _, err := s.ChangeUser(ctx, ann, setting.UserPatch{Theme: new("dark"), SingleKeys: new(false), Model: new("demo/story")}); err != nil {
			t.Fatal(err)
		}
		if _, err := s.ChangeUser(ctx, ann, setting.UserPatch{TextSize: new(20), Model: new("")}); err != nil {
			t.Fatal(err)
		}
		for _, keys := range []setting.Bindings{{"j": "n", "mod+k": ""}, {"g s": "mod+shift+,"}} { // the second replaces the first
			if _, err := s.ChangeUser(ctx, ann, setting.UserPatch{Keys: &keys}); err != nil {
				t.Fatal(err)
			}
		}
		want := setting.UserDefaults()
		want.Keys = setting.Bindings{"g s": "mod+shift+,"}
		want.Theme, want.SingleKeys, want.TextSize = "dark", false, 20
		got, err := s.User(ctx, ann)
		if err != nil || len(told) != 4 {
			t.Fatalf("told %d times, %v", len(told), err)
		}
		if diff := cmp.Diff([]setting.User{want, want}, []setting.User{got, told[3]}); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		if got, err := s.User(ctx, bob); err != nil || !reflect.DeepEqual(got, setting.UserDefaults()) {
			t.Errorf("bob has %+v, %v", got, err)
		}
	})
}

// What another version of the program stored does not keep this one from
// starting.
func TestOddStoredValues(t *testing.T) {
	t.Parallel()
	testkit.Databases(t, func(t *testing.T, d *db.DB) {
		migrate(t, d)
		for name, value := range map[string]string{
			"sessionDays": `"many"`, "sessionIdleHours": `0`, "defaultLanguage": `"sv"`, "fromTheFuture": `{"a":1}`, "defaultModel": `not json`,
		} {
			if _, err := d.Exec(t.Context(), `INSERT INTO server_settings (name, value, updated_at) VALUES ($1, $2, 0)`, name, value); err != nil {
				t.Fatal(err)
			}
		}
		want := setting.ServerDefaults()
		want.DefaultLanguage = "sv"
		if diff := cmp.Diff(want, open(t, d, setting.Layers{}).Server()); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
}

func TestHistory(t *testing.T) {
	t.Parallel()
	testkit.Databases(t, func(t *testing.T, d *db.DB) {
		migrate(t, d)
		ctx := t.Context()
		s := open(t, d, setting.Layers{File: setting.ServerPatch{SessionDays: new(10)}})
		for _, patch := range []setting.ServerPatch{
			{SessionDays: new(20)}, {SessionDays: new(20)}, {SessionDays: new(30), DefaultLanguage: new("de")},
		} {
			if _, err := s.ChangeServer(ctx, patch); err != nil {
				t.Fatal(err)
			}
		}
		changes := func() (all []string) {
			found, err := s.Changes(ctx, "", 100)
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range found {
				all = append(all, c.Name+" "+string(c.Before)+">"+string(c.After))
			}
			return all
		}
		want := []string{"sessionDays 20>30", `defaultLanguage >"de"`, "sessionDays >20"}
		if diff := cmp.Diff(want, changes()); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		found, err := s.Changes(ctx, "", 100)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Rollback(ctx, found[0].ID); err != nil || s.Server().SessionDays != 20 {
			t.Errorf("the last change undone: %+v, %v", s.Server(), err)
		}
		if err := s.Rollback(ctx, found[2].ID); err != nil || s.Server().SessionDays != 10 {
			t.Errorf("the first change undone, the file counts: %+v, %v", s.Server(), err)
		}
		if got, err := s.ResetServer(ctx, "defaultLanguage"); err != nil || got.DefaultLanguage != "en" {
			t.Errorf("reset: %+v, %v", got, err)
		}
		want = append([]string{`defaultLanguage "de">`, "sessionDays 20>", "sessionDays 30>20"}, want...)
		if diff := cmp.Diff(want, changes()); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		if stored, err := s.Stored(ctx); err != nil || len(stored) != 0 {
			t.Errorf("still stored: %v, %v", stored, err)
		}
		if err := s.Rollback(ctx, "nothing"); !errors.Is(err, setting.ErrNoChange) {
			t.Errorf("rollback of nothing: %v", err)
		}
		if _, err := s.ResetServer(ctx, "nothing"); !errors.Is(err, setting.ErrInvalid) {
			t.Errorf("reset of nothing: %v", err)
		}
		if err := s.SetLayers(ctx, setting.Layers{Pinned: []string{"sessionDays"}}); err != nil {
			t.Fatal(err)
		}
		if err := s.Rollback(ctx, found[0].ID); !errors.Is(err, setting.ErrPinned) {
			t.Errorf("rollback of what is pinned: %v", err)
		}
	})
}

func TestAnotherProcessIsNoticed(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d, err := db.Open(t.Context(), db.Config{Path: t.TempDir() + "/test.db", Relaxed: true})
		if err != nil {
			t.Fatal(err)
		}
		defer d.Close() //nolint:errcheck // the test is over
		migrate(t, d)
		server, cli := open(t, d, setting.Layers{}), open(t, d, setting.Layers{})
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error)
		go func() { ended <- server.Run(ctx) }()
		changed := make(chan setting.Server, 1)
		server.OnServer(func(s setting.Server) { changed <- s })
		if _, err := cli.ChangeServer(t.Context(), setting.ServerPatch{Registration: new(false)}); err != nil {
			t.Fatal(err)
		}
		start := time.Now()
		if got := <-changed; got.Registration || server.Server().Registration {
			t.Errorf("got %+v", got)
		}
		if waited := time.Since(start); waited > time.Minute {
			t.Errorf("noticed after %v", waited)
		}
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
}

// user makes a user, cheaply.
func user(t *testing.T, d *db.DB) identity.UserID {
	t.Helper()
	u := identity.UserID(t.Name() + time.Now().String())
	_, err := d.Exec(t.Context(), `INSERT INTO users (id, email, name, role, password_hash, created_at) VALUES ($1, $1, '', 'user', '', 0)`, string(u))
	if err != nil {
		t.Fatal(err)
	}
	return u
}
