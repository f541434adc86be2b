package openaichat

import (
	"encoding/json"
	"maps"
	"strings"

	"parley/internal/llm"
	"parley/internal/llm/gpt"
	"parley/internal/llm/grok"
	"parley/internal/llm/wire"
)

// The kinds of media that a server may lack.
const (
	imageMedia = "image"
	audioMedia = "audio"
	fileMedia  = "file"
)

var dialects = map[string]func() Dialect{
	"openai": openai, "azure": azure,
	"openrouter": openrouter, "vercel": vercel, "litellm": litellm, "huggingface": huggingface,
	"groq": groq, "deepseek": deepseek, "mistral": mistral, "xai": xai, "perplexity": perplexity, "cohere": cohere,
	"together": together, "fireworks": fireworks, "cerebras": cerebras, "zai": zai, "moonshot": moonshot,
	"snowflake": snowflake,
	"ollama":    ollama, "lmstudio": lmstudio, "llamacpp": llamacpp, "vllm": vllm, "mlx": mlx,
}

func always(names ...string) func(string, llm.Params) []string {
	return func(string, llm.Params) []string { return names }
}

func openai() Dialect {
	return Dialect{
		maxTokens: "max_completion_tokens", noThinkTags: true, remote: openaiRemote,
		system: func(model string) string {
			if gpt.Reasons(model) && !strings.HasPrefix(model, "o1-mini") && !strings.HasPrefix(model, "o1-preview") {
				return "developer"
			}
			return "system"
		},
		refuses: func(model string, p llm.Params) []string {
			if !gpt.Reasons(model) {
				return []string{topK, effort, verbosity}
			}
			if gpt.IsLight(model) && (p.Effort == "" || p.Effort == "none") {
				return []string{topK, frequencyPenalty, presencePenalty, stop}
			}
			return []string{topK, temperature, topP, frequencyPenalty, presencePenalty, stop, logprobs}
		},
	}
}

// openaiRemote: the search models search whether they are asked to or not.
func openaiRemote(b *builder, tool llm.RemoteTool) bool {
	if tool.Name != llm.RemoteWebSearch || !strings.Contains(b.Model, "-search") {
		return false
	}
	b.Fields["web_search_options"] = options(tool, nil)
	return true
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
		reason: objectReason, details: true, costs: true, videos: true,
		sounds: []string{"wav", "mp3", "aiff", "aac", "ogg", "flac", "m4a"},
		cache:  isClaude,
		remote: func(b *builder, tool llm.RemoteTool) bool {
			if tool.Name != llm.RemoteWebSearch {
				return false
			}
			b.Fields["plugins"] = []any{options(tool, map[string]any{"id": "web"})}
			return true
		},
		outputs: func(model string) []string {
			if strings.Contains(model, "-image") {
				return []string{"image", "text"}
			}
			return nil
		},
	}
}

func isClaude(model string) bool {
	return strings.Contains(model, "claude") || strings.HasPrefix(model, "anthropic/")
}

func vercel() Dialect {
	d := openrouter()
	d.costs, d.remote, d.videos, d.sounds = false, nil, false, nil
	return d
}

// litellm keeps Claude's thinking in a field of its own.
func litellm() Dialect { return Dialect{blocks: true, cache: isClaude, reason: passedReason} }

func huggingface() Dialect { return Dialect{lacks: []string{audioMedia, fileMedia}} }

// groqTools are the names of the tools: of compound systems, and of gpt-oss.
var groqTools = map[string][2]string{
	llm.RemoteWebSearch: {"web_search", "browser_search"}, llm.RemoteCode: {"code_interpreter", "code_interpreter"},
	llm.RemoteURLContext: {"visit_website", ""},
}

func groq() Dialect {
	return Dialect{
		maxTokens: "max_completion_tokens", lacks: []string{audioMedia, fileMedia},
		refuses: func(model string, _ llm.Params) []string {
			if strings.Contains(model, "compound") {
				return []string{topK, logprobs, verbosity, tools}
			}
			return []string{topK, logprobs, verbosity}
		},
		remote: func(b *builder, tool llm.RemoteTool) bool {
			names := groqTools[tool.Name]
			switch {
			case strings.Contains(b.Model, "compound") && names[0] != "":
				b.compound(names[0])
			case strings.Contains(b.Model, "gpt-oss") && names[1] != "":
				b.appendTool(options(tool, map[string]any{"type": names[1]}))
			default:
				return false
			}
			return true
		},
	}
}

// compound enables a tool of Groq's compound systems.
func (b *builder) compound(name string) {
	var enabled []string
	if custom, ok := b.Fields["compound_custom"].(map[string]any); ok {
		list, _ := custom["tools"].(map[string]any)
		enabled, _ = list["enabled_tools"].([]string)
	}
	b.Fields["compound_custom"] = map[string]any{"tools": map[string]any{"enabled_tools": append(enabled, name)}}
}

