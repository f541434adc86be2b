package chat

import (
	"context"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"time"
	"unicode/utf8"

	"parley/internal/access"
	"parley/internal/identity"
	"parley/internal/kit/db"
	"parley/internal/kit/page"
)

// Migrations make the tables of this package.
//
//go:embed migrations/*.sql
var Migrations embed.FS

// UndoWindow is how long a deleted chat or message can be brought back.
const UndoWindow = 30 * 24 * time.Hour

// Publisher sends an event to the clients that follow a channel. It never
// blocks for long and may lose events: clients can always read again.
type Publisher interface {
	Publish(channel string, data []byte)
}

// Service is what the routes do with chats.
type Service struct {
	db     *db.DB
	events Publisher
	log    *slog.Logger
	gone   func(context.Context, access.Scope, ID)
}

// New returns the service.
func New(d *db.DB, events Publisher, log *slog.Logger) *Service {
	return &Service{db: d, events: events, log: log}
}

// OnDelete has f called after a chat was deleted, in place of what was given
// before. It is for the time in which the server is put together.
func (s *Service) OnDelete(f func(context.Context, access.Scope, ID)) { s.gone = f }

// Channel is where the events of one chat are published.
func Channel(id ID) string { return "chat:" + string(id) }

// UserChannel is where the events of all that belongs to a user are published.
func UserChannel(user identity.UserID) string { return "sys:" + string(user) }

// Announce publishes event, a JSON object with a type, on channel.
func (s *Service) Announce(channel string, event any) {
	data, err := json.Marshal(event)
	if err != nil {
		s.log.Error("event could not be encoded", "channel", channel, "error", err)
		return
	}
	s.events.Publish(channel, data)
}

// Changed tells the owner's clients that a chat is new, renamed, bumped or back.
func (s *Service) Changed(c Chat) {
	s.Announce(UserChannel(c.owner), struct {
		Type string `json:"type"`
		Chat Chat   `json:"chat"`
	}{"chat", c})
}

// treeChanged tells clients of the chat to read its messages again.
func (s *Service) treeChanged(id ID) {
	s.Announce(Channel(id), map[string]string{"type": "messages"})
}

// listChanged reads a chat and has it [Service.Changed].
func (s *Service) listChanged(ctx context.Context, scope access.Scope, id ID) error {
	c, err := Get(ctx, s.db, scope, id)
	if err == nil {
		s.Changed(c)
	}
	return err
}

// See notes that the user has looked at all that a chat has.
func (s *Service) See(ctx context.Context, scope access.Scope, id ID) error {
	err := one(s.db.Exec(ctx, `UPDATE chats SET seen_at = answered_at
		WHERE id = $1 AND user_id = $2 AND deleted_at = 0 AND seen_at < answered_at`, id, scope.User))
	if errors.Is(err, ErrNotFound) { // nothing was unread, unless the chat is gone
		_, err := Get(ctx, s.db, scope, id)
		return err
	}
	if err != nil {
		return fmt.Errorf("see chat %s: %w", id, err)
	}
	return s.listChanged(ctx, scope, id)
}

// Rename sets a title. With source model it changes nothing once a user has
// written one.
func (s *Service) Rename(ctx context.Context, scope access.Scope, id ID, title string, source TitleSource) (Chat, error) {
	title = strings.Join(strings.Fields(strings.ReplaceAll(title, "\x00", " ")), " ")
	if title == "" || utf8.RuneCountInString(title) > 200 {
		return Chat{}, ErrTitle
	}
	query := `UPDATE chats SET title = $3, title_folded = $4, title_source = $5 WHERE id = $1 AND user_id = $2 AND deleted_at = 0`
	if source != TitleUser {
		query += ` AND title_source <> 'user'`
	}
	if _, err := s.db.Exec(ctx, query, id, scope.User, title, fold(title), source); err != nil {
		return Chat{}, fmt.Errorf("rename chat %s: %w", id, err)
	}
	c, err := Get(ctx, s.db, scope, id)
	if err != nil {
		return Chat{}, err
	}
	s.Changed(c)
	return c, nil
}

