package openaiapi

import (
	"encoding/base64"
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"parley/internal/identity"
	"parley/internal/kit/id"
	"parley/internal/llm"
)

// response is an answer as a whole, at any time of its making.
type response struct {
	ID            string            `json:"id"`
	Object        string            `json:"object"`
	Created       int64             `json:"created_at"`
	Status        string            `json:"status"`
	Error         *responseError    `json:"error"`
	Incomplete    *incomplete       `json:"incomplete_details"`
	Instructions  *string           `json:"instructions"`
	MaxTokens     *int              `json:"max_output_tokens"`
	Model         string            `json:"model"`
	Output        []any             `json:"output"`
	ParallelTools bool              `json:"parallel_tool_calls"`
	Previous      *string           `json:"previous_response_id"`
	Store         bool              `json:"store"`
	Temperature   *float64          `json:"temperature"`
	TopP          *float64          `json:"top_p"`
	ToolChoice    toolChoice        `json:"tool_choice"`
	Tools         []responsesTool   `json:"tools"`
	Metadata      map[string]string `json:"metadata"`
	Usage         *responseUsage    `json:"usage,omitempty"`
	Tier          string            `json:"service_tier,omitempty"`
}

type responseError struct {
	Code    string `json:"code"`
	Message string `json:"message"`
}

type incomplete struct {
	Reason string `json:"reason"`
}

type responseUsage struct {
	Input        int64 `json:"input_tokens"`
	InputDetails struct {
		Cached  int64 `json:"cached_tokens"`
		Written int64 `json:"cache_write_tokens"`
	} `json:"input_tokens_details"`
	Output        int64 `json:"output_tokens"`
	OutputDetails struct {
		Reasoning int64 `json:"reasoning_tokens"`
	} `json:"output_tokens_details"`
	Total int64 `json:"total_tokens"`
}

type outMessage struct {
	ID      string    `json:"id"`
	Type    string    `json:"type"`
	Status  string    `json:"status"`
	Role    string    `json:"role"`
	Content []outText `json:"content"`
}

type outText struct {
	Type        string            `json:"type"`
	Text        string            `json:"text"`
	Annotations []outCitation     `json:"annotations"`
	Logprobs    []json.RawMessage `json:"logprobs"`
}

type outCitation struct {
	Type  string `json:"type"`
	URL   string `json:"url"`
	Title string `json:"title"`
	Start int    `json:"start_index"`
	End   int    `json:"end_index"`
}

type outReasoning struct {
	ID        string       `json:"id"`
	Type      string       `json:"type"`
	Summary   []outSummary `json:"summary"`
	Encrypted string       `json:"encrypted_content,omitempty"`
}

type outSummary struct {
	Type string `json:"type"`
	Text string `json:"text"`
}

type outCall struct {
	ID        string `json:"id"`
	Type      string `json:"type"`
	Status    string `json:"status"`
	CallID    string `json:"call_id"`
	Name      string `json:"name"`
	Arguments string `json:"arguments"`
}

type outImage struct {
	ID     string `json:"id"`
	Type   string `json:"type"`
	Status string `json:"status"`
	Result string `json:"result"`
}

// The types of item.
const (
	typeMessage   = "message"
	typeReasoning = "reasoning"
	typeCall      = "function_call"
)

// open is an item that is being written.
type open struct {
	kind     string
	index    int // in the output
	id       string
	callID   string
	name     string
	text     strings.Builder
	notes    []outCitation
	logprobs []json.RawMessage
	sealed   string
	head     []byte // of a delta, up to its text
}

// responsesWriter writes a response.
type responsesWriter struct {
	sink
	user     identity.UserID
	response response
	number   int // of the next event
	open     map[int]*open
	message  *open // the message that is open
}

func newResponsesWriter(s *Service, w http.ResponseWriter, r *http.Request, user identity.UserID, model string, in *responsesRequest) *responsesWriter {
	o := &responsesWriter{sink: newSink(s, w, r, "resp_", model, in.Stream), user: user, open: map[int]*open{}}
	o.response = response{
		ID: o.id, Object: "response", Created: o.created, Status: "in_progress", Model: model, Output: []any{},
		MaxTokens: in.MaxTokens, ParallelTools: in.ParallelTools == nil || *in.ParallelTools,
		Temperature: in.Temperature, TopP: in.TopP, ToolChoice: in.ToolChoice, Tools: in.Tools, Metadata: in.Metadata,
	}
	if in.Instructions != "" {
		o.response.Instructions = &in.Instructions
	}
	if in.Tools == nil {
		o.response.Tools = []responsesTool{}
	}
	if in.Metadata == nil {
		o.response.Metadata = map[string]string{}
	}
	return o
}

