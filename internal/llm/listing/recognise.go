package listing

import (
	"context"
	"strings"

	"parley/internal/llm/catalog"
)

// Recognise asks a server what it is and what it has: nothing where it lists no
// models, no kind where it does not say who it is, [catalog.Custom] where it is none
// that is known.
func (s Server) Recognise(ctx context.Context) (kind string, models []Model) {
	if models, err := s.ollamaTags(ctx); err == nil {
		return catalog.Ollama, models
	}
	if models, err := s.list(ctx, "../api/v0/models"); err == nil {
		return catalog.LMStudio, models
	}
	var listed struct {
		Data []entry `json:"data"`
	}
	if err := s.ask(ctx, "models", nil, &listed); err != nil && !onlyTypes(err) || listed.Data == nil {
		return "", nil
	}
	models = []Model{}
	for _, e := range listed.Data {
		models = append(models, e.model())
		switch owner := strings.ToLower(e.OwnedBy); {
		case owner == "" || strings.Contains(owner, catalog.MLX):
		case owner == catalog.LlamaCpp || owner == catalog.VLLM:
			kind = owner
		case strings.Contains(owner, "organization"):
			kind = catalog.LMStudio
		case kind == "":
			kind = catalog.Custom
		}
	}
	if kind == catalog.Custom && len(s.liteLLMInfos(ctx)) > 0 {
		kind = catalog.LiteLLM
	}
	return kind, models
}
