package app

import (
	"context"
	"slices"

	"parley/internal/identity"
	"parley/internal/tool"
)

// chosenTools are the tools that the configuration leaves: includedTools alone,
// or all without filteredTools.
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
	only, without := c.live.now.IncludedTools, c.live.now.FilteredTools
	c.live.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(all), func(t tool.Tool) bool {
		name := t.Spec().Name
		if len(only) > 0 {
			return !slices.Contains(only, name)
		}
		return slices.Contains(without, name)
	}), nil
}
