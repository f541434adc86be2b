package meter

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"parley/internal/identity"
	"parley/internal/kit/db"
	"parley/internal/kit/fault"
	"parley/internal/llm"
)

// Settle writes what the call took and which model answered, and corrects the
// budgets. A settled entry is not changed again. The model may have no prices:
// the entry is then marked as unpriced, unless the provider named the cost. While
// the database cannot be written to, an error of the kind unavailable says so, and
// [Service.PayDebts] settles the call later.
func (s *Service) Settle(ctx context.Context, turn string, number int, model llm.Info, u llm.Usage, estimated bool) error {
	e := settled{step: step{turn, number}, model: model.ID, usage: u, rates: ratesText(model.Prices, u.Input, u.Tier), estimated: estimated}
	switch {
	case u.Cost != nil:
		e.nanos, e.from, e.rates = nanosOf(*u.Cost), "provider", ""
	case model.Prices != nil:
		e.nanos, e.from = nanosOf(model.Prices.Rates(u.Input, u.Tier).Cost(u)), "prices"
	}
	err := s.settleNow(ctx, e)
	s.owe(e, err)
	return err
}

func (s *Service) settleNow(ctx context.Context, e settled) error {
	return s.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error { return s.settle(ctx, tx, e) })
}

// owe notes how a call is to be settled that could not be, for want of the
// database; one that could is struck off.
func (s *Service) owe(e settled, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if fault.IsKind(err, fault.Unavailable) {
		s.owed[e.step] = e
	} else {
		delete(s.owed, e.step)
	}
}

// PayDebts settles the calls that could not be settled while the database was
// away. What it still does not take is tried again later; should this process end
// before, the entries are those of a dead one.
func (s *Service) PayDebts(ctx context.Context) {
	s.mu.Lock()
	debts := slices.Collect(maps.Values(s.owed))
	s.mu.Unlock()
	for _, e := range debts {
		s.owe(e, s.settleNow(ctx, e))
	}
}

// step names a call: that of a turn, or of what stands for one.
type step struct {
	turn   string
	number int
}

// settled is what is written when an entry is settled.
type settled struct {
	step
	model     string // who answered
	usage     llm.Usage
	nanos     int64
	from      string
	rates     string
	estimated bool
}

// settle closes an open entry, once, adds it to the sums of its day, and corrects
// what was taken from budgets.
func (s *Service) settle(ctx context.Context, tx *db.Tx, e settled) error {
	u := e.usage
	var taken charges
	var own bool
	var user identity.UserID
	var started int64
	err := tx.QueryRow(ctx, `UPDATE ledger SET input = $3, output = $4, cache_read = $5, cache_write = $6, reasoning = $7,
		cost_nanos = $8, priced = $9, estimated = $10, settled_at = $11, rates = $12, cost_from = $13, service_tier = $14, model = $15
		WHERE turn_id = $1 AND step = $2 AND settled_at = 0 RETURNING charges, own, user_id, started_at`,
		e.turn, e.number, u.Input, u.Output, u.CacheRead, u.CacheWrite, u.Reasoning, e.nanos, e.from != "", e.estimated,
		db.Millis(s.Now()), e.rates, e.from, u.Tier, e.model).Scan(&taken, &own, &user, &started)
	if db.IsNone(err) {
		return nil // settled before
	}
	if err != nil {
		return fmt.Errorf("settle step %d of turn %s: %w", e.number, e.turn, err)
	}
	for _, c := range taken {
		took := c.Unit.took(u, e.nanos, e.estimated)
		if own && c.Unit == Money {
			took = 0
		}
		if err := c.add(ctx, tx, took-c.Amount); err != nil {
			return err
		}
	}
	return addToDay(ctx, tx, dayOf(db.Time(started).In(s.config.Load().Zone)), e, user)
}

// SettleCut settles all open entries of a turn that was cut: the reserved input
// stands, and output estimates what was received since the entry's mark; nil is
// nothing.
func (s *Service) SettleCut(ctx context.Context, turn string, output func(mark int) int64) error {
	return s.settleOpen(ctx, `turn_id = $1`, turn, output)
}

// SettleAbandoned settles the entries of calls that began before a time and
// whose process is gone: the reserved input stands.
func (s *Service) SettleAbandoned(ctx context.Context, before time.Time) error {
	return s.settleOpen(ctx, `started_at < $1`, db.Millis(before), nil)
}

// Open is a call that another process makes, or made when it died.
type Open struct{ Turn, Node string }

// OpenElsewhere lists the calls of other processes that are not settled.
func (s *Service) OpenElsewhere(ctx context.Context) ([]Open, error) {
	return list(ctx, s.db, `SELECT turn_id, node FROM ledger WHERE settled_at = 0 AND node <> $1 ORDER BY n`,
		func(row scanner) (o Open, err error) { return o, row.Scan(&o.Turn, &o.Node) }, s.node)
}

func (s *Service) settleOpen(ctx context.Context, where string, arg any, output func(mark int) int64) error {
	open, err := list(ctx, s.db, `SELECT turn_id, step, model, mark, input, rates FROM ledger WHERE settled_at = 0 AND `+where+` ORDER BY n`,
		func(row scanner) (settled, error) {
			e := settled{estimated: true}
			var mark int
			err := row.Scan(&e.turn, &e.number, &e.model, &mark, &e.usage.Input, &e.rates)
			if output != nil {
				e.usage.Output = output(mark)
			}
			return e, err
		}, arg)
	if err != nil {
		return fmt.Errorf("find open calls: %w", err)
	}
	for _, e := range open {
		if exact, ok := s.debt(e.step); ok {
			e = exact
		} else if err := e.price(); err != nil {
			return err
		}
		err := s.settleNow(ctx, e)
		if s.owe(e, err); err != nil {
			return err
		}
	}
	return nil
}

// debt is how a call is to be settled that this process could not settle.
func (s *Service) debt(of step) (e settled, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	e, ok = s.owed[of]
	return e, ok
}

// price counts what a call cost by the prices that it was reserved at.
func (e *settled) price() error {
	if e.rates == "" {
		return nil
	}
	var rates llm.Rates
	if err := json.Unmarshal([]byte(e.rates), &rates); err != nil {
		return fmt.Errorf("prices of step %d of turn %s: %w", e.number, e.turn, err)
	}
	e.nanos, e.from = nanosOf(rates.Cost(e.usage)), "prices"
	return nil
}
