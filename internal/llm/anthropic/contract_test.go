package anthropic_test

import (
	"net/http"
	"testing"

	"parley/internal/llm"
	"parley/internal/llm/anthropic"
	"parley/internal/llm/llmtest"
)

func TestContract(t *testing.T) {
	t.Parallel()
	llmtest.Run(t, llmtest.Messages(), func(o llmtest.Options) llm.Model {
		return anthropic.New(anthropic.Config{
			BaseURL: o.BaseURL, Key: o.Key, Limits: o.Limits, Client: &http.Client{},
		}).Model("claude-haiku-4-5")
	})
}
