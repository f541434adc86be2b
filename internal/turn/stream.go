package turn

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"parley/internal/access"
	"parley/internal/chat"
	"parley/internal/kit/fault"
)

const pingEvery = 15 * time.Second

var errAfter = fault.New(fault.Invalid, "after_invalid", "after is the number of a frame.")

// stream serves GET /api/turns/{turn}/events: every frame after the given one,
// then the live ones, to the last.
func (s *Service) stream(w http.ResponseWriter, r *http.Request) error {
	after, err := position(r)
	if err != nil {
		return err
	}
	scope := access.ScopeOf(r.Context())
	l, t, err := s.attach(r.Context(), scope, ID(r.PathValue("turn")))
	if err != nil {
		return err
	}
	if !s.streams.take(scope.User, s.Options.MaxStreams) {
		return ErrTooManyStreams.Saying(fmt.Sprintf("The limit is %d.", s.Options.MaxStreams))
	}
	defer s.streams.give(scope.User)
	out := &sink{w: w, control: http.NewResponseController(w), seq: after}
	h := w.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Accel-Buffering", "no")
	if l == nil {
		return s.replay(r.Context(), scope, t, out)
	}
	ctx := r.Context()
	if s.Bound != nil {
		var free context.CancelFunc
		ctx, free = s.Bound(ctx)
		defer free()
	}
	return s.follow(ctx, scope, l, t, out)
}

// position reads after, or the Last-Event-ID of a browser that reconnects.
func position(r *http.Request) (int64, error) {
	text := r.URL.Query().Get("after")
	if last := r.Header.Get("Last-Event-ID"); last != "" {
		text = last
	}
	if text == "" {
		return 0, nil
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 0 {
		return 0, errAfter
	}
	return n, nil
}

// sink is an event stream that is being written.
type sink struct {
	w       http.ResponseWriter
	control *http.ResponseController
	seq     int64
	buf     []byte
	done    bool
}

// send writes frames in one go.
func (o *sink) send(frames []chat.Frame) error {
	o.buf = o.buf[:0]
	for _, f := range frames {
		o.buf = append(o.buf, f.Wire()...)
		o.seq = f.Seq
		o.done = o.done || f.Event() == chat.EventDone
	}
	if len(o.buf) == 0 {
		return nil
	}
	if _, err := o.w.Write(o.buf); err != nil {
		return err
	}
	return o.control.Flush()
}

func (o *sink) text(s string) error {
	if _, err := o.w.Write([]byte(s)); err != nil {
		return err
	}
	return o.control.Flush()
}

// follow sends what there is and then each frame as it comes. A client that is
// gone ends it; the turn goes on.
func (s *Service) follow(ctx context.Context, scope access.Scope, l *live, t stored, out *sink) error {
	reader, leave := l.subscribe()
	defer leave()
	if out.seq > l.last() {
		return s.snapshot(ctx, scope, t, out)
	}
	if err := out.text(": open\n\n"); err != nil {
		return nil //nolint:nilerr // the client is gone
	}
	ping := time.NewTicker(pingEvery)
	defer ping.Stop()
	var frames []chat.Frame
	for {
		var whole, ended bool
		frames, whole, ended = l.after(out.seq, frames)
		if !whole {
			var err error
			if frames, err = s.older(ctx, l, out.seq); err != nil {
				return err
			}
			if len(frames) == 0 {
				return s.snapshot(ctx, scope, t, out)
			}
		}
		if err := out.send(frames); err != nil || out.done {
			return nil //nolint:nilerr // the client is gone, or has all
		}
		if !whole || len(frames) > 0 {
			continue
		}
		if ended {
			return s.replay(ctx, scope, t, out)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-reader.wake:
		case <-ping.C:
			if s.revoked(ctx) || out.text(": ping\n\n") != nil {
				return nil
			}
		}
	}
}

// older reads frames that are no longer in memory; none if the journal does not
// reach back so far, as of a turn that waited for more than a day.
func (s *Service) older(ctx context.Context, l *live, after int64) ([]chat.Frame, error) {
	unsaved := s.journal.flush(ctx)
	frames, err := s.journal.read(ctx, l.id, after)
	if err != nil {
		return nil, err
	}
	if len(frames) == 0 || frames[0].Seq != after+1 {
		return nil, unsaved
	}
	return frames, nil
}

// replay sends what the journal has of an ended turn, or a snapshot where it
// does not reach, and ends with done.
func (s *Service) replay(ctx context.Context, scope access.Scope, t stored, out *sink) error {
	frames, err := s.journal.read(ctx, t.id, out.seq)
	if err != nil {
		return err
	}
	if len(frames) == 0 || frames[0].Seq != out.seq+1 || isVoid(frames[len(frames)-1], out.seq) {
		return s.snapshot(ctx, scope, t, out)
	}
	if err := out.send(frames); err != nil || out.done {
		return nil //nolint:nilerr // the client is gone, or has all
	}
	return s.snapshot(ctx, scope, t, out)
}

// isVoid reports whether a client that has seen all up to seq saw what a crash
// undid: the frames after it belong to another story.
func isVoid(last chat.Frame, seq int64) bool {
	var done chat.Done
	return last.Event() == chat.EventDone && json.Unmarshal(last.Data(), &done) == nil && done.Kept > 0 && seq > done.Kept
}

// snapshot sends the stored message as a whole, and done if it is final.
func (s *Service) snapshot(ctx context.Context, scope access.Scope, t stored, out *sink) error {
	m, err := chat.GetMessage(ctx, s.DB, scope, t.chat, t.reply)
	if err != nil {
		return err
	}
	if l := s.get(t.id); l != nil {
		live := l.message(nil)
		m.Parts, m.Seq, m.Status = live.Parts, live.Seq, live.Status
	}
	frames, err := wholeOf(m, out.seq)
	if err != nil {
		return err
	}
	if err := out.send(frames); err != nil || out.done {
		return nil //nolint:nilerr // the client is gone, or has all
	}
	l, t, err := s.attach(ctx, scope, t.id)
	if err != nil || l == nil {
		return err
	}
	out.seq = m.Seq
	return s.follow(ctx, scope, l, t, out)
}

// wholeOf returns a message as frames for a client that has seen all up to seq:
// a snapshot, and done if it is final, with the number that done always has. A
// client that has it all gets just that again, unless what it has may be a frame
// of that number that a crash undid.
func wholeOf(m chat.Message, seq int64) ([]chat.Frame, error) {
	var frames []chat.Frame
	known := m.Seq
	if !m.Status.IsLive() {
		known-- // done comes after it
	}
	if m.Status.IsLive() || m.Status == chat.StatusInterrupted || seq != m.Seq {
		shot, err := chat.NewFrame(known, chat.EventSnapshot, chat.Snapshot{Message: m, Seq: known})
		if err != nil {
			return nil, err
		}
		frames = append(frames, shot)
	}
	if m.Status.IsLive() {
		return frames, nil
	}
	done, err := chat.NewFrame(m.Seq, chat.EventDone, chat.Done{Status: m.Status, Message: m.ID, Limit: m.Limit})
	return append(frames, done), err
}

// revoked reports whether whoever opened the stream may no longer read it.
func (s *Service) revoked(ctx context.Context) bool {
	return s.Valid != nil && !s.Valid(ctx)
}
