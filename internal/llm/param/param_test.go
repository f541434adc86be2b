package param_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"parley/internal/llm"
	"parley/internal/llm/anthropic"
	"parley/internal/llm/bedrock"
	"parley/internal/llm/catalog"
	"parley/internal/llm/google"
	"parley/internal/llm/openaichat"
	"parley/internal/llm/openairesponses"
	"parley/internal/llm/param"
	"parley/internal/llm/wire"

	"github.com/google/go-cmp/cmp"
)

// server keeps the last body it was sent and refuses it.
type server struct {
	*httptest.Server
	body []byte
}

func newServer(t *testing.T) *server {
	t.Helper()
	s := &server{}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.body, _ = io.ReadAll(r.Body)
		http.Error(w, `{"error":{"message":"enough"}}`, http.StatusBadRequest)
	}))
	t.Cleanup(s.Close)
	return s
}

// send makes a real call and returns what was sent and told.
func (s *server) send(t *testing.T, model llm.Model, request llm.Request) (body string, notices []string) {
	t.Helper()
	s.body = nil
	for event, err := range model.Stream(context.WithoutCancel(t.Context()), request) {
		if err == nil && event.Kind == llm.EventNotice {
			notices = append(notices, event.Text)
		}
	}
	if s.body == nil {
		t.Fatal("nothing was sent")
	}
	return string(s.body), notices
}

func codec(kind, id string, s *server) llm.Model {
	limits := wire.Limits{Retries: -1}
	switch kind {
	case "anthropic":
		return anthropic.New(anthropic.Config{
			BaseURL: s.URL, Client: s.Client(), Limits: limits, MaxOutput: func(string) int { return 32000 },
		}).Model(id)
	case "responses":
		return openairesponses.New(openairesponses.Config{BaseURL: s.URL, Client: s.Client(), Dialect: "openai", Limits: limits}).Model(id)
	case "google", "vertex":
		return google.New(google.Config{BaseURL: s.URL, Client: s.Client(), Limits: limits}).Model(id)
	case "bedrock":
		return bedrock.New(bedrock.Config{BaseURL: s.URL, Region: "us-east-1", Key: llm.NewSecret("x"), Client: s.Client(), Limits: limits}).Model(id)
	}
	return openaichat.New(openaichat.Config{BaseURL: s.URL, Client: s.Client(), Dialect: kind, Limits: limits}).Model(id)
}

// examples are models that differ in what they take.
var examples = map[string][]string{
	"openai": {"gpt-5.4", "gpt-5", "gpt-4o"}, "azure": {"my-deployment", "gpt-5"},
	"anthropic": {"claude-opus-5", "claude-sonnet-4-5", "claude-3-5-haiku-latest"},
	"deepseek":  {"deepseek-reasoner", "deepseek-v4-pro"}, "xai": {"grok-4.5", "grok-4.20-non-reasoning"},
	"google":     {"gemini-3-pro-preview", "gemini-2.5-flash", "gemini-2.0-flash"},
	"bedrock":    {"us.anthropic.claude-sonnet-5", "amazon.nova-pro-v1:0", "meta.llama3-3-70b-instruct-v1:0"},
	"perplexity": {"sonar-pro"}, "ollama": {"gpt-oss:20b", "llama3.1:8b"}, "vllm": {"qwen3-32b"}, "llamacpp": {"qwen3-32b"},
}

// What is said of a parameter is what happens: one that is taken is sent without
// a word, one that is refused changes nothing and the user is told.
func TestWhatIsSaidIsWhatIsSent(t *testing.T) {
	t.Parallel()
	for _, kind := range catalog.Kinds() {
		models := examples[kind.ID]
		if models == nil {
			models = []string{"some-model"}
		}
		for _, id := range models {
			t.Run(kind.ID+"/"+id, func(t *testing.T) {
				t.Parallel()
				s := newServer(t)
				info, _ := catalog.Lookup(kind.ID, id)
				check(t, s, codec(kind.ID, id, s), kind.ID, info)
			})
		}
	}
	for _, id := range examples["openai"] {
		t.Run("responses/"+id, func(t *testing.T) {
			t.Parallel()
			s := newServer(t)
			info, _ := catalog.Lookup("openai", id)
			check(t, s, codec("responses", id, s), "openai", info)
		})
	}
}

