// Package meter is the ledger of model calls and the budgets on them: who
// called which model in which turn, how many tokens that took, what it cost, and
// what may still be spent.
//
// An entry is reserved before a call and settled after it, exactly once, so
// that a call that was cut by a crash is never free and never counted twice.
// What a call can cost at most is taken from its budgets when it is reserved,
// and given back where it cost less, so that calls made at the same time cannot
// overspend together. It keeps no text.
package meter

import (
	"context"
	"embed"
	"encoding/json"
	"fmt"
	"math"
	"sync/atomic"
	"time"

	"parley/internal/identity"
	"parley/internal/kit/db"
	"parley/internal/llm"
)

// Migrations make the tables of this package.
//
//go:embed migrations/*.sql
var Migrations embed.FS

// Service keeps the ledger. It is safe for concurrent use.
type Service struct {
	db     *db.DB
	node   string
	config atomic.Pointer[Config]
}

// Config is what the configuration says of the ledger.
type Config struct {
	Balance      BalanceConfig
	Transactions TransactionsConfig
	// Zone is the time zone that days and months begin in.
	Zone *time.Location
}

// New returns a ledger without a balance and with the days of UTC; see
// [Service.Configure]. node names this process among those that write into the
// database.
func New(d *db.DB, node string) *Service {
	s := &Service{db: d, node: node}
	s.config.Store(&Config{Transactions: DefaultTransactions(), Zone: time.UTC})
	return s
}

// Configure puts what the configuration says into effect, at the start and
// whenever it changes. A start balance is for users who have none yet. In
// another time zone the days and months that run begin anew, with what was used
// since; what was added up of earlier days stays.
func (s *Service) Configure(ctx context.Context, c Config) error {
	if err := c.Balance.Check(); err != nil {
		return err
	}
	if c.Balance.Enabled {
		err := s.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
			return insertBudget(ctx, tx, Budget{ID: balanceID, Scope: Each, Unit: Money, Period: Ever, Hard: true, CreatedAt: s.now()})
		})
		if err != nil {
			return err
		}
	}
	s.config.Store(&c)
	return nil
}

// now is the time in the zone that days begin in.
func (s *Service) now() time.Time { return time.Now().In(s.config.Load().Zone) }

// Zone names the time zone that days begin in.
func (s *Service) Zone() string {
	now := s.now()
	if now.Location() != time.Local {
		return now.Location().String()
	}
	name, _ := now.Zone()
	return name
}

// Purpose says what a call was made for.
type Purpose string

// The purposes of calls; [ForTurn] is the zero value's meaning.
const (
	ForTurn  Purpose = "turn"
	ForTitle Purpose = "title"
	// ForAPI is a call over the API that other programs know from OpenAI.
	ForAPI Purpose = "api"
)

// Entry names a model call: step Step of turn Turn.
type Entry struct {
	User    identity.UserID
	Chat    string
	Turn    string
	Step    int
	Model   string
	Purpose Purpose
	// Mark is where the answer stood when the call began; a cut call is
	// settled by what came after it.
	Mark int
}

// Expected is what a call is expected to take.
type Expected struct {
	// Input is an estimate of the tokens of the whole request. It stands if the
	// call is never settled.
	Input int64
	// Output is the most tokens that the answer can have; 0 is unknown.
	Output int64
	// Prices may be nil.
	Prices *llm.Prices
	// Service is the class of service that is asked for.
	Service string
	// Own says that the user pays: no budget of money counts the call.
	Own bool
}

// Grant is what the budgets allow a call that was reserved.
type Grant struct {
	// Output is the most tokens that the answer may have; 0 is no limit.
	Output int64
}