// event adds an event to a stream; fields come in pairs of a name and a value.
func (o *responsesWriter) event(kind string, fields ...any) {
	if !o.stream {
		return
	}
	o.buf = append(append(append(o.buf, "event: "...), kind...), "\ndata: {\"type\":\""...)
	o.buf = append(append(o.buf, kind...), `","sequence_number":`...)
	o.buf = strconv.AppendInt(o.buf, int64(o.number), 10)
	o.number++
	for i := 0; i+1 < len(fields); i += 2 {
		name, _ := fields[i].(string)
		value, err := json.Marshal(fields[i+1])
		if err != nil {
			continue // values of this package have a JSON form
		}
		o.buf = append(append(append(append(o.buf, `,"`...), name...), `":`...), value...)
	}
	o.buf = append(o.buf, "}\n\n"...)
}

func (o *responsesWriter) take(event llm.Event) {
	switch event.Kind {
	case llm.EventNotice:
		o.notice(event.Text)
		return
	case llm.EventModel:
		o.response.Model = event.Model.ID
		return
	case llm.EventUsage: // the end says it again
		return
	default:
	}
	o.start()
	switch event.Kind {
	case llm.EventText:
		o.delta(o.text(event.Block), "response.output_text.delta", `,"content_index":0,"logprobs":[],"delta":`, event.Text)
	case llm.EventReasoning:
		o.delta(o.reasoning(event.Block), "response.reasoning_summary_text.delta", `,"summary_index":0,"delta":`, event.Text)
	case llm.EventReasoningEnd:
		p := o.reasoning(event.Block)
		if len(event.Raw) > 0 {
			p.sealed = o.service.wrap(o.user, kept{Protocol: event.Protocol, Raw: event.Raw})
		}
		o.close(event.Block)
	case llm.EventToolStart:
		if len(event.Raw) > 0 { // clients give reasoning back, and this with it
			o.announce(event.Block, &open{kind: typeReasoning, id: "rs_" + newID(), sealed: o.service.wrap(o.user,
				kept{Protocol: event.Protocol, Raw: event.Raw, Call: true})})
			o.close(event.Block)
		}
		o.announce(event.Block, &open{kind: typeCall, id: "fc_" + newID(), callID: event.ID, name: event.Name})
	case llm.EventToolDelta:
		if p := o.open[event.Block]; p != nil {
			o.delta(p, "response.function_call_arguments.delta", `,"delta":`, event.Text)
		}
	case llm.EventToolEnd:
		o.close(event.Block)
	case llm.EventLogprobs:
		var tokens []json.RawMessage
		if p := o.open[event.Block]; p != nil && json.Unmarshal(event.Raw, &tokens) == nil {
			p.logprobs = append(p.logprobs, tokens...)
		}
	case llm.EventPart:
		o.part(event.Part)
	case llm.EventFinish:
		o.count(event.Usage)
		o.end(event.Reason)
	default:
	}
	o.flush()
}

// start sends what a stream begins with, once.
func (o *responsesWriter) start() {
	if o.begun {
		return
	}
	o.begin()
	o.event("response.created", "response", o.response)
	o.event("response.in_progress", "response", o.response)
}

func (o *responsesWriter) ping() {
	if o.stream {
		o.start()
		o.comment("ping")
	}
}

func newID() string { return strings.ReplaceAll(id.New(), "-", "") }

// text returns the message that a block of text goes to.
func (o *responsesWriter) text(block int) *open {
	if p := o.open[block]; p != nil {
		return p
	}
	o.closeMessage()
	o.message = &open{kind: typeMessage, id: "msg_" + newID()}
	o.announce(block, o.message)
	o.event("response.content_part.added", "item_id", o.message.id, "output_index", o.message.index, "content_index", 0,
		"part", outText{Type: "output_text", Annotations: []outCitation{}, Logprobs: []json.RawMessage{}})
	return o.message
}

func (o *responsesWriter) reasoning(block int) *open {
	if p := o.open[block]; p != nil {
		return p
	}
	p := &open{kind: typeReasoning, id: "rs_" + newID()}
	o.announce(block, p)
	return p
}

// announce tells that an item has begun.
func (o *responsesWriter) announce(block int, p *open) {
	p.index = len(o.response.Output)
	o.open[block] = p
	o.response.Output = append(o.response.Output, p.item(false))
	o.event("response.output_item.added", "output_index", p.index, "item", p.item(false))
}

// delta adds a piece to an item: nearly all events are one.
func (o *responsesWriter) delta(p *open, kind, fields, text string) {
	if kind == "response.reasoning_summary_text.delta" && p.text.Len() == 0 {
		o.event("response.reasoning_summary_part.added", "item_id", p.id, "output_index", p.index, "summary_index", 0,
			"part", outSummary{Type: "summary_text"})
	}
	p.text.WriteString(text)
	if !o.stream {
		return
	}
	if p.head == nil {
		p.head = []byte("event: " + kind + "\ndata: {\"type\":\"" + kind + `","item_id":"` + p.id + `","output_index":` +
			strconv.Itoa(p.index) + `,"sequence_number":`)
	}
	o.buf = append(o.buf, p.head...)
	o.buf = strconv.AppendInt(o.buf, int64(o.number), 10)
	o.number++
	o.buf = append(append(append(o.buf, fields...), quoted(text)...), "}\n\n"...)
}

