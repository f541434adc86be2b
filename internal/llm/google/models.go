package google

import (
	"context"
	"net/http"
	"path"
	"slices"
	"strings"

	"parley/internal/llm/vertex"
)

// mostPages bounds how far a list is followed.
const mostPages = 20

// ListModels returns the names of the models that answer in a chat, sorted. The
// error is an [*llm.Error].
func (p *Provider) ListModels(ctx context.Context) ([]string, error) {
	if platform := p.config.Vertex; platform != nil {
		names, err := platform.ListModels(ctx, vertex.Google, p.endpoint())
		return slices.DeleteFunc(names, func(name string) bool {
			return generation(name) == 0 || strings.Contains(name, "embedding")
		}), err
	}
	var names []string
	first := withQuery(p.studio("/models"), "pageSize", "1000")
	address := first
	for range mostPages {
		call, err := p.call(ctx, http.MethodGet, address, http.Header{}, nil)
		if err != nil {
			return nil, err
		}
		var page struct {
			Models []struct {
				Name    string   `json:"name"`
				Methods []string `json:"supportedGenerationMethods"`
			} `json:"models"`
			Next string `json:"nextPageToken"`
		}
		if err := call.JSON(ctx, &page); err != nil {
			return nil, err
		}
		for _, model := range page.Models {
			if slices.Contains(model.Methods, "generateContent") {
				names = append(names, path.Base(model.Name))
			}
		}
		if page.Next == "" {
			break
		}
		address = withQuery(first, "pageToken", page.Next)
	}
	slices.Sort(names)
	return slices.Compact(names), nil
}
