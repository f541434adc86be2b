package bedrock

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"parley/internal/llm"
)

// ListModels returns the ids of what can be talked to in the region, sorted:
// foundation models that are sold on demand, inference profiles, and ARNs of
// the account's own profiles. The error is an [*llm.Error].
func (p *Provider) ListModels(ctx context.Context) ([]string, error) {
	names, err := p.foundationModels(ctx)
	if err != nil {
		return nil, err
	}
	profiles, err := p.profiles(ctx)
	if err != nil && llm.AsError(err).Kind != llm.ErrAuth { // a right of its own
		return nil, err
	}
	names = append(names, profiles...)
	for name := range p.config.Profiles {
		names = append(names, name)
	}
	slices.Sort(names)
	return slices.Compact(names), nil
}

func (p *Provider) foundationModels(ctx context.Context) ([]string, error) {
	call, err := p.call(ctx, http.MethodGet, "/foundation-models?byOutputModality=TEXT", true, nil)
	if err != nil {
		return nil, err
	}
	var list struct {
		Models []struct {
			ID        string   `json:"modelId"`
			Inference []string `json:"inferenceTypesSupported"`
		} `json:"modelSummaries"`
	}
	if err := call.JSON(ctx, &list); err != nil {
		return nil, err
	}
	var names []string
	for _, model := range list.Models {
		if slices.Contains(model.Inference, "ON_DEMAND") && talks(model.ID) {
			names = append(names, model.ID)
		}
	}
	return names, nil
}

// talks tells chat models from those that rank or embed.
func talks(id string) bool {
	return !strings.Contains(id, "rerank") && !strings.Contains(id, "embed")
}

func (p *Provider) profiles(ctx context.Context) ([]string, error) {
	const mostPages = 20
	var names []string
	next := ""
	for range mostPages {
		query := url.Values{"maxResults": {"1000"}}
		if next != "" {
			query.Set("nextToken", next)
		}
		call, err := p.call(ctx, http.MethodGet, "/inference-profiles?"+query.Encode(), true, nil)
		if err != nil {
			return names, err
		}
		var page struct {
			Profiles []struct {
				ID   string `json:"inferenceProfileId"`
				ARN  string `json:"inferenceProfileArn"`
				Type string `json:"type"`
			} `json:"inferenceProfileSummaries"`
			Next string `json:"nextToken"`
		}
		if err := call.JSON(ctx, &page); err != nil {
			return names, err
		}
		for _, profile := range page.Profiles {
			name := profile.ID
			if profile.Type == "APPLICATION" {
				name = profile.ARN
			}
			if name != "" && talks(name) {
				names = append(names, name)
			}
		}
		if next = page.Next; next == "" {
			break
		}
	}
	return names, nil
}
