package turn_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"

	"parley/internal/audit"
	"parley/internal/chat"
	"parley/internal/kit/id"
	"parley/internal/llm"
	"parley/internal/llm/llmtest/upstream"
	"parley/internal/meter"
	"parley/internal/tool"
	"parley/internal/turn"
)

var auditMigrations = audit.Migrations

func TestTurn(t *testing.T) {
	t.Parallel()
	each(t, upstream.Options{}, func(t *testing.T, w *world) {
		chatID := id.New()
		a := w.send(chatID, map[string]any{"text": "Hello there", "model": "up/reasoning-3+tokens-40"})
		if string(a.Chat) != chatID {
			t.Errorf("the chat is %s, not %s", a.Chat, chatID)
		}
		events := w.open(a.Turn, "0").all()
		if got := textOf(events); got != upstream.Text(40) {
			t.Errorf("streamed %q", got)
		}
		for i, e := range events {
			if e.id != strconv.Itoa(i+1) {
				t.Fatalf("event %d has the id %s", i+1, e.id)
			}
		}
		last := events[len(events)-1]
		if want := `{"status":"complete","message":"` + string(a.Messages.Reply) + `"}`; last.name != "done" || last.data != want {
			t.Errorf("the last event is %s %s", last.name, last.data)
		}
		all := w.messages(chatID)
		if len(all) != 2 || all[0].ID != a.Messages.User || all[1].ID != a.Messages.Reply {
			t.Fatalf("messages: %+v", all)
		}
		if all[0].Text() != "Hello there" || all[0].Parent != nil || all[1].Parent == nil || *all[1].Parent != all[0].ID {
			t.Errorf("the tree is wrong: %+v", all)
		}
		reply := all[1]
		if reply.Status != chat.StatusComplete || reply.Text() != upstream.Text(40) || reply.Parts[0].Text != upstream.Reasoning(3) {
			t.Errorf("the stored answer is %+v", reply)
		}
		if reply.Usage == nil || reply.Usage.Estimated || reply.Usage.Output == 0 || reply.Usage.Cost == nil {
			t.Errorf("usage is %+v", reply.Usage)
		}
		replayed := w.open(a.Turn, "3").all()
		if len(replayed) != len(events)-3 || replayed[0] != events[3] || replayed[len(replayed)-1] != last {
			t.Errorf("a replay after 3 gave %d of %d events", len(replayed), len(events)-3)
		}
		if title := w.title(chatID); title != "Hello there" {
			t.Errorf("the title is %q", title)
		}
	})
}

func (w *world) title(chatID string) string {
	w.t.Helper()
	var c chat.Chat
	w.do(w.alice, "GET", "/api/chats/"+chatID, nil).decode(w.t, &c)
	return c.Title
}

func TestIdempotency(t *testing.T) {
	t.Parallel()
	each(t, upstream.Options{}, func(t *testing.T, w *world) {
		path := "/api/chats/" + id.New() + "/turns"
		body := map[string]any{"text": "once", "model": "up/tokens-5"}
		answers := make([]answer, 8)
		var wait sync.WaitGroup
		for i := range answers {
			wait.Go(func() { answers[i] = w.do(w.alice, "POST", path, body, "Idempotency-Key", "k1") })
		}
		wait.Wait()
		fresh := 0
		for _, a := range answers {
			if a.status != http.StatusAccepted || string(a.body) != string(answers[0].body) {
				t.Fatalf("answered %d %s and %s", a.status, a.body, answers[0].body)
			}
			if a.header.Get("Idempotency-Replayed") == "" {
				fresh++
			}
		}
		if fresh != 1 {
			t.Errorf("%d of 8 twins were not replays", fresh)
		}
		body["text"] = "twice"
		if a := w.do(w.alice, "POST", path, body, "Idempotency-Key", "k1"); a.status != 422 || a.code(t) != "idempotency_mismatch" {
			t.Errorf("another body was answered %d %s", a.status, a.body)
		}
		bad := map[string]any{"text": "later", "model": "nobody/x"}
		other := "/api/chats/" + id.New() + "/turns"
		if a := w.do(w.alice, "POST", other, bad, "Idempotency-Key", "k2"); a.status != 404 {
			t.Errorf("an unknown model was answered %d %s", a.status, a.body)
		}
		bad["model"] = "up/tokens-2"
		if a := w.do(w.alice, "POST", other, bad, "Idempotency-Key", "k2"); a.status != 202 {
			t.Errorf("a failed start was stored: %d %s", a.status, a.body)
		}
		var accepted turn.Accepted
		answers[0].decode(t, &accepted)
		w.finish(accepted)
		if calls := w.provider.Calls(); len(calls) > 2 {
			t.Errorf("%d model calls for two turns", len(calls))
		}
	})
}

