package llmtest

import (
	"context"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"parley/internal/llm"
	"parley/internal/llm/sse"
	"parley/internal/llm/wire"
)

// failures are what providers answered, shortened.
var failures = []struct {
	name   string
	status int
	body   string
	kind   llm.ErrorKind
}{
	{"key", 401, `{"error":{"message":"Incorrect API key provided: ` + Key + `.","code":"invalid_api_key"}}`, llm.ErrAuth},
	{"key by 400", 400, `{"code":"invalid-argument","error":"Incorrect API key provided."}`, llm.ErrAuth},
	{"forbidden", 403, `{"error":{"message":"no access"}}`, llm.ErrAuth},
	{"rate", 429, `{"error":{"message":"Rate limit reached for requests","code":"rate_limit_exceeded"}}`, llm.ErrRateLimited},
	{"quota", 429, `{"error":{"message":"You exceeded your current quota, please check your plan and billing details.","code":"insufficient_quota"}}`, llm.ErrQuota},
	{"quota by 402", 402, `{"error":{"message":"Insufficient credits","code":402}}`, llm.ErrQuota},
	{"quota by 400", 400, `{"type":"error","error":{"type":"invalid_request_error","message":"Your credit balance is too low to access the API."}}`, llm.ErrQuota},
	{"quota per minute", 429, `[{"error":{"code":429,"message":"You exceeded your current quota, please check your plan and billing details. Please retry in 43.2s.","status":"RESOURCE_EXHAUSTED"}}]`, llm.ErrRateLimited},
	{"context", 400, `{"error":{"message":"This model's maximum context length is 8192 tokens.","code":"context_length_exceeded"}}`, llm.ErrContextTooLong},
	{"context of Anthropic", 400, `{"type":"error","error":{"type":"invalid_request_error","message":"prompt is too long: 3333404 tokens > 200000 maximum"}}`, llm.ErrContextTooLong},
	{"context of llama.cpp", 400, `{"error":{"code":400,"message":"the request exceeds the available context size","type":"exceed_context_size_error"}}`, llm.ErrContextTooLong},
	{"filter", 400, `{"error":{"message":"The response was filtered due to the prompt triggering Azure OpenAI's content management policy.","code":"content_filter"}}`, llm.ErrContentFiltered},
	{"model", 404, `{"error":{"message":"The model 'x' does not exist","code":"model_not_found"}}`, llm.ErrModelNotFound},
	{"model of Ollama", 404, `{"error":"model 'x' not found, try pulling it first"}`, llm.ErrModelNotFound},
	{"model of Anthropic", 404, `{"type":"error","error":{"type":"not_found_error","message":"model: x"}}`, llm.ErrModelNotFound},
	{"wrong address", 404, `404 page not found`, llm.ErrBadRequest},
	{"bad request", 400, `{"error":{"message":"Invalid 'temperature': decimal below minimum value.","type":"invalid_request_error"}}`, llm.ErrBadRequest},
	{"validation", 422, `{"detail":[{"loc":["body","seed"],"msg":"Extra inputs are not permitted"}]}`, llm.ErrBadRequest},
	{"server", 500, `{"error":{"message":"The server had an error"}}`, llm.ErrServer},
	{"gateway page", 502, `<html><head><title>502 Bad Gateway</title></head></html>`, llm.ErrServer},
	{"unavailable", 503, `busy`, llm.ErrOverloaded},
	{"overloaded", 529, `{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}`, llm.ErrOverloaded},
	{"long", 500, `{"error":{"message":"` + strings.Repeat("é", 5000) + `"}}`, llm.ErrServer},
	{"garbage", 500, "\xff\xfe{", llm.ErrServer},
}

func (s *suite) failures(t *testing.T) {
	for _, test := range failures {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			srv, model := s.serve(t, status(test.status, test.body))
			e := Collect(t.Context(), model, Hello()).ill(t, test.kind)
			if e.Status != test.status || e.Message == "" {
				t.Errorf("the error is %+v", e)
			}
			calls := int32(1)
			switch test.kind {
			case llm.ErrRateLimited, llm.ErrServer, llm.ErrOverloaded:
				calls = 3
			default:
			}
			if e.RetryAfter > 0 {
				calls = 1 // a wait above 5 s is left to the caller
			}
			if got := srv.calls.Load(); got != calls {
				t.Errorf("%d calls, want %d", got, calls)
			}
		})
	}
}

func (s *suite) retry(t *testing.T) {
	var srv *server
	srv, model := s.serve(t, func(w http.ResponseWriter, r *http.Request) {
		if srv.calls.Load() < 3 {
			status(http.StatusServiceUnavailable, "busy")(w, r)
			return
		}
		stream(s.protocol.Text("at last"))(w, r)
	})
	a := Collect(t.Context(), model, Hello())
	a.well(t, llm.FinishStop)
	if a.Text() != "at last" || srv.calls.Load() != 3 {
		t.Errorf("%q after %d calls", a.Text(), srv.calls.Load())
	}
}

