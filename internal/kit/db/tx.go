package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

var errNested = errors.New("db: a write or a second transaction inside a transaction has to use its handle")

type txKey struct{ db *DB }

func inTx(ctx context.Context, d *DB) bool { return ctx.Value(txKey{d}) != nil }

// Tx is a running transaction.
type Tx struct {
	tx    *sql.Tx
	db    *DB
	after []func()
	// fresh are queries that were not compiled yet; the connection is taken, so
	// that is done after the commit.
	fresh []string
}

// Tx runs fn in one transaction, committed when fn returns nil and rolled back
// otherwise. fn gets a context of its own: a write on the DB itself, or a
// second Tx, with that context is an error at once, since on SQLite it would
// wait for itself. No network call belongs inside. On SQLite, transactions that
// wait for each other are committed together (see [group]).
func (d *DB) Tx(ctx context.Context, fn func(ctx context.Context, tx *Tx) error) error {
	if inTx(ctx, d) {
		return errNested
	}
	run := d.alone
	if d.dialect == SQLite {
		run = d.do
	}
	tx, err := run(ctx, fn)
	if err != nil {
		return err
	}
	for _, query := range tx.fresh {
		_, _ = d.writer.statement(context.WithoutCancel(ctx), query) //nolint:sqlclosecheck // kept; until it can be compiled the query runs as text
	}
	for _, f := range tx.after {
		f()
	}
	return nil
}

// alone runs fn in a transaction of the database's own. What fn does can be
// cancelled, the commit cannot: nobody would know whether it was done.
func (d *DB) alone(ctx context.Context, fn func(ctx context.Context, tx *Tx) error) (*Tx, error) {
	conn, err := d.writer.Conn(ctx)
	if err != nil {
		return nil, fmt.Errorf("begin: %w", wrap(err))
	}
	defer conn.Close() //nolint:errcheck // it goes back to the pool
	raw, err := conn.BeginTx(context.WithoutCancel(ctx), nil)
	if err != nil {
		return nil, fmt.Errorf("begin: %w", wrap(err))
	}
	tx := &Tx{tx: raw, db: d}
	done := false
	defer func() {
		if !done {
			_ = raw.Rollback() // fn failed or panicked; its error is the one that counts
		}
	}()
	if err := fn(context.WithValue(ctx, txKey{d}, true), tx); err != nil {
		return nil, err
	}
	done = true
	if err := raw.Commit(); err != nil {
		return nil, fmt.Errorf("commit: %w", wrap(err))
	}
	return tx, nil
}

// statement returns the compiled query as part of the transaction, nil if it is
// to be run as text.
func (t *Tx) statement(ctx context.Context, query string) *sql.Stmt {
	if !t.db.writer.caches {
		return nil
	}
	if s := t.db.writer.known(query); s != nil {
		return t.tx.StmtContext(ctx, s)
	}
	t.fresh = append(t.fresh, query)
	return nil
}

// AfterCommit has f run once the transaction is committed, and not otherwise.
func (t *Tx) AfterCommit(f func()) { t.after = append(t.after, f) }

// SQL returns the transaction for libraries that want database/sql.
func (t *Tx) SQL() *sql.Tx { return t.tx }

// Dialect says which kind of database this is.
func (t *Tx) Dialect() Dialect { return t.db.dialect }

// Exec runs a statement that changes data.
func (t *Tx) Exec(ctx context.Context, query string, args ...any) (sql.Result, error) {
	query = t.db.rebind(query)
	if s := t.statement(ctx, query); s != nil { //nolint:sqlclosecheck // it ends with the transaction
		r, err := s.ExecContext(ctx, args...)
		return r, wrap(err)
	}
	r, err := t.tx.ExecContext(ctx, query, args...)
	return r, wrap(err)
}

// Query runs a SELECT, or a statement with RETURNING.
func (t *Tx) Query(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	query = t.db.rebind(query)
	if s := t.statement(ctx, query); s != nil { //nolint:sqlclosecheck // it ends with the transaction
		rows, err := s.QueryContext(ctx, args...) //nolint:sqlclosecheck,rowserrcheck // the caller's
		return rows, wrap(err)
	}
	rows, err := t.tx.QueryContext(ctx, query, args...) //nolint:sqlclosecheck,rowserrcheck // the caller's
	return rows, wrap(err)
}

// QueryRow runs a statement of at most one row.
func (t *Tx) QueryRow(ctx context.Context, query string, args ...any) Row {
	query = t.db.rebind(query)
	if s := t.statement(ctx, query); s != nil { //nolint:sqlclosecheck // it ends with the transaction
		return Row{row: s.QueryRowContext(ctx, args...)}
	}
	return Row{row: t.tx.QueryRowContext(ctx, query, args...)}
}
