package provider

import (
	"context"
	"fmt"
	"io/fs"

	"parley/internal/kit/db"
)

// Migrations makes the table of providers.
func Migrations() fs.FS { return migrations }

// HasSealed reports whether a key is stored that only the server's own key can
// open.
func HasSealed(ctx context.Context, q db.Querier) (bool, error) {
	var found bool
	err := q.QueryRow(ctx, `SELECT EXISTS (SELECT 1 FROM providers WHERE sealed_key <> '')`).Scan(&found)
	if err != nil {
		return false, fmt.Errorf("look for sealed keys: %w", err)
	}
	return found, nil
}
