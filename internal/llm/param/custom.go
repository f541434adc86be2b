package param

import (
	"reflect"
	"slices"
	"strings"

	"parley/internal/llm"
)

// Custom is what an administrator says of a parameter; empty fields say nothing.
type Custom struct {
	// Key is the parameter in any provider's spelling, such as "top_p".
	Key            string
	Label, Help    string
	Default        any
	Values         []string
	Min, Max, Step *float64
	// Most bounds the length of a list.
	Most int
	Look Look
}

// names maps the spellings of providers and of LibreChat to [Definition.Name].
var names = map[string]string{
	"temperature": "temperature", "topp": "topP", "topk": "topK",
	"maxtokens": "maxTokens", "maxoutputtokens": "maxTokens", "maxcompletiontokens": "maxTokens",
	"stop": "stop", "stopsequences": "stop", "frequencypenalty": "frequencyPenalty", "presencepenalty": "presencePenalty",
	"seed": "seed", "randomseed": "seed", "effort": "effort", "reasoningeffort": "effort", "thinkinglevel": "effort",
	"reasoningtokens": "reasoningTokens", "thinkingbudget": "reasoningTokens", "budgettokens": "reasoningTokens",
	"verbosity": "verbosity", "reasoningsummary": "summary", "thinkingdisplay": "summary", "reasoningmode": "reasoningMode",
	"reasoningcontext": "reasoningContext", "imagedetail": "imageDetail", "promptcachettl": "keep", "disablestreaming": "whole",
	"region": "region", "maxcontexttokens": "contextTokens", "resendfiles": "resend", "servicetier": "serviceTier", "logprobs": "logprobs", "toplogprobs": "logprobs",
	"paralleltools": "parallelTools", "paralleltoolcalls": "parallelTools", "schema": "schema", "responseformat": "schema",
}

// NameOf returns the name that a parameter has here, by any provider's spelling;
// false where there is no such parameter.
func NameOf(key string) (string, bool) {
	name, ok := names[strings.NewReplacer("_", "", "-", "").Replace(strings.ToLower(key))]
	return name, ok
}

// Customize lays an administrator's words and bounds over definitions. A bound
// only ever narrows, values are only those that the model takes, and what is
// refused stays so.
func Customize(list []Definition, own []Custom) []Definition {
	out := slices.Clone(list)
	for _, c := range own {
		name, ok := NameOf(c.Key)
		if !ok {
			continue
		}
		at := slices.IndexFunc(out, func(d Definition) bool { return d.Name == name })
		if at >= 0 {
			c.change(&out[at])
		}
	}
	return out
}

func (c Custom) change(d *Definition) {
	if c.Label != "" {
		d.Label = c.Label
	}
	if c.Help != "" {
		d.Help = c.Help
	}
	if c.Default != nil {
		d.Default = c.Default
	}
	if !reflect.ValueOf(c.Look).IsZero() {
		d.Look = &c.Look
	}
	if d.Type == List && c.Most > 0 && (d.Max == nil || float64(c.Most) < *d.Max) {
		d.Max = new(float64(c.Most))
	}
	if d.Type == Number || d.Type == Integer {
		if c.Min != nil && (d.Min == nil || *c.Min > *d.Min) {
			d.Min = c.Min
		}
		if c.Max != nil && (d.Max == nil || *c.Max < *d.Max) {
			d.Max = c.Max
		}
		if c.Step != nil && *c.Step > 0 {
			d.Step = c.Step
		}
	}
	if d.Type != Enum || len(c.Values) == 0 {
		return
	}
	kept := slices.DeleteFunc(slices.Clone(c.Values), func(value string) bool { return !slices.Contains(d.Values, value) })
	if len(kept) > 0 {
		d.Values = kept
	}
}

// WithDefaults gives definitions the defaults that p sets.
func WithDefaults(list []Definition, p llm.Params) []Definition {
	out := slices.Clone(list)
	set := fields(p)
	for i := range out {
		if value, ok := set[out[i].Name]; ok {
			out[i].Default = value
		}
	}
	return out
}
