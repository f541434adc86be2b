package turn

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"parley/internal/access"
	"parley/internal/kit/db"
)

// keepKeys is how long an Idempotency-Key is remembered.
const keepKeys = 24 * time.Hour

const startRoute = "POST /api/chats/{chat}/turns"

// errTwin says that a concurrent request with the same key was first.
var errTwin = errors.New("a twin was first")

// lookUp finds the answer that was given to key; [ErrMismatch] if that was to
// another request.
func lookUp(ctx context.Context, q db.Querier, scope access.Scope, key, fingerprint string) (Accepted, bool, error) {
	var known, answer string
	err := q.QueryRow(ctx, `SELECT fingerprint, answer FROM idempotency_keys
		WHERE user_id = $1 AND route = $2 AND key = $3 AND created_at > $4`,
		scope.User, startRoute, key, db.Millis(time.Now().Add(-keepKeys))).Scan(&known, &answer)
	if db.IsNone(err) {
		return Accepted{}, false, nil
	}
	if err != nil {
		return Accepted{}, false, fmt.Errorf("look up idempotency key: %w", err)
	}
	if known != fingerprint {
		return Accepted{}, false, ErrMismatch
	}
	var accepted Accepted
	if err := json.Unmarshal([]byte(answer), &accepted); err != nil {
		return Accepted{}, false, fmt.Errorf("look up idempotency key: %w", err)
	}
	return accepted, true, nil
}

// claimKey takes the key at the beginning of a start's transaction; errTwin if
// another request has it. A twin waits here until the first one is through.
func claimKey(ctx context.Context, tx *db.Tx, scope access.Scope, key, fingerprint string) error {
	now := time.Now()
	result, err := tx.Exec(ctx, `INSERT INTO idempotency_keys (user_id, route, key, fingerprint, answer, created_at)
		VALUES ($1, $2, $3, $4, '', $5)
		ON CONFLICT (user_id, route, key) DO UPDATE SET fingerprint = excluded.fingerprint, created_at = excluded.created_at
			WHERE idempotency_keys.created_at <= $6`,
		scope.User, startRoute, key, fingerprint, db.Millis(now), db.Millis(now.Add(-keepKeys)))
	if err != nil {
		return fmt.Errorf("store idempotency key: %w", err)
	}
	if n, err := result.RowsAffected(); err != nil || n == 0 {
		return errors.Join(err, errTwin)
	}
	return nil
}

// remember stores the answer under a key that was claimed in tx.
func remember(ctx context.Context, tx *db.Tx, scope access.Scope, key string, accepted Accepted) error {
	answer, err := json.Marshal(accepted)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `UPDATE idempotency_keys SET answer = $4 WHERE user_id = $1 AND route = $2 AND key = $3`,
		scope.User, startRoute, key, string(answer))
	if err != nil {
		return fmt.Errorf("store idempotency key: %w", err)
	}
	return nil
}
