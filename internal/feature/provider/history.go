package provider

import (
	"context"
	"encoding/json"
	"errors"

	"parley/internal/kit/db"
	"parley/internal/setting"
)

// historyOf is what the history of settings calls a provider.
const historyOf = "providers."

// past is a provider as the history keeps it: without its key.
type past struct {
	Kind    string   `json:"kind"`
	BaseURL string   `json:"baseUrl,omitempty"`
	Models  []string `json:"models,omitempty"`
	Options Options  `json:"options,omitzero"`
}

func pastOf(d *definition) (json.RawMessage, error) {
	if d == nil {
		return nil, nil //nolint:nilnil // nothing was there, which is no fault
	}
	return json.Marshal(past{Kind: d.kind, BaseURL: d.baseURL, Models: d.models, Options: d.options})
}

// note writes a change into the history, in its transaction; nil is a provider
// that is not there.
func note(ctx context.Context, tx *db.Tx, name string, before, after *definition) error {
	was, err := pastOf(before)
	is, errAfter := pastOf(after)
	if err := errors.Join(err, errAfter); err != nil {
		return err
	}
	return setting.Note(ctx, tx, historyOf+name, was, is)
}

// Remember has changes of providers taken back by the history.
func (s *Service) Remember(history *setting.Service) { history.Keep(historyOf, s.restore) }

// restore gives a provider what the history says of it. A key is kept for the
// provider that has it alone: one that was removed has to be added anew.
func (s *Service) restore(ctx context.Context, name string, value json.RawMessage) error {
	p := s.now.Load().byName[fold(name)]
	exists := p != nil && p.source == UI
	if value == nil {
		if !exists {
			return nil
		}
		_, err := s.remove(ctx, &nameIn{Name: name})
		return err
	}
	var was past
	if err := json.Unmarshal(value, &was); err != nil {
		return err
	}
	if exists {
		in := &changeIn{Name: name, Force: true}
		in.Body.BaseURL, in.Body.Models, in.Body.Options = &was.BaseURL, &was.Models, &was.Options
		_, err := s.change(ctx, in)
		return err
	}
	in := &addIn{Force: true}
	in.Body.Name, in.Body.Kind, in.Body.BaseURL, in.Body.Models, in.Body.Options = name, was.Kind, was.BaseURL, was.Models, was.Options
	_, err := s.add(ctx, in)
	if errors.Is(err, ErrKey) {
		return ErrKey.Saying("The key of a removed provider is not kept. Add the provider again with its key.")
	}
	return err
}
