package anthropic_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"parley/internal/llm"
	"parley/internal/llm/anthropic"
	"parley/internal/llm/llmtest"

	"github.com/google/go-cmp/cmp"
)

type fields = map[string]any

// serve answers every call with the data lines, or with a plain good answer.
func serve(t *testing.T, lines ...string) (llm.Model, *[]byte) {
	t.Helper()
	var sent []byte
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		sent, _ = io.ReadAll(r.Body)
		if len(lines) == 0 {
			_, _ = io.WriteString(w, llmtest.Messages().Text("ok"))
		}
		for _, line := range lines {
			_, _ = io.WriteString(w, "data: "+line+"\n\n")
		}
	}))
	t.Cleanup(server.Close)
	provider := anthropic.New(anthropic.Config{
		BaseURL: server.URL, Client: server.Client(), MaxOutput: func(string) int { return 20000 },
	})
	return provider.Model("claude-sonnet-4-5"), &sent
}

func send(t *testing.T, r llm.Request) (fields, []string) {
	t.Helper()
	model, sent := serve(t)
	got := llmtest.Collect(t.Context(), model, r)
	if got.Err != nil {
		t.Fatal(got.Err)
	}
	var body fields
	if err := json.Unmarshal(*sent, &body); err != nil {
		t.Fatal(err)
	}
	return body, got.Notices
}

