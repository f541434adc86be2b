package bedrock

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"

	"parley/internal/llm"
	"parley/internal/llm/claude"
	"parley/internal/llm/wire"
)

// outgoing is a request that is ready to be sent.
type outgoing struct {
	body    []byte
	notices []string
	// streams says that the answer is asked for piece by piece.
	streams bool
	lacks   lack // what was left out because of the model
}

// builder writes one request. The three bodies are the request itself, its
// inferenceConfig and its additionalModelRequestFields.
type builder struct {
	wire.Body
	inference    *wire.Body
	more         claude.Writer
	vendor       string
	model        string // without geography
	lacks        lack
	names        *wire.Names
	hasTools     bool   // a toolConfig is sent
	cites        bool   // documents are to be cited, which also lets Claude see their pages
	instructions string // added to the system prompt
	documents    map[string]bool
}

// write writes a request and says what was left out.
func (p *Provider) write(request llm.Request, names *wire.Names) (outgoing, error) {
	b := newBuilder(request, p.lacks(request.Model), names)
	b.params(request.Params)
	tools := b.tools(request)
	b.hasTools = len(tools) > 0
	b.cites = b.vendor == anthropic && b.more.Cites && len(request.Params.Schema) == 0 && citable(request.Messages)
	messages := b.messages(request.Messages)
	system := b.system(request.System, messages)
	if request.Cache && b.lacks&lackCache == 0 {
		tools, system = b.mark(tools, system, messages, request.Params.Keep)
	}
	if len(system) > 0 {
		b.Fields["system"] = system
	}
	if b.hasTools {
		b.toolConfig()["tools"] = tools
	}
	b.Fields["messages"] = messages
	streams := b.lacks&lackStream == 0 && (!b.hasTools || b.lacks&lackToolStream == 0)
	b.guard(p.config.Guardrail, streams)
	if user := cleanUser(request.User); user != "" {
		b.Fields["requestMetadata"] = map[string]any{"user": user}
	}
	b.join(request.Params)
	text, err := b.JSON(llm.Params{})
	return outgoing{body: text, notices: b.Notices, streams: streams, lacks: b.lacks}, err
}

func newBuilder(request llm.Request, lacks lack, names *wire.Names) *builder {
	body := func() *wire.Body { return &wire.Body{Model: request.Model, Fields: map[string]any{}} }
	b := &builder{
		Body: *body(), inference: body(), more: claude.Writer{Body: body(), Traits: claude.TraitsOf(request.Model)},
		vendor: vendorOf(request.Model), model: plain(request.Model), lacks: lacks, names: names, documents: map[string]bool{},
	}
	b.more.Refused = []string{"frequency_penalty", "presence_penalty", "seed", "top_k"}
	switch b.vendor {
	case cohere:
		b.more.Refused = nil
	case ai21:
		b.more.Refused = []string{"seed", "top_k"}
	case anthropic, amazon, mistral:
		b.more.Refused = b.more.Refused[:3]
	}
	if strings.HasPrefix(b.model, "amazon.titan") {
		b.more.Refused = append(b.more.Refused, "top_k")
	}
	for _, known := range []struct {
		lacks lack
		name  string
	}{{lackStop, "stop"}, {lackTopP, "top_p"}, {lackTemperature, "temperature"}} {
		if lacks&known.lacks != 0 {
			b.inference.Refused = append(b.inference.Refused, known.name)
		}
	}
	return b
}

func (b *builder) params(p llm.Params) {
	temperature := p.Temperature
	b.reason(p)
	if b.vendor == anthropic {
		var refused []string
		refused, temperature = b.more.Sampling(p)
		b.more.Refused = append(b.more.Refused, refused...)
		b.inference.Refused = append(b.inference.Refused, refused...)
	}
	b.inference.Set("temperature", temperature, temperature != nil)
	b.inference.Rename("top_p", "topP", p.TopP, p.TopP != nil)
	b.inference.Rename("max_tokens", "maxTokens", p.MaxTokens, p.MaxTokens != nil)
	b.inference.Rename("stop", "stopSequences", p.Stop, len(p.Stop) > 0)
	switch {
	case p.TopK == nil:
	case b.vendor == amazon && !slices.Contains(b.more.Refused, "top_k"):
		b.more.Fields["inferenceConfig"] = map[string]any{"topK": *p.TopK}
	case b.vendor == cohere:
		b.more.Rename("top_k", "k", p.TopK, true)
	default:
		b.more.Set("top_k", p.TopK, true)
	}
	b.more.Set("frequency_penalty", p.FrequencyPenalty, p.FrequencyPenalty != nil)
	b.more.Set("presence_penalty", p.PresencePenalty, p.PresencePenalty != nil)
	b.more.Set("seed", p.Seed, p.Seed != nil)
	if p.ServiceTier != "" {
		b.Fields["serviceTier"] = map[string]any{"type": p.ServiceTier}
	}
	if p.Verbosity != "" {
		b.Refuse("verbosity")
	}
	if p.Logprobs != nil {
		b.Refuse("logprobs")
	}
	if b.vendor != anthropic {
		b.Lack(p, "reasoning_summary")
	}
	if b.lacks&lackCache != 0 || b.vendor == amazon && p.Keep == "1h" {
		b.Lack(p, "prompt_cache")
		p.Keep = ""
	}
	b.Lack(p, "reasoning_mode", "reasoning_context", "image_detail", "disable_streaming", "protocol")
	if len(p.Safety) > 0 {
		b.Notice("Amazon Bedrock filters by its guardrails, so the safety settings were left out.")
	}
	b.schema(p)
}

