package seal_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"parley/internal/kit/seal"

	"go.yaml.in/yaml/v3"
)

const canary = "sk-canary-7391"

func box(t *testing.T, key string) *seal.Box {
	t.Helper()
	b, err := seal.New(key)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestBoxOpensOnlyWhatItSealed(t *testing.T) {
	t.Parallel()
	here := seal.Context{Kind: "provider key", Owner: "openai"}
	b := box(t, "first")
	sealed := b.Seal(canary, here)
	if strings.Contains(sealed, canary) || sealed == b.Seal(canary, here) {
		t.Errorf("not sealed, or twice the same text: %s", sealed)
	}
	got, err := b.Open(sealed, here)
	if err != nil || got.Reveal() != canary {
		t.Fatalf("Open: %v", err)
	}
	if same, err := box(t, "first").Open(sealed, here); err != nil || same != got {
		t.Errorf("a box of the same key does not open it: %v", err)
	}
	if empty, err := b.Open(b.Seal("", here), here); err != nil || empty != "" {
		t.Errorf("an empty secret comes back as %q, %v", empty.Reveal(), err)
	}

	forged := strings.Replace(sealed, b.KeyID(), box(t, "second").KeyID(), 1)
	for name, open := range map[string]func() (seal.Secret, error){
		"another owner": func() (seal.Secret, error) { return b.Open(sealed, seal.Context{Kind: here.Kind, Owner: "mallory"}) },
		"another kind":  func() (seal.Secret, error) { return b.Open(sealed, seal.Context{Kind: "token", Owner: here.Owner}) },
		"boundary moved": func() (seal.Secret, error) {
			return b.Open(sealed, seal.Context{Kind: "provider keyo", Owner: "penai"})
		},
		"another key":           func() (seal.Secret, error) { return box(t, "second").Open(sealed, here) },
		"another key, id faked": func() (seal.Secret, error) { return box(t, "second").Open(forged, here) },
		"cut short":             func() (seal.Secret, error) { return b.Open(sealed[:len(sealed)-6], here) },
		"one letter changed": func() (seal.Secret, error) {
			changed := []byte(sealed)
			changed[len(changed)-3] ^= 1
			return b.Open(string(changed), here)
		},
		"plain text": func() (seal.Secret, error) { return b.Open(canary, here) },
		"empty":      func() (seal.Secret, error) { return b.Open("", here) },
	} {
		if got, err := open(); !errors.Is(err, seal.ErrCannotOpen) || got != "" {
			t.Errorf("%s: got %q, %v", name, got.Reveal(), err)
		} else if strings.Contains(err.Error(), canary) {
			t.Errorf("%s: the error tells the secret", name)
		}
	}
}

func TestSecretHidesItself(t *testing.T) {
	t.Parallel()
	s := seal.Secret(canary)
	holder := struct {
		Key  seal.Secret            `json:"key" yaml:"key"`
		More map[string]seal.Secret `json:"more" yaml:"more"`
		Ptr  *seal.Secret           `json:"ptr" yaml:"ptr"`
	}{s, map[string]seal.Secret{"x": s}, &s}

	var out bytes.Buffer
	for _, verb := range []string{"%s", "%v", "%+v", "%#v", "%q", "%x", "%X", "%d", "%T %v"} {
		fmt.Fprintf(&out, verb+"\n", s)
		fmt.Fprintf(&out, verb+"\n", holder)
		fmt.Fprintf(&out, verb+"\n", []seal.Secret{s})
	}
	out.WriteString(fmt.Sprint(s) + fmt.Errorf("key %v", s).Error())
	for _, handler := range []slog.Handler{slog.NewTextHandler(&out, nil), slog.NewJSONHandler(&out, nil)} {
		slog.New(handler).Info("x", "key", s, "holder", holder, "ptr", &s, slog.Group("g", "key", s))
	}
	asJSON, err := json.Marshal(holder)
	if err != nil {
		t.Fatal(err)
	}
	asYAML, err := yaml.Marshal(holder)
	if err != nil {
		t.Fatal(err)
	}
	out.Write(asJSON)
	out.Write(asYAML)
	hexed := fmt.Sprintf("%x", canary)
	if text := strings.ToLower(out.String()); strings.Contains(text, canary) || strings.Contains(text, hexed) {
		t.Errorf("the secret shows:\n%s", text)
	}
	if string(asJSON) != `{"key":"[secret]","more":{"x":"[secret]"},"ptr":"[secret]"}` {
		t.Errorf("JSON is %s", asJSON)
	}

	var back struct {
		Key seal.Secret `json:"key" yaml:"key"`
	}
	if err := json.Unmarshal([]byte(`{"key":"`+canary+`"}`), &back); err != nil || back.Key.Reveal() != canary {
		t.Errorf("reading JSON: %v", err)
	}
	back.Key = ""
	if err := yaml.Unmarshal([]byte("key: "+canary), &back); err != nil || back.Key.Reveal() != canary {
		t.Errorf("reading YAML: %v", err)
	}
}

func TestLoad(t *testing.T) {
	t.Parallel()
	here := seal.Context{Kind: "k", Owner: "o"}
	load := func(s seal.Source) *seal.Box {
		t.Helper()
		b, err := seal.Load(s)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}

	folder := t.TempDir()
	made := load(seal.Source{Folder: folder})
	info, err := os.Stat(filepath.Join(folder, seal.KeyFile))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the key file is %v, %v; want mode 0600", info, err)
	}
	if names, _ := os.ReadDir(folder); len(names) != 1 {
		t.Errorf("more than the key was left in the folder: %v", names)
	}
	if _, err := load(seal.Source{Folder: folder, InUse: true}).Open(made.Seal(canary, here), here); err != nil {
		t.Errorf("the second start has another key: %v", err)
	}

	gone := t.TempDir()
	if _, err := seal.Load(seal.Source{Folder: gone, InUse: true}); !errors.Is(err, seal.ErrNoKey) {
		t.Errorf("a lost key gave %v", err)
	}
	if names, _ := os.ReadDir(gone); len(names) != 0 {
		t.Error("a key was made although sealed rows exist")
	}

	text := strings.Repeat("k", 40)
	file := filepath.Join(t.TempDir(), "key")
	if err := os.WriteFile(file, []byte(text+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	byEnv := load(seal.Source{Key: seal.Secret(text), File: "/nowhere", Folder: folder})
	byFile := load(seal.Source{File: file, Folder: folder})
	if byEnv.KeyID() != byFile.KeyID() || byEnv.KeyID() == made.KeyID() {
		t.Error("the variable, its file and the key file are mixed up")
	}
	if _, err := seal.Load(seal.Source{Key: canary, Folder: folder}); err == nil || strings.Contains(err.Error(), canary) {
		t.Errorf("a short key gave %v", err)
	}
	if _, err := seal.Load(seal.Source{File: "/nowhere/key", Folder: folder}); err == nil {
		t.Error("a missing key file was passed over")
	}
}

func TestLoadInTwoProcessesAgrees(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	ids := make([]string, 8)
	var all sync.WaitGroup
	for i := range ids {
		all.Go(func() {
			b, err := seal.Load(seal.Source{Folder: folder})
			if err != nil {
				t.Error(err)
				return
			}
			ids[i] = b.KeyID()
		})
	}
	all.Wait()
	for _, id := range ids {
		if id != ids[0] {
			t.Fatalf("first starts at the same moment made different keys: %v", ids)
		}
	}
}
