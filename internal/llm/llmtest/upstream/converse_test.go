package upstream_test

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"parley/internal/llm"
	"parley/internal/llm/bedrock"
	"parley/internal/llm/llmtest"
	"parley/internal/llm/llmtest/upstream"
	"parley/internal/llm/wire"

	"github.com/google/go-cmp/cmp"
)

func converse(t *testing.T) (*upstream.Server, *bedrock.Provider) {
	t.Helper()
	server := upstream.New(upstream.Options{
		Key: "k", Models: []string{"tokens-3"}, Arguments: map[string]string{"add": `{"a":1}`},
	})
	t.Cleanup(server.Close)
	web := httptest.NewServer(server)
	t.Cleanup(web.Close)
	return server, bedrock.New(bedrock.Config{
		BaseURL: web.URL, Key: llm.NewSecret("k"), Client: web.Client(), Limits: wire.Limits{Backoff: time.Millisecond},
	})
}

func TestConverseScripts(t *testing.T) {
	t.Parallel()
	server, provider := converse(t)
	request := llmtest.Hello()
	request.System = "be kind"
	request.Tools = []llm.Tool{{Name: "add"}, {Name: "now"}}
	model := provider.Model("reasoning-2+call-add+call-now+tokens-1+length")
	got := llmtest.Collect(t.Context(), model, request)
	calls := got.Calls()
	if got.Err != nil || got.Reasoning() != " r0001 r0002" || len(calls) != 2 || calls[0].Arguments != `{"a":1}` || got.Reason != llm.FinishTools {
		t.Fatalf("%+v", got)
	}
	request.Messages = append(request.Messages, llm.Message{Role: llm.RoleAssistant, Parts: got.Parts})
	got = llmtest.Collect(t.Context(), model, request)
	if got.Err != nil || got.Text() != " t0001" || got.Reason != llm.FinishLength || got.Usage.Output != 1 {
		t.Errorf("%+v", got)
	}
	want := []upstream.Message{
		{Role: "system", Text: "be kind"},
		{Role: "user", Text: "Hello"},
		{Role: "assistant", Calls: []string{"add", "now"}},
		{Role: "user", Results: 2},
	}
	recorded := server.Calls()
	if diff := cmp.Diff(want, recorded[len(recorded)-1].Messages); diff != "" {
		t.Errorf("recorded (-want +got)\n%s", diff)
	}
	names, err := provider.ListModels(t.Context())
	if diff := cmp.Diff([]string{"tokens-3"}, names); diff != "" || err != nil {
		t.Errorf("%v (-want +got)\n%s", err, diff)
	}
}

func TestConverseFailures(t *testing.T) {
	t.Parallel()
	_, provider := converse(t)
	for script, want := range map[string]llm.Error{
		"status-429-48":      {Kind: llm.ErrRateLimited, Status: http.StatusTooManyRequests, RetryAfter: 48 * time.Second},
		"status-401":         {Kind: llm.ErrAuth, Status: http.StatusUnauthorized},
		"context":            {Kind: llm.ErrContextTooLong, Status: http.StatusBadRequest},
		"html":               {Kind: llm.ErrProtocol, Status: http.StatusOK},
		"tokens-1+close":     {Kind: llm.ErrTruncated},
		"tokens-1+error":     {Kind: llm.ErrOverloaded, Status: http.StatusServiceUnavailable},
		"tokens-1+reset":     {Kind: llm.ErrTruncated},
		"tokens-1+malformed": {Kind: llm.ErrProtocol},
	} {
		t.Run(script, func(t *testing.T) {
			t.Parallel()
			e := llm.AsError(llmtest.Collect(t.Context(), provider.Model(script), llmtest.Hello()).Err)
			if e == nil {
				t.Fatal("no error")
			}
			if diff := cmp.Diff(want, llm.Error{Kind: e.Kind, Status: e.Status, RetryAfter: e.RetryAfter}); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}
