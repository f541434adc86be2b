package chat

import (
	"context"
	"encoding/json"
	"fmt"

	"parley/internal/access"
	"parley/internal/kit/db"
	"parley/internal/llm"
)

// Asking is how a chat's answers are asked for beside the text, so that each of
// its user's devices asks alike. It is the clients' note: a turn takes what its
// own request says.
type Asking struct {
	Params llm.Params `json:"params,omitzero"`
	// Remote are the names of the tools that the provider is to run.
	Remote []string `json:"remote,omitempty" maxItems:"16" doc:"Tools that the provider runs, such as web_search"`
}

// maxAsking bounds what is kept of an Asking, in bytes of JSON.
const maxAsking = 32 << 10

// Ask keeps how a chat's answers are asked for, in place of what was kept.
func (s *Service) Ask(ctx context.Context, scope access.Scope, id ID, asking Asking) error {
	if asking.Params.Extra != nil || asking.Params.Drop != nil {
		return ErrAsking
	}
	text, err := json.Marshal(asking)
	if err != nil {
		return fmt.Errorf("encode asking: %w", err)
	}
	if len(text) > maxAsking {
		return ErrAsking
	}
	err = one(s.db.Exec(ctx, `UPDATE chats SET asking = $3 WHERE id = $1 AND user_id = $2 AND deleted_at = 0`, id, scope.User, string(text)))
	if err != nil {
		return err
	}
	s.Announce(Channel(id), struct {
		Type   string `json:"type"`
		Asking Asking `json:"asking"`
	}{"asking", asking})
	return nil
}

func askingOf(ctx context.Context, q db.Querier, scope access.Scope, id ID) (asking Asking, err error) {
	var text string
	err = q.QueryRow(ctx, `SELECT asking FROM chats WHERE id = $1 AND user_id = $2`, id, scope.User).Scan(&text)
	if err != nil {
		return Asking{}, fmt.Errorf("get asking of chat %s: %w", id, err)
	}
	if text == "" {
		return Asking{}, nil
	}
	return asking, json.Unmarshal([]byte(text), &asking)
}
