package openaichat

import (
	"strings"

	"parley/internal/llm"
	"parley/internal/llm/gpt"
	"parley/internal/llm/wire"
)

// Dialect is how one server's Chat Completions differ from the common ground.
// The zero value is the common ground.
type Dialect struct {
	name string
	// keyHeader carries the bare key; empty means "Authorization: Bearer".
	keyHeader string
	// system is the role of the instructions; nil means "system".
	system func(model string) string
	// maxTokens and seed rename a field; empty is the usual name.
	maxTokens string
	seed      string
	// required renames the tool choice "required".
	required string
	// refuses lists the parameters that a model does not take.
	refuses func(model string, p llm.Params) []string
	// reason writes the reasoning parameters; nil means reasoning_effort.
	reason func(b *builder, p llm.Params)
	// schema writes the response format; nil means json_schema.
	schema func(b *builder, p llm.Params)
	// replay is the message field that reasoning is sent back in.
	replay string
	// details says that reasoning_details are sent back.
	details bool
	// file writes a document part; nil means OpenAI's file.
	file func(m *llm.Media) map[string]any
	// audio writes a sound part; nil means OpenAI's input_audio.
	audio func(m *llm.Media) map[string]any
	// callID is the exact length of a call id, 0 for any.
	callID int
	// noUsageOption leaves out stream_options; usage comes unasked.
	noUsageOption bool
	// noUser leaves out the end user's identifier.
	noUser bool
	// costs asks for the cost in the usage.
	costs bool
	// cache says for which models cache_control marks are written.
	cache func(model string) bool
	// noThinkTags takes a text that begins with <think> at its word.
	noThinkTags bool
}

// Names of parameters as they appear on the wire and in notices.
const (
	temperature      = "temperature"
	topP             = "top_p"
	topK             = "top_k"
	frequencyPenalty = "frequency_penalty"
	presencePenalty  = "presence_penalty"
	stop             = "stop"
	seed             = "seed"
	effort           = "reasoning_effort"
	budget           = "reasoning tokens"
	parallel         = "parallel_tool_calls"
	toolChoice       = "tool_choice"
	tools            = "tools"
	schema           = "response_format"
)

// DialectNamed returns the dialect of a kind of provider, such as "openai" or
// "ollama"; an unknown name gives the common ground.
func DialectNamed(name string) Dialect {
	name = strings.ToLower(strings.TrimSpace(name))
	dialect, ok := dialects[name]
	if !ok {
		return Dialect{name: name}
	}
	d := dialect()
	d.name = name
	return d
}

var dialects = map[string]func() Dialect{
	"openai":     openai,
	"azure":      azure,
	"openrouter": openrouter,
	"vercel":     func() Dialect { d := openrouter(); d.costs = false; return d },
	"groq":       func() Dialect { return Dialect{maxTokens: "max_completion_tokens", refuses: always(topK)} },
	"deepseek":   deepseek,
	"mistral":    mistral,
	"xai":        func() Dialect { return Dialect{refuses: xaiRefuses} },
	"perplexity": func() Dialect {
		return Dialect{
			noUsageOption: true, noUser: true,
			refuses: always(tools, toolChoice, parallel, seed, stop),
		}
	},
	"cerebras": func() Dialect {
		return Dialect{maxTokens: "max_completion_tokens", refuses: always(topK), replay: "reasoning"}
	},
	"ollama": func() Dialect {
		return Dialect{refuses: always(topK, toolChoice, parallel), noUser: true, reason: effortOrNone}
	},
	"lmstudio": func() Dialect { return Dialect{noUser: true} },
	"llamacpp": func() Dialect { return Dialect{noUser: true, replay: "reasoning_content", reason: templateReason} },
	"vllm":     func() Dialect { return Dialect{reason: templateReason} },
	"mlx":      func() Dialect { return Dialect{noUser: true, refuses: always(toolChoice, parallel)} },
	"zai": func() Dialect {
		return Dialect{replay: "reasoning_content", reason: disabledReason, refuses: always(topK, seed)}
	},
	"moonshot": func() Dialect { return Dialect{replay: "reasoning_content", refuses: always(topK)} },
	"snowflake": func() Dialect {
		return Dialect{maxTokens: "max_completion_tokens", reason: objectReason, details: true}
	},
}

func always(names ...string) func(string, llm.Params) []string {
	return func(string, llm.Params) []string { return names }
}

