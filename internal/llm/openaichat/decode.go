package openaichat

import (
	"crypto/rand"
	"encoding/json"
	"slices"
	"strings"

	"parley/internal/llm"
	"parley/internal/llm/wire"
)

// block is the kind of content that the answer is writing at the moment.
type block uint8

const (
	noBlock block = iota
	textBlock
	reasoningBlock
	toolBlock
)

// decoder turns the chunks of one answer into events.
type decoder struct {
	*wire.Sink
	dialect Dialect
	model   string
	names   *wire.Names
	isWhole bool // the answer is a single JSON value

	scanner scanner
	chunks  int
	blocks  int // used so far
	current block
	open    int // number of the current block

	think wire.Thinking
	tools []*tool

	lastReasoning int // block of the last reasoning, -1 for none
	details       details
	thinking      details // of LiteLLM
	extra         json.RawMessage
	parts         []llm.Part // sources and sounds, for the end of the answer
	links         map[string]bool
	ran           map[string]bool // remote calls that were reported
	sound         sound
	held          int // bytes that wait for the end of the answer
	refused       bool
	tier          string

	usage    *llm.Usage
	reason   string
	finished bool
}

// tool is one call of the answer.
type tool struct {
	index   int
	id      string
	name    string
	block   int
	started bool
	wrote   bool
	held    strings.Builder // arguments that came before the name
	check   objectEnd
	extra   json.RawMessage
}

func newDecoder(dialect Dialect, request llm.Request, names *wire.Names, sink *wire.Sink) *decoder {
	d := &decoder{Sink: sink, dialect: dialect, model: request.Model, names: names, lastReasoning: -1}
	d.scanner.probs = request.Params.Logprobs != nil
	d.think.Off = dialect.noThinkTags
	return d
}

// chunk reads one data line.
func (d *decoder) chunk(data []byte, call *wire.Call) error {
	d.chunks++
	if d.scanner.scan(data) {
		d.quick(&d.scanner.out)
		return d.bound()
	}
	var c chunk
	if err := call.Decode(data, &c, essential...); err != nil {
		return err
	}
	if c.failed() {
		return call.Failed(0, data)
	}
	if err := d.slow(&c, call); err != nil {
		return err
	}
	return d.bound()
}

// maxHeld bounds the bytes that wait for the end of an answer: sounds, sources,
// reasoning to be sent back, arguments of calls without a name.
const maxHeld = 32 << 20

func (d *decoder) bound() error {
	if d.held > maxHeld {
		return &llm.Error{Kind: llm.ErrProtocol, Message: "the answer holds more than fits beside its text"}
	}
	return nil
}

func (d *decoder) quick(q *quick) {
	if q.detail.kind != "" {
		d.details.quick(&q.detail)
		d.held += len(q.detail.text)
		if q.reasoning == "" {
			q.reasoning = q.detail.text
		}
	}
	if q.reasoning != "" {
		d.reasoning(q.reasoning)
	}
	if q.content != "" {
		d.content(q.content)
	}
	if q.tool >= 0 {
		d.toolDelta(callDelta{Index: &q.tool}, q.arguments)
	}
}

func (d *decoder) slow(c *chunk, call *wire.Call) error {
	for i := range c.Choices {
		choice := &c.Choices[i]
		if choice.Index != 0 {
			continue
		}
		if !isNull(choice.Error) {
			return call.Failed(0, choice.Error)
		}
		// Perplexity sends both: in a stream the message is all text so far, in a
		// whole answer the delta is empty.
		piece := choice.Delta
		if piece == nil || d.isWhole && choice.Message != nil {
			piece = choice.Message
		}
		if piece != nil {
			if err := d.delta(piece, call); err != nil {
				return err
			}
		}
		d.logprobs(choice.Logprobs)
		if choice.FinishReason != "" || d.isWhole {
			d.finished, d.reason = true, choice.FinishReason
		}
	}
	d.sources(c)
	d.tier = or(c.ServiceTier, d.tier)
	d.count(c, call)
	return nil
}

// logprobs hands on the probabilities of the text that was just sent.
func (d *decoder) logprobs(raw json.RawMessage) {
	if !d.scanner.probs || isNull(raw) || d.current != textBlock {
		return
	}
	var parts struct {
		Content json.RawMessage `json:"content"`
	}
	switch {
	case json.Unmarshal(raw, &parts) != nil || len(parts.Content) == 0: // of a form of its own
	case isNull(parts.Content) || len(parts.Content) <= len("[]"):
		return
	default:
		raw = parts.Content
	}
	d.Emit(llm.Event{Kind: llm.EventLogprobs, Block: d.open, Raw: raw, Protocol: Protocol})
}

