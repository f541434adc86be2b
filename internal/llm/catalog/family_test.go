package catalog_test

import (
	"math"
	"regexp"
	"testing"

	"parley/internal/llm"
	"parley/internal/llm/catalog"

	"github.com/google/go-cmp/cmp"
)

// The figures and dates are those of the makers' model pages.
func TestFamilies(t *testing.T) {
	t.Parallel()
	for _, want := range []struct {
		kind, model, knowledge string
		status                 llm.Status
		files, audio           bool
		remote                 []string
		levels                 string // the highest
	}{
		{"anthropic", "claude-opus-5-5", "2026-06", llm.Stable, true, false, []string{"web_search", "code_execution"}, "max"},
		{"anthropic", "claude-opus-5", "2026-05", llm.Stable, true, false, []string{"web_search", "code_execution"}, "max"},
		{"anthropic", "claude-haiku-4-5-20251001", "2025-02", llm.Stable, true, false, []string{"web_search", "code_execution"}, "high"},
		{"anthropic", "claude-opus-4-1-20250805", "2025-01", llm.Deprecated, true, false, []string{"web_search", "code_execution"}, "high"},
		{"anthropic", "claude-3-haiku-20240307", "2023-08", llm.Deprecated, false, false, nil, ""},
		{"openai", "gpt-5.6-sol", "2026-02-16", llm.Stable, true, false, []string{"web_search", "code_execution"}, "max"},
		{"openai", "gpt-5-mini", "2024-05-31", llm.Stable, true, false, []string{"web_search", "code_execution"}, "high"},
		{"openai", "gpt-4o", "2023-10-01", llm.Stable, true, false, []string{"web_search", "code_execution"}, ""},
		{"openai", "gpt-4o-audio-preview", "2023-10-01", llm.Preview, true, true, []string{"web_search", "code_execution"}, ""},
		{"google", "models/gemini-3-pro-preview", "2025-01", llm.Preview, true, true, []string{"web_search", "code_execution", "url_context"}, "high"},
		{"google", "gemini-2.0-flash", "2024-08", llm.Deprecated, true, true, []string{"web_search", "code_execution", "url_context"}, ""},
		{"xai", "grok-4.5", "2026-02", llm.Stable, false, false, []string{"web_search", "code_execution"}, "high"},
		{"ollama", "llama3.1:8b", "2023-12", llm.Stable, false, false, nil, ""},
		{"groq", "openai/gpt-oss-120b", "2024-06-01", llm.Stable, false, false, nil, "high"},
		{"openrouter", "anthropic/claude-sonnet-5", "2026-01", llm.Stable, true, false, nil, "high"},
		{"my own server", "claude-opus-5", "2026-05", llm.Stable, false, false, nil, "max"},
		{"my own server", "no-such-model", "", "", false, false, nil, ""},
	} {
		got, _ := catalog.Lookup(want.kind, want.model)
		highest := ""
		if n := len(got.Levels); n > 0 {
			highest = got.Levels[n-1]
		}
		if got.Knowledge != want.knowledge || got.Status != want.status || got.Files != want.files || got.Audio != want.audio ||
			highest != want.levels || !cmp.Equal(got.Remote, want.remote) || got.Name != want.model {
			t.Errorf("%s/%s is %+v", want.kind, want.model, got)
		}
	}
}

// A model that is newer than catwalk is known by its family: size and price too.
func TestNewerThanTheSeed(t *testing.T) {
	t.Parallel()
	info, ok := catalog.Lookup("anthropic", "claude-opus-5-5")
	want := &llm.Prices{Input: 4, Output: 20, CacheRead: 0.4, CacheWrite: 5}
	if diff := cmp.Diff(want, info.Prices); diff != "" || !ok || info.Label != "Claude Opus 5.5" || info.Context != 1_000_000 || info.MaxOutput != 128_000 {
		t.Errorf("%+v, %v (-want +got)\n%s", info, ok, diff)
	}
	if other, _ := catalog.Lookup("my own server", "claude-opus-5-5"); other.Prices != nil {
		t.Errorf("another server's prices are not known: %+v", other.Prices)
	}
}

