// Package llmtest is the contract of [llm.Model] as a test suite that every
// codec passes, and the reader of recorded traffic that codecs are replayed
// against.
package llmtest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
	"unicode/utf8"

	"parley/internal/llm"
	"parley/internal/llm/wire"

	"github.com/google/go-cmp/cmp"
)

// Key is the provider key that the suite expects codecs to send and to keep out
// of every error.
const Key = "sk-canary-0123456789abcdef"

// Protocol writes answers in a wire protocol, so that one suite can test them
// all. A stream is whatever bytes the protocol sends.
type Protocol struct {
	// Name is the codec's, as in [llm.Part].
	Name string
	// Text streams the pieces and ends well; Whole is the same answer as one
	// JSON value.
	Text  func(pieces ...string) string
	Whole func(text string) string
	// Reasoning streams "thought" in two pieces and Signature behind it, then
	// "answer".
	Reasoning string
	Signature string
	// Tools streams two parallel calls: add {"a":1,"b":2} with the id call_a, and
	// now {} with the id call_b.
	Tools string
	// Usage streams an answer that counts 60 tokens in, 40 of them from the
	// cache, and 17 out.
	Usage string
	// Cut streams "begun" and ends too early; Failed does so with an error event
	// of an overloaded server.
	Cut    string
	Failed string
	// Event is one valid text event that Text would contain, for a piece.
	Event func(piece string) string
	// Read finds in a request, by its URL path and body, what the suite asks
	// after; nil reads the common forms, see readSent.
	Read func(path string, body map[string]any) Sent
	// Rewrite changes the payload of each event of a stream; nil does so in
	// server-sent events.
	Rewrite func(stream string, change func(payload string) string) string
	// Counts is the field that holds the counts of Usage.
	Counts string
}

// Sent is what a codec wrote into a request, in words that all protocols share.
type Sent struct {
	// Stream says that the answer was asked for piece by piece.
	Stream bool
	// Params are temperature, top_k, frequency_penalty, presence_penalty, seed and
	// stop, as far as they were sent.
	Params map[string]any
	// Tools are the names of the tools on the wire.
	Tools []string
	// Added is the object that an admin's fields are merged into; nil is the body.
	Added map[string]any
}

// Options are what the suite asks of a codec.
type Options struct {
	BaseURL string
	Key     llm.Secret
	Limits  wire.Limits
}

// Run tests a codec: build returns a model that calls the server at BaseURL.
func Run(t *testing.T, protocol Protocol, build func(Options) llm.Model) {
	t.Helper()
	s := &suite{protocol: protocol, build: build}
	for name, test := range map[string]func(*testing.T){
		"text":                 s.text,
		"whole JSON":           s.whole,
		"reasoning":            s.reasoning,
		"parallel tools":       s.tools,
		"usage":                s.usage,
		"errors":               s.failures,
		"retry":                s.retry,
		"retry-after":          s.retryAfter,
		"no network":           s.noNetwork,
		"cancel":               s.cancel,
		"leave":                s.leave,
		"cut stream":           s.cut,
		"error in stream":      s.failed,
		"page":                 s.page,
		"wrong types":          s.wrongTypes,
		"wrong counts":         s.wrongCounts,
		"malformed":            s.malformed,
		"invalid UTF-8":        s.invalid,
		"large event":          s.large,
		"hang":                 s.hang,
		"interrupted history":  s.history,
		"tool names and ids":   s.names,
		"unused parameter":     s.notice,
		"added and dropped":    s.merge,
		"concurrent calls":     s.concurrent,
		"one connection":       s.connection,
		"consumer after error": s.afterError,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t)
		})
	}
}

type suite struct {
	protocol Protocol
	build    func(Options) llm.Model
}

// server answers calls by handler and counts them.
type server struct {
	*httptest.Server
	calls atomic.Int32
	mu    sync.Mutex
	path  string // of the last request
	body  []byte
}

func (s *suite) serve(t *testing.T, handler http.HandlerFunc) (*server, llm.Model) {
	t.Helper()
	return s.serveWith(t, wire.Limits{Backoff: time.Millisecond}, handler)
}

func (s *suite) serveWith(t *testing.T, limits wire.Limits, handler http.HandlerFunc) (*server, llm.Model) {
	t.Helper()
	srv := &server{}
	srv.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		srv.calls.Add(1)
		body, _ := io.ReadAll(r.Body)
		srv.mu.Lock()
		srv.path, srv.body = r.URL.Path, body
		srv.mu.Unlock()
		handler(w, r)
	}))
	t.Cleanup(srv.Close)
	return srv, s.build(Options{BaseURL: srv.URL + "/v1", Key: llm.NewSecret(Key), Limits: limits})
}

