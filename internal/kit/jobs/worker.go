package jobs

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"
)

const (
	workers   = 8
	stopAfter = 5 * time.Second
	// pollEvery finds the jobs that are due again; who enqueues one wakes the
	// workers.
	pollEvery = time.Second
	// lostAfter is when the jobs of a node that died are run again elsewhere.
	lostAfter = 5 * time.Minute
)

// payload is a job as the library sees it: one type for all kinds.
type payload struct {
	kind string
	args json.RawMessage
}

// Kind is what the library asks for a job's kind.
func (p payload) Kind() string { return p.kind }

// MarshalJSON returns the arguments.
func (p payload) MarshalJSON() ([]byte, error) { return p.args, nil }

// UnmarshalJSON keeps the arguments for the kind to decode.
func (p *payload) UnmarshalJSON(data []byte) error {
	p.args = append(json.RawMessage(nil), data...)
	return nil
}

// config describes the kinds to the library.
func (q *Queue) config() *river.Config {
	config := &river.Config{
		Queues:            map[string]river.QueueConfig{river.QueueDefault: {MaxWorkers: workers}},
		Workers:           river.NewWorkers(),
		Logger:            slog.New(quiet{q.log.Handler()}),
		FetchPollInterval: pollEvery, SoftStopTimeout: stopAfter, RescueStuckJobsAfter: lostAfter,
		CompletedJobRetentionPeriod: time.Hour,
	}
	for name, k := range q.kinds {
		river.AddWorkerArgs(config.Workers, payload{kind: name}, &worker{kind: k, log: q.log})
		if k.Every > 0 {
			config.PeriodicJobs = append(config.PeriodicJobs, river.NewPeriodicJob(river.PeriodicInterval(k.Every),
				func() (river.JobArgs, *river.InsertOpts) {
					return payload{kind: name, args: json.RawMessage("{}")}, &river.InsertOpts{MaxAttempts: k.Attempts}
				}, &river.PeriodicJobOpts{RunOnStart: true}))
		}
	}
	return config
}

type worker struct {
	river.WorkerDefaults[payload]
	kind
	log *slog.Logger
}

func (w *worker) Timeout(*river.Job[payload]) time.Duration { return w.kind.Timeout }

func (w *worker) NextRetry(job *river.Job[payload]) time.Time {
	return time.Now().Add(w.Backoff(job.Attempt))
}

func (w *worker) Work(ctx context.Context, job *river.Job[payload]) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("panic: %v", v)
			w.log.ErrorContext(ctx, "panic in a job", "kind", job.Kind, "job_id", job.ID, "panic", v)
		}
	}()
	err = w.work(ctx, job.Args.args)
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil && context.Cause(ctx) != context.DeadlineExceeded: //nolint:errorlint // the cause itself
		return err // stopped or cancelled from outside: the library knows what to do
	case IsPermanent(err):
		w.log.ErrorContext(ctx, "job given up", "kind", job.Kind, "job_id", job.ID, "error", err)
		return river.JobCancel(err)
	case job.Attempt >= job.MaxAttempts:
		w.log.ErrorContext(ctx, "job given up", "kind", job.Kind, "job_id", job.ID, "attempt", job.Attempt, "error", err)
	default:
		w.log.WarnContext(ctx, "job failed, will be tried again", "kind", job.Kind, "job_id", job.ID, "attempt", job.Attempt, "error", err)
	}
	return err
}

// quiet drops what the library says below a warning: it tells of every job
// that fails, which worker has said already.
type quiet struct{ slog.Handler }

func (h quiet) Enabled(ctx context.Context, level slog.Level) bool {
	return level >= slog.LevelWarn && h.Handler.Enabled(ctx, level)
}

func (h quiet) WithAttrs(attrs []slog.Attr) slog.Handler { return quiet{h.Handler.WithAttrs(attrs)} }

func (h quiet) WithGroup(name string) slog.Handler { return quiet{h.Handler.WithGroup(name)} }

// running is the part of the library's client that is the same on both
// databases.
type running interface {
	Start(ctx context.Context) error
	Stopped() <-chan struct{}
	JobCancel(ctx context.Context, id int64) (*rivertype.JobRow, error)
}

func runUntilDone(ctx context.Context, client running) error {
	if err := client.Start(ctx); err != nil {
		return err
	}
	<-client.Stopped()
	return nil
}
