package chat

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"parley/internal/access"
	"parley/internal/identity"
	"parley/internal/kit/db"
	"parley/internal/kit/page"
	"parley/internal/llm"
)

// Of several answers that are being written one may wait for the user: MAX finds
// it, as the word for that is the later one.
const chatColumns = `c.id, c.user_id, c.title, c.title_source, c.model, c.leaf_id, c.created_at, c.updated_at,
	COALESCE((SELECT MAX(r.status) FROM messages r WHERE r.chat_id = c.id AND r.status IN ('running', 'waiting')), ''),
	c.outcome, c.answered_at > c.seen_at`

type scanner interface{ Scan(...any) error }

func scanChat(row scanner) (Chat, error) {
	var c Chat
	var live Status
	var created, updated int64
	err := row.Scan(&c.ID, &c.owner, &c.Title, &c.TitleSource, &c.Model, &c.leaf, &created, &updated, &live, &c.Outcome, &c.Unread)
	if live != "" {
		c.Running, c.Outcome = true, live
	}
	c.CreatedAt, c.UpdatedAt = db.Time(created), db.Time(updated)
	return c, err
}

// Owner returns who owns a chat, deleted or not; it is the resolver that
// package access asks.
func Owner(ctx context.Context, q db.Querier, id ID) (identity.UserID, error) {
	var owner identity.UserID
	err := q.QueryRow(ctx, `SELECT user_id FROM chats WHERE id = $1`, id).Scan(&owner)
	if db.IsNone(err) {
		return "", ErrNotFound
	}
	return owner, err
}

// Get returns a chat that scope may see, or [ErrNotFound].
func Get(ctx context.Context, q db.Querier, scope access.Scope, id ID) (Chat, error) {
	c, err := scanChat(q.QueryRow(ctx, `SELECT `+chatColumns+` FROM chats c
		WHERE c.id = $1 AND c.user_id = $2 AND c.deleted_at = 0`, id, scope.User))
	if db.IsNone(err) {
		return Chat{}, ErrNotFound
	}
	if err != nil {
		return Chat{}, fmt.Errorf("get chat %s: %w", id, err)
	}
	return c, nil
}

// place is where a chat stands in the list.
func (c Chat) place() page.Cursor[int64] {
	return page.Cursor[int64]{Key: db.Millis(c.UpdatedAt), ID: string(c.ID)}
}

// list returns up to limit chats after the cursor, newest activity first; a
// filter keeps those whose title holds it, letter case ignored.
func list(ctx context.Context, q db.Querier, scope access.Scope, filter string, after *page.Cursor[int64], limit int) ([]Chat, error) {
	where, args := `c.user_id = $1 AND c.deleted_at = 0`, []any{scope.User, limit}
	if filter != "" {
		args = append(args, "%"+likeEscape(fold(filter))+"%")
		where += fmt.Sprintf(` AND c.title_folded LIKE $%d ESCAPE '!'`, len(args))
	}
	if after != nil {
		args = append(args, after.Key, after.ID)
		where += fmt.Sprintf(` AND (c.updated_at, c.id) < ($%d, $%d)`, len(args)-1, len(args))
	}
	rows, err := q.Query(ctx, `SELECT `+chatColumns+` FROM chats c WHERE `+where+`
		ORDER BY c.updated_at DESC, c.id DESC LIMIT $2`, args...)
	if err != nil {
		return nil, fmt.Errorf("list chats: %w", err)
	}
	return collect(rows, scanChat)
}

func collect[T any](rows *sql.Rows, scan func(scanner) (T, error)) (all []T, err error) {
	defer func() { err = errors.Join(err, rows.Close()) }()
	all = []T{}
	for rows.Next() {
		v, err := scan(rows)
		if err != nil {
			return nil, err
		}
		all = append(all, v)
	}
	return all, rows.Err()
}

func fold(s string) string { return strings.ToLower(s) }

func likeEscape(s string) string {
	return strings.NewReplacer("!", "!!", "%", "!%", "_", "!_").Replace(s)
}

