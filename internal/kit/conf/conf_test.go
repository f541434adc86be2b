package conf_test

import (
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"parley/internal/kit/conf"
	"parley/internal/kit/seal"

	"github.com/google/go-cmp/cmp"
)

// settings is a schema with one of everything.
type settings struct {
	Server struct {
		Listen  string        `yaml:"listen" env:"PARLEY_LISTEN"`
		Proxies []string      `yaml:"trustedProxies" env:"PARLEY_PROXIES"`
		Idle    time.Duration `yaml:"idle"`
		Workers int           `yaml:"workers" env:"PARLEY_WORKERS"`
	} `yaml:"server"`
	Database struct {
		URL string `yaml:"url" env:"PARLEY_DATABASE_URL" conf:"secret"`
	} `yaml:"database"`
	Open      bool              `yaml:"open"`
	Ratio     float64           `yaml:"ratio"`
	Headers   map[string]string `yaml:"headers"`
	Free      map[string]any    `yaml:"free"`
	Providers []provider        `yaml:"providers"`
	Limit     *int64            `yaml:"limit" env:"PARLEY_LIMIT,OTHER_LIMIT"`

	ByName map[string]provider `yaml:"byName"`
}

type provider struct {
	Name string      `yaml:"name"`
	Key  seal.Secret `yaml:"apiKey"`
	URL  string      `yaml:"baseURL"`
}

func defaults() *settings {
	s := &settings{Open: true, Ratio: 0.5}
	s.Server.Listen, s.Server.Workers = "127.0.0.1:8080", 4
	return s
}

