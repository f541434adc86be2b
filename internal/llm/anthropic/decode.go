package anthropic

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"strconv"
	"strings"

	"parley/internal/llm"
	"parley/internal/llm/wire"
)

// message is an event of the stream, or a whole answer; which fields are set
// depends on its type.
type message struct {
	Type    string          `json:"type"`
	Index   int             `json:"index"`
	Message *message        `json:"message"`
	Block   json.RawMessage `json:"content_block"`
	Delta   struct {
		Type       string          `json:"type"`
		Text       string          `json:"text"`
		Thinking   string          `json:"thinking"`
		Input      string          `json:"partial_json"`
		Signature  string          `json:"signature"`
		Citation   json.RawMessage `json:"citation"`
		StopReason string          `json:"stop_reason"`
		Container  json.RawMessage `json:"container"`
		Details    *details        `json:"stop_details"`
	} `json:"delta"`
	Usage      json.RawMessage   `json:"usage"`
	Content    []json.RawMessage `json:"content"`
	StopReason string            `json:"stop_reason"`
	Container  json.RawMessage   `json:"container"`
	Details    *details          `json:"stop_details"`
	Error      json.RawMessage   `json:"error"`
}

// essential are the fields that hold the answer itself.
var essential = []string{"type", "index", "delta", "text", "thinking", "partial_json", "content"}

// details say why an answer was refused.
type details struct {
	Category    string `json:"category"`
	Explanation string `json:"explanation"`
}

// usage counts tokens; input_tokens are those neither read from nor written to
// the cache. Fields that are missing leave the last value.
type usage struct {
	Input      *int64 `json:"input_tokens"`
	Output     *int64 `json:"output_tokens"`
	CacheWrite *int64 `json:"cache_creation_input_tokens"`
	CacheRead  *int64 `json:"cache_read_input_tokens"`
	Tier       string `json:"service_tier"`
	Details    *struct {
		Thinking int64 `json:"thinking_tokens"`
	} `json:"output_tokens_details"`
}

// content is one content block.
type content struct {
	Type      string            `json:"type"`
	Text      string            `json:"text"`
	Thinking  string            `json:"thinking"`
	Signature string            `json:"signature"`
	ID        string            `json:"id"`
	Name      string            `json:"name"`
	Input     json.RawMessage   `json:"input"`
	ToolUseID string            `json:"tool_use_id"`
	IsError   bool              `json:"is_error"`
	Content   json.RawMessage   `json:"content"`
	Citations []json.RawMessage `json:"citations"`
	To        struct {
		Model string `json:"model"`
	} `json:"to"`
}

// block is a content block that is being received.
type block struct {
	index  int
	number int // in our events, -1 until the first
	content
	raw     json.RawMessage // as it began
	written strings.Builder // input of a call, or thinking
	sources []llm.Part
}

// decoder turns the events of one answer into ours.
type decoder struct {
	*wire.Sink
	call  *wire.Call
	names *wire.Names
	ended bool

	scanner scanner
	open    []*block
	blocks  int
	remote  map[string]string // call id -> name, of calls the provider runs
	calls   bool

	counts llm.Usage
	usage  *llm.Usage
	plain  int64 // input beside the cache
	reason string
}

// event reads one data line.
func (d *decoder) event(data []byte) error {
	if d.scanner.scan(data) {
		return d.quick(&d.scanner.out)
	}
	var m message
	if err := d.call.Decode(data, &m, essential...); err != nil {
		return err
	}
	switch m.Type {
	case "error":
		return d.call.Failed(0, data)
	case "message_start":
		d.closeAll()
		if m.Message != nil {
			d.count(m.Message.Usage, true)
		}
	case startEvent:
		return d.start(m.Index, m.Block)
	case deltaEvent:
		if b := d.find(m.Index); b != nil {
			d.slowDelta(b, &m)
		}
	case stopEvent:
		if b := d.find(m.Index); b != nil {
			d.stop(b)
		}
	case "message_delta":
		if m.Delta.StopReason != "" {
			d.reason = m.Delta.StopReason
		}
		d.keep(m.Delta.Container)
		d.explain(m.Delta.Details)
		d.count(m.Usage, false)
	case endEvent:
		return d.end()
	default:
		// ping, and whatever the protocol adds: it says to pass over them.
	}
	return nil
}

// quick takes a common event.
func (d *decoder) quick(q *quick) error {
	switch q.event {
	case startEvent:
		return d.start(q.index, bytes.Clone(q.block))
	case deltaEvent:
		if b := d.find(q.index); b != nil {
			d.delta(b, q.kind, q.text)
		}
	case stopEvent:
		if b := d.find(q.index); b != nil {
			d.stop(b)
		}
	case endEvent:
		return d.end()
	}
	return nil
}

