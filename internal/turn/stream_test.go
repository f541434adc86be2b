package turn_test

import (
	"testing"

	"parley/internal/kit/id"
	"parley/internal/llm/llmtest/upstream"
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
