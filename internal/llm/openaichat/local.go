package openaichat

import (
	"strings"

	"parley/internal/llm"
)

// Servers on one's own machine. What a model there can do is up to the model;
// here is what the servers make of the protocol.

func ollama() Dialect {
	return Dialect{
		noUser: true, replay: "reasoning", reason: ollamaReason, lacks: []string{audioMedia, fileMedia},
		refuses: always(topK, toolChoice, parallel, serviceTier, verbosity),
	}
}

// ollamaReason: only gpt-oss has levels, and a level is an error for all others.
func ollamaReason(b *builder, p llm.Params) {
	if p.Effort != "" && p.Effort != "none" && !strings.Contains(b.Model, "gpt-oss") {
		b.noLevel()
		p.Effort = ""
	}
	effortOrNone(b, p)
}

func lmstudio() Dialect {
	return Dialect{
		noUser: true, lacks: []string{audioMedia, fileMedia}, refuses: always(parallel, logprobs, serviceTier, verbosity),
	}
}

func llamacpp() Dialect {
	return Dialect{
		noUser: true, replay: "reasoning_content", reason: budgetReason("thinking_budget_tokens"), alternates: true, toolsOrLogprobs: true,
		lacks: []string{fileMedia}, refuses: always(serviceTier, verbosity),
	}
}

func vllm() Dialect {
	return Dialect{
		replay: "reasoning", reason: budgetReason("thinking_token_budget"), videos: true, lacks: []string{fileMedia},
		sounds: []string{"wav", "mp3", "ogg", "flac", "m4a"}, refuses: always(serviceTier, verbosity),
	}
}

// mlx is Apple's mlx_lm.server, and mlx_vlm's with images.
func mlx() Dialect {
	return Dialect{
		noUser: true, replay: "reasoning_content", alternates: true, mostLogprobs: 11, room: 32768, schema: wordedSchema, lacks: []string{audioMedia, fileMedia},
		reason: func(b *builder, p llm.Params) {
			b.Refused = append(b.Refused, effort)
			templateReason(b, p)
		},
		refuses: always(toolChoice, parallel, serviceTier, verbosity),
	}
}