func openai() Dialect {
	return Dialect{
		maxTokens: "max_completion_tokens", noThinkTags: true,
		system: func(model string) string {
			if gpt.Reasons(model) && !strings.HasPrefix(model, "o1-mini") && !strings.HasPrefix(model, "o1-preview") {
				return "developer"
			}
			return "system"
		},
		refuses: func(model string, p llm.Params) []string {
			if !gpt.Reasons(model) {
				return []string{topK, effort}
			}
			if gpt.IsLight(model) && (p.Effort == "" || p.Effort == "none") {
				return []string{topK, stop}
			}
			return []string{topK, temperature, topP, frequencyPenalty, presencePenalty, stop}
		},
	}
}

func azure() Dialect {
	d := openai()
	d.keyHeader = "api-key"
	// A deployment's name says nothing of its model.
	if plain := d.refuses; plain != nil {
		d.refuses = func(model string, p llm.Params) []string {
			if gpt.Reasons(model) {
				return plain(model, p)
			}
			return []string{topK}
		}
	}
	return d
}

func openrouter() Dialect {
	return Dialect{
		reason: objectReason, details: true, costs: true,
		cache: func(model string) bool {
			return strings.Contains(model, "claude") || strings.HasPrefix(model, "anthropic/")
		},
	}
}

func deepseek() Dialect {
	return Dialect{
		replay: "reasoning_content", reason: thinkingReason, noUser: true,
		refuses: func(model string, _ llm.Params) []string {
			if strings.Contains(model, "reasoner") {
				return []string{topK, seed, parallel, temperature, topP, frequencyPenalty, presencePenalty}
			}
			return []string{topK, seed, parallel}
		},
		schema: plainJSON,
	}
}

func mistral() Dialect {
	return Dialect{
		seed: "random_seed", required: "any", callID: 9, replay: "thinking",
		noUsageOption: true, noUser: true, refuses: always(topK),
		file: func(m *llm.Media) map[string]any {
			return map[string]any{"type": "document_url", "document_url": wire.Address(m), "document_name": m.Name}
		},
		audio: func(m *llm.Media) map[string]any {
			return map[string]any{"type": "input_audio", "input_audio": wire.Base64(m)}
		},
	}
}

// xaiRefuses: xAI's reasoning models answer 400 to these.
func xaiRefuses(model string, _ llm.Params) []string {
	if strings.Contains(model, "non-reasoning") || strings.HasPrefix(model, "grok-2") || strings.HasPrefix(model, "grok-3") &&
		!strings.Contains(model, "mini") {
		return []string{topK, effort}
	}
	return []string{topK, stop, frequencyPenalty, presencePenalty}
}

// effortReason writes reasoning_effort and cannot express a budget, except
// that none is none.
func effortReason(b *builder, p llm.Params) {
	b.Set(effort, p.Effort, p.Effort != "")
	if p.ReasoningTokens != nil {
		b.Refuse(budget)
	}
}

func effortOrNone(b *builder, p llm.Params) {
	if p.ReasoningTokens != nil && *p.ReasoningTokens == 0 && p.Effort == "" {
		p.Effort, p.ReasoningTokens = "none", nil
	}
	effortReason(b, p)
}

// objectReason writes OpenRouter's reasoning object.
func objectReason(b *builder, p llm.Params) {
	switch {
	case p.ReasoningTokens != nil && *p.ReasoningTokens == 0:
		b.Fields["reasoning"] = map[string]any{"enabled": false}
	case p.ReasoningTokens != nil:
		b.Fields["reasoning"] = map[string]any{"max_tokens": *p.ReasoningTokens}
	case p.Effort != "":
		b.Fields["reasoning"] = map[string]any{"effort": p.Effort}
	}
}

// disabledReason switches thinking off as Z.ai does; it is on by itself.
func disabledReason(b *builder, p llm.Params) {
	if p.ReasoningTokens != nil && *p.ReasoningTokens == 0 || p.Effort == "none" {
		b.Fields["thinking"] = map[string]any{"type": "disabled"}
		return
	}
	effortReason(b, p)
}

// thinkingReason switches thinking on and off as DeepSeek does.
func thinkingReason(b *builder, p llm.Params) {
	if p.ReasoningTokens != nil || p.Effort != "" {
		b.Fields["thinking"] = map[string]any{"type": "enabled"}
	}
	disabledReason(b, p)
}

// templateReason switches thinking by the chat template, as llama.cpp and vLLM
// do.
func templateReason(b *builder, p llm.Params) {
	if p.ReasoningTokens != nil && *p.ReasoningTokens == 0 || p.Effort == "none" {
		b.Fields["chat_template_kwargs"] = map[string]any{"enable_thinking": false}
		return
	}
	effortReason(b, p)
}

// plainJSON is for servers that know JSON but no schema: the schema goes into
// the instructions.
func plainJSON(b *builder, p llm.Params) {
	b.Fields[schema] = map[string]any{"type": "json_object"}
	b.instructions = "Answer with a JSON value that matches this JSON schema:\n" + string(p.Schema)
}
