package setting

import (
	"context"
	"embed"
	"encoding/json"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"parley/internal/identity"
	"parley/internal/kit/db"
)

// Migrations makes the tables; that of the users' settings refers to users.
//
//go:embed migrations/*.sql
var Migrations embed.FS

// Layers are the settings of the server that the configuration gives.
type Layers struct {
	// File and Environment are what these say; the latter counts more.
	File, Environment ServerPatch
	// Pinned are the names of settings that cannot be changed here.
	Pinned []string
}

// Service keeps settings. It is safe for concurrent use.
type Service struct {
	db  *db.DB
	log *slog.Logger

	changing sync.Mutex // held while the server's settings change
	layers   Layers
	server   atomic.Pointer[Server]
	kept     map[string]Restore // by prefix

	listening sync.Mutex
	onServer  []func(Server)
	onUser    []func(context.Context, identity.UserID, User)
}

// New reads the settings of the server from a database that has the
// [Migrations]. It returns [ErrInvalid] for layers that cannot be.
func New(ctx context.Context, d *db.DB, log *slog.Logger, layers Layers) (*Service, error) {
	s := &Service{db: d, log: log, kept: map[string]Restore{}}
	defaults := ServerDefaults()
	s.server.Store(&defaults)
	if err := s.SetLayers(ctx, layers); err != nil {
		return nil, err
	}
	return s, nil
}

// SetLayers replaces what the configuration gives, after it was read again.
func (s *Service) SetLayers(ctx context.Context, layers Layers) error {
	if err := layers.Check(); err != nil {
		return err
	}
	s.changing.Lock()
	defer s.changing.Unlock()
	s.layers = layers
	return s.reload(ctx)
}

// Wrong is an [ErrInvalid] of one setting that the configuration names.
type Wrong struct {
	Name string
	err  error
}

func (w *Wrong) Error() string { return "settings in the configuration: " + w.err.Error() }

// Unwrap returns the cause.
func (w *Wrong) Unwrap() error { return w.err }

// Check returns a [Wrong] for layers that cannot be, or nil.
func (l Layers) Check() error {
	if _, err := l.server(); err != nil {
		return err
	}
	known := names(Server{})
	for _, name := range l.Pinned {
		if !slices.Contains(known, name) {
			return &Wrong{name, ErrInvalid.Saying(name + " is no setting")}
		}
	}
	return nil
}

// server is what holds when nothing is set in the database.
func (l Layers) server() (Server, error) {
	server := ServerDefaults()
	for _, patch := range []ServerPatch{l.File, l.Environment} {
		given, err := values(patch)
		if err != nil {
			return server, err
		}
		for name, value := range given {
			if server, err = with(server, name, value); err != nil {
				return server, &Wrong{name, err}
			}
		}
	}
	return server, nil
}

// Pinned lists the settings of the server that cannot be changed here.
func (s *Service) Pinned() []string {
	s.changing.Lock()
	defer s.changing.Unlock()
	return append([]string{}, s.layers.Pinned...)
}

// Server returns the settings of the server from memory.
func (s *Service) Server() Server { return *s.server.Load() }

// OnServer has f called after the settings of the server changed.
func (s *Service) OnServer(f func(Server)) {
	s.listening.Lock()
	defer s.listening.Unlock()
	s.onServer = append(s.onServer, f)
}

// OnUser has f called after a user's settings changed.
func (s *Service) OnUser(f func(context.Context, identity.UserID, User)) {
	s.listening.Lock()
	defer s.listening.Unlock()
	s.onUser = append(s.onUser, f)
}

// Run notices what other processes change, until ctx ends.
func (s *Service) Run(ctx context.Context) error {
	tick := time.NewTicker(30 * time.Second)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
		s.changing.Lock()
		err := s.reload(ctx)
		s.changing.Unlock()
		if err != nil && ctx.Err() == nil {
			s.log.WarnContext(ctx, "settings were not read again", "error", err)
		}
	}
}

