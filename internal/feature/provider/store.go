package provider

import (
	"context"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"parley/internal/kit/db"
	"parley/internal/kit/seal"
	"parley/internal/llm/catalog"
)

//go:embed migrations/*.sql
var migrations embed.FS

// store keeps the providers that were added in the UI. They belong to the
// server and not to a user.
type store struct{ box *seal.Box }

func sealedFor(name string) seal.Context {
	return seal.Context{Kind: "provider key", Owner: fold(name)}
}

func (s store) insert(ctx context.Context, q db.Querier, d definition) error {
	models, options, sealed, err := s.encode(d)
	if err != nil {
		return err
	}
	_, err = q.Exec(ctx, `INSERT INTO providers (name, label, kind, base_url, sealed_key, models, options, created_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		fold(d.name), d.name, d.kind, d.baseURL, sealed, models, options, db.Millis(time.Now()))
	if db.IsUnique(err) {
		return ErrExists
	}
	if err != nil {
		return fmt.Errorf("save provider %s: %w", d.name, err)
	}
	return nil
}

// encode writes what of a definition is stored as text.
func (s store) encode(d definition) (models, options, sealed string, err error) {
	list, err := json.Marshal(append([]string{}, d.models...))
	if err != nil {
		return "", "", "", err
	}
	more, err := json.Marshal(d.options)
	if len(d.keys) > 0 {
		sealed = s.box.Seal(d.keys[0], sealedFor(d.name))
	}
	return string(list), string(more), sealed, err
}

// update changes a provider, but for its name and kind.
func (s store) update(ctx context.Context, q db.Querier, d definition) error {
	models, options, sealed, err := s.encode(d)
	if err != nil {
		return err
	}
	result, err := q.Exec(ctx, `UPDATE providers SET base_url = $2, sealed_key = $3, models = $4, options = $5 WHERE name = $1`,
		fold(d.name), d.baseURL, sealed, models, options)
	if err != nil {
		return fmt.Errorf("change provider %s: %w", d.name, err)
	}
	if n, err := result.RowsAffected(); err == nil && n == 0 {
		return ErrNotFound
	}
	return nil
}

func (store) delete(ctx context.Context, q db.Querier, name string) error {
	result, err := q.Exec(ctx, `DELETE FROM providers WHERE name = $1`, fold(name))
	if err != nil {
		return fmt.Errorf("delete provider %s: %w", name, err)
	}
	if n, err := result.RowsAffected(); err == nil && n == 0 {
		return ErrNotFound
	}
	return nil
}

// stored is a row whose key may not open any more.
type stored struct {
	definition
	err error
}

func (s store) list(ctx context.Context, q db.Querier) ([]stored, error) {
	rows, err := q.Query(ctx, `SELECT label, kind, base_url, sealed_key, models, options FROM providers ORDER BY created_at, name`)
	if err != nil {
		return nil, fmt.Errorf("list providers: %w", err)
	}
	defer rows.Close() //nolint:errcheck // Err tells
	var all []stored
	for rows.Next() {
		var r row
		if err := rows.Scan(&r.name, &r.kind, &r.baseURL, &r.sealed, &r.models, &r.options); err != nil {
			return nil, fmt.Errorf("list providers: %w", err)
		}
		all = append(all, s.read(r))
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("list providers: %w", err)
	}
	return all, nil
}

// row is a provider as it is stored.
type row struct{ name, kind, baseURL, sealed, models, options string }

func (s store) read(r row) stored {
	k, ok := kindNamed(r.kind)
	if !ok {
		k, _ = kindNamed(catalog.Custom)
	}
	d := define(k)
	d.name, d.label, d.baseURL, d.source = r.name, labelOf(r.name, k), r.baseURL, UI
	if k.ID == catalog.Custom {
		d.dialect = dialectOf(r.name, r.baseURL)
		d.icon = d.dialect
	}
	out := stored{definition: d}
	if err := errors.Join(json.Unmarshal([]byte(r.models), &out.models), json.Unmarshal([]byte(r.options), &out.options)); err != nil {
		out.err = fmt.Errorf("provider %s: %w", r.name, err)
	}
	out.fetch = d.fetch && len(out.models) == 0
	if r.sealed != "" {
		key, err := s.box.Open(r.sealed, sealedFor(r.name))
		out.keys = secrets(key)
		if err != nil {
			out.err = err
		}
	}
	if out.err == nil {
		out.err = out.options.apply(&out.definition)
	}
	return out
}
