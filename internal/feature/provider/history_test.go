package provider_test

import (
	"errors"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"testing"

	"parley/internal/feature/provider"
	"parley/internal/kit/testkit"
	"parley/internal/setting"
)

func TestChangesOfProvidersAreTakenBack(t *testing.T) {
	t.Parallel()
	up := serve(t, map[string]http.HandlerFunc{"GET /v1/models": guarded(twoModels)})
	h := open(t, testkit.SQLite(t), provider.Config{})
	settings, err := setting.New(t.Context(), h.db, slog.New(slog.DiscardHandler), setting.Layers{})
	if err != nil {
		t.Fatal(err)
	}
	h.Remember(settings)
	for _, step := range [][2]string{
		{"POST /api/providers", `{"name":"Mine","kind":"custom","baseUrl":"` + up.URL + `/v1","key":"` + canary + `"}`},
		{"PATCH /api/providers/mine", `{"models":["my-own"]}`},
		{"PATCH /api/providers/mine", `{"key":"` + canary + `"}`}, // of keys nothing is kept
	} {
		if code := h.ask(t, step[0], step[1], nil); code != 200 {
			t.Fatalf("%v: %d", step, code)
		}
	}
	changes, err := settings.Changes(t.Context(), "", 10)
	if err != nil || len(changes) != 2 || changes[0].Name != "providers.Mine" || changes[0].Actor != "u" {
		t.Fatalf("%+v, %v", changes, err)
	}
	for _, c := range changes {
		if strings.Contains(string(c.Before)+string(c.After), canary) {
			t.Error("the history has a key")
		}
	}
	now := func() (found []provider.Configured) {
		t.Helper()
		var list struct{ Items []provider.Configured }
		h.ask(t, "GET /api/providers", "", &list)
		return list.Items
	}
	if err := settings.Rollback(t.Context(), changes[0].ID); err != nil {
		t.Fatal(err)
	}
	if all := now(); len(all) != 1 || !all[0].KeySet || len(all[0].Named) != 0 || !slices.Contains(all[0].Models, "gpt-4o") {
		t.Errorf("the change taken back: %+v", all)
	}
	if err := settings.Rollback(t.Context(), changes[1].ID); err != nil || len(now()) != 0 {
		t.Errorf("the adding taken back: %+v, %v", now(), err)
	}

	// What was removed comes back without its key, or not where it cannot do without.
	anthropic := `{"name":"Cloud","kind":"anthropic","baseUrl":"` + up.URL + `","key":"` + canary + `"}`
	if code := h.ask(t, "POST /api/providers?force=true", anthropic, nil); code != 200 {
		t.Fatal(code)
	}
	if code := h.ask(t, "DELETE /api/providers/cloud", "", nil); code != 204 {
		t.Fatal(code)
	}
	changes, err = settings.Changes(t.Context(), "", 10)
	if err != nil {
		t.Fatal(err)
	}
	if err := settings.Rollback(t.Context(), changes[0].ID); !errors.Is(err, provider.ErrKey) || len(now()) != 0 {
		t.Errorf("the removal taken back: %+v, %v", now(), err)
	}
}
