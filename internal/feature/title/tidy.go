package title

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

// What models put around a title, and into it: a title is shown as plain text.
var (
	block  = regexp.MustCompile(`^(?:#{1,6}\s+|>\s*|[-*+•]\s+)+`)
	label  = regexp.MustCompile(`(?i)^(?:(?:suggested |chat |conversation )?title|titel|titre|título|titolo|标题|タイトル)\s*[:：]\s*`)
	code   = regexp.MustCompile("`+[^`]+`+")
	link   = regexp.MustCompile(`!?\[([^\]]*)\]\([^)]*\)`)
	escape = regexp.MustCompile("\\\\([\\\\`*_~#\\[\\]()<>!.+-])")
	// Of an emphasis, one star or underscore also stands in arithmetic and in names.
	marks = []*regexp.Regexp{
		regexp.MustCompile(`\*{2,3}(\S|\S.*?\S)\*{2,3}`),
		regexp.MustCompile(`~~(\S|\S.*?\S)~~`),
		regexp.MustCompile(`(^|[^\pL\pN_\\])_{1,3}(\S|\S[^_]*[^\s\\])_{1,3}($|[^\pL\pN_])`),
		regexp.MustCompile(`(^|[^\pL\pN*\\])\*(\S|\S[^*]*[^\s\\])\*($|[^\pL\pN*])`),
	}
)

// quotes are the pairs that a whole title may stand in.
var quotes = []string{`""`, `''`, `“”`, `„“`, `„”`, `‘’`, `«»`, `»«`, `‹›`, `「」`, `『』`}

// tidy makes a title of what a model wrote.
func tidy(s string) string {
	s = strings.Join(strings.Fields(first(s)), " ")
	s = block.ReplaceAllString(s, "")
	s = code.ReplaceAllStringFunc(s, func(span string) string { // its own signs mean themselves
		return strings.NewReplacer("_", `\_`, "*", `\*`).Replace(strings.Trim(span, "`"))
	})
	s = link.ReplaceAllString(s, "$1")
	for _, mark := range marks {
		s = mark.ReplaceAllString(s, "$1$2$3")
	}
	s = escape.ReplaceAllString(s, "$1")
	for {
		bare := unquote(unstop(label.ReplaceAllString(s, "")))
		if bare == s {
			return cut(s, longest)
		}
		s = bare
	}
}

// first is the line with the title: the first one, unless that announces it.
func first(s string) string {
	var announced string
	for line := range strings.Lines(s) {
		line = strings.TrimSpace(line)
		bare := strings.Trim(line, "#*_ ")
		switch {
		case bare == "" || strings.HasPrefix(line, "```") || strings.Trim(line, "-=") == "":
		case strings.HasSuffix(bare, ":") || strings.HasSuffix(bare, "："):
			announced = line
		default:
			return line
		}
	}
	return announced
}

// unstop removes a full stop, and no ellipsis and no end of an abbreviation.
func unstop(s string) string {
	bare, found := strings.CutSuffix(s, ".")
	if !found {
		return strings.TrimSuffix(s, "。")
	}
	last := bare[strings.LastIndex(bare, " ")+1:]
	if strings.Contains(last, ".") {
		return s
	}
	return bare
}

// unquote removes the quotes around a whole title, and half of a pair whose other
// half was cut off.
func unquote(s string) string {
	s = strings.TrimSpace(s)
	opening, open := utf8.DecodeRuneInString(s)
	closing, end := utf8.DecodeLastRuneInString(s)
	for _, pair := range quotes {
		left, n := utf8.DecodeRuneInString(pair)
		right, _ := utf8.DecodeRuneInString(pair[n:])
		switch {
		case len(s) > open && opening == left && closing == right && !strings.ContainsAny(s[open:len(s)-end], pair):
			return strings.TrimSpace(s[open : len(s)-end])
		case opening == left && !strings.ContainsAny(s[open:], pair):
			return strings.TrimSpace(s[open:])
		}
	}
	return s
}
