package model_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"parley/internal/access"
	"parley/internal/audit"
	"parley/internal/feature/model"
	"parley/internal/identity"
	"parley/internal/kit/db"
	"parley/internal/kit/rest"
	"parley/internal/kit/testkit"
	"parley/internal/llm"
	"parley/internal/llm/param"
	"parley/internal/setting"
	"parley/internal/turn"

	"github.com/google/go-cmp/cmp"
)

// shop is a set of providers.
type shop struct {
	offers []llm.Offer
	asked  llm.Params
}

func newShop(providers, models int) *shop {
	s := &shop{}
	for p := range providers {
		name := fmt.Sprintf("p%d", p)
		offer := llm.Offer{Name: name, Label: strings.ToUpper(name), Icon: "openai"}
		for m := range models {
			offer.Models = append(offer.Models, llm.Info{
				ID: fmt.Sprintf("%s/m%d", name, m), Name: fmt.Sprintf("m%d", m), Label: fmt.Sprintf("Model %d", m), Context: 128_000,
				Prices: &llm.Prices{Input: 1, Output: 2}, Tools: true, Levels: []string{"low", "high"}, Description: "A model like any other.",
			})
		}
		s.offers = append(s.offers, offer)
	}
	return s
}

func (s *shop) Resolve(_ context.Context, _ identity.UserID, id string) (llm.Target, error) {
	for _, o := range s.offers {
		for _, m := range o.Models {
			if m.ID == id {
				return llm.Target{Info: m, Provider: o.Name, Params: llm.Params{TopP: new(0.5), Temperature: new(1.0), Drop: []string{"user"}}}, nil
			}
		}
	}
	return llm.Target{}, model.ErrModel
}

func (s *shop) Offers(context.Context, identity.UserID) []llm.Offer { return slices.Clone(s.offers) }

func (s *shop) Default(context.Context) string { return "p0/m1" }

func (s *shop) Parameters(ctx context.Context, user identity.UserID, id string, with llm.Params) ([]param.Definition, error) {
	s.asked = with
	if _, err := s.Resolve(ctx, user, id); err != nil {
		return nil, err
	}
	return []param.Definition{{Name: "temperature", Type: param.Number}, {Name: "stop", Type: param.List}}, nil
}

func ids(offers []llm.Offer) []string {
	var all []string
	for _, o := range offers {
		for _, m := range o.Models {
			all = append(all, o.Label+": "+m.ID)
		}
	}
	return all
}

const ann = identity.UserID("ann")

