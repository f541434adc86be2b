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
	"sync"
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

	mu   sync.Mutex
	owed map[step]settled
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
	s := &Service{db: d, node: node, owed: map[step]settled{}}
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
			return insertBudget(ctx, tx, Budget{ID: balanceID, Scope: Each, Unit: Money, Period: Ever, Hard: true, CreatedAt: s.Now()})
		})
		if err != nil {
			return err
		}
	}
	s.config.Store(&c)
	return nil
}

// Now is the time in the zone that days begin in.
func (s *Service) Now() time.Time { return time.Now().In(s.config.Load().Zone) }

// Zone names the time zone that days begin in.
func (s *Service) Zone() string {
	now := s.Now()
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
		x.Input, ratesText(x.Prices, x.Input, x.Service), charges.String(), x.Own, db.Millis(s.Now()), s.node)
	if err != nil {
		return Grant{}, fmt.Errorf("reserve step %d of turn %s: %w", e.Step, e.Turn, err)
	}
	return grant, nil
}

// ReserveNow is [Service.Reserve] in a transaction of its own. What was reserved
// all the same when it fails, because the answer to a commit was lost, is given
// back by [Service.PayDebts].
func (s *Service) ReserveNow(ctx context.Context, e Entry, x Expected) (grant Grant, err error) {
	err = s.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		grant, err = s.Reserve(ctx, tx, e, x)
		return err
	})
	if err != nil {
		s.owe(settled{step: step{e.Turn, e.Step}, model: e.Model}, err)
	}
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
