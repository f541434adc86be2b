package upstream_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"parley/internal/llm"
	"parley/internal/llm/anthropic"
	"parley/internal/llm/google"
	"parley/internal/llm/llmtest"
	"parley/internal/llm/llmtest/upstream"
	"parley/internal/llm/vertex"
	"parley/internal/llm/wire"

	"github.com/google/go-cmp/cmp"
)

type provider interface {
	Model(id string) llm.Model
}

// providers ask the scripted server in Gemini's ways, and Claude on Vertex AI.
func providers(t *testing.T) (*upstream.Server, map[string]provider) {
	t.Helper()
	server := upstream.New(upstream.Options{Key: "k", Arguments: map[string]string{"add": `{"a":1}`}})
	t.Cleanup(server.Close)
	web := httptest.NewServer(server)
	t.Cleanup(web.Close)
	platform, err := vertex.New(vertex.Config{BaseURL: web.URL, Key: llm.NewSecret("k"), Client: web.Client()})
	if err != nil {
		t.Fatal(err)
	}
	limits := wire.Limits{Backoff: time.Millisecond}
	return server, map[string]provider{
		"AI Studio":           google.New(google.Config{BaseURL: web.URL, Key: llm.NewSecret("k"), Client: web.Client(), Limits: limits}),
		"Vertex AI":           google.New(google.Config{Vertex: platform, Client: web.Client(), Limits: limits}),
		"Claude on Vertex AI": anthropic.New(anthropic.Config{Vertex: platform, Client: web.Client(), Limits: limits}),
	}
}

func TestGoogleScripts(t *testing.T) {
	t.Parallel()
	_, all := providers(t)
	for name, provider := range all {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := llmtest.Collect(t.Context(), provider.Model("reasoning-2+tokens-3"), llmtest.Hello())
			if got.Err != nil || got.Reasoning() != " r0001 r0002" || got.Text() != " t0001 t0002 t0003" || got.Usage.Output != 5 {
				t.Errorf("%+v", got)
			}
			request := llmtest.Hello()
			request.Tools = []llm.Tool{{Name: "add"}, {Name: "now"}}
			model := provider.Model("call-add+call-now+tokens-1+length")
			got = llmtest.Collect(t.Context(), model, request)
			calls := got.Calls()
			if got.Err != nil || len(calls) != 2 || calls[0].Arguments != `{"a":1}` || calls[1].Name != "now" || got.Reason != llm.FinishTools {
				t.Fatalf("%+v", got)
			}
			request.Messages = append(request.Messages, llm.Message{Role: llm.RoleAssistant, Parts: got.Parts})
			got = llmtest.Collect(t.Context(), model, request)
			if got.Err != nil || got.Text() != " t0001" || got.Reason != llm.FinishLength {
				t.Errorf("%+v", got)
			}
		})
	}
}

func TestGoogleFailures(t *testing.T) {
	t.Parallel()
	_, all := providers(t)
	for name, provider := range all {
		for script, want := range map[string]llm.Error{
			"status-429-48":  {Kind: llm.ErrRateLimited, Status: http.StatusTooManyRequests, RetryAfter: 48 * time.Second},
			"status-401":     {Kind: llm.ErrAuth, Status: http.StatusUnauthorized},
			"context":        {Kind: llm.ErrContextTooLong, Status: http.StatusBadRequest},
			"html":           {Kind: llm.ErrProtocol, Status: http.StatusOK},
			"unheard-of":     {Kind: llm.ErrModelNotFound, Status: http.StatusNotFound},
			"tokens-1+close": {Kind: llm.ErrTruncated},
			"tokens-1+error": {Kind: llm.ErrOverloaded},
			"tokens-1+reset": {Kind: llm.ErrTruncated},
			"status-500":     {Kind: llm.ErrServer, Status: http.StatusInternalServerError},
			"status-503":     {Kind: llm.ErrOverloaded, Status: http.StatusServiceUnavailable},
		} {
			t.Run(name+" "+script, func(t *testing.T) {
				t.Parallel()
				got := llmtest.Collect(t.Context(), provider.Model(script), llmtest.Hello())
				e := llm.AsError(got.Err)
				if e == nil {
					t.Fatalf("%+v", got)
				}
				if script == "tokens-1+error" {
					e.Status = 0 // Gemini says it, Anthropic does not
				}
				if diff := cmp.Diff(want, llm.Error{Kind: e.Kind, Status: e.Status, RetryAfter: e.RetryAfter}); diff != "" {
					t.Errorf("(-want +got)\n%s", diff)
				}
			})
		}
	}
}

func TestGoogleRequestsAreRecorded(t *testing.T) {
	t.Parallel()
	server, all := providers(t)
	request := llmtest.Hello()
	request.System = "be kind"
	request.Messages[0].Parts = append(request.Messages[0].Parts, llm.Part{
		Type: llm.PartImage, Media: &llm.Media{MIME: "image/png", Data: []byte("x")},
	})
	for _, provider := range all {
		if got := llmtest.Collect(t.Context(), provider.Model("tokens-1"), request); got.Err != nil {
			t.Error(got.Err)
		}
	}
	want := []upstream.Message{{Role: "system", Text: "be kind"}, {Role: "user", Text: "Hello", Images: 1}}
	calls := server.Calls()
	if len(calls) != len(all) {
		t.Errorf("%d calls", len(calls))
	}
	for _, call := range calls {
		if diff := cmp.Diff(want, call.Messages); diff != "" || call.Model != "tokens-1" {
			t.Errorf("%s (-want +got)\n%s", call.Path, diff)
		}
	}
}

func TestGoogleModels(t *testing.T) {
	t.Parallel()
	_, all := providers(t)
	for name, want := range map[string]int{"AI Studio": 1, "Vertex AI": 0} {
		lister, ok := all[name].(interface {
			ListModels(ctx context.Context) ([]string, error)
		})
		if !ok {
			t.Fatalf("%s lists no models", name)
		}
		got, err := lister.ListModels(t.Context())
		if err != nil || len(got) != want {
			t.Errorf("%s: %v, %v", name, got, err)
		}
	}
}
