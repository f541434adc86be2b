package vertex_test

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"parley/internal/llm"
	"parley/internal/llm/vertex"
	"parley/internal/llm/wire"
)

var newKey = sync.OnceValues(func() (string, error) {
	const bits = 2048
	key, err := rsa.GenerateKey(rand.Reader, bits)
	if err != nil {
		return "", err
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	return string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})), err
})

// account is the JSON of a service account whose tokens come from address.
func account(t *testing.T, address string) string {
	t.Helper()
	key, err := newKey()
	if err != nil {
		t.Fatal(err)
	}
	file, err := json.Marshal(map[string]string{
		"type": "service_account", "project_id": "of-the-file", "private_key_id": "id", "private_key": key,
		"client_email": "parley@of-the-file.iam.gserviceaccount.com", "client_id": "1", "token_uri": address,
	})
	if err != nil {
		t.Fatal(err)
	}
	return string(file)
}

// tokens is a token server that numbers what it gives out.
type tokens struct {
	*httptest.Server
	asked   atomic.Int32
	seconds int // each is good for
	status  int
	body    string
	hold    chan struct{}
	claims  map[string]any
}

func serve(t *testing.T, setup func(*tokens)) *tokens {
	t.Helper()
	s := &tokens{seconds: 3600, status: http.StatusOK}
	setup(s)
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		number := s.asked.Add(1)
		if s.hold != nil {
			select {
			case <-s.hold:
			case <-r.Context().Done():
				return
			}
		}
		if parts := strings.Split(r.PostFormValue("assertion"), "."); len(parts) == 3 {
			claims, _ := base64.RawURLEncoding.DecodeString(parts[1])
			_ = json.Unmarshal(claims, &s.claims)
		}
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(s.status)
		if s.body != "" {
			_, _ = io.WriteString(w, s.body)
			return
		}
		_, _ = fmt.Fprintf(w, `{"access_token":"token-%d","token_type":"Bearer","expires_in":%d}`, number, s.seconds)
	}))
	t.Cleanup(s.Close)
	return s
}

func open(t *testing.T, s *tokens) *vertex.Platform {
	t.Helper()
	platform, err := vertex.New(vertex.Config{
		Credentials: llm.NewSecret(account(t, s.URL)), Location: "europe-west1", Client: s.Client(),
	})
	if err != nil {
		t.Fatal(err)
	}
	return platform
}

func TestTokenIsKeptUntilItEnds(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		seconds, asked int
		last           string
	}{
		"an hour":      {3600, 1, "Bearer token-1"},
		"about to end": {60, 5, "Bearer token-5"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := serve(t, func(s *tokens) { s.seconds = test.seconds })
			platform := open(t, s)
			header := http.Header{}
			for range 5 {
				if err := platform.Authorize(t.Context(), header); err != nil {
					t.Fatal(err)
				}
			}
			if got := header.Get("Authorization"); got != test.last || int(s.asked.Load()) != test.asked {
				t.Errorf("%q after %d tokens", got, s.asked.Load())
			}
			if header.Get("X-Goog-User-Project") != "of-the-file" {
				t.Errorf("the project is %q", header.Get("X-Goog-User-Project"))
			}
			if s.claims["scope"] != "https://www.googleapis.com/auth/cloud-platform" || s.claims["aud"] != s.URL {
				t.Errorf("the claims are %v", s.claims)
			}
		})
	}
}

func TestManyCallsAskForOneToken(t *testing.T) {
	t.Parallel()
	s := serve(t, func(s *tokens) { s.hold = make(chan struct{}) })
	platform := open(t, s)
	var group sync.WaitGroup
	for range 20 {
		group.Go(func() {
			if err := platform.Authorize(t.Context(), http.Header{}); err != nil {
				t.Error(err)
			}
		})
	}
	close(s.hold)
	group.Wait()
	if got := s.asked.Load(); got != 1 {
		t.Errorf("%d tokens were asked for", got)
	}
}

func TestForget(t *testing.T) {
	t.Parallel()
	s := serve(t, func(*tokens) {})
	platform := open(t, s)
	header := http.Header{}
	for range 2 {
		if err := platform.Authorize(t.Context(), header); err != nil {
			t.Fatal(err)
		}
		platform.Forget()
	}
	if got := header.Get("Authorization"); got != "Bearer token-2" {
		t.Errorf("the token is %q", got)
	}
}

