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
	r, err := s.encode(d)
	if err != nil {
		return err
	}
	_, err = q.Exec(ctx, `INSERT INTO providers (name, label, kind, base_url, sealed_key, more_keys, models, options, created_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		fold(d.name), d.name, d.kind, d.baseURL, r.sealed, r.more, r.models, r.options, db.Millis(time.Now()))
	if db.IsUnique(err) {
		return ErrExists
	}
	if err != nil {
		return fmt.Errorf("save provider %s: %w", d.name, err)
	}
	return nil
}

// encode writes what of a definition is stored as text.
func (s store) encode(d definition) (row, error) {
	var r row
	sealed := []string{}
	for _, key := range d.keys {
		sealed = append(sealed, s.box.Seal(key, sealedFor(d.name)))
	}
	if len(sealed) > 0 {
		r.sealed, sealed = sealed[0], sealed[1:]
	}
	more, errMore := json.Marshal(sealed)
	models, errModels := json.Marshal(append([]string{}, d.models...))
	options, errOptions := json.Marshal(d.options)
	r.more, r.models, r.options = string(more), string(models), string(options)
	return r, errors.Join(errMore, errModels, errOptions)
}

// update changes a provider of d's revision, but for its name and kind, or returns
// [ErrChanged].
func (s store) update(ctx context.Context, q db.Querier, d definition) error {
	r, err := s.encode(d)
	if err != nil {
		return err
	}
	result, err := q.Exec(ctx, `UPDATE providers SET base_url = $3, sealed_key = $4, more_keys = $5, models = $6, options = $7,
		revision = revision + 1 WHERE name = $1 AND revision = $2`,
		fold(d.name), d.revision, d.baseURL, r.sealed, r.more, r.models, r.options)
	if err != nil {
		return fmt.Errorf("change provider %s: %w", d.name, err)
	}
	if n, err := result.RowsAffected(); err == nil && n == 0 {
		return ErrChanged
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
	rows, err := q.Query(ctx, `SELECT label, kind, base_url, sealed_key, more_keys, models, options, revision FROM providers ORDER BY created_at, name`)
	if err != nil {
		return nil, fmt.Errorf("list providers: %w", err)
	}
	defer rows.Close() //nolint:errcheck // Err tells
	var all []stored
	for rows.Next() {
		var r row
		if err := rows.Scan(&r.name, &r.kind, &r.baseURL, &r.sealed, &r.more, &r.models, &r.options, &r.revision); err != nil {
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
type row struct {
	name, kind, baseURL, sealed, more, models, options string
	revision                                           int64
}

func (s store) read(r row) stored {
	k, ok := kindNamed(r.kind)
	if !ok {
		k, _ = kindNamed(catalog.Custom)
	}
	d := define(k)
	d.name, d.label, d.baseURL, d.source = r.name, labelOf(r.name, k), r.baseURL, UI
	d.revision = r.revision
	if k.ID == catalog.Custom {
		d.dialect = dialectOf(r.name, r.baseURL)
		d.icon = d.dialect
	}
	out := stored{definition: d}
	var more []string
	if err := errors.Join(json.Unmarshal([]byte(r.models), &out.models), json.Unmarshal([]byte(r.options), &out.options),
		json.Unmarshal([]byte(r.more), &more)); err != nil {
		out.err = fmt.Errorf("provider %s: %w", r.name, err)
	}
	out.fetch = d.fetch && len(out.models) == 0
	for _, sealed := range append([]string{r.sealed}, more...) {
		if sealed == "" {
			continue
		}
		key, err := s.box.Open(sealed, sealedFor(r.name))
		if err != nil {
			out.err = err
		}
		out.keys = secrets(append(out.keys, key)...)
	}
	if out.err == nil {
		out.err = out.options.apply(&out.definition)
	}
	return out
}
