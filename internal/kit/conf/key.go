package conf

import (
	"fmt"
	"slices"
	"strings"
)

// Form is what a value looks like in the file. A key may allow several.
type Form uint16

// The forms.
const (
	Text Form = 1 << iota
	Bool
	Whole    // a whole number
	Number   // with decimals
	Duration // such as 30s or 5m
	Texts    // a list of texts
	List     // a list whose items are described by the keys below "[]"
	Section  // a mapping whose keys are described below it, by name or by "*" for any
	Free     // anything
)

var formNames = []struct {
	form Form
	name string
}{
	{Text, "a text"},
	{Bool, "true or false"},
	{Whole, "a whole number"},
	{Number, "a number"},
	{Duration, "a duration such as 30s or 5m"},
	{Texts, "a list of texts"},
	{List, "a list"},
	{Section, "a mapping (name: value)"},
	{Free, "anything"},
}

// String names the forms in the words of someone who writes a file.
func (f Form) String() string {
	var names []string
	for _, n := range formNames {
		if f&n.form != 0 {
			names = append(names, n.name)
		}
	}
	return strings.Join(names, ", or ")
}

// State says whether a key does anything.
type State int

// The states.
const (
	// InEffect keys act.
	InEffect State = iota
	// NotYet keys are read and checked, and do nothing so far.
	NotYet
	// Foreign keys are about the insides of another program that reads the file
	// too, and mean nothing here.
	Foreign
)

// Key describes one key of a configuration to people, editors and the reader of
// files.
type Key struct {
	// Path is where the key stands: "[]" is any item of a list, "*" any name, as
	// in "endpoints.custom[].name" and "mcpServers.*.url".
	Path string
	Form Form
	// Doc says in one sentence what the key is for.
	Doc string
	// Default is the value without the key, as it would stand in the file.
	Default string
	// Values are the only texts that are allowed; Least and Most bound a number.
	Values      []string
	Least, Most *float64
	Example     string
	// Variable is the environment variable that overrides the value.
	Variable string
	Secret   bool
	// Strict keys are restrictions: a wrong form is an error in every file.
	Strict bool
	// Restart says that a change counts from the next start.
	Restart bool
	State   State
}

// Sample is a value for an example: the given one, or what suits the form.
func (k Key) Sample() string {
	switch {
	case k.Example != "":
		return k.Example
	case k.Default != "":
		return k.Default
	case len(k.Values) > 0:
		return k.Values[0]
	case k.Secret:
		return "${" + strings.ToUpper(strings.NewReplacer(".", "_", "[]", "", "*", "NAME").Replace(k.Path)) + "}"
	}
	for _, s := range []struct {
		form   Form
		sample string
	}{{Bool, "true"}, {Whole, "10"}, {Number, "0.5"}, {Duration, "30s"}, {Text, "text"}, {Texts, "[one, two]"}, {List, "[]"}} {
		if k.Form&s.form != 0 {
			return s.sample
		}
	}
	return "{}"
}

// Schema is all keys of a configuration.
type Schema struct {
	keys []Key
	root *branch
}

// branch is a place in the tree of keys.
type branch struct {
	path string
	key  *Key
	// below are the keys of a mapping; "*" stands for all other names, "[]" for
	// the items of a list.
	below map[string]*branch
	state State
}

// NewSchema puts keys together. A key that others stand below is a [Section]
// without saying so. It returns an error when a path stands twice.
func NewSchema(keys []Key) (*Schema, error) {
	s := &Schema{keys: slices.Clone(keys), root: &branch{}}
	for i := range s.keys {
		at := s.root
		for _, name := range split(s.keys[i].Path) {
			next := at.below[name]
			if next == nil {
				next = &branch{path: joinKey(at.path, name)}
				if at.below == nil {
					at.below = map[string]*branch{}
				}
				at.below[name] = next
			}
			at = next
		}
		if at.key != nil {
			return nil, fmt.Errorf("conf: the key %s stands twice", at.path)
		}
		at.key = &s.keys[i]
	}
	s.root.settle()
	return s, nil
}

// joinKey is the path of a key below another; "[]" is put behind it.
func joinKey(path, name string) string {
	if name == "[]" {
		return path + name
	}
	return join(path, name)
}

// settle works out the states of sections: theirs is the best of what is below.
func (b *branch) settle() State {
	b.state = Foreign
	if b.key != nil {
		b.state = b.key.State
	}
	if len(b.below) == 0 {
		return b.state
	}
	if b.key == nil || b.key.State != InEffect {
		b.state = Foreign
	}
	for _, child := range b.below {
		b.state = min(b.state, child.settle())
	}
	return b.state
}

// form is what may stand at b.
func (b *branch) form() Form {
	var f Form
	if b.key != nil {
		f = b.key.Form
	}
	for name := range b.below {
		if name == "[]" {
			f |= List
		} else {
			f |= Section
		}
	}
	return f
}

// child is the branch of a name below b, nil if there is none.
func (b *branch) child(name string) *branch {
	if b == nil {
		return nil
	}
	if c, ok := b.below[name]; ok {
		return c
	}
	if name == "[]" {
		return nil
	}
	return b.below["*"]
}

// names lists the keys below b, without those that stand for any.
func (b *branch) names() []string {
	if b == nil {
		return nil
	}
	var all []string
	for name := range b.below {
		if name != "*" && name != "[]" {
			all = append(all, name)
		}
	}
	slices.Sort(all)
	return all
}

// Keys lists the keys in the order in which they were given.
func (s *Schema) Keys() []Key {
	if s == nil {
		return nil
	}
	return slices.Clone(s.keys)
}

// Find returns the key at a path of a file, in which "[3]" stands for an item
// and any name for "*".
func (s *Schema) Find(path string) (Key, bool) {
	if b := s.find(path); b != nil && b.key != nil {
		return *b.key, true
	}
	return Key{}, false
}

// Has reports whether there is a key at a path, or below it.
func (s *Schema) Has(path string) bool { return s.find(path) != nil }

// Acts reports whether the key at a path, or one below it, does something.
func (s *Schema) Acts(path string) bool {
	b := s.find(path)
	return b != nil && b.state == InEffect
}

func (s *Schema) find(path string) *branch {
	if s == nil {
		return nil
	}
	at := s.root
	for _, name := range split(path) {
		if at = at.child(name); at == nil {
			return nil
		}
	}
	return at
}

// without returns the highest key on the way to path with nothing in effect at
// or below it, and its state; "" when what stands there acts.
func (s *Schema) without(path string) (highest string, state State) {
	if s == nil {
		return "", InEffect
	}
	at := s.root
	for _, name := range split(path) {
		if at = at.child(name); at == nil {
			return "", InEffect
		}
		if at.state != InEffect {
			return at.path, at.state
		}
	}
	return "", InEffect
}