// schema is keys that may hold anything and do nothing yet.
func schema(t testing.TB, paths ...string) *conf.Schema {
	t.Helper()
	var keys []conf.Key
	for _, path := range paths {
		keys = append(keys, conf.Key{Path: path, Form: conf.Free, State: conf.NotYet})
	}
	s, err := conf.NewSchema(keys)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func write(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func env(vars map[string]string) func(string) (string, bool) {
	return func(name string) (string, bool) {
		value, ok := vars[name]
		return value, ok
	}
}

func load(t *testing.T, text string, o conf.Options) (*settings, *conf.Report, error) {
	t.Helper()
	if o.Env == nil {
		o.Env = env(nil)
	}
	s := defaults()
	report, err := conf.Load(write(t, "parley.yaml", text), s, o)
	return s, report, err
}

func TestEverything(t *testing.T) {
	t.Parallel()
	text := "\ufeff# a comment\n---\n" + `
x-shared: &shared {baseURL: "https://one.test", name: shared}
server:
  listen: ":9000"   # trailing
  trustedProxies: [10.0.0.0/8, "${PROXY}"]
  idle: 90s
  workers: ${WORKERS}
database: {url: "postgres://${DB_USER:-parley}@db/${DB_NAME:-chat}"}
open: ${OPEN}
ratio: 1
headers:
  X-Team: |
    one
    two
  X-Number: 0123
free: {a: [1, 2.5, yes, true, null, "${PROXY}"], b: {c: plain}}
limit: 1_000
providers:
  - <<: *shared
    name: first
    apiKey: ${KEY}
  - *shared
`
	got, report, err := load(t, text, conf.Options{Env: env(map[string]string{
		"PROXY": "192.0.2.1", "WORKERS": "12", "OPEN": "false", "DB_USER": "ann", "KEY": "12345",
	})})
	if err != nil {
		t.Fatal(err)
	}
	want := defaults()
	limit := int64(1000)
	want.Server.Listen, want.Server.Proxies, want.Server.Idle, want.Server.Workers = ":9000", []string{"10.0.0.0/8", "192.0.2.1"}, 90*time.Second, 12
	want.Database.URL, want.Open, want.Ratio, want.Limit = "postgres://ann@db/chat", false, 1, &limit
	want.Headers = map[string]string{"X-Team": "one\ntwo\n", "X-Number": "0123"}
	want.Free = map[string]any{"a": []any{int64(1), 2.5, "yes", true, nil, "192.0.2.1"}, "b": map[string]any{"c": "plain"}}
	want.Providers = []provider{{"first", "12345", "https://one.test"}, {"shared", "", "https://one.test"}}
	if diff := cmp.Diff(want, got, cmp.Comparer(func(a, b seal.Secret) bool { return a.Reveal() == b.Reveal() })); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if len(report.Warnings) > 0 {
		t.Errorf("warnings: %v", report.Warnings)
	}
}

// What a colon without a space behind it belongs to is a matter of YAML 1.2,
// section 7.3.3: to the key, wherever the key stands.
func TestColonsInKeys(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		`headers: {anthropic.x-v1:0: "arn:aws:x/1, y", b: http://x:80/y}`,
		"headers:\n  anthropic.x-v1:0: arn:aws:x/1, y\n  b: http://x:80/y\n",
		"headers: {\"anthropic.x-v1:0\": \"arn:aws:x/1, y\",\n  b: http://x:80/y}",
	} {
		got, _, err := load(t, text, conf.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(map[string]string{"anthropic.x-v1:0": "arn:aws:x/1, y", "b": "http://x:80/y"}, got.Headers); diff != "" {
			t.Errorf("%s (-want +got):\n%s", text, diff)
		}
	}
	got, _, err := load(t, "free: {list: [x:0, {y:1: z:2}], day: 2024-05-01, lone:0}\n", conf.Options{})
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]any{"list": []any{"x:0", map[string]any{"y:1": "z:2"}}, "day": "2024-05-01", "lone:0": nil}
	if diff := cmp.Diff(want, got.Free); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestVariablesAreNotCode(t *testing.T) {
	t.Parallel()
	got, _, err := load(t, "server: {listen: \"${A}\", trustedProxies: [\"${B}\"]}\n", conf.Options{Env: env(map[string]string{
		"A": "${B}\nopen: false", "B": "*anchor, [x]", "open": "x",
	})})
	if err != nil {
		t.Fatal(err)
	}
	if got.Server.Listen != "${B}\nopen: false" || !got.Open || got.Server.Proxies[0] != "*anchor, [x]" {
		t.Errorf("%+v", got)
	}
}

func TestMissingVariables(t *testing.T) {
	t.Parallel()
	got, report, err := load(t, "server:\n  listen: \"a${GONE}b\"\n  workers: ${GONE}\nopen: ${GONE:-false}\n", conf.Options{})
	if err != nil || got.Server.Listen != "ab" || got.Server.Workers != 4 || got.Open {
		t.Errorf("%+v, %v", got, err)
	}
	var lines []int
	for _, w := range report.Warnings {
		lines = append(lines, w.Line)
		if !strings.Contains(w.Message, "GONE is not set") {
			t.Errorf("warning %q", w.Message)
		}
	}
	if diff := cmp.Diff([]int{2, 3}, lines); diff != "" {
		t.Errorf("warnings at lines (-want +got):\n%s", diff)
	}
}

func TestOrderAndOrigins(t *testing.T) {
	t.Parallel()
	text := "server:\n  listen: \":1\"\n  workers: 1\n  idle: ${IDLE}\ndatabase:\n  url: postgres://secret-file\nproviders:\n  - {name: a, apiKey: secret-list}\nheaders: {Authorization: secret-header}\nbyName: {a: {name: b, apiKey: secret-entry}}\n"
	got, report, err := load(t, text, conf.Options{
		Env:   env(map[string]string{"PARLEY_LISTEN": ":2", "PARLEY_WORKERS": "2", "PARLEY_PROXIES": "10.0.0.1, 10.0.0.2,", "IDLE": "5s"}),
		Flags: map[string]string{"server.workers": "3"},
	})
	if err != nil {
		t.Fatal(err)
	}
	if got.Server.Listen != ":2" || got.Server.Workers != 3 || len(got.Server.Proxies) != 2 {
		t.Errorf("%+v", got.Server)
	}
	shown := map[string]conf.Setting{}
	for _, s := range report.Show(got) {
		shown[s.Path] = s
		if strings.Contains(s.Value+s.Lines, "secret-") {
			t.Errorf("%s shows %s", s.Path, s.Value)
		}
	}
	for path, want := range map[string]conf.Setting{
		"server.listen":         {Value: ":2", Origin: conf.Origin{Source: conf.Environment, Var: "PARLEY_LISTEN"}},
		"server.workers":        {Value: "3", Origin: conf.Origin{Source: conf.Flag}},
		"server.trustedProxies": {Value: "[10.0.0.1, 10.0.0.2]", Lines: "- 10.0.0.1\n- 10.0.0.2", Origin: conf.Origin{Source: conf.Environment, Var: "PARLEY_PROXIES"}},
		"server.idle":           {Value: "5s", Origin: conf.Origin{Source: conf.File, Line: 4, Vars: []string{"IDLE"}}},
		"database.url":          {Value: "[secret]", Origin: conf.Origin{Source: conf.File, Line: 6}},
		"providers":             {Value: "[{apiKey: [secret], name: a}]", Lines: "- name: a\n  apiKey: (secret)", Origin: conf.Origin{Source: conf.File, Line: 8}},
		"byName":                {Value: "{a: {apiKey: [secret], name: b}}", Lines: "a:\n  name: b\n  apiKey: (secret)", Origin: conf.Origin{Source: conf.File, Line: 10}},
		"headers":               {Value: "{Authorization: [secret]}", Lines: "Authorization: (secret)", Origin: conf.Origin{Source: conf.File, Line: 9}},
		"open":                  {Value: "true", Origin: conf.Origin{Source: conf.Default}},
		"limit":                 {Value: "", Origin: conf.Origin{Source: conf.Default}},
	} {
		want.Path, want.Secret = path, path == "database.url"
		if diff := cmp.Diff(want, shown[path]); diff != "" {
			t.Errorf("%s (-want +got):\n%s", path, diff)
		}
	}
}

// A file in an old encoding says where it is one.
func TestOtherEncoding(t *testing.T) {
	t.Parallel()
	_, _, err := load(t, "open: true\nwords: Gr\xfc\xdfe\n", conf.Options{})
	p, ok := errors.AsType[*conf.Problem](err)
	if !ok || p.Line != 2 || p.Column != 10 || !strings.Contains(p.Message, "UTF-8") || !strings.Contains(p.Excerpt, "words: Gr\uFFFDe") {
		t.Errorf("%v", err)
	}
}

func TestMistakes(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		text         string
		line, column int
		message      string
	}{
		"unknown":         {"server:\n  lisen: :80\n", 2, 3, `unknown key server.lisen; did you mean "listen"?`},
		"wrong case":      {"providers:\n  - name: a\n    baseUrl: x\n", 3, 5, `unknown key providers[0].baseUrl; did you mean "baseURL"?`},
		"nothing like it": {"zebra: 1\n", 1, 1, "unknown key zebra"},
		"near an unused":  {"chat:\n  tempratures: 1\n", 2, 3, `unknown key chat.tempratures; did you mean "temperature"?`},
		"not a number":    {"server:\n  workers: many\n", 2, 12, "server.workers: has to be a whole number"},
		"fraction":        {"server: {workers: 1.5}\n", 1, 19, "server.workers: has to be a whole number"},
		"not a bool":      {"open: perhaps\n", 1, 7, "open: has to be true or false"},
		"no duration":     {"server:\n  idle: 5\n", 2, 9, "server.idle: has to be a duration such as 30s or 5m"},
		"no list":         {"providers: one\n", 1, 12, "providers has to be a list"},
		"no mapping":      {"server: one\n", 1, 9, "server has to be a mapping (name: value)"},
		"mapping":         {"open: {a: b}\n", 1, 7, "open has to be true or false"},
		"list of them":    {"- a\n- b\n", 1, 1, "the file has to be a mapping (name: value)"},
		"twice":           {"open: true\nopen: false\n", 1, 1, "open stands here and again further down"},
		"no anchor":       {"server: *gone\n", 1, 9, "there is no anchor &gone above"},
		"second document": {"open: true\n---\nratio: 1\n", 3, 1, "a second document; a configuration is one"},
		"not YAML":        {"open: true\nratio: 1\n  free: [\n", 3, 3, "mapping values are not allowed in this context"},
		"never closed":    {"open: true\nserver: {listen: x\n", 2, 1, "did not find expected ',' or '}'"},
		"a tab":           {"server:\n\tworkers: 1\n", 2, 1, "a tab is no indentation; write spaces"},
		"itself":          {"free: &a {b: *a}\n", 1, 7, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, _, err := load(t, c.text, conf.Options{Schema: schema(t, "chat.temperature")})
			p, ok := errors.AsType[*conf.Problem](err)
			if !ok {
				t.Fatalf("error %v", err)
			}
			if p.File != "parley.yaml" || p.Line != c.line || c.message != "" && (p.Column != c.column || p.Message != c.message) {
				t.Errorf("%s:%d:%d: %q, want %d:%d: %q", p.File, p.Line, p.Column, p.Message, c.line, c.column, c.message)
			}
			if c.message != "" && !strings.Contains(p.Excerpt, strings.TrimSuffix(strings.Split(c.text, "\n")[c.line-1], "x")) {
				t.Errorf("excerpt:\n%s", p.Excerpt)
			}
		})
	}
}

