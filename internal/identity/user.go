package identity

import (
	"context"
	"errors"
	"fmt"
	"net/mail"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"parley/internal/audit"
	"parley/internal/kit/db"
	"parley/internal/kit/fault"
	"parley/internal/kit/id"
	"parley/internal/kit/seal"

	"golang.org/x/text/unicode/norm"
)

// Faults of users.
var (
	ErrNoUser       = fault.New(fault.NotFound, "user_not_found", "There is no such user.")
	ErrEmailTaken   = fault.New(fault.Conflict, "email_taken", "This e-mail address is already in use.")
	ErrEmailInvalid = fault.New(fault.Invalid, "email_invalid", "This is not an e-mail address.")
	ErrNameInvalid  = fault.New(fault.Invalid, "name_invalid", "A name has 1 to 100 printable characters.")
	ErrCredentials  = fault.New(fault.Unauthenticated, "invalid_credentials", "The e-mail address or the password is wrong.")
	// ErrWrongPassword is for a user who is signed in, so it is not the kind that
	// asks to sign in.
	ErrWrongPassword = fault.New(fault.Forbidden, "password_wrong", "The current password is wrong.")
	ErrLastAdmin     = fault.New(fault.Conflict, "last_admin", "The last administrator has to stay.")
)

// User is a person with an account. Its JSON is what that person may see.
type User struct {
	ID        UserID    `json:"id"`
	Email     string    `json:"email"`
	Name      string    `json:"name"`
	Role      Role      `json:"role" enum:"admin,user"`
	CreatedAt time.Time `json:"createdAt"`
	// Disabled users cannot sign in and their sessions and keys do not work.
	Disabled bool `json:"-"`

	// version counts the passwords, so that a sign-in with one password does not
	// survive the change to another.
	version int64
}

// NewUser is a user to be made.
type NewUser struct {
	Email    string
	Password seal.Secret
	// Name is optional; without one it is the part of Email before the @.
	Name  string
	Admin bool
}

// PreparedUser is a [NewUser] that was checked and whose password was hashed, so
// that it can be written inside a transaction.
type PreparedUser struct {
	user User
	hash string
}

// PrepareUser checks u and hashes its password, which takes a while. It does not
// look whether the address is in use.
func (s *Service) PrepareUser(ctx context.Context, u NewUser) (PreparedUser, error) {
	email, err := canonicalEmail(u.Email)
	if err != nil {
		return PreparedUser{}, err
	}
	if strings.TrimSpace(u.Name) == "" {
		u.Name = email[:strings.LastIndexByte(email, '@')]
	}
	name, err := canonicalName(u.Name)
	if err != nil {
		return PreparedUser{}, err
	}
	if err := s.checkPassword(u.Password, email); err != nil {
		return PreparedUser{}, err
	}
	hash, err := s.passwords.hash(ctx, u.Password)
	if err != nil {
		return PreparedUser{}, err
	}
	role := RoleUser
	if u.Admin {
		role = RoleAdmin
	}
	return PreparedUser{hash: hash, user: User{
		ID: UserID(id.New()), Email: email, Name: name, Role: role, version: 1,
		CreatedAt: s.now().UTC().Truncate(time.Millisecond),
	}}, nil
}

// InsertUser writes a prepared user. It returns [ErrEmailTaken].
func (s *Service) InsertUser(ctx context.Context, q db.Querier, p PreparedUser) (User, error) {
	u := p.user
	result, err := q.Exec(ctx, `INSERT INTO users (id, email, name, role, password_hash, created_at)
		VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (email) DO NOTHING`,
		string(u.ID), u.Email, u.Name, string(u.Role), p.hash, db.Millis(u.CreatedAt))
	if err != nil {
		return User{}, fmt.Errorf("create user: %w", err)
	}
	if n, err := result.RowsAffected(); err != nil {
		return User{}, fmt.Errorf("create user: %w", err)
	} else if n == 0 {
		return User{}, ErrEmailTaken
	}
	e := Entry(ctx, audit.UserCreate, string(u.ID))
	e.Detail = map[string]string{"role": string(u.Role)}
	return u, audit.Log(ctx, q, e)
}

// CreateUser makes a user. It returns [ErrEmailTaken] or what is wrong with u.
func (s *Service) CreateUser(ctx context.Context, u NewUser) (User, error) {
	p, err := s.PrepareUser(ctx, u)
	if err != nil {
		return User{}, err
	}
	var made User
	err = s.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		made, err = s.InsertUser(ctx, tx, p)
		return err
	})
	return made, err
}

