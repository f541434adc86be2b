package openaichat_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"parley/internal/llm"
	"parley/internal/llm/llmtest"

	"github.com/google/go-cmp/cmp"
)

type fields = map[string]any

// TestDialectParams: each dialect is asked for what it is known to take its own
// way or to refuse.
func TestDialectParams(t *testing.T) {
	t.Parallel()
	all := llm.Params{Verbosity: "low", ServiceTier: "flex", Logprobs: new(2), Safety: map[string]string{"x": "y"}}
	safety := "safety settings"
	tests := []struct {
		dialect, model string
		params         llm.Params
		want           fields
		refused        []string
	}{
		{"", "m", all, fields{"verbosity": "low", "service_tier": "flex", "logprobs": true, "top_logprobs": 2.0}, []string{safety}},
		{"openai", "gpt-4o", all, fields{"service_tier": "flex", "logprobs": true, "top_logprobs": 2.0}, []string{"verbosity", safety}},
		{"openai", "o3", all, fields{"service_tier": "flex", "verbosity": "low"}, []string{"logprobs", safety}},
		{"groq", "m", all, fields{"service_tier": "flex"}, []string{"verbosity", "logprobs", safety}},
		{"mistral", "m", all, fields{}, []string{"verbosity", "service_tier", "logprobs", safety}},
		{"deepseek", "deepseek-chat", all, fields{"logprobs": true, "top_logprobs": 2.0}, []string{"verbosity", "service_tier", safety}},
		{"together", "m", all, fields{"logprobs": 2.0}, []string{"verbosity", "service_tier", safety}},
		{"mlx", "m", llm.Params{Logprobs: new(2)}, fields{"logprobs": true, "top_logprobs": 2.0, "max_tokens": 32768.0}, nil},
		{"mlx", "m", llm.Params{Logprobs: new(20)}, fields{"logprobs": true, "top_logprobs": 11.0, "max_tokens": 32768.0}, []string{"alternatives"}},
		{"mlx", "m", llm.Params{MaxTokens: new(9)}, fields{"max_tokens": 9.0}, nil},
		{"together", "m", llm.Params{Logprobs: new(0)}, fields{"logprobs": 1.0}, nil},
		{"perplexity", "sonar", all, fields{}, []string{"verbosity", "service_tier", "logprobs", safety}},
		{"perplexity", "sonar-deep-research", llm.Params{Effort: "none"}, fields{}, []string{"reasoning_effort"}},
		{"perplexity", "sonar-deep-research", llm.Params{Effort: "low"}, fields{"reasoning_effort": "low"}, nil},
		{"openrouter", "m", all, fields{"verbosity": "low", "service_tier": "flex", "logprobs": true, "top_logprobs": 2.0}, []string{safety}},
		{"openrouter", "google/gemini-2.5-flash-image", llm.Params{}, fields{"modalities": []any{"image", "text"}}, nil},
		{"cohere", "command-a", llm.Params{Effort: "low", TopK: new(1)}, fields{"reasoning_effort": "high"}, []string{"level of reasoning", "top_k"}},
		{"cohere", "command-a", llm.Params{Effort: "none"}, fields{"reasoning_effort": "none"}, nil},
		{"together", "m", llm.Params{ReasoningTokens: new(0)}, fields{"reasoning": fields{"enabled": false}}, nil},
		{"together", "m", llm.Params{Effort: "low"}, fields{"reasoning_effort": "low"}, nil},
		{"fireworks", "m", llm.Params{ReasoningTokens: new(512)}, fields{"reasoning_effort": 512.0}, nil},
		{"fireworks", "m", llm.Params{Effort: "none"}, fields{"reasoning_effort": "none"}, nil},
		{"xai", "grok-4", llm.Params{Effort: "low"}, fields{}, []string{"reasoning_effort"}},
		{"xai", "grok-3-mini", llm.Params{Effort: "low"}, fields{"reasoning_effort": "low"}, nil},
		{"mlx", "m", llm.Params{Effort: "low"}, fields{"max_tokens": 32768.0}, []string{"reasoning_effort"}},
		{"mlx", "m", llm.Params{Effort: "none"}, fields{"chat_template_kwargs": fields{"enable_thinking": false}, "max_tokens": 32768.0}, nil},
		{"ollama", "qwen3:8b", llm.Params{Effort: "high"}, fields{}, []string{"level of reasoning"}},
		{"ollama", "qwen3:8b", llm.Params{Effort: "none"}, fields{"reasoning_effort": "none"}, nil},
		{"ollama", "gpt-oss:20b", llm.Params{Effort: "high"}, fields{"reasoning_effort": "high"}, nil},
		{"vllm", "m", llm.Params{ReasoningTokens: new(300)}, fields{"thinking_token_budget": 300.0}, nil},
		{"vllm", "m", llm.Params{TopK: new(5)}, fields{"top_k": 5.0}, nil},
		{"lmstudio", "m", llm.Params{ParallelTools: new(false), TopK: new(5)}, fields{"top_k": 5.0}, nil},
		{"huggingface", "m", llm.Params{Effort: "low"}, fields{"reasoning_effort": "low"}, nil},
	}
	for _, test := range tests {
		r := llmtest.Hello()
		r.Model, r.Params = test.model, test.params
		got, notices := request(t, test.dialect, r)
		delete(got, "messages")
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s %s (-want +got)\n%s", test.dialect, test.model, diff)
		}
		for _, name := range test.refused {
			if !slices.ContainsFunc(notices, func(n string) bool { return strings.Contains(n, name) }) {
				t.Errorf("%s %s: no notice names %q: %q", test.dialect, test.model, name, notices)
			}
		}
		if len(notices) != len(test.refused) {
			t.Errorf("%s %s: the notices are %q", test.dialect, test.model, notices)
		}
	}
}

