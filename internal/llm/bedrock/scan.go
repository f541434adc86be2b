package bedrock

import "parley/internal/llm/scan"

// Kinds of delta that make up most of an answer.
const (
	textDelta = iota + 1
	reasoningDelta
	inputDelta
)

// scanner reads the payload of a contentBlockDelta that holds text, reasoning
// or a call's input without reflection; anything else is left to
// encoding/json.
type scanner struct {
	scan.Scanner
	index int
	kind  int
	text  string
}

// scan reports whether data is a common delta, which the scanner then holds.
func (s *scanner) scan(data []byte) bool {
	s.Reset(data)
	s.index, s.kind, s.text = -1, 0, ""
	return s.Fields(s.top) && s.End() && s.index >= 0 && s.kind != 0
}

func (s *scanner) top(key []byte) bool {
	switch string(key) {
	case "contentBlockIndex":
		return s.Index(&s.index)
	case "delta":
		return s.kind == 0 && s.Fields(s.delta)
	case "p": // padding against guesses at the length
		return s.Skip()
	default:
		return false
	}
}

func (s *scanner) delta(key []byte) bool {
	switch string(key) {
	case "text":
		return s.take(textDelta)
	case "reasoningContent":
		return s.Fields(func(key []byte) bool { return string(key) == "text" && s.take(reasoningDelta) })
	case "toolUse":
		return s.Fields(func(key []byte) bool { return string(key) == "input" && s.take(inputDelta) })
	default:
		return false
	}
}

// take reads the text of a delta; a second one is for encoding/json to judge.
func (s *scanner) take(kind int) bool {
	if s.kind != 0 {
		return false
	}
	s.kind = kind
	return s.Text(&s.text)
}