func (s *suite) retryAfter(t *testing.T) {
	tests := []struct {
		name, header string
		value        func() string
		least, most  time.Duration
		calls        int32
	}{
		{"milliseconds", "Retry-After-Ms", func() string { return "2" }, 2 * time.Millisecond, 2 * time.Millisecond, 3},
		{"seconds", "Retry-After", func() string { return "6" }, 6 * time.Second, 6 * time.Second, 1},
		{"date", "Retry-After", func() string {
			return time.Now().Add(2 * time.Hour).UTC().Format(http.TimeFormat)
		}, 119 * time.Minute, 120 * time.Minute, 1},
		{"nonsense", "Retry-After", func() string { return "soon" }, 0, 0, 3},
		{"negative", "Retry-After", func() string { return "-5" }, 0, 0, 3},
		{"forever", "Retry-After", func() string { return "1e300" }, 24 * time.Hour, 1 << 62, 1},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			srv, model := s.serve(t, func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set(test.header, test.value())
				status(http.StatusTooManyRequests, `{"error":{"message":"slow down"}}`)(w, r)
			})
			e := Collect(t.Context(), model, Hello()).ill(t, llm.ErrRateLimited)
			if e.RetryAfter < test.least || e.RetryAfter > test.most {
				t.Errorf("RetryAfter is %s", e.RetryAfter)
			}
			if got := srv.calls.Load(); got != test.calls {
				t.Errorf("%d calls, want %d: a wait above 5 s is left to the caller", got, test.calls)
			}
		})
	}
}

func (s *suite) noNetwork(t *testing.T) {
	srv, model := s.serve(t, status(http.StatusOK, ""))
	srv.Close()
	if e := Collect(t.Context(), model, Hello()).ill(t, llm.ErrNetwork); !e.Retryable {
		t.Error("a network error is not retryable")
	}
	_, model = s.serve(t, func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
	_ = Collect(t.Context(), model, Hello()).ill(t, llm.ErrNetwork)
}

// begun streams one event and then waits for the client to go.
func (s *suite) begun(gone chan<- struct{}) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		_, _ = io.WriteString(w, s.protocol.Cut)
		_ = http.NewResponseController(w).Flush()
		<-r.Context().Done()
		close(gone)
	}
}

func (s *suite) cancel(t *testing.T) {
	gone := make(chan struct{})
	_, model := s.serve(t, s.begun(gone))
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	a := Answer{}
	for event, err := range model.Stream(ctx, Hello()) {
		if err != nil {
			a.Err = err
			continue
		}
		a.add(event)
		cancel()
	}
	_ = a.ill(t, llm.ErrCanceled)
	if a.Text() != "begun" {
		t.Errorf("the text before the end is %q", a.Text())
	}
	<-gone
}

func (s *suite) leave(t *testing.T) {
	gone := make(chan struct{})
	_, model := s.serve(t, s.begun(gone))
	for _, err := range model.Stream(t.Context(), Hello()) {
		if err != nil {
			t.Fatal(err)
		}
		break
	}
	<-gone
}

func (s *suite) cut(t *testing.T) {
	srv, model := s.serve(t, stream(s.protocol.Cut))
	a := Collect(t.Context(), model, Hello())
	_ = a.ill(t, llm.ErrTruncated)
	if a.Text() != "begun" || srv.calls.Load() != 1 {
		t.Errorf("%q after %d calls: what was received is kept and not asked for again", a.Text(), srv.calls.Load())
	}
	if a.ill(t, llm.ErrTruncated).NoAnswer {
		t.Error("an answer that broke off is taken for none")
	}
	_, model = s.serve(t, stream(""))
	if !Collect(t.Context(), model, Hello()).ill(t, llm.ErrTruncated).NoAnswer {
		t.Error("nothing is taken for an answer")
	}
	_, model = s.serve(t, func(w http.ResponseWriter, r *http.Request) { // not even the connection is closed as it should
		stream(s.protocol.Cut)(w, r)
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	})
	a = Collect(t.Context(), model, Hello())
	if e := a.ill(t, llm.ErrTruncated); a.Text() != "begun" || e.NoAnswer {
		t.Errorf("%q was kept of a broken connection", a.Text())
	}
}

func (s *suite) failed(t *testing.T) {
	srv, model := s.serve(t, stream(s.protocol.Failed))
	a := Collect(t.Context(), model, Hello())
	_ = a.ill(t, llm.ErrOverloaded)
	if a.Text() != "begun" || srv.calls.Load() != 1 {
		t.Errorf("%q after %d calls", a.Text(), srv.calls.Load())
	}
}

