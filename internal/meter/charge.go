package meter

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"parley/internal/access"
	"parley/internal/identity"
	"parley/internal/kit/db"
	"parley/internal/llm"
)

const (
	// leastOutput is how many tokens of an answer a hard budget must have room
	// for, or the call is refused.
	leastOutput = 64
	// unknownOutput is how long an answer is taken to get whose model does not
	// say, while a hard budget counts it.
	unknownOutput = 16 << 10
)

// charge is what a call took, or may take, of one budget.
type charge struct {
	Budget  string `json:"budget"`
	Subject string `json:"subject,omitempty"`
	Start   int64  `json:"start"`
	Unit    Unit   `json:"unit"`
	Amount  int64  `json:"amount"`
}

// charges are stored with an entry while it is open, and after.
type charges []charge

// String is the stored form.
func (c charges) String() string {
	if len(c) == 0 {
		return ""
	}
	b, err := json.Marshal([]charge(c))
	if err != nil {
		panic(err) // text and numbers always encode
	}
	return string(b)
}

// Scan reads the stored form.
func (c *charges) Scan(src any) error {
	text, ok := src.(string)
	if !ok {
		return fmt.Errorf("charges are stored as %T", src)
	}
	*c = nil
	if text == "" {
		return nil
	}
	return json.Unmarshal([]byte(text), (*[]charge)(c))
}

// add corrects what is counted.
func (c charge) add(ctx context.Context, tx *db.Tx, amount int64) error {
	if amount == 0 {
		return nil
	}
	_, err := tx.Exec(ctx, `UPDATE budget_counts SET used = used + $4 WHERE budget_id = $1 AND subject = $2 AND period_start = $3`,
		c.Budget, c.Subject, c.Start, amount)
	if err != nil {
		return fmt.Errorf("correct budget %s: %w", c.Budget, err)
	}
	return nil
}

// applicable returns the budgets that count a user's calls, in the order in
// which they are charged: by id, so that no two transactions wait for each
// other.
func (s *Service) applicable(ctx context.Context, q db.Querier, user identity.UserID) ([]Budget, error) {
	all, err := list(ctx, q, `SELECT `+budgetColumns+` FROM budgets WHERE user_id IS NULL OR user_id = $1 ORDER BY id`, scanBudget, user)
	if err != nil {
		return nil, fmt.Errorf("find budgets: %w", err)
	}
	var groups []access.Group
	if slices.ContainsFunc(all, func(b Budget) bool { return b.Scope == Group }) {
		if groups, err = access.GroupsOf(ctx, q, user); err != nil {
			return nil, err
		}
	}
	own := func(b Budget) bool {
		return slices.ContainsFunc(all, func(o Budget) bool {
			return o.Scope == User && o.Unit == b.Unit && o.Period == b.Period && o.Hard == b.Hard
		})
	}
	return slices.DeleteFunc(all, func(b Budget) bool {
		switch {
		case b.ID == balanceID:
			return !s.config.Load().Balance.Enabled
		case b.Scope == Each:
			return own(b)
		case b.Scope == Group:
			return !slices.ContainsFunc(groups, func(g access.Group) bool { return g.ID == b.Group })
		}
		return false
	}), nil
}

func (s *Service) chargeOf(b Budget, user identity.UserID) charge {
	c := charge{Budget: b.ID, Start: b.Period.stamp(s.Now()), Unit: b.Unit}
	if b.Scope == Each {
		c.Subject = string(user)
	}
	return c
}

// price is what a call may take of a unit: a fixed part, and a part for each
// token of its answer.
type price struct{ fixed, each float64 }

func (u Unit) price(x Expected) price {
	input := float64(x.Input + x.Input/4) // it is an estimate, and may be short of the truth
	switch {
	case u == Requests:
		return price{fixed: 1}
	case u == Tokens:
		return price{fixed: input, each: 1}
	case x.Prices == nil || x.Own:
		return price{}
	}
	r := x.Prices.Rates(x.Input+x.Input/4, x.Service)
	const nanosPerToken = 1000 // of a dollar for a million tokens
	return price{fixed: input * max(r.Input, r.CacheWrite) * nanosPerToken, each: max(r.Output, r.Reasoning) * nanosPerToken}
}