// TestRemote: tools that providers run are asked for in their words.
func TestRemote(t *testing.T) {
	t.Parallel()
	search := llm.RemoteTool{Name: llm.RemoteWebSearch, Options: json.RawMessage(`{"max_results":3}`)}
	code := llm.RemoteTool{Name: llm.RemoteCode}
	tests := []struct {
		dialect, model string
		remote         []llm.RemoteTool
		want           fields
		refused        int
	}{
		{"openrouter", "m", []llm.RemoteTool{search, code}, fields{"plugins": []any{fields{"id": "web", "max_results": 3.0}}}, 1},
		{
			"groq", "groq/compound",
			[]llm.RemoteTool{{Name: llm.RemoteWebSearch}, code},
			fields{"compound_custom": fields{"tools": fields{"enabled_tools": []any{"web_search", "code_interpreter"}}}},
			0,
		},
		{
			"groq", "openai/gpt-oss-20b",
			[]llm.RemoteTool{{Name: llm.RemoteWebSearch}, code},
			fields{"tools": []any{fields{"type": "browser_search"}, fields{"type": "code_interpreter"}}},
			0,
		},
		{"groq", "llama-3.3-70b", []llm.RemoteTool{code}, fields{}, 1},
		{"perplexity", "sonar", []llm.RemoteTool{search, code}, fields{"web_search_options": fields{"max_results": 3.0}}, 1},
		{
			"zai", "glm-4.6",
			[]llm.RemoteTool{{Name: llm.RemoteWebSearch}},
			fields{"tools": []any{fields{"type": "web_search", "web_search": fields{"enable": true, "search_result": true}}}},
			0,
		},
		{"openai", "gpt-4o-search-preview", []llm.RemoteTool{{Name: llm.RemoteWebSearch}}, fields{"web_search_options": fields{}}, 0},
		{"openai", "gpt-4o", []llm.RemoteTool{search}, fields{}, 1},
		{"xai", "grok-4", []llm.RemoteTool{search}, fields{}, 1},
		{"ollama", "m", []llm.RemoteTool{search, code}, fields{}, 2},
	}
	for _, test := range tests {
		r := llmtest.Hello()
		r.Model, r.Remote = test.model, test.remote
		got, notices := request(t, test.dialect, r)
		delete(got, "messages")
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s %s (-want +got)\n%s", test.dialect, test.model, diff)
		}
		if len(notices) != test.refused {
			t.Errorf("%s %s: the notices are %q", test.dialect, test.model, notices)
		}
	}
}

