package app_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"parley/internal/app"
	"parley/internal/app/key"
	"parley/internal/kit/conf"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v3"
)

// validator compiles the description of the file as an editor does.
func validator(t *testing.T, lenient bool) *jsonschema.Schema {
	t.Helper()
	text, err := key.JSONSchema(lenient)
	if err != nil {
		t.Fatal(err)
	}
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.DefaultDraft(jsonschema.Draft2020)
	if err := c.AddResource("schema.json", document); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// document is a file as JSON has it.
func document(t *testing.T, text []byte) any {
	t.Helper()
	var tree yaml.Node
	var value any
	if err := yaml.Unmarshal(text, &tree); err != nil {
		t.Fatal(err)
	}
	lastWins(&tree)
	if err := tree.Decode(&value); err != nil && !tree.IsZero() {
		t.Fatal(err)
	}
	asJSON, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	out, err := jsonschema.UnmarshalJSON(bytes.NewReader(asJSON))
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// lastWins leaves of the keys that stand in a mapping more than once the last,
// as the reader does.
func lastWins(n *yaml.Node) {
	for _, below := range n.Content {
		lastWins(below)
	}
	if n.Kind != yaml.MappingNode {
		return
	}
	last := map[string]int{}
	for i := 0; i < len(n.Content); i += 2 {
		last[n.Content[i].Value] = i
	}
	var kept []*yaml.Node
	for i := 0; i < len(n.Content); i += 2 {
		if last[n.Content[i].Value] == i {
			kept = append(kept, n.Content[i], n.Content[i+1])
		}
	}
	n.Content = kept
}

func TestSchemaOfRealFiles(t *testing.T) {
	t.Parallel()
	_, paths := realFiles(t)
	lenient, strict := validator(t, true), validator(t, false)
	clean := 0
	for _, path := range paths {
		name := filepath.Base(path)
		if name == broken {
			continue
		}
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		value := document(t, text)
		if err := lenient.Validate(value); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		// What is read without a word is right by the strict description too.
		_, report, err := app.ReadConfig(path, conf.Options{Env: everything, Foreign: []string{name}})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if len(report.Warnings) == 0 {
			clean++
			if err := strict.Validate(value); err != nil {
				t.Errorf("%s by the strict description: %v", name, err)
			}
		}
	}
	if clean < 40 {
		t.Errorf("only %d files are without warnings", clean)
	}
}

// The description and the reader agree on what is right.
func TestSchemaAgreesWithReader(t *testing.T) {
	t.Parallel()
	schema := validator(t, false)
	for text, right := range map[string]bool{
		"":                                           true,
		"server: {logLevel: warn}":                   true,
		"server: {logLevel: loud}":                   false,
		"server: {logLevel: '${LEVEL}'}":             true,
		"server: {lisen: x}":                         false,
		"auth: {sessionDays: 0}":                     false,
		"auth: {sessionDays: 3650}":                  true,
		"auth: {sessionDays: '30'}":                  true,
		"auth: {registration: no}":                   true,
		"auth: {registration: perhaps}":              false,
		"auth: {registration: [true]}":               false,
		"zebra: 1":                                   false,
		"x-anchors: {a: 1}":                          true,
		"server:":                                    true,
		"server: text":                               false,
		"memory: {tokenLimit: many}":                 false,
		"memory: {tokenLimit: 2000}":                 true,
		"interface: {prompts: true}":                 true,
		"interface: {prompts: {use: true}}":          true,
		"interface: {prompts: {us: true}}":           false,
		"mcpServers: {a: {url: x}}":                  true,
		"mcpServers: {a: {ulr: x}}":                  false,
		"endpoints: {custom: {name: x}}":             false,
		"endpoints: {custom: [{name: x}]}":           true,
		"includedTools: calculator":                  false,
		"includedTools: [calculator]":                true,
		"endpoints: {all: {streamRate: 25}}":         true,
		"endpoints: {all: {timeouts: {idle: 2m}}}":   true,
		"endpoints: {all: {timeouts: {idle: soon}}}": false,
	} {
		path := filepath.Join(t.TempDir(), "parley.yaml")
		if err := os.WriteFile(path, []byte(text+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		_, _, err := app.ReadConfig(path, conf.Options{Env: func(name string) (string, bool) { return "info", name == "LEVEL" }})
		if (err == nil) != right {
			t.Errorf("%q is read with %v", text, err)
		}
		value := document(t, []byte(text))
		if value == nil {
			value = map[string]any{}
		}
		if err := schema.Validate(value); (err == nil) != right {
			t.Errorf("%q is described as %v", text, err)
		}
	}
}

func BenchmarkLoad(b *testing.B) {
	folder, _ := realFiles(b)
	path := filepath.Join(folder, "LibreChat-AI+librechat-config-yaml__librechat-test.yaml")
	o := conf.Options{Env: everything}
	for b.Loop() {
		if _, _, err := app.ReadConfig(path, o); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed())/float64(b.N)/float64(50*time.Millisecond), "of-50ms")
}

// Reading takes time in proportion to the length of the file: twice as much text
// must not take, say, ten times as many allocations.
func TestLoadingGrowsWithTheFile(t *testing.T) {
	cost := func(entries int) float64 {
		var text strings.Builder
		text.WriteString("endpoints:\n  custom:\n")
		for range entries {
			text.WriteString("    - {name: a, apiKey: '${KEY}', baseURL: 'http://127.0.0.1/v1', models: {default: [a, b, c]}, titleConvo: true}\n")
		}
		path := filepath.Join(t.TempDir(), "parley.yaml")
		if err := os.WriteFile(path, []byte(text.String()), 0o600); err != nil {
			t.Fatal(err)
		}
		return testing.AllocsPerRun(1, func() {
			if _, _, err := app.ReadConfig(path, conf.Options{Env: everything}); err != nil {
				t.Fatal(err)
			}
		})
	}
	if small, large := cost(200), cost(1600); large > 16*small {
		t.Errorf("eight times the text takes %.0f allocations in the place of %.0f", large, small)
	}
}
