package setting

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"parley/internal/audit"
	"parley/internal/identity"
	"parley/internal/kit/db"
	"parley/internal/kit/fault"
	"parley/internal/kit/id"
)

// ErrNoChange says that there is no such change.
var ErrNoChange = fault.New(fault.NotFound, "not_found", "There is no such change.")

// Restore gives something that is kept elsewhere the value it had, nil to have it
// forgotten. The change that this is comes into the history by [Note].
type Restore func(ctx context.Context, name string, value json.RawMessage) error

// Change is one setting of the server, or one thing that [Service.Keep] knows,
// that an administrator gave another value.
type Change struct {
	ID string
	At time.Time
	// Actor is the id of the user who did it, or "cli".
	Actor string
	Name  string
	// Before and After are JSON, nil where nothing was set and the configuration
	// counted.
	Before, After json.RawMessage
}

// Stored returns the settings of the server that were set here, as JSON by name.
func (s *Service) Stored(ctx context.Context) (map[string]json.RawMessage, error) {
	return s.stored(ctx, s.db, serverQuery)
}

// Origin says who gives a setting of the server its value.
type Origin string

// The origins; the later counts more.
const (
	FromDefault Origin = "default"
	FromConfig  Origin = "config"
	FromUI      Origin = "ui"
)

// Origins says of each setting of the server who gives it its value.
func (s *Service) Origins(ctx context.Context) (map[string]Origin, error) {
	stored, err := s.Stored(ctx)
	if err != nil {
		return nil, err
	}
	s.changing.Lock()
	layers := s.layers
	s.changing.Unlock()
	all := map[string]Origin{}
	for _, name := range names(Server{}) {
		all[name] = FromDefault
	}
	for _, patch := range []ServerPatch{layers.File, layers.Environment} {
		given, err := values(patch)
		if err != nil {
			return nil, err
		}
		for name := range given {
			all[name] = FromConfig
		}
	}
	for name := range stored {
		if _, known := all[name]; known && !slices.Contains(layers.Pinned, name) {
			all[name] = FromUI
		}
	}
	return all, nil
}

// ResetServer has the configuration count again for a setting. It returns
// [ErrInvalid] for a name that is none and [ErrPinned].
func (s *Service) ResetServer(ctx context.Context, name string) (Server, error) {
	return s.put(ctx, map[string]json.RawMessage{name: nil})
}

// Changes lists the newest changes before the one with a given id, "" for the
// start, newest first.
func (s *Service) Changes(ctx context.Context, before string, limit int) ([]Change, error) {
	if before == "" {
		before = "g" // sorts after every UUID
	}
	rows, err := s.db.Query(ctx, changeQuery+` WHERE id < $1 ORDER BY id DESC LIMIT $2`, before, limit)
	if err != nil {
		return nil, fmt.Errorf("list changes of settings: %w", err)
	}
	defer rows.Close() //nolint:errcheck // rows.Err tells
	var all []Change
	for rows.Next() {
		c, err := scanChange(rows.Scan)
		if err != nil {
			return nil, err
		}
		all = append(all, c)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("list changes of settings: %w", err)
	}
	return all, nil
}

// Keep has changes of names that begin with prefix taken back by restore, which
// is given the rest of the name. It is called before the service is used.
func (s *Service) Keep(prefix string, restore Restore) { s.kept[prefix] = restore }

// Note writes into the history what an administrator changed that is no setting.
// Before and after are JSON without secrets, nil for what is not there; the same
// is no change. It belongs into the transaction of the change.
func Note(ctx context.Context, q db.Querier, name string, before, after json.RawMessage) error {
	if string(before) == string(after) {
		return nil
	}
	_, err := q.Exec(ctx, `INSERT INTO setting_changes (id, at, actor, name, before, after) VALUES ($1, $2, $3, $4, $5, $6)`,
		id.New(), db.Millis(time.Now()), identity.Entry(ctx, "", "").Actor, name, nullable(before), nullable(after))
	if err != nil {
		return fmt.Errorf("note the change of %s: %w", name, err)
	}
	return nil
}

// Rollback gives what was changed the value that it had before, which is a change
// of its own. It returns [ErrNoChange], [ErrPinned], and [ErrInvalid] for a value
// that this version does not take any more.
func (s *Service) Rollback(ctx context.Context, change string) error {
	c, err := scanChange(s.db.QueryRow(ctx, changeQuery+` WHERE id = $1`, change).Scan)
	if db.IsNone(err) {
		return ErrNoChange
	}
	if err != nil {
		return err
	}
	for prefix, restore := range s.kept {
		if name, ok := strings.CutPrefix(c.Name, prefix); ok {
			return restore(ctx, name, c.Before)
		}
	}
	_, err = s.put(ctx, map[string]json.RawMessage{c.Name: c.Before})
	return err
}

const (
	serverQuery = `SELECT name, value FROM server_settings`
	changeQuery = `SELECT id, at, actor, name, before, after FROM setting_changes`
)

func scanChange(scan func(...any) error) (Change, error) {
	var c Change
	var at int64
	var before, after sql.NullString
	if err := scan(&c.ID, &at, &c.Actor, &c.Name, &before, &after); err != nil {
		return Change{}, fmt.Errorf("change of a setting: %w", err)
	}
	c.At = db.Time(at)
	if before.Valid {
		c.Before = json.RawMessage(before.String)
	}
	if after.Valid {
		c.After = json.RawMessage(after.String)
	}
	return c, nil
}

// put stores settings of the server, nil to forget one, and tells whoever
// listens.
func (s *Service) put(ctx context.Context, given map[string]json.RawMessage) (Server, error) {
	s.changing.Lock()
	defer s.changing.Unlock()
	known, next := names(Server{}), s.Server()
	for name, value := range given {
		if !slices.Contains(known, name) {
			return Server{}, ErrInvalid.Saying(name + " is no setting")
		}
		if slices.Contains(s.layers.Pinned, name) {
			return Server{}, ErrPinned.Saying(name)
		}
		if value == nil {
			continue
		}
		var err error
		if next, err = with(next, name, value); err != nil {
			return Server{}, err
		}
	}
	err := s.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error { return s.write(ctx, tx, given) })
	if err == nil {
		err = s.reload(ctx)
	}
	if err != nil {
		return Server{}, fmt.Errorf("change settings: %w", err)
	}
	return s.Server(), nil
}

// write stores settings and what they were before.
func (s *Service) write(ctx context.Context, tx *db.Tx, given map[string]json.RawMessage) error {
	before, err := s.stored(ctx, tx, serverQuery)
	if err != nil {
		return err
	}
	e := identity.Entry(ctx, audit.SettingsChange, "server")
	e.Detail = map[string]string{"names": strings.Join(slices.Sorted(maps.Keys(given)), " ")}
	for _, name := range slices.Sorted(maps.Keys(given)) {
		after := given[name]
		if string(before[name]) == string(after) {
			continue
		}
		if after == nil {
			_, err = tx.Exec(ctx, `DELETE FROM server_settings WHERE name = $1`, name)
		} else {
			_, err = tx.Exec(ctx, `INSERT INTO server_settings (name, value, updated_at) VALUES ($1, $2, $3)
				ON CONFLICT (name) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at`,
				name, string(after), db.Millis(time.Now()))
		}
		if err != nil {
			return err
		}
		if err := Note(ctx, tx, name, before[name], after); err != nil {
			return err
		}
	}
	return audit.Log(ctx, tx, e)
}

func nullable(value json.RawMessage) sql.NullString {
	return sql.NullString{String: string(value), Valid: value != nil}
}
