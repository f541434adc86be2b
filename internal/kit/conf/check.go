package conf

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
)

// check holds a value that no struct reads to the schema.
func (d *decoder) check(raw node, at *branch, path string) {
	if raw == nil || !d.enter(raw) {
		return
	}
	defer func() { d.depth-- }()
	n := resolve(raw)
	if n == nil {
		return
	}
	if at.key != nil && at.key.Strict {
		d.strict++
		defer func() { d.strict-- }()
	}
	form := at.form()
	switch {
	case form&Free != 0:
	case n.Kind == yaml.SequenceNode:
		d.checkList(n, at, form, path)
	case n.Kind == yaml.MappingNode:
		d.checkMapping(n, at, form, path)
	default:
		d.checkScalar(n, at, form, path)
	}
}

func (d *decoder) checkList(n node, at *branch, form Form, path string) {
	if form&(List|Texts) == 0 {
		d.mismatch(n, form, path)
		return
	}
	items := at.child("[]")
	for i, value := range n.Content {
		place := fmt.Sprintf("%s[%d]", path, i)
		item := resolve(value)
		switch {
		case item == nil, item.Kind == yaml.ScalarNode && form&Texts != 0:
		case items != nil:
			d.check(value, items, place)
		case form&Texts != 0:
			d.mismatch(item, Text, place)
		}
	}
}

func (d *decoder) checkMapping(n node, at *branch, form Form, path string) {
	if form&Section == 0 {
		d.mismatch(n, form, path)
		return
	}
	for _, one := range d.entries(n, path) {
		here := join(path, one.name)
		child := at.child(one.name)
		if child == nil {
			if len(at.below) > 0 { // a section without keys is free
				d.unknown(one, here, path, nil)
			}
			continue
		}
		if d.silent == 0 {
			d.note(here)
		}
		d.check(one.value, child, here)
	}
}

func (d *decoder) checkScalar(n node, at *branch, form Form, path string) {
	text, _, missing := d.expand(n)
	if text == "" && len(missing) > 0 {
		return
	}
	if !form.fits(text) {
		d.mismatch(n, form, path)
		return
	}
	if at.key == nil {
		return
	}
	if err := at.key.allows(text); err != nil {
		d.complain(n, "%s %v", path, err)
	}
}

// fits reports whether a scalar can have one of the forms.
func (f Form) fits(text string) bool {
	if f&Text != 0 || f&Bool != 0 && isBool(text) {
		return true
	}
	plain := strings.ReplaceAll(text, "_", "")
	if _, err := strconv.ParseInt(plain, 0, 64); err == nil && f&(Whole|Number) != 0 {
		return true
	}
	if n, err := strconv.ParseFloat(text, 64); err == nil && f&Number != 0 && !math.IsNaN(n) && !math.IsInf(n, 0) {
		return true
	}
	_, err := time.ParseDuration(text)
	return f&Duration != 0 && err == nil
}

func isBool(text string) bool {
	return slices.Contains([]string{"true", "yes", "on", "1", "false", "no", "off", "0"}, strings.ToLower(text))
}

// allows returns what is wrong with a value of the right form.
func (k *Key) allows(text string) error {
	if k.Form&Bool != 0 && isBool(text) {
		return nil
	}
	if n, err := strconv.ParseFloat(strings.ReplaceAll(text, "_", ""), 64); err == nil && k.Form&(Whole|Number) != 0 {
		if k.Least != nil && n < *k.Least || k.Most != nil && n > *k.Most {
			return fmt.Errorf("has to be %s", k.Bounds())
		}
		return nil
	}
	if k.Form&Text != 0 && len(k.Values) > 0 && !slices.Contains(k.Values, text) {
		return fmt.Errorf("has to be one of %s, not %q", strings.Join(k.Values, ", "), text)
	}
	return nil
}

// Bounds says which numbers are allowed, "" for all.
func (k *Key) Bounds() string {
	text := func(n *float64) string { return strconv.FormatFloat(*n, 'f', -1, 64) }
	switch {
	case k.Least != nil && k.Most != nil:
		return "from " + text(k.Least) + " to " + text(k.Most)
	case k.Least != nil:
		return "at least " + text(k.Least)
	case k.Most != nil:
		return "at most " + text(k.Most)
	}
	return ""
}

// isContainer reports whether a value is a list or a mapping.
func isContainer(n node) bool {
	return n.Kind == yaml.SequenceNode || n.Kind == yaml.MappingNode
}
