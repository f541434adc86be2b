package openaichat

import (
	"bytes"
	"strings"
	"unicode/utf8"
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
	data    []byte
	at      int
	seen    uint16
	out     quick
	scratch []byte
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

const maxDepth = 32

// scan reports whether data is a common chunk; s.out then holds it.
func (s *scanner) scan(data []byte) bool {
	s.data, s.at, s.seen = data, 0, 0
	s.out = quick{tool: -1, detail: quickDetail{index: -1}}
	if !s.fields(topField) || s.seen&sawDelta == 0 {
		return false
	}
	s.space()
	return s.at == len(s.data)
}

// once marks a field as seen; a second one is for encoding/json to judge.
func (s *scanner) once(bit uint16) bool {
	first := s.seen&bit == 0
	s.seen |= bit
	return first
}

func topField(s *scanner, key []byte) bool {
	switch string(key) {
	case "choices":
		return s.once(sawChoices) && s.byte('[') && s.fields(choiceField) && s.byte(']')
	case "id", "created", "model", "system_fingerprint", "service_tier", "provider", "obfuscation":
		return s.skip(0)
	case "object":
		return s.literal(`"chat.completion.chunk"`)
	default:
		return s.other(key)
	}
}

func choiceField(s *scanner, key []byte) bool {
	switch string(key) {
	case "index":
		return s.literal("0")
	case "delta":
		return s.once(sawDelta) && s.fields(deltaField)
	case "logprobs":
		return s.skip(0)
	default:
		return s.other(key)
	}
}

func deltaField(s *scanner, key []byte) bool {
	switch string(key) {
	case "content":
		return s.once(sawContent) && s.text(&s.out.content)
	case "reasoning":
		return s.once(sawReasoning) && s.text(&s.out.reasoning)
	case "reasoning_content":
		var text string
		if !s.once(sawReasoningContent) || !s.text(&text) {
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
		return s.null() || s.byte('[') && s.fields(callField) && s.byte(']') && s.out.tool >= 0
	case "reasoning_details":
		if !s.once(sawDetails) {
			return false
		}
		return s.null() || s.byte('[') && s.fields(detailField) && s.byte(']') && s.plainDetail()
	case "role":
		return s.skip(0)
	default:
		return s.other(key)
	}
}

func callField(s *scanner, key []byte) bool {
	switch string(key) {
	case "index":
		return s.index(&s.out.tool)
	case "function":
		return s.once(sawFunction) && s.fields(functionField)
	case "type":
		return s.skip(0)
	default:
		return s.other(key)
	}
}

func functionField(s *scanner, key []byte) bool {
	if string(key) == "arguments" {
		return s.once(sawArguments) && s.text(&s.out.arguments)
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

func detailField(s *scanner, key []byte) bool {
	d := &s.out.detail
	switch string(key) {
	case "type":
		switch {
		case !s.once(sawKind):
			return false
		case s.literal(`"` + detailText + `"`):
			d.kind = detailText
		case s.literal(`"` + detailSummary + `"`):
			d.kind = detailSummary
		}
		return d.kind != ""
	case "text":
		return s.once(sawText) && s.text(&d.text)
	case "summary":
		return s.once(sawSummary) && s.text(&d.text)
	case "format":
		return s.once(sawFormat) && s.text(&d.format)
	case "index":
		return s.index(&d.index)
	default:
		return s.null()
	}
}

// other passes over a field that is null or that the decoder does not know.
func (s *scanner) other(key []byte) bool {
	if s.null() {
		return true
	}
	for _, c := range key {
		if c < 'a' || c > 'z' {
			if c != '_' && (c < '0' || c > '9') {
				return !known[strings.ToLower(string(key))] && s.skip(0)
			}
		}
	}
	return !known[string(key)] && s.skip(0)
}

// known are the fields that the decoder reads, in lower case because
// encoding/json matches them so.
var known = map[string]bool{
	"object": true, "choices": true, "usage": true, "x_groq": true, "error": true, "message": true, "code": true,
	"citations": true, "search_results": true, "index": true, "delta": true, "finish_reason": true,
	"content": true, "reasoning": true, "reasoning_content": true, "reasoning_details": true, "refusal": true,
	"tool_calls": true, "function_call": true, "annotations": true, "images": true, "audio": true,
	"extra_content": true, "executed_tools": true, "id": true, "function": true, "name": true, "arguments": true,
	"type": true,
}

// fields reads an object and calls f at each value.
func (s *scanner) fields(f func(*scanner, []byte) bool) bool {
	if !s.byte('{') {
		return false
	}
	if s.byte('}') {
		return true
	}
	for {
		key, escaped, ok := s.string()
		if !ok || escaped || !ascii(key) || !s.byte(':') {
			return false
		}
		s.space()
		if !f(s, key) {
			return false
		}
		if s.byte('}') {
			return true
		}
		if !s.byte(',') {
			return false
		}
	}
}

func ascii(text []byte) bool {
	for _, c := range text {
		if c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

func (s *scanner) space() {
	for s.at < len(s.data) {
		switch s.data[s.at] {
		case ' ', '\t', '\n', '\r':
			s.at++
		default:
			return
		}
	}
}

// byte consumes c behind any space.
func (s *scanner) byte(c byte) bool {
	s.space()
	if s.at < len(s.data) && s.data[s.at] == c {
		s.at++
		return true
	}
	return false
}

// literal consumes exactly text, which must not go on behind its end.
func (s *scanner) literal(text string) bool {
	end := s.at + len(text)
	if end > len(s.data) || string(s.data[s.at:end]) != text || !s.ends(end) {
		return false
	}
	s.at = end
	return true
}

// ends reports whether a value may end before offset at.
func (s *scanner) ends(at int) bool {
	if at >= len(s.data) {
		return false
	}
	switch s.data[at] {
	case ' ', '\t', '\r', '\n', ',', ']', '}':
		return true
	default:
		return false
	}
}

func (s *scanner) null() bool { return s.literal("null") }

// index reads a small number, once.
func (s *scanner) index(into *int) bool {
	start := s.at
	for s.at < len(s.data) && s.data[s.at] >= '0' && s.data[s.at] <= '9' {
		s.at++
	}
	digits := s.data[start:s.at]
	if *into >= 0 || len(digits) == 0 || len(digits) > 3 || len(digits) > 1 && digits[0] == '0' {
		return false
	}
	*into = 0
	for _, c := range digits {
		*into = *into*10 + int(c-'0')
	}
	return s.ends(s.at)
}

// text reads a string, or null as none.
func (s *scanner) text(into *string) bool {
	if s.null() {
		return true
	}
	raw, escaped, ok := s.string()
	if !ok || !utf8.Valid(raw) {
		return false
	}
	if !escaped {
		*into = string(raw)
		return true
	}
	if !s.unescape(raw) {
		return false
	}
	*into = string(s.scratch)
	return true
}

// string consumes a string and returns what is between its quotes.
func (s *scanner) string() (raw []byte, escaped, ok bool) {
	if !s.byte('"') {
		return nil, false, false
	}
	start := s.at
	for s.at < len(s.data) {
		switch c := s.data[s.at]; {
		case c == '"':
			s.at++
			return s.data[start : s.at-1], escaped, true
		case c < ' ':
			return nil, false, false
		case c == '\\':
			escaped = true
			if !s.escape() {
				return nil, false, false
			}
		default:
			s.at++
		}
	}
	return nil, false, false
}

// escape consumes a backslash and what belongs to it.
func (s *scanner) escape() bool {
	if s.at+1 >= len(s.data) {
		return false
	}
	c := s.data[s.at+1]
	if c != 'u' {
		s.at += 2
		return bytes.IndexByte([]byte(`"\/bfnrt`), c) >= 0
	}
	_, ok := hex(s.data[s.at+2:])
	s.at += 6
	return ok
}

func hex(digits []byte) (rune, bool) {
	if len(digits) < 4 {
		return 0, false
	}
	var r rune
	for _, c := range digits[:4] {
		switch {
		case c >= '0' && c <= '9':
			r = r<<4 | rune(c-'0')
		case c >= 'a' && c <= 'f':
			r = r<<4 | rune(c-'a'+10)
		case c >= 'A' && c <= 'F':
			r = r<<4 | rune(c-'A'+10)
		default:
			return 0, false
		}
	}
	return r, true
}

var escapes = [256]byte{'"': '"', '\\': '\\', '/': '/', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t'}

// unescape writes raw to the scratch buffer; surrogate pairs are left to
// encoding/json.
func (s *scanner) unescape(raw []byte) bool {
	s.scratch = s.scratch[:0]
	for len(raw) > 0 {
		plain := bytes.IndexByte(raw, '\\')
		if plain < 0 {
			plain = len(raw)
		}
		s.scratch = append(s.scratch, raw[:plain]...)
		raw = raw[plain:]
		if len(raw) == 0 {
			break
		}
		if raw[1] != 'u' {
			s.scratch = append(s.scratch, escapes[raw[1]])
			raw = raw[2:]
			continue
		}
		r, _ := hex(raw[2:])
		if r >= 0xD800 && r < 0xE000 {
			return false
		}
		s.scratch = utf8.AppendRune(s.scratch, r)
		raw = raw[6:]
	}
	return true
}

// skip passes over any value.
func (s *scanner) skip(depth int) bool {
	s.space()
	if depth > maxDepth || s.at >= len(s.data) {
		return false
	}
	switch s.data[s.at] {
	case '"':
		_, _, ok := s.string()
		return ok
	case '{':
		return s.skipList('}', depth, true)
	case '[':
		return s.skipList(']', depth, false)
	case 't':
		return s.literal("true")
	case 'f':
		return s.literal("false")
	case 'n':
		return s.null()
	default:
		return s.number()
	}
}

func (s *scanner) skipList(last byte, depth int, keyed bool) bool {
	s.at++
	if s.byte(last) {
		return true
	}
	for {
		if keyed {
			if _, _, ok := s.string(); !ok || !s.byte(':') {
				return false
			}
		}
		if !s.skip(depth + 1) {
			return false
		}
		if s.byte(last) {
			return true
		}
		if !s.byte(',') {
			return false
		}
	}
}

// number consumes a number as JSON writes it.
func (s *scanner) number() bool {
	if s.at < len(s.data) && s.data[s.at] == '-' {
		s.at++
	}
	if s.at < len(s.data) && s.data[s.at] == '0' {
		s.at++
	} else if !s.digits() {
		return false
	}
	if s.at < len(s.data) && s.data[s.at] == '.' {
		s.at++
		if !s.digits() {
			return false
		}
	}
	if s.at < len(s.data) && s.data[s.at]|0x20 == 'e' {
		s.at++
		if s.at < len(s.data) && (s.data[s.at] == '+' || s.data[s.at] == '-') {
			s.at++
		}
		return s.digits()
	}
	return true
}

func (s *scanner) digits() bool {
	start := s.at
	for s.at < len(s.data) && s.data[s.at] >= '0' && s.data[s.at] <= '9' {
		s.at++
	}
	return s.at > start
}
