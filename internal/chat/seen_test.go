package chat_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"parley/internal/chat"
	"parley/internal/kit/db"
)

func TestSeeingIsTheOwnersAlone(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		id, _ := w.grow(w.alice, "a")
		must(t, w.db.Tx(t.Context(), func(ctx context.Context, tx *db.Tx) error {
			return chat.Answered(ctx, tx, id, chat.StatusFailed, time.Now())
		}))
		if err := w.chats.See(t.Context(), w.bob, id); !errors.Is(err, chat.ErrNotFound) {
			t.Errorf("bob sees alice's chat: %v", err)
		}
		c, err := chat.Get(t.Context(), w.db, w.alice, id)
		must(t, err)
		if !c.Unread || c.Outcome != chat.StatusFailed || c.Running {
			t.Errorf("before it was seen: %+v", c)
		}
		must(t, w.chats.See(t.Context(), w.alice, id))
		if c, err = chat.Get(t.Context(), w.db, w.alice, id); err != nil || c.Unread || c.Outcome != chat.StatusFailed {
			t.Errorf("after it was seen: %+v, %v", c, err)
		}
		must(t, w.chats.Delete(t.Context(), w.alice, id))
		if err := w.chats.See(t.Context(), w.alice, id); !errors.Is(err, chat.ErrNotFound) {
			t.Errorf("a deleted chat is seen: %v", err)
		}
	})
}
