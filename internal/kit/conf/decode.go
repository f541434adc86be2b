package conf

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"
)

// Bounds on how much a file with aliases of aliases can grow.
const (
	maxNodes = 200_000
	maxDepth = 100
)

// decoder walks the file's tree and the struct side by side.
type decoder struct {
	src     *source
	options Options
	report  *Report
	// lenient says that the file is written for another program too.
	lenient bool
	// strict counts the fields tagged conf:"strict" that are being read.
	strict int
	// silent is above zero while a value is looked at for the second time.
	silent  int
	anchors map[string]node
	nodes   int
	depth   int
	errs    []error
}

// enter counts a value that is gone into; false when there are too many, or too
// many in each other.
func (d *decoder) enter(n node) bool {
	d.nodes++
	d.depth++
	if d.nodes > maxNodes || d.depth > maxDepth {
		if d.nodes <= maxNodes {
			d.fail(n, "this is nested too deeply, or refers to itself")
			d.nodes = maxNodes
		} else if d.nodes == maxNodes+1 {
			d.fail(n, "the file is too large, or refers to itself")
		}
		d.depth--
		return false
	}
	return true
}

func (d *decoder) fail(n node, format string, args ...any) {
	line, column := place(n)
	d.errs = append(d.errs, d.src.problem(line, column, format, args...))
}

func (d *decoder) warn(n node, format string, args ...any) {
	line, column := place(n)
	d.report.Warnings = append(d.report.Warnings, d.src.problem(line, column, format, args...))
}

// mismatch deals with a value of a wrong form. What another version of another
// program writes as a list, or as a mapping, has no effect, unless that would be
// dangerous.
func (d *decoder) mismatch(n node, want Form, path string) {
	if d.lenient && d.strict == 0 && want&(Texts|List|Section) != 0 && isContainer(n) {
		d.warn(n, "%s has to be %s; it has no effect", orFile(path), want)
		return
	}
	d.fail(n, "%s has to be %s", orFile(path), want)
}

// complain is about what the other program, in whatever version, may well take.
func (d *decoder) complain(n node, format string, args ...any) {
	if d.lenient && d.strict == 0 {
		d.warn(n, format, args...)
		return
	}
	d.fail(n, format, args...)
}

// resolve follows anchors, aliases and tags to the value itself; nil when there
// is none.
func (d *decoder) resolve(n node) node {
	for range 100 {
		switch v := n.(type) {
		case *ast.AnchorNode:
			d.anchors[v.Name.GetToken().Value] = v.Value
			n = v.Value
		case *ast.AliasNode:
			name := v.Value.GetToken().Value
			target, ok := d.anchors[name]
			if !ok {
				d.fail(v, "there is no anchor &%s above", name)
				return nil
			}
			n = target
		case *ast.TagNode:
			n = v.Value
		case *ast.NullNode, nil:
			return nil
		default:
			return n
		}
	}
	d.fail(n, "an alias of itself")
	return nil
}

// decode reads raw into v, which stands at path. inside says that v is part of a
// list or map, whose origin is kept as a whole.
func (d *decoder) decode(raw node, v reflect.Value, path string, inside bool) {
	if raw == nil {
		return
	}
	if !d.enter(raw) {
		return
	}
	defer func() { d.depth-- }()
	n := d.resolve(raw)
	if n == nil {
		return // null: the default stays
	}
	for v.Kind() == reflect.Pointer {
		if v.IsNil() {
			v.Set(reflect.New(v.Type().Elem()))
		}
		v = v.Elem()
	}
	if !isScalarType(v.Type()) {
		switch v.Kind() { //nolint:exhaustive // the rest is scalar
		case reflect.Struct:
			if scalar, ok := n.(ast.ScalarNode); ok {
				if short, ok := shortOf(v); ok {
					d.scalar(scalar, short, path, inside)
					return
				}
			}
			d.structure(n, v, path, inside)
			return
		case reflect.Map:
			d.mapping(n, v, path)
		case reflect.Slice:
			d.list(n, v, path)
		case reflect.Interface:
			if value := d.anything(n, path); value != nil {
				v.Set(reflect.ValueOf(value))
			}
			if at := d.options.Schema.find(path); at != nil {
				d.silent++
				d.check(n, at, path)
				d.silent--
			}
		default:
			d.fail(n, "%s cannot be set in a file", path)
		}
		d.origin(n, path, inside, nil)
		return
	}
	d.scalar(n, v, path, inside)
}