func TestParams(t *testing.T) {
	t.Parallel()
	enabled := func(budget float64) fields { return fields{"type": "enabled", "budget_tokens": budget} }
	schema := json.RawMessage(`{"type":"object"}`)
	tests := []struct {
		name, model string
		params      llm.Params
		want        fields
		notices     []string
	}{
		{"plain", "claude-sonnet-4-5", llm.Params{}, fields{"max_tokens": 20000.0}, nil},
		{
			"sampling", "claude-3-5-haiku",
			llm.Params{Temperature: new(0.5), TopP: new(0.5), TopK: new(5), Stop: []string{"x"}},
			fields{"max_tokens": 20000.0, "temperature": 0.5, "top_p": 0.5, "top_k": 5.0, "stop_sequences": []any{"x"}},
			nil,
		},
		{
			"one of two", "claude-sonnet-4-5",
			llm.Params{Temperature: new(0.5), TopP: new(0.5)},
			fields{"max_tokens": 20000.0, "temperature": 0.5},
			[]string{`"top_p"`},
		},
		{"hot", "claude-sonnet-4-20250514", llm.Params{Temperature: new(1.5)}, fields{"max_tokens": 20000.0, "temperature": 1.0}, []string{"at most 1"}},
		{
			"no penalties", "claude-sonnet-4-5",
			llm.Params{Seed: new(int64(1)), FrequencyPenalty: new(0.1), PresencePenalty: new(0.1)},
			fields{"max_tokens": 20000.0},
			[]string{`"seed"`, `"frequency_penalty"`, `"presence_penalty"`},
		},
		{
			"budget", "claude-sonnet-4-5",
			llm.Params{ReasoningTokens: new(2000), Temperature: new(0.5), TopK: new(5), TopP: new(0.9)},
			fields{"max_tokens": 20000.0, "thinking": enabled(2000)},
			[]string{`"temperature"`, `"top_k"`, `"top_p"`},
		},
		{"smallest budget", "claude-sonnet-4-5", llm.Params{ReasoningTokens: new(10)}, fields{"max_tokens": 20000.0, "thinking": enabled(1024)}, nil},
		{
			"budget above the limit", "claude-sonnet-4-5",
			llm.Params{ReasoningTokens: new(30000)},
			fields{"max_tokens": 34096.0, "thinking": enabled(30000)},
			nil,
		},
		{
			"budget above the user's limit", "claude-sonnet-4-5",
			llm.Params{ReasoningTokens: new(30000), MaxTokens: new(4000)},
			fields{"max_tokens": 4000.0, "thinking": enabled(2000)},
			nil,
		},
		{
			"no room", "claude-sonnet-4-5",
			llm.Params{ReasoningTokens: new(30000), MaxTokens: new(500)},
			fields{"max_tokens": 500.0},
			[]string{"no room"},
		},
		{"none", "claude-sonnet-4-5", llm.Params{ReasoningTokens: new(0)}, fields{"max_tokens": 20000.0, "thinking": fields{"type": "disabled"}}, nil},
		{"effort as a budget", "claude-sonnet-4-5", llm.Params{Effort: "low"}, fields{"max_tokens": 20000.0, "thinking": enabled(2048)}, nil},
		{"unknown effort", "claude-sonnet-4-5", llm.Params{Effort: "huge"}, fields{"max_tokens": 20000.0}, []string{`"huge"`}},
		{
			"adaptive", "claude-opus-4-6",
			llm.Params{Effort: "low"},
			fields{"max_tokens": 20000.0, "thinking": fields{"type": "adaptive"}, "output_config": fields{"effort": "low"}},
			nil,
		},
		{
			"adaptive only", "claude-opus-4-8",
			llm.Params{ReasoningTokens: new(5000), Temperature: new(0.5)},
			fields{"max_tokens": 20000.0, "thinking": fields{"type": "adaptive", "display": "summarized"}},
			[]string{`"temperature"`, "no budget for reasoning"},
		},
		{
			"thinks by itself", "claude-opus-5",
			llm.Params{},
			fields{"max_tokens": 20000.0, "thinking": fields{"type": "adaptive", "display": "summarized"}},
			nil,
		},
		{
			"bound to the conversation", "claude-haiku-5-5",
			llm.Params{Effort: "high"},
			fields{"max_tokens": 20000.0, "output_config": fields{"effort": "high"}, "thinking": fields{
				"type": "adaptive", "display": "summarized", "block_binding": fields{"prefix_mismatch_behavior": "drop_block"},
			}},
			nil,
		},
		{"told not to think", "claude-haiku-5-5", llm.Params{Effort: "none"}, fields{"max_tokens": 20000.0, "thinking": fields{"type": "disabled"}}, nil},
		{"does not think", "claude-opus-4-8", llm.Params{Effort: "none"}, fields{"max_tokens": 20000.0}, nil},
		{
			"thinks between calls", "claude-sonnet-5-5",
			llm.Params{ReasoningTokens: new(0)},
			fields{"max_tokens": 20000.0, "thinking": fields{
				"type": "between_tools", "block_binding": fields{"prefix_mismatch_behavior": "drop_block"},
			}},
			nil,
		},
		{
			"thinks always", "claude-fable-5",
			llm.Params{Effort: "none"},
			fields{
				"max_tokens": 20000.0, "output_config": fields{"effort": "low"},
				"thinking": fields{"type": "adaptive", "display": "summarized"},
			},
			[]string{"always"},
		},
		{"date is no version", "claude-opus-4-20250514", llm.Params{Effort: "low"}, fields{"max_tokens": 20000.0, "thinking": enabled(2048)}, nil},
		{
			"schema", "claude-sonnet-4-5",
			llm.Params{Schema: schema},
			fields{"max_tokens": 20000.0, "output_config": fields{"format": fields{"type": "json_schema", "schema": fields{"type": "object"}}}},
			nil,
		},
		{"schema in words", "claude-3-5-haiku", llm.Params{Schema: schema}, fields{"max_tokens": 20000.0, "system": []any{fields{
			"type": "text", "text": "Answer with nothing but a JSON value that matches this JSON schema:\n{\"type\":\"object\"}",
		}}}, nil},
	}
	for _, test := range tests {
		r := llmtest.Hello()
		r.Model, r.Params = test.model, test.params
		got, notices := send(t, r)
		for _, name := range []string{"messages", "model", "stream"} {
			delete(got, name)
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s (-want +got)\n%s", test.name, diff)
		}
		if len(notices) != len(test.notices) {
			t.Errorf("%s: the notices are %q", test.name, notices)
		}
		for _, want := range test.notices {
			if !strings.Contains(strings.Join(notices, "\n"), want) {
				t.Errorf("%s: the notices are %q, want %s", test.name, notices, want)
			}
		}
	}
}

func text(s string) llm.Part { return llm.Part{Type: llm.PartText, Text: s} }

func textBlock(s string) any { return fields{"type": "text", "text": s} }