// reason writes the reasoning parameters in the words of the model's vendor.
func (b *builder) reason(p llm.Params) {
	if b.vendor == anthropic {
		limit := b.more.Output
		if p.MaxTokens != nil {
			limit = *p.MaxTokens
		}
		b.more.Think(p, limit, p.MaxTokens != nil)
		return
	}
	effort := p.Effort
	if p.ReasoningTokens != nil && *p.ReasoningTokens == 0 {
		effort = "none"
	}
	switch {
	case strings.HasPrefix(b.model, "amazon.nova-2") && effort == "none":
		b.more.Fields["reasoningConfig"] = map[string]any{"type": "disabled"}
	case strings.HasPrefix(b.model, "amazon.nova-2") && effort != "":
		b.more.Fields["reasoningConfig"] = map[string]any{"type": "enabled", "maxReasoningEffort": effort}
		if effort == "high" {
			// At this level the model refuses them.
			b.inference.Refused = append(b.inference.Refused, "temperature", "top_p", "max_tokens")
			b.more.Refused = append(b.more.Refused, "top_k")
		}
	case b.vendor == openai && effort != "none" && effort != "":
		b.more.Fields["reasoning_effort"] = effort
	case effort != "":
		b.Refuse("reasoning_effort")
	}
	if p.ReasoningTokens != nil && *p.ReasoningTokens > 0 {
		b.Refuse("reasoning tokens")
	}
}

func (b *builder) schema(p llm.Params) {
	switch {
	case len(p.Schema) == 0:
	case b.lacks&lackSchema == 0 && (b.vendor != anthropic || b.more.Schema):
		b.Fields["outputConfig"] = map[string]any{"textFormat": map[string]any{
			"type":      "json_schema",
			"structure": map[string]any{"jsonSchema": map[string]any{"name": "answer", "schema": string(p.Schema)}},
		}}
	default:
		b.instructions = "Answer with nothing but a JSON value that matches this JSON schema:\n" + string(p.Schema)
	}
}

func (b *builder) toolConfig() map[string]any {
	config, ok := b.Fields["toolConfig"].(map[string]any)
	if !ok {
		config = map[string]any{}
		b.Fields["toolConfig"] = config
	}
	return config
}

// remoteTools are the tools that Amazon runs for its own models.
var remoteTools = map[string]string{llm.RemoteWebSearch: "nova_grounding", llm.RemoteCode: "nova_code_interpreter"}

func (b *builder) tools(request llm.Request) []map[string]any {
	var list []map[string]any
	switch {
	case len(request.Tools) == 0 || request.ToolChoice == "none":
	case b.lacks&lackTools != 0:
		b.Refuse("tools")
	default:
		list = b.functions(request.Tools)
		b.choice(request)
	}
	for _, remote := range request.Remote {
		name, ok := remoteTools[remote.Name]
		if !ok || !strings.HasPrefix(b.model, "amazon.nova") {
			b.Notice("The model %s has no tool %q of its own, so it was left out.", b.Model, remote.Name)
			continue
		}
		list = append(list, map[string]any{"systemTool": map[string]any{"name": name}})
	}
	return list
}

func (b *builder) functions(tools []llm.Tool) []map[string]any {
	list := make([]map[string]any, 0, len(tools))
	for _, tool := range tools {
		parameters := tool.Parameters
		if len(parameters) == 0 {
			parameters = wire.EmptySchema
		}
		spec := map[string]any{"name": b.names.Clean(tool.Name), "inputSchema": map[string]any{"json": parameters}}
		if tool.Description != "" {
			spec["description"] = tool.Description
		}
		list = append(list, map[string]any{"toolSpec": spec})
	}
	return list
}