func TestRefusedStarts(t *testing.T) {
	t.Parallel()
	each(t, upstream.Options{}, func(t *testing.T, w *world) {
		mine, bobs := id.New(), id.New()
		first := w.send(mine, map[string]any{"text": "mine", "model": "up/tokens-2"})
		w.finish(first)
		if a := w.do(w.bob, "POST", "/api/chats/"+bobs+"/turns", map[string]any{"text": "bob's", "model": "up/tokens-2"}); a.status != 202 {
			t.Fatalf("%d %s", a.status, a.body)
		}
		bobsMessage := id.New()
		if a := w.do(w.bob, "POST", "/api/chats/"+id.New()+"/turns", map[string]any{"text": "x", "model": "up/tokens-2", "id": bobsMessage}); a.status != 202 {
			t.Fatalf("%d %s", a.status, a.body)
		}
		tests := []struct {
			name   string
			chat   string
			body   map[string]any
			status int
			code   string
		}{
			{"empty", mine, map[string]any{"text": " \n", "model": "up/tokens-2"}, 422, "message_empty"},
			{"too long", mine, map[string]any{"text": strings.Repeat("x", 5000), "model": "up/tokens-2"}, 413, "message_too_large"},
			{"no such model", mine, map[string]any{"text": "x", "model": "nobody/y"}, 404, "model_not_found"},
			{"someone's chat", bobs, map[string]any{"text": "x", "model": "up/tokens-2"}, 404, "not_found"},
			{"someone's message id", mine, map[string]any{"text": "x", "model": "up/tokens-2", "id": bobsMessage}, 404, "not_found"},
			{"my own message id", mine, map[string]any{"text": "x", "model": "up/tokens-2", "id": first.Messages.User}, 409, "id_taken"},
			{"someone's parent", mine, map[string]any{"text": "x", "model": "up/tokens-2", "parent": bobsMessage}, 404, "not_found"},
			{"not a parent", mine, map[string]any{"text": "x", "model": "up/tokens-2", "parent": "root"}, 422, "invalid_id"},
			{"not a chat", "nothing", map[string]any{"text": "x", "model": "up/tokens-2"}, 404, "not_found"},
			{"two ways", mine, map[string]any{"text": "x", "model": "up/tokens-2", "parent": nil, "edits": first.Messages.User}, 422, "turn_conflicting"},
			{"unknown field", mine, map[string]any{"text": "x", "model": "up/tokens-2", "owner": "me"}, 422, "invalid"},
		}
		before := len(w.messages(mine))
		for _, test := range tests {
			a := w.do(w.alice, "POST", "/api/chats/"+test.chat+"/turns", test.body)
			if a.status != test.status || a.code(t) != test.code {
				t.Errorf("%s: answered %d %s", test.name, a.status, a.body)
			}
		}
		if after := len(w.messages(mine)); after != before {
			t.Errorf("%d messages became %d", before, after)
		}
	})
}

