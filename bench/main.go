// Command bench measures the promises about speed and memory: it drives a real
// parley binary against a scripted provider, beside a direct client and a bare
// reverse proxy, in one run, and prints measured figures against their limits.
//
// Every role is a process of its own, so that the CPU time of one is not taken
// for that of another: the scripted provider, the reverse proxy, the parley
// binary under test and the client that loads them. All listen on loopback, in
// a temporary folder, and end with the run.
//
// It is no profiler and no unit test: it says whether a promise holds on this
// machine. docs/benchmarks.md explains the rows.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/alecthomas/kong"
)

// commandLine is what bench can be told; all but run are the roles that run
// starts as processes.
type commandLine struct {
	Run      runCommand      `cmd:"" default:"withargs" help:"Measure a parley binary."`
	Upstream upstreamCommand `cmd:"" help:"Serve the scripted provider; prints its URL."`
	Proxy    proxyCommand    `cmd:"" help:"Serve a bare reverse proxy; prints its URL."`
	Load     loadCommand     `cmd:"" help:"Run the load that standard input describes; prints the outcome as JSON." hidden:""`
}

// errMissed ends a run in which a promise did not hold.
var errMissed = errors.New("a promise was missed")

func main() {
	var told commandLine
	parsed := kong.Parse(&told,
		kong.Name("bench"),
		kong.Description("Measures a parley binary against its promises about speed and memory."),
		kong.UsageOnError(),
		kong.Vars{"measurements": strings.Join(measurementNames(), ", ")})
	if err := run(parsed); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// run does what the command line says until that ends or is interrupted.
func run(parsed *kong.Context) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	parsed.BindTo(ctx, (*context.Context)(nil))
	return parsed.Run()
}