func TestMessages(t *testing.T) {
	t.Parallel()
	user := func(parts ...llm.Part) llm.Message { return llm.Message{Role: llm.RoleUser, Parts: parts} }
	assistant := func(parts ...llm.Part) llm.Message { return llm.Message{Role: llm.RoleAssistant, Parts: parts} }
	media := func(kind llm.PartType, m llm.Media) llm.Part { return llm.Part{Type: kind, Media: &m} }
	png := media(llm.PartImage, llm.Media{MIME: "image/png", Data: []byte("hi")})
	cited := fields{"enabled": true}
	pngBlock := fields{"type": "image", "source": fields{"type": "base64", "media_type": "image/png", "data": "aGk="}}
	call := llm.Part{Type: llm.PartToolCall, Call: &llm.ToolCall{ID: "a:1", Name: "t", Arguments: `{"x":1}`}}
	tests := []struct {
		name     string
		messages []llm.Message
		want     []any
		notices  int
	}{
		{"same roles are one turn", []llm.Message{user(text("a")), user(text("b")), assistant(text("c")), assistant(text("d")), user(text("e"))}, []any{
			fields{"role": "user", "content": []any{textBlock("a"), textBlock("b")}},
			fields{"role": "assistant", "content": []any{textBlock("c"), textBlock("d")}},
			fields{"role": "user", "content": []any{textBlock("e")}},
		}, 0},
		{"empty texts", []llm.Message{user(text(""), text("a")), assistant(text(" ")), user(text("b"))}, []any{
			fields{"role": "user", "content": []any{textBlock("a"), textBlock("b")}},
		}, 0},
		{"begins with the assistant", []llm.Message{assistant(text("hi")), user(text("a"))}, []any{
			fields{"role": "user", "content": []any{textBlock("…")}},
			fields{"role": "assistant", "content": []any{textBlock("hi")}},
			fields{"role": "user", "content": []any{textBlock("a")}},
		}, 0},
		{"ends with the assistant", []llm.Message{user(text("a")), assistant(text("so \n"))}, []any{
			fields{"role": "user", "content": []any{textBlock("a")}}, fields{"role": "assistant", "content": []any{textBlock("so")}},
		}, 0},
		{"results first, with their media", []llm.Message{
			user(text("a")), assistant(call),
			{Role: llm.RoleTool, Parts: []llm.Part{{Type: llm.PartToolResult, Result: &llm.ToolResult{CallID: "a:1", Content: "r", IsError: true}}, png}},
			user(text("b")),
		}, []any{
			fields{"role": "user", "content": []any{textBlock("a")}},
			fields{"role": "assistant", "content": []any{fields{"type": "tool_use", "id": "a_1", "name": "t", "input": fields{"x": 1.0}}}},
			fields{"role": "user", "content": []any{
				fields{"type": "tool_result", "tool_use_id": "a_1", "is_error": true, "content": []any{textBlock("r"), pngBlock}},
				textBlock("b"),
			}},
		}, 0},
		{"media", []llm.Message{user(png,
			media(llm.PartImage, llm.Media{MIME: "image/webp", URL: "https://x/y"}),
			media(llm.PartFile, llm.Media{MIME: "application/pdf", Name: "a.pdf", Data: []byte("hi")}),
			media(llm.PartFile, llm.Media{MIME: "text/csv", Name: "a.csv", Data: []byte("a,b")}),
			media(llm.PartAudio, llm.Media{MIME: "audio/mpeg", Name: "a.mp3", Data: []byte("hi")}),
			media(llm.PartImage, llm.Media{MIME: "image/tiff", Name: "a.tiff", Data: []byte("hi")}),
		)}, []any{fields{"role": "user", "content": []any{
			pngBlock,
			fields{"type": "image", "source": fields{"type": "url", "url": "https://x/y"}},
			fields{"type": "document", "title": "a.pdf", "citations": cited, "source": fields{"type": "base64", "media_type": "application/pdf", "data": "aGk="}},
			fields{"type": "document", "title": "a.csv", "citations": cited, "source": fields{"type": "text", "media_type": "text/plain", "data": "a,b"}},
			textBlock(`[A file, "a.mp3", which you cannot read.]`), textBlock(`[A file, "a.tiff", which you cannot read.]`),
		}}}, 2},
		{"media of the model", []llm.Message{
			user(text("a")),
			{Role: llm.RoleAssistant, Parts: []llm.Part{png, call}},
			{Role: llm.RoleTool, Parts: []llm.Part{{Type: llm.PartToolResult, Result: &llm.ToolResult{CallID: "a:1", Content: "r"}}}},
			user(text("b")),
		}, []any{
			fields{"role": "user", "content": []any{textBlock("a")}},
			fields{"role": "assistant", "content": []any{fields{"type": "tool_use", "id": "a_1", "name": "t", "input": fields{"x": 1.0}}}},
			fields{"role": "user", "content": []any{
				fields{"type": "tool_result", "tool_use_id": "a_1", "content": []any{textBlock("r")}},
				textBlock("What you made:"), pngBlock, textBlock("b"),
			}},
		}, 0},
	}
	for _, test := range tests {
		body, notices := send(t, llm.Request{Messages: test.messages})
		if diff := cmp.Diff(test.want, body["messages"]); diff != "" {
			t.Errorf("%s (-want +got)\n%s", test.name, diff)
		}
		if len(notices) != test.notices {
			t.Errorf("%s: the notices are %q", test.name, notices)
		}
	}
}