func check(t *testing.T, s *server, model llm.Model, kind string, info llm.Info) {
	t.Helper()
	drafter, ok := model.(param.Drafter)
	if !ok {
		t.Fatal("the codec writes no drafts")
	}
	request := llm.Request{Cache: true, Messages: []llm.Message{{Role: llm.RoleUser, Parts: []llm.Part{{Type: llm.PartText, Text: "Hi"}}}}}
	if info.Vision {
		request.Messages[0].Parts = append(request.Messages[0].Parts, llm.Part{Type: llm.PartImage, Media: &llm.Media{MIME: "image/png", Data: []byte("-")}})
	}
	if info.Tools {
		request.Tools = []llm.Tool{{Name: "clock", Description: "Tells the time."}}
	}
	plain, _ := s.send(t, model, request)
	list := param.Of(param.Subject{Model: drafter, Dialect: kind, Info: info})
	if len(list) < 10 {
		t.Errorf("only %d parameters", len(list))
	}
	taken := 0
	for _, d := range list {
		if d.Name == "contextTokens" || d.Name == "resend" {
			continue // no codec sees them
		}
		for _, value := range values(d) {
			with := request
			set(t, &with.Params, d.Name, value)
			body, notices := s.send(t, model, with)
			switch {
			case d.Refused == "" && (len(notices) > 0 || body == plain):
				t.Errorf("%s = %s is said to be taken, and the user is told %q; sent: %v", d.Name, value, notices, body != plain)
			case d.Refused != "" && len(notices) == 0:
				t.Errorf("%s = %s is said to be refused (%s), and the user is told nothing; sent: %v", d.Name, value, d.Refused, body != plain)
			}
		}
		if d.Refused == "" {
			taken++
		}
	}
	if taken < 2 {
		t.Errorf("it takes %d parameters", taken)
	}
}

// values are the ends of what a definition allows.
func values(d param.Definition) []string {
	switch d.Type {
	case param.Number:
		return []string{encode(*d.Max), "0.5"}
	case param.Integer:
		if d.Max == nil {
			return []string{"7"}
		}
		return []string{encode(*d.Max)}
	case param.Enum:
		var all []string
		for _, value := range d.Values {
			all = append(all, encode(value))
		}
		return all
	case param.Boolean:
		if d.Name == "whole" {
			return []string{"true"}
		}
		return []string{"false"}
	case param.List:
		return []string{`["END"]`}
	case param.JSON:
		return []string{`{"type":"object","properties":{"a":{"type":"string"}},"required":["a"],"additionalProperties":false}`}
	}
	return nil
}

func encode(value any) string {
	text, err := json.Marshal(value)
	if err != nil {
		panic(err)
	}
	return string(text)
}

// set sets a parameter as a client does: by its name in JSON.
func set(t *testing.T, p *llm.Params, name, value string) {
	t.Helper()
	decoder := json.NewDecoder(strings.NewReader(`{"` + name + `":` + value + `}`))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(p); err != nil {
		t.Fatalf("%s = %s: %v", name, value, err)
	}
}

