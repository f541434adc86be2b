package chat

import (
	"bytes"
	"encoding/json"
	"fmt"
	"iter"
	"strconv"
	"unicode/utf8"

	"parley/internal/llm"
)

// Event names what a frame does to the message.
type Event string

// The events of a turn. Their data is described in docs/features/chat.md.
const (
	EventDelta    Event = "delta"
	EventPart     Event = "part"
	EventRaw      Event = "raw"
	EventTool     Event = "tool"
	EventError    Event = "error"
	EventStatus   Event = "status"
	EventUsage    Event = "usage"
	EventSnapshot Event = "snapshot"
	EventDone     Event = "done"
	// EventLogprobs carries a [RawSet] with the probabilities of text in that
	// part. It changes nothing in the message.
	EventLogprobs Event = "logprobs"
)

// Delta is the data of [EventDelta]: Text is appended to part Part, which is
// made with Type if it is the next one. For a tool call the text belongs to
// its arguments.
type Delta struct {
	Part int          `json:"part"`
	Type llm.PartType `json:"type"`
	Text string       `json:"text"`
}

// PartSet is the data of [EventPart]: part Part becomes Value.
type PartSet struct {
	Part  int      `json:"part"`
	Value llm.Part `json:"value"`
}

// RawSet is the data of [EventRaw]: what the provider wants back with part Part.
// Clients have no use for it.
type RawSet struct {
	Part     int             `json:"part"`
	Protocol string          `json:"protocol"`
	Raw      json.RawMessage `json:"raw"`
}

// ToolStatus is the data of [EventTool]: the call in part Part has a new
// status.
type ToolStatus struct {
	Part   int            `json:"part"`
	Status llm.CallStatus `json:"status"`
}

// StatusSet is the data of [EventStatus].
type StatusSet struct {
	Status Status `json:"status"`
}

// Done is the data of [EventDone], the last frame.
type Done struct {
	Status  Status    `json:"status"`
	Message MessageID `json:"message"`
	Limit   Limit     `json:"limit,omitempty"`
	// Kept is the last frame that was stored before the process died, of a turn
	// that was ended by that. Frames that a client had after it are void.
	Kept int64 `json:"kept,omitempty"`
}

// Snapshot is the data of [EventSnapshot]: all that is known, up to Seq.
type Snapshot struct {
	Message Message `json:"message"`
	Seq     int64   `json:"seq"`
}

// Frame is one step of an answer. Its wire form is that of server-sent events
// (WHATWG HTML, section 9.2), which the event stream, the journal and, in
// parts, the WebSocket share.
type Frame struct {
	Seq  int64
	wire []byte
	name [2]int // where the event's name stands in wire
	data [2]int // where the data stands in wire
}

// NewFrame encodes data as the frame seq.
func NewFrame(seq int64, event Event, data any) (Frame, error) {
	body, err := json.Marshal(data)
	if err != nil {
		return Frame{}, fmt.Errorf("encode %s frame: %w", event, err)
	}
	f, b := begin(seq, event, len(body))
	return f.end(append(b, body...)), nil
}

// NewDelta is NewFrame for a [Delta], without reflection: it runs for every
// piece of every answer. A text that is not UTF-8 is mended.
func NewDelta(seq int64, part int, kind llm.PartType, text []byte) Frame {
	f, b := begin(seq, EventDelta, len(text)+len(text)/8+48)
	b = append(b, `{"part":`...)
	b = strconv.AppendInt(b, int64(part), 10)
	b = append(b, `,"type":"`...)
	b = append(b, kind...)
	b = append(b, `","text":`...)
	b = appendString(b, text)
	return f.end(append(b, '}'))
}

func begin(seq int64, event Event, size int) (Frame, []byte) {
	b := make([]byte, 0, size+40)
	b = append(b, "id: "...)
	b = strconv.AppendInt(b, seq, 10)
	b = append(b, "\nevent: "...)
	f := Frame{Seq: seq}
	f.name = [2]int{len(b), len(b) + len(event)}
	b = append(b, event...)
	b = append(b, "\ndata: "...)
	f.data[0] = len(b)
	return f, b
}

func (f Frame) end(b []byte) Frame {
	f.data[1] = len(b)
	f.wire = append(b, '\n', '\n')
	return f
}

// Wire returns the frame as server-sent event, blank line included. It must
// not be changed.
func (f Frame) Wire() []byte { return f.wire }

// Event returns the name of the event.
func (f Frame) Event() Event { return Event(f.wire[f.name[0]:f.name[1]]) }

// Data returns the JSON data. It must not be changed.
func (f Frame) Data() []byte { return f.wire[f.data[0]:f.data[1]] }

// Frames reads frames in their wire form, one after the other, as the journal
// keeps them. It ends at the first that is broken.
func Frames(b []byte) iter.Seq2[Frame, error] {
	return func(yield func(Frame, error) bool) {
		for len(b) > 0 {
			end := bytes.Index(b, []byte("\n\n"))
			if end < 0 {
				yield(Frame{}, fmt.Errorf("journal: a frame without end"))
				return
			}
			f, err := parseFrame(b[:end+2])
			if !yield(f, err) || err != nil {
				return
			}
			b = b[end+2:]
		}
	}
}

func parseFrame(wire []byte) (Frame, error) {
	idEnd := bytes.Index(wire, []byte("\nevent: "))
	dataAt := bytes.Index(wire, []byte("\ndata: "))
	if !bytes.HasPrefix(wire, []byte("id: ")) || idEnd < 0 || dataAt < idEnd {
		return Frame{}, fmt.Errorf("journal: not a frame: %q", wire[:min(len(wire), 80)])
	}
	seq, err := strconv.ParseInt(string(wire[4:idEnd]), 10, 64)
	if err != nil {
		return Frame{}, fmt.Errorf("journal: not a frame: %w", err)
	}
	return Frame{
		Seq: seq, wire: wire, name: [2]int{idEnd + 8, dataAt}, data: [2]int{dataAt + 7, len(wire) - 2},
	}, nil
}

const hex = "0123456789abcdef"

// appendString appends text as a JSON string (RFC 8259).
func appendString(b, text []byte) []byte {
	b = append(b, '"')
	start := 0
	for i := 0; i < len(text); {
		c := text[i]
		if c >= 0x20 && c != '"' && c != '\\' && c < utf8.RuneSelf {
			i++
			continue
		}
		if c >= utf8.RuneSelf {
			r, size := utf8.DecodeRune(text[i:])
			if r == utf8.RuneError && size == 1 {
				b = append(append(b, text[start:i]...), "\ufffd"...)
				i++
				start = i
				continue
			}
			i += size
			continue
		}
		b = append(b, text[start:i]...)
		switch c {
		case '"', '\\':
			b = append(b, '\\', c)
		case '\n':
			b = append(b, '\\', 'n')
		case '\t':
			b = append(b, '\\', 't')
		case '\r':
			b = append(b, '\\', 'r')
		default:
			b = append(b, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
		}
		i++
		start = i
	}
	b = append(b, text[start:]...)
	return append(b, '"')
}