const userColumns = `id, email, name, role, created_at, disabled, password_version`

func scanUser(row interface{ Scan(...any) error }) (User, error) {
	var u User
	var created int64
	err := row.Scan(&u.ID, &u.Email, &u.Name, &u.Role, &created, &u.Disabled, &u.version)
	if db.IsNone(err) {
		return User{}, ErrNoUser
	}
	u.CreatedAt = db.Time(created)
	return u, err
}

// User returns the user with this id, or [ErrNoUser].
func (s *Service) User(ctx context.Context, user UserID) (User, error) {
	u, err := scanUser(s.db.QueryRow(ctx, `SELECT `+userColumns+` FROM users WHERE id = $1`, string(user)))
	if err != nil {
		return User{}, fmt.Errorf("find user %s: %w", user, err)
	}
	return u, nil
}

// FindUser returns the user with this e-mail address, or [ErrNoUser].
func (s *Service) FindUser(ctx context.Context, email string) (User, error) {
	email, err := canonicalEmail(email)
	if err != nil {
		return User{}, ErrNoUser
	}
	u, err := scanUser(s.db.QueryRow(ctx, `SELECT `+userColumns+` FROM users WHERE email = $1`, email))
	if err != nil {
		return User{}, fmt.Errorf("find user: %w", err)
	}
	return u, nil
}

// ListUsers returns up to limit users in the order in which they were made,
// starting behind after ("" is the start).
func (s *Service) ListUsers(ctx context.Context, after UserID, limit int) ([]User, error) {
	rows, err := s.db.Query(ctx, `SELECT `+userColumns+` FROM users WHERE id > $1 ORDER BY id LIMIT $2`, string(after), limit)
	if err != nil {
		return nil, fmt.Errorf("list users: %w", err)
	}
	defer rows.Close() //nolint:errcheck // rows.Err tells
	var all []User
	for rows.Next() {
		u, err := scanUser(rows)
		if err != nil {
			return nil, fmt.Errorf("list users: %w", err)
		}
		all = append(all, u)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("list users: %w", err)
	}
	return all, nil
}

// AnyUser reports whether there is a user at all; q may be a transaction.
func AnyUser(ctx context.Context, q db.Querier) (bool, error) {
	var exists bool
	if err := q.QueryRow(ctx, `SELECT EXISTS (SELECT 1 FROM users)`).Scan(&exists); err != nil {
		return false, fmt.Errorf("look for users: %w", err)
	}
	return exists, nil
}

// AnyUser reports whether there is a user at all.
func (s *Service) AnyUser(ctx context.Context) (bool, error) { return AnyUser(ctx, s.db) }

// Rename gives a user another name.
func (s *Service) Rename(ctx context.Context, user UserID, name string) (User, error) {
	name, err := canonicalName(name)
	if err != nil {
		return User{}, err
	}
	u, err := scanUser(s.db.QueryRow(ctx, `UPDATE users SET name = $2 WHERE id = $1 RETURNING `+userColumns, string(user), name))
	if err != nil {
		return User{}, fmt.Errorf("rename user %s: %w", user, err)
	}
	return u, nil
}

// SetDisabled disables or enables a user. Disabling ends all sessions and stops
// all keys at once; enabling brings the keys back. The last administrator cannot
// be disabled.
func (s *Service) SetDisabled(ctx context.Context, user UserID, disabled bool) error {
	err := s.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		if disabled {
			if err := keepAnAdmin(ctx, tx, user); err != nil {
				return err
			}
			if _, err := tx.Exec(ctx, `DELETE FROM sessions WHERE user_id = $1`, string(user)); err != nil {
				return err
			}
			tx.AfterCommit(func() { s.revoke(Revocation{User: user}) })
		}
		if _, err := scanUser(tx.QueryRow(ctx, `UPDATE users SET disabled = $2 WHERE id = $1 RETURNING `+userColumns,
			string(user), disabled)); err != nil {
			return err
		}
		action := audit.UserEnable
		if disabled {
			action = audit.UserDisable
		}
		return audit.Log(ctx, tx, Entry(ctx, action, string(user)))
	})
	if err != nil {
		return fmt.Errorf("disable user %s: %w", user, err)
	}
	return nil
}

