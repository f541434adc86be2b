package bedrock_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"parley/internal/llm"
	"parley/internal/llm/bedrock"
	"parley/internal/llm/llmtest"

	"github.com/google/go-cmp/cmp"
)

func draft(t *testing.T, p *bedrock.Provider, id string, request llm.Request) (map[string]any, []string) {
	t.Helper()
	drafter, isDrafter := p.Model(id).(interface {
		Draft(request llm.Request) ([]byte, []string, error)
	})
	if !isDrafter {
		t.Fatal("the model writes no drafts")
	}
	raw, notices, err := drafter.Draft(request)
	if err != nil {
		t.Fatal(err)
	}
	var body map[string]any
	if err := json.Unmarshal(raw, &body); err != nil {
		t.Fatal(err)
	}
	return body, notices
}

func object(t *testing.T, text string) map[string]any {
	t.Helper()
	var value map[string]any
	if err := json.Unmarshal([]byte(text), &value); err != nil {
		t.Fatal(err)
	}
	return value
}

func TestParameters(t *testing.T) {
	t.Parallel()
	half, five, many := 0.5, 5, 4000
	schema := json.RawMessage(`{"type":"object"}`)
	tests := []struct {
		name, model string
		params      llm.Params
		want        string // without messages
		notices     []string
	}{
		{
			"Claude with a budget", claude,
			llm.Params{Effort: "medium", MaxTokens: &many, TopK: &five},
			`{"inferenceConfig":{"maxTokens":4000},"additionalModelRequestFields":{"thinking":{"type":"enabled","budget_tokens":2000}}}`,
			[]string{"top_k"},
		},
		{
			"Claude that adapts", "global.anthropic.claude-opus-4-6-v1",
			llm.Params{Effort: "high"},
			`{"additionalModelRequestFields":{"thinking":{"type":"adaptive"},"output_config":{"effort":"high"}}}`, nil,
		},
		{"Claude with one of two", claude, llm.Params{Temperature: &half, TopP: &half}, `{"inferenceConfig":{"temperature":0.5}}`, []string{"top_p"}},
		{
			"Nova", "us.amazon.nova-2-lite-v1:0",
			llm.Params{Effort: "high", Temperature: &half},
			`{"additionalModelRequestFields":{"reasoningConfig":{"type":"enabled","maxReasoningEffort":"high"}}}`,
			[]string{"temperature"},
		},
		{"Nova's top_k", "amazon.nova-lite-v1:0", llm.Params{TopK: &five}, `{"additionalModelRequestFields":{"inferenceConfig":{"topK":5}}}`, nil},
		{
			"Cohere", "cohere.command-r-v1:0",
			llm.Params{TopK: &five, FrequencyPenalty: &half},
			`{"additionalModelRequestFields":{"k":5,"frequency_penalty":0.5}}`, nil,
		},
		{
			"gpt-oss", "openai.gpt-oss-120b-1:0",
			llm.Params{Effort: "low", ReasoningTokens: &five},
			`{"additionalModelRequestFields":{"reasoning_effort":"low"}}`,
			[]string{"reasoning tokens"},
		},
		{
			"Llama", "us.meta.llama3-3-70b-instruct-v1:0",
			llm.Params{Effort: "low", TopK: &five, Verbosity: "low", Logprobs: &five},
			`{}`,
			[]string{"reasoning_effort", "top_k", "verbosity", "logprobs"},
		},
		{"tier", claude, llm.Params{ServiceTier: "flex"}, `{"serviceTier":{"type":"flex"}}`, nil},
		{
			"schema", claude,
			llm.Params{Schema: schema},
			`{"outputConfig":{"textFormat":{"type":"json_schema","structure":{"jsonSchema":{"name":"answer","schema":"{\"type\":\"object\"}"}}}}}`, nil,
		},
		{
			"schema in words", "amazon.nova-lite-v1:0",
			llm.Params{Schema: schema},
			`{"system":[{"text":"Answer with nothing but a JSON value that matches this JSON schema:\n{\"type\":\"object\"}"}]}`, nil,
		},
		{
			"added and dropped", claude,
			llm.Params{
				Temperature: &half, MaxTokens: &many, Effort: "low",
				Extra: map[string]json.RawMessage{
					"additionalModelRequestFields": json.RawMessage(`{"anthropic_beta":["x"]}`),
					"performanceConfig":            json.RawMessage(`{"latency":"optimized"}`),
				}, Drop: []string{"max_tokens"},
			},
			`{"performanceConfig":{"latency":"optimized"},"additionalModelRequestFields":{"anthropic_beta":["x"],"thinking":{"type":"enabled","budget_tokens":2048}}}`,
			[]string{"temperature"},
		},
	}
	for _, test := range tests {
		request := llmtest.Hello()
		request.Params = test.params
		body, notices := draft(t, bedrock.New(bedrock.Config{}), test.model, request)
		delete(body, "messages")
		if diff := cmp.Diff(object(t, test.want), body); diff != "" {
			t.Errorf("%s (-want +got)\n%s", test.name, diff)
		}
		for _, name := range test.notices {
			if !slices.ContainsFunc(notices, func(n string) bool { return strings.Contains(n, `"`+name+`"`) }) {
				t.Errorf("%s: nothing says that %s was left out: %q", test.name, name, notices)
			}
		}
		if len(notices) != len(test.notices) {
			t.Errorf("%s: %q", test.name, notices)
		}
	}
}