func TestCancelEndsTheWait(t *testing.T) {
	t.Parallel()
	s := serve(t, func(s *tokens) { s.hold = make(chan struct{}) })
	defer close(s.hold)
	platform := open(t, s)
	ctx, cancel := context.WithCancel(t.Context())
	failed := make(chan error)
	for range 2 { // one asks, the other waits for it
		go func() { failed <- platform.Authorize(ctx, http.Header{}) }()
	}
	cancel()
	for range 2 {
		if err := <-failed; llm.AsError(err).Kind != llm.ErrCanceled {
			t.Errorf("the error is %v", err)
		}
	}
}

func TestFailures(t *testing.T) {
	t.Parallel()
	gone := serve(t, func(*tokens) {})
	gone.Close()
	for name, test := range map[string]struct {
		server    *tokens
		kind      llm.ErrorKind
		retryable bool
		says      string
	}{
		"revoked": {serve(t, func(s *tokens) {
			s.status, s.body = http.StatusBadRequest, `{"error":"invalid_grant","error_description":"Invalid JWT Signature."}`
		}), llm.ErrAuth, false, "Invalid JWT Signature."},
		"down":      {serve(t, func(s *tokens) { s.status = http.StatusBadGateway }), llm.ErrServer, true, "failed"},
		"page":      {serve(t, func(s *tokens) { s.body = "<html>" }), llm.ErrAuth, false, "did not accept"},
		"no server": {gone, llm.ErrNetwork, true, "could not be reached"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := open(t, test.server).Authorize(t.Context(), http.Header{})
			e, ok := errors.AsType[*llm.Error](err)
			if !ok || e.Kind != test.kind || e.Retryable != test.retryable || !strings.Contains(e.Message, test.says) {
				t.Errorf("the error is %v", err)
			}
			if strings.Contains(fmt.Sprintf("%+v", e), "eyJ") {
				t.Error("the error holds what was sent")
			}
		})
	}
}

func TestNewRefuses(t *testing.T) {
	t.Parallel()
	secret := llm.NewSecret
	for name, config := range map[string]vertex.Config{
		"nothing":            {Project: "p"},
		"no JSON":            {Credentials: secret("{")},
		"a file to read":     {Credentials: secret(`{"type":"external_account","credential_source":{"file":"/etc/passwd"}}`)},
		"no key":             {Credentials: secret(`{"type":"service_account","project_id":"p","private_key":""}`), Project: "a b"},
		"an odd location":    {Key: secret("k"), Location: "evil.test/#"},
		"a path for project": {Credentials: secret(account(t, "http://x")), Project: "../x"},
	} {
		if _, err := vertex.New(config); err == nil || llm.AsError(err).Kind != llm.ErrBadRequest {
			t.Errorf("%s: %v", name, err)
		}
	}
	config := vertex.Config{Project: "mine", Key: secret("canary"), Credentials: secret("canary")}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s"} {
		if text := fmt.Sprintf(verb, config); strings.Contains(text, "canary") {
			t.Errorf("%s prints %s", verb, text)
		}
	}
}

func TestURL(t *testing.T) {
	t.Parallel()
	key, file := llm.NewSecret("k"), llm.NewSecret(account(t, "http://x"))
	for _, test := range []struct {
		config vertex.Config
		want   string
	}{
		{vertex.Config{Project: "p", Location: "us-east5", Credentials: file}, "https://us-east5-aiplatform.googleapis.com/v1beta1/projects/p/locations/us-east5/publishers/google/models/m@1:go"},
		{vertex.Config{Credentials: file}, "https://aiplatform.googleapis.com/v1beta1/projects/of-the-file/locations/global/publishers/google/models/m@1:go"},
		{vertex.Config{Project: "p", Location: "eu", Credentials: file}, "https://aiplatform.eu.rep.googleapis.com/v1beta1/projects/p/locations/eu/publishers/google/models/m@1:go"},
		{vertex.Config{Project: "p", Location: "eu", Credentials: file, BaseURL: "http://proxy/"}, "http://proxy/v1beta1/projects/p/locations/eu/publishers/google/models/m@1:go"},
		{vertex.Config{Key: key}, "https://aiplatform.googleapis.com/v1beta1/publishers/google/models/m@1:go"},
	} {
		platform, err := vertex.New(test.config)
		if err != nil {
			t.Fatal(err)
		}
		if got := platform.URL(vertex.Google, "m@1", "go"); got != test.want {
			t.Errorf("got  %s\nwant %s", got, test.want)
		}
	}
	platform, err := vertex.New(vertex.Config{Key: key})
	if err != nil {
		t.Fatal(err)
	}
	header := http.Header{}
	if err := platform.Authorize(t.Context(), header); err != nil || header.Get("X-Goog-Api-Key") != "k" {
		t.Errorf("%v, %v", header, err)
	}
}

