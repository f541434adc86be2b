package db

import (
	"context"
	"database/sql"
	"sync"
)

// mostStatements bounds the statements that a pool keeps compiled. Queries are
// constants, but for lists of a few hundred possible lengths.
const mostStatements = 400

// pool is a database/sql pool that compiles each statement once. On SQLite
// compiling costs as much as running; pgx keeps its own statements.
type pool struct {
	*sql.DB
	caches bool

	mu       sync.RWMutex
	compiled map[string]*sql.Stmt
}

func newPool(d *sql.DB, caches bool) *pool {
	return &pool{DB: d, caches: caches, compiled: map[string]*sql.Stmt{}}
}

// known returns the compiled statement, nil if there is none yet.
func (p *pool) known(query string) *sql.Stmt {
	p.mu.RLock()
	defer p.mu.RUnlock()
	return p.compiled[query]
}

// statement returns the compiled statement; nil means that query is to be run
// as text. It is not called while the caller holds the pool's last connection.
func (p *pool) statement(ctx context.Context, query string) (*sql.Stmt, error) {
	if !p.caches {
		return nil, nil //nolint:nilnil // see above
	}
	if s := p.known(query); s != nil {
		return s, nil
	}
	p.mu.RLock()
	full := len(p.compiled) >= mostStatements
	p.mu.RUnlock()
	if full {
		return nil, nil //nolint:nilnil // see above
	}
	s, err := p.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if other := p.compiled[query]; other != nil {
		return other, s.Close() //nolint:sqlclosecheck // only the twin is closed
	}
	p.compiled[query] = s
	return s, nil
}

func (p *pool) exec(ctx context.Context, query string, args []any) (sql.Result, error) {
	s, err := p.statement(ctx, query) //nolint:sqlclosecheck // kept for the next caller
	switch {
	case err != nil:
		return nil, err
	case s != nil:
		return s.ExecContext(ctx, args...)
	}
	return p.ExecContext(ctx, query, args...)
}

func (p *pool) query(ctx context.Context, query string, args []any) (*sql.Rows, error) {
	s, err := p.statement(ctx, query) //nolint:sqlclosecheck // kept for the next caller
	switch {
	case err != nil:
		return nil, err
	case s != nil:
		return s.QueryContext(ctx, args...)
	}
	return p.QueryContext(ctx, query, args...)
}

func (p *pool) queryRow(ctx context.Context, query string, args []any) Row {
	s, err := p.statement(ctx, query) //nolint:sqlclosecheck // kept for the next caller
	switch {
	case err != nil:
		return Row{err: wrap(err)}
	case s != nil:
		return Row{row: s.QueryRowContext(ctx, args...)}
	}
	return Row{row: p.QueryRowContext(ctx, query, args...)}
}
