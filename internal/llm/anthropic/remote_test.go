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
	"parley/internal/llm/vertex"

	"github.com/google/go-cmp/cmp"
)

// record answers every call well and keeps what was sent last.
func record(t *testing.T, setup func(*anthropic.Config)) (llm.Model, *http.Request, *fields) {
	t.Helper()
	last, body := &http.Request{}, &fields{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		*body = fields{}
		text, _ := io.ReadAll(r.Body)
		if err := json.Unmarshal(text, body); err != nil {
			t.Error(err)
		}
		*last = *r
		_, _ = io.WriteString(w, llmtest.Messages().Text("ok"))
	}))
	t.Cleanup(server.Close)
	config := anthropic.Config{BaseURL: server.URL, Client: server.Client()}
	setup(&config)
	return anthropic.New(config).Model("claude-sonnet-4-5@20250929"), last, body
}

func onVertex(t *testing.T) func(*anthropic.Config) {
	return func(config *anthropic.Config) {
		platform, err := vertex.New(vertex.Config{BaseURL: config.BaseURL, Key: llm.NewSecret(llmtest.Key), Client: config.Client})
		if err != nil {
			t.Fatal(err)
		}
		config.Vertex, config.BaseURL = platform, ""
	}
}

func TestRemoteTools(t *testing.T) {
	t.Parallel()
	all := []llm.RemoteTool{
		{Name: llm.RemoteWebSearch, Options: json.RawMessage(`{"max_uses":3}`)},
		{Name: llm.RemoteURLContext},
		{Name: llm.RemoteCode, Options: json.RawMessage(`{"type":"code_execution_20260120"}`)},
		{Name: llm.RemoteFileSearch},
	}
	own := fields{"name": "mine", "description": "", "input_schema": fields{"type": "object", "properties": fields{}}}
	search := fields{"type": "web_search_20250305", "name": "web_search", "max_uses": 3.0}
	for name, test := range map[string]struct {
		setup   func(*anthropic.Config)
		want    []any
		betas   string
		notices []string
	}{
		"Anthropic": {
			func(c *anthropic.Config) { c.Headers = map[string]string{"anthropic-beta": "mine-1"} },
			[]any{
				own, search,
				fields{"type": "web_fetch_20250910", "name": "web_fetch", "citations": fields{"enabled": true}},
				fields{"type": "code_execution_20260120", "name": "code_execution"},
			},
			"mine-1,web-fetch-2025-09-10,code-execution-2025-08-25",
			[]string{`"file_search"`},
		},
		"Vertex AI": {onVertex(t), []any{own, search}, "", []string{`"url_context"`, `"code_execution"`, `"file_search"`}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			model, sent, body := record(t, test.setup)
			request := llmtest.Hello()
			request.Tools, request.Remote = []llm.Tool{{Name: "mine"}}, all
			got := llmtest.Collect(t.Context(), model, request)
			if got.Err != nil {
				t.Fatal(got.Err)
			}
			if diff := cmp.Diff(any(test.want), (*body)["tools"]); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
			if betas := sent.Header.Get("Anthropic-Beta"); betas != test.betas {
				t.Errorf("asks for %q", betas)
			}
			for i, want := range test.notices {
				if len(got.Notices) != len(test.notices) || !strings.Contains(got.Notices[i], want) {
					t.Errorf("the notices are %q, want %q", got.Notices, test.notices)
				}
			}
		})
	}
}

func TestVertexRequest(t *testing.T) {
	t.Parallel()
	model, sent, body := record(t, onVertex(t))
	request := llmtest.Hello()
	request.Params.ServiceTier = "standard_only"
	if got := llmtest.Collect(t.Context(), model, request); got.Err != nil {
		t.Fatal(got.Err)
	}
	if want := "/v1beta1/publishers/anthropic/models/claude-sonnet-4-5@20250929:streamRawPredict"; sent.URL.Path != want {
		t.Errorf("the path is %s", sent.URL.Path)
	}
	want := fields{"anthropic_version": "vertex-2023-10-16", "stream": true, "max_tokens": 32000.0, "service_tier": "standard_only"}
	delete(*body, "messages")
	if diff := cmp.Diff(want, *body); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	for name, value := range map[string]string{"X-Goog-Api-Key": llmtest.Key, "X-Api-Key": "", "Anthropic-Version": ""} {
		if got := sent.Header.Get(name); got != value {
			t.Errorf("%s is %q", name, got)
		}
	}
}

// TestStoredFile: a file in Anthropic's own store goes back as it was.
func TestStoredFile(t *testing.T) {
	t.Parallel()
	model, _, body := record(t, func(*anthropic.Config) {})
	request := llmtest.Hello()
	upload := `{"type":"container_upload","file_id":"file_1"}`
	request.Messages[0].Parts = append(request.Messages[0].Parts, llm.Part{
		Type: llm.PartFile, Media: &llm.Media{Name: "a.csv", MIME: "text/csv"}, Protocol: anthropic.Protocol, Raw: json.RawMessage(upload),
	})
	if got := llmtest.Collect(t.Context(), model, request); got.Err != nil || len(got.Notices) > 0 {
		t.Fatalf("%+v", got)
	}
	if text, _ := json.Marshal((*body)["messages"]); !strings.Contains(string(text), `{"file_id":"file_1","type":"container_upload"}`) {
		t.Errorf("sent %s", text)
	}
}

