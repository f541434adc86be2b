package anthropic

import (
	"encoding/json"
	"net/http"
	"strings"

	"parley/internal/llm"
	"parley/internal/llm/claude"
	"parley/internal/llm/wire"
)

// written is a request that is ready to be sent.
type written struct {
	body    []byte
	betas   []string // what has to be asked for by a header
	notices []string
	names   *wire.Names
}

// beta adds to a header what is not yet in the protocol for all. It keeps what
// an admin wrote there.
func (w written) beta(header http.Header) {
	const name = "Anthropic-Beta"
	if own := header.Get(name); own != "" && len(w.betas) > 0 {
		header.Set(name, own+","+strings.Join(w.betas, ","))
	} else if len(w.betas) > 0 {
		header.Set(name, strings.Join(w.betas, ","))
	}
}

// builder writes one request.
type builder struct {
	claude.Writer
	names        *wire.Names
	vertex       bool
	cites        bool // documents are cited
	runs         bool // code is run
	betas        []string
	instructions string // added to the system prompt
}

// vertexVersion is the version of the protocol on Vertex AI, which wants it in
// the body, and the model in the address.
const vertexVersion = "vertex-2023-10-16"

// write writes a request and says what was left out.
func write(request llm.Request, maxOutput int, vertex bool) (written, error) {
	b := &builder{
		names: wire.NewNames(request.Tools), vertex: vertex, cites: cites(request),
		Writer: claude.Writer{Traits: claude.TraitsOf(request.Model), Body: &wire.Body{
			Model: request.Model, Fields: map[string]any{"model": request.Model, "stream": true},
			Refused: []string{"frequency_penalty", "presence_penalty", "seed", "verbosity", "logprobs", "safety"},
		}},
	}
	if vertex {
		delete(b.Fields, "model")
		b.Fields["anthropic_version"] = vertexVersion
	}
	p := request.Params
	limit := maxOutput
	if p.MaxTokens != nil {
		limit = *p.MaxTokens
	}
	limit = b.Think(p, limit, p.MaxTokens != nil)
	b.Fields["max_tokens"] = limit
	if b.Unbind() {
		b.betas = append(b.betas, claude.Binding)
	}
	b.sampling(p)
	b.schema(p)
	if request.User != "" {
		b.Fields["metadata"] = map[string]any{"user_id": request.User}
	}
	tools := b.tools(request)
	messages := b.messages(request.Messages)
	system := strings.TrimSpace(request.System + "\n\n" + b.instructions)
	var blocks []map[string]any
	if system != "" {
		blocks = []map[string]any{{"type": "text", "text": system}}
	}
	if request.Cache {
		markCache(tools, blocks, messages, wire.Ephemeral(p.Keep))
	}
	if len(blocks) > 0 {
		b.Fields["system"] = blocks
	}
	if len(tools) > 0 {
		b.Fields["tools"] = tools
	}
	b.Fields["messages"] = messages
	text, err := b.JSON(p)
	return written{body: text, betas: b.betas, notices: b.Notices, names: b.names}, err
}

// cites reports whether the model is to say which passages of documents it rests
// on. It cannot do so in an answer that has a schema.
func cites(request llm.Request) bool {
	return len(request.Params.Schema) == 0 && claude.TraitsOf(request.Model).Cites
}

func (b *builder) sampling(p llm.Params) {
	refused, temperature := b.Sampling(p)
	b.Refused = append(b.Refused, refused...)
	b.Set("temperature", temperature, temperature != nil)
	b.Set("top_p", p.TopP, p.TopP != nil)
	b.Set("top_k", p.TopK, p.TopK != nil)
	b.Set("frequency_penalty", nil, p.FrequencyPenalty != nil)
	b.Set("presence_penalty", nil, p.PresencePenalty != nil)
	b.Set("seed", nil, p.Seed != nil)
	b.Set("verbosity", nil, p.Verbosity != "")
	b.Set("logprobs", nil, p.Logprobs != nil)
	b.Set("safety", nil, len(p.Safety) > 0)
	b.Set("stop_sequences", p.Stop, len(p.Stop) > 0)
	b.Set("service_tier", p.ServiceTier, p.ServiceTier != "")
	b.Lack(p, "reasoning_mode", "reasoning_context", "image_detail", "protocol", "region")
	if p.Whole != nil && *p.Whole {
		b.Fields["stream"] = false
	}
}

