package bedrock

import (
	"encoding/json"
	"net/http"
	"strings"

	"parley/internal/llm"
	"parley/internal/llm/eventstream"
	"parley/internal/llm/wire"
)

// decoder turns the messages of one answer into events.
type decoder struct {
	*wire.Sink
	call  *wire.Call
	names *wire.Names
	model string
	ended bool

	scanner scanner
	open    []*block
	blocks  int
	remote  map[string]string // call id -> name, of calls the provider runs
	calls   bool
	held    int // bytes that wait for the end of their block
	// think divides the text of Nova, which reasons between tags.
	think wire.Thinking

	usage  *llm.Usage
	reason string
	// hasMetadata says that the counts have come, which follow the reason or, from
	// some gateways, precede it.
	hasMetadata bool
}

// event is the payload of any message of the stream.
type event struct {
	Index int         `json:"contentBlockIndex"`
	Start *startEvent `json:"start"`
	Delta *deltaEvent `json:"delta"`
	// Of messageStop and metadata.
	StopReason string          `json:"stopReason"`
	Usage      json.RawMessage `json:"usage"`
	Tier       *tier           `json:"serviceTier"`
	Trace      json.RawMessage `json:"trace"`
}

// essential are the fields that hold the answer itself.
var essential = []string{"contentBlockIndex", "start", "delta", "toolUse", "text", "input", "content", "message", "output"}

type tier struct {
	Type string `json:"type"`
}

type startEvent struct {
	ToolUse    *toolUse    `json:"toolUse"`
	ToolResult *toolResult `json:"toolResult"`
	Image      *media      `json:"image"`
}

type deltaEvent struct {
	Text       *string           `json:"text"`
	ToolUse    *toolUse          `json:"toolUse"`
	ToolResult []json.RawMessage `json:"toolResult"`
	Reasoning  *reasoningDeltas  `json:"reasoningContent"`
	Citation   *citation         `json:"citation"`
	Image      *media            `json:"image"`
}

type reasoningDeltas struct {
	Text      string `json:"text"`
	Signature string `json:"signature"`
	Redacted  []byte `json:"redactedContent"`
}

// tokenUsage counts tokens; inputTokens are those neither read from nor written
// to the cache.
type tokenUsage struct {
	Input      int64 `json:"inputTokens"`
	Output     int64 `json:"outputTokens"`
	CacheRead  int64 `json:"cacheReadInputTokens"`
	CacheWrite int64 `json:"cacheWriteInputTokens"`
}

// content is one block of an answer that came whole.
type content struct {
	Text       *string     `json:"text"`
	ToolUse    *toolUse    `json:"toolUse"`
	ToolResult *toolResult `json:"toolResult"`
	Image      *media      `json:"image"`
	Audio      *media      `json:"audio"`
	Reasoning  *struct {
		Text *struct {
			Text      string `json:"text"`
			Signature string `json:"signature"`
		} `json:"reasoningText"`
		Redacted []byte `json:"redactedContent"`
	} `json:"reasoningContent"`
	Citations *struct {
		Content []struct {
			Text string `json:"text"`
		} `json:"content"`
		Citations []citation `json:"citations"`
	} `json:"citationsContent"`
}

// message reads one message of the stream.
func (d *decoder) message(m eventstream.Message) error {
	switch string(m.Header(":message-type")) {
	case "exception":
		return d.failed(string(m.Header(":exception-type")), m.Payload)
	case "error":
		return d.failed(string(m.Header(":error-code")), m.Header(":error-message"))
	}
	kind := m.Header(":event-type")
	if string(kind) == "contentBlockDelta" && d.scanner.scan(m.Payload) {
		d.text(d.find(d.scanner.index), d.scanner.kind, d.scanner.text)
		return nil
	}
	var e event
	if len(m.Payload) > 0 {
		if err := d.call.Decode(m.Payload, &e, essential...); err != nil {
			return err
		}
	}
	switch string(kind) {
	case "contentBlockStart":
		return d.start(&e, m.Payload)
	case "contentBlockDelta":
		if e.Delta != nil {
			return d.delta(d.find(e.Index), e.Delta)
		}
	case "contentBlockStop":
		d.stopIndex(e.Index)
	case "messageStop":
		d.reason = e.StopReason
	case "metadata":
		d.hasMetadata = true
		d.count(e.Usage, e.Tier)
		d.trace(e.Trace)
	default:
		// messageStart, and whatever the protocol adds.
	}
	if d.reason != "" && d.hasMetadata {
		return d.end()
	}
	return nil
}

// statuses are what the exceptions of a stream would be over HTTP.
var statuses = map[string]int{
	"internalServerException": http.StatusInternalServerError, "modelStreamErrorException": http.StatusBadGateway,
	"serviceUnavailableException": http.StatusServiceUnavailable, "throttlingException": http.StatusTooManyRequests,
	"validationException": http.StatusBadRequest, "modelTimeoutException": http.StatusRequestTimeout,
}

// failed makes the error of an exception in mid-stream.
func (d *decoder) failed(code string, payload []byte) error {
	var original struct {
		Status  int    `json:"originalStatusCode"`
		Message string `json:"originalMessage"`
	}
	status := statuses[code]
	if json.Unmarshal(payload, &original) == nil && original.Status >= http.StatusBadRequest {
		status = original.Status
	}
	failure := d.call.Failed(status, payload)
	if failure.Code == "" {
		failure.Code = code
	}
	if failure.Message == "" {
		failure.Message = code
	}
	return failure
}

