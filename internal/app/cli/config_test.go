package cli_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"parley/internal/app"
	"parley/internal/app/cli"
	"parley/internal/setting"
)

// parley runs a command in a folder of its own and returns what it prints.
func parley(t *testing.T, folder string, args ...string) (out, errs string, status int) {
	t.Helper()
	var o, e bytes.Buffer
	status = cli.Run(append([]string{"--data", filepath.Join(folder, "data")}, args...), strings.NewReader(""), &o, &e)
	return o.String(), e.String(), status
}

func file(t *testing.T, folder, name, text string) string {
	t.Helper()
	path := filepath.Join(folder, name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestConfigCheck(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	good := file(t, folder, "good.yaml", "auth: {sessionDays: 7}\nmemory: {disabled: true}\n")
	bad := file(t, folder, "bad.yaml", "server:\n  lisen: :80\nauth: {sessionDays: many}\n")
	foreign := file(t, folder, "librechat.yaml", "cache: true\nzebra: 1\n")
	for _, c := range []struct {
		file      string
		status    int
		out, errs string
	}{
		{good, 0, "not yet in effect: memory", ""},
		{bad, 1, "", `bad.yaml:2:3: unknown key server.lisen; did you mean "listen"?`},
		{foreign, 0, "librechat.yaml:2:1: unknown key zebra", ""},
		{filepath.Join(folder, "gone.yaml"), 1, "", "no such file"},
	} {
		out, errs, status := parley(t, folder, "config", "check", c.file)
		if status != c.status || !strings.Contains(out, c.out) || !strings.Contains(errs, c.errs) {
			t.Errorf("%s: %d, %q, %q", filepath.Base(c.file), status, out, errs)
		}
	}
	out, _, status := parley(t, folder, "config", "check", "--json", bad)
	var answer struct {
		Valid  bool
		Errors []struct {
			Line, Column int
			Message      string
			Excerpt      string
		}
	}
	if err := json.Unmarshal([]byte(out), &answer); err != nil {
		t.Fatalf("%q: %v", out, err)
	}
	if status != 1 || answer.Valid || len(answer.Errors) != 2 || answer.Errors[1].Line != 3 || answer.Errors[1].Column != 21 || answer.Errors[0].Excerpt == "" {
		t.Errorf("%d, %+v", status, answer)
	}
}

func TestConfigInit(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	path := filepath.Join(folder, "parley.yaml")
	if _, errs, status := parley(t, folder, "config", "init", path); status != 0 {
		t.Fatal(errs)
	}
	if out, errs, status := parley(t, folder, "config", "check", path); status != 0 || !strings.Contains(out, "is valid") {
		t.Errorf("%d, %q, %q", status, out, errs)
	}
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	_, errs, status := parley(t, folder, "config", "init", path)
	if after, err := os.ReadFile(path); status != 1 || !strings.Contains(errs, "there already") || err != nil || !bytes.Equal(before, after) {
		t.Errorf("a file was written over: %d, %q, %v", status, errs, err)
	}
}

func TestConfigShowAndReset(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	path := file(t, folder, "parley.yaml", "auth: {sessionDays: 7}\nserver: {metricsToken: canary-token}\n")
	type shown struct {
		Path, Value, Source string
		Line                int
		Secret, Set         bool
	}
	show := func() map[string]shown {
		out, errs, status := parley(t, folder, "--config", path, "config", "show", "--json")
		if status != 0 || strings.Contains(out, "canary") {
			t.Fatalf("%d, %q, %q", status, out, errs)
		}
		var keys []shown
		if err := json.Unmarshal([]byte(out), &keys); err != nil {
			t.Fatal(err)
		}
		all := map[string]shown{}
		for _, k := range keys {
			all[k.Path] = k
		}
		return all
	}
	now := show()
	if got, want := now["auth.sessionDays"], (shown{Path: "auth.sessionDays", Value: "7", Source: "file", Line: 1, Set: true}); got != want {
		t.Errorf("%+v", got)
	}
	if got := now["server.metricsToken"]; !got.Secret || !got.Set || got.Value != "" {
		t.Errorf("%+v", got)
	}
	if _, err := os.Stat(filepath.Join(folder, "data")); err == nil {
		t.Error("showing made a database")
	}
	if out, _, _ := parley(t, folder, "--config", path, "config", "show"); !strings.Contains(out, "[secret]") || strings.Contains(out, "canary") {
		t.Errorf("%q", out)
	}

	store, err := app.OpenStore(t.Context(), app.Defaults(), app.Options{Data: filepath.Join(folder, "data")}, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	_, err = store.Settings.ChangeServer(t.Context(), setting.ServerPatch{SessionDays: new(3)})
	if err := errors.Join(err, store.Close()); err != nil {
		t.Fatal(err)
	}
	if got := show()["auth.sessionDays"]; got.Source != "ui" || got.Value != "3" {
		t.Errorf("%+v", got)
	}
	if _, errs, status := parley(t, folder, "--config", path, "config", "reset", "auth.sessionDays"); status != 0 {
		t.Errorf("reset: %q", errs)
	}
	if _, errs, status := parley(t, folder, "--config", path, "config", "reset", "auth.sessionDay"); status != 1 || !strings.Contains(errs, "no setting") {
		t.Errorf("reset of nothing: %d, %q", status, errs)
	}
	if got := show()["auth.sessionDays"]; got.Source != "file" || got.Value != "7" {
		t.Errorf("%+v", got)
	}
}

func TestConfigSchema(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{{"config", "schema"}, {"config", "schema", "--librechat"}} {
		out, errs, status := parley(t, t.TempDir(), args...)
		var schema map[string]any
		if err := json.Unmarshal([]byte(out), &schema); status != 0 || err != nil || schema["$schema"] != "https://json-schema.org/draft/2020-12/schema" {
			t.Errorf("%v: %d, %q, %v", args, status, errs, err)
		}
	}
}

func TestDotEnvOfTheWorkingFolder(t *testing.T) {
	folder := t.TempDir()
	t.Chdir(folder)
	file(t, folder, ".env", "PARLEY_SESSION_DAYS=9\nPARLEY_SESSION_IDLE_HOURS=3\nPARLEY_CONFIG=other.yaml\n")
	file(t, folder, "other.yaml", "chat: {maxSteps: 4}\n")
	t.Setenv("PARLEY_SESSION_IDLE_HOURS", "5")
	for _, name := range []string{"PARLEY_SESSION_DAYS", "PARLEY_CONFIG"} {
		t.Setenv(name, "") // so that it is as before when the test ends
		if err := os.Unsetenv(name); err != nil {
			t.Fatal(err)
		}
	}
	out, errs, status := parley(t, folder, "config", "show", "--json")
	var keys []struct{ Path, Value, Variable string }
	if err := json.Unmarshal([]byte(out), &keys); err != nil || status != 0 {
		t.Fatal(err, errs)
	}
	got := map[string]string{}
	for _, k := range keys {
		got[k.Path] = k.Value + " " + k.Variable
	}
	for path, want := range map[string]string{
		"auth.sessionDays": "9 PARLEY_SESSION_DAYS", "auth.sessionIdleHours": "5 PARLEY_SESSION_IDLE_HOURS", "chat.maxSteps": "4 ",
	} {
		if got[path] != want {
			t.Errorf("%s is %q, not %q", path, got[path], want)
		}
	}
}
