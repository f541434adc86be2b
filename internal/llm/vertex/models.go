package vertex

import (
	"context"
	"net/http"
	"net/url"
	"path"
	"slices"

	"parley/internal/llm/wire"
)

// mostPages bounds how far a list is followed.
const mostPages = 20

// ListModels returns the names of all models of a publisher, sorted: what each
// can do is not told. The error is an [*llm.Error].
func (p *Platform) ListModels(ctx context.Context, publisher string, endpoint wire.Endpoint) ([]string, error) {
	var names []string
	query := url.Values{"pageSize": {"100"}}
	for range mostPages {
		header := http.Header{}
		if err := p.Authorize(ctx, header); err != nil {
			return nil, err
		}
		address := p.base() + "/v1beta1/publishers/" + publisher + "/models?" + query.Encode()
		var page struct {
			Models []struct {
				Name string `json:"name"`
			} `json:"publisherModels"`
			Next string `json:"nextPageToken"`
		}
		if err := endpoint.Call(http.MethodGet, address, header, nil).JSON(ctx, &page); err != nil {
			return nil, err
		}
		for _, model := range page.Models {
			names = append(names, path.Base(model.Name))
		}
		if page.Next == "" {
			break
		}
		query.Set("pageToken", page.Next)
	}
	slices.Sort(names)
	return slices.Compact(names), nil
}
