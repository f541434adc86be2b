package cli

import (
	"fmt"
	"io"
	"log/slog"
	"os"
	godebug "runtime/debug"

	"parley/internal/app"
	"parley/internal/kit/conf"
)

type serveCommand struct {
	Listen string `help:"Address to listen on, such as :3080 or 127.0.0.1:8080." placeholder:"ADDR"`
}

func (c *serveCommand) Run(s *session) error {
	flags := map[string]string{}
	if c.Listen != "" {
		flags["server.listen"] = c.Listen
	}
	config, report, err := app.LoadConfig(s.root.file(), flags)
	if err != nil {
		return err
	}
	boundGarbage()
	log, err := logger(s.err, config.Server)
	if err != nil {
		return err
	}
	note(log, report)
	o, err := s.root.options()
	if err != nil {
		return err
	}
	return app.Serve(s, config, o, log, func(line string) { s.say("%s", line) })
}

// garbagePercent is how much the heap may grow between two collections, in
// percent. Half of Go's default saves a tenth of the memory of a busy server
// and costs no CPU that can be measured; GOGC overrules it.
const garbagePercent = 50

func boundGarbage() {
	if os.Getenv("GOGC") == "" {
		godebug.SetGCPercent(garbagePercent)
	}
}

// note tells the operator what of the file is not in effect.
func note(log *slog.Logger, report *conf.Report) {
	for _, w := range report.Warnings {
		log.Warn("configuration", "line", w.Line, "column", w.Column, "problem", w.Message)
	}
	if len(report.Unused) > 0 {
		log.Warn("configuration keys that are read but not yet in effect", "keys", report.Unused)
	}
}

func logger(w io.Writer, c app.ServerConfig) (*slog.Logger, error) {
	var level slog.Level
	if err := level.UnmarshalText([]byte(c.LogLevel)); err != nil {
		return nil, fmt.Errorf("server.logLevel: %w", err)
	}
	o := &slog.HandlerOptions{Level: level}
	switch c.LogFormat {
	case "text":
		return slog.New(slog.NewTextHandler(w, o)), nil
	case "json":
		return slog.New(slog.NewJSONHandler(w, o)), nil
	}
	return nil, fmt.Errorf("server.logFormat: %q is not text or json", c.LogFormat)
}
