// Package wire holds what every codec does alike: one HTTP call with its
// time-outs and retries, the reading of provider errors, and the repair of a
// conversation that another model began. It knows no protocol.
package wire

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"errors"
	"io"
	"log/slog"
	"mime"
	"net/http"
	"net/http/httptrace"
	"regexp"
	"strings"
	"sync"
	"time"

	"parley/internal/kit/fault"
	"parley/internal/llm"
)

// Limits bound one call, and say how strictly its answer is read. A zero field
// takes its default.
type Limits struct {
	// Connect is until a connection stands; default 20 s.
	Connect time.Duration
	// FirstByte is from there to the first byte of the answer's body; default
	// 5 min, because a model may think before it writes.
	FirstByte time.Duration
	// Idle is between two pieces of the body; default 2 min.
	Idle time.Duration
	// Retries before the first byte; default 2, negative is none.
	Retries int
	// Backoff is the wait before the first retry, doubled each time and
	// shortened at random by up to a half; default 500 ms.
	Backoff time.Duration
	// Elsewhere says that who is told of a limit can call with another key at once,
	// so that no limit is waited for.
	Elsewhere bool
	// Event is the largest event of a stream in bytes; default 32 MiB.
	Event int
	// Log is told what was passed over in an answer; nil is nobody.
	Log *slog.Logger
}

const (
	defaultConnect   = 20 * time.Second
	defaultFirstByte = 5 * time.Minute
	defaultIdle      = 2 * time.Minute
	defaultRetries   = 2
	defaultBackoff   = 500 * time.Millisecond
	// longestWait is how long someone is kept waiting for a retry; a provider
	// that asks for more is told of instead.
	longestWait = 5 * time.Second

	maxErrorBody  = 256 << 10
	maxAnswerBody = 64 << 20
)

func (l Limits) filled() Limits {
	fill := func(d *time.Duration, value time.Duration) {
		if *d <= 0 {
			*d = value
		}
	}
	fill(&l.Connect, defaultConnect)
	fill(&l.FirstByte, defaultFirstByte)
	fill(&l.Idle, defaultIdle)
	fill(&l.Backoff, defaultBackoff)
	if l.Retries == 0 {
		l.Retries = defaultRetries
	}
	return l
}

// Call is one request to a provider.
type Call struct {
	Client *http.Client
	Method string
	URL    string
	Header http.Header
	Body   []byte
	Limits Limits
	// Secret is cut out of every error text, for providers echo keys.
	Secret llm.Secret
	noted  bool
}

// Form is how the body of an answer is written.
type Form int

// The forms of an answer.
const (
	// FormStream is server-sent events.
	FormStream Form = iota + 1
	// FormJSON is a single JSON value.
	FormJSON
)

// Answer is a successful HTTP response whose body has begun.
type Answer struct {
	Form   Form
	Header http.Header
	body   *bufio.Reader
	watch  *watch
	closer io.Closer
	call   *Call
	begun  bool
}

// peeked is how much of an answer is buffered to recognise it, in bytes. What
// reads it has larger buffers, which it then fills directly.
const peeked = 256

// bodies are readers of answers that were closed.
var bodies = sync.Pool{New: func() any { return bufio.NewReaderSize(nil, peeked) }}

// Do makes the call, again where that may help and nothing was received. The
// error is always an [*llm.Error].
func (c *Call) Do(ctx context.Context) (*Answer, error) {
	limits := c.Limits.filled()
	for attempt := 0; ; attempt++ {
		answer, failure := c.once(ctx, limits)
		if failure == nil {
			return answer, nil
		}
		if !again(failure) || attempt >= limits.Retries || limits.Elsewhere && failure.Kind == llm.ErrRateLimited {
			return nil, failure
		}
		if err := wait(ctx, max(failure.RetryAfter, backoff(limits.Backoff, attempt))); err != nil {
			return nil, c.broken(ctx, err)
		}
	}
}

// again reports whether to try once more. Who has waited for the first byte in
// vain has waited long enough.
func again(failure *llm.Error) bool {
	timedOut := failure.Kind == llm.ErrTimeout && failure.Status == 0
	return failure.Retryable && !timedOut && failure.RetryAfter <= longestWait
}

