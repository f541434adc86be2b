package google_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"parley/internal/llm"
	"parley/internal/llm/google"
	"parley/internal/llm/llmtest"
	"parley/internal/llm/vertex"

	"github.com/google/go-cmp/cmp"
)

type fields = map[string]any

// sent is the last request.
type sent struct {
	path   string
	header http.Header
	body   fields
}

// serve answers every call with the chunks, or with a plain good answer.
func serve(t *testing.T, onVertex bool, name string, chunks ...string) (llm.Model, *sent) {
	t.Helper()
	last := &sent{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		*last = sent{path: r.URL.Path, header: r.Header, body: fields{}}
		if err := json.NewDecoder(r.Body).Decode(&last.body); err != nil {
			t.Error(err)
		}
		if len(chunks) == 0 {
			_, _ = io.WriteString(w, llmtest.Gemini().Text("ok"))
		}
		for _, chunk := range chunks {
			_, _ = io.WriteString(w, "data: "+strings.NewReplacer("\n", "", "\t", "").Replace(chunk)+"\r\n\r\n")
		}
	}))
	t.Cleanup(server.Close)
	config := google.Config{BaseURL: server.URL, Client: server.Client()}
	if onVertex {
		platform, err := vertex.New(vertex.Config{BaseURL: server.URL, Key: llm.NewSecret("k"), Client: server.Client()})
		if err != nil {
			t.Fatal(err)
		}
		config.Vertex = platform
	}
	return google.New(config).Model(name), last
}

// parts is a chunk with these parts.
func parts(list string) string { return `{"candidates":[{"content":{"parts":[` + list + `]}}]}` }

// finish is the last chunk.
func finish(reason string) string {
	return `{"candidates":[{"content":{"parts":[]},"finishReason":"` + reason + `","index":0}]}`
}

// said fails the test unless each of the words is in the notice of its place.
func said(t *testing.T, name string, notices, words []string) {
	t.Helper()
	if len(notices) != len(words) {
		t.Errorf("%s: the notices are %q, want %q", name, notices, words)
		return
	}
	for i, word := range words {
		if !strings.Contains(notices[i], word) {
			t.Errorf("%s: the notices are %q, want %q", name, notices, words)
		}
	}
}

