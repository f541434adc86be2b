package conf

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// Problem is something wrong at a place in the file. Line and Column count from
// one.
type Problem struct {
	File         string
	Line, Column int
	Message      string
	// Excerpt is the lines around the place, with a mark below it. What looks
	// like a secret is blanked out.
	Excerpt string
}

// Error is the place and the message in one line, and the excerpt below.
func (p *Problem) Error() string {
	return fmt.Sprintf("%s:%d:%d: %s\n%s", p.File, p.Line, p.Column, p.Message, p.Excerpt)
}

// Invalid is what is wrong with a value in the right form, such as the name of a
// time zone that there is not.
type Invalid struct{ Path, Message string }

// WrongAt makes an [Invalid] of the value at a key path.
func WrongAt(path, format string, args ...any) error {
	return &Invalid{Path: path, Message: fmt.Sprintf(format, args...)}
}

func (i *Invalid) Error() string { return i.Message }

// located tells where the values came from that errors are about.
func (d *decoder) located(err error) error {
	if joined, ok := err.(interface{ Unwrap() []error }); ok { //nolint:errorlint // what is joined is looked at one by one
		all := slices.Clone(joined.Unwrap())
		for i, one := range all {
			all[i] = d.located(one)
		}
		return errors.Join(all...)
	}
	wrong, ok := errors.AsType[*Invalid](err)
	if !ok {
		return err
	}
	switch from := d.report.Origins[wrong.Path]; from.Source { //nolint:exhaustive // the rest is the file's, or nobody's
	case Environment:
		return fmt.Errorf("environment variable %s: %w", from.Var, err)
	case Flag:
		return fmt.Errorf("flag for %w", err)
	}
	if n, ok := d.places[wrong.Path]; ok {
		line, column := place(n)
		return d.src.problem(line, column, "%s", wrong.Message)
	}
	return err
}

// source is a file as it was read.
type source struct {
	name  string
	data  []byte
	lines []string
}

func newSource(name string, data []byte) *source {
	text := strings.TrimPrefix(string(data), "\ufeff")
	return &source{name: name, data: []byte(text), lines: strings.Split(text, "\n")}
}

func (s *source) problem(line, column int, format string, args ...any) *Problem {
	line = min(max(line, 1), max(len(s.lines), 1))
	return &Problem{
		File: s.name, Line: line, Column: max(column, 1), Message: fmt.Sprintf(format, args...),
		Excerpt: s.excerpt(line, max(column, 1)),
	}
}

// sensitive finds the value in a line whose key says that it is secret.
var sensitive = regexp.MustCompile(`(?i)^(.*?(?:key|token|secret|password|passwd|credential|authorization|url)(?:s|[_-]?(?:v?\d+|id|value))?["']?\s*:\s*)(\S.*)$`)

// harmless is a value that tells nothing all the same: the name of a variable, or
// an address without a user and a query.
var harmless = regexp.MustCompile(`^["']?(?:\$\{\w+\}|\w+://[^@?\s"']+)["']?$`)

func (s *source) excerpt(line, column int) string {
	var b strings.Builder
	for n := max(line-1, 1); n <= min(line+1, len(s.lines)); n++ {
		mark := " "
		if n == line {
			mark = ">"
		}
		text := strings.ToValidUTF8(strings.TrimRight(s.lines[n-1], "\r"), "\uFFFD")
		shown := text
		if parts := sensitive.FindStringSubmatch(text); parts != nil && !harmless.MatchString(parts[2]) {
			shown = parts[1] + "***"
		}
		fmt.Fprintf(&b, "%s %4d | %s\n", mark, n, shown)
		if n == line {
			fmt.Fprintf(&b, "       | %s^\n", strings.Repeat(" ", min(column-1, len([]rune(shown)))))
		}
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// nearest returns the name that was likely meant, or "".
func nearest(name string, names []string) string {
	best, least := "", max(2, len(name)/3)+1
	for _, candidate := range names {
		if strings.EqualFold(name, candidate) {
			return candidate
		}
		if d := distance(strings.ToLower(name), strings.ToLower(candidate)); d < least && d < len(candidate) {
			best, least = candidate, d
		}
	}
	return best
}

// distance is how many letters have to be added, dropped or changed to make b
// of a (Levenshtein).
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j+1]+1, row[j]+1)
		}
	}
	return row[len(b)]
}
