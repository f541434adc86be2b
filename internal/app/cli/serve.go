package cli

import (
	"fmt"
	"io"
	"log/slog"
	"os"
	godebug "runtime/debug"

	"parley/internal/app"
)

type serveCommand struct {
	Listen string `help:"Address to listen on, such as :3080 or 127.0.0.1:8080." placeholder:"ADDR"`
}

func (c *serveCommand) Run(s *session) error {
	flags := map[string]string{}
	if c.Listen != "" {
		flags["server.listen"] = c.Listen
	}
	file := s.root.file()
	config, report, err := app.LoadConfig(file, flags)
	if err != nil {
		return err
	}
	boundGarbage()
	level := new(slog.LevelVar)
	log, err := logger(s.err, config.Server, level)
	if err != nil {
		return err
	}
	app.NoteConfig(log, report)
	o, err := s.root.options()
	if err != nil {
		return err
	}
	o.File, o.Flags, o.Report, o.Level = file, flags, report, level
	return app.Serve(s, config, o, log, func(line string) { s.say("%s", line) })
}

// garbagePercent is how much the heap may grow between two collections, in
// percent. Less than half of Go's default saves more than a tenth of the memory of
// a busy server and costs no CPU that can be measured; GOGC overrules it.
const garbagePercent = 40

func boundGarbage() {
	if os.Getenv("GOGC") == "" {
		godebug.SetGCPercent(garbagePercent)
	}
}

// logger returns the log in the configured form; level is what changes its level.
func logger(w io.Writer, c app.ServerConfig, level *slog.LevelVar) (*slog.Logger, error) {
	if err := app.SetLevel(level, c.LogLevel); err != nil {
		return nil, err
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