func (d *decoder) delta(m *delta, call *wire.Call) error {
	if text := reasoningText(m); text != "" {
		d.reasoning(text)
	}
	for _, raw := range m.ReasoningDetails {
		d.details.add(raw)
		d.held += len(raw)
	}
	for _, raw := range m.ThinkingBlocks {
		d.thinking.add(raw)
		d.held += len(raw)
	}
	if !isNull(m.ExtraContent) && len(m.ToolCalls) == 0 {
		d.extra = m.ExtraContent
	}
	if err := d.contentValue(m.Content, call); err != nil {
		return err
	}
	if m.Refusal != "" {
		d.refused = true
		d.text(m.Refusal)
	}
	for _, piece := range m.ToolCalls {
		d.toolDelta(piece, piece.Function.arguments())
	}
	if m.FunctionCall != nil && m.FunctionCall.Name+m.FunctionCall.arguments() != "" {
		first := 0
		d.toolDelta(callDelta{Index: &first, Function: *m.FunctionCall}, m.FunctionCall.arguments())
	}
	d.media(m)
	return nil
}

// reasoningText finds the readable reasoning of a delta.
func reasoningText(m *delta) string {
	for _, raw := range []json.RawMessage{m.ReasoningContent, m.Reasoning} {
		if text, ok := stringOf(raw); ok && text != "" {
			return text
		}
	}
	var joined strings.Builder
	for _, raw := range m.ReasoningDetails {
		var detail reasoningDetail
		if json.Unmarshal(raw, &detail) == nil {
			joined.WriteString(detail.Text)
			joined.WriteString(detail.Summary)
		}
	}
	return joined.String()
}

// contentValue reads a content that may be a string or a list.
func (d *decoder) contentValue(raw json.RawMessage, call *wire.Call) error {
	if text, ok := stringOf(raw); ok {
		d.content(text)
		return nil
	}
	if isNull(raw) {
		return nil
	}
	var items []contentChunk
	if err := call.Decode(raw, &items, "type", "text"); err != nil {
		return err
	}
	for _, item := range items {
		switch {
		case item.Type == "thinking":
			if text := thinkingText(item.Thinking); text != "" {
				d.reasoning(text)
			}
		case item.Type == "tool_reference":
			d.source(llm.Source{URL: item.URL, Title: item.Title, Quote: item.Description})
		case item.Image != nil:
			d.image(item.Image.URL)
		case item.Text != "":
			d.content(item.Text)
		}
	}
	return nil
}

func (d *decoder) content(text string) {
	if d.think.Off {
		d.text(text)
		return
	}
	reasoning, text := d.think.Split(text)
	if reasoning != "" {
		d.reasoning(reasoning)
	}
	if text != "" {
		d.text(text)
	}
}

func (d *decoder) text(text string) {
	if text == "" {
		return
	}
	if d.current != textBlock {
		d.openBlock(textBlock)
	}
	d.Emit(llm.Event{Kind: llm.EventText, Block: d.open, Text: text})
}

func (d *decoder) reasoning(text string) {
	if d.current != reasoningBlock {
		d.openBlock(reasoningBlock)
		d.lastReasoning = d.open
	}
	d.Emit(llm.Event{Kind: llm.EventReasoning, Block: d.open, Text: text})
}

func (d *decoder) openBlock(kind block) {
	d.current, d.open = kind, d.newBlock()
}

func (d *decoder) newBlock() int {
	d.blocks++
	return d.blocks - 1
}

// toolDelta adds a piece to the call it belongs to.
func (d *decoder) toolDelta(piece callDelta, arguments string) {
	t := d.find(piece)
	if t.id == "" {
		t.id = piece.ID
	}
	if t.name == "" {
		t.name = piece.Function.Name
	}
	if !isNull(piece.ExtraContent) {
		t.extra = piece.ExtraContent
	}
	t.check.write(arguments)
	if !t.started {
		if t.name == "" {
			t.held.WriteString(arguments)
			d.held += len(arguments)
			return
		}
		d.start(t)
		arguments = t.held.String() + arguments
	}
	if arguments != "" {
		t.wrote = true
		d.Emit(llm.Event{Kind: llm.EventToolDelta, Block: t.block, Text: arguments})
	}
}

// find decides which call a piece belongs to. Servers leave out the index, the
// id or both, repeat ids, and count every call as number 0.
func (d *decoder) find(piece callDelta) *tool {
	named := piece.Function.Name != ""
	for _, t := range slices.Backward(d.tools) {
		switch {
		case piece.Index != nil && t.index != *piece.Index:
			continue
		case piece.Index == nil && piece.ID != "" && t.id != piece.ID:
			continue
		}
		other := piece.ID != "" && t.id != "" && piece.ID != t.id
		again := named && piece.ID == "" && t.name != "" && (t.check.whole() || t.name != piece.Function.Name)
		if named && other || again {
			break
		}
		return t
	}
	t := &tool{index: -1}
	if piece.Index != nil {
		t.index = *piece.Index
	}
	d.tools = append(d.tools, t)
	return t
}