func TestSpecs(t *testing.T) {
	t.Parallel()
	house := model.Spec{
		Name: "House model", Label: "House", Description: "For all of us.", Model: "p0/m0", Icon: "anthropic",
		Params: llm.Params{Temperature: new(0.2)}, Instructions: "Be brief.", Remote: []string{"web_search"},
	}
	broken := model.Spec{Name: "broken", Model: "p9/gone"}
	grouped := model.Spec{Name: "grouped", Label: "Grouped", Group: "Team", Model: "p1/m0"}
	among := model.Spec{Name: "among", Group: "P1", Model: "p1/m1"}
	hidden := model.Spec{Name: "hidden", Unlisted: true, Model: "p0/m1"}
	all := []model.Spec{house, broken, grouped, among, hidden}

	s := model.New(model.Deps{Providers: newShop(2, 2), Specs: model.Specs{List: all}})
	list := s.List(t.Context(), ann)
	want := []string{": specs/House-model", "Team: specs/grouped", "P0: p0/m0", "P0: p0/m1", "P1: specs/among", "P1: p1/m0", "P1: p1/m1"}
	if diff := cmp.Diff(want, ids(list.Items)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if again := s.List(t.Context(), ann); !cmp.Equal(list, again) {
		t.Error("the second reading differs")
	}
	if list.Default != "p0/m1" || list.Always {
		t.Errorf("the default is %q, %v", list.Default, list.Always)
	}

	target, err := s.Resolve(t.Context(), ann, "specs/House-model")
	if err != nil {
		t.Fatal(err)
	}
	if i := target.Info; i.ID != "specs/House-model" || i.Name != "m0" || i.Label != "House" || i.Icon != "anthropic" || i.Context != 128_000 {
		t.Errorf("%+v", i)
	}
	if diff := cmp.Diff(llm.Params{Temperature: new(0.2), TopP: new(0.5), Drop: []string{"user"}}, target.Params); diff != "" {
		t.Errorf("its settings over the provider's (-want +got)\n%s", diff)
	}
	call := &turn.Call{Target: target, Request: llm.Request{System: "Speak French.", Remote: []llm.RemoteTool{{Name: "web_search"}}}}
	if err := s.Spec().Prepare(t.Context(), call); err != nil {
		t.Fatal(err)
	}
	if call.Request.System != "Be brief.\n\nSpeak French." || len(call.Request.Remote) != 1 {
		t.Errorf("%+v", call.Request)
	}
	if _, err := s.Resolve(t.Context(), ann, "specs/hidden"); err != nil {
		t.Errorf("one that is only unlisted: %v", err)
	}
	for _, gone := range []string{"specs/broken", "specs/none", "p0/none"} {
		if _, err := s.Resolve(t.Context(), ann, gone); !errors.Is(err, model.ErrModel) {
			t.Errorf("%s: %v", gone, err)
		}
	}
}

func TestWhereSpecsStand(t *testing.T) {
	t.Parallel()
	spec := func(name string, order int) model.Spec { return model.Spec{Name: name, Order: order, Model: "p0/m0"} }
	last := spec("last", 2)
	last.Speaker, last.PlainMenu, last.PlainHeader, last.Instructions = "Sage", true, true, "Be wise, or be quiet."
	last.Params.ContextTokens = new(9000)
	specs := model.Specs{Prioritize: true, List: []model.Spec{spec("a", 0), last, spec("b", 0), spec("first", 1)}}
	s := model.New(model.Deps{Providers: newShop(1, 2), Specs: specs})
	list := s.List(t.Context(), ann)
	want := []string{": specs/first", ": specs/last", ": specs/a", ": specs/b", "P0: p0/m0", "P0: p0/m1"}
	if diff := cmp.Diff(want, ids(list.Items)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if i := list.Items[0].Models[1]; i.Speaker != "Sage" || !i.PlainMenu || !i.PlainHeader || i.Preamble != 6 || i.Context != 9000 {
		t.Errorf("%+v", i)
	}
	if list.Default != "specs/first" || list.Always || !list.Curated {
		t.Errorf("a new chat begins with %q, %+v", list.Default, list)
	}
	specs.Prioritize = false
	s.Configure(specs)
	if list := s.List(t.Context(), ann); list.Default != "p0/m1" || list.Curated {
		t.Errorf("a new chat begins with %q, %+v", list.Default, list)
	}
}

// A spec may tell the model what day it is, where the server's days begin.
func TestDatedSpec(t *testing.T) {
	t.Parallel()
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	s := model.New(model.Deps{
		Providers: newShop(1, 1), Now: func() time.Time { return time.Date(2026, 12, 31, 23, 30, 0, 0, time.UTC).In(berlin) },
		Specs: model.Specs{List: []model.Spec{{Name: "dated", Dated: true, Model: "p0/m0"}}},
	})
	target, err := s.Resolve(t.Context(), ann, "specs/dated")
	if err != nil {
		t.Fatal(err)
	}
	call := &turn.Call{Target: target}
	if err := s.Spec().Prepare(t.Context(), call); err != nil {
		t.Fatal(err)
	}
	if want := "The current date and time: Friday, 1 January 2027, 00:30 CET."; call.Request.System != want {
		t.Errorf("%q", call.Request.System)
	}
}

func TestEnforced(t *testing.T) {
	t.Parallel()
	specs := model.Specs{Enforce: true, Added: []string{"P1"}, List: []model.Spec{{Name: "only", Default: true, Model: "p0/m0"}}}
	s := model.New(model.Deps{Providers: newShop(2, 1), Specs: specs})
	list := s.List(t.Context(), ann)
	if diff := cmp.Diff([]string{": specs/only", "P1: p1/m0"}, ids(list.Items)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if list.Default != "specs/only" || !list.Always {
		t.Errorf("the default is %q, %v", list.Default, list.Always)
	}
	if _, err := s.Resolve(t.Context(), ann, "p0/m0"); !errors.Is(err, model.ErrModel) {
		t.Errorf("a closed model by its own name: %v", err)
	}
	if _, err := s.Parameters(t.Context(), ann, "p0/m0", llm.Params{}); !errors.Is(err, model.ErrModel) {
		t.Errorf("its parameters: %v", err)
	}
	for _, open := range []string{"specs/only", "p1/m0"} {
		if _, err := s.Resolve(t.Context(), ann, open); err != nil {
			t.Errorf("%s: %v", open, err)
		}
	}
	told := 0
	s = model.New(model.Deps{Providers: newShop(1, 1), Specs: specs, Changed: func(identity.UserID) { told++ }})
	s.Configure(model.Specs{})
	if _, err := s.Resolve(t.Context(), ann, "p0/m0"); err != nil || told != 1 {
		t.Errorf("once it is open: %v, told %d times", err, told)
	}
}

func TestSpecParameters(t *testing.T) {
	t.Parallel()
	providers := newShop(1, 1)
	spec := model.Spec{Name: "warm", Model: "p0/m0", Params: llm.Params{Temperature: new(0.9), Effort: "high"}}
	s := model.New(model.Deps{Providers: providers, Specs: model.Specs{List: []model.Spec{spec}}})
	list, err := s.Parameters(t.Context(), ann, "specs/warm", llm.Params{Effort: "low"})
	if err != nil {
		t.Fatal(err)
	}
	if text, _ := json.Marshal(list); !strings.Contains(string(text), `"name":"temperature","type":"number","default":0.9`) {
		t.Errorf("%s", text)
	}
	if diff := cmp.Diff(llm.Params{Temperature: new(0.9), Effort: "low"}, providers.asked); diff != "" {
		t.Errorf("what is set (-want +got)\n%s", diff)
	}
}

// world serves the routes for whoever the header names.
func world(t testing.TB, deps model.Deps) http.Handler {
	t.Helper()
	return serve(model.New(deps))
}

func serve(s *model.Service) http.Handler {
	router := rest.New("test", "1", slog.New(slog.DiscardHandler))
	s.Spec().Routes(router)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if user := r.Header.Get("X-User"); user != "" {
			role := identity.RoleUser
			if user == "root" {
				role = identity.RoleAdmin
			}
			r = r.WithContext(identity.With(r.Context(), identity.Principal{User: identity.UserID(user), Role: role}))
		}
		router.ServeHTTP(w, r)
	})
}

func ask(t testing.TB, h http.Handler, user, method, path, body string, header ...string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), method, path, strings.NewReader(body))
	r.Header.Set("X-User", user)
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func TestListIsSentOnce(t *testing.T) {
	t.Parallel()
	providers := newShop(2, 3)
	h := world(t, model.Deps{Providers: providers})
	first := ask(t, h, "ann", "GET", "/api/models", "")
	tag := first.Header().Get("ETag")
	var list model.List
	if err := json.Unmarshal(first.Body.Bytes(), &list); err != nil || first.Code != 200 || tag == "" || len(ids(list.Items)) != 6 || list.Default != "p0/m1" {
		t.Fatalf("%d %s: %s, %v", first.Code, tag, first.Body, err)
	}
	for _, known := range []string{tag, `"other", ` + tag, "W/" + tag, "*"} {
		if w := ask(t, h, "bob", "GET", "/api/models", "", "If-None-Match", known); w.Code != http.StatusNotModified || w.Body.Len() != 0 {
			t.Errorf("If-None-Match %s: %d, %d bytes", known, w.Code, w.Body.Len())
		}
	}
	// Another list, if only by a word, is sent.
	changed := slices.Clone(providers.offers[0].Models)
	changed[0].Label = "Renamed"
	providers.offers[0].Models = changed
	if w := ask(t, h, "ann", "GET", "/api/models", "", "If-None-Match", tag); w.Code != 200 || !strings.Contains(w.Body.String(), "Renamed") || w.Header().Get("ETag") == tag {
		t.Errorf("%d %s", w.Code, w.Header().Get("ETag"))
	}
	// So is one that differs only in how the user stands with a provider.
	providers.offers[0].Key = llm.KeySet
	if w := ask(t, h, "ann", "GET", "/api/models", ""); !strings.Contains(w.Body.String(), `"key":"set"`) {
		t.Errorf("after the user gave a key: %s", w.Body)
	}
	providers.offers = nil
	if w := ask(t, h, "ann", "GET", "/api/models", ""); !strings.HasPrefix(w.Body.String(), `{"items":[],"default":""`) {
		t.Errorf("without providers: %s", w.Body)
	}
	if w := ask(t, h, "", "GET", "/api/models", ""); w.Code != 401 {
		t.Errorf("not signed in: %d", w.Code)
	}
}

