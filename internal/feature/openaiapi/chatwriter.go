package openaiapi

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"

	"parley/internal/identity"
	"parley/internal/llm"
)

// chatChunk is a piece of a streamed answer, or the whole of one that is not.
type chatChunk struct {
	ID      string       `json:"id"`
	Object  string       `json:"object"`
	Created int64        `json:"created"`
	Model   string       `json:"model"`
	Choices []chatChoice `json:"choices"`
	Usage   *chatUsage   `json:"usage,omitempty"`
	Tier    string       `json:"service_tier,omitempty"`
}

type chatChoice struct {
	Index    int             `json:"index"`
	Delta    *chatDelta      `json:"delta,omitempty"`
	Message  *chatAnswer     `json:"message,omitempty"`
	Logprobs json.RawMessage `json:"logprobs"`
	Finish   *string         `json:"finish_reason"`
}

type chatDelta struct {
	Role        string           `json:"role,omitempty"`
	Content     *string          `json:"content,omitempty"`
	Reasoning   string           `json:"reasoning_content,omitempty"`
	ToolCalls   []chatCall       `json:"tool_calls,omitempty"`
	Annotations []chatAnnotation `json:"annotations,omitempty"`
	Images      []chatImage      `json:"images,omitempty"`
}

type chatAnswer struct {
	Role        string           `json:"role"`
	Content     *string          `json:"content"`
	Refusal     *string          `json:"refusal"`
	Reasoning   string           `json:"reasoning_content,omitempty"`
	ToolCalls   []chatCall       `json:"tool_calls,omitempty"`
	Annotations []chatAnnotation `json:"annotations"`
	Images      []chatImage      `json:"images,omitempty"`
}

type chatAnnotation struct {
	Type     string       `json:"type"`
	Citation chatCitation `json:"url_citation"`
}

type chatCitation struct {
	URL   string `json:"url"`
	Title string `json:"title"`
	Start int    `json:"start_index"`
	End   int    `json:"end_index"`
}

// chatImage is a picture that the model made, in OpenRouter's form.
type chatImage struct {
	Type  string            `json:"type"`
	Image map[string]string `json:"image_url"`
}

type chatUsage struct {
	Prompt        int64 `json:"prompt_tokens"`
	Completion    int64 `json:"completion_tokens"`
	Total         int64 `json:"total_tokens"`
	PromptDetails struct {
		Cached int64 `json:"cached_tokens"`
	} `json:"prompt_tokens_details"`
	CompletionDetails struct {
		Reasoning int64 `json:"reasoning_tokens"`
	} `json:"completion_tokens_details"`
}

func chatUsageOf(u *llm.Usage) *chatUsage {
	out := &chatUsage{Prompt: u.Input, Completion: u.Output, Total: u.Input + u.Output}
	out.PromptDetails.Cached = u.CacheRead
	out.CompletionDetails.Reasoning = u.Reasoning
	return out
}

// chatWriter writes a chat completion.
type chatWriter struct {
	sink
	user       identity.UserID
	wantsUsage bool
	head       []byte // of a chunk, up to its delta
	calls      map[int]int
	kept       []kept            // reasoning that goes with the next call
	logprobs   []json.RawMessage // of all tokens, where the answer is not streamed

	// What an answer that is not streamed collects.
	text, reasoning strings.Builder
	whole           chatAnswer
	list            []*collected
}

// collected is a call whose arguments are still coming.
type collected struct {
	call      chatCall
	arguments strings.Builder
}

func newChatWriter(s *Service, w http.ResponseWriter, r *http.Request, user identity.UserID, model string, stream, wantsUsage bool) *chatWriter {
	return &chatWriter{sink: newSink(s, w, r, "chatcmpl-", model, stream), user: user, wantsUsage: wantsUsage, calls: map[int]int{}}
}

func (o *chatWriter) chunk(choices ...chatChoice) chatChunk {
	if choices == nil {
		choices = []chatChoice{}
	}
	return chatChunk{ID: o.id, Object: "chat.completion.chunk", Created: o.created, Model: o.model, Choices: choices}
}

func (o *chatWriter) take(event llm.Event) {
	switch event.Kind {
	case llm.EventNotice:
		o.notice(event.Text)
		return
	case llm.EventModel:
		o.model, o.head = event.Model.ID, nil
		return
	case llm.EventUsage: // the end says it again
		return
	default:
	}
	o.start()
	switch event.Kind {
	case llm.EventText:
		o.write("content", event.Text, &o.text)
	case llm.EventReasoning:
		o.write("reasoning_content", event.Text, &o.reasoning)
	case llm.EventReasoningEnd:
		if len(event.Raw) > 0 {
			o.kept = append(o.kept, kept{Protocol: event.Protocol, Raw: event.Raw})
		}
	case llm.EventToolStart:
		o.beginCall(event)
	case llm.EventToolDelta:
		o.argument(event)
	case llm.EventPart:
		o.part(event.Part)
	case llm.EventLogprobs:
		o.probability(event.Raw)
	case llm.EventFinish:
		o.end(event.Reason, event.Usage)
	default:
	}
	o.flush()
}

// start sends what a stream begins with, once.
func (o *chatWriter) start() {
	if o.begun {
		return
	}
	o.begin()
	empty := ""
	o.delta(chatDelta{Role: "assistant", Content: &empty})
}

func (o *chatWriter) ping() {
	if o.stream {
		o.start()
		o.comment("ping")
	}
}

