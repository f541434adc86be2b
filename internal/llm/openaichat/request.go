package openaichat

import (
	"slices"

	"parley/internal/llm"
	"parley/internal/llm/gpt"
	"parley/internal/llm/wire"
)

// builder writes a request in a dialect.
type builder struct {
	wire.Body
	dialect      Dialect
	names        *wire.Names
	instructions string // added to the system prompt
	detail       string // how closely pictures are looked at
	shows        bool   // what is told of reasoning was settled with it
}

// body writes a request in this dialect and says what was left out.
func (d Dialect) body(request llm.Request, names *wire.Names) ([]byte, []string, error) {
	b := &builder{dialect: d, names: names, Body: wire.Body{
		Model: request.Model, Fields: map[string]any{"model": request.Model, "stream": true},
	}}
	if d.refuses != nil {
		b.Refused = d.refuses(request.Model, request.Params)
	}
	if !d.noUsageOption {
		b.Fields["stream_options"] = map[string]any{"include_usage": true}
	}
	if d.costs {
		b.Fields["usage"] = map[string]any{"include": true}
	}
	if request.User != "" && !d.noUser {
		b.Fields["user"] = request.User
	}
	if d.outputs != nil {
		if kinds := d.outputs(request.Model); kinds != nil {
			b.Fields["modalities"] = kinds
		}
	}
	b.params(request.Params)
	b.whole(request.Params)
	b.tools(request)
	b.remote(request.Remote)
	b.messages(request)
	text, err := b.JSON(request.Params)
	return text, b.Notices, err
}

func (b *builder) params(p llm.Params) {
	b.Set(temperature, p.Temperature, p.Temperature != nil)
	b.Set(topP, p.TopP, p.TopP != nil)
	b.Set(topK, p.TopK, p.TopK != nil)
	b.Set(frequencyPenalty, p.FrequencyPenalty, p.FrequencyPenalty != nil)
	b.Set(presencePenalty, p.PresencePenalty, p.PresencePenalty != nil)
	b.Set(stop, p.Stop, len(p.Stop) > 0)
	b.Rename(seed, or(b.dialect.seed, seed), p.Seed, p.Seed != nil)
	limit := or(b.dialect.maxTokens, "max_tokens")
	b.Set(limit, p.MaxTokens, p.MaxTokens != nil)
	if p.MaxTokens == nil && b.dialect.room > 0 {
		b.Fields[limit] = b.dialect.room
	}
	b.Set(serviceTier, p.ServiceTier, p.ServiceTier != "")
	b.Set(verbosity, p.Verbosity, p.Verbosity != "")
	b.logprobs(p)
	if len(p.Safety) > 0 {
		b.Notice("The provider of %s has no safety settings, so they were left out.", b.Model)
	}
	if b.dialect.reason != nil {
		b.dialect.reason(b, p)
	} else {
		effortReason(b, p)
	}
	b.detail = p.ImageDetail
	if b.lacks(imageMedia) {
		b.Lack(p, "image_detail")
	}
	if _, written := b.Fields["reasoning"]; !b.shows && (p.Summary != "none" || !written) {
		b.Lack(p, "reasoning_summary")
	}
	if b.dialect.cache == nil || !b.dialect.cache(b.Model) {
		b.Lack(p, "prompt_cache")
	}
	b.Lack(p, "reasoning_mode", "reasoning_context", "region")
	if p.Protocol == llm.ResponsesProtocol {
		b.Lack(p, "protocol")
	}
	switch {
	case len(p.Schema) == 0:
	case b.dialect.schema != nil:
		b.dialect.schema(b, p)
	default:
		b.Set(schema, map[string]any{"type": "json_schema", "json_schema": map[string]any{
			"name": "answer", "schema": p.Schema, "strict": gpt.IsStrict(p.Schema),
		}}, true)
	}
}

// whole asks for an answer in one piece.
func (b *builder) whole(p llm.Params) {
	if p.Whole != nil && *p.Whole {
		b.Fields["stream"] = false
		delete(b.Fields, "stream_options")
	}
}

// logprobs asks for the probabilities of tokens.
func (b *builder) logprobs(p llm.Params) {
	switch {
	case p.Logprobs == nil:
	case b.dialect.countLogprobs:
		b.Set(logprobs, max(1, *p.Logprobs), true)
	default:
		b.Set(logprobs, true, true)
		count := *p.Logprobs
		if most := b.dialect.mostLogprobs; most > 0 && count > most {
			b.Notice("The server of %s tells at most %d alternatives of a token, so no more were asked for.", b.Model, most)
			count = most
		}
		if b.Fields[logprobs] != nil && count > 0 {
			b.Fields["top_logprobs"] = count
		}
	}
}

// remote asks for the tools that the provider runs.
func (b *builder) remote(list []llm.RemoteTool) {
	for _, tool := range list {
		if b.dialect.remote == nil || !b.dialect.remote(b, tool) {
			b.Notice("The model %s has no tool %q of its own, so it was left out.", b.Model, tool.Name)
		}
	}
}

func or(name, fallback string) string {
	if name == "" {
		return fallback
	}
	return name
}

func (b *builder) tools(request llm.Request) {
	if len(request.Tools) == 0 {
		return
	}
	if slices.Contains(b.Refused, tools) {
		b.Refuse(tools)
		return
	}
	list := make([]any, 0, len(request.Tools))
	for _, tool := range request.Tools {
		parameters := tool.Parameters
		if len(parameters) == 0 {
			parameters = wire.EmptySchema
		}
		function := map[string]any{"name": b.names.Clean(tool.Name), "description": tool.Description, "parameters": parameters}
		if tool.Strict {
			function["strict"] = true
		}
		list = append(list, map[string]any{"type": "function", "function": function})
	}
	b.Fields["tools"] = list
	if b.dialect.toolsOrLogprobs && b.Fields[logprobs] != nil && b.Fields["stream"] == true {
		delete(b.Fields, logprobs)
		delete(b.Fields, "top_logprobs")
		b.Notice("The server of %s tells no probabilities while the model has tools, so they were not asked for.", b.Model)
	}
	b.Set(parallel, request.Params.ParallelTools, request.Params.ParallelTools != nil)
	switch choice := request.ToolChoice; choice {
	case "":
	case "auto", "none":
		b.Set(toolChoice, choice, true)
	case "required":
		b.Set(toolChoice, or(b.dialect.required, choice), true)
	default:
		b.Set(toolChoice, map[string]any{
			"type": "function", "function": map[string]any{"name": b.names.Clean(choice)},
		}, true)
	}
}
