package chat_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"parley/internal/access"
	"parley/internal/audit"
	"parley/internal/chat"
	"parley/internal/identity"
	"parley/internal/kit/db"
	"parley/internal/kit/id"
	"parley/internal/kit/testkit"
	"parley/internal/llm"
)

// world is a store of chats with two users.
type world struct {
	t          *testing.T
	db         *db.DB
	chats      *chat.Service
	alice, bob access.Scope
	published  []string
}

func (w *world) Publish(channel string, data []byte) {
	w.published = append(w.published, channel+" "+string(data))
}

func each(t *testing.T, test func(*testing.T, *world)) {
	t.Helper()
	testkit.Databases(t, func(t *testing.T, d *db.DB) {
		w := &world{t: t, db: d}
		log := slog.New(slog.DiscardHandler)
		must(t, d.Migrate(t.Context(), audit.Migrations, identity.Migrations, chat.Migrations))
		users := identity.New(identity.Config{DB: d, Log: log})
		for email, scope := range map[string]*access.Scope{"alice@example.com": &w.alice, "bob@example.com": &w.bob} {
			u, err := users.CreateUser(t.Context(), identity.NewUser{Email: email, Password: "correct horse battery"})
			must(t, err)
			scope.User = u.ID
		}
		w.chats = chat.New(d, w, log)
		test(t, w)
	})
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// grow makes a chat whose messages are given as "id<parent"; the ids are short
// names that stand for UUIDs.
func (w *world) grow(scope access.Scope, shape string) (chat.ID, map[string]chat.MessageID) {
	w.t.Helper()
	chatID, ids := chat.ID(id.New()), map[string]chat.MessageID{}
	must(w.t, w.db.Tx(w.t.Context(), func(ctx context.Context, tx *db.Tx) error {
		created, err := chat.Create(ctx, tx, scope, chatID, "A Chat", "up/m", time.Now())
		if err != nil || !created {
			return fmt.Errorf("create: %t, %w", created, err)
		}
		for word := range strings.FieldsSeq(shape) {
			name, parent, _ := strings.Cut(word, "<")
			ids[name] = chat.MessageID(id.New())
			m := chat.Message{
				ID: ids[name], Role: llm.RoleUser, Status: chat.StatusComplete, CreatedAt: time.Now(),
				Parts: []llm.Part{{Type: llm.PartText, Text: name}},
			}
			if p, ok := ids[parent]; ok {
				m.Parent = &p
			}
			if err := chat.Add(ctx, tx, scope, chatID, m); err != nil {
				return err
			}
			if err := chat.SetLeaf(ctx, tx, scope, chatID, m.ID); err != nil {
				return err
			}
		}
		return nil
	}))
	return chatID, ids
}

// shape is the reverse of grow: what the store has, in creation order.
func (w *world) shape(scope access.Scope, chatID chat.ID) string {
	w.t.Helper()
	messages, err := chat.Messages(w.t.Context(), w.db, scope, chatID)
	must(w.t, err)
	names := map[chat.MessageID]string{}
	for _, m := range messages {
		names[m.ID] = m.Text()
	}
	var words []string
	for _, m := range messages {
		word := m.Text()
		if m.Parent != nil {
			word += "<" + names[*m.Parent]
		}
		words = append(words, word)
	}
	return strings.Join(words, " ")
}

func (w *world) path(scope access.Scope, chatID chat.ID, leaf chat.MessageID) string {
	w.t.Helper()
	messages, err := chat.Path(w.t.Context(), w.db, scope, chatID, leaf)
	must(w.t, err)
	var names []string
	for _, m := range messages {
		names = append(names, m.Text())
	}
	return strings.Join(names, " ")
}

func (w *world) exec(query string, args ...any) {
	w.t.Helper()
	_, err := w.db.Exec(w.t.Context(), query, args...)
	must(w.t, err)
}

const bush = "a b<a c<b d<c e<b f<a g"

func TestDeleteAndUndo(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		gone   string
		branch bool
		want   string
		path   string // to d afterwards, "" if it is gone
	}{
		"a leaf":                 {"d", false, "a b<a c<b e<b f<a g", ""},
		"one in the middle":      {"b", false, "a c<a d<c e<a f<a g", "a c d"},
		"a root":                 {"a", false, "b c<b d<c e<b f g", "b c d"},
		"a branch":               {"b", true, "a f<a g", ""},
		"all of a tree":          {"a", true, "g", ""},
		"a branch of one":        {"g", true, "a b<a c<b d<c e<b f<a", "a b c d"},
		"a branch beside a path": {"e", true, "a b<a c<b d<c f<a g", "a b c d"},
	}
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		for name, test := range tests {
			chatID, ids := w.grow(w.alice, bush)
			must(t, w.chats.DeleteMessage(ctx, w.alice, chatID, ids[test.gone], test.branch))
			if got := w.shape(w.alice, chatID); got != test.want {
				t.Errorf("%s: left is %q instead of %q", name, got, test.want)
			}
			if got := w.path(w.alice, chatID, ids["d"]); got != test.path {
				t.Errorf("%s: the path is %q instead of %q", name, got, test.path)
			}
			if err := w.chats.DeleteMessage(ctx, w.alice, chatID, ids[test.gone], false); !errors.Is(err, chat.ErrMessageNotFound) {
				t.Errorf("%s: deleting again: %v", name, err)
			}
			if _, err := w.chats.RestoreMessage(ctx, w.bob, chatID, ids[test.gone]); !errors.Is(err, chat.ErrNothingToUndo) {
				t.Errorf("%s: someone else's undo: %v", name, err)
			}
			_, err := w.chats.RestoreMessage(ctx, w.alice, chatID, ids[test.gone])
			must(t, err)
			if got := w.shape(w.alice, chatID); got != bush {
				t.Errorf("%s: after the undo there is %q", name, got)
			}
			if _, err := w.chats.RestoreMessage(ctx, w.alice, chatID, ids[test.gone]); !errors.Is(err, chat.ErrNothingToUndo) {
				t.Errorf("%s: undo for the second time: %v", name, err)
			}
		}
	})
}