// TestDialectMedia: what a server has no word for is named to the model, and the
// user is told.
func TestDialectMedia(t *testing.T) {
	t.Parallel()
	media := map[string]llm.Part{
		"image": {Type: llm.PartImage, Media: &llm.Media{MIME: "image/png", Data: []byte("hi")}},
		"pdf":   {Type: llm.PartFile, Media: &llm.Media{MIME: "application/pdf", Name: "a.pdf", Data: []byte("hi")}},
		"mp3":   {Type: llm.PartAudio, Media: &llm.Media{MIME: "audio/mpeg", Data: []byte("hi")}},
		"ogg":   {Type: llm.PartAudio, Media: &llm.Media{MIME: "audio/ogg", Data: []byte("hi")}},
		"video": {Type: llm.PartFile, Media: &llm.Media{MIME: "video/mp4", Data: []byte("hi")}},
	}
	// The type of the item that is written, "" for a notice.
	tests := map[string]map[string]string{
		"":            {"image": "image_url", "pdf": "file", "mp3": "input_audio", "ogg": "", "video": ""},
		"openrouter":  {"image": "image_url", "pdf": "file", "mp3": "input_audio", "ogg": "input_audio", "video": "video_url"},
		"groq":        {"image": "image_url", "pdf": "", "mp3": "", "video": ""},
		"deepseek":    {"image": "", "pdf": "", "mp3": "", "video": ""},
		"mistral":     {"image": "image_url", "pdf": "document_url", "mp3": "input_audio", "video": ""},
		"xai":         {"image": "image_url", "pdf": "", "mp3": ""},
		"perplexity":  {"image": "image_url", "pdf": "file_url", "mp3": ""},
		"cohere":      {"image": "image_url", "pdf": "", "mp3": ""},
		"together":    {"image": "image_url", "pdf": "", "mp3": "", "video": "video_url"},
		"fireworks":   {"image": "image_url", "pdf": "", "mp3": ""},
		"huggingface": {"image": "image_url", "pdf": "", "mp3": ""},
		"ollama":      {"image": "image_url", "pdf": "", "mp3": ""},
		"lmstudio":    {"image": "image_url", "pdf": "", "mp3": ""},
		"llamacpp":    {"image": "image_url", "pdf": "", "mp3": "input_audio"},
		"vllm":        {"image": "image_url", "pdf": "", "ogg": "input_audio", "video": "video_url"},
		"mlx":         {"image": "image_url", "pdf": "", "mp3": ""},
		"litellm":     {"image": "image_url", "pdf": "file", "mp3": "input_audio"},
	}
	for dialect, kinds := range tests {
		for name, want := range kinds {
			r := llmtest.Hello()
			r.Model = "m"
			r.Messages[0].Parts = append(r.Messages[0].Parts, media[name])
			body, notices := request(t, dialect, r)
			messages, _ := body["messages"].([]any)
			message, _ := messages[0].(fields)
			content, _ := message["content"].([]any)
			item, _ := content[1].(fields)
			got, _ := item["type"].(string)
			if got == "text" && strings.Contains(fmt.Sprint(item["text"]), "which you cannot read") {
				got = ""
			}
			if got != want || (want == "") != (len(notices) == 1) {
				t.Errorf("%q writes %s as %q, want %q; the notices are %q", dialect, name, got, want, notices)
			}
		}
	}
}

