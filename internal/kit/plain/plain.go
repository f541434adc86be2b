// Package plain brings what people type into fields (names, labels, notes) into
// one form, and refuses what cannot be seen.
//
// It is not for what people say in chats, which is kept as it was written.
package plain

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Line is s in one line, with single spaces and composed characters (NFC). It is
// not ok when it is longer than most characters, is no UTF-8, or holds characters
// that cannot be seen or that turn the text around them.
func Line(s string, most int) (line string, ok bool) {
	ok = utf8.ValidString(s)
	line = strings.Join(strings.Fields(norm.NFC.String(s)), " ")
	return line, ok && utf8.RuneCountInString(line) <= most && !strings.ContainsFunc(line, hidden)
}

// Text is s with its lines, without space around it. It is not ok when it is
// longer than most characters, is no UTF-8, or holds control characters.
func Text(s string, most int) (text string, ok bool) {
	ok = utf8.ValidString(s)
	text = strings.TrimSpace(strings.ReplaceAll(norm.NFC.String(s), "\r\n", "\n"))
	control := func(r rune) bool { return unicode.Is(unicode.Cc, r) && r != '\n' && r != '\t' }
	return text, ok && utf8.RuneCountInString(text) <= most && !strings.ContainsFunc(text, control)
}

// Key is the form in which lines are compared: without regard to case and width.
func Key(line string) string { return strings.ToLower(norm.NFKC.String(line)) }

// hidden is true for characters that cannot be seen, but for the joiners that
// emoji and some scripts need.
func hidden(r rune) bool {
	const nonJoiner, joiner, firstTag, lastTag = 0x200c, 0x200d, 0xe0020, 0xe007f
	if r == nonJoiner || r == joiner || r >= firstTag && r <= lastTag { // tags make the flags of some countries
		return false
	}
	return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp, unicode.Co)
}
