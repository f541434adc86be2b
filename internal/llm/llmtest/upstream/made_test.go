package upstream_test

import (
	"net/http/httptest"
	"testing"

	"parley/internal/llm"
	"parley/internal/llm/anthropic"
	"parley/internal/llm/bedrock"
	"parley/internal/llm/google"
	"parley/internal/llm/llmtest"
	"parley/internal/llm/llmtest/upstream"
	"parley/internal/llm/openaichat"
	"parley/internal/llm/openairesponses"

	"github.com/google/go-cmp/cmp"
)

// What is no text comes whole in every protocol that has it.
func TestMade(t *testing.T) {
	t.Parallel()
	server := upstream.New(upstream.Options{Default: "tokens-1+picture+sound+code+tokens-1+sources"})
	t.Cleanup(server.Close)
	web := httptest.NewServer(server)
	t.Cleanup(web.Close)
	const image, sound, source, call, result = llm.PartImage, llm.PartAudio, llm.PartSource, llm.PartToolCall, llm.PartToolResult
	for name, test := range map[string]struct {
		provider provider
		want     []llm.PartType
	}{
		"Chat Completions": {openaichat.New(openaichat.Config{BaseURL: web.URL + "/v1", Client: web.Client()}), []llm.PartType{image, source, sound}},
		"Responses":        {openairesponses.New(openairesponses.Config{BaseURL: web.URL + "/v1", Client: web.Client()}), []llm.PartType{call, result, image, call, result, source}},
		"Anthropic":        {anthropic.New(anthropic.Config{BaseURL: web.URL, Client: web.Client()}), []llm.PartType{call, result, source}},
		"Gemini":           {google.New(google.Config{BaseURL: web.URL, Client: web.Client()}), []llm.PartType{image, sound, call, result, call, result, source}},
		"Bedrock":          {bedrock.New(bedrock.Config{BaseURL: web.URL, Key: llm.NewSecret("k"), Client: web.Client()}), []llm.PartType{image, source}},
	} {
		got := llmtest.Collect(t.Context(), test.provider.Model("m"), llmtest.Hello())
		var made []llm.PartType
		for _, part := range got.Parts {
			if part.Type != llm.PartText {
				made = append(made, part.Type)
			}
			if part.Media != nil && len(part.Media.Data) == 0 || part.Source != nil && part.Source.URL == "" || part.Result != nil && part.Result.IsError {
				t.Errorf("%s: %+v", name, part)
			}
		}
		if got.Err != nil || got.Text() != " t0001 t0002" || got.Reason != llm.FinishStop {
			t.Errorf("%s: %+v", name, got)
		}
		if diff := cmp.Diff(test.want, made); diff != "" {
			t.Errorf("%s (-want +got)\n%s", name, diff)
		}
	}
}
