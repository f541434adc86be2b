package openaiapi

import (
	"encoding/json"

	"parley/internal/identity"
	"parley/internal/kit/seal"
	"parley/internal/llm"
)

// kept is what a provider wants back as it gave it: reasoning with its
// signature, or what belongs to a call of a tool.
type kept struct {
	Protocol string          `json:"protocol"`
	Raw      json.RawMessage `json:"raw"`
	Call     bool            `json:"call,omitempty"`
}

func (k kept) reasoning() llm.Part {
	return llm.Part{Type: llm.PartReasoning, Protocol: k.Protocol, Raw: k.Raw}
}

func (k kept) call(c llm.ToolCall) llm.Part {
	return llm.Part{Type: llm.PartToolCall, Call: &c, Protocol: k.Protocol, Raw: k.Raw}
}

// sealed binds what is sealed here to its user.
func sealed(user identity.UserID) seal.Context {
	return seal.Context{Kind: "openaiapi reasoning", Owner: string(user)}
}

// wrap makes what is kept something that only its user can give back, unchanged:
// providers take it at its word. Nothing is empty.
func (s *Service) wrap(user identity.UserID, all ...kept) string {
	if len(all) == 0 {
		return ""
	}
	text, err := json.Marshal(all)
	if err != nil {
		return ""
	}
	return s.Box.Seal(seal.Secret(text), sealed(user))
}

// unwrap undoes wrap; what is not ours, or not this user's, is passed over like
// any reasoning that another provider wrote.
func (s *Service) unwrap(text string, user identity.UserID) (all []kept) {
	if text == "" {
		return nil
	}
	opened, err := s.Box.Open(text, sealed(user))
	if err != nil || json.Unmarshal([]byte(opened.Reveal()), &all) != nil {
		return nil
	}
	return all
}
