package google

import (
	"bytes"
	"cmp"
	"encoding/json"
	"strings"

	"parley/internal/llm"
	"parley/internal/llm/wire"
)

// chunk is an event of the stream, or a whole answer.
type chunk struct {
	Candidates []candidate     `json:"candidates"`
	Feedback   *feedback       `json:"promptFeedback"`
	Usage      json.RawMessage `json:"usageMetadata"`
	Error      json.RawMessage `json:"error"`
	counts     *usage
}

// essential are the fields that hold the answer itself.
var essential = []string{
	"candidates", "content", "parts", "text", "thought", "functionCall", "name", "partialArgs", "jsonPath", "stringValue", "boolValue",
	"inlineData", "data",
}

// feedback says why a prompt was not answered.
type feedback struct {
	Reason  string `json:"blockReason"`
	Message string `json:"blockReasonMessage"`
}

// candidate is a piece of the answer.
type candidate struct {
	Index   int `json:"index"`
	Content struct {
		Parts []part `json:"parts"`
	} `json:"content"`
	Finish        string          `json:"finishReason"`
	FinishMessage string          `json:"finishMessage"`
	Logprobs      json.RawMessage `json:"logprobsResult"`
	Grounding     *grounding      `json:"groundingMetadata"`
	Pages         *pages          `json:"urlContextMetadata"`
	Citations     *citations      `json:"citationMetadata"`
}

// usage counts tokens. Those of the prompt include what came from the cache;
// those of thoughts and of what Google's own tools read are counted beside.
type usage struct {
	Prompt     int64  `json:"promptTokenCount"`
	Tools      int64  `json:"toolUsePromptTokenCount"`
	Cached     int64  `json:"cachedContentTokenCount"`
	Candidates int64  `json:"candidatesTokenCount"`
	Thoughts   int64  `json:"thoughtsTokenCount"`
	Tier       string `json:"serviceTier"`
	Traffic    string `json:"trafficType"`
}

// decoder turns the chunks of one answer into events.
type decoder struct {
	*wire.Sink
	call  *wire.Call
	names *names
	ended bool

	scanner scanner
	blocks  int
	open    block           // text or thought that is being received
	thought strings.Builder // the text of the open thought
	pending *pendingCall    // call whose arguments are being received
	calls   bool
	sound   sound
	held    int    // bytes of media that were received
	code    string // id of the last code that Google ran

	sources sources
	counts  usage
	counted bool
	reason  string
	message string
}

// block is a run of text or of thought.
type block struct {
	kind   llm.EventKind // 0 for none
	number int
}

func (d *decoder) newBlock() int {
	d.blocks++
	return d.blocks - 1
}

// event reads one data line.
func (d *decoder) event(data []byte) error {
	if d.scanner.scan(data) {
		return d.chunk(&d.scanner.chunk)
	}
	var c chunk
	if err := d.call.Decode(data, &c, essential...); err != nil {
		return err
	}
	if len(c.Error) > 0 && string(c.Error) != "null" {
		return d.call.Failed(0, data)
	}
	c.counts = wire.Optional[usage](d.call, "usageMetadata", c.Usage)
	return d.chunk(&c)
}

func (d *decoder) chunk(c *chunk) error {
	if c.counts != nil {
		d.counts, d.counted = *c.counts, true
	}
	for i := range c.Candidates {
		if c.Candidates[i].Index == 0 {
			if err := d.candidate(&c.Candidates[i]); err != nil {
				return err
			}
		}
	}
	switch {
	case d.reason != "":
		return d.end()
	case c.Feedback != nil && c.Feedback.Reason != "":
		return d.blocked(c.Feedback)
	default:
		return nil
	}
}

// stopped notes why the answer stops, if it does.
func (d *decoder) stopped(reason, message string) {
	if reason != "" && reason != "FINISH_REASON_UNSPECIFIED" {
		d.reason, d.message = reason, message
	}
}

// whole turns an answer that is not streamed into events: one chunk, or a list
// of them.
func (d *decoder) whole(answer *wire.Answer) error {
	text, err := answer.All()
	if err != nil {
		return err
	}
	chunks := []json.RawMessage{text}
	if bytes.HasPrefix(bytes.TrimSpace(text), []byte("[")) {
		if err := json.Unmarshal(text, &chunks); err != nil {
			return d.call.Garbled(text, err)
		}
	}
	for _, one := range chunks {
		if err := d.event(one); err != nil {
			d.tell()
			return err
		}
		if d.ended {
			return nil
		}
	}
	return d.end()
}

func (d *decoder) candidate(c *candidate) error {
	for i := range c.Content.Parts {
		if err := d.part(&c.Content.Parts[i]); err != nil {
			return err
		}
	}
	if logprobs := string(c.Logprobs); logprobs != "" && logprobs != "null" && d.open.kind == llm.EventText {
		d.Emit(llm.Event{Kind: llm.EventLogprobs, Block: d.open.number, Raw: c.Logprobs, Protocol: Protocol})
	}
	d.sources.take(c)
	d.stopped(c.Finish, c.FinishMessage)
	return nil
}

