// Package setup makes the first administrator by a one-time link that the server
// prints when it starts without users.
//
// There is no default password anywhere. As soon as there is a user, however
// made, the link is dead and the rest of the set-up is done signed in.
package setup

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"parley/internal/access"
	"parley/internal/audit"
	"parley/internal/feature"
	"parley/internal/identity"
	"parley/internal/kit/db"
	"parley/internal/kit/fault"
	"parley/internal/kit/limit"
	"parley/internal/kit/rest"
	"parley/internal/kit/seal"
)

// Faults of the set-up.
var (
	ErrClosed       = fault.New(fault.Forbidden, "setup_closed", "This server is already set up. Sign in instead.")
	ErrTokenInvalid = fault.New(fault.Forbidden, "setup_token_invalid", "This setup link is not valid. The newest one is in the server's log.")
)

// maxTokens is how many links are valid at once: one is printed at each start,
// and earlier ones go on working.
const maxTokens = 10

//go:embed migrations/*.sql
var migrations embed.FS

// Service is the feature.
type Service struct {
	db       *db.DB
	identity *identity.Service
	// tries allows an address a burst of 30 looks at a token and then one a
	// second.
	tries *limit.Bucket
}

// New returns the feature.
func New(d *db.DB, who *identity.Service) *Service {
	return &Service{db: d, identity: who, tries: limit.NewBucket(30, time.Second, 0)}
}

// Spec describes the feature. It keeps nothing of any user.
func (s *Service) Spec() feature.Spec {
	return feature.Spec{
		Name: "setup", Migrations: migrations, Routes: s.routes,
		Erase:  func(context.Context, identity.UserID) error { return nil },
		Export: func(context.Context, identity.UserID, io.Writer) error { return nil },
	}
}

func (s *Service) routes(r *rest.Router) {
	rest.Handle(r, "GET /api/setup", access.Public, s.look, rest.Summary("Whether a setup link is valid"))
	rest.Handle(r, "POST /api/setup", access.Public, s.finish, rest.Summary("Make the first administrator"))
}

// Open makes a token for the setup link when there is no user at all, for serve
// to print. With a user it returns "".
func (s *Service) Open(ctx context.Context) (seal.Secret, error) {
	token := strings.ToLower(rand.Text() + rand.Text())
	err := s.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		exists, err := identity.AnyUser(ctx, tx)
		if err != nil {
			return err
		}
		if exists {
			token = ""
			_, err := tx.Exec(ctx, `DELETE FROM setup_tokens`)
			return err
		}
		_, err = tx.Exec(ctx, `INSERT INTO setup_tokens (token_hash, created_at) VALUES ($1, $2)`, hash(token), db.Millis(time.Now()))
		if err != nil {
			return err
		}
		_, err = tx.Exec(ctx, `DELETE FROM setup_tokens WHERE token_hash NOT IN
			(SELECT token_hash FROM setup_tokens ORDER BY CASE WHEN token_hash = $1 THEN 0 ELSE 1 END, created_at DESC LIMIT $2)`,
			hash(token), maxTokens)
		return err
	})
	if err != nil {
		return "", fmt.Errorf("make a setup link: %w", err)
	}
	return seal.Secret(token), nil
}

func hash(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

type look struct {
	Token string `query:"token"`
}

// Validity says whether a setup link can be used.
type Validity struct {
	Valid bool `json:"valid"`
}

func (s *Service) look(ctx context.Context, in *look) (Validity, error) {
	if err := s.throttle(ctx); err != nil {
		return Validity{}, err
	}
	err := s.check(ctx, in.Token)
	if fault.IsKind(err, fault.Forbidden) {
		return Validity{Valid: false}, nil
	}
	return Validity{Valid: err == nil}, err
}

func (s *Service) throttle(ctx context.Context) error {
	if client, ok := identity.ClientFrom(ctx); ok {
		if wait := s.tries.Take(limit.AddressKey(client.Address)); wait > 0 {
			return identity.ErrThrottled.After(wait)
		}
	}
	return nil
}

// check returns [ErrClosed], [ErrTokenInvalid] or nil. It looks for users last,
// since the tokens vanish in the moment in which the first user appears.
func (s *Service) check(ctx context.Context, token string) error {
	errToken := among(ctx, s.db, `SELECT token_hash FROM setup_tokens`, token)
	exists, err := s.identity.AnyUser(ctx)
	if err != nil {
		return err
	}
	if exists {
		return ErrClosed
	}
	return errToken
}

// among reports with [ErrTokenInvalid] that token is not among the hashes that
// query returns.
func among(ctx context.Context, q db.Querier, query, token string) error {
	rows, err := q.Query(ctx, query)
	if err != nil {
		return fmt.Errorf("read setup tokens: %w", err)
	}
	defer rows.Close() //nolint:errcheck // rows.Err tells
	given, found := hash(token), 0
	for rows.Next() {
		var stored string
		if err := rows.Scan(&stored); err != nil {
			return fmt.Errorf("read setup tokens: %w", err)
		}
		found |= subtle.ConstantTimeCompare([]byte(given), []byte(stored))
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("read setup tokens: %w", err)
	}
	if found == 0 {
		return ErrTokenInvalid
	}
	return nil
}

type finish struct {
	Body struct {
		Token    string      `json:"token"`
		Email    string      `json:"email"`
		Name     string      `json:"name,omitempty"`
		Password seal.Secret `json:"password"`
	}
}

// Done is what the first administrator gets, beside the cookie.
type Done struct {
	User identity.User `json:"user"`
}

func (s *Service) finish(ctx context.Context, in *finish) (Done, error) {
	if err := s.throttle(ctx); err != nil {
		return Done{}, err
	}
	// Before any work is done for a stranger.
	if err := s.check(ctx, in.Body.Token); err != nil {
		return Done{}, err
	}
	prepared, err := s.identity.PrepareUser(ctx, identity.NewUser{
		Email: in.Body.Email, Name: in.Body.Name, Password: in.Body.Password, Admin: true,
	})
	if err != nil {
		return Done{}, err
	}
	var user identity.User
	err = s.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		// Whoever deletes the tokens is the one; another request waits for the
		// rows and then finds none.
		if err := among(ctx, tx, `DELETE FROM setup_tokens RETURNING token_hash`, in.Body.Token); err != nil {
			return err
		}
		exists, err := identity.AnyUser(ctx, tx)
		if err != nil {
			return err
		}
		if exists {
			return ErrClosed
		}
		if user, err = s.identity.InsertUser(ctx, tx, prepared); err != nil {
			return err
		}
		return audit.Log(ctx, tx, identity.Entry(ctx, audit.SetupCompletion, string(user.ID)))
	})
	if errors.Is(err, ErrTokenInvalid) { // it was valid a moment ago: someone else was faster
		err = ErrClosed
	}
	if err != nil {
		return Done{}, err
	}
	session, token, err := s.identity.StartSession(ctx, user, false)
	if err != nil {
		return Done{}, err
	}
	rest.SetCookie(ctx, s.identity.Cookie(session, token))
	return Done{User: user}, nil
}
