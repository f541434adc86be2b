package conf

import (
	"fmt"
	"reflect"
	"slices"
)

// Differences lists the settings, sorted by key path, that have another value in
// b than in a; both are structs of the same type, or point to one.
func Differences(a, b any) []string {
	before := map[string]reflect.Value{}
	for _, l := range leaves(addressable(a), "") {
		before[l.path] = l.value
	}
	var all []string
	for _, l := range leaves(addressable(b), "") {
		if !reflect.DeepEqual(before[l.path].Interface(), l.value.Interface()) {
			all = append(all, l.path)
		}
	}
	slices.Sort(all)
	return all
}

// addressable returns a struct, of which from is a copy or a pointer.
func addressable(from any) reflect.Value {
	v := reflect.ValueOf(from)
	if v.Kind() == reflect.Pointer {
		return v.Elem()
	}
	if v.Kind() != reflect.Struct {
		panic(fmt.Sprintf("conf: %T is no struct", from))
	}
	out := reflect.New(v.Type()).Elem()
	out.Set(v)
	return out
}
