package upstream

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

const (
	// bufferSize is how much an unthrottled stream gathers before it writes.
	bufferSize = 16 << 10
	// pieceSize is about how many bytes of running text or arguments an event
	// carries.
	pieceSize = 6
)

// errCut ends an answer without the protocol's last event.
var errCut = errors.New("answer cut off by its script")

// stream plays one answer.
type stream struct {
	server *Server
	call   Call
	wire   wire
	out    http.ResponseWriter
	flush  func() error

	buffer  []byte
	sleeper *sleeper
	// said and thought count the tokens so far.
	said, thought int
	begun         bool
	why           finish
	noUsage       bool
}

func newStream(server *Server, call Call, protocol wire, out http.ResponseWriter) *stream {
	return &stream{
		server:  server,
		call:    call,
		wire:    protocol,
		out:     out,
		flush:   http.NewResponseController(out).Flush,
		sleeper: newSleeper(),
		why:     finishStop,
	}
}

// play runs the steps and ends the answer properly, unless a step says not to.
func (s *stream) play(ctx context.Context, steps []step) error {
	for i, next := range steps {
		if next.isCall() {
			s.begin()
			s.buffer = s.wire.call(s.buffer, fmt.Sprintf("call_%d_%d", s.call.Number, i), next.name,
				cut(s.server.arguments(next.name)))
			s.why = finishTools
			continue
		}
		if err := s.step(ctx, next); err != nil {
			return errors.Join(err, s.write())
		}
	}
	s.begin()
	cost := &usage{input: inputTokens(s.call.Messages), output: s.said + s.thought, reasoning: s.thought}
	if s.noUsage {
		cost = nil
	}
	s.buffer = s.wire.close(s.buffer, s.why, cost)
	return s.write()
}

func (s *stream) step(ctx context.Context, next step) error {
	switch next.verb {
	case verbTokens, verbStamped, verbReasoning:
		return s.count(ctx, next)
	case verbMarkdown:
		return s.recite(ctx, cut(markdown(next.first)), next.second)
	case verbText:
		return s.recite(ctx, cut(s.server.options.Texts[next.name]), next.first)
	case verbEcho:
		return s.recite(ctx, cut(s.call.LastUser()), next.first)
	case verbPicture, verbSound, verbSources, verbCode:
		s.begin()
		s.buffer = s.wire.made(s.buffer, next.verb)
		return s.write()
	case verbWait:
		return s.pause(ctx, time.Now().Add(time.Duration(next.first)*time.Millisecond))
	case verbHold:
		return s.hold(ctx)
	case verbHang:
		if err := s.write(); err != nil {
			return err
		}
		<-ctx.Done()
		return context.Cause(ctx)
	case verbClose:
		s.begin()
		return errCut
	case verbReset:
		_ = s.write()
		panic(http.ErrAbortHandler)
	case verbMalformed:
		s.begin()
		s.buffer = append(s.buffer, "data: {\"choices\": [{\"index\": 0,\n\n"...)
		return s.write()
	case verbError:
		s.begin()
		s.buffer = s.wire.fail(s.buffer)
		return errCut
	case verbLength:
		s.why = finishLength
	case verbFilter:
		s.why = finishFilter
	case verbNoUsage:
		s.noUsage = true
	case verbCall, verbLoop, verbStatus, verbContext, verbHTML, verbFail:
		return fmt.Errorf("step %s cannot be played here", next.verb)
	}
	return nil
}

// count says numbered tokens.
func (s *stream) count(ctx context.Context, next step) error {
	var token []byte
	return s.pace(ctx, next.first, next.second, func(int) {
		switch next.verb {
		case verbReasoning:
			s.thought++
			token = appendNumber(append(token[:0], " r"...), s.thought)
			s.buffer = s.wire.reasoning(s.buffer, token)
			return
		case verbStamped:
			s.said++
			token = appendNumber(append(token[:0], " t"...), s.said)
			token = appendStamp(append(token, '@'), time.Now())
		default:
			s.said++
			token = appendNumber(append(token[:0], " t"...), s.said)
		}
		s.buffer = s.wire.text(s.buffer, token)
	})
}

// recite says a text piece by piece.
func (s *stream) recite(ctx context.Context, pieces []string, rate int) error {
	return s.pace(ctx, len(pieces), rate, func(i int) {
		s.said++
		s.buffer = s.wire.text(s.buffer, escape(pieces[i]))
	})
}

// pace adds count events at the given rate a second, the first at once. Rate 0
// is as fast as it goes, written in large pieces.
func (s *stream) pace(ctx context.Context, count, rate int, add func(i int)) error {
	s.begin()
	start := time.Now()
	for i := range count {
		if rate > 0 && i > 0 {
			due := start.Add(time.Duration(i) * time.Second / time.Duration(rate))
			if err := s.pause(ctx, due); err != nil {
				return err
			}
		}
		add(i)
		if rate > 0 || len(s.buffer) >= bufferSize {
			if err := s.write(); err != nil {
				return err
			}
		}
	}
	return nil
}

// begin adds the protocol's opening, once.
func (s *stream) begin() {
	if s.begun {
		return
	}
	s.begun = true
	s.out.Header().Set("Content-Type", "text/event-stream; charset=utf-8")
	s.out.Header().Set("Cache-Control", "no-cache")
	s.buffer = s.wire.open(s.buffer)
}

// pause sends what there is and waits.
func (s *stream) pause(ctx context.Context, until time.Time) error {
	if err := s.write(); err != nil {
		return err
	}
	return s.server.pacer.sleep(ctx, s.sleeper, until)
}

// hold sends what there is and waits for Release.
func (s *stream) hold(ctx context.Context) error {
	if err := s.write(); err != nil {
		return err
	}
	return s.server.held(ctx)
}

// write sends what has been gathered; nothing is sent before the first step
// that speaks.
func (s *stream) write() error {
	if len(s.buffer) == 0 {
		return nil
	}
	_, err := s.out.Write(s.buffer) //nolint:gosec // an event stream, not a page
	s.buffer = s.buffer[:0]
	if err != nil {
		return err
	}
	return s.flush()
}

// cut splits a text into pieces of at least pieceSize bytes that never split a
// character.
func cut(text string) []string {
	pieces := make([]string, 0, len(text)/pieceSize+1)
	start := 0
	for i := range text {
		if i-start >= pieceSize {
			pieces = append(pieces, text[start:i])
			start = i
		}
	}
	if start < len(text) {
		pieces = append(pieces, text[start:])
	}
	return pieces
}

// inputTokens is a plain stand-in for a tokenizer: one token a word.
func inputTokens(messages []Message) int {
	words := 0
	for _, m := range messages {
		words += len(strings.Fields(m.Text))
	}
	return words
}

// appendNumber appends a number with at least four digits.
func appendNumber(b []byte, number int) []byte {
	for limit := 1000; number < limit && limit > 1; limit /= 10 {
		b = append(b, '0')
	}
	return strconv.AppendInt(b, int64(number), 10)
}