func TestAllMistakesAtOnce(t *testing.T) {
	t.Parallel()
	_, _, err := load(t, "open: perhaps\nzebra: 1\nserver:\n  workers: x\n", conf.Options{})
	for _, want := range []string{"parley.yaml:1:7: ", "parley.yaml:2:1: ", "parley.yaml:4:12: ", ">    4 |   workers: x\n       |            ^"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q is missing in:\n%v", want, err)
		}
	}
}

func TestExcerptsHideSecrets(t *testing.T) {
	t.Parallel()
	_, _, err := load(t, "database:\n  url: postgres://a:hunter2@db\n  zebra: 1\nproviders:\n  - {apiKey: sk-hunter2, zebra: 1}\n", conf.Options{})
	if err == nil || strings.Contains(err.Error(), "hunter2") {
		t.Errorf("error %v", err)
	}
}

func TestBomb(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	b.WriteString("free:\n  a0: &a0 [x, x, x, x, x, x, x, x, x]\n")
	for i := 1; i < 20; i++ {
		before, now := "a"+string(rune('0'+(i-1)/10))+string(rune('0'+(i-1)%10)), "a"+string(rune('0'+i/10))+string(rune('0'+i%10))
		if i == 1 {
			before = "a0"
		}
		b.WriteString("  " + now + ": &" + now + " [" + strings.TrimSuffix(strings.Repeat("*"+before+", ", 9), ", ") + "]\n")
	}
	if _, _, err := load(t, b.String(), conf.Options{}); err == nil || !strings.Contains(err.Error(), "too large") {
		t.Errorf("error %v", err)
	}
}