// whole turns an answer that is not streamed into events.
func (d *decoder) whole(answer *wire.Answer) error {
	text, err := answer.All()
	if err != nil {
		return err
	}
	var m message
	if err := d.call.Decode(text, &m, essential...); err != nil {
		return err
	}
	if m.Type == "error" || len(m.Error) > 0 && string(m.Error) != "null" {
		return d.call.Failed(0, text)
	}
	d.count(m.Usage, false)
	for i, raw := range m.Content {
		if err := d.start(i, raw); err != nil {
			return err
		}
		d.closeAll()
	}
	if m.StopReason == "" {
		return d.call.Garbled(text, nil)
	}
	d.reason = m.StopReason
	d.keep(m.Container)
	d.explain(m.Details)
	return d.end()
}

func (d *decoder) find(index int) *block {
	for _, b := range d.open {
		if b.index == index {
			return b
		}
	}
	return nil
}

func (d *decoder) newBlock() int {
	d.blocks++
	return d.blocks - 1
}

// number gives a block its place at its first event.
func (d *decoder) number(b *block) int {
	if b.number < 0 {
		b.number = d.newBlock()
	}
	return b.number
}

func (d *decoder) start(index int, raw json.RawMessage) error {
	if stale := d.find(index); stale != nil {
		d.stop(stale)
	}
	b := &block{index: index, number: -1, raw: raw}
	if err := d.call.Decode(raw, &b.content, essential...); err != nil {
		return err
	}
	d.open = append(d.open, b)
	switch b.Type {
	case "text":
		d.delta(b, textDelta, b.Text)
		for _, citation := range b.Citations {
			d.cite(b, citation)
		}
	case "thinking":
		d.delta(b, thinkingDelta, b.Thinking)
	case "tool_use":
		if b.Name == "" {
			return d.call.Garbled(raw, nil)
		}
		if b.ID == "" {
			b.ID = "toolu_" + rand.Text()
		}
		d.calls = true
		d.Emit(llm.Event{Kind: llm.EventToolStart, Block: d.number(b), ID: b.ID, Name: d.names.Given(b.Name)})
	case "server_tool_use", "mcp_tool_use":
		if d.remote == nil {
			d.remote = map[string]string{}
		}
		d.remote[b.ID] = b.Name
	case "fallback":
		d.Emit(llm.Event{Kind: llm.EventNotice, Text: "The provider answered with the model " + b.To.Model + " instead."})
	}
	return nil
}

// delta adds text to a block.
func (d *decoder) delta(b *block, kind, text string) {
	if text == "" {
		return
	}
	switch kind {
	case textDelta:
		d.Emit(llm.Event{Kind: llm.EventText, Block: d.number(b), Text: text})
	case thinkingDelta:
		b.written.WriteString(text)
		d.Emit(llm.Event{Kind: llm.EventReasoning, Block: d.number(b), Text: text})
	case inputDelta:
		b.written.WriteString(text)
		if b.Type == "tool_use" {
			d.Emit(llm.Event{Kind: llm.EventToolDelta, Block: d.number(b), Text: text})
		}
	}
}

func (d *decoder) slowDelta(b *block, m *message) {
	switch m.Delta.Type {
	case "signature_delta":
		b.Signature = m.Delta.Signature
	case "citations_delta":
		d.cite(b, m.Delta.Citation)
	case textDelta:
		d.delta(b, textDelta, m.Delta.Text)
	case thinkingDelta:
		d.delta(b, thinkingDelta, m.Delta.Thinking)
	case inputDelta:
		d.delta(b, inputDelta, m.Delta.Input)
	}
}

func (d *decoder) closeAll() {
	for len(d.open) > 0 {
		d.stop(d.open[0])
	}
}

// stop closes a block and keeps what has to be sent back.
func (d *decoder) stop(b *block) {
	for i, open := range d.open {
		if open == b {
			d.open = append(d.open[:i], d.open[i+1:]...)
			break
		}
	}
	switch {
	case b.Type == "thinking":
		if raw := d.raw(b, map[string]any{
			"type": "thinking", "thinking": b.written.String(), "signature": b.Signature,
		}); b.Signature != "" {
			d.Emit(llm.Event{Kind: llm.EventReasoningEnd, Block: d.number(b), Raw: raw, Protocol: Protocol})
		}
	case b.Type == "redacted_thinking":
		d.Emit(llm.Event{Kind: llm.EventReasoningEnd, Block: d.number(b), Raw: b.raw, Protocol: Protocol})
	case b.Type == "tool_use":
		if b.written.Len() == 0 {
			d.delta(b, inputDelta, d.input(b))
		}
		d.Emit(llm.Event{Kind: llm.EventToolEnd, Block: d.number(b)})
	case d.remote[b.ID] != "" && b.ID != "":
		d.remoteCall(b)
	case b.ToolUseID != "":
		d.remoteResult(b)
	}
	for i := range b.sources {
		d.Emit(llm.Event{Kind: llm.EventPart, Block: d.newBlock(), Part: &b.sources[i]})
	}
}

// input is the input of a call as JSON text, {} if there is none.
func (d *decoder) input(b *block) string {
	if b.written.Len() > 0 {
		return b.written.String()
	}
	if text := string(b.Input); text != "" && text != "null" {
		return text
	}
	return "{}"
}

func (d *decoder) raw(b *block, fields map[string]any) json.RawMessage {
	raw, err := wire.Encode(fields)
	if err != nil {
		return b.raw
	}
	return raw
}

