package app

import (
	"cmp"
	"context"
	"path"
	"slices"
	"strings"

	"parley/internal/feature/provider"
	"parley/internal/identity"
	"parley/internal/tool"
)

// chosenTools are the tools that the configuration leaves: includedTools alone,
// or all without filteredTools; then those that endpoints.agents.toolApproval
// does not deny.
type chosenTools struct {
	tool.Source
	live *liveConfig
}

// Tools returns what is left of the tools of the source.
func (c chosenTools) Tools(ctx context.Context, user identity.UserID) ([]tool.Tool, error) {
	all, err := c.Source.Tools(ctx, user)
	if err != nil {
		return nil, err
	}
	c.live.mu.Lock()
	only, without, rules := c.live.now.IncludedTools, c.live.now.FilteredTools, c.live.now.Endpoints.Agents.ToolApproval
	c.live.mu.Unlock()
	var left []tool.Tool
	for _, t := range all {
		name := t.Spec().Name
		if len(only) > 0 && !slices.Contains(only, name) || len(only) == 0 && slices.Contains(without, name) {
			continue
		}
		approval, denied := ruled(rules, t.Spec())
		reason := ""
		if rules.Enabled && approval == tool.Ask {
			reason = strings.ReplaceAll(rules.Reason, "{tool}", cmp.Or(t.Spec().Label, name))
		}
		switch {
		case denied:
		case approval == t.Spec().Approval && reason == "":
			left = append(left, t)
		default:
			left = append(left, ruledTool{t, approval, reason})
		}
	}
	return left, nil
}

// ruled is whether a tool asks before it runs, by the administrator's rules, of
// which deny goes before ask and ask before allow.
func ruled(rules provider.ToolApproval, spec tool.Spec) (approval tool.Approval, denied bool) {
	if !rules.Enabled {
		return spec.Approval, false
	}
	names := func(patterns []string) bool {
		return slices.ContainsFunc(patterns, func(pattern string) bool {
			fits, err := path.Match(pattern, spec.Name)
			return fits && err == nil
		})
	}
	switch {
	case names(rules.Deny):
		return "", true
	case names(rules.Ask):
		return tool.Ask, false
	case names(rules.Allow), rules.Mode == "bypass":
		return tool.None, false
	case rules.Mode == "dontAsk":
		return "", true
	}
	return tool.Ask, false
}

// ruledTool is a tool that asks when the administrator says so.
type ruledTool struct {
	tool.Tool
	approval tool.Approval
	reason   string
}

// Spec is that of the tool but for the approval and the words of its question.
func (t ruledTool) Spec() tool.Spec {
	spec := t.Tool.Spec()
	spec.Approval, spec.Reason = t.approval, t.reason
	return spec
}
