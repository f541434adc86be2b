package apptest

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/coder/websocket"
)

// Socket is a WebSocket connection to the server's events.
type Socket struct {
	t       testing.TB
	conn    *websocket.Conn
	last    int
	waiting []push
}

// push is what the server sends: the answer to a command, or a publication.
type push struct {
	ID    int
	Error *struct{ Code int }
	Push  *struct {
		Channel string
		Pub     *struct{ Data json.RawMessage }
		Unsub   *struct{ Code int } `json:"unsubscribe"`
	}
}

// Dial opens a socket and connects. An upgrade that is refused gives its status
// and no socket; otherwise the status is 101. More headers are given in pairs.
func (c *Client) Dial(t testing.TB, headers ...string) (*Socket, int) {
	t.Helper()
	s, status := c.open(t, headers...)
	if s == nil {
		return nil, status
	}
	if code := s.connect(); code != 0 {
		t.Fatalf("the connection was ended with %d", code)
	}
	return s, status
}

// DialRefused opens a socket on which no connection may come about, and returns
// the code with which the server ends it.
func (c *Client) DialRefused(t testing.TB) int {
	t.Helper()
	s, status := c.open(t)
	if s == nil {
		t.Fatalf("the socket was refused with %d", status)
	}
	return s.connect()
}

func (c *Client) open(t testing.TB, headers ...string) (*Socket, int) {
	t.Helper()
	header := c.Header.Clone()
	for i := 0; i+1 < len(headers); i += 2 {
		header.Set(headers[i], headers[i+1])
	}
	address := "ws" + strings.TrimPrefix(c.Base(), "http") + "/api/realtime/ws"
	conn, res, err := websocket.Dial(t.Context(), address, &websocket.DialOptions{HTTPClient: c.HTTP, HTTPHeader: header})
	if err != nil {
		if res == nil {
			t.Fatal(err)
		}
		_, _ = io.Copy(io.Discard, res.Body) // a refusal is short, and its end does not matter
		return nil, res.StatusCode
	}
	t.Cleanup(func() { _ = conn.CloseNow() })
	conn.SetReadLimit(16 << 20)
	s := &Socket{t: t, conn: conn}
	return s, http.StatusSwitchingProtocols
}

// connect says hello and returns the code with which the server ends the
// connection, 0 if it does not.
func (s *Socket) connect() int {
	s.t.Helper()
	err := s.conn.Write(s.t.Context(), websocket.MessageText, []byte(`{"id":1,"connect":{"data":{"protocol":1}}}`))
	for s.last = 1; err == nil; {
		var m push
		if m, err = s.next(s.t.Context()); err == nil && m.ID == s.last && m.Error == nil {
			return 0
		}
	}
	return int(websocket.CloseStatus(err))
}

// call sends a command and returns the code of its error, 0 for none.
func (s *Socket) call(body string) int {
	s.t.Helper()
	s.last++
	id, _ := json.Marshal(s.last)
	command := `{"id":` + string(id) + `,` + body + `}`
	if err := s.conn.Write(s.t.Context(), websocket.MessageText, []byte(command)); err != nil {
		s.t.Fatalf("send %s: %v", body, err)
	}
	var kept []push
	for {
		m, err := s.next(s.t.Context())
		if err != nil {
			s.t.Fatalf("the socket ended: %v", err)
		}
		if m.ID != s.last {
			kept = append(kept, m)
			continue
		}
		s.waiting = append(kept, s.waiting...)
		if m.Error != nil {
			return m.Error.Code
		}
		return 0
	}
}

func (s *Socket) next(ctx context.Context) (push, error) {
	for len(s.waiting) == 0 {
		_, data, err := s.conn.Read(ctx)
		if err != nil {
			return push{}, err
		}
		for line := range bytes.Lines(data) {
			var m push
			if err := json.Unmarshal(line, &m); err != nil {
				return push{}, err
			}
			if m.ID != 0 || m.Push != nil {
				s.waiting = append(s.waiting, m)
			}
		}
	}
	m := s.waiting[0]
	s.waiting = s.waiting[1:]
	return m, nil
}

// Subscribe listens to a channel and returns the code of the error, 0 for none.
func (s *Socket) Subscribe(channel string) int {
	s.t.Helper()
	name, err := json.Marshal(channel)
	if err != nil {
		s.t.Fatal(err)
	}
	return s.call(`"subscribe":{"channel":` + string(name) + `}`)
}

// Publish tries to send to a channel, which no client may, and returns the code
// of the error.
func (s *Socket) Publish(channel string) int {
	s.t.Helper()
	return s.call(`"publish":{"channel":"` + channel + `","data":{}}`)
}

// Until reads to the first publication of a channel that holds part.
func (s *Socket) Until(channel, part string) string {
	s.t.Helper()
	for {
		m, err := s.next(s.t.Context())
		if err != nil {
			s.t.Fatalf("the socket ended before a publication of %q: %v", part, err)
		}
		if m.Push != nil && m.Push.Pub != nil && m.Push.Channel == channel && strings.Contains(string(m.Push.Pub.Data), part) {
			return string(m.Push.Pub.Data)
		}
	}
}

// Ended reads to the end of the connection and returns its code.
func (s *Socket) Ended() int {
	s.t.Helper()
	for {
		if _, err := s.next(s.t.Context()); err != nil {
			return int(websocket.CloseStatus(err))
		}
	}
}
