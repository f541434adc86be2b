package openaichat_test

import (
	"net/http"
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