// Deletions on top of each other come back one by one, in any order.
func TestUndoOfSeveral(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		chatID, ids := w.grow(w.alice, bush)
		must(t, w.chats.DeleteMessage(ctx, w.alice, chatID, ids["c"], false))
		must(t, w.chats.DeleteMessage(ctx, w.alice, chatID, ids["b"], true))
		must(t, w.chats.DeleteMessage(ctx, w.alice, chatID, ids["a"], false))
		for _, step := range []struct{ restore, want string }{
			{"c", "c f g"}, {"d", "b c<b d<c e<b f g"}, {"a", bush},
		} {
			_, err := w.chats.RestoreMessage(ctx, w.alice, chatID, ids[step.restore])
			must(t, err)
			if got := w.shape(w.alice, chatID); got != step.want {
				t.Errorf("after the undo of %s there is %q instead of %q", step.restore, got, step.want)
			}
		}
	})
}

// Rows that no code of ours writes, as an import might, are shown somewhere and
// loop nothing.
func TestBrokenTrees(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		change string // $1 is the id of a, $2 that of c, $3 the chat
		want   int    // messages listed
	}{
		"orphan":               {`UPDATE messages SET parent_id = 'gone' WHERE id = $2 AND chat_id = $3 AND '' <> $1`, 7},
		"own parent":           {`UPDATE messages SET parent_id = id WHERE id = $2 AND chat_id = $3 AND '' <> $1`, 7},
		"cycle":                {`UPDATE messages SET parent_id = $2 WHERE id = $1 AND chat_id = $3`, 7},
		"deleted cycle":        {`UPDATE messages SET parent_id = $2, deleted_at = 1 WHERE id = $1 AND chat_id = $3`, 6},
		"all deleted in cycle": {`UPDATE messages SET parent_id = $2, deleted_at = 1 WHERE chat_id = $3 AND '' <> $1`, 0},
		"all in a knot":        {`UPDATE messages SET parent_id = CASE WHEN id = $1 THEN $2 ELSE $1 END WHERE chat_id = $3`, 7},
		"nothing left":         {`UPDATE messages SET deleted_at = 1 WHERE chat_id = $3 AND '' <> $1 AND '' <> $2`, 0},
	}
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		for name, test := range tests {
			chatID, ids := w.grow(w.alice, bush)
			w.exec(test.change, string(ids["a"]), string(ids["c"]), string(chatID))
			messages, err := chat.Messages(ctx, w.db, w.alice, chatID)
			must(t, err)
			if len(messages) != test.want {
				t.Errorf("%s: %d messages instead of %d", name, len(messages), test.want)
			}
			place, err := chat.Look(ctx, w.db, w.alice, chatID)
			must(t, err)
			for _, m := range messages {
				if path := w.path(w.alice, chatID, m.ID); !strings.HasSuffix(path, m.Text()) {
					t.Errorf("%s: the path to %s is %q", name, m.Text(), path)
				}
				place.End(m.ID)
				place.IsFree(m.ID)
				_, err := w.chats.Look(ctx, w.alice, chatID, m.ID)
				must(t, err)
			}
			place.End("")
			for _, m := range messages {
				err := w.chats.DeleteMessage(ctx, w.alice, chatID, m.ID, true)
				if err != nil && !errors.Is(err, chat.ErrMessageNotFound) { // gone with one before
					t.Errorf("%s: delete: %v", name, err)
				}
			}
			if got := w.shape(w.alice, chatID); got != "" {
				t.Errorf("%s: after all branches were deleted there is %q", name, got)
			}
		}
	})
}

