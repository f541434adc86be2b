package openaichat

import (
	"cmp"
	"context"
	"encoding/json"
	"net/http"
	"slices"

	"parley/internal/llm"
)

// ListModels returns the names of the models that the provider offers, sorted.
// The error is an [*llm.Error].
func (p *Provider) ListModels(ctx context.Context) ([]string, error) {
	call := p.call(http.MethodGet, "/models", nil)
	answer, err := call.Do(ctx)
	if err != nil {
		return nil, err
	}
	defer answer.Close()
	text, err := answer.All()
	if err != nil {
		return nil, err
	}
	type entry struct {
		ID   string `json:"id"`
		Name string `json:"name"`
	}
	var list struct {
		Data   []entry `json:"data"`
		Models []entry `json:"models"`
	}
	// Together answers with a bare list.
	if json.Unmarshal(text, &list.Data) != nil {
		if err := json.Unmarshal(text, &list); err != nil {
			return nil, call.Garbled(text, err)
		}
	}
	names := make([]string, 0, len(list.Data))
	for _, model := range append(list.Data, list.Models...) {
		if name := cmp.Or(model.ID, model.Name); name != "" {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names), nil
}

var _ llm.Model = (*model)(nil)
