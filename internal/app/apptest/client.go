package apptest

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"parley/internal/chat"
	"parley/internal/kit/id"
	"parley/internal/kit/page"
	"parley/internal/llm"
	"parley/internal/turn"
)

// Client is one caller of a server.
type Client struct {
	// Base returns the server's URL, which changes with a restart.
	Base func() string
	HTTP *http.Client
	// Header is sent with each request.
	Header http.Header
}

// Answer is what a server said.
type Answer struct {
	Status int
	Header http.Header
	Body   []byte
}

// Read decodes the JSON body.
func (a Answer) Read(t testing.TB, into any) {
	t.Helper()
	if err := json.Unmarshal(a.Body, into); err != nil {
		t.Fatalf("%d %q: %v", a.Status, a.Body, err)
	}
}

// Code is the stable code of a problem, "" for anything else.
func (a Answer) Code() string {
	var problem struct{ Code string }
	if json.Unmarshal(a.Body, &problem) != nil {
		return ""
	}
	return problem.Code
}

// Try sends a request. A body that is a string or bytes is sent as it is, nil is
// none, and anything else is JSON. More headers are given in pairs.
func (c *Client) Try(t testing.TB, method, path string, body any, headers ...string) (Answer, error) {
	t.Helper()
	res, err := c.HTTP.Do(c.request(t, method, path, body, headers))
	if err != nil {
		return Answer{}, err
	}
	b, err := io.ReadAll(res.Body)
	return Answer{Status: res.StatusCode, Header: res.Header, Body: b}, errors.Join(err, res.Body.Close())
}

// Do is [Client.Try] for a server that has to answer.
func (c *Client) Do(t testing.TB, method, path string, body any, headers ...string) Answer {
	t.Helper()
	a, err := c.Try(t, method, path, body, headers...)
	if err != nil {
		t.Fatalf("%s %s: %v", method, path, err)
	}
	return a
}

// Want is [Client.Do] for an answer that has to have a status.
func (c *Client) Want(t testing.TB, status int, method, path string, body any, headers ...string) Answer {
	t.Helper()
	a := c.Do(t, method, path, body, headers...)
	if a.Status != status {
		t.Fatalf("%s %s was answered %d instead of %d: %s", method, path, a.Status, status, a.Body)
	}
	return a
}

func (c *Client) request(t testing.TB, method, path string, body any, headers []string) *http.Request {
	t.Helper()
	var reader io.Reader
	switch b := body.(type) {
	case nil:
	case string:
		reader = strings.NewReader(b)
	case []byte:
		reader = bytes.NewReader(b)
	default:
		text, err := json.Marshal(b)
		if err != nil {
			t.Fatal(err)
		}
		reader = bytes.NewReader(text)
	}
	req, err := http.NewRequestWithContext(t.Context(), method, c.Base()+path, reader)
	if err != nil {
		t.Fatal(err)
	}
	req.Header = c.Header.Clone()
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	return req
}

// Body is the JSON of a request.
type Body = map[string]any

// Send starts a turn that has to be accepted. Without a model it is [Plain].
func (c *Client) Send(t testing.TB, chatID string, body Body, headers ...string) turn.Accepted {
	t.Helper()
	if body["model"] == nil {
		body["model"] = Plain
	}
	var accepted turn.Accepted
	c.Want(t, http.StatusAccepted, "POST", "/api/chats/"+chatID+"/turns", body, headers...).Read(t, &accepted)
	return accepted
}

// Say starts a turn in a new chat.
func (c *Client) Say(t testing.TB, text string) turn.Accepted {
	t.Helper()
	return c.Send(t, id.New(), Body{"text": text})
}

// Finish waits for the end of a turn and returns the answer that it stored.
func (c *Client) Finish(t testing.TB, a turn.Accepted) chat.Message {
	t.Helper()
	events := c.Follow(t, a.Turn, 0).All()
	if len(events) == 0 || events[len(events)-1].Name != string(chat.EventDone) {
		t.Fatalf("the events of turn %s ended without done: %v", a.Turn, events)
	}
	return c.Message(t, a.Chat, a.Messages.Reply)
}

// Messages lists the messages of a chat.
func (c *Client) Messages(t testing.TB, chatID chat.ID) []chat.Message {
	t.Helper()
	var all page.Page[chat.Message]
	c.Want(t, http.StatusOK, "GET", "/api/chats/"+string(chatID)+"/messages", nil).Read(t, &all)
	return all.Items
}

// Message returns one message of a chat, which has to be there.
func (c *Client) Message(t testing.TB, chatID chat.ID, message chat.MessageID) chat.Message {
	t.Helper()
	for _, m := range c.Messages(t, chatID) {
		if m.ID == message {
			return m
		}
	}
	t.Fatalf("chat %s has no message %s", chatID, message)
	return chat.Message{}
}

// Event is a server-sent event. Raw is its text as it came.
type Event struct{ ID, Name, Data, Raw string }

// Stream is an open stream of events.
type Stream struct {
	t    testing.TB
	body io.ReadCloser
	scan *bufio.Scanner
}

// Follow opens the events of a turn that follow a frame.
func (c *Client) Follow(t testing.TB, turnID turn.ID, after int64, headers ...string) *Stream {
	t.Helper()
	path := "/api/turns/" + string(turnID) + "/events?after=" + strconv.FormatInt(after, 10)
	res, err := c.HTTP.Do(c.request(t, "GET", path, nil, headers))
	if err != nil {
		t.Fatal(err)
	}
	s := &Stream{t: t, body: res.Body, scan: bufio.NewScanner(res.Body)}
	s.scan.Buffer(nil, 16<<20)
	t.Cleanup(s.Close)
	if res.StatusCode != http.StatusOK || res.Header.Get("Content-Type") != "text/event-stream" {
		b, _ := io.ReadAll(res.Body)
		t.Fatalf("events were answered %d (%s): %s", res.StatusCode, res.Header.Get("Content-Type"), b)
	}
	return s
}

// Close hangs up.
func (s *Stream) Close() { _ = s.body.Close() }

// Next returns the next event; false at the end of the stream.
func (s *Stream) Next() (Event, bool) {
	var e Event
	for s.scan.Scan() {
		line := s.scan.Text()
		if line == "" && e.Name != "" {
			return e, true
		}
		if line != "" && !strings.HasPrefix(line, ":") {
			e.Raw += line + "\n"
		}
		switch name, value, _ := strings.Cut(line, ": "); name {
		case "id":
			e.ID = value
		case "event":
			e.Name = value
		case "data":
			e.Data = value
		}
	}
	return e, false
}

// All reads to the end of the stream.
func (s *Stream) All() []Event {
	var all []Event
	for {
		e, ok := s.Next()
		if !ok {
			return all
		}
		all = append(all, e)
	}
}

// Until reads to the first event of a name whose data holds part.
func (s *Stream) Until(name, part string) Event {
	s.t.Helper()
	for {
		e, ok := s.Next()
		if !ok {
			s.t.Fatalf("the stream ended without %s of %q", name, part)
		}
		if e.Name == name && strings.Contains(e.Data, part) {
			return e
		}
	}
}

// TextOf joins the text of all deltas.
func TextOf(events []Event) string {
	var text strings.Builder
	for _, e := range events {
		var d chat.Delta
		if e.Name == string(chat.EventDelta) && json.Unmarshal([]byte(e.Data), &d) == nil && d.Type == llm.PartText {
			text.WriteString(d.Text)
		}
	}
	return text.String()
}
