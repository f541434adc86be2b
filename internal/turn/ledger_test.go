package turn_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"parley/internal/chat"
	"parley/internal/kit/db"
	"parley/internal/kit/id"
	"parley/internal/llm"
	"parley/internal/llm/llmtest/upstream"
	"parley/internal/meter"
	"parley/internal/tool"
	"parley/internal/turn"
)

func (w *world) lines() []meter.Line {
	w.t.Helper()
	lines, err := meter.Lines(w.t.Context(), w.db, w.alice.id)
	must(w.t, err)
	return lines
}

func (w *world) budget(b meter.Budget) {
	w.t.Helper()
	b.Hard = true
	_, err := meter.New(w.db, "test").AddBudget(w.t.Context(), b)
	must(w.t, err)
}

// used is what alice's one budget counts.
func (w *world) used() float64 {
	w.t.Helper()
	levels, err := meter.New(w.db, "test").Levels(w.t.Context(), w.alice.id)
	must(w.t, err)
	if len(levels) != 1 {
		w.t.Fatalf("%d budgets hold", len(levels))
	}
	return levels[0].Used
}

// What is reserved for a call is an estimate of its whole request: what came
// before, the tools and the new text.
func TestReservationCountsTheWholeRequest(t *testing.T) {
	t.Parallel()
	each(t, upstream.Options{}, func(t *testing.T, w *world) {
		chatID, long := id.New(), strings.Repeat("word ", 600) // 750 tokens
		w.finish(w.send(chatID, map[string]any{"text": long, "model": "up/tokens-400"}))
		held := w.send(chatID, map[string]any{"text": "and?", "model": "up/tokens-1+hang"})
		w.open(held.Turn, "0").until("delta", "t0001")
		plain := w.lines()[1].Usage.Input
		if plain < 750+600 || plain > 750+600+200 { // the answer's words are six letters and a blank
			t.Errorf("%d tokens are reserved for a chat of some 1,400", plain)
		}
		w.do(w.alice, "POST", "/api/turns/"+string(held.Turn)+"/stop", nil)
		w.finish(held)
		sum := newTool("sum", tool.None)
		sum.spec.Description = strings.Repeat("describe ", 800) // 1,800 tokens
		w.tools.List = tool.List{sum}
		held = w.send(chatID, map[string]any{"model": "up/tokens-1+hang", "regenerate": held.Messages.Reply})
		w.open(held.Turn, "0").until("delta", "t0001")
		if got := w.lines()[2].Usage.Input; got < plain+1750 || got > plain+1900 {
			t.Errorf("with a tool of 1,800 tokens %d are reserved instead of %d", got, plain)
		}
		w.do(w.alice, "POST", "/api/turns/"+string(held.Turn)+"/stop", nil)
		w.finish(held)
	})
}

// Of a turn of several steps that is cut, the last entry counts what its own
// step said, not what the others said.
func TestCutStepCountsItsOwnText(t *testing.T) {
	t.Parallel()
	each(t, upstream.Options{}, func(t *testing.T, w *world) {
		w.tools.List = tool.List{newTool("sum", tool.None)}
		chatID := id.New()
		a := w.send(chatID, map[string]any{"text": "go", "model": "up/tokens-800+call-sum+tokens-8+hold"})
		w.journaled(a.Turn, "t0008")
		wait(t, "the second step is journaled", func() bool { return w.provider.State().Calls == 2 })
		w.crash()
		m := w.message(chatID, a.Messages.Reply)
		lines := w.lines()
		if len(lines) != 2 || lines[0].Estimated || !lines[1].Estimated {
			t.Fatalf("the ledger has %+v", lines)
		}
		if got := lines[1].Usage; got.Output > 20 || got.Input < 1000 {
			t.Errorf("the cut step of some 14 tokens counts %+v", got)
		}
		if lines[1].Usage.Cost == nil || *lines[1].Usage.Cost == 0 {
			t.Error("the cut step is free")
		}
		if m.Usage == nil || m.Usage.Output != lines[0].Usage.Output+lines[1].Usage.Output {
			t.Errorf("the answer says that it took %+v", m.Usage)
		}
	})
}

// What a provider counted before the call was cut is not all that it took.
func TestACutCallCountsWhatCame(t *testing.T) {
	t.Parallel()
	each(t, upstream.Options{}, func(t *testing.T, w *world) {
		w.models.own = broken{failed: llm.Error{Kind: llm.ErrTruncated}, said: []llm.Event{
			{Kind: llm.EventUsage, Usage: &llm.Usage{Input: 1234, Output: 1, CacheRead: 7}},
			{Kind: llm.EventText, Text: strings.Repeat("many words ", 100)},
		}}
		m := w.finish(w.send(id.New(), map[string]any{"text": "go", "model": "up/own"}))
		line := w.lines()[0]
		if u := line.Usage; !line.Estimated || u.Input != 1234 || u.CacheRead != 7 || u.Output < 200 {
			t.Errorf("the ledger has %+v", line)
		}
		if m.Usage == nil || !m.Usage.Estimated || m.Usage.Output != line.Usage.Output {
			t.Errorf("the answer says that it took %+v", m.Usage)
		}
	})
}