// Create adds an empty chat that belongs to scope's user; false means that the
// id is in use.
func Create(ctx context.Context, tx *db.Tx, scope access.Scope, id ID, title, model string, now time.Time) (bool, error) {
	result, err := tx.Exec(ctx, `INSERT INTO chats (id, user_id, title, title_folded, title_source, model, leaf_id, created_at, updated_at)
		VALUES ($1, $2, $3, $4, $5, $6, '', $7, $7) ON CONFLICT (id) DO NOTHING`,
		id, scope.User, title, fold(title), TitleAuto, model, db.Millis(now))
	if err != nil {
		return false, fmt.Errorf("create chat %s: %w", id, err)
	}
	n, err := result.RowsAffected()
	return n == 1, err
}

// Touch notes activity in a chat and, on PostgreSQL, locks it for the rest of
// the transaction. It returns [ErrNotFound] unless scope may write to it.
func Touch(ctx context.Context, tx *db.Tx, scope access.Scope, id ID, model string, now time.Time) error {
	return one(tx.Exec(ctx, `UPDATE chats SET updated_at = $3, model = $4 WHERE id = $1 AND user_id = $2 AND deleted_at = 0`,
		id, scope.User, db.Millis(now), model))
}

// Answered notes how an answer ended. One that its user stopped is no news.
func Answered(ctx context.Context, tx *db.Tx, id ID, status Status, now time.Time) error {
	query := `UPDATE chats SET outcome = $2, answered_at = $3 WHERE id = $1`
	args := []any{id, status, db.Millis(now)}
	if status == StatusStopped {
		query, args = `UPDATE chats SET outcome = $2 WHERE id = $1`, args[:2]
	}
	if _, err := tx.Exec(ctx, query, args...); err != nil {
		return fmt.Errorf("note the end of an answer in chat %s: %w", id, err)
	}
	return nil
}

// reoutcome finds the outcome again after answers were deleted or came back.
func reoutcome(ctx context.Context, tx *db.Tx, id ID) error {
	_, err := tx.Exec(ctx, `UPDATE chats SET outcome = COALESCE((SELECT m.status FROM messages m
		WHERE m.chat_id = chats.id AND m.role = 'assistant' AND m.deleted_at = 0 AND m.status NOT IN ('running', 'waiting')
		ORDER BY m.n DESC LIMIT 1), '') WHERE id = $1`, id)
	if err != nil {
		return fmt.Errorf("find the outcome of chat %s: %w", id, err)
	}
	return nil
}

// SetLeaf sets the end of the path that the user looks at.
func SetLeaf(ctx context.Context, tx *db.Tx, scope access.Scope, id ID, leaf MessageID) error {
	return one(tx.Exec(ctx, `UPDATE chats SET leaf_id = $3 WHERE id = $1 AND user_id = $2`, id, scope.User, leaf))
}

// one turns "no row was changed" into ErrNotFound.
func one(result sql.Result, err error) error {
	if err != nil {
		return err
	}
	n, err := result.RowsAffected()
	if err == nil && n == 0 {
		return ErrNotFound
	}
	return err
}

// Add stores a message in a chat that the caller has [Touch]ed.
func Add(ctx context.Context, tx *db.Tx, scope access.Scope, chat ID, m Message) error {
	parts, usage, err := encode(m)
	if err != nil {
		return err
	}
	parent := MessageID("")
	if m.Parent != nil {
		parent = *m.Parent
	}
	_, err = tx.Exec(ctx, `INSERT INTO messages (id, chat_id, user_id, parent_id, role, status, parts, model, turn_id, seq,
		edits, continues, usage, cut_by, created_at, finished_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)`,
		m.ID, chat, scope.User, parent, m.Role, m.Status, parts, m.Model, m.Turn, m.Seq,
		m.Edits, m.Continues, usage, m.Limit, db.Millis(m.CreatedAt), finished(m))
	if db.IsUnique(err) {
		return ErrIDTaken
	}
	if err != nil {
		return fmt.Errorf("add message %s: %w", m.ID, err)
	}
	return nil
}