func TestParams(t *testing.T) {
	t.Parallel()
	config := func(f fields) fields { return fields{"generationConfig": f} }
	thinking := func(f fields) fields { return config(fields{"thinkingConfig": f}) }
	schema := json.RawMessage(`{"type":"object"}`)
	const flash, pro, lite, newest = "gemini-2.5-flash", "gemini-2.5-pro", "gemini-2.5-flash-lite", "gemini-3-flash-preview"
	tests := []struct {
		name, model string
		vertex      bool
		params      llm.Params
		want        fields
		notices     []string
	}{
		{"plain", flash, false, llm.Params{}, fields{}, nil},
		{
			"sampling", flash, false,
			llm.Params{Temperature: new(0.5), TopP: new(0.9), TopK: new(5), MaxTokens: new(9), Stop: []string{"x"}, Seed: new(int64(7))},
			config(fields{"temperature": 0.5, "topP": 0.9, "topK": 5.0, "maxOutputTokens": 9.0, "stopSequences": []any{"x"}, "seed": 7.0}), nil,
		},
		{
			"penalties", flash, false,
			llm.Params{FrequencyPenalty: new(0.1), PresencePenalty: new(0.2), Verbosity: "low", ParallelTools: new(false)},
			fields{},
			[]string{`"frequency_penalty"`, `"presence_penalty"`, `"verbosity"`, `"parallel_tool_calls"`},
		},
		{
			"penalties on Vertex AI", flash, true,
			llm.Params{FrequencyPenalty: new(0.1), PresencePenalty: new(0.2)},
			config(fields{"frequencyPenalty": 0.1, "presencePenalty": 0.2}), nil,
		},
		{"logprobs", flash, false, llm.Params{Logprobs: new(3)}, config(fields{"responseLogprobs": true, "logprobs": 3.0}), nil},
		{
			"safety", flash, false,
			llm.Params{Safety: map[string]string{"HARM_B": "OFF", "HARM_A": "BLOCK_NONE"}},
			fields{"safetySettings": []any{fields{"category": "HARM_A", "threshold": "BLOCK_NONE"}, fields{"category": "HARM_B", "threshold": "OFF"}}},
			nil,
		},
		{"tier", flash, false, llm.Params{ServiceTier: "flex"}, fields{"serviceTier": "flex"}, nil},
		{
			"schema", flash, false,
			llm.Params{Schema: schema},
			config(fields{"responseMimeType": "application/json", "responseJsonSchema": fields{"type": "object"}}), nil,
		},
		{
			"added and dropped", flash, false,
			llm.Params{
				Temperature: new(0.5), TopP: new(0.5), Seed: new(int64(1)), Drop: []string{"topP", "labels"},
				Extra: map[string]json.RawMessage{
					"generationConfig": json.RawMessage(`{"seed":12345678901234567,"thinkingConfig":{"thinkingBudget":5}}`),
					"labels":           json.RawMessage(`{"a":"b"}`), "cachedContent": json.RawMessage(`"c"`), "mediaResolution": json.RawMessage(`"LOW"`),
				},
			},
			fields{"cachedContent": "c", "generationConfig": fields{
				"temperature": 0.5, "seed": 12345678901234567.0, "mediaResolution": "LOW", "thinkingConfig": fields{"thinkingBudget": 5.0},
			}},
			nil,
		},
		{"effort as a budget", flash, false, llm.Params{Effort: "low"}, thinking(fields{"thinkingBudget": 1024.0, "includeThoughts": true}), nil},
		{"the most", flash, false, llm.Params{Effort: "max"}, thinking(fields{"thinkingBudget": 24576.0, "includeThoughts": true}), nil},
		{"the most of pro", pro, false, llm.Params{Effort: "max"}, thinking(fields{"thinkingBudget": 32768.0, "includeThoughts": true}), nil},
		{"budget", lite, false, llm.Params{ReasoningTokens: new(100)}, thinking(fields{"thinkingBudget": 512.0, "includeThoughts": true}), nil},
		{"as it likes", flash, false, llm.Params{ReasoningTokens: new(-1)}, thinking(fields{"thinkingBudget": -1.0, "includeThoughts": true}), nil},
		{"none", flash, false, llm.Params{Effort: "none"}, thinking(fields{"thinkingBudget": 0.0, "includeThoughts": false}), nil},
		{"none of pro", pro, false, llm.Params{ReasoningTokens: new(0)}, thinking(fields{"thinkingBudget": 128.0, "includeThoughts": true}), []string{"always"}},
		{"unknown effort", flash, false, llm.Params{Effort: "huge"}, fields{}, []string{`"huge"`}},
		{"level", newest, false, llm.Params{Effort: "medium"}, thinking(fields{"thinkingLevel": "medium", "includeThoughts": true}), nil},
		{"the highest level", newest, false, llm.Params{Effort: "xhigh"}, thinking(fields{"thinkingLevel": "high", "includeThoughts": true}), nil},
		{"the lowest of pro", "gemini-3.1-pro-preview", false, llm.Params{Effort: "minimal"}, thinking(fields{"thinkingLevel": "low", "includeThoughts": true}), nil},
		{"no level", newest, false, llm.Params{Effort: "none"}, thinking(fields{"thinkingLevel": "minimal", "includeThoughts": false}), []string{"always"}},
		{"budget of a new model", newest, false, llm.Params{ReasoningTokens: new(2000)}, thinking(fields{"thinkingLevel": "medium", "includeThoughts": true}), []string{`"medium"`}},
		{"any budget of a new model", newest, false, llm.Params{ReasoningTokens: new(-1)}, thinking(fields{"thinkingLevel": "high", "includeThoughts": true}), []string{`"high"`}},
		{"no minimal level", "gemini-3.8-flash", false, llm.Params{Effort: "minimal"}, thinking(fields{"thinkingLevel": "low", "includeThoughts": true}), nil},
		{
			"fixed", "gemini-4-neon", true,
			llm.Params{Temperature: new(0.5), TopP: new(0.5), TopK: new(5), FrequencyPenalty: new(0.1), PresencePenalty: new(0.1), MaxTokens: new(9)},
			config(fields{"maxOutputTokens": 9.0}),
			[]string{`"temperature"`, `"top_p"`, `"top_k"`, `"frequency_penalty"`, `"presence_penalty"`},
		},
		{"unknown level", newest, false, llm.Params{Effort: "huge"}, fields{}, []string{`"huge"`}},
		{"a model without a version", "gemini-flash-latest", false, llm.Params{Effort: "low"}, thinking(fields{"thinkingLevel": "low", "includeThoughts": true}), nil},
		{"no thinker", "gemini-2.0-flash", false, llm.Params{Effort: "low"}, fields{}, []string{"does not reason"}},
		{"no thinker, none asked", "gemini-2.0-flash", false, llm.Params{Effort: "none"}, fields{}, nil},
		{"speech", "gemini-2.5-flash-preview-tts", false, llm.Params{}, config(fields{"responseModalities": []any{"AUDIO"}}), nil},
		{"pictures", "gemini-2.5-flash-image", false, llm.Params{}, config(fields{"responseModalities": []any{"TEXT", "IMAGE"}}), nil},
	}
	for _, test := range tests {
		model, last := serve(t, test.vertex, test.model)
		r := llmtest.Hello()
		r.Params = test.params
		got := llmtest.Collect(t.Context(), model, r)
		if got.Err != nil {
			t.Errorf("%s: %v", test.name, got.Err)
		}
		delete(last.body, "contents")
		if diff := cmp.Diff(test.want, last.body); diff != "" {
			t.Errorf("%s (-want +got)\n%s", test.name, diff)
		}
		said(t, test.name, got.Notices, test.notices)
	}
}

