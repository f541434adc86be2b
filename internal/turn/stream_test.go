package turn_test

import (
	"testing"
	"time"

	"parley/internal/kit/db"
	"parley/internal/kit/id"
	"parley/internal/llm/llmtest/upstream"
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
		rows := func(a turn.Accepted) (n int) {
			must(t, w.journal.QueryRow(t.Context(), `SELECT COUNT(*) FROM journal WHERE turn_id = $1`, a.Turn).Scan(&n))
			return n
		}
		old := func(a turn.Accepted) {
			then := db.Millis(time.Now().Add(-48 * time.Hour))
			for _, query := range []string{`UPDATE journal SET created_at = $1 WHERE turn_id = $2`, `UPDATE turns SET started_at = $1 WHERE id = $2`} {
				_, err := w.db.Exec(t.Context(), query, then, a.Turn)
				must(t, err)
			}
			must(t, w.turns.PurgeTest(t.Context()))
		}
		a := w.send(id.New(), map[string]any{"text": "go", "model": "up/tokens-3+hold+tokens-3"})
		wait(t, "what was said is journaled", func() bool { return rows(a) > 0 })
		if old(a); rows(a) == 0 {
			t.Error("a turn that runs lost its journal")
		}
		w.provider.Release()
		w.finish(a)
		other := w.send(id.New(), map[string]any{"text": "go", "model": "up/tokens-3"})
		w.finish(other)
		wait(t, "both are journaled to the end", func() bool { return w.turns.Running() == 0 })
		if old(a); rows(a) > 0 || rows(other) == 0 {
			t.Errorf("of the old turn there are %d rows, of the new one %d", rows(a), rows(other))
		}
	})
}
