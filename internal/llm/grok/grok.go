// Package grok knows what tells xAI's models apart, for the protocols that reach
// them. It makes no calls.
//
// Source: xAI's pages on models, reasoning and tools.
package grok

import (
	"regexp"
	"strings"
)

var (
	// fixed are models that think as much as they like.
	fixed = regexp.MustCompile(`^grok-4(-0|-fast|-1-fast|-latest|$)`)
	tools = regexp.MustCompile(`^grok-[4-9]`)
)

// Reasons reports whether a model thinks before it writes.
func Reasons(model string) bool {
	return !strings.Contains(model, "non-reasoning") && !strings.HasPrefix(model, "grok-2") &&
		(!strings.HasPrefix(model, "grok-3") || strings.Contains(model, "mini"))
}

// TakesEffort reports whether a model can be told how much to think.
func TakesEffort(model string) bool { return Reasons(model) && !fixed.MatchString(model) }

// HasTools reports whether xAI runs tools for the model, which it does by the
// Responses protocol only.
func HasTools(model string) bool { return tools.MatchString(model) }