func TestWrongEnvironmentAndFlags(t *testing.T) {
	t.Parallel()
	_, _, err := load(t, "", conf.Options{
		Env: env(map[string]string{"PARLEY_WORKERS": "many"}), Flags: map[string]string{"server.nothing": "1", "server.idle": "x"},
	})
	for _, want := range []string{"PARLEY_WORKERS: has to be a whole number", "no setting called server.nothing", "flag for server.idle: has to be a duration"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q is missing in %v", want, err)
		}
	}
}

func TestSeveralVariablesOfAKey(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		env      map[string]string
		want     int64
		variable string
	}{
		{map[string]string{"OTHER_LIMIT": "2"}, 2, "OTHER_LIMIT"},
		{map[string]string{"OTHER_LIMIT": "2", "PARLEY_LIMIT": "1"}, 1, "PARLEY_LIMIT"},
		{map[string]string{"OTHER_LIMIT": "2", "PARLEY_LIMIT": ""}, 2, "OTHER_LIMIT"},
	} {
		got, report, err := load(t, "limit: 9\n", conf.Options{Env: env(c.env)})
		if err != nil || got.Limit == nil || *got.Limit != c.want || report.Origins["limit"].Var != c.variable {
			t.Errorf("%v: %v, %v, %v", c.env, got.Limit, report.Origins["limit"], err)
		}
	}
}

func TestNoFile(t *testing.T) {
	t.Parallel()
	s := defaults()
	if _, err := conf.Load("", s, conf.Options{Env: env(nil)}); err != nil || s.Server.Workers != 4 {
		t.Errorf("%+v, %v", s, err)
	}
	if _, err := conf.Load(filepath.Join(t.TempDir(), "gone.yaml"), s, conf.Options{}); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("error %v", err)
	}
	for _, empty := range []string{"", "\n", "# nothing\n", "---\n", "null\n"} {
		if _, _, err := load(t, empty, conf.Options{}); err != nil {
			t.Errorf("%q: %v", empty, err)
		}
	}
}

func TestForeignFile(t *testing.T) {
	t.Parallel()
	const text = "zebra: 1\nchat: {temperature: 1, zoo: 2, models: [{a: 1}]}\nopen: false\n"
	o := conf.Options{Env: env(nil), Schema: schema(t, "version", "chat.temperature", "chat.models[].a"), Foreign: []string{"librechat.yaml"}}
	for name, content := range map[string]string{"librechat.yaml": text, "other.yaml": "version: 1.2.1\n" + text} {
		s := defaults()
		report, err := conf.Load(write(t, name, content), s, o)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if s.Open || len(report.Warnings) != 2 || !strings.HasPrefix(report.Warnings[0].Message, "unknown key zebra") {
			t.Errorf("%s: %+v, %v", name, s, report.Warnings)
		}
	}
	if _, err := conf.Load(write(t, "parley.yaml", text), defaults(), o); err == nil {
		t.Error("an unknown key was taken in a file of our own")
	}
}

