package openaichat_test

import (
	"encoding/json"
	"strings"
	"testing"

	"parley/internal/llm"
	"parley/internal/llm/llmtest"

	"github.com/google/go-cmp/cmp"
)

// request sends a request and returns the fields of its body beside those that
// every request has, and the notices.
func request(t *testing.T, dialect string, r llm.Request) (map[string]any, []string) {
	t.Helper()
	model, sent := serve(t, dialect, delta(`"content":"ok"`), done)
	got := llmtest.Collect(t.Context(), model, r)
	if got.Err != nil {
		t.Fatal(got.Err)
	}
	var body map[string]any
	if err := json.Unmarshal(*sent, &body); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"model", "stream", "stream_options", "usage"} {
		delete(body, name)
	}
	return body, got.Notices
}

func TestParams(t *testing.T) {
	t.Parallel()
	type fields = map[string]any
	schema := json.RawMessage(`{"type":"object","properties":{"a":{"type":"string"}},"required":["a"],"additionalProperties":false}`)
	tests := []struct {
		dialect, model string
		params         llm.Params
		want           fields
		refused        []string
	}{
		{
			"openai", "gpt-4o",
			llm.Params{MaxTokens: new(5), Temperature: new(0.0), TopK: new(3), Effort: "low"},
			fields{"max_completion_tokens": 5.0, "temperature": 0.0},
			[]string{"top_k", "reasoning_effort"},
		},
		{
			"openai", "o4-mini",
			llm.Params{Temperature: new(0.5), TopP: new(0.5), Stop: []string{"x"}, Effort: "low", Seed: new(int64(1))},
			fields{"reasoning_effort": "low", "seed": 1.0},
			[]string{"temperature", "top_p", "stop"},
		},
		{"openai", "gpt-5.2", llm.Params{Temperature: new(0.5)}, fields{"temperature": 0.5}, nil},
		{"openai", "gpt-5.2", llm.Params{Temperature: new(0.5), Effort: "high"}, fields{"reasoning_effort": "high"}, []string{"temperature"}},
		{"openai", "gpt-5-chat-latest", llm.Params{Temperature: new(0.5)}, fields{"temperature": 0.5}, nil},
		{"openai", "gpt-5", llm.Params{ReasoningTokens: new(100)}, fields{}, []string{"reasoning tokens"}},
		{"azure", "my-deployment", llm.Params{Effort: "low"}, fields{"reasoning_effort": "low"}, nil},
		{
			"", "m",
			llm.Params{MaxTokens: new(5), TopK: new(3), FrequencyPenalty: new(0.1), PresencePenalty: new(0.2)},
			fields{"max_tokens": 5.0, "top_k": 3.0, "frequency_penalty": 0.1, "presence_penalty": 0.2},
			nil,
		},
		{"groq", "m", llm.Params{MaxTokens: new(5), TopK: new(1)}, fields{"max_completion_tokens": 5.0}, []string{"top_k"}},
		{"mistral", "m", llm.Params{Seed: new(int64(7))}, fields{"random_seed": 7.0}, nil},
		{"openrouter", "m", llm.Params{Effort: "high", TopK: new(2)}, fields{"reasoning": fields{"effort": "high"}, "top_k": 2.0}, nil},
		{"openrouter", "m", llm.Params{ReasoningTokens: new(2000)}, fields{"reasoning": fields{"max_tokens": 2000.0}}, nil},
		{"openrouter", "m", llm.Params{ReasoningTokens: new(0)}, fields{"reasoning": fields{"enabled": false}}, nil},
		{"ollama", "m", llm.Params{ReasoningTokens: new(0)}, fields{"reasoning_effort": "none"}, nil},
		{"llamacpp", "m", llm.Params{Effort: "none"}, fields{"chat_template_kwargs": fields{"enable_thinking": false}}, nil},
		{"llamacpp", "m", llm.Params{ReasoningTokens: new(0)}, fields{"chat_template_kwargs": fields{"enable_thinking": false}}, nil},
		{"llamacpp", "m", llm.Params{ReasoningTokens: new(300), Effort: "low"}, fields{"thinking_budget_tokens": 300.0, "reasoning_effort": "low"}, nil},
		{"deepseek", "deepseek-chat", llm.Params{Effort: "high"}, fields{"thinking": fields{"type": "enabled"}, "reasoning_effort": "high"}, nil},
		{"deepseek", "deepseek-reasoner", llm.Params{Temperature: new(0.5)}, fields{}, []string{"temperature"}},
		{"zai", "glm", llm.Params{ReasoningTokens: new(0)}, fields{"thinking": fields{"type": "disabled"}}, nil},
		{"xai", "grok-4", llm.Params{Stop: []string{"x"}, Seed: new(int64(1))}, fields{"seed": 1.0}, []string{"stop"}},
		{"openai", "gpt-4o", llm.Params{Schema: schema}, fields{"response_format": fields{"type": "json_schema", "json_schema": fields{
			"name": "answer", "strict": true, "schema": fields{
				"type": "object", "properties": fields{"a": fields{"type": "string"}}, "required": []any{"a"}, "additionalProperties": false,
			},
		}}}, nil},
		{
			"openai", "gpt-4o",
			llm.Params{Schema: json.RawMessage(`{"type":"object","properties":{"a":{}}}`)},
			fields{"response_format": fields{"type": "json_schema", "json_schema": fields{
				"name": "answer", "strict": false, "schema": fields{"type": "object", "properties": fields{"a": fields{}}},
			}}},
			nil,
		},
	}
	for _, test := range tests {
		r := llmtest.Hello()
		r.Model, r.Params = test.model, test.params
		got, notices := request(t, test.dialect, r)
		delete(got, "messages")
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s %s (-want +got)\n%s", test.dialect, test.model, diff)
		}
		if len(notices) != len(test.refused) {
			t.Errorf("%s %s: the notices are %q, want one for each of %q", test.dialect, test.model, notices, test.refused)
		}
		for _, name := range test.refused {
			if !strings.Contains(strings.Join(notices, "\n"), `"`+name+`"`) {
				t.Errorf("%s %s: no notice names %q: %q", test.dialect, test.model, name, notices)
			}
		}
	}
}

