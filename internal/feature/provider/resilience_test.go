package provider_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"parley/internal/audit"
	"parley/internal/feature/provider"
	"parley/internal/identity"
	"parley/internal/kit/seal"
	"parley/internal/kit/testkit"
	"parley/internal/llm"

	"github.com/google/go-cmp/cmp"
)

// answers is a chat completion that says text.
func answers(text string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		_, _ = io.WriteString(w, `data: {"choices":[{"delta":{"content":"`+text+`"},"finish_reason":"stop"}]}`+"\n\ndata: [DONE]\n\n")
	}
}

func refuses(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Retry-After", "60")
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

// said is what a call of a model came to.
type said struct {
	Text    string
	By      string
	Notices []string
}

func (h *house) call(t *testing.T, user identity.UserID, model string, request llm.Request) (s said, failed *llm.Error) {
	t.Helper()
	target, err := h.Resolve(t.Context(), user, model)
	if err != nil {
		t.Fatal(err)
	}
	request.Model, request.Params = target.Info.Name, request.Params.Over(target.Params)
	if request.Messages == nil {
		request.Messages = []llm.Message{{Role: llm.RoleUser, Parts: []llm.Part{{Type: llm.PartText, Text: "hello"}}}}
	}
	for event, err := range target.Model.Stream(t.Context(), request) {
		switch {
		case err != nil:
			return s, llm.AsError(err)
		case event.Kind == llm.EventText:
			s.Text += event.Text
		case event.Kind == llm.EventModel:
			s.By = event.Model.ID
		case event.Kind == llm.EventNotice:
			s.Notices = append(s.Notices, event.Text)
		}
	}
	return s, nil
}

func TestAnotherModelAnswersForOneThatCannot(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	var bodies []map[string]any
	up := serve(t, map[string]http.HandlerFunc{
		"POST /down/chat/completions":  refuses(503, `{"error":{"message":"maintenance"}}`),
		"POST /blind/chat/completions": answers("I see nothing"),
		"POST /up/chat/completions": func(w http.ResponseWriter, r *http.Request) {
			var body map[string]any
			_ = json.NewDecoder(r.Body).Decode(&body)
			mu.Lock()
			bodies = append(bodies, body)
			mu.Unlock()
			answers("here I am")(w, r)
		},
		"POST /free/chat/completions": answers("free"),
	})
	at := func(name string, shared provider.Shared, models ...string) provider.Entry {
		return provider.Entry{Name: name, BaseURL: up.URL + "/" + name, APIKey: canary, Shared: shared, Models: provider.EntryModels{Default: provider.Models(models...)}}
	}
	down := at("down", provider.Shared{Tuning: provider.Tuning{
		Fallback: []string{"gone/x", "up/b"}, ModelFallback: map[string][]string{"lonely": {}},
	}}, "a", "lonely")
	down.AddParams = map[string]any{"only_down": true}
	h := open(t, testkit.SQLite(t), provider.Config{Endpoints: entries(down, at("up", provider.Shared{}, "b", "c"), at("free", provider.Shared{}, "vendor/lonely", "z"))})

	got, failed := h.call(t, "u", "down/a", llm.Request{})
	if diff := cmp.Diff(said{Text: "here I am", By: "up/b", Notices: []string{"a is overloaded, so b answers."}}, got); diff != "" || failed != nil {
		t.Errorf("%v %s", failed, diff)
	}
	if bodies[0]["model"] != "b" || bodies[0]["only_down"] != nil {
		t.Errorf("the stand-in was sent %v", bodies[0])
	}

	// With nothing to stand in, others are offered: the same model elsewhere first.
	_, failed = h.call(t, "u", "down/lonely", llm.Request{})
	if failed == nil || failed.Status != 503 || !slices.Equal(failed.Alternatives, []string{"free/vendor/lonely", "up/b", "down/a"}) {
		t.Fatalf("%+v, offered %v", failed, failed.Alternatives)
	}

	// The admin sees it.
	var list struct{ Items []provider.Configured }
	h.ask(t, "GET /api/providers", "", &list)
	if health := list.Items[0].Health; health.State != provider.StateDown || health.Failed != health.Calls || health.Calls == 0 || health.LastError == nil || health.LastError.Detail != "maintenance" {
		t.Errorf("%+v", health)
	}
	if health := list.Items[1].Health; health.State != provider.StateUp || health.Calls != 1 || health.Failed != 0 {
		t.Errorf("%+v", health)
	}
	// After many failures nobody waits for it any more.
	before := len(up.requests())
	for range 10 {
		_, failed = h.call(t, "u", "down/lonely", llm.Request{})
	}
	if asked := len(up.requests()) - before; asked >= 10*3 || failed == nil || failed.RetryAfter <= 0 {
		t.Errorf("asked %d times; %+v", asked, failed)
	}
	if offers := h.Offers(t.Context(), "u"); !offers[0].Down {
		t.Errorf("users are not told: %+v", offers)
	}
	if h.ask(t, "GET /api/providers", "", &list); list.Items[0].Health.Breaker != "open" {
		t.Errorf("%+v", list.Items[0].Health)
	}
}

func TestKeysOfOneProviderTakeTurns(t *testing.T) {
	t.Parallel()
	up := serve(t, map[string]http.HandlerFunc{"POST /chat/completions": func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") == "Bearer sk-limited" {
			refuses(429, `{"error":{"message":"slow down","code":"rate_limit_exceeded"}}`)(w, r)
			return
		}
		answers(strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer sk-"))(w, r)
	}})
	h := open(t, testkit.SQLite(t), provider.Config{Endpoints: entries(provider.Entry{
		Name: "pool", BaseURL: up.URL, APIKey: "sk-limited", APIKeys: []seal.Secret{"sk-a", "sk-b", "sk-a"}, Models: provider.EntryModels{Default: provider.Models("m")},
	})})
	var texts []string
	for range 4 {
		got, failed := h.call(t, "u", "pool/m", llm.Request{})
		if failed != nil {
			t.Fatal(failed)
		}
		texts = append(texts, got.Text)
	}
	if !slices.Equal(texts, []string{"a", "b", "a", "b"}) || len(up.requests()) != 5 {
		t.Errorf("%v in %d requests", texts, len(up.requests()))
	}
	var list struct{ Items []provider.Configured }
	if h.ask(t, "GET /api/providers", "", &list); list.Items[0].Health.Keys != 3 || list.Items[0].Health.KeysFree != 2 {
		t.Errorf("%+v", list.Items[0].Health)
	}
}