// SetRole makes a user an administrator, or one no more. It holds at once, for
// open sessions too. The last administrator stays one.
func (s *Service) SetRole(ctx context.Context, user UserID, role Role) error {
	err := s.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		if role != RoleAdmin {
			if err := keepAnAdmin(ctx, tx, user); err != nil {
				return err
			}
		}
		if _, err := scanUser(tx.QueryRow(ctx, `UPDATE users SET role = $2 WHERE id = $1 RETURNING `+userColumns,
			string(user), string(role))); err != nil {
			return err
		}
		tx.AfterCommit(func() { s.cache.drop(Revocation{User: user}) })
		e := Entry(ctx, audit.UserRole, string(user))
		e.Detail = map[string]string{"role": string(role)}
		return audit.Log(ctx, tx, e)
	})
	if err != nil {
		return fmt.Errorf("set the role of user %s: %w", user, err)
	}
	return nil
}

// DeleteUser deletes a user with sessions and keys; tables that refer to users
// follow by their foreign keys. The last administrator stays. A user who is gone
// already is no error.
func (s *Service) DeleteUser(ctx context.Context, user UserID) error {
	err := s.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := keepAnAdmin(ctx, tx, user); err != nil {
			return err
		}
		result, err := tx.Exec(ctx, `DELETE FROM users WHERE id = $1`, string(user))
		if err != nil {
			return err
		}
		if n, err := result.RowsAffected(); err != nil || n == 0 {
			return err
		}
		tx.AfterCommit(func() { s.revoke(Revocation{User: user}) })
		return audit.Log(ctx, tx, Entry(ctx, audit.UserDelete, string(user)))
	})
	if err != nil {
		return fmt.Errorf("delete user %s: %w", user, err)
	}
	return nil
}

// keepAnAdmin refuses when user is the only administrator who can sign in.
func keepAnAdmin(ctx context.Context, tx *db.Tx, user UserID) error {
	var admins, others int
	err := tx.QueryRow(ctx, `SELECT COUNT(*), COALESCE(SUM(CASE WHEN id <> $1 THEN 1 ELSE 0 END), 0)
		FROM users WHERE role = 'admin' AND NOT disabled`, string(user)).Scan(&admins, &others)
	if err != nil {
		return err
	}
	if admins > 0 && others == 0 {
		return ErrLastAdmin
	}
	return nil
}

// Authenticate returns the user whom email and password belong to. Whatever is
// wrong, the answer is [ErrCredentials] after the same work: one hash and one
// entry in the audit. Who tries too often gets [ErrThrottled] without any work.
func (s *Service) Authenticate(ctx context.Context, email string, password seal.Secret) (User, error) {
	attempt, err := s.attempts.begin(ctx, email)
	if err != nil {
		return User{}, err
	}
	u, err := s.authenticate(ctx, email, password)
	switch {
	case err == nil:
		attempt.succeeded()
	case !errors.Is(err, ErrCredentials):
		attempt.void()
	}
	return u, err
}

func (s *Service) authenticate(ctx context.Context, email string, password seal.Secret) (User, error) {
	u, hash, err := s.withHash(ctx, email)
	if err != nil {
		return User{}, err
	}
	fits, outdated, err := s.passwords.verify(ctx, password, hash)
	if err != nil {
		return User{}, fmt.Errorf("sign in: %w", err)
	}
	if !fits || u.Disabled {
		reason := "password"
		switch {
		case hash == "":
			reason = "address"
		case fits:
			reason = "disabled"
		}
		e := Entry(ctx, audit.SignInFailed, string(u.ID))
		e.Detail = map[string]string{"reason": reason}
		if err := audit.Log(ctx, s.db, e); err != nil {
			return User{}, err
		}
		return User{}, ErrCredentials
	}
	if outdated {
		s.rehash(ctx, u, password, hash)
	}
	return u, nil
}

// withHash returns the user with this address and the hash, which is "" when
// there is none.
func (s *Service) withHash(ctx context.Context, email string) (User, string, error) {
	canonical, err := canonicalEmail(email)
	if err != nil {
		canonical = "" // nobody's, and looked for all the same
	}
	var hash string
	row := s.db.QueryRow(ctx, `SELECT `+userColumns+`, password_hash FROM users WHERE email = $1`, canonical)
	u, err := scanUser(also{row, &hash})
	if errors.Is(err, ErrNoUser) {
		return User{}, "", nil
	}
	if err != nil {
		return User{}, "", fmt.Errorf("sign in: %w", err)
	}
	return u, hash, nil
}

