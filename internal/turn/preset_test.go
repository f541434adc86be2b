package turn_test

import (
	"testing"

	"parley/internal/kit/db"
	"parley/internal/kit/id"
	"parley/internal/kit/testkit"
	"parley/internal/llm/llmtest/upstream"
)

// Where there are no presets, a turn with one is refused and leaves nothing.
func TestNoPresets(t *testing.T) {
	t.Parallel()
	testkit.Databases(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d, upstream.Options{Default: "tokens-5"})
		chatID := id.New()
		a := w.do(w.alice, "POST", "/api/chats/"+chatID+"/turns", map[string]any{"text": "x", "model": "up/plain", "preset": id.New()})
		if a.status != 404 || a.code(t) != "preset_not_found" {
			t.Errorf("answered %d: %s", a.status, a.body)
		}
		if a := w.do(w.alice, "GET", "/api/chats/"+chatID, nil); a.status != 404 {
			t.Errorf("the chat was made: %d", a.status)
		}
	})
}