// TestReasoningOfLocalServers goes back by the name that each server reads it
// under, while the model works with tools.
func TestReasoningOfLocalServers(t *testing.T) {
	t.Parallel()
	for dialect, field := range map[string]string{
		"ollama": "reasoning", "vllm": "reasoning", "llamacpp": "reasoning_content", "mlx": "reasoning_content",
	} {
		thought := llm.Part{Type: llm.PartReasoning, Text: "hm", Protocol: "openaichat", Raw: json.RawMessage(`{"field":"` + field + `"}`)}
		called := llm.Part{Type: llm.PartToolCall, Call: &llm.ToolCall{ID: "c", Name: "clock", Arguments: "{}"}}
		r := llmtest.Hello()
		r.Messages = append(r.Messages, llm.Message{Role: llm.RoleAssistant, Parts: []llm.Part{thought, called}},
			llm.Message{Role: llm.RoleTool, Parts: []llm.Part{{Type: llm.PartToolResult, Result: &llm.ToolResult{CallID: "c", Content: "noon"}}}})
		body, _ := request(t, dialect, r)
		messages, _ := body["messages"].([]any)
		if message, _ := messages[1].(map[string]any); message[field] != "hm" {
			t.Errorf("%s: %v", dialect, messages)
		}
	}
}

// TestToolsOrLogprobs: llama.cpp answers 400 to both in one stream.
func TestToolsOrLogprobs(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		tools, whole, kept bool
	}{
		"a stream":            {kept: true},
		"a stream with tools": {tools: true},
		"in one piece":        {tools: true, whole: true, kept: true},
	} {
		r := llmtest.Hello()
		r.Model, r.Params = "m", llm.Params{Logprobs: new(2), Whole: &test.whole}
		if test.tools {
			r.Tools = []llm.Tool{{Name: "clock"}}
		}
		body, notices := request(t, "llamacpp", r)
		if kept := body["logprobs"] == true && body["top_logprobs"] == 2.0; kept != test.kept || (len(notices) == 0) != test.kept {
			t.Errorf("%s: logprobs %v, top_logprobs %v, notices %q", name, body["logprobs"], body["top_logprobs"], notices)
		}
	}
}

