package provider_test

import (
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"parley/internal/feature/provider"
	"parley/internal/kit/testkit"
	"parley/internal/llm"
	"parley/internal/llm/param"

	"github.com/google/go-cmp/cmp"
)

// responds is an answer of the Responses protocol that says text.
func responds(text string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		_, _ = io.WriteString(w, `data: {"type":"response.output_text.delta","output_index":0,"content_index":0,"delta":"`+text+`"}`+"\n\n"+
			`data: {"type":"response.completed","response":{"status":"completed","output":[]}}`+"\n\n")
	}
}

// A server that stands before OpenAI's is called as OpenAI is, if it can be.
func TestReverseProxyOfOpenAI(t *testing.T) {
	t.Parallel()
	up := serve(t, map[string]http.HandlerFunc{
		"POST /whole/responses":        responds("both"),
		"POST /whole/chat/completions": answers("chat"),
		"POST /half/chat/completions":  answers("chat"),
		"POST /half/responses":         http.NotFound,
		"POST /none/responses":         refuses(404, `{"error":{"message":"no such model","code":"model_not_found"}}`),
		"POST /none/chat/completions":  answers("chat"),
	})
	behind := func(path string) *house {
		return open(t, testkit.SQLite(t), provider.Config{Endpoints: provider.Endpoints{OpenAI: provider.Named{
			APIKey: canary, BaseURL: up.URL + "/" + path, Models: provider.EntryModels{Default: provider.Models("gpt-5.4", "gpt-4o")},
		}}})
	}
	by := func(protocol string) llm.Request { return llm.Request{Params: llm.Params{Protocol: protocol}} }
	whole := behind("whole")
	for _, want := range []struct{ model, protocol, text string }{
		{"openai/gpt-5.4", "", "both"}, {"openai/gpt-5.4", "chat", "chat"}, {"openai/gpt-4o", "", "chat"}, {"openai/gpt-4o", "responses", "both"},
	} {
		if got, failed := whole.call(t, "u", want.model, by(want.protocol)); failed != nil || got.Text != want.text {
			t.Errorf("%s by %q: %+v %v", want.model, want.protocol, got, failed)
		}
	}
	half := behind("half")
	for range 2 {
		if got, failed := half.call(t, "u", "openai/gpt-5.4", llm.Request{}); failed != nil || got.Text != "chat" {
			t.Errorf("without Responses: %+v %v", got, failed)
		}
	}
	if asked := slices.DeleteFunc(up.requests(), func(r *http.Request) bool { return r.URL.Path != "/half/responses" }); len(asked) != 1 {
		t.Errorf("it was asked for Responses %d times", len(asked))
	}
	if _, failed := half.call(t, "u", "openai/gpt-5.4", by("responses")); failed == nil {
		t.Error("what was chosen is not replaced")
	}
	if _, failed := behind("none").call(t, "u", "openai/gpt-5.4", llm.Request{}); failed == nil || failed.Kind != llm.ErrModelNotFound {
		t.Errorf("a model that is not there: %v", failed)
	}
}

// parameter is one that a model may be told.
func (h *house) parameter(t *testing.T, model, name string) param.Definition {
	t.Helper()
	list, err := h.Parameters(t.Context(), "u", model, llm.Params{})
	if err != nil {
		t.Fatal(err)
	}
	at := slices.IndexFunc(list, func(d param.Definition) bool { return d.Name == name })
	if at < 0 {
		return param.Definition{}
	}
	return list[at]
}

func TestProtocolIsAChoiceWhereThereIsOne(t *testing.T) {
	t.Parallel()
	at := func(name, kind string) provider.Entry {
		return provider.Entry{Name: name, BaseURL: "http://127.0.0.1:9/v1", APIKey: canary, Provider: kind, Models: provider.EntryModels{Default: provider.Models("m")}}
	}
	direct := at("direct", "")
	direct.DirectEndpoint = true
	h := open(t, testkit.SQLite(t), provider.Config{Endpoints: entries(at("house", ""), at("mistral", "mistral"), at("claude", "anthropic"), direct)})
	for model, want := range map[string][]string{"house/m": {"chat", "responses"}, "mistral/m": nil, "claude/m": nil, "direct/m": nil} {
		if got := h.parameter(t, model, "protocol").Values; !slices.Equal(got, want) {
			t.Errorf("%s can be called by %v, want %v", model, got, want)
		}
	}
}

// What the configuration adds chooses the protocol, and is not sent; a user's choice
// goes before it.
func TestTheConfigurationChoosesTheProtocol(t *testing.T) {
	t.Parallel()
	unsent := func(answer http.HandlerFunc) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			if body, err := io.ReadAll(r.Body); err != nil || strings.Contains(string(body), "useResponsesApi") {
				t.Errorf("sent %s, %v", body, err)
			}
			answer(w, r)
		}
	}
	up := serve(t, map[string]http.HandlerFunc{
		"POST /v1/responses": unsent(responds("both")), "POST /v1/chat/completions": unsent(answers("chat")),
	})
	entry := func(name, kind string, add map[string]any, panel ...provider.ParamDefinition) provider.Entry {
		return provider.Entry{
			Name: name, BaseURL: up.URL + "/v1", APIKey: canary, Provider: kind, AddParams: add,
			Models: provider.EntryModels{Default: provider.Models("m")}, CustomParams: provider.CustomParams{ParamDefinitions: panel},
		}
	}
	on, off := map[string]any{"useResponsesApi": true}, map[string]any{"useResponsesApi": false}
	shown := provider.ParamDefinition{Key: "useResponsesApi", Default: true}
	h := open(t, testkit.SQLite(t), provider.Config{Endpoints: entries(
		entry("house", "", on), entry("odd", "no-such-kind", on), entry("panel", "", nil, shown), entry("both", "", off, shown),
		entry("xai", "xai", on), entry("mistral", "mistral", on),
	)})
	for _, want := range []struct{ model, protocol, text string }{
		{"house/m", "", "both"},
		{"house/m", "chat", "chat"},
		{"odd/m", "", "both"},
		{"panel/m", "", "both"},
		{"both/m", "", "chat"},
		{"xai/m", "", "both"},
		{"mistral/m", "", "chat"},
	} {
		got, failed := h.call(t, "u", want.model, llm.Request{Params: llm.Params{Protocol: want.protocol}})
		if failed != nil || got.Text != want.text || len(got.Notices) > 0 {
			t.Errorf("%s by %q: %+v %v", want.model, want.protocol, got, failed)
		}
	}
	var list struct{ Notes []provider.Note }
	h.ask(t, "GET /api/providers", "", &list)
	if len(list.Notes) != 2 || !strings.Contains(list.Notes[1].Text, "useResponsesApi") {
		t.Errorf("the administrator reads %+v", list.Notes)
	}
}

