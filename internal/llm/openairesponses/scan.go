package openairesponses

import (
	"bytes"
	"unicode"

	"parley/internal/llm/scan"
)

// The events that make up an answer.
const (
	textDelta      = "response.output_text.delta"
	summaryDelta   = "response.reasoning_summary_text.delta"
	reasoningDelta = "response.reasoning_text.delta"
	argumentsDelta = "response.function_call_arguments.delta"
	itemAdded      = "response.output_item.added"
	itemDone       = "response.output_item.done"
	completed      = "response.completed"
)

// common are the same as they stand in an event.
var common = [...]struct{ kind, quoted string }{
	{textDelta, `"` + textDelta + `"`},
	{argumentsDelta, `"` + argumentsDelta + `"`},
	{summaryDelta, `"` + summaryDelta + `"`},
	{reasoningDelta, `"` + reasoningDelta + `"`},
	{itemAdded, `"` + itemAdded + `"`},
	{itemDone, `"` + itemDone + `"`},
	{completed, `"` + completed + `"`},
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

// quick is a delta of text, reasoning or a call's arguments, an item, which is left
// to encoding/json, or the end of the answer.
type quick struct {
	kind string
	// output is the place of the item in the answer, part that of the text in it.
	output   int
	part     int
	text     string
	item     []byte // as it is written
	response response
}

// scanner reads the common events without reflection; anything else is left to
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
	sawItem
	sawResponse
)

// scan reports whether data is a common event; s.out then holds it.
func (s *scanner) scan(data []byte) bool {
	s.Reset(data)
	s.seen, s.out = 0, quick{output: -1, part: -1}
	if !s.Fields(s.field) || !s.End() {
		return false
	}
	switch s.out.kind {
	case completed:
		return s.seen == sawType|sawResponse
	case itemAdded, itemDone:
		return s.out.output >= 0 && s.seen == sawType|sawItem
	default:
		return s.out.output >= 0 && s.seen&^sawLogprobs == sawType|sawDelta
	}
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
	case "item":
		return s.once(sawItem) && s.Raw(&s.out.item)
	case "response":
		return s.once(sawResponse) && s.Fields(s.response)
	case "sequence_number", "item_id", "obfuscation":
		return s.Skip()
	default:
		return false
	}
}

func (s *scanner) kind() bool {
	for _, event := range common {
		if s.Literal(event.quoted) {
			s.out.kind = event.kind
			return true
		}
	}
	return false
}

// response reads what is still to be known of an answer at its end: its items have
// come, and most of the rest repeats the request.
func (s *scanner) response(key []byte) bool {
	r := &s.out.response
	switch string(key) {
	case "status":
		return s.Text(&r.Status)
	case "usage":
		return s.Raw((*[]byte)(&r.Usage))
	case "service_tier":
		return s.Text(&r.Tier)
	case "error", "incomplete_details":
		return s.Null()
	default:
		// encoding/json would take "Status" for a status.
		return !bytes.ContainsFunc(key, unicode.IsUpper) && s.Skip()
	}
}
