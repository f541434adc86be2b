package conf

import (
	"errors"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// node is a value of the file, of the library's tree.
type node = ast.Node

// parse returns the one document in src, nil when it is empty.
func parse(src *source) (node, error) {
	file, err := parser.ParseBytes(src.data, 0, parser.AllowDuplicateMapKey())
	if err != nil {
		if e, ok := errors.AsType[yaml.Error](err); ok && e.GetToken() != nil {
			at := e.GetToken().Position
			return nil, src.problem(at.Line, at.Column, "%s", e.GetMessage())
		}
		return nil, src.problem(1, 1, "%v", err)
	}
	var body node
	for _, doc := range file.Docs {
		if doc.Body == nil || doc.Body.Type() == ast.CommentType {
			continue
		}
		if body != nil {
			line, column := place(doc.Body)
			return nil, src.problem(line, column, "a second document; a configuration is one")
		}
		body = doc.Body
	}
	return body, nil
}

// place is where a value begins.
func place(n node) (line, column int) {
	if pair, ok := n.(*ast.MappingValueNode); ok {
		return place(pair.Key)
	}
	if mapping, ok := n.(*ast.MappingNode); ok && len(mapping.Values) > 0 && !mapping.IsFlowStyle {
		return place(mapping.Values[0])
	}
	t := n.GetToken()
	if t == nil || t.Position == nil {
		return 1, 1
	}
	return t.Position.Line, t.Position.Column
}

// pairs returns the entries of a mapping; false if n is none.
func pairs(n node) ([]*ast.MappingValueNode, bool) {
	switch n := n.(type) {
	case *ast.MappingNode:
		return n.Values, true
	case *ast.MappingValueNode:
		return []*ast.MappingValueNode{n}, true
	}
	return nil, false
}

// keyName is the text of a mapping's key.
func keyName(key ast.MapKeyNode) string {
	if scalar, ok := key.(ast.ScalarNode); ok {
		if s, ok := scalar.GetValue().(string); ok {
			return s
		}
	}
	if t := key.GetToken(); t != nil {
		return t.Value
	}
	return key.String()
}

// scalarText is the text of a scalar as it stands in the file, without quotes.
func scalarText(n ast.ScalarNode) string {
	switch n := n.(type) {
	case *ast.StringNode:
		return n.Value
	case *ast.LiteralNode:
		return n.Value.Value
	}
	return n.GetToken().Value
}

// isForeign reports whether the file is written for another program too.
func isForeign(name string, body node, foreign []string) bool {
	for _, f := range foreign {
		if strings.EqualFold(f, name) {
			return true
		}
	}
	if body == nil {
		return false
	}
	entries, _ := pairs(body)
	for _, entry := range entries {
		if keyName(entry.Key) == "version" {
			return true
		}
	}
	return false
}
