package meter

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"parley/internal/identity"
	"parley/internal/kit/db"
)

// Sum is what a number of calls took together.
type Sum struct {
	Calls      int64 `json:"calls"`
	Input      int64 `json:"input"`
	Output     int64 `json:"output"`
	CacheRead  int64 `json:"cacheRead"`
	CacheWrite int64 `json:"cacheWrite"`
	Reasoning  int64 `json:"reasoning"`
	// Cost is in US dollars.
	Cost float64 `json:"cost"`
	// Unpriced are the calls whose cost is not known, Estimated those whose
	// tokens the provider did not tell.
	Unpriced  int64 `json:"unpriced"`
	Estimated int64 `json:"estimated"`

	nanos int64
}

const sumColumns = `COUNT(*), COALESCE(SUM(input), 0), COALESCE(SUM(output), 0), COALESCE(SUM(cache_read), 0),
	COALESCE(SUM(cache_write), 0), COALESCE(SUM(reasoning), 0), COALESCE(SUM(cost_nanos), 0),
	COUNT(CASE WHEN priced THEN NULL ELSE 1 END), COUNT(CASE WHEN estimated THEN 1 ELSE NULL END)`

func scanSum(row scanner, before ...any) (Sum, error) {
	var s Sum
	err := row.Scan(append(before, &s.Calls, &s.Input, &s.Output, &s.CacheRead, &s.CacheWrite, &s.Reasoning, &s.nanos,
		&s.Unpriced, &s.Estimated)...)
	s.Cost = dollars(s.nanos)
	return s, err
}

func (s *Sum) add(o Sum) {
	s.Calls += o.Calls
	s.Input += o.Input
	s.Output += o.Output
	s.CacheRead += o.CacheRead
	s.CacheWrite += o.CacheWrite
	s.Reasoning += o.Reasoning
	s.Unpriced += o.Unpriced
	s.Estimated += o.Estimated
	s.nanos += o.nanos
	s.Cost = dollars(s.nanos)
}

// Use is what one user's calls of one model took on one day.
type Use struct {
	// Day is "2026-11-22".
	Day   string
	User  identity.UserID
	Model string
	Sum
}

// UsesOn returns what was used on a day, by user and model. An empty user is
// everyone.
func UsesOn(ctx context.Context, q db.Querier, day time.Time, user identity.UserID) ([]Use, error) {
	scan := func(row scanner) (u Use, err error) {
		u.Sum, err = scanSum(row, &u.User, &u.Model)
		u.Day = day.Format(time.DateOnly)
		return u, err
	}
	query := `SELECT user_id, model, ` + sumColumns + ` FROM ledger WHERE settled_at > 0 AND started_at >= $1 AND started_at < $2`
	args := []any{db.Millis(day), db.Millis(day.AddDate(0, 0, 1))}
	if user != "" {
		query += ` AND user_id = $3`
		args = append(args, user)
	}
	uses, err := list(ctx, q, query+` GROUP BY user_id, model ORDER BY user_id, model`, scan, args...)
	if err != nil {
		return nil, fmt.Errorf("sum ledger: %w", err)
	}
	return uses, nil
}

// UsesOf returns what a user used in a span of days, by day and model.
func UsesOf(ctx context.Context, q db.Querier, span Span, user identity.UserID) ([]Use, error) {
	var all []Use
	for _, day := range span.Days() {
		uses, err := UsesOn(ctx, q, day, user)
		if err != nil {
			return nil, err
		}
		all = append(all, uses...)
	}
	return all, nil
}

// UsesOfAll returns what everyone together used in a span of days, by day and
// model.
func UsesOfAll(ctx context.Context, q db.Querier, span Span) ([]Use, error) {
	uses, err := list(ctx, q, `SELECT day, name, `+dayColumns+` FROM ledger_days
		WHERE kind = 'model' AND day >= $1 AND day <= $2 ORDER BY day, name`, func(row scanner) (u Use, err error) {
		var day int64
		u.Sum, err = scanSum(row, &day, &u.Model)
		u.Day = dayName(day)
		return u, err
	}, dayOf(span.From), dayOf(span.To))
	if err != nil {
		return nil, fmt.Errorf("sum days: %w", err)
	}
	return uses, nil
}

// Users returns what each user took in a span of days, the dearest first. Those
// who are gone have no name.
func Users(ctx context.Context, q db.Querier, span Span) ([]Share, error) {
	users, err := list(ctx, q, `SELECT name, SUM(calls), SUM(input), SUM(output), SUM(cache_read), SUM(cache_write), SUM(reasoning),
		SUM(cost_nanos), SUM(unpriced), SUM(estimated) FROM ledger_days WHERE kind = 'user' AND day >= $1 AND day <= $2 GROUP BY name`,
		func(row scanner) (share Share, err error) {
			share.Sum, err = scanSum(row, &share.Name)
			return share, err
		}, dayOf(span.From), dayOf(span.To))
	if err != nil {
		return nil, fmt.Errorf("sum days by user: %w", err)
	}
	slices.SortFunc(users, dearest)
	return users, nil
}

// Share is what one thing, a day, model or user, took of a whole.
type Share struct {
	Name string
	Sum
}

// ByModel adds up uses by model, the dearest first.
func ByModel(uses []Use) []Share {
	index := map[string]int{}
	shares := []Share{}
	for _, u := range uses {
		i, known := index[u.Model]
		if !known {
			i = len(shares)
			index[u.Model] = i
			shares = append(shares, Share{Name: u.Model})
		}
		shares[i].add(u.Sum)
	}
	slices.SortFunc(shares, dearest)
	return shares
}

// dearest orders by cost, then by tokens, then by name.
func dearest(a, b Share) int {
	return cmp.Or(cmp.Compare(b.nanos, a.nanos), cmp.Compare(b.Input+b.Output, a.Input+a.Output), strings.Compare(a.Name, b.Name))
}

// Total adds up uses.
func Total(uses []Use) Sum {
	var total Sum
	for _, u := range uses {
		total.add(u.Sum)
	}
	return total
}
