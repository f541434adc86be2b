package anthropic

import "parley/internal/llm/scan"

// Kinds of delta.
const (
	textDelta     = "text_delta"
	thinkingDelta = "thinking_delta"
	inputDelta    = "input_json_delta"
)

// The types of the events that make up an answer, but for its head and its end.
const (
	startEvent = "content_block_start"
	deltaEvent = "content_block_delta"
	stopEvent  = "content_block_stop"
	endEvent   = "message_stop"
	pingEvent  = "ping"
)

// commonEvents are the types of them as they stand in an event.
var commonEvents = [...]struct{ kind, quoted string }{
	{deltaEvent, `"` + deltaEvent + `"`},
	{startEvent, `"` + startEvent + `"`},
	{stopEvent, `"` + stopEvent + `"`},
	{endEvent, `"` + endEvent + `"`},
	{pingEvent, `"` + pingEvent + `"`},
}

// quick is one of the common events: a block, which is left to encoding/json, a
// delta of text, thinking or a call's input, or an event that says no more than its
// type and its index do.
type quick struct {
	event string
	index int // -1 for none
	block []byte
	kind  string
	text  string
}

// scanner reads the common events, which are nearly all of an answer, without
// reflection; anything else is left to encoding/json.
type scanner struct {
	scan.Scanner
	seen uint8
	out  quick
}

const (
	sawType = 1 << iota
	sawBlock
	sawDelta
	sawKind
	sawText
	sawThinking
	sawInput
)

// scan reports whether data is a common event; s.out then holds it.
func (s *scanner) scan(data []byte) bool {
	s.Reset(data)
	s.seen, s.out = 0, quick{index: -1}
	if !s.Fields(s.top) || !s.End() {
		return false
	}
	switch s.out.event {
	case startEvent:
		return s.out.index >= 0 && s.seen == sawType|sawBlock
	case deltaEvent:
		return s.out.index >= 0 && s.seen&sawBlock == 0 && s.matches()
	case stopEvent:
		return s.out.index >= 0 && s.seen == sawType
	default:
		return s.seen == sawType
	}
}

// matches reports whether the text was in the field of its kind.
func (s *scanner) matches() bool {
	switch s.seen & (sawText | sawThinking | sawInput) {
	case sawText:
		return s.out.kind == textDelta
	case sawThinking:
		return s.out.kind == thinkingDelta
	case sawInput:
		return s.out.kind == inputDelta
	default:
		return false
	}
}

func (s *scanner) once(bit uint8) bool {
	first := s.seen&bit == 0
	s.seen |= bit
	return first
}

func (s *scanner) top(key []byte) bool {
	switch string(key) {
	case "type":
		return s.once(sawType) && s.event()
	case "index":
		return s.Index(&s.out.index)
	case "content_block":
		return s.once(sawBlock) && s.Raw(&s.out.block)
	case "delta":
		return s.once(sawDelta) && s.Fields(s.delta)
	default:
		return false
	}
}

func (s *scanner) delta(key []byte) bool {
	switch string(key) {
	case "type":
		return s.once(sawKind) && s.kind()
	case "text":
		return s.once(sawText) && s.Text(&s.out.text)
	case "thinking":
		return s.once(sawThinking) && s.Text(&s.out.text)
	case "partial_json":
		return s.once(sawInput) && s.Text(&s.out.text)
	default:
		return false
	}
}

func (s *scanner) event() bool {
	for _, common := range commonEvents {
		if s.Literal(common.quoted) {
			s.out.event = common.kind
			return true
		}
	}
	return false
}

func (s *scanner) kind() bool {
	switch {
	case s.Literal(`"` + textDelta + `"`):
		s.out.kind = textDelta
	case s.Literal(`"` + thinkingDelta + `"`):
		s.out.kind = thinkingDelta
	case s.Literal(`"` + inputDelta + `"`):
		s.out.kind = inputDelta
	}
	return s.out.kind != ""
}
