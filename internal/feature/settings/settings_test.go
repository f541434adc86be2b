package settings_test

import (
	"net/http"
	"strings"
	"testing"

	"parley/internal/audit"
	"parley/internal/feature/settings"
	"parley/internal/identity"
	"parley/internal/identity/identitytest"
	"parley/internal/kit/db"
	"parley/internal/kit/testkit"
	"parley/internal/setting"

	"github.com/google/go-cmp/cmp"
)

func onBoth(t *testing.T, test func(*testing.T, *identitytest.Server, *db.DB)) {
	t.Helper()
	testkit.Databases(t, func(t *testing.T, d *db.DB) {
		if err := d.Migrate(t.Context(), audit.Migrations, identity.Migrations, setting.Migrations); err != nil {
			t.Fatal(err)
		}
		log, _ := testkit.Log()
		layers := setting.Layers{File: setting.ServerPatch{DefaultLanguage: new("de")}, Pinned: []string{"defaultLanguage"}}
		s, err := setting.New(t.Context(), d, log, layers)
		if err != nil {
			t.Fatal(err)
		}
		test(t, identitytest.Serve(t, identity.New(identity.Config{DB: d, Log: log}), log, settings.New(s).Spec().Routes), d)
	})
}

type fields map[string]any

func TestSettings(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *identitytest.Server, d *db.DB) {
		root := s.SignedIn(t, "root@example.org", true)
		want := settings.View{Server: setting.ServerDefaults(), Pinned: []string{"defaultLanguage"}}
		want.DefaultLanguage = "de"
		want.Origins = map[string]setting.Origin{
			"registration": "default", "sessionIdleHours": "default", "sessionDays": "default", "defaultLanguage": "config",
			"defaultModel": "default", "enforceSpecs": "default", "prioritizeSpecs": "default",
		}
		var got settings.View
		root.Do(t, http.MethodGet, "/api/settings", nil).Into(t, &got)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		want.Registration, want.SessionDays, want.DefaultModel = false, 7, "demo/story"
		for _, name := range []string{"registration", "sessionDays", "defaultModel"} {
			want.Origins[name] = "ui"
		}
		root.Do(t, http.MethodPatch, "/api/settings", fields{"registration": false, "sessionDays": 7, "defaultModel": "demo/story"}).Into(t, &got)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		for _, c := range []struct {
			body   fields
			status int
			code   string
		}{
			{fields{"sessionDays": 0}, http.StatusUnprocessableEntity, "invalid"},
			{fields{"sessionIdleHours": 8761}, http.StatusUnprocessableEntity, "invalid"},
			{fields{"defaultModel": "nonsense"}, http.StatusUnprocessableEntity, "setting_invalid"},
			{fields{"registration": "yes"}, http.StatusUnprocessableEntity, "invalid"},
			{fields{"pinned": []string{}}, http.StatusUnprocessableEntity, "invalid"},
			{fields{"multiUserMode": false}, http.StatusUnprocessableEntity, "invalid"},
			{fields{"defaultLanguage": "fr", "registration": true}, http.StatusConflict, "setting_pinned"},
		} {
			if a := root.Do(t, http.MethodPatch, "/api/settings", c.body); a.Status != c.status || a.Code != c.code {
				t.Errorf("%v: %d %s", c.body, a.Status, a.Code)
			}
		}
		root.Program(t).Do(t, http.MethodGet, "/api/settings", nil).Into(t, &got)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("a refused change changed something (-want +got):\n%s", diff)
		}
		want.SessionDays, want.Origins["sessionDays"] = 30, setting.FromDefault
		root.Do(t, http.MethodDelete, "/api/settings/sessionDays", nil).Into(t, &got)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("a setting is what it was again (-want +got):\n%s", diff)
		}
		for name, status := range map[string]int{"defaultLanguage": http.StatusConflict, "nonsense": http.StatusUnprocessableEntity} {
			if a := root.Do(t, http.MethodDelete, "/api/settings/"+name, nil); a.Status != status {
				t.Errorf("reset of %s: %d", name, a.Status)
			}
		}
		entries, err := audit.List(t.Context(), d, "", 100)
		if err != nil {
			t.Fatal(err)
		}
		found := false
		for _, e := range entries {
			found = found || e.Action == audit.SettingsChange && e.Actor == string(root.User.ID) && e.RequestID != "" &&
				e.Address == "127.0.0.1" && strings.Contains(e.Detail["names"], "registration")
		}
		if !found {
			t.Errorf("the audit does not tell: %+v", entries)
		}
	})
}

func TestOnlyAdministrators(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *identitytest.Server, _ *db.DB) {
		ann := s.SignedIn(t, "ann@example.org", false)
		for _, r := range s.Router.Routes() {
			for _, c := range []struct {
				name   string
				client *identitytest.Client
				status int
			}{{"stranger", s.Anonymous(t), 401}, {"user", ann, 403}, {"user's program", ann.Program(t), 403}} {
				if a := c.client.Do(t, r.Method, r.Path, fields{"registration": false}); a.Status != c.status {
					t.Errorf("%s %s as %s: %d, want %d", r.Method, r.Path, c.name, a.Status, c.status)
				}
			}
		}
	})
}