func (s *suite) page(t *testing.T) {
	_, model := s.serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		_, _ = io.WriteString(w, "\n<!doctype html><title>Sign in &amp; go</title>")
	})
	e := Collect(t.Context(), model, Hello()).ill(t, llm.ErrProtocol)
	if !strings.Contains(e.Message, "Sign in & go") || !e.NoAnswer {
		t.Errorf("the message does not name the page: %q, or it is taken for an answer", e.Message)
	}
}

func (s *suite) malformed(t *testing.T) {
	for _, body := range []string{
		"data: {\"choices\":[{\"del\n\n",
		"data: not JSON with " + Key + "\n\n",
		"data: [1,2]\n\n",
	} {
		_, model := s.serve(t, stream(body))
		if !Collect(t.Context(), model, Hello()).ill(t, llm.ErrProtocol).NoAnswer {
			t.Errorf("%q is taken for an answer", body)
		}
	}
}

func (s *suite) invalid(t *testing.T) {
	_, model := s.serve(t, stream(s.protocol.Text("a\xff\xfeb", "c")))
	a := Collect(t.Context(), model, Hello())
	a.well(t, llm.FinishStop)
	if text := a.Text(); !utf8.ValidString(text) || text[0] != 'a' || !strings.HasSuffix(text, "bc") {
		t.Errorf("the text is %q", text)
	}
}

func (s *suite) large(t *testing.T) {
	const size = 30 << 20
	_, model := s.serve(t, stream(s.protocol.Text(strings.Repeat("x", size), "y")))
	a := Collect(t.Context(), model, Hello())
	a.well(t, llm.FinishStop)
	if len(a.Text()) != size+1 {
		t.Errorf("%d bytes arrived", len(a.Text()))
	}
	_, model = s.serve(t, stream(s.protocol.Event(strings.Repeat("x", sse.MaxEvent))))
	_ = Collect(t.Context(), model, Hello()).ill(t, llm.ErrProtocol)
}

func (s *suite) hang(t *testing.T) {
	const short = 50 * time.Millisecond
	srv, model := s.serveWith(t, wire.Limits{FirstByte: short}, func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	_ = Collect(t.Context(), model, Hello()).ill(t, llm.ErrTimeout)
	if got := srv.calls.Load(); got != 1 {
		t.Errorf("%d calls: who waited in vain does not wait again", got)
	}

	gone := make(chan struct{})
	_, model = s.serveWith(t, wire.Limits{Idle: short}, s.begun(gone))
	a := Collect(t.Context(), model, Hello())
	_ = a.ill(t, llm.ErrTimeout)
	if a.Text() != "begun" {
		t.Errorf("the text before the end is %q", a.Text())
	}
	<-gone
}

func (s *suite) concurrent(t *testing.T) {
	_, model := s.serve(t, func(w http.ResponseWriter, r *http.Request) {
		stream(s.protocol.Text(r.Header.Get("Accept"), strings.Repeat("z", 100)))(w, r)
	})
	var group sync.WaitGroup
	for range 20 {
		group.Go(func() {
			if a := Collect(t.Context(), model, Hello()); a.Err != nil || !strings.HasSuffix(a.Text(), "zz") {
				t.Errorf("%+v", a)
			}
		})
	}
	group.Wait()
}

// connection: an answer that was read to its end leaves its connection for the
// next call, although the end of the body comes after the end of the answer.
func (s *suite) connection(t *testing.T) {
	var mu sync.Mutex
	clients := map[string]bool{}
	finished := make(chan struct{})
	_, model := s.serve(t, func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		clients[r.RemoteAddr] = true
		mu.Unlock()
		stream(s.protocol.Text("hello"))(w, r)
		_ = http.NewResponseController(w).Flush()
		<-finished
	})
	const calls = 10
	for range calls {
		for event, err := range model.Stream(t.Context(), Hello()) {
			if err != nil {
				t.Fatal(err)
			}
			if event.Kind == llm.EventFinish {
				finished <- struct{}{}
			}
		}
	}
	mu.Lock()
	defer mu.Unlock()
	// The transport takes a connection back in its own time, so a call that
	// follows at once may miss it.
	if len(clients) > calls/2 {
		t.Errorf("%d calls took %d connections", calls, len(clients))
	}
}

// afterError: an error is the last thing that a consumer sees.
func (s *suite) afterError(t *testing.T) {
	_, model := s.serve(t, stream(s.protocol.Failed+s.protocol.Event("more")))
	failed := false
	for event, err := range model.Stream(t.Context(), Hello()) {
		if failed {
			t.Fatalf("after the error comes %+v, %v", event, err)
		}
		failed = err != nil
	}
	if !failed {
		t.Error("no error")
	}
}