func TestUsageTier(t *testing.T) {
	t.Parallel()
	model, _ := serve(t, `{"type":"message_start","message":{"usage":{"input_tokens":1,"output_tokens":1,"service_tier":"priority"}}}`,
		`{"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":2}}`, `{"type":"message_stop"}`)
	got := llmtest.Collect(t.Context(), model, llmtest.Hello())
	if got.Err != nil || got.Usage.Tier != "priority" {
		t.Errorf("%+v, %v", got.Usage, got.Err)
	}
}

// TestContainer: code goes on where it was run, as long as that is there.
func TestContainer(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		ends   string
		remote string
		want   any
	}{
		"still there": {"2999-01-01T00:00:00.5Z", llm.RemoteCode, "container_1"},
		"gone":        {"2020-01-01T00:00:00Z", llm.RemoteCode, nil},
		"no code":     {"2999-01-01T00:00:00Z", llm.RemoteWebSearch, nil},
	} {
		answers, _ := serve(t, `{"type":"content_block_start","index":0,"content_block":{"type":"text","text":"ok"}}`,
			`{"type":"message_delta","delta":{"stop_reason":"end_turn","container":{"id":"container_1","expires_at":"`+test.ends+`"}}}`,
			`{"type":"message_stop"}`)
		got := llmtest.Collect(t.Context(), answers, llmtest.Hello())
		if got.Err != nil || got.Broken != "" || len(got.Parts) != 2 {
			t.Fatalf("%+v", got)
		}
		got.Parts[1].Protocol = anthropic.Protocol
		model, _, body := record(t, func(*anthropic.Config) {})
		request := llmtest.Hello()
		request.Remote = []llm.RemoteTool{{Name: test.remote}}
		request.Messages = append(request.Messages, llm.Message{Role: llm.RoleAssistant, Parts: got.Parts}, request.Messages[0])
		if again := llmtest.Collect(t.Context(), model, request); again.Err != nil {
			t.Fatal(again.Err)
		}
		messages, _ := (*body)["messages"].([]any)
		reply, _ := messages[1].(fields)
		if diff := cmp.Diff([]any{textBlock("ok")}, reply["content"]); diff != "" || (*body)["container"] != test.want {
			t.Errorf("%s: the container is %v (-want +got)\n%s", name, (*body)["container"], diff)
		}
	}
}

func TestPageOfADocument(t *testing.T) {
	t.Parallel()
	model, _ := serve(t, `{"type":"content_block_start","index":0,"content_block":{"type":"text","text":"so"}}`,
		`{"type":"content_block_delta","index":0,"delta":{"type":"citations_delta","citation":{"type":"page_location","cited_text":"q","document_index":0,"document_title":"a.pdf","start_page_number":3,"end_page_number":4}}}`,
		`{"type":"message_delta","delta":{"stop_reason":"end_turn"}}`, `{"type":"message_stop"}`)
	got := llmtest.Collect(t.Context(), model, llmtest.Hello())
	if len(got.Parts) != 2 || *got.Parts[1].Source != (llm.Source{Title: "a.pdf, p. 3", Quote: "q"}) {
		t.Errorf("%+v", got)
	}
}

// TestBoundThinking: the newest models are asked to leave out thinking that no
// longer fits, and cannot be made to call a tool.
func TestBoundThinking(t *testing.T) {
	t.Parallel()
	model, sent, body := record(t, func(*anthropic.Config) {})
	request := llmtest.Hello()
	request.Model, request.Tools, request.ToolChoice = "claude-opus-5-5", []llm.Tool{{Name: "a"}}, "required"
	got := llmtest.Collect(t.Context(), model, request)
	if beta := sent.Header.Get("Anthropic-Beta"); got.Err != nil || beta != "thinking-binding-controls-2026-08-01" {
		t.Errorf("asks for %q, %v", beta, got.Err)
	}
	if (*body)["tool_choice"] == nil || !cmp.Equal((*body)["tool_choice"], any(fields{"type": "auto"})) || len(got.Notices) != 1 {
		t.Errorf("the choice is %v, the notices are %q", (*body)["tool_choice"], got.Notices)
	}
}

func TestRefusalIsExplained(t *testing.T) {
	t.Parallel()
	model, _ := serve(t, `{"type":"message_delta","delta":{"stop_reason":"refusal","stop_details":{"type":"refusal","category":"cyber","explanation":"It was blocked."}}}`,
		`{"type":"message_stop"}`)
	got := llmtest.Collect(t.Context(), model, llmtest.Hello())
	if got.Err != nil || got.Reason != llm.FinishFilter || len(got.Notices) != 1 || !strings.HasSuffix(got.Notices[0], "It was blocked. (cyber)") {
		t.Errorf("%+v", got)
	}
}

func TestOfflineModel(t *testing.T) {
	t.Parallel()
	model, _, body := record(t, func(*anthropic.Config) {})
	request := llmtest.Hello()
	request.Model, request.Remote = "claude-opus-5", []llm.RemoteTool{{Name: llm.RemoteURLContext}}
	if got := llmtest.Collect(t.Context(), model, request); len(got.Notices) != 1 || (*body)["tools"] != nil {
		t.Errorf("%q, %v", got.Notices, (*body)["tools"])
	}
}
