package db

import (
	"context"
	"errors"
	"fmt"
	"sync"
)

// mostGrouped is how many transactions share one commit.
const mostGrouped = 64

// group commits transactions that wait for the one writing connection
// together: each runs in a savepoint of its own, and all of them are made
// durable by one sync of the disk. Who comes first leads; the rest wait, and
// one of those that come meanwhile leads next.
type group struct {
	mu      sync.Mutex
	queue   []*member
	leading bool
}

// member is a transaction that waits for its turn.
type member struct {
	ctx  context.Context
	run  func(context.Context, *Tx) error
	tx   *Tx
	lead chan struct{} // receives when this member has to lead
	done chan struct{} // is closed when err is final
	err  error
	// panicked is what run panicked with; it is passed on to its own caller.
	panicked any
}

// do runs m in a group and returns when it is committed or has failed. Once it
// has begun it is not cancelled: an interrupted write would take the whole
// group down, and no transaction is long.
func (d *DB) do(ctx context.Context, run func(context.Context, *Tx) error) (*Tx, error) {
	if err := ctx.Err(); err != nil {
		return nil, context.Cause(ctx)
	}
	m := &member{
		ctx: context.WithoutCancel(ctx), run: run, lead: make(chan struct{}, 1), done: make(chan struct{}),
	}
	d.group.join(m)
	select {
	case <-m.lead:
		d.commitTogether(d.group.take(), d.group.next)
	case <-m.done:
	}
	if m.panicked != nil {
		panic(m.panicked)
	}
	return m.tx, m.err
}

// join queues m, which leads if nobody does.
func (g *group) join(m *member) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.queue = append(g.queue, m)
	if !g.leading {
		g.leading = true
		g.queue[0].lead <- struct{}{}
	}
}

// take returns the members that the leader commits; it is the first of them.
func (g *group) take() []*member {
	g.mu.Lock()
	defer g.mu.Unlock()
	n := min(len(g.queue), mostGrouped)
	taken := g.queue[:n:n]
	g.queue = g.queue[n:]
	return taken
}

// next hands the lead to whoever came meanwhile.
func (g *group) next() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if len(g.queue) == 0 {
		g.queue, g.leading = nil, false
		return
	}
	g.queue[0].lead <- struct{}{}
}

// commitTogether runs members in one transaction. pass is called when the
// connection is free again.
func (d *DB) commitTogether(members []*member, pass func()) {
	defer func() {
		pass()
		for _, m := range members {
			close(m.done)
		}
	}()
	ctx := members[0].ctx
	raw, err := d.writer.BeginTx(ctx, nil)
	if err != nil {
		fail(members, fmt.Errorf("begin: %w", wrap(err)))
		return
	}
	for _, m := range members {
		m.tx = &Tx{tx: raw, db: d}
		if err := m.within(ctx); err != nil {
			// The database has given the whole transaction up, as it does when
			// the disk is full: nobody's work is in it any more.
			_ = raw.Rollback()
			fail(members, err)
			return
		}
	}
	if err := raw.Commit(); err != nil {
		fail(members, fmt.Errorf("commit: %w", wrap(err)))
	}
}

// within runs m in a savepoint. Its result is why the transaction as a whole
// is lost, nil while it stands; m's own failure is in m.err.
func (m *member) within(ctx context.Context) error {
	if _, err := m.tx.Exec(ctx, `SAVEPOINT member`); err != nil {
		return fmt.Errorf("savepoint: %w", err)
	}
	m.err = m.call() //nolint:contextcheck // each function runs with its own caller's
	if m.err == nil && m.panicked == nil {
		_, err := m.tx.Exec(ctx, `RELEASE member`)
		return err
	}
	if _, err := m.tx.Exec(ctx, `ROLLBACK TO member`); err != nil {
		return errors.Join(m.err, err)
	}
	_, err := m.tx.Exec(ctx, `RELEASE member`)
	return err
}

func (m *member) call() (err error) {
	defer func() { m.panicked = recover() }()
	return m.run(context.WithValue(m.ctx, txKey{m.tx.db}, true), m.tx)
}

// fail gives err to all that have no error of their own.
func fail(members []*member, err error) {
	for _, m := range members {
		if m.err == nil {
			m.err = err
		}
	}
}
