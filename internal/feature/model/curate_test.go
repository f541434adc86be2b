package model_test

import (
	"encoding/json"
	"log/slog"
	"strings"
	"testing"

	"parley/internal/access"
	"parley/internal/audit"
	"parley/internal/feature/model"
	"parley/internal/identity"
	"parley/internal/kit/db"
	"parley/internal/kit/testkit"
	"parley/internal/llm"
	"parley/internal/setting"

	"github.com/google/go-cmp/cmp"
)

// curators is what administrators need to curate models.
type curators struct {
	model    *model.Service
	settings *setting.Service
	told     int
}

func openCurators(t *testing.T, d *db.DB) *curators {
	t.Helper()
	if err := d.Migrate(t.Context(), audit.Migrations, identity.Migrations, setting.Migrations, access.Migrations, model.Migrations()); err != nil {
		t.Fatal(err)
	}
	settings, err := setting.New(t.Context(), d, slog.New(slog.DiscardHandler), setting.Layers{})
	if err != nil {
		t.Fatal(err)
	}
	c := &curators{settings: settings}
	c.model = model.New(model.Deps{
		DB: d, Providers: newShop(1, 3), Changed: func(identity.UserID) { c.told++ },
		Specs: model.Specs{List: []model.Spec{{Name: "house", Label: "House", Model: "p0/m0", Default: true}}},
	})
	c.model.Remember(settings)
	if err := c.model.Load(t.Context()); err != nil {
		t.Fatal(err)
	}
	return c
}

// listed are the specs that can be chosen, with the model behind each.
func (c *curators) listed(t *testing.T) (all []string) {
	t.Helper()
	for _, offer := range c.model.Offered(t.Context(), ann) {
		for _, m := range offer.Models {
			if strings.HasPrefix(m.ID, "specs/") {
				all = append(all, m.ID+" "+m.Label+" "+m.Name)
			}
		}
	}
	return all
}

func TestCuratedModels(t *testing.T) {
	t.Parallel()
	testkit.Databases(t, func(t *testing.T, d *db.DB) {
		c := openCurators(t, d)
		h := serve(c.model)
		if w := ask(t, h, "ann", "POST", "/api/models/specs", `{"label":"Mine","model":"p0/m1"}`); w.Code != 403 {
			t.Errorf("a user curates: %d", w.Code)
		}
		made := `{"label":"Plain Words","model":"p0/m1","instructions":"Be plain.","params":{"temperature":0.1},"default":true}`
		for range 2 {
			if w := ask(t, h, "root", "POST", "/api/models/specs", made); w.Code != 200 {
				t.Fatalf("%d %s", w.Code, w.Body)
			}
		}
		want := []string{"specs/house House m0", "specs/plain-words Plain Words m1", "specs/plain-words-2 Plain Words m1"}
		if diff := cmp.Diff(want, c.listed(t)); diff != "" {
			t.Errorf("(-want +got)\n%s", diff)
		}
		if list := c.model.List(t.Context(), ann); list.Default != "specs/plain-words-2" || !list.Always {
			t.Errorf("the default is %q, always %v: the last one made so counts, and more than the file", list.Default, list.Always)
		}
		if target, err := c.model.Resolve(t.Context(), ann, "specs/plain-words"); err != nil || *target.Params.Temperature != 0.1 {
			t.Errorf("%+v, %v", target, err)
		}

		// One of the configuration is changed, and is what it was again.
		if w := ask(t, h, "root", "PUT", "/api/models/specs/house", `{"label":"Villa","model":"p0/m2"}`); w.Code != 200 {
			t.Fatalf("%d %s", w.Code, w.Body)
		}
		if got := c.listed(t)[0]; got != "specs/house Villa m2" {
			t.Errorf("changed: %s", got)
		}
		var views model.SpecViews
		if err := json.Unmarshal(ask(t, h, "root", "GET", "/api/models/specs", "").Body.Bytes(), &views); err != nil {
			t.Fatal(err)
		}
		var sources []string
		for _, v := range views.Items {
			sources = append(sources, v.Name+" "+v.Source)
		}
		if diff := cmp.Diff([]string{"house both", "plain-words ui", "plain-words-2 ui"}, sources); diff != "" {
			t.Errorf("who made them (-want +got)\n%s", diff)
		}
		if w := ask(t, h, "root", "DELETE", "/api/models/specs/house", ""); w.Code != 204 {
			t.Fatalf("%d %s", w.Code, w.Body)
		}
		if got := c.listed(t)[0]; got != "specs/house House m0" {
			t.Errorf("what the configuration says: %s", got)
		}
		for path, status := range map[string]int{"PUT /api/models/specs/none": 404, "DELETE /api/models/specs/none": 404, "DELETE /api/models/specs/house": 404} {
			method, path, _ := strings.Cut(path, " ")
			if w := ask(t, h, "root", method, path, map[bool]string{true: made}[method == "PUT"]); w.Code != status {
				t.Errorf("%s %s: %d", method, path, w.Code)
			}
		}
		for _, bad := range []string{
			`{"label":" ","model":"p0/m1"}`, `{"label":"x","model":"m1"}`, `{"label":"x","model":"specs/house"}`,
			`{"label":"x","model":"p0/m1","remote":["rm"]}`, `{"label":"x\u0007","model":"p0/m1"}`,
		} {
			if w := ask(t, h, "root", "POST", "/api/models/specs", bad); w.Code != 422 {
				t.Errorf("%s: %d", bad, w.Code)
			}
		}
	})
}

