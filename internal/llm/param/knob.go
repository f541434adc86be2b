package param

import (
	"parley/internal/llm"
	"parley/internal/llm/gpt"
)

// knob is a parameter as all models together know it.
type knob struct {
	Definition
	// usual is a value, in JSON, that nobody minds; of an enum each value is tried.
	usual string
	// lower are maxima to try where the usual one is too high, falling.
	lower []float64
	// ours says that the parameter is settled before a codec is asked, which
	// therefore cannot say whether it is taken.
	ours bool
	// applies says for which models it is offered; nil is all.
	applies func(info llm.Info) bool
	// suit adapts the definition to a model; nil leaves it.
	suit func(d *Definition, s Subject)
}

const (
	mostLogprobs = 20
	mostStops    = 4 // OpenAI's limit, the lowest
	mostTokens   = 1 << 20
)

// anyLevel is offered where nothing says which levels a model has.
var anyLevel = []string{"low", "medium", "high"}

// knobs are in the order in which people are shown them, and in which one rules
// out another.
var knobs = []knob{
	{Definition: Definition{Name: "effort", Type: Enum, Values: anyLevel}, applies: reasons, suit: ownLevels},
	{
		Definition: Definition{Name: "temperature", Type: Number, Min: new(0.0), Max: new(2.0), Step: new(0.05)},
		usual:      "0.5", lower: []float64{1.5, 1},
	},
	{Definition: Definition{Name: "topP", Type: Number, Min: new(0.0), Max: new(1.0), Step: new(0.01)}, usual: "0.9"},
	{Definition: Definition{Name: "topK", Type: Integer, Min: new(1.0), Max: new(500.0), Step: new(1.0)}, usual: "40"},
	{
		Definition: Definition{Name: "maxTokens", Type: Integer, Min: new(1.0), Step: new(1.0), Unit: "tokens"},
		usual:      "1000", suit: limitTokens,
	},
	{Definition: Definition{Name: "verbosity", Type: Enum, Values: anyLevel}},
	{Definition: Definition{Name: "region", Type: Enum}, ours: true, suit: ownRegions},
	{
		Definition: Definition{Name: "contextTokens", Type: Integer, Min: new(1.0), Step: new(1.0), Unit: "tokens", Advanced: true},
		ours:       true, suit: limitContext,
	},
	{Definition: Definition{Name: "summary", Type: Enum, Values: []string{"auto", "concise", "detailed", "none"}, Advanced: true}, applies: reasons},
	{Definition: Definition{Name: "reasoningMode", Type: Enum, Values: []string{"standard", "pro"}, Advanced: true}, applies: hasModes},
	{
		Definition: Definition{Name: "reasoningContext", Type: Enum, Values: []string{"auto", "all_turns", "current_turn"}, Advanced: true},
		applies:    hasModes,
	},
	{
		Definition: Definition{Name: "reasoningTokens", Type: Integer, Min: new(0.0), Step: new(1.0), Unit: "tokens", Advanced: true},
		usual:      "2048", applies: reasons, suit: limitTokens,
	},
	{
		Definition: Definition{Name: "frequencyPenalty", Type: Number, Min: new(-2.0), Max: new(2.0), Step: new(0.1), Advanced: true},
		usual:      "0.5",
	},
	{
		Definition: Definition{Name: "presencePenalty", Type: Number, Min: new(-2.0), Max: new(2.0), Step: new(0.1), Advanced: true},
		usual:      "0.5",
	},
	{Definition: Definition{Name: "stop", Type: List, Max: new(float64(mostStops)), Advanced: true}, usual: `["END"]`},
	{Definition: Definition{Name: "seed", Type: Integer, Min: new(0.0), Step: new(1.0), Advanced: true}, usual: "7"},
	{Definition: Definition{Name: "parallelTools", Type: Boolean, Advanced: true}, usual: "false", applies: hasTools},
	{Definition: Definition{Name: "serviceTier", Type: Enum, Advanced: true}, suit: ownTiers},
	{
		Definition: Definition{Name: "logprobs", Type: Integer, Min: new(0.0), Max: new(float64(mostLogprobs)), Step: new(1.0), Advanced: true},
		usual:      "2", lower: []float64{11, 5},
	},
	{Definition: Definition{Name: "imageDetail", Type: Enum, Values: []string{"auto", "low", "high"}, Advanced: true}, applies: sees},
	{Definition: Definition{Name: "resend", Type: Boolean, Advanced: true}, ours: true, applies: takesFiles},
	{Definition: Definition{Name: "keep", Type: Enum, Values: []string{"off", "5m", "1h"}, Advanced: true}},
	{Definition: Definition{Name: "whole", Type: Boolean, Advanced: true}, usual: "true"},
	{Definition: Definition{Name: "protocol", Type: Enum, Advanced: true}, ours: true, suit: ownProtocols},
	{
		Definition: Definition{Name: "schema", Type: JSON, Advanced: true},
		usual:      `{"type":"object","properties":{"answer":{"type":"string"}},"required":["answer"],"additionalProperties":false}`,
	},
}

func reasons(info llm.Info) bool    { return info.Reasoning }
func hasTools(info llm.Info) bool   { return info.Tools }
func sees(info llm.Info) bool       { return info.Vision }
func takesFiles(info llm.Info) bool { return info.Vision || info.Files || info.Audio }
func hasModes(info llm.Info) bool   { return gpt.HasModes(info.Name) }

func ownRegions(d *Definition, s Subject) {
	d.Values = s.Regions
	if s.Region != "" {
		d.Default = s.Region
	}
}

func ownProtocols(d *Definition, s Subject) { d.Values = s.Protocols }

func limitContext(d *Definition, s Subject) {
	if s.Info.Context > 0 {
		d.Max = new(float64(s.Info.Context))
	}
}

func ownLevels(d *Definition, s Subject) {
	if len(s.Info.Levels) > 0 {
		d.Values = s.Info.Levels
	}
}

func ownTiers(d *Definition, s Subject) { d.Values = tiers[s.Dialect] }

// tiers are the classes of service by kind of provider, in its own words.
// Sources: the reference of each provider's API.
var tiers = map[string][]string{
	"openai":    {"auto", "default", "flex", "priority"},
	"azure":     {"auto", "default", "priority"},
	"anthropic": {"auto", "standard_only"},
	"groq":      {"auto", "on_demand", "flex", "performance"},
	"google":    {"standard", "flex", "priority"},
	"bedrock":   {"default", "flex", "priority", "reserved"},
}

func limitTokens(d *Definition, s Subject) {
	most := float64(mostTokens)
	if s.Info.MaxOutput > 0 {
		most = float64(s.Info.MaxOutput)
	}
	d.Max = &most
}
