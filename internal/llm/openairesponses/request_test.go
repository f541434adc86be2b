package openairesponses_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"parley/internal/llm"
	"parley/internal/llm/llmtest"
	"parley/internal/llm/openairesponses"

	"github.com/google/go-cmp/cmp"
)

type fields = map[string]any

// draft is what a model would be sent.
func draft(t *testing.T, dialect, model string, request llm.Request) (body fields, notices []string) {
	t.Helper()
	drafter, ok := openairesponses.New(openairesponses.Config{
		BaseURL: "http://model.test", Dialect: dialect, Client: &http.Client{},
	}).Model(model).(interface {
		Draft(request llm.Request) ([]byte, []string, error)
	})
	if !ok {
		t.Fatal("the codec writes no drafts")
	}
	text, notices, err := drafter.Draft(request)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &body); err != nil {
		t.Fatal(err)
	}
	return body, notices
}

// TestDialects: xAI's own tools are there without what only OpenAI takes, and what
// its models refuse is said.
func TestDialects(t *testing.T) {
	t.Parallel()
	tools := []llm.RemoteTool{{Name: llm.RemoteWebSearch}, {Name: llm.RemoteCode}}
	tests := []struct {
		dialect, model string
		params         llm.Params
		want           fields
		refused        []string
	}{
		{
			"xai", "grok-4.3",
			llm.Params{Effort: "low", Temperature: new(0.5), Verbosity: "low", ServiceTier: "flex", Logprobs: new(1)},
			fields{
				"tools": []any{fields{"type": "web_search"}, fields{"type": "code_interpreter"}}, "temperature": 0.5,
				"reasoning": fields{"effort": "low"}, "include": []any{"reasoning.encrypted_content"},
			},
			[]string{"verbosity", "service_tier", "logprobs"},
		},
		{
			"xai", "grok-4-fast",
			llm.Params{Effort: "low"},
			fields{
				"tools":   []any{fields{"type": "web_search"}, fields{"type": "code_interpreter"}},
				"include": []any{"reasoning.encrypted_content"},
			},
			[]string{"reasoning_effort"},
		},
		{
			"openai", "gpt-5",
			llm.Params{Verbosity: "low"},
			fields{
				"tools": []any{fields{"type": "web_search"}, fields{"type": "code_interpreter", "container": fields{"type": "auto"}}},
				"text":  fields{"verbosity": "low"}, "reasoning": fields{"summary": "auto"},
				"include": []any{"web_search_call.action.sources", "code_interpreter_call.outputs", "reasoning.encrypted_content"},
			},
			nil,
		},
	}
	for _, test := range tests {
		request := llmtest.Hello()
		request.Remote, request.Params = tools, test.params
		body, notices := draft(t, test.dialect, test.model, request)
		for _, common := range []string{"model", "input", "store", "stream"} {
			delete(body, common)
		}
		if diff := cmp.Diff(test.want, body); diff != "" {
			t.Errorf("%s %s (-want +got)\n%s", test.dialect, test.model, diff)
		}
		if len(notices) != len(test.refused) {
			t.Errorf("%s %s: the notices are %q", test.dialect, test.model, notices)
		}
		for _, name := range test.refused {
			if !strings.Contains(strings.Join(notices, "\n"), `"`+name+`"`) {
				t.Errorf("%s %s: nothing says that %s was left out: %q", test.dialect, test.model, name, notices)
			}
		}
	}
}

// TestBrokenPicture: one that cannot be read is told of, and not sent back.
func TestBrokenPicture(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, `{"status":"completed","output":[{"type":"image_generation_call","id":"ig","status":"completed","result":"!"}]}`)
	}))
	t.Cleanup(server.Close)
	model := openairesponses.New(openairesponses.Config{BaseURL: server.URL, Client: server.Client()}).Model("m")
	got := llmtest.Collect(t.Context(), model, llmtest.Hello())
	if got.Err != nil || got.Broken != "" || len(got.Notices) != 1 || len(got.Parts) != 2 || got.Parts[0].Raw != nil {
		t.Errorf("%+v", got)
	}
}
