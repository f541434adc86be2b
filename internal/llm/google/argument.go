package google

import (
	"errors"
	"strconv"
	"strings"
	"unicode/utf8"

	"parley/internal/llm/wire"
)

// arguments writes the JSON of a call's arguments from values that come one by
// one with the path of each, such as "$.recipe.steps[2]", in the order of the
// text, a string perhaps in pieces.
type arguments struct {
	out   strings.Builder
	begun bool
	path  []step // of the last value
	last  string // the same as it was written
	quote bool   // its string is still open
}

// step goes from a container into one of its values: by key in an object, by
// index in a list.
type step struct {
	key    string
	index  int
	isList bool
}

var (
	errPath  = errors.New("a path of an argument that is not known")
	errOrder = errors.New("an argument comes out of order")
)

// mostDepth bounds how deep arguments nest.
const mostDepth = 64

// parsePath reads a path of names and indexes.
func parsePath(text string) ([]step, error) {
	rest, ok := strings.CutPrefix(text, "$")
	if !ok || rest == "" {
		return nil, errPath
	}
	var path []step
	for rest != "" {
		var next step
		var err error
		if rest[0] == '.' {
			next.key, rest = cutName(rest[1:])
			if next.key == "" {
				return nil, errPath
			}
		} else if next, rest, err = cutBrackets(rest); err != nil {
			return nil, err
		}
		if path = append(path, next); len(path) > mostDepth {
			return nil, errPath
		}
	}
	return path, nil
}

func cutName(text string) (name, rest string) {
	if end := strings.IndexAny(text, ".["); end >= 0 {
		return text[:end], text[end:]
	}
	return text, ""
}

// cutBrackets reads [2], ['name'] or ["name"].
func cutBrackets(text string) (next step, rest string, err error) {
	inner, ok := strings.CutPrefix(text, "[")
	if !ok || inner == "" {
		return next, "", errPath
	}
	if mark := inner[0]; mark == '\'' || mark == '"' {
		name, after, found := strings.Cut(inner[1:], string(mark)+"]")
		if !found {
			return next, "", errPath
		}
		return step{key: name}, after, nil
	}
	number, after, found := strings.Cut(inner, "]")
	index, err := strconv.Atoi(number)
	if !found || err != nil || index < 0 {
		return next, "", errPath
	}
	return step{index: index, isList: true}, after, nil
}

// add writes one value, or one more piece of a string.
func (a *arguments) add(piece partialArg) error {
	if a.quote && piece.Text != nil && piece.Path == a.last {
		return a.goOn(*piece.Text, piece.More)
	}
	a.last = piece.Path
	path, err := parsePath(piece.Path)
	if err != nil {
		return err
	}
	value := "null"
	switch {
	case piece.Text != nil:
		return a.text(path, *piece.Text, piece.More)
	case piece.Bool != nil:
		value = strconv.FormatBool(*piece.Bool)
	case len(piece.Number) > 0:
		value = string(piece.Number)
	}
	if err := a.move(path); err != nil {
		return err
	}
	a.out.WriteString(value)
	return nil
}

func (a *arguments) text(path []step, text string, more bool) error {
	if !a.quote || !same(a.path, path) {
		if err := a.move(path); err != nil {
			return err
		}
		a.out.WriteByte('"')
		a.quote = true
	}
	return a.goOn(text, more)
}

// goOn writes a piece of the open string.
func (a *arguments) goOn(text string, more bool) error {
	if isPlain(text) {
		a.out.WriteString(text)
	} else {
		quoted, err := wire.Encode(text)
		if err != nil {
			return err
		}
		a.out.Write(quoted[1 : len(quoted)-1])
	}
	if !more {
		a.unquote()
	}
	return nil
}

// isPlain reports whether a text is the same in JSON, as most pieces of one are.
func isPlain(text string) bool {
	for i := range len(text) {
		if c := text[i]; c < ' ' || c == '"' || c == '\\' || c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

func (a *arguments) unquote() {
	if a.quote {
		a.out.WriteByte('"')
		a.quote = false
	}
}

func same(a, b []step) bool { return len(a) == len(b) && common(a, b) == len(a) }

// common is how many steps two paths share.
func common(a, b []step) int {
	n := 0
	for n < min(len(a), len(b)) && a[n] == b[n] {
		n++
	}
	return n
}

// move goes from the last value to where the next one is written: out of
// containers, a comma, into others.
func (a *arguments) move(path []step) error {
	a.unquote()
	shared := common(a.path, path)
	if !a.begun {
		a.begun = true
		a.out.WriteByte('{')
	} else {
		if shared >= min(len(a.path), len(path)) || a.path[shared].isList != path[shared].isList ||
			path[shared].isList && path[shared].index != a.path[shared].index+1 {
			return errOrder
		}
		a.leave(shared)
		a.out.WriteByte(',')
	}
	for i, next := range path[shared:] {
		if i > 0 || len(a.path) == 0 && shared == 0 {
			if err := a.enter(next, i > 0); err != nil {
				return err
			}
		}
		if !next.isList {
			quoted, err := wire.Encode(next.key)
			if err != nil {
				return err
			}
			a.out.Write(quoted)
			a.out.WriteByte(':')
		}
	}
	a.path = path
	return nil
}

// enter opens the container of a step; the outermost one is open and is an
// object.
func (a *arguments) enter(first step, inner bool) error {
	switch {
	case first.isList && (first.index != 0 || !inner):
		return errOrder
	case !inner:
	case first.isList:
		a.out.WriteByte('[')
	default:
		a.out.WriteByte('{')
	}
	return nil
}

// leave closes the containers that are deeper than the first steps of the last
// path.
func (a *arguments) leave(shared int) {
	for i := len(a.path) - 1; i > shared; i-- {
		if a.path[i].isList {
			a.out.WriteByte(']')
		} else {
			a.out.WriteByte('}')
		}
	}
}

// close ends the JSON.
func (a *arguments) close() {
	a.unquote()
	if !a.begun {
		a.out.WriteByte('{')
	}
	a.leave(0)
	a.out.WriteByte('}')
}

// take returns what was written since it was last called.
func (a *arguments) take() string {
	text := a.out.String()
	a.out.Reset()
	return text
}
