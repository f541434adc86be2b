package jobs_test

import (
	"context"
	"database/sql"
	"errors"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"parley/internal/kit/db"
	"parley/internal/kit/jobs"
	"parley/internal/kit/testkit"
)

type letter struct{ To string }

var quiet = slog.New(slog.DiscardHandler)

func prepared(t *testing.T, d *db.DB) *jobs.Queue {
	t.Helper()
	if err := jobs.Migrate(t.Context(), d); err != nil {
		t.Fatal(err)
	}
	return jobs.New(d, quiet)
}

// run opens the queue and works on it until the test ends or stop is called.
func run(t *testing.T, q *jobs.Queue) (stop func()) {
	t.Helper()
	if err := q.Open(t.Context()); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- q.Run(ctx) }()
	stopped := false
	stop = func() {
		if stopped {
			return
		}
		stopped = true
		cancel()
		if err := <-done; err != nil {
			t.Errorf("run: %v", err)
		}
	}
	t.Cleanup(stop)
	return stop
}

func enqueue[T any](t *testing.T, d *db.DB, job *jobs.Job[T], args T) (id int64) {
	t.Helper()
	err := d.Tx(t.Context(), func(ctx context.Context, tx *db.Tx) error {
		var err error
		id, err = job.Enqueue(ctx, tx, args)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func state(t *testing.T, d *db.DB, id int64) string {
	t.Helper()
	var s string
	err := d.QueryRow(t.Context(), `SELECT state FROM river_job WHERE id = $1`, id).Scan(&s)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		t.Fatal(err)
	}
	return s
}

// settle waits until a job has one of the states.
func settle(t *testing.T, d *db.DB, id int64, want string) {
	t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for range 6000 {
		if state(t, d, id) == want {
			return
		}
		<-tick.C
	}
	t.Fatalf("job %d is %q, want %q", id, state(t, d, id), want)
}

func TestRunsAfterCommit(t *testing.T) {
	t.Parallel()
	testkit.Databases(t, func(t *testing.T, d *db.DB) {
		q := prepared(t, d)
		got := make(chan letter, 9)
		job := jobs.Register(q, "letter", func(_ context.Context, l letter) error { got <- l; return nil }, jobs.Options{})
		run(t, q)

		refused := errors.New("refused")
		err := d.Tx(t.Context(), func(ctx context.Context, tx *db.Tx) error {
			if _, err := job.Enqueue(ctx, tx, letter{"rolled back"}); err != nil {
				return err
			}
			return refused
		})
		if !errors.Is(err, refused) {
			t.Fatal(err)
		}
		start := time.Now()
		id := enqueue(t, d, job, letter{"ann"})
		if l := <-got; l != (letter{"ann"}) {
			t.Errorf("got %+v", l)
		}
		t.Logf("started %v after the call", time.Since(start))
		settle(t, d, id, "completed")
		if len(got) > 0 {
			t.Errorf("also ran %+v", <-got)
		}
	})
}

func TestRetries(t *testing.T) {
	t.Parallel()
	testkit.Databases(t, func(t *testing.T, d *db.DB) {
		q := prepared(t, d)
		soon := func(int) time.Duration { return time.Millisecond }
		tries := make(chan string, 99)
		job := jobs.Register(q, "letter", func(_ context.Context, l letter) error {
			tries <- l.To
			switch {
			case l.To == "panics":
				panic("out of paper")
			case l.To == "unknown":
				return jobs.Permanent(errors.New("nobody of that name"))
			case len(tries) < 2 || l.To == "never in":
				return errors.New("not at home")
			}
			return nil
		}, jobs.Options{Attempts: 2, Backoff: soon})
		run(t, q)
		for _, c := range []struct {
			to, state string
			tries     int
		}{{"late", "completed", 2}, {"never in", "discarded", 2}, {"unknown", "cancelled", 1}, {"panics", "discarded", 2}} {
			settle(t, d, enqueue(t, d, job, letter{c.to}), c.state)
			if len(tries) != c.tries {
				t.Errorf("%s: %d tries, want %d", c.to, len(tries), c.tries)
			}
			for len(tries) > 0 {
				<-tries
			}
		}
	})
}

func TestTimeout(t *testing.T) {
	t.Parallel()
	testkit.Databases(t, func(t *testing.T, d *db.DB) {
		q := prepared(t, d)
		job := jobs.Register(q, "letter", func(ctx context.Context, _ letter) error {
			<-ctx.Done()
			return ctx.Err()
		}, jobs.Options{Attempts: 1, Timeout: time.Millisecond})
		run(t, q)
		settle(t, d, enqueue(t, d, job, letter{}), "discarded")
	})
}

func TestRunsByItself(t *testing.T) {
	t.Parallel()
	testkit.Databases(t, func(t *testing.T, d *db.DB) {
		q := prepared(t, d)
		ran := make(chan letter, 9)
		jobs.Register(q, "sweep", func(_ context.Context, l letter) error { ran <- l; return nil }, jobs.Options{Every: time.Second})
		run(t, q)
		for range 2 {
			if l := <-ran; l != (letter{}) {
				t.Errorf("arguments %+v", l)
			}
		}
	})
}

func TestCancel(t *testing.T) {
	t.Parallel()
	testkit.Databases(t, func(t *testing.T, d *db.DB) {
		q := prepared(t, d)
		started := make(chan struct{})
		job := jobs.Register(q, "letter", func(ctx context.Context, l letter) error {
			if l.To == "fails" {
				return errors.New("not now")
			}
			close(started)
			<-ctx.Done()
			return context.Cause(ctx)
		}, jobs.Options{Timeout: time.Hour, Backoff: func(int) time.Duration { return time.Hour }})
		run(t, q)

		waits := enqueue(t, d, job, letter{"fails"})
		settle(t, d, waits, "retryable")
		runs := enqueue(t, d, job, letter{"takes long"})
		<-started
		for _, id := range []int64{waits, runs, runs + 1000} {
			if err := q.Cancel(t.Context(), id); err != nil {
				t.Errorf("cancel %d: %v", id, err)
			}
		}
		settle(t, d, waits, "cancelled")
		settle(t, d, runs, "cancelled")
	})
}

func TestSurvivesRestart(t *testing.T) {
	t.Parallel()
	testkit.Databases(t, func(t *testing.T, d *db.DB) {
		q := prepared(t, d)
		started := make(chan struct{})
		job := jobs.Register(q, "letter", func(ctx context.Context, _ letter) error {
			close(started)
			<-ctx.Done()
			return ctx.Err()
		}, jobs.Options{Attempts: 2, Timeout: time.Hour})
		stop := run(t, q)
		id := enqueue(t, d, job, letter{"ann"})
		<-started
		stop() // cuts the job off

		q = prepared(t, d)
		got := make(chan letter, 1)
		jobs.Register(q, "letter", func(_ context.Context, l letter) error { got <- l; return nil }, jobs.Options{})
		run(t, q)
		if l := <-got; l != (letter{"ann"}) {
			t.Errorf("got %+v", l)
		}
		settle(t, d, id, "completed")
	})
}

func TestSurvivesKill(t *testing.T) {
	t.Parallel()
	d := testkit.SQLite(t)
	q := prepared(t, d)
	got := make(chan letter, 1)
	job := jobs.Register(q, "letter", func(_ context.Context, l letter) error { got <- l; return nil }, jobs.Options{})
	if err := q.Open(t.Context()); err != nil {
		t.Fatal(err)
	}
	id := enqueue(t, d, job, letter{"ann"})
	// What a killed process leaves behind.
	if _, err := d.Exec(t.Context(), `UPDATE river_job SET state = 'running', attempt = 1, attempted_at = created_at`); err != nil {
		t.Fatal(err)
	}
	q = prepared(t, d)
	jobs.Register(q, "letter", func(_ context.Context, l letter) error { got <- l; return nil }, jobs.Options{})
	run(t, q)
	<-got
	settle(t, d, id, "completed")
}

func TestEnqueueBeforeOpen(t *testing.T) {
	t.Parallel()
	d := testkit.SQLite(t)
	q := prepared(t, d)
	job := jobs.Register(q, "letter", func(context.Context, letter) error { return nil }, jobs.Options{})
	err := d.Tx(t.Context(), func(ctx context.Context, tx *db.Tx) error {
		_, err := job.Enqueue(ctx, tx, letter{})
		return err
	})
	if err == nil {
		t.Error("a closed queue took a job")
	}
}

func BenchmarkMigrateNothing(b *testing.B) {
	d, err := db.Open(b.Context(), db.Config{Path: filepath.Join(b.TempDir(), "x.db")})
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = d.Close() }()
	if err := jobs.Migrate(b.Context(), d); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if err := jobs.Migrate(b.Context(), d); err != nil {
			b.Fatal(err)
		}
	}
}