func TestForeignFileOfAnotherForm(t *testing.T) {
	t.Parallel()
	var got struct {
		Open  bool   `yaml:"open"`
		Items []item `yaml:"items"`
		Rules struct {
			Domains []string `yaml:"domains"`
		} `yaml:"rules" conf:"strict"`
	}
	o := conf.Options{Env: env(nil), Schema: schema(t, "version")}
	path := write(t, "other.yaml", "version: 1\nopen: false\nitems: {a: 1}\nopen: true\n")
	report, err := conf.Load(path, &got, o)
	if err != nil || !got.Open || got.Items != nil || len(report.Warnings) != 2 {
		t.Errorf("%+v, %v, %v", got, report.Warnings, err)
	}
	path = write(t, "other.yaml", "version: 1\nrules: {domains: example.com}\n")
	if _, err := conf.Load(path, &got, o); err == nil || !strings.Contains(err.Error(), "rules.domains has to be a list") {
		t.Errorf("a restriction of a wrong form was ignored: %v", err)
	}
}

type item struct {
	Name string `yaml:"name"`
}

func FuzzLoad(f *testing.F) {
	for _, seed := range []string{"a: b", "server: {listen: x}", "free: &a [*a]", "<<: *x", "? a\n: b", "providers:\n- !!str x\n- |\n  y", "{", "open: \"${A:-${B}}\"", "free: {a:0: b}", "a: 1\n---\nb: 1"} {
		f.Add(seed)
	}
	known := schema(f, "a.*.b[]")
	f.Fuzz(func(t *testing.T, text string) {
		_, _, err := load(t, text, conf.Options{Schema: known})
		if p, ok := errors.AsType[*conf.Problem](err); ok && (p.Line < 1 || p.Column < 1 || p.Message == "") {
			t.Errorf("a problem without a place: %+v", p)
		}
	})
}

// A key without spaces or punctuation of YAML means the same in flow as in block.
func FuzzFlowKeys(f *testing.F) {
	f.Add("anthropic.x-v1:0", "arn:aws:x/1")
	f.Add("a::b", "c:d")
	f.Add("k", "x:0/y")
	plain := regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9.:/_-]*$`)
	f.Fuzz(func(t *testing.T, key, value string) {
		if !plain.MatchString(key) || !plain.MatchString(value) || strings.HasSuffix(key, ":") || strings.HasSuffix(value, ":") {
			return // not such a key
		}
		flow, _, err := load(t, "headers: {"+key+": "+value+", other: x}\n", conf.Options{})
		block, _, errBlock := load(t, "headers:\n  "+key+": "+value+"\n  other: x\n", conf.Options{})
		if err != nil || errBlock != nil || len(flow.Headers) != len(block.Headers) || flow.Headers[key] != block.Headers[key] {
			t.Errorf("flow %v (%v), block %v (%v)", flow.Headers, err, block.Headers, errBlock)
		}
	})
}

// What is hidden in an excerpt is a value that could be a secret, not the name of a
// variable or an address.
func TestExcerptsHideSecretsAlone(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]string{
		"  apiKey: ${ABC_1}":                "apiKey: ${ABC_1}",
		`  apiKey: "${ABC}"`:                `apiKey: "${ABC}"`,
		"  apiKey: ${ABC:-sk-1}":            "apiKey: ***",
		"  apiKey: ${ABC} # sk-1":           "apiKey: ***",
		"  apiKey: sk-1":                    "apiKey: ***",
		"  baseURL: https://host:1/v1":      "baseURL: https://host:1/v1",
		"  baseURL: https://u:sk-1@host/v1": "baseURL: ***",
		"  baseURL: https://host/v1?k=sk-1": "baseURL: ***",
		"  url: postgres://host/db":         "url: postgres://host/db",
		"  Authorization: Bearer sk-1":      "Authorization: ***",
	} {
		_, _, err := load(t, "zebra:\n"+line+"\n", conf.Options{})
		p, ok := errors.AsType[*conf.Problem](err)
		if !ok || !strings.HasSuffix(p.Excerpt, "|   "+want) || strings.Contains(p.Excerpt, "sk-1") {
			t.Errorf("%s is shown in %v", line, err)
		}
	}
}
