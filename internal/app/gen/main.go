// Command gen writes what is generated from the code: api/openapi.json, the
// description of the API; api/routes.txt, every route with who may call it;
// api/parley.schema.json, the description of the configuration for editors, and
// docs/CONFIG.md, the one for people.
// With --check it writes nothing and fails if a file is out of date.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"slices"

	"parley/internal/app"
	"parley/internal/app/key"
)

func main() {
	check := slices.Contains(os.Args[1:], "--check")
	if err := run(check); err != nil {
		_, _ = fmt.Fprintln(os.Stderr, "gen:", err)
		os.Exit(1)
	}
}

func run(check bool) error {
	files, err := generate()
	if err != nil {
		return err
	}
	var stale []error
	for path, want := range files {
		if !check {
			if err := os.WriteFile(path, want, 0o600); err != nil {
				return err
			}
			continue
		}
		if have, err := os.ReadFile(path); err != nil || !bytes.Equal(have, want) {
			stale = append(stale, fmt.Errorf("%s is out of date: run make gen", path))
		}
	}
	return errors.Join(stale...)
}

func generate() (files map[string][]byte, err error) {
	folder, err := os.MkdirTemp("", "parley-gen")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	a, err := app.Open(context.Background(), app.Defaults(), app.Options{Data: folder, Version: "1"}, slog.New(slog.DiscardHandler))
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	description, err := a.OpenAPI()
	if err != nil {
		return nil, err
	}
	var pretty bytes.Buffer
	if err := json.Indent(&pretty, description, "", "  "); err != nil {
		return nil, err
	}
	pretty.WriteByte('\n')
	var routes bytes.Buffer
	for _, r := range a.Routes() {
		_, _ = fmt.Fprintf(&routes, "%-7s %-55s %s\n", r.Method, r.Path, r.Guard)
	}
	schema, err := key.JSONSchema(false)
	if err != nil {
		return nil, err
	}
	return map[string][]byte{
		"api/openapi.json": pretty.Bytes(), "api/routes.txt": routes.Bytes(),
		"api/parley.schema.json": append(schema, '\n'), "docs/CONFIG.md": configPage(),
	}, nil
}
