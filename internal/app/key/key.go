// Package key lists every key that parley.yaml and librechat.yaml 1.3.17 may
// hold, and every environment variable that says something: form, default,
// allowed values, a sentence, and whether it does anything yet.
//
// It is what editors, CONFIG.md, the admin's page and the check of files go by.
// What a key does is in the package that has it in a struct; a test in app holds
// the two together.
package key

import (
	"slices"
	"strings"
	"sync"

	"parley/internal/kit/conf"
)

// Schema is all keys.
var Schema = sync.OnceValue(func() *conf.Schema {
	s, err := conf.NewSchema(slices.Concat(
		server(), access(), conversation(), services(), search(), speech(), files(), specs(), mcp(), page(), endpoints(),
	))
	if err != nil {
		panic(err) // a key stands twice in the lists below; the tests see it first
	}
	return s
})

// The forms, by the words that the lists below are written in.
const (
	text     = conf.Text
	yesNo    = conf.Bool
	whole    = conf.Whole
	number   = conf.Number
	duration = conf.Duration
	texts    = conf.Texts
	list     = conf.List
	section  = conf.Section
	free     = conf.Free
)

// row is a key that is being written down.
type row struct {
	conf.Key
	acting bool
}

// k begins a key: its path, form, and what it is for.
func k(path string, form conf.Form, doc string) row {
	return row{Key: conf.Key{Path: path, Form: form, Doc: doc}}
}

// or gives the value without the key.
func (r row) or(value string) row { r.Default = value; return r }

// like gives an example.
func (r row) like(example string) row { r.Example = example; return r }

// of gives the only values, the default first.
func (r row) of(values ...string) row {
	r.Values = values
	return r
}

// from gives the bounds of a number.
func (r row) from(least, most float64) row { r.Least, r.Most = &least, &most; return r }

// least gives the lower bound of a number.
func (r row) least(n float64) row { r.Least = &n; return r }

// env gives the environment variable that overrides the value.
func (r row) env(name string) row { r.Variable = name; return r }

// secret marks what nobody is shown.
func (r row) secret() row { r.Secret = true; return r }

// strict marks a restriction.
func (r row) strict() row { r.Strict = true; return r }

// restart marks what counts from the next start.
func (r row) restart() row { r.Restart = true; return r }

// acts marks a key that does something among those that do not.
func (r row) acts() row { r.acting = true; return r }

// theirs marks a key about the insides of LibreChat.
func (r row) theirs() row { r.State = conf.Foreign; return r }

// below puts keys below a prefix.
func below(prefix string, rows ...row) []row {
	all := make([]row, len(rows))
	for i, r := range rows {
		r.Path = strings.TrimSuffix(prefix+"."+r.Path, ".")
		all[i] = r
	}
	return all
}

// waiting returns keys of which nothing acts yet, unless one says so itself.
func waiting(groups ...[]row) []row {
	var all []row
	for _, group := range groups {
		for _, r := range group {
			if r.State == conf.InEffect && !r.acting {
				r.State = conf.NotYet
			}
			all = append(all, r)
		}
	}
	return all
}

// keys makes plain keys of rows.
func keys(groups ...[]row) []conf.Key {
	var all []conf.Key
	for _, group := range groups {
		for _, r := range group {
			all = append(all, r.Key)
		}
	}
	return all
}
