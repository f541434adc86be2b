package people

import (
	"context"
	"fmt"
	"strings"
	"time"

	"parley/internal/access"
	"parley/internal/identity"
	"parley/internal/kit/db"
	"parley/internal/kit/fault"
	"parley/internal/kit/plain"
	"parley/internal/kit/rest"
)

// ErrSelf is returned to an administrator who would shut themselves out.
var ErrSelf = fault.New(fault.Conflict, "own_account", "This is your own account. Another administrator can change it.")

// Account is a user as administrators see them.
type Account struct {
	ID        identity.UserID `json:"id"`
	Email     string          `json:"email"`
	Name      string          `json:"name"`
	Role      identity.Role   `json:"role" enum:"admin,user"`
	Disabled  bool            `json:"disabled"`
	CreatedAt time.Time       `json:"createdAt"`
	// SignedInAt is the last time; absent for who never did.
	SignedInAt *time.Time `json:"signedInAt,omitempty"`
}

// Accounts is a page of the list.
type Accounts struct {
	Items []Account `json:"items"`
	// Total counts all that match.
	Total int `json:"total"`
	// Next is the cursor of those behind; null at the end.
	Next *string `json:"next"`
}

// NewAccount is an account with the password that its user gets from the
// administrator: it is told this once.
type NewAccount struct {
	Account  Account `json:"account"`
	Password string  `json:"password"`
}

type accountsIn struct {
	Text   string `query:"q" maxLength:"100" doc:"A part of a name or an e-mail address"`
	Limit  int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
	Cursor string `query:"cursor" maxLength:"64"`
}

type byUser struct {
	User identity.UserID `path:"user"`
}

func (s *Service) accountRoutes(r *rest.Router) {
	rest.Handle(r, "GET /api/accounts", access.Admin, s.listAccounts, rest.Summary("List who has an account, the newest first"))
	rest.Handle(r, "POST /api/accounts", access.Admin, s.createAccount, rest.Summary("Make an account for someone"))
	rest.Handle(r, "PATCH /api/accounts/{user}", access.Admin, s.changeAccount, rest.Summary("Disable, enable or promote a user"))
	rest.Handle(r, "POST /api/accounts/{user}/password", access.Admin, s.resetPassword, rest.Summary("Give a user another password and sign them out"))
	rest.Handle(r, "DELETE /api/accounts/{user}", access.Admin, s.deleteAccount, rest.Summary("Delete a user with all that is theirs"))
}

const accountColumns = `id, email, name, role, disabled, created_at, signed_in_at`

func scanAccount(scan func(...any) error) (Account, error) {
	var a Account
	var created, signedIn int64
	if err := scan(&a.ID, &a.Email, &a.Name, &a.Role, &a.Disabled, &created, &signedIn); err != nil {
		return Account{}, err
	}
	a.CreatedAt = db.Time(created)
	if signedIn > 0 {
		a.SignedInAt = new(db.Time(signedIn))
	}
	return a, nil
}

func (s *Service) account(ctx context.Context, user identity.UserID) (Account, error) {
	a, err := scanAccount(s.DB.QueryRow(ctx, `SELECT `+accountColumns+` FROM users WHERE id = $1`, string(user)).Scan)
	if db.IsNone(err) {
		return Account{}, identity.ErrNoUser
	}
	if err != nil {
		return Account{}, fmt.Errorf("find the account %s: %w", user, err)
	}
	return a, nil
}

func (s *Service) listAccounts(ctx context.Context, in *accountsIn) (Accounts, error) {
	text, _ := plain.Line(in.Text, 100)
	pattern := "%" + strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(strings.ToLower(text)) + "%"
	before := in.Cursor
	if before == "" {
		before = "g" // sorts after every UUID
	}
	const matches = `(email LIKE $1 ESCAPE '\' OR LOWER(name) LIKE $1 ESCAPE '\')`
	out := Accounts{Items: []Account{}}
	if err := s.DB.QueryRow(ctx, `SELECT COUNT(*) FROM users WHERE `+matches, pattern).Scan(&out.Total); err != nil {
		return Accounts{}, fmt.Errorf("count accounts: %w", err)
	}
	rows, err := s.DB.Query(ctx, `SELECT `+accountColumns+` FROM users WHERE `+matches+` AND id < $2 ORDER BY id DESC LIMIT $3`,
		pattern, before, in.Limit+1)
	if err != nil {
		return Accounts{}, fmt.Errorf("list accounts: %w", err)
	}
	defer rows.Close() //nolint:errcheck // rows.Err tells
	for rows.Next() {
		a, err := scanAccount(rows.Scan)
		if err != nil {
			return Accounts{}, fmt.Errorf("list accounts: %w", err)
		}
		out.Items = append(out.Items, a)
	}
	if err := rows.Err(); err != nil {
		return Accounts{}, fmt.Errorf("list accounts: %w", err)
	}
	if len(out.Items) > in.Limit {
		out.Items = out.Items[:in.Limit]
		out.Next = new(string(out.Items[in.Limit-1].ID))
	}
	return out, nil
}

func (s *Service) createAccount(ctx context.Context, in *struct {
	Body struct {
		Email string `json:"email" maxLength:"254"`
		Name  string `json:"name,omitempty" maxLength:"300"`
		Admin bool   `json:"admin,omitempty"`
	}
},
) (NewAccount, error) {
	password := s.Identity.RandomPassword()
	made, err := s.Identity.CreateUser(ctx, identity.NewUser{
		Email: in.Body.Email, Name: in.Body.Name, Admin: in.Body.Admin, Password: password,
	})
	if err != nil {
		return NewAccount{}, err
	}
	a, err := s.account(ctx, made.ID)
	return NewAccount{Account: a, Password: password.Reveal()}, err
}

func (s *Service) changeAccount(ctx context.Context, in *struct {
	User identity.UserID `path:"user"`
	Body struct {
		Role     *identity.Role `json:"role,omitempty" enum:"admin,user"`
		Disabled *bool          `json:"disabled,omitempty"`
	}
},
) (Account, error) {
	if err := notSelf(ctx, in.User); err != nil {
		return Account{}, err
	}
	if role := in.Body.Role; role != nil {
		if err := s.Identity.SetRole(ctx, in.User, *role); err != nil {
			return Account{}, err
		}
	}
	if disabled := in.Body.Disabled; disabled != nil {
		if err := s.Identity.SetDisabled(ctx, in.User, *disabled); err != nil {
			return Account{}, err
		}
	}
	return s.account(ctx, in.User)
}

func (s *Service) resetPassword(ctx context.Context, in *byUser) (NewAccount, error) {
	if err := notSelf(ctx, in.User); err != nil {
		return NewAccount{}, err
	}
	a, err := s.account(ctx, in.User)
	if err != nil {
		return NewAccount{}, err
	}
	password, err := s.Identity.ResetPassword(ctx, a.Email)
	return NewAccount{Account: a, Password: password.Reveal()}, err
}

func (s *Service) deleteAccount(ctx context.Context, in *byUser) (rest.None, error) {
	if err := notSelf(ctx, in.User); err != nil {
		return rest.None{}, err
	}
	if _, err := s.account(ctx, in.User); err != nil {
		return rest.None{}, err
	}
	return rest.None{}, s.Erase(ctx, in.User)
}

func notSelf(ctx context.Context, user identity.UserID) error {
	if who, _ := identity.From(ctx); who.User == user {
		return ErrSelf
	}
	return nil
}
