package rest

import (
	"errors"
	"io"
	"net"
	"net/http"
	"sync/atomic"
	"time"
)

const (
	// bodyPatience is how long a client may take to send a body, beside a second
	// for each slowest bytes of it.
	bodyPatience = 30 * time.Second
	slowest      = 32 << 10
	// unknownBody is taken for the size of a body that does not tell its own.
	unknownBody = 8 << 20
)

// hurry bounds the time in which the client of req has to have sent its body,
// whether a handler reads it or it is skipped at the end. Once the body is there
// the request may take as long as it likes. req has to be a copy: the server
// looks at its own for what is left to skip.
func (r *Router) hurry(w *recorder, req *http.Request) {
	size := req.ContentLength
	if size == 0 {
		return
	}
	if size < 0 || size > 1<<40 {
		size = unknownBody
	}
	until := time.Now().Add(r.timeFor(size))
	if w.SetReadDeadline(until) != nil {
		return // not a connection, as in tests
	}
	w.until = until
	req.Body = &awaited{ReadCloser: req.Body, response: w}
}

// timeFor is how long a body of so many bytes may take.
func (r *Router) timeFor(size int64) time.Duration {
	return r.bodyPatience + time.Duration(size/slowest)*time.Second
}

type awaited struct {
	io.ReadCloser
	response *recorder
}

func (a *awaited) Read(p []byte) (int, error) {
	n, err := a.ReadCloser.Read(p)
	if errors.Is(err, io.EOF) {
		a.response.until = time.Time{}
		_ = a.response.SetReadDeadline(time.Time{}) // the connection is gone if this fails
	}
	return n, err
}

// Patient returns l with connections on which a write fails when the client has
// taken nothing for as long as patience: one that stops reading a stream would
// keep it open for ever. A deadline that a handler sets itself counts instead.
func Patient(l net.Listener, patience time.Duration) net.Listener {
	return patientListener{l, patience}
}

type patientListener struct {
	net.Listener
	patience time.Duration
}

func (l patientListener) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return &patientConn{Conn: conn, patience: l.patience}, nil
}

type patientConn struct {
	net.Conn
	patience time.Duration
	own      atomic.Bool // the deadline is a handler's
	set      atomic.Int64
}

// Write writes in pieces, each of which has the time.
func (c *patientConn) Write(p []byte) (written int, err error) {
	const piece = 64 << 10
	for {
		c.extend()
		n, err := c.Conn.Write(p[:min(len(p), piece)])
		written += n
		p = p[n:]
		if err != nil || len(p) == 0 {
			return written, err
		}
	}
}

// extend moves the deadline on; not at every write, since that costs more than
// many of them.
func (c *patientConn) extend() {
	now := time.Now()
	if c.own.Load() || now.UnixNano()-c.set.Load() < int64(c.patience/4) {
		return
	}
	c.set.Store(now.UnixNano())
	_ = c.Conn.SetWriteDeadline(now.Add(c.patience)) // Write tells if the connection is gone
}

// SetWriteDeadline is what a handler calls.
func (c *patientConn) SetWriteDeadline(t time.Time) error {
	c.own.Store(!t.IsZero())
	c.set.Store(0)
	return c.Conn.SetWriteDeadline(t)
}

// SetDeadline is what a handler calls.
func (c *patientConn) SetDeadline(t time.Time) error {
	c.own.Store(!t.IsZero())
	c.set.Store(0)
	return c.Conn.SetDeadline(t)
}
