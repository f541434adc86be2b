package upstream

import (
	"encoding/json"
	"net/http"
	"strconv"

	"parley/internal/llm/eventstream"
)

var speakConverse = protocol{
	paths: []string{"/model/{model}/converse-stream", "/v1/model/{model}/converse-stream"},
	read:  readConverse,
	write: func(call Call, _ asked) wire { return &converse{input: inputTokens(call.Messages)} },
	refuse: refuser(func(why reason) []byte {
		return converseError(why.message)
	}),
	long: converseError("Input is too long for requested model."),
}

// converse writes the messages of Amazon Bedrock's ConverseStream.
type converse struct {
	input int
	// index is the number of the open block, or of the next one.
	index  int
	block  string
	scrap  []byte
	header []eventstream.Header
}

// message appends one message of the stream.
func (c *converse) message(b []byte, kind string, payload ...string) []byte {
	c.scrap = c.scrap[:0]
	for _, piece := range payload {
		c.scrap = append(c.scrap, piece...)
	}
	c.header = append(c.header[:0], eventstream.Header{Name: ":event-type", Value: kind},
		eventstream.Header{Name: ":content-type", Value: "application/json"},
		eventstream.Header{Name: ":message-type", Value: "event"})
	return eventstream.Append(b, c.scrap, c.header...)
}

func (c *converse) number() string { return `{"contentBlockIndex":` + strconv.Itoa(c.index) }

func (c *converse) open(b []byte) []byte { return c.message(b, "messageStart", `{"role":"assistant"}`) }

func (c *converse) text(b, escaped []byte) []byte {
	b = c.enter(b, "text")
	return c.message(b, "contentBlockDelta", c.number(), `,"delta":{"text":"`, string(escaped), `"},"p":"abcdefghij"}`)
}

func (c *converse) reasoning(b, escaped []byte) []byte {
	b = c.enter(b, "reasoning")
	return c.message(b, "contentBlockDelta", c.number(), `,"delta":{"reasoningContent":{"text":"`, string(escaped), `"}},"p":"abc"}`)
}

func (c *converse) call(b []byte, id, name string, pieces []string) []byte {
	b = c.enter(c.leave(b), "call")
	b = c.message(b, "contentBlockStart", c.number(), `,"start":{"toolUse":{"toolUseId":"`, id, `","name":"`, string(escape(name)), `"}}}`)
	for _, p := range pieces {
		b = c.message(b, "contentBlockDelta", c.number(), `,"delta":{"toolUse":{"input":"`, string(escape(p)), `"}}}`)
	}
	return c.leave(b)
}

func (c *converse) fail(b []byte) []byte {
	return eventstream.Append(b, converseError("The service is overloaded."),
		eventstream.Header{Name: ":exception-type", Value: "serviceUnavailableException"},
		eventstream.Header{Name: ":message-type", Value: "exception"})
}

func (c *converse) close(b []byte, why finish, cost *usage) []byte {
	reason := map[finish]string{
		finishStop: "end_turn", finishLength: "max_tokens", finishFilter: "content_filtered", finishTools: "tool_use",
	}[why]
	b = c.message(c.leave(b), "messageStop", `{"stopReason":"`, reason, `"}`)
	if cost == nil {
		return b
	}
	output := strconv.Itoa(cost.output)
	return c.message(b, "metadata", `{"usage":{"inputTokens":`, strconv.Itoa(c.input), `,"outputTokens":`, output,
		`,"totalTokens":`, strconv.Itoa(c.input+cost.output), `},"metrics":{"latencyMs":1}}`)
}

// enter opens a block, unless the open one is of that kind.
func (c *converse) enter(b []byte, block string) []byte {
	if c.block == block {
		return b
	}
	b = c.leave(b)
	c.block = block
	return b
}

// leave closes the open block; reasoning gets its signature first.
func (c *converse) leave(b []byte) []byte {
	if c.block == "" {
		return b
	}
	if c.block == "reasoning" {
		b = c.message(b, "contentBlockDelta", c.number(), `,"delta":{"reasoningContent":{"signature":"c2lnbmF0dXJl"}}}`)
	}
	b = c.message(b, "contentBlockStop", c.number(), `}`)
	c.index++
	c.block = ""
	return b
}

func converseError(message string) []byte { return mustJSON(map[string]string{"message": message}) }

// converseBlock is a block of a request: which field is set says what it is.
type converseBlock struct {
	Text string `json:"text"`
	Call *struct {
		Name string `json:"name"`
	} `json:"toolUse"`
	Result json.RawMessage `json:"toolResult"`
	Image  json.RawMessage `json:"image"`
}

// readConverse reads a request for a stream.
func readConverse(r *http.Request, raw []byte) (asked, bool) {
	type message struct {
		Role    string          `json:"role"`
		Content []converseBlock `json:"content"`
	}
	var sent struct {
		System   []converseBlock `json:"system"`
		Messages []message       `json:"messages"`
	}
	if json.Unmarshal(raw, &sent) != nil {
		return asked{}, false
	}
	list := sent.Messages
	if len(sent.System) > 0 {
		list = append([]message{{"system", sent.System}}, list...)
	}
	found := asked{model: r.PathValue("model")}
	for _, m := range list {
		read := Message{Role: m.Role}
		for _, block := range m.Content {
			read.Text += block.Text
			switch {
			case block.Call != nil:
				read.Calls = append(read.Calls, block.Call.Name)
			case block.Result != nil:
				read.Results++
			case block.Image != nil:
				read.Images++
			}
		}
		found.messages = append(found.messages, read)
	}
	return found, true
}

// listFoundation lists the models as Amazon Bedrock does.
func (s *Server) listFoundation(w http.ResponseWriter, r *http.Request) {
	type model struct {
		ID        string   `json:"modelId"`
		Inference []string `json:"inferenceTypesSupported"`
	}
	if !s.knows(r) {
		speakConverse.refuse(w, http.StatusUnauthorized, 0)
		return
	}
	list := map[string][]model{}
	for _, id := range s.options.Models {
		list["modelSummaries"] = append(list["modelSummaries"], model{id, []string{"ON_DEMAND"}})
	}
	answer(w, http.StatusOK, mustJSON(list))
}

// listProfiles lists the inference profiles: there are none.
func (s *Server) listProfiles(w http.ResponseWriter, _ *http.Request) {
	answer(w, http.StatusOK, []byte(`{"inferenceProfileSummaries":[]}`))
}