func TestStop(t *testing.T) {
	t.Parallel()
	each(t, upstream.Options{}, func(t *testing.T, w *world) {
		chatID := id.New()
		a := w.send(chatID, map[string]any{"text": "go", "model": "up/tokens-20+hold+tokens-20"})
		s := w.open(a.Turn, "0")
		s.until("delta", "t0001")
		if again := w.do(w.alice, "POST", "/api/chats/"+chatID+"/turns", map[string]any{"text": "more", "model": "up/tokens-2"}); again.status != 409 || again.code(t) != "turn_running" {
			t.Errorf("a second turn was answered %d %s", again.status, again.body)
		}
		if r := w.do(w.bob, "POST", "/api/turns/"+string(a.Turn)+"/stop", nil); r.status != 404 {
			t.Errorf("bob stops alice: %d", r.status)
		}
		if r := w.do(w.alice, "POST", "/api/turns/"+string(a.Turn)+"/stop", nil); r.status != 202 {
			t.Fatalf("stop: %d %s", r.status, r.body)
		}
		done := s.until("done", "")
		if !strings.Contains(done.data, `"stopped"`) {
			t.Errorf("done is %s", done.data)
		}
		m := w.message(chatID, a.Messages.Reply)
		if m.Status != chat.StatusStopped || m.Text() != upstream.Text(20) {
			t.Errorf("stored %s %q", m.Status, m.Text())
		}
		if m.Usage == nil || !m.Usage.Estimated || m.Usage.Output == 0 {
			t.Errorf("usage is %+v", m.Usage)
		}
		if next := w.finish(w.send(chatID, map[string]any{"text": "more", "model": "up/tokens-2"})); next.Status != chat.StatusComplete {
			t.Errorf("the chat is not usable: %s", next.Status)
		}
	})
}

func TestProviderFaults(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ model, code, text string }{
		"wrong key":     {"status-401", "provider_auth", ""},
		"rate limited":  {"status-429-60", "provider_rate_limited", ""},
		"bad request":   {"status-400", "provider_bad_request", ""},
		"server error":  {"status-500", "provider_server", ""},
		"html":          {"html", "provider_protocol", ""},
		"half a stream": {"tokens-10+close", "provider_truncated", upstream.Text(10)},
		"too long":      {"context", "provider_context_too_long", ""},
		"malformed":     {"tokens-3+malformed", "provider_protocol", upstream.Text(3)},
		"mid error":     {"tokens-3+error", "", upstream.Text(3)},
	}
	each(t, upstream.Options{}, func(t *testing.T, w *world) {
		for name, test := range tests {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				a := w.send(id.New(), map[string]any{"text": "go", "model": "up/" + test.model})
				m := w.finish(a)
				if m.Status != chat.StatusFailed || m.Text() != test.text {
					t.Fatalf("stored %s %q", m.Status, m.Text())
				}
				last := m.Parts[len(m.Parts)-1]
				if last.Failure == nil || last.Failure.Message == "" || test.code != "" && last.Failure.Code != test.code {
					t.Errorf("the failure is %+v", last.Failure)
				}
				next := w.finish(w.send(string(a.Chat), map[string]any{"text": "again", "model": "up/tokens-2"}))
				if next.Status != chat.StatusComplete {
					t.Errorf("the chat is not usable: %s", next.Status)
				}
			})
		}
	})
}

// counting is a tool that counts its runs.
type counting struct {
	spec tool.Spec
	runs chan string
	hold chan struct{}
}

func (c counting) Spec() tool.Spec { return c.spec }

func (c counting) Run(ctx context.Context, call tool.Call) (tool.Result, error) {
	c.runs <- string(call.Arguments)
	if c.hold != nil {
		select {
		case <-c.hold:
		case <-ctx.Done():
			return tool.Result{}, ctx.Err()
		}
	}
	return tool.Result{Content: "result of " + call.Name}, nil
}

func newTool(name string, approval tool.Approval) counting {
	return counting{
		spec: tool.Spec{Name: name, Label: name, Description: name, Parameters: json.RawMessage(`{"type":"object"}`), Approval: approval},
		runs: make(chan string, 100),
	}
}

