// Package conf reads a configuration: a YAML file, then environment variables,
// then flags, each over the one before, into a Go struct that holds the
// defaults. It remembers where each value came from, and says with line,
// column and an excerpt what is wrong in the file.
//
// It knows no key: the struct and its tags are the schema. In the file,
// ${NAME} and ${NAME:-default} stand for environment variables, in values that
// are read and nowhere else.
//
// Fields are tagged yaml:"name". More tags say env:"PARLEY_NAME", the variable
// that overrides the value, or several, the first that is set; conf:"secret" marks what no output may show, and
// conf:"strict" what must never be ignored because it has a wrong form, such as
// a restriction.
package conf

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
)

// maxFile is the largest file that is read, in bytes.
const maxFile = 4 << 20

// Options say how a configuration is read.
type Options struct {
	// Env looks up an environment variable; os.LookupEnv if nil.
	Env func(name string) (string, bool)
	// Kept are the names of placeholders that are no variables of the environment:
	// ${NAME} stays as it is for whoever fills it in.
	Kept []string
	// Flags are the values given on the command line by key path, such as
	// "server.listen".
	Flags map[string]string
	// Schema describes the keys. Those that the struct does not have are checked
	// and otherwise ignored; those that it has are held to the values and bounds
	// given here. Nil describes nothing.
	Schema *Schema
	// Foreign are the names of files that are written for another program too,
	// such as "librechat.yaml": there, and in every file with the top-level key
	// "version", these are warnings instead of errors: an unknown key, a key that
	// stands twice (the last one counts), a value that is none of those listed,
	// and a list where a mapping belongs or the other way round (it does not
	// count).
	Foreign []string
	// Check looks at what the values mean once all are read. An [Invalid] in its
	// error is told with the place that the value came from.
	Check func() error
}

// Source is where a value came from.
type Source string

// The sources, weakest first.
const (
	Default     Source = "default"
	File        Source = "file"
	Environment Source = "environment"
	Flag        Source = "flag"
)

// Origin is where a value came from: the line of the file or the name of the
// variable. Vars are the variables that stand in the file's value.
type Origin struct {
	Source Source
	Line   int
	Var    string
	Vars   []string
}

// Report is what an administrator may want to know of a reading.
type Report struct {
	// Warnings do not keep the program from starting.
	Warnings []*Problem
	// Unused are the keys in the file that have no effect yet, Foreign those that
	// never will, each once and sorted. A key stands for all below it, "[]" for
	// any item of a list and "*" for any name.
	Unused, Foreign []string
	// Origins are the sources of the values by key path; a path that is missing
	// has its default. A list or map is one value.
	Origins map[string]Origin
	// Digest stands for the content of the file; see [Watch].
	Digest string
}

// Load reads the file at path, the environment and the flags into the struct
// that into points to, over the defaults that it holds. An empty path reads no
// file. All mistakes in the file are in the error at once, each a [Problem].
func Load(path string, into any, o Options) (*Report, error) {
	target := reflect.ValueOf(into)
	if target.Kind() != reflect.Pointer || target.Elem().Kind() != reflect.Struct {
		return nil, errors.New("conf: into has to point to a struct")
	}
	if o.Env == nil {
		o.Env = os.LookupEnv
	}
	report := &Report{Origins: map[string]Origin{}}
	d := &decoder{options: o, report: report, places: map[string]node{}}
	if path != "" {
		if err := d.load(path, target.Elem()); err != nil {
			return report, err
		}
	}
	err := errors.Join(fromEnvironment(target.Elem(), o, report), fromFlags(target.Elem(), o, report))
	slices.Sort(report.Unused)
	slices.Sort(report.Foreign)
	if err == nil && o.Check != nil {
		err = d.located(o.Check())
	}
	return report, err
}

// load reads the file.
func (d *decoder) load(path string, into reflect.Value) error {
	data, err := readFile(path)
	if err != nil {
		return fmt.Errorf("read the configuration: %w", err)
	}
	d.report.Digest = digest(data)
	d.src = newSource(filepath.Base(path), data)
	body, problem := parse(d.src)
	if problem != nil {
		return problem
	}
	d.lenient = isForeign(d.src.name, body, d.options.Foreign)
	d.decode(body, into, "", false)
	return errors.Join(d.errs...)
}

func readFile(path string) (data []byte, err error) {
	f, err := os.Open(path) //nolint:gosec // the administrator names the file
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	data, err = io.ReadAll(io.LimitReader(f, maxFile+1))
	if err == nil && len(data) > maxFile {
		err = fmt.Errorf("%s is larger than %d MB", filepath.Base(path), maxFile>>20)
	}
	return data, err
}

func fromEnvironment(into reflect.Value, o Options, report *Report) error {
	var errs []error
	for _, l := range leaves(into, "") {
		name, text := o.variable(l.field.Tag.Get("env"))
		if text == "" {
			continue
		}
		if err := o.set(l, text); err != nil {
			errs = append(errs, fmt.Errorf("environment variable %s: %w", name, err))
			continue
		}
		report.Origins[l.path] = Origin{Source: Environment, Var: name}
	}
	return errors.Join(errs...)
}

func fromFlags(into reflect.Value, o Options, report *Report) error {
	var errs []error
	known := map[string]leaf{}
	for _, l := range leaves(into, "") {
		known[l.path] = l
	}
	for path, text := range o.Flags {
		l, ok := known[path]
		if !ok {
			errs = append(errs, fmt.Errorf("there is no setting called %s", path))
			continue
		}
		if err := o.set(l, text); err != nil {
			errs = append(errs, fmt.Errorf("flag for %s: %w", path, err))
			continue
		}
		report.Origins[path] = Origin{Source: Flag}
	}
	return errors.Join(errs...)
}

// variable returns the first of several variables, named with commas between
// them, that holds something.
func (o Options) variable(names string) (name, text string) {
	for name := range strings.SplitSeq(names, ",") {
		if name == "" {
			continue
		}
		if text, set := o.Env(name); set && text != "" {
			return name, text
		}
	}
	return "", ""
}

// set gives a leaf a value from outside the file.
func (o Options) set(l leaf, text string) error {
	if err := setText(l.value, text); err != nil {
		return err
	}
	if b := o.Schema.find(l.path); b != nil && b.key != nil {
		return b.key.allows(text)
	}
	return nil
}
