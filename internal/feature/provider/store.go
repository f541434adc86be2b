package provider

import (
	"context"
	"embed"
	"encoding/json"
	"fmt"
	"time"

	"parley/internal/kit/db"
	"parley/internal/kit/seal"
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
	models, err := json.Marshal(append([]string{}, d.models...))
	if err != nil {
		return err
	}
	sealed := ""
	if len(d.keys) > 0 {
		sealed = s.box.Seal(d.keys[0], sealedFor(d.name))
	}
	_, err = q.Exec(ctx, `INSERT INTO providers (name, label, kind, base_url, sealed_key, models, created_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		fold(d.name), d.name, d.kind, d.baseURL, sealed, string(models), db.Millis(time.Now()))
	if db.IsUnique(err) {
		return ErrExists
	}
	if err != nil {
		return fmt.Errorf("save provider %s: %w", d.name, err)
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
	rows, err := q.Query(ctx, `SELECT label, kind, base_url, sealed_key, models FROM providers ORDER BY created_at, name`)
	if err != nil {
		return nil, fmt.Errorf("list providers: %w", err)
	}
	defer rows.Close() //nolint:errcheck // Err tells
	var all []stored
	for rows.Next() {
		var name, kindName, baseURL, sealed, models string
		if err := rows.Scan(&name, &kindName, &baseURL, &sealed, &models); err != nil {
			return nil, fmt.Errorf("list providers: %w", err)
		}
		all = append(all, s.read(name, kindName, baseURL, sealed, models))
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("list providers: %w", err)
	}
	return all, nil
}

func (s store) read(name, kindName, baseURL, sealed, models string) stored {
	k, ok := kindNamed(kindName)
	if !ok {
		k, _ = kindNamed(kindCustom)
	}
	d := define(k)
	d.name, d.label, d.baseURL, d.source = name, labelOf(name, k), baseURL, UI
	if k.ID == kindCustom {
		d.dialect = dialectOf(name, baseURL)
		d.icon = d.dialect
	}
	out := stored{definition: d}
	if err := json.Unmarshal([]byte(models), &out.models); err != nil {
		out.err = fmt.Errorf("models of provider %s: %w", name, err)
	}
	out.fetch = d.fetch && len(out.models) == 0
	if sealed != "" {
		key, err := s.box.Open(sealed, sealedFor(name))
		out.keys = secrets(key)
		if err != nil {
			out.err = err
		}
	}
	return out
}
