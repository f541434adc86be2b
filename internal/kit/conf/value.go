package conf

import (
	"encoding"
	"errors"
	"fmt"
	"maps"
	"math"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// leaf is a field of the struct at a key path.
type leaf struct {
	path  string
	field reflect.StructField
	value reflect.Value
}

// fieldsOf returns the fields of a struct by key; those of an embedded struct
// tagged yaml:",inline" are its own.
func fieldsOf(v reflect.Value) map[string]leaf {
	out := map[string]leaf{}
	for i := range v.NumField() {
		field := v.Type().Field(i)
		name, options, _ := strings.Cut(field.Tag.Get("yaml"), ",")
		switch {
		case options == "inline":
			maps.Copy(out, fieldsOf(v.Field(i)))
		case field.IsExported() && name != "" && name != "-":
			out[name] = leaf{path: name, field: field, value: v.Field(i)}
		}
	}
	return out
}

// leaves returns the settings in a struct, all levels down. A list or map is
// one setting.
func leaves(v reflect.Value, path string) (all []leaf) {
	for name, f := range fieldsOf(v) {
		f.path = join(path, name)
		if f.value.Kind() == reflect.Struct && !isScalarType(f.value.Type()) {
			all = append(all, leaves(f.value, f.path)...)
			continue
		}
		all = append(all, f)
	}
	return all
}

// shortOf returns the field of a struct, tagged conf:"short", that a scalar in
// the place of the mapping stands for.
func shortOf(v reflect.Value) (reflect.Value, bool) {
	for i := range v.NumField() {
		if v.Type().Field(i).Tag.Get("conf") == "short" {
			return v.Field(i), true
		}
	}
	return reflect.Value{}, false
}

// isShort reports whether nothing but that field is set.
func isShort(v reflect.Value) (short reflect.Value, ok bool) {
	if short, ok = shortOf(v); !ok {
		return short, false
	}
	bare := reflect.New(v.Type()).Elem()
	only, _ := shortOf(bare)
	only.Set(short)
	return short, reflect.DeepEqual(bare.Interface(), v.Interface())
}

var textUnmarshaler = reflect.TypeFor[encoding.TextUnmarshaler]()

// isScalarType reports whether a value of type t is written as one scalar.
func isScalarType(t reflect.Type) bool {
	if reflect.PointerTo(t).Implements(textUnmarshaler) {
		return true
	}
	switch t.Kind() { //nolint:exhaustive // the rest is not scalar
	case reflect.String, reflect.Bool, reflect.Int, reflect.Int32, reflect.Int64, reflect.Uint, reflect.Uint16, reflect.Float64:
		return true
	}
	return false
}

// formOf is how a value of type t stands in a file.
func formOf(t reflect.Type) Form {
	switch {
	case t.Kind() == reflect.Pointer:
		return formOf(t.Elem())
	case t == reflect.TypeFor[time.Duration]():
		return Duration
	case t.Kind() == reflect.String, reflect.PointerTo(t).Implements(textUnmarshaler):
		return Text
	case t.Kind() == reflect.Bool:
		return Bool
	case t.Kind() == reflect.Float64:
		return Number
	case t.Kind() == reflect.Slice && formOf(t.Elem()) == Text:
		return Texts
	case t.Kind() == reflect.Slice:
		return List
	case t.Kind() == reflect.Struct, t.Kind() == reflect.Map:
		return Section
	case t.Kind() == reflect.Interface:
		return Free
	}
	return Whole
}

// setText sets a scalar, or a list of texts separated by commas, from text.
func setText(v reflect.Value, text string) error {
	if v.Kind() == reflect.Pointer {
		value := reflect.New(v.Type().Elem())
		if err := setText(value.Elem(), text); err != nil {
			return err
		}
		v.Set(value)
		return nil
	}
	t := v.Type()
	if unmarshaler, ok := reflect.TypeAssert[encoding.TextUnmarshaler](v.Addr()); ok {
		return unmarshaler.UnmarshalText([]byte(text))
	}
	wrong := fmt.Errorf("has to be %s", formOf(t))
	switch {
	case t == reflect.TypeFor[time.Duration]():
		d, err := time.ParseDuration(text)
		if err != nil {
			return wrong
		}
		v.SetInt(int64(d))
	case t.Kind() == reflect.String:
		v.SetString(text)
	case t.Kind() == reflect.Bool:
		switch strings.ToLower(text) {
		case "true", "yes", "on", "1":
			v.SetBool(true)
		case "false", "no", "off", "0", "":
			v.SetBool(false)
		default:
			return wrong
		}
	case v.CanInt(), v.CanUint():
		return setWhole(v, text, wrong)
	case v.CanFloat():
		f, err := strconv.ParseFloat(text, 64)
		if err != nil || math.IsNaN(f) || math.IsInf(f, 0) {
			return wrong
		}
		v.SetFloat(f)
	case t.Kind() == reflect.Slice && isScalarType(t.Elem()):
		return setList(v, text)
	default:
		return errors.New("can only be set in a file")
	}
	return nil
}

func setWhole(v reflect.Value, text string, wrong error) error {
	text = strings.ReplaceAll(text, "_", "")
	if v.CanUint() {
		n, err := strconv.ParseUint(text, 0, v.Type().Bits())
		if err != nil {
			return wrong
		}
		v.SetUint(n)
		return nil
	}
	n, err := strconv.ParseInt(text, 0, v.Type().Bits())
	if err != nil {
		return wrong
	}
	v.SetInt(n)
	return nil
}

func setList(v reflect.Value, text string) error {
	out := reflect.MakeSlice(v.Type(), 0, 4)
	for item := range strings.SplitSeq(text, ",") {
		if item = strings.TrimSpace(item); item == "" {
			continue
		}
		one := reflect.New(v.Type().Elem()).Elem()
		if err := setText(one, item); err != nil {
			return err
		}
		out = reflect.Append(out, one)
	}
	v.Set(out)
	return nil
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

var index = regexp.MustCompile(`\[\d*\]`)

// split cuts a key path into its names; an index of a list is the name "[]".
func split(path string) []string {
	if path == "" {
		return nil
	}
	return strings.Split(strings.TrimPrefix(index.ReplaceAllString(path, ".[]"), "."), ".")
}
