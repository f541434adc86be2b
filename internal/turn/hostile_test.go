package turn_test

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"unicode/utf8"

	"parley/internal/chat"
	"parley/internal/kit/id"
	"parley/internal/llm"
	"parley/internal/llm/llmtest/upstream"
	"parley/internal/meter"
	"parley/internal/tool"
	"parley/internal/turn"
)

// model is a provider that says what a test wants: answer n of the turn.
type model struct {
	calls  atomic.Int64
	answer func(n int64, say func(llm.Event) bool)
	asked  atomic.Pointer[llm.Request]
}

// request is the last that the model was sent.
func (m *model) request() llm.Request { return *m.asked.Load() }

func (m *model) Stream(ctx context.Context, request llm.Request) iter.Seq2[llm.Event, error] {
	m.asked.Store(&request)
	return func(yield func(llm.Event, error) bool) {
		left := false
		m.answer(m.calls.Add(1), func(e llm.Event) bool {
			left = left || ctx.Err() != nil || !yield(e, nil)
			return !left
		})
	}
}

func calling(id, name string, block int) []llm.Event {
	return []llm.Event{
		{Kind: llm.EventToolStart, Block: block, ID: id, Name: name},
		{Kind: llm.EventToolDelta, Block: block, Text: "{}"},
		{Kind: llm.EventToolEnd, Block: block},
	}
}

func finishing(reason llm.FinishReason) llm.Event {
	return llm.Event{Kind: llm.EventFinish, Reason: reason, Usage: &llm.Usage{Input: 1, Output: 1}}
}

// However much a provider sends, and in whatever shape, an answer ends.
func TestAnswersAreBounded(t *testing.T) {
	const longest = 64 << 10
	endless := map[string]func(say func(llm.Event) bool){
		"text": func(say func(llm.Event) bool) {
			for say(llm.Event{Kind: llm.EventText, Text: "für immer "}) {
			}
		},
		"one event": func(say func(llm.Event) bool) {
			if say(llm.Event{Kind: llm.EventText, Text: strings.Repeat("für immer ", longest)}) {
				say(finishing(llm.FinishStop))
			}
		},
		"arguments": func(say func(llm.Event) bool) {
			say(llm.Event{Kind: llm.EventToolStart, ID: "a", Name: "look"})
			for say(llm.Event{Kind: llm.EventToolDelta, Text: `{"a":`}) {
			}
		},
		"blocks": func(say func(llm.Event) bool) {
			for i := 0; say(llm.Event{Kind: llm.EventReasoning, Block: i, Text: "x"}); i++ {
			}
		},
		"calls": func(say func(llm.Event) bool) {
			for i := 0; say(llm.Event{Kind: llm.EventToolStart, Block: i, ID: fmt.Sprint(i), Name: "look"}); i++ {
			}
		},
		"sources": func(say func(llm.Event) bool) {
			for i := 0; say(llm.Event{Kind: llm.EventPart, Block: i, Part: &llm.Part{Type: llm.PartSource, Source: &llm.Source{URL: "x"}}}); i++ {
			}
		},
		"notices": func(say func(llm.Event) bool) {
			for say(llm.Event{Kind: llm.EventNotice, Text: "x"}) {
			}
		},
		"raw": func(say func(llm.Event) bool) {
			raw := json.RawMessage(`"` + strings.Repeat("x", 2*longest) + `"`)
			say(llm.Event{Kind: llm.EventReasoning, Text: "x"})
			for say(llm.Event{Kind: llm.EventReasoningEnd, Raw: raw, Protocol: "p"}) {
			}
		},
	}
	each(t, upstream.Options{}, func(t *testing.T, w *world) {
		w.stop()
		look := newTool("look", tool.None)
		w.longest, w.tools.List = longest, tool.List{look}
		w.start()
		for name, answer := range endless {
			w.models.own = &model{answer: func(_ int64, say func(llm.Event) bool) { answer(say) }}
			a := w.send(id.New(), map[string]any{"text": "go", "model": "up/own"})
			m := w.finish(a)
			if m.Status != chat.StatusComplete || m.Limit != chat.LimitLength {
				t.Errorf("%s: ended as %s, limit %q", name, m.Status, m.Limit)
			}
			stored, err := json.Marshal(m.Parts)
			must(t, err)
			if len(stored) > 3*longest || len(m.Parts) > 2*(longest>>10)+2 || !utf8.Valid(stored) || strings.Contains(string(stored), "\ufffd") {
				t.Errorf("%s: %d parts of %d bytes are stored", name, len(m.Parts), len(stored))
			}
			if last := m.Parts[len(m.Parts)-1]; name != "calls" && name != "arguments" && last.Type != llm.PartNotice {
				t.Errorf("%s: nothing says why the answer ends: %v", name, last)
			}
			if m.Usage == nil || !m.Usage.Estimated || m.Usage.Output == 0 && name != "sources" && name != "notices" && name != "calls" {
				t.Errorf("%s: took %+v", name, m.Usage)
			}
			w.models.own = &model{answer: func(_ int64, say func(llm.Event) bool) { say(finishing(llm.FinishStop)) }}
			if again := w.finish(w.send(string(a.Chat), map[string]any{"text": "and?", "model": "up/own"})); again.Status != chat.StatusComplete {
				t.Errorf("%s: the chat cannot go on: %s", name, again.Status)
			}
		}
		if n := len(look.runs); n != 0 {
			t.Errorf("%d calls of answers that were cut off have run", n)
		}
		lines, err := meter.Lines(t.Context(), w.db, w.alice.id)
		must(t, err)
		if len(lines) != 2*len(endless) {
			t.Errorf("%d calls are in the ledger, want %d", len(lines), 2*len(endless))
		}
	})
}

