package cli

import (
	"fmt"
	"text/tabwriter"

	"parley/internal/app"
	"parley/internal/kit/conf"
)

type configCommands struct {
	Check configCheck `cmd:"" help:"Check the configuration file and say what is wrong with it."`
	Show  configShow  `cmd:"" help:"Show every setting, and where its value comes from."`
}

type configCheck struct {
	File string `arg:"" optional:"" help:"File to check; the one that serve would read by default."`
}

func (c *configCheck) Run(s *session) error {
	path := c.File
	if path == "" {
		path = s.root.file()
	}
	if path == "" {
		s.say("There is no configuration file; the defaults hold.")
		return nil
	}
	_, report, err := app.LoadConfig(path, nil)
	if err != nil {
		return err
	}
	for _, w := range report.Warnings {
		s.say("warning: %v", w)
	}
	for _, key := range report.Unused {
		s.say("not yet in effect: %s", key)
	}
	s.say("%s is valid.", path)
	return nil
}

type configShow struct{}

func (configShow) Run(s *session) error {
	c, report, err := app.LoadConfig(s.root.file(), nil)
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', 0)
	for _, setting := range report.Show(&c) {
		if _, err := fmt.Fprintf(w, "%s\t%s\t%s\n", setting.Path, setting.Value, origin(setting.Origin)); err != nil {
			return err
		}
	}
	return w.Flush()
}

func origin(o conf.Origin) string {
	text := string(o.Source)
	if o.Line > 0 {
		text += fmt.Sprintf(" (line %d)", o.Line)
	}
	if o.Var != "" {
		text += " (" + o.Var + ")"
	}
	return text
}
