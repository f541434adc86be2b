package usage

import (
	"context"
	"time"

	"parley/internal/access"
	"parley/internal/identity"
	"parley/internal/kit/rest"
	"parley/internal/meter"
)

// Limit is how a budget stands that holds for the caller. What others may
// spend is theirs: of the server's and of a group's budget only the share that
// is used is told.
type Limit struct {
	Scope    meter.Scope  `json:"scope" enum:"all,each,user,group"`
	Unit     meter.Unit   `json:"unit" enum:"money,tokens,requests"`
	Period   meter.Period `json:"period" enum:"day,month,ever"`
	Hard     bool         `json:"hard"`
	Balance  bool         `json:"balance" doc:"It is the balance of the configuration"`
	Share    float64      `json:"share" doc:"Used of the limit; 1 is all of it"`
	Used     *float64     `json:"used"`
	Limit    *float64     `json:"limit"`
	ResetsAt *time.Time   `json:"resetsAt"`
}

type limitsOut struct {
	Items []Limit `json:"items"`
}

func (s *Service) limits(ctx context.Context, _ *struct{}) (limitsOut, error) {
	levels, err := s.Ledger.Levels(ctx, access.ScopeOf(ctx).User)
	if err != nil {
		return limitsOut{}, err
	}
	out := limitsOut{Items: []Limit{}}
	for _, l := range levels {
		limit := Limit{
			Scope: l.Scope, Unit: l.Unit, Period: l.Period, Hard: l.Hard, Balance: l.IsBalance(), Share: share(l), ResetsAt: when(l.Resets),
		}
		if l.Scope == meter.Each || l.Scope == meter.User {
			limit.Used, limit.Limit = &l.Used, &l.Limit
		}
		out.Items = append(out.Items, limit)
	}
	return out, nil
}

// Allowance is how a budget stands that holds for a user, as administrators see
// it.
type Allowance struct {
	Budget   string       `json:"budget" doc:"Its id, or balance"`
	Scope    meter.Scope  `json:"scope" enum:"all,each,user,group"`
	Unit     meter.Unit   `json:"unit" enum:"money,tokens,requests"`
	Period   meter.Period `json:"period" enum:"day,month,ever"`
	Hard     bool         `json:"hard"`
	Used     float64      `json:"used"`
	Limit    float64      `json:"limit" doc:"The amount, and what was granted beyond it"`
	ResetsAt *time.Time   `json:"resetsAt"`
}

type allowancesOut struct {
	Items []Allowance `json:"items"`
}

type personIn struct {
	User string `path:"user"`
}

func (s *Service) ofPerson(ctx context.Context, in *personIn) (allowancesOut, error) {
	out := allowancesOut{Items: []Allowance{}}
	user, err := s.People.User(ctx, identity.UserID(in.User))
	if err != nil {
		return out, err
	}
	levels, err := s.Ledger.Levels(ctx, user.ID)
	if err != nil {
		return out, err
	}
	for _, l := range levels {
		out.Items = append(out.Items, Allowance{
			Budget: l.ID, Scope: l.Scope, Unit: l.Unit, Period: l.Period, Hard: l.Hard, Used: l.Used, Limit: l.Limit, ResetsAt: when(l.Resets),
		})
	}
	return out, nil
}

func share(l meter.Level) float64 {
	if l.Limit <= 0 {
		return 1
	}
	return l.Used / l.Limit
}

