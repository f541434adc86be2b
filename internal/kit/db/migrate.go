package db

import (
	"context"
	"fmt"
	"io/fs"
	"strings"
	"testing/fstest"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/database"
)

// Migrate brings the schema up to date from the merged files of all packages.
// Each source holds NNNNNNNNNNNNNN_name.sql (a UTC time stamp) in goose's form.
// One text serves both dialects; where they truly differ there are two files
// of one number, NNN_name.sqlite.sql and NNN_name.postgres.sql. Column types
// that differ are written BYTES (BLOB, BYTEA) and SERIAL KEY (an ascending
// integer key).
func (d *DB) Migrate(ctx context.Context, sources ...fs.FS) error {
	merged := fstest.MapFS{}
	for _, source := range sources {
		if err := d.collect(merged, source); err != nil {
			return fmt.Errorf("migrate: %w", err)
		}
	}
	if len(merged) == 0 {
		return nil
	}
	dialect := database.DialectSQLite3
	if d.dialect == Postgres {
		dialect = database.DialectPostgres
	}
	provider, err := goose.NewProvider(dialect, d.writer.DB, merged, goose.WithAllowOutofOrder(true))
	if err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	if _, err := provider.Up(ctx); err != nil {
		return fmt.Errorf("migrate: %w", wrap(err))
	}
	return nil
}

func (d *DB) collect(into fstest.MapFS, source fs.FS) error {
	return fs.WalkDir(source, ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(path, ".sql") {
			return err
		}
		name := entry.Name()
		for _, other := range []Dialect{SQLite, Postgres} {
			if other != d.dialect && strings.HasSuffix(name, "."+string(other)+".sql") {
				return nil
			}
		}
		if _, twice := into[name]; twice {
			return fmt.Errorf("two migrations are called %s", name)
		}
		text, err := fs.ReadFile(source, path)
		if err != nil {
			return err
		}
		into[name] = &fstest.MapFile{Data: []byte(d.columnTypes(string(text)))}
		return nil
	})
}

func (d *DB) columnTypes(text string) string {
	if d.dialect == Postgres {
		return strings.NewReplacer("BYTES", "BYTEA", "SERIAL KEY", "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY").Replace(text)
	}
	return strings.NewReplacer("BYTES", "BLOB", "SERIAL KEY", "INTEGER PRIMARY KEY AUTOINCREMENT").Replace(text)
}
