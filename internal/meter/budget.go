package meter

import (
	"context"
	"fmt"
	"math"
	"time"

	"parley/internal/access"
	"parley/internal/audit"
	"parley/internal/identity"
	"parley/internal/kit/db"
	"parley/internal/kit/fault"
	"parley/internal/kit/id"
	"parley/internal/llm"
)

// Scope says whose calls a budget counts.
type Scope string

// The scopes. All is one budget for the installation, Each one of its own for
// every user, Group one that a group's members share. A user's own budget takes
// the place of that which each user has, where unit, period and hardness are
// the same.
const (
	All   Scope = "all"
	Each  Scope = "each"
	User  Scope = "user"
	Group Scope = "group"
)

// Unit says what a budget counts.
type Unit string

// The units. What a budget of money or tokens counts is known when a call ends;
// a call that the provider refused is no request.
const (
	Money    Unit = "money"
	Tokens   Unit = "tokens"
	Requests Unit = "requests"
)

// Period says when a budget begins anew.
type Period string

// The periods; days and months are those of [Config.Zone].
const (
	Day   Period = "day"
	Month Period = "month"
	Ever  Period = "ever"
)

// Faults of budgets.
var (
	ErrBudget        = fault.New(fault.Limited, "budget_exceeded", "The budget is used up.")
	ErrBudgetInvalid = fault.New(fault.Invalid, "budget_invalid", "This is no budget.")
	ErrBudgetExists  = fault.New(fault.Conflict, "budget_exists", "There is such a budget already. Change that one.")
	ErrNoBudget      = fault.New(fault.NotFound, "not_found", "There is no such budget.")
)

// What the audit says of budgets.
const (
	auditCreate audit.Action = "budget.create"
	auditChange audit.Action = "budget.change"
	auditDelete audit.Action = "budget.delete"
	auditGrant  audit.Action = "budget.grant"
)

// balanceID is the id of the budget that the configuration's balance is.
const balanceID = "balance"

// Budget limits what calls may take in a period.
type Budget struct {
	ID    string
	Scope Scope
	// User is set for a user's budget, Group for a group's.
	User   identity.UserID
	Group  access.GroupID
	Unit   Unit
	Period Period
	// Amount is in dollars, tokens or requests.
	Amount float64
	// Hard refuses calls, a soft budget only warns.
	Hard      bool
	CreatedAt time.Time
}

// amount is b.Amount in what is counted.
func (b Budget) amount() int64 { return b.Unit.whole(b.Amount) }

// whole is a number of the unit as it is counted: money in billionths.
func (u Unit) whole(n float64) int64 {
	if u == Money {
		return nanosOf(n)
	}
	return int64(math.Round(n))
}

// shown is the reverse of whole.
func (u Unit) shown(n int64) float64 {
	if u == Money {
		return dollars(n)
	}
	return float64(n)
}

// took is what a call that has ended took of the unit.
func (u Unit) took(used llm.Usage, nanos int64, estimated bool) int64 {
	switch u {
	case Money:
		return nanos
	case Tokens:
		return used.Input + used.Output
	default:
		if used.Input+used.Output == 0 && nanos == 0 && !estimated {
			return 0 // refused by the provider
		}
		return 1
	}
}

// column is what the ledger has of the unit.
func (u Unit) column() string {
	return map[Unit]string{Money: `CASE WHEN own THEN 0 ELSE cost_nanos END`, Tokens: `input + output`, Requests: `1`}[u]
}

// start is the beginning of the period that t lies in.
func (p Period) start(t time.Time) time.Time {
	switch p {
	case Day:
		return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, t.Location())
	case Month:
		return time.Date(t.Year(), t.Month(), 1, 0, 0, 0, 0, t.Location())
	default:
		return time.Time{}
	}
}

// end is when the period that t lies in is over; zero for never.
func (p Period) end(t time.Time) time.Time {
	switch p {
	case Day:
		return p.start(t).AddDate(0, 0, 1)
	case Month:
		return p.start(t).AddDate(0, 1, 0)
	default:
		return time.Time{}
	}
}

// stamp is the start of a period as it is stored; 0 for [Ever].
func (p Period) stamp(t time.Time) int64 {
	if p == Ever {
		return 0
	}
	return db.Millis(p.start(t))
}