// Reserve writes the entry of a call that is about to be made and takes what it
// can cost from the budgets. It returns [ErrBudget] when a hard budget has no
// room for it; nothing is taken then if the transaction is given up.
func (s *Service) Reserve(ctx context.Context, tx *db.Tx, e Entry, x Expected) (Grant, error) {
	charges, grant, err := s.charge(ctx, tx, e.User, x)
	if err != nil {
		return Grant{}, err
	}
	if e.Purpose == "" {
		e.Purpose = ForTurn
	}
	_, err = tx.Exec(ctx, `INSERT INTO ledger (user_id, chat_id, turn_id, step, model, purpose, mark, input, rates, charges, own, started_at, node)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`, e.User, e.Chat, e.Turn, e.Step, e.Model, e.Purpose, e.Mark,
		x.Input, ratesText(x.Prices, x.Input, x.Service), charges.String(), x.Own, db.Millis(s.now()), s.node)
	if err != nil {
		return Grant{}, fmt.Errorf("reserve step %d of turn %s: %w", e.Step, e.Turn, err)
	}
	return grant, nil
}

// ReserveNow is [Service.Reserve] in a transaction of its own.
func (s *Service) ReserveNow(ctx context.Context, e Entry, x Expected) (grant Grant, err error) {
	err = s.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		grant, err = s.Reserve(ctx, tx, e, x)
		return err
	})
	return grant, err
}

// Adjust replaces the expectation of a call that is reserved and not yet made,
// and the model that is to be called. When a budget has no room for it, it
// returns [ErrBudget] and the entry stands.
func (s *Service) Adjust(ctx context.Context, e Entry, x Expected) (grant Grant, err error) {
	err = s.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		var before charges
		err := tx.QueryRow(ctx, `SELECT charges FROM ledger WHERE turn_id = $1 AND step = $2 AND settled_at = 0`, e.Turn, e.Step).Scan(&before)
		if err != nil {
			return fmt.Errorf("find step %d of turn %s: %w", e.Step, e.Turn, err)
		}
		for _, c := range before {
			if err := c.add(ctx, tx, -c.Amount); err != nil {
				return err
			}
		}
		after, allowed, err := s.charge(ctx, tx, e.User, x)
		if err != nil {
			return err
		}
		grant = allowed
		_, err = tx.Exec(ctx, `UPDATE ledger SET input = $3, rates = $4, charges = $5, model = $6, own = $7 WHERE turn_id = $1 AND step = $2`,
			e.Turn, e.Step, x.Input, ratesText(x.Prices, x.Input, x.Service), after.String(), e.Model, x.Own)
		return err
	})
	return grant, err
}

// Settle writes what the call took and which model answered, and corrects the
// budgets. A settled entry is not changed again. The model may have no prices:
// the entry is then marked as unpriced, unless the provider named the cost.
func (s *Service) Settle(ctx context.Context, turn string, step int, model llm.Info, u llm.Usage, estimated bool) error {
	e := settled{turn: turn, step: step, model: model.ID, usage: u, rates: ratesText(model.Prices, u.Input, u.Tier), estimated: estimated}
	switch {
	case u.Cost != nil:
		e.nanos, e.from, e.rates = nanosOf(*u.Cost), "provider", ""
	case model.Prices != nil:
		e.nanos, e.from = nanosOf(model.Prices.Rates(u.Input, u.Tier).Cost(u)), "prices"
	}
	return s.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error { return s.settle(ctx, tx, e) })
}

