package provider_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"

	"parley/internal/feature/provider"
	"parley/internal/kit/testkit"
	"parley/internal/llm"

	"github.com/google/go-cmp/cmp"
)

func TestTheFileAndTheEnvironment(t *testing.T) {
	t.Parallel()
	h := open(t, testkit.SQLite(t), provider.Config{
		Endpoints: provider.Endpoints{Custom: []provider.Entry{
			{
				Name: "My Server", BaseURL: "http://127.0.0.1:9/v1", APIKey: canary,
				Models:    provider.EntryModels{Default: provider.Models("big", "vendor/small")},
				AddParams: map[string]any{"temperature": 0.5, "stop": []string{"x"}}, DropParams: []string{"user"},
				Shared: provider.Shared{
					TitleConvo: new(true), Headers: map[string]string{"X-Team": "a", "X-Token": "{{LIBRECHAT_OPENID_TOKEN}}"},
				},
				TokenConfig: map[string]provider.Tokens{"big": {Prompt: 1, Completion: 2, Context: 1000}},
			},
			{
				Name: "plain", BaseURL: "http://127.0.0.1:9/v1", Models: provider.EntryModels{Default: provider.Models("m")},
				CustomParams: provider.CustomParams{ParamDefinitions: []provider.ParamDefinition{{Key: "persona"}, {Key: "promptPrefix"}, {Key: "top_p"}}},
			},
			{Name: "PLAIN", BaseURL: "http://127.0.0.1:9/v1"},
			{Name: "Groq", BaseURL: "https://api.groq.com/openai/v1", APIKey: "gsk-1", Models: provider.EntryModels{Default: provider.Models("m")}},
			{Name: "openrouter", BaseURL: "https://example.com/v1", APIKey: "sk-2", Models: provider.EntryModels{Default: provider.Models("m")}},
			{Name: "theirs", BaseURL: "https://example.com/v1", APIKey: "user_provided"},
			{Name: "nowhere", BaseURL: "${UNSET}"},
			{Name: "keyless", BaseURL: "https://example.com/v1"},
		}},
		Getenv: func(name string) string {
			return map[string]string{
				"OPENAI_API_KEY": canary, "ANTHROPIC_API_KEY": "user_provided", "OPENROUTER_KEY": "sk-or-1", "MISTRAL_API_KEY": " ",
				"OPENAI_REVERSE_PROXY": "http://127.0.0.1:9/openai", "XAI_API_KEY": "xai-1", "GROQ_API_KEY": "gsk-1",
			}[name]
		},
	})
	var list struct {
		Items []configured
		Notes []provider.Note
	}
	h.ask(t, "GET /api/providers", "", &list)
	if diff := cmp.Diff([]provider.Note{
		{Name: "My Server", Text: "The header X-Token is not sent: there is no {{LIBRECHAT_OPENID_TOKEN}} here."},
		{Name: "plain", Text: `The parameter "persona" cannot be set by users; its default is sent with every request.`},
		{Name: "nowhere", Text: "It is left out. The base URL has to be an address such as https://host/v1.", Out: true},
		{Name: "keyless", Text: "It is left out. This provider needs a key.", Out: true},
		{Name: "PLAIN", Text: "The one given in the file is left out: one given in the file has the same name, and counts.", Out: true},
		{Name: "openrouter", Text: "The one given by the environment is left out: one given in the file has the same name, and counts.", Out: true},
	}, list.Notes); diff != "" {
		t.Errorf("notes (-want +got):\n%s", diff)
	}
	type short struct{ Name, Source, BaseURL string }
	var got []short
	for _, p := range list.Items {
		got = append(got, short{p.Name, p.Source, p.BaseURL})
	}
	want := []short{
		{"My Server", "file", "http://127.0.0.1:9/v1"},
		{"plain", "file", "http://127.0.0.1:9/v1"},
		{"Groq", "file", "https://api.groq.com/openai/v1"},
		{"openrouter", "file", "https://example.com/v1"},
		{"theirs", "file", "https://example.com/v1"},
		{"openai", "environment", "http://127.0.0.1:9/openai"},
		{"anthropic", "environment", "https://api.anthropic.com"},
		{"xai", "environment", "https://api.x.ai/v1"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}

	target, err := h.Resolve(t.Context(), "u", "my server/vendor/small")
	if err != nil || target.Provider != "My Server" || target.Info.Name != "vendor/small" || target.Info.ID != "My Server/vendor/small" || !target.ModelTitles {
		t.Errorf("%+v, %v", target.Info, err)
	}
	if diff := cmp.Diff(llm.Params{Extra: map[string]json.RawMessage{"temperature": json.RawMessage("0.5"), "stop": json.RawMessage(`["x"]`)}, Drop: []string{"user"}}, target.Params); diff != "" {
		t.Error(diff)
	}
	if big, _ := h.Resolve(t.Context(), "u", "My Server/big"); big.Info.Context != 1000 || !cmp.Equal(*big.Info.Prices, llm.Prices{Input: 1, Output: 2}) || !big.Info.Local {
		t.Errorf("%+v", big.Info)
	}
	if plain, err := h.Resolve(t.Context(), "u", "Plain/m"); err != nil || plain.ModelTitles {
		t.Errorf("a custom endpoint makes titles without being asked: %v, %v", plain, err)
	}
	if ai, err := h.Resolve(t.Context(), "u", "openai/gpt-4o"); err != nil || !ai.ModelTitles {
		t.Errorf("%+v, %v", ai.Info, err)
	}
	if grok, err := h.Resolve(t.Context(), "u", "xai/grok-4.3"); err != nil || !slices.Contains(grok.Info.Remote, llm.RemoteWebSearch) {
		t.Errorf("xAI's search is not offered: %+v, %v", grok.Info, err)
	}
	for _, unknown := range []string{"", "plain", "plain/", "/m", "plain/other", "nobody/m", "My Server/big ", "openai/\x00", "openai/" + strings.Repeat("x", 300)} {
		if _, err := h.Resolve(t.Context(), "u", unknown); !errors.Is(err, provider.ErrModel) {
			t.Errorf("%q: %v", unknown, err)
		}
	}
	var p problem
	if code := h.ask(t, "DELETE /api/providers/plain", "", &p); code != http.StatusConflict || p.Code != "provider_fixed" {
		t.Errorf("%d %+v", code, p)
	}
	if strings.Contains(h.log.String(), canary) || !strings.Contains(h.log.String(), "nowhere") || !strings.Contains(h.log.String(), "keyless") || !strings.Contains(h.log.String(), "X-Token") {
		t.Errorf("log: %s", h.log)
	}

	// A change of the file takes effect at once and keeps the rest.
	before := h.changes.Load()
	if err := h.Configure(t.Context(), entries(provider.Entry{Name: "new", BaseURL: "http://127.0.0.1:9", Models: provider.EntryModels{Default: provider.Models("n")}})); err != nil {
		t.Fatal(err)
	}
	if _, err := h.Resolve(t.Context(), "u", "new/n"); err != nil || h.changes.Load() != before+1 {
		t.Errorf("%v, %d changes", err, h.changes.Load()-before)
	}
	if err := h.Reload(t.Context()); err != nil || h.changes.Load() != before+1 {
		t.Errorf("nothing changed: %v, %d changes", err, h.changes.Load()-before)
	}
}

func TestTheDemoStandsInForNone(t *testing.T) {
	t.Parallel()
	h := open(t, testkit.SQLite(t), provider.Config{})
	got := h.models(t)
	if len(got.Items) != 1 || !got.Items[0].Demo || got.Items[0].Label != "Demo" || got.Default != "demo/tour" {
		t.Errorf("%+v", got)
	}
	target, err := h.Resolve(t.Context(), "u", "Demo/tour")
	if err != nil || target.ModelTitles {
		t.Fatal(target, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	for event, err := range target.Model.Stream(ctx, llm.Request{Messages: []llm.Message{{Role: llm.RoleUser, Parts: []llm.Part{{Type: llm.PartText, Text: "hi"}}}}}) {
		if err != nil || event.Kind == 0 {
			t.Errorf("%+v, %v", event, err)
		}
		cancel()
		break
	}
	cancel()
	var list struct{ Items []configured }
	if h.ask(t, "GET /api/providers", "", &list); len(list.Items) != 0 {
		t.Errorf("nobody configured %+v", list)
	}
	// Added in the wizard it stays beside others.
	if code := h.ask(t, "POST /api/providers", `{"name":"demo","kind":"demo"}`, nil); code != http.StatusOK {
		t.Error(code)
	}
	if err := h.Configure(t.Context(), entries(provider.Entry{Name: "x", BaseURL: "http://127.0.0.1:9", Models: provider.EntryModels{Default: provider.Models("m")}})); err != nil {
		t.Fatal(err)
	}
	if got = h.models(t); !slices.Equal(got.ids(), []string{"x/m", "demo/tour"}) || got.Default != "x/m" {
		t.Errorf("%+v", got)
	}
}

func TestDefaultModel(t *testing.T) {
	t.Parallel()
	chosen := "b/Y"
	h := open(t, testkit.SQLite(t), provider.Config{
		DefaultModel: func() string { return chosen },
		Endpoints: provider.Endpoints{Custom: []provider.Entry{
			{Name: "a", BaseURL: "http://127.0.0.1:9", Models: provider.EntryModels{Default: provider.Models("x")}},
			{Name: "B", BaseURL: "http://127.0.0.1:9", Models: provider.EntryModels{Default: provider.Models("Y")}},
		}},
	})
	if got := h.Default(t.Context()); got != "B/Y" {
		t.Error(got)
	}
	chosen = "gone/model"
	if got := h.Default(t.Context()); got != "a/x" {
		t.Error(got)
	}
}

func TestWhoMayAsk(t *testing.T) {
	t.Parallel()
	h := open(t, testkit.SQLite(t), provider.Config{Locals: []string{}})
	for route, want := range map[string][3]int{ // anonymous, user, admin
		"GET /api/providers":          {401, 403, 200},
		"GET /api/providers/local":    {401, 403, 200},
		"POST /api/providers":         {401, 403, 422},
		"POST /api/providers/detect":  {401, 403, 422},
		"POST /api/providers/test":    {401, 403, 422},
		"DELETE /api/providers/other": {401, 403, 404},
	} {
		for i, role := range []string{"", "user", "admin"} {
			body := ""
			if strings.HasPrefix(route, "POST") {
				body = "{}"
			}
			if code := h.askAs(t, role, route, body, nil); code != want[i] {
				t.Errorf("%s as %q: %d, want %d", route, role, code, want[i])
			}
		}
	}
}

func BenchmarkResolve(b *testing.B) {
	s := provider.New(provider.Config{Endpoints: entries(provider.Entry{Name: "Bench", BaseURL: "http://127.0.0.1:9", Models: provider.EntryModels{Default: provider.Models("m")}})})
	for b.Loop() {
		if _, err := s.Resolve(b.Context(), "u", "bench/m"); err != nil {
			b.Fatal(err)
		}
	}
}

// The demo that an admin chose is called what the kind is, unless it has a name
// of its own.
func TestTheDemoHasALabel(t *testing.T) {
	t.Parallel()
	h := open(t, testkit.SQLite(t), provider.Config{})
	for name, want := range map[string]string{"demo": "Demo", "Tour": "Tour"} {
		var added configured
		if code := h.ask(t, "POST /api/providers", `{"name":"`+name+`","kind":"demo"}`, &added); code != 200 || added.Name != name || added.Label != want {
			t.Errorf("%s was added as %d %+v", name, code, added)
		}
	}
	var list struct{ Items []configured }
	var got models
	if h.ask(t, "GET /api/providers", "", &list); len(list.Items) != 2 {
		t.Fatalf("%+v", list)
	}
	got = h.models(t)
	for i, p := range list.Items {
		if want := map[string]string{"demo": "Demo", "Tour": "Tour"}[p.Name]; p.Label != want || got.Items[i].Label != want {
			t.Errorf("%s is listed as %q and %q", p.Name, p.Label, got.Items[i].Label)
		}
	}
}

func TestIconsOfTheFile(t *testing.T) {
	t.Parallel()
	const picture = "data:image/png;base64,AAAA"
	icons := map[string]string{picture: picture, "https://example.com/a.png": "custom", "Groq": "groq"}
	for given, want := range icons {
		h := open(t, testkit.SQLite(t), provider.Config{Endpoints: provider.Endpoints{Custom: []provider.Entry{
			{Name: "a", BaseURL: "http://127.0.0.1:9/v1", IconURL: given, Models: provider.EntryModels{Default: provider.Models("m")}},
		}}})
		if got := h.Offers(t.Context(), "ann")[0].Icon; got != want {
			t.Errorf("%q gives %q, not %q", given, got, want)
		}
	}
}

// Why something is left out is a sentence, whoever found the reason.
func TestWhatIsLeftOutIsToldInSentences(t *testing.T) {
	t.Parallel()
	h := open(t, testkit.SQLite(t), provider.Config{Endpoints: provider.Endpoints{AzureOpenAI: provider.Azure{Groups: []provider.AzureGroup{
		{Group: "empty", APIKey: canary, InstanceName: "one", Version: "2024-10-21"}, {Group: "keyless", InstanceName: "one"},
	}}}})
	var list struct{ Notes []provider.Note }
	h.ask(t, "GET /api/providers", "", &list)
	if diff := cmp.Diff([]provider.Note{
		{Name: "azureOpenAI", Text: `The group "empty" is left out. It names no models.`, Out: true},
		{Name: "azureOpenAI", Text: `The group "keyless" is left out. This provider needs a key.`, Out: true},
	}, list.Notes); diff != "" {
		t.Errorf("notes (-want +got):\n%s", diff)
	}
}
