package testkit

import (
	"bytes"
	"io"
	"net"
	"net/url"
	"path/filepath"
	"sync"
	"testing"

	"parley/internal/kit/db"
)

// Line is the way to a PostgreSQL database, which can be cut and mended.
type Line struct {
	network, address string // of the server

	mu         sync.Mutex
	cut        bool
	loseCommit bool
	open       map[net.Conn]struct{}
}

// PostgresLine returns an empty PostgreSQL database as [Postgres] does, and the
// line that leads to it.
func PostgresLine(t testing.TB) (*db.DB, *Line) {
	t.Helper()
	target, err := url.Parse(PostgresURL(t))
	if err != nil {
		t.Fatal(err)
	}
	l := &Line{network: "tcp", address: target.Host, open: map[net.Conn]struct{}{}}
	query := target.Query()
	if folder := query.Get("host"); folder != "" {
		l.network, l.address = "unix", filepath.Join(folder, ".s.PGSQL.5432")
	}
	folder := t.TempDir()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "unix", filepath.Join(folder, ".s.PGSQL.5432"))
	if err != nil {
		t.Fatal(err)
	}
	query.Set("host", folder)
	target.Host, target.RawQuery = "", query.Encode()
	var ends sync.WaitGroup
	ends.Go(func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			ends.Go(func() { l.carry(client) })
		}
	})
	t.Cleanup(func() {
		_ = listener.Close()
		l.Cut()
		ends.Wait()
	})
	return open(t, db.Config{URL: target.String(), Readers: 8}), l
}

// Cut breaks every connection and lets none be made.
func (l *Line) Cut() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.cut = true
	for conn := range l.open {
		_ = conn.Close()
	}
}

// Mend lets connections be made again.
func (l *Line) Mend() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.cut = false
}

// LoseCommit breaks the connection of the next commit after the server has done
// it and before it has said so.
func (l *Line) LoseCommit() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.loseCommit = true
}

// add notes a connection, which is broken at once while the line is cut.
func (l *Line) add(conn net.Conn) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.open[conn] = struct{}{}
	return !l.cut
}

func (l *Line) end(conn net.Conn) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.open, conn)
	_ = conn.Close()
}

// loses reports whether what was sent is the commit whose answer is to be lost.
func (l *Line) loses(sent []byte) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.loseCommit || !bytes.Contains(sent, []byte("commit\x00")) {
		return false
	}
	l.loseCommit = false
	return true
}

// carry joins a connection to the server until either side ends it.
func (l *Line) carry(client net.Conn) {
	defer l.end(client)
	server, err := net.Dial(l.network, l.address) //nolint:noctx // Cut ends it
	if err != nil {
		return
	}
	defer l.end(server)
	if !l.add(client) || !l.add(server) {
		return
	}
	answers := &mute{to: client}
	var back sync.WaitGroup
	back.Go(func() {
		_, _ = io.Copy(answers, server)
		_ = client.Close()
	})
	defer back.Wait()
	defer server.Close() //nolint:errcheck // it ends the copy
	sent := make([]byte, 64<<10)
	for {
		n, err := client.Read(sent)
		if n > 0 {
			if l.loses(sent[:n]) {
				answers.close()
			}
			if _, err := server.Write(sent[:n]); err != nil {
				return
			}
		}
		if err != nil {
			return
		}
	}
}

// mute is a way back that can be closed: what comes then ends it unsaid.
type mute struct {
	to     io.Writer
	mu     sync.Mutex
	closed bool
}

func (m *mute) close() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.closed = true
}

// Write implements [io.Writer].
func (m *mute) Write(p []byte) (int, error) {
	m.mu.Lock()
	closed := m.closed
	m.mu.Unlock()
	if closed {
		return 0, io.ErrClosedPipe
	}
	return m.to.Write(p)
}