func TestTurns(t *testing.T) {
	t.Parallel()
	user := func(text string) llm.Message {
		return llm.Message{Role: llm.RoleUser, Parts: []llm.Part{{Type: llm.PartText, Text: text}}}
	}
	begun := llm.Message{Role: llm.RoleAssistant, Parts: []llm.Part{{Type: llm.PartText, Text: "c"}}}
	item := func(text string) any { return fields{"type": "text", "text": text} }
	for dialect, want := range map[string][]any{
		"perplexity": {
			fields{"role": "user", "content": []any{item("a"), item("b")}}, fields{"role": "assistant", "content": "c"},
		},
		"mistral": {
			fields{"role": "user", "content": "a"},
			fields{"role": "user", "content": "b"},
			fields{"role": "assistant", "content": "c", "prefix": true},
		},
		"moonshot": {
			fields{"role": "user", "content": "a"},
			fields{"role": "user", "content": "b"},
			fields{"role": "assistant", "content": "c", "partial": true},
		},
	} {
		body, _ := request(t, dialect, llm.Request{Model: "m", Messages: []llm.Message{user("a"), user("b"), begun}})
		if diff := cmp.Diff(want, body["messages"]); diff != "" {
			t.Errorf("%s (-want +got)\n%s", dialect, diff)
		}
	}
}

