package wire_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"
	"unicode/utf8"

	"parley/internal/llm"
	"parley/internal/llm/wire"
)

// failedBy returns the error of a call that is answered by handler.
func failedBy(t *testing.T, limits wire.Limits, handler http.HandlerFunc) *llm.Error {
	t.Helper()
	server := httptest.NewServer(handler)
	defer server.Close()
	call := wire.Call{
		Client: server.Client(), Method: http.MethodPost, URL: server.URL, Limits: limits, Secret: llm.NewSecret("hunter2"),
		Header: http.Header{"X-Team-Token": {"swordfish"}, "Authorization": {"Bearer opensesame"}, "X-Team": {"plain"}},
	}
	answer, err := call.Do(t.Context())
	if err == nil {
		answer.Close()
		t.Fatal("the call did not fail")
	}
	e, ok := errors.AsType[*llm.Error](err)
	if !ok {
		t.Fatalf("the error is a %T", err)
	}
	return e
}

func TestErrorText(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, body    string
		message, code string
	}{
		{"OpenAI", `{"error":{"message":"bad","type":"invalid_request_error","code":"odd"}}`, "bad", "odd"},
		{"no code", `{"error":{"message":"bad","type":"invalid_request_error","code":null}}`, "bad", "invalid_request_error"},
		{"Ollama", `{"error":"bad"}`, "bad", ""},
		{"xAI", `{"code":"odd","error":"bad"}`, "bad", "odd"},
		{"FastAPI", `{"detail":[{"msg":"bad"},{"msg":"worse"}]}`, "bad: worse", ""},
		{"Google", `[{"error":{"code":400,"message":"bad","status":"INVALID_ARGUMENT"}}]`, "bad", "INVALID_ARGUMENT"},
		{"OpenRouter", `{"error":{"message":"Provider returned error","code":400,"metadata":{"raw":"{\"error\":{\"message\":\"inner\"}}"}}}`, "Provider returned error: inner", ""},
		{"OpenRouter in words", `{"error":{"message":"Provider returned error","code":400,"metadata":{"raw":"inner words"}}}`, "Provider returned error: inner words", ""},
		{"plain", "bad\n", "bad", ""},
		{"nothing", "", "Bad Request", ""},
		{"page", "<html><title>Oh\n no</title>", `a web page came instead of an answer: "Oh no"`, ""},
		{"page without title", "<html>", "a web page came instead of an answer", ""},
		{"key", `{"error":{"message":"wrong: hunter2!"}}`, "wrong: [secret]!", ""},
		{"headers", `{"error":{"message":"swordfish, opensesame and plain"}}`, "[secret], [secret] and plain", ""},
		{"number", "42", "Bad Request", ""},
		{"deep", strings.Repeat(`{"error":`, 50) + `"x"` + strings.Repeat("}", 50), "Bad Request", ""},
	}
	for _, test := range tests {
		e := failedBy(t, wire.Limits{}, func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusBadRequest)
			_, _ = io.WriteString(w, test.body)
		})
		if e.Message != test.message || e.Code != test.code || e.Kind != llm.ErrBadRequest || e.Status != 400 {
			t.Errorf("%s: %+v, want %q, code %q", test.name, e, test.message, test.code)
		}
	}
}

func TestLongErrorText(t *testing.T) {
	t.Parallel()
	e := failedBy(t, wire.Limits{Retries: -1}, func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusInternalServerError)
		_, _ = io.WriteString(w, "x"+strings.Repeat("é", 1<<20))
	})
	if len(e.Message) > 2000 || len(e.Message) < 1990 || !utf8.ValidString(e.Message) {
		t.Errorf("the message has %d bytes, valid is %v", len(e.Message), utf8.ValidString(e.Message))
	}
}

