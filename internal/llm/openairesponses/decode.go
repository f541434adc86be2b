package openairesponses

import (
	"cmp"
	"crypto/rand"
	"encoding/json"
	"strings"

	"parley/internal/llm"
	"parley/internal/llm/wire"
)

// event is an event of the stream; which fields are set depends on its type.
type event struct {
	Type       string          `json:"type"`
	Output     int             `json:"output_index"`
	Content    int             `json:"content_index"`
	Summary    int             `json:"summary_index"`
	Delta      json.RawMessage `json:"delta"`
	Arguments  string          `json:"arguments"`
	Item       json.RawMessage `json:"item"`
	Annotation json.RawMessage `json:"annotation"`
	Logprobs   json.RawMessage `json:"logprobs"`
	Response   *response       `json:"response"`
}

// essential are the fields that hold the answer itself.
var essential = []string{"type", "output_index", "response", "output"}

// response is a whole answer, or what an event says of the answer as a whole.
type response struct {
	Object     string            `json:"object"`
	Status     string            `json:"status"`
	Output     []json.RawMessage `json:"output"`
	Usage      json.RawMessage   `json:"usage"`
	Tier       string            `json:"service_tier"`
	Error      json.RawMessage   `json:"error"`
	Incomplete struct {
		Reason string `json:"reason"`
	} `json:"incomplete_details"`
}

// usage counts tokens; the cost is what OpenRouter and xAI add.
type usage struct {
	Input        int64 `json:"input_tokens"`
	InputDetails struct {
		Cached  int64 `json:"cached_tokens"`
		Written int64 `json:"cache_write_tokens"`
	} `json:"input_tokens_details"`
	Output        int64 `json:"output_tokens"`
	OutputDetails struct {
		Reasoning int64 `json:"reasoning_tokens"`
	} `json:"output_tokens_details"`
	Cost *float64 `json:"cost"`
	// Ticks is xAI's cost, ten thousand million of which are a dollar.
	Ticks *int64 `json:"cost_in_usd_ticks"`
}

const ticksPerDollar = 1e10

// progress is an item of the answer that is being received.
type progress struct {
	output int
	block  int // of the reasoning or the call, -1 before its first event
	texts  []int
	wrote  bool // text, reasoning or arguments arrived piece by piece
	part   int  // of the reasoning that is being written
	begun  bool // the call was announced
	notes  []llm.Part
}

// decoder turns the events of one answer into ours.
type decoder struct {
	*wire.Sink
	call  *wire.Call
	names *wire.Names
	host  string

	scanner scanner
	items   []*progress
	blocks  int
	calls   bool
	refused bool
	remote  map[string]string // call id -> name, of calls the provider runs
	last    string            // id of the last of them
}

func newDecoder(sink *wire.Sink, call *wire.Call, names *wire.Names, host string) *decoder {
	return &decoder{Sink: sink, call: call, names: names, host: host, remote: map[string]string{}}
}

// event reads one data line and reports whether it was the last.
func (d *decoder) event(data []byte) (complete bool, err error) {
	if d.scanner.scan(data) {
		return d.quick(&d.scanner.out)
	}
	if isPassedOver(data) {
		return false, nil
	}
	var e event
	if err := d.call.Decode(data, &e, essential...); err != nil {
		return false, err
	}
	switch e.Type {
	case "error":
		return false, d.call.Failed(0, data)
	case "response.failed":
		if e.Response != nil && len(e.Response.Error) > 0 {
			data = e.Response.Error
		}
		return false, d.call.Failed(0, data)
	case completed, "response.incomplete":
		if e.Response == nil {
			return false, d.call.Garbled(data, nil)
		}
		d.end(e.Response)
		return true, nil
	default:
		return false, d.slow(&e)
	}
}

// quick takes an event that the scanner has read.
func (d *decoder) quick(q *quick) (complete bool, err error) {
	switch q.kind {
	case completed:
		d.end(&q.response)
		return true, nil
	case itemAdded:
		return false, d.begin(q.output, q.item)
	case itemDone:
		return false, d.done(q.output, q.item)
	default:
		d.delta(q.kind, q.output, q.part, q.text)
		return false, nil
	}
}

// slow takes the events of items that are not common deltas.
func (d *decoder) slow(e *event) error {
	switch e.Type {
	case textDelta, summaryDelta, reasoningDelta, argumentsDelta:
		text, err := d.text(e.Delta)
		if err != nil {
			return err
		}
		part := e.Content
		if e.Type == summaryDelta {
			part = e.Summary
		}
		d.delta(e.Type, e.Output, part, text)
		if len(e.Logprobs) > len("[]") && string(e.Logprobs) != "null" {
			d.Emit(llm.Event{Kind: llm.EventLogprobs, Block: d.textBlock(d.item(e.Output), part), Raw: e.Logprobs, Protocol: Protocol})
		}
	case "response.refusal.delta":
		text, err := d.text(e.Delta)
		if err != nil {
			return err
		}
		d.refused = true
		d.delta(textDelta, e.Output, e.Content, text)
	case "response.function_call_arguments.done":
		d.arguments(d.item(e.Output), e.Arguments)
	case "response.output_text.annotation.added":
		d.cite(d.item(e.Output), e.Annotation)
	case itemAdded:
		return d.begin(e.Output, e.Item)
	case itemDone:
		return d.done(e.Output, e.Item)
	default:
		// The progress of items, which their end tells whole, and whatever the
		// protocol adds.
	}
	return nil
}

