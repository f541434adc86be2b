package conf

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// hidden stands for a secret that is set. In lines it would be a list.
const (
	hidden        = "[secret]"
	hiddenInLines = "(secret)"
)

// Setting is one value of a configuration, for people to look at.
type Setting struct {
	Path  string
	Value string
	// Lines is the value of a list or mapping as files have it; empty for others.
	Lines string
	// Secret says that Value tells at most that there is one.
	Secret bool
	Origin Origin
}

// Show lists all settings of the struct that from points to, sorted by key
// path, with where they came from. Secrets say only whether they are set.
func (r *Report) Show(from any) []Setting {
	var all []Setting
	for _, l := range leaves(reflect.ValueOf(from).Elem(), "") {
		s := Setting{Path: l.path, Value: text(l.value), Origin: Origin{Source: Default}}
		if o, ok := r.Origins[l.path]; ok {
			s.Origin = o
		}
		s.Secret = l.field.Tag.Get("conf") == "secret" || isSecretType(l.field.Type)
		switch {
		case s.Secret && !l.value.IsZero():
			s.Value = hidden
		case isList(l.value):
			s.Lines = shownLines(l)
		}
		all = append(all, s)
	}
	slices.SortFunc(all, func(a, b Setting) int { return strings.Compare(a.Path, b.Path) })
	return all
}

// isList reports whether there are several values in one.
func isList(v reflect.Value) bool {
	return (v.Kind() == reflect.Slice || v.Kind() == reflect.Map) && !isScalarType(v.Type()) && v.Len() > 0
}

// shownLines is a list or mapping for people, without its secrets.
func shownLines(l leaf) string {
	e := exporter{secret: func(string, string, string) string { return hiddenInLines }}
	text, err := lines(e.value(l.value, l.path, "", l.field.Name, false))
	if err != nil {
		return "" // then the one line has to do
	}
	return strings.TrimSuffix(string(text), "\n")
}

// Values are the settings of a struct as [Report.Show] writes them, by key path.
func Values(of any) map[string]string {
	all := map[string]string{}
	for _, l := range leaves(addressable(of), "") {
		all[l.path] = text(l.value)
	}
	return all
}

// text prints a value in the manner of YAML's flow style; fields of structs in
// lists hide themselves like all others.
func text(v reflect.Value) string {
	if v.IsZero() && v.Kind() != reflect.Bool && !v.CanInt() && !v.CanUint() && !v.CanFloat() {
		return ""
	}
	if isScalarType(v.Type()) {
		return withoutPassword(fmt.Sprint(v.Interface()))
	}
	var items []string
	switch v.Kind() { //nolint:exhaustive // the rest has no parts
	case reflect.Pointer, reflect.Interface:
		return text(v.Elem())
	case reflect.Slice:
		for i := range v.Len() {
			items = append(items, text(v.Index(i)))
		}
		return "[" + strings.Join(items, ", ") + "]"
	case reflect.Map:
		// What a map holds is free, so it may be a secret: headers, for one. Structs
		// hide their own.
		for _, key := range v.MapKeys() {
			shown := hidden
			if v.Type().Elem().Kind() == reflect.Struct {
				shown = text(v.MapIndex(key))
			}
			items = append(items, key.String()+": "+shown)
		}
	case reflect.Struct:
		for name, f := range fieldsOf(v) {
			if f.value.IsZero() {
				continue
			}
			shown := hidden
			if f.field.Tag.Get("conf") != "secret" {
				shown = text(f.value)
			}
			items = append(items, name+": "+shown)
		}
	default:
		return fmt.Sprint(v.Interface())
	}
	slices.Sort(items)
	return "{" + strings.Join(items, ", ") + "}"
}
