package openaichat_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"parley/internal/llm"
	"parley/internal/llm/llmtest"
	"parley/internal/llm/openaichat"
)

func TestContract(t *testing.T) {
	t.Parallel()
	llmtest.Run(t, llmtest.ChatCompletions(), func(o llmtest.Options) llm.Model {
		return openaichat.New(openaichat.Config{
			BaseURL: o.BaseURL, Key: o.Key, Limits: o.Limits, Dialect: "openrouter", Client: &http.Client{},
		}).Model("vendor/model")
	})
}

func FuzzStream(f *testing.F) {
	llmtest.Fuzz(f, llmtest.ChatCompletions(), func(o llmtest.Options, client *http.Client) llm.Model {
		return openaichat.New(openaichat.Config{BaseURL: o.BaseURL, Limits: o.Limits, Dialect: "openrouter", Client: client}).Model("m")
	})
}

func TestConfigHidesHeaders(t *testing.T) {
	t.Parallel()
	config := openaichat.Config{Name: "mine", Key: llm.NewSecret("canary"), Headers: map[string]string{"X-Key": "canary"}}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s"} {
		if text := fmt.Sprintf(verb, config); strings.Contains(text, "canary") || !strings.Contains(text, "mine") {
			t.Errorf("%s prints %s", verb, text)
		}
	}
}
