// Package claude knows what the families of Anthropic's models take, and writes
// their own parameters, whichever protocol they are reached by. It calls no
// model.
//
// Source: Anthropic's pages on extended and adaptive thinking, effort,
// structured outputs and models.
package claude

import (
	"regexp"
	"strconv"
	"strings"
)

// Traits are what a family of models can do.
type Traits struct {
	// Output is how many tokens it can write, for where no catalogue knows better.
	Output int
	// Adaptive models think as much as the effort says, without a budget.
	Adaptive bool
	// Hidden models show their thinking only when asked for a summary.
	Hidden bool
	// Shows models can be told whether to show their thinking.
	Shows bool
	// OneOf models take temperature or top_p, not both.
	OneOf bool
	// Fixed models take no sampling parameters.
	Fixed bool
	// Schema models can be held to a JSON schema.
	Schema bool
	// Cites models can say which passages of documents an answer rests on.
	Cites bool
	// Thinks models think unless they are told not to, Always models even then, and
	// Between models still do so between the calls of tools.
	Thinks, Always, Between bool
	// Bound models refuse their own thinking once anything before it has changed.
	Bound bool
	// Free models cannot be made to call a tool.
	Free bool
	// Offline models do not have Anthropic's tool that reads pages.
	Offline bool
}

const (
	outputUnknown = 8192
	outputThird   = 4096
	// OutputFourth is the limit that models of the fourth and later generations
	// are given where the user set none; they can write more, but the limit counts
	// against the context.
	OutputFourth = 32000
	minBudget    = 1024
)

// versionName matches "claude-opus-4-6-20260101" and the older
// "claude-3-5-sonnet"; a date is not a minor version.
var versionName = regexp.MustCompile(`claude-(?:([a-z]+)-)?(\d{1,2})(?:[-.](\d{1,2}))?(?:[^0-9]|$)`)

// TraitsOf returns the traits of a model by its name, whatever stands around
// "claude-" in it.
func TraitsOf(model string) Traits {
	match := versionName.FindStringSubmatch(strings.ToLower(model))
	if match == nil {
		return Traits{Output: outputUnknown}
	}
	major, _ := strconv.Atoi(match[2])
	minor, _ := strconv.Atoi(match[3])
	from := func(atMajor, atMinor int) bool { return major > atMajor || major == atMajor && minor >= atMinor }
	opus := match[1] == "opus"
	newest := from(5, 0) || opus && from(4, 7)
	t := Traits{
		Output: outputUnknown, Adaptive: from(4, 6), Hidden: newest, Fixed: newest,
		OneOf: from(4, 1), Schema: from(4, 5) || opus && from(4, 1), Cites: from(3, 5), Thinks: from(5, 0), Shows: from(4, 0),
	}
	switch match[1] {
	case "opus":
		t.Always, t.Bound, t.Free = from(5, 5), from(5, 5), from(5, 5)
		t.Offline = major == 5 && minor == 0
	case "sonnet":
		t.Between, t.Bound, t.Free = from(5, 5), from(5, 5), from(5, 5)
	case "haiku":
		t.Bound = from(5, 5)
	default: // fable, mythos
		t.Always, t.Bound, t.Free = from(5, 0), from(5, 1), from(5, 1)
	}
	switch {
	case from(4, 0):
		t.Output = OutputFourth
	case !from(3, 5):
		t.Output = outputThird
	}
	return t
}

// budgets are thinking budgets for models that know no effort.
var budgets = map[string]int{"minimal": minBudget, "low": 2048, "medium": 8192, "high": 16384, "xhigh": 24576, "max": 31999}