// Fifty turns at once on a budget for a few of them: those that are let in do
// not overspend, those that are not leave nothing behind.
func TestParallelTurnsCannotOverspend(t *testing.T) {
	t.Parallel()
	each(t, upstream.Options{}, func(t *testing.T, w *world) {
		const limit = 0.002
		w.budget(meter.Budget{Scope: meter.Each, Unit: meter.Money, Period: meter.Day, Amount: limit})
		var all sync.WaitGroup
		var refused atomic.Int64
		accepted := make(chan turn.Accepted, 50)
		for range 50 {
			all.Go(func() {
				a := w.do(w.alice, "POST", "/api/chats/"+id.New()+"/turns", map[string]any{"text": "hello", "model": "up/tokens-60"})
				switch a.status {
				case http.StatusAccepted:
					var got turn.Accepted
					a.decode(t, &got)
					accepted <- got
				case http.StatusTooManyRequests:
					refused.Add(1)
					if a.code(t) != "budget_exceeded" || a.header.Get("Retry-After") == "" || !strings.Contains(string(a.body), "$0.002") {
						t.Errorf("refused with %s", a.body)
					}
				default:
					t.Errorf("answered %d: %s", a.status, a.body)
				}
			})
		}
		all.Wait()
		close(accepted)
		n := 0
		for a := range accepted {
			n++
			if m := w.finish(a); m.Status != chat.StatusComplete {
				t.Errorf("a turn ended %s: %+v", m.Status, m.Parts)
			}
		}
		var spent float64
		for _, l := range w.lines() {
			spent += *l.Usage.Cost
		}
		if n == 0 || n+int(refused.Load()) != 50 || len(w.lines()) != n {
			t.Errorf("%d turns ran, %d were refused, %d are in the ledger", n, refused.Load(), len(w.lines()))
		}
		if spent > limit || fmt.Sprintf("%.9f", spent) != fmt.Sprintf("%.9f", w.used()) {
			t.Errorf("%v was spent of %v, and the budget counts %v", spent, limit, w.used())
		}
		var chats struct{ Items []any }
		w.do(w.alice, "GET", "/api/chats?limit=100", nil).decode(t, &chats)
		if len(chats.Items) != n {
			t.Errorf("there are %d chats for %d turns", len(chats.Items), n)
		}
	})
}

// A turn that reaches the end of a budget between two of its steps fails and
// says so; what it has stays.
func TestBudgetEndsInTheMiddle(t *testing.T) {
	t.Parallel()
	each(t, upstream.Options{}, func(t *testing.T, w *world) {
		w.tools.List = tool.List{newTool("sum", tool.None)}
		w.budget(meter.Budget{Scope: meter.All, Unit: meter.Requests, Period: meter.Ever, Amount: 2})
		chatID := id.New()
		m := w.finish(w.send(chatID, map[string]any{"text": "go", "model": "up/tokens-3+call-sum+tokens-2+call-sum+tokens-9"}))
		last := m.Parts[len(m.Parts)-1]
		if m.Status != chat.StatusFailed || last.Failure == nil || last.Failure.Code != "budget_exceeded" ||
			!strings.Contains(last.Failure.Message, "server") || !strings.Contains(m.Text(), "t0003") {
			t.Errorf("ended %s: %+v", m.Status, m.Parts)
		}
		if n := w.provider.State().Calls; n != 2 || len(w.lines()) != 2 {
			t.Errorf("%d calls were made, %d are in the ledger", n, len(w.lines()))
		}
		if a := w.do(w.alice, "POST", "/api/chats/"+chatID+"/turns", map[string]any{"text": "more", "model": "up/tokens-1"}); a.status != 429 {
			t.Errorf("one more was answered %d", a.status)
		}
		if n := len(w.messages(chatID)); n != 2 {
			t.Errorf("the refused turn left %d messages", n)
		}
	})
}

