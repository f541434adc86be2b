package openairesponses

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"parley/internal/llm"
	"parley/internal/llm/gpt"
	"parley/internal/llm/grok"
	"parley/internal/llm/wire"
)

// Dialects that differ from the common ground.
const (
	dialectOpenAI = "openai"
	dialectAzure  = "azure"
	dialectXAI    = "xai"
)

// Names of parameters in notices.
const (
	temperature = "temperature"
	topP        = "top_p"
	topK        = "top_k"
	effort      = "reasoning_effort"
	budget      = "reasoning tokens"
	logprobs    = "logprobs"
	verbosity   = "verbosity"
	serviceTier = "service_tier"
)

// builder writes a request.
type builder struct {
	wire.Body
	names   *wire.Names
	host    string
	dialect string
	// encrypted says that reasoning comes and goes in its encrypted form.
	encrypted bool
	include   []string
	// detail is how closely pictures are looked at.
	detail string
}

// body writes a request and says what was left out.
func (p *Provider) body(request llm.Request, names *wire.Names, summaries bool) ([]byte, []string, error) {
	b := &builder{names: names, host: p.host, dialect: p.config.Dialect, Body: wire.Body{
		Model: request.Model, Fields: map[string]any{"model": request.Model, "stream": true, "store": false},
	}}
	b.encrypted = b.own() && gpt.Reasons(request.Model) || b.dialect == dialectXAI
	b.Refused = b.refuses(request)
	if request.System != "" {
		b.Fields["instructions"] = request.System
	}
	b.user(request)
	b.params(request.Params, summaries)
	b.tools(request)
	b.Fields["input"] = b.input(request.Messages)
	if b.encrypted {
		b.include = append(b.include, "reasoning.encrypted_content")
	}
	if len(b.include) > 0 {
		b.Fields["include"] = b.include
	}
	text, err := b.JSON(request.Params)
	return text, b.Notices, err
}

// own reports whether the server is OpenAI's, with all that it has.
func (b *builder) own() bool { return b.dialect == dialectOpenAI || b.dialect == dialectAzure }

// refuses lists what the model does not take; most of it the protocol has no
// word for.
func (b *builder) refuses(request llm.Request) []string {
	list := []string{topK, "frequency_penalty", "presence_penalty", "seed", "stop", budget}
	switch {
	case b.dialect == dialectXAI:
		list = append(list, verbosity, serviceTier)
		if !grok.TakesEffort(request.Model) {
			list = append(list, effort)
		}
		if grok.Reasons(request.Model) {
			list = append(list, logprobs)
		}
	case !b.own():
	case !gpt.Reasons(request.Model):
		if b.dialect == dialectOpenAI { // a deployment's name says nothing of its model
			list = append(list, effort)
		}
	case !gpt.IsLight(request.Model) || request.Params.Effort != "" && request.Params.Effort != "none":
		list = append(list, temperature, topP, logprobs)
	}
	return list
}

func (b *builder) user(request llm.Request) {
	switch {
	case request.User == "":
	case b.dialect == dialectOpenAI:
		b.Fields["safety_identifier"] = request.User
		if request.Cache {
			b.Fields["prompt_cache_key"] = request.User
		}
	default:
		b.Fields["user"] = request.User
	}
}

func (b *builder) params(p llm.Params, summaries bool) {
	b.Set(temperature, p.Temperature, p.Temperature != nil)
	b.Set(topP, p.TopP, p.TopP != nil)
	b.Set(topK, p.TopK, p.TopK != nil)
	b.Set("frequency_penalty", p.FrequencyPenalty, p.FrequencyPenalty != nil)
	b.Set("presence_penalty", p.PresencePenalty, p.PresencePenalty != nil)
	b.Set("seed", p.Seed, p.Seed != nil)
	b.Set("stop", p.Stop, len(p.Stop) > 0)
	b.Set("max_output_tokens", p.MaxTokens, p.MaxTokens != nil)
	b.Set("parallel_tool_calls", p.ParallelTools, p.ParallelTools != nil)
	b.Set(serviceTier, p.ServiceTier, p.ServiceTier != "")
	b.Rename(logprobs, "top_logprobs", p.Logprobs, p.Logprobs != nil)
	if b.Fields["top_logprobs"] != nil {
		b.include = append(b.include, "message.output_text.logprobs")
	}
	if len(p.Safety) > 0 {
		b.Refuse("safety")
	}
	b.reasoning(p, summaries)
	b.detail = p.ImageDetail
	if p.Whole != nil && *p.Whole {
		b.Fields["stream"] = false
	}
	b.Lack(p, "prompt_cache", "region")
	if p.Protocol == llm.ChatProtocol {
		b.Lack(p, "protocol")
	}
	text := map[string]any{}
	switch {
	case p.Verbosity == "":
	case slices.Contains(b.Refused, verbosity):
		b.Refuse(verbosity)
	default:
		text[verbosity] = p.Verbosity
	}
	if len(p.Schema) > 0 {
		text["format"] = map[string]any{
			"type": "json_schema", "name": "answer", "schema": p.Schema, "strict": gpt.IsStrict(p.Schema),
		}
	}
	b.Set("text", text, len(text) > 0)
}

