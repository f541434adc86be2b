package plain_test

import (
	"strings"
	"testing"

	"parley/internal/kit/plain"
)

func TestLine(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		in, want string
		ok       bool
	}{
		"as it is":          {"Anna", "Anna", true},
		"spaces":            {" \tAnna \n  Berg ", "Anna Berg", true},
		"composed":          {"e\u0301", "é", true},
		"empty":             {"", "", true},
		"as long as it may": {strings.Repeat("ä", 10), strings.Repeat("ä", 10), true},
		"too long":          {strings.Repeat("ä", 11), strings.Repeat("ä", 11), false},
		"emoji of several":  {"👩\u200d🔬", "👩\u200d🔬", true},
		"control":           {"a\x00b", "a\x00b", false},
		"turned around":     {"a\u202eb", "a\u202eb", false},
		"invisible":         {"a\u200bb", "a\u200bb", false},
		"no UTF-8":          {"a\xffb", "a\ufffdb", false},
	} {
		got, ok := plain.Line(c.in, 10)
		if ok != c.ok || ok && got != c.want {
			t.Errorf("%s: got %q %t, want %q %t", name, got, ok, c.want, c.ok)
		}
	}
}

func TestText(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		in, want string
		ok       bool
	}{
		"lines":    {"  one\r\n\ttwo\n\n", "one\n\ttwo", true},
		"too long": {"12345678901", "", false},
		"control":  {"a\x1b[0m", "", false},
		"no UTF-8": {"\xff", "", false},
	} {
		got, ok := plain.Text(c.in, 10)
		if ok != c.ok || ok && got != c.want {
			t.Errorf("%s: got %q %t, want %q %t", name, got, ok, c.want, c.ok)
		}
	}
}

func TestKey(t *testing.T) {
	t.Parallel()
	if plain.Key("Ｔeam Ä") != plain.Key("team ä") {
		t.Error("case and width make a difference")
	}
}
