package cli

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"text/tabwriter"

	"parley/internal/app"
	"parley/internal/app/key"
	"parley/internal/feature/configuration"
	"parley/internal/kit/conf"
)

type configCommands struct {
	Check  configCheck  `cmd:"" help:"Check a configuration file and say what is wrong with it. The exit status is 0 for a file that can be used and 1 for one that cannot."`
	Show   configShow   `cmd:"" help:"Show every setting, and where its value comes from."`
	Schema configSchema `cmd:"" help:"Print the JSON Schema of the file, for editors."`
	Init   configInit   `cmd:"" help:"Write a file to begin with, in which everything is a comment."`
	Reset  configReset  `cmd:"" help:"Forget what administrators set on their pages, so that the file counts again."`
}

type configCheck struct {
	File string `arg:"" optional:"" help:"File to check; the one that serve would read by default."`
	JSON bool   `help:"Answer as JSON."`
}

// checked is the answer of config check --json.
type checked struct {
	File     string                  `json:"file"`
	Valid    bool                    `json:"valid"`
	Errors   []configuration.Problem `json:"errors"`
	Warnings []configuration.Problem `json:"warnings"`
	// Unused and Foreign are keys that do nothing: yet, and ever; Variables are
	// set variables that do nothing yet.
	Unused    []string `json:"unused"`
	Foreign   []string `json:"foreign"`
	Variables []string `json:"variables"`
}

// errInvalid is told on standard output already.
var errInvalid = errors.New("the configuration cannot be used")

func (c *configCheck) Run(s *session) error {
	path := cmp.Or(c.File, s.root.file())
	_, report, err := app.LoadConfig(path, nil)
	idle := app.IdleVariables(os.LookupEnv)
	if c.JSON {
		out := checked{
			File: path, Valid: err == nil, Errors: problems(err), Warnings: []configuration.Problem{},
			Unused: all(report.Unused), Foreign: all(report.Foreign), Variables: all(idle),
		}
		for _, w := range report.Warnings {
			out.Warnings = append(out.Warnings, app.ProblemOf(w))
		}
		if err := s.json(out); err != nil {
			return err
		}
		if !out.Valid {
			return errInvalid
		}
		return nil
	}
	if err != nil {
		return err
	}
	for _, w := range report.Warnings {
		s.say("warning: %v", w)
	}
	for _, k := range report.Unused {
		s.say("not yet in effect: %s", k)
	}
	for _, k := range report.Foreign {
		s.say("only for LibreChat: %s", k)
	}
	for _, name := range idle {
		s.say("variable not yet in effect: %s", name)
	}
	if path == "" {
		s.say("There is no configuration file; the defaults hold.")
		return nil
	}
	s.say("%s is valid.", path)
	return nil
}

// problems takes joined errors apart.
func problems(err error) []configuration.Problem {
	out := []configuration.Problem{}
	if err == nil {
		return out
	}
	if joined, ok := err.(interface{ Unwrap() []error }); ok { //nolint:errorlint // what is joined is looked at one by one
		for _, one := range joined.Unwrap() {
			out = append(out, problems(one)...)
		}
		return out
	}
	if p, ok := errors.AsType[*conf.Problem](err); ok {
		return append(out, app.ProblemOf(p))
	}
	return append(out, configuration.Problem{Message: explain(err)})
}

func all(names []string) []string { return append([]string{}, names...) }

func (s *session) json(value any) error {
	e := json.NewEncoder(s.out)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(value)
}

type configShow struct {
	JSON bool `help:"Answer as JSON."`
}

func (c *configShow) Run(s *session) error {
	config, report, err := app.LoadConfig(s.root.file(), nil)
	if err != nil {
		return err
	}
	keys, err := s.describe(config, report)
	if err != nil {
		return err
	}
	if c.JSON {
		return s.json(keys)
	}
	w := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', 0)
	for _, k := range keys {
		value := k.Value
		if k.Secret && k.Set {
			value = "[secret]"
		}
		if _, err := fmt.Fprintf(w, "%s\t%s\t%s\n", k.Path, origin(k), value); err != nil {
			return err
		}
	}
	return w.Flush()
}

// describe lists the keys, with what administrators set if there is a database.
func (s *session) describe(config app.Config, report *conf.Report) (keys []configuration.Key, err error) {
	o, err := s.root.options()
	if err != nil {
		return nil, err
	}
	if !o.HasStore(config) {
		return app.DescribeConfig(s, config, report, nil)
	}
	err = s.with(func(store *app.Store) error {
		keys, err = app.DescribeConfig(s, config, report, store.Settings)
		return err
	})
	return keys, err
}

func origin(k configuration.Key) string {
	text := k.Source
	if k.Line > 0 {
		text += fmt.Sprintf(" (line %d)", k.Line)
	}
	if k.Variable != "" {
		text += " (" + k.Variable + ")"
	}
	if k.Pinned {
		text += ", pinned"
	}
	if !k.Effect {
		text += ", not yet in effect"
	}
	return text
}

type configSchema struct {
	Librechat bool `help:"Take what is only warned of in a librechat.yaml."`
}

func (c *configSchema) Run(s *session) error {
	text, err := key.JSONSchema(c.Librechat)
	if err != nil {
		return err
	}
	s.say("%s", text)
	return nil
}

type configInit struct {
	File string `arg:"" optional:"" default:"parley.yaml" help:"File to write; parley.yaml by default."`
}

func (c *configInit) Run(s *session) (err error) {
	f, err := os.OpenFile(c.File, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, os.ErrExist) {
		return fmt.Errorf("%s is there already and is not written over", c.File)
	}
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if _, err := f.WriteString(key.Starter()); err != nil {
		return err
	}
	s.say("%s is written. What is in it is the default; take the # away from what you change.", c.File)
	return nil
}

type configReset struct {
	Key string `arg:"" help:"Key such as auth.registration."`
}

func (c *configReset) Run(s *session) error {
	return s.with(func(store *app.Store) error {
		if _, err := store.Settings.ResetServer(s, app.SettingOf(c.Key)); err != nil {
			return err
		}
		s.say("%s is what the file or the default says again. A running server notices within half a minute.", c.Key)
		return nil
	})
}
