package wire

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"unicode/utf8"

	"parley/internal/llm"
	"parley/internal/llm/sse"
)

// Endpoint is where a provider is and how it is called, as every codec needs to
// know it.
type Endpoint struct {
	// BaseURL is the address that the protocol's paths follow. Its query is kept.
	BaseURL string
	Key     llm.Secret
	// Headers are added to every request and win over our own.
	Headers map[string]string
	Client  *http.Client
	Limits  Limits
}

// Call returns a call of the URL with our header, and with a body in JSON
// unless it is nil.
func (e Endpoint) Call(method, address string, header http.Header, body []byte) *Call {
	header = header.Clone()
	if header == nil {
		header = http.Header{}
	}
	if header.Get("Accept") == "" {
		header.Set("Accept", "application/json, text/event-stream")
	}
	if body != nil {
		header.Set("Content-Type", "application/json")
	}
	for name, value := range e.Headers {
		header.Set(name, value)
	}
	return &Call{
		Client: e.Client, Method: method, URL: address, Header: header, Body: body, Limits: e.Limits, Secret: e.Key,
	}
}

// URL returns the base URL with its path as change makes it.
func (e Endpoint) URL(change func(path string) string) string {
	base, err := url.Parse(strings.TrimSpace(e.BaseURL))
	if err != nil {
		return e.BaseURL
	}
	base.Path = change(strings.TrimRight(base.Path, "/"))
	return base.String()
}

// Sink hands the events of one answer to who asked for it.
type Sink struct {
	yield func(llm.Event, error) bool
	left  bool
}

// Emit hands on an event, unless the consumer has gone.
func (s *Sink) Emit(event llm.Event) {
	if !s.left && !s.yield(event, nil) {
		s.left = true
	}
}

// Left reports whether the consumer has gone.
func (s *Sink) Left() bool { return s.left }

// Play makes the call and yields its answer: first the notices about what was
// asked for, then what read makes of the answer, then the error that read or
// the call ended with, if any.
func (c *Call) Play(ctx context.Context, notices []string, yield func(llm.Event, error) bool, read func(*Answer, *Sink) error) {
	sink := &Sink{yield: yield}
	for _, notice := range notices {
		sink.Emit(llm.Event{Kind: llm.EventNotice, Text: notice})
	}
	if sink.left {
		return
	}
	answer, err := c.Do(ctx)
	if err != nil {
		yield(llm.Event{}, err)
		return
	}
	defer answer.Close()
	err = read(answer, sink)
	switch {
	case sink.left:
	case err != nil:
		failure := llm.AsError(err)
		failure.NoAnswer = failure.NoAnswer && !answer.begun
		yield(llm.Event{}, failure)
	default:
		answer.Finish()
	}
}

// Events reads server-sent events until read says that the answer is complete,
// the consumer has gone, or the stream ends; complete reports the first.
func (a *Answer) Events(sink *Sink, read func(data []byte) (complete bool, err error)) (complete bool, err error) {
	reader := sse.NewReader(a, a.call.Limits.Event)
	defer reader.Close()
	for !sink.left {
		event, err := reader.Next()
		switch {
		case errors.Is(err, io.EOF):
			return false, nil
		case errors.Is(err, sse.ErrTooLarge):
			return false, TooLarge(err)
		case err != nil:
			return false, err
		case len(event.Data) == 0:
			continue
		}
		if complete, err := read(Mended(event.Data)); complete || err != nil {
			return complete, err
		}
		a.Begin()
	}
	return false, nil
}

// Mended is a piece of an answer as UTF-8. What is kept of it as it came has to be
// text, too: a database takes nothing else.
func Mended(data []byte) []byte {
	if utf8.Valid(data) {
		return data
	}
	return bytes.ToValidUTF8(data, []byte("\uFFFD"))
}

// TooLarge is the error of an event above the limit.
func TooLarge(cause error) *llm.Error {
	return &llm.Error{Kind: llm.ErrProtocol, Message: "an event of the answer is too large", Cause: cause}
}

// Truncated is the error of a stream that ended before its last event.
func Truncated() *llm.Error {
	return &llm.Error{
		Kind: llm.ErrTruncated, Retryable: true, NoAnswer: true, // unless it has begun: see Play
		Message: "the answer ended before it was complete",
	}
}

// JSON makes the call and decodes its whole answer. The error is an
// [*llm.Error].
func (c *Call) JSON(ctx context.Context, into any) error {
	answer, err := c.Do(ctx)
	if err != nil {
		return err
	}
	defer answer.Close()
	text, err := answer.All()
	if err != nil {
		return err
	}
	if err := json.Unmarshal(text, into); err != nil {
		return c.Garbled(text, err)
	}
	return nil
}