// remoteCall reports a call that the provider runs itself.
func (d *decoder) remoteCall(b *block) {
	input := d.input(b)
	var fields map[string]any
	raw := b.raw
	if json.Unmarshal(b.raw, &fields) == nil && json.Valid([]byte(input)) {
		fields["input"] = json.RawMessage(input)
		raw = d.raw(b, fields)
	}
	d.Emit(llm.Event{Kind: llm.EventPart, Block: d.number(b), Part: &llm.Part{
		Type: llm.PartToolCall, Protocol: Protocol, Raw: raw,
		Call: &llm.ToolCall{ID: b.ID, Name: b.Name, Arguments: input, Status: llm.CallDone, Remote: true},
	}})
}

// remoteResult reports the result of such a call.
func (d *decoder) remoteResult(b *block) {
	text, failed := readResult(b.Content)
	d.Emit(llm.Event{Kind: llm.EventPart, Block: d.number(b), Part: &llm.Part{
		Type: llm.PartToolResult, Protocol: Protocol, Raw: b.raw,
		Result: &llm.ToolResult{
			CallID: b.ToolUseID, Name: d.remote[b.ToolUseID], Content: text, IsError: failed || b.IsError,
		},
	}})
}

// keep reports where code was run, so that the next request can go on there.
func (d *decoder) keep(raw json.RawMessage) {
	var c container
	if json.Unmarshal(raw, &c) != nil || c.ID == "" {
		return
	}
	c.Type = containerType
	kept, err := wire.Encode(c)
	if err != nil {
		return // strings can always be encoded
	}
	d.Emit(llm.Event{Kind: llm.EventReasoningEnd, Block: d.newBlock(), Raw: kept, Protocol: Protocol})
}

// explain tells the user why an answer was refused, where Anthropic says so.
func (d *decoder) explain(why *details) {
	if why == nil || why.Explanation == "" {
		return
	}
	text := "The provider's filter stopped the answer: " + why.Explanation
	if why.Category != "" {
		text += " (" + why.Category + ")"
	}
	d.Emit(llm.Event{Kind: llm.EventNotice, Text: text})
}

// cite adds a citation behind the text of a block. Only those of search
// results are sent back: they stay valid, while an index into documents may
// mean another one in the next request.
func (d *decoder) cite(b *block, raw json.RawMessage) {
	var c struct {
		Type          string `json:"type"`
		Quote         string `json:"cited_text"`
		URL           string `json:"url"`
		Title         string `json:"title"`
		DocumentTitle string `json:"document_title"`
		Page          int    `json:"start_page_number"`
		Source        string `json:"source"`
	}
	if json.Unmarshal(raw, &c) != nil {
		return
	}
	part := llm.Part{Type: llm.PartSource, Source: &llm.Source{URL: c.URL, Title: c.Title, Quote: c.Quote}}
	if part.Source.Title == "" {
		part.Source.Title = c.DocumentTitle
	}
	if c.Page > 0 {
		part.Source.Title = strings.TrimSpace(part.Source.Title + ", p. " + strconv.Itoa(c.Page))
	}
	if part.Source.URL == "" {
		part.Source.URL = c.Source
	}
	if c.Type == "web_search_result_location" {
		part.Protocol, part.Raw = Protocol, raw
	}
	b.sources = append(b.sources, part)
}

// count takes the counts of an answer. What was written is only known once it is:
// an answer that begins counts a token or a few.
func (d *decoder) count(raw json.RawMessage, begins bool) {
	u := wire.Optional[usage](d.call, "usage", raw)
	if u == nil {
		return
	}
	if begins {
		u.Output = nil
	}
	set := func(into *int64, value *int64) {
		if value != nil {
			*into = *value
		}
	}
	set(&d.plain, u.Input)
	set(&d.counts.CacheRead, u.CacheRead)
	set(&d.counts.CacheWrite, u.CacheWrite)
	set(&d.counts.Output, u.Output)
	if u.Tier != "" {
		d.counts.Tier = u.Tier
	}
	if u.Details != nil {
		d.counts.Reasoning = u.Details.Thinking
	}
	d.counts.Input = d.plain + d.counts.CacheRead + d.counts.CacheWrite
	counts := d.counts
	d.usage = &counts
	d.Emit(llm.Event{Kind: llm.EventUsage, Usage: d.usage})
}

// end closes the answer, which is complete once it gave its reason to stop.
func (d *decoder) end() error {
	if d.reason == "" {
		return wire.Truncated()
	}
	d.closeAll()
	d.ended = true
	d.Emit(llm.Event{Kind: llm.EventFinish, Reason: d.finishReason(), Usage: d.usage})
	return nil
}

func (d *decoder) finishReason() llm.FinishReason {
	switch d.reason {
	case "end_turn", "stop_sequence":
		if d.calls {
			return llm.FinishTools
		}
		return llm.FinishStop
	case "tool_use":
		return llm.FinishTools
	case "max_tokens", "model_context_window_exceeded":
		return llm.FinishLength
	case "refusal":
		return llm.FinishFilter
	case "pause_turn":
		return llm.FinishPause
	default:
		return llm.FinishOther
	}
}