func (b *builder) schema(p llm.Params) {
	switch {
	case len(p.Schema) == 0:
	case b.Schema:
		b.OutputConfig("format", map[string]any{"type": "json_schema", "schema": p.Schema})
	default:
		b.instructions = "Answer with nothing but a JSON value that matches this JSON schema:\n" + string(p.Schema)
	}
}

func (b *builder) tools(request llm.Request) []map[string]any {
	list := make([]map[string]any, 0, len(request.Tools))
	for _, tool := range request.Tools {
		parameters := tool.Parameters
		if len(parameters) == 0 {
			parameters = wire.EmptySchema
		}
		list = append(list, map[string]any{
			"name": b.names.Clean(tool.Name), "description": tool.Description, "input_schema": parameters,
		})
	}
	if len(list) == 0 {
		return b.remote(request.Remote)
	}
	choice := map[string]any{}
	switch request.ToolChoice {
	case "", "auto":
		choice["type"] = "auto"
	case "none":
		choice["type"] = "none"
	case "required":
		choice["type"] = "any"
	default:
		choice["type"], choice["name"] = "tool", b.names.Clean(request.ToolChoice)
	}
	if (b.Budgeted || b.Free) && choice["type"] != "auto" && choice["type"] != "none" {
		b.Notice("A tool cannot be demanded from %s while it reasons, so the choice was left to the model.", b.Model)
		choice = map[string]any{"type": "auto"}
	}
	if single := request.Params.ParallelTools; single != nil && choice["type"] != "none" {
		choice["disable_parallel_tool_use"] = !*single
	}
	if len(choice) > 1 || request.ToolChoice != "" || choice["type"] != "auto" {
		b.Fields["tool_choice"] = choice
	}
	return append(list, b.remote(request.Remote)...)
}

// remoteTool is one of Anthropic's own tools, in the version that the most
// models have.
type remoteTool struct{ kind, name, beta string }

var remoteTools = map[string]remoteTool{
	llm.RemoteWebSearch:  {kind: "web_search_20250305", name: "web_search"},
	llm.RemoteURLContext: {kind: "web_fetch_20250910", name: "web_fetch", beta: "web-fetch-2025-09-10"},
	llm.RemoteCode:       {kind: "code_execution_20250825", name: "code_execution", beta: "code-execution-2025-08-25"},
}

// remote writes Anthropic's own tools; options may name another version.
func (b *builder) remote(tools []llm.RemoteTool) []map[string]any {
	var list []map[string]any
	for _, tool := range tools {
		known, ok := remoteTools[tool.Name]
		if !ok || b.vertex && tool.Name != llm.RemoteWebSearch || b.Offline && tool.Name == llm.RemoteURLContext {
			b.Notice("The model %s has no tool %q of its own, so it was left out.", b.Model, tool.Name)
			continue
		}
		written := map[string]any{"type": known.kind, "name": known.name}
		if known.beta != "" {
			b.betas = append(b.betas, known.beta)
		}
		if tool.Name == llm.RemoteURLContext {
			written["citations"] = map[string]any{"enabled": b.cites}
		}
		var options map[string]json.RawMessage
		if len(tool.Options) > 0 && json.Unmarshal(tool.Options, &options) != nil {
			b.Notice("The settings of the tool %q are not valid, so they were left out.", tool.Name)
		}
		for name, value := range options {
			written[name] = value
		}
		b.runs = b.runs || tool.Name == llm.RemoteCode
		list = append(list, written)
	}
	return list
}

// messages writes the conversation: roles alternate, results come first, and
// it begins with the user.
func (b *builder) messages(history []llm.Message) []map[string]any {
	return wire.Turns(wire.Show(wire.History(history, Protocol, wire.CleanID), nil), textBlock("…"), b.user, b.assistant)
}

func textBlock(text string) map[string]any { return map[string]any{"type": "text", "text": text} }

