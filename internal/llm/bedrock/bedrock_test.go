package bedrock_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"parley/internal/llm"
	"parley/internal/llm/bedrock"
	"parley/internal/llm/eventstream"
	"parley/internal/llm/llmtest"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
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

// TestSignature signs what arrived once more and compares, as AWS does.
func TestSignature(t *testing.T) {
	t.Parallel()
	server := serve(t, ok)
	provider := server.provider(func(c *bedrock.Config) {
		c.Region, c.AccessKey, c.SecretKey = "eu-central-1", "AKIDEXAMPLE", llm.NewSecret("secret-key")
		c.SessionToken = llm.NewSecret("session-token")
	})
	ask(t, provider.Model("arn:aws:bedrock:eu-central-1:123456789012:inference-profile/"+claude), nil)
	got := server.last(t)
	if want := "/model/arn%3Aaws%3Abedrock%3Aeu-central-1%3A123456789012%3Ainference-profile%2F" +
		strings.ReplaceAll(claude, ":", "%3A") + "/converse-stream"; got.path != want {
		t.Errorf("the path is %s, want %s", got.path, want)
	}
	when, err := time.Parse("20060102T150405Z", got.header.Get("X-Amz-Date"))
	if err != nil {
		t.Fatal(err)
	}
	again, err := http.NewRequestWithContext(t.Context(), http.MethodPost, server.URL+got.path, strings.NewReader(string(got.raw)))
	if err != nil {
		t.Fatal(err)
	}
	_, signed, _ := strings.Cut(got.header.Get("Authorization"), "SignedHeaders=")
	signed, _, _ = strings.Cut(signed, ",")
	for name := range strings.SplitSeq(signed, ";") {
		if value := got.header.Get(name); value != "" && name != "x-amz-date" {
			again.Header.Set(name, value)
		}
	}
	sum := sha256.Sum256(got.raw)
	credentials := aws.Credentials{AccessKeyID: "AKIDEXAMPLE", SecretAccessKey: "secret-key", SessionToken: "session-token"}
	err = v4.NewSigner().SignHTTP(t.Context(), credentials, again, hex.EncodeToString(sum[:]), "bedrock", "eu-central-1", when)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(again.Header.Get("Authorization"), got.header.Get("Authorization")); diff != "" {
		t.Errorf("signature (-of what arrived +sent)\n%s", diff)
	}
}

func TestSignIn(t *testing.T) {
	t.Parallel()
	server := serve(t, ok)
	ask(t, server.provider(func(c *bedrock.Config) { c.Key = llm.NewSecret("api-key") }).Model(claude), nil)
	if got := server.last(t).header.Get("Authorization"); got != "Bearer api-key" {
		t.Errorf("with a key: %q", got)
	}
	ask(t, server.provider(nil).Model(claude), nil)
	if got := server.last(t).header.Get("Authorization"); got != "" {
		t.Errorf("with nothing: %q", got)
	}
}

// TestAmbient reads a profile of the shared files and, where it has no
// credentials, says nothing of the server.
func TestAmbient(t *testing.T) {
	folder := t.TempDir()
	file := filepath.Join(folder, "credentials")
	text := "[work]\naws_access_key_id = AKIDWORK\naws_secret_access_key = from-the-file\nregion = ap-south-1\n"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("AWS_SHARED_CREDENTIALS_FILE", file)
	t.Setenv("AWS_CONFIG_FILE", filepath.Join(folder, "none"))
	t.Setenv("AWS_EC2_METADATA_DISABLED", "true")
	server := serve(t, ok)
	ask(t, server.provider(func(c *bedrock.Config) { c.Ambient, c.Profile = true, "work" }).Model(claude), nil)
	if got := server.last(t).header.Get("Authorization"); !strings.Contains(got, "Credential=AKIDWORK/") || !strings.Contains(got, "/ap-south-1/bedrock/") {
		t.Errorf("with a profile: %q", got)
	}
	missing := server.provider(func(c *bedrock.Config) { c.Ambient, c.Profile = true, "missing" })
	a := llmtest.Collect(t.Context(), missing.Model(claude), llmtest.Hello())
	if failure := llm.AsError(a.Err); failure.Kind != llm.ErrAuth || strings.Contains(failure.Message, folder) {
		t.Errorf("without a profile: %v", a.Err)
	}
	t.Setenv("AWS_BEARER_TOKEN_BEDROCK", "from-the-environment")
	ask(t, server.provider(func(c *bedrock.Config) { c.Ambient = true }).Model(claude), nil)
	if got := server.last(t).header.Get("Authorization"); got != "Bearer from-the-environment" {
		t.Errorf("with a token in the environment: %q", got)
	}
}

