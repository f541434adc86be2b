package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

type runCommand struct {
	Binary   string   `required:"" type:"existingfile" help:"The parley binary to measure."`
	JSON     string   `name:"json" type:"path" help:"Write the report to this file too." placeholder:"FILE"`
	Only     []string `help:"Measure only these: ${measurements}." placeholder:"NAME"`
	Quick    bool     `help:"Smaller sizes, once each: a check that it works, not a measurement."`
	Markdown bool     `help:"Print the table as markdown."`
}

// bench is one run of measurements.
type bench struct {
	*stage
	plan   plan
	report *Report
	log    io.Writer
}

// measurement is a group of figures that are taken together.
type measurement struct {
	name string
	take func(*bench, context.Context) ([]Row, error)
}

var measurements = []measurement{
	{"start", (*bench).measureStart},
	{"cpu_per_token", (*bench).measureCPU},
	{"protocols", (*bench).measureProtocols},
	{"ttft_added", (*bench).measureFirstToken},
	{"single_stream", (*bench).measureSingle},
	{"wire_overhead", (*bench).measureWire},
	{"streams_1000", (*bench).measureCrowd},
	{"chats_100k", (*bench).measureChats},
}

// measurementNames lists what --only takes.
func measurementNames() []string {
	var names []string
	for _, m := range measurements {
		names = append(names, m.name)
	}
	return names
}

// Run measures, prints and fails if a promise was missed.
func (c *runCommand) Run(ctx context.Context) (err error) {
	for _, name := range c.Only {
		if !slices.Contains(measurementNames(), name) {
			return fmt.Errorf("no measurement %q; there are %s", name, strings.Join(measurementNames(), ", "))
		}
	}
	report, err := c.measure(ctx)
	if err != nil {
		return err
	}
	if err := c.print(report); err != nil {
		return err
	}
	if !report.kept() {
		return errMissed
	}
	return nil
}

// measure takes the measurements that were asked for, in a temporary folder.
func (c *runCommand) measure(ctx context.Context) (_ *Report, err error) {
	root, err := os.MkdirTemp("", "parley-bench-")
	if err != nil {
		return nil, fmt.Errorf("make a folder: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(root)) }()
	binary, err := filepath.Abs(c.Binary)
	if err != nil {
		return nil, fmt.Errorf("find the binary: %w", err)
	}
	sizes := fullPlan()
	if c.Quick {
		sizes = quickPlan()
	}
	set, err := setStage(ctx, binary, root, sizes.models())
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, set.clear()) }()
	b := &bench{stage: set, plan: sizes, report: newReport(c.Quick), log: os.Stderr}
	for _, m := range measurements {
		if len(c.Only) > 0 && !slices.Contains(c.Only, m.name) {
			continue
		}
		_, _ = fmt.Fprintf(b.log, "-- %s\n", m.name)
		rows, err := m.take(b, ctx)
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		for i := range rows {
			rows[i].Measurement = m.name
		}
		b.report.Rows = append(b.report.Rows, rows...)
		if err != nil {
			b.report.Errors[m.name] = err.Error()
		}
	}
	return b.report, nil
}

func (c *runCommand) print(report *Report) error {
	if c.JSON != "" {
		if err := report.writeJSON(c.JSON); err != nil {
			return err
		}
	}
	if c.Markdown {
		return report.writeMarkdown(os.Stdout)
	}
	return report.writeTable(os.Stdout)
}

// load sends a target a load, and notes and tells what became of it.
func (b *bench) load(ctx context.Context, t target, s shape) (Run, error) {
	run, err := t.run(ctx, s)
	if run.Tokens > 0 {
		b.report.Runs = append(b.report.Runs, run)
		run.tell(b.log)
	}
	return run, err
}