// settled is what is written when an entry is settled.
type settled struct {
	turn      string
	step      int
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
		e.turn, e.step, u.Input, u.Output, u.CacheRead, u.CacheWrite, u.Reasoning, e.nanos, e.from != "", e.estimated,
		db.Millis(s.now()), e.rates, e.from, u.Tier, e.model).Scan(&taken, &own, &user, &started)
	if db.IsNone(err) {
		return nil // settled before
	}
	if err != nil {
		return fmt.Errorf("settle step %d of turn %s: %w", e.step, e.turn, err)
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
// stands, and output estimates what was received since the entry's mark.
func (s *Service) SettleCut(ctx context.Context, turn string, output func(mark int) int64) error {
	return s.settleOpen(ctx, `turn_id = $1`, turn, output)
}

// SettleAbandoned settles the entries of calls that began before a time and
// whose process is gone: the reserved input stands.
func (s *Service) SettleAbandoned(ctx context.Context, before time.Time) error {
	return s.settleOpen(ctx, `started_at < $1`, db.Millis(before), inputAlone)
}

// OpenElsewhere are the other processes that have calls under way, or had them
// when they died, which belong to no turn.
func (s *Service) OpenElsewhere(ctx context.Context) ([]string, error) {
	return list(ctx, s.db, `SELECT DISTINCT node FROM ledger WHERE settled_at = 0 AND purpose <> 'turn' AND node <> $1`,
		func(row scanner) (node string, err error) { return node, row.Scan(&node) }, s.node)
}

// SettleNode settles the calls of a process that is gone, which belong to no turn:
// the reserved input stands. Those of turns are cut with their turn.
func (s *Service) SettleNode(ctx context.Context, node string) error {
	return s.settleOpen(ctx, `purpose <> 'turn' AND node = $1`, node, inputAlone)
}

// inputAlone is the output of a call of which nothing was kept.
func inputAlone(int) int64 { return 0 }

func (s *Service) settleOpen(ctx context.Context, where string, arg any, output func(mark int) int64) error {
	open, err := list(ctx, s.db, `SELECT turn_id, step, model, mark, input, rates FROM ledger WHERE settled_at = 0 AND `+where+` ORDER BY n`,
		func(row scanner) (settled, error) {
			e := settled{estimated: true}
			var mark int
			err := row.Scan(&e.turn, &e.step, &e.model, &mark, &e.usage.Input, &e.rates)
			e.usage.Output = output(mark)
			return e, err
		}, arg)
	if err != nil {
		return fmt.Errorf("find open calls: %w", err)
	}
	for _, e := range open {
		var rates llm.Rates
		if e.rates != "" {
			if err := json.Unmarshal([]byte(e.rates), &rates); err != nil {
				return fmt.Errorf("prices of step %d of turn %s: %w", e.step, e.turn, err)
			}
			e.nanos, e.from = nanosOf(rates.Cost(e.usage)), "prices"
		}
		if err := s.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error { return s.settle(ctx, tx, e) }); err != nil {
			return err
		}
	}
	return nil
}

// Estimate is the number of tokens that chars bytes of text are likely to be: a
// quarter, rounded up.
func Estimate(chars int) int64 { return int64(chars+3) / 4 }

// EstimateMedia is the number of tokens that a file is likely to be. Pictures
// take one per 750 pixels and are made smaller above about 1,600 by the
// providers (https://docs.anthropic.com/en/docs/build-with-claude/vision).
func EstimateMedia(m llm.Media) int64 {
	const mostOfPicture, pixelsEach, bytesEach = 1600, 750, 40
	if len(m.MIME) > 6 && m.MIME[:6] == "image/" {
		if m.Width == 0 || m.Height == 0 {
			return mostOfPicture
		}
		return min(int64(m.Width)*int64(m.Height)/pixelsEach+1, mostOfPicture)
	}
	return max(m.Size, int64(len(m.Data)))/bytesEach + 1
}

// nanosOf is a sum in US dollars as it is stored: in billionths, rounded.
func nanosOf(dollars float64) int64 { return int64(math.Round(dollars * 1e9)) }

// dollars is the reverse of nanosOf.
func dollars(nanos int64) float64 { return float64(nanos) / 1e9 }

func ratesText(p *llm.Prices, input int64, service string) string {
	if p == nil {
		return ""
	}
	b, err := json.Marshal(p.Rates(input, service))
	if err != nil {
		return "" // a price that is not a number
	}
	return string(b)
}

type scanner interface{ Scan(dest ...any) error }

// list reads all rows of a query.
func list[T any](ctx context.Context, q db.Querier, query string, scan func(scanner) (T, error), args ...any) (all []T, err error) {
	rows, err := q.Query(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer func() {
		if e := rows.Close(); err == nil {
			err = e
		}
	}()
	for rows.Next() {
		one, err := scan(rows)
		if err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	return all, rows.Err()
}