func write(t *testing.T, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "account.json")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// TestUser takes what gcloud writes for a user, whose tokens come from Google's own
// server.
func TestUser(t *testing.T) {
	t.Parallel()
	s := serve(t, func(*tokens) {})
	asked := ""
	client := &http.Client{Transport: redirect(func(r *http.Request) (*http.Response, error) {
		asked = r.URL.Host
		r.URL.Scheme, r.URL.Host = "http", strings.TrimPrefix(s.URL, "http://")
		return s.Client().Transport.RoundTrip(r)
	})}
	platform, err := vertex.New(vertex.Config{Client: client, Credentials: llm.NewSecret(
		`{"type":"authorized_user","client_id":"c","client_secret":"s","refresh_token":"r","quota_project_id":"mine"}`)})
	if err != nil {
		t.Fatal(err)
	}
	header := http.Header{}
	if err := platform.Authorize(t.Context(), header); err != nil || asked != "oauth2.googleapis.com" || header.Get("Authorization") != "Bearer token-1" ||
		header.Get("X-Goog-User-Project") != "mine" {
		t.Errorf("%v from %s, %v", header, asked, err)
	}
}

type redirect func(*http.Request) (*http.Response, error)

func (r redirect) RoundTrip(request *http.Request) (*http.Response, error) { return r(request) }

// TestMachine takes the credentials of the machine where it may.
func TestMachine(t *testing.T) {
	s := serve(t, func(*tokens) {})
	t.Setenv("GOOGLE_APPLICATION_CREDENTIALS", write(t, account(t, s.URL)))
	platform, err := vertex.New(vertex.Config{Machine: true, Client: s.Client()})
	if err != nil {
		t.Fatal(err)
	}
	if address := platform.URL(vertex.Google, "m", "go"); !strings.Contains(address, "/projects/of-the-file/") {
		t.Errorf("the address is %s", address)
	}
	header := http.Header{}
	if err := platform.Authorize(t.Context(), header); err != nil || header.Get("Authorization") != "Bearer token-1" {
		t.Errorf("%v, %v", header, err)
	}
	t.Setenv("GOOGLE_APPLICATION_CREDENTIALS", filepath.Join(t.TempDir(), "none.json"))
	if _, err := vertex.New(vertex.Config{Machine: true}); err == nil {
		t.Error("a project was found without credentials")
	}
	platform.Forget()
	if err := platform.Authorize(t.Context(), header); err == nil || llm.AsError(err).Kind != llm.ErrAuth {
		t.Errorf("the error is %v", err)
	}
}

func TestListModels(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		page := `{"publisherModels":[{"name":"publishers/anthropic/models/claude-b"}],"nextPageToken":"2"}`
		if r.URL.Query().Get("pageToken") == "2" {
			page = `{"publisherModels":[{"name":"publishers/anthropic/models/claude-a"}]}`
		}
		if r.URL.Path != "/v1beta1/publishers/anthropic/models" || r.Header.Get("X-Goog-Api-Key") != "k" || r.Header.Get("X-Mine") != "1" {
			http.NotFound(w, r)
			return
		}
		_, _ = io.WriteString(w, page)
	}))
	defer server.Close()
	platform, err := vertex.New(vertex.Config{Key: llm.NewSecret("k"), BaseURL: server.URL})
	if err != nil {
		t.Fatal(err)
	}
	got, err := platform.ListModels(t.Context(), vertex.Anthropic, wire.Endpoint{
		Client: server.Client(), Headers: map[string]string{"X-Mine": "1"},
	})
	if err != nil || !slices.Equal(got, []string{"claude-a", "claude-b"}) {
		t.Errorf("%v, %v", got, err)
	}
}

// TestWatch: a token that the platform no longer accepts is not used again.
func TestWatch(t *testing.T) {
	t.Parallel()
	s := serve(t, func(*tokens) {})
	platform := open(t, s)
	header := http.Header{}
	seen := 0
	yield := platform.Watch(func(llm.Event, error) bool { seen++; return true })
	for _, status := range []int{0, http.StatusForbidden, http.StatusUnauthorized} {
		if err := platform.Authorize(t.Context(), header); err != nil {
			t.Fatal(err)
		}
		yield(llm.Event{}, &llm.Error{Status: status})
	}
	if err := platform.Authorize(t.Context(), header); err != nil || header.Get("Authorization") != "Bearer token-2" || seen != 3 {
		t.Errorf("%v after %d events, %v", header, seen, err)
	}
}
