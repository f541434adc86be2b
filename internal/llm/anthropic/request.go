package anthropic

import (
	"encoding/json"
	"regexp"
	"strconv"
	"strings"

	"parley/internal/llm"
	"parley/internal/llm/wire"
)

// traits are what a family of models can do.
type traits struct {
	output   int  // tokens it can write, for where no catalogue knows better
	adaptive bool // thinks as much as the effort says, without a budget
	hidden   bool // shows its thinking only when asked for a summary
	oneOf    bool // takes temperature or top_p, not both
	fixed    bool // takes no sampling parameters
	schema   bool // takes output_config.format
}

const (
	outputUnknown = 8192
	outputThird   = 4096
	outputFourth  = 32000
	minBudget     = 1024
)

// versionName matches "claude-opus-4-6-20260101" and the older
// "claude-3-5-sonnet"; a date is not a minor version.
var versionName = regexp.MustCompile(`claude-(?:([a-z]+)-)?(\d{1,2})(?:[-.](\d{1,2}))?(?:[^0-9]|$)`)

func traitsOf(model string) traits {
	match := versionName.FindStringSubmatch(strings.ToLower(model))
	if match == nil {
		return traits{output: outputUnknown}
	}
	major, _ := strconv.Atoi(match[2])
	minor, _ := strconv.Atoi(match[3])
	from := func(atMajor, atMinor int) bool { return major > atMajor || major == atMajor && minor >= atMinor }
	opus := match[1] == "opus"
	newest := from(5, 0) || opus && from(4, 7)
	t := traits{
		output: outputUnknown, adaptive: from(4, 6), hidden: newest, fixed: newest,
		oneOf: from(4, 1), schema: from(4, 5) || opus && from(4, 1),
	}
	switch {
	case from(4, 0):
		t.output = outputFourth
	case !from(3, 5):
		t.output = outputThird
	}
	return t
}

// builder writes one request.
type builder struct {
	wire.Body
	names        *wire.Names
	traits       traits
	thinking     bool
	budgeted     bool   // thinking with a budget, which has more rules
	instructions string // added to the system prompt
}

// writeBody writes a request and says what was left out.
func writeBody(request llm.Request, names *wire.Names, maxOutput int) ([]byte, []string, error) {
	b := &builder{names: names, traits: traitsOf(request.Model), Body: wire.Body{
		Model: request.Model, Fields: map[string]any{"model": request.Model, "stream": true},
		Refused: []string{"frequency_penalty", "presence_penalty", "seed"},
	}}
	p := request.Params
	limit := maxOutput
	if p.MaxTokens != nil {
		limit = *p.MaxTokens
	}
	limit = b.think(p, limit, p.MaxTokens != nil)
	b.Fields["max_tokens"] = limit
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
		markCache(tools, blocks, messages)
	}
	if len(blocks) > 0 {
		b.Fields["system"] = blocks
	}
	if len(tools) > 0 {
		b.Fields["tools"] = tools
	}
	b.Fields["messages"] = messages
	text, err := b.JSON(p)
	return text, b.Notices, err
}

// budgets are thinking budgets for models that know no effort.
var budgets = map[string]int{"minimal": minBudget, "low": 2048, "medium": 8192, "high": 16384, "xhigh": 24576, "max": 31999}

// think writes the reasoning parameters and returns the output limit, which
// has to hold the thinking too.
func (b *builder) think(p llm.Params, limit int, limited bool) int {
	budget, effort := 0, p.Effort
	if p.ReasoningTokens != nil {
		budget = *p.ReasoningTokens
		if budget == 0 {
			effort = "none"
		}
	}
	switch {
	case effort == "none":
		b.Fields["thinking"] = map[string]any{"type": "disabled"}
		return limit
	case effort == "" && budget == 0:
		return limit
	case b.traits.adaptive && (budget == 0 || b.traits.fixed):
		b.adaptive(effort)
		return limit
	case budget == 0:
		known, ok := budgets[effort]
		if !ok {
			b.Notice("The model %s does not know the reasoning level %q, so none was asked for.", b.Model, effort)
			return limit
		}
		budget = known
	}
	budget = max(budget, minBudget)
	if limit <= budget {
		if limited && limit <= minBudget {
			b.Notice("The limit of %d tokens leaves no room for reasoning, so none was asked for.", limit)
			return limit
		}
		if limited {
			budget = max(minBudget, limit/2)
		} else {
			limit = budget + outputThird
		}
	}
	b.thinking, b.budgeted = true, true
	b.Fields["thinking"] = map[string]any{"type": "enabled", "budget_tokens": budget}
	return limit
}

func (b *builder) adaptive(effort string) {
	b.thinking = true
	thinking := map[string]any{"type": "adaptive"}
	if b.traits.hidden {
		thinking["display"] = "summarized"
	}
	b.Fields["thinking"] = thinking
	if effort == "minimal" {
		effort = "low"
	}
	if effort != "" {
		b.output("effort", effort)
	}
}

// output sets a field of output_config.
func (b *builder) output(name string, value any) {
	config, ok := b.Fields["output_config"].(map[string]any)
	if !ok {
		config = map[string]any{}
		b.Fields["output_config"] = config
	}
	config[name] = value
}

