package anthropic_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"parley/internal/llm"
	"parley/internal/llm/anthropic"
	"parley/internal/llm/llmtest"
	"parley/internal/llm/vertex"
)

func TestContract(t *testing.T) {
	t.Parallel()
	llmtest.Run(t, llmtest.Messages(), func(o llmtest.Options) llm.Model {
		return anthropic.New(anthropic.Config{
			BaseURL: o.BaseURL, Key: o.Key, Limits: o.Limits, Client: &http.Client{},
		}).Model("claude-haiku-4-5")
	})
}

func TestContractOnVertex(t *testing.T) {
	t.Parallel()
	llmtest.Run(t, llmtest.Messages(), func(o llmtest.Options) llm.Model {
		platform, err := vertex.New(vertex.Config{BaseURL: o.BaseURL, Key: o.Key})
		if err != nil {
			t.Error(err)
		}
		return anthropic.New(anthropic.Config{Vertex: platform, Limits: o.Limits, Client: &http.Client{}}).Model("claude-haiku-4-5")
	})
}

func FuzzStream(f *testing.F) {
	llmtest.Fuzz(f, llmtest.Messages(), func(o llmtest.Options, client *http.Client) llm.Model {
		return anthropic.New(anthropic.Config{BaseURL: o.BaseURL, Limits: o.Limits, Client: client}).Model("m")
	})
}

func TestConfigHidesHeaders(t *testing.T) {
	t.Parallel()
	config := anthropic.Config{Name: "mine", Key: llm.NewSecret("canary"), Headers: map[string]string{"X-Key": "canary"}}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s"} {
		if text := fmt.Sprintf(verb, config); strings.Contains(text, "canary") || !strings.Contains(text, "mine") {
			t.Errorf("%s prints %s", verb, text)
		}
	}
}