func TestTools(t *testing.T) {
	t.Parallel()
	options := upstream.Options{Arguments: map[string]string{"sum": `{"a":1}`, "clock": `{}`}}
	each(t, options, func(t *testing.T, w *world) {
		w.tools.List = tool.List{newTool("sum", tool.None), newTool("clock", tool.None)}
		a := w.send(id.New(), map[string]any{"text": "add", "model": "up/tokens-2+call-sum+call-clock+call-gone+tokens-3"})
		m := w.finish(a)
		if m.Status != chat.StatusComplete {
			t.Fatalf("ended %s: %+v", m.Status, m.Parts)
		}
		status := map[string]llm.CallStatus{}
		results := map[string]string{}
		for _, p := range m.Parts {
			if p.Call != nil {
				status[p.Call.Name] = p.Call.Status
			}
			if p.Result != nil {
				results[p.Result.Name] = p.Result.Content
			}
		}
		if status["sum"] != llm.CallDone || status["clock"] != llm.CallDone || status["gone"] != llm.CallFailed {
			t.Errorf("calls ended %v", status)
		}
		if results["sum"] != "result of sum" || !strings.Contains(results["gone"], "no tool") {
			t.Errorf("results: %v", results)
		}
		calls := w.provider.Calls()
		last := calls[len(calls)-1].Messages
		if n := len(last); n < 3 || last[1].Role != "assistant" || len(last[1].Calls) != 3 || last[n-1].Role != "tool" {
			t.Errorf("the second request holds %+v", last)
		}
		lines, err := meter.Lines(t.Context(), w.db, w.alice.id)
		must(t, err)
		if len(lines) != 2 || lines[0].Estimated || lines[1].Step != 1 {
			t.Errorf("the ledger has %+v", lines)
		}
	})
}

func TestStepLimit(t *testing.T) {
	t.Parallel()
	each(t, upstream.Options{}, func(t *testing.T, w *world) {
		w.tools.List = tool.List{newTool("sum", tool.None)}
		m := w.finish(w.send(id.New(), map[string]any{"text": "loop", "model": "up/loop-sum"}))
		if m.Status != chat.StatusComplete || m.Limit != chat.LimitSteps {
			t.Errorf("ended %s by %q", m.Status, m.Limit)
		}
		next := w.do(w.alice, "POST", "/api/chats/"+string(w.chatOf(m))+"/turns",
			map[string]any{"model": "up/tokens-4", "continue": m.ID})
		var a turn.Accepted
		next.decode(t, &a)
		more := w.finish(a)
		if more.Continues != m.ID || more.Parent == nil || *more.Parent != m.ID || more.Text() != upstream.Text(4) {
			t.Errorf("continued by %+v", more)
		}
	})
}

func (w *world) chatOf(m chat.Message) chat.ID {
	w.t.Helper()
	var v turn.View
	w.do(w.alice, "GET", "/api/turns/"+m.Turn, nil).decode(w.t, &v)
	return v.Chat
}

func TestApprovalOverRestart(t *testing.T) {
	t.Parallel()
	options := upstream.Options{Arguments: map[string]string{"fetch": `{"url":"https://example.com"}`}}
	each(t, options, func(t *testing.T, w *world) {
		fetch := newTool("fetch", tool.Ask)
		w.tools.List = tool.List{fetch}
		chatID := id.New()
		a := w.send(chatID, map[string]any{"text": "read", "model": "up/tokens-2+call-fetch+call-fetch+tokens-3"})
		s := w.open(a.Turn, "0")
		s.until("status", "waiting")
		m := w.message(chatID, a.Messages.Reply)
		if m.Status != chat.StatusWaiting {
			t.Fatalf("the message is %s", m.Status)
		}
		var calls []string
		for _, p := range m.Parts {
			if p.Call != nil {
				calls = append(calls, p.Call.ID)
			}
		}
		w.stop()
		w.start()
		if m := w.message(chatID, a.Messages.Reply); m.Status != chat.StatusWaiting {
			t.Fatalf("after a restart the message is %s", m.Status)
		}
		decide := func(call, decision string) answer {
			return w.do(w.alice, "POST", "/api/turns/"+string(a.Turn)+"/approvals", map[string]string{"call": call, "decision": decision})
		}
		if r := w.do(w.bob, "POST", "/api/turns/"+string(a.Turn)+"/approvals", map[string]string{"call": calls[0], "decision": "once"}); r.status != 404 {
			t.Errorf("bob approves for alice: %d", r.status)
		}
		if r := decide(calls[0], "once"); r.status != 202 {
			t.Fatalf("approve: %d %s", r.status, r.body)
		}
		if r := decide(calls[0], "once"); r.status != 409 {
			t.Errorf("a second answer: %d %s", r.status, r.body)
		}
		if r := decide(calls[1], "deny"); r.status != 202 {
			t.Fatalf("deny: %d %s", r.status, r.body)
		}
		m = w.finish(a)
		if m.Status != chat.StatusComplete || m.Text() != upstream.Text(2)+upstream.Text(3) {
			t.Errorf("ended %s %q", m.Status, m.Text())
		}
		if len(fetch.runs) != 1 {
			t.Errorf("the tool ran %d times", len(fetch.runs))
		}
		events := w.open(a.Turn, "0").all()
		for i, e := range events {
			if e.id != strconv.Itoa(i+1) {
				t.Fatalf("event %d has the id %s", i+1, e.id)
			}
		}
	})
}