// OpenAI asks twice the input and half as much again for the output of a
// request of more than 272,000 tokens, Google the same above 200,000.
func TestLongRequests(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		kind, model string
		above       int64
		input       float64
		output      float64
	}{
		{"openai", "gpt-5.4", 272_000, 5, 22.5},
		{"google", "gemini-2.5-pro", 200_000, 2.5, 15},
		{"xai", "grok-4.5", 200_000, 4, 12},
	} {
		info, _ := catalog.Lookup(test.kind, test.model)
		if len(info.Prices.Tiers) != 1 {
			t.Fatalf("%s: %+v", test.model, info.Prices)
		}
		tier := info.Prices.Tiers[0]
		if tier.Above != test.above || tier.Input != test.input || tier.Output != test.output {
			t.Errorf("%s: %+v", test.model, tier)
		}
		at, _ := info.Prices.Cost(llm.Usage{Input: test.above})
		over, _ := info.Prices.Cost(llm.Usage{Input: test.above + 1})
		if over < at*1.9 {
			t.Errorf("%s: %v at the limit and %v above", test.model, at, over)
		}
	}
	for _, model := range []string{"gpt-5.4-mini", "gpt-5"} {
		if info, _ := catalog.Lookup("openai", model); info.Prices.Tiers != nil {
			t.Errorf("%s has tiers: %+v", model, info.Prices.Tiers)
		}
	}
}

// Everything that is said of a model has the form that readers rely on.
// Classes of service have their prices with the maker alone, and change nothing
// where the answer came in the usual one.
func TestServices(t *testing.T) {
	t.Parallel()
	used := llm.Usage{Input: 1_000_000, Output: 100_000}
	for _, test := range []struct {
		kind, model, tier string
		times             float64
	}{
		{"openai", "gpt-5-2025-08-07", "priority", 2},
		{"openai", "gpt-5-mini", "priority", 1.8},
		{"openai", "gpt-5", "flex", 0.5},
		{"openai", "gpt-5", "default", 1},
		{"openai", "gpt-4.1", "priority", 1.75},
		{"google", "gemini-2.5-flash", "flex", 0.5},
		{"openrouter", "openai/gpt-5", "flex", 1},
		{"anthropic", "claude-opus-4-6", "priority", 1},
	} {
		info, _ := catalog.Lookup(test.kind, test.model)
		usual, known := info.Prices.Cost(used)
		used := used
		used.Tier = test.tier
		cost, _ := info.Prices.Cost(used)
		if !known || math.Abs(cost-usual*test.times) > 1e-9 {
			t.Errorf("%s of %s by %s costs %v, and %v as usual", test.tier, test.model, test.kind, cost, usual)
		}
	}
}

func TestForms(t *testing.T) {
	t.Parallel()
	date := regexp.MustCompile(`^(20\d\d-(0[1-9]|1[0-2])(-\d\d)?)?$`)
	for _, kind := range catalog.Kinds() {
		for _, model := range []string{
			"claude-opus-4-7", "gpt-5.5", "gpt-6", "o3", "gemini-3.7-flash", "grok-4.3", "mistral-large-latest", "deepseek-v4-pro",
			"qwen3-coder", "llama-4-scout", "kimi-k3", "command-a", "sonar-pro", "us.anthropic.claude-opus-5",
		} {
			info, _ := catalog.Lookup(kind.ID, model)
			if !date.MatchString(info.Knowledge) || info.Description == "" && model != "gpt-6" || info.Levels != nil && !info.Reasoning {
				t.Errorf("%s/%s: %+v", kind.ID, model, info)
			}
			if model != "gpt-6" && len(info.Uses) == 0 {
				t.Errorf("%s/%s has no uses", kind.ID, model)
			}
		}
	}
}

func TestOverride(t *testing.T) {
	t.Parallel()
	info, _ := catalog.Lookup("anthropic", "claude-opus-5")
	before := info
	catalog.Override{}.Apply(&info)
	if diff := cmp.Diff(before, info); diff != "" {
		t.Errorf("nothing said, yet (-want +got)\n%s", diff)
	}
	catalog.Override{
		Label: new("House model"), Context: new(1000), Vision: new(false), Levels: []string{}, Uses: []string{"code"},
		Prices: &llm.Prices{Input: 1}, Status: new(llm.Preview), Knowledge: new(""),
	}.Apply(&info)
	want := before
	want.Label, want.Context, want.Vision, want.Levels, want.Uses = "House model", 1000, false, []string{}, []string{"code"}
	want.Prices, want.Status, want.Knowledge = &llm.Prices{Input: 1}, llm.Preview, ""
	if diff := cmp.Diff(want, info); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if again, _ := catalog.Lookup("anthropic", "claude-opus-5"); !cmp.Equal(again, before) {
		t.Error("the catalogue itself was changed")
	}
}

func BenchmarkLookup(b *testing.B) {
	for b.Loop() {
		catalog.Lookup("openrouter", "anthropic/claude-sonnet-5")
	}
}