func (d *decoder) start(t *tool) {
	t.started = true
	d.openBlock(toolBlock)
	t.block = d.open
	for _, other := range d.tools {
		if t.id == "" || other != t && other.id == t.id {
			t.id = "call_" + rand.Text()
		}
	}
	event := llm.Event{Kind: llm.EventToolStart, Block: t.block, ID: t.id, Name: d.names.Given(t.name)}
	if t.extra != nil {
		event.Raw, _ = json.Marshal(kept{ExtraContent: t.extra})
	}
	d.Emit(event)
}

// count takes the usage of a chunk, wherever the dialect puts it.
func (d *decoder) count(c *chunk, call *wire.Call) {
	usage, ok := usageOf(call, c.Usage)
	if !ok && !isNull(c.XGroq) {
		var groq struct {
			Usage json.RawMessage `json:"usage"`
		}
		if json.Unmarshal(c.XGroq, &groq) == nil {
			usage, ok = usageOf(call, groq.Usage)
		}
	}
	if ok {
		usage.Tier = d.tier
		d.usage = &usage
		d.Emit(llm.Event{Kind: llm.EventUsage, Usage: &usage})
	}
}

// end closes what is open. done says that the stream named its own end.
func (d *decoder) end(done bool) error {
	if !done && !d.finished || d.chunks == 0 {
		return wire.Truncated()
	}
	reasoning, text := d.think.Flush()
	if reasoning != "" {
		d.reasoning(reasoning)
	}
	d.text(text)
	d.keepReasoning()
	for _, t := range d.tools {
		if !t.started {
			return &llm.Error{Kind: llm.ErrProtocol, Message: "the answer has a tool call without a name"}
		}
		if !t.wrote {
			d.Emit(llm.Event{Kind: llm.EventToolDelta, Block: t.block, Text: "{}"})
		}
		d.Emit(llm.Event{Kind: llm.EventToolEnd, Block: t.block})
	}
	d.endMedia()
	for i := range d.parts {
		d.Emit(llm.Event{Kind: llm.EventPart, Block: d.newBlock(), Part: &d.parts[i]})
	}
	d.Emit(llm.Event{Kind: llm.EventFinish, Reason: d.finishReason(), Usage: d.usage})
	return nil
}

// kept is the raw form of reasoning and of calls: what the provider wants back.
type kept struct {
	// Model is who wrote it; another vendor's model cannot read it.
	Model            string            `json:"model,omitempty"`
	Field            string            `json:"field,omitempty"`
	ReasoningDetails []json.RawMessage `json:"reasoning_details,omitempty"`
	ThinkingBlocks   []json.RawMessage `json:"thinking_blocks,omitempty"`
	ExtraContent     json.RawMessage   `json:"extra_content,omitempty"`
}

// keepReasoning closes the last reasoning block with what has to be sent back.
// It may be the only event of its block: reasoning that is only encrypted.
func (d *decoder) keepReasoning() {
	keep := kept{
		Model: d.model, ReasoningDetails: d.details.joined(), ThinkingBlocks: d.thinking.joined(), ExtraContent: d.extra,
	}
	if d.lastReasoning >= 0 {
		keep.Field = d.dialect.replay
	}
	if keep.Field == "" && len(keep.ReasoningDetails)+len(keep.ThinkingBlocks) == 0 && keep.ExtraContent == nil {
		return
	}
	if d.lastReasoning < 0 {
		d.openBlock(reasoningBlock)
		d.lastReasoning = d.open
	}
	raw, err := json.Marshal(keep)
	if err != nil {
		return
	}
	d.Emit(llm.Event{Kind: llm.EventReasoningEnd, Block: d.lastReasoning, Raw: raw, Protocol: Protocol})
}

func (d *decoder) finishReason() llm.FinishReason {
	switch d.reason {
	case "length", "max_tokens", "model_length", "model_context_window_exceeded":
		return llm.FinishLength
	case "content_filter", "safety", "sensitive":
		return llm.FinishFilter
	case "", "stop", "end_turn", "eos", "stop_sequence", "tool_calls", "function_call", "tool_use":
		switch {
		case len(d.tools) > 0:
			return llm.FinishTools
		case d.refused:
			return llm.FinishFilter
		default:
			return llm.FinishStop
		}
	default:
		return llm.FinishOther
	}
}