func TestHeadersSayWhoAsks(t *testing.T) {
	t.Parallel()
	up := serve(t, map[string]http.HandlerFunc{"POST /chat/completions": answers("x"), "GET /models": sends(twoModels)})
	h := open(t, testkit.SQLite(t), provider.Config{
		Endpoints: entries(provider.Entry{
			Name: "gateway", BaseURL: up.URL, APIKey: canary, Models: provider.EntryModels{Default: provider.Models("m"), Fetch: true},
			Shared: provider.Shared{Headers: map[string]string{
				"X-User": "id {{LIBRECHAT_USER_ID}}", "X-Name": "{{LIBRECHAT_USER_NAME}}", "X-Mail": "{{ LIBRECHAT_USER_EMAIL }}", "X-Role": "{{LIBRECHAT_USER_ROLE}}", "X-Plain": "yes",
			}},
		}),
		User: func(_ context.Context, user identity.UserID) (identity.User, error) {
			return identity.User{ID: user, Name: "Zoë 李\r\nX-Evil: {{LIBRECHAT_USER_EMAIL}}", Email: "zoë@example.com", Role: identity.RoleUser}, nil
		},
	})
	h.Refresh(t.Context())
	if _, failed := h.call(t, "u7", "gateway/m", llm.Request{}); failed != nil {
		t.Fatal(failed)
	}
	for _, r := range up.requests() {
		got := []string{r.Header.Get("X-User"), r.Header.Get("X-Name"), r.Header.Get("X-Mail"), r.Header.Get("X-Role"), r.Header.Get("X-Plain"), r.Header.Get("X-Evil")}
		want := []string{"", "", "", "", "yes", ""} // the list is everyone's
		if r.Method == http.MethodPost {
			name := "b64:Wm/DqyDmnY4NClgtRXZpbDoge3tMSUJSRUNIQVRfVVNFUl9FTUFJTH19"
			want = []string{"id u7", name, "zo\xeb@example.com", "USER", "yes", ""}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", r.Method, diff)
		}
	}
}

func TestChangeWhatWasAdded(t *testing.T) {
	t.Parallel()
	up := serve(t, map[string]http.HandlerFunc{"GET /v1/models": guarded(twoModels)})
	other := serve(t, map[string]http.HandlerFunc{"GET /v1/models": sends(twoModels)})
	h := open(t, testkit.SQLite(t), provider.Config{})
	var got configured
	if code := h.ask(t, "POST /api/providers", `{"name":"Mine","kind":"custom","baseUrl":"`+up.URL+`/v1","key":"`+canary+`"}`, &got); code != 200 {
		t.Fatalf("%d %+v", code, got)
	}
	var p problem
	for body, code := range map[string]string{
		`{"key":"sk-wrong"}`:                                 "provider_failed",
		`{"baseUrl":"` + other.URL + `/v1"}`:                 "provider_key_missing", // a stored key goes nowhere else
		`{"baseUrl":"nonsense://x"}`:                         "provider_key_missing",
		`{"key":"` + canary + `","baseUrl":"http://u:p@h/"}`: "base_url_invalid",
	} {
		if status := h.ask(t, "PATCH /api/providers/mine", body, &p); status != 422 || p.Code != code {
			t.Errorf("%s: %d %+v", body, status, p)
		}
	}
	if len(other.requests()) != 0 {
		t.Errorf("the other server was asked %d times", len(other.requests()))
	}
	var changed provider.Configured
	body := `{"models":["my-own"],"options":{"fallback":["a/b"],"concurrent":2}}`
	if code := h.ask(t, "PATCH /api/providers/Mine", body, &changed); code != 200 || !changed.KeySet || !slices.Equal(changed.Models, []string{"my-own"}) ||
		!slices.Equal(changed.Fallback, []string{"a/b"}) || changed.Options.Concurrent != 2 {
		t.Errorf("%d %+v", code, changed)
	}
	var tested provider.Tested
	if code := h.ask(t, "POST /api/providers/mine/test", "", &tested); code != 200 || !tested.OK || len(tested.Models) != 2 {
		t.Errorf("%d %+v", code, tested)
	}
	if code := h.ask(t, "PATCH /api/providers/nobody", `{}`, &p); code != 404 {
		t.Error(code)
	}
	log, err := audit.List(t.Context(), h.db, "", 10) // the newest first
	if err != nil || len(log) != 2 || log[0].Action != "provider.update" || log[0].Detail["models"] != "my-own" || log[0].Actor != "u" || !strings.Contains(log[0].Detail["options"], `"concurrent":2`) {
		t.Errorf("%+v, %v", log, err)
	}
}