func when(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

// Named is a group by id and name.
type Named struct {
	ID   access.GroupID `json:"id"`
	Name string         `json:"name"`
}

// Budget is a budget as administrators see it. One that each user has stands as
// high as that of whom it leaves least, who is Of.
type Budget struct {
	ID        string       `json:"id"`
	Scope     meter.Scope  `json:"scope" enum:"all,each,user,group"`
	User      *Person      `json:"user,omitempty"`
	Group     *Named       `json:"group,omitempty"`
	Unit      meter.Unit   `json:"unit" enum:"money,tokens,requests"`
	Period    meter.Period `json:"period" enum:"day,month,ever"`
	Amount    float64      `json:"amount"`
	Hard      bool         `json:"hard"`
	Used      float64      `json:"used"`
	Limit     float64      `json:"limit" doc:"The amount, and what was granted beyond it"`
	Of        *Person      `json:"of,omitempty"`
	ResetsAt  *time.Time   `json:"resetsAt"`
	CreatedAt time.Time    `json:"createdAt"`
}

type budgetsOut struct {
	Items []Budget `json:"items"`
	// Balance says that the configuration gives each user a balance.
	Balance bool `json:"balance" doc:"The configuration gives each user a balance"`
	// Zone is where days and months begin.
	Zone string `json:"zone" doc:"The time zone that days and months begin in, such as Europe/Berlin"`
}

func (s *Service) listBudgets(ctx context.Context, _ *struct{}) (budgetsOut, error) {
	all, err := s.Ledger.Budgets(ctx)
	if err != nil {
		return budgetsOut{}, err
	}
	out := budgetsOut{Items: []Budget{}, Balance: s.Ledger.HasBalance(), Zone: s.Ledger.Zone()}
	for _, b := range all {
		v, err := s.view(ctx, b)
		if err != nil {
			return out, err
		}
		out.Items = append(out.Items, v)
	}
	return out, nil
}

func (s *Service) view(ctx context.Context, b meter.Budget) (Budget, error) {
	l, err := s.Ledger.LevelOf(ctx, b)
	if err != nil {
		return Budget{}, err
	}
	v := Budget{
		ID: b.ID, Scope: b.Scope, Unit: b.Unit, Period: b.Period, Amount: b.Amount, Hard: b.Hard,
		Used: l.Used, Limit: l.Limit, ResetsAt: when(l.Resets), CreatedAt: b.CreatedAt,
	}
	if v.User, err = s.person(ctx, b.User); err != nil {
		return v, err
	}
	if v.Of, err = s.person(ctx, l.Of); err != nil {
		return v, err
	}
	if b.Group != "" {
		g, err := access.FindGroup(ctx, s.DB, b.Group)
		if err != nil {
			return v, err
		}
		v.Group = &Named{ID: g.ID, Name: g.Name}
	}
	return v, nil
}

// person returns whom an id names, nil for none.
func (s *Service) person(ctx context.Context, user identity.UserID) (*Person, error) {
	if user == "" {
		return nil, nil //nolint:nilnil // an optional field
	}
	u, err := s.People.User(ctx, user)
	if err != nil {
		return nil, err
	}
	return &Person{ID: u.ID, Name: u.Name, Email: u.Email}, nil
}

// NewBudget is a budget that is to be made.
type NewBudget struct {
	Scope  meter.Scope     `json:"scope" enum:"all,each,user,group"`
	User   identity.UserID `json:"user,omitempty" maxLength:"36" doc:"For the scope user"`
	Group  access.GroupID  `json:"group,omitempty" maxLength:"36" doc:"For the scope group"`
	Unit   meter.Unit      `json:"unit" enum:"money,tokens,requests"`
	Period meter.Period    `json:"period" enum:"day,month,ever"`
	Amount float64         `json:"amount" minimum:"0" doc:"US dollars, tokens or requests"`
	Hard   bool            `json:"hard" doc:"Refuse calls; a soft budget only warns"`
}

type addIn struct{ Body NewBudget }

func (s *Service) addBudget(ctx context.Context, in *addIn) (Budget, error) {
	b := in.Body
	made, err := s.Ledger.AddBudget(ctx, meter.Budget{
		Scope: b.Scope, User: b.User, Group: b.Group, Unit: b.Unit, Period: b.Period, Amount: b.Amount, Hard: b.Hard,
	})
	if err != nil {
		return Budget{}, err
	}
	return s.view(ctx, made)
}

// BudgetPatch changes a budget.
type BudgetPatch struct {
	Amount *float64 `json:"amount,omitempty" minimum:"0"`
	Hard   *bool    `json:"hard,omitempty"`
}

type changeIn struct {
	Budget string `path:"budget"`
	Body   BudgetPatch
}

func (s *Service) changeBudget(ctx context.Context, in *changeIn) (Budget, error) {
	changed, err := s.Ledger.ChangeBudget(ctx, in.Budget, in.Body.Amount, in.Body.Hard)
	if err != nil {
		return Budget{}, err
	}
	return s.view(ctx, changed)
}

type budgetIn struct {
	Budget string `path:"budget"`
}

func (s *Service) deleteBudget(ctx context.Context, in *budgetIn) (rest.None, error) {
	return rest.None{}, s.Ledger.DeleteBudget(ctx, in.Budget)
}

// BudgetGrant allows more of a budget.
type BudgetGrant struct {
	User   identity.UserID `json:"user,omitempty" maxLength:"36" doc:"Whose share, if each user has one"`
	Amount float64         `json:"amount" doc:"In the budget's unit; below 0 takes it back"`
}

type grantIn struct {
	Budget string `path:"budget" doc:"Its id, or balance"`
	Body   BudgetGrant
}

func (s *Service) grant(ctx context.Context, in *grantIn) (rest.None, error) {
	return rest.None{}, s.Ledger.GrantMore(ctx, in.Budget, in.Body.User, in.Body.Amount)
}