func TestRegionsOfBedrock(t *testing.T) {
	t.Parallel()
	up := serve(t, map[string]http.HandlerFunc{"POST /model/{rest...}": refuses(200, `{"output":{"message":{"role":"assistant","content":[{"text":"ok"}]}},"stopReason":"end_turn"}`)})
	env := map[string]string{"BEDROCK_AWS_ACCESS_KEY_ID": "AKIAEXAMPLE", "BEDROCK_AWS_SECRET_ACCESS_KEY": canary, "BEDROCK_REVERSE_PROXY": up.URL}
	h := open(t, testkit.SQLite(t), provider.Config{
		Getenv: func(name string) string { return env[name] },
		Endpoints: provider.Endpoints{Bedrock: provider.Bedrock{
			AvailableRegions: []string{"eu-central-1", "us-west-2"}, Models: []string{"anthropic.claude-sonnet-4-5-20250929-v1:0"},
		}},
	})
	const model = "bedrock/anthropic.claude-sonnet-4-5-20250929-v1:0"
	if d := h.parameter(t, model, "region"); !slices.Equal(d.Values, []string{"eu-central-1", "us-west-2"}) || d.Default != "eu-central-1" || d.Refused != "" {
		t.Errorf("%+v", d)
	}
	for region, host := range map[string]string{
		"": "eu-central-1", "us-west-2": "us-west-2", "eu-central-1": "eu-central-1", "mars": "eu-central-1",
	} {
		said, failed := h.call(t, "u", model, llm.Request{Params: llm.Params{Region: region}})
		if failed != nil {
			t.Fatal(failed)
		}
		sent := up.requests()
		if got := sent[len(sent)-1].Header.Get("Authorization"); !strings.Contains(got, "/"+host+"/bedrock/") {
			t.Errorf("in %q it asks with %s", region, got)
		}
		if told := len(said.Notices) > 0; told != (region == "mars") {
			t.Errorf("in %q the user is told %v", region, said.Notices)
		}
	}
}

// What an administrator says of a parameter's looks reaches those who set it; Claude's
// thinking is asked for in its own form where the endpoint has it.
func TestLooksOfParameters(t *testing.T) {
	t.Parallel()
	var body string
	up := serve(t, map[string]http.HandlerFunc{"POST /v1/chat/completions": func(w http.ResponseWriter, r *http.Request) {
		text, _ := io.ReadAll(r.Body)
		body = string(text)
		answers("ok")(w, r)
	}})
	h := open(t, testkit.SQLite(t), provider.Config{Endpoints: entries(provider.Entry{
		Name: "Gate", BaseURL: up.URL + "/v1", APIKey: canary, Models: provider.EntryModels{Default: provider.Models("claude-sonnet-4-5")},
		CustomParams: provider.CustomParams{DefaultParamsEndpoint: "anthropic", ParamDefinitions: []provider.ParamDefinition{
			{Key: "reasoning_effort", Options: []any{"low", "high"}, EnumMappings: map[string]any{"low": "Quick", "high": 2}, SelectPlaceholder: "Choose", ColumnSpan: 2},
			{Key: "temperature", Component: "input", ShowLabel: new(false), Range: provider.ParamRange{PositiveMin: 0.2}, Columns: 4, ColumnSpan: 4},
			{Key: "stop", MaxTags: 2, MaxText: 20},
		}},
	})})
	for name, want := range map[string]param.Look{
		"effort":      {Placeholder: "Choose", Words: map[string]string{"low": "Quick"}, Half: true},
		"temperature": {Component: "input", NoLabel: true, AboveZero: 0.2},
		"stop":        {MaxText: 20},
	} {
		if got := h.parameter(t, "Gate/claude-sonnet-4-5", name).Look; got == nil || !cmp.Equal(*got, want) {
			t.Errorf("%s looks like %+v, want %+v", name, got, want)
		}
	}
	if most := h.parameter(t, "Gate/claude-sonnet-4-5", "stop").Max; most == nil || *most != 2 {
		t.Errorf("as many stops as %v", most)
	}
	if _, failed := h.call(t, "u", "Gate/claude-sonnet-4-5", llm.Request{Params: llm.Params{ReasoningTokens: new(2000), TopK: new(5)}}); failed != nil {
		t.Fatal(failed)
	}
	if !strings.Contains(body, `"thinking":{"budget_tokens":2000,"type":"enabled"}`) || strings.Contains(body, "top_k") || strings.Contains(body, "reasoning_effort") {
		t.Errorf("sent %s", body)
	}
}