func TestConversation(t *testing.T) {
	t.Parallel()
	history := []llm.Message{
		{Role: llm.RoleUser, Parts: []llm.Part{
			{Type: llm.PartFile, Media: &llm.Media{MIME: "application/pdf", Name: "q1_report  (v2).pdf", Data: []byte("a")}},
			{Type: llm.PartFile, Media: &llm.Media{MIME: "text/x-go", Name: "q1 report (v2).go", Data: []byte("b")}},
			{Type: llm.PartImage, Media: &llm.Media{MIME: "image/png", URL: "s3://bucket/a.png"}},
			{Type: llm.PartImage, Media: &llm.Media{MIME: "image/tiff", Name: "scan", Data: []byte("c")}},
			{Type: llm.PartImage, Media: &llm.Media{MIME: "image/png", Name: "far", URL: "https://example.test/a.png"}},
		}},
		{Role: llm.RoleAssistant, Parts: []llm.Part{{Type: llm.PartToolCall, Call: &llm.ToolCall{ID: "c1", Name: "see", Arguments: `{"a":1}`}}}},
		{Role: llm.RoleTool, Parts: []llm.Part{
			{Type: llm.PartToolResult, Result: &llm.ToolResult{CallID: "c1", Content: "seen", IsError: true}},
			{Type: llm.PartImage, Media: &llm.Media{MIME: "image/jpeg", Data: []byte("d")}},
		}},
		{Role: llm.RoleUser, Parts: []llm.Part{{Type: llm.PartText, Text: "And?"}}},
	}
	request := llm.Request{Messages: history, Tools: []llm.Tool{{Name: "see"}}}
	first := `{"role":"user","content":[
		{"document":{"format":"pdf","name":"q1 report (v2)","source":{"bytes":"YQ=="}}},
		{"document":{"format":"txt","name":"q1 report (v2) 2","source":{"bytes":"Yg=="}}},
		{"image":{"format":"png","source":{"s3Location":{"uri":"s3://bucket/a.png"}}}},
		{"text":"[A file, \"scan\", which you cannot read.]"},{"text":"[A file, \"far\", which you cannot read.]"}]}`
	call := `{"role":"assistant","content":[{"toolUse":{"toolUseId":"c1","name":"see","input":{"a":1}}}]}`
	for model, want := range map[string]string{
		claude: `[` + first + `,` + call + `,{"role":"user","content":[{"toolResult":{"toolUseId":"c1","status":"error","content":[
			{"text":"seen"},{"image":{"format":"jpeg","source":{"bytes":"ZA=="}}}]}},{"text":"And?"}]}]`,
		"mistral.mistral-large-2407-v1:0": `[` + first + `,` + call + `,{"role":"user","content":[{"toolResult":{"toolUseId":"c1","content":[
			{"text":"Error: seen"}]}},{"image":{"format":"jpeg","source":{"bytes":"ZA=="}}},{"text":"And?"}]}]`,
		"deepseek.r1-v1:0": `[` + first + `,{"role":"assistant","content":[{"text":"Called the tool see with {\"a\":1}."}]},{"role":"user","content":[
			{"text":"The tool see returned:\nseen"},{"image":{"format":"jpeg","source":{"bytes":"ZA=="}}},{"text":"And?"}]}]`,
	} {
		body, notices := draft(t, bedrock.New(bedrock.Config{}), model, request)
		if diff := cmp.Diff(object(t, `{"m":`+want+`}`)["m"], body["messages"]); diff != "" {
			t.Errorf("%s (-want +got)\n%s", model, diff)
		}
		if text := strings.Join(notices, " "); !strings.Contains(text, "image/tiff") || !strings.Contains(text, `"far"`) {
			t.Errorf("%s: %q", model, notices)
		}
	}
}

