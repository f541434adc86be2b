package anthropic

import "parley/internal/llm/scan"

// Kinds of delta.
const (
	textDelta     = "text_delta"
	thinkingDelta = "thinking_delta"
	inputDelta    = "input_json_delta"
)

// quick is a content_block_delta of text, thinking or a call's input.
type quick struct {
	index int
	kind  string
	text  string
}

// scanner reads the deltas, which are nearly all events of an answer, without
// reflection; anything else is left to encoding/json.
type scanner struct {
	scan.Scanner
	seen uint8
	out  quick
}

const (
	sawType = 1 << iota
	sawDelta
	sawKind
	sawText
	sawThinking
	sawInput
)

// scan reports whether data is a common delta; s.out then holds it.
func (s *scanner) scan(data []byte) bool {
	s.Reset(data)
	s.seen, s.out = 0, quick{index: -1}
	return s.Fields(s.top) && s.End() && s.out.index >= 0 && s.seen&sawType != 0 && s.matches()
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
		return s.once(sawType) && s.Literal(`"content_block_delta"`)
	case "index":
		return s.Index(&s.out.index)
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