func TestTimeouts(t *testing.T) {
	t.Parallel()
	const short = 30 * time.Millisecond
	e := failedBy(t, wire.Limits{FirstByte: short, Retries: -1}, func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusOK) // headers are no byte of the answer
		_ = http.NewResponseController(w).Flush()
		<-r.Context().Done()
	})
	if e.Kind != llm.ErrTimeout || !errors.Is(e, context.DeadlineExceeded) || !strings.Contains(e.Message, "first byte") {
		t.Errorf("%+v", e)
	}
}

// TestSlowReader: the idle limit is for the provider, not for who reads.
func TestSlowReader(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const idle = time.Second
		text := strings.Repeat("data: x\n\n", 2000)
		call := wire.Call{
			Client: &http.Client{Transport: canned(text)}, Method: http.MethodPost, URL: "http://model.test",
			Limits: wire.Limits{FirstByte: idle, Idle: idle},
		}
		answer, err := call.Do(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Close()
		total := 0
		buffer := make([]byte, 4096)
		for err == nil {
			var n int
			n, err = answer.Read(buffer)
			total += n
			<-time.After(2 * idle)
		}
		if !errors.Is(err, io.EOF) || total != len(text) {
			t.Errorf("%d bytes arrived, then %v", total, err)
		}
	})
}

// canned answers every request with the same text.
type canned string

func (c canned) RoundTrip(request *http.Request) (*http.Response, error) {
	return &http.Response{
		StatusCode: http.StatusOK, Body: io.NopCloser(strings.NewReader(string(c))), Request: request,
	}, nil
}

func TestDeadlineOfTheCaller(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }))
	defer server.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	call := wire.Call{Client: server.Client(), Method: http.MethodPost, URL: server.URL}
	_, err := call.Do(ctx)
	if e := llm.AsError(err); e.Kind != llm.ErrTimeout || e.Retryable {
		t.Errorf("%+v", e)
	}
}

// TestCauseOfTheCaller: why a call was cancelled can be asked for.
func TestCauseOfTheCaller(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }))
	defer server.Close()
	stopped := errors.New("stopped by the user")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(stopped)
	call := wire.Call{Client: server.Client(), Method: http.MethodPost, URL: server.URL}
	_, err := call.Do(ctx)
	if e := llm.AsError(err); e.Kind != llm.ErrCanceled || !errors.Is(err, stopped) {
		t.Errorf("%+v", e)
	}
}

// TestCancelWhileWaiting: a call that waits to be made again ends at once.
func TestCancelWhileWaiting(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "5")
		w.WriteHeader(http.StatusTooManyRequests)
		time.AfterFunc(10*time.Millisecond, cancel)
	}))
	defer server.Close()
	call := wire.Call{Client: server.Client(), Method: http.MethodPost, URL: server.URL}
	_, err := call.Do(ctx)
	if e := llm.AsError(err); e.Kind != llm.ErrCanceled {
		t.Errorf("%+v", e)
	}
}

func TestAnswerForm(t *testing.T) {
	t.Parallel()
	tests := []struct {
		contentType, body string
		form              wire.Form
	}{
		{"text/event-stream", "data: x\n\n", wire.FormStream},
		{"application/json", "data: x\n\n", wire.FormStream},
		{"application/json", `{"a":1}`, wire.FormJSON},
		{"text/event-stream", " \n{\"a\":1}", wire.FormJSON},
		{"text/plain", ": ping\n\n", wire.FormStream},
		{"application/json; charset=utf-8", "", wire.FormJSON},
	}
	for _, test := range tests {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", test.contentType)
			_, _ = io.WriteString(w, test.body)
		}))
		defer server.Close()
		call := wire.Call{Client: server.Client(), Method: http.MethodPost, URL: server.URL}
		answer, err := call.Do(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		text, err := answer.All()
		if answer.Form != test.form || string(text) != strings.TrimLeft(test.body, " \n") || err != nil {
			t.Errorf("%q as %s: form %d, %q, %v", test.body, test.contentType, answer.Form, text, err)
		}
		answer.Close()
	}
}
