package upstream

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParseScript(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		script string
		want   []step
		fault  string
	}{
		"paced":            {script: "tokens-300-30", want: []step{{verb: verbTokens, first: 300, second: 30}}},
		"unthrottled":      {script: "tokens-5", want: []step{{verb: verbTokens, first: 5}}},
		"several":          {script: "reasoning-2+echo-9", want: []step{{verb: verbReasoning, first: 2}, {verb: verbEcho, first: 9}}},
		"name":             {script: "call-fetch_page", want: []step{{verb: verbCall, name: "fetch_page"}}},
		"name with dashes": {script: "call-a-b-1", want: []step{{verb: verbCall, name: "a-b-1"}}},
		"text and rate":    {script: "text-tour-40", want: []step{{verb: verbText, name: "tour", first: 40}}},
		"delayed refusal":  {script: "wait-5+status-429-7", want: []step{{verb: verbWait, first: 5}, {verb: verbStatus, first: 429, second: 7}}},
		"late refusal":     {script: "tokens-1+status-500", fault: "must come first"},
		"unknown":          {script: "gpt-4o", fault: "unknown"},
		"empty":            {script: "", fault: "unknown"},
		"no count":         {script: "tokens", fault: "numbers"},
		"too many":         {script: "tokens-1-2-3", fault: "numbers"},
		"not a number":     {script: "tokens-x", fault: "not a number"},
		"negative":         {script: "wait--1", fault: "numbers"},
		"huge":             {script: "tokens-99999999999", fault: "not a number"},
		"no name":          {script: "call", fault: "name"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := parseScript(c.script)
			if c.fault != "" {
				if err == nil || !strings.Contains(err.Error(), c.fault) {
					t.Fatalf("error %v, want one with %q", err, c.fault)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, got, cmp.AllowUnexported(step{})); diff != "" {
				t.Errorf("steps differ (-want +got):\n%s", diff)
			}
		})
	}
}

func TestPieceIsChosenByRound(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		script string
		pieces []string
	}{
		"no calls":       {"tokens-1+tokens-2", []string{"tokens-1+tokens-2", "tokens-1+tokens-2"}},
		"call, answer":   {"call-a+tokens-2", []string{"call-a", "tokens-2", "tokens-2"}},
		"parallel calls": {"tokens-1+call-a+call-b+tokens-2", []string{"tokens-1+call-a+call-b", "tokens-2"}},
		"two rounds":     {"call-a+tokens-1+call-b+tokens-2", []string{"call-a", "tokens-1+call-b", "tokens-2"}},
		"only a call":    {"call-a", []string{"call-a", "", ""}},
		"loop":           {"call-a+tokens-1+loop-b", []string{"call-a", "tokens-1+loop-b", "tokens-1+loop-b"}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			steps, err := parseScript(c.script)
			if err != nil {
				t.Fatal(err)
			}
			for round, text := range c.pieces {
				var want []step
				if text != "" {
					if want, err = parseScript(text); err != nil {
						t.Fatal(err)
					}
				}
				got := append([]step(nil), piece(steps, round)...)
				if diff := cmp.Diff(want, got, cmp.AllowUnexported(step{})); diff != "" {
					t.Errorf("round %d differs (-want +got):\n%s", round, diff)
				}
			}
		})
	}
}

func FuzzParseScript(f *testing.F) {
	f.Add("reasoning-5+tokens-20-30+call-x")
	f.Add("wait-1+fail-2-500+tokens-1+close")
	f.Fuzz(func(t *testing.T, script string) {
		steps, err := parseScript(script)
		if err == nil && len(steps) != strings.Count(script, "+")+1 {
			t.Errorf("%q gave %d steps", script, len(steps))
		}
	})
}