func (b *builder) reasoning(p llm.Params, summaries bool) {
	if p.ReasoningTokens != nil {
		if *p.ReasoningTokens == 0 && p.Effort == "" {
			p.Effort = "none"
		} else {
			b.Refuse(budget)
		}
	}
	reasoning := map[string]any{}
	b.Set(effort, p.Effort, p.Effort != "")
	if level, ok := b.Fields[effort]; ok {
		delete(b.Fields, effort)
		reasoning["effort"] = level
	}
	if b.own() && gpt.Reasons(b.Model) && p.Effort != "none" {
		if summaries && p.Summary != "none" {
			reasoning["summary"] = cmp.Or(p.Summary, "auto")
		}
		b.newest(p, reasoning)
	} else {
		b.Lack(p, "reasoning_summary", "reasoning_mode", "reasoning_context")
	}
	b.Set("reasoning", reasoning, len(reasoning) > 0)
}

// newest writes how the newest models reason, and what of their earlier reasoning
// they see.
func (b *builder) newest(p llm.Params, reasoning map[string]any) {
	if !gpt.HasModes(b.Model) {
		b.Lack(p, "reasoning_mode", "reasoning_context")
		return
	}
	if p.ReasoningMode != "" {
		reasoning["mode"] = p.ReasoningMode
	}
	if p.ReasoningContext != "" {
		reasoning["context"] = p.ReasoningContext
	}
}

// remoteTools are the protocol's names of tools that the provider runs, with
// what they need to be told and what has to be asked for to see what they did.
var remoteTools = map[string]struct{ name, defaults, include string }{
	llm.RemoteWebSearch:  {"web_search", `{}`, "web_search_call.action.sources"},
	llm.RemoteCode:       {"code_interpreter", `{"container":{"type":"auto"}}`, "code_interpreter_call.outputs"},
	llm.RemoteFileSearch: {"file_search", `{}`, "file_search_call.results"},
	"image_generation":   {"image_generation", `{}`, ""},
}

func (b *builder) tools(request llm.Request) {
	var list []any
	for _, tool := range request.Tools {
		parameters := tool.Parameters
		if len(parameters) == 0 {
			parameters = wire.EmptySchema
		}
		function := map[string]any{
			"type": "function", "name": b.names.Clean(tool.Name), "parameters": parameters, "strict": tool.Strict,
		}
		if tool.Description != "" {
			function["description"] = tool.Description
		}
		list = append(list, function)
	}
	for _, tool := range request.Remote {
		known, ok := remoteTools[tool.Name]
		fields := map[string]any{}
		if b.own() {
			_ = json.Unmarshal([]byte(known.defaults), &fields)
		}
		if len(tool.Options) > 0 && json.Unmarshal(tool.Options, &fields) != nil {
			ok = false
		}
		if !ok || tool.Name == llm.RemoteFileSearch && fields["vector_store_ids"] == nil {
			b.Refuse(tool.Name)
			continue
		}
		fields["type"] = known.name
		list = append(list, fields)
		if known.include != "" && b.own() {
			b.include = append(b.include, known.include)
		}
	}
	b.Set("tools", list, len(list) > 0)
	switch choice := request.ToolChoice; {
	case choice == "" || len(list) == 0:
	case choice == "auto" || choice == "none" || choice == "required":
		b.Fields["tool_choice"] = choice
	default:
		b.Fields["tool_choice"] = map[string]any{"type": "function", "name": b.names.Clean(choice)}
	}
}

