package preset

import (
	"slices"
	"testing"
)

func TestNearest(t *testing.T) {
	t.Parallel()
	models := []string{
		"OpenAI/gpt-4o-mini", "OpenAI/gpt-5", "OpenAI/gpt-5-mini", "Anthropic/claude-haiku-4-5", "Anthropic/claude-sonnet-4-5",
		"Router/anthropic/claude-opus-4-5", "Local/qwen3:8b",
	}
	for gone, want := range map[string]string{
		"Anthropic/claude-sonnet-4-20250514": "Anthropic/claude-sonnet-4-5",
		"anthropic/claude-3-5-haiku-latest":  "Anthropic/claude-haiku-4-5",
		"Router/anthropic/claude-opus-4.1":   "Router/anthropic/claude-opus-4-5",
		"OpenAI/gpt-5-nano":                  "OpenAI/gpt-5",
		"Azure/gpt-5-mini":                   "OpenAI/gpt-5-mini",
		"Local/qwen2.5:14b":                  "Local/qwen3:8b",
		"Local/mistral-small":                "Default/one",
		"nothing":                            "Default/one",
	} {
		if got := nearest(gone, models, "Default/one"); got != want {
			t.Errorf("%s: got %s, want %s", gone, got, want)
		}
	}
	if got := nearest("OpenAI/gpt-5", nil, ""); got != "" {
		t.Errorf("without models: %q", got)
	}
}

func TestWords(t *testing.T) {
	t.Parallel()
	for name, want := range map[string][]string{
		"vendor/GPT-4o":    {"gpt", "4", "o"},
		"qwen2.5:14b-q4_0": {"qwen", "2", "5", "14", "b", "q", "4", "0"},
		"--":               nil,
		"":                 nil,
	} {
		if got := words(name); !slices.Equal(got, want) {
			t.Errorf("%q: got %v, want %v", name, got, want)
		}
	}
}