func TestCrash(t *testing.T) {
	t.Parallel()
	each(t, upstream.Options{}, func(t *testing.T, w *world) {
		slow := newTool("slow", tool.None)
		slow.hold = make(chan struct{})
		w.tools.List = tool.List{slow}
		text, inTool := id.New(), id.New()
		a := w.send(text, map[string]any{"text": "go", "model": "up/tokens-30+hold"})
		w.open(a.Turn, "0").until("delta", "t0030")
		b := w.send(inTool, map[string]any{"text": "go", "model": "up/tokens-2+call-slow+tokens-2"})
		<-slow.runs
		w.journaled(a.Turn, "t0030")
		w.crash()
		m := w.message(text, a.Messages.Reply)
		if m.Status != chat.StatusInterrupted || m.Text() != upstream.Text(30) {
			t.Errorf("ended %s %q", m.Status, m.Text())
		}
		if m.Usage == nil || !m.Usage.Estimated || m.Usage.Output == 0 {
			t.Errorf("usage is %+v", m.Usage)
		}
		m = w.message(inTool, b.Messages.Reply)
		last := m.Parts[len(m.Parts)-1]
		if m.Status != chat.StatusInterrupted || last.Result == nil || !last.Result.IsError || last.Result.Content != "interrupted" {
			t.Errorf("ended %s %+v", m.Status, m.Parts)
		}
		if len(slow.runs) != 0 {
			t.Error("the tool ran again")
		}
		ahead := w.open(a.Turn, "100000").all()
		if len(ahead) != 2 || ahead[0].name != "snapshot" || ahead[1].name != "done" {
			t.Errorf("a client that is ahead gets %+v", ahead)
		}
		w.testAfterCrash(a.Turn)
		more := w.finish(w.send(text, map[string]any{"model": "up/tokens-3", "continue": a.Messages.Reply}))
		if more.Status != chat.StatusComplete {
			t.Errorf("not continued: %s", more.Status)
		}
	})
}

// testAfterCrash reads the end of a turn that a crash cut, from each of its last
// frames on: a client may have had frames of these numbers that were lost.
func (w *world) testAfterCrash(id turn.ID) {
	w.t.Helper()
	w.journaled(id, "interrupted")
	all := w.open(id, "0").all()
	var done chat.Done
	if err := json.Unmarshal([]byte(all[len(all)-1].data), &done); err != nil || done.Kept == 0 || done.Kept >= int64(len(all)) {
		w.t.Fatalf("done of %d frames is %+v, %v", len(all), done, err)
	}
	for after := done.Kept - 1; after <= int64(len(all))+1; after++ {
		got := w.open(id, strconv.FormatInt(after, 10)).all()
		if whole := got[0].name == "snapshot"; whole != (after > done.Kept) || got[len(got)-1].name != "done" {
			w.t.Errorf("after frame %d of %d, %d kept, come %+v", after, len(all), done.Kept, got)
		}
	}
}

// journaled waits until text of a turn is in the journal.
func (w *world) journaled(turnID turn.ID, text string) {
	w.t.Helper()
	wait(w.t, "journaled", func() bool {
		rows, err := w.journal.Query(w.t.Context(), `SELECT frames FROM journal WHERE turn_id = $1`, string(turnID))
		must(w.t, err)
		defer rows.Close()
		for rows.Next() {
			var frames []byte
			must(w.t, rows.Scan(&frames))
			if strings.Contains(string(frames), text) {
				return true
			}
		}
		must(w.t, rows.Err())
		return false
	})
}

