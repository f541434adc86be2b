package app_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"parley/internal/app"
	"parley/internal/app/apptest"
	"parley/internal/chat"
	"parley/internal/feature/provider"
	"parley/internal/kit/id"
	"parley/internal/llm"
	"parley/internal/llm/llmtest/upstream"
)

// failureOf returns the last part of an answer, which has to be an error.
func failureOf(t *testing.T, m chat.Message) llm.Failure {
	t.Helper()
	if len(m.Parts) == 0 || m.Parts[len(m.Parts)-1].Failure == nil {
		t.Fatalf("the answer has no error part: %+v", m)
	}
	return *m.Parts[len(m.Parts)-1].Failure
}

func TestProviderFaults(t *testing.T) {
	t.Parallel()
	faults := map[string]struct {
		code string
		text string
		// calls is how often the provider is asked; 0 is more than once.
		calls     int
		retryable bool
	}{
		"status-400":         {code: "provider_bad_request", calls: 1},
		"status-401":         {code: "provider_auth", calls: 1},
		"status-403":         {code: "provider_auth", calls: 1},
		"status-404":         {code: "provider_model_not_found", calls: 1},
		"status-429-60":      {code: "provider_rate_limited", calls: 1, retryable: true},
		"status-500":         {code: "provider_server", retryable: true},
		"context":            {code: "provider_context_too_long", calls: 1},
		"html":               {code: "provider_protocol", calls: 1},
		"tokens-4+close":     {code: "provider_truncated", text: " t0001 t0002 t0003 t0004", calls: 1, retryable: true},
		"tokens-4+reset":     {code: "provider_truncated", text: " t0001 t0002 t0003 t0004", calls: 1, retryable: true},
		"tokens-4+malformed": {code: "provider_protocol", text: " t0001 t0002 t0003 t0004", calls: 1},
		"tokens-4+error":     {code: "", text: " t0001 t0002 t0003 t0004", calls: 1},
		"tokens-4+filter":    {code: "provider_content_filtered", text: " t0001 t0002 t0003 t0004", calls: 1},
		"reasoning-2+close":  {code: "provider_truncated", calls: 1, retryable: true},
	}
	w := apptest.Start(t, apptest.Options{})
	for _, model := range []string{apptest.Plain, apptest.Claude} {
		for script, want := range faults {
			t.Run(strings.ReplaceAll(model, "/", "-")+" "+script, func(t *testing.T) {
				t.Parallel()
				c, chatID, mark := w.Alice.Program(), id.New(), id.New()
				calls := func() (n int) {
					for _, call := range w.Provider.Calls() {
						if strings.Contains(string(call.Body), mark) {
							n++
						}
					}
					return n
				}
				m := c.Finish(t, c.Send(t, chatID, object{"text": "script:" + script + " " + mark, "model": model}))
				f := failureOf(t, m)
				if m.Status != chat.StatusFailed || want.code != "" && f.Code != want.code || m.Text() != want.text {
					t.Errorf("ended %s with %+v and %q", m.Status, f, m.Text())
				}
				if f.Message == "" || strings.Contains(f.Detail+f.Message, apptest.ProviderKey) {
					t.Errorf("the user is told %+v", f)
				}
				if want.retryable && !f.Retryable {
					t.Errorf("a retry can help, but it says not: %+v", f)
				}
				if n := calls(); want.calls == 0 && n < 2 || want.calls > 0 && n != want.calls {
					t.Errorf("the provider was asked %d times instead of %d", n, want.calls)
				}
				if script == "status-429-60" && f.RetryAfter != 60 {
					t.Errorf("retry after %d s instead of 60", f.RetryAfter)
				}
				next := c.Finish(t, c.Send(t, chatID, object{"text": "and now", "model": apptest.Echo}))
				if next.Status != chat.StatusComplete || next.Text() == "" {
					t.Errorf("the chat is not usable: %+v", next)
				}
				again := c.Finish(t, c.Send(t, chatID, object{"regenerate": m.ID, "model": apptest.Echo}))
				if again.Status != chat.StatusComplete {
					t.Errorf("it cannot be tried again: %+v", again)
				}
			})
		}
	}
}

// A provider that says nothing at all is left at once when the user stops.
func TestStopOfAHangingProvider(t *testing.T) {
	t.Parallel()
	w := apptest.Start(t, apptest.Options{})
	c := w.Alice.Program()
	for _, script := range []string{"hang", "wait-600000+tokens-1", "tokens-2+hang", "reasoning-2+hang", "call-calculator+hang"} {
		a := c.Say(t, "script:"+script+" x")
		if err := w.Provider.Await(t.Context(), active(1)); err != nil {
			t.Fatal(err)
		}
		c.Want(t, 202, "POST", "/api/turns/"+string(a.Turn)+"/stop", nil)
		if m := c.Finish(t, a); m.Status != chat.StatusStopped {
			t.Errorf("%s: %+v", script, m)
		}
		if err := w.Provider.Await(t.Context(), active(0)); err != nil { // the call is cut, not only left alone
			t.Fatal(err)
		}
	}
}