// Every function that reads or writes a chat does so for its owner alone.
func TestScopes(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		chatID, ids := w.grow(w.alice, bush)
		for _, scope := range []access.Scope{w.bob, {}} {
			if _, err := chat.Get(ctx, w.db, scope, chatID); !errors.Is(err, chat.ErrNotFound) {
				t.Errorf("Get: %v", err)
			}
			if _, err := chat.GetMessage(ctx, w.db, scope, chatID, ids["a"]); !errors.Is(err, chat.ErrMessageNotFound) {
				t.Errorf("GetMessage: %v", err)
			}
			if got := w.shape(scope, chatID) + w.path(scope, chatID, ids["d"]); got != "" {
				t.Errorf("Messages and Path: %q", got)
			}
			if _, err := w.chats.Rename(ctx, scope, chatID, "Taken", chat.TitleUser); !errors.Is(err, chat.ErrNotFound) {
				t.Errorf("Rename: %v", err)
			}
			if _, err := w.chats.Look(ctx, scope, chatID, ids["d"]); !errors.Is(err, chat.ErrMessageNotFound) {
				t.Errorf("Look: %v", err)
			}
			if err := w.chats.Delete(ctx, scope, chatID); !errors.Is(err, chat.ErrNotFound) {
				t.Errorf("Delete: %v", err)
			}
			if _, err := w.chats.Restore(ctx, scope, chatID); !errors.Is(err, chat.ErrNotFound) {
				t.Errorf("Restore: %v", err)
			}
			if err := w.chats.DeleteMessage(ctx, scope, chatID, ids["a"], true); !errors.Is(err, chat.ErrMessageNotFound) {
				t.Errorf("DeleteMessage: %v", err)
			}
			must(t, w.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
				if err := chat.Touch(ctx, tx, scope, chatID, "x/y", time.Now()); !errors.Is(err, chat.ErrNotFound) {
					t.Errorf("Touch: %v", err)
				}
				if err := chat.SetLeaf(ctx, tx, scope, chatID, ids["a"]); !errors.Is(err, chat.ErrNotFound) {
					t.Errorf("SetLeaf: %v", err)
				}
				return nil
			}))
		}
		must(t, w.chats.Erase(ctx, w.bob.User))
		if got := w.shape(w.alice, chatID); got != bush {
			t.Errorf("afterwards there is %q", got)
		}
		if len(w.published) != 0 {
			t.Errorf("refused changes were announced: %v", w.published)
		}
	})
}

