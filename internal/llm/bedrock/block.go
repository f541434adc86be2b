package bedrock

import (
	"cmp"
	"crypto/rand"
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"parley/internal/llm"
)

// blockKind is what a content block holds.
type blockKind int

const (
	unknownBlock blockKind = iota
	textBlocks
	reasoningBlock
	callBlock
	remoteBlock // a call that the provider runs
	resultBlock // of a remote call
	imageBlock
	audioBlock
)

// block is a content block that is being received.
type block struct {
	index  int
	number int // in our events, -1 until the first
	// thought is the number of the reasoning that was in the text, -1 for none.
	thought int
	kind    blockKind

	signature string
	redacted  []byte
	written   strings.Builder // reasoning, or the input of a call
	wrote     bool            // some input was sent
	id, name  string          // of a call
	result    toolResult
	items     []json.RawMessage // of a result
	format    string
	data      []byte // of an image or a sound
	sources   []llm.Part
}

type toolUse struct {
	ID    string          `json:"toolUseId"`
	Name  string          `json:"name"`
	Type  string          `json:"type"`
	Input json.RawMessage `json:"input"`
}

// text is the piece of input that a delta holds.
func (t *toolUse) text() string {
	var piece string
	if json.Unmarshal(t.Input, &piece) != nil {
		return string(t.Input)
	}
	return piece
}

type toolResult struct {
	ID      string            `json:"toolUseId"`
	Type    string            `json:"type"`
	Status  string            `json:"status"`
	Content []json.RawMessage `json:"content"`
}

type media struct {
	Format string `json:"format"`
	Source struct {
		Bytes []byte `json:"bytes"`
	} `json:"source"`
}

type citation struct {
	Title    string `json:"title"`
	Source   string `json:"source"`
	Location struct {
		Web struct {
			URL    string `json:"url"`
			Domain string `json:"domain"`
		} `json:"web"`
	} `json:"location"`
	Content []struct {
		Text string `json:"text"`
	} `json:"sourceContent"`
}

// maxHeld bounds the bytes of an answer that wait for the end of their block,
// maxSources the citations of one block.
const (
	maxHeld    = 32 << 20
	maxSources = 1000
)

// find returns an open block, a new one if there is none: blocks of text have
// no start.
func (d *decoder) find(index int) *block {
	for _, b := range d.open {
		if b.index == index {
			return b
		}
	}
	b := &block{index: index, number: -1, thought: -1}
	d.open = append(d.open, b)
	return b
}

// number gives a block its place at its first event.
func (d *decoder) number(b *block) int {
	if b.number < 0 {
		b.number = d.newBlock()
	}
	return b.number
}

func (d *decoder) newBlock() int {
	d.blocks++
	return d.blocks - 1
}

func (d *decoder) start(e *event, payload []byte) error {
	d.stopIndex(e.Index)
	b := d.find(e.Index)
	switch {
	case e.Start == nil:
	case e.Start.ToolUse != nil:
		return d.startCall(b, e.Start.ToolUse, payload)
	case e.Start.ToolResult != nil:
		b.kind, b.result = resultBlock, *e.Start.ToolResult
	case e.Start.Image != nil:
		b.kind, b.format = imageBlock, e.Start.Image.Format
	}
	return nil
}

func (d *decoder) startCall(b *block, t *toolUse, raw []byte) error {
	if t.Name == "" {
		return d.call.Garbled(raw, nil)
	}
	b.kind, b.id, b.name = callBlock, cmp.Or(t.ID, "call_"+rand.Text()), t.Name
	if t.Type == "server_tool_use" {
		b.kind = remoteBlock
		if d.remote == nil {
			d.remote = map[string]string{}
		}
		d.remote[b.id] = b.name
		return nil
	}
	d.calls = true
	d.Emit(llm.Event{Kind: llm.EventToolStart, Block: d.number(b), ID: b.id, Name: d.names.Given(b.name)})
	return nil
}