// write adds a piece of text: nearly all events are one.
func (o *chatWriter) write(field, text string, whole *strings.Builder) {
	if !o.stream {
		whole.WriteString(text)
		return
	}
	if o.head == nil {
		model := quoted(o.model)
		o.head = []byte(`data: {"id":"` + o.id + `","object":"chat.completion.chunk","created":`)
		o.head = strconv.AppendInt(o.head, o.created, 10)
		o.head = append(append(o.head, `,"model":`...), model...)
		o.head = append(o.head, `,"choices":[{"index":0,"delta":{"`...)
	}
	o.buf = append(append(o.buf, o.head...), field...)
	o.buf = append(append(o.buf, `":`...), quoted(text)...)
	o.buf = append(o.buf, `},"logprobs":null,"finish_reason":null}]}`+"\n\n"...)
}

// probability adds the probabilities of the text that was just written, a list
// of tokens in every protocol that has them.
func (o *chatWriter) probability(raw json.RawMessage) {
	var tokens []json.RawMessage
	if json.Unmarshal(raw, &tokens) != nil {
		return
	}
	if o.stream {
		o.data(o.chunk(chatChoice{Delta: &chatDelta{}, Logprobs: logprobsOf(tokens)}))
	} else {
		o.logprobs = append(o.logprobs, tokens...)
	}
}

func logprobsOf(tokens []json.RawMessage) json.RawMessage {
	if len(tokens) == 0 {
		return nil
	}
	out, err := json.Marshal(map[string][]json.RawMessage{"content": tokens, "refusal": nil})
	if err != nil {
		return nil
	}
	return out
}

// delta adds a piece of another kind to a stream.
func (o *chatWriter) delta(d chatDelta) {
	if o.stream {
		o.data(o.chunk(chatChoice{Delta: &d}))
	}
}

func (o *chatWriter) beginCall(event llm.Event) {
	index := len(o.calls)
	o.calls[event.Block] = index
	call := chatCall{ID: event.ID, Type: "function", Function: chatFunction{Name: event.Name}}
	if len(event.Raw) > 0 {
		o.kept = append(o.kept, kept{Protocol: event.Protocol, Raw: event.Raw, Call: true})
	}
	if len(o.kept) > 0 {
		call.Extra = &chatExtra{}
		call.Extra.Google.Signature = o.service.wrap(o.user, o.kept...)
		o.kept = nil
	}
	o.list = append(o.list, &collected{call: call})
	call.Index = &index
	o.delta(chatDelta{ToolCalls: []chatCall{call}})
}

func (o *chatWriter) argument(event llm.Event) {
	index, ok := o.calls[event.Block]
	if !ok {
		return
	}
	if !o.stream {
		o.list[index].arguments.WriteString(event.Text)
		return
	}
	o.delta(chatDelta{ToolCalls: []chatCall{{Index: &index, Function: chatFunction{Arguments: event.Text}}}})
}

// part adds what came whole. What the provider ran itself has no place in this
// form, but for the sources it found.
func (o *chatWriter) part(p *llm.Part) {
	var d chatDelta
	switch {
	case p.Source != nil && p.Source.URL != "":
		d.Annotations = []chatAnnotation{{Type: "url_citation", Citation: chatCitation{URL: p.Source.URL, Title: p.Source.Title}}}
	case p.Type == llm.PartImage && p.Media != nil:
		d.Images = []chatImage{{Type: "image_url", Image: map[string]string{"url": addressOf(p.Media)}}}
	default:
		return
	}
	o.whole.Annotations = append(o.whole.Annotations, d.Annotations...)
	o.whole.Images = append(o.whole.Images, d.Images...)
	o.delta(d)
}

func addressOf(m *llm.Media) string {
	if len(m.Data) == 0 {
		return m.URL
	}
	return "data:" + m.MIME + ";base64," + base64.StdEncoding.EncodeToString(m.Data)
}

func (o *chatWriter) end(why llm.FinishReason, took *llm.Usage) {
	reason := "stop"
	switch why {
	case llm.FinishLength:
		reason = "length"
	case llm.FinishTools:
		reason = "tool_calls"
	case llm.FinishFilter:
		reason = "content_filter"
	case llm.FinishStop, llm.FinishPause, llm.FinishOther:
	}
	if !o.stream {
		o.finish(reason, took)
		return
	}
	last := o.chunk(chatChoice{Delta: &chatDelta{}, Finish: &reason})
	last.Tier = took.Tier
	o.data(last)
	if o.wantsUsage {
		counted := o.chunk()
		counted.Usage = chatUsageOf(took)
		o.data(counted)
	}
	o.buf = append(o.buf, "data: [DONE]\n\n"...)
}

// finish answers with the whole.
func (o *chatWriter) finish(reason string, took *llm.Usage) {
	m := &o.whole
	m.Role, m.Reasoning = "assistant", o.reasoning.String()
	if text := o.text.String(); text != "" || len(o.list) == 0 {
		m.Content = &text
	}
	if m.Annotations == nil {
		m.Annotations = []chatAnnotation{}
	}
	for _, c := range o.list {
		c.call.Function.Arguments = c.arguments.String()
		m.ToolCalls = append(m.ToolCalls, c.call)
	}
	out := o.chunk(chatChoice{Message: m, Finish: &reason, Logprobs: logprobsOf(o.logprobs)})
	out.Object, out.Usage, out.Tier = "chat.completion", chatUsageOf(took), took.Tier
	_ = reply(o.w, out)
}

// fail ends a stream that has begun with an error that clients read.
func (o *chatWriter) fail(err error) error {
	if !o.begun || !o.stream {
		return err
	}
	o.data(refusal{o.service.failureOf(o.r, err)})
	o.flush()
	return nil
}
