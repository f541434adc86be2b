package upstream_test

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"parley/internal/llm/llmtest/upstream"

	"github.com/google/go-cmp/cmp"
)

func TestRecordsCalls(t *testing.T) {
	t.Parallel()
	server, url := start(t, upstream.Options{Keep: 2, Default: "tokens-1"})
	ask(t.Context(), t, url+chatPath, "first", hello)
	ask(t.Context(), t, url+chatPath, "second", `[{"role":"system","content":"be brief"},{"role":"user","content":`+
		`[{"type":"text","text":"see "},{"type":"image_url","image_url":{"url":"data:"}},{"type":"text","text":"this"}]}]`, "Authorization", "Bearer k")
	ask(t.Context(), t, url+messagesPath, "third", `[{"role":"user","content":"q"},{"role":"assistant","content":[{"type":"text","text":"a"},`+
		`{"type":"tool_use","id":"1","name":"fetch","input":{}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"1","content":"r"}]}]`)

	response := fetch(t, url+"/control/calls")
	var shown struct {
		State upstream.State
		Calls []upstream.Call
	}
	if err := json.NewDecoder(response.Body).Decode(&shown); err != nil {
		t.Fatal(err)
	}
	if shown.State.Calls != 3 || len(shown.Calls) != 2 {
		t.Fatalf("%d calls counted and %d kept, want 3 and 2", shown.State.Calls, len(shown.Calls))
	}
	second, third := shown.Calls[0], shown.Calls[1]
	wantSecond := []upstream.Message{{Role: "system", Text: "be brief"}, {Role: "user", Text: "see this", Images: 1}}
	if diff := cmp.Diff(wantSecond, second.Messages); diff != "" {
		t.Errorf("second call's messages differ (-want +got):\n%s", diff)
	}
	wantThird := []upstream.Message{
		{Role: "user", Text: "q"},
		{Role: "assistant", Text: "a", Calls: []string{"fetch"}},
		{Role: "user", Results: 1},
	}
	if diff := cmp.Diff(wantThird, third.Messages); diff != "" {
		t.Errorf("third call's messages differ (-want +got):\n%s", diff)
	}
	if third.LastUser() != "q" || third.Script != "tokens-1" || third.Path != messagesPath {
		t.Errorf("third call: %+v", third)
	}
	if second.Header.Get("Authorization") != "Bearer k" || !strings.Contains(string(second.Body), "image_url") {
		t.Errorf("second call: header %v, body %s", second.Header, second.Body)
	}
	if diff := cmp.Diff(server.Calls()[0].Messages, second.Messages); diff != "" {
		t.Errorf("shown and recorded calls differ:\n%s", diff)
	}
}

func TestChoiceOfScript(t *testing.T) {
	t.Parallel()
	_, url := start(t, upstream.Options{
		Select: func(call upstream.Call) string {
			if call.Model == "selected" {
				return "tokens-1"
			}
			return ""
		},
		Scripts: map[string]string{"aliased": "tokens-3", "tokens-9": "tokens-4"},
		Default: "tokens-6",
	})
	said := func(text string) string { return `[{"role":"user","content":"` + text + `"}]` }
	cases := map[string]struct {
		model, messages string
		tokens          int
	}{
		"selected":           {"selected", said("script:tokens-2"), 1},
		"message":            {"aliased", said(`script: tokens-2\nplease`), 2},
		"alias":              {"aliased", said("hello"), 3},
		"alias before name":  {"tokens-9", said("hello"), 4},
		"name":               {"tokens-5", said("hello"), 5},
		"default":            {"other", said("hello"), 6},
		"unreadable message": {"tokens-5", said("script:"), 5},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := readOpenAI(t, ask(t.Context(), t, url+chatPath, c.model, c.messages))
			if got.Text != upstream.Text(c.tokens) {
				t.Errorf("text %q, want %d tokens", got.Text, c.tokens)
			}
		})
	}
}

func TestKeyAndModels(t *testing.T) {
	t.Parallel()
	_, url := start(t, upstream.Options{Key: "secret", Models: []string{"a", "b"}})
	if got := ask(t.Context(), t, url+chatPath, "tokens-1", hello, "Authorization", "Bearer wrong").StatusCode; got != http.StatusUnauthorized {
		t.Errorf("status %d with a wrong key", got)
	}
	if got := ask(t.Context(), t, url+messagesPath, "tokens-1", hello, "X-Api-Key", "secret").StatusCode; got != http.StatusOK {
		t.Errorf("status %d with the key", got)
	}
	if got := fetch(t, url+"/v1/models").StatusCode; got != http.StatusUnauthorized {
		t.Errorf("models without a key: status %d", got)
	}
	for _, headers := range [][]string{{"Authorization", "Bearer secret"}, {"X-Api-Key", "secret", "Anthropic-Version", "2023-06-01"}} {
		body, err := io.ReadAll(fetch(t, url+"/v1/models", headers...).Body)
		if err != nil {
			t.Fatal(err)
		}
		var list struct{ Data []struct{ ID string } }
		if err := json.Unmarshal(body, &list); err != nil || len(list.Data) != 2 || list.Data[1].ID != "b" {
			t.Errorf("models: %s, error %v", body, err)
		}
	}
}

func TestStampTellsWhenATokenWasSent(t *testing.T) {
	t.Parallel()
	_, url := start(t, upstream.Options{})
	before := time.Now().Truncate(time.Microsecond)
	text := readOpenAI(t, ask(t.Context(), t, url+chatPath, "stamped-3-200", hello)).Text
	after := time.Now()
	last := before
	for i, token := range strings.Split(strings.TrimPrefix(text, " "), " ") {
		name, stamp, _ := strings.Cut(token, "@")
		at, err := upstream.Stamp([]byte(stamp))
		if err != nil {
			t.Fatal(err)
		}
		if " "+name != strings.TrimPrefix(upstream.Text(i+1), upstream.Text(i)) {
			t.Errorf("token %d is %q", i, name)
		}
		if at.Before(last) || at.After(after) {
			t.Errorf("token %d was sent at %v, not between %v and %v", i, at, last, after)
		}
		last = at
	}
	if span := last.Sub(before); span < 10*time.Millisecond {
		t.Errorf("three tokens at 200 a second took %v", span)
	}
}

func TestMarkdownHasTheAskedSize(t *testing.T) {
	t.Parallel()
	_, url := start(t, upstream.Options{})
	text := readOpenAI(t, ask(t.Context(), t, url+chatPath, "markdown-30000", hello)).Text
	if len(text) < 30_000 || len(text) > 31_000 || !strings.Contains(text, "```go") || !strings.Contains(text, "40 %") {
		t.Errorf("%d bytes of markdown: %.200s", len(text), text)
	}
}

// fetch gets a page with headers given as pairs.
func fetch(t *testing.T, url string, headers ...string) *http.Response {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	response, err := http.DefaultTransport.RoundTrip(request)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = response.Body.Close() })
	return response
}
