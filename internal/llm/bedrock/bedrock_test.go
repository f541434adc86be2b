package bedrock_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"parley/internal/llm"
	"parley/internal/llm/bedrock"
	"parley/internal/llm/eventstream"
	"parley/internal/llm/llmtest"

	"github.com/google/go-cmp/cmp"
)

const claude = "us.anthropic.claude-sonnet-4-5-20250929-v1:0"

// sent is one request that the server got.
type sent struct {
	path   string // as it was escaped
	header http.Header
	body   map[string]any
	raw    []byte
}

// fake answers by its list of answers, the last one for ever.
type fake struct {
	*httptest.Server
	mu       sync.Mutex
	requests []sent
	answers  []http.HandlerFunc
}

func serve(t *testing.T, answers ...http.HandlerFunc) *fake {
	t.Helper()
	f := &fake{answers: answers}
	f.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		raw, _ := io.ReadAll(r.Body)
		s := sent{path: r.URL.EscapedPath(), header: r.Header.Clone(), raw: raw}
		_ = json.Unmarshal(raw, &s.body)
		f.mu.Lock()
		f.requests = append(f.requests, s)
		answer := f.answers[0]
		if len(f.answers) > 1 {
			f.answers = f.answers[1:]
		}
		f.mu.Unlock()
		answer(w, r)
	}))
	t.Cleanup(f.Close)
	return f
}

func (f *fake) last(t *testing.T) sent {
	t.Helper()
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.requests) == 0 {
		t.Fatal("nothing was sent")
	}
	return f.requests[len(f.requests)-1]
}

func stream(body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/vnd.amazon.eventstream")
		_, _ = io.WriteString(w, body)
	}
}

func refuse(status int, code, message string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X-Amzn-Errortype", code+":http://example.test/")
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		_ = json.NewEncoder(w).Encode(map[string]string{"message": message})
	}
}

func event(kind, payload string) string {
	return string(eventstream.Append(nil, []byte(payload), eventstream.Header{Name: ":event-type", Value: kind},
		eventstream.Header{Name: ":message-type", Value: "event"}))
}

func end(reason string) string {
	return event("messageStop", `{"stopReason":"`+reason+`"}`) + event("metadata", `{"usage":{"inputTokens":1,"outputTokens":2}}`)
}

var ok = stream(llmtest.Converse().Text("ok"))

func (f *fake) provider(change func(*bedrock.Config)) *bedrock.Provider {
	config := bedrock.Config{BaseURL: f.URL, Client: f.Client()}
	if change != nil {
		change(&config)
	}
	return bedrock.New(config)
}

// ask sends a request and returns the answer, which has to be complete.
func ask(t *testing.T, model llm.Model, change func(*llm.Request)) llmtest.Answer {
	t.Helper()
	request := llmtest.Hello()
	if change != nil {
		change(&request)
	}
	a := llmtest.Collect(t.Context(), model, request)
	if a.Err != nil || a.Broken != "" {
		t.Fatalf("%v %s", a.Err, a.Broken)
	}
	return a
}