// input writes the conversation.
func (b *builder) input(messages []llm.Message) []any {
	list := []any{}
	for _, message := range wire.Show(wire.History(messages, Protocol, b.callID), nil) {
		switch message.Role {
		case llm.RoleAssistant:
			list = append(list, b.assistant(message.Parts)...)
		case llm.RoleTool:
			list = append(list, b.results(message.Parts)...)
		default:
			list = append(list, map[string]any{"type": typeMessage, "role": "user", "content": b.contents(message.Parts)})
		}
	}
	return list
}

// callID leaves an id as it is where that is short enough: it means something
// to some servers.
func (b *builder) callID(id string) string {
	const most, elsewhere = 64, 128
	if len(id) <= most || !b.own() && len(id) <= elsewhere {
		return id
	}
	return wire.CleanID(id)
}

// assistant writes one step of the model's own.
func (b *builder) assistant(parts []llm.Part) []any {
	var list []any
	for _, part := range parts {
		if part.Raw != nil {
			if item, ok := b.kept(part); ok {
				list = append(list, item)
			}
			continue
		}
		switch {
		case part.Type == llm.PartText, part.Type == llm.PartSummary:
			list = append(list, map[string]any{"type": typeMessage, "role": "assistant", "content": []any{
				map[string]any{"type": "output_text", "text": part.Text},
			}})
		case part.Call != nil && !part.Call.Remote:
			list = append(list, map[string]any{
				"type": typeCall, "call_id": part.Call.ID, "name": b.names.Clean(part.Call.Name), "arguments": part.Call.Arguments,
			})
		}
	}
	return list
}

// kept returns the item of a part's raw form, unless another provider wrote it
// or the model does not read reasoning.
func (b *builder) kept(part llm.Part) (json.RawMessage, bool) {
	var keep kept
	if json.Unmarshal(part.Raw, &keep) != nil || keep.Host != b.host || len(keep.Item) == 0 {
		return nil, false
	}
	var i item
	if json.Unmarshal(keep.Item, &i) != nil || i.Type == typeReasoning && b.dialect == dialectOpenAI && !b.encrypted {
		return nil, false
	}
	return keep.Item, true
}

// results writes what tools returned.
func (b *builder) results(parts []llm.Part) []any {
	var list []any
	var last map[string]any
	for _, part := range parts {
		if part.Result != nil {
			last = map[string]any{"type": "function_call_output", "call_id": part.Result.CallID, "output": part.Result.Content}
			list = append(list, last)
			continue
		}
		if last == nil {
			continue
		}
		content := b.media(part.Media)
		if text, ok := last["output"].(string); ok {
			last["output"] = []any{textItem(text)}
		}
		items, _ := last["output"].([]any)
		last["output"] = append(items, content)
	}
	return list
}

func (b *builder) contents(parts []llm.Part) []any {
	list := []any{}
	for _, part := range parts {
		if part.Media == nil {
			list = append(list, textItem(part.Text))
		} else {
			list = append(list, b.media(part.Media))
		}
	}
	return list
}

func textItem(text string) map[string]any { return map[string]any{"type": "input_text", "text": text} }

// media writes an image or a document. What the protocol has no word for is
// named to the model, and told to the user.
func (b *builder) media(m *llm.Media) map[string]any {
	switch {
	case len(m.Data) == 0 && m.URL == "":
		return textItem(b.Missing(m))
	case strings.HasPrefix(m.MIME, "image/"):
		image := map[string]any{"type": "input_image", "image_url": wire.Address(m)}
		if b.detail != "" {
			image["detail"] = b.detail
		}
		return image
	case strings.HasPrefix(m.MIME, "audio/"), strings.HasPrefix(m.MIME, "video/"),
		b.dialect == dialectXAI && !strings.HasPrefix(m.MIME, "text/"):
		return textItem(b.LeaveOut(m))
	case strings.HasPrefix(m.MIME, "text/") && len(m.Data) > 0:
		text := fmt.Sprintf("File %q:\n\n%s", m.Name, strings.ToValidUTF8(string(m.Data), "\uFFFD"))
		return textItem(text)
	case len(m.Data) == 0:
		return map[string]any{"type": "input_file", "file_url": m.URL}
	default:
		return map[string]any{"type": "input_file", "filename": cmp.Or(m.Name, "file"), "file_data": wire.Address(m)}
	}
}
