package catalog_test

import (
	"strings"
	"testing"

	"parley/internal/llm"
	"parley/internal/llm/catalog"

	"github.com/google/go-cmp/cmp"
)

func TestLookup(t *testing.T) {
	t.Parallel()
	tests := []struct {
		kind, model, label string
		priced             bool
	}{
		{"openai", "gpt-5", "GPT-5", true},
		{"OpenAI", "GPT-5-2025-08-07", "GPT-5", true},
		{"anthropic", "claude-opus-4-6", "Claude Opus 4.6", true},
		{"anthropic", "claude-opus-4-6-20260205", "Claude Opus 4.6", true},
		{"anthropic", "claude-opus-4.6-latest", "Claude Opus 4.6", true},
		{"openrouter", "openai/gpt-5:free", "OpenAI: GPT-5", true},
		{"azure", "gpt-5", "GPT-5", true},
		{"my own server", "claude-opus-4-6", "Claude Opus 4.6", false},
		{"my own server", "anthropic/claude-opus-4.6", "Claude Opus 4.6", false},
		{"vllm", "openai/gpt-5", "GPT-5", true},
	}
	for _, test := range tests {
		info, ok := catalog.Lookup(test.kind, test.model)
		if !ok || info.Label != test.label || (info.Prices != nil) != test.priced {
			t.Errorf("Lookup(%s, %s) = %+v, %v", test.kind, test.model, info, ok)
		}
		if info.Context < 100_000 {
			t.Errorf("Lookup(%s, %s): a context of %d", test.kind, test.model, info.Context)
		}
	}
}

func TestLookupUnknown(t *testing.T) {
	t.Parallel()
	info, ok := catalog.Lookup("openai", "no-such-model-9")
	if ok || info.Prices != nil || info.Label != "no-such-model-9" {
		t.Errorf("an unknown model gives %+v, %v", info, ok)
	}
	info, ok = catalog.Lookup("ollama", "no-such-model-9")
	if cost, known := info.Prices.Cost(llm.Usage{Input: 10}); ok || !known || cost != 0 {
		t.Errorf("a local model costs %v (%v)", cost, known)
	}
	for _, model := range []string{"no-such-model-9", "claude-opus-4-6"} {
		if info, _ := catalog.Lookup("litellm", model); info.Prices != nil {
			t.Errorf("%s, which someone else runs, costs %+v", model, info.Prices)
		}
	}
}

// The figures are those of Anthropic's and OpenAI's price lists: reading from
// the cache costs a tenth of the input, writing to Anthropic's a quarter more.
func TestPrices(t *testing.T) {
	t.Parallel()
	claude, _ := catalog.Lookup("anthropic", "claude-opus-4-6")
	if diff := cmp.Diff(&llm.Prices{Input: 5, Output: 25, CacheRead: 0.5, CacheWrite: 6.25}, claude.Prices); diff != "" {
		t.Errorf("claude-opus-4-6 (-want +got)\n%s", diff)
	}
	gpt, _ := catalog.Lookup("openai", "gpt-5")
	usual := llm.Prices{Input: 1.25, Output: 10, CacheRead: 0.125, CacheWrite: 1.25}
	asked := usual
	asked.Services = map[string]float64{"flex": 0.5, "priority": 2}
	if diff := cmp.Diff(&asked, gpt.Prices); diff != "" {
		t.Errorf("gpt-5 (-want +got)\n%s", diff)
	}
	gift, _ := catalog.Lookup("openrouter", "openai/gpt-5:free")
	if diff := cmp.Diff(&llm.Prices{}, gift.Prices); diff != "" {
		t.Errorf("a free model (-want +got)\n%s", diff)
	}
	routed, _ := catalog.Lookup("openrouter", "openai/gpt-5")
	if diff := cmp.Diff(&usual, routed.Prices); diff != "" {
		t.Errorf("gpt-5 by OpenRouter (-want +got)\n%s", diff)
	}
}

func TestDetect(t *testing.T) {
	t.Parallel()
	for key, want := range map[string]string{
		"sk-ant-api03-x": "anthropic", "sk-or-v1-x": "openrouter", "gsk_x": "groq", "sk-proj-x": "openai",
		" xai-x ": "xai", "pplx-x": "perplexity", "sk-abcT3BlbkFJdef": "openai",
		"sk-0123456789abcdef0123456789abcdef": "", "": "", "hello": "", "gsk_": "",
	} {
		kind, ok := catalog.Detect(key)
		if kind.ID != want || ok != (want != "") {
			t.Errorf("Detect(%q) = %q, %v, want %q", key, kind.ID, ok, want)
		}
	}
}

func TestKinds(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, kind := range catalog.Kinds() {
		if seen[kind.ID] || kind.Label == "" || kind.Protocol == "" || kind.ID != strings.ToLower(kind.ID) {
			t.Errorf("a bad entry: %+v", kind)
		}
		if kind.BaseURL == "" && kind.ID != "azure" && kind.ID != "bedrock" && kind.ID != "vertex" {
			t.Errorf("%s has no address", kind.ID)
		}
		seen[kind.ID] = true
	}
}