func TestErrors(t *testing.T) {
	t.Parallel()
	exception := func(kind, payload string) http.HandlerFunc {
		return stream(string(eventstream.Append(nil, []byte(payload), eventstream.Header{Name: ":message-type", Value: "exception"},
			eventstream.Header{Name: ":exception-type", Value: kind})))
	}
	tests := []struct {
		name   string
		answer http.HandlerFunc
		want   llm.ErrorKind
	}{
		{"throttled", refuse(429, "ThrottlingException", "Too many requests, please wait before trying again."), llm.ErrRateLimited},
		{"not ready", refuse(429, "ModelNotReadyException", "The model is not ready."), llm.ErrRateLimited},
		{"quota", refuse(400, "ServiceQuotaExceededException", "You have reached a limit."), llm.ErrQuota},
		{"too long", refuse(400, "ValidationException", "Input is too long for requested model."), llm.ErrContextTooLong},
		{"no such model", refuse(404, "ResourceNotFoundException", "Could not resolve it."), llm.ErrModelNotFound},
		{"no access", refuse(403, "AccessDeniedException", "You don't have access to the model."), llm.ErrAuth},
		{"expired", refuse(403, "ExpiredTokenException", "The security token included in the request is expired"), llm.ErrAuth},
		{"model failed", refuse(424, "ModelErrorException", "The model failed."), llm.ErrServer},
		{"model timed out", refuse(408, "ModelTimeoutException", "It took too long."), llm.ErrTimeout},
		{"unavailable", refuse(503, "ServiceUnavailableException", "Later."), llm.ErrOverloaded},
		{"throttled in stream", exception("throttlingException", `{"message":"Too many tokens"}`), llm.ErrRateLimited},
		{"invalid in stream", exception("validationException", `{"message":"Input is too long for requested model."}`), llm.ErrContextTooLong},
		{"failed in stream", exception("modelStreamErrorException", `{"message":"x","originalStatusCode":529}`), llm.ErrOverloaded},
		{"internal in stream", exception("internalServerException", ``), llm.ErrServer},
		{"timed out in stream", exception("modelTimeoutException", `{"message":"slow"}`), llm.ErrTimeout},
	}
	for _, test := range tests {
		server := serve(t, test.answer)
		provider := server.provider(func(c *bedrock.Config) { c.Limits.Retries = -1 })
		a := llmtest.Collect(t.Context(), provider.Model(claude), llmtest.Hello())
		if failure := llm.AsError(a.Err); failure == nil || failure.Kind != test.want || failure.Message == "" || failure.Code == "" {
			t.Errorf("%s: %+v, want %s", test.name, failure, test.want)
		}
	}
}

// TestLearns: what a model refuses is left out, with a word to the user, and not
// sent again.
func TestLearns(t *testing.T) {
	t.Parallel()
	whole := func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, llmtest.Converse().Whole("ok")) }
	server := serve(t,
		refuse(400, "ValidationException", "This model doesn't support the system prompt."),
		refuse(400, "ValidationException", "This model doesn't support tool use in streaming mode."),
		refuse(400, "ValidationException", "This model doesn't support the toolConfig.toolChoice.any field. Remove toolConfig.toolChoice.any and try again."),
		refuse(400, "ValidationException", "This model doesn't support the stopSequences field. Remove stopSequences and try again."),
		whole)
	model := server.provider(nil).Model("acme.parrot-v1:0")
	change := func(r *llm.Request) {
		r.System, r.ToolChoice, r.Params.Stop = "Be brief.", "required", []string{"END"}
		r.Tools = []llm.Tool{{Name: "now"}}
	}
	for want := range 2 {
		a := ask(t, model, change)
		if a.Text() != "ok" || len(a.Notices) != 2 {
			t.Errorf("%q with %q", a.Text(), a.Notices)
		}
		got := server.last(t)
		if calls := len(server.requests); calls != 5+want {
			t.Errorf("%d calls", calls)
		}
		text := string(got.raw)
		if !strings.HasSuffix(got.path, "/converse") || got.body["system"] != nil || !strings.Contains(text, "Be brief.") ||
			strings.Contains(text, "toolChoice") || strings.Contains(text, "END") || !strings.Contains(text, `"now"`) {
			t.Errorf("sent to %s: %s", got.path, text)
		}
	}
	// Another refusal is told, once.
	server = serve(t, refuse(400, "ValidationException", "The number of toolResult blocks is wrong."))
	a := llmtest.Collect(t.Context(), server.provider(nil).Model(claude), llmtest.Hello())
	if llm.AsError(a.Err).Kind != llm.ErrBadRequest || len(server.requests) != 1 {
		t.Errorf("%v after %d calls", a.Err, len(server.requests))
	}
}