func deepseek() Dialect {
	return Dialect{
		replay: "reasoning_content", reason: thinkingReason, noUser: true, schema: plainJSON,
		lacks: []string{imageMedia, audioMedia, fileMedia},
		refuses: func(model string, p llm.Params) []string {
			refused := []string{topK, seed, parallel, serviceTier, verbosity}
			asked := p.Effort != "" || p.ReasoningTokens != nil
			if strings.Contains(model, "reasoner") || asked && !isOff(p) {
				refused = append(refused, temperature, topP, frequencyPenalty, presencePenalty, logprobs)
			}
			return refused
		},
	}
}

func mistral() Dialect {
	return Dialect{
		seed: "random_seed", required: "any", callID: 9, replay: "thinking", continues: "prefix", bridges: true,
		noUsageOption: true, noUser: true, refuses: always(topK, logprobs, serviceTier, verbosity),
		file: func(m *llm.Media) map[string]any {
			return map[string]any{"type": "document_url", "document_url": wire.Address(m), "document_name": m.Name}
		},
		audio: func(m *llm.Media) map[string]any {
			return map[string]any{"type": "input_audio", "input_audio": wire.Base64(m)}
		},
	}
}

// xai: reasoning models answer 400 to some parameters. Its own tools are those of
// the Responses protocol.
func xai() Dialect {
	return Dialect{
		lacks: []string{audioMedia, fileMedia},
		refuses: func(model string, _ llm.Params) []string {
			refused := []string{topK, serviceTier, verbosity}
			if !grok.TakesEffort(model) {
				refused = append(refused, effort)
			}
			if grok.Reasons(model) {
				refused = append(refused, stop, frequencyPenalty, presencePenalty, logprobs)
			}
			return refused
		},
	}
}

func perplexity() Dialect {
	return Dialect{
		noUsageOption: true, noUser: true, alternates: true, lacks: []string{audioMedia}, reason: someReason,
		refuses: always(tools, toolChoice, parallel, seed, stop, logprobs, serviceTier, verbosity),
		file: func(m *llm.Media) map[string]any {
			address := m.URL
			if len(m.Data) > 0 {
				address = wire.Base64(m)
			}
			item := map[string]any{"type": "file_url", "file_url": map[string]any{"url": address}}
			if m.Name != "" {
				item["file_name"] = m.Name
			}
			return item
		},
		// It searches for every answer.
		remote: func(b *builder, tool llm.RemoteTool) bool {
			if tool.Name != llm.RemoteWebSearch {
				return false
			}
			if set := options(tool, nil); len(set) > 0 {
				b.Fields["web_search_options"] = set
			}
			return true
		},
	}
}

func cohere() Dialect {
	return Dialect{
		noUser: true, reason: switchReason, lacks: []string{audioMedia, fileMedia},
		refuses: always(topK, parallel, logprobs, serviceTier, verbosity),
	}
}

func together() Dialect {
	return Dialect{
		noUser: true, reason: enabledReason, videos: true, lacks: []string{audioMedia, fileMedia}, countLogprobs: true,
		refuses: always(parallel, serviceTier, verbosity),
	}
}

func fireworks() Dialect {
	return Dialect{reason: countedReason, lacks: []string{audioMedia, fileMedia}, refuses: always(verbosity)}
}

func cerebras() Dialect {
	return Dialect{
		maxTokens: "max_completion_tokens", replay: "reasoning", refuses: always(topK, verbosity),
		lacks: []string{imageMedia, audioMedia, fileMedia},
	}
}

func zai() Dialect {
	return Dialect{
		replay: "reasoning_content", reason: disabledReason, videos: true, lacks: []string{audioMedia, fileMedia},
		refuses: always(topK, seed, logprobs, serviceTier, verbosity),
		remote: func(b *builder, tool llm.RemoteTool) bool {
			if tool.Name != llm.RemoteWebSearch {
				return false
			}
			search := options(tool, map[string]any{"enable": true, "search_result": true})
			b.appendTool(map[string]any{"type": "web_search", "web_search": search})
			return true
		},
	}
}

func moonshot() Dialect {
	return Dialect{
		replay: "reasoning_content", continues: "partial", videos: true, lacks: []string{audioMedia, fileMedia},
		refuses: always(topK, serviceTier, verbosity),
	}
}

func snowflake() Dialect {
	return Dialect{
		maxTokens: "max_completion_tokens", reason: objectReason, details: true, lacks: []string{audioMedia, fileMedia},
	}
}

// options are the settings of a tool, laid over what it needs.
func options(tool llm.RemoteTool, base map[string]any) map[string]any {
	if base == nil {
		base = map[string]any{}
	}
	var given map[string]any
	if json.Unmarshal(tool.Options, &given) == nil {
		maps.Copy(base, given)
	}
	return base
}

// appendTool offers a tool that is no function.
func (b *builder) appendTool(tool map[string]any) {
	list, _ := b.Fields["tools"].([]any)
	b.Fields["tools"] = append(list, tool)
}
