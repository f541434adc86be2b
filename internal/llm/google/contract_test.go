package google_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"parley/internal/llm"
	"parley/internal/llm/google"
	"parley/internal/llm/llmtest"
	"parley/internal/llm/vertex"
)

func TestContract(t *testing.T) {
	t.Parallel()
	llmtest.Run(t, llmtest.Gemini(), func(o llmtest.Options) llm.Model {
		return google.New(google.Config{
			BaseURL: o.BaseURL, Key: o.Key, Limits: o.Limits, Client: &http.Client{},
		}).Model("gemini-2.5-flash")
	})
}

func TestContractOnVertex(t *testing.T) {
	t.Parallel()
	llmtest.Run(t, llmtest.Gemini(), func(o llmtest.Options) llm.Model {
		platform, err := vertex.New(vertex.Config{BaseURL: o.BaseURL, Key: o.Key})
		if err != nil {
			t.Error(err)
		}
		return google.New(google.Config{Vertex: platform, Limits: o.Limits, Client: &http.Client{}}).Model("gemini-3-pro-preview")
	})
}

func FuzzStream(f *testing.F) {
	llmtest.Fuzz(f, llmtest.Gemini(), func(o llmtest.Options, client *http.Client) llm.Model {
		return google.New(google.Config{BaseURL: o.BaseURL, Limits: o.Limits, Client: client}).Model("gemini-3-pro")
	})
}

func TestConfigHidesHeaders(t *testing.T) {
	t.Parallel()
	config := google.Config{Name: "mine", Key: llm.NewSecret("canary"), Headers: map[string]string{"X-Key": "canary"}}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s"} {
		if text := fmt.Sprintf(verb, config); strings.Contains(text, "canary") || !strings.Contains(text, "mine") {
			t.Errorf("%s prints %s", verb, text)
		}
	}
}
