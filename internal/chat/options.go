package chat

import (
	"context"
	"encoding/json"
	"fmt"

	"parley/internal/access"
	"parley/internal/kit/db"
	"parley/internal/llm"
)

// Options are how a chat's answers are asked for beside the text, so that each of
// its user's devices asks alike. It is the clients' note: a turn takes what its
// own request says.
type Options struct {
	Params llm.Params `json:"params,omitzero"`
	// Remote are the names of the tools that the provider is to run.
	Remote []string `json:"remote,omitempty" maxItems:"16" doc:"Tools that the provider runs, such as web_search"`
}

// maxOptions bounds what is kept of Options, in bytes of JSON.
const maxOptions = 32 << 10

// SetOptions keeps how a chat's answers are asked for, in place of what was kept.
func (s *Service) SetOptions(ctx context.Context, scope access.Scope, id ID, options Options) error {
	if options.Params.Extra != nil || options.Params.Drop != nil {
		return ErrOptions
	}
	text, err := json.Marshal(options)
	if err != nil {
		return fmt.Errorf("encode options: %w", err)
	}
	if len(text) > maxOptions {
		return ErrOptions
	}
	err = one(s.db.Exec(ctx, `UPDATE chats SET options = $3 WHERE id = $1 AND user_id = $2 AND deleted_at = 0`, id, scope.User, string(text)))
	if err != nil {
		return err
	}
	s.Announce(Channel(id), struct {
		Type    string  `json:"type"`
		Options Options `json:"options"`
	}{"options", options})
	return nil
}

func optionsOf(ctx context.Context, q db.Querier, scope access.Scope, id ID) (options Options, err error) {
	var text string
	err = q.QueryRow(ctx, `SELECT options FROM chats WHERE id = $1 AND user_id = $2`, id, scope.User).Scan(&text)
	if err != nil {
		return Options{}, fmt.Errorf("get options of chat %s: %w", id, err)
	}
	if text == "" {
		return Options{}, nil
	}
	return options, json.Unmarshal([]byte(text), &options)
}
