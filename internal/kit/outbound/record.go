package outbound

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"
)

// Record is one request that was made or refused. It holds no path, query,
// header or content.
type Record struct {
	Purpose string
	Method  string
	// Host is the host and, where the address named one, the port.
	Host string
	// Status is the HTTP status; 0 where there was no answer.
	Status int
	// Bytes counts the body of the answer as far as it was read.
	Bytes    int64
	Start    time.Time
	Duration time.Duration
	// Err is why the request failed, or nil.
	Err error
}

// Log returns a recorder that writes each request to log: at the debug level,
// and refused ones as warnings.
func Log(log *slog.Logger) func(Record) {
	return func(r Record) {
		attrs := []slog.Attr{
			slog.String("purpose", r.Purpose), slog.String("method", r.Method), slog.String("host", r.Host),
			slog.Int("status", r.Status), slog.Int64("bytes", r.Bytes), slog.Duration("took", r.Duration),
		}
		if r.Err != nil {
			attrs = append(attrs, slog.String("error", Reason(r.Err).Error()))
			if errors.Is(r.Err, ErrRefused) {
				log.LogAttrs(context.Background(), slog.LevelWarn, "outbound request refused", attrs...)
				return
			}
		}
		log.LogAttrs(context.Background(), slog.LevelDebug, "outbound request", attrs...)
	}
}

// Ledger keeps the last requests in memory. The zero value is ready.
type Ledger struct {
	mu   sync.Mutex
	last []Record
}

const ledgerSize = 1000

// Add is a recorder for [Options].
func (l *Ledger) Add(r Record) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.last) == ledgerSize {
		l.last = append(l.last[:0], l.last[ledgerSize/10:]...)
	}
	l.last = append(l.last, r)
}

// Records returns what is kept, oldest first.
func (l *Ledger) Records() []Record {
	l.mu.Lock()
	defer l.mu.Unlock()
	return append([]Record(nil), l.last...)
}

// watch is the body of an answer: it counts, bounds and tells when it is over.
type watch struct {
	body    io.ReadCloser
	record  Record
	bytes   atomic.Int64 // Close may run beside Read
	tell    func(Record)
	cancel  context.CancelCauseFunc
	left    int64
	bounded bool
	idle    time.Duration
	timer   *time.Timer
	once    sync.Once
}

func (w *watch) open(body io.ReadCloser) {
	w.body = body
	if w.idle > 0 {
		w.timer = time.AfterFunc(w.idle, func() { w.cancel(ErrIdle) })
	}
}

func (w *watch) Read(p []byte) (int, error) {
	n, err := w.body.Read(p)
	w.bytes.Add(int64(n))
	if w.bounded {
		if w.left -= int64(n); w.left < 0 {
			n, err = n+int(w.left), ErrTooLarge
			w.left = 0
		}
	}
	if err == nil {
		if w.timer != nil {
			w.timer.Reset(w.idle)
		}
		return n, nil
	}
	if !errors.Is(err, io.EOF) && w.timer != nil && !w.timer.Stop() {
		err = ErrIdle
	}
	w.end(err)
	return n, err
}

// Close ends the request; what is left of the answer is not read.
func (w *watch) Close() error {
	err := w.body.Close()
	w.end(nil)
	return err
}

func (w *watch) end(err error) {
	w.once.Do(func() {
		if w.timer != nil {
			w.timer.Stop()
		}
		if w.cancel != nil {
			w.cancel(nil)
		}
		if err != nil && !errors.Is(err, io.EOF) {
			w.record.Err = err
		}
		w.record.Bytes = w.bytes.Load()
		w.record.Duration = time.Since(w.record.Start)
		if w.tell != nil {
			w.tell(w.record)
		}
	})
}