func (b Budget) check() error {
	wrong := ""
	switch {
	case b.Scope != All && b.Scope != Each && b.Scope != User && b.Scope != Group:
		wrong = "The scope is all, each, user or group."
	case (b.Scope == User) != (b.User != ""), (b.Scope == Group) != (b.Group != ""):
		wrong = "Name the user of a user's budget, and the group of a group's."
	case b.Unit != Money && b.Unit != Tokens && b.Unit != Requests:
		wrong = "The unit is money, tokens or requests."
	case b.Period != Day && b.Period != Month && b.Period != Ever:
		wrong = "The period is day, month or ever."
	case math.IsNaN(b.Amount) || b.Amount < 0 || b.Unit == Money && b.Amount > 1e9 || b.Amount > 1e15:
		wrong = "The amount is not between nothing and a billion dollars."
	default:
		return nil
	}
	return ErrBudgetInvalid.Saying(wrong)
}

const budgetColumns = `id, scope, COALESCE(user_id, ''), COALESCE(group_id, ''), unit, period, amount, hard, created_at`

func scanBudget(row scanner) (Budget, error) {
	var b Budget
	var amount, created int64
	err := row.Scan(&b.ID, &b.Scope, &b.User, &b.Group, &b.Unit, &b.Period, &amount, &b.Hard, &created)
	b.Amount, b.CreatedAt = b.Unit.shown(amount), db.Time(created)
	return b, err
}

// Budgets returns all budgets but the balance, oldest first.
func (s *Service) Budgets(ctx context.Context) ([]Budget, error) {
	all, err := list(ctx, s.db, `SELECT `+budgetColumns+` FROM budgets WHERE id <> 'balance' ORDER BY created_at, id`, scanBudget)
	if err != nil {
		return nil, fmt.Errorf("list budgets: %w", err)
	}
	return all, nil
}

// AddBudget makes a budget. What was used of its period so far counts. It
// returns [ErrBudgetInvalid] or [ErrBudgetExists].
func (s *Service) AddBudget(ctx context.Context, b Budget) (Budget, error) {
	if err := b.check(); err != nil {
		return b, err
	}
	b.ID, b.CreatedAt = id.New(), s.Now().UTC().Truncate(time.Millisecond)
	err := s.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := knows(ctx, tx, b); err != nil {
			return err
		}
		if err := insertBudget(ctx, tx, b); err != nil {
			return err
		}
		return s.log(ctx, tx, auditCreate, b)
	})
	if db.IsUnique(err) {
		return b, ErrBudgetExists
	}
	return b, err
}

func insertBudget(ctx context.Context, tx *db.Tx, b Budget) error {
	_, err := tx.Exec(ctx, `INSERT INTO budgets (id, scope, user_id, group_id, unit, period, amount, hard, created_at)
		VALUES ($1, $2, NULLIF($3, ''), NULLIF($4, ''), $5, $6, $7, $8, $9) ON CONFLICT (id) DO NOTHING`,
		b.ID, b.Scope, b.User, b.Group, b.Unit, b.Period, b.amount(), b.Hard, db.Millis(b.CreatedAt))
	if err != nil {
		return fmt.Errorf("store budget: %w", err)
	}
	return nil
}

// knows checks that the user or group of a budget exists.
func knows(ctx context.Context, q db.Querier, b Budget) error {
	found := true
	var err error
	switch b.Scope {
	case User:
		err = q.QueryRow(ctx, `SELECT EXISTS (SELECT 1 FROM users WHERE id = $1)`, b.User).Scan(&found)
	case Group:
		_, err = access.FindGroup(ctx, q, b.Group)
		if fault.IsKind(err, fault.NotFound) {
			found, err = false, nil
		}
	case All, Each:
	}
	if err == nil && !found {
		err = ErrBudgetInvalid.Saying("There is no such user or group.")
	}
	return err
}

// ChangeBudget gives a budget another amount, and makes it hard or soft. It
// returns [ErrNoBudget], [ErrBudgetInvalid] or [ErrBudgetExists].
func (s *Service) ChangeBudget(ctx context.Context, budget string, amount *float64, hard *bool) (Budget, error) {
	var b Budget
	err := s.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		if b, err = findBudget(ctx, tx, budget); err != nil {
			return err
		}
		if amount != nil {
			b.Amount = *amount
		}
		if hard != nil {
			b.Hard = *hard
		}
		if err := b.check(); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `UPDATE budgets SET amount = $2, hard = $3 WHERE id = $1`, b.ID, b.amount(), b.Hard); err != nil {
			return err
		}
		return s.log(ctx, tx, auditChange, b)
	})
	if db.IsUnique(err) {
		return b, ErrBudgetExists
	}
	return b, err
}

// DeleteBudget deletes a budget, or returns [ErrNoBudget].
func (s *Service) DeleteBudget(ctx context.Context, budget string) error {
	return s.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		b, err := findBudget(ctx, tx, budget)
		if err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `DELETE FROM budgets WHERE id = $1`, budget); err != nil {
			return fmt.Errorf("delete budget: %w", err)
		}
		return s.log(ctx, tx, auditDelete, b)
	})
}

