package file

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"parley/internal/access"
	"parley/internal/identity"
	"parley/internal/kit/db"
)

const columns = `id, name, mime, size, sha256, width, height, created_at`

// visible holds for files whose bytes are there and not on their way out.
const visible = `size > 0 AND attached_at >= 0`

func scan(row interface{ Scan(...any) error }) (File, error) {
	var f File
	var created int64
	err := row.Scan(&f.ID, &f.Name, &f.MIME, &f.Size, &f.SHA256, &f.Width, &f.Height, &created)
	f.CreatedAt = db.Time(created)
	return f, err
}

func get(ctx context.Context, q db.Querier, scope access.Scope, id ID) (File, error) {
	f, err := scan(q.QueryRow(ctx, `SELECT `+columns+` FROM files WHERE id = $1 AND user_id = $2 AND `+visible,
		string(id), string(scope.User)))
	if db.IsNone(err) {
		return File{}, ErrNotFound
	}
	if err != nil {
		return File{}, fmt.Errorf("get file %s: %w", id, err)
	}
	return f, nil
}

func list(ctx context.Context, q db.Querier, scope access.Scope) ([]File, error) {
	rows, err := q.Query(ctx, `SELECT `+columns+` FROM files WHERE user_id = $1 AND `+visible+` ORDER BY created_at, id`,
		string(scope.User))
	if err != nil {
		return nil, fmt.Errorf("list files: %w", err)
	}
	return collect(rows, func() (File, error) { return scan(rows) })
}

// reserve writes the row of a file whose bytes come next.
func reserve(ctx context.Context, q db.Querier, scope access.Scope, f File) error {
	_, err := q.Exec(ctx, `INSERT INTO files (id, user_id, name, mime, created_at) VALUES ($1, $2, $3, $4, $5)`,
		string(f.ID), string(scope.User), f.Name, f.MIME, db.Millis(f.CreatedAt))
	if err != nil {
		return fmt.Errorf("add file: %w", err)
	}
	return nil
}

// complete makes a reserved file visible.
func complete(ctx context.Context, q db.Querier, scope access.Scope, f File) error {
	_, err := q.Exec(ctx, `UPDATE files SET size = $3, sha256 = $4, width = $5, height = $6 WHERE id = $1 AND user_id = $2`,
		string(f.ID), string(scope.User), f.Size, f.SHA256, f.Width, f.Height)
	if err != nil {
		return fmt.Errorf("add file %s: %w", f.ID, err)
	}
	return nil
}

func attach(ctx context.Context, q db.Querier, scope access.Scope, id ID, now time.Time) error {
	_, err := q.Exec(ctx, `UPDATE files SET attached_at = $3 WHERE id = $1 AND user_id = $2 AND attached_at = 0 AND `+visible,
		string(id), string(scope.User), db.Millis(now))
	if err != nil {
		return fmt.Errorf("attach file %s: %w", id, err)
	}
	return nil
}

func owner(ctx context.Context, q db.Querier, id ID) (identity.UserID, error) {
	var user identity.UserID
	err := q.QueryRow(ctx, `SELECT user_id FROM files WHERE id = $1`, string(id)).Scan(&user)
	if db.IsNone(err) {
		return "", ErrNotFound
	}
	if err != nil {
		return "", fmt.Errorf("owner of file %s: %w", id, err)
	}
	return user, nil
}

// doomLoose marks the files that no message used since before, so that none can
// from now on, and returns them.
func doomLoose(ctx context.Context, q db.Querier, before time.Time) ([]ID, error) {
	return doom(ctx, q, `UPDATE files SET attached_at = -1 WHERE attached_at <= 0 AND created_at < $1 RETURNING id`, db.Millis(before))
}

func doomAll(ctx context.Context, q db.Querier, user identity.UserID) ([]ID, error) {
	return doom(ctx, q, `UPDATE files SET attached_at = -1 WHERE user_id = $1 RETURNING id`, string(user))
}

func doom(ctx context.Context, q db.Querier, query string, arg any) ([]ID, error) {
	rows, err := q.Query(ctx, query, arg) //nolint:sqlclosecheck // collect closes them
	if err != nil {
		return nil, fmt.Errorf("mark files: %w", err)
	}
	return collect(rows, func() (id ID, err error) {
		err = rows.Scan(&id)
		return id, err
	})
}

func remove(ctx context.Context, q db.Querier, id ID) error {
	if _, err := q.Exec(ctx, `DELETE FROM files WHERE id = $1 AND attached_at = -1`, string(id)); err != nil {
		return fmt.Errorf("remove file %s: %w", id, err)
	}
	return nil
}

// collect reads all rows and closes them.
func collect[T any](rows *sql.Rows, scan func() (T, error)) (all []T, err error) {
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		one, err := scan()
		if err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	return all, rows.Err()
}
