package jobs

import (
	"context"
	"fmt"
	"log/slog"

	"parley/internal/kit/db"

	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/riverdriver/riversqlite"
	"github.com/riverqueue/river/rivermigrate"
)

// Migrate makes or updates the tables that jobs are kept in. It comes before
// all other migrations, and costs two small queries when there is nothing to
// do.
func Migrate(ctx context.Context, d *db.DB) error {
	if d.Dialect() == db.SQLite {
		return migrate(ctx, riversqlite.New(d.SQL()))
	}
	pool, err := openPool(ctx, d, 2)
	if err != nil {
		return fmt.Errorf("migrate jobs: %w", err)
	}
	defer pool.Close()
	// Nodes that start together take turns. The lock ends with the connection.
	turn, err := pool.Acquire(ctx)
	if err != nil {
		return fmt.Errorf("migrate jobs: %w", err)
	}
	defer turn.Release()
	if _, err := turn.Exec(ctx, `SELECT pg_advisory_lock(7242853911)`); err != nil {
		return fmt.Errorf("migrate jobs: %w", err)
	}
	return migrate(ctx, riverpgxv5.New(pool))
}

func migrate[Tx any](ctx context.Context, driver riverdriver.Driver[Tx]) error {
	migrator, err := rivermigrate.New(driver, &rivermigrate.Config{Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		return fmt.Errorf("migrate jobs: %w", err)
	}
	if _, err := migrator.Migrate(ctx, rivermigrate.DirectionUp, nil); err != nil {
		return fmt.Errorf("migrate jobs: %w", err)
	}
	return nil
}
