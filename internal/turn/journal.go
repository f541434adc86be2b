package turn

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/bits"
	"strings"
	"sync"
	"time"

	"parley/internal/chat"
	"parley/internal/kit/db"
)

const (
	// flushEvery bounds what a killed process loses of an answer.
	flushEvery = 200 * time.Millisecond
	// keepJournal is how long an ended turn can be replayed frame by frame.
	keepJournal = 24 * time.Hour
	// rowsAtOnce is the number of turns that one statement journals at most. It
	// is a power of two, as is the number in each statement, so that a few
	// compiled statements serve all.
	rowsAtOnce = 64
)

// journal writes the frames of all turns, one row per turn and flush, so that
// an answer survives the death of the process. There is one writer.
type journal struct {
	db   *db.DB
	node string
	log  *slog.Logger
	wake chan struct{}

	mu    sync.Mutex
	queue []*live

	writing sync.Mutex // one flush at a time keeps a turn's rows in order
}

func newJournal(d *db.DB, node string, log *slog.Logger) *journal {
	return &journal{db: d, node: node, log: log, wake: make(chan struct{}, 1)}
}

// add notes that l has something to write.
func (j *journal) add(l *live) {
	j.mu.Lock()
	j.queue = append(j.queue, l)
	j.mu.Unlock()
	select {
	case j.wake <- struct{}{}:
	default:
	}
}

// run flushes until ctx is done, and once more then.
func (j *journal) run(ctx context.Context) {
	timer := time.NewTimer(time.Hour)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			j.flushAndLog(context.WithoutCancel(ctx))
			return
		case <-j.wake:
		}
		timer.Reset(flushEvery)
		select {
		case <-ctx.Done():
		case <-timer.C:
		}
		j.flushAndLog(context.WithoutCancel(ctx))
	}
}

func (j *journal) flushAndLog(ctx context.Context) {
	if err := j.flush(ctx); err != nil {
		j.log.ErrorContext(ctx, "answers could not be journaled", "error", err)
	}
}

type row struct {
	live   *live
	frames []chat.Frame
	bytes  []byte
}

// flush writes all that is not yet in the journal and returns when it is.
func (j *journal) flush(ctx context.Context) error {
	j.writing.Lock()
	defer j.writing.Unlock()
	j.mu.Lock()
	queue := j.queue
	j.queue = nil
	j.mu.Unlock()
	rows := make([]row, 0, len(queue))
	for _, l := range queue {
		if frames := l.take(); len(frames) > 0 {
			rows = append(rows, row{live: l, frames: frames, bytes: join(frames)})
		}
	}
	if len(rows) == 0 {
		return nil
	}
	err := j.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		for left := rows; len(left) > 0; {
			n := min(1<<(bits.Len(uint(len(left)))-1), rowsAtOnce)
			if err := j.insert(ctx, tx, left[:n]); err != nil {
				return err
			}
			left = left[n:]
		}
		return nil
	})
	if err != nil {
		for _, r := range rows {
			r.live.untake(r.frames)
		}
		return fmt.Errorf("journal: %w", err)
	}
	for _, r := range rows {
		r.live.saved()
	}
	return nil
}

func join(frames []chat.Frame) []byte {
	size := 0
	for _, f := range frames {
		size += len(f.Wire())
	}
	b := make([]byte, 0, size)
	for _, f := range frames {
		b = append(b, f.Wire()...)
	}
	return b
}

const insertOne = `($%d, $%d, $%d, $%d, $%d, $%d)`

func (j *journal) insert(ctx context.Context, tx *db.Tx, rows []row) error {
	var query strings.Builder
	query.WriteString(`INSERT INTO journal (turn_id, first_seq, last_seq, node, frames, created_at) VALUES `)
	args := make([]any, 0, 6*len(rows))
	now := db.Millis(time.Now())
	for i, r := range rows {
		if i > 0 {
			query.WriteString(", ")
		}
		fmt.Fprintf(&query, insertOne, 6*i+1, 6*i+2, 6*i+3, 6*i+4, 6*i+5, 6*i+6)
		args = append(args, string(r.live.id), r.frames[0].Seq, r.frames[len(r.frames)-1].Seq, j.node, r.bytes, now)
	}
	// Frames that are there already are written again when a commit was taken for
	// failed. A turn that another node has taken over is that node's.
	query.WriteString(` ON CONFLICT (turn_id, first_seq) DO UPDATE SET last_seq = excluded.last_seq, frames = excluded.frames
		WHERE journal.node = excluded.node`)
	_, err := tx.Exec(ctx, query.String(), args...)
	return err
}

// read returns the journaled frames of a turn that follow after.
func (j *journal) read(ctx context.Context, turn ID, after int64) (frames []chat.Frame, err error) {
	rows, err := j.db.Query(ctx, `SELECT frames FROM journal WHERE turn_id = $1 AND last_seq > $2 ORDER BY first_seq`, string(turn), after)
	if err != nil {
		return nil, fmt.Errorf("read journal of %s: %w", turn, err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var b []byte
		if err := rows.Scan(&b); err != nil {
			return nil, fmt.Errorf("read journal of %s: %w", turn, err)
		}
		for f, err := range chat.Frames(b) {
			if err != nil {
				return nil, fmt.Errorf("read journal of %s: %w", turn, err)
			}
			if f.Seq > after {
				frames = append(frames, f)
			}
		}
	}
	return frames, rows.Err()
}

// purge removes rows from before then.
func (j *journal) purge(ctx context.Context, then time.Time) error {
	_, err := j.db.Exec(ctx, `DELETE FROM journal WHERE created_at < $1`, db.Millis(then))
	if err != nil {
		return fmt.Errorf("purge journal: %w", err)
	}
	return nil
}