// TestRemoteTools: what Nova ran itself is shown, and goes back as it came.
func TestRemoteTools(t *testing.T) {
	t.Parallel()
	server := serve(t, stream(event("messageStart", `{"role":"assistant"}`)+
		event("contentBlockStart", `{"contentBlockIndex":0,"start":{"toolUse":{"name":"nova_code_interpreter","toolUseId":"t1","type":"server_tool_use"}}}`)+
		event("contentBlockDelta", `{"contentBlockIndex":0,"delta":{"toolUse":{"input":"{\"snippet\":\"6*7\"}"}}}`)+
		event("contentBlockStop", `{"contentBlockIndex":0}`)+
		event("contentBlockStart", `{"contentBlockIndex":1,"start":{"toolResult":{"status":"success","toolUseId":"t1","type":"nova_code_interpreter_result"}}}`)+
		event("contentBlockDelta", `{"contentBlockIndex":1,"delta":{"toolResult":[{"json":{"stdOut":"42","stdErr":"","exitCode":0}}]}}`)+
		event("contentBlockStop", `{"contentBlockIndex":1}`)+
		event("contentBlockDelta", `{"contentBlockIndex":2,"delta":{"text":"It is 42."}}`)+
		event("contentBlockDelta", `{"contentBlockIndex":2,"delta":{"citation":{"location":{"web":{"url":"https://example.test/42","domain":"example.test"}}}}}`)+
		event("contentBlockStop", `{"contentBlockIndex":2}`)+end("end_turn")))
	model := server.provider(nil).Model("us.amazon.nova-2-lite-v1:0")
	remote := func(r *llm.Request) {
		r.Remote = []llm.RemoteTool{{Name: llm.RemoteCode}, {Name: llm.RemoteFileSearch}}
	}
	a := ask(t, model, remote)
	if len(a.Parts) != 4 || len(a.Notices) != 1 || a.Reason != llm.FinishStop {
		t.Fatalf("%+v", a)
	}
	call, result, source := a.Parts[0].Call, a.Parts[1].Result, a.Parts[3].Source
	if !call.Remote || call.Arguments != `{"snippet":"6*7"}` || result.Content != "42" || result.CallID != "t1" ||
		result.Name != "nova_code_interpreter" || source.URL != "https://example.test/42" {
		t.Errorf("%+v %+v %+v", call, result, source)
	}
	ask(t, model, func(r *llm.Request) {
		remote(r)
		r.Messages = append(r.Messages, llm.Message{Role: llm.RoleAssistant, Parts: a.Parts}, r.Messages[0])
	})
	messages, _ := server.last(t).body["messages"].([]any)
	want := object(t, `{"role":"assistant","content":[
		{"toolUse":{"toolUseId":"t1","name":"nova_code_interpreter","type":"server_tool_use","input":{"snippet":"6*7"}}},
		{"toolResult":{"toolUseId":"t1","status":"success","type":"nova_code_interpreter_result","content":[{"json":{"stdOut":"42","stdErr":"","exitCode":0}}]}},
		{"text":"It is 42."}]}`)
	if diff := cmp.Diff(any(want), messages[1]); diff != "" {
		t.Errorf("sent back (-want +got)\n%s", diff)
	}
}

