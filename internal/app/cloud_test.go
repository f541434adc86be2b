package app_test

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"parley/internal/app/apptest"
	"parley/internal/chat"
	"parley/internal/kit/id"
	"parley/internal/llm/llmtest/upstream"
)

// cloud is a scripted provider behind the addresses that the clouds have, and
// the requests that came to them.
type cloud struct {
	URL      string
	provider *upstream.Server
	mu       sync.Mutex
	seen     []*http.Request
}

func newCloud(t *testing.T) *cloud {
	t.Helper()
	c := &cloud{provider: upstream.New(upstream.Options{Default: "tokens-5"})}
	server := httptest.NewServer(c)
	t.Cleanup(server.Close)
	t.Cleanup(c.provider.Close)
	c.URL = server.URL
	return c
}

var deployments = regexp.MustCompile(`^/openai/deployments/[^/]+/`)

func (c *cloud) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/token" {
		_ = r.ParseForm()
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"access_token":"made-of-`+r.Form.Get("grant_type")+`","token_type":"Bearer","expires_in":3600}`)
		return
	}
	c.mu.Lock()
	c.seen = append(c.seen, r.Clone(r.Context()))
	c.mu.Unlock()
	r.URL.Path = deployments.ReplaceAllString(r.URL.Path, "/v1/")
	c.provider.ServeHTTP(w, r)
}

// last is the last request for an answer, and its body.
func (c *cloud) last(t *testing.T) (*http.Request, string) {
	t.Helper()
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, r := range slices.Backward(c.seen) {
		if r.Method == http.MethodPost {
			calls := c.provider.Calls()
			return r, string(calls[len(calls)-1].Body)
		}
	}
	t.Fatal("nothing was asked")
	return nil, ""
}

// serveCloud runs the program with a configuration and an environment, and
// returns its administrator.
func serveCloud(t *testing.T, config string, variables ...string) *apptest.Client {
	t.Helper()
	file := filepath.Join(t.TempDir(), "parley.yaml")
	if err := os.WriteFile(file, []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	data := t.TempDir()
	command(t, data, "user", "create", "--email", "admin@example.com", "--password", apptest.Password.Reveal(), "--admin")
	key := strings.TrimSpace(command(t, data, "key", "create", "--user", "admin@example.com"))
	return apptest.ServeWith(t, variables, data, "--config", file).As(key)
}

// answered asks a model and wants its answer.
func answered(t *testing.T, c *apptest.Client, model string) {
	t.Helper()
	m := c.Finish(t, c.Send(t, id.New(), object{"text": "hello", "model": model}))
	if m.Status != chat.StatusComplete || m.Text() != upstream.Text(5) {
		t.Errorf("%s: %s with %+v", model, m.Status, m.Parts)
	}
}

func wantRequest(t *testing.T, r *http.Request, address string, headers map[string]string) {
	t.Helper()
	if got := r.URL.EscapedPath() + "?" + r.URL.RawQuery; got != address {
		t.Errorf("asked %s, want %s", got, address)
	}
	for name, want := range headers {
		if got := r.Header.Get(name); !regexp.MustCompile("^(" + want + ")$").MatchString(got) {
			t.Errorf("the header %s is %q, want %q", name, got, want)
		}
	}
}

// Models of Azure OpenAI are deployments of several instances, each with its own
// key, version and headers. Those that reason are asked by Responses, where the
// instance has it.
func TestAzureFromTheFile(t *testing.T) {
	t.Parallel()
	to := newCloud(t)
	c := serveCloud(t, fmt.Sprintf(`
endpoints:
  azureOpenAI:
    titleConvo: false
    groups:
      - group: new
        apiKey: key-of-new
        baseURL: %[1]s/openai/v1
        models: {gpt-5: {deploymentName: thinker}}
      - group: dated
        apiKey: key-of-dated
        baseURL: %[1]s/openai/deployments/${DEPLOYMENT_NAME}
        version: 2024-10-21
        additionalHeaders: {X-Team: blue}
        addParams: {temperature: 0.25}
        models: {gpt-4o: {deploymentName: our-4o}}
