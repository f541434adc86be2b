package jobs

import (
	"context"
	"database/sql"
	"encoding/json"

	"parley/internal/kit/db"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/riverdriver/riversqlite"
)

// sqlite keeps jobs in the one database file of the one process.
type sqlite struct {
	db     *db.DB
	bell   *bell
	client *river.Client[*sql.Tx]
}

func (s *sqlite) open(ctx context.Context, config *river.Config) error {
	// No other process can hold a job, so those that seem to run were cut off.
	if _, err := s.db.Exec(ctx, `UPDATE river_job SET state = 'available' WHERE state = 'running'`); err != nil {
		return err
	}
	s.bell = newBell()
	client, err := river.NewClient(bellDriver{riversqlite.New(s.db.SQL()), s.bell}, config)
	s.client = client
	return err
}

func (s *sqlite) insert(ctx context.Context, tx *db.Tx, job payload, attempts int) (int64, error) {
	result, err := s.client.InsertTx(ctx, tx.SQL(), job, &river.InsertOpts{MaxAttempts: attempts})
	if err != nil {
		return 0, err
	}
	tx.AfterCommit(func() { s.bell.ring("river_insert", map[string]any{"queue": river.QueueDefault}) })
	return result.Job.ID, nil
}

func (s *sqlite) cancel(ctx context.Context, id int64) error {
	job, err := s.client.JobCancel(ctx, id)
	if err != nil {
		return err
	}
	s.bell.ring("river_control", map[string]any{"action": "cancel", "job_id": id, "queue": job.Queue})
	return nil
}

func (s *sqlite) run(ctx context.Context) error { return runUntilDone(ctx, s.client) }

// bellDriver is the library's driver, but with notifications in the process.
// The driver's own go through a table that it reads twenty times a second.
type bellDriver struct {
	*riversqlite.Driver
	bell *bell
}

func (d bellDriver) GetListener(*riverdriver.GetListenenerParams) riverdriver.Listener { return d.bell }

func (d bellDriver) SupportsListenNotify() bool { return false }

// bell is the library's Listener for one process.
type bell struct{ rings chan riverdriver.Notification }

func newBell() *bell { return &bell{rings: make(chan riverdriver.Notification, 16)} }

// ring never waits: with so many rings unheard the workers are awake anyway,
// and the poll is behind it.
func (b *bell) ring(topic string, payload map[string]any) {
	text, err := json.Marshal(payload)
	if err != nil {
		return // strings and numbers always encode
	}
	select {
	case b.rings <- riverdriver.Notification{Topic: topic, Payload: string(text)}:
	default:
	}
}

func (b *bell) WaitForNotification(ctx context.Context) (*riverdriver.Notification, error) {
	select {
	case n := <-b.rings:
		return &n, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (b *bell) Close(context.Context) error            { return nil }
func (b *bell) Connect(context.Context) error          { return nil }
func (b *bell) Listen(context.Context, string) error   { return nil }
func (b *bell) Unlisten(context.Context, string) error { return nil }
func (b *bell) Ping(context.Context) error             { return nil }
func (b *bell) Schema() string                         { return "" }
func (b *bell) SetAfterConnectExec(string)             {}
