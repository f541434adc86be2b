package bedrock_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"parley/internal/llm"
	"parley/internal/llm/bedrock"
	"parley/internal/llm/llmtest"
)

func TestContract(t *testing.T) {
	t.Parallel()
	llmtest.Run(t, llmtest.Converse(), func(o llmtest.Options) llm.Model {
		return bedrock.New(bedrock.Config{
			BaseURL: o.BaseURL, Key: o.Key, Limits: o.Limits, Client: &http.Client{},
		}).Model("us.anthropic.claude-haiku-4-5-20251001-v1:0")
	})
}

func FuzzStream(f *testing.F) {
	llmtest.Fuzz(f, llmtest.Converse(), func(o llmtest.Options, client *http.Client) llm.Model {
		return bedrock.New(bedrock.Config{BaseURL: o.BaseURL, Limits: o.Limits, Client: client}).Model("amazon.nova-pro-v1:0")
	})
}

func TestConfigHidesSecrets(t *testing.T) {
	t.Parallel()
	config := bedrock.Config{
		Name: "mine", Key: llm.NewSecret("canary"), SecretKey: llm.NewSecret("canary"),
		Headers: map[string]string{"X-Key": "canary"},
	}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s"} {
		if text := fmt.Sprintf(verb, config); strings.Contains(text, "canary") || !strings.Contains(text, "mine") {
			t.Errorf("%s prints %s", verb, text)
		}
	}
}