func findBudget(ctx context.Context, q db.Querier, budget string) (Budget, error) {
	b, err := scanBudget(q.QueryRow(ctx, `SELECT `+budgetColumns+` FROM budgets WHERE id = $1 AND id <> 'balance'`, budget))
	if db.IsNone(err) {
		return b, ErrNoBudget
	}
	if err != nil {
		return b, fmt.Errorf("find budget: %w", err)
	}
	return b, nil
}

func (s *Service) log(ctx context.Context, tx *db.Tx, action audit.Action, b Budget) error {
	e := identity.Entry(ctx, action, b.ID)
	e.Detail = map[string]string{
		"scope": string(b.Scope), "unit": string(b.Unit), "period": string(b.Period),
		"amount": fmt.Sprint(b.Amount), "hard": fmt.Sprint(b.Hard),
	}
	if of := string(b.User) + string(b.Group); of != "" {
		e.Detail["of"] = of
	}
	return audit.Log(ctx, tx, e)
}

// Level is how much of a budget is used.
type Level struct {
	Budget
	// Of is whose share of the budget it is: a user of one that each user has.
	Of identity.UserID
	// Limit is the budget's amount and what was granted beyond it.
	Limit, Used float64
	// Resets is when it begins anew, zero for never.
	Resets time.Time
}

// Levels returns how the budgets stand that count the calls of a user. The
// balance is one of them.
func (s *Service) Levels(ctx context.Context, user identity.UserID) ([]Level, error) {
	budgets, err := s.applicable(ctx, s.db, user)
	if err != nil {
		return nil, err
	}
	levels := make([]Level, 0, len(budgets))
	for _, b := range budgets {
		l, err := s.level(ctx, b, s.chargeOf(b, user))
		if err != nil {
			return nil, err
		}
		levels = append(levels, l)
	}
	return levels, nil
}

// LevelOf returns how a budget stands. One that each user has stands as high as
// that of whom it leaves least.
func (s *Service) LevelOf(ctx context.Context, b Budget) (Level, error) {
	if b.Scope != Each {
		return s.level(ctx, b, s.chargeOf(b, b.User))
	}
	highest := Level{Budget: b, Limit: b.Amount, Resets: b.Period.end(s.Now())}
	candidates, err := s.heaviest(ctx, b)
	if err != nil {
		return highest, fmt.Errorf("level of budget: %w", err)
	}
	for _, user := range candidates {
		l, err := s.level(ctx, b, s.chargeOf(b, user))
		if err != nil {
			return highest, err
		}
		if l.Used > 0 && (highest.Of == "" || l.Limit-l.Used < highest.Limit-highest.Used) {
			highest = l
		}
	}
	return highest, nil
}

// heaviest returns the user whom a budget that each has leaves least by its
// counts, and the one who used most by the ledger: not everyone who used
// something was counted since the budget was made.
func (s *Service) heaviest(ctx context.Context, b Budget) ([]identity.UserID, error) {
	one := func(row scanner) (user identity.UserID, err error) {
		err = row.Scan(&user)
		return user, err
	}
	counted, err := list(ctx, s.db, `SELECT subject FROM budget_counts WHERE budget_id = $1 AND period_start = $2
		ORDER BY used - granted DESC, subject LIMIT 1`, one, b.ID, b.Period.stamp(s.Now()))
	if err != nil || b.Period == Ever {
		return counted, err
	}
	used, err := list(ctx, s.db, `SELECT user_id FROM ledger WHERE settled_at > 0 AND started_at >= $1
		GROUP BY user_id ORDER BY SUM(`+b.Unit.column()+`) DESC, user_id LIMIT 1`, one, b.Period.stamp(s.Now()))
	return append(counted, used...), err
}

func (s *Service) level(ctx context.Context, b Budget, c charge) (Level, error) {
	l := Level{Budget: b, Of: identity.UserID(c.Subject), Resets: b.Period.end(s.Now())}
	var used, granted int64
	err := s.db.QueryRow(ctx, `SELECT used, granted FROM budget_counts WHERE budget_id = $1 AND subject = $2 AND period_start = $3`,
		c.Budget, c.Subject, c.Start).Scan(&used, &granted)
	if db.IsNone(err) { // nothing was counted since it was made, or its period began
		used, err = s.usedBefore(ctx, s.db, b, c)
		granted = s.firstGrant(b)
	}
	if err != nil {
		return l, fmt.Errorf("level of budget: %w", err)
	}
	l.Used, l.Limit = b.Unit.shown(used), b.Unit.shown(b.amount()+granted)
	return l, nil
}