// whole turns an answer that is not streamed into events.
func (d *decoder) whole(answer *wire.Answer) error {
	text, err := answer.All()
	if err != nil {
		return err
	}
	var m struct {
		Output *struct {
			Message struct {
				Content []json.RawMessage `json:"content"`
			} `json:"message"`
		} `json:"output"`
		StopReason string          `json:"stopReason"`
		Usage      json.RawMessage `json:"usage"`
		Tier       *tier           `json:"serviceTier"`
		Trace      json.RawMessage `json:"trace"`
		Message    string          `json:"message"`
	}
	if err := d.call.Decode(text, &m, essential...); err != nil {
		return err
	}
	if m.Output == nil && m.Message != "" {
		return d.call.Failed(0, text)
	}
	if m.Output == nil || m.StopReason == "" {
		return d.call.Garbled(text, nil)
	}
	for i, raw := range m.Output.Message.Content {
		if err := d.content(i, raw); err != nil {
			return err
		}
	}
	d.count(m.Usage, m.Tier)
	d.trace(m.Trace)
	d.reason = m.StopReason
	return d.end()
}

// content plays a whole block as its deltas.
func (d *decoder) content(index int, raw json.RawMessage) error {
	var c content
	if err := d.call.Decode(raw, &c, essential...); err != nil {
		return err
	}
	b := d.find(index)
	switch {
	case c.ToolUse != nil:
		if err := d.startCall(b, c.ToolUse, raw); err != nil {
			return err
		}
		if input := string(c.ToolUse.Input); input != "" && input != "{}" {
			d.text(b, inputDelta, input)
		}
	case c.ToolResult != nil:
		b.kind, b.result, b.items = resultBlock, *c.ToolResult, c.ToolResult.Content
	case c.Reasoning != nil:
		b.kind, b.redacted = reasoningBlock, c.Reasoning.Redacted
		if c.Reasoning.Text != nil {
			d.text(b, reasoningDelta, c.Reasoning.Text.Text)
			b.signature = c.Reasoning.Text.Signature
		}
	case c.Citations != nil:
		for _, piece := range c.Citations.Content {
			d.text(b, textDelta, piece.Text)
		}
		for i := range c.Citations.Citations {
			d.cite(b, &c.Citations.Citations[i])
		}
	case c.Image != nil:
		b.kind, b.format, b.data = imageBlock, c.Image.Format, c.Image.Source.Bytes
	case c.Audio != nil:
		b.kind, b.format, b.data = audioBlock, c.Audio.Format, c.Audio.Source.Bytes
	case c.Text != nil:
		d.text(b, textDelta, *c.Text)
	}
	d.stop(b)
	return nil
}

func (d *decoder) count(raw json.RawMessage, class *tier) {
	u := wire.Optional[tokenUsage](d.call, "usage", raw)
	if u == nil {
		return
	}
	d.usage = &llm.Usage{
		Input: u.Input + u.CacheRead + u.CacheWrite, Output: u.Output, CacheRead: u.CacheRead, CacheWrite: u.CacheWrite,
	}
	if class != nil {
		d.usage.Tier = class.Type
	}
	d.Emit(llm.Event{Kind: llm.EventUsage, Usage: d.usage})
}

// trace tells what a guardrail did, by the names of its rules; what it found is
// not repeated.
func (d *decoder) trace(raw json.RawMessage) {
	var value any
	if json.Unmarshal(raw, &value) != nil {
		return
	}
	var rules []string
	collect(value, &rules, 0)
	if len(rules) > 0 {
		d.Emit(llm.Event{Kind: llm.EventNotice, Text: "A guardrail intervened: " + strings.Join(rules, ", ") + "."})
	}
}

const maxNesting = 12

// collect finds the rules that acted anywhere in a trace.
func collect(value any, rules *[]string, depth int) {
	if depth > maxNesting {
		return
	}
	switch v := value.(type) {
	case []any:
		for _, item := range v {
			collect(item, rules, depth+1)
		}
	case map[string]any:
		if action, _ := v["action"].(string); action == "BLOCKED" || action == "ANONYMIZED" {
			for _, key := range []string{"name", "type"} {
				if name, _ := v[key].(string); name != "" {
					appendOnce(rules, name)
					break
				}
			}
		}
		for _, key := range sortedKeys(v) {
			collect(v[key], rules, depth+1)
		}
	}
}

// end closes what is open, if the answer is complete.
func (d *decoder) end() error {
	if d.reason == "" {
		return wire.Truncated()
	}
	d.ended = true
	for len(d.open) > 0 {
		d.stop(d.open[0])
	}
	d.Emit(llm.Event{Kind: llm.EventFinish, Reason: d.finishReason(), Usage: d.usage})
	return nil
}

func (d *decoder) finishReason() llm.FinishReason {
	switch d.reason {
	case "end_turn", "stop_sequence", "tool_use":
		if d.calls {
			return llm.FinishTools
		}
		return llm.FinishStop
	case "max_tokens", "model_context_window_exceeded":
		return llm.FinishLength
	case "guardrail_intervened", "content_filtered", "refusal":
		return llm.FinishFilter
	case "pause_turn":
		return llm.FinishPause
	default:
		return llm.FinishOther
	}
}
