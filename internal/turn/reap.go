package turn

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"parley/internal/access"
	"parley/internal/chat"
	"parley/internal/kit/db"
	"parley/internal/kit/fault"
	"parley/internal/meter"
)

// The lease by which nodes on one PostgreSQL database know of each other, and
// how long a graceful stop waits for running turns.
const (
	leaseRenewed = 5 * time.Second
	leaseLasts   = 15 * time.Second
	drainFor     = 7 * time.Second
	// hurryAfter is how long after that the ends of turns may still wait for the
	// database.
	hurryAfter = time.Second
	purgeEvery = time.Hour
	// longestCall is longer than any model call takes.
	longestCall = 24 * time.Hour
)

// Run ends the turns that a dead process left behind and then does the
// background work of turns until ctx is done, when running turns get a few
// seconds to end. ready is called once turns can be taken.
func (s *Service) Run(ctx context.Context, ready func()) error {
	if err := s.renew(ctx); err != nil {
		return err
	}
	if err := s.reap(ctx); err != nil {
		return err
	}
	work, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	done := make(chan struct{}, 2)
	go func() { s.pace.run(work); done <- struct{}{} }()
	go func() { s.journal.run(work); done <- struct{}{} }()
	ready()
	s.tend(ctx)
	s.drain()
	stop()
	<-done
	<-done
	return nil
}

// tend renews the lease, reaps and purges until ctx is done.
func (s *Service) tend(ctx context.Context) {
	lease := time.NewTicker(leaseRenewed)
	defer lease.Stop()
	purge := time.NewTicker(purgeEvery)
	defer purge.Stop()
	for {
		var err error
		select {
		case <-ctx.Done():
			return
		case <-purge.C:
			err = s.purge(ctx)
		case <-lease.C:
			s.settleDebts(ctx)
			s.Ledger.PayDebts(ctx)
			if err = s.reapLost(ctx); err != nil || s.DB.Dialect() == db.SQLite {
				break // the data folder is locked to this process
			}
			if err = s.renew(ctx); err == nil {
				err = s.reap(ctx)
			}
		}
		if err != nil && ctx.Err() == nil {
			s.Log.WarnContext(ctx, "upkeep of turns failed; it is tried again", "error", err)
		}
	}
}

func (s *Service) purge(ctx context.Context) error {
	_, err := s.DB.Exec(ctx, `DELETE FROM idempotency_keys WHERE created_at < $1`, db.Millis(time.Now().Add(-keepKeys)))
	return errors.Join(err, s.Ledger.SettleAbandoned(ctx, time.Now().Add(-longestCall)),
		s.Ledger.Purge(ctx, time.Now().Add(-keepKeys)), s.purgeJournal(ctx), s.Chats.Purge(ctx))
}

// purgeJournal removes what is older than [keepJournal], and nothing that a turn
// which runs could have written: however long it takes, or the machine slept, the
// journal is all that a crash leaves of it.
func (s *Service) purgeJournal(ctx context.Context) error {
	then := db.Millis(time.Now().Add(-keepJournal))
	var oldest int64
	err := s.DB.QueryRow(ctx, `SELECT COALESCE(MIN(started_at), $1) FROM turns WHERE status = 'running'`, then).Scan(&oldest)
	if err != nil {
		return fmt.Errorf("find the oldest turn that runs: %w", err)
	}
	return s.journal.purge(ctx, db.Time(min(oldest, then)))
}

// drain refuses new turns, waits for the running ones, cuts what is left, and in
// the end has no more patience with a database that takes no writes.
func (s *Service) drain() {
	s.mu.Lock()
	s.draining = true
	s.mu.Unlock()
	idle := make(chan struct{})
	go func() { s.running.Wait(); close(idle) }()
	timer := time.NewTimer(drainFor)
	defer timer.Stop()
	select {
	case <-idle:
		return
	case <-timer.C:
	}
	s.mu.Lock()
	for _, l := range s.lives {
		if l.cancel != nil {
			l.cancel(errShutdown)
		}
	}
	s.mu.Unlock()
	timer.Reset(hurryAfter)
	select {
	case <-idle:
		return
	case <-timer.C:
	}
	close(s.hurry)
	<-idle
}