// text reads a delta; one that is missing is empty.
func (d *decoder) text(raw json.RawMessage) (text string, err error) {
	if err := json.Unmarshal(raw, &text); err != nil && len(raw) > 0 {
		return "", d.call.Garbled(raw, err)
	}
	return text, nil
}

// whole turns an answer that is not streamed into events.
func (d *decoder) whole(answer *wire.Answer) error {
	text, err := answer.All()
	if err != nil {
		return err
	}
	var r response
	if err := d.call.Decode(text, &r, essential...); err != nil {
		return err
	}
	if len(r.Error) > 0 && string(r.Error) != "null" {
		return d.call.Failed(0, text)
	}
	if r.Status == "" || r.Output == nil {
		return d.call.Garbled(text, nil)
	}
	for i, item := range r.Output {
		if err := d.done(i, item); err != nil {
			return err
		}
	}
	d.end(&r)
	return nil
}

// item returns the progress of an item, which some servers do not announce.
func (d *decoder) item(output int) *progress {
	for _, p := range d.items {
		if p.output == output {
			return p
		}
	}
	p := &progress{output: output, block: -1, part: -1}
	d.items = append(d.items, p)
	return p
}

func (d *decoder) newBlock() int {
	d.blocks++
	return d.blocks - 1
}

// blockOf gives an item its place at its first event.
func (d *decoder) blockOf(p *progress) int {
	if p.block < 0 {
		p.block = d.newBlock()
	}
	return p.block
}

// maxTexts is more texts than a message has.
const maxTexts = 1000

func (d *decoder) textBlock(p *progress, part int) int {
	part = max(0, min(part, maxTexts))
	for len(p.texts) <= part {
		p.texts = append(p.texts, -1)
	}
	if p.texts[part] < 0 {
		p.texts[part] = d.newBlock()
	}
	return p.texts[part]
}

func (d *decoder) delta(kind string, output, part int, text string) {
	if text == "" {
		return
	}
	p := d.item(output)
	p.wrote = true
	switch kind {
	case textDelta:
		d.Emit(llm.Event{Kind: llm.EventText, Block: d.textBlock(p, part), Text: text})
	case argumentsDelta:
		if p.begun {
			d.Emit(llm.Event{Kind: llm.EventToolDelta, Block: d.blockOf(p), Text: text})
		} else {
			p.wrote = false // nobody said whose they are: the end will
		}
	default:
		if p.part >= 0 && part > p.part {
			text = paragraph + text
		}
		p.part = max(p.part, part, 0)
		d.Emit(llm.Event{Kind: llm.EventReasoning, Block: d.blockOf(p), Text: text})
	}
}

// paragraph stands between the parts of reasoning.
const paragraph = "\n\n"

// begin announces an item.
func (d *decoder) begin(output int, raw json.RawMessage) error {
	var i item
	if err := d.call.Decode(raw, &i, essential...); err != nil {
		return err
	}
	if i.Type != typeCall {
		return nil
	}
	return d.beginCall(d.item(output), &i, raw)
}

func (d *decoder) beginCall(p *progress, i *item, raw json.RawMessage) error {
	if p.begun {
		return nil
	}
	if i.Name == "" {
		return d.call.Garbled(raw, nil)
	}
	p.begun, d.calls = true, true
	id := i.CallID
	if id == "" {
		id = "call_" + rand.Text()
	}
	d.Emit(llm.Event{Kind: llm.EventToolStart, Block: d.blockOf(p), ID: id, Name: d.names.Given(i.Name)})
	return nil
}

// arguments writes a call's arguments, unless they came piece by piece.
func (d *decoder) arguments(p *progress, text string) {
	if p.wrote || !p.begun || text == "" {
		return
	}
	p.wrote = true
	d.Emit(llm.Event{Kind: llm.EventToolDelta, Block: d.blockOf(p), Text: text})
}