func TestTwoAdministratorsChangeOneCuratedModel(t *testing.T) {
	t.Parallel()
	testkit.Databases(t, func(t *testing.T, d *db.DB) {
		c := openCurators(t, d)
		h := serve(c.model)
		for _, step := range []struct {
			revision, label string
			status          int
		}{
			{`,"revision":0`, "First", 200}, // both began with what the configuration says
			{`,"revision":0`, "Late", 409},
			{`,"revision":1`, "Second", 200},
			{`,"revision":1`, "Late", 409},
			{`,"revision":2`, "Third", 200},
			{"", "Whatever it was", 200},
		} {
			w := ask(t, h, "root", "PUT", "/api/models/specs/house", `{"label":"`+step.label+`","model":"p0/m2"`+step.revision+`}`)
			if w.Code != step.status || w.Code == 409 && !strings.Contains(w.Body.String(), `"spec_changed"`) {
				t.Errorf("%+v: %d %s", step, w.Code, w.Body)
			}
			if got := c.listed(t)[0]; (got == "specs/house "+step.label+" m2") != (step.status == 200) {
				t.Errorf("%+v: it is %s", step, got)
			}
		}
		var views model.SpecViews
		if err := json.Unmarshal(ask(t, h, "root", "GET", "/api/models/specs", "").Body.Bytes(), &views); err != nil || views.Items[0].Revision != 4 {
			t.Errorf("%+v, %v", views, err)
		}
	})
}

func TestChangesOfModelsAreTakenBack(t *testing.T) {
	t.Parallel()
	testkit.Databases(t, func(t *testing.T, d *db.DB) {
		c := openCurators(t, d)
		h := serve(c.model)
		for _, step := range [][3]string{
			{"POST", "/api/models/specs", `{"label":"One","model":"p0/m1"}`},
			{"PUT", "/api/models/specs/one", `{"label":"Two","model":"p0/m1"}`},
			{"PUT", "/api/models/overrides", `{"model":"p0/m1","override":{"context":1000}}`},
			{"PUT", "/api/models/overrides", `{"model":"p0/m1","override":{"context":2000}}`},
		} {
			if w := ask(t, h, "root", step[0], step[1], step[2]); w.Code != 200 {
				t.Fatalf("%v: %d %s", step, w.Code, w.Body)
			}
		}
		changes, err := c.settings.Changes(t.Context(), "", 10)
		if err != nil {
			t.Fatal(err)
		}
		var said []string
		for _, change := range changes {
			said = append(said, change.Actor+" "+change.Name)
		}
		want := []string{"root models.p0/m1", "root models.p0/m1", "root modelSpecs.one", "root modelSpecs.one"}
		if diff := cmp.Diff(want, said); diff != "" {
			t.Fatalf("(-want +got)\n%s", diff)
		}
		context := func() int {
			target, err := c.model.Resolve(t.Context(), ann, "p0/m1")
			if err != nil {
				t.Fatal(err)
			}
			return target.Info.Context
		}
		back := func(at int) {
			t.Helper()
			if err := c.settings.Rollback(t.Context(), changes[at].ID); err != nil {
				t.Fatal(err)
			}
		}
		if back(0); context() != 1000 {
			t.Errorf("the second word taken back: %d", context())
		}
		if back(1); context() != 128_000 {
			t.Errorf("the first word taken back: %d", context())
		}
		if back(2); c.listed(t)[1] != "specs/one One m1" {
			t.Errorf("the change taken back: %v", c.listed(t))
		}
		if back(3); len(c.listed(t)) != 1 {
			t.Errorf("the making taken back: %v", c.listed(t))
		}
		told := c.told
		c.model.Configure(model.Specs{Enforce: true, List: []model.Spec{{Name: "only", Label: "Only", Model: "p0/m0"}}})
		if _, err := c.model.Resolve(t.Context(), ann, "p0/m1"); err == nil || c.told == told {
			t.Error("the configuration, read again, does not count")
		}
		if _, err := c.model.Parameters(t.Context(), ann, "specs/only", llm.Params{}); err != nil {
			t.Error(err)
		}
	})
}