func (s *Service) renew(ctx context.Context) error {
	if s.DB.Dialect() == db.SQLite {
		return nil
	}
	_, err := s.DB.Exec(ctx, `INSERT INTO nodes (id, expires_at) VALUES ($1, `+s.now()+` + $2)
		ON CONFLICT (id) DO UPDATE SET expires_at = excluded.expires_at`, s.Options.Node, leaseLasts.Milliseconds())
	if err != nil {
		return fmt.Errorf("renew lease: %w", err)
	}
	_, err = s.DB.Exec(ctx, `DELETE FROM nodes WHERE expires_at < `+s.now()+` - $1`, keepKeys.Milliseconds())
	return err
}

// now is the database's clock in milliseconds: leases of several nodes are
// compared by it.
func (s *Service) now() string { return `CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)` }

// reap ends the running turns of processes that are gone.
func (s *Service) reap(ctx context.Context) error {
	orphans, err := s.orphans(ctx)
	if err != nil {
		return fmt.Errorf("find turns to reap: %w", err)
	}
	for _, t := range orphans {
		if err := s.interrupt(ctx, t); err != nil {
			return fmt.Errorf("reap turn %s: %w", t.id, err)
		}
	}
	if len(orphans) > 0 {
		s.Log.InfoContext(ctx, "turns of a stopped process were ended as interrupted", "turns", len(orphans))
	}
	return s.settleGone(ctx)
}

// settleGone settles what processes that are gone left open in the ledger beside
// their running turns, which another process may be about to reap. Who holds a
// lease is asked after who has calls open: a process has its lease before it makes
// a call.
func (s *Service) settleGone(ctx context.Context) error {
	if s.DB.Dialect() == db.SQLite { // this is the only process, and has made no calls yet
		return s.Ledger.SettleAbandoned(ctx, time.Now())
	}
	open, err := s.Ledger.OpenElsewhere(ctx)
	if err != nil {
		return err
	}
	for _, call := range open {
		underWay := false
		err := s.DB.QueryRow(ctx, `SELECT EXISTS (SELECT 1 FROM nodes WHERE id = $1 AND expires_at > `+s.now()+`)
			OR EXISTS (SELECT 1 FROM turns WHERE id = $2 AND status = 'running')`, call.Node, call.Turn).Scan(&underWay)
		if err != nil {
			return fmt.Errorf("look at the lease of a process: %w", err)
		}
		if underWay {
			continue
		}
		if err := s.Ledger.SettleCut(ctx, call.Turn, nil); err != nil {
			return err
		}
	}
	return nil
}

// doubt notes that a transaction by which a turn begins to run failed in a way that
// may hide that it was committed, as the answer to a commit can be lost, or turned
// out to have been.
func (s *Service) doubt(err error) {
	if fault.IsKind(err, fault.Unavailable) || errors.Is(err, ErrNotWaiting) {
		s.mu.Lock()
		s.doubts = true
		s.mu.Unlock()
	}
}

// reapLost ends the turns of this process that are stored as running and do not
// run, where there may be such. A turn is one if it is found twice: another may be
// about to begin.
func (s *Service) reapLost(ctx context.Context) error {
	s.mu.Lock()
	inDoubt := s.doubts
	s.mu.Unlock()
	if !inDoubt {
		return nil
	}
	mine, err := s.storedRunning(ctx, `node = $1`, s.Options.Node)
	if err != nil {
		return err
	}
	suspects := map[ID]bool{}
	for _, t := range mine {
		if s.isKnown(t.id) {
			continue
		}
		suspects[t.id] = true
		if !s.suspects[t.id] {
			continue
		}
		if err := s.interrupt(ctx, t); err != nil {
			return fmt.Errorf("reap turn %s: %w", t.id, err)
		}
	}
	s.suspects = suspects
	if len(suspects) == 0 {
		s.mu.Lock()
		s.doubts = false
		s.mu.Unlock()
	}
	return nil
}

