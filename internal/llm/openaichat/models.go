package openaichat

import (
	"context"
	"net/http"

	"parley/internal/llm"
)

// ListModels returns the names of the models that the provider offers, sorted.
// The error is an [*llm.Error].
func (p *Provider) ListModels(ctx context.Context) ([]string, error) {
	return p.call(http.MethodGet, "/models", nil).ModelNames(ctx)
}

var _ llm.Model = (*model)(nil)
