package chat

import (
	"encoding/json"
	"fmt"
	"slices"

	"parley/internal/llm"
)

// Fold builds a message's content from the frames of its turn. Frames that it
// has seen are ignored, so applying some twice changes nothing. The zero value
// is an answer that has just begun.
type Fold struct {
	seq    int64
	parts  []growing
	status Status
	limit  Limit
	usage  *Usage
}

// growing is a part whose text is still being appended to.
type growing struct {
	part llm.Part
	text []byte
}

// NewFold goes on from a stored message.
func NewFold(m Message) *Fold {
	f := &Fold{seq: m.Seq, status: m.Status, limit: m.Limit, usage: m.Usage}
	for _, p := range m.Parts {
		f.Set(len(f.parts), p)
	}
	return f
}

// Seq is the last frame applied.
func (f *Fold) Seq() int64 { return f.seq }

// Len is the number of parts.
func (f *Fold) Len() int { return len(f.parts) }

// Status is running until a frame says otherwise.
func (f *Fold) Status() Status {
	if f.status == "" {
		return StatusRunning
	}
	return f.status
}

// Limit is what cut the answer off.
func (f *Fold) Limit() Limit { return f.limit }

// Usage is what the answer took so far, nil if unknown.
func (f *Fold) Usage() *Usage { return f.usage }

// Apply folds one frame.
func (f *Fold) Apply(frame Frame) error {
	if frame.Seq <= f.seq {
		return nil
	}
	if err := f.apply(frame); err != nil {
		return fmt.Errorf("fold frame %d (%s): %w", frame.Seq, frame.Event(), err)
	}
	f.seq = frame.Seq
	return nil
}

func (f *Fold) apply(frame Frame) error {
	switch frame.Event() {
	case EventDelta:
		return decode(frame, func(d Delta) { f.Append(d.Part, d.Type, []byte(d.Text)) })
	case EventPart:
		return decode(frame, func(p PartSet) { f.Set(p.Part, p.Value) })
	case EventRaw:
		return decode(frame, func(r RawSet) { f.SetRaw(r.Part, r.Protocol, r.Raw) })
	case EventTool:
		return decode(frame, func(t ToolStatus) { f.SetCall(t.Part, t.Status) })
	case EventError:
		return decode(frame, f.Fail)
	case EventStatus:
		return decode(frame, func(s StatusSet) { f.status = s.Status })
	case EventUsage:
		return decode(frame, func(u Usage) { f.usage = &u })
	case EventDone:
		return decode(frame, func(d Done) { f.End(d.Status, d.Limit) })
	case EventLogprobs:
		return nil
	case EventSnapshot:
		return decode(frame, func(s Snapshot) { *f = *NewFold(s.Message) })
	}
	return nil // an event of a later version changes nothing
}

func decode[T any](frame Frame, apply func(T)) error {
	var v T
	if err := json.Unmarshal(frame.Data(), &v); err != nil {
		return err
	}
	apply(v)
	return nil
}

// Append adds text to part i, which is made when it is the next one. A part
// further on is ignored: its beginning is missing.
func (f *Fold) Append(i int, kind llm.PartType, text []byte) {
	if i == len(f.parts) {
		p := llm.Part{Type: kind}
		if kind == llm.PartToolCall {
			p.Call = &llm.ToolCall{Status: llm.CallPending}
		}
		f.parts = append(f.parts, growing{part: p})
	}
	if i >= 0 && i < len(f.parts) {
		f.parts[i].text = append(f.parts[i].text, text...)
	}
}

// Set makes p the part i, which may be the next one.
func (f *Fold) Set(i int, p llm.Part) {
	g := growing{part: p}
	if p.Call != nil {
		call := *p.Call
		g.part.Call = &call
		g.text = []byte(call.Arguments)
		call.Arguments = ""
	} else {
		g.text = []byte(p.Text)
	}
	switch {
	case i == len(f.parts):
		f.parts = append(f.parts, g)
	case i >= 0 && i < len(f.parts):
		f.parts[i] = g
	}
}

// SetRaw keeps what the provider wants back with part i.
func (f *Fold) SetRaw(i int, protocol string, raw json.RawMessage) {
	if i >= 0 && i < len(f.parts) {
		f.parts[i].part.Protocol, f.parts[i].part.Raw = protocol, raw
	}
}

// Call returns the part with the newest call of this id, -1 if there is none.
func (f *Fold) Call(id string) int {
	for i, g := range slices.Backward(f.parts) {
		if call := g.part.Call; call != nil && call.ID == id {
			return i
		}
	}
	return -1
}

// SetCall changes the status of the call in part i.
func (f *Fold) SetCall(i int, status llm.CallStatus) {
	if i >= 0 && i < len(f.parts) && f.parts[i].part.Call != nil {
		f.parts[i].part.Call.Status = status
	}
}

// Fail adds an error as the last part.
func (f *Fold) Fail(failure llm.Failure) {
	f.parts = append(f.parts, growing{part: llm.Part{Type: llm.PartError, Failure: &failure}})
}

// SetUsage sets what the answer took.
func (f *Fold) SetUsage(u Usage) { f.usage = &u }

// SetStatus sets the status of an answer that goes on.
func (f *Fold) SetStatus(s Status) { f.status = s }

// End sets the final status.
func (f *Fold) End(status Status, limit Limit) { f.status, f.limit = status, limit }

// Advance notes that all up to seq is folded.
func (f *Fold) Advance(seq int64) { f.seq = seq }

// Parts returns a copy of what there is now.
func (f *Fold) Parts() []llm.Part {
	parts := make([]llm.Part, len(f.parts))
	for i := range f.parts {
		parts[i] = f.Part(i)
	}
	return parts
}

// Part returns a copy of part i.
func (f *Fold) Part(i int) llm.Part {
	g := f.parts[i]
	p := g.part
	if p.Call != nil {
		call := *p.Call
		call.Arguments = string(g.text)
		p.Call = &call
		return p
	}
	p.Text = string(g.text)
	p.Raw = slices.Clone(p.Raw)
	return p
}

// Into writes the content into m.
func (f *Fold) Into(m *Message) {
	m.Parts, m.Status, m.Limit, m.Usage, m.Seq = f.Parts(), f.Status(), f.limit, f.usage, f.seq
}