// Update stores what an answer holds now.
func Update(ctx context.Context, q db.Querier, chat ID, m Message) error {
	parts, usage, err := encode(m)
	if err != nil {
		return err
	}
	answered := ""
	if m.Usage != nil {
		answered = m.Usage.Model
	}
	_, err = q.Exec(ctx, `UPDATE messages SET status = $3, parts = $4, seq = $5, usage = $6, cut_by = $7, finished_at = $8,
		model = CASE WHEN $9 = '' THEN model ELSE $9 END WHERE id = $1 AND chat_id = $2`,
		m.ID, chat, m.Status, parts, m.Seq, usage, m.Limit, finished(m), answered)
	if err != nil {
		return fmt.Errorf("update message %s: %w", m.ID, err)
	}
	return nil
}

func finished(m Message) int64 {
	if m.FinishedAt == nil {
		return 0
	}
	return db.Millis(*m.FinishedAt)
}

func encode(m Message) (parts, usage string, err error) {
	if m.Parts == nil {
		m.Parts = []llm.Part{}
	}
	p, err := json.Marshal(m.Parts)
	if err != nil {
		return "", "", fmt.Errorf("encode message %s: %w", m.ID, err)
	}
	if m.Usage == nil {
		return string(p), "", nil
	}
	u, err := json.Marshal(m.Usage)
	return string(p), string(u), err
}

const messageColumns = `id, parent_id, role, status, parts, model, turn_id, seq, edits, continues, usage, cut_by, created_at, finished_at`

func scanMessage(row scanner) (Message, error) {
	var m Message
	var parent MessageID
	var parts, usage string
	var created, finished int64
	err := row.Scan(&m.ID, &parent, &m.Role, &m.Status, &parts, &m.Model, &m.Turn, &m.Seq, &m.Edits, &m.Continues,
		&usage, &m.Limit, &created, &finished)
	if err != nil {
		return m, err
	}
	if parent != "" {
		m.Parent = &parent
	}
	m.CreatedAt = db.Time(created)
	if finished != 0 {
		at := db.Time(finished)
		m.FinishedAt = &at
	}
	if err := json.Unmarshal([]byte(parts), &m.Parts); err != nil {
		return m, fmt.Errorf("decode message %s: %w", m.ID, err)
	}
	if usage != "" {
		m.Usage = &Usage{}
		if err := json.Unmarshal([]byte(usage), m.Usage); err != nil {
			return m, fmt.Errorf("decode usage of message %s: %w", m.ID, err)
		}
	}
	return m, nil
}

// GetMessage returns one message of a chat, or [ErrMessageNotFound].
func GetMessage(ctx context.Context, q db.Querier, scope access.Scope, chat ID, id MessageID) (Message, error) {
	m, err := scanMessage(q.QueryRow(ctx, `SELECT `+messageColumns+` FROM messages
		WHERE id = $1 AND chat_id = $2 AND user_id = $3 AND deleted_at = 0`, id, chat, scope.User))
	if db.IsNone(err) {
		return Message{}, ErrMessageNotFound
	}
	if err != nil {
		return Message{}, fmt.Errorf("get message %s: %w", id, err)
	}
	return m, nil
}

// MessageOwner returns whose message this is, deleted or not.
func MessageOwner(ctx context.Context, q db.Querier, id MessageID) (identity.UserID, error) {
	var owner identity.UserID
	err := q.QueryRow(ctx, `SELECT user_id FROM messages WHERE id = $1`, id).Scan(&owner)
	if db.IsNone(err) {
		return "", ErrMessageNotFound
	}
	return owner, err
}

// Messages returns the whole tree of a chat in creation order. A message whose
// parent was deleted hangs below the nearest ancestor that was not.
func Messages(ctx context.Context, q db.Querier, scope access.Scope, chat ID) ([]Message, error) {
	t, err := loadTree(ctx, q, scope, chat)
	if err != nil {
		return nil, err
	}
	rows, err := q.Query(ctx, `SELECT `+messageColumns+` FROM messages
		WHERE chat_id = $1 AND user_id = $2 AND deleted_at = 0 ORDER BY n`, chat, scope.User)
	if err != nil {
		return nil, fmt.Errorf("list messages of %s: %w", chat, err)
	}
	all, err := collect(rows, scanMessage)
	if err != nil {
		return nil, fmt.Errorf("list messages of %s: %w", chat, err)
	}
	for i := range all {
		all[i].Parent = nil
		if up := t.parent(all[i].ID); up != "" {
			all[i].Parent = &up
		}
	}
	return all, nil
}