func TestCacheMarks(t *testing.T) {
	t.Parallel()
	request := llmtest.Hello()
	request.System, request.Cache, request.Tools = "Be brief.", true, []llm.Tool{{Name: "now"}}
	for range 2 {
		request.Messages = append(request.Messages,
			llm.Message{Role: llm.RoleAssistant, Parts: []llm.Part{{Type: llm.PartText, Text: "Hi"}}}, llmtest.Hello().Messages[0])
	}
	for model, want := range map[string]int{claude: 4, "amazon.nova-pro-v1:0": 3, "us.meta.llama4-scout-17b-instruct-v1:0": 0} {
		body, _ := draft(t, bedrock.New(bedrock.Config{}), model, request)
		raw, _ := json.Marshal(body)
		if got := strings.Count(string(raw), "cachePoint"); got != want {
			t.Errorf("%s: %d marks, want %d: %s", model, got, want, raw)
		}
	}
}

// TestFormerReasoning: the newest Claude gets back what it thought in this turn,
// and nothing of those before.
func TestFormerReasoning(t *testing.T) {
	t.Parallel()
	thought := func(text string) llm.Part {
		return llm.Part{Type: llm.PartReasoning, Protocol: bedrock.Protocol, Raw: json.RawMessage(
			`{"model":"anthropic.claude-x","block":{"reasoningContent":{"reasoningText":{"text":"` + text + `","signature":"s"}}}}`)}
	}
	call := llm.Part{Type: llm.PartToolCall, Call: &llm.ToolCall{ID: "c", Name: "now", Arguments: "{}"}}
	request := llmtest.Hello()
	request.Tools, request.ToolChoice = []llm.Tool{{Name: "now"}}, "required"
	request.Messages = append(request.Messages,
		llm.Message{Role: llm.RoleAssistant, Parts: []llm.Part{thought("former"), {Type: llm.PartText, Text: "Hi"}}},
		request.Messages[0],
		llm.Message{Role: llm.RoleAssistant, Parts: []llm.Part{thought("present"), call}})
	for model, want := range map[string][2]bool{claude: {true, true}, "global.anthropic.claude-opus-5-5": {false, true}} {
		body, notices := draft(t, bedrock.New(bedrock.Config{}), model, request)
		raw, _ := json.Marshal(body)
		if got := [2]bool{strings.Contains(string(raw), "former"), strings.Contains(string(raw), "present")}; got != want {
			t.Errorf("%s gets %v, want %v: %s", model, got, want, raw)
		}
		if demanded := strings.Contains(string(raw), `"any"`); demanded != want[0] || demanded == (len(notices) > 0) {
			t.Errorf("%s: a tool is demanded: %v %q", model, demanded, notices)
		}
	}
	if len(request.Messages[1].Parts) != 2 {
		t.Error("the history of the caller was changed")
	}
}

// TestCitations: Claude is asked to cite documents where all of them can be.
func TestCitations(t *testing.T) {
	t.Parallel()
	file := func(kind string) llm.Part {
		return llm.Part{Type: llm.PartFile, Media: &llm.Media{MIME: kind, Name: "a", Data: []byte("x")}}
	}
	const sheet = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	for _, test := range []struct {
		model string
		parts []llm.Part
		want  int
	}{
		{claude, []llm.Part{file("application/pdf"), file("text/plain")}, 2},
		{claude, []llm.Part{file("application/pdf"), file(sheet)}, 0},
		{"amazon.nova-pro-v1:0", []llm.Part{file("application/pdf")}, 0},
		{"anthropic.claude-3-haiku-20240307-v1:0", []llm.Part{file("application/pdf")}, 0},
	} {
		request := llmtest.Hello()
		request.Messages[0].Parts = append(request.Messages[0].Parts, test.parts...)
		body, _ := draft(t, bedrock.New(bedrock.Config{}), test.model, request)
		raw, _ := json.Marshal(body)
		if got := strings.Count(string(raw), `"citations":{"enabled":true}`); got != test.want {
			t.Errorf("%s: %d documents are to be cited, want %d: %s", test.model, got, test.want, raw)
		}
	}
}
