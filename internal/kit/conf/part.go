package conf

import (
	"cmp"
	"slices"
)

// Part is the keys of one section at the top of the file.
type Part struct {
	// Name is the first name of the paths; Keys are sorted as they were given.
	Name string
	Keys []Key
}

// Parts groups the keys by the first name of their paths, sorted.
func (s *Schema) Parts() []Part {
	byName := map[string]*Part{}
	var parts []*Part
	for _, k := range s.keys {
		name := split(k.Path)[0]
		if byName[name] == nil {
			byName[name] = &Part{Name: name}
			parts = append(parts, byName[name])
		}
		byName[name].Keys = append(byName[name].Keys, k)
	}
	out := make([]Part, len(parts))
	for i, p := range parts {
		out[i] = *p
	}
	slices.SortStableFunc(out, func(a, b Part) int { return cmp.Compare(a.Name, b.Name) })
	return out
}
