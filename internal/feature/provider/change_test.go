package provider_test

import (
	"io"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"parley/internal/feature/provider"
	"parley/internal/kit/testkit"
	"parley/internal/llm"
)

// takes lists two models for these keys, and for no other.
func takes(keys ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if !slices.Contains(keys, strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")) {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		_, _ = io.WriteString(w, twoModels)
	}
}

// addMine adds the provider "Mine" of this address with the key "sk-a".
func (h *house) addMine(t *testing.T, address string) {
	t.Helper()
	if code := h.ask(t, "POST /api/providers", `{"name":"Mine","kind":"custom","baseUrl":"`+address+`/v1","key":"sk-a"}`, nil); code != 200 {
		t.Fatal(code)
	}
}

func TestKeysAreAddedAndTakenAway(t *testing.T) {
	t.Parallel()
	up := serve(t, map[string]http.HandlerFunc{
		"GET /v1/models": takes("sk-a", "sk-b", "sk-c"),
		"POST /v1/chat/completions": func(w http.ResponseWriter, r *http.Request) {
			answers(strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer sk-"))(w, r)
		},
	})
	other := serve(t, map[string]http.HandlerFunc{"GET /v1/models": takes("sk-b", "sk-d")})
	h := open(t, testkit.SQLite(t), provider.Config{})
	h.addMine(t, up.URL)
	said := func() (all string) {
		t.Helper()
		for range 3 {
			got, failed := h.call(t, "u", "Mine/gpt-4o", llm.Request{})
			if failed != nil {
				t.Fatal(failed)
			}
			all += got.Text
		}
		return all
	}
	for _, step := range []struct {
		body, said string
		keys       int
	}{
		{`{"addKeys":["sk-b"," sk-c ","sk-a",""]}`, "abc", 3},
		{`{"models":["gpt-4o"]}`, "abc", 3},
		{`{"removeKeys":[2]}`, "aca", 2},
		{`{"removeKeys":[1],"addKeys":["sk-b"]}`, "cbc", 2},
		{`{"key":"sk-a"}`, "aba", 2},
		{`{"removeKeys":[1,2],"addKeys":["sk-c"]}`, "ccc", 1},
	} {
		var got provider.Configured
		if code := h.ask(t, "PATCH /api/providers/mine", step.body, &got); code != 200 || got.Keys != step.keys || !got.KeySet {
			t.Fatalf("%s: %d %+v", step.body, code, got)
		}
		if got := said(); got != step.said {
			t.Errorf("%s: the keys %s answer, not %s", step.body, got, step.said)
		}
	}
	var p problem
	for body, code := range map[string]string{
		`{"addKeys":["sk-b","sk-wrong"]}`:                          "provider_failed",
		`{"removeKeys":[1],"baseUrl":"` + other.URL + `/v1"}`:      "provider_key_missing",
		`{"key":"sk-wrong","baseUrl":"` + other.URL + `/v1"}`:      "provider_failed",
		`{"options":{"proxy":"http://somebody:secret@host"}}`:      "proxy_invalid",
		`{"options":{"proxy":"ftp://host"}}`:                       "proxy_invalid",
		`{"options":{"proxy":"` + other.URL + `"}}`:                "provider_key_missing", // it would read what goes to http
		`{"options":{"timeouts":{"idle":-1}}}`:                     "invalid",
		`{"options":{"timeouts":{"firstToken":100000}}}`:           "invalid",
		`{"addKeys":["` + strings.Repeat(`","`, 30) + `"]}`:        "invalid",
		`{"options":{"proxy":"` + strings.Repeat("x", 301) + `"}}`: "invalid",
	} {
		if status := h.ask(t, "PATCH /api/providers/mine", body, &p); status != 422 && status != 400 || p.Code != code {
			t.Errorf("%s: %d %+v", body, status, p)
		}
	}
	// No stored key goes to another server, however it is asked.
	if code := h.ask(t, "PATCH /api/providers/mine", `{"addKeys":["sk-b"]}`, nil); code != 200 {
		t.Fatal(code)
	}
	var moved provider.Configured
	if code := h.ask(t, "PATCH /api/providers/mine", `{"key":"sk-d","baseUrl":"`+other.URL+`/v1"}`, &moved); code != 200 || moved.Keys != 1 {
		t.Errorf("%d %+v", code, moved)
	}
}

func TestTimeoutsAndProxyOfAnAddedProvider(t *testing.T) {
	t.Parallel()
	up := serve(t, map[string]http.HandlerFunc{"GET /v1/models": takes("sk-a")})
	proxy := serve(t, map[string]http.HandlerFunc{"GET /v1/models": takes("sk-a")})
	h := open(t, testkit.SQLite(t), provider.Config{})
	h.addMine(t, up.URL)
	body := `{"key":"sk-a","options":{"proxy":" ` + proxy.URL + ` ","timeouts":{"connect":3,"firstToken":600,"idle":45}}}`
	var got provider.Configured
	if code := h.ask(t, "PATCH /api/providers/mine", body, &got); code != 200 || got.Options.Timeouts != (provider.Waits{Connect: 3, FirstToken: 600, Idle: 45}) {
		t.Fatalf("%d %+v", code, got)
	}
	if asked := proxy.requests(); len(asked) != 1 || "http://"+asked[0].Host != up.URL {
		t.Errorf("the proxy was asked for %+v", asked)
	}
	if as := h.Added()[0]; as.Timeouts != (provider.Timeouts{Connect: 3 * time.Second, FirstToken: 10 * time.Minute, Idle: 45 * time.Second}) || as.Proxy.Reveal() != proxy.URL {
		t.Errorf("it is called with %+v", as.Tuning)
	}
	before := len(up.requests())
	if code := h.ask(t, "PATCH /api/providers/mine", `{"options":{"proxy":"direct"}}`, &got); code != 200 || len(up.requests()) != before+1 {
		t.Errorf("%d %+v", code, got)
	}
}

func TestTwoAdministratorsChangeOneProvider(t *testing.T) {
	t.Parallel()
	var h *house
	var overtakes atomic.Bool
	up := serve(t, map[string]http.HandlerFunc{"GET /v1/models": func(w http.ResponseWriter, r *http.Request) {
		if overtakes.CompareAndSwap(true, false) { // while the one waits for the trial, the other is quicker
			if code := h.ask(t, "PATCH /api/providers/mine", `{"key":"sk-b"}`, nil); code != 200 {
				t.Errorf("the quicker one: %d", code)
			}
		}
		takes("sk-a", "sk-b")(w, r)
	}})
	h = open(t, testkit.SQLite(t), provider.Config{})
	h.addMine(t, up.URL)
	overtakes.Store(true)
	var p problem
	if code := h.ask(t, "PATCH /api/providers/mine", `{"models":["my-own"]}`, &p); code != http.StatusConflict || p.Code != "provider_changed" {
		t.Errorf("the slower one: %d %+v", code, p)
	}
	if key := h.Added()[0].APIKey.Reveal(); key != "sk-b" {
		t.Errorf("the key that was replaced is back: %s", key)
	}
	var got provider.Configured
	if code := h.ask(t, "PATCH /api/providers/mine", `{"revision":1,"models":["my-own"]}`, &p); code != http.StatusConflict || p.Code != "provider_changed" {
		t.Errorf("a form of before: %d %+v", code, p)
	}
	if code := h.ask(t, "PATCH /api/providers/mine", `{"revision":2,"models":["my-own"]}`, &got); code != 200 || got.Revision != 3 {
		t.Errorf("the form of now: %d %+v", code, got)
	}
}
