package conf

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
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
	silent int
	// places are the values of the file that were read, by key path.
	places map[string]node
	nodes  int
	depth  int
	errs   []error
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

// resolve follows aliases to the value itself; nil when there is none.
func resolve(n node) node {
	for n != nil && n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	if isNull(n) {
		return nil
	}
	return n
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
	n := resolve(raw)
	if n == nil {
		return // null: the default stays
	}
	d.places[path] = n
	for v.Kind() == reflect.Pointer {
		if v.IsNil() {
			v.Set(reflect.New(v.Type().Elem()))
		}
		v = v.Elem()
	}
	if !isScalarType(v.Type()) {
		switch v.Kind() { //nolint:exhaustive // the rest is scalar
		case reflect.Struct:
			if short, ok := shortOf(v); ok && n.Kind == yaml.ScalarNode {
				d.scalar(n, short, path, inside)
				return
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
func (d *decoder) entries(n node, path string) []pair {
	if n.Kind != yaml.MappingNode {
		d.mismatch(n, Section, path)
		return nil
	}
	var all, merged []pair
	index := map[string]int{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		one := pairOf(n.Content[i], n.Content[i+1])
		if one.key.ShortTag() != "!!merge" {
			if before, twice := index[one.name]; twice {
				d.complain(all[before].key, "%s stands here and again further down", join(path, one.name))
				all[before] = one
				continue
			}
			index[one.name] = len(all)
			all = append(all, one)
			continue
		}
		from := []node{one.value}
		if list := resolve(one.value); list != nil && list.Kind == yaml.SequenceNode {
			from = list.Content
		}
		for _, other := range from {
			if !d.enter(other) {
				return nil
			}
			if m := resolve(other); m != nil {
				merged = append(merged, d.entries(m, path)...)
			}
			d.depth--
		}
	}
	for _, one := range merged {
		if _, own := index[one.name]; !own {
			index[one.name] = len(all)
			all = append(all, one)
		}
	}
	return all
}

func (d *decoder) structure(n node, v reflect.Value, path string, inside bool) {
	fields := fieldsOf(v)
	for _, one := range d.entries(n, path) {
		at := join(path, one.name)
		if f, ok := fields[one.name]; ok {
			d.note(at)
			strict := f.field.Tag.Get("conf") == "strict"
			if strict {
				d.strict++
			}
			d.decode(one.value, f.value, at, inside)
			if strict {
				d.strict--
			}
			continue
		}
		known := d.options.Schema.find(at)
		if known == nil || known.path == "" {
			d.unknown(one, at, path, fields)
			continue
		}
		d.note(at)
		d.check(one.value, known, at)
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

// unknown deals with a key that neither the struct nor the schema has.
func (d *decoder) unknown(one pair, at, path string, fields map[string]leaf) {
	if path == "" && strings.HasPrefix(at, "x-") {
		return // a place for anchors, as in Docker's compose files
	}
	names := slices.AppendSeq(d.options.Schema.find(path).names(), maps.Keys(fields))
	slices.Sort(names)
	message := "unknown key " + at
	if meant := nearest(one.name, names); meant != "" {
		message += fmt.Sprintf("; did you mean %q?", meant)
	}
	d.complain(one.key, "%s", message)
}

func (d *decoder) mapping(n node, v reflect.Value, path string) {
	if v.Type().Key().Kind() != reflect.String {
		d.fail(n, "%s cannot be set in a file", path)
		return
	}
	out := reflect.MakeMap(v.Type())
	for _, one := range d.entries(n, path) {
		item := reflect.New(v.Type().Elem()).Elem()
		d.decode(one.value, item, join(path, one.name), true)
		out.SetMapIndex(reflect.ValueOf(one.name).Convert(v.Type().Key()), item)
	}
	v.Set(out)
}

func (d *decoder) list(n node, v reflect.Value, path string) {
	if n.Kind != yaml.SequenceNode {
		d.mismatch(n, formOf(v.Type()), path)
		return
	}
	out := reflect.MakeSlice(v.Type(), 0, len(n.Content))
	for i, value := range n.Content {
		item := reflect.New(v.Type().Elem()).Elem()
		d.decode(value, item, fmt.Sprintf("%s[%d]", path, i), true)
		out = reflect.Append(out, item)
	}
	v.Set(out)
}

// scalar reads one value: text, a number or a yes and no.
func (d *decoder) scalar(n node, v reflect.Value, path string, inside bool) {
	if n.Kind != yaml.ScalarNode {
		d.mismatch(n, formOf(v.Type()), path)
		return
	}
	expanded, vars, missing := d.expand(n)
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
func (d *decoder) expand(n node) (text string, vars, missing []string) {
	text, vars, missing = expand(n.Value, d.options.Env, d.options.Kept)
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
	n := resolve(raw)
	if n == nil {
		return nil
	}
	switch n.Kind {
	case yaml.MappingNode:
		out := map[string]any{}
		for _, one := range d.entries(n, path) {
			out[one.name] = d.anything(one.value, path)
		}
		return out
	case yaml.SequenceNode:
		out := make([]any, len(n.Content))
		for i, value := range n.Content {
			out[i] = d.anything(value, path)
		}
		return out
	case yaml.ScalarNode, yaml.DocumentNode, yaml.AliasNode: // the latter two do not get here
	}
	return d.plain(n, path)
}

// plain reads a scalar as what it looks like. Dates are text, as in JSON.
func (d *decoder) plain(n node, path string) any {
	var whole int64
	var value any
	switch n.ShortTag() {
	case "!!bool", "!!float":
		if err := n.Decode(&value); err == nil {
			return value
		}
	case "!!int":
		if err := n.Decode(&whole); err == nil {
			return whole
		}
		if err := n.Decode(&value); err == nil {
			return value
		}
	default:
		expanded, _, _ := d.expand(n)
		return expanded
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