// TestCacheMarks: at most four, on what does not change.
func TestCacheMarks(t *testing.T) {
	t.Parallel()
	r := llm.Request{
		Cache: true, System: "s", Tools: []llm.Tool{{Name: "a"}, {Name: "b"}}, User: "someone",
	}
	for range 5 {
		r.Messages = append(r.Messages, llmtest.Hello().Messages[0],
			llm.Message{Role: llm.RoleAssistant, Parts: []llm.Part{text("yes")}})
	}
	r.Messages = append(r.Messages, llmtest.Hello().Messages[0])
	body, _ := send(t, r)
	raw, _ := json.Marshal(body)
	if n := strings.Count(string(raw), "cache_control"); n != 4 {
		t.Errorf("%d marks, want 4", n)
	}
	mark := fields{"type": "ephemeral"}
	tools, _ := body["tools"].([]any)
	system, _ := body["system"].([]any)
	messages, _ := body["messages"].([]any)
	for name, block := range map[string]any{
		"last tool": tools[1], "system": system[0],
		"last turn": lastBlock(messages[10]), "turn before": lastBlock(messages[8]),
	} {
		if object, _ := block.(fields); !cmp.Equal(object["cache_control"], any(mark)) {
			t.Errorf("%s has no mark: %v", name, block)
		}
	}
	if !cmp.Equal(body["metadata"], any(fields{"user_id": "someone"})) {
		t.Errorf("metadata is %v", body["metadata"])
	}
	r.Cache = false
	body, _ = send(t, r)
	if raw, _ := json.Marshal(body); strings.Contains(string(raw), "cache_control") {
		t.Error("marks were set unasked")
	}
}

func lastBlock(message any) any {
	object, _ := message.(fields)
	blocks, _ := object["content"].([]any)
	return blocks[len(blocks)-1]
}

func TestToolChoice(t *testing.T) {
	t.Parallel()
	r := llmtest.Hello()
	r.Tools = []llm.Tool{{Name: "a b"}}
	tests := []struct {
		choice  string
		params  llm.Params
		want    any
		notices int
	}{
		{"", llm.Params{}, nil, 0},
		{"auto", llm.Params{ParallelTools: new(false)}, fields{"type": "auto", "disable_parallel_tool_use": true}, 0},
		{"none", llm.Params{ParallelTools: new(false)}, fields{"type": "none"}, 0},
		{"required", llm.Params{}, fields{"type": "any"}, 0},
		{"a b", llm.Params{}, fields{"type": "tool", "name": "a_b"}, 0},
		{"required", llm.Params{ReasoningTokens: new(1024)}, fields{"type": "auto"}, 1},
	}
	for _, test := range tests {
		r.ToolChoice, r.Params = test.choice, test.params
		body, notices := send(t, r)
		if diff := cmp.Diff(test.want, body["tool_choice"]); diff != "" || len(notices) != test.notices {
			t.Errorf("%q: %q (-want +got)\n%s", test.choice, notices, diff)
		}
	}
}