// A server that counts its calls anew in each answer, or asks for too many at
// once, has each call answered exactly once.
func TestCallsOfOneNumber(t *testing.T) {
	each(t, upstream.Options{}, func(t *testing.T, w *world) {
		look := newTool("look", tool.Ask)
		w.tools.List = tool.List{look}
		w.models.own = &model{answer: func(n int64, say func(llm.Event) bool) {
			if n == 3 {
				say(finishing(llm.FinishStop))
				return
			}
			for _, e := range calling("call_0", "look", 0) {
				say(e)
			}
			say(finishing(llm.FinishTools))
		}}
		a := w.send(id.New(), map[string]any{"text": "go", "model": "up/own"})
		s := w.open(a.Turn, "0")
		seen := map[string]bool{}
		for range 2 {
			s.until("status", "waiting")
			call := waitingIn(w.message(string(a.Chat), a.Messages.Reply))
			if call == "" || seen[call] {
				t.Fatalf("call %q waits", call)
			}
			seen[call] = true
			if got := w.do(w.alice, "POST", "/api/turns/"+string(a.Turn)+"/approvals", map[string]any{"call": call, "decision": "once"}); got.status != http.StatusAccepted {
				t.Fatalf("approval was answered %d: %s", got.status, got.body)
			}
		}
		s.until("done", "complete")
		m := w.message(string(a.Chat), a.Messages.Reply)
		results := map[string]int{}
		for _, p := range m.Parts {
			if p.Result != nil {
				results[p.Result.CallID]++
			}
		}
		if len(look.runs) != 2 || len(results) != 2 {
			t.Errorf("the tool ran %d times, results %v", len(look.runs), results)
		}
		if m.Usage == nil || m.Usage.Input != 3 {
			t.Errorf("three model calls of one token took %+v", m.Usage)
		}
	})
}

func waitingIn(m chat.Message) string {
	for _, p := range m.Parts {
		if p.Call != nil && p.Call.Status == llm.CallWaiting {
			return p.Call.ID
		}
	}
	return ""
}

func TestTooManyCalls(t *testing.T) {
	each(t, upstream.Options{}, func(t *testing.T, w *world) {
		look := newTool("look", tool.None)
		look.runs = make(chan string, 500)
		w.tools.List = tool.List{look}
		w.models.own = &model{answer: func(n int64, say func(llm.Event) bool) {
			for i := range 500 {
				for _, e := range calling(fmt.Sprint("c", i), "look", i) {
					if n == 1 {
						say(e)
					}
				}
			}
			say(finishing(llm.FinishStop))
		}}
		m := w.finish(w.send(id.New(), map[string]any{"text": "go", "model": "up/own"}))
		results := 0
		for _, p := range m.Parts {
			if p.Result != nil {
				results++
			}
		}
		if m.Status != chat.StatusComplete || len(look.runs) != 128 || results != 500 {
			t.Errorf("%s: %d calls ran, %d have a result", m.Status, len(look.runs), results)
		}
	})
}

// parked returns a turn that waits for an approval of the tool look.
func (w *world) parked() (turn.Accepted, counting) {
	w.t.Helper()
	w.stop()
	look := newTool("look", tool.Ask)
	w.tools.List = tool.List{look}
	w.start()
	a := w.send(id.New(), map[string]any{"text": "script:call-look+tokens-3", "model": "up/x"})
	w.open(a.Turn, "0").until("status", "waiting")
	return a, look
}

// broken runs f while nothing can be stored in messages.
func (w *world) broken(f func()) {
	w.t.Helper()
	_, err := w.db.Exec(w.t.Context(), `ALTER TABLE messages RENAME TO elsewhere`)
	must(w.t, err)
	f()
	_, err = w.db.Exec(w.t.Context(), `ALTER TABLE elsewhere RENAME TO messages`)
	must(w.t, err)
}

