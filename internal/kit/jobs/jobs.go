// Package jobs runs work that has to happen even if the process dies: a job is
// a row that is written in the caller's transaction, run soon after the
// commit, and tried again when it fails. It is a thin layer over the library
// river, on SQLite and on PostgreSQL.
//
// A job runs at least once, so it has to stand being run twice. It is not for
// work that a user waits for, nor for streams.
package jobs

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"time"

	"parley/internal/kit/db"

	"github.com/riverqueue/river"
)

// Options say how a kind of job is run; zero values stand for the defaults.
type Options struct {
	// Attempts is how often a job is tried before it is given up; 8, which is
	// some three hours, by default.
	Attempts int
	// Timeout ends one attempt; a minute by default.
	Timeout time.Duration
	// Backoff is the wait before the next try after attempt (1, 2, ...) failed;
	// 1 s, 16 s, 81 s and so on by default.
	Backoff func(attempt int) time.Duration
	// Every has a job of this kind run by itself, on one node: with the zero
	// value of its arguments, when the program starts and then at this interval.
	Every time.Duration
}

// Queue holds the kinds of jobs and runs them. Kinds are registered before
// [Queue.Run].
type Queue struct {
	db    *db.DB
	log   *slog.Logger
	kinds map[string]kind
	store store
	open  bool
}

// store is what differs between the databases.
type store interface {
	// open makes ready to insert and to run jobs of the kinds in config.
	open(ctx context.Context, config *river.Config) error
	insert(ctx context.Context, tx *db.Tx, job payload, attempts int) (int64, error)
	cancel(ctx context.Context, id int64) error
	// run works until ctx ends and all jobs have returned.
	run(ctx context.Context) error
}

type kind struct {
	Options
	work func(ctx context.Context, args json.RawMessage) error
}

// New returns a queue without kinds over a database that [Migrate] has
// prepared.
func New(d *db.DB, log *slog.Logger) *Queue {
	q := &Queue{db: d, log: log, kinds: map[string]kind{}}
	if d.Dialect() == db.Postgres {
		q.store = &postgres{db: d}
	} else {
		q.store = &sqlite{db: d}
	}
	return q
}

// Job is a kind of job whose arguments are a T, kept as JSON.
type Job[T any] struct {
	queue *Queue
	kind  string
}

// Register adds a kind, such as "title" or "file_sweep", to a queue that does
// not run yet. The name is stored with each job, so it stays for good. work
// returns nil when the job is done, a [Permanent] error to give it up, and any
// other error to be called again later.
func Register[T any](q *Queue, name string, work func(context.Context, T) error, o Options) *Job[T] {
	if _, twice := q.kinds[name]; twice {
		panic("jobs: the kind " + name + " is registered twice")
	}
	if o.Attempts == 0 {
		o.Attempts = 8
	}
	if o.Timeout == 0 {
		o.Timeout = time.Minute
	}
	if o.Backoff == nil {
		o.Backoff = backoff
	}
	q.kinds[name] = kind{Options: o, work: func(ctx context.Context, raw json.RawMessage) error {
		var args T
		if err := json.Unmarshal(raw, &args); err != nil {
			return Permanent(fmt.Errorf("arguments of a %s job: %w", name, err))
		}
		return work(ctx, args)
	}}
	return &Job[T]{queue: q, kind: name}
}

// backoff is attempt to the power of four in seconds, give or take a tenth.
func backoff(attempt int) time.Duration {
	wait := time.Duration(attempt*attempt*attempt*attempt) * time.Second
	return wait*9/10 + rand.N(wait/5+1) //nolint:gosec // spreads load, guards nothing
}

// Enqueue writes a job in tx and returns its id. It runs once tx is committed,
// and never if tx is rolled back. The queue has to be open; see [Queue.Open].
func (j *Job[T]) Enqueue(ctx context.Context, tx *db.Tx, args T) (int64, error) {
	if !j.queue.open {
		return 0, fmt.Errorf("enqueue %s: the queue is not open", j.kind)
	}
	raw, err := json.Marshal(args)
	if err != nil {
		return 0, fmt.Errorf("enqueue %s: %w", j.kind, err)
	}
	id, err := j.queue.store.insert(ctx, tx, payload{kind: j.kind, args: raw}, j.queue.kinds[j.kind].Attempts)
	if err != nil {
		return 0, fmt.Errorf("enqueue %s: %w", j.kind, err)
	}
	return id, nil
}

// Open makes the queue ready once all kinds are registered: jobs may be
// enqueued from now on, and are run once [Queue.Run] is called. It has to
// return before anything enqueues.
func (q *Queue) Open(ctx context.Context) error {
	if err := q.store.open(ctx, q.config()); err != nil {
		return fmt.Errorf("open jobs: %w", err)
	}
	q.open = true
	return nil
}

// Run works on jobs until ctx ends. Then it takes no more, gives those that run
// five seconds to finish, cancels the rest, which will be run again, and
// returns.
func (q *Queue) Run(ctx context.Context) error {
	if err := q.store.run(ctx); err != nil {
		return fmt.Errorf("run jobs: %w", err)
	}
	return nil
}

// Cancel drops a job that waits, and cancels the context of one that runs.
// A job that is over or unknown is left alone.
func (q *Queue) Cancel(ctx context.Context, id int64) error {
	if err := q.store.cancel(ctx, id); err != nil && !errors.Is(err, river.ErrNotFound) {
		return fmt.Errorf("cancel job %d: %w", id, err)
	}
	return nil
}

// Permanent marks an error that no further try can mend.
func Permanent(err error) error { return permanent{err} }

type permanent struct{ error }

func (p permanent) Unwrap() error { return p.error }

// IsPermanent reports whether err was marked by [Permanent].
func IsPermanent(err error) bool {
	_, ok := errors.AsType[permanent](err)
	return ok
}