// item is the open item, as it was announced or as it is in the end.
func (p *open) item(done bool) any {
	status, text := "in_progress", ""
	if done {
		status, text = "completed", p.text.String()
	}
	switch p.kind {
	case typeMessage:
		m := outMessage{ID: p.id, Type: p.kind, Status: status, Role: "assistant", Content: []outText{}}
		if done {
			m.Content = append(m.Content, p.content())
		}
		return m
	case typeReasoning:
		r := outReasoning{ID: p.id, Type: p.kind, Summary: []outSummary{}, Encrypted: p.sealed}
		if text != "" {
			r.Summary = append(r.Summary, outSummary{Type: "summary_text", Text: text})
		}
		return r
	default:
		return outCall{ID: p.id, Type: p.kind, Status: status, CallID: p.callID, Name: p.name, Arguments: text}
	}
}

func (p *open) content() outText {
	t := outText{Type: "output_text", Text: p.text.String(), Annotations: p.notes, Logprobs: p.logprobs}
	if t.Annotations == nil {
		t.Annotations = []outCitation{}
	}
	if t.Logprobs == nil {
		t.Logprobs = []json.RawMessage{}
	}
	return t
}

// close ends an item.
func (o *responsesWriter) close(block int) {
	p := o.open[block]
	if p == nil {
		return
	}
	delete(o.open, block)
	at := []any{"item_id", p.id, "output_index", p.index}
	switch p.kind {
	case typeMessage:
		o.message = nil
		o.event("response.output_text.done", append(at, "content_index", 0, "text", p.text.String(), "logprobs", p.content().Logprobs)...)
		o.event("response.content_part.done", append(at, "content_index", 0, "part", p.content())...)
	case typeReasoning:
		if text := p.text.String(); text != "" {
			o.event("response.reasoning_summary_text.done", append(at, "summary_index", 0, "text", text)...)
			o.event("response.reasoning_summary_part.done", append(at, "summary_index", 0, "part", outSummary{Type: "summary_text", Text: text})...)
		}
	default:
		o.event("response.function_call_arguments.done", append(at, "name", p.name, "arguments", p.text.String())...)
	}
	o.response.Output[p.index] = p.item(true)
	o.event("response.output_item.done", "output_index", p.index, "item", p.item(true))
}

func (o *responsesWriter) closeMessage() {
	for block, p := range o.open {
		if p == o.message {
			o.close(block)
			return
		}
	}
}

// part adds what came whole: sources to the message that is open, and pictures.
func (o *responsesWriter) part(p *llm.Part) {
	switch {
	case p.Source != nil && p.Source.URL != "" && o.message != nil:
		note := outCitation{Type: "url_citation", URL: p.Source.URL, Title: p.Source.Title}
		m := o.message
		m.notes = append(m.notes, note)
		o.event("response.output_text.annotation.added", "item_id", m.id, "output_index", m.index, "content_index", 0,
			"annotation_index", len(m.notes)-1, "annotation", note)
	case p.Type == llm.PartImage && p.Media != nil && len(p.Media.Data) > 0:
		image := outImage{
			ID: "ig_" + newID(), Type: "image_generation_call", Status: "completed", Result: base64.StdEncoding.EncodeToString(p.Media.Data),
		}
		index := len(o.response.Output)
		o.response.Output = append(o.response.Output, image)
		o.event("response.output_item.added", "output_index", index, "item", outImage{ID: image.ID, Type: image.Type, Status: "in_progress"})
		o.event("response.output_item.done", "output_index", index, "item", image)
	}
}

func (o *responsesWriter) end(why llm.FinishReason) {
	o.closeAll()
	o.response.Status = "completed"
	switch why {
	case llm.FinishLength:
		o.response.Status, o.response.Incomplete = "incomplete", &incomplete{Reason: "max_output_tokens"}
	case llm.FinishFilter:
		o.response.Status, o.response.Incomplete = "incomplete", &incomplete{Reason: "content_filter"}
	case llm.FinishStop, llm.FinishTools, llm.FinishPause, llm.FinishOther:
	}
	if !o.stream {
		_ = reply(o.w, o.response)
		return
	}
	o.event("response."+o.response.Status, "response", o.response)
}

func (o *responsesWriter) closeAll() {
	for _, block := range slices.Sorted(maps.Keys(o.open)) {
		o.close(block)
	}
}

func (o *responsesWriter) count(took *llm.Usage) {
	u := &responseUsage{Input: took.Input, Output: took.Output, Total: took.Input + took.Output}
	u.InputDetails.Cached, u.InputDetails.Written, u.OutputDetails.Reasoning = took.CacheRead, took.CacheWrite, took.Reasoning
	o.response.Usage, o.response.Tier = u, took.Tier
}

// fail ends a stream that has begun with an error that clients read.
func (o *responsesWriter) fail(err error) error {
	if !o.begun || !o.stream {
		return err
	}
	o.closeAll()
	f := o.service.failureOf(o.r, err)
	code := "server_error"
	if f.status == http.StatusTooManyRequests {
		code = "rate_limit_exceeded"
	}
	o.response.Status, o.response.Error = "failed", &responseError{Code: code, Message: f.Message}
	o.event("response.failed", "response", o.response)
	o.flush()
	return nil
}
