package openaichat_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"parley/internal/llm"
	"parley/internal/llm/llmtest"
	"parley/internal/llm/openaichat"

	"github.com/google/go-cmp/cmp"
)

// serve answers with the data lines, or with a single JSON value.
func serve(t *testing.T, dialect string, lines ...string) (llm.Model, *[]byte) {
	t.Helper()
	var sent []byte
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		sent, _ = io.ReadAll(r.Body)
		for _, line := range lines {
			_, _ = io.WriteString(w, "data: "+line+"\n\n")
		}
	}))
	t.Cleanup(server.Close)
	provider := openaichat.New(openaichat.Config{BaseURL: server.URL, Client: server.Client(), Dialect: dialect})
	return provider.Model("model"), &sent
}

func delta(fields string) string { return `{"choices":[{"index":0,"delta":{` + fields + `}}]}` }

const done = "[DONE]"

func TestToolCallShapes(t *testing.T) {
	t.Parallel()
	call := func(fields string) string { return delta(`"tool_calls":[` + fields + `]`) }
	two := []llm.ToolCall{
		{Name: "a", Arguments: `{"x":1}`, Status: llm.CallPending}, {Name: "b", Arguments: `{}`, Status: llm.CallPending},
	}
	tests := []struct {
		name  string
		lines []string
		want  []llm.ToolCall
	}{
		{"no ids", []string{
			call(`{"index":0,"function":{"name":"a","arguments":"{\"x\":1}"}},{"index":1,"function":{"name":"b","arguments":"{}"}}`),
		}, two},
		{"no indexes", []string{
			call(`{"id":"1","function":{"name":"a","arguments":"{\"x\""}}`), call(`{"id":"1","function":{"arguments":":1}"}}`),
			call(`{"id":"2","function":{"name":"b","arguments":"{}"}}`),
		}, two},
		{"neither", []string{
			call(`{"function":{"name":"a","arguments":"{\"x\""}}`), call(`{"function":{"arguments":":1}"}}`),
			call(`{"function":{"name":"b","arguments":"{}"}}`),
		}, two},
		{"every call is number 0", []string{
			call(`{"index":0,"id":"1","function":{"name":"a","arguments":"{\"x\":1}"}}`),
			call(`{"index":0,"id":"2","function":{"name":"b","arguments":"{}"}}`),
		}, two},
		{"number 0 and no ids", []string{
			call(`{"index":0,"function":{"name":"a","arguments":"{\"x\":1}"}}`),
			call(`{"index":0,"function":{"name":"b","arguments":""}}`),
		}, two},
		{"one id for both", []string{
			call(`{"index":0,"id":"1","function":{"name":"a","arguments":"{\"x\":1}"}}`),
			call(`{"index":1,"id":"1","function":{"name":"b","arguments":"{}"}}`),
		}, two},
		{"id and name in every piece", []string{
			call(`{"index":0,"id":"1","function":{"name":"a","arguments":"{\"x\""}}`),
			call(`{"index":0,"id":"1","function":{"name":"a","arguments":":1}"}}`),
			call(`{"index":1,"id":"2","function":{"name":"b","arguments":""}}`),
		}, two},
		{"name after arguments", []string{
			call(`{"index":0,"id":"1","function":{"arguments":"{\"x\""}}`),
			call(`{"index":0,"function":{"name":"a","arguments":":1}"}}`),
			call(`{"index":1,"function":{"name":"b"}}`),
		}, two},
		{"arguments as an object", []string{
			call(`{"index":0,"function":{"name":"a","arguments":{"x":1}}},{"index":1,"function":{"name":"b","arguments":null}}`),
		}, two},
		{"legacy function_call", []string{
			delta(`"function_call":{"name":"a","arguments":"{\"x\""}`), delta(`"function_call":{"arguments":":1}"}`),
		}, two[:1]},
		{"text with braces", []string{
			call(`{"index":0,"function":{"name":"a","arguments":"{\"q\":\"}\\\"{\"}"}}`),
			call(`{"index":0,"function":{"name":"b","arguments":"{}"}}`),
		}, []llm.ToolCall{{Name: "a", Arguments: `{"q":"}\"{"}`, Status: llm.CallPending}, two[1]}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			model, _ := serve(t, "", append(test.lines, done)...)
			got := llmtest.Collect(t.Context(), model, llmtest.Hello())
			if got.Err != nil || got.Broken != "" || got.Reason != llm.FinishTools {
				t.Fatalf("%+v", got)
			}
			ids := map[string]bool{}
			calls := got.Calls()
			for i := range calls {
				if calls[i].ID == "" || ids[calls[i].ID] {
					t.Errorf("call %d has no id of its own", i)
				}
				ids[calls[i].ID] = true
				calls[i].ID = ""
			}
			if diff := cmp.Diff(test.want, calls); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

func TestAnswerParts(t *testing.T) {
	t.Parallel()
	dollars := 0.25
	text := func(s string) llm.Part { return llm.Part{Type: llm.PartText, Text: s} }
	thought := func(s string) llm.Part { return llm.Part{Type: llm.PartReasoning, Text: s} }
	source := func(url, title, quote string) llm.Part {
		return llm.Part{Type: llm.PartSource, Source: &llm.Source{URL: url, Title: title, Quote: quote}}
	}
	tests := []struct {
		name   string
		lines  []string
		want   []llm.Part
		reason llm.FinishReason
		usage  *llm.Usage
	}{
		{"reasoning and text take turns", []string{
			delta(`"reasoning_content":"a"`), delta(`"content":"b"`), delta(`"reasoning":"c"`), delta(`"content":"d"`), done,
		}, []llm.Part{thought("a"), text("b"), thought("c"), text("d")}, llm.FinishStop, nil},
		{
			"both fields are one reasoning",
			[]string{delta(`"reasoning":"a","reasoning_content":"a","content":"b"`), done},
			[]llm.Part{thought("a"), text("b")},
			llm.FinishStop, nil,
		},
		{
			"think tags",
			[]string{delta(`"content":"<th"`), delta(`"content":"ink>a</thi"`), delta(`"content":"nk>\n\nb"`), done},
			[]llm.Part{thought("a"), text("b")},
			llm.FinishStop, nil,
		},
		{"content list", []string{
			delta(`"content":[{"type":"thinking","thinking":[{"type":"text","text":"a"}]},{"type":"text","text":"b"}]`), done,
		}, []llm.Part{thought("a"), text("b")}, llm.FinishStop, nil},
		{"refusal", []string{delta(`"refusal":"I won't."`), done}, []llm.Part{text("I won't.")}, llm.FinishFilter, nil},
		{
			"filter",
			[]string{delta(`"content":"a"`), `{"choices":[{"delta":{},"finish_reason":"content_filter"}]}`},
			[]llm.Part{text("a")},
			llm.FinishFilter, nil,
		},
		{
			"length without [DONE]",
			[]string{`{"choices":[{"delta":{"content":"a"},"finish_reason":"length"}]}`},
			[]llm.Part{text("a")},
			llm.FinishLength, nil,
		},
		{
			"image",
			[]string{
				delta(`"content":"a","images":[{"type":"image_url","image_url":{"url":"data:image/jpeg;base64,aGk="}}]`),
				delta(`"content":"b"`), done,
			},
			[]llm.Part{text("a"), {Type: llm.PartImage, Media: &llm.Media{MIME: "image/jpeg", Data: []byte("hi"), Size: 2}}, text("b")},
			llm.FinishStop, nil,
		},
		{
			"sound",
			[]string{
				delta(`"audio":{"id":"x","transcript":"hi"}`), delta(`"audio":{"data":"UklG"}`), delta(`"audio":{"data":"Rg=="}`), done,
			},
			[]llm.Part{text("hi"), {Type: llm.PartAudio, Media: &llm.Media{MIME: "audio/wav", Data: []byte("RIFF"), Size: 4}}},
			llm.FinishStop, nil,
		},
		{
			"citations of Perplexity",
			[]string{
				`{"choices":[{"delta":{"content":"a"}}],"citations":["http://x","http://y"],"search_results":[{"title":"X","url":"http://x","snippet":"q"}]}`,
				`{"choices":[{"delta":{"content":"b"},"finish_reason":"stop"}],"citations":["http://x","http://y"],"usage":{"prompt_tokens":2,"completion_tokens":3,"cost":{"total_cost":0.25}}}`,
			},
			[]llm.Part{text("ab"), source("http://x", "X", "q"), source("http://y", "", "")},
			llm.FinishStop,
			&llm.Usage{Input: 2, Output: 3, Cost: &dollars},
		},
		{
			"citations as objects",
			[]string{`{"choices":[{"delta":{"content":"a"}}],"citations":[{"url":"http://x","title":"X"},"http://y",7]}`, done},
			[]llm.Part{text("a"), source("http://x", "X", ""), source("http://y", "", "")},
			llm.FinishStop, nil,
		},
		{"images by their bare address", []string{
			delta(`"content":[{"type":"text","text":"a"},{"type":"image_url","image_url":"http://x/a.png"}],"images":[{"image_url":"http://x/b.png"},{"image_url":7}]`), done,
		}, []llm.Part{
			text("a"),
			{Type: llm.PartImage, Media: &llm.Media{MIME: "image/png", URL: "http://x/a.png"}},
			{Type: llm.PartImage, Media: &llm.Media{MIME: "image/png", URL: "http://x/b.png"}},
		}, llm.FinishStop, nil},
		{"annotations", []string{
			delta(`"content":"a","annotations":[{"type":"url_citation","url_citation":{"url":"http://x","title":"X","content":"q"}}]`), done,
		}, []llm.Part{text("a"), source("http://x", "X", "q")}, llm.FinishStop, nil},
		{"tool that ran elsewhere", []string{
			delta(`"content":"a","executed_tools":[{"index":0,"type":"search","arguments":"{}","output":"found"}]`), done,
		}, []llm.Part{
			text("a"),
			{Type: llm.PartToolCall, Call: &llm.ToolCall{ID: "remote_search_0", Name: "search", Arguments: "{}", Status: llm.CallDone, Remote: true}},
			{Type: llm.PartToolResult, Result: &llm.ToolResult{CallID: "remote_search_0", Name: "search", Content: "found"}},
		}, llm.FinishStop, nil},
		{
			"usage of Groq",
			[]string{`{"choices":[{"delta":{"content":"a"},"finish_reason":"stop"}],"x_groq":{"usage":{"prompt_tokens":5,"completion_tokens":7}}}`},
			[]llm.Part{text("a")},
			llm.FinishStop, &llm.Usage{Input: 5, Output: 7},
		},
		{
			"usage of DeepSeek",
			[]string{delta(`"content":"a"`), `{"choices":[],"usage":{"prompt_tokens":5,"completion_tokens":7,"prompt_cache_hit_tokens":4}}`, done},
			[]llm.Part{text("a")},
			llm.FinishStop, &llm.Usage{Input: 5, Output: 7, CacheRead: 4},
		},
		{
			"usage of OpenRouter",
			[]string{delta(`"content":"a"`), `{"choices":[],"usage":{"prompt_tokens":5,"completion_tokens":7,"cost":0.25,"prompt_tokens_details":{"cached_tokens":1,"cache_write_tokens":2},"completion_tokens_details":{"reasoning_tokens":6}}}`, done},
			[]llm.Part{text("a")},
			llm.FinishStop, &llm.Usage{Input: 5, Output: 7, CacheRead: 1, CacheWrite: 2, Reasoning: 6, Cost: &dollars},
		},
		{
			"usage of xAI",
			[]string{delta(`"content":"a"`), `{"choices":[],"usage":{"prompt_tokens":5,"completion_tokens":7,"total_tokens":22,"cost_in_usd_ticks":2500000000,"completion_tokens_details":{"reasoning_tokens":10}}}`, done},
			[]llm.Part{text("a")},
			llm.FinishStop, &llm.Usage{Input: 5, Output: 17, Reasoning: 10, Cost: &dollars},
		},
		{
			"second choice is not ours",
			[]string{`{"choices":[{"index":1,"delta":{"content":"no"}},{"index":0,"delta":{"content":"a"}}]}`, done},
			[]llm.Part{text("a")},
			llm.FinishStop, nil,
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			model, _ := serve(t, "", test.lines...)
			got := llmtest.Collect(t.Context(), model, llmtest.Hello())
			if got.Err != nil || got.Broken != "" {
				t.Fatalf("%v %s", got.Err, got.Broken)
			}
			if diff := cmp.Diff(test.want, got.Parts); diff != "" {
				t.Errorf("parts (-want +got)\n%s", diff)
			}
			if diff := cmp.Diff(test.usage, got.Usage); diff != "" || got.Reason != test.reason {
				t.Errorf("finished with %q, usage (-want +got)\n%s", got.Reason, diff)
			}
		})
	}
}

// TestBrokenPicture: what cannot be shown is said.
func TestBrokenPicture(t *testing.T) {
	t.Parallel()
	model, _ := serve(t, "", delta(`"content":"a","images":[{"image_url":{"url":"data:image/png;base64,!"}}]`), done)
	got := llmtest.Collect(t.Context(), model, llmtest.Hello())
	if got.Err != nil || got.Broken != "" || got.Text() != "a" || len(got.Parts) != 1 || len(got.Notices) != 1 {
		t.Errorf("%+v", got)
	}
}

// TestReasoningDetails: what OpenRouter streams in pieces goes back in whole
// items, to models of the same vendor only.
func TestReasoningDetails(t *testing.T) {
	t.Parallel()
	model, sent := serve(t, "openrouter",
		delta(`"reasoning":"wh","reasoning_details":[{"type":"reasoning.text","text":"wh","format":"f","index":0}]`),
		delta(`"reasoning":"y","reasoning_details":[{"type":"reasoning.text","text":"y","format":"f","index":0}]`),
		delta(`"reasoning_details":[{"type":"reasoning.text","signature":"sig","format":"f","index":0}]`),
		delta(`"reasoning_details":[{"type":"reasoning.encrypted","data":"x1","id":"r1","index":1}]`),
		delta(`"reasoning_details":[{"type":"reasoning.encrypted","data":"x2","id":"r2","index":1}]`),
		delta(`"content":"because"`), done)
	first := llmtest.Hello()
	first.Model = "anthropic/claude"
	got := llmtest.Collect(t.Context(), model, first)
	if got.Err != nil || got.Broken != "" || got.Reasoning() != "why" {
		t.Fatalf("%+v", got)
	}
	want := []any{
		map[string]any{"type": "reasoning.text", "text": "why", "signature": "sig", "format": "f", "index": 0.0},
		map[string]any{"type": "reasoning.encrypted", "data": "x1", "id": "r1", "index": 1.0},
		map[string]any{"type": "reasoning.encrypted", "data": "x2", "id": "r2", "index": 1.0},
	}
	for name, expected := range map[string]any{"anthropic/claude-next": want, "openai/gpt": nil} {
		parts := append([]llm.Part(nil), got.Parts...)
		parts[0].Protocol = openaichat.Protocol
		again := llmtest.Hello()
		again.Model = name
		again.Messages = append(again.Messages, llm.Message{Role: llm.RoleAssistant, Parts: parts}, again.Messages[0])
		llmtest.Collect(t.Context(), model, again)
		var body struct{ Messages []map[string]any }
		if err := json.Unmarshal(*sent, &body); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(expected, body.Messages[1]["reasoning_details"]); diff != "" {
			t.Errorf("%s (-want +got)\n%s", name, diff)
		}
	}
}

// TestExtraContent: Gemini's thought signatures hang on calls and come back
// with them.
func TestExtraContent(t *testing.T) {
	t.Parallel()
	model, sent := serve(t, "", delta(`"tool_calls":[{"index":0,"id":"1","function":{"name":"a","arguments":"{}"},"extra_content":{"google":{"thought_signature":"sig"}}}]`), done)
	got := llmtest.Collect(t.Context(), model, llmtest.Hello())
	got.Parts[0].Protocol = openaichat.Protocol
	again := llmtest.Hello()
	again.Messages = append(again.Messages, llm.Message{Role: llm.RoleAssistant, Parts: got.Parts})
	llmtest.Collect(t.Context(), model, again)
	if !strings.Contains(string(*sent), `"extra_content":{"google":{"thought_signature":"sig"}}`) {
		t.Errorf("the signature was not sent back: %s", *sent)
	}
}

func TestErrorsInStream(t *testing.T) {
	t.Parallel()
	for line, kind := range map[string]llm.ErrorKind{
		`{"error":{"message":"Rate limit exceeded","code":429}}`:                                          llm.ErrRateLimited,
		`{"error":"model requires more system memory than is available"}`:                                 llm.ErrServer,
		`{"object":"error","message":"maximum context length is 10 tokens","code":400}`:                   llm.ErrContextTooLong,
		`{"choices":[{"index":0,"delta":{"content":""},"finish_reason":"error","error":{"code":502}}]}`:   llm.ErrServer,
		`{"error":{"message":"no","type":"invalid_request_error","code":"tool_use_failed"}}`:              llm.ErrBadRequest,
		`{"choices":[{"error":{"message":"Your request was flagged by the content filter","code":403}}]}`: llm.ErrContentFiltered,
	} {
		model, _ := serve(t, "", delta(`"content":"begun"`), line, done)
		got := llmtest.Collect(t.Context(), model, llmtest.Hello())
		if got.Err == nil || llm.AsError(got.Err).Kind != kind || got.Text() != "begun" {
			t.Errorf("%s gives %v, want %s", line, got.Err, kind)
		}
	}
}
