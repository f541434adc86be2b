package app_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"parley/internal/app"
	"parley/internal/kit/conf"
)

var yamlBlock = regexp.MustCompile("(?s)```yaml\n(.*?)```")

// TestConfigurationInTheDocs reads every piece of configuration that a page shows.
func TestConfigurationInTheDocs(t *testing.T) {
	t.Parallel()
	found := 0
	err := filepath.WalkDir("../../docs", func(page string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(page, ".md") {
			return err
		}
		text, err := os.ReadFile(page) //nolint:gosec // a page of our own
		if err != nil {
			return err
		}
		for i, block := range yamlBlock.FindAllStringSubmatch(string(text), -1) {
			found++
			path := filepath.Join(t.TempDir(), strconv.Itoa(i), "parley.yaml")
			if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
				return err
			}
			replace(t, path, block[1])
			given := func(name string) (string, bool) { return "given", strings.Contains(block[1], "${"+name+"}") }
			if _, report, err := app.ReadConfig(path, conf.Options{Env: given}); err != nil || len(report.Warnings) > 0 || len(report.Unused) > 0 {
				t.Errorf("%s, block %d: %v, %v, not yet in effect %v", page, i+1, err, report.Warnings, report.Unused)
			}
		}
		return nil
	})
	if err != nil || found < 10 {
		t.Errorf("%d blocks, %v", found, err)
	}
}