func TestDeletedChats(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		kept, _ := w.grow(w.alice, bush)
		old, _ := w.grow(w.alice, bush)
		must(t, w.chats.Delete(ctx, w.alice, kept))
		must(t, w.chats.Delete(ctx, w.alice, old))
		if err := w.chats.Delete(ctx, w.alice, kept); !errors.Is(err, chat.ErrNotFound) {
			t.Errorf("deleted twice: %v", err)
		}
		if owner, err := chat.Owner(ctx, w.db, kept); owner != w.alice.User || err != nil {
			t.Errorf("the owner of a deleted chat is %s, %v: nobody else may take its id", owner, err)
		}
		w.exec(`UPDATE chats SET deleted_at = $2 WHERE id = $1`, string(old), db.Millis(time.Now().Add(-chat.UndoWindow-time.Minute)))
		if _, err := w.chats.Restore(ctx, w.alice, old); !errors.Is(err, chat.ErrNotFound) {
			t.Errorf("brought back after the window: %v", err)
		}
		must(t, w.chats.Purge(ctx))
		if _, err := chat.Owner(ctx, w.db, old); !errors.Is(err, chat.ErrNotFound) {
			t.Errorf("after the purge: %v", err)
		}
		c, err := w.chats.Restore(ctx, w.alice, kept)
		must(t, err)
		if c.ID != kept || w.shape(w.alice, kept) != bush {
			t.Errorf("brought back as %+v", c)
		}
		var left int
		must(t, w.db.QueryRow(ctx, `SELECT COUNT(*) FROM messages WHERE chat_id = $1`, string(old)).Scan(&left))
		if left != 0 {
			t.Errorf("the purge left %d messages", left)
		}
	})
}

// TestPurgedMessage has the content of a message deleted long ago go while what
// hung below it keeps its place.
func TestPurgedMessage(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		chatID, ids := w.grow(w.alice, bush)
		must(t, w.chats.DeleteMessage(ctx, w.alice, chatID, ids["a"], false))
		before := w.shape(w.alice, chatID)
		w.exec(`UPDATE messages SET deleted_at = $2 WHERE id = $1`, string(ids["a"]), db.Millis(time.Now().Add(-chat.UndoWindow-time.Minute)))
		must(t, w.chats.Purge(ctx))
		var parts string
		must(t, w.db.QueryRow(ctx, `SELECT parts FROM messages WHERE id = $1`, string(ids["a"])).Scan(&parts))
		if parts != "[]" {
			t.Errorf("the purge left %s", parts)
		}
		if after := w.shape(w.alice, chatID); after != before {
			t.Errorf("the purge made %q of %q", after, before)
		}
	})
}

func TestTitles(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		chatID, _ := w.grow(w.alice, "a")
		for _, step := range []struct {
			title  string
			source chat.TitleSource
			want   string
		}{
			{"By the model", chat.TitleModel, "By the model"},
			{"  Mine \n own ", chat.TitleUser, "Mine own"},
			{"By the model again", chat.TitleModel, "Mine own"},
			{"null\x00byte", chat.TitleUser, "null byte"},
			{strings.Repeat("ü", 200), chat.TitleUser, strings.Repeat("ü", 200)},
		} {
			c, err := w.chats.Rename(ctx, w.alice, chatID, step.title, step.source)
			if err != nil || c.Title != step.want {
				t.Errorf("%q became %q, %v", step.title, c.Title, err)
			}
		}
		for _, bad := range []string{"", " \n ", strings.Repeat("x", 201)} {
			if _, err := w.chats.Rename(ctx, w.alice, chatID, bad, chat.TitleUser); !errors.Is(err, chat.ErrTitle) {
				t.Errorf("%.20q: %v", bad, err)
			}
		}
	})
	for text, want := range map[string]string{
		"":                        "New chat",
		" \n hello\t you ":        "hello you",
		strings.Repeat("x", 100):  strings.Repeat("x", 60) + "…",
		strings.Repeat("ab ", 40): strings.TrimSpace(strings.Repeat("ab ", 20)) + "…",
	} {
		if got := chat.FirstTitle(text); got != want {
			t.Errorf("the title of %.20q is %q instead of %q", text, got, want)
		}
	}
}

// The export is whole, however many chats there are.
func TestExport(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		var want []string
		for range 103 {
			chatID, _ := w.grow(w.alice, "a b<a")
			want = append(want, string(chatID))
		}
		w.grow(w.bob, "secret")
		var out bytes.Buffer
		must(t, w.chats.Export(t.Context(), w.alice.User, &out))
		if strings.Contains(out.String(), "secret") {
			t.Error("the export holds someone else's chat")
		}
		var got []string
		for line := range bytes.Lines(out.Bytes()) {
			var c struct {
				ID       string
				Messages []chat.Message
			}
			must(t, json.Unmarshal(line, &c))
			if len(c.Messages) != 2 || c.Messages[1].Text() != "b" {
				t.Errorf("chat %s has the messages %+v", c.ID, c.Messages)
			}
			got = append(got, c.ID)
		}
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("%d chats were exported instead of %d", len(got), len(want))
		}
	})
}
