// Package meter is the ledger of model calls: who called which model in which
// turn, how many tokens that took and what it cost.
//
// An entry is reserved before a call and settled after it, exactly once, so
// that a call that was cut by a crash is never free and never counted twice.
// It keeps no text.
package meter

import (
	"context"
	"embed"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"time"

	"parley/internal/identity"
	"parley/internal/kit/db"
	"parley/internal/llm"
)

// Migrations make the table of this package.
//
//go:embed migrations/*.sql
var Migrations embed.FS

// Entry names a model call: step Step of turn Turn.
type Entry struct {
	User  identity.UserID
	Chat  string
	Turn  string
	Step  int
	Model string
}

// Reserve writes the entry of a call that is about to be made. input is an
// estimate of its input tokens, which stands if the call is never settled.
func Reserve(ctx context.Context, q db.Querier, e Entry, input int64) error {
	_, err := q.Exec(ctx, `INSERT INTO ledger (user_id, chat_id, turn_id, step, model, input, started_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7)`, e.User, e.Chat, e.Turn, e.Step, e.Model, input, db.Millis(time.Now()))
	if err != nil {
		return fmt.Errorf("reserve step %d of turn %s: %w", e.Step, e.Turn, err)
	}
	return nil
}

// Settle writes what the call took. A settled entry is not changed again.
// Prices may be nil: the entry is then marked as unpriced.
func Settle(ctx context.Context, q db.Querier, turn string, step int, u llm.Usage, prices *llm.Prices, estimated bool) error {
	cost, priced := prices.Cost(u)
	_, err := q.Exec(ctx, `UPDATE ledger SET input = $3, output = $4, cache_read = $5, cache_write = $6, reasoning = $7,
		cost_nanos = $8, priced = $9, estimated = $10, settled_at = $11
		WHERE turn_id = $1 AND step = $2 AND settled_at = 0`,
		turn, step, u.Input, u.Output, u.CacheRead, u.CacheWrite, u.Reasoning,
		int64(math.Round(cost*1e9)), priced, estimated, db.Millis(time.Now()))
	if err != nil {
		return fmt.Errorf("settle step %d of turn %s: %w", step, turn, err)
	}
	return nil
}

// SettleCut settles all open entries of a turn that was cut: the reserved
// input stands and output is an estimate of what was received.
func SettleCut(ctx context.Context, q db.Querier, turn string, output int64) error {
	_, err := q.Exec(ctx, `UPDATE ledger SET output = $2, estimated = TRUE, settled_at = $3 WHERE turn_id = $1 AND settled_at = 0`,
		turn, output, db.Millis(time.Now()))
	if err != nil {
		return fmt.Errorf("settle turn %s: %w", turn, err)
	}
	return nil
}

// SettleAbandoned settles the entries of calls that began before a time and
// whose process is gone: the reserved input stands.
func SettleAbandoned(ctx context.Context, q db.Querier, before time.Time) error {
	_, err := q.Exec(ctx, `UPDATE ledger SET estimated = TRUE, settled_at = $1 WHERE settled_at = 0 AND started_at < $2`,
		db.Millis(time.Now()), db.Millis(before))
	if err != nil {
		return fmt.Errorf("settle abandoned calls: %w", err)
	}
	return nil
}

// Estimate is the number of tokens that chars characters of text are likely to
// be: a quarter, rounded up.
func Estimate(chars int) int64 { return int64(chars+3) / 4 }

// Erase deletes the ledger of a user.
func Erase(ctx context.Context, q db.Querier, user identity.UserID) error {
	_, err := q.Exec(ctx, `DELETE FROM ledger WHERE user_id = $1`, user)
	return err
}

// Line is one settled call as it is exported.
type Line struct {
	Turn      string    `json:"turn"`
	Step      int       `json:"step"`
	Model     string    `json:"model"`
	Usage     llm.Usage `json:"usage"`
	Estimated bool      `json:"estimated"`
	StartedAt time.Time `json:"startedAt"`
}

// Export writes the ledger of a user as JSON lines.
func Export(ctx context.Context, q db.Querier, user identity.UserID, w io.Writer) error {
	lines, err := Lines(ctx, q, user)
	if err != nil {
		return err
	}
	enc := json.NewEncoder(w)
	for _, l := range lines {
		if err := enc.Encode(l); err != nil {
			return fmt.Errorf("export ledger: %w", err)
		}
	}
	return nil
}

// Lines returns the whole ledger of a user, oldest first.
func Lines(ctx context.Context, q db.Querier, user identity.UserID) (lines []Line, err error) {
	rows, err := q.Query(ctx, `SELECT turn_id, step, model, input, output, cache_read, cache_write, reasoning, cost_nanos,
		priced, estimated, started_at FROM ledger WHERE user_id = $1 ORDER BY n`, user)
	if err != nil {
		return nil, fmt.Errorf("read ledger: %w", err)
	}
	defer func() {
		if e := rows.Close(); err == nil {
			err = e
		}
	}()
	for rows.Next() {
		var l Line
		var nanos, started int64
		var priced bool
		if err := rows.Scan(&l.Turn, &l.Step, &l.Model, &l.Usage.Input, &l.Usage.Output, &l.Usage.CacheRead, &l.Usage.CacheWrite,
			&l.Usage.Reasoning, &nanos, &priced, &l.Estimated, &started); err != nil {
			return nil, fmt.Errorf("read ledger: %w", err)
		}
		if priced {
			cost := float64(nanos) / 1e9
			l.Usage.Cost = &cost
		}
		l.StartedAt = db.Time(started)
		lines = append(lines, l)
	}
	return lines, rows.Err()
}

// OfTurn sums what the calls of a turn took; Cost is nil if a call has no
// price.
func OfTurn(ctx context.Context, q db.Querier, user identity.UserID, turn string) (llm.Usage, error) {
	var u llm.Usage
	var nanos, unpriced int64
	err := q.QueryRow(ctx, `SELECT COALESCE(SUM(input), 0), COALESCE(SUM(output), 0), COALESCE(SUM(cache_read), 0),
		COALESCE(SUM(cache_write), 0), COALESCE(SUM(reasoning), 0), COALESCE(SUM(cost_nanos), 0),
		COUNT(CASE WHEN priced THEN NULL ELSE 1 END)
		FROM ledger WHERE turn_id = $1 AND user_id = $2`, turn, user).
		Scan(&u.Input, &u.Output, &u.CacheRead, &u.CacheWrite, &u.Reasoning, &nanos, &unpriced)
	if err != nil {
		return u, fmt.Errorf("sum ledger of turn %s: %w", turn, err)
	}
	if unpriced == 0 {
		cost := float64(nanos) / 1e9
		u.Cost = &cost
	}
	return u, nil
}
