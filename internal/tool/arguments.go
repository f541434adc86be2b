package tool

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"

	"parley/internal/kit/fault"
)

// ErrArguments is the code of every error of [Call.Decode].
var ErrArguments = fault.New(fault.Invalid, "tool_arguments", "The arguments are not valid.")

func badArguments(format string, args ...any) error {
	return fault.New(fault.Invalid, ErrArguments.Code, fmt.Sprintf(format, args...))
}

// Decode reads the arguments into the struct that into points to. A field is
// required unless its json tag says omitempty; an argument that no field takes
// is an error. Errors tell a model what to write instead.
func (c Call) Decode(into any) error {
	text := bytes.TrimSpace(c.Arguments)
	if len(text) == 0 {
		text = []byte("{}")
	}
	var given map[string]json.RawMessage
	if err := json.Unmarshal(text, &given); err != nil || given == nil {
		return notAnObject(err)
	}
	names, required := fields(reflect.TypeOf(into).Elem())
	for name := range given {
		if !slices.Contains(names, name) {
			return badArguments("There is no argument %q; there is: %s.", name, strings.Join(names, ", "))
		}
	}
	for _, name := range required {
		if value, ok := given[name]; !ok || string(value) == "null" {
			return badArguments("The argument %q is missing.", name)
		}
	}
	if err := json.Unmarshal(text, into); err != nil {
		if e, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
			return badArguments("The argument %q has to be %s, not %s.", e.Field, nameOf(e.Type), article(e.Value))
		}
		return badArguments("The arguments cannot be read: %s.", err)
	}
	return nil
}

func notAnObject(err error) error {
	if e, ok := errors.AsType[*json.SyntaxError](err); ok {
		if errors.Is(err, io.ErrUnexpectedEOF) || strings.Contains(e.Error(), "end of JSON") {
			return badArguments("The arguments are not whole: the JSON ends too early.")
		}
		return badArguments("The arguments are not valid JSON, at byte %d: %s.", e.Offset, e)
	}
	return badArguments("The arguments have to be a JSON object.")
}

// fields lists the arguments that a struct takes and those it needs.
func fields(t reflect.Type) (names, required []string) {
	for f := range t.Fields() {
		tag, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		if tag == "" || tag == "-" {
			continue
		}
		names = append(names, tag)
		if !strings.Contains(options, "omit") {
			required = append(required, tag)
		}
	}
	return names, required
}

func nameOf(t reflect.Type) string {
	switch t.Kind() {
	case reflect.String:
		return "a string"
	case reflect.Bool:
		return "true or false"
	case reflect.Slice, reflect.Array:
		return "a list"
	case reflect.Struct, reflect.Map:
		return "an object"
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return "a whole number"
	case reflect.Float32, reflect.Float64:
		return "a number"
	default:
		return t.String()
	}
}

func article(value string) string {
	switch {
	case value == "bool":
		return "true or false"
	case strings.HasPrefix(value, "number "):
		return strings.TrimPrefix(value, "number ")
	case value == "array" || value == "object":
		return "an " + value
	}
	return "a " + value
}