func TestAddresses(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"gemini-3-pro": "/v1beta/models/gemini-3-pro:streamGenerateContent", "models/gemini-3-pro": "/v1beta/models/gemini-3-pro:streamGenerateContent",
		"tunedModels/mine": "/v1beta/tunedModels/mine:streamGenerateContent",
	} {
		model, last := serve(t, false, name)
		llmtest.Collect(t.Context(), model, llmtest.Hello())
		if last.path != want {
			t.Errorf("%s is called at %s", name, last.path)
		}
	}
	model, last := serve(t, true, "gemini-3-pro")
	r := llmtest.Hello()
	r.Params.ServiceTier = "flex"
	llmtest.Collect(t.Context(), model, r)
	if want := "/v1beta1/publishers/google/models/gemini-3-pro:streamGenerateContent"; last.path != want {
		t.Errorf("Vertex AI is called at %s", last.path)
	}
	for name, want := range map[string]string{
		"X-Vertex-AI-LLM-Request-Type": "shared", "X-Vertex-AI-LLM-Shared-Request-Type": "flex", "X-Goog-Api-Key": "k",
	} {
		if got := last.header.Get(name); got != want {
			t.Errorf("%s is %q", name, got)
		}
	}
}

func TestTools(t *testing.T) {
	t.Parallel()
	declared := func(name string) fields {
		return fields{"functionDeclarations": []any{fields{
			"name": name, "description": "", "parametersJsonSchema": fields{"type": "object", "properties": fields{}},
		}}}
	}
	calling := func(f fields) any { return fields{"functionCallingConfig": f} }
	search := llm.RemoteTool{Name: llm.RemoteWebSearch, Options: json.RawMessage(`{"timeRangeFilter":{}}`)}
	google := fields{"googleSearch": fields{"timeRangeFilter": fields{}}}
	const old, newest = "gemini-2.5-flash", "gemini-3-pro-preview"
	tests := []struct {
		name, model   string
		vertex        bool
		tools         []llm.Tool
		remote        []llm.RemoteTool
		choice        string
		schema        string
		tool          any
		config        any
		system, typed bool
		notices       []string
	}{
		{name: "function", model: old, tools: []llm.Tool{{Name: "a"}}, tool: []any{declared("a")}},
		{name: "name with a digit", model: old, tools: []llm.Tool{{Name: "1 a"}}, tool: []any{declared("_1_a")}},
		{name: "required", model: old, tools: []llm.Tool{{Name: "a"}}, choice: "required", tool: []any{declared("a")}, config: calling(fields{"mode": "ANY"})},
		{name: "none", model: old, tools: []llm.Tool{{Name: "a"}}, choice: "none", tool: []any{declared("a")}, config: calling(fields{"mode": "NONE"})},
		{
			name: "one", model: old, tools: []llm.Tool{{Name: "a"}}, choice: "a",
			tool: []any{declared("a")}, config: calling(fields{"mode": "ANY", "allowedFunctionNames": []any{"a"}}),
		},
		{
			name: "arguments in pieces", model: newest, vertex: true, tools: []llm.Tool{{Name: "a"}}, choice: "auto",
			tool: []any{declared("a")}, config: calling(fields{"mode": "AUTO", "streamFunctionCallArguments": true}),
		},
		{name: "Google's own", model: old, remote: []llm.RemoteTool{search, {Name: llm.RemoteCode}, {Name: llm.RemoteURLContext}}, tool: []any{
			google, fields{"codeExecution": fields{}}, fields{"urlContext": fields{}},
		}},
		{
			name: "both", model: newest, tools: []llm.Tool{{Name: "a"}}, remote: []llm.RemoteTool{search},
			tool: []any{google, declared("a")}, config: fields{"includeServerSideToolInvocations": true},
		},
		{
			name: "both with an old model", model: old, tools: []llm.Tool{{Name: "a"}}, remote: []llm.RemoteTool{search},
			tool: []any{declared("a")}, notices: []string{`"web_search"`},
		},
		{
			name: "both on Vertex AI", model: newest, vertex: true, tools: []llm.Tool{{Name: "a"}}, remote: []llm.RemoteTool{search},
			tool: []any{declared("a")}, config: calling(fields{"streamFunctionCallArguments": true}), notices: []string{`"web_search"`},
		},
		{
			name: "unknown and without a store", model: old, remote: []llm.RemoteTool{{Name: "other"}, {Name: llm.RemoteFileSearch}},
			notices: []string{`"other"`, `"file_search"`},
		},
		{name: "schema beside tools", model: newest, tools: []llm.Tool{{Name: "a"}}, schema: `{}`, tool: []any{declared("a")}, typed: true},
		{name: "schema in words", model: old, tools: []llm.Tool{{Name: "a"}}, schema: `{}`, tool: []any{declared("a")}, system: true},
		{name: "no caller", model: "gemma-3-27b-it", tools: []llm.Tool{{Name: "a"}}, notices: []string{"does not call"}},
	}
	for _, test := range tests {
		model, last := serve(t, test.vertex, test.model)
		r := llmtest.Hello()
		r.Tools, r.Remote, r.ToolChoice, r.Params.Schema = test.tools, test.remote, test.choice, json.RawMessage(test.schema)
		got := llmtest.Collect(t.Context(), model, r)
		if diff := cmp.Diff(test.tool, last.body["tools"]); diff != "" {
			t.Errorf("%s: tools (-want +got)\n%s", test.name, diff)
		}
		if diff := cmp.Diff(test.config, last.body["toolConfig"]); diff != "" {
			t.Errorf("%s: toolConfig (-want +got)\n%s", test.name, diff)
		}
		_, system := last.body["systemInstruction"]
		config, _ := last.body["generationConfig"].(fields)
		if system != test.system || (config["responseJsonSchema"] != nil) != test.typed {
			t.Errorf("%s: sent %v", test.name, last.body)
		}
		said(t, test.name, got.Notices, test.notices)
	}
}

