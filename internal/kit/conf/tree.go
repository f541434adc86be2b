package conf

import (
	"bytes"
	"errors"
	"io"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// node is a value of the file, of the library's tree.
type node = *yaml.Node

// parse returns the one document in src, nil when it is empty.
func parse(src *source) (node, error) {
	documents := yaml.NewDecoder(bytes.NewReader(src.data))
	var body node
	for {
		var document yaml.Node
		if err := documents.Decode(&document); errors.Is(err, io.EOF) {
			return body, nil
		} else if err != nil {
			return nil, src.unreadable(err)
		}
		if isNull(&document) || isNull(document.Content[0]) {
			continue
		}
		if body != nil {
			line, column := place(document.Content[0])
			return nil, src.problem(line, column, "a second document; a configuration is one")
		}
		body = document.Content[0]
	}
}

var (
	atLine = regexp.MustCompile(`^(?:yaml: )?line (\d+): `)
	// countsFromZero are the messages of the library's parser, beside its scanner.
	countsFromZero = regexp.MustCompile(`^did not find expected (?:key|node|'|<)`)
	unknownAnchor  = regexp.MustCompile(`unknown anchor '([^']+)'`)
)

// unreadable finds the place that the library tells of in words.
func (s *source) unreadable(err error) *Problem {
	for i, line := range s.lines {
		if at := strings.IndexFunc(line, func(r rune) bool { return r == utf8.RuneError }); at >= 0 && !utf8.ValidString(line) {
			return s.problem(i+1, utf8.RuneCountInString(line[:at])+1, "this is no text in UTF-8; save the file in that encoding")
		}
	}
	message := strings.TrimPrefix(err.Error(), "yaml: ")
	if found := unknownAnchor.FindStringSubmatch(message); found != nil {
		line, column := s.find("*" + found[1])
		return s.problem(line, column, "there is no anchor &%s above", found[1])
	}
	line := 1
	if found := atLine.FindStringSubmatch(message); found != nil {
		message = message[len(found[0]):]
		line, _ = strconv.Atoi(found[1]) // digits; one that is too long is as good as none
		if countsFromZero.MatchString(message) {
			line++
		}
	}
	line = min(max(line, 1), len(s.lines))
	text := s.lines[line-1]
	if strings.HasPrefix(strings.TrimLeft(text, " "), "\t") && strings.Contains(message, "cannot start any token") {
		message = "a tab is no indentation; write spaces"
	}
	return s.problem(line, len(text)-len(strings.TrimLeft(text, " "))+1, "%s", message)
}

// find is where text first stands.
func (s *source) find(text string) (line, column int) {
	for i, l := range s.lines {
		if before, _, found := strings.Cut(l, text); found {
			return i + 1, len([]rune(before)) + 1
		}
	}
	return 1, 1
}

// place is where a value begins.
func place(n node) (line, column int) { return max(n.Line, 1), max(n.Column, 1) }

// isNull reports whether there is no value.
func isNull(n node) bool {
	return n == nil || n.IsZero() || n.Kind == yaml.ScalarNode && n.ShortTag() == "!!null"
}

// pair is an entry of a mapping.
type pair struct {
	name       string
	key, value node
}

func pairOf(key, value node) pair {
	one := pair{key: key, value: value}
	if named := resolve(key); named != nil {
		one.name = named.Value
	}
	return one
}

// isForeign reports whether the file is written for another program too.
func isForeign(name string, body node, foreign []string) bool {
	for _, f := range foreign {
		if strings.EqualFold(f, name) {
			return true
		}
	}
	if body == nil || body.Kind != yaml.MappingNode {
		return false
	}
	for i := 0; i < len(body.Content); i += 2 {
		if body.Content[i].Value == "version" {
			return true
		}
	}
	return false
}
