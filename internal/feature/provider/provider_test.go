package provider_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"parley/internal/audit"
	"parley/internal/feature/provider"
	"parley/internal/identity"
	"parley/internal/kit/db"
	"parley/internal/kit/outbound"
	"parley/internal/kit/rest"
	"parley/internal/kit/seal"
	"parley/internal/kit/testkit"
	"parley/internal/llm"
	"parley/internal/setting"

	"github.com/google/go-cmp/cmp"
)

// canary is a key that may be seen by its own provider and nobody else.
const canary = "sk-proj-canary-0123456789"

// house is the feature as a server would run it.
type house struct {
	*provider.Service
	http    http.Handler
	db      *db.DB
	ledger  outbound.Ledger
	log     *logText
	changes atomic.Int32
}

type logText struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *logText) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *logText) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

func open(t *testing.T, d *db.DB, config provider.Config) *house {
	t.Helper()
	box, err := seal.New("a sealing key for tests, long enough")
	if err != nil {
		t.Fatal(err)
	}
	h := &house{db: d, log: &logText{}}
	logger := slog.New(slog.NewTextHandler(h.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	config.DB, config.Box, config.Log = d, box, logger
	toLog := outbound.Log(logger)
	config.Outbound.Record = func(r outbound.Record) { h.ledger.Add(r); toLog(r) }
	config.OnChange = func() { h.changes.Add(1) }
	h.Service = provider.New(config)
	if err := d.Migrate(t.Context(), audit.Migrations, identity.Migrations, setting.Migrations, h.Spec().Migrations); err != nil {
		t.Fatal(err)
	}
	if err := h.Reload(t.Context()); err != nil {
		t.Fatal(err)
	}
	router := rest.New("test", "1", logger)
	h.Spec().Routes(router)
	h.http = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if role := r.Header.Get("X-Role"); role != "" {
			user := userOf(r)
			r = r.WithContext(identity.With(r.Context(), identity.Principal{User: user, Role: identity.Role(role)}))
		}
		router.ServeHTTP(w, r)
	})
	return h
}

// models lists what a user may choose from.
func (h *house) models(t *testing.T) models {
	t.Helper()
	text, err := json.Marshal(map[string]any{"items": h.Offers(t.Context(), "u"), "default": h.Default(t.Context())})
	if err != nil {
		t.Fatal(err)
	}
	var got models
	if err := json.Unmarshal(text, &got); err != nil {
		t.Fatal(err)
	}
	return got
}

// ask makes a request as an admin and decodes the answer into into.
func (h *house) ask(t *testing.T, route, body string, into any) int {
	t.Helper()
	return h.askAs(t, "admin", route, body, into)
}

func (h *house) askAs(t *testing.T, role, route, body string, into any) int {
	t.Helper()
	return h.send(t, map[string]string{"X-Role": role}, route, body, into)
}

// askFor makes a request as an ordinary user.
func (h *house) askFor(t *testing.T, user identity.UserID, route, body string, into any) int {
	t.Helper()
	return h.send(t, map[string]string{"X-Role": "user", "X-User": string(user)}, route, body, into)
}

func (h *house) send(t *testing.T, header map[string]string, route, body string, into any) int {
	t.Helper()
	method, path, _ := strings.Cut(route, " ")
	r := httptest.NewRequestWithContext(t.Context(), method, path, strings.NewReader(body))
	for name, value := range header {
		r.Header.Set(name, value)
	}
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	w := httptest.NewRecorder()
	h.http.ServeHTTP(w, r)
	if strings.Contains(w.Body.String(), canary) {
		t.Errorf("%s told the key: %s", route, w.Body)
	}
	if into != nil {
		if err := json.Unmarshal(w.Body.Bytes(), into); err != nil {
			t.Fatalf("%s: %v: %s", route, err, w.Body)
		}
	}
	return w.Code
}

// entries are the custom endpoints of a configuration.
func entries(list ...provider.Entry) provider.Endpoints { return provider.Endpoints{Custom: list} }

type problem struct {
	Code, Detail, More string
}

// upstream is a provider that serves fixed answers and keeps what it was sent.
type upstream struct {
	*httptest.Server
	mu   sync.Mutex
	seen []*http.Request
}