// What LibreChat's presets say is written as each protocol has it.
func TestHowItIsSent(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		kind, id string
		params   llm.Params
		want     []string
	}{
		{"responses", "gpt-5.6", llm.Params{Summary: "detailed", ReasoningMode: "pro", ReasoningContext: "current_turn"}, []string{`"reasoning":{"context":"current_turn","mode":"pro","summary":"detailed"}`}},
		{"responses", "gpt-5", llm.Params{Summary: "none", ImageDetail: "low", Whole: new(true)}, []string{`"detail":"low"`, `"stream":false`}},
		{"openai", "gpt-4o", llm.Params{ImageDetail: "high", Whole: new(true)}, []string{`"detail":"high"`, `"stream":false`}},
		{"openrouter", "anthropic/claude-sonnet-4.5", llm.Params{Summary: "none", Effort: "low", Keep: "1h"}, []string{`"reasoning":{"effort":"low","exclude":true}`, `"cache_control":{"ttl":"1h","type":"ephemeral"}`}},
		{"anthropic", "claude-sonnet-4-5", llm.Params{Summary: "none", ReasoningTokens: new(2000), Keep: "1h"}, []string{`"display":"omitted"`, `"cache_control":{"ttl":"1h","type":"ephemeral"}`}},
		{"litellm", "claude-sonnet-4-5", llm.Params{ReasoningTokens: new(2000)}, []string{`"thinking":{"budget_tokens":2000,"type":"enabled"}`}},
		{"litellm", "anthropic/claude-sonnet-4-5", llm.Params{ReasoningTokens: new(0)}, []string{`"thinking":{"type":"disabled"}`}},
		{"litellm", "claude-sonnet-4-5", llm.Params{Effort: "low"}, []string{`"reasoning_effort":"low"`}},
		{"anthropic", "claude-opus-5", llm.Params{Summary: "none"}, []string{`"display":"omitted"`}},
		{"bedrock", "us.anthropic.claude-sonnet-4-5-20250929-v1:0", llm.Params{Keep: "1h"}, []string{`"cachePoint":{"ttl":"1h","type":"default"}`}},
		{"google", "gemini-2.5-flash", llm.Params{Summary: "none", ImageDetail: "low"}, []string{`"includeThoughts":false`, `"mediaResolution":"MEDIA_RESOLUTION_LOW"`}},
	} {
		t.Run(c.kind+"/"+c.id, func(t *testing.T) {
			t.Parallel()
			s := newServer(t)
			request := llm.Request{Cache: true, Params: c.params, System: "Be brief.", Messages: []llm.Message{{Role: llm.RoleUser, Parts: []llm.Part{
				{Type: llm.PartText, Text: "Hi"}, {Type: llm.PartImage, Media: &llm.Media{MIME: "image/png", Data: []byte("-")}},
			}}}}
			body, notices := s.send(t, codec(c.kind, c.id, s), request)
			for _, want := range c.want {
				if !strings.Contains(body, want) {
					t.Errorf("sent %s, without %s", body, want)
				}
			}
			if len(notices) > 0 {
				t.Errorf("told %v", notices)
			}
		})
	}
}

// A cache that is not wanted is not asked for.
func TestNothingIsKept(t *testing.T) {
	t.Parallel()
	for kind, id := range map[string]string{"anthropic": "claude-sonnet-4-5", "bedrock": "amazon.nova-pro-v1:0", "litellm": "claude-sonnet-4-5"} {
		s := newServer(t)
		request := llm.Request{Cache: true, Params: llm.Params{Keep: "off"}, System: "Be brief.", Messages: []llm.Message{{Role: llm.RoleUser, Parts: []llm.Part{{Type: llm.PartText, Text: "Hi"}}}}}
		if body, notices := s.send(t, codec(kind, id, s), request); strings.Contains(strings.ToLower(body), "cache") || len(notices) > 0 {
			t.Errorf("%s is sent %s, and the user told %v", kind, body, notices)
		}
	}
}

func find(list []param.Definition, name string) param.Definition {
	for _, d := range list {
		if d.Name == name {
			return d
		}
	}
	return param.Definition{}
}

func of(t *testing.T, kind, id string, with llm.Params) []param.Definition {
	t.Helper()
	info, _ := catalog.Lookup(kind, id)
	drafter, ok := codec(kind, id, newServer(t)).(param.Drafter)
	if !ok {
		t.Fatal("the codec writes no drafts")
	}
	return param.Of(param.Subject{Model: drafter, Dialect: kind, Info: info, With: with})
}

