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
	first := withQuery(p.studio("/models"), "pageSize", "1000")
	if p.config.Vertex != nil {
		first = withQuery(p.config.Vertex.ModelsURL(vertex.Google), "pageSize", "100")
	}
	var names []string
	address := first
	for range mostPages {
		call, err := p.call(ctx, http.MethodGet, address, http.Header{}, nil)
		if err != nil {
			return nil, err
		}
		var page listing
		if err := call.JSON(ctx, &page); err != nil {
			return nil, err
		}
		names = append(names, page.names()...)
		if page.Next == "" {
			break
		}
		address = withQuery(first, "pageToken", page.Next)
	}
	slices.Sort(names)
	return slices.Compact(names), nil
}

// listing is a page of a list, of AI Studio or of Vertex AI.
type listing struct {
	Models []struct {
		Name    string   `json:"name"`
		Methods []string `json:"supportedGenerationMethods"`
	} `json:"models"`
	Published []struct {
		Name string `json:"name"`
	} `json:"publisherModels"`
	Next string `json:"nextPageToken"`
}

func (l listing) names() []string {
	var names []string
	for _, m := range l.Models {
		if slices.Contains(m.Methods, "generateContent") {
			names = append(names, path.Base(m.Name))
		}
	}
	for _, m := range l.Published { // these do not say what they can do
		if name := path.Base(m.Name); generation(name) > 0 && !strings.Contains(name, "embedding") {
			names = append(names, name)
		}
	}
	return names
}
