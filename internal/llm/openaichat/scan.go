package openaichat

import (
	"strings"

	"parley/internal/llm/scan"
)

// quick is what the common chunk holds: a single piece of text, of reasoning
// or of one call's arguments.
type quick struct {
	content   string
	reasoning string
	arguments string
	tool      int // the call's index, -1 for none
	detail    quickDetail
}

// quickDetail is a plain item of OpenRouter's reasoning_details.
type quickDetail struct {
	kind   string // reasoning.text or reasoning.summary, empty for no item
	format string
	text   string
	index  int // -1 for none
}

// scanner reads the common chunk of a stream without reflection, which is most
// of the work per token. Whatever is not common makes it give up, and
// encoding/json decodes the chunk instead; what it does read, it reads as
// encoding/json would (the fuzz test holds it to that).
type scanner struct {
	scan.Scanner
	seen uint16
	out  quick
	// probs leaves chunks with probabilities to encoding/json.
	probs bool
}

const (
	sawChoices = 1 << iota
	sawDelta
	sawContent
	sawReasoning
	sawReasoningContent
	sawCalls
	sawFunction
	sawArguments
	sawDetails
	sawText
	sawSummary
	sawFormat
	sawKind
)

// scan reports whether data is a common chunk; s.out then holds it.
func (s *scanner) scan(data []byte) bool {
	s.Reset(data)
	s.seen = 0
	s.out = quick{tool: -1, detail: quickDetail{index: -1}}
	return s.Fields(s.top) && s.seen&sawDelta != 0 && s.End()
}

// once marks a field as seen; a second one is for encoding/json to judge.
func (s *scanner) once(bit uint16) bool {
	first := s.seen&bit == 0
	s.seen |= bit
	return first
}

func (s *scanner) top(key []byte) bool {
	switch string(key) {
	case "choices":
		return s.once(sawChoices) && s.Byte('[') && s.Fields(s.choice) && s.Byte(']')
	case "id", "created", "model", "system_fingerprint", "service_tier", "provider", "obfuscation":
		return s.Skip()
	case "object":
		return s.Literal(`"chat.completion.chunk"`)
	default:
		return s.other(key)
	}
}

func (s *scanner) choice(key []byte) bool {
	switch string(key) {
	case "index":
		return s.Literal("0")
	case "delta":
		return s.once(sawDelta) && s.Fields(s.delta)
	case "logprobs":
		return s.Null() || !s.probs && s.Skip()
	default:
		return s.other(key)
	}
}

func (s *scanner) delta(key []byte) bool {
	switch string(key) {
	case "content":
		return s.once(sawContent) && s.Text(&s.out.content)
	case "reasoning":
		return s.once(sawReasoning) && s.Text(&s.out.reasoning)
	case "reasoning_content":
		var text string
		if !s.once(sawReasoningContent) || !s.Text(&text) {
			return false
		}
		if text != "" {
			s.out.reasoning = text
		}
		return true
	case "tool_calls":
		if !s.once(sawCalls) {
			return false
		}
		return s.Null() || s.Byte('[') && s.Fields(s.call) && s.Byte(']') && s.out.tool >= 0
	case "reasoning_details":
		if !s.once(sawDetails) {
			return false
		}
		return s.Null() || s.Byte('[') && s.Fields(s.detail) && s.Byte(']') && s.plainDetail()
	case "role":
		return s.Skip()
	default:
		return s.other(key)
	}
}

func (s *scanner) call(key []byte) bool {
	switch string(key) {
	case "index":
		return s.Index(&s.out.tool)
	case "function":
		return s.once(sawFunction) && s.Fields(s.functionField)
	case "type":
		return s.Skip()
	default:
		return s.other(key)
	}
}

func (s *scanner) functionField(key []byte) bool {
	if string(key) == "arguments" {
		return s.once(sawArguments) && s.Text(&s.out.arguments)
	}
	return s.other(key)
}

// plainDetail reports whether the text of an item is in the field of its kind.
func (s *scanner) plainDetail() bool {
	switch s.out.detail.kind {
	case detailText:
		return s.seen&sawSummary == 0
	case detailSummary:
		return s.seen&sawText == 0
	default:
		return false
	}
}

func (s *scanner) detail(key []byte) bool {
	d := &s.out.detail
	switch string(key) {
	case "type":
		switch {
		case !s.once(sawKind):
			return false
		case s.Literal(`"` + detailText + `"`):
			d.kind = detailText
		case s.Literal(`"` + detailSummary + `"`):
			d.kind = detailSummary
		}
		return d.kind != ""
	case "text":
		return s.once(sawText) && s.Text(&d.text)
	case "summary":
		return s.once(sawSummary) && s.Text(&d.text)
	case "format":
		return s.once(sawFormat) && s.Text(&d.format)
	case "index":
		return s.Index(&d.index)
	default:
		return s.Null()
	}
}

// other passes over a field that is null or that the decoder does not know.
func (s *scanner) other(key []byte) bool {
	if s.Null() {
		return true
	}
	for _, c := range key {
		if c < 'a' || c > 'z' {
			if c != '_' && (c < '0' || c > '9') {
				return !known[strings.ToLower(string(key))] && s.Skip()
			}
		}
	}
	return !known[string(key)] && s.Skip()
}

// known are the fields that the decoder reads, in lower case because
// encoding/json matches them so.
var known = map[string]bool{
	"object": true, "choices": true, "usage": true, "x_groq": true, "error": true, "message": true, "code": true,
	"citations": true, "search_results": true, "web_search": true, "service_tier": true, "logprobs": true, "thinking_blocks": true,
	"index": true, "delta": true, "finish_reason": true,
	"content": true, "reasoning": true, "reasoning_content": true, "reasoning_details": true, "refusal": true,
	"tool_calls": true, "function_call": true, "annotations": true, "images": true, "audio": true,
	"extra_content": true, "executed_tools": true, "id": true, "function": true, "name": true, "arguments": true,
	"type": true,
}
