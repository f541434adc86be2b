package identity

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"time"

	"parley/internal/audit"
	"parley/internal/kit/db"
	"parley/internal/kit/fault"
	"parley/internal/kit/id"
	"parley/internal/kit/seal"
)

// Faults of sessions and keys.
var (
	ErrNoSession   = fault.New(fault.NotFound, "not_found", "There is no such session.")
	ErrNoKey       = fault.New(fault.NotFound, "not_found", "There is no such API key.")
	ErrBadToken    = fault.New(fault.Unauthenticated, "invalid_token", "This API key is not valid.")
	ErrTooManyKeys = fault.New(fault.Conflict, "too_many_keys", "You have as many API keys as are allowed. Delete one first.")
)

const (
	maxSessions = 100 // per user; the oldest give way
	maxKeys     = 100 // per user
	maxAgent    = 300 // bytes kept of a User-Agent header
	keyMark     = "pk_"
)

// Session is a signed-in browser. Its JSON is what its user may see.
type Session struct {
	ID         SessionID `json:"id"`
	Device     string    `json:"device" doc:"Browser and system."`
	Address    string    `json:"address"`
	CreatedAt  time.Time `json:"createdAt"`
	LastUsedAt time.Time `json:"lastUsedAt"`
	ExpiresAt  time.Time `json:"expiresAt" doc:"When it ends unless it is used again."`
	Current    bool      `json:"current"`

	// Keep is set when the user asked to be kept signed in.
	Keep bool `json:"-"`
}

// Key is an API key, without the key itself. Its JSON is what its user may see.
type Key struct {
	ID         KeyID      `json:"id"`
	Name       string     `json:"name"`
	Prefix     string     `json:"prefix" doc:"How the key begins."`
	CreatedAt  time.Time  `json:"createdAt"`
	LastUsedAt *time.Time `json:"lastUsedAt"`
}

// newToken returns 260 random bits as letters and digits.
func newToken() string { return strings.ToLower(rand.Text() + rand.Text()) }

// hashToken is the form in which tokens are stored and looked up. They are
// random, so one round of SHA-256 keeps them safe.
func hashToken(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// StartSession signs u in and returns the session and its token, which goes into
// the cookie (see [Service.Cookie]). A session that the request of ctx has
// already ends, so that a token is never carried over. It returns
// [ErrCredentials] if the password was changed or the user disabled since u was
// read.
func (s *Service) StartSession(ctx context.Context, u User, keep bool) (Session, seal.Secret, error) {
	now := s.now().UTC().Truncate(time.Millisecond)
	client, _ := ClientFrom(ctx)
	token := newToken()
	l := s.lifetimes()
	made := Session{
		ID: SessionID(id.New()), Device: Device(client.Agent), Address: client.address(), Keep: keep, Current: true,
		CreatedAt: now, LastUsedAt: now,
	}
	ends := now.Add(l.Absolute)
	made.ExpiresAt = sessionEnd(keep, now, now, ends, l)
	err := s.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		// This locks the user's row, so that it cannot run beside a change of the
		// password that is to end all sessions.
		result, err := tx.Exec(ctx, `UPDATE users SET signed_in_at = $3 WHERE id = $1 AND password_version = $2 AND NOT disabled`,
			string(u.ID), u.version, db.Millis(now))
		if err != nil {
			return err
		}
		if n, err := result.RowsAffected(); err != nil {
			return err
		} else if n == 0 {
			return ErrCredentials
		}
		if old, ok := From(ctx); ok && old.Session != "" {
			if err := s.deleteSession(ctx, tx, old.User, old.Session); err != nil && !errors.Is(err, ErrNoSession) {
				return err
			}
		}
		_, err = tx.Exec(ctx, `INSERT INTO sessions (id, user_id, token_hash, keep, agent, address, created_at, last_used_at, expires_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $7, $8)`,
			string(made.ID), string(u.ID), hashToken(token), keep, client.Agent, made.Address, db.Millis(now), db.Millis(ends))
		if err != nil {
			return err
		}
		_, err = tx.Exec(ctx, `DELETE FROM sessions WHERE user_id = $1 AND id NOT IN
			(SELECT id FROM sessions WHERE user_id = $1 ORDER BY created_at DESC, id DESC LIMIT $2)`, string(u.ID), maxSessions)
		if err != nil {
			return err
		}
		e := Entry(ctx, audit.SignIn, string(made.ID))
		e.Actor = string(u.ID)
		return audit.Log(ctx, tx, e)
	})
	if err != nil {
		return Session{}, "", fmt.Errorf("start a session of user %s: %w", u.ID, err)
	}
	return made, seal.Secret(token), nil
}