// reload reads the settings of the server and tells whoever listens if they are
// others than before. The caller holds changing.
func (s *Service) reload(ctx context.Context) error {
	stored, err := s.stored(ctx, s.db, serverQuery)
	if err != nil {
		return err
	}
	server, err := s.layers.server()
	if err != nil {
		return err
	}
	for _, name := range s.layers.Pinned {
		delete(stored, name)
	}
	server = overlay(ctx, s.log, server, stored)
	if server == s.Server() {
		return nil
	}
	s.server.Store(&server)
	s.listening.Lock()
	listeners := s.onServer
	s.listening.Unlock()
	for _, f := range listeners {
		f(server)
	}
	return nil
}

// ChangeServer changes settings of the server and returns all of them. It
// returns [ErrPinned] and [ErrInvalid].
func (s *Service) ChangeServer(ctx context.Context, patch ServerPatch) (Server, error) {
	given, err := values(patch)
	if err != nil {
		return Server{}, fmt.Errorf("change settings: %w", err)
	}
	return s.put(ctx, given)
}

const userQuery = `SELECT name, value FROM user_settings WHERE user_id = $1`

// User returns the settings of a user.
func (s *Service) User(ctx context.Context, user identity.UserID) (User, error) {
	stored, err := s.stored(ctx, s.db, userQuery, string(user))
	if err != nil {
		return User{}, err
	}
	return overlay(ctx, s.log, UserDefaults(), stored), nil
}

// ChangeUser changes settings of a user and returns all of them. It returns
// [ErrInvalid].
func (s *Service) ChangeUser(ctx context.Context, user identity.UserID, patch UserPatch) (User, error) {
	given, err := values(patch)
	if err != nil {
		return User{}, fmt.Errorf("change the settings of user %s: %w", user, err)
	}
	next := UserDefaults()
	for name, value := range given {
		if next, err = with(next, name, value); err != nil {
			return User{}, err
		}
	}
	err = s.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		for name, value := range given {
			_, err := tx.Exec(ctx, `INSERT INTO user_settings (user_id, name, value, updated_at) VALUES ($1, $2, $3, $4)
				ON CONFLICT (user_id, name) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at`,
				string(user), name, string(value), db.Millis(time.Now()))
			if err != nil {
				return err
			}
		}
		stored, err := s.stored(ctx, tx, userQuery, string(user))
		next = overlay(ctx, s.log, UserDefaults(), stored)
		return err
	})
	if err != nil {
		return User{}, fmt.Errorf("change the settings of user %s: %w", user, err)
	}
	s.listening.Lock()
	listeners := s.onUser
	s.listening.Unlock()
	for _, f := range listeners {
		f(ctx, user, next)
	}
	return next, nil
}

func (s *Service) stored(ctx context.Context, q db.Querier, query string, args ...any) (map[string]json.RawMessage, error) {
	rows, err := q.Query(ctx, query, args...)
	if err != nil {
		return nil, fmt.Errorf("read settings: %w", err)
	}
	defer rows.Close() //nolint:errcheck // rows.Err tells
	all := map[string]json.RawMessage{}
	for rows.Next() {
		var name, value string
		if err := rows.Scan(&name, &value); err != nil {
			return nil, fmt.Errorf("read settings: %w", err)
		}
		all[name] = json.RawMessage(value)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("read settings: %w", err)
	}
	return all, nil
}

// overlay returns base with what is stored. A value that this version does not
// take, as another version may have left, is passed over.
func overlay[T interface{ Check() error }](ctx context.Context, log *slog.Logger, base T, stored map[string]json.RawMessage) T {
	for name, value := range stored {
		changed, err := with(base, name, value)
		if err != nil {
			log.WarnContext(ctx, "a stored setting is not used", "name", name, "error", err)
			continue
		}
		base = changed
	}
	return base
}