// An answer to a waiting call that could not be stored was not given: it can be
// given again, and the call runs once.
func TestDecisionThatIsNotStored(t *testing.T) {
	each(t, upstream.Options{}, func(t *testing.T, w *world) {
		a, look := w.parked()
		call := waitingIn(w.message(string(a.Chat), a.Messages.Reply))
		decide := func() answer {
			return w.do(w.alice, "POST", "/api/turns/"+string(a.Turn)+"/approvals", map[string]any{"call": call, "decision": "once"})
		}
		w.broken(func() {
			if got := decide(); got.status != http.StatusInternalServerError {
				t.Errorf("a decision that cannot be stored was answered %d: %s", got.status, got.body)
			}
		})
		if got := waitingIn(w.message(string(a.Chat), a.Messages.Reply)); got != call {
			t.Errorf("call %q waits, want %q", got, call)
		}
		if got := decide(); got.status != http.StatusAccepted {
			t.Fatalf("the decision was answered %d the second time: %s", got.status, got.body)
		}
		if m := w.finish(a); m.Status != chat.StatusComplete || len(look.runs) != 1 {
			t.Errorf("ended as %s, the tool ran %d times", m.Status, len(look.runs))
		}
	})
}

func TestStopOfWaiting(t *testing.T) {
	stop := func(w *world, a turn.Accepted) answer {
		return w.do(w.alice, "POST", "/api/turns/"+string(a.Turn)+"/stop", nil)
	}
	each(t, upstream.Options{}, func(t *testing.T, w *world) {
		t.Run("not stored", func(t *testing.T) {
			a, look := w.parked()
			w.broken(func() {
				if got := stop(w, a); got.status != http.StatusInternalServerError {
					t.Errorf("a stop that cannot be stored was answered %d: %s", got.status, got.body)
				}
			})
			if got := stop(w, a); got.status != http.StatusAccepted {
				t.Fatalf("the stop was answered %d the second time: %s", got.status, got.body)
			}
			if m := w.finish(a); m.Status != chat.StatusStopped || len(look.runs) != 0 {
				t.Errorf("ended as %s, the tool ran %d times", m.Status, len(look.runs))
			}
		})
		t.Run("after a restart", func(t *testing.T) {
			a, look := w.parked()
			w.stop()
			w.start()
			if got := stop(w, a); got.status != http.StatusAccepted {
				t.Fatalf("the stop was answered %d: %s", got.status, got.body)
			}
			if m := w.finish(a); m.Status != chat.StatusStopped || len(look.runs) != 0 {
				t.Errorf("ended as %s, the tool ran %d times", m.Status, len(look.runs))
			}
			var view turn.View
			w.do(w.alice, "GET", "/api/turns/"+string(a.Turn), nil).decode(t, &view)
			if view.Status != chat.StatusStopped {
				t.Errorf("the turn is %s", view.Status)
			}
		})
	})
}

// One turn whose frames cannot be journaled, for a node that took it over has
// written its own, must not keep those of the others out.
func TestJournalOfATurnThatIsLost(t *testing.T) {
	each(t, upstream.Options{}, func(t *testing.T, w *world) {
		lost := w.send(id.New(), map[string]any{"text": "script:tokens-3+hold+tokens-3", "model": "up/x"})
		w.open(lost.Turn, "0").until("delta", "t0003")
		w.journaled(lost.Turn, "t0003")
		_, err := w.journal.Exec(t.Context(), `INSERT INTO journal (turn_id, first_seq, last_seq, node, frames, created_at)
			SELECT turn_id, MAX(last_seq) + 1, MAX(last_seq) + 1, 'another', frames, created_at FROM journal WHERE turn_id = $1
			GROUP BY turn_id, frames, created_at ORDER BY 2 DESC LIMIT 1`, string(lost.Turn))
		must(t, err)
		w.provider.Release()
		w.open(lost.Turn, "0").until("done", "complete")
		other := w.send(id.New(), map[string]any{"text": "script:tokens-5", "model": "up/x"})
		w.finish(other)
		w.journaled(other.Turn, `"status":"complete"`)
	})
}

// A chat that is deleted while it is answered costs nothing more.
func TestDeleteWhileRunning(t *testing.T) {
	each(t, upstream.Options{}, func(t *testing.T, w *world) {
		a := w.send(id.New(), map[string]any{"text": "script:tokens-3+hang", "model": "up/x"})
		s := w.open(a.Turn, "0")
		s.until("delta", "t0003")
		if got := w.do(w.alice, "DELETE", "/api/chats/"+string(a.Chat), nil); got.status != http.StatusNoContent {
			t.Fatalf("the deletion was answered %d: %s", got.status, got.body)
		}
		s.until("done", "stopped")
		if got := w.do(w.alice, "GET", "/api/chats/"+string(a.Chat), nil); got.status != http.StatusNotFound {
			t.Errorf("the deleted chat was answered %d", got.status)
		}
		if got := w.do(w.alice, "POST", "/api/chats/"+string(a.Chat)+"/restore", nil); got.status != http.StatusOK {
			t.Fatalf("the restoration was answered %d: %s", got.status, got.body)
		}
		if m := w.message(string(a.Chat), a.Messages.Reply); m.Status != chat.StatusStopped || !strings.Contains(m.Text(), "t0003") {
			t.Errorf("the answer is %s: %q", m.Status, m.Text())
		}
	})
}