func (d *decoder) origin(n node, path string, inside bool, vars []string) {
	if inside || path == "" {
		return
	}
	line, _ := place(n)
	d.report.Origins[path] = Origin{Source: File, Line: line, Vars: vars}
}

// entries returns the pairs of a mapping with what its merge keys (<<) bring
// in, each key once; the mapping's own keys win.
func (d *decoder) entries(n node, path string) []*ast.MappingValueNode {
	own, ok := pairs(n)
	if !ok {
		d.mismatch(n, Section, path)
		return nil
	}
	var all, merged []*ast.MappingValueNode
	index := map[string]int{}
	for _, pair := range own {
		if !pair.Key.IsMergeKey() {
			name := keyName(pair.Key)
			if before, twice := index[name]; twice {
				d.complain(all[before].Key, "%s stands here and again further down", join(path, name))
				all[before] = pair
				continue
			}
			index[name] = len(all)
			all = append(all, pair)
			continue
		}
		from := []node{pair.Value}
		if sequence, ok := d.resolve(pair.Value).(*ast.SequenceNode); ok {
			from = sequence.Values
		}
		for _, other := range from {
			if !d.enter(other) {
				return nil
			}
			if m := d.resolve(other); m != nil {
				merged = append(merged, d.entries(m, path)...)
			}
			d.depth--
		}
	}
	for _, pair := range merged {
		if _, own := index[keyName(pair.Key)]; !own {
			index[keyName(pair.Key)] = len(all)
			all = append(all, pair)
		}
	}
	return all
}

func (d *decoder) structure(n node, v reflect.Value, path string, inside bool) {
	fields := fieldsOf(v)
	for _, pair := range d.entries(n, path) {
		name := keyName(pair.Key)
		at := join(path, name)
		if f, ok := fields[name]; ok {
			d.note(at)
			strict := f.field.Tag.Get("conf") == "strict"
			if strict {
				d.strict++
			}
			d.decode(pair.Value, f.value, at, inside)
			if strict {
				d.strict--
			}
			continue
		}
		known := d.options.Schema.find(at)
		if known == nil || known.path == "" {
			d.define(pair.Value)
			d.unknown(pair, at, path, fields)
			continue
		}
		d.note(at)
		d.check(pair.Value, known, at)
	}
}

// note remembers that the file holds a key that does nothing.
func (d *decoder) note(path string) {
	list := &d.report.Unused
	highest, state := d.options.Schema.without(path)
	if state == Foreign {
		list = &d.report.Foreign
	}
	if state != InEffect && !slices.Contains(*list, highest) {
		*list = append(*list, highest)
	}
}

// define notes the anchors in a value that nobody reads, since what is read may
// refer to them.
func (d *decoder) define(n node) {
	if n == nil {
		return
	}
	ast.Walk(visitor(func(n node) {
		if anchor, ok := n.(*ast.AnchorNode); ok {
			d.anchors[anchor.Name.GetToken().Value] = anchor.Value
		}
	}), n)
}

type visitor func(node)

func (v visitor) Visit(n node) ast.Visitor {
	v(n)
	return v
}

// unknown deals with a key that neither the struct nor the schema has.
func (d *decoder) unknown(pair *ast.MappingValueNode, at, path string, fields map[string]leaf) {
	if path == "" && strings.HasPrefix(at, "x-") {
		return // a place for anchors, as in Docker's compose files
	}
	names := slices.AppendSeq(d.options.Schema.find(path).names(), maps.Keys(fields))
	slices.Sort(names)
	message := "unknown key " + at
	if meant := nearest(keyName(pair.Key), names); meant != "" {
		message += fmt.Sprintf("; did you mean %q?", meant)
	}
	d.complain(pair.Key, "%s", message)
}

