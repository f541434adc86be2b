package preset

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"parley/internal/access"
	"parley/internal/identity"
	"parley/internal/kit/db"
	"parley/internal/kit/id"
	"parley/internal/llm"
	"parley/internal/meter"
)

// visible selects the presets that the user $2 sees; $1 is [Kind].
func visible() string {
	return `SELECT p.id, p.name, p.description, p.icon, p.folder, p.model, p.instructions, p.params, p.revision, p.created_at, p.updated_at,
		u.id, u.name, COALESCE(g.level, 0), p.user_id = $2 AND EXISTS (SELECT 1 FROM grants s WHERE s.kind = $1 AND s.resource = p.id)
		FROM presets p JOIN users u ON u.id = p.user_id
		LEFT JOIN (` + access.Granted(1, 2) + `) AS g ON g.resource = p.id
		WHERE p.deleted_at = 0 AND (p.user_id = $2 OR g.level > 0)`
}

func scan(row interface{ Scan(...any) error }, viewer identity.UserID) (Preset, error) {
	var p Preset
	var params string
	var created, updated int64
	var level int
	err := row.Scan(&p.ID, &p.Name, &p.Description, &p.Icon, &p.Group, &p.Model, &p.Instructions, &params, &p.Revision, &created, &updated,
		&p.Owner.ID, &p.Owner.Name, &level, &p.Shared)
	if db.IsNone(err) {
		return Preset{}, ErrNotFound
	}
	if err != nil {
		return Preset{}, err
	}
	if err := json.Unmarshal([]byte(params), &p.Params); err != nil {
		return Preset{}, fmt.Errorf("decode parameters of preset %s: %w", p.ID, err)
	}
	p.Tokens = meter.Estimate(len(p.Instructions))
	p.CreatedAt, p.UpdatedAt = db.Time(created), db.Time(updated)
	p.Right = Right(access.RightFrom(level))
	if p.Owner.ID == viewer {
		p.Right = Owner
	}
	return p, nil
}

// get returns a preset that the scope sees, or [ErrNotFound].
func get(ctx context.Context, q db.Querier, scope access.Scope, preset ID) (Preset, error) {
	p, err := scan(q.QueryRow(ctx, visible()+` AND p.id = $3`, Kind, string(scope.User), string(preset)), scope.User)
	if err != nil {
		return Preset{}, fmt.Errorf("find preset %s: %w", preset, err)
	}
	return p, nil
}

// list returns all presets that the scope sees: the user's own in their order,
// then those of others by name.
func list(ctx context.Context, q db.Querier, scope access.Scope) ([]Preset, error) {
	rows, err := q.Query(ctx, visible()+` ORDER BY CASE WHEN p.user_id = $2 THEN 0 ELSE 1 END,
		CASE WHEN p.user_id = $2 THEN p.position ELSE 0 END, LOWER(p.name), p.id`, Kind, string(scope.User))
	if err != nil {
		return nil, fmt.Errorf("list presets: %w", err)
	}
	defer rows.Close() //nolint:errcheck // rows.Err tells
	all := []Preset{}
	for rows.Next() {
		p, err := scan(rows, scope.User)
		if err != nil {
			return nil, fmt.Errorf("list presets: %w", err)
		}
		all = append(all, p)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("list presets: %w", err)
	}
	return all, nil
}

// fields are what a user writes into a preset.
type fields struct {
	Name, Description, Icon, Group, Model, Instructions string
	Params                                              llm.Params
}

// insert adds a preset at the end of its owner's and returns its id.
func insert(ctx context.Context, tx *db.Tx, scope access.Scope, f fields) (ID, error) {
	params, err := json.Marshal(f.Params)
	if err != nil {
		return "", ErrParams.Because(err)
	}
	var count int
	var last int64
	err = tx.QueryRow(ctx, `SELECT COUNT(*), COALESCE(MAX(position), 0) FROM presets WHERE user_id = $1 AND deleted_at = 0`,
		string(scope.User)).Scan(&count, &last)
	if err != nil {
		return "", fmt.Errorf("count presets: %w", err)
	}
	if count >= MaxPresets {
		return "", ErrFull
	}
	made, now := ID(id.New()), db.Millis(time.Now())
	_, err = tx.Exec(ctx, `INSERT INTO presets (id, user_id, name, description, icon, folder, model, instructions, params, position, created_at, updated_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11)`, string(made), string(scope.User), f.Name, f.Description, f.Icon,
		f.Group, f.Model, f.Instructions, string(params), last+1, now)
	if err != nil {
		return "", fmt.Errorf("create preset: %w", err)
	}
	return made, nil
}