func serve(t *testing.T, answers map[string]http.HandlerFunc) *upstream {
	t.Helper()
	u := &upstream{}
	mux := http.NewServeMux()
	for route, answer := range answers {
		mux.HandleFunc(route, answer)
	}
	u.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		u.mu.Lock()
		u.seen = append(u.seen, r.Clone(context.WithoutCancel(r.Context())))
		u.mu.Unlock()
		mux.ServeHTTP(w, r)
	}))
	t.Cleanup(u.Close)
	return u
}

func (u *upstream) requests() []*http.Request {
	u.mu.Lock()
	defer u.mu.Unlock()
	return append([]*http.Request(nil), u.seen...)
}

func sends(body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, body)
	}
}

// guarded answers only those who bring the key.
func guarded(body string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer "+canary {
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(http.StatusUnauthorized)
			_, _ = io.WriteString(w, `{"error":{"message":"Incorrect API key provided: `+strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")+`","type":"invalid_request_error","code":"invalid_api_key"}}`)
			return
		}
		sends(body)(w, r)
	}
}

const twoModels = `{"object":"list","data":[{"id":"gpt-4o","object":"model"},{"id":"my-own","object":"model"},{"id":"text-embedding-3-small","object":"model"}]}`

type configured struct {
	Name, Kind, Label, BaseURL, Source string
	KeySet                             bool
	Models                             []string
	Status                             struct {
		OK        bool
		CheckedAt string
		Error     *provider.Failure
	}
}

type models struct {
	Items []struct {
		Name, Label, Icon string
		Demo              bool
		Models            []llm.Info
	}
	Default string
}

func (m models) ids() []string {
	var all []string
	for _, p := range m.Items {
		for _, one := range p.Models {
			all = append(all, one.ID)
		}
	}
	return all
}

func TestAProviderOfTheUI(t *testing.T) {
	t.Parallel()
	testkit.Databases(t, func(t *testing.T, d *db.DB) {
		up := serve(t, map[string]http.HandlerFunc{"GET /v1/models": guarded(twoModels)})
		h := open(t, d, provider.Config{})
		body := func(key string) string {
			return fmt.Sprintf(`{"name":"Mine","kind":"custom","baseUrl":%q,"key":%q}`, up.URL+"/v1/", key)
		}

		var refused problem
		if code := h.ask(t, "POST /api/providers", body("wrong"), &refused); code != http.StatusUnprocessableEntity ||
			refused.Code != "provider_failed" || !strings.Contains(refused.More, "Incorrect API key provided") || strings.Contains(refused.More, "wrong") {
			t.Errorf("a wrong key: %d %+v", code, refused)
		}
		var added configured
		if code := h.ask(t, "POST /api/providers", body(canary), &added); code != http.StatusOK {
			t.Fatal(code)
		}
		want := configured{Name: "Mine", Kind: "custom", Label: "Mine", BaseURL: up.URL + "/v1", Source: "ui", KeySet: true, Models: []string{"gpt-4o", "my-own"}}
		want.Status.OK, want.Status.CheckedAt = true, added.Status.CheckedAt
		if diff := cmp.Diff(want, added); diff != "" || added.Status.CheckedAt == "" {
			t.Error(diff)
		}
		if code := h.ask(t, "POST /api/providers", strings.Replace(body(canary), "Mine", "MINE", 1), &refused); code != http.StatusConflict || refused.Code != "provider_exists" {
			t.Errorf("twice: %d %+v", code, refused)
		}

		isStoredSealed(t, d)

		// Another process finds it again.
		again := open(t, d, provider.Config{})
		if again.Refresh(t.Context()) {
			t.Error("the provider did not answer")
		}
		target, err := again.Resolve(t.Context(), "u", "mine/my-own")
		if err != nil || target.Provider != "Mine" || target.Info.ID != "Mine/my-own" || !target.ModelTitles {
			t.Errorf("%+v, %v", target, err)
		}

		if code := h.ask(t, "DELETE /api/providers/mine", "", nil); code != http.StatusNoContent {
			t.Error(code)
		}
		if code := h.ask(t, "DELETE /api/providers/mine", "", &refused); code != http.StatusNotFound {
			t.Error(code)
		}
		if _, err := h.Resolve(t.Context(), "u", "mine/my-own"); !errors.Is(err, provider.ErrModel) {
			t.Error(err)
		}
		keptTheSecret(t, h, up)
		keptTheSecret(t, again, up)
	})
}

func isStoredSealed(t *testing.T, d *db.DB) {
	t.Helper()
	var sealed string
	if err := d.QueryRow(t.Context(), `SELECT sealed_key FROM providers`).Scan(&sealed); err != nil || sealed == "" || strings.Contains(sealed, canary) {
		t.Errorf("stored as %q, %v", sealed, err)
	}
	var detail string
	if err := d.QueryRow(t.Context(), `SELECT detail FROM audit_entries WHERE action = 'provider.create'`).Scan(&detail); err != nil || strings.Contains(detail, canary) {
		t.Errorf("the audit log says %q, %v", detail, err)
	}
}

// keptTheSecret looks for the key where it must not be.
func keptTheSecret(t *testing.T, h *house, up *upstream) {
	t.Helper()
	if strings.Contains(h.log.String(), canary) {
		t.Error("the key is in the log")
	}
	for _, r := range h.ledger.Records() {
		if r.Host != strings.TrimPrefix(up.URL, "http://") {
			t.Errorf("a request went to %s", r.Host)
		}
	}
}

func TestForceSavesWhatDoesNotWork(t *testing.T) {
	t.Parallel()
	h := open(t, testkit.SQLite(t), provider.Config{})
	const body = `{"name":"Later","kind":"ollama","baseUrl":"127.0.0.1:1"}`
	var refused problem
	if code := h.ask(t, "POST /api/providers", body, &refused); code != http.StatusUnprocessableEntity || !strings.HasPrefix(refused.Detail, "Nothing listens at this address.") {
		t.Errorf("%d %+v", code, refused)
	}
	var added configured
	if code := h.ask(t, "POST /api/providers?force=true", body, &added); code != http.StatusOK || added.Status.OK || added.Status.Error.Code != "provider_network" || added.BaseURL != "http://127.0.0.1:1/v1" {
		t.Errorf("%d %+v", code, added)
	}
	// Until its list is known, any model may be asked for.
	if _, err := h.Resolve(t.Context(), "u", "later/llama"); err != nil {
		t.Error(err)
	}
	var list struct{ Items []configured }
	if h.ask(t, "GET /api/providers", "", &list); len(list.Items) != 1 || list.Items[0].Status.OK {
		t.Errorf("%+v", list)
	}
}

func TestBadInput(t *testing.T) {
	t.Parallel()
	h := open(t, testkit.SQLite(t), provider.Config{})
	for body, want := range map[string]string{
		`{"name":"a/b","kind":"custom","baseUrl":"http://x"}`:                "provider_name_invalid",
		`{"name":" ","kind":"custom","baseUrl":"http://x"}`:                  "provider_name_invalid",
		`{"name":"a","kind":"telepathy"}`:                                    "provider_kind_invalid",
		`{"name":"a","kind":"openai"}`:                                       "provider_key_missing",
		`{"name":"a","kind":"custom"}`:                                       "base_url_invalid",
		`{"name":"a","kind":"custom","baseUrl":"ftp://x"}`:                   "base_url_invalid",
		`{"name":"a","kind":"custom","baseUrl":"http://u:p@x"}`:              "base_url_invalid",
		`{"name":"a","kind":"custom","baseUrl":"http://169.254.169.254/v1"}`: "provider_failed",
		`{"name":"a","kind":"custom","baseUrl":"http://0x7f000001/v1"}`:      "provider_failed",
		`{"name":"a","kind":"custom","baseUrl":"http://x/v1","owner":"u"}`:   "invalid",
	} {
		var p problem
		if code := h.ask(t, "POST /api/providers", body, &p); code != http.StatusUnprocessableEntity || p.Code != want {
			t.Errorf("%s: %d %+v, want %s", body, code, p, want)
		}
	}
}

func TestDetectAndTest(t *testing.T) {
	t.Parallel()
	h := open(t, testkit.SQLite(t), provider.Config{})
	for key, want := range map[string]string{
		"sk-ant-api03-abc": "anthropic", "sk-or-v1-abc": "openrouter", "sk-proj-abc": "openai", "gsk_abc": "groq", "xai-abc": "xai",
		"sk-0123456789abcdef0123456789abcdef": "deepseek", " sk-proj-abc\n": "openai", "0123456789abcdefGHIJKLMNOPQRSTUV": "mistral",
	} {
		var got provider.Detected
		body, _ := json.Marshal(map[string]string{"key": key})
		if code := h.ask(t, "POST /api/providers/detect", string(body), &got); code != http.StatusOK || got.Kind != want || got.BaseURL == "" {
			t.Errorf("%s: %d %+v", want, code, got)
		}
	}
	var p problem
	if code := h.ask(t, "POST /api/providers/detect", `{"key":"hello"}`, &p); code != http.StatusNotFound || p.Code != "provider_unknown" {
		t.Errorf("%d %+v", code, p)
	}

	up := serve(t, map[string]http.HandlerFunc{
		"GET /v1/models": guarded(twoModels),
		"GET /html/models": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html")
			_, _ = io.WriteString(w, "<html><title>Welcome</title>")
		},
		"GET /down/models": func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusInternalServerError) },
		"GET /odd/models":  sends(`{"hello":"world"}`),
	})
	for path, want := range map[string]string{
		"/v1": "", "/html": "provider_protocol", "/down": "provider_server", "/odd": "provider_protocol", "/none": "provider_no_models",
	} {
		var got provider.Tested
		code := h.ask(t, "POST /api/providers/test", fmt.Sprintf(`{"kind":"custom","baseUrl":%q,"key":%q}`, up.URL+path, canary), &got)
		if code != http.StatusOK || got.OK != (want == "") || want != "" && got.Error.Code != want {
			t.Errorf("%s: %d %+v %+v", path, code, got, got.Error)
		}
	}
	for _, r := range up.requests() {
		if r.Header.Get("Authorization") != "Bearer "+canary {
			t.Errorf("%s was asked without the key", r.URL)
		}
	}
}

// answer asks a model and returns the text of all its events.
func answer(t *testing.T, model llm.Model) (text string, err error) {
	t.Helper()
	ask := llm.Request{Messages: []llm.Message{{Role: llm.RoleUser, Parts: []llm.Part{{Type: llm.PartText, Text: "hi"}}}}}
	for event, failed := range model.Stream(t.Context(), ask) {
		text += event.Text
		err = failed
	}
	return text, err
}

// A provider that sends its clients elsewhere gets no key sent there.
func TestTheKeyGoesToNoOtherHost(t *testing.T) {
	t.Parallel()
	other := serve(t, map[string]http.HandlerFunc{"/": sends(twoModels)})
	up := serve(t, map[string]http.HandlerFunc{"/": func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, other.URL+r.URL.Path, http.StatusTemporaryRedirect)
	}})
	h := open(t, testkit.SQLite(t), provider.Config{Endpoints: provider.Endpoints{Custom: []provider.Entry{
		{Name: "moved", BaseURL: up.URL, APIKey: canary, Shared: provider.Shared{Headers: map[string]string{"X-Secret": canary}}, Models: provider.EntryModels{Default: provider.Models("m"), Fetch: true}},
	}}})
	if !h.Refresh(t.Context()) {
		t.Error("a redirect to another host was followed")
	}
	target, err := h.Resolve(t.Context(), "u", "moved/m")
	if err != nil {
		t.Fatal(err)
	}
	_, err = answer(t, target.Model)
	if err == nil {
		t.Error("a call to another host was made")
	}
	if n := len(other.requests()); n != 0 {
		t.Errorf("%d requests reached the other host", n)
	}
	if strings.Contains(h.log.String()+fmt.Sprintf("%v %+v %#v", err, target, target), canary) {
		t.Error("the key was told")
	}
}

func userOf(r *http.Request) identity.UserID {
	if user := r.Header.Get("X-User"); user != "" {
		return identity.UserID(user)
	}
	return "u"
}