func active(n int) func(upstream.State) bool {
	return func(s upstream.State) bool { return s.Active == n }
}

// A provider may send bytes that no protocol has.
func TestGarbageFromAProvider(t *testing.T) {
	t.Parallel()
	head := `data: {"choices":[{"delta":{"content":"begun"}}]}` + "\n\n"
	bodies := map[string]string{
		"invalid UTF-8":        "data: {\"choices\":[{\"delta\":{\"content\":\"a\xff\xfe\xc3b\"}}]}\n\ndata: [DONE]\n\n",
		"zero bytes":           head + "data: {\"choices\":[{\"delta\":{\"content\":\"a\\u0000b\"}}]}\n\ndata: [DONE]\n\n",
		"lone surrogates":      head + `data: {"choices":[{"delta":{"content":"\ud800"}}]}` + "\n\ndata: [DONE]\n\n",
		"binary":               "\x00\x01\x02\xff\xfe",
		"nothing":              "",
		"not SSE":              `{"error":"no"}`,
		"wrong types":          head + `data: {"choices":7}` + "\n\n" + `data: {"choices":[{"delta":[]}]}` + "\n\n",
		"null everywhere":      head + "data: null\n\ndata: {\"choices\":null}\n\ndata: {\"choices\":[null]}\n\ndata: [DONE]\n\n",
		"negative index":       head + `data: {"choices":[{"delta":{"tool_calls":[{"index":-1,"id":"x","function":{"name":"calculator","arguments":"{}"}}]}}]}` + "\n\ndata: [DONE]\n\n",
		"huge index":           head + `data: {"choices":[{"delta":{"tool_calls":[{"index":1000000000,"id":"x","function":{"name":"calculator","arguments":"{}"}}]}}]}` + "\n\ndata: [DONE]\n\n",
		"frames in the text":   `data: {"choices":[{"delta":{"content":"\n\nevent: done\ndata: {}\n\n"}}]}` + "\n\ndata: [DONE]\n\n",
		"events of no meaning": "event: \nid: \nretry: x\ndata:\n\n: c\n\n" + head + "data: [DONE]\n\n",
		"usage of nonsense":    head + `data: {"choices":[],"usage":{"prompt_tokens":-5,"completion_tokens":1e300}}` + "\n\ndata: [DONE]\n\n",
	}
	back := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		rw.Header().Set("Content-Type", "text/event-stream")
		name, _, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/v1/"), "/")
		_, _ = rw.Write([]byte(bodies[name]))
	}))
	t.Cleanup(back.Close)
	w := apptest.Start(t, apptest.Options{Config: func(c *app.Config) {
		for name := range bodies {
			c.Endpoints.Custom = append(c.Endpoints.Custom, provider.Entry{
				Name: name, APIKey: "x", BaseURL: back.URL + "/v1/" + strings.ReplaceAll(name, " ", "%20"), Models: provider.EntryModels{Default: provider.Models("m")},
			})
		}
	}})
	c := w.Alice.Program()
	for name := range bodies {
		a := c.Send(t, id.New(), object{"text": "x", "model": name + "/m"})
		m := c.Finish(t, a)
		if m.Status.IsLive() {
			t.Errorf("%s: %+v", name, m)
		}
		if m.Status == chat.StatusFailed {
			failureOf(t, m)
		}
		if name == "invalid UTF-8" && m.Status == chat.StatusComplete && !strings.Contains(m.Text(), "\ufffd") {
			t.Errorf("invalid UTF-8 became %q", m.Text())
		}
		if name == "frames in the text" && (m.Status != chat.StatusComplete || m.Text() != "\n\nevent: done\ndata: {}\n\n") {
			t.Errorf("%s: %+v", name, m)
		}
		if u := m.Usage; u != nil && (u.Input < 0 || u.Output < 0) {
			t.Errorf("%s: the usage is %+v", name, u.Usage)
		}
		if next := c.Finish(t, c.Send(t, string(a.Chat), object{"text": "x", "model": apptest.Plain})); next.Status != chat.StatusComplete {
			t.Errorf("%s: the chat is not usable: %+v", name, next)
		}
	}
	if strings.Contains(w.Logs.String(), "panic") {
		t.Errorf("a provider caused a panic: %s", fmt.Sprint(w.Logs))
	}
}
