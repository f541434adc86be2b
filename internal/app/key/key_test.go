package key_test

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"parley/internal/app/key"
	"parley/internal/kit/conf"
)

func TestVariablesAreNamedOnce(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, v := range key.Variables() {
		if seen[v.Name] || v.Doc == "" || !regexp.MustCompile(`^[A-Z][A-Z0-9_]+$`).MatchString(v.Name) {
			t.Errorf("%+v stands twice, or is not described", v)
		}
		seen[v.Name] = true
	}
	if len(seen) < 500 {
		t.Errorf("only %d variables", len(seen))
	}
}

// Taking all comments away leaves a file that is right.
func TestStarter(t *testing.T) {
	t.Parallel()
	starter := key.Starter()
	for line := range strings.Lines(starter) {
		if strings.TrimSpace(line) != "" && !strings.HasPrefix(line, "#") {
			t.Errorf("%q is in force", line)
		}
	}
	path := t.TempDir() + "/parley.yaml"
	full := regexp.MustCompile(`(?m)^##.*\n`).ReplaceAllString(starter, "")
	full = regexp.MustCompile(`(?m)^#`).ReplaceAllString(full, "")
	if err := os.WriteFile(path, []byte(full), 0o600); err != nil {
		t.Fatal(err)
	}
	var nothing struct{}
	report, err := conf.Load(path, &nothing, conf.Options{Schema: key.Schema(), Env: func(string) (string, bool) { return "x", true }})
	if err != nil || len(report.Warnings) > 0 {
		t.Errorf("%v, %v\n%s", report.Warnings, err, full)
	}
	for _, want := range []string{"server:\n", "  maxAnswerBytes: 8388608\n", "pinned: ["} {
		if !strings.Contains(full, want) {
			t.Errorf("%q is missing", want)
		}
	}
}