func TestMessages(t *testing.T) {
	t.Parallel()
	type fields = map[string]any
	image := llm.Part{Type: llm.PartImage, Media: &llm.Media{MIME: "image/png", Data: []byte("hi")}}
	linked := llm.Part{Type: llm.PartImage, Media: &llm.Media{MIME: "image/png", URL: "https://x/y.png"}}
	pdf := llm.Part{Type: llm.PartFile, Media: &llm.Media{MIME: "application/pdf", Name: "a.pdf", Data: []byte("hi")}}
	note := llm.Part{Type: llm.PartFile, Media: &llm.Media{MIME: "text/plain", Name: "a.txt", Data: []byte("hi")}}
	sound := llm.Part{Type: llm.PartAudio, Media: &llm.Media{MIME: "audio/mpeg", Data: []byte("hi")}}
	film := llm.Part{Type: llm.PartFile, Media: &llm.Media{MIME: "video/mp4", Name: "a.mp4", Data: []byte("hi")}}
	call := llm.Part{Type: llm.PartToolCall, Call: &llm.ToolCall{ID: "call_1", Name: "t", Arguments: `{}`}}
	thought := llm.Part{
		Type: llm.PartReasoning, Text: "hm", Protocol: "openaichat", Raw: json.RawMessage(`{"field":"reasoning_content"}`),
	}
	user := func(parts ...llm.Part) llm.Message { return llm.Message{Role: llm.RoleUser, Parts: parts} }
	text := func(s string) llm.Part { return llm.Part{Type: llm.PartText, Text: s} }
	item := func(s string) any { return fields{"type": "text", "text": s} }
	toolCalls := func(id string) []any {
		return []any{fields{"id": id, "type": "function", "function": fields{"name": "t", "arguments": "{}"}}}
	}
	work := []llm.Message{
		user(text("a")),
		{Role: llm.RoleAssistant, Parts: []llm.Part{thought, call}},
		{Role: llm.RoleTool, Parts: []llm.Part{{Type: llm.PartToolResult, Result: &llm.ToolResult{CallID: "call_1", Content: "r"}}, image}},
	}
	made := []llm.Message{
		user(text("a")),
		{Role: llm.RoleAssistant, Parts: []llm.Part{text("Here."), image, sound, call}},
		{Role: llm.RoleTool, Parts: work[2].Parts[:1]},
		user(text("b")),
	}
	png := fields{"type": "image_url", "image_url": fields{"url": "data:image/png;base64,aGk="}}
	returned := fields{"role": "user", "content": []any{item("Returned by the tool:"), png}}
	tests := []struct {
		name, dialect, model, system string
		messages                     []llm.Message
		cache                        bool
		want                         []any
		notices                      int
	}{
		{"media", "openai", "gpt-4o", "s", []llm.Message{user(text("a"), image, linked, pdf, note, sound, film)}, false, []any{
			fields{"role": "system", "content": "s"},
			fields{"role": "user", "content": []any{
				item("a"), png,
				fields{"type": "image_url", "image_url": fields{"url": "https://x/y.png"}},
				fields{"type": "file", "file": fields{"filename": "a.pdf", "file_data": "data:application/pdf;base64,aGk="}},
				item("File \"a.txt\":\n\nhi"),
				fields{"type": "input_audio", "input_audio": fields{"data": "aGk=", "format": "mp3"}},
				item(`[A file, "a.mp4", which you cannot read.]`),
			}},
		}, 1},
		{"media of the model", "openai", "gpt-4o", "", made, false, []any{
			fields{"role": "user", "content": "a"},
			fields{"role": "assistant", "content": "Here.", "tool_calls": toolCalls("call_1")},
			fields{"role": "tool", "tool_call_id": "call_1", "content": "r"},
			fields{"role": "user", "content": []any{item("What you made:"), png}},
			fields{"role": "user", "content": "b"},
		}, 0},
		{"turns as Mistral takes them", "mistral", "m", "", made, false, []any{
			fields{"role": "user", "content": "a"},
			fields{"role": "assistant", "content": "Here.", "tool_calls": toolCalls("V4VBKxSKr")},
			fields{"role": "tool", "tool_call_id": "V4VBKxSKr", "content": "r"},
			fields{"role": "assistant", "content": "…"},
			fields{"role": "user", "content": []any{item("What you made:"), png}},
			fields{"role": "user", "content": "b"},
		}, 0},
		{"developer", "openai", "o3", "s", []llm.Message{user(text("a"))}, false, []any{
			fields{"role": "developer", "content": "s"}, fields{"role": "user", "content": "a"},
		}, 0},
		{"tools without replay", "openai", "gpt-4o", "", work, false, []any{
			fields{"role": "user", "content": "a"},
			fields{"role": "assistant", "content": nil, "tool_calls": toolCalls("call_1")},
			fields{"role": "tool", "tool_call_id": "call_1", "content": "r"},
			returned,
		}, 0},
		{"tools with replay", "moonshot", "kimi-k2", "", work, false, []any{
			fields{"role": "user", "content": "a"},
			fields{"role": "assistant", "content": nil, "tool_calls": toolCalls("call_1"), "reasoning_content": "hm"},
			fields{"role": "tool", "tool_call_id": "call_1", "content": "r"},
			returned,
		}, 0},
		{"what the tool returned is left out", "deepseek", "deepseek-chat", "", work, false, []any{
			fields{"role": "user", "content": "a"},
			fields{"role": "assistant", "content": nil, "tool_calls": toolCalls("call_1"), "reasoning_content": "hm"},
			fields{"role": "tool", "tool_call_id": "call_1", "content": "r\n\n[A file, image/png, which you cannot read.]"},
		}, 1},
		{"ids of nine letters", "mistral", "m", "", work[:2], false, []any{
			fields{"role": "user", "content": "a"},
			fields{"role": "assistant", "content": nil, "tool_calls": toolCalls("V4VBKxSKr")},
			fields{"role": "tool", "tool_call_id": "V4VBKxSKr", "content": "interrupted: the tool did not return a result"},
		}, 0},
		{"cache marks", "openrouter", "anthropic/claude", "s", []llm.Message{user(text("a")), user(text("b")), user(text("c"))}, true, []any{
			fields{"role": "system", "content": []any{marked("s")}},
			fields{"role": "user", "content": "a"},
			fields{"role": "user", "content": []any{marked("b")}},
			fields{"role": "user", "content": []any{marked("c")}},
		}, 0},
		{"no cache marks elsewhere", "openrouter", "openai/gpt", "s", []llm.Message{user(text("a"))}, true, []any{
			fields{"role": "system", "content": "s"}, fields{"role": "user", "content": "a"},
		}, 0},
	}
	for _, test := range tests {
		got, notices := request(t, test.dialect, llm.Request{
			Model: test.model, System: test.system, Messages: test.messages, Cache: test.cache,
		})
		if diff := cmp.Diff(test.want, got["messages"]); diff != "" {
			t.Errorf("%s (-want +got)\n%s", test.name, diff)
		}
		if len(notices) != test.notices {
			t.Errorf("%s: the notices are %q", test.name, notices)
		}
	}
}

func marked(text string) any {
	return map[string]any{"type": "text", "text": text, "cache_control": map[string]any{"type": "ephemeral"}}
}

func TestToolChoice(t *testing.T) {
	t.Parallel()
	r := llmtest.Hello()
	r.Tools = []llm.Tool{{Name: "a.b", Description: "d"}}
	r.Params.ParallelTools = new(false)
	for choice, want := range map[string]any{
		"": nil, "auto": "auto", "none": "none", "required": "any",
		"a.b": map[string]any{"type": "function", "function": map[string]any{"name": "a_b"}},
	} {
		r.ToolChoice = choice
		body, _ := request(t, "mistral", r)
		if diff := cmp.Diff(want, body["tool_choice"]); diff != "" {
			t.Errorf("%q (-want +got)\n%s", choice, diff)
		}
		if body["parallel_tool_calls"] != false {
			t.Errorf("parallel_tool_calls is %v", body["parallel_tool_calls"])
		}
	}
	body, notices := request(t, "perplexity", r)
	if body["tools"] != nil || len(notices) != 1 {
		t.Errorf("a model without tools gets %v, with the notices %q", body["tools"], notices)
	}
}
