package realtime_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/coder/websocket"
)

// message is what the server sends in the library's JSON protocol: a reply to
// a command, a push, or {} as a ping.
type message struct {
	ID      int `json:"id"`
	Error   *struct{ Code int }
	Connect *struct{ Client, Session, Node string }
	Result  *subscription `json:"subscribe"`
	Push    *struct {
		Channel string
		Pub     *publication
		Unsub   *struct{ Code int } `json:"unsubscribe"`
		End     *struct{ Code int } `json:"disconnect"`
	}
}

type subscription struct {
	Recovered    bool
	Epoch        string
	Offset       uint64
	Publications []publication
}

type publication struct {
	Data   json.RawMessage
	Offset uint64
}

// client is a connection over one of the transports.
type client struct {
	t       *testing.T
	send    func(command string) error
	receive func() ([]byte, error)
	drop    func()
	session string
	node    string
	last    int
	waiting []message
}

// next returns the next message that is not a ping.
func (c *client) next() (message, error) {
	for {
		if len(c.waiting) > 0 {
			m := c.waiting[0]
			c.waiting = c.waiting[1:]
			return m, nil
		}
		data, err := c.receive()
		if err != nil {
			return message{}, err
		}
		for line := range bytes.Lines(data) {
			var m message
			if err := json.Unmarshal(line, &m); err != nil {
				c.t.Fatalf("message %q: %v", line, err)
			}
			if m.ID != 0 || m.Push != nil {
				c.waiting = append(c.waiting, m)
			}
		}
	}
}

func (c *client) must() message {
	c.t.Helper()
	m, err := c.next()
	if err != nil {
		c.t.Fatalf("connection ended: %v", err)
	}
	return m
}

// call sends a command and returns its reply.
func (c *client) call(body string) message {
	c.t.Helper()
	c.last++
	id, _ := json.Marshal(c.last)
	if err := c.send(`{"id":` + string(id) + `,` + body + `}`); err != nil {
		c.t.Fatalf("send %s: %v", body, err)
	}
	for {
		if m := c.must(); m.ID == c.last {
			return m
		}
	}
}

func (c *client) subscribe(channel, more string) message {
	c.t.Helper()
	return c.call(`"subscribe":{"channel":"` + channel + `"` + more + `}`)
}

// ended reads until the connection is over and returns the code it ended with.
func (c *client) ended() int {
	c.t.Helper()
	for {
		m, err := c.next()
		if err != nil {
			if code := websocket.CloseStatus(err); code > 0 {
				return int(code)
			}
			c.t.Fatalf("connection ended without a code: %v", err)
		}
		if m.Push != nil && m.Push.End != nil {
			return m.Push.End.Code
		}
	}
}

const hello = `{"id":1,"connect":{"data":{"protocol":1}}}`

// transports opens a connection by name with a first command.
var transports = map[string]func(t *testing.T, base, token, first string) *client{
	"websocket":   dialWebSocket,
	"sse":         dialSSE,
	"http_stream": dialHTTPStream,
}

func dialWebSocket(t *testing.T, base, token, first string) *client {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	conn, _, err := websocket.Dial( //nolint:bodyclose // the library says not to
		ctx, strings.Replace(base, "http", "ws", 1)+"/ws", &websocket.DialOptions{
			HTTPHeader: http.Header{"Authorization": {token}},
		})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = conn.CloseNow()
		cancel()
	})
	c := &client{
		t: t, last: 1, drop: func() { _ = conn.CloseNow() },
		send: func(command string) error { return conn.Write(ctx, websocket.MessageText, []byte(command)) },
		receive: func() ([]byte, error) {
			_, data, err := conn.Read(ctx)
			return data, err
		},
	}
	if err := c.send(first); err != nil {
		t.Fatal(err)
	}
	return c
}

func dialSSE(t *testing.T, base, token, first string) *client {
	t.Helper()
	return dialStream(t, base, token, http.MethodGet, "/sse?cf_connect="+url.QueryEscape(first), "")
}

func dialHTTPStream(t *testing.T, base, token, first string) *client {
	t.Helper()
	return dialStream(t, base, token, http.MethodPost, "/http_stream", first)
}

func dialStream(t *testing.T, base, token, method, path, body string) *client {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	resp, err := request(ctx, token, method, base+path, body)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cancel()
		_ = resp.Body.Close()
	})
	if resp.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s", path, resp.Status)
	}
	lines := bufio.NewReader(resp.Body)
	c := &client{t: t, last: 1, drop: cancel}
	c.receive = func() ([]byte, error) {
		for {
			line, err := lines.ReadBytes('\n')
			line = bytes.TrimPrefix(bytes.TrimSpace(line), []byte("data: "))
			if len(line) > 0 {
				return line, nil
			}
			if err != nil {
				return nil, err
			}
		}
	}
	c.send = func(command string) error {
		body, _ := json.Marshal(map[string]string{"session": c.session, "node": c.node, "data": command})
		resp, err := request(ctx, token, http.MethodPost, base+"/emulation", string(body))
		if err != nil {
			return err
		}
		defer func() { _ = resp.Body.Close() }()
		if resp.StatusCode != http.StatusNoContent {
			return errors.New(resp.Status)
		}
		return nil
	}
	return c
}

func request(ctx context.Context, token, method, address, body string) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, method, address, io.NopCloser(strings.NewReader(body)))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Authorization", token)
	return http.DefaultTransport.RoundTrip(req)
}