func TestBounds(t *testing.T) {
	t.Parallel()
	claude := of(t, "anthropic", "claude-sonnet-4-5", llm.Params{})
	if d := find(claude, "temperature"); d.Refused != "" || *d.Max != 1 {
		t.Errorf("Anthropic takes temperatures up to 1: %+v", d)
	}
	if d := find(claude, "maxTokens"); *d.Max != 64_000 || d.Unit != "tokens" {
		t.Errorf("as many as the model writes: %+v", d)
	}
	if d := find(of(t, "openai", "gpt-5.6-sol", llm.Params{}), "effort"); !slices.Equal(d.Values, []string{"none", "low", "medium", "high", "xhigh", "max"}) {
		t.Errorf("the levels of the catalogue: %+v", d)
	}
	if d := find(of(t, "openai", "gpt-4o", llm.Params{}), "effort"); d.Name != "" {
		t.Errorf("a model that does not reason has no effort: %+v", d)
	}
}

// OpenAI's newer models take a temperature as long as they do not reason.
func TestOneChoiceRulesOutAnother(t *testing.T) {
	t.Parallel()
	if d := find(of(t, "openai", "gpt-5.4", llm.Params{}), "temperature"); d.Refused != "" {
		t.Errorf("without reasoning: %+v", d)
	}
	list := of(t, "openai", "gpt-5.4", llm.Params{Effort: "high", Temperature: new(0.3)})
	if d := find(list, "temperature"); d.Refused == "" {
		t.Errorf("with reasoning: %+v", d)
	}
	if d := find(list, "effort"); d.Refused != "" || len(d.Values) < 4 {
		t.Errorf("the choice itself stays open: %+v", d)
	}
	dropped := of(t, "openai", "gpt-4o", llm.Params{Drop: []string{"top_p"}})
	if d := find(dropped, "topP"); d.Refused == "" {
		t.Errorf("what an administrator drops: %+v", d)
	}
}

func TestCustomize(t *testing.T) {
	t.Parallel()
	list := of(t, "anthropic", "claude-sonnet-4-5", llm.Params{})
	got := param.Customize(list, []param.Custom{
		{Key: "temperature", Label: "Warmth", Help: "How lively.", Default: 0.2, Max: new(9.0), Min: new(0.1), Step: new(0.5)},
		{Key: "reasoning_effort", Values: []string{"low", "huge"}},
		{Key: "frequency_penalty", Label: "Still refused"},
		{Key: "no_such_key", Label: "Nothing"},
	})
	want := find(list, "temperature")
	want.Label, want.Help, want.Default, want.Min, want.Step = "Warmth", "How lively.", 0.2, new(0.1), new(0.5)
	if diff := cmp.Diff(want, find(got, "temperature")); diff != "" {
		t.Errorf("a maximum is never raised (-want +got)\n%s", diff)
	}
	if d := find(got, "effort"); !slices.Equal(d.Values, []string{"low"}) {
		t.Errorf("only values that are taken: %+v", d)
	}
	if d := find(got, "frequencyPenalty"); d.Label != "Still refused" || d.Refused == "" {
		t.Errorf("%+v", d)
	}
	if len(got) != len(list) || find(list, "temperature").Label != "" {
		t.Error("the list itself was changed")
	}
}

func TestNameOf(t *testing.T) {
	t.Parallel()
	for key, want := range map[string]string{"top_p": "topP", "topP": "topP", "max_output_tokens": "maxTokens", "thinkingBudget": "reasoningTokens", "reasoning_effort": "effort"} {
		if got, ok := param.NameOf(key); !ok || got != want {
			t.Errorf("NameOf(%s) = %q, %v", key, got, ok)
		}
	}
	if got, ok := param.NameOf("promptPrefix"); ok {
		t.Errorf("NameOf(promptPrefix) = %q", got)
	}
}

func BenchmarkOf(b *testing.B) {
	info, _ := catalog.Lookup("openai", "gpt-5.4")
	model, _ := openaichat.New(openaichat.Config{Dialect: "openai"}).Model("gpt-5.4").(param.Drafter)
	for b.Loop() {
		param.Of(param.Subject{Model: model, Dialect: "openai", Info: info})
	}
}