// text adds a piece to a block; one that does not fit what the block holds is
// passed over.
func (d *decoder) text(b *block, kind int, text string) {
	if text == "" {
		return
	}
	switch kind {
	case textDelta:
		if d.become(b, textBlocks) {
			d.said(b, text)
		}
	case reasoningDelta:
		if d.become(b, reasoningBlock) {
			b.written.WriteString(text)
			d.Emit(llm.Event{Kind: llm.EventReasoning, Block: d.number(b), Text: text})
		}
	case inputDelta:
		switch b.kind {
		case callBlock:
			b.wrote = true
			d.Emit(llm.Event{Kind: llm.EventToolDelta, Block: d.number(b), Text: text})
		case remoteBlock:
			if d.held += len(text); d.held <= maxHeld {
				b.written.WriteString(text)
			}
		default:
			// Input of no call.
		}
	}
}

// said adds a piece of the answer's text.
func (d *decoder) said(b *block, text string) {
	reasoning := ""
	if !d.think.Off {
		reasoning, text = d.think.Split(text)
	}
	d.divided(b, reasoning, text)
}

// divided puts the reasoning in a text into a block of its own.
func (d *decoder) divided(b *block, reasoning, text string) {
	if reasoning != "" {
		if b.thought < 0 {
			b.thought = d.newBlock()
		}
		d.Emit(llm.Event{Kind: llm.EventReasoning, Block: b.thought, Text: reasoning})
	}
	if text != "" {
		d.Emit(llm.Event{Kind: llm.EventText, Block: d.number(b), Text: text})
	}
}

// become says what a block without a start holds, and reports whether it may.
func (d *decoder) become(b *block, kind blockKind) bool {
	if b.kind == unknownBlock {
		b.kind = kind
	}
	return b.kind == kind
}

func (d *decoder) delta(b *block, e *deltaEvent) error {
	switch {
	case e.Text != nil:
		d.text(b, textDelta, *e.Text)
	case e.ToolUse != nil:
		d.text(b, inputDelta, e.ToolUse.text())
	case e.Reasoning != nil:
		d.text(b, reasoningDelta, e.Reasoning.Text)
		if (e.Reasoning.Signature != "" || len(e.Reasoning.Redacted) > 0) && d.become(b, reasoningBlock) {
			b.signature += e.Reasoning.Signature
			b.redacted = append(b.redacted, e.Reasoning.Redacted...)
			d.held += len(e.Reasoning.Redacted) + len(e.Reasoning.Signature)
		}
	case e.Citation != nil:
		d.cite(b, e.Citation)
	case e.ToolResult != nil && b.kind == resultBlock:
		for _, item := range e.ToolResult {
			b.items = append(b.items, item)
			d.held += len(item)
		}
	case e.Image != nil && b.kind == imageBlock:
		b.data = append(b.data, e.Image.Source.Bytes...)
		d.held += len(e.Image.Source.Bytes)
	}
	if d.held > maxHeld {
		return &llm.Error{Kind: llm.ErrProtocol, Message: "the answer holds more than fits beside its text"}
	}
	return nil
}

func (d *decoder) cite(b *block, c *citation) {
	if len(b.sources) >= maxSources {
		return
	}
	source := &llm.Source{URL: c.Location.Web.URL, Title: cmp.Or(c.Title, c.Location.Web.Domain)}
	if source.URL == "" && strings.Contains(c.Source, "://") {
		source.URL = c.Source
	}
	var quote strings.Builder
	for _, piece := range c.Content {
		quote.WriteString(piece.Text)
	}
	source.Quote = quote.String()
	source.Title = cmp.Or(source.Title, c.Source)
	d.held += len(source.URL) + len(source.Title) + len(source.Quote)
	if *source != (llm.Source{}) {
		b.sources = append(b.sources, llm.Part{Type: llm.PartSource, Source: source})
	}
}

// stopIndex closes the block with that index, if it is open.
func (d *decoder) stopIndex(index int) {
	for _, b := range d.open {
		if b.index == index {
			d.stop(b)
			return
		}
	}
}

