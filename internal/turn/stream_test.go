package turn_test

import (
	"testing"
	"time"

	"parley/internal/kit/db"
	"parley/internal/kit/id"
	"parley/internal/llm/llmtest/upstream"
	"parley/internal/tool"
	"parley/internal/turn"
)

// Who is no longer let in does not go on reading what was opened before.
func TestAStreamEndsWithItsSignIn(t *testing.T) {
	t.Parallel()
	each(t, upstream.Options{}, func(t *testing.T, w *world) {
		a := w.send(id.New(), map[string]any{"text": "go", "model": "up/tokens-3+hold+tokens-3"})
		open := w.open(a.Turn, "0")
		open.until("delta", "t0003")
		must(t, w.users.SetDisabled(t.Context(), w.alice.id, true))
		if rest := open.all(); len(rest) > 0 {
			t.Errorf("after that came %v", rest)
		}
		if r := w.do(w.alice, "GET", "/api/turns/"+string(a.Turn)+"/events", nil); r.status != 401 {
			t.Errorf("a new stream is answered %d", r.status)
		}
	})
}

// What is journaled of a turn stays as long as it runs, whatever the clock says,
// and can be read frame by frame for a day after it.
func TestTheJournalOfATurnThatRunsIsKept(t *testing.T) {
	t.Parallel()
	each(t, upstream.Options{}, func(t *testing.T, w *world) {
		a := w.send(id.New(), map[string]any{"text": "go", "model": "up/tokens-3+hold+tokens-3"})
		wait(t, "what was said is journaled", func() bool { return w.rows(a) > 0 })
		if w.age(a); w.rows(a) == 0 {
			t.Error("a turn that runs lost its journal")
		}
		w.provider.Release()
		w.finish(a)
		other := w.send(id.New(), map[string]any{"text": "go", "model": "up/tokens-3"})
		w.finish(other)
		wait(t, "both are journaled to the end", func() bool { return w.turns.Running() == 0 })
		if w.age(a); w.rows(a) > 0 || w.rows(other) == 0 {
			t.Errorf("of the old turn there are %d rows, of the new one %d", w.rows(a), w.rows(other))
		}
	})
}

// A turn may wait for its user for longer than frames are kept. Who looks at it
// then, before or after it goes on, gets what there is as a whole, and the rest.
func TestATurnThatWaitedForLongIsReadAsAWhole(t *testing.T) {
	t.Parallel()
	each(t, upstream.Options{}, func(t *testing.T, w *world) {
		w.tools.List = tool.List{newTool("look", tool.Ask)}
		a := w.send(id.New(), map[string]any{"text": "go", "model": "up/tokens-2+call-look+tokens-3+hold+tokens-4"})
		w.open(a.Turn, "0").until("status", "waiting")
		w.stop()
		w.age(a)
		if n := w.rows(a); n > 0 {
			t.Fatalf("%d rows are left", n)
		}
		w.start()
		before := w.open(a.Turn, "0")
		before.until("snapshot", `"waiting"`)
		parts := w.message(string(a.Chat), a.Messages.Reply).Parts
		decision := map[string]string{"call": parts[len(parts)-1].Call.ID, "decision": "once"}
		if r := w.do(w.alice, "POST", "/api/turns/"+string(a.Turn)+"/approvals", decision); r.status != 202 {
			t.Fatalf("approve: %d %s", r.status, r.body)
		}
		before.until("delta", "t0003")
		after := w.open(a.Turn, "1")
		after.until("snapshot", "t0003")
		w.provider.Release()
		for _, s := range []*stream{before, after} {
			s.until("delta", "t0004")
			s.until("done", "complete")
		}
	})
}

// rows is how much is journaled of a turn.
func (w *world) rows(a turn.Accepted) (n int) {
	w.t.Helper()
	must(w.t, w.journal.QueryRow(w.t.Context(), `SELECT COUNT(*) FROM journal WHERE turn_id = $1`, a.Turn).Scan(&n))
	return n
}

// age makes a turn two days old, and does what is done once an hour.
func (w *world) age(a turn.Accepted) {
	w.t.Helper()
	then := db.Millis(time.Now().Add(-48 * time.Hour))
	for _, query := range []string{`UPDATE journal SET created_at = $1 WHERE turn_id = $2`, `UPDATE turns SET started_at = $1 WHERE id = $2`} {
		_, err := w.db.Exec(w.t.Context(), query, then, a.Turn)
		must(w.t, err)
	}
	must(w.t, w.turns.PurgeTest(w.t.Context()))
}
