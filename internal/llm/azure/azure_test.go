package azure_test

import (
	"errors"
	"testing"

	"parley/internal/llm/azure"

	"github.com/google/go-cmp/cmp"
)

func TestPlace(t *testing.T) {
	t.Parallel()
	const root = "https://mine.openai.azure.com/openai"
	tests := map[string]struct {
		location azure.Location
		want     azure.Place
		err      error
	}{
		"dated": {
			azure.Location{Instance: "mine", Deployment: "four", Version: "2024-10-21"},
			azure.Place{Chat: root + "/deployments/four?api-version=2024-10-21", Model: "four"},
			nil,
		},
		"dated, with Responses": {
			azure.Location{Instance: "mine", Version: "2025-04-01-preview"},
			azure.Place{
				Chat: root + "/deployments/gpt-4o?api-version=2025-04-01-preview", Responses: root + "?api-version=2025-04-01-preview",
				Model: "gpt-4o",
			},
			nil,
		},
		"not dated": {
			azure.Location{Instance: "mine.cognitiveservices.azure.com", Deployment: "four", Version: "v1"},
			azure.Place{
				Chat:      "https://mine.cognitiveservices.azure.com/openai/v1",
				Responses: "https://mine.cognitiveservices.azure.com/openai/v1", Model: "four",
			},
			nil,
		},
		"preview": {
			azure.Location{Instance: "mine", Version: "preview"},
			azure.Place{Chat: root + "/v1?api-version=preview", Responses: root + "/v1?api-version=preview", Model: "gpt-4o"},
			nil,
		},
		"own URL": {
			azure.Location{
				Instance: "mine", Deployment: "four", Version: "2024-10-21",
				BaseURL: "https://gate.example/${INSTANCE_NAME}/x/${DEPLOYMENT_NAME}",
			},
			azure.Place{Chat: "https://gate.example/mine/x/four?api-version=2024-10-21", Model: "four"},
			nil,
		},
		"serverless": {
			azure.Location{Deployment: "ignored", BaseURL: "https://mine.services.ai.azure.com/models/", Version: "2024-05-01-preview", Serverless: true},
			azure.Place{Chat: "https://mine.services.ai.azure.com/models?api-version=2024-05-01-preview", Model: "gpt-4o"},
			nil,
		},
		"nowhere": {azure.Location{Version: "v1"}, azure.Place{}, azure.ErrNowhere},
		"no URL":  {azure.Location{BaseURL: "${WHERE}"}, azure.Place{}, azure.ErrURL},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := test.location.Place("gpt-4o")
			if !errors.Is(err, test.err) {
				t.Fatalf("error %v, want %v", err, test.err)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}