// choice writes which tools may or have to be called.
func (b *builder) choice(request llm.Request) {
	choice := map[string]any{}
	switch request.ToolChoice {
	case "", "auto":
	case "required":
		choice["any"] = map[string]any{}
	default:
		choice["tool"] = map[string]any{"name": b.names.Clean(request.ToolChoice)}
	}
	switch {
	case len(choice) == 0:
	case b.lacks&lackChoice != 0:
		b.Refuse("tool_choice")
		choice = nil
	case b.more.Budgeted || b.more.Free:
		b.Notice("A tool cannot be demanded from %s while it reasons, so the choice was left to the model.", b.Model)
		choice = nil
	default:
		b.toolConfig()["toolChoice"] = choice
	}
	single := request.Params.ParallelTools
	switch {
	case single == nil || *single:
	case b.vendor == anthropic && len(choice) == 0:
		b.more.Fields["tool_choice"] = map[string]any{"type": "auto", "disable_parallel_tool_use": true}
	default:
		b.Refuse("parallel_tool_calls")
	}
}

// system returns the instructions as blocks. A model that takes none finds them
// before the first message.
func (b *builder) system(text string, messages []map[string]any) []map[string]any {
	text = strings.TrimSpace(text + "\n\n" + b.instructions)
	if text == "" {
		return nil
	}
	if b.lacks&lackSystem == 0 {
		return []map[string]any{textBlock(text)}
	}
	if len(messages) > 0 {
		messages[0]["content"] = append([]map[string]any{textBlock(text)}, wire.Blocks(messages[0])...)
	}
	return nil
}

func (b *builder) guard(g *Guardrail, streams bool) {
	if g == nil {
		return
	}
	config := map[string]any{"guardrailIdentifier": g.ID, "guardrailVersion": g.Version}
	if g.Trace != "" {
		config["trace"] = g.Trace
	}
	if g.Mode != "" && streams {
		config["streamProcessingMode"] = g.Mode
	}
	b.Fields["guardrailConfig"] = config
}

var userCharacters = regexp.MustCompile(`[^a-zA-Z0-9\s:_@$#=/+,.-]`)

// cleanUser writes an identifier as the metadata of a request takes it.
func cleanUser(user string) string {
	const most = 256
	user = userCharacters.ReplaceAllString(user, "_")
	return user[:min(len(user), most)]
}

// mark asks to keep the unchanging head of the request. Four marks are allowed:
// tools, system, and the last two messages of the user, so that the next request
// finds the mark before its own.
func (b *builder) mark(tools, system, messages []map[string]any, keep string) (markedTools, markedSystem []map[string]any) {
	if keep == "off" {
		return tools, system
	}
	kind := map[string]any{"type": "default"}
	if keep != "" {
		kind["ttl"] = keep
	}
	point := map[string]any{"cachePoint": kind}
	const turns = 2
	isNova := b.vendor == amazon
	if len(tools) > 0 && !isNova {
		tools = append(tools, point)
	}
	if len(system) > 0 {
		system = append(system, point)
	}
	for i, marked := len(messages)-1, 0; i >= 0 && marked < turns; i-- {
		blocks := wire.Blocks(messages[i])
		if messages[i]["role"] != "user" || len(blocks) == 0 {
			continue
		}
		// Nova keeps messages that end in text only.
		if _, isText := blocks[len(blocks)-1]["text"]; isText || !isNova {
			messages[i]["content"] = append(blocks, point)
			marked++
		}
	}
	return tools, system
}

// onWire are the names of parameters in inferenceConfig.
var onWire = map[string]string{"top_p": "topP", "max_tokens": "maxTokens", "stop": "stopSequences"}

// join puts the request together: what an admin added is merged into it, object
// by object, and what they dropped goes out wherever it stands.
func (b *builder) join(p llm.Params) {
	for _, part := range []*wire.Body{b.inference, b.more.Body} {
		for _, notice := range part.Notices {
			b.Notice("%s", notice)
		}
		for _, name := range p.Drop {
			delete(part.Fields, name)
			delete(part.Fields, onWire[name])
		}
	}
	if len(b.inference.Fields) > 0 {
		b.Fields["inferenceConfig"] = b.inference.Fields
	}
	if len(b.more.Fields) > 0 {
		b.Fields["additionalModelRequestFields"] = b.more.Fields
	}
	for name, value := range p.Extra {
		b.Fields[name] = merged(b.Fields[name], value)
	}
	for _, name := range p.Drop {
		delete(b.Fields, name)
	}
}

// merged returns value, laid over what is there if both are objects.
func merged(there any, value json.RawMessage) any {
	under, ok := there.(map[string]any)
	var over map[string]json.RawMessage
	if !ok || json.Unmarshal(value, &over) != nil || over == nil {
		return value
	}
	for name, field := range over {
		under[name] = merged(under[name], field)
	}
	return under
}
