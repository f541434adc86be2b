package conf

import (
	"bytes"
	"errors"
	"fmt"
	"net/url"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
)

// Export writes the settings of a struct that differ from the defaults as a
// file. In the place of a secret stands a variable: the one that it came from, or
// one named after its place, which is none that is taken: those mean something by
// themselves. Values of free mappings whose name sounds like a
// secret, and all headers, are taken for secrets.
func (r *Report) Export(from, defaults any, taken func(variable string) bool) ([]byte, error) {
	e := exporter{secret: variables{r.Origins, taken}.of}
	tree := e.structure(addressable(from), addressable(defaults), "", "")
	if len(tree) == 0 {
		return []byte("{}\n"), nil
	}
	return lines(tree)
}

// lines writes a value as files have it.
func lines(value any) ([]byte, error) {
	var b bytes.Buffer
	w := yaml.NewEncoder(&b)
	w.SetIndent(2)
	err := errors.Join(w.Encode(value), w.Close())
	return b.Bytes(), err
}

// ordered is a mapping whose keys stay in order.
type ordered []entry

type entry struct {
	key   string
	value any
}

// MarshalYAML is for the library.
func (o ordered) MarshalYAML() (any, error) {
	mapping := &yaml.Node{Kind: yaml.MappingNode}
	for _, e := range o {
		var key, value yaml.Node
		if err := errors.Join(key.Encode(e.key), value.Encode(e.value)); err != nil {
			return nil, err
		}
		mapping.Content = append(mapping.Content, &key, &value)
	}
	return mapping, nil
}

type exporter struct {
	// secret is what stands in the place of one; owner is the name of the thing
	// that it belongs to.
	secret func(path, owner, name string) string
}

// variables name those that secrets come from.
type variables struct {
	origins map[string]Origin
	taken   func(variable string) bool
}

func (v variables) of(path, owner, name string) string {
	return "${" + v.variable(path, owner, name) + "}"
}

// structure returns the fields that differ; owner is the name of the thing that
// they belong to, for the variables of secrets.
func (e exporter) structure(v, defaults reflect.Value, path, owner string) ordered {
	var out ordered
	usual := fieldsOf(defaults)
	fields := fieldsOf(v)
	if name, ok := fields["name"]; ok && name.value.Kind() == reflect.String {
		owner = name.value.String()
	}
	for _, f := range inOrder(v, fields) {
		name, at := f.path, join(path, f.path)
		if reflect.DeepEqual(f.value.Interface(), usual[name].value.Interface()) {
			continue
		}
		value := f.value
		if value.Kind() == reflect.Struct && !isScalarType(value.Type()) {
			if below := e.structure(value, usual[name].value, at, owner); len(below) > 0 {
				out = append(out, entry{name, below})
			}
			continue
		}
		secret := f.field.Tag.Get("conf") == "secret" || isSecretType(value.Type())
		if variable, _, _ := strings.Cut(f.field.Tag.Get("env"), ","); secret && variable != "" {
			out = append(out, entry{name, "${" + variable + "}"})
			continue
		}
		out = append(out, entry{name, e.value(value, at, owner, name, secret)})
	}
	return out
}

// inOrder returns fields in the order of the struct, but a name first.
func inOrder(v reflect.Value, fields map[string]leaf) []leaf {
	all := structOrder(v, fields)
	slices.SortStableFunc(all, func(a, b leaf) int {
		switch {
		case a.path == "name" && b.path != "name":
			return -1
		case b.path == "name" && a.path != "name":
			return 1
		}
		return 0
	})
	return all
}

func structOrder(v reflect.Value, fields map[string]leaf) []leaf {
	var all []leaf
	for i := range v.NumField() {
		name, options, _ := strings.Cut(v.Type().Field(i).Tag.Get("yaml"), ",")
		if options == "inline" {
			all = append(all, structOrder(v.Field(i), fieldsOf(v.Field(i)))...)
		} else if f, ok := fields[name]; ok && name != "" {
			all = append(all, f)
		}
	}
	return all
}

var (
	soundsSecret = regexp.MustCompile(`(?i)key|token|secret|passw|credential|authorization|cookie|signature`)
	soundsHeader = regexp.MustCompile(`(?i)headers$|^env$`)
	notVariable  = regexp.MustCompile(`[^A-Z0-9]+`)
	lowerUpper   = regexp.MustCompile(`([a-z])([A-Z])`)
)

func (e exporter) value(v reflect.Value, path, owner, name string, secret bool) any {
	for v.Kind() == reflect.Pointer || v.Kind() == reflect.Interface {
		if v.IsNil() {
			return nil
		}
		v = v.Elem()
	}
	switch {
	case v.Kind() == reflect.Slice:
		items := []any{}
		for i := range v.Len() {
			item := name
			if secret {
				item = fmt.Sprintf("%s_%d", name, i+1)
			}
			items = append(items, e.value(v.Index(i), path, owner, item, secret))
		}
		return items
	case v.Kind() == reflect.Map:
		return e.mapping(v, path, owner, name)
	case v.Kind() == reflect.Struct && !isScalarType(v.Type()):
		if short, ok := isShort(v); ok {
			return e.value(short, path, owner, name, secret)
		}
		return e.structure(v, reflect.New(v.Type()).Elem(), path, owner)
	case secret && v.IsZero():
		return ""
	case secret:
		return e.secret(path, owner, name)
	case v.Type() == reflect.TypeFor[time.Duration]():
		return fmt.Sprint(v.Interface())
	case v.Kind() == reflect.String:
		return withoutPassword(v.String())
	}
	return v.Interface()
}

func (e exporter) mapping(v reflect.Value, path, owner, name string) ordered {
	out := ordered{}
	for _, key := range slices.SortedFunc(slices.Values(v.MapKeys()), func(a, b reflect.Value) int { return strings.Compare(a.String(), b.String()) }) {
		secret := soundsHeader.MatchString(name) || soundsSecret.MatchString(key.String()) && isText(v.MapIndex(key))
		out = append(out, entry{key.String(), e.value(v.MapIndex(key), path, owner, key.String(), secret)})
	}
	return out
}

func isText(v reflect.Value) bool {
	for v.Kind() == reflect.Interface {
		v = v.Elem()
	}
	return v.Kind() == reflect.String
}

// variable names the environment variable that a secret comes from, or is to
// come from.
func (v variables) variable(path, owner, name string) string {
	if o, ok := v.origins[path]; ok && o.Var != "" {
		return o.Var
	} else if ok && len(o.Vars) == 1 {
		return o.Vars[0]
	}
	base := owner
	if base == "" {
		base, _, _ = strings.Cut(path, "."+name)
		base = strings.TrimPrefix(base, "endpoints.")
	}
	text := strings.ToUpper(lowerUpper.ReplaceAllString(base+"_"+name, "${1}_$2"))
	text = strings.Trim(notVariable.ReplaceAllString(text, "_"), "_")
	if text == "" || text[0] >= '0' && text[0] <= '9' || v.taken(text) {
		text = "PARLEY_" + text
	}
	return text
}

// withoutPassword takes the user and password out of an address.
func withoutPassword(text string) string {
	u, err := url.Parse(text)
	if err != nil || u.User == nil {
		return text
	}
	u.User = nil
	return u.String()
}