func (srv *server) lastBody(t *testing.T) map[string]any {
	t.Helper()
	srv.mu.Lock()
	defer srv.mu.Unlock()
	var body map[string]any
	if err := json.Unmarshal(srv.body, &body); err != nil {
		t.Fatalf("the request is not JSON: %v", err)
	}
	return body
}

// sent reads the last request.
func (s *suite) sent(t *testing.T, srv *server) Sent {
	t.Helper()
	body := srv.lastBody(t)
	srv.mu.Lock()
	defer srv.mu.Unlock()
	if s.protocol.Read != nil {
		return s.protocol.Read(srv.path, body)
	}
	return readSent(body)
}

func stream(body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		_, _ = io.WriteString(w, body)
	}
}

func status(code int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(code)
		_, _ = io.WriteString(w, body)
	}
}

// Hello is a request with a single message.
func Hello() llm.Request {
	return llm.Request{Messages: []llm.Message{{
		Role: llm.RoleUser, Parts: []llm.Part{{Type: llm.PartText, Text: "Hello"}},
	}}}
}

// Collect reads an answer to its end, as a turn would fold it.
func Collect(ctx context.Context, model llm.Model, request llm.Request) Answer {
	a := Answer{}
	for event, err := range model.Stream(ctx, request) {
		if err != nil {
			a.Err = err
			continue
		}
		a.add(event)
	}
	return a
}

// Answer is what the events of a call add up to.
type Answer struct {
	Parts   []llm.Part // by block
	Notices []string
	Usage   *llm.Usage
	Reason  llm.FinishReason
	Err     error
	// Broken says how the sequence broke the rules of events, empty for not.
	Broken string
}

func (a *Answer) add(event llm.Event) {
	switch {
	case a.Reason != "":
		a.Broken = "an event after the last"
	case a.Err != nil:
		a.Broken = "an event after the error"
	}
	switch event.Kind {
	case llm.EventNotice:
		a.Notices = append(a.Notices, event.Text)
		return
	case llm.EventLogprobs:
		if len(event.Raw) == 0 {
			a.Broken = "probabilities of nothing"
		}
		return
	case llm.EventUsage:
		a.Usage = event.Usage
		return
	case llm.EventFinish:
		a.Reason, a.Usage = event.Reason, event.Usage
		return
	default:
	}
	if event.Block > len(a.Parts) {
		a.Broken = fmt.Sprintf("block %d without block %d", event.Block, event.Block-1)
		return
	}
	if event.Block == len(a.Parts) {
		a.Parts = append(a.Parts, llm.Part{})
	}
	a.fold(&a.Parts[event.Block], event)
}

func (a *Answer) fold(part *llm.Part, event llm.Event) {
	expect := func(kind llm.PartType) {
		if part.Type != "" && part.Type != kind {
			a.Broken = fmt.Sprintf("block %d is %s and %s", event.Block, part.Type, kind)
		}
		part.Type = kind
	}
	switch event.Kind {
	case llm.EventText:
		expect(llm.PartText)
		part.Text += event.Text
	case llm.EventReasoning:
		expect(llm.PartReasoning)
		part.Text += event.Text
	case llm.EventReasoningEnd:
		expect(llm.PartReasoning)
		part.Raw = event.Raw
	case llm.EventToolStart:
		if part.Type != "" {
			a.Broken = "a call starts twice"
		}
		expect(llm.PartToolCall)
		part.Call = &llm.ToolCall{ID: event.ID, Name: event.Name}
		part.Raw = event.Raw
	case llm.EventToolDelta:
		expect(llm.PartToolCall)
		if part.Call == nil || part.Call.Status != "" {
			a.Broken = "arguments outside a call"
			return
		}
		part.Call.Arguments += event.Text
	case llm.EventToolEnd:
		expect(llm.PartToolCall)
		if part.Call == nil {
			a.Broken = "the end of no call"
			return
		}
		part.Call.Status = llm.CallPending
	case llm.EventPart:
		*part = *event.Part
	default:
		a.Broken = fmt.Sprintf("an event of kind %d", event.Kind)
	}
}

// Text joins the text of the answer.
func (a Answer) Text() string { return a.join(llm.PartText) }

// Reasoning joins the reasoning of the answer.
func (a Answer) Reasoning() string { return a.join(llm.PartReasoning) }

func (a Answer) join(kind llm.PartType) string {
	var text strings.Builder
	for _, part := range a.Parts {
		if part.Type == kind {
			text.WriteString(part.Text)
		}
	}
	return text.String()
}

// Calls returns the tool calls that Parley is to run.
func (a Answer) Calls() []llm.ToolCall {
	var calls []llm.ToolCall
	for _, part := range a.Parts {
		if part.Type == llm.PartToolCall && part.Call != nil && !part.Call.Remote {
			calls = append(calls, *part.Call)
		}
	}
	return calls
}

