package openaiapi

import (
	"encoding/json"
	"net/http"
	"strings"
	"sync"
	"time"

	"parley/internal/kit/id"
	"parley/internal/llm"
)

// writer puts the events of an answer into a form.
type writer interface {
	// take takes the next event.
	take(event llm.Event)
	// fail takes the error that the answer ended with; what it returns becomes
	// the answer where none has begun.
	fail(err error) error
	// gone reports whether nobody reads any more.
	gone() bool
	// ping tells a stream's reader that the answer is still coming.
	ping()
}

// quiet is after how long at least a stream without news says that it is alive:
// models think for minutes, and proxies cut connections that seem dead.
const quiet = 15 * time.Second

// steady is a writer that is kept alive.
type steady struct {
	mu     sync.Mutex
	out    writer
	timer  *time.Timer
	news   bool
	closed bool
}

func keepAlive(out writer) *steady {
	k := &steady{out: out}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.timer = time.AfterFunc(quiet, k.tick)
	return k
}

func (k *steady) tick() {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.closed {
		return
	}
	if !k.news {
		k.out.ping()
	}
	k.news = false
	k.timer.Reset(quiet)
}

// take passes an event on; false means that nobody reads any more.
func (k *steady) take(event llm.Event) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.news = true
	k.out.take(event)
	return !k.out.gone()
}

func (k *steady) fail(err error) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.close()
	return k.out.fail(err)
}

// stop ends the pings; nothing is written after it.
func (k *steady) stop() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.close()
}

func (k *steady) close() {
	k.closed = true
	k.timer.Stop()
}

// sink is the answer to one request: server-sent events, or one value at the
// end.
type sink struct {
	service *Service
	w       http.ResponseWriter
	r       *http.Request
	control *http.ResponseController
	stream  bool
	begun   bool
	broken  bool
	buf     []byte

	id      string
	model   string
	created int64
}

func newSink(s *Service, w http.ResponseWriter, r *http.Request, prefix, model string, stream bool) sink {
	return sink{
		service: s, w: w, r: r, control: http.NewResponseController(w), stream: stream,
		id: prefix + strings.ReplaceAll(id.New(), "-", ""), model: model, created: time.Now().Unix(),
	}
}

func (o *sink) gone() bool { return o.broken }

// notice tells what was not as asked: in a header while that can be sent, later
// in a comment, which clients pass over.
func (o *sink) notice(text string) {
	text = strings.Join(strings.Fields(text), " ")
	switch {
	case !o.begun:
		o.w.Header().Add("Parley-Notice", text)
	case o.stream:
		o.comment(text)
	}
}

func (o *sink) comment(text string) {
	o.buf = append(append(append(o.buf, ": "...), text...), "\n\n"...)
	o.flush()
}

// begin sends the head of a stream.
func (o *sink) begin() {
	o.begun = true
	if !o.stream {
		return
	}
	h := o.w.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Accel-Buffering", "no")
}

// flush sends what is in the buffer.
func (o *sink) flush() {
	if len(o.buf) == 0 || o.broken {
		return
	}
	if _, err := o.w.Write(o.buf); err != nil || o.control.Flush() != nil {
		o.broken = true
	}
	o.buf = o.buf[:0]
}

// data appends an event with a value.
func (o *sink) data(value any) {
	text, err := json.Marshal(value)
	if err != nil {
		return // values of this package have a JSON form
	}
	o.buf = append(append(append(o.buf, "data: "...), text...), "\n\n"...)
}

// quoted returns a JSON string.
func quoted(text string) []byte {
	out, _ := json.Marshal(text) // a string has a JSON form
	return out
}