// also scans one more column behind those that are asked for.
type also struct {
	row  db.Row
	last any
}

func (a also) Scan(dest ...any) error { return a.row.Scan(append(dest, a.last)...) }

// rehash stores password's hash at today's cost. The old one works as well, so a
// failure only waits for the next sign-in.
func (s *Service) rehash(ctx context.Context, u User, password seal.Secret, old string) {
	hash, err := s.passwords.hash(ctx, password)
	if err == nil {
		_, err = s.db.Exec(ctx, `UPDATE users SET password_hash = $3 WHERE id = $1 AND password_hash = $2`, string(u.ID), old, hash)
	}
	if err != nil {
		s.log.WarnContext(ctx, "a password hash was not renewed", "user", u.ID, "error", err)
	}
}

// ChangePassword sets another password for p's user who knows the current one.
// All sessions but p's own end; API keys stay. It returns [ErrWrongPassword].
func (s *Service) ChangePassword(ctx context.Context, p Principal, current, next seal.Secret) error {
	u, err := s.User(ctx, p.User)
	if err != nil {
		return err
	}
	if err := s.checkPassword(next, u.Email); err != nil {
		return err
	}
	u, err = s.Authenticate(ctx, u.Email, current)
	if errors.Is(err, ErrCredentials) {
		return ErrWrongPassword
	}
	if err != nil {
		return err
	}
	return s.setPassword(ctx, u, next, audit.PasswordChange, p.Session)
}

// ResetPassword gives the user with this address a random password, which is
// returned, and ends all of the user's sessions. It returns [ErrNoUser].
func (s *Service) ResetPassword(ctx context.Context, email string) (seal.Secret, error) {
	u, err := s.FindUser(ctx, email)
	if err != nil {
		return "", err
	}
	next := s.RandomPassword()
	return next, s.setPassword(ctx, u, next, audit.PasswordReset, "")
}

func (s *Service) setPassword(ctx context.Context, u User, next seal.Secret, action audit.Action, except SessionID) error {
	hash, err := s.passwords.hash(ctx, next)
	if err != nil {
		return err
	}
	err = s.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		result, err := tx.Exec(ctx, `UPDATE users SET password_hash = $3, password_version = password_version + 1
			WHERE id = $1 AND password_version = $2`, string(u.ID), u.version, hash)
		if err != nil {
			return err
		}
		if n, err := result.RowsAffected(); err != nil {
			return err
		} else if n == 0 { // changed by another request since it was checked
			return ErrWrongPassword
		}
		if _, err := tx.Exec(ctx, `DELETE FROM sessions WHERE user_id = $1 AND id <> $2`, string(u.ID), string(except)); err != nil {
			return err
		}
		tx.AfterCommit(func() { s.revoke(Revocation{User: u.ID, Sessions: true, Except: except}) })
		return audit.Log(ctx, tx, Entry(ctx, action, string(u.ID)))
	})
	if err != nil {
		return fmt.Errorf("set the password of user %s: %w", u.ID, err)
	}
	return nil
}

// canonicalEmail is the form in which addresses are compared: lower case, NFC.
func canonicalEmail(s string) (string, error) {
	s = strings.ToLower(norm.NFC.String(strings.TrimSpace(s)))
	parsed, err := mail.ParseAddress(s)
	if err != nil || parsed.Address != s || len(s) > 254 || strings.ContainsFunc(s, unprintable) || strings.ContainsAny(s, ` "<>`) {
		return "", ErrEmailInvalid
	}
	return s, nil
}

func canonicalName(s string) (string, error) {
	s = strings.Join(strings.Fields(norm.NFC.String(s)), " ")
	if s == "" || utf8.RuneCountInString(s) > 100 || !utf8.ValidString(s) || strings.ContainsFunc(s, unprintable) {
		return "", ErrNameInvalid
	}
	return s, nil
}

// unprintable is true for control characters and for those that change the
// direction or the look of what stands around them. The joiners that emoji and
// some scripts need are not among them.
func unprintable(r rune) bool {
	const nonJoiner, joiner = 0x200c, 0x200d
	return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp, unicode.Co) && r != nonJoiner && r != joiner
}