// EndSession ends a session of user, or returns [ErrNoSession].
func (s *Service) EndSession(ctx context.Context, user UserID, session SessionID) error {
	err := s.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := s.deleteSession(ctx, tx, user, session); err != nil {
			return err
		}
		return audit.Log(ctx, tx, Entry(ctx, audit.SignOut, string(session)))
	})
	if err != nil {
		return fmt.Errorf("end session %s: %w", session, err)
	}
	return nil
}

func (s *Service) deleteSession(ctx context.Context, tx *db.Tx, user UserID, session SessionID) error {
	result, err := tx.Exec(ctx, `DELETE FROM sessions WHERE id = $1 AND user_id = $2`, string(session), string(user))
	if err != nil {
		return err
	}
	if n, err := result.RowsAffected(); err != nil {
		return err
	} else if n == 0 {
		return ErrNoSession
	}
	tx.AfterCommit(func() { s.revoke(Revocation{User: user, Session: session}) })
	return nil
}

// Sessions lists the sessions of p's user that are not over, newest first.
func (s *Service) Sessions(ctx context.Context, p Principal) ([]Session, error) {
	rows, err := s.db.Query(ctx, `SELECT id, keep, agent, address, created_at, last_used_at, expires_at
		FROM sessions WHERE user_id = $1 ORDER BY created_at DESC, id DESC`, string(p.User))
	if err != nil {
		return nil, fmt.Errorf("list sessions: %w", err)
	}
	defer rows.Close() //nolint:errcheck // rows.Err tells
	now, l := s.now(), s.lifetimes()
	all := []Session{}
	for rows.Next() {
		var one Session
		var agent string
		var created, used, ends int64
		if err := rows.Scan(&one.ID, &one.Keep, &agent, &one.Address, &created, &used, &ends); err != nil {
			return nil, fmt.Errorf("list sessions: %w", err)
		}
		one.Device = Device(agent)
		one.CreatedAt = db.Time(created)
		one.LastUsedAt = s.stamps.session(one.ID, db.Time(used))
		one.ExpiresAt = sessionEnd(one.Keep, one.CreatedAt, one.LastUsedAt, db.Time(ends), l)
		one.Current = one.ID == p.Session
		if now.Before(one.ExpiresAt) {
			all = append(all, one)
		}
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("list sessions: %w", err)
	}
	return all, nil
}

// CreateKey makes an API key for user. The key itself is returned this once and
// never stored.
func (s *Service) CreateKey(ctx context.Context, user UserID, name string) (Key, seal.Secret, error) {
	name, err := canonicalName(name)
	if err != nil {
		return Key{}, "", err
	}
	token := keyMark + newToken()
	made := Key{ID: KeyID(id.New()), Name: name, Prefix: token[:len(keyMark)+5], CreatedAt: s.now().UTC().Truncate(time.Millisecond)}
	err = s.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		var count int
		if err := tx.QueryRow(ctx, `SELECT COUNT(*) FROM api_keys WHERE user_id = $1`, string(user)).Scan(&count); err != nil {
			return err
		}
		if count >= maxKeys {
			return ErrTooManyKeys
		}
		_, err := tx.Exec(ctx, `INSERT INTO api_keys (id, user_id, name, prefix, token_hash, created_at) VALUES ($1, $2, $3, $4, $5, $6)`,
			string(made.ID), string(user), made.Name, made.Prefix, hashToken(token), db.Millis(made.CreatedAt))
		if err != nil {
			return err
		}
		e := Entry(ctx, audit.KeyCreate, string(made.ID))
		e.Detail = map[string]string{"user": string(user)}
		return audit.Log(ctx, tx, e)
	})
	if err != nil {
		return Key{}, "", fmt.Errorf("create an API key: %w", err)
	}
	return made, seal.Secret(token), nil
}

// Keys lists user's API keys, newest first.
func (s *Service) Keys(ctx context.Context, user UserID) ([]Key, error) {
	rows, err := s.db.Query(ctx, `SELECT id, name, prefix, created_at, last_used_at
		FROM api_keys WHERE user_id = $1 ORDER BY created_at DESC, id DESC`, string(user))
	if err != nil {
		return nil, fmt.Errorf("list API keys: %w", err)
	}
	defer rows.Close() //nolint:errcheck // rows.Err tells
	all := []Key{}
	for rows.Next() {
		var one Key
		var created, used int64
		if err := rows.Scan(&one.ID, &one.Name, &one.Prefix, &created, &used); err != nil {
			return nil, fmt.Errorf("list API keys: %w", err)
		}
		one.CreatedAt = db.Time(created)
		if at := s.stamps.key(one.ID, db.Time(used)); !at.IsZero() {
			one.LastUsedAt = &at
		}
		all = append(all, one)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("list API keys: %w", err)
	}
	return all, nil
}