// TestThinkingBlocks: LiteLLM passes Claude's signed thinking on, and wants it
// back.
func TestThinkingBlocks(t *testing.T) {
	t.Parallel()
	model, sent := serve(t, "litellm",
		delta(`"reasoning_content":"one ","thinking_blocks":[{"type":"thinking","thinking":"one ","signature":null}]`),
		delta(`"reasoning_content":"two","thinking_blocks":[{"type":"thinking","thinking":"two","signature":null}]`),
		delta(`"reasoning_content":"","thinking_blocks":[{"type":"thinking","thinking":"","signature":"c2ln"}]`),
		delta(`"thinking_blocks":[{"type":"redacted_thinking","data":"eA=="}]`),
		delta(`"content":"ok"`), done)
	a := llmtest.Collect(t.Context(), model, llm.Request{Model: "claude-x", Messages: llmtest.Hello().Messages})
	if a.Err != nil || a.Reasoning() != "one two" || a.Text() != "ok" {
		t.Fatalf("%+v", a)
	}
	a.Parts[0].Protocol = "openaichat"
	r := llm.Request{Model: "claude-x", Messages: append(llmtest.Hello().Messages,
		llm.Message{Role: llm.RoleAssistant, Parts: a.Parts}, llmtest.Hello().Messages[0])}
	llmtest.Collect(t.Context(), model, r)
	var body struct {
		Messages []struct {
			Blocks []any `json:"thinking_blocks"`
		} `json:"messages"`
	}
	if err := json.Unmarshal(*sent, &body); err != nil {
		t.Fatal(err)
	}
	want := []any{
		fields{"type": "thinking", "thinking": "one two", "signature": "c2ln"}, fields{"type": "redacted_thinking", "data": "eA=="},
	}
	if diff := cmp.Diff(want, body.Messages[1].Blocks); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestLogprobs(t *testing.T) {
	t.Parallel()
	model, _ := serve(t, "openai",
		`{"service_tier":"flex","choices":[{"index":0,"delta":{"content":"Hi"},"logprobs":{"content":[{"token":"Hi","logprob":-0.1}],"refusal":null}}]}`,
		`{"choices":[{"index":0,"delta":{"content":"!"},"logprobs":{"content":null,"refusal":null}}]}`,
		`{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}],"usage":{"prompt_tokens":1,"completion_tokens":2}}`, done)
	r := llmtest.Hello()
	r.Model, r.Params.Logprobs = "gpt-4o", new(0)
	var probs []string
	tier := ""
	for event, err := range model.Stream(t.Context(), r) {
		if err != nil {
			t.Fatal(err)
		}
		switch event.Kind {
		case llm.EventLogprobs:
			probs = append(probs, string(event.Raw))
			if event.Block != 0 || event.Protocol != "openaichat" {
				t.Errorf("%+v", event)
			}
		case llm.EventFinish:
			tier = event.Usage.Tier
		default:
		}
	}
	if diff := cmp.Diff([]string{`[{"token":"Hi","logprob":-0.1}]`}, probs); diff != "" || tier != "flex" {
		t.Errorf("tier %q, probabilities (-want +got)\n%s", tier, diff)
	}
}

// TestSound: pieces of base64 may each have their own end.
func TestSound(t *testing.T) {
	t.Parallel()
	model, _ := serve(t, "openai", delta(`"audio":{"data":"T2dn","transcript":"Hi"}`), delta(`"audio":{"data":"Uw=="}`),
		delta(`"audio":{"data":"ab"}`), delta(`"audio":{"data":"c="}`), delta(`"audio":{"data":"YQ"}`), done)
	a := llmtest.Collect(t.Context(), model, llmtest.Hello())
	if a.Err != nil || len(a.Parts) != 2 || a.Text() != "Hi" {
		t.Fatalf("%+v", a)
	}
	if m := a.Parts[1].Media; string(m.Data) != "OggS\x69\xb7a" || m.MIME != "audio/ogg" {
		t.Errorf("%q of type %s", m.Data, m.MIME)
	}
}

// TestHeld: what waits for the end of an answer is bounded.
func TestHeld(t *testing.T) {
	t.Parallel()
	megabytes := strings.Repeat("YWFh", 3<<20) // 12 MiB
	for name, piece := range map[string]string{
		"sound":     `"audio":{"data":"` + megabytes + `"}`,
		"reasoning": `"reasoning_details":[{"type":"reasoning.encrypted","data":"` + megabytes + `"}]`,
	} {
		model, _ := serve(t, "", delta(piece), delta(piece), delta(piece), done)
		a := llmtest.Collect(t.Context(), model, llmtest.Hello())
		if a.Err == nil || llm.AsError(a.Err).Kind != llm.ErrProtocol {
			t.Errorf("36 MiB of %s: %.200v", name, a.Err)
		}
	}
	var many []string
	for i := range 1500 {
		many = append(many, delta(`"annotations":[{"url_citation":{"url":"https://example.test/`+strings.Repeat("x", i)+`"}}]`))
	}
	model, _ := serve(t, "", append(many, done)...)
	if a := llmtest.Collect(t.Context(), model, llmtest.Hello()); a.Err != nil || len(a.Parts) != 1000 {
		t.Errorf("%d sources, %v", len(a.Parts), a.Err)
	}
}

// TestSearch: the ways in which servers name what they found.
func TestSearch(t *testing.T) {
	t.Parallel()
	for dialect, stream := range map[string]string{
		"zai": `{"choices":[{"index":0,"delta":{"content":"ok"}}],"web_search":[{"title":"T","link":"https://example.test","content":"Q"}]}`,
		"groq": delta(`"executed_tools":[{"index":0,"type":"search","arguments":"{}","output":"found","search_results":{"results":[` +
			`{"title":"T","url":"https://example.test","content":"Q"}]}}]`),
		"mistral": delta(`"content":[{"type":"text","text":"ok"},{"type":"tool_reference","tool":"web_search","title":"T","url":"https://example.test","description":"Q"}]`),
		"perplexity": `{"choices":[{"index":0,"delta":{"content":"ok"}}],"citations":["https://example.test"],` +
			`"search_results":[{"title":"T","url":"https://example.test","snippet":"Q"}]}`,
	} {
		model, _ := serve(t, dialect, stream, done)
		a := llmtest.Collect(t.Context(), model, llmtest.Hello())
		if a.Err != nil {
			t.Fatal(a.Err)
		}
		want := &llm.Source{URL: "https://example.test", Title: "T", Quote: "Q"}
		if diff := cmp.Diff(want, a.Parts[len(a.Parts)-1].Source); diff != "" {
			t.Errorf("%s (-want +got)\n%s", dialect, diff)
		}
	}
}