// TestSecretsInErrors: AWS repeats what was signed, the session token included.
func TestSecretsInErrors(t *testing.T) {
	t.Parallel()
	server := serve(t, refuse(http.StatusForbidden, "InvalidSignatureException",
		"The canonical string should have been x-amz-security-token:session-canary secret-canary"))
	provider := server.provider(func(c *bedrock.Config) {
		c.AccessKey, c.SecretKey, c.SessionToken = "AKID", llm.NewSecret("secret-canary"), llm.NewSecret("session-canary")
	})
	a := llmtest.Collect(t.Context(), provider.Model(claude), llmtest.Hello())
	failure := llm.AsError(a.Err)
	if failure.Kind != llm.ErrAuth || failure.Code != "InvalidSignatureException" || strings.Contains(failure.Message, "canary") {
		t.Errorf("%+v", failure)
	}
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

func draft(t *testing.T, p *bedrock.Provider, id string, request llm.Request) (map[string]any, []string) {
	t.Helper()
	drafter, isDrafter := p.Model(id).(interface {
		Draft(request llm.Request) ([]byte, []string, error)
	})
	if !isDrafter {
		t.Fatal("the model writes no drafts")
	}
	raw, notices, err := drafter.Draft(request)
	if err != nil {
		t.Fatal(err)
	}
	var body map[string]any
	if err := json.Unmarshal(raw, &body); err != nil {
		t.Fatal(err)
	}
	return body, notices
}

func object(t *testing.T, text string) map[string]any {
	t.Helper()
	var value map[string]any
	if err := json.Unmarshal([]byte(text), &value); err != nil {
		t.Fatal(err)
	}
	return value
}

func TestParameters(t *testing.T) {
	t.Parallel()
	half, five, many := 0.5, 5, 4000
	schema := json.RawMessage(`{"type":"object"}`)
	tests := []struct {
		name, model string
		params      llm.Params
		want        string // without messages
		notices     []string
	}{
		{
			"Claude with a budget", claude,
			llm.Params{Effort: "medium", MaxTokens: &many, TopK: &five},
			`{"inferenceConfig":{"maxTokens":4000},"additionalModelRequestFields":{"thinking":{"type":"enabled","budget_tokens":2000}}}`,
			[]string{"top_k"},
		},
		{
			"Claude that adapts", "global.anthropic.claude-opus-4-6-v1",
			llm.Params{Effort: "high"},
			`{"additionalModelRequestFields":{"thinking":{"type":"adaptive"},"output_config":{"effort":"high"}}}`, nil,
		},
		{"Claude with one of two", claude, llm.Params{Temperature: &half, TopP: &half}, `{"inferenceConfig":{"temperature":0.5}}`, []string{"top_p"}},
		{
			"Nova", "us.amazon.nova-2-lite-v1:0",
			llm.Params{Effort: "high", Temperature: &half},
			`{"additionalModelRequestFields":{"reasoningConfig":{"type":"enabled","maxReasoningEffort":"high"}}}`,
			[]string{"temperature"},
		},
		{"Nova's top_k", "amazon.nova-lite-v1:0", llm.Params{TopK: &five}, `{"additionalModelRequestFields":{"inferenceConfig":{"topK":5}}}`, nil},
		{
			"Cohere", "cohere.command-r-v1:0",
			llm.Params{TopK: &five, FrequencyPenalty: &half},
			`{"additionalModelRequestFields":{"k":5,"frequency_penalty":0.5}}`, nil,
		},
		{
			"gpt-oss", "openai.gpt-oss-120b-1:0",
			llm.Params{Effort: "low", ReasoningTokens: &five},
			`{"additionalModelRequestFields":{"reasoning_effort":"low"}}`,
			[]string{"reasoning tokens"},
		},
		{
			"Llama", "us.meta.llama3-3-70b-instruct-v1:0",
			llm.Params{Effort: "low", TopK: &five, Verbosity: "low", Logprobs: &five},
			`{}`,
			[]string{"reasoning_effort", "top_k", "verbosity", "logprobs"},
		},
		{"tier", claude, llm.Params{ServiceTier: "flex"}, `{"serviceTier":{"type":"flex"}}`, nil},
		{
			"schema", claude,
			llm.Params{Schema: schema},
			`{"outputConfig":{"textFormat":{"type":"json_schema","structure":{"jsonSchema":{"name":"answer","schema":"{\"type\":\"object\"}"}}}}}`, nil,
		},
		{
			"schema in words", "amazon.nova-lite-v1:0",
			llm.Params{Schema: schema},
			`{"system":[{"text":"Answer with nothing but a JSON value that matches this JSON schema:\n{\"type\":\"object\"}"}]}`, nil,
		},
		{
			"added and dropped", claude,
			llm.Params{
				Temperature: &half, MaxTokens: &many, Effort: "low",
				Extra: map[string]json.RawMessage{
					"additionalModelRequestFields": json.RawMessage(`{"anthropic_beta":["x"]}`),
					"performanceConfig":            json.RawMessage(`{"latency":"optimized"}`),
				}, Drop: []string{"max_tokens"},
			},
			`{"performanceConfig":{"latency":"optimized"},"additionalModelRequestFields":{"anthropic_beta":["x"],"thinking":{"type":"enabled","budget_tokens":2048}}}`,
			[]string{"temperature"},
		},
	}
	for _, test := range tests {
		request := llmtest.Hello()
		request.Params = test.params
		body, notices := draft(t, bedrock.New(bedrock.Config{}), test.model, request)
		delete(body, "messages")
		if diff := cmp.Diff(object(t, test.want), body); diff != "" {
			t.Errorf("%s (-want +got)\n%s", test.name, diff)
		}
		for _, name := range test.notices {
			if !slices.ContainsFunc(notices, func(n string) bool { return strings.Contains(n, `"`+name+`"`) }) {
				t.Errorf("%s: nothing says that %s was left out: %q", test.name, name, notices)
			}
		}
		if len(notices) != len(test.notices) {
			t.Errorf("%s: %q", test.name, notices)
		}
	}
}

func TestConversation(t *testing.T) {
	t.Parallel()
	history := []llm.Message{
		{Role: llm.RoleUser, Parts: []llm.Part{
			{Type: llm.PartFile, Media: &llm.Media{MIME: "application/pdf", Name: "q1_report  (v2).pdf", Data: []byte("a")}},
			{Type: llm.PartFile, Media: &llm.Media{MIME: "text/x-go", Name: "q1 report (v2).go", Data: []byte("b")}},
			{Type: llm.PartImage, Media: &llm.Media{MIME: "image/png", URL: "s3://bucket/a.png"}},
			{Type: llm.PartImage, Media: &llm.Media{MIME: "image/tiff", Name: "scan", Data: []byte("c")}},
			{Type: llm.PartImage, Media: &llm.Media{MIME: "image/png", Name: "far", URL: "https://example.test/a.png"}},
		}},
		{Role: llm.RoleAssistant, Parts: []llm.Part{{Type: llm.PartToolCall, Call: &llm.ToolCall{ID: "c1", Name: "see", Arguments: `{"a":1}`}}}},
		{Role: llm.RoleTool, Parts: []llm.Part{
			{Type: llm.PartToolResult, Result: &llm.ToolResult{CallID: "c1", Content: "seen", IsError: true}},
			{Type: llm.PartImage, Media: &llm.Media{MIME: "image/jpeg", Data: []byte("d")}},
		}},
		{Role: llm.RoleUser, Parts: []llm.Part{{Type: llm.PartText, Text: "And?"}}},
	}
	request := llm.Request{Messages: history, Tools: []llm.Tool{{Name: "see"}}}
	first := `{"role":"user","content":[
		{"document":{"format":"pdf","name":"q1 report (v2)","source":{"bytes":"YQ=="}}},
		{"document":{"format":"txt","name":"q1 report (v2) 2","source":{"bytes":"Yg=="}}},
		{"image":{"format":"png","source":{"s3Location":{"uri":"s3://bucket/a.png"}}}},{"text":"…"}]}`
	call := `{"role":"assistant","content":[{"toolUse":{"toolUseId":"c1","name":"see","input":{"a":1}}}]}`
	for model, want := range map[string]string{
		claude: `[` + first + `,` + call + `,{"role":"user","content":[{"toolResult":{"toolUseId":"c1","status":"error","content":[
			{"text":"seen"},{"image":{"format":"jpeg","source":{"bytes":"ZA=="}}}]}},{"text":"And?"}]}]`,
		"mistral.mistral-large-2407-v1:0": `[` + first + `,` + call + `,{"role":"user","content":[{"toolResult":{"toolUseId":"c1","content":[
			{"text":"Error: seen"}]}},{"image":{"format":"jpeg","source":{"bytes":"ZA=="}}},{"text":"And?"}]}]`,
		"deepseek.r1-v1:0": `[` + first + `,{"role":"assistant","content":[{"text":"Called the tool see with {\"a\":1}."}]},{"role":"user","content":[
			{"text":"The tool see returned:\nseen"},{"image":{"format":"jpeg","source":{"bytes":"ZA=="}}},{"text":"And?"}]}]`,
	} {
		body, notices := draft(t, bedrock.New(bedrock.Config{}), model, request)
		if diff := cmp.Diff(object(t, `{"m":`+want+`}`)["m"], body["messages"]); diff != "" {
			t.Errorf("%s (-want +got)\n%s", model, diff)
		}
		if text := strings.Join(notices, " "); !strings.Contains(text, "image/tiff") || !strings.Contains(text, `"far"`) {
			t.Errorf("%s: %q", model, notices)
		}
	}
}

func TestCacheMarks(t *testing.T) {
	t.Parallel()
	request := llmtest.Hello()
	request.System, request.Cache, request.Tools = "Be brief.", true, []llm.Tool{{Name: "now"}}
	for range 2 {
		request.Messages = append(request.Messages,
			llm.Message{Role: llm.RoleAssistant, Parts: []llm.Part{{Type: llm.PartText, Text: "Hi"}}}, llmtest.Hello().Messages[0])
	}
	for model, want := range map[string]int{claude: 4, "amazon.nova-pro-v1:0": 3, "us.meta.llama4-scout-17b-instruct-v1:0": 0} {
		body, _ := draft(t, bedrock.New(bedrock.Config{}), model, request)
		raw, _ := json.Marshal(body)
		if got := strings.Count(string(raw), "cachePoint"); got != want {
			t.Errorf("%s: %d marks, want %d: %s", model, got, want, raw)
		}
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
