package upstream

import (
	"cmp"
	"context"
	"crypto/subtle"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"
)

const (
	// maxBody bounds a request, images included.
	maxBody = 64 << 20
	// defaultKeep is how many calls are remembered.
	defaultKeep = 1000
	// scriptPrefix in a user's message chooses the script.
	scriptPrefix = "script:"
)

// errClosed ends the streams of a server that was closed.
var errClosed = errors.New("upstream closed")

// Options say what a [Server] does. The zero value plays the scripts that
// models are named after.
type Options struct {
	// Select chooses the script of a call; an empty one leaves the choice to
	// the other rules of the package comment.
	Select func(Call) string
	// Scripts are by model.
	Scripts map[string]string
	// Default is for a call that no other rule has a script for.
	Default string
	// Texts are for the step text-NAME.
	Texts map[string]string
	// Arguments are the JSON arguments of the step call-NAME, by tool.
	Arguments map[string]string
	// Models is what /v1/models lists, "tokens-60-30" where empty.
	Models []string
	// Key is the API key that is asked for; empty takes any and none.
	Key string
	// Keep is how many of the newest calls are remembered, 1,000 where 0.
	Keep int
}

// State is what a server is doing.
type State struct {
	// Calls counts the requests for an answer since the start or [Server.Reset].
	Calls int `json:"calls"`
	// Active is how many answers are running.
	Active int `json:"active"`
	// Held is how many of them wait at a hold step.
	Held int `json:"held"`
}

// Server is the scripted provider, an [http.Handler].
type Server struct {
	options Options
	mux     *http.ServeMux
	pacer   *pacer

	mu    sync.Mutex
	state State
	calls []Call
	// serial is the number of the newest call; unlike the count of calls it is
	// never set back.
	serial int
	// running ends the answers that are running, by number.
	running  map[int]context.CancelCauseFunc
	isClosed bool
	// failures counts the calls of each script that begins with fail.
	failures map[string]int
	// open lets hold steps pass.
	open bool
	// changed is closed and replaced whenever something above changes.
	changed chan struct{}
}

// New returns a server that does what the options say. It has to be closed.
func New(options Options) *Server {
	if options.Keep == 0 {
		options.Keep = defaultKeep
	}
	if len(options.Models) == 0 {
		options.Models = []string{"tokens-60-30"}
	}
	s := &Server{
		options:  options,
		mux:      http.NewServeMux(),
		pacer:    newPacer(),
		running:  map[int]context.CancelCauseFunc{},
		failures: map[string]int{},
		changed:  make(chan struct{}),
	}
	for _, spoken := range protocols {
		for _, path := range spoken.paths {
			s.mux.HandleFunc("POST "+path, s.complete(spoken))
		}
	}
	for _, prefix := range []string{"", "/v1"} {
		s.mux.HandleFunc("GET "+prefix+"/models", s.listModels)
	}
	s.mux.HandleFunc("GET /v1beta/models", s.listGemini)
	s.mux.HandleFunc("GET /v1beta1/publishers/{publisher}/models", s.listPublished)
	s.mux.HandleFunc("GET /foundation-models", s.listFoundation)
	s.mux.HandleFunc("GET /inference-profiles", s.listProfiles)
	s.mux.HandleFunc("GET /control/calls", s.showCalls)
	s.mux.HandleFunc("POST /control/release", s.control(s.Release))
	s.mux.HandleFunc("POST /control/reset", s.control(s.Reset))
	return s
}

// ServeHTTP serves the routes of the package comment.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.mux.ServeHTTP(w, r) }

// Close cuts every running answer and waits for it.
func (s *Server) Close() {
	s.note(func() {
		s.isClosed = true
		for _, cancel := range s.running {
			cancel(errClosed)
		}
	})
	_ = s.Await(context.Background(), func(state State) bool { return state.Active == 0 })
	s.pacer.wait()
}

// complete answers in a protocol.
func (s *Server) complete(spoken protocol) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		raw, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
		var sent asked
		isValid := err == nil
		if isValid {
			sent, isValid = spoken.read(r, raw)
		}
		if !isValid || len(sent.messages) == 0 {
			spoken.refuse(w, http.StatusBadRequest, 0)
			return
		}
		s.answer(spoken, w, r, raw, sent)
	}
}

