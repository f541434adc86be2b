package meter

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"time"

	"parley/internal/identity"
	"parley/internal/kit/db"
	"parley/internal/llm"
)

// Line is one call as it is exported.
type Line struct {
	Chat      string    `json:"chat,omitempty"`
	Turn      string    `json:"turn"`
	Step      int       `json:"step"`
	Purpose   Purpose   `json:"purpose"`
	Model     string    `json:"model"`
	Usage     llm.Usage `json:"usage"`
	Estimated bool      `json:"estimated"`
	// Rates are the prices that were used, nil if there are none.
	Rates *llm.Rates `json:"rates,omitempty"`
	// CostFrom is "prices" or "provider"; empty says that the cost is not known.
	CostFrom  string    `json:"costFrom,omitempty"`
	StartedAt time.Time `json:"startedAt"`
}

const lineColumns = `chat_id, turn_id, step, purpose, model, input, output, cache_read, cache_write, reasoning, cost_nanos,
	priced, estimated, rates, cost_from, service_tier, started_at`

func scanLine(row scanner) (Line, error) {
	var l Line
	var nanos, started int64
	var priced bool
	var rates string
	err := row.Scan(&l.Chat, &l.Turn, &l.Step, &l.Purpose, &l.Model, &l.Usage.Input, &l.Usage.Output, &l.Usage.CacheRead,
		&l.Usage.CacheWrite, &l.Usage.Reasoning, &nanos, &priced, &l.Estimated, &rates, &l.CostFrom, &l.Usage.Tier, &started)
	if err != nil {
		return l, err
	}
	if priced {
		l.Usage.Cost = new(dollars(nanos))
	}
	if rates != "" {
		l.Rates = &llm.Rates{}
		if err := json.Unmarshal([]byte(rates), l.Rates); err != nil {
			return l, err
		}
	}
	l.StartedAt = db.Time(started)
	return l, nil
}

// Lines returns the whole ledger of a user, oldest first.
func Lines(ctx context.Context, q db.Querier, user identity.UserID) ([]Line, error) {
	lines, err := list(ctx, q, `SELECT `+lineColumns+` FROM ledger WHERE user_id = $1 ORDER BY n`, scanLine, user)
	if err != nil {
		return nil, fmt.Errorf("read ledger: %w", err)
	}
	return lines, nil
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

// Erase deletes the ledger of a user, and the budgets for them alone. What the
// server used by day stays, without saying that it was theirs.
func Erase(ctx context.Context, q db.Querier, user identity.UserID) error {
	for _, statement := range []string{
		`INSERT INTO ledger_days (kind, day, name, ` + dayColumns + `)
			SELECT kind, day, '', ` + dayColumns + ` FROM ledger_days WHERE kind = 'user' AND name = $1 ` + addUp,
		`DELETE FROM ledger_days WHERE kind = 'user' AND name = $1`,
		`DELETE FROM ledger WHERE user_id = $1`, `DELETE FROM budget_counts WHERE user_id = $1`, `DELETE FROM budgets WHERE user_id = $1`,
	} {
		if _, err := q.Exec(ctx, statement, user); err != nil {
			return fmt.Errorf("erase ledger: %w", err)
		}
	}
	return nil
}

// OfTurn sums what the calls of a turn took; Cost is nil if a call has no
// price.
func OfTurn(ctx context.Context, q db.Querier, user identity.UserID, turn string) (llm.Usage, error) {
	s, err := scanSum(q.QueryRow(ctx, `SELECT `+sumColumns+` FROM ledger WHERE turn_id = $1 AND user_id = $2`, turn, user))
	if err != nil {
		return llm.Usage{}, fmt.Errorf("sum ledger of turn %s: %w", turn, err)
	}
	u := llm.Usage{Input: s.Input, Output: s.Output, CacheRead: s.CacheRead, CacheWrite: s.CacheWrite, Reasoning: s.Reasoning}
	if s.Unpriced == 0 {
		u.Cost = &s.Cost
	}
	return u, nil
}

// Fill is how much of a model's context the last call of a chat took.
type Fill struct {
	Model string
	// Tokens are those of its request and its answer: what the next request
	// begins with.
	Tokens int64
}

// OfChat sums what the calls of a chat took, and returns the fill of the last
// settled one that was part of a turn, of this turn if one is named; its Model
// is empty if there is none.
func OfChat(ctx context.Context, q db.Querier, user identity.UserID, chat, turn string) (Sum, Fill, error) {
	sum, err := scanSum(q.QueryRow(ctx, `SELECT `+sumColumns+` FROM ledger WHERE chat_id = $1 AND user_id = $2`, chat, user))
	if err != nil {
		return sum, Fill{}, fmt.Errorf("sum ledger of chat %s: %w", chat, err)
	}
	var f Fill
	err = q.QueryRow(ctx, `SELECT model, input + output FROM ledger WHERE chat_id = $1 AND user_id = $2 AND purpose = 'turn'
		AND settled_at > 0 AND ($3 = '' OR turn_id = $3) ORDER BY n DESC LIMIT 1`, chat, user, turn).Scan(&f.Model, &f.Tokens)
	if err != nil && !db.IsNone(err) {
		return sum, f, fmt.Errorf("last call of chat %s: %w", chat, err)
	}
	return sum, f, nil
}

// Purge deletes the entries of calls that were settled before a time, and the
// sums of the days before it, if the configuration says that they are not to be
// kept.
func (s *Service) Purge(ctx context.Context, before time.Time) error {
	c := s.config.Load()
	if c.Transactions.Enabled || c.Balance.Enabled {
		return nil
	}
	_, err := s.db.Exec(ctx, `DELETE FROM ledger WHERE settled_at > 0 AND settled_at < $1`, db.Millis(before))
	if err == nil {
		_, err = s.db.Exec(ctx, `DELETE FROM ledger_days WHERE day < $1`, dayOf(before.In(c.Zone)))
	}
	if err != nil {
		return fmt.Errorf("purge ledger: %w", err)
	}
	return nil
}