// Path returns the messages from the root to leaf, exactly these.
func Path(ctx context.Context, q db.Querier, scope access.Scope, chat ID, leaf MessageID) ([]Message, error) {
	t, err := loadTree(ctx, q, scope, chat)
	if err != nil {
		return nil, err
	}
	ids := t.path(leaf)
	found := make(map[MessageID]Message, len(ids))
	for start := 0; start < len(ids); start += 512 {
		some := ids[start:min(start+512, len(ids))]
		args := []any{chat, scope.User}
		for _, id := range some {
			args = append(args, id)
		}
		for n := len(some); n&(n-1) != 0; n++ {
			args = append(args, some[0]) // a power of two, so that few statements serve all lengths
		}
		rows, err := q.Query(ctx, `SELECT `+messageColumns+` FROM messages
			WHERE chat_id = $1 AND user_id = $2 AND id IN (`+db.Placeholders(3, len(args)-2)+`)`, args...)
		if err != nil {
			return nil, fmt.Errorf("read path to %s: %w", leaf, err)
		}
		messages, err := collect(rows, scanMessage)
		if err != nil {
			return nil, fmt.Errorf("read path to %s: %w", leaf, err)
		}
		for _, m := range messages {
			found[m.ID] = m
		}
	}
	path := make([]Message, 0, len(ids))
	for _, id := range ids {
		path = append(path, found[id])
	}
	return path, nil
}

func loadTree(ctx context.Context, q db.Querier, scope access.Scope, chat ID) (*tree, error) {
	rows, err := q.Query(ctx, `SELECT id, parent_id, deleted_at, status, octet_length(parts) FROM messages
		WHERE chat_id = $1 AND user_id = $2 ORDER BY n`, chat, scope.User)
	if err != nil {
		return nil, fmt.Errorf("read tree of %s: %w", chat, err)
	}
	nodes, err := collect(rows, func(row scanner) (node, error) {
		var n node
		var deleted int64
		var status Status
		err := row.Scan(&n.id, &n.parent, &deleted, &status, &n.size)
		n.deleted, n.live = deleted != 0, status.IsLive()
		return n, err
	})
	if err != nil {
		return nil, fmt.Errorf("read tree of %s: %w", chat, err)
	}
	return newTree(nodes), nil
}

// Place is where a new turn may begin.
type Place struct{ tree *tree }

// Look reads the shape of a chat for the start of a turn.
func Look(ctx context.Context, q db.Querier, scope access.Scope, chat ID) (*Place, error) {
	t, err := loadTree(ctx, q, scope, chat)
	return &Place{tree: t}, err
}

// End is where the path through leaf ends; the newest path if leaf is gone.
func (p *Place) End(leaf MessageID) MessageID {
	if p.tree.has(leaf) {
		return p.tree.end(leaf)
	}
	return p.tree.newest()
}

// Has reports whether the chat has the message.
func (p *Place) Has(id MessageID) bool { return p.tree.has(id) }

// Parent returns what id answers or follows, "" for a root.
func (p *Place) Parent(id MessageID) MessageID { return p.tree.parent(id) }

// Size is how many bytes the content of the messages takes from the root to id,
// as it is stored.
func (p *Place) Size(id MessageID) int {
	size := 0
	for _, id := range p.tree.path(id) {
		size += p.tree.nodes[p.tree.index[id]].size
	}
	return size
}

// IsFree reports whether no answer is being written between the root and
// parent.
func (p *Place) IsFree(parent MessageID) bool {
	for _, id := range p.tree.path(parent) {
		if p.tree.nodes[p.tree.index[id]].live {
			return false
		}
	}
	return true
}