// Look moves the user's path to the newest message below id.
func (s *Service) Look(ctx context.Context, scope access.Scope, chat ID, id MessageID) (MessageID, error) {
	var leaf MessageID
	err := s.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		t, err := loadTree(ctx, tx, scope, chat)
		if err != nil {
			return err
		}
		if !t.has(id) {
			return ErrMessageNotFound
		}
		leaf = t.end(id)
		return SetLeaf(ctx, tx, scope, chat, leaf)
	})
	if err != nil {
		return "", err
	}
	s.Announce(Channel(chat), map[string]string{"type": "path", "leaf": string(leaf)})
	return leaf, nil
}

// Delete hides a chat for [UndoWindow], after which it is purged.
func (s *Service) Delete(ctx context.Context, scope access.Scope, id ID) error {
	err := one(s.db.Exec(ctx, `UPDATE chats SET deleted_at = $3 WHERE id = $1 AND user_id = $2 AND deleted_at = 0`,
		id, scope.User, db.Millis(time.Now())))
	if err != nil {
		return err
	}
	if s.gone != nil {
		s.gone(ctx, scope, id)
	}
	s.Announce(UserChannel(scope.User), map[string]string{"type": "chat_deleted", "chat": string(id)})
	return nil
}

// Restore brings a deleted chat back.
func (s *Service) Restore(ctx context.Context, scope access.Scope, id ID) (Chat, error) {
	err := one(s.db.Exec(ctx, `UPDATE chats SET deleted_at = 0 WHERE id = $1 AND user_id = $2 AND deleted_at > $3`,
		id, scope.User, db.Millis(time.Now().Add(-UndoWindow))))
	if err != nil {
		return Chat{}, err
	}
	c, err := Get(ctx, s.db, scope, id)
	if err != nil {
		return Chat{}, err
	}
	s.Changed(c)
	return c, nil
}

// DeleteMessage hides one message, or with branch all below it too. What hung
// below a single deleted message moves to its parent.
func (s *Service) DeleteMessage(ctx context.Context, scope access.Scope, chat ID, id MessageID, branch bool) error {
	err := s.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		t, err := loadTree(ctx, tx, scope, chat)
		if err != nil {
			return err
		}
		if !t.has(id) {
			return ErrMessageNotFound
		}
		gone := []MessageID{id}
		if branch {
			gone = t.below(id)
		}
		stamp, err := deletionStamp(ctx, tx, chat)
		if err != nil {
			return err
		}
		for _, m := range gone {
			if t.nodes[t.index[m]].live {
				return ErrRunning
			}
			if _, err := tx.Exec(ctx, `UPDATE messages SET deleted_at = $3 WHERE id = $1 AND chat_id = $2`, m, chat, stamp); err != nil {
				return err
			}
		}
		return errors.Join(reoutcome(ctx, tx, chat), s.relook(ctx, tx, scope, chat, t.parent(id)))
	})
	if err != nil {
		return err
	}
	s.treeChanged(chat)
	return s.listChanged(ctx, scope, chat)
}

// deletionStamp is the time of a deletion, which no other in the chat has: what
// is brought back together is known by it.
func deletionStamp(ctx context.Context, tx *db.Tx, chat ID) (int64, error) {
	var last int64
	err := tx.QueryRow(ctx, `SELECT COALESCE(MAX(deleted_at), 0) FROM messages WHERE chat_id = $1`, chat).Scan(&last)
	return max(db.Millis(time.Now()), last+1), err
}

// relook keeps the user's path on living messages after some were deleted.
func (s *Service) relook(ctx context.Context, tx *db.Tx, scope access.Scope, chat ID, near MessageID) error {
	c, err := Get(ctx, tx, scope, chat)
	if err != nil {
		return err
	}
	place, err := Look(ctx, tx, scope, chat)
	if err != nil || place.Has(c.leaf) {
		return err
	}
	return SetLeaf(ctx, tx, scope, chat, place.End(near))
}

