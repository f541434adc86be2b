// Package cli is the command line of the program.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"path/filepath"
	"runtime/debug"
	"syscall"

	"parley/internal/app"
	"parley/internal/kit/conf"
	"parley/internal/kit/fault"

	"github.com/alecthomas/kong"
)

// version is set by the build.
var version = "dev"

// root is the whole command line.
type root struct {
	Config string `help:"Configuration file. Without it parley.yaml in the working folder is read if it is there." placeholder:"FILE" env:"PARLEY_CONFIG,CONFIG_PATH"`
	Data   string `help:"Folder that everything is kept in." default:"data" placeholder:"DIR" env:"PARLEY_DATA"`

	Serve   serveCommand   `cmd:"" help:"Run the server."`
	Version versionCommand `cmd:"" help:"Print the version."`
	Conf    configCommands `cmd:"" name:"config" help:"Look at the configuration."`
	User    userCommands   `cmd:"" help:"Make users and reset their passwords."`
	Key     keyCommands    `cmd:"" help:"Make API keys."`
}

// session is what a command gets to work with.
type session struct {
	context.Context
	root *root
	in   io.Reader
	out  io.Writer
	err  io.Writer
}

// Run runs the command that args name and returns the exit status.
func Run(args []string, in io.Reader, out, errs io.Writer) int {
	if err := readDotEnv(); err != nil {
		_, _ = fmt.Fprintln(errs, "parley:", err)
		return 1
	}
	var r root
	parser, err := kong.New(&r, kong.Name("parley"),
		kong.Description("A self-hosted AI chat platform: every model behind one login."),
		kong.Writers(out, errs), kong.UsageOnError())
	if err != nil {
		_, _ = fmt.Fprintln(errs, "parley:", err)
		return 2
	}
	command, err := parser.Parse(args)
	if err != nil {
		parser.Errorf("%s", err)
		return 2
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := command.Run(&session{Context: ctx, root: &r, in: in, out: out, err: errs}); err != nil {
		_, _ = fmt.Fprintln(errs, "parley:", explain(err))
		return 1
	}
	return 0
}

// readDotEnv adds what a file .env in the working folder says to the environment,
// which goes first. LibreChat is given its keys so, and Docker's compose.
func readDotEnv() error {
	variables, err := conf.DotEnv(".env")
	if err != nil {
		return fmt.Errorf("read the variables: %w", err)
	}
	for name, value := range variables {
		if _, set := os.LookupEnv(name); !set {
			if err := os.Setenv(name, value); err != nil {
				return fmt.Errorf("set %s, of the file .env: %w", name, err)
			}
		}
	}
	return nil
}

// explain is err as the person at the terminal should read it.
func explain(err error) string {
	if f, ok := errors.AsType[*fault.Error](err); ok && f.Kind != fault.Internal {
		if f.Detail != "" {
			return f.Message + " " + f.Detail
		}
		return f.Message
	}
	return err.Error()
}

func (s *session) say(format string, args ...any) {
	_, _ = fmt.Fprintf(s.out, format+"\n", args...) // a closed pipe is the reader's choice
}

// file is the configuration file to read, "" for none.
func (r *root) file() string {
	if r.Config != "" {
		return r.Config
	}
	for _, name := range []string{"parley.yaml", "librechat.yaml"} {
		if _, err := os.Stat(name); err == nil {
			return name
		}
	}
	return ""
}

func (r *root) options() (app.Options, error) {
	folder, err := filepath.Abs(r.Data)
	return app.Options{Data: folder, Version: Version()}, err
}

// store opens the database for a command that works beside the server. Only
// what goes wrong is logged.
func (s *session) store() (*app.Store, error) {
	c, _, err := app.LoadConfig(s.root.file(), nil)
	if err != nil {
		return nil, err
	}
	o, err := s.root.options()
	if err != nil {
		return nil, err
	}
	log := slog.New(slog.NewTextHandler(s.err, &slog.HandlerOptions{Level: slog.LevelWarn}))
	return app.OpenStore(s, c, o, log)
}

// Version is the program's version: set by the build, or that of the module.
func Version() string {
	if version != "dev" {
		return version
	}
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" && info.Main.Version != "(devel)" {
		return info.Main.Version
	}
	return version
}

type versionCommand struct{}

func (versionCommand) Run(s *session) error {
	s.say("parley %s", Version())
	return nil
}
