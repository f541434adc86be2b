// Package gpt knows what tells OpenAI's models apart, for the protocols that
// reach them. It makes no calls.
package gpt

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
)

var (
	reasoning = regexp.MustCompile(`^(openai/)?(o\d|gpt-[5-9]|codex)`)
	modes     = regexp.MustCompile(`^(openai/)?gpt-(5\.([6-9]|\d\d)|[6-9])`)
	light     = regexp.MustCompile(`^(openai/)?gpt-(5\.\d|[6-9])`)
)

// Reasons reports whether a model thinks before it writes.
func Reasons(model string) bool {
	return reasoning.MatchString(model) && !strings.Contains(model, "-chat")
}

// IsLight reports whether a model that reasons takes sampling parameters as
// long as no reasoning is asked for.
func IsLight(model string) bool { return light.MatchString(model) }

// HasModes reports whether a model that reasons knows modes of reasoning, and can be
// told what of its earlier reasoning it sees.
func HasModes(model string) bool { return modes.MatchString(model) }

// IsStrict reports whether a JSON schema meets what OpenAI asks of strict ones:
// every object names all its properties as required and allows no others.
func IsStrict(raw json.RawMessage) bool {
	var value any
	return json.Unmarshal(raw, &value) == nil && strictValue(value)
}

func strictValue(value any) bool {
	switch v := value.(type) {
	case []any:
		return !slices.ContainsFunc(v, func(item any) bool { return !strictValue(item) })
	case map[string]any:
		if v["type"] == "object" && !strictObject(v) {
			return false
		}
		for _, item := range v {
			if !strictValue(item) {
				return false
			}
		}
	}
	return true
}

func strictObject(v map[string]any) bool {
	properties, _ := v["properties"].(map[string]any)
	required, _ := v["required"].([]any)
	if v["additionalProperties"] != false {
		return false
	}
	for name := range properties {
		if !slices.Contains(required, any(name)) {
			return false
		}
	}
	return true
}
