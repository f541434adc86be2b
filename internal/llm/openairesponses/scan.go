package openairesponses

import (
	"bytes"

	"parley/internal/llm/scan"
)

// The events that make up most of an answer.
const (
	textDelta      = "response.output_text.delta"
	summaryDelta   = "response.reasoning_summary_text.delta"
	reasoningDelta = "response.reasoning_text.delta"
	argumentsDelta = "response.function_call_arguments.delta"
)

// deltas are the same as they stand in an event.
var deltas = [...]struct{ kind, quoted string }{
	{textDelta, `"` + textDelta + `"`},
	{argumentsDelta, `"` + argumentsDelta + `"`},
	{summaryDelta, `"` + summaryDelta + `"`},
	{reasoningDelta, `"` + reasoningDelta + `"`},
}

// taken are the events that say something which no later one does, without the
// "response." that all begin with.
var taken = map[string]bool{
	"output_text.delta": true, "reasoning_summary_text.delta": true, "reasoning_text.delta": true, "function_call_arguments.delta": true,
	"refusal.delta": true, "function_call_arguments.done": true,
	"output_text.annotation.added": true, "output_item.added": true, "output_item.done": true,
	"completed": true, "incomplete": true, "failed": true,
}

// isPassedOver recognises, without reading it all, an event that repeats what
// is known, and the mark that some servers end with.
func isPassedOver(data []byte) bool {
	kind, ok := bytes.CutPrefix(data, []byte(`{"type":"response.`))
	if !ok {
		return string(data) == "[DONE]"
	}
	end := bytes.IndexByte(kind, '"')
	return end >= 0 && !taken[string(kind[:end])]
}

// quick is a delta of text, reasoning or a call's arguments.
type quick struct {
	kind string
	// output is the place of the item in the answer, part that of the text in it.
	output int
	part   int
	text   string
}

// scanner reads the deltas without reflection; anything else is left to
// encoding/json.
type scanner struct {
	scan.Scanner
	seen uint8
	out  quick
}

const (
	sawType = 1 << iota
	sawDelta
	sawLogprobs
)

// scan reports whether data is a common delta; s.out then holds it.
func (s *scanner) scan(data []byte) bool {
	s.Reset(data)
	s.seen, s.out = 0, quick{output: -1, part: -1}
	return s.Fields(s.field) && s.End() && s.out.output >= 0 && s.seen&(sawType|sawDelta) == sawType|sawDelta
}

func (s *scanner) once(bit uint8) bool {
	first := s.seen&bit == 0
	s.seen |= bit
	return first
}

func (s *scanner) field(key []byte) bool {
	switch string(key) {
	case "type":
		return s.once(sawType) && s.kind()
	case "output_index":
		return s.Index(&s.out.output)
	case "content_index", "summary_index":
		return s.Index(&s.out.part)
	case "delta":
		return s.once(sawDelta) && s.Text(&s.out.text)
	case "logprobs":
		return s.once(sawLogprobs) && s.Byte('[') && s.Byte(']')
	case "sequence_number", "item_id", "obfuscation":
		return s.Skip()
	default:
		return false
	}
}

func (s *scanner) kind() bool {
	for _, delta := range deltas {
		if s.Literal(delta.quoted) {
			s.out.kind = delta.kind
			return true
		}
	}
	return false
}