// TestRawRoundTrip: thinking, calls that Anthropic ran and their citations go
// back exactly as they came.
func TestRawRoundTrip(t *testing.T) {
	t.Parallel()
	citation := fields{
		"type": "web_search_result_location", "url": "http://x", "title": "X", "cited_text": "q", "encrypted_index": "e",
	}
	raw, _ := json.Marshal(citation)
	model, sent := serve(t,
		`{"type":"message_start","message":{"usage":{"input_tokens":1,"output_tokens":1}}}`,
		`{"type":"content_block_start","index":0,"content_block":{"type":"thinking","thinking":"","signature":""}}`,
		`{"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"hm <&"}}`,
		`{"type":"content_block_delta","index":0,"delta":{"type":"signature_delta","signature":"sig"}}`,
		`{"type":"content_block_stop","index":0}`,
		`{"type":"content_block_start","index":1,"content_block":{"type":"redacted_thinking","data":"secret"}}`,
		`{"type":"content_block_stop","index":1}`,
		`{"type":"content_block_start","index":2,"content_block":{"type":"server_tool_use","id":"srv_1","name":"web_search","input":{}}}`,
		`{"type":"content_block_delta","index":2,"delta":{"type":"input_json_delta","partial_json":"{\"query\":\"x\"}"}}`,
		`{"type":"content_block_stop","index":2}`,
		`{"type":"content_block_start","index":3,"content_block":{"type":"web_search_tool_result","tool_use_id":"srv_1","content":[{"type":"web_search_result","title":"X","url":"http://x","encrypted_content":"c"}]}}`,
		`{"type":"content_block_stop","index":3}`,
		`{"type":"content_block_start","index":4,"content_block":{"type":"text","text":""}}`,
		`{"type":"content_block_delta","index":4,"delta":{"type":"text_delta","text":"found"}}`,
		`{"type":"content_block_delta","index":4,"delta":{"type":"citations_delta","citation":`+string(raw)+`}}`,
		`{"type":"content_block_stop","index":4}`,
		`{"type":"content_block_start","index":5,"content_block":{"type":"text","text":"."}}`,
		`{"type":"content_block_stop","index":5}`,
		`{"type":"message_delta","delta":{"stop_reason":"pause_turn"},"usage":{"output_tokens":9}}`,
		`{"type":"message_stop"}`,
	)
	got := llmtest.Collect(t.Context(), model, llmtest.Hello())
	if got.Err != nil || got.Broken != "" || got.Reason != llm.FinishPause {
		t.Fatalf("%+v", got)
	}
	types := []llm.PartType{}
	for i := range got.Parts {
		types = append(types, got.Parts[i].Type)
		if got.Parts[i].Raw != nil {
			got.Parts[i].Protocol = anthropic.Protocol
		}
	}
	order := []llm.PartType{
		llm.PartReasoning, llm.PartReasoning, llm.PartToolCall, llm.PartToolResult, llm.PartText, llm.PartSource, llm.PartText,
	}
	if diff := cmp.Diff(order, types); diff != "" {
		t.Errorf("parts (-want +got)\n%s", diff)
	}
	if call := got.Parts[2].Call; !call.Remote || call.Arguments != `{"query":"x"}` {
		t.Errorf("the remote call is %+v", call)
	}
	if result := got.Parts[3].Result; result.Content != "X http://x" || result.Name != "web_search" || result.IsError {
		t.Errorf("the remote result is %+v", result)
	}
	again := llmtest.Hello()
	again.Messages = append(again.Messages, llm.Message{Role: llm.RoleAssistant, Parts: got.Parts})
	llmtest.Collect(t.Context(), model, again)
	var body struct{ Messages []fields }
	if err := json.Unmarshal(*sent, &body); err != nil {
		t.Fatal(err)
	}
	want := []any{
		fields{"type": "thinking", "thinking": "hm <&", "signature": "sig"},
		fields{"type": "redacted_thinking", "data": "secret"},
		fields{"type": "server_tool_use", "id": "srv_1", "name": "web_search", "input": fields{"query": "x"}},
		fields{"type": "web_search_tool_result", "tool_use_id": "srv_1", "content": []any{
			fields{"type": "web_search_result", "title": "X", "url": "http://x", "encrypted_content": "c"},
		}},
		fields{"type": "text", "text": "found", "citations": []any{citation}},
		textBlock("."),
	}
	if diff := cmp.Diff(any(want), body.Messages[1]["content"]); diff != "" {
		t.Errorf("what goes back (-want +got)\n%s", diff)
	}
}

func TestStopReasons(t *testing.T) {
	t.Parallel()
	for reason, want := range map[string]llm.FinishReason{
		"end_turn": llm.FinishStop, "stop_sequence": llm.FinishStop, "max_tokens": llm.FinishLength,
		"refusal": llm.FinishFilter, "pause_turn": llm.FinishPause, "tool_use": llm.FinishTools, "new": llm.FinishOther,
		"model_context_window_exceeded": llm.FinishLength,
	} {
		model, _ := serve(t, `{"type":"message_delta","delta":{"stop_reason":"`+reason+`"}}`, `{"type":"message_stop"}`)
		if got := llmtest.Collect(t.Context(), model, llmtest.Hello()); got.Err != nil || got.Reason != want {
			t.Errorf("%s gives %q, %v", reason, got.Reason, got.Err)
		}
	}
}

// What an answer counts as it begins is no count of the answer.
func TestFirstCountOfTheAnswer(t *testing.T) {
	t.Parallel()
	model, _ := serve(t,
		`{"type":"message_start","message":{"usage":{"input_tokens":20,"output_tokens":1}}}`,
		`{"type":"content_block_start","index":0,"content_block":{"type":"text","text":"a long answer"}}`,
		`{"type":"message_delta","delta":{"stop_reason":"end_turn"}}`, `{"type":"message_stop"}`)
	got := llmtest.Collect(t.Context(), model, llmtest.Hello())
	if diff := cmp.Diff(&llm.Usage{Input: 20}, got.Usage); diff != "" || got.Err != nil {
		t.Errorf("%v, usage (-want +got)\n%s", got.Err, diff)
	}
}
