package main

import (
	"testing"
	"time"

	"parley/internal/llm/llmtest/upstream"
)

func TestTallyNoticesLossAndDisorder(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		frames          []string
		expected        int
		lost, reordered int
	}{
		"whole":         {[]string{" t0001", " t0002 t0003"}, 3, 0, 0},
		"many digits":   {[]string{upstream.Text(10_001)}, 10_001, 0, 0},
		"one missing":   {[]string{" t0001", " t0003"}, 3, 1, 0},
		"cut short":     {[]string{" t0001 t0002"}, 5, 3, 0},
		"nothing":       {nil, 2, 2, 0},
		"repeated":      {[]string{" t0001 t0002", " t0002"}, 2, 0, 1},
		"swapped":       {[]string{" t0002 t0001 t0003"}, 3, 1, 1},
		"split":         {[]string{" t0001 t00", "02 ", "t0003", " t0004", "1"}, 41, 37, 0},
		"split early":   {[]string{" t0001 ", "t0002 t", "0003"}, 3, 0, 0},
		"stamped whole": {[]string{" t0001@kz t0002@l0"}, 2, 0, 0},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			seen := newTally()
			for _, frame := range c.frames {
				if _, err := seen.feed([]byte(frame)); err != nil {
					t.Fatal(err)
				}
			}
			if seen.lost(c.expected) != c.lost || seen.reordered != c.reordered {
				t.Errorf("%d lost and %d out of order, want %d and %d", seen.lost(c.expected), seen.reordered, c.lost, c.reordered)
			}
		})
	}
}

func TestTallyReturnsTheOldestStamp(t *testing.T) {
	t.Parallel()
	seen := newTally()
	sent, err := seen.feed([]byte(" t0001@1 t0002@z"))
	if err != nil || !sent.Equal(time.UnixMicro(1)) {
		t.Errorf("sent at %v, error %v", sent, err)
	}
}

func TestTallyRejectsWhatIsNoToken(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"t0001", " x0001", " t00a1", " t0001@!"} {
		seen := newTally()
		if _, err := seen.feed([]byte(text)); err == nil {
			t.Errorf("%q was taken for a token", text)
		}
	}
}
