package chat_test

import (
	"errors"
	"strings"
	"testing"

	"parley/internal/chat"
	"parley/internal/llm"
)

func TestOptionsFollowTheChat(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		id, _ := w.grow(w.alice, "a")
		w.published = nil
		set := chat.Options{Params: llm.Params{Temperature: new(0.25), Effort: "high"}, Remote: []string{"web_search"}}
		must(t, w.chats.SetOptions(t.Context(), w.alice, id, set))
		want := chat.Channel(id) + ` {"type":"options","options":{"params":{"temperature":0.25,"effort":"high"},"remote":["web_search"]}}`
		if len(w.published) != 1 || w.published[0] != want {
			t.Errorf("announced %v, want %s", w.published, want)
		}

		w.published = nil
		for name, err := range map[string]error{
			"of another user": w.chats.SetOptions(t.Context(), w.bob, id, chat.Options{}),
			"an unknown chat": w.chats.SetOptions(t.Context(), w.alice, chat.ID("00000000-0000-4000-8000-000000000000"), set),
		} {
			if !errors.Is(err, chat.ErrNotFound) {
				t.Errorf("%s: %v", name, err)
			}
		}
		for name, options := range map[string]chat.Options{
			"an administrator's": {Params: llm.Params{Drop: []string{"temperature"}}},
			"endless":            {Params: llm.Params{Stop: []string{strings.Repeat("x", 40<<10)}}},
		} {
			if err := w.chats.SetOptions(t.Context(), w.alice, id, options); !errors.Is(err, chat.ErrOptions) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if len(w.published) != 0 {
			t.Errorf("refused changes were announced: %v", w.published)
		}
	})
}
