// Package db opens the database, SQLite or PostgreSQL, and runs one portable
// SQL text on both: placeholders are written $1..$n, times are milliseconds
// since 1970 in UTC, JSON is text.
//
// It is not an ORM and knows no table. On SQLite all writes go through one
// connection and reads through a few read-only ones.
package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// Dialect names the kind of database.
type Dialect string

// The two dialects.
const (
	SQLite   Dialect = "sqlite"
	Postgres Dialect = "postgres"
)

// Querier runs SQL; both [DB] and [Tx] do, so that a store function works
// inside and outside of a transaction.
type Querier interface {
	Exec(ctx context.Context, query string, args ...any) (sql.Result, error)
	Query(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRow(ctx context.Context, query string, args ...any) Row
	Dialect() Dialect
}

// DB is an open database. It is safe for concurrent use.
type DB struct {
	dialect Dialect
	writer  *pool
	reader  *pool
	group   group
}

// Config says which database to open.
type Config struct {
	// URL is a PostgreSQL connection string. Empty means SQLite at Path.
	URL string
	// Path is the SQLite file.
	Path string
	// Relaxed trades the last moments before a power cut for speed
	// (synchronous=NORMAL); a killed process loses nothing either way.
	Relaxed bool
	// Readers is the number of read connections on SQLite (default 4) and of
	// all connections on PostgreSQL (default 16).
	Readers int
}

// Open connects and checks the connection.
func Open(ctx context.Context, c Config) (*DB, error) {
	if c.URL != "" {
		return openPostgres(ctx, c)
	}
	return openSQLite(ctx, c)
}

func openSQLite(ctx context.Context, c Config) (*DB, error) {
	readers := c.Readers
	if readers == 0 {
		readers = 4
	}
	// SQLite would let everyone on the machine read a new database; its other
	// files get the permissions of this one. Any trouble shows when it is opened.
	if f, err := os.OpenFile(c.Path, os.O_CREATE|os.O_RDWR, 0o600); err == nil {
		_ = f.Close()
	}
	writer, err := sql.Open(sqliteDriver, sqliteDSN(c.Path, c.Relaxed, false))
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", filepath.Base(c.Path), err)
	}
	writer.SetMaxOpenConns(1)
	writer.SetConnMaxIdleTime(0)
	if err := writer.PingContext(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("open %s: %w", c.Path, wrap(err)), writer.Close())
	}
	reader, err := sql.Open(sqliteDriver, sqliteDSN(c.Path, c.Relaxed, true))
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open %s: %w", filepath.Base(c.Path), err), writer.Close())
	}
	reader.SetMaxOpenConns(readers)
	reader.SetMaxIdleConns(readers)
	return &DB{dialect: SQLite, writer: newPool(writer, true), reader: newPool(reader, true)}, nil
}

func openPostgres(ctx context.Context, c Config) (*DB, error) {
	raw, err := sql.Open(postgresDriver, c.URL)
	if err != nil {
		return nil, fmt.Errorf("open postgres: %w", err)
	}
	conns := c.Readers
	if conns == 0 {
		conns = 16
	}
	raw.SetMaxOpenConns(conns)
	raw.SetMaxIdleConns(conns)
	raw.SetConnMaxIdleTime(5 * time.Minute)
	if err := raw.PingContext(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("open postgres: %w", wrap(err)), raw.Close())
	}
	both := newPool(raw, false)
	return &DB{dialect: Postgres, writer: both, reader: both}, nil
}

// Dialect says which kind of database this is.
func (d *DB) Dialect() Dialect { return d.dialect }

// SQL returns the pool that writes, for libraries that want database/sql.
func (d *DB) SQL() *sql.DB { return d.writer.DB }

// Close waits for running statements and closes all connections.
func (d *DB) Close() error {
	if d.reader == d.writer {
		return d.writer.Close()
	}
	return errors.Join(d.reader.Close(), d.writer.Close())
}

// Exec runs a statement that changes data.
func (d *DB) Exec(ctx context.Context, query string, args ...any) (sql.Result, error) {
	if inTx(ctx, d) {
		return nil, errNested
	}
	r, err := d.writer.exec(ctx, d.rebind(query), args)
	return r, wrap(err)
}

// Query runs a SELECT, or a statement with RETURNING.
func (d *DB) Query(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	from, err := d.pool(ctx, query)
	if err != nil {
		return nil, err
	}
	rows, err := from.query(ctx, d.rebind(query), args) //nolint:sqlclosecheck,rowserrcheck // the caller's
	return rows, wrap(err)
}

// QueryRow runs a SELECT, or a statement with RETURNING, of at most one row.
func (d *DB) QueryRow(ctx context.Context, query string, args ...any) Row {
	from, err := d.pool(ctx, query)
	if err != nil {
		return Row{err: err}
	}
	return from.queryRow(ctx, d.rebind(query), args)
}

func (d *DB) pool(ctx context.Context, query string) (*pool, error) {
	if isRead(query) {
		return d.reader, nil
	}
	if inTx(ctx, d) {
		return nil, errNested
	}
	return d.writer, nil
}

func (d *DB) rebind(query string) string {
	if d.dialect == Postgres {
		return query
	}
	return rebind(query)
}

// Row is the result of QueryRow.
type Row struct {
	row *sql.Row
	err error
}

// Scan copies the row's columns. Without a row it returns sql.ErrNoRows.
func (r Row) Scan(dest ...any) error {
	if r.err != nil {
		return r.err
	}
	return wrap(r.row.Scan(dest...))
}
