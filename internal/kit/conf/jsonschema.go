package conf

import (
	"encoding/json"
	"strconv"
)

// object is a JSON Schema, or a part of one. encoding/json writes its names in
// order, so that the text is the same each time.
type object = map[string]any

// givenByVariable is how a value that the environment gives looks in the file.
const givenByVariable = `\$\{[A-Za-z_][A-Za-z0-9_]*(:-[^}]*)?\}`

// JSONSchema describes the file to editors (JSON Schema 2020-12). It takes what
// [Load] takes: texts may be written without quotes, and every value may come
// from the environment. A lenient one takes what is only warned of in files that
// are written for another program too.
func (s *Schema) JSONSchema(title string, lenient bool) ([]byte, error) {
	w := schemaWriter{lenient: lenient}
	root := w.branch(s.root)
	root["$schema"] = "https://json-schema.org/draft/2020-12/schema"
	root["title"] = title
	root["$defs"] = definitions()
	if !lenient {
		root["patternProperties"] = object{"^x-": true}
	}
	return json.MarshalIndent(root, "", " ")
}

// definitions are the forms that many keys have.
func definitions() object {
	scalar := func(kind any, pattern string) object {
		return object{"anyOf": []object{{"type": kind}, {"type": "string", "pattern": pattern + "|" + givenByVariable}}}
	}
	return object{
		"text":     object{"type": []string{"string", "number", "boolean", "null"}},
		"bool":     scalar([]string{"boolean", "null"}, "^(?:[Tt]rue|TRUE|[Ff]alse|FALSE|[Yy]es|[Nn]o|[Oo]n|[Oo]ff|0|1)$"),
		"whole":    scalar([]string{"integer", "null"}, "^[-+]?[0-9_]+$"),
		"number":   scalar([]string{"number", "null"}, "^[-+]?[0-9._]+([eE][-+]?[0-9]+)?$"),
		"duration": object{"type": []string{"string", "null"}, "pattern": "^([0-9.]+(ns|us|µs|ms|s|m|h))+$|^0$|" + givenByVariable},
		"texts":    object{"type": []string{"array", "null"}, "items": object{"$ref": "#/$defs/text"}},
	}
}

type schemaWriter struct{ lenient bool }

func (w schemaWriter) branch(b *branch) object {
	out := w.value(b)
	if b.key == nil {
		return out
	}
	k := b.key
	out["description"] = k.Doc
	switch k.State {
	case NotYet:
		out["description"] = k.Doc + " (Read, not yet in effect.)"
	case Foreign:
		out["deprecated"] = true
	case InEffect:
	}
	if k.Default != "" {
		out["default"] = k.literal(k.Default)
	}
	if k.Example != "" && k.Form&(Section|List|Free|Texts) == 0 {
		out["examples"] = []any{k.literal(k.Example)}
	}
	return out
}

// value is what may stand at b, without words about it.
func (w schemaWriter) value(b *branch) object {
	form := b.form()
	if form&Free != 0 {
		return object{}
	}
	var options []object
	for _, f := range []struct {
		form Form
		name string
	}{{Text, "text"}, {Bool, "bool"}, {Whole, "whole"}, {Number, "number"}, {Duration, "duration"}} {
		if form&f.form != 0 {
			options = append(options, w.scalar(b.key, f.name))
		}
	}
	if form&(List|Texts) != 0 || w.lenient && form&Section != 0 {
		options = append(options, w.list(b, form))
	}
	if form&Section != 0 || w.lenient && form&(List|Texts) != 0 {
		options = append(options, w.mapping(b, form))
	}
	if len(options) == 1 {
		return options[0]
	}
	return object{"anyOf": options}
}

func (w schemaWriter) scalar(k *Key, name string) object {
	out := object{"$ref": "#/$defs/" + name}
	if k == nil {
		return out
	}
	if name == "text" && len(k.Values) > 0 && !w.lenient {
		return object{"anyOf": []object{{"enum": k.Values}, {"type": "string", "pattern": givenByVariable}, {"type": "null"}}}
	}
	if name == "whole" || name == "number" {
		if k.Least != nil {
			out["minimum"] = *k.Least
		}
		if k.Most != nil {
			out["maximum"] = *k.Most
		}
	}
	return out
}

func (w schemaWriter) list(b *branch, form Form) object {
	items := b.child("[]")
	switch {
	case form&(List|Texts) == 0:
		return object{"type": "array"} // of another version
	case items == nil && form&Texts != 0:
		return object{"$ref": "#/$defs/texts"}
	case items == nil:
		return object{"type": []string{"array", "null"}}
	}
	item := w.branch(items)
	if form&Texts != 0 {
		item = object{"anyOf": []object{{"$ref": "#/$defs/text"}, item}}
	}
	return object{"type": []string{"array", "null"}, "items": item}
}

func (w schemaWriter) mapping(b *branch, form Form) object {
	out := object{"type": []string{"object", "null"}}
	if form&Section == 0 || len(b.below) == 0 {
		return out
	}
	named := object{}
	for _, name := range b.names() {
		named[name] = w.branch(b.below[name])
	}
	if len(named) > 0 {
		out["properties"] = named
	}
	if other := b.below["*"]; other != nil {
		out["additionalProperties"] = w.branch(other)
	} else if !w.lenient {
		out["additionalProperties"] = false
	}
	return out
}

// literal is a value as JSON has it.
func (k *Key) literal(value string) any {
	if k.Form&Bool != 0 && (value == "true" || value == "false") {
		return value == "true"
	}
	if n, err := strconv.ParseFloat(value, 64); err == nil && k.Form&(Whole|Number) != 0 {
		return n
	}
	return value
}