func (d *decoder) mapping(n node, v reflect.Value, path string) {
	if v.Type().Key().Kind() != reflect.String {
		d.fail(n, "%s cannot be set in a file", path)
		return
	}
	out := reflect.MakeMap(v.Type())
	for _, pair := range d.entries(n, path) {
		name := keyName(pair.Key)
		item := reflect.New(v.Type().Elem()).Elem()
		d.decode(pair.Value, item, join(path, name), true)
		out.SetMapIndex(reflect.ValueOf(name).Convert(v.Type().Key()), item)
	}
	v.Set(out)
}

func (d *decoder) list(n node, v reflect.Value, path string) {
	sequence, ok := n.(*ast.SequenceNode)
	if !ok {
		d.mismatch(n, formOf(v.Type()), path)
		return
	}
	out := reflect.MakeSlice(v.Type(), 0, len(sequence.Values))
	for i, value := range sequence.Values {
		item := reflect.New(v.Type().Elem()).Elem()
		d.decode(value, item, fmt.Sprintf("%s[%d]", path, i), true)
		out = reflect.Append(out, item)
	}
	v.Set(out)
}

// scalar reads one value: text, a number or a yes and no.
func (d *decoder) scalar(n node, v reflect.Value, path string, inside bool) {
	scalar, ok := n.(ast.ScalarNode)
	if !ok {
		d.mismatch(n, formOf(v.Type()), path)
		return
	}
	expanded, vars, missing := d.expand(scalar)
	if expanded == "" && v.Kind() != reflect.String && len(missing) > 0 {
		return // the default stays
	}
	if err := setText(v, expanded); err != nil {
		d.fail(n, "%s: %v", path, err)
		return
	}
	if at := d.options.Schema.find(path); at != nil && at.key != nil && expanded != "" {
		if err := at.key.allows(expanded); err != nil {
			d.complain(n, "%s %v", path, err)
		}
	}
	d.origin(n, path, inside, vars)
}

// expand puts the environment into a scalar, and warns of what is not in it.
func (d *decoder) expand(n ast.ScalarNode) (text string, vars, missing []string) {
	text, vars, missing = expand(scalarText(n), d.options.Env, d.options.Kept)
	for _, name := range missing {
		if d.silent == 0 {
			d.warn(n, "the environment variable %s is not set", name)
		}
	}
	return text, vars, missing
}

// anything reads a value of any form: map[string]any, []any, string, bool,
// int64, float64 or nil.
func (d *decoder) anything(raw node, path string) any {
	if raw == nil || !d.enter(raw) {
		return nil
	}
	defer func() { d.depth-- }()
	n := d.resolve(raw)
	if n == nil {
		return nil
	}
	if _, ok := pairs(n); ok {
		out := map[string]any{}
		for _, pair := range d.entries(n, path) {
			out[keyName(pair.Key)] = d.anything(pair.Value, path)
		}
		return out
	}
	switch n := n.(type) {
	case *ast.SequenceNode:
		out := make([]any, len(n.Values))
		for i, value := range n.Values {
			out[i] = d.anything(value, path)
		}
		return out
	case *ast.StringNode, *ast.LiteralNode:
		expanded, _, _ := d.expand(n.(ast.ScalarNode)) //nolint:errcheck,forcetypeassert // both are
		return expanded
	case *ast.IntegerNode:
		if u, ok := n.Value.(uint64); ok && u <= 1<<63-1 {
			return int64(u)
		}
		return n.Value
	case ast.ScalarNode:
		return n.GetValue()
	}
	d.fail(n, "%s cannot be read", orFile(path))
	return nil
}

func orFile(path string) string {
	if path == "" {
		return "the file"
	}
	return path
}