func TestRegenerateAndEdit(t *testing.T) {
	t.Parallel()
	each(t, upstream.Options{}, func(t *testing.T, w *world) {
		chatID := id.New()
		a := w.send(chatID, map[string]any{"text": "first", "model": "up/tokens-2"})
		w.finish(a)
		again := w.finish(w.send(chatID, map[string]any{"model": "up/tokens-3", "regenerate": a.Messages.Reply}))
		if again.Parent == nil || *again.Parent != a.Messages.User || again.Text() != upstream.Text(3) {
			t.Errorf("regenerated %+v", again)
		}
		e := w.send(chatID, map[string]any{"text": "changed", "model": "up/tokens-4", "edits": a.Messages.User})
		w.finish(e)
		edited := w.message(chatID, e.Messages.User)
		if edited.Edits != a.Messages.User || edited.Parent != nil {
			t.Errorf("edited %+v", edited)
		}
		calls := w.provider.Calls()
		sent := calls[len(calls)-1].Messages
		if len(sent) != 1 || sent[0].Text != "changed" {
			t.Errorf("the edited turn sent %+v", sent)
		}
		var d chat.Detail
		w.do(w.alice, "GET", "/api/chats/"+chatID, nil).decode(t, &d)
		if len(d.Path) != 2 || d.Path[0] != e.Messages.User {
			t.Errorf("the path is %v", d.Path)
		}
		w.do(w.alice, "PATCH", "/api/chats/"+chatID, map[string]any{"leaf": a.Messages.User}).decode(t, &d)
		if len(d.Path) != 2 || d.Path[1] != again.ID {
			t.Errorf("switched to %v, wanted the newest below the first message", d.Path)
		}
	})
}

func TestSomeoneElse(t *testing.T) {
	t.Parallel()
	each(t, upstream.Options{}, func(t *testing.T, w *world) {
		chatID := id.New()
		a := w.send(chatID, map[string]any{"text": "private", "model": "up/tokens-2"})
		w.finish(a)
		for _, path := range []string{
			"GET /api/chats/" + chatID, "GET /api/chats/" + chatID + "/messages", "DELETE /api/chats/" + chatID,
			"GET /api/turns/" + string(a.Turn), "GET /api/turns/" + string(a.Turn) + "/events", "POST /api/turns/" + string(a.Turn) + "/stop",
		} {
			method, route, _ := strings.Cut(path, " ")
			if r := w.do(w.bob, method, route, nil); r.status != 404 {
				t.Errorf("bob gets %d from %s", r.status, path)
			}
			if r := w.do(user{key: "pk_wrong"}, method, route, nil); r.status != 401 {
				t.Errorf("a wrong key gets %d from %s", r.status, path)
			}
		}
	})
}

// TestModelWithoutTools has a server that refuses tools, as local ones do for
// some models: the answer comes without them, and the user is told.
func TestModelWithoutTools(t *testing.T) {
	t.Parallel()
	each(t, upstream.Options{}, func(t *testing.T, w *world) {
		w.tools.List = tool.List{newTool("sum", tool.None)}
		picky := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
			body, err := io.ReadAll(r.Body)
			if err != nil || bytes.Contains(body, []byte(`"tools"`)) {
				rw.WriteHeader(http.StatusBadRequest)
				_, _ = rw.Write([]byte(`{"error":{"message":"registry/tiny does not support tools"}}`))
				return
			}
			r.Body = io.NopCloser(bytes.NewReader(body))
			w.provider.ServeHTTP(rw, r)
		}))
		t.Cleanup(picky.Close)
		w.stop()
		w.models.base = picky.URL
		w.start()
		m := w.finish(w.send(id.New(), map[string]any{"text": "hello", "model": "up/tokens-3"}))
		if m.Status != chat.StatusComplete || m.Text() != upstream.Text(3) {
			t.Fatalf("ended %s %+v", m.Status, m.Parts)
		}
		if m.Parts[0].Type != llm.PartNotice {
			t.Errorf("the user is not told: %+v", m.Parts)
		}
		if m.Usage.Estimated || m.Usage.Output == 0 {
			t.Errorf("usage is %+v", m.Usage)
		}
	})
}
