package testkit

import (
	"bytes"
	"log/slog"
	"sync"
)

// Logs holds what was logged, to be searched for what must not be there.
type Logs struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

// Log returns a logger that writes all levels, and where to.
func Log() (*slog.Logger, *Logs) {
	var l Logs
	return slog.New(slog.NewJSONHandler(&l, &slog.HandlerOptions{Level: slog.LevelDebug, AddSource: true})), &l
}

// Write appends to the log.
func (l *Logs) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(p)
}

// String returns all that was logged so far.
func (l *Logs) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.String()
}