func (b *builder) sampling(p llm.Params) {
	const lowestTopP = 0.95 // while thinking
	switch {
	case b.traits.fixed:
		b.Refused = append(b.Refused, "temperature", "top_p", "top_k")
	case b.thinking:
		if p.Temperature != nil && *p.Temperature != 1 {
			b.Refused = append(b.Refused, "temperature")
		}
		b.Refused = append(b.Refused, "top_k")
		if p.TopP != nil && *p.TopP < lowestTopP {
			b.Refused = append(b.Refused, "top_p")
		}
	case b.traits.oneOf && p.Temperature != nil:
		b.Refused = append(b.Refused, "top_p")
	}
	temperature := p.Temperature
	if temperature != nil && *temperature > 1 && !b.traits.fixed && !b.thinking {
		b.Notice("The model %s takes a temperature of at most 1, so 1 was sent.", b.Model)
		one := 1.0
		temperature = &one
	}
	b.Set("temperature", temperature, temperature != nil)
	b.Set("top_p", p.TopP, p.TopP != nil)
	b.Set("top_k", p.TopK, p.TopK != nil)
	b.Set("frequency_penalty", nil, p.FrequencyPenalty != nil)
	b.Set("presence_penalty", nil, p.PresencePenalty != nil)
	b.Set("seed", nil, p.Seed != nil)
	b.Set("stop_sequences", p.Stop, len(p.Stop) > 0)
}

func (b *builder) schema(p llm.Params) {
	switch {
	case len(p.Schema) == 0:
	case b.traits.schema:
		b.output("format", map[string]any{"type": "json_schema", "schema": p.Schema})
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
		return nil
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
	if b.budgeted && choice["type"] != "auto" && choice["type"] != "none" {
		b.Notice("A tool cannot be demanded from %s while it reasons, so the choice was left to the model.", b.Model)
		choice = map[string]any{"type": "auto"}
	}
	if single := request.Params.ParallelTools; single != nil && choice["type"] != "none" {
		choice["disable_parallel_tool_use"] = !*single
	}
	if len(choice) > 1 || request.ToolChoice != "" || choice["type"] != "auto" {
		b.Fields["tool_choice"] = choice
	}
	return list
}

// messages writes the conversation: roles alternate, results come first, and
// it begins with the user.
func (b *builder) messages(history []llm.Message) []map[string]any {
	var list []map[string]any
	for _, message := range wire.History(history, Protocol, wire.CleanID) {
		role, blocks := "user", b.user
		if message.Role == llm.RoleAssistant {
			role, blocks = "assistant", b.assistant
		}
		written := blocks(message.Parts)
		if len(written) == 0 {
			continue
		}
		if len(list) == 0 && role == "assistant" {
			list = append(list, map[string]any{"role": "user", "content": []map[string]any{textBlock("…")}})
		}
		if last := len(list) - 1; last >= 0 && list[last]["role"] == role {
			list[last]["content"] = append(blocksOf(list[last]), written...)
			continue
		}
		list = append(list, map[string]any{"role": role, "content": written})
	}
	trimEnd(list)
	return list
}

func blocksOf(message map[string]any) []map[string]any {
	blocks, _ := message["content"].([]map[string]any)
	return blocks
}

// trimEnd removes space at the end of an answer that the model is to continue,
// which the protocol refuses.
func trimEnd(list []map[string]any) {
	if len(list) == 0 || list[len(list)-1]["role"] != "assistant" {
		return
	}
	blocks := blocksOf(list[len(list)-1])
	if text, ok := blocks[len(blocks)-1]["text"].(string); ok {
		blocks[len(blocks)-1]["text"] = strings.TrimRight(text, " \t\r\n")
	}
}

func textBlock(text string) map[string]any { return map[string]any{"type": "text", "text": text} }

// assistant writes one step of the model's own.
func (b *builder) assistant(parts []llm.Part) []map[string]any {
	var blocks []map[string]any
	for _, part := range parts {
		switch {
		case part.Type == llm.PartSource:
			cite(blocks, part.Raw)
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
			block := b.media(part.Media)
			switch {
			case block == nil:
			case result != nil:
				content, _ := result["content"].([]map[string]any)
				result["content"] = append(content, block)
			default:
				blocks = append(blocks, block)
			}
		default:
			blocks = append(blocks, textBlock(part.Text))
		}
	}
	return blocks
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
// left out with a notice.
func (b *builder) media(m *llm.Media) map[string]any {
	switch {
	case len(m.Data) == 0 && m.URL == "":
		b.Notice("The file %q could not be sent to the model: its content is missing.", m.Name)
		return nil
	case m.MIME == "image/jpeg", m.MIME == "image/png", m.MIME == "image/gif", m.MIME == "image/webp":
		return map[string]any{"type": "image", "source": source(m)}
	case m.MIME == "application/pdf":
		return titled(map[string]any{"type": "document", "source": source(m)}, m.Name)
	case strings.HasPrefix(m.MIME, "text/") && len(m.Data) > 0:
		return titled(map[string]any{"type": "document", "source": map[string]any{
			"type": "text", "media_type": "text/plain", "data": strings.ToValidUTF8(string(m.Data), "\uFFFD"),
		}}, m.Name)
	default:
		b.Notice("The model %s does not take %s, so %q was left out.", b.Model, m.MIME, m.Name)
		return nil
	}
}

func titled(block map[string]any, name string) map[string]any {
	if name != "" {
		block["title"] = name
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
func markCache(tools, system, messages []map[string]any) {
	const turns = 2
	mark(tools)
	mark(system)
	for i, marked := len(messages)-1, 0; i >= 0 && marked < turns; i-- {
		if messages[i]["role"] == "user" {
			mark(blocksOf(messages[i]))
			marked++
		}
	}
}

func mark(blocks []map[string]any) {
	if len(blocks) > 0 {
		blocks[len(blocks)-1]["cache_control"] = map[string]any{"type": "ephemeral"}
	}
}
