package preset

import (
	"context"
	"fmt"

	"parley/internal/access"
	"parley/internal/kit/db"
	"parley/internal/kit/id"
	"parley/internal/kit/rest"
)

// order puts the user's own presets into the order of ids; those that are not
// named come after them, as they were.
func (s *Service) order(ctx context.Context, in *struct {
	Body struct {
		IDs []ID `json:"ids" maxItems:"500"`
	}
},
) (listed, error) {
	scope := access.ScopeOf(ctx)
	err := s.DB.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		rows, err := tx.Query(ctx, `SELECT id FROM presets WHERE user_id = $1 AND deleted_at = 0 ORDER BY position, id`, string(scope.User))
		if err != nil {
			return fmt.Errorf("order presets: %w", err)
		}
		own, err := texts(rows)
		if err != nil {
			return fmt.Errorf("order presets: %w", err)
		}
		left := map[string]bool{}
		for _, preset := range own {
			left[preset] = true
		}
		var ordered []string
		for _, preset := range in.Body.IDs {
			if !left[string(preset)] {
				return ErrOrder
			}
			delete(left, string(preset))
			ordered = append(ordered, string(preset))
		}
		for _, preset := range own {
			if left[preset] {
				ordered = append(ordered, preset)
			}
		}
		for i, preset := range ordered {
			if _, err := tx.Exec(ctx, `UPDATE presets SET position = $2 WHERE id = $1 AND position <> $2`, preset, i+1); err != nil {
				return fmt.Errorf("order presets: %w", err)
			}
		}
		return nil
	})
	if err != nil {
		return listed{}, err
	}
	s.Changed(scope.User)
	return s.list(ctx, nil)
}

// setDefault chooses what new chats begin with; an empty id is nothing.
func (s *Service) setDefault(ctx context.Context, in *struct {
	Body struct {
		Preset string `json:"preset" maxLength:"36" doc:"Id of a preset that one sees, or empty for none"`
	}
},
) (rest.None, error) {
	scope := access.ScopeOf(ctx)
	if err := s.choose(ctx, scope, in.Body.Preset); err != nil {
		return rest.None{}, err
	}
	s.Changed(scope.User)
	return rest.None{}, nil
}

func (s *Service) choose(ctx context.Context, scope access.Scope, preset string) error {
	return s.DB.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		if _, err := tx.Exec(ctx, `DELETE FROM preset_defaults WHERE user_id = $1`, string(scope.User)); err != nil {
			return fmt.Errorf("choose the default preset: %w", err)
		}
		if preset == "" {
			return nil
		}
		canonical, err := id.Parse(preset)
		if err != nil {
			return ErrNotFound
		}
		if _, err := get(ctx, tx, scope, ID(canonical)); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `INSERT INTO preset_defaults (user_id, preset_id) VALUES ($1, $2)`, string(scope.User), canonical); err != nil {
			return fmt.Errorf("choose the default preset: %w", err)
		}
		return nil
	})
}

// defaultOf returns what new chats of the scope's user begin with, or "".
func defaultOf(ctx context.Context, q db.Querier, scope access.Scope) (ID, error) {
	var chosen ID
	err := q.QueryRow(ctx, `SELECT preset_id FROM preset_defaults WHERE user_id = $1`, string(scope.User)).Scan(&chosen)
	if err != nil && !db.IsNone(err) {
		return "", fmt.Errorf("find the default preset: %w", err)
	}
	return chosen, nil
}
