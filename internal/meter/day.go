package meter

import (
	"context"
	"fmt"
	"time"

	"parley/internal/identity"
	"parley/internal/kit/db"
	"parley/internal/kit/fault"
)

// dayColumns are the sums that are kept of a day, in the order of [Sum].
const dayColumns = `calls, input, output, cache_read, cache_write, reasoning, cost_nanos, unpriced, estimated`

// addUp adds what is inserted to what there is.
const addUp = `ON CONFLICT (kind, day, name) DO UPDATE SET calls = ledger_days.calls + excluded.calls,
	input = ledger_days.input + excluded.input, output = ledger_days.output + excluded.output,
	cache_read = ledger_days.cache_read + excluded.cache_read, cache_write = ledger_days.cache_write + excluded.cache_write,
	reasoning = ledger_days.reasoning + excluded.reasoning, cost_nanos = ledger_days.cost_nanos + excluded.cost_nanos,
	unpriced = ledger_days.unpriced + excluded.unpriced, estimated = ledger_days.estimated + excluded.estimated`

// addToDay adds a settled call to the sums of its day, by model and by user, so
// that nobody has to add up a million calls to see what a year took.
func addToDay(ctx context.Context, tx *db.Tx, day int64, e settled, user identity.UserID) error {
	one := map[bool]int{true: 1}
	_, err := tx.Exec(ctx, `INSERT INTO ledger_days (kind, day, name, `+dayColumns+`)
		VALUES ('model', $1, $2, 1, $4, $5, $6, $7, $8, $9, $10, $11), ('user', $1, $3, 1, $4, $5, $6, $7, $8, $9, $10, $11) `+addUp,
		day, e.model, user, e.usage.Input, e.usage.Output, e.usage.CacheRead, e.usage.CacheWrite, e.usage.Reasoning, e.nanos,
		one[e.from == ""], one[e.estimated])
	if err != nil {
		return fmt.Errorf("add up the day: %w", err)
	}
	return nil
}

// dayOf counts the days of t's calendar from 1 January 1970.
func dayOf(t time.Time) int64 {
	y, m, d := t.Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix() / secondsOfDay
}

const secondsOfDay = 24 * 60 * 60

func dayName(day int64) string { return time.Unix(day*secondsOfDay, 0).UTC().Format(time.DateOnly) }

// Span is a range of days, both included, each as it begins.
type Span struct {
	From, To time.Time
}

// ErrSpan is returned for days that are none, or too many.
var ErrSpan = fault.New(fault.Invalid, "usage_range_invalid", "Ask for at most 366 days, as 2026-11-01.")

// mostDays is the longest span.
const mostDays = 366

// Span reads days such as "2026-11-01". Without a last day it ends today,
// without a first one it has so many days.
func (s *Service) Span(from, to string, days int) (Span, error) {
	now := s.Now()
	last := Day.start(now)
	var err error
	if to != "" {
		if last, err = time.ParseInLocation(time.DateOnly, to, now.Location()); err != nil {
			return Span{}, ErrSpan
		}
	}
	first := last.AddDate(0, 0, 1-days)
	if from != "" {
		if first, err = time.ParseInLocation(time.DateOnly, from, now.Location()); err != nil {
			return Span{}, ErrSpan
		}
	}
	if first.After(last) || first.AddDate(0, 0, mostDays-1).Before(last) {
		return Span{}, ErrSpan
	}
	return Span{From: first, To: last}, nil
}

// Days returns the beginning of each day of the span.
func (s Span) Days() []time.Time {
	var days []time.Time
	y, m, d := s.From.Date()
	for n := 0; ; n++ {
		// By the calendar, since a day may have 23 or 25 hours.
		day := time.Date(y, m, d+n, 0, 0, 0, 0, s.From.Location())
		if day.After(s.To) {
			return days
		}
		days = append(days, day)
	}
}