// RestoreMessage brings back a deleted message and all that was deleted with
// it.
func (s *Service) RestoreMessage(ctx context.Context, scope access.Scope, chat ID, id MessageID) ([]Message, error) {
	err := s.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		var stamp int64
		err := tx.QueryRow(ctx, `SELECT deleted_at FROM messages WHERE id = $1 AND chat_id = $2 AND user_id = $3`,
			id, chat, scope.User).Scan(&stamp)
		if db.IsNone(err) || stamp == 0 || stamp < db.Millis(time.Now().Add(-UndoWindow)) {
			return ErrNothingToUndo
		}
		if err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `UPDATE messages SET deleted_at = 0 WHERE chat_id = $1 AND user_id = $2 AND deleted_at = $3`,
			chat, scope.User, stamp); err != nil {
			return err
		}
		place, err := Look(ctx, tx, scope, chat)
		if err != nil {
			return err
		}
		return errors.Join(reoutcome(ctx, tx, chat), SetLeaf(ctx, tx, scope, chat, place.End(id)))
	})
	if err != nil {
		return nil, err
	}
	s.treeChanged(chat)
	if err := s.listChanged(ctx, scope, chat); err != nil {
		return nil, err
	}
	return Messages(ctx, s.db, scope, chat)
}

// Purge removes the content of what was deleted longer than [UndoWindow] ago.
func (s *Service) Purge(ctx context.Context) error {
	before := db.Millis(time.Now().Add(-UndoWindow))
	if _, err := s.db.Exec(ctx, `DELETE FROM chats WHERE deleted_at > 0 AND deleted_at < $1`, before); err != nil {
		return fmt.Errorf("purge chats: %w", err)
	}
	// A deleted message stays as a place in the tree, for what hangs below it.
	if _, err := s.db.Exec(ctx, `UPDATE messages SET parts = '[]', usage = '' WHERE deleted_at > 0 AND deleted_at < $1 AND parts <> '[]'`,
		before); err != nil {
		return fmt.Errorf("purge messages: %w", err)
	}
	return nil
}

// Erase deletes all chats of a user at once and for good.
func (s *Service) Erase(ctx context.Context, user identity.UserID) error {
	_, err := s.db.Exec(ctx, `DELETE FROM chats WHERE user_id = $1`, user)
	return err
}

// Export writes all chats of a user as JSON lines, one chat with its messages
// each.
func (s *Service) Export(ctx context.Context, user identity.UserID, w io.Writer) error {
	scope := access.Scope{User: user}
	enc := json.NewEncoder(w)
	var after *page.Cursor[int64]
	for {
		chats, err := list(ctx, s.db, scope, "", after, 100)
		if err != nil {
			return err
		}
		for _, c := range chats {
			messages, err := Messages(ctx, s.db, scope, c.ID)
			if err != nil {
				return err
			}
			if err := enc.Encode(struct {
				Chat
				Messages []Message `json:"messages"`
			}{c, messages}); err != nil {
				return fmt.Errorf("export chats: %w", err)
			}
			place := c.place()
			after = &place
		}
		if len(chats) < 100 {
			return nil
		}
	}
}

// FirstTitle is the title of a chat until a better one is written: the first
// words of text.
func FirstTitle(text string) string {
	text = strings.NewReplacer("**", "", "`", "").Replace(strings.TrimLeft(text, "#>*- \t\r\n"))
	words := strings.Join(strings.Fields(text), " ")
	const most = 60
	if utf8.RuneCountInString(words) <= most {
		if words == "" {
			return "New chat"
		}
		return words
	}
	cut := string([]rune(words)[:most])
	if i := strings.LastIndexByte(cut, ' '); i > most/2 {
		cut = cut[:i]
	}
	return cut + "…"
}