func (p price) of(output int64) int64 { return int64(p.fixed + p.each*float64(output)) }

// charge takes what a call can cost at most from every budget that counts it.
// Where a hard budget has no room for the longest answer, the answer may be as
// long as half of what is left pays for, so that others find something, too.
func (s *Service) charge(ctx context.Context, tx *db.Tx, user identity.UserID, x Expected) (charges, Grant, error) {
	budgets, err := s.applicable(ctx, tx, user)
	if err != nil || len(budgets) == 0 {
		return nil, Grant{}, err
	}
	most := x.Output
	if most <= 0 {
		most = unknownOutput
	}
	least := min(most, leastOutput)
	taken := make(charges, len(budgets))
	granted, limited := most, false
	for i, b := range budgets {
		p := b.Unit.price(x)
		c := s.chargeOf(b, user)
		c.Amount = p.of(least)
		left, err := s.take(ctx, tx, b, c, user)
		if err != nil {
			return nil, Grant{}, err
		}
		taken[i] = c
		if b.Hard && p.each > 0 {
			limited = true
			if p.of(most)-c.Amount > left {
				granted = min(granted, least+int64(float64(left/2)/p.each))
			}
		}
	}
	for i, b := range budgets {
		more := b.Unit.price(x).of(granted) - taken[i].Amount
		if !b.Hard {
			continue // it refuses nothing: it is enough that it counts in the end
		}
		if err := taken[i].add(ctx, tx, more); err != nil {
			return nil, Grant{}, err
		}
		taken[i].Amount += more
	}
	if !limited {
		granted = 0
	}
	return taken, Grant{Output: granted}, nil
}

// take adds a charge to a budget's count and returns what is left after it, or
// [ErrBudget]. The statement that adds is also the one that looks, so that of
// many at the same time only those pass that fit.
func (s *Service) take(ctx context.Context, tx *db.Tx, b Budget, c charge, user identity.UserID) (left int64, err error) {
	query := `UPDATE budget_counts SET used = used + $4 WHERE budget_id = $1 AND subject = $2 AND period_start = $3
		AND used + $4 <= granted + $5 RETURNING granted + $5 - used`
	if !b.Hard || c.Amount == 0 { // what costs nothing always fits
		query = `UPDATE budget_counts SET used = used + $4 WHERE budget_id = $1 AND subject = $2 AND period_start = $3
			RETURNING granted + $5 - used`
	}
	for {
		err := tx.QueryRow(ctx, query, c.Budget, c.Subject, c.Start, c.Amount, b.amount()).Scan(&left)
		if err == nil {
			return max(left, 0), nil
		}
		if !db.IsNone(err) {
			return 0, fmt.Errorf("charge budget %s: %w", b.ID, err)
		}
		again, err := s.open(ctx, tx, b, c)
		if err == nil && !again {
			again, err = s.refill(ctx, tx, b, c)
		}
		if err != nil {
			return 0, err
		}
		if !again {
			return 0, s.exceeded(ctx, tx, b, c, user)
		}
	}
}

// open begins the count of a period; false means that it is there already.
func (s *Service) open(ctx context.Context, tx *db.Tx, b Budget, c charge) (bool, error) {
	var known bool
	err := tx.QueryRow(ctx, `SELECT EXISTS (SELECT 1 FROM budget_counts WHERE budget_id = $1 AND subject = $2 AND period_start = $3)`,
		c.Budget, c.Subject, c.Start).Scan(&known)
	if err != nil || known {
		return false, err
	}
	used, err := s.usedBefore(ctx, tx, b, c)
	if err != nil {
		return false, err
	}
	_, err = tx.Exec(ctx, `INSERT INTO budget_counts (budget_id, subject, period_start, user_id, used, granted, refilled_at)
		VALUES ($1, $2, $3, NULLIF($4, ''), $5, $6, $7) ON CONFLICT (budget_id, subject, period_start) DO NOTHING`,
		c.Budget, c.Subject, c.Start, c.Subject, used, s.firstGrant(b), db.Millis(s.Now()))
	if err != nil {
		return false, fmt.Errorf("open budget %s: %w", b.ID, err)
	}
	return true, nil
}