// isKnown reports whether a turn runs here, or has ended and is yet to be stored.
func (s *Service) isKnown(id ID) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.lives[id] != nil || slices.ContainsFunc(s.owed, func(o owed) bool { return o.ended.Turn == id })
}

// orphans are the running turns of processes that are gone.
func (s *Service) orphans(ctx context.Context) ([]stored, error) {
	gone := `node <> $1`
	if s.DB.Dialect() == db.Postgres {
		gone += ` AND NOT EXISTS (SELECT 1 FROM nodes n WHERE n.id = turns.node AND n.expires_at > ` + s.now() + `)`
	}
	return s.storedRunning(ctx, gone, s.Options.Node)
}

// storedRunning are the turns that are stored as running.
func (s *Service) storedRunning(ctx context.Context, where string, arg any) (found []stored, err error) {
	rows, err := s.DB.Query(ctx, `SELECT `+turnColumns+` FROM turns WHERE status = 'running' AND `+where, arg)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		t, err := scanTurn(rows)
		if err != nil {
			return nil, err
		}
		found = append(found, t)
	}
	return found, rows.Err()
}

// interrupt folds what was journaled of a turn and ends it. Its open ledger
// entries are settled at an estimate.
func (s *Service) interrupt(ctx context.Context, t stored) error {
	result, err := s.DB.Exec(ctx, `UPDATE turns SET node = $2 WHERE id = $1 AND status = 'running'`, t.id, s.Options.Node)
	if err != nil {
		return err
	}
	if n, err := result.RowsAffected(); err != nil || n == 0 {
		return err // another node was quicker
	}
	m, err := chat.GetMessage(ctx, s.DB, t.user, t.chat, t.reply)
	if errors.Is(err, chat.ErrMessageNotFound) {
		_, err := s.DB.Exec(ctx, `UPDATE turns SET status = 'interrupted', ended_at = $2 WHERE id = $1`, t.id, db.Millis(time.Now()))
		return err
	}
	if err != nil {
		return err
	}
	frames, err := s.journal.read(ctx, t.id, m.Seq)
	if err != nil {
		return err
	}
	fold := chat.NewFold(m)
	for _, f := range frames {
		if err := fold.Apply(f); err != nil {
			s.Log.WarnContext(ctx, "a journaled frame was skipped", "turn", string(t.id), "error", err)
		}
	}
	kept := fold.Seq()
	l := s.newLive(t.id, t.chat, t.reply, t.user, fold)
	r := &run{live: l, scope: t.user, model: t.model, options: t.options, step: t.step, started: t.startedAt}
	if err := s.recall(ctx, r); err != nil {
		s.Log.InfoContext(ctx, "the model of an interrupted turn is gone", "turn", string(t.id), "model", t.model)
	}
	if err := s.Ledger.SettleCut(ctx, string(t.id), outputOf(fold.Parts())); err != nil {
		return err
	}
	r.usage = s.metered(ctx, t.user, t.id)
	s.finish(ctx, r, outcome{status: chat.StatusInterrupted, kept: kept})
	return nil
}

// metered sums the ledger of a turn whose own count was lost.
func (s *Service) metered(ctx context.Context, scope access.Scope, id ID) chat.Usage {
	total, err := meter.OfTurn(ctx, s.DB, scope.User, string(id))
	if err != nil {
		s.Log.WarnContext(ctx, "usage of an interrupted turn is not known", "turn", string(id), "error", err)
	}
	return chat.Usage{Usage: total, Estimated: true}
}
