package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"runtime"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"
)

// Bound says on which side of its limit a figure has to be.
type Bound string

// The bounds; a figure with BoundNone is only reported.
const (
	BoundNone  Bound = ""
	BoundMost  Bound = "<="
	BoundLeast Bound = ">="
)

// Row is one figure and what was promised about it.
type Row struct {
	// Measurement is the name that --only takes.
	Measurement string  `json:"measurement"`
	Promise     string  `json:"promise"`
	Measured    float64 `json:"measured"`
	Unit        string  `json:"unit"`
	Bound       Bound   `json:"bound,omitempty"`
	Limit       float64 `json:"limit,omitempty"`
	Pass        bool    `json:"pass"`
}

// most makes a row whose figure may be at most the limit.
func most(promise string, measured, limit float64, unit string) Row {
	return Row{Promise: promise, Measured: measured, Unit: unit, Bound: BoundMost, Limit: limit, Pass: measured <= limit}
}

// least makes a row whose figure has to be at least the limit.
func least(promise string, measured, limit float64, unit string) Row {
	return Row{Promise: promise, Measured: measured, Unit: unit, Bound: BoundLeast, Limit: limit, Pass: measured >= limit}
}

// figure makes a row without a limit, for comparison.
func figure(what string, measured float64, unit string) Row {
	return Row{Promise: what, Measured: measured, Unit: unit, Pass: true}
}

// Report is the result of all measurements.
type Report struct {
	At        time.Time `json:"at"`
	Processor string    `json:"processor"`
	Cores     int       `json:"cores"`
	Go        string    `json:"go"`
	IsQuick   bool      `json:"isQuick"`
	Rows      []Row     `json:"rows"`
	// Errors are by measurement; one that has an error was missed.
	Errors map[string]string `json:"errors,omitempty"`
	// Runs are all loads behind the rows.
	Runs []Run `json:"runs"`
}

func newReport(isQuick bool) *Report {
	return &Report{
		At: time.Now().UTC().Truncate(time.Second), Processor: processor(), Cores: runtime.NumCPU(),
		Go: runtime.Version(), IsQuick: isQuick, Errors: map[string]string{},
	}
}

// kept reports whether every promise held.
func (r *Report) kept() bool {
	for _, row := range r.Rows {
		if !row.Pass {
			return false
		}
	}
	return len(r.Errors) == 0
}

// cells returns a row as it is printed.
func (r Row) cells() []string {
	limit, pass := "", ""
	if r.Bound != BoundNone {
		limit = string(r.Bound) + " " + number(r.Limit)
		if pass = "yes"; !r.Pass {
			pass = "NO"
		}
	}
	return []string{r.Measurement, r.Promise, strings.TrimSpace(number(r.Measured) + " " + r.Unit), limit, pass}
}

var heading = []string{"measurement", "promise", "measured", "limit", "pass"}

// number writes a figure with as many places as matter.
func number(value float64) string {
	switch {
	case value >= 100 || value == float64(int64(value)):
		return strconv.FormatFloat(value, 'f', 0, 64)
	case value >= 10:
		return strconv.FormatFloat(value, 'f', 1, 64)
	default:
		return strconv.FormatFloat(value, 'f', 2, 64)
	}
}

// writeTable prints the report for a terminal.
func (r *Report) writeTable(w io.Writer) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	write := func(cells []string) { _, _ = fmt.Fprintln(table, strings.Join(cells, "\t")) }
	write(heading)
	for _, row := range r.Rows {
		write(row.cells())
	}
	for name, text := range r.Errors {
		write([]string{name, "error: " + text, "", "", "NO"})
	}
	return table.Flush()
}

// writeMarkdown prints the report for docs/benchmarks.md.
func (r *Report) writeMarkdown(w io.Writer) error {
	write := func(cells []string) { _, _ = fmt.Fprintf(w, "| %s |\n", strings.Join(cells, " | ")) }
	_, _ = fmt.Fprintf(w, "%s, %d cores of %s, %s.\n\n", r.At.Format(time.DateOnly), r.Cores, r.Processor, r.Go)
	write(heading)
	write([]string{"---", "---", "---:", "---:", "---"})
	for _, row := range r.Rows {
		write(row.cells())
	}
	for name, text := range r.Errors {
		if _, err := fmt.Fprintf(w, "\n%s failed: %s\n", name, text); err != nil {
			return err
		}
	}
	return nil
}

// writeJSON writes the report to a file.
func (r *Report) writeJSON(path string) error {
	encoded, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return fmt.Errorf("encode the report: %w", err)
	}
	if err := os.WriteFile(path, append(encoded, '\n'), 0o600); err != nil {
		return fmt.Errorf("write the report: %w", err)
	}
	return nil
}
