package conf

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// Field is a place for a value in a struct that a file is read into.
type Field struct {
	Path string
	Form Form
	// Variable is the environment variable that overrides the value.
	Variable string
	Secret   bool
	// Open says that anything may stand below.
	Open bool
	// Package is where the innermost struct that has the field was declared.
	Package string
}

// Fields lists all places for values in a struct, those in lists ("[]") and maps
// ("*") too, sorted by path.
func Fields(of any) []Field {
	all := fieldsBelow(reflect.TypeOf(of), "", 0)
	slices.SortFunc(all, func(a, b Field) int { return strings.Compare(a.Path, b.Path) })
	return all
}

func fieldsBelow(t reflect.Type, path string, depth int) (all []Field) {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct || isScalarType(t) || depth > maxDepth {
		return nil
	}
	for _, l := range fieldsOf(reflect.New(t).Elem()) {
		at := join(path, l.path)
		variable, _, _ := strings.Cut(l.field.Tag.Get("env"), ",")
		all = append(all, Field{
			Path: at, Form: formOf(l.field.Type), Variable: variable, Package: t.PkgPath(),
			Secret: l.field.Tag.Get("conf") == "secret" || isSecretType(l.field.Type), Open: isOpen(l.field.Type),
		})
		inner := l.field.Type
		for inner.Kind() == reflect.Pointer {
			inner = inner.Elem()
		}
		switch inner.Kind() { //nolint:exhaustive // the rest holds no fields
		case reflect.Slice:
			all = append(all, fieldsBelow(inner.Elem(), at+"[]", depth+1)...)
		case reflect.Map:
			all = append(all, fieldsBelow(inner.Elem(), at+".*", depth+1)...)
		default:
			all = append(all, fieldsBelow(inner, at, depth+1)...)
		}
	}
	return all
}

// isOpen reports whether a value of the type holds anything.
func isOpen(t reflect.Type) bool {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice || t.Kind() == reflect.Map {
		t = t.Elem()
	}
	return t.Kind() == reflect.Interface
}

// isSecretType reports whether values of the type hide themselves.
func isSecretType(t reflect.Type) bool {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	v, ok := reflect.TypeAssert[interface{ Reveal() string }](reflect.New(t))
	if !ok {
		return false
	}
	return fmt.Sprint(v) != v.Reveal()
}
