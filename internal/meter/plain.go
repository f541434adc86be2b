package meter

import (
	"context"
	"fmt"
	"math"
	"time"

	"parley/internal/kit/db"
	"parley/internal/llm"
)

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