`, to.URL))
	answered(t, c, "azureOpenAI/gpt-5")
	r, body := to.last(t)
	wantRequest(t, r, "/openai/v1/responses?", map[string]string{"Api-Key": "key-of-new", "Authorization": "", "X-Team": ""})
	if !strings.Contains(body, `"model":"thinker"`) || !strings.Contains(body, `"reasoning.encrypted_content"`) {
		t.Errorf("sent %s", body)
	}
	answered(t, c, "azure/gpt-4o")
	r, body = to.last(t)
	wantRequest(t, r, "/openai/deployments/our-4o/chat/completions?api-version=2024-10-21",
		map[string]string{"Api-Key": "key-of-dated", "X-Team": "blue"})
	if !strings.Contains(body, `"temperature":0.25`) {
		t.Errorf("sent %s", body)
	}
}

// Calls of Bedrock are signed for their region and service; an inference profile
// and a guardrail are taken from the file.
func TestBedrockFromTheEnvironment(t *testing.T) {
	t.Parallel()
	to := newCloud(t)
	const profile = "arn:aws:bedrock:eu-central-1:1:application-inference-profile/x"
	c := serveCloud(t, `
endpoints:
  bedrock:
    titleConvo: false
    inferenceProfiles:
      "anthropic.claude-sonnet-4-5-20250929-v1:0": "`+profile+`"
    guardrailConfig: {guardrailIdentifier: guard, guardrailVersion: "2"}
`, "BEDROCK_AWS_DEFAULT_REGION=eu-central-1", "BEDROCK_AWS_ACCESS_KEY_ID=AKIAEXAMPLE", "BEDROCK_AWS_SECRET_ACCESS_KEY=secret",
		"BEDROCK_AWS_SESSION_TOKEN=session", "BEDROCK_REVERSE_PROXY="+to.URL,
		"BEDROCK_AWS_MODELS=anthropic.claude-sonnet-4-5-20250929-v1:0")
	answered(t, c, "bedrock/anthropic.claude-sonnet-4-5-20250929-v1:0")
	r, body := to.last(t)
	wantRequest(t, r, "/model/arn%3Aaws%3Abedrock%3Aeu-central-1%3A1%3Aapplication-inference-profile%2Fx/converse-stream?", map[string]string{
		"Authorization": `AWS4-HMAC-SHA256 Credential=AKIAEXAMPLE/\d{8}/eu-central-1/bedrock/aws4_request, ` +
			`SignedHeaders=[a-z;-]*\bhost;x-amz-date;x-amz-security-token, Signature=[0-9a-f]{64}`,
		"X-Amz-Date": `\d{8}T\d{6}Z`, "X-Amz-Security-Token": "session",
	})
	if !strings.Contains(body, `"guardrailIdentifier":"guard"`) || strings.Contains(body, "secret") {
		t.Errorf("sent %s", body)
	}
}

// Vertex AI is connected in the app by the key of a service account, for which a
// token is fetched; Gemini and Claude are called in the project and location.
func TestVertexFromTheApp(t *testing.T) {
	t.Parallel()
	to := newCloud(t)
	c := serveCloud(t, "server: {}\n")
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	account, err := json.Marshal(map[string]string{
		"type": "service_account", "project_id": "of-the-key", "client_email": "p@example.com", "token_uri": to.URL + "/token",
		"private_key": string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private})),
	})
	if err != nil {
		t.Fatal(err)
	}
	c.Want(t, http.StatusOK, "POST", "/api/providers?force=true", object{
		"name": "cloud", "kind": "vertex", "baseUrl": to.URL, "key": string(account), "models": []string{"gemini-3-pro-preview"},
		"options": object{"region": "europe-west4", "project": "ours"},
	})
	answered(t, c, "cloud/gemini-3-pro-preview")
	r, _ := to.last(t)
	wantRequest(t, r, "/v1beta1/projects/ours/locations/europe-west4/publishers/google/models/gemini-3-pro-preview:streamGenerateContent?alt=sse",
		map[string]string{"Authorization": `Bearer made-of-urn:ietf:params:oauth:grant-type:jwt-bearer`, "X-Goog-Api-Key": ""})
	if list := c.Want(t, http.StatusOK, "GET", "/api/providers", nil); strings.Contains(string(list.Body), "PRIVATE KEY") {
		t.Errorf("the key can be read: %s", list.Body)
	}
}
