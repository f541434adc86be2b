package upstream

import (
	"encoding/json"
	"strconv"
)

// usage is what an answer says that it cost, in tokens.
type usage struct {
	input, output, reasoning int
}

// finish says why an answer ended.
type finish string

const (
	finishStop   finish = "stop"
	finishLength finish = "length"
	finishFilter finish = "filter"
	finishTools  finish = "tools"
)

// wire writes one answer in one protocol. Each method appends whole server-sent
// events to a buffer; text and arguments come JSON-escaped, without quotes.
type wire interface {
	// open appends what comes before the content.
	open(b []byte) []byte
	text(b, escaped []byte) []byte
	reasoning(b, escaped []byte) []byte
	// call appends one whole tool call, its arguments in pieces.
	call(b []byte, id, name string, pieces []string) []byte
	// made appends what is no text: a picture, a sound, sources, code that the provider
	// ran; nothing where the protocol has none.
	made(b []byte, what verb) []byte
	// fail appends the protocol's error event.
	fail(b []byte) []byte
	// close appends the end of a complete answer; a nil usage is left out.
	close(b []byte, why finish, cost *usage) []byte
}

// escape returns the text as the inside of a JSON string.
func escape(text string) []byte {
	quoted, err := json.Marshal(text)
	if err != nil {
		panic(err) // a string always has a JSON form
	}
	return quoted[1 : len(quoted)-1]
}

// openAI writes chat.completion.chunk objects. The parts of an event that are
// the same for the whole answer are made once.
type openAI struct {
	head         []byte
	includeUsage bool
	calls        int
}

const openAITail = `},"finish_reason":null}]}` + "\n\n"

func newOpenAI(call Call, includeUsage bool) *openAI {
	head := `data: {"id":"chatcmpl-` + strconv.Itoa(call.Number) +
		`","object":"chat.completion.chunk","created":` + strconv.FormatInt(call.At.Unix(), 10) +
		`,"model":"` + string(escape(call.Model)) + `","choices":[`
	return &openAI{head: []byte(head), includeUsage: includeUsage}
}

// choice appends an event whose delta is all of the given strings.
func (o *openAI) choice(b []byte, delta ...string) []byte {
	b = append(append(b, o.head...), `{"index":0,"delta":{`...)
	for _, piece := range delta {
		b = append(b, piece...)
	}
	return append(b, openAITail...)
}

func (o *openAI) open(b []byte) []byte {
	return o.choice(b, `"role":"assistant","content":""`)
}

func (o *openAI) text(b, escaped []byte) []byte {
	b = append(append(b, o.head...), `{"index":0,"delta":{"content":"`...)
	b = append(append(b, escaped...), '"')
	return append(b, openAITail...)
}

func (o *openAI) reasoning(b, escaped []byte) []byte {
	b = append(append(b, o.head...), `{"index":0,"delta":{"reasoning_content":"`...)
	b = append(append(b, escaped...), '"')
	return append(b, openAITail...)
}

func (o *openAI) call(b []byte, id, name string, pieces []string) []byte {
	index := strconv.Itoa(o.calls)
	o.calls++
	b = o.choice(b, `"tool_calls":[{"index":`, index, `,"id":"`, id,
		`","type":"function","function":{"name":"`, string(escape(name)), `","arguments":""}}]`)
	for _, p := range pieces {
		b = o.choice(b, `"tool_calls":[{"index":`, index,
			`,"function":{"arguments":"`, string(escape(p)), `"}}]`)
	}
	return b
}

func (o *openAI) fail(b []byte) []byte {
	b = append(b, "data: "...)
	b = append(b, openAIError("server_error", "", "The server had an error while it was answering.")...)
	return append(b, "\n\n"...)
}

func (o *openAI) close(b []byte, why finish, cost *usage) []byte {
	reason := map[finish]string{
		finishStop: "stop", finishLength: "length", finishFilter: "content_filter", finishTools: "tool_calls",
	}[why]
	b = append(append(b, o.head...), `{"index":0,"delta":{},"finish_reason":"`...)
	b = append(append(b, reason...), `"}]}`+"\n\n"...)
	if cost != nil && o.includeUsage {
		b = append(append(b, o.head...), `],"usage":{"prompt_tokens":`...)
		b = strconv.AppendInt(b, int64(cost.input), 10)
		b = append(b, `,"completion_tokens":`...)
		b = strconv.AppendInt(b, int64(cost.output), 10)
		b = append(b, `,"total_tokens":`...)
		b = strconv.AppendInt(b, int64(cost.input+cost.output), 10)
		b = append(b, `,"prompt_tokens_details":{"cached_tokens":0},"completion_tokens_details":{"reasoning_tokens":`...)
		b = strconv.AppendInt(b, int64(cost.reasoning), 10)
		b = append(b, "}}}\n\n"...)
	}
	return append(b, "data: [DONE]\n\n"...)
}

// openAIError is the body of an error.
func openAIError(kind, code, message string) []byte {
	type detail struct {
		Message string  `json:"message"`
		Type    string  `json:"type"`
		Param   *string `json:"param"`
		Code    *string `json:"code"`
	}
	failure := detail{Message: message, Type: kind}
	if code != "" {
		failure.Code = &code
	}
	return mustJSON(map[string]detail{"error": failure})
}

func mustJSON(value any) []byte {
	encoded, err := json.Marshal(value)
	if err != nil {
		panic(err) // only values of this package come here
	}
	return encoded
}
