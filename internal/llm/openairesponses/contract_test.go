package openairesponses_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"parley/internal/llm"
	"parley/internal/llm/llmtest"
	"parley/internal/llm/openairesponses"
)

func TestContract(t *testing.T) {
	t.Parallel()
	for dialect, model := range map[string]string{"openai": "gpt-5", "azure": "gpt-4.1", "": "m"} {
		t.Run(dialect, func(t *testing.T) {
			t.Parallel()
			llmtest.Run(t, llmtest.Responses(), func(o llmtest.Options) llm.Model {
				return openairesponses.New(openairesponses.Config{
					BaseURL: o.BaseURL, Key: o.Key, Limits: o.Limits, Dialect: dialect, Client: &http.Client{},
				}).Model(model)
			})
		})
	}
}

func FuzzStream(f *testing.F) {
	llmtest.Fuzz(f, llmtest.Responses(), func(o llmtest.Options, client *http.Client) llm.Model {
		return openairesponses.New(openairesponses.Config{BaseURL: o.BaseURL, Limits: o.Limits, Client: client}).Model("m")
	})
}

func TestConfigHidesHeaders(t *testing.T) {
	t.Parallel()
	config := openairesponses.Config{Name: "mine", Key: llm.NewSecret("canary"), Headers: map[string]string{"X-Key": "canary"}}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s"} {
		if text := fmt.Sprintf(verb, config); strings.Contains(text, "canary") || !strings.Contains(text, "mine") {
			t.Errorf("%s prints %s", verb, text)
		}
	}
}