func (c *Call) once(ctx context.Context, limits Limits) (*Answer, *llm.Error) {
	callCtx, watch := newWatch(ctx)
	watch.arm(limits.Connect, "the connection")
	trace := &httptrace.ClientTrace{
		GotConn: func(httptrace.GotConnInfo) { watch.arm(limits.FirstByte, "the first byte of the answer") },
	}
	request, err := http.NewRequestWithContext(httptrace.WithClientTrace(callCtx, trace),
		c.Method, c.URL, bytes.NewReader(c.Body))
	if err != nil {
		watch.end()
		return nil, &llm.Error{Kind: llm.ErrBadRequest, Message: "the provider's address is not valid"}
	}
	request.Header = c.header()
	response, err := c.Client.Do(request) //nolint:bodyclose // Answer.Close does
	if err != nil {
		defer watch.end()
		return nil, c.broken(callCtx, err)
	}
	answer := &Answer{Header: response.Header, watch: watch, closer: response.Body, call: c}
	answer.body, _ = bodies.Get().(*bufio.Reader)
	answer.body.Reset(watch.reader(response.Body, limits.Idle))
	if response.StatusCode < 200 || response.StatusCode > 299 {
		defer answer.Close()
		return nil, c.refused(callCtx, response, answer.body)
	}
	if failure := answer.recognise(callCtx, response); failure != nil {
		answer.Close()
		return nil, failure
	}
	return answer, nil
}

func (c *Call) header() http.Header {
	header := c.Header.Clone()
	if header == nil {
		header = http.Header{}
	}
	for name, value := range map[string]string{
		"User-Agent": "Parley",
		// A compressed stream costs more than it saves, and is held back by who
		// compresses it.
		"Accept-Encoding": "identity",
	} {
		if header.Get(name) == "" {
			header.Set(name, value)
		}
	}
	return header
}

// refused reads the body of an error answer.
func (c *Call) refused(ctx context.Context, response *http.Response, body io.Reader) *llm.Error {
	text, err := io.ReadAll(io.LimitReader(body, maxErrorBody))
	if err != nil && len(text) == 0 {
		if failure := c.broken(ctx, err); failure.Kind == llm.ErrCanceled {
			return failure
		}
	}
	code, _, _ := strings.Cut(response.Header.Get("X-Amzn-Errortype"), ":")
	failure := classify(response.StatusCode, code, text)
	failure.RetryAfter = cmp.Or(retryAfter(response.Header, time.Now()), failure.RetryAfter, retryAfterText(failure.Message))
	if response.Header.Get("X-Should-Retry") == "false" {
		failure.Retryable = false
	}
	return c.clean(failure)
}

// recognise tells a stream from a JSON value and from a web page by the first
// byte, because content types lie.
func (a *Answer) recognise(ctx context.Context, response *http.Response) *llm.Error {
	kind, _, _ := mime.ParseMediaType(response.Header.Get("Content-Type"))
	a.Form = FormStream
	if kind == "application/json" {
		a.Form = FormJSON
	}
	for {
		head, err := a.body.Peek(1)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return a.call.broken(ctx, err)
		}
		switch head[0] {
		case ' ', '\t', '\r', '\n':
			if _, err := a.body.Discard(1); err != nil {
				return a.call.broken(ctx, err)
			}
			continue
		case '{', '[':
			a.Form = FormJSON
		case 'd', 'e', ':':
			a.Form = FormStream
		case '<':
			text, _ := io.ReadAll(io.LimitReader(a.body, maxErrorBody))
			return a.call.clean(&llm.Error{
				Kind: llm.ErrProtocol, Status: response.StatusCode, Message: pageMessage(text), NoAnswer: true,
			})
		}
		return nil
	}
}

// Read reads the body. An error is io.EOF or an [*llm.Error].
func (a *Answer) Read(p []byte) (int, error) {
	n, err := a.body.Read(p)
	if err == nil || errors.Is(err, io.EOF) {
		return n, err
	}
	failure := a.call.broken(a.watch.ctx, err)
	if failure.Kind == llm.ErrNetwork { // the provider was reached: its answer broke off
		failure.Kind = llm.ErrTruncated
	}
	return n, failure
}

