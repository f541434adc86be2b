package id_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"parley/internal/kit/id"
)

func TestNew(t *testing.T) {
	t.Parallel()
	var made []string
	for range 1000 {
		made = append(made, id.New())
	}
	if !slices.IsSorted(made) || len(slices.Compact(slices.Clone(made))) != len(made) {
		t.Error("new ids do not sort by the time they were made")
	}
	if got, err := id.Parse(made[0]); err != nil || got != made[0] || made[0][14] != '7' {
		t.Errorf("%s is not a canonical UUIDv7: %v", made[0], err)
	}
}

func TestParse(t *testing.T) {
	t.Parallel()
	const good = "6ba7b810-9dad-11d1-80b4-00c04fd430c8"
	for given, want := range map[string]string{
		good: good, strings.ToUpper(good): good, "00000000-0000-0000-0000-000000000000": "00000000-0000-0000-0000-000000000000",
		"ffffffff-ffff-ffff-ffff-FFFFFFFFFFFF": "ffffffff-ffff-ffff-ffff-ffffffffffff",
	} {
		if got, err := id.Parse(given); err != nil || got != want {
			t.Errorf("%q is %q, %v", given, got, err)
		}
	}
	for _, bad := range []string{
		"", "x", good[:35], good + "0", "{" + good + "}", "urn:uuid:" + good, strings.ReplaceAll(good, "-", ""),
		strings.ReplaceAll(good, "-", "_"), "6ba7b810-9dad-11d1-80b4-00c04fd430cg", " " + good[1:], good[:35] + "\n",
		"6ba7b8109-dad-11d1-80b4-00c04fd430c8", "６ba7b810-9dad-11d1-80b4-00c04fd430",
	} {
		if got, err := id.Parse(bad); !errors.Is(err, id.ErrInvalid) || got != "" {
			t.Errorf("%q is taken as %q, %v", bad, got, err)
		}
	}
}