// speak adds a piece of text or of thought, and what Gemini wants back of it.
func (d *decoder) speak(kind llm.EventKind, text string, signature signature) {
	d.say(kind, text)
	if len(signature) > 0 {
		d.seal(kind, text, signature)
	}
}

// say adds a piece of text or of thought.
func (d *decoder) say(kind llm.EventKind, text string) {
	if text == "" {
		return
	}
	if d.open.kind != kind {
		d.shut()
		d.open = block{kind: kind, number: d.newBlock()}
	}
	if kind == llm.EventReasoning {
		d.thought.WriteString(text)
	}
	d.Emit(llm.Event{Kind: kind, Block: d.open.number, Text: text})
}

// shut ends what is open, so that what follows is a block of its own.
func (d *decoder) shut() {
	d.closeCall()
	d.open = block{}
	d.thought.Reset()
	d.play()
}

// seal keeps the signature of a part with that text. One of a thought is kept
// with the whole thought; one of a text becomes a block behind it, because text
// keeps nothing.
func (d *decoder) seal(kind llm.EventKind, text string, signature signature) {
	whole := kept{Signature: signature}
	number := -1
	switch {
	case kind == llm.EventReasoning:
		thought := d.thought.String()
		whole.Text, whole.Thought = &thought, true
		if d.open.kind == kind {
			number = d.open.number
		}
	case text == "":
		whole.Text = &text
	}
	d.shut()
	if number < 0 {
		number = d.newBlock()
	}
	d.Emit(llm.Event{Kind: llm.EventReasoningEnd, Block: number, Raw: whole.raw(), Protocol: Protocol})
}

// blocked is the error of a prompt that was not answered.
func (d *decoder) blocked(f *feedback) error {
	d.ended = true
	return &llm.Error{
		Kind: llm.ErrContentFiltered, Code: f.Reason,
		Message: cmp.Or(f.Message, "the provider's filter did not let the request pass: "+f.Reason),
	}
}

// total returns the counts, nil if there were none.
func (d *decoder) total() *llm.Usage {
	if !d.counted {
		return nil
	}
	c := d.counts
	return &llm.Usage{
		Input: c.Prompt + c.Tools, CacheRead: c.Cached,
		Output: c.Candidates + c.Thoughts, Reasoning: c.Thoughts, Tier: tier(c),
	}
}

// tell sends what is known of the usage of an answer that goes no further.
func (d *decoder) tell() {
	if counts := d.total(); counts != nil {
		d.Emit(llm.Event{Kind: llm.EventUsage, Usage: counts})
	}
}

// tier is the class of service that answered: AI Studio says it in words, Vertex
// AI as ON_DEMAND_FLEX and the like.
func tier(c usage) string {
	const demand = "on_demand"
	switch traffic := strings.ToLower(c.Traffic); {
	case c.Tier != "":
		return c.Tier
	case traffic == demand:
		return "standard"
	case traffic == "traffic_type_unspecified":
		return ""
	default:
		return strings.TrimPrefix(traffic, demand+"_")
	}
}

// end closes the answer, which is complete once it gave its reason to stop.
func (d *decoder) end() error {
	if d.reason == "" {
		d.play()
		d.tell()
		return wire.Truncated()
	}
	reason, failure := d.finish()
	if failure != nil {
		return failure
	}
	d.shut()
	d.sources.emit(d)
	d.ended = true
	d.Emit(llm.Event{Kind: llm.EventFinish, Reason: reason, Usage: d.total()})
	return nil
}

// finish says why the answer ended, with a notice where a user would wonder. A
// call that the model got wrong is a failure.
func (d *decoder) finish() (llm.FinishReason, *llm.Error) {
	switch d.reason {
	case "STOP":
		if d.calls {
			return llm.FinishTools, nil
		}
		return llm.FinishStop, nil
	case "MAX_TOKENS":
		return llm.FinishLength, nil
	case "SAFETY", "RECITATION", "BLOCKLIST", "PROHIBITED_CONTENT", "SPII", "MODEL_ARMOR", "LANGUAGE",
		"IMAGE_SAFETY", "IMAGE_PROHIBITED_CONTENT", "IMAGE_RECITATION":
		d.notice("The provider's filter stopped the answer")
		return llm.FinishFilter, nil
	case "MALFORMED_FUNCTION_CALL", "UNEXPECTED_TOOL_CALL", "TOO_MANY_TOOL_CALLS", "MALFORMED_RESPONSE":
		return "", &llm.Error{
			Kind: llm.ErrServer, Code: d.reason, Retryable: true,
			Message: cmp.Or(d.message, "the model wrote a call of a tool that is not valid"),
		}
	case "MISSING_THOUGHT_SIGNATURE":
		return "", &llm.Error{
			Kind: llm.ErrBadRequest, Code: d.reason,
			Message: cmp.Or(d.message, "the conversation lacks a signature of the model"),
		}
	default:
		d.notice("The provider ended the answer")
		return llm.FinishOther, nil
	}
}

func (d *decoder) notice(text string) {
	if d.message != "" {
		text += ": " + d.message
	}
	d.Emit(llm.Event{Kind: llm.EventNotice, Text: text + " (" + d.reason + ")"})
}
