package app_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"parley/internal/app"
	"parley/internal/app/key"
	"parley/internal/feature/provider"
	"parley/internal/kit/conf"
	"parley/internal/kit/outbound"
)

// realFiles are configurations that people run LibreChat with.
func realFiles(t testing.TB) (folder string, paths []string) {
	t.Helper()
	folder = filepath.Join("..", "..", "..", "shared", "fixtures", "librechat-config")
	if _, err := os.Stat(folder); err != nil {
		t.Skip("the folder shared/fixtures/librechat-config is not beside the repository")
	}
	for _, pattern := range []string{"*.yaml", "history/*.yaml"} {
		found, err := filepath.Glob(filepath.Join(folder, pattern))
		if err != nil {
			t.Fatal(err)
		}
		paths = append(paths, found...)
	}
	if len(paths) < 80 {
		t.Fatalf("only %d files", len(paths))
	}
	return folder, paths
}

// broken is the one that is no YAML.
const broken = "CallumBoase+LibreChatDeployment__librechat.example.yaml"

// everything is an environment in which every variable is set.
func everything(name string) (string, bool) {
	own := []string{"ALLOW_REGISTRATION", "DOMAIN_CLIENT"}
	ofKey := slices.ContainsFunc(key.Schema().Keys(), func(k conf.Key) bool { return k.Variable == name })
	return "value-of-" + name, !strings.HasPrefix(name, "PARLEY_") && !ofKey && !slices.Contains(own, name)
}

func TestRealFiles(t *testing.T) {
	t.Parallel()
	_, paths := realFiles(t)
	warnings, index := map[string]int{}, regexp.MustCompile(`\[\d+\]`)
	unused, endpoints := map[string]int{}, 0
	for _, path := range paths {
		name := filepath.Base(path)
		if name == broken {
			continue
		}
		c, report, err := app.ReadConfig(path, conf.Options{Env: everything, Foreign: []string{name}})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if text := string(data); strings.Contains(text, "\n  custom:\n    - name") && len(c.Endpoints.Custom) == 0 {
			t.Errorf("%s: no custom endpoint was read", name)
		}
		for i, e := range c.Endpoints.Custom {
			if e.Name == "" || strings.Contains(strings.ReplaceAll(e.APIKey.Reveal()+e.BaseURL, "$${", ""), "${") {
				t.Errorf("%s: endpoint %d is %+v", name, i, e)
			}
		}
		endpoints += len(c.Endpoints.Custom)
		for _, w := range report.Warnings {
			warnings[index.ReplaceAllString(w.Message, "[]")]++
			if w.Line < 1 || w.Column < 1 || w.Excerpt == "" {
				t.Errorf("%s: a warning without a place: %+v", name, w)
			}
		}
		for _, k := range append(report.Unused, report.Foreign...) {
			unused[k]++
		}
	}
	t.Logf("%d endpoints, %d kinds of warnings: %v\nwithout effect: %v", endpoints, len(warnings), warnings, unused)
}

func TestRealBrokenFile(t *testing.T) {
	t.Parallel()
	folder, _ := realFiles(t)
	_, _, err := app.LoadConfig(filepath.Join(folder, broken), nil)
	p, ok := errors.AsType[*conf.Problem](err)
	if !ok || p.Line < 180 || p.Line > 195 || p.Column < 1 || p.Message == "" || !strings.Contains(p.Excerpt, ">") {
		t.Fatalf("error %v", err)
	}
}

// Every place that a file is read into is described, in the same form, and what
// is said to act is read.
func TestKeysAndStructsAgree(t *testing.T) {
	t.Parallel()
	schema := key.Schema()
	read := map[string]conf.Field{}
	for _, f := range conf.Fields(app.Config{}) {
		if other, twice := read[f.Path]; twice {
			t.Errorf("%s is claimed by %s and %s", f.Path, other.Package, f.Package)
		}
		read[f.Path] = f
	}
	for path, f := range read {
		k, known := schema.Find(path)
		switch {
		case !known && schema.Has(path) && f.Form&(conf.Section|conf.List|conf.Free) != 0: // described by what is below
		case !known:
			t.Errorf("%s is read in %s and not described in package key", path, f.Package)
		case f.Form == conf.Free || k.Form&f.Form != 0 || f.Form == conf.Number && k.Form&conf.Whole != 0:
			if k.Secret != f.Secret {
				t.Errorf("%s: described as secret: %v; in %s: %v", path, k.Secret, f.Package, f.Secret)
			}
			if k.Variable != f.Variable {
				t.Errorf("%s: the variable is %q here and %q in %s", path, k.Variable, f.Variable, f.Package)
			}
		default:
			t.Errorf("%s is %v in %s and described as %v", path, f.Form, f.Package, k.Form)
		}
	}
	for _, k := range schema.Keys() {
		if _, ok := claim(read, k.Path); !ok && k.State == conf.InEffect {
			t.Errorf("%s is said to act, and nothing reads it", k.Path)
		}
	}
}

// claim finds what reads a key: a field, or one above it that takes anything.
func claim(read map[string]conf.Field, path string) (conf.Field, bool) {
	if f, ok := read[path]; ok {
		return f, true
	}
	for at := path; ; {
		i := max(strings.LastIndexByte(at, '.'), strings.LastIndex(at, "[]"))
		if i <= 0 {
			return conf.Field{}, false
		}
		at = at[:i]
		if f, ok := read[at]; ok && f.Open {
			return f, true
		}
	}
}

