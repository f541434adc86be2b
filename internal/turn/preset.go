package turn

import (
	"context"

	"parley/internal/access"
	"parley/internal/chat"
	"parley/internal/kit/db"
	"parley/internal/kit/fault"
	"parley/internal/llm"
)

// Recipe is what a chat was set up with: what each of its turns begins with.
type Recipe struct {
	// Instructions are the system prompt; empty for none.
	Instructions string
	// Params hold where a turn does not bring its own.
	Params llm.Params
}

// Presets know the recipes of chats.
type Presets interface {
	// Take sets a chat up with a preset from now on. It refuses one that the
	// scope may not use.
	Take(ctx context.Context, tx *db.Tx, scope access.Scope, chat chat.ID, preset string) error
	// Recipe returns what a chat was set up with; the zero value is nothing.
	Recipe(ctx context.Context, q db.Querier, scope access.Scope, chat chat.ID) (Recipe, error)
}

// ErrNoPreset is returned for a turn with a preset where there is none such.
var ErrNoPreset = fault.New(fault.NotFound, "preset_not_found", "There is no such preset, or it is not shared with you.")

// setUp has a turn that is being stored follow its chat's recipe. The turn keeps
// what it used, so that it stays the same when it is resumed.
func (s *Service) setUp(ctx context.Context, tx *db.Tx, scope access.Scope, st *started, in Start) error {
	if s.Presets == nil {
		if in.Preset != "" {
			return ErrNoPreset
		}
		return nil
	}
	if in.Preset != "" {
		if err := s.Presets.Take(ctx, tx, scope, st.Chat, in.Preset); err != nil {
			return err
		}
	}
	recipe, err := s.Presets.Recipe(ctx, tx, scope, st.Chat)
	if err != nil {
		return err
	}
	st.options.Instructions = recipe.Instructions
	st.options.Params = st.options.Params.Over(recipe.Params)
	return nil
}