func TestParametersRoute(t *testing.T) {
	t.Parallel()
	providers := newShop(1, 1)
	h := world(t, model.Deps{Providers: providers})
	set := `%7B%22effort%22%3A%22high%22%2C%22drop%22%3A%5B%22user%22%5D%7D`
	w := ask(t, h, "ann", "GET", "/api/models/parameters?model=p0%2Fm0&set="+set, "")
	if w.Code != 200 || !strings.Contains(w.Body.String(), `"temperature"`) {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	if diff := cmp.Diff(llm.Params{Effort: "high"}, providers.asked); diff != "" {
		t.Errorf("what is an administrator's is not a user's to set (-want +got)\n%s", diff)
	}
	for path, status := range map[string]int{
		"?model=p0%2Fnone": 404, "": 422, "?model=p0%2Fm0&set=nonsense": 422, "?model=p0%2Fm0&set=%7B%22topK%22%3A%22x%22%7D": 422,
	} {
		if w := ask(t, h, "ann", "GET", "/api/models/parameters"+path, ""); w.Code != status {
			t.Errorf("%s: %d %s", path, w.Code, w.Body)
		}
	}
}

func TestLayout(t *testing.T) {
	t.Parallel()
	testkit.Databases(t, func(t *testing.T, d *db.DB) {
		if err := d.Migrate(t.Context(), audit.Migrations, identity.Migrations, access.Migrations, model.Migrations()); err != nil {
			t.Fatal(err)
		}
		for _, user := range []string{"ann", "bob", "root"} {
			if _, err := d.Exec(t.Context(), `INSERT INTO users (id, email, name, role, password_hash, created_at) VALUES ($1, $1, '', 'user', '', 0)`, user); err != nil {
				t.Fatal(err)
			}
		}
		var told []identity.UserID
		deps := model.Deps{DB: d, Providers: newShop(1, 2), Changed: func(user identity.UserID) { told = append(told, user) }}
		h := world(t, deps)
		empty := `{"pinned":[],"hidden":[],"order":[],"everyone":{"hidden":[],"order":[]}}`
		if w := ask(t, h, "ann", "GET", "/api/me/models", ""); strings.TrimSpace(w.Body.String()) != empty {
			t.Errorf("at first: %s", w.Body)
		}
		mine := `{"pinned":["p0/m1","p0/m0"],"hidden":["p1/"],"order":["p2/","p0/"]}`
		if w := ask(t, h, "ann", "PUT", "/api/me/models", mine); w.Code != 200 {
			t.Fatalf("%d %s", w.Code, w.Body)
		}
		if w := ask(t, h, "ann", "PUT", "/api/models/arrangement", `{"hidden":["p0/m0"],"order":[]}`); w.Code != 403 {
			t.Errorf("a user lays the list out for everyone: %d", w.Code)
		}
		if w := ask(t, h, "root", "PUT", "/api/models/arrangement", `{"hidden":["p0/m0"],"order":[]}`); w.Code != 200 {
			t.Fatalf("%d %s", w.Code, w.Body)
		}
		want := `{"pinned":["p0/m1","p0/m0"],"hidden":["p1/"],"order":["p2/","p0/"],"everyone":{"hidden":["p0/m0"],"order":[]}}`
		if w := ask(t, h, "ann", "GET", "/api/me/models", ""); strings.TrimSpace(w.Body.String()) != want {
			t.Errorf("ann has %s", w.Body)
		}
		if w := ask(t, h, "bob", "GET", "/api/me/models", ""); !strings.HasPrefix(w.Body.String(), `{"pinned":[],"hidden":[],"order":[],"everyone":{"hidden":["p0/m0"]`) {
			t.Errorf("bob has %s", w.Body)
		}
		if diff := cmp.Diff([]identity.UserID{"ann", ""}, told); diff != "" {
			t.Errorf("told (-want +got)\n%s", diff)
		}
		for _, bad := range []string{
			`{"pinned":["m"],"hidden":[],"order":[]}`, `{"pinned":["/m"],"hidden":[],"order":[]}`, `{"pinned":[],"hidden":["p/` + strings.Repeat("x", 300) + `"],"order":[]}`,
			`{"pinned":[],"hidden":[],"order":[],"everyone":{}}`,
		} {
			if w := ask(t, h, "ann", "PUT", "/api/me/models", bad); w.Code != 422 {
				t.Errorf("%.60s: %d", bad, w.Code)
			}
		}
		spec := model.New(deps).Spec()
		var exported bytes.Buffer
		if err := spec.Export(t.Context(), ann, &exported); err != nil || strings.TrimSpace(exported.String()) != mine {
			t.Errorf("exported %s, %v", &exported, err)
		}
		if err := spec.Erase(t.Context(), ann); err != nil {
			t.Fatal(err)
		}
		if w := ask(t, h, "ann", "GET", "/api/me/models", ""); !strings.HasPrefix(w.Body.String(), `{"pinned":[],"hidden":[],"order":[]`) {
			t.Errorf("after it was erased: %s", w.Body)
		}
	})
}

func TestOverrides(t *testing.T) {
	t.Parallel()
	testkit.Databases(t, func(t *testing.T, d *db.DB) {
		if err := d.Migrate(t.Context(), audit.Migrations, identity.Migrations, setting.Migrations, access.Migrations, model.Migrations()); err != nil {
			t.Fatal(err)
		}
		told := 0
		deps := model.Deps{
			DB: d, Providers: newShop(1, 2), Changed: func(identity.UserID) { told++ },
			Specs: model.Specs{List: []model.Spec{{Name: "spec", Model: "p0/m0"}}},
		}
		h := world(t, deps)
		tag := ask(t, h, "ann", "GET", "/api/models", "").Header().Get("ETag")
		body := `{"model":"p0/m0","override":{"label":"House model","prices":{"input":9,"output":9,"cacheRead":1,"cacheWrite":9},"vision":true}}`
		if w := ask(t, h, "ann", "PUT", "/api/models/overrides", body); w.Code != 403 {
			t.Errorf("a user says something better: %d", w.Code)
		}
		if w := ask(t, h, "root", "PUT", "/api/models/overrides", body); w.Code != 200 || told != 1 {
			t.Fatalf("%d %s, told %d times", w.Code, w.Body, told)
		}
		if w := ask(t, h, "ann", "GET", "/api/models", "", "If-None-Match", tag); w.Code != 200 || strings.Count(w.Body.String(), `"House model"`) != 2 {
			t.Errorf("the model and its spec: %d %s", w.Code, w.Body)
		}
		if w := ask(t, h, "root", "GET", "/api/models/overrides", ""); !strings.Contains(w.Body.String(), `"model":"p0/m0","override":{"label":"House model"`) {
			t.Errorf("%s", w.Body)
		}
		s := model.New(deps) // another start
		if err := s.Load(t.Context()); err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{"p0/m0", "specs/spec"} {
			if target, err := s.Resolve(t.Context(), ann, name); err != nil || target.Info.Prices.Input != 9 || !target.Info.Vision {
				t.Errorf("%s: %+v, %v", name, target.Info, err)
			}
		}
		if m := deps.Providers.Offers(t.Context(), ann)[0].Models[0]; m.Label != "Model 0" {
			t.Error("the provider's own list was changed")
		}
		if w := ask(t, h, "root", "PUT", "/api/models/overrides", `{"model":"p0/m0","override":{}}`); w.Code != 200 {
			t.Fatalf("%d %s", w.Code, w.Body)
		}
		if w := ask(t, h, "root", "GET", "/api/models/overrides", ""); strings.TrimSpace(w.Body.String()) != `{"items":[]}` {
			t.Errorf("once nothing is said: %s", w.Body)
		}
		for _, bad := range []string{`{"model":"m","override":{}}`, `{"model":"p/m","override":{"context":-1}}`, `{"model":"p/m","override":{"status":"dead"}}`, `{"model":"p/m","override":{"prices":{"input":-1,"output":0,"cacheRead":0,"cacheWrite":0}}}`, `{"model":"p/m","override":{"knowledge":"May"}}`} {
			if w := ask(t, h, "root", "PUT", "/api/models/overrides", bad); w.Code != 422 {
				t.Errorf("%s: %d", bad, w.Code)
			}
		}
	})
}

// 1,500 models have to be listed within 5 ms.
func BenchmarkList(b *testing.B) {
	for name, fresh := range map[string]bool{"known": false, "changed": true} {
		b.Run(name, func(b *testing.B) {
			providers := newShop(15, 100)
			h := world(b, model.Deps{Providers: providers})
			for b.Loop() {
				if fresh {
					providers.offers[0].Models = slices.Clone(providers.offers[0].Models)
				}
				if w := ask(b, h, "ann", "GET", "/api/models", ""); w.Code != 200 {
					b.Fatal(w.Code)
				}
			}
		})
	}
}