func TestGuardrail(t *testing.T) {
	t.Parallel()
	server := serve(t, stream(event("contentBlockDelta", `{"contentBlockIndex":0,"delta":{"text":"No."}}`)+
		event("messageStop", `{"stopReason":"guardrail_intervened"}`)+
		event("metadata", `{"usage":{"inputTokens":1,"outputTokens":2},"trace":{"guardrail":{"inputAssessment":{"g":{"topicPolicy":{"topics":[
			{"name":"Investment","type":"DENY","action":"BLOCKED"}]},"sensitiveInformationPolicy":{"piiEntities":[
			{"type":"EMAIL","match":"me@example.test","action":"ANONYMIZED"},{"type":"NAME","match":"Me","action":"NONE"}]}}}}}}`)))
	provider := server.provider(func(c *bedrock.Config) {
		c.Guardrail = &bedrock.Guardrail{ID: "g", Version: "1", Trace: "enabled", Mode: "async"}
	})
	a := ask(t, provider.Model(claude), nil)
	want := []string{"A guardrail intervened: EMAIL, Investment."}
	if diff := cmp.Diff(want, a.Notices); diff != "" || a.Reason != llm.FinishFilter {
		t.Errorf("%s, notices (-want +got)\n%s", a.Reason, diff)
	}
	config := object(t, `{"guardrailIdentifier":"g","guardrailVersion":"1","trace":"enabled","streamProcessingMode":"async"}`)
	if diff := cmp.Diff(any(config), server.last(t).body["guardrailConfig"]); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// TestMedia: a picture that comes in pieces is one part; more than fits ends the
// answer.
func TestMedia(t *testing.T) {
	t.Parallel()
	start := event("contentBlockStart", `{"contentBlockIndex":0,"start":{"image":{"format":"jpeg"}}}`)
	piece := func(data string) string {
		return event("contentBlockDelta", `{"contentBlockIndex":0,"delta":{"image":{"source":{"bytes":"`+data+`"}}}}`)
	}
	server := serve(t, stream(start+piece("YWI=")+piece("Y2Q=")+event("contentBlockStop", `{"contentBlockIndex":0}`)+end("end_turn")))
	a := ask(t, server.provider(nil).Model("m"), nil)
	if len(a.Parts) != 1 || string(a.Parts[0].Media.Data) != "abcd" || a.Parts[0].Media.MIME != "image/jpeg" {
		t.Errorf("%+v", a.Parts)
	}
	large := piece(strings.Repeat("YWJj", 4<<20)) // 12 MiB
	server = serve(t, stream(start+large+large+large+end("end_turn")))
	b := llmtest.Collect(t.Context(), server.provider(nil).Model("m"), llmtest.Hello())
	if b.Err == nil || llm.AsError(b.Err).Kind != llm.ErrProtocol {
		t.Errorf("36 MiB of picture: %v", b.Err)
	}
}

// TestVendors: reasoning that one vendor's model signed is not shown to
// another's.
func TestVendors(t *testing.T) {
	t.Parallel()
	server := serve(t, stream(llmtest.Converse().Reasoning))
	provider := server.provider(nil)
	parts := ask(t, provider.Model(claude), nil).Parts
	parts[0].Protocol = bedrock.Protocol
	for model, want := range map[string]bool{"anthropic.claude-opus-4-6-v1": true, "us.amazon.nova-2-lite-v1:0": false} {
		ask(t, provider.Model(model), func(r *llm.Request) {
			r.Messages = append(r.Messages, llm.Message{Role: llm.RoleAssistant, Parts: parts}, r.Messages[0])
		})
		if got := strings.Contains(string(server.last(t).raw), "reasoningContent"); got != want {
			t.Errorf("%s gets it: %v", model, got)
		}
	}
}

func TestListModels(t *testing.T) {
	t.Parallel()
	answer := func(text string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, text) }
	}
	models := answer(`{"modelSummaries":[{"modelId":"amazon.nova-pro-v1:0","inferenceTypesSupported":["ON_DEMAND"]},
		{"modelId":"anthropic.claude-sonnet-4-5","inferenceTypesSupported":["INFERENCE_PROFILE"]},
		{"modelId":"cohere.rerank-v3-5:0","inferenceTypesSupported":["ON_DEMAND"]}]}`)
	server := serve(t, models,
		answer(`{"inferenceProfileSummaries":[{"inferenceProfileId":"us.anthropic.claude-sonnet-4-5","type":"SYSTEM_DEFINED"}],"nextToken":"more"}`),
		answer(`{"inferenceProfileSummaries":[{"inferenceProfileId":"abc","inferenceProfileArn":"arn:aws:bedrock:x:1:application-inference-profile/abc","type":"APPLICATION"}]}`))
	got, err := server.provider(nil).ListModels(t.Context())
	want := []string{"amazon.nova-pro-v1:0", "arn:aws:bedrock:x:1:application-inference-profile/abc", "us.anthropic.claude-sonnet-4-5"}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("%v (-want +got)\n%s", err, diff)
	}
	server = serve(t, models, refuse(403, "AccessDeniedException", "no"))
	if got, err := server.provider(nil).ListModels(t.Context()); err != nil || len(got) != 1 {
		t.Errorf("without the right to list profiles: %v, %v", got, err)
	}
	server = serve(t, refuse(403, "AccessDeniedException", "no"))
	if _, err := server.provider(nil).ListModels(context.Background()); llm.AsError(err).Kind != llm.ErrAuth {
		t.Errorf("without any right: %v", err)
	}
}

// TestProfiles: a model is called by the profile that stands for it, and keeps
// its own traits.
func TestProfiles(t *testing.T) {
	t.Parallel()
	server := serve(t, ok)
	provider := server.provider(func(c *bedrock.Config) {
		c.Profiles = map[string]string{"anthropic.claude-sonnet-4-5": "arn:aws:bedrock:x:1:application-inference-profile/abc"}
	})
	ask(t, provider.Model("anthropic.claude-sonnet-4-5"), func(r *llm.Request) { r.Params.Effort = "low" })
	got := server.last(t)
	if !strings.Contains(got.path, "application-inference-profile%2Fabc/") || !strings.Contains(string(got.raw), "budget_tokens") {
		t.Errorf("%s %s", got.path, got.raw)
	}
}