func TestNamesComeBack(t *testing.T) {
	t.Parallel()
	model, _ := serve(t, false, "gemini-3-pro", parts(`{"functionCall":{"name":"_1_a"}},{"functionCall":{"name":"_b"}}`), finish("STOP"))
	r := llmtest.Hello()
	r.Tools = []llm.Tool{{Name: "1 a"}, {Name: "_b"}}
	calls := llmtest.Collect(t.Context(), model, r).Calls()
	if len(calls) != 2 || calls[0].Name != "1 a" || calls[1].Name != "_b" || calls[0].ID == calls[1].ID {
		t.Errorf("the calls are %+v", calls)
	}
}

func text(s string) llm.Part { return llm.Part{Type: llm.PartText, Text: s} }

func TestContents(t *testing.T) {
	t.Parallel()
	user := func(parts ...llm.Part) llm.Message { return llm.Message{Role: llm.RoleUser, Parts: parts} }
	reply := func(parts ...llm.Part) llm.Message { return llm.Message{Role: llm.RoleAssistant, Parts: parts} }
	media := func(kind llm.PartType, m llm.Media) llm.Part { return llm.Part{Type: kind, Media: &m} }
	png := media(llm.PartImage, llm.Media{MIME: "image/png", Data: []byte("hi")})
	signed := png
	signed.Protocol, signed.Raw = google.Protocol, json.RawMessage(`{"thoughtSignature":"s"}`)
	inline := func(mime string) fields { return fields{"inlineData": fields{"mimeType": mime, "data": "aGk="}} }
	said := func(role string, parts ...any) any { return fields{"role": role, "parts": parts} }
	line := func(s string) fields { return fields{"text": s} }
	call := func(id, raw string) llm.Part {
		part := llm.Part{Type: llm.PartToolCall, Call: &llm.ToolCall{ID: id, Name: "t", Arguments: `{"x":1}`}}
		if raw != "" {
			part.Protocol, part.Raw = google.Protocol, json.RawMessage(raw)
		}
		return part
	}
	result := func(id, content string, failed bool) llm.Part {
		return llm.Part{Type: llm.PartToolResult, Result: &llm.ToolResult{CallID: id, Name: "t", Content: content, IsError: failed}}
	}
	const stand = "Y29udGV4dF9lbmdpbmVlcmluZ19pc190aGVfd2F5X3RvX2dv"
	tests := []struct {
		name, model, system string
		messages            []llm.Message
		want                []any
		notices             int
	}{
		{
			name: "begins with the model", model: "gemini-2.5-pro", messages: []llm.Message{reply(text("hi")), user(text("a"))},
			want: []any{said("user", line("…")), said("model", line("hi")), said("user", line("a"))},
		},
		{
			name: "calls with and without an id", model: "gemini-2.5-pro",
			messages: []llm.Message{
				user(text("a")), reply(call("a", `{"id":"g1","thoughtSignature":"s"}`), call("b", "")),
				{Role: llm.RoleTool, Parts: []llm.Part{result("b", "rb", true), png, result("a", "ra", false)}},
			},
			want: []any{
				said("user", line("a")),
				said("model",
					fields{"functionCall": fields{"id": "g1", "name": "t", "args": fields{"x": 1.0}}, "thoughtSignature": "s"},
					fields{"functionCall": fields{"name": "t", "args": fields{"x": 1.0}}}),
				said("user",
					fields{"functionResponse": fields{"id": "g1", "name": "t", "response": fields{"output": "ra"}}},
					fields{"functionResponse": fields{"name": "t", "response": fields{"error": "rb"}}}, inline("image/png")),
			},
		},
		{
			name: "calls of another model", model: "gemini-3-pro",
			messages: []llm.Message{user(text("a")), reply(call("a", ""), call("b", ""))},
			want: []any{
				said("user", line("a")),
				said("model",
					fields{"functionCall": fields{"name": "t", "args": fields{"x": 1.0}}, "thoughtSignature": stand},
					fields{"functionCall": fields{"name": "t", "args": fields{"x": 1.0}}}),
				said("user",
					fields{"functionResponse": fields{"name": "t", "response": fields{"error": "interrupted: the tool did not return a result"}}},
					fields{"functionResponse": fields{"name": "t", "response": fields{"error": "interrupted: the tool did not return a result"}}}),
			},
		},
		{
			name: "calls without an id, by id", model: "gemini-3.8-flash",
			messages: []llm.Message{user(text("a")), reply(call("a", "")), {Role: llm.RoleTool, Parts: []llm.Part{result("a", "r", false)}}, reply(text("b"))},
			want: []any{
				said("user", line("a")),
				said("model", fields{"functionCall": fields{"id": "a", "name": "t", "args": fields{"x": 1.0}}, "thoughtSignature": stand}),
				said("user", fields{"functionResponse": fields{"id": "a", "name": "t", "response": fields{"output": "r"}}}),
				said("model", line("b")), said("user", line("…")),
			},
		},
		{
			name: "media", model: "gemini-3-pro",
			messages: []llm.Message{user(
				png, media(llm.PartFile, llm.Media{MIME: "application/pdf", Data: []byte("hi")}),
				media(llm.PartAudio, llm.Media{MIME: "audio/mpeg", Data: []byte("hi")}),
				media(llm.PartFile, llm.Media{MIME: "video/mp4", Data: []byte("hi")}),
				media(llm.PartFile, llm.Media{MIME: "text/csv", Data: []byte("hi")}),
				media(llm.PartFile, llm.Media{MIME: "video/mp4", URL: "https://youtu.be/x"}),
				media(llm.PartImage, llm.Media{MIME: "image/gif", Data: []byte("hi")}),
				media(llm.PartFile, llm.Media{MIME: "application/zip", Data: []byte("hi")}),
				media(llm.PartFile, llm.Media{MIME: "application/pdf"}),
			)},
			want: []any{said(
				"user", inline("image/png"), inline("application/pdf"), inline("audio/mpeg"), inline("video/mp4"), inline("text/plain"),
				fields{"fileData": fields{"fileUri": "https://youtu.be/x", "mimeType": "video/mp4"}},
				line("[A file, image/gif, which you cannot read.]"), line("[A file, application/zip, which you cannot read.]"),
				line("[A file, application/pdf, which you cannot read.]"),
			)},
			notices: 3,
		},
		{
			name: "without a place for instructions", model: "gemma-3-4b-it", system: "be kind",
			messages: []llm.Message{user(text("a"), media(llm.PartFile, llm.Media{MIME: "application/pdf", Data: []byte("hi")}))},
			want:     []any{said("user", line("be kind"), line("a"), line("[A file, application/pdf, which you cannot read.]"))}, notices: 1,
		},
		{
			name: "pictures of its own and of another model", model: "gemini-3-pro-image",
			messages: []llm.Message{user(text("a")), reply(signed, text("b"), png), user(text("c"))},
			want: []any{
				said("user", line("a")),
				said("model", fields{"inlineData": inline("image/png")["inlineData"], "thoughtSignature": "s"}, line("b")),
				said("user", line("What you made:"), inline("image/png")), said("user", line("c")),
			},
		},
	}
	for _, test := range tests {
		model, last := serve(t, false, test.model)
		got := llmtest.Collect(t.Context(), model, llm.Request{System: test.system, Messages: test.messages})
		if diff := cmp.Diff(any(test.want), last.body["contents"]); diff != "" {
			t.Errorf("%s (-want +got)\n%s", test.name, diff)
		}
		if len(got.Notices) != test.notices {
			t.Errorf("%s: the notices are %q", test.name, got.Notices)
		}
		if last.body["systemInstruction"] != nil {
			t.Errorf("%s: the instructions are %v", test.name, last.body["systemInstruction"])
		}
	}
}