func TestKeysAreDescribedWell(t *testing.T) {
	t.Parallel()
	keys := key.Schema().Keys()
	if len(keys) < 500 {
		t.Fatalf("only %d keys", len(keys))
	}
	for _, k := range keys {
		if k.Doc == "" || !strings.HasSuffix(k.Doc, ".") || k.Form == 0 {
			t.Errorf("%s: %v, %q", k.Path, k.Form, k.Doc)
		}
		if k.Default != "" && len(k.Values) > 0 && !slices.Contains(k.Values, k.Default) {
			t.Errorf("%s: the default %q is none of %v", k.Path, k.Default, k.Values)
		}
	}
}

// Every variable that providers are read from is described as one that acts.
func TestVariablesOfProvidersAreDescribed(t *testing.T) {
	t.Parallel()
	known := map[string]conf.State{}
	for _, v := range key.Variables() {
		known[v.Name] = v.State
	}
	asked := map[string]bool{}
	for _, without := range []string{"BEARER", "USE_VERTEX", "PROXY"} { // what is asked for hangs on what was answered
		getenv := func(name string) string {
			asked[name] = true
			switch {
			case strings.Contains(name, without):
				return ""
			case strings.Contains(name, "_USE_"):
				return "true"
			case strings.HasSuffix(name, "_REVERSE_PROXY"), strings.HasSuffix(name, "_BASEURL"):
				return "https://gateway.example.com"
			}
			return "x"
		}
		provider.New(provider.Config{Getenv: getenv})
		_, _ = outbound.ProxiesOf(getenv) // "x" is no proxy, which is not what this is about
	}
	if len(asked) < 20 {
		t.Fatalf("only %d variables were asked for", len(asked))
	}
	for name := range asked {
		if state, ok := known[strings.ToUpper(name)]; !ok || state != conf.InEffect {
			t.Errorf("%s is read, and not described as one that acts", name)
		}
	}
}

func TestTimeZoneIsChecked(t *testing.T) {
	t.Parallel()
	for zone, ok := range map[string]bool{"": true, "Europe/Berlin": true, "Mars/Base": false} {
		env := func(name string) (string, bool) { return zone, name == "PARLEY_TIME_ZONE" && zone != "" }
		_, _, err := app.ReadConfig("", conf.Options{Env: env})
		if (err == nil) != ok || !ok && !strings.Contains(err.Error(), `"Mars/Base" is not a time zone`) {
			t.Errorf("%q: %v", zone, err)
		}
	}
}

// What a value means is checked, too, and told like everything else that is wrong
// in the file: with its place, and all at once.
func TestWhatMeansNothingIsToldWithItsPlace(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "parley.yaml")
	for text, want := range map[string][]string{
		"server: {publicUrl: \"htps:/x\"}":                                          {`1:21 server.publicUrl: "htps:/x" is not an origin such as https://chat.example.com`},
		"server:\n  publicUrl: chat\n  timeZone: Mars/Base":                         {"2:14 server.publicUrl", "3:13 server.timeZone"},
		"interface:\n  currency: {code: EURO}":                                      {"2:20 interface.currency.code"},
		"interface:\n  currency: {code: EUR, rate: 0}":                              {"2:31 interface.currency.rate"},
		"fileConfig:\n  endpoints:\n    Up:\n      supportedMimeTypes: [ok, 'a/(']": {"4:32 fileConfig.endpoints.Up.supportedMimeTypes[1]"},
		"chat:\n  defaultLanguage: German it is":                                    {"2:20 chat.defaultLanguage"},
		"chat:\n  defaultModel: nameless":                                           {"2:17 chat.defaultModel"},
		"pinned: [registration, nonsense]":                                          {"1:24 pinned[1]"},
	} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		_, _, err := app.ReadConfig(path, conf.Options{Env: func(string) (string, bool) { return "", false }})
		var got []string
		var collect func(error)
		collect = func(err error) {
			if joined, ok := err.(interface{ Unwrap() []error }); ok { //nolint:errorlint // what is joined is looked at one by one
				for _, one := range joined.Unwrap() {
					collect(one)
				}
				return
			}
			p, ok := errors.AsType[*conf.Problem](err)
			if !ok || !strings.Contains(p.Excerpt, "^") {
				t.Errorf("%q: told without a place: %v", text, err)
				return
			}
			got = append(got, fmt.Sprintf("%d:%d %s", p.Line, p.Column, p.Message))
		}
		collect(err)
		slices.Sort(got)
		if !slices.EqualFunc(got, want, strings.HasPrefix) {
			t.Errorf("%q: told %q, want %q", text, got, want)
		}
	}
	env := func(name string) (string, bool) { return "nowhere", name == "PARLEY_PUBLIC_URL" }
	if _, _, err := app.ReadConfig("", conf.Options{Env: env}); err == nil || !strings.HasPrefix(err.Error(), "environment variable PARLEY_PUBLIC_URL: server.publicUrl") {
		t.Errorf("of a variable: %v", err)
	}
}