// well fails the test unless the answer is complete and keeps the rules.
func (a Answer) well(t *testing.T, reason llm.FinishReason) {
	t.Helper()
	if a.Err != nil {
		t.Fatalf("the call failed: %v", a.Err)
	}
	if a.Broken != "" {
		t.Fatalf("the events break the contract: %s", a.Broken)
	}
	if a.Reason != reason {
		t.Errorf("the answer finished with %q, want %q", a.Reason, reason)
	}
}

// ill fails the test unless the answer ended with an error of that kind.
func (a Answer) ill(t *testing.T, kind llm.ErrorKind) *llm.Error {
	t.Helper()
	e, ok := errors.AsType[*llm.Error](a.Err)
	if !ok {
		t.Fatalf("the error is %v, want an *llm.Error of kind %s", a.Err, kind)
	}
	if e.Kind != kind {
		t.Errorf("the error is %v, want kind %s", e, kind)
	}
	if a.Reason != "" {
		t.Error("a failed call has a finish event")
	}
	const longest = 2000
	if strings.Contains(fmt.Sprintf("%+v %#v", e, *e), Key) || len(e.Message) > longest || !utf8.ValidString(e.Message) {
		t.Errorf("the message of the error is not fit to be shown: %q", e.Message)
	}
	return e
}

func (s *suite) text(t *testing.T) {
	var key string
	srv, model := s.serve(t, func(w http.ResponseWriter, r *http.Request) {
		key = fmt.Sprint(r.Header)
		stream(s.protocol.Text("Hel", "lo,\n", "“world” 🌍 \\"))(w, r)
	})
	a := Collect(t.Context(), model, Hello())
	a.well(t, llm.FinishStop)
	want := []llm.Part{{Type: llm.PartText, Text: "Hello,\n“world” 🌍 \\"}}
	if diff := cmp.Diff(want, a.Parts); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if !strings.Contains(key, Key) {
		t.Error("the key was not sent")
	}
	if !s.sent(t, srv).Stream {
		t.Error("the request does not ask for a stream")
	}
}

func (s *suite) whole(t *testing.T) {
	_, model := s.serve(t, status(http.StatusOK, s.protocol.Whole("all at once")))
	a := Collect(t.Context(), model, Hello())
	a.well(t, llm.FinishStop)
	if a.Text() != "all at once" {
		t.Errorf("the text is %q", a.Text())
	}
}

func (s *suite) reasoning(t *testing.T) {
	srv, model := s.serve(t, stream(s.protocol.Reasoning))
	a := Collect(t.Context(), model, Hello())
	a.well(t, llm.FinishStop)
	if len(a.Parts) != 2 || a.Reasoning() != "thought" || a.Text() != "answer" {
		t.Fatalf("the parts are %+v", a.Parts)
	}
	if !strings.Contains(string(a.Parts[0].Raw), s.protocol.Signature) {
		t.Errorf("the signature is not kept: %s", a.Parts[0].Raw)
	}
	// The signature goes back to whom it came from, and to no one else.
	for protocol, sent := range map[string]bool{s.protocol.Name: true, "another": false} {
		reply := a.Parts[0]
		reply.Protocol = protocol
		request := Hello()
		request.Messages = append(request.Messages,
			llm.Message{Role: llm.RoleAssistant, Parts: []llm.Part{reply, a.Parts[1]}}, Hello().Messages[0])
		Collect(t.Context(), model, request).well(t, llm.FinishStop)
		body, _ := json.Marshal(srv.lastBody(t))
		if strings.Contains(string(body), s.protocol.Signature) != sent {
			t.Errorf("reasoning of %q: sent back is not %v: %s", protocol, sent, body)
		}
		if !sent && strings.Contains(string(body), "thought") {
			t.Errorf("the reasoning of another protocol is sent: %s", body)
		}
	}
}

func (s *suite) tools(t *testing.T) {
	_, model := s.serve(t, stream(s.protocol.Tools))
	request := Hello()
	request.Tools = []llm.Tool{{Name: "add"}, {Name: "now"}}
	a := Collect(t.Context(), model, request)
	a.well(t, llm.FinishTools)
	want := []llm.ToolCall{
		{ID: "call_a", Name: "add", Arguments: `{"a":1,"b":2}`, Status: llm.CallPending},
		{ID: "call_b", Name: "now", Arguments: `{}`, Status: llm.CallPending},
	}
	if diff := cmp.Diff(want, a.Calls()); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func (s *suite) usage(t *testing.T) {
	_, model := s.serve(t, stream(s.protocol.Usage))
	a := Collect(t.Context(), model, Hello())
	a.well(t, llm.FinishStop)
	if diff := cmp.Diff(&llm.Usage{Input: 60, Output: 17, CacheRead: 40}, a.Usage); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}