// done closes an item: what was not streamed is told now.
func (d *decoder) done(output int, raw json.RawMessage) error {
	var i item
	if err := d.call.Decode(raw, &i, essential...); err != nil {
		return err
	}
	p := d.item(output)
	switch i.Type {
	case typeMessage:
		if err := d.doneMessage(p, &i); err != nil {
			return err
		}
	case typeReasoning:
		d.doneReasoning(p, &i, raw)
	case typeCall:
		if err := d.beginCall(p, &i, raw); err != nil {
			return err
		}
		d.arguments(p, cmp.Or(i.argumentText(), "{}"))
		d.Emit(llm.Event{Kind: llm.EventToolEnd, Block: d.blockOf(p)})
	case typeCompaction, typeToolList:
		d.Emit(llm.Event{Kind: llm.EventReasoningEnd, Block: d.blockOf(p), Raw: d.keep(raw), Protocol: Protocol})
	default:
		d.doneRemote(p, &i, raw)
	}
	// The place is free for an item that another answer in the same stream puts
	// there, and what was held is let go.
	for at, other := range d.items {
		if other == p {
			d.items = append(d.items[:at], d.items[at+1:]...)
			break
		}
	}
	return nil
}

func (d *decoder) doneMessage(p *progress, i *item) error {
	streamed := p.wrote
	var contents []content
	if len(i.Content) > 0 {
		if err := d.call.Decode(i.Content, &contents, "text", "refusal"); err != nil && !streamed {
			return err
		}
	}
	for at, content := range contents {
		if !streamed {
			d.refused = d.refused || content.Refusal != ""
			d.delta(textDelta, p.output, at, content.Text+content.Refusal)
			if len(content.Logprobs) > len("[]") && string(content.Logprobs) != "null" {
				d.Emit(llm.Event{Kind: llm.EventLogprobs, Block: d.textBlock(p, at), Raw: content.Logprobs, Protocol: Protocol})
			}
		}
		if len(content.Annotations) > 0 {
			p.notes = nil // this is the whole list
		}
		for _, annotation := range content.Annotations {
			d.cite(p, annotation)
		}
	}
	for at := range p.notes {
		d.Emit(llm.Event{Kind: llm.EventPart, Block: d.newBlock(), Part: &p.notes[at]})
	}
	return nil
}

func (d *decoder) doneReasoning(p *progress, i *item, raw json.RawMessage) {
	texts := i.reasoning()
	if !p.wrote {
		for at, text := range texts {
			d.delta(summaryDelta, p.output, at, text)
		}
	}
	// Without either there is nothing to send back: the provider stores nothing.
	if i.Encrypted != "" || len(i.contents()) > 0 {
		d.Emit(llm.Event{Kind: llm.EventReasoningEnd, Block: d.blockOf(p), Raw: d.keep(raw), Protocol: Protocol})
	}
}

// cite keeps a citation for the end of its message.
func (d *decoder) cite(p *progress, raw json.RawMessage) {
	const most = 1000
	var a struct {
		Type     string `json:"type"`
		URL      string `json:"url"`
		Title    string `json:"title"`
		FileName string `json:"filename"`
		FileID   string `json:"file_id"`
	}
	if json.Unmarshal(raw, &a) != nil || len(p.notes) >= most {
		return
	}
	source := &llm.Source{URL: a.URL, Title: cmp.Or(a.Title, cmp.Or(a.FileName, a.FileID))}
	if source.URL == "" && source.Title == "" {
		return
	}
	p.notes = append(p.notes, llm.Part{Type: llm.PartSource, Source: source})
}

// end finishes the answer.
func (d *decoder) end(r *response) {
	for _, p := range d.items { // of servers that do not close their items
		for at := range p.notes {
			d.Emit(llm.Event{Kind: llm.EventPart, Block: d.newBlock(), Part: &p.notes[at]})
		}
	}
	var counted *llm.Usage
	if usage := wire.Optional[usage](d.call, "usage", r.Usage); usage != nil {
		counted = usage.read(r.Tier)
		d.Emit(llm.Event{Kind: llm.EventUsage, Usage: counted})
	}
	d.Emit(llm.Event{Kind: llm.EventFinish, Reason: d.reason(r), Usage: counted})
}

func (u *usage) read(tier string) *llm.Usage {
	read := &llm.Usage{
		Input: u.Input, Output: u.Output, CacheRead: u.InputDetails.Cached, CacheWrite: u.InputDetails.Written,
		Reasoning: u.OutputDetails.Reasoning, Cost: u.Cost, Tier: tier,
	}
	if read.Cost == nil && u.Ticks != nil {
		dollars := float64(*u.Ticks) / ticksPerDollar
		read.Cost = &dollars
	}
	return read
}

func (d *decoder) reason(r *response) llm.FinishReason {
	switch {
	case strings.Contains(r.Incomplete.Reason, "token"):
		return llm.FinishLength
	case r.Incomplete.Reason == "content_filter":
		return llm.FinishFilter
	case r.Status != "" && r.Status != "completed":
		return llm.FinishOther
	case d.calls:
		return llm.FinishTools
	case d.refused:
		return llm.FinishFilter
	default:
		return llm.FinishStop
	}
}
