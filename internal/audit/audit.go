// Package audit records who did what: an append-only list of what matters for
// the safety of the server.
//
// It knows no users, only plain ids, so that every other package can write to
// it. It is not the log of the server and never holds passwords, tokens, keys or
// what people wrote.
package audit

import (
	"context"
	"embed"
	"encoding/json"
	"fmt"
	"time"

	"parley/internal/kit/db"
	"parley/internal/kit/id"
)

// Migrations makes the table.
//
//go:embed migrations/*.sql
var Migrations embed.FS

// Action is what was done.
type Action string

// The actions of accounts. Other packages declare their own, in the same form.
const (
	SignIn          Action = "session.create"
	SignInFailed    Action = "session.refuse"
	SignOut         Action = "session.delete"
	UserCreate      Action = "user.create"
	UserDisable     Action = "user.disable"
	UserEnable      Action = "user.enable"
	UserDelete      Action = "user.delete"
	UserRole        Action = "user.role"
	PasswordChange  Action = "password.change"
	PasswordReset   Action = "password.reset"
	KeyCreate       Action = "key.create"
	KeyDelete       Action = "key.delete"
	SettingsChange  Action = "settings.change"
	SetupCompletion Action = "setup.complete"
)

// Entry is one thing that was done.
type Entry struct {
	ID     string
	At     time.Time
	Action Action
	// Actor is the id of the user who did it; "" is unknown or nobody, "cli" the
	// command line.
	Actor string
	// Target is the id of what it was done to.
	Target string
	// Address is where the request came from.
	Address string
	// RequestID is the request's.
	RequestID string
	// Detail is more to know, by name; never a secret.
	Detail map[string]string
}

// CLI is the actor of what is done on the command line.
const CLI = "cli"

// Log appends e, in q's transaction if it is one; ID and At are set here.
func Log(ctx context.Context, q db.Querier, e Entry) error {
	detail := []byte("{}")
	if len(e.Detail) > 0 {
		var err error
		if detail, err = json.Marshal(e.Detail); err != nil {
			return fmt.Errorf("audit %s: %w", e.Action, err)
		}
	}
	_, err := q.Exec(ctx, `INSERT INTO audit_entries (id, at, action, actor, target, address, request_id, detail)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		id.New(), db.Millis(time.Now()), string(e.Action), e.Actor, e.Target, e.Address, e.RequestID, string(detail))
	if err != nil {
		return fmt.Errorf("audit %s: %w", e.Action, err)
	}
	return nil
}

// List returns the newest entries before a given one, newest first; before is ""
// for the start.
func List(ctx context.Context, q db.Querier, before string, limit int) ([]Entry, error) {
	if before == "" {
		before = "g" // sorts after every UUID
	}
	rows, err := q.Query(ctx, `SELECT id, at, action, actor, target, address, request_id, detail
		FROM audit_entries WHERE id < $1 ORDER BY id DESC LIMIT $2`, before, limit)
	if err != nil {
		return nil, fmt.Errorf("list the audit: %w", err)
	}
	defer rows.Close() //nolint:errcheck // rows.Err tells
	var all []Entry
	for rows.Next() {
		var e Entry
		var at int64
		var detail string
		if err := rows.Scan(&e.ID, &at, &e.Action, &e.Actor, &e.Target, &e.Address, &e.RequestID, &detail); err != nil {
			return nil, fmt.Errorf("list the audit: %w", err)
		}
		e.At = db.Time(at)
		if err := json.Unmarshal([]byte(detail), &e.Detail); err != nil {
			return nil, fmt.Errorf("audit entry %s: %w", e.ID, err)
		}
		all = append(all, e)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("list the audit: %w", err)
	}
	return all, nil
}
