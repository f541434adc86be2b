package provider_test

import (
	"net/http"
	"slices"
	"testing"

	"parley/internal/feature/provider"
	"parley/internal/kit/testkit"
)

// Azure has an address for each deployment, so that a client is made with each
// model: also for those whose tools are asked for while the list is made.
func TestModelsOnAzure(t *testing.T) {
	t.Parallel()
	up := serve(t, map[string]http.HandlerFunc{
		"POST /{deployment}/openai/v1/responses":        http.NotFound,
		"POST /{deployment}/openai/v1/chat/completions": http.NotFound,
	})
	h := open(t, testkit.SQLite(t), provider.Config{Endpoints: provider.Endpoints{AzureOpenAI: azure(up.URL)}})
	if got, want := h.models(t).ids(), []string{"azure/gpt-4o", "azure/gpt-5.4"}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	if err := h.Configure(t.Context(), provider.Endpoints{}); err != nil {
		t.Fatal(err)
	}
	if err := h.Configure(t.Context(), provider.Endpoints{AzureOpenAI: azure(up.URL)}); err != nil {
		t.Fatal(err)
	}
	for model, path := range map[string]string{
		"azure/gpt-5.4": "/reasons/openai/v1/responses", "azure/gpt-4o": "/talks/openai/v1/chat/completions",
	} {
		target, err := h.Resolve(t.Context(), "u", model)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = answer(t, target.Model)
		sent := up.requests()
		if got := sent[len(sent)-1].URL.Path; got != path {
			t.Errorf("%s is asked at %s, want %s", model, got, path)
		}
	}
}

func azure(url string) provider.Azure {
	return provider.Azure{Groups: []provider.AzureGroup{{
		Group: "europe", APIKey: canary, InstanceName: "house", Version: "2025-03-01-preview",
		BaseURL: url + "/${DEPLOYMENT_NAME}/openai/v1",
		Models: map[string]any{
			"gpt-5.4": map[string]any{"deploymentName": "reasons"},
			"gpt-4o":  map[string]any{"deploymentName": "talks"},
		},
	}}}
}
