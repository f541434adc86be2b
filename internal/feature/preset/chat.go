package preset

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"parley/internal/access"
	"parley/internal/chat"
	"parley/internal/kit/db"
	"parley/internal/kit/id"
	"parley/internal/llm"
	"parley/internal/meter"
	"parley/internal/turn"
)

// Used is what a chat was set up with: a preset as it was at that time.
type Used struct {
	Preset       ID         `json:"preset"`
	Name         string     `json:"name"`
	Icon         string     `json:"icon"`
	Model        string     `json:"model"`
	Instructions string     `json:"instructions,omitempty"`
	Tokens       int64      `json:"tokens"`
	Params       llm.Params `json:"params,omitzero"`
	// State says whether the preset is the same today.
	State State     `json:"state" enum:"same,changed,gone"`
	Since time.Time `json:"since"`
}

// State compares what a chat uses with the preset of today.
type State string

// The states: changed is a later revision, gone is one that its user cannot see
// any more.
const (
	Same    State = "same"
	Changed State = "changed"
	Gone    State = "gone"
)

// Take sets a chat up with a preset, as it is now. It returns
// [turn.ErrNoPreset] for one that the scope does not see.
func (s *Service) Take(ctx context.Context, tx *db.Tx, scope access.Scope, chatID chat.ID, preset string) error {
	canonical, err := id.Parse(preset)
	if err != nil || !s.Enabled() {
		return turn.ErrNoPreset
	}
	p, err := get(ctx, tx, scope, ID(canonical))
	if err != nil {
		return err
	}
	params, err := json.Marshal(p.Params)
	if err != nil {
		return fmt.Errorf("encode parameters of preset %s: %w", p.ID, err)
	}
	_, err = tx.Exec(ctx, `INSERT INTO chat_presets (chat_id, user_id, preset_id, revision, name, icon, model, instructions, params, created_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (chat_id) DO UPDATE SET preset_id = excluded.preset_id,
		revision = excluded.revision, name = excluded.name, icon = excluded.icon, model = excluded.model,
		instructions = excluded.instructions, params = excluded.params, created_at = excluded.created_at`,
		string(chatID), string(scope.User), string(p.ID), p.Revision, p.Name, p.Icon, p.Model, p.Instructions, string(params), db.Millis(time.Now()))
	if err != nil {
		return fmt.Errorf("set up chat %s: %w", chatID, err)
	}
	return nil
}

// Recipe returns what a chat's turns begin with; nothing where it was set up
// with no preset.
func (s *Service) Recipe(ctx context.Context, q db.Querier, scope access.Scope, chatID chat.ID) (turn.Recipe, error) {
	var r turn.Recipe
	var params string
	err := q.QueryRow(ctx, `SELECT instructions, params FROM chat_presets WHERE chat_id = $1 AND user_id = $2`,
		string(chatID), string(scope.User)).Scan(&r.Instructions, &params)
	if db.IsNone(err) {
		return turn.Recipe{}, nil
	}
	if err == nil {
		err = json.Unmarshal([]byte(params), &r.Params)
	}
	if err != nil {
		return turn.Recipe{}, fmt.Errorf("find what chat %s was set up with: %w", chatID, err)
	}
	return r, nil
}

// drop has a chat go on without a preset.
func drop(ctx context.Context, q db.Querier, scope access.Scope, chatID chat.ID) error {
	if _, err := q.Exec(ctx, `DELETE FROM chat_presets WHERE chat_id = $1 AND user_id = $2`, string(chatID), string(scope.User)); err != nil {
		return fmt.Errorf("drop the preset of chat %s: %w", chatID, err)
	}
	return nil
}

// used returns what a chat was set up with, nil for nothing.
func used(ctx context.Context, q db.Querier, scope access.Scope, chatID chat.ID) (*Used, error) {
	var u Used
	var params string
	var since, revision int64
	err := q.QueryRow(ctx, `SELECT preset_id, revision, name, icon, model, instructions, params, created_at FROM chat_presets
		WHERE chat_id = $1 AND user_id = $2`, string(chatID), string(scope.User)).Scan(
		&u.Preset, &revision, &u.Name, &u.Icon, &u.Model, &u.Instructions, &params, &since)
	if db.IsNone(err) {
		return nil, nil //nolint:nilnil // most chats have none, which is no fault
	}
	if err == nil {
		err = json.Unmarshal([]byte(params), &u.Params)
	}
	if err != nil {
		return nil, fmt.Errorf("find what chat %s was set up with: %w", chatID, err)
	}
	u.Tokens = meter.Estimate(len(u.Instructions))
	u.Since, u.State = db.Time(since), Same
	p, err := get(ctx, q, scope, u.Preset)
	switch {
	case isNotFound(err):
		u.State = Gone
	case err != nil:
		return nil, err
	case p.Revision != revision:
		u.State = Changed
	}
	return &u, nil
}
