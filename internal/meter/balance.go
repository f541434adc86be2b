package meter

import (
	"context"
	"fmt"
	"math"
	"time"

	"parley/internal/identity"
	"parley/internal/kit/db"
	"parley/internal/kit/fault"
)

// creditsPerDollar is what LibreChat's credits are worth.
const creditsPerDollar = 1_000_000

// BalanceConfig is the key balance of librechat.yaml: each user has credits,
// a million of which are a dollar, that calls use up.
type BalanceConfig struct {
	Enabled bool `yaml:"enabled" env:"CHECK_BALANCE"`
	// StartBalance is what a user has at first, in credits.
	StartBalance float64 `yaml:"startBalance" env:"START_BALANCE"`
	// AutoRefill adds RefillAmount credits when they do not suffice, and the
	// interval has passed since the last time.
	AutoRefill          bool    `yaml:"autoRefillEnabled"`
	RefillIntervalValue int     `yaml:"refillIntervalValue"`
	RefillIntervalUnit  string  `yaml:"refillIntervalUnit"`
	RefillAmount        float64 `yaml:"refillAmount"`
}

// TransactionsConfig is the key transactions of librechat.yaml.
type TransactionsConfig struct {
	// Enabled keeps the entries of the ledger; without it they are deleted a day
	// after their call. A balance keeps them in any case.
	Enabled bool `yaml:"enabled"`
}

// DefaultBalance is the balance where nothing is said: none, with LibreChat's
// amounts.
func DefaultBalance() BalanceConfig {
	return BalanceConfig{
		StartBalance: 20_000, RefillIntervalValue: 30, RefillIntervalUnit: "days", RefillAmount: 10_000,
	}
}

// DefaultTransactions keeps the ledger.
func DefaultTransactions() TransactionsConfig { return TransactionsConfig{Enabled: true} }

// Check returns what is wrong with the balance, or nil.
func (c BalanceConfig) Check() error {
	switch {
	case c.StartBalance < 0 || c.RefillAmount < 0:
		return fault.New(fault.Invalid, "config_invalid", "balance: an amount is below nothing")
	case c.AutoRefill && (c.RefillIntervalValue < 1 || c.shift(time.Now(), 1).IsZero()):
		return fault.New(fault.Invalid, "config_invalid",
			"balance: the interval is a positive number of seconds, minutes, hours, days, weeks or months")
	}
	return nil
}

// shift is t and so many refill intervals; zero for a unit that there is not.
func (c BalanceConfig) shift(t time.Time, intervals int) time.Time {
	n := intervals * c.RefillIntervalValue
	switch c.RefillIntervalUnit {
	case "seconds":
		return t.Add(time.Duration(n) * time.Second)
	case "minutes":
		return t.Add(time.Duration(n) * time.Minute)
	case "hours":
		return t.Add(time.Duration(n) * time.Hour)
	case "days":
		return t.AddDate(0, 0, n)
	case "weeks":
		return t.AddDate(0, 0, 7*n)
	case "months":
		return t.AddDate(0, n, 0)
	}
	return time.Time{}
}

// firstGrant is what a budget's count begins with beyond the budget's amount.
func (s *Service) firstGrant(b Budget) int64 {
	if b.ID != balanceID {
		return 0
	}
	return nanosOf(s.config.Load().Balance.StartBalance / creditsPerDollar)
}

// refill adds to a balance that does not suffice, if it is time; false means
// that nothing was added.
func (s *Service) refill(ctx context.Context, tx *db.Tx, b Budget, c charge) (bool, error) {
	config := s.config.Load().Balance
	if b.ID != balanceID || !config.AutoRefill || config.RefillAmount == 0 {
		return false, nil
	}
	now := s.Now()
	result, err := tx.Exec(ctx, `UPDATE budget_counts SET granted = granted + $4, refilled_at = $5
		WHERE budget_id = $1 AND subject = $2 AND period_start = $3 AND refilled_at <= $6`, c.Budget, c.Subject, c.Start,
		nanosOf(config.RefillAmount/creditsPerDollar), db.Millis(now), db.Millis(config.shift(now, -1)))
	if err != nil {
		return false, fmt.Errorf("refill the balance of %s: %w", c.Subject, err)
	}
	n, err := result.RowsAffected()
	return n > 0, err
}

// renewal is when a budget that has no room may have again: when its period ends,
// or when the balance is refilled; zero for never.
func (s *Service) renewal(ctx context.Context, tx *db.Tx, b Budget, c charge) (time.Time, error) {
	config := s.config.Load().Balance
	if b.ID != balanceID || !config.AutoRefill || config.RefillAmount == 0 {
		return b.Period.end(s.Now()), nil
	}
	var last int64
	err := tx.QueryRow(ctx, `SELECT refilled_at FROM budget_counts WHERE budget_id = $1 AND subject = $2 AND period_start = $3`,
		c.Budget, c.Subject, c.Start).Scan(&last)
	if err != nil {
		return time.Time{}, fmt.Errorf("when the balance of %s is refilled: %w", c.Subject, err)
	}
	return config.shift(db.Time(last).In(s.Now().Location()), 1), nil
}

// GrantMore adds an amount, in the budget's unit, to what a budget allows in
// the period that runs; a negative one takes it back. user is whose share it is
// of a budget that each user has, the balance (named "balance") included.
func (s *Service) GrantMore(ctx context.Context, budget string, user identity.UserID, amount float64) error {
	return s.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		b := Budget{ID: balanceID, Scope: Each, Unit: Money, Period: Ever, Hard: true}
		if budget != balanceID {
			var err error
			if b, err = findBudget(ctx, tx, budget); err != nil {
				return err
			}
		} else if !s.config.Load().Balance.Enabled {
			return ErrNoBudget
		}
		if (b.Scope == Each) != (user != "") {
			return ErrBudgetInvalid.Saying("Name a user if, and only if, each user has this budget.")
		}
		if user != "" {
			if err := knows(ctx, tx, Budget{Scope: User, User: user}); err != nil {
				return err
			}
		}
		if err := (Budget{Scope: All, Unit: b.Unit, Period: b.Period, Amount: math.Abs(amount)}).check(); err != nil {
			return err
		}
		c := s.chargeOf(b, user)
		if _, err := s.open(ctx, tx, b, c); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `UPDATE budget_counts SET granted = granted + $4 WHERE budget_id = $1 AND subject = $2 AND period_start = $3`,
			c.Budget, c.Subject, c.Start, b.Unit.whole(amount))
		if err != nil {
			return fmt.Errorf("grant more: %w", err)
		}
		b.Amount = amount
		return s.log(ctx, tx, auditGrant, b)
	})
}

// HasBalance reports whether the configuration gives each user a balance.
func (s *Service) HasBalance() bool { return s.config.Load().Balance.Enabled }

// IsBalance reports whether the budget is the configuration's balance.
func (b Budget) IsBalance() bool { return b.ID == balanceID }