func (s *Server) answer(spoken protocol, w http.ResponseWriter, r *http.Request, raw []byte, sent asked) {
	ctx, cancel := context.WithCancelCause(r.Context())
	defer cancel(nil)
	call, steps := s.begin(r, raw, sent, cancel)
	if call.Number == 0 {
		spoken.refuse(w, http.StatusServiceUnavailable, 0)
		return
	}
	defer s.end(call.Number)
	// A client that no longer reads must not hold up Close.
	defer context.AfterFunc(ctx, func() {
		_ = http.NewResponseController(w).SetWriteDeadline(time.Now())
	})()
	switch {
	case !s.knows(r):
		spoken.refuse(w, http.StatusUnauthorized, 0)
		return
	case call.Script == "":
		spoken.refuse(w, http.StatusNotFound, 0)
		return
	}
	played := newStream(s, call, spoken.write(call, sent), w)
	steps, isAnswered := s.face(ctx, played, steps, spoken)
	if isAnswered {
		return
	}
	// The error tells only how the answer was cut: by its script, by the
	// client or by Close.
	_ = played.play(ctx, piece(steps, call.round()))
}

// face plays the steps that stand before an answer and returns the others. It
// reports whether the call needs no more of an answer.
func (s *Server) face(ctx context.Context, played *stream, steps []step, spoken protocol) ([]step, bool) {
	for len(steps) > 0 && steps[0].verb == verbWait {
		if err := played.step(ctx, steps[0]); err != nil {
			return nil, true
		}
		steps = steps[1:]
	}
	if len(steps) == 0 {
		return nil, false
	}
	switch first := steps[0]; first.verb {
	case verbStatus:
		spoken.refuse(played.out, first.first, first.second)
	case verbContext:
		answer(played.out, http.StatusBadRequest, spoken.long)
	case verbHTML:
		refuseHTML(played.out)
	case verbFail:
		if !s.fails(played.call.Script, first.first) {
			return steps[1:], false
		}
		spoken.refuse(played.out, first.second, 0)
	default:
		return steps, false
	}
	return nil, true
}

// fails counts a call of a script that fails for the first count calls.
func (s *Server) fails(script string, count int) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.failures[script]++
	return s.failures[script] <= count
}

// begin records a call and finds its script. After Close it returns the zero
// call.
func (s *Server) begin(r *http.Request, raw []byte, sent asked, cancel context.CancelCauseFunc) (Call, []step) {
	call := Call{
		Path: r.URL.Path, Model: sent.model, Header: r.Header.Clone(), Body: raw,
		Messages: sent.messages, At: time.Now(),
	}
	var steps []step
	call.Script, steps = s.choose(call)
	s.note(func() {
		if s.isClosed {
			return
		}
		s.serial++
		call.Number = s.serial
		s.running[call.Number] = cancel
		s.state.Calls++
		s.state.Active = len(s.running)
		s.calls = append(s.calls, call)
		if len(s.calls) > s.options.Keep {
			s.calls = append(s.calls[:0], s.calls[len(s.calls)-s.options.Keep:]...)
		}
	})
	return call, steps
}

// end takes a call out of the running ones.
func (s *Server) end(number int) {
	s.note(func() {
		delete(s.running, number)
		s.state.Active = len(s.running)
	})
}

// choose returns the script of a call and its steps, by the rules of the
// package comment. A script that cannot be read is passed over.
func (s *Server) choose(call Call) (string, []step) {
	var candidates []string
	if s.options.Select != nil {
		candidates = append(candidates, s.options.Select(call))
	}
	if said, found := strings.CutPrefix(call.LastUser(), scriptPrefix); found {
		if words := strings.Fields(said); len(words) > 0 {
			candidates = append(candidates, words[0])
		}
	}
	candidates = append(candidates, s.options.Scripts[call.Model], call.Model, s.options.Default)
	for _, script := range candidates {
		if steps, err := parseScript(script); err == nil {
			return script, steps
		}
	}
	return "", nil
}

// knows reports whether the request has the key that is asked for.
func (s *Server) knows(r *http.Request) bool {
	if s.options.Key == "" {
		return true
	}
	key := cmp.Or(r.Header.Get("X-Api-Key"), r.Header.Get("X-Goog-Api-Key"),
		strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer "))
	return subtle.ConstantTimeCompare([]byte(key), []byte(s.options.Key)) == 1
}

// arguments returns what a tool is called with.
func (s *Server) arguments(tool string) string {
	if arguments, found := s.options.Arguments[tool]; found {
		return arguments
	}
	return "{}"
}