// All returns the whole body of a JSON answer.
func (a *Answer) All() ([]byte, error) {
	text, err := io.ReadAll(io.LimitReader(a, maxAnswerBody+1))
	if err != nil {
		return nil, err
	}
	if len(text) > maxAnswerBody {
		return nil, &llm.Error{Kind: llm.ErrProtocol, Message: "the answer is larger than 64 MiB"}
	}
	return Mended(text), nil
}

// Begin notes that an event of the answer was read: what fails from now on is an
// answer that broke off.
func (a *Answer) Begin() { a.begun = true }

// Finish ends a call whose answer is complete, so that its connection can serve
// the next one: for that the body has to be read to its end.
func (a *Answer) Finish() {
	const patience, leftover = 50 * time.Millisecond, 16 << 10
	a.watch.arm(patience, "the end of the answer")
	_, _ = io.CopyN(io.Discard, a.body, leftover)
	a.Close()
}

// Close ends the call. A second time does nothing.
func (a *Answer) Close() {
	if a.body == nil {
		return
	}
	a.watch.end()
	_ = a.closer.Close()
	a.body.Reset(nil)
	bodies.Put(a.body)
	a.body = nil
}

// Failed makes the error of an event that a provider sends in mid-stream:
// status is 0 where the event names none.
func (c *Call) Failed(status int, body []byte) *llm.Error {
	failure := classify(status, "", body)
	failure.RetryAfter = cmp.Or(failure.RetryAfter, retryAfterText(failure.Message))
	return c.clean(failure)
}

// broken makes the error of a call that was cut.
func (c *Call) broken(ctx context.Context, err error) *llm.Error {
	if failure, ok := errors.AsType[*llm.Error](context.Cause(ctx)); ok {
		return failure
	}
	switch {
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return &llm.Error{Kind: llm.ErrTimeout, Message: "the time for the call is over", Cause: ctx.Err()}
	case ctx.Err() != nil:
		return &llm.Error{Kind: llm.ErrCanceled, Message: "the call was cancelled", Cause: context.Cause(ctx)}
	}
	if failure, ok := errors.AsType[*llm.Error](err); ok {
		return failure
	}
	rule, ok := errors.AsType[*fault.Error](err)
	byRule := ok && rule.Kind == fault.Invalid // of our own, which asking again does not change
	code, message := networkCause(err)
	return c.clean(&llm.Error{Kind: llm.ErrNetwork, Code: code, Message: message, Retryable: !byRule, Cause: err})
}

// clean shortens the message and removes the key from it.
func (c *Call) clean(failure *llm.Error) *llm.Error {
	for _, secret := range c.secrets() {
		failure.Message = strings.ReplaceAll(failure.Message, secret, hidden)
		failure.Code = strings.ReplaceAll(failure.Code, secret, hidden)
	}
	failure.Message = shorten(failure.Message, maxMessage)
	failure.Code = shorten(failure.Code, maxCode)
	return failure
}

const hidden = "[secret]"

var secretHeader = regexp.MustCompile(`(?i)auth|key|token|secret|cookie`)

// secrets are the key and what an admin put into headers that look like one.
func (c *Call) secrets() []string {
	const shortest = 4
	var list []string
	add := func(text string) {
		if len(text) >= shortest {
			list = append(list, text)
		}
	}
	add(c.Secret.Reveal())
	for name, values := range c.Header {
		if secretHeader.MatchString(name) {
			for _, value := range values {
				add(strings.TrimPrefix(value, "Bearer "))
			}
		}
	}
	return list
}

// Garbled makes the error of an event that is not what the protocol says.
func (c *Call) Garbled(data []byte, err error) *llm.Error {
	const shown = 200
	return c.clean(&llm.Error{
		Kind: llm.ErrProtocol, Cause: err, NoAnswer: true, // unless the answer has begun: see Play
		Message: "the provider sent something that is not the protocol: " + shorten(string(data), shown),
	})
}