// stop closes a block and keeps what has to be sent back.
func (d *decoder) stop(b *block) {
	d.open = slices.DeleteFunc(d.open, func(open *block) bool { return open == b })
	switch b.kind {
	case textBlocks:
		if !d.think.Off {
			reasoning, text := d.think.Flush()
			d.divided(b, reasoning, text)
			d.think.Off = true
		}
	case reasoningBlock:
		d.keepReasoning(b)
	case callBlock:
		if !b.wrote {
			d.text(b, inputDelta, "{}")
		}
		d.Emit(llm.Event{Kind: llm.EventToolEnd, Block: d.number(b)})
	case remoteBlock:
		d.remoteCall(b)
	case resultBlock:
		d.remoteResult(b)
	case imageBlock:
		d.part(b, llm.Part{Type: llm.PartImage, Media: &llm.Media{
			MIME: "image/" + cmp.Or(b.format, "png"), Data: b.data, Size: int64(len(b.data)),
		}})
	case audioBlock:
		d.part(b, llm.Part{Type: llm.PartAudio, Media: &llm.Media{
			MIME: audioType(b.format), Data: b.data, Size: int64(len(b.data)),
		}})
	default:
	}
	for i := range b.sources {
		d.Emit(llm.Event{Kind: llm.EventPart, Block: d.newBlock(), Part: &b.sources[i]})
	}
}

func audioType(format string) string {
	switch format {
	case "", "mp3", "mpga":
		return "audio/mpeg"
	case "m4a":
		return "audio/mp4"
	default:
		return "audio/" + format
	}
}

func (d *decoder) part(b *block, part llm.Part) {
	d.Emit(llm.Event{Kind: llm.EventPart, Block: d.number(b), Part: &part})
}

// raw keeps a block in the protocol's own form.
func (d *decoder) raw(name string, value any) json.RawMessage {
	inner, err := json.Marshal(map[string]any{name: value})
	if err != nil {
		return nil
	}
	raw, err := json.Marshal(kept{Model: d.model, Block: inner})
	if err != nil {
		return nil
	}
	return raw
}

// keepReasoning closes reasoning that is signed or encrypted; models that do
// neither do not want it back.
func (d *decoder) keepReasoning(b *block) {
	var value map[string]any
	switch {
	case len(b.redacted) > 0:
		value = map[string]any{"redactedContent": b.redacted}
	case b.signature != "":
		value = map[string]any{"reasoningText": map[string]any{"text": b.written.String(), "signature": b.signature}}
	default:
		return
	}
	d.Emit(llm.Event{
		Kind: llm.EventReasoningEnd, Block: d.number(b), Raw: d.raw("reasoningContent", value), Protocol: Protocol,
	})
}

func (d *decoder) remoteCall(b *block) {
	input := cmp.Or(b.written.String(), "{}")
	value := map[string]any{"toolUseId": b.id, "name": b.name, "type": "server_tool_use", "input": b.written.String()}
	if json.Valid([]byte(input)) {
		value["input"] = json.RawMessage(input)
	}
	d.part(b, llm.Part{
		Type: llm.PartToolCall, Protocol: Protocol, Raw: d.raw("toolUse", value),
		Call: &llm.ToolCall{ID: b.id, Name: b.name, Arguments: input, Status: llm.CallDone, Remote: true},
	})
}

func (d *decoder) remoteResult(b *block) {
	r := b.result
	value := map[string]any{"toolUseId": r.ID, "content": b.items}
	if r.Type != "" {
		value["type"] = r.Type
	}
	if r.Status != "" {
		value["status"] = r.Status
	}
	d.part(b, llm.Part{
		Type: llm.PartToolResult, Protocol: Protocol, Raw: d.raw("toolResult", value),
		Result: &llm.ToolResult{
			CallID: r.ID, Name: d.remote[r.ID], Content: resultText(b.items), IsError: r.Status == "error",
		},
	})
}

// resultText puts the result of a remote tool into words for people. The model
// gets the raw form.
func resultText(items []json.RawMessage) string {
	var lines []string
	for _, raw := range items {
		var item struct {
			Text string          `json:"text"`
			JSON json.RawMessage `json:"json"`
		}
		if json.Unmarshal(raw, &item) != nil {
			continue
		}
		var output struct {
			Out string `json:"stdOut"`
			Err string `json:"stdErr"`
		}
		switch {
		case item.Text != "":
			lines = append(lines, item.Text)
		case json.Unmarshal(item.JSON, &output) == nil && output.Out+output.Err != "":
			lines = append(lines, strings.TrimSpace(output.Out+"\n"+output.Err))
		case len(item.JSON) > 0:
			lines = append(lines, string(item.JSON))
		}
	}
	return strings.Join(lines, "\n")
}

func appendOnce(list *[]string, text string) {
	if !slices.Contains(*list, text) {
		*list = append(*list, text)
	}
}

func sortedKeys(m map[string]any) []string { return slices.Sorted(maps.Keys(m)) }
