package meter

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"parley/internal/identity"
	"parley/internal/kit/db"
	"parley/internal/kit/fault"
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

// Span is a range of days, both included, in a time zone.
type Span struct {
	From, To time.Time
}

// ErrSpan is returned for days that are none, or too many.
var ErrSpan = fault.New(fault.Invalid, "usage_range_invalid", "Ask for at most 366 days, as 2026-11-01, in a time zone such as Europe/Berlin.")

// mostDays is the longest span.
const mostDays = 366

// ParseSpan reads days such as "2026-11-01" in a time zone of the IANA
// database. Without a last day it ends today, without a first one it has thirty
// days; without a zone it is UTC.
func ParseSpan(from, to, zone string, now time.Time) (Span, error) {
	place := time.UTC
	if zone != "" {
		var err error
		if place, err = time.LoadLocation(zone); err != nil || strings.EqualFold(zone, "local") {
			return Span{}, ErrSpan
		}
	}
	now = now.In(place)
	last := time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, place)
	var err error
	if to != "" {
		if last, err = time.ParseInLocation(time.DateOnly, to, place); err != nil {
			return Span{}, ErrSpan
		}
	}
	first := last.AddDate(0, 0, -29)
	if from != "" {
		if first, err = time.ParseInLocation(time.DateOnly, from, place); err != nil {
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

// Uses returns what was used in a span by user, model and day, oldest first.
// An empty user is everyone.
func Uses(ctx context.Context, q db.Querier, span Span, user identity.UserID) ([]Use, error) {
	const query = `SELECT user_id, model, ` + sumColumns + ` FROM ledger WHERE started_at >= $1 AND started_at < $2`
	var all []Use
	for _, day := range span.Days() {
		scan := func(row scanner) (u Use, err error) {
			u.Sum, err = scanSum(row, &u.User, &u.Model)
			u.Day = day.Format(time.DateOnly)
			return u, err
		}
		from, to := db.Millis(day), db.Millis(day.AddDate(0, 0, 1))
		var uses []Use
		var err error
		if user == "" {
			uses, err = list(ctx, q, query+` GROUP BY user_id, model ORDER BY user_id, model`, scan, from, to)
		} else {
			uses, err = list(ctx, q, query+` AND user_id = $3 GROUP BY user_id, model ORDER BY model`, scan, from, to, user)
		}
		if err != nil {
			return nil, fmt.Errorf("sum ledger: %w", err)
		}
		all = append(all, uses...)
	}
	return all, nil
}

// Share is what one thing, a day, model or user, took of a whole.
type Share struct {
	Name string
	Sum
}

// By adds up uses by what key says, the dearest first and by name where that is
// equal.
func By(uses []Use, key func(Use) string) []Share {
	index := map[string]int{}
	shares := []Share{}
	for _, u := range uses {
		name := key(u)
		i, known := index[name]
		if !known {
			i = len(shares)
			index[name] = i
			shares = append(shares, Share{Name: name})
		}
		shares[i].add(u.Sum)
	}
	slices.SortFunc(shares, func(a, b Share) int {
		switch {
		case a.nanos != b.nanos:
			return int(min(max(b.nanos-a.nanos, -1), 1))
		case a.Input+a.Output != b.Input+b.Output:
			return int(min(max(b.Input+b.Output-a.Input-a.Output, -1), 1))
		}
		return strings.Compare(a.Name, b.Name)
	})
	return shares
}

// Total adds up uses.
func Total(uses []Use) Sum {
	var total Sum
	for _, u := range uses {
		total.add(u.Sum)
	}
	return total
}