// usedBefore is what settled calls took of a period before it was counted. A
// budget without periods counts from its beginning.
func (s *Service) usedBefore(ctx context.Context, q db.Querier, b Budget, c charge) (used int64, err error) {
	if b.Period == Ever {
		return 0, nil
	}
	query := `SELECT COALESCE(SUM(` + b.Unit.column() + `), 0) FROM ledger WHERE settled_at > 0 AND started_at >= $1`
	switch b.Scope {
	case All:
		err = q.QueryRow(ctx, query, c.Start).Scan(&used)
	case Each:
		err = q.QueryRow(ctx, query+` AND user_id = $2`, c.Start, c.Subject).Scan(&used)
	case User:
		err = q.QueryRow(ctx, query+` AND user_id = $2`, c.Start, b.User).Scan(&used)
	case Group:
		err = q.QueryRow(ctx, query+` AND user_id IN (SELECT user_id FROM group_members WHERE group_id = $2)`, c.Start, b.Group).Scan(&used)
	}
	if err != nil {
		return 0, fmt.Errorf("count what budget %s covers: %w", b.ID, err)
	}
	return used, nil
}

// exceeded says which budget has no room and when it has again. What others
// have is not told: of a group and of the server the amount is not named.
func (s *Service) exceeded(ctx context.Context, tx *db.Tx, b Budget, c charge, user identity.UserID) error {
	anew, err := s.renewal(ctx, tx, b, c)
	if err != nil {
		return err
	}
	var text string
	switch {
	case b.ID == balanceID:
		text = "Your balance does not pay for this request."
	case b.Scope == All:
		text = "This server's budget" + b.Period.text() + " has no room for this request."
	case b.Scope == Group:
		text = "Your group's budget" + b.Period.text() + " has no room for this request."
	default:
		text = "Your budget of " + b.Unit.text(b.Amount) + b.Period.text() + " has no room for this request."
	}
	f := *ErrBudget
	f.Message = text
	switch {
	case anew.IsZero() && b.ID != balanceID:
		f.Message += " An administrator can raise it."
	case !anew.IsZero():
		word := " It begins anew on "
		if b.ID == balanceID {
			word = " It is refilled on "
		}
		f.Message += word + anew.Format("2 January 2006 at 15:04 MST") + "."
		f.RetryAfter = anew.Sub(s.Now()).Round(time.Second)
	}
	return f.Because(fmt.Errorf("budget %s of user %s", b.ID, user))
}

func (p Period) text() string {
	return map[Period]string{Day: " for a day", Month: " for a month"}[p]
}

// text is an amount in words: money in dollars, with cents or more where it has them.
func (u Unit) text(n float64) string {
	if u == Money {
		exact := strconv.FormatFloat(n, 'f', -1, 64)
		if _, part, _ := strings.Cut(exact, "."); len(part) == 1 {
			exact += "0"
		}
		return "$" + exact
	}
	number, name := strconv.FormatFloat(n, 'f', 0, 64), string(u)
	if number == "1" {
		name = strings.TrimSuffix(name, "s")
	}
	return number + " " + name
}

// Cap lays a grant over the parameters of a request.
func (g Grant) Cap(p llm.Params) llm.Params {
	most := p.MaxTokens // some servers take one below nothing for no limit
	if g.Output == 0 || most != nil && *most > 0 && int64(*most) <= g.Output {
		return p
	}
	p.MaxTokens = new(int(g.Output))
	if p.ReasoningTokens != nil && int64(*p.ReasoningTokens) >= g.Output {
		p.ReasoningTokens = new(int(g.Output / 2))
	}
	return p
}