// DeleteKey deletes an API key of user, or returns [ErrNoKey].
func (s *Service) DeleteKey(ctx context.Context, user UserID, key KeyID) error {
	err := s.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		result, err := tx.Exec(ctx, `DELETE FROM api_keys WHERE id = $1 AND user_id = $2`, string(key), string(user))
		if err != nil {
			return err
		}
		if n, err := result.RowsAffected(); err != nil {
			return err
		} else if n == 0 {
			return ErrNoKey
		}
		tx.AfterCommit(func() { s.revoke(Revocation{User: user, Key: key}) })
		return audit.Log(ctx, tx, Entry(ctx, audit.KeyDelete, string(key)))
	})
	if err != nil {
		return fmt.Errorf("delete API key %s: %w", key, err)
	}
	return nil
}

// credentialQueries read a credential by the hash of its token.
const (
	sessionQuery = `SELECT s.id, '', s.keep, s.created_at, s.last_used_at, s.expires_at, u.id, u.role
		FROM sessions s JOIN users u ON u.id = s.user_id WHERE NOT u.disabled AND `
	keyQuery = `SELECT '', k.id, FALSE, k.created_at, k.last_used_at, 0, u.id, u.role
		FROM api_keys k JOIN users u ON u.id = k.user_id WHERE NOT u.disabled AND `
)

// bySession returns whose session token is. It returns [ErrNoSession] for one
// that is unknown or over.
func (s *Service) bySession(ctx context.Context, token string) (Principal, error) {
	return s.byToken(ctx, token, sessionQuery+`s.token_hash = $1`, ErrNoSession)
}

// byKey returns whose API key token is, or [ErrBadToken].
func (s *Service) byKey(ctx context.Context, token string) (Principal, error) {
	if !strings.HasPrefix(token, keyMark) {
		return Principal{}, ErrBadToken
	}
	return s.byToken(ctx, token, keyQuery+`k.token_hash = $1`, ErrBadToken)
}

func (s *Service) byToken(ctx context.Context, token, query string, none *fault.Error) (Principal, error) {
	hash, now := hashToken(token), s.now()
	found, cached, drops := s.cache.get(hash)
	if !cached || now.Sub(found.readAt) >= recheck {
		var err error
		found, err = s.read(ctx, query, hash, none)
		if err != nil {
			return Principal{}, err
		}
		found.readAt = now
		s.cache.put(hash, found, drops)
	}
	if !found.alive(now, s.lifetimes()) {
		return Principal{}, none
	}
	s.cache.touch(hash, now)
	s.stamps.mark(found.principal, now)
	return found.principal, nil
}

func (s *Service) read(ctx context.Context, query, arg string, none *fault.Error) (credential, error) {
	var c credential
	var created, used, ends int64
	p := &c.principal
	err := s.db.QueryRow(ctx, query, arg).Scan(&p.Session, &p.Key, &c.keep, &created, &used, &ends, &p.User, &p.Role)
	if db.IsNone(err) {
		return credential{}, none
	}
	if err != nil {
		return credential{}, fmt.Errorf("look up a credential: %w", err)
	}
	c.created, c.used, c.ends = db.Time(created), db.Time(used), db.Time(ends)
	if p.Session != "" {
		c.used = s.stamps.session(p.Session, c.used)
	}
	return c, nil
}

// Check reports whether p's session or key is still good, straight from the
// database: for connections that stay open, asked about once a minute. It returns
// [ErrNoSession] or [ErrBadToken] when it has ended. Asking counts as use. The
// role plays no part; it is read again with each request.
func (s *Service) Check(ctx context.Context, p Principal) error {
	var found credential
	var err error
	var none *fault.Error
	if p.Key != "" {
		none = ErrBadToken
		found, err = s.read(ctx, keyQuery+`k.id = $1`, string(p.Key), none)
	} else {
		none = ErrNoSession
		found, err = s.read(ctx, sessionQuery+`s.id = $1`, string(p.Session), none)
	}
	if err != nil {
		return err
	}
	now := s.now()
	if found.principal.User != p.User || !found.alive(now, s.lifetimes()) {
		return none
	}
	s.stamps.mark(found.principal, now)
	return nil
}

// SessionOwner returns whose session this is, or [ErrNoSession].
func (s *Service) SessionOwner(ctx context.Context, session string) (UserID, error) {
	return s.owner(ctx, `SELECT user_id FROM sessions WHERE id = $1`, session, ErrNoSession)
}

// KeyOwner returns whose API key this is, or [ErrNoKey].
func (s *Service) KeyOwner(ctx context.Context, key string) (UserID, error) {
	return s.owner(ctx, `SELECT user_id FROM api_keys WHERE id = $1`, key, ErrNoKey)
}

func (s *Service) owner(ctx context.Context, query, id string, none *fault.Error) (UserID, error) {
	var user UserID
	err := s.db.QueryRow(ctx, query, id).Scan(&user)
	if db.IsNone(err) {
		return "", none
	}
	if err != nil {
		return "", fmt.Errorf("find the owner of %s: %w", id, err)
	}
	return user, nil
}
