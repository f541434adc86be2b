// Package scan walks over JSON text without reflection, for the few shapes that
// make up most of a model's answer. A caller that meets anything it did not
// expect gives up and lets encoding/json decode the text; what it accepts, it
// has to read as encoding/json would, which each caller's fuzz test checks.
//
// It is no general JSON decoder.
package scan

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"math/bits"
	"unicode/utf8"
)

const maxDepth = 32

// Scanner is a place in a JSON text. Methods report whether what they look for
// is there; after a false the place is not defined, except for Byte, Literal
// and Null, which then do not move (but Byte skips space).
type Scanner struct {
	data    []byte
	at      int
	scratch []byte
}

// Reset starts on a new text.
func (s *Scanner) Reset(data []byte) { s.data, s.at = data, 0 }

// End reports whether nothing but space is left.
func (s *Scanner) End() bool {
	s.space()
	return s.at == len(s.data)
}

// Fields reads an object and calls field at each value, with the key. A key that
// is escaped or not ASCII is given up on.
func (s *Scanner) Fields(field func(key []byte) bool) bool {
	if !s.Byte('{') {
		return false
	}
	if s.Byte('}') {
		return true
	}
	for {
		key, escaped, ok := s.string()
		if !ok || escaped || !ascii(key) || !s.Byte(':') {
			return false
		}
		s.space()
		if !field(key) {
			return false
		}
		if s.Byte('}') {
			return true
		}
		if !s.Byte(',') {
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

func (s *Scanner) space() {
	for s.at < len(s.data) {
		switch s.data[s.at] {
		case ' ', '\t', '\n', '\r':
			s.at++
		default:
			return
		}
	}
}

// Byte consumes c behind any space.
func (s *Scanner) Byte(c byte) bool {
	s.space()
	if s.at < len(s.data) && s.data[s.at] == c {
		s.at++
		return true
	}
	return false
}

// Literal consumes exactly text, which must not go on behind its end.
func (s *Scanner) Literal(text string) bool {
	end := s.at + len(text)
	if end > len(s.data) || string(s.data[s.at:end]) != text || !s.ends(end) {
		return false
	}
	s.at = end
	return true
}

// ends reports whether a value may end before offset at.
func (s *Scanner) ends(at int) bool {
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

// Null consumes null.
func (s *Scanner) Null() bool { return s.Literal("null") }

// Index reads a number below 1,000 into an int that is still negative.
func (s *Scanner) Index(into *int) bool {
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

// Count reads a whole number from 0 on, of at most 18 digits.
func (s *Scanner) Count(into *int64) bool {
	const most = 18
	start := s.at
	for s.at < len(s.data) && s.data[s.at] >= '0' && s.data[s.at] <= '9' {
		s.at++
	}
	digits := s.data[start:s.at]
	if len(digits) == 0 || len(digits) > most || len(digits) > 1 && digits[0] == '0' {
		return false
	}
	*into = 0
	for _, c := range digits {
		*into = *into*10 + int64(c-'0')
	}
	return s.ends(s.at)
}

// Text reads a string, or null as none.
func (s *Scanner) Text(into *string) bool {
	if s.Null() {
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

// Bytes reads a string of base64, or null as none.
func (s *Scanner) Bytes(into *[]byte) bool {
	if s.Null() {
		return true
	}
	raw, escaped, ok := s.string()
	if !ok || escaped {
		return false
	}
	data := make([]byte, base64.StdEncoding.DecodedLen(len(raw)))
	n, err := base64.StdEncoding.Decode(data, raw)
	*into = data[:n]
	return err == nil
}

// Bool reads a truth value, or null as none.
func (s *Scanner) Bool(into *bool) bool {
	if s.Literal("true") {
		*into = true
		return true
	}
	if s.Literal("false") {
		*into = false
		return true
	}
	return s.Null()
}

// List reads a list and calls item at each value.
func (s *Scanner) List(item func() bool) bool {
	if !s.Byte('[') {
		return false
	}
	if s.Byte(']') {
		return true
	}
	for {
		s.space()
		if !item() {
			return false
		}
		if s.Byte(']') {
			return true
		}
		if !s.Byte(',') {
			return false
		}
	}
}

// string consumes a string and returns what is between its quotes.
func (s *Scanner) string() (raw []byte, escaped, ok bool) {
	if !s.Byte('"') {
		return nil, false, false
	}
	start := s.at
	for {
		s.at += plain(s.data[s.at:])
		if s.at == len(s.data) {
			return nil, false, false
		}
		switch s.data[s.at] {
		case '"':
			s.at++
			return s.data[start : s.at-1], escaped, true
		case '\\':
			escaped = true
			if !s.escape() {
				return nil, false, false
			}
		default: // a control character
			return nil, false, false
		}
	}
}

// plain is how many bytes of a string come before one that means something. It
// looks at eight at a time, for a signature or a page has thousands.
func plain(text []byte) int {
	const word = 8
	at := 0
	for ; at+word <= len(text); at += word {
		if found := special(binary.LittleEndian.Uint64(text[at:])); found != 0 {
			return at + bits.TrailingZeros64(found)/word
		}
	}
	for i, c := range text[at:] {
		if c == '"' || c == '\\' || c < ' ' {
			return at + i
		}
	}
	return len(text)
}

// special marks, of eight bytes, those that are a quote, a backslash or a control
// character, by their highest bit: a byte that is less than n borrows, which shows
// there unless the bit is set already. Behind the first one marks may be wrong.
//
// Source: Sean Eron Anderson, "Bit Twiddling Hacks", haszero and hasless.
func special(word uint64) uint64 {
	const each, high = 0x0101010101010101, 0x8080808080808080
	quote, slash := word^each*'"', word^each*'\\'
	return ((quote-each)&^quote | (slash-each)&^slash | (word-each*' ')&^word) & high
}

// escape consumes a backslash and what belongs to it.
func (s *Scanner) escape() bool {
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
func (s *Scanner) unescape(raw []byte) bool {
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

// Skip passes over any value.
func (s *Scanner) Skip() bool { return s.skip(0) }

// Raw reads any value as it is written; it is valid as long as the text is.
func (s *Scanner) Raw(into *[]byte) bool { return s.Written(into, s.Skip) }

// Written reads a value by read and has it as it is written too; it is valid as
// long as the text is.
func (s *Scanner) Written(into *[]byte, read func() bool) bool {
	s.space()
	start := s.at
	if !read() {
		return false
	}
	*into = s.data[start:s.at]
	return true
}

func (s *Scanner) skip(depth int) bool {
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
		return s.Literal("true")
	case 'f':
		return s.Literal("false")
	case 'n':
		return s.Null()
	default:
		return s.number()
	}
}

func (s *Scanner) skipList(last byte, depth int, keyed bool) bool {
	s.at++
	if s.Byte(last) {
		return true
	}
	for {
		if keyed {
			if _, _, ok := s.string(); !ok || !s.Byte(':') {
				return false
			}
		}
		if !s.skip(depth + 1) {
			return false
		}
		if s.Byte(last) {
			return true
		}
		if !s.Byte(',') {
			return false
		}
	}
}

// number consumes a number as JSON writes it.
func (s *Scanner) number() bool {
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

func (s *Scanner) digits() bool {
	start := s.at
	for s.at < len(s.data) && s.data[s.at] >= '0' && s.data[s.at] <= '9' {
		s.at++
	}
	return s.at > start
}