// Near the end of a budget the model is told how long its answer may be, and the
// user why it ends.
func TestBudgetShortensAnAnswer(t *testing.T) {
	t.Parallel()
	each(t, upstream.Options{}, func(t *testing.T, w *world) {
		w.budget(meter.Budget{Scope: meter.All, Unit: meter.Tokens, Period: meter.Day, Amount: 1000})
		m := w.finish(w.send(id.New(), map[string]any{"text": "go", "model": "up/tokens-3+length"}))
		var sent struct {
			MaxTokens           int `json:"max_tokens"`
			MaxCompletionTokens int `json:"max_completion_tokens"`
		}
		must(t, json.Unmarshal(w.provider.Calls()[0].Body, &sent))
		if most := max(sent.MaxTokens, sent.MaxCompletionTokens); most < 400 || most > 560 {
			t.Errorf("the model may answer %d tokens of a budget of 1,000", most)
		}
		if last := m.Parts[len(m.Parts)-1]; m.Limit != chat.LimitLength || last.Type != llm.PartNotice || !strings.Contains(last.Text, "budget") {
			t.Errorf("ended by %q: %+v", m.Limit, m.Parts)
		}
		if got := w.used(); got != float64(m.Usage.Input+m.Usage.Output) {
			t.Errorf("the budget counts %v of %+v", got, m.Usage)
		}
	})
}

// A turn that fails before its call took nothing, and gives back what was
// reserved.
func TestUnmadeCallIsFree(t *testing.T) {
	t.Parallel()
	each(t, upstream.Options{}, func(t *testing.T, w *world) {
		w.budget(meter.Budget{Scope: meter.All, Unit: meter.Requests, Period: meter.Day, Amount: 1})
		refused := w.finish(w.send(id.New(), map[string]any{"text": "go", "model": "up/status-401"}))
		if refused.Status != chat.StatusFailed || w.used() != 0 {
			t.Errorf("a call that the provider refused ended %s and counts %v", refused.Status, w.used())
		}
		if m := w.finish(w.send(id.New(), map[string]any{"text": "go", "model": "up/tokens-1"})); m.Status != chat.StatusComplete || w.used() != 1 {
			t.Errorf("the next one ended %s, and the budget counts %v", m.Status, w.used())
		}
	})
}

// A call that ends in a panic is settled like one that was cut.
func TestPanicIsSettled(t *testing.T) {
	t.Parallel()
	each(t, upstream.Options{}, func(t *testing.T, w *world) {
		w.budget(meter.Budget{Scope: meter.All, Unit: meter.Tokens, Period: meter.Day, Amount: 1e6})
		w.models.own = &model{answer: func(_ int64, say func(llm.Event) bool) {
			say(llm.Event{Kind: llm.EventText, Text: strings.Repeat("word ", 80)})
			panic("in the middle of an answer")
		}}
		m := w.finish(w.send(id.New(), map[string]any{"text": "go", "model": "up/own"}))
		if m.Status != chat.StatusFailed || len(m.Text()) != 400 {
			t.Errorf("ended %s with %d bytes", m.Status, len(m.Text()))
		}
		wait(t, "the entry is settled", func() bool {
			lines := w.lines()
			return len(lines) == 1 && lines[0].Usage.Output == 100 && w.used() == float64(lines[0].Usage.Input+100)
		})
	})
}

// Calls that belong to no turn are settled when their process is gone, and what
// they held of a budget is free again; those of a process that lives go on.
func TestCallsOfADeadProcessAreSettled(t *testing.T) {
	t.Parallel()
	each(t, upstream.Options{}, func(t *testing.T, w *world) {
		w.budget(meter.Budget{Scope: meter.Each, Unit: meter.Tokens, Period: meter.Day, Amount: 100_000})
		entry := meter.Entry{User: w.alice.id, Turn: "api:1", Model: "up/m", Purpose: meter.ForAPI}
		reserve := func(by *meter.Service, e meter.Entry) {
			t.Helper()
			_, err := by.ReserveNow(t.Context(), e, meter.Expected{Input: 100, Output: 9000})
			must(t, err)
		}
		reserve(w.ledger, entry)
		if used := w.used(); used < 9100 {
			t.Fatalf("%v tokens are held", used)
		}
		w.crash()
		if line := w.lines()[0]; !line.Estimated || line.Usage.Input != 100 {
			t.Errorf("the call of the dead process is %+v", line)
		}
		if used := w.used(); used != 100 {
			t.Errorf("%v tokens are held of the dead process", used)
		}
		if w.db.Dialect() == db.SQLite { // one process alone
			return
		}
		entry.Turn = "api:2"
		reserve(w.ledger, entry)
		other := w.ledger
		w.start() // a second process beside the first one
		if used := w.used(); used < 9200 {
			t.Errorf("%v tokens are held of the living process", used)
		}
		must(t, other.Settle(t.Context(), "api:2", 0, llm.Info{ID: "up/m"}, llm.Usage{Input: 1, Output: 2}, false))
		if used := w.used(); used != 103 {
			t.Errorf("%v tokens were used in the end", used)
		}
	})
}