// TestVideos: those of YouTube that the user names are watched.
func TestVideos(t *testing.T) {
	t.Parallel()
	const one = "https://www.youtube.com/watch?v=lCdaVNyHtjU"
	r := llmtest.Hello()
	r.Messages[0].Parts[0].Text = "see " + one + "&t=1 and https://example.com" + strings.Repeat(" "+one, 20)
	for remote, want := range map[string]int{llm.RemoteURLContext: 10, llm.RemoteCode: 0} {
		model, last := serve(t, false, "gemini-2.5-flash")
		r.Remote = []llm.RemoteTool{{Name: remote}}
		llmtest.Collect(t.Context(), model, r)
		text, _ := json.Marshal(last.body["contents"])
		if got := strings.Count(string(text), `{"fileData":{"fileUri":"`+one+`","mimeType":"video/mp4"}}`); got != want {
			t.Errorf("%s: %d videos in %s", remote, got, text)
		}
	}
}

func TestBearer(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer k" || r.Header.Get("X-Goog-Api-Key") != "" {
			t.Errorf("the headers are %v", r.Header)
		}
		_, _ = io.WriteString(w, llmtest.Gemini().Text("ok"))
	}))
	defer server.Close()
	model := google.New(google.Config{BaseURL: server.URL, Client: server.Client(), Key: llm.NewSecret("k"), Bearer: true}).Model("m")
	if got := llmtest.Collect(t.Context(), model, llmtest.Hello()); got.Err != nil {
		t.Error(got.Err)
	}
}