// assistant writes one step of the model's own.
func (b *builder) assistant(parts []llm.Part) []map[string]any {
	var blocks []map[string]any
	for _, part := range parts {
		switch {
		case part.Type == llm.PartSource:
			cite(blocks, part.Raw)
		case part.Type == llm.PartReasoning && b.enter(part.Raw):
		case part.Raw != nil && (part.Type == llm.PartReasoning || part.Type == llm.PartToolResult ||
			part.Type == llm.PartToolCall && part.Call.Remote):
			var raw map[string]any
			if json.Unmarshal(part.Raw, &raw) == nil {
				blocks = append(blocks, raw)
			}
		case part.Type == llm.PartToolCall:
			blocks = append(blocks, map[string]any{
				"type": "tool_use", "id": part.Call.ID, "name": b.names.Clean(part.Call.Name),
				"input": json.RawMessage(part.Call.Arguments),
			})
		case part.Type == llm.PartText || part.Type == llm.PartSummary:
			blocks = append(blocks, textBlock(part.Text))
		}
	}
	return blocks
}

// cite puts a citation back to the text before it.
func cite(blocks []map[string]any, raw json.RawMessage) {
	if len(blocks) == 0 {
		return
	}
	last := blocks[len(blocks)-1]
	if last["type"] != "text" {
		return
	}
	citations, _ := last["citations"].([]json.RawMessage)
	last["citations"] = append(citations, raw)
}

// user writes what the user said, or what tools returned. Media behind a
// result are part of it.
func (b *builder) user(parts []llm.Part) []map[string]any {
	var blocks []map[string]any
	var result map[string]any
	for _, part := range parts {
		switch {
		case part.Result != nil:
			result = toolResult(part.Result)
			blocks = append(blocks, result)
		case part.Media != nil:
			block := b.stored(part)
			if block == nil {
				block = b.media(part.Media)
			}
			if result == nil {
				blocks = append(blocks, block)
				continue
			}
			content, _ := result["content"].([]map[string]any)
			result["content"] = append(content, block)
		default:
			blocks = append(blocks, textBlock(part.Text))
		}
	}
	return blocks
}

// stored returns the block of a file that is in Anthropic's own store, such as a
// container_upload; nil for others.
func (b *builder) stored(part llm.Part) map[string]any {
	var block map[string]any
	if len(part.Raw) > 0 && json.Unmarshal(part.Raw, &block) != nil {
		return nil
	}
	return block
}

func toolResult(r *llm.ToolResult) map[string]any {
	block := map[string]any{"type": "tool_result", "tool_use_id": r.CallID}
	if r.Content != "" {
		block["content"] = []map[string]any{textBlock(r.Content)}
	}
	if r.IsError {
		block["is_error"] = true
	}
	return block
}

// media writes an image or a document; what the protocol has no word for is
// named to the model, and told to the user.
func (b *builder) media(m *llm.Media) map[string]any {
	switch {
	case len(m.Data) == 0 && m.URL == "":
		return textBlock(b.Missing(m))
	case m.MIME == "image/jpeg", m.MIME == "image/png", m.MIME == "image/gif", m.MIME == "image/webp":
		return map[string]any{"type": "image", "source": source(m)}
	case m.MIME == "application/pdf":
		return b.document(source(m), m.Name)
	case strings.HasPrefix(m.MIME, "text/") && len(m.Data) > 0:
		return b.document(map[string]any{
			"type": "text", "media_type": "text/plain", "data": strings.ToValidUTF8(string(m.Data), "\uFFFD"),
		}, m.Name)
	default:
		return textBlock(b.LeaveOut(m))
	}
}

func (b *builder) document(source map[string]any, name string) map[string]any {
	block := map[string]any{"type": "document", "source": source}
	if name != "" {
		block["title"] = name
	}
	if b.cites {
		block["citations"] = map[string]any{"enabled": true}
	}
	return block
}

func source(m *llm.Media) map[string]any {
	if len(m.Data) == 0 {
		return map[string]any{"type": "url", "url": m.URL}
	}
	return map[string]any{"type": "base64", "media_type": m.MIME, "data": wire.Base64(m)}
}

// markCache asks to keep the unchanging head of the request. Four marks are
// allowed: tools, system, and the last two turns of the user, so that the next
// request finds the mark before its own.
func markCache(tools, system, messages []map[string]any, kind map[string]any) {
	if kind == nil {
		return
	}
	const turns = 2
	mark(tools, kind)
	mark(system, kind)
	for i, marked := len(messages)-1, 0; i >= 0 && marked < turns; i-- {
		if messages[i]["role"] == "user" {
			mark(wire.Blocks(messages[i]), kind)
			marked++
		}
	}
}

func mark(blocks []map[string]any, kind map[string]any) {
	if len(blocks) > 0 {
		blocks[len(blocks)-1]["cache_control"] = kind
	}
}
