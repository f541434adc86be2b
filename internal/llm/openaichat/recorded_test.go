package openaichat_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"parley/internal/llm"
	"parley/internal/llm/llmtest"
	"parley/internal/llm/openaichat"

	"github.com/google/go-cmp/cmp"
)

// TestRecordedServers plays what servers that one runs oneself have sent: all but
// LiteLLM ran a model of one layer that knows two answers by heart, LiteLLM stood
// before a scripted Claude.
func TestRecordedServers(t *testing.T) {
	t.Parallel()
	greeting := said{
		Thought: "The user greets me, so a greeting it is.",
		Text:    "Hello from a tiny model: one **bold** word and a face 😀 at the end.",
		Finish:  llm.FinishStop, Input: 12, Output: 26,
	}
	call := func(arguments string, input int64) said {
		return said{Call: "calculator " + arguments, Finish: llm.FinishTools, Input: input, Output: 8}
	}
	counted := greeting
	counted.Reasoning = 9
	for name, want := range map[string]said{
		"llamacpp-thought": greeting,
		"llamacpp-tool":    call(`{"expression": "12*7"}`, 636),
		"ollama-thought":   greeting,
		"ollama-tool":      call(`{"expression":"12*7"}`, 342),
		"vllm-thought":     counted,
		"vllm-tool":        call(`{"expression": "12*7"}`, 536),
		"mlx-thought":      greeting,
		"mlx-tool":         call(`{"expression": "12*7"}`, 536),
		"litellm-tool": {
			Thought: " r0001 r0002 r0003 r0004 r0005 r0006",
			Text:    " t0001 t0002 t0003 t0004 t0005 t0006 t0007 t0008 t0009 t0010 t0011 t0012 t0013 t0014 t0015 t0016 t0017 t0018 t0019 t0020",
			Call:    `calculator {"expression":"12*7"}`, Finish: llm.FinishTools, Input: 2, Output: 26, Reasoning: 18, Cost: 0.000396,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dialect, _, _ := strings.Cut(name, "-")
			stream, err := os.ReadFile(filepath.Join("testdata", "recorded", name+".sse"))
			if err != nil {
				t.Fatal(err)
			}
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", "text/event-stream")
				_, _ = w.Write(stream)
			}))
			defer server.Close()
			provider := openaichat.New(openaichat.Config{BaseURL: server.URL, Client: server.Client(), Dialect: dialect})
			answer := llmtest.Collect(t.Context(), provider.Model("tiny"), llmtest.Hello())
			if answer.Err != nil || answer.Broken != "" {
				t.Fatal(answer.Err, answer.Broken)
			}
			if diff := cmp.Diff(want, gist(answer)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// said is the gist of an answer.
type said struct {
	Thought, Text, Call      string
	Finish                   llm.FinishReason
	Input, Output, Reasoning int64
	Cost                     float64
}

func gist(answer llmtest.Answer) said {
	s := said{Finish: answer.Reason, Input: answer.Usage.Input, Output: answer.Usage.Output, Reasoning: answer.Usage.Reasoning}
	if answer.Usage.Cost != nil {
		s.Cost = *answer.Usage.Cost
	}
	for _, part := range answer.Parts {
		switch part.Type {
		case llm.PartReasoning:
			s.Thought += part.Text
		case llm.PartText:
			s.Text += part.Text
		case llm.PartToolCall:
			s.Call += part.Call.Name + " " + part.Call.Arguments
		default:
		}
	}
	return s
}