// update replaces what is written in a preset of this revision, or returns
// [ErrChanged].
func update(ctx context.Context, tx *db.Tx, preset ID, revision int64, f fields) error {
	params, err := json.Marshal(f.Params)
	if err != nil {
		return ErrParams.Because(err)
	}
	result, err := tx.Exec(ctx, `UPDATE presets SET name = $3, description = $4, icon = $5, folder = $6, model = $7, instructions = $8,
		params = $9, revision = revision + 1, updated_at = $10 WHERE id = $1 AND revision = $2 AND deleted_at = 0`,
		string(preset), revision, f.Name, f.Description, f.Icon, f.Group, f.Model, f.Instructions, string(params), db.Millis(time.Now()))
	return changedOne(result, err, ErrChanged)
}

// setDeleted hides a preset of the scope's user, or brings it back.
func setDeleted(ctx context.Context, q db.Querier, scope access.Scope, preset ID, deleted bool) error {
	now := time.Now()
	query, args := `UPDATE presets SET deleted_at = $3 WHERE id = $1 AND user_id = $2 AND deleted_at = 0`, []any{db.Millis(now)}
	if !deleted {
		query, args = `UPDATE presets SET deleted_at = 0 WHERE id = $1 AND user_id = $2 AND deleted_at > $3`, []any{db.Millis(now.Add(-UndoWindow))}
	}
	result, err := q.Exec(ctx, query, append([]any{string(preset), string(scope.User)}, args...)...)
	return changedOne(result, err, ErrNotFound)
}

// changedOne returns none when a statement changed no row.
func changedOne(result interface{ RowsAffected() (int64, error) }, err, none error) error {
	if err != nil {
		return fmt.Errorf("change preset: %w", err)
	}
	if n, err := result.RowsAffected(); err != nil {
		return fmt.Errorf("change preset: %w", err)
	} else if n == 0 {
		return none
	}
	return nil
}

// remove deletes presets for good, with what was granted on them.
func (s *Service) remove(ctx context.Context, where string, arg any) error {
	return s.DB.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		rows, err := tx.Query(ctx, `DELETE FROM presets WHERE `+where+` RETURNING id`, arg)
		if err != nil {
			return fmt.Errorf("remove presets: %w", err)
		}
		gone, err := texts(rows)
		if err != nil {
			return fmt.Errorf("remove presets: %w", err)
		}
		for _, preset := range gone {
			if err := access.Unshare(ctx, tx, Kind, preset); err != nil {
				return err
			}
		}
		return nil
	})
}

// audience returns the users who were given a preset by name or by a group, and
// its owner. Those who see it because everyone does are not listed.
func audience(ctx context.Context, q db.Querier, preset ID) ([]identity.UserID, error) {
	rows, err := q.Query(ctx, `SELECT user_id FROM presets WHERE id = $2
		UNION SELECT user_id FROM grants WHERE kind = $1 AND resource = $2 AND user_id IS NOT NULL
		UNION SELECT m.user_id FROM grants g JOIN group_members m ON m.group_id = g.group_id WHERE g.kind = $1 AND g.resource = $2`,
		Kind, string(preset))
	if err != nil {
		return nil, fmt.Errorf("find who sees preset %s: %w", preset, err)
	}
	found, err := texts(rows)
	users := make([]identity.UserID, len(found))
	for i, user := range found {
		users[i] = identity.UserID(user)
	}
	return users, err
}

// rows are what a query returns.
type rows interface {
	Next() bool
	Scan(dest ...any) error
	Err() error
	Close() error
}

// texts reads rows of one text.
func texts(rows rows) (all []string, err error) {
	defer rows.Close() //nolint:errcheck // Err tells
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			return nil, err
		}
		all = append(all, s)
	}
	return all, rows.Err()
}
