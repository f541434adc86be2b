package upstream

import "strconv"

// anthropic writes the events of the Messages API. It keeps track of which
// content block is open, because every block is numbered, opened and closed.
type anthropic struct {
	start []byte
	// index is the number of the open block, or of the next one.
	index int
	// block is the type of the open block, empty where none is.
	block string
	// delta is the head of an event for the open block.
	delta []byte
}

func newAnthropic(call Call, input int) *anthropic {
	start := "event: message_start\n" + `data: {"type":"message_start","message":{"id":"msg_` + strconv.Itoa(call.Number) +
		`","type":"message","role":"assistant","model":"` + string(escape(call.Model)) +
		`","content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":` + strconv.Itoa(input) +
		`,"cache_creation_input_tokens":0,"cache_read_input_tokens":0,"output_tokens":1}}}` + "\n\n" +
		"event: ping\n" + `data: {"type":"ping"}` + "\n\n"
	return &anthropic{start: []byte(start)}
}

func (a *anthropic) open(b []byte) []byte { return append(b, a.start...) }

func (a *anthropic) text(b, escaped []byte) []byte {
	b = a.enter(b, "text", `{"type":"text","text":""}`, `{"type":"text_delta","text":"`)
	return a.add(b, escaped)
}

func (a *anthropic) reasoning(b, escaped []byte) []byte {
	b = a.enter(b, "thinking", `{"type":"thinking","thinking":"","signature":""}`, `{"type":"thinking_delta","thinking":"`)
	return a.add(b, escaped)
}

func (a *anthropic) call(b []byte, id, name string, pieces []string) []byte {
	b = a.leave(b)
	b = a.enter(b, "tool_use", `{"type":"tool_use","id":"`+id+`","name":"`+string(escape(name))+`","input":{}}`,
		`{"type":"input_json_delta","partial_json":"`)
	for _, p := range pieces {
		b = a.add(b, escape(p))
	}
	return a.leave(b)
}

func (a *anthropic) fail(b []byte) []byte {
	b = append(b, "event: error\ndata: "...)
	b = append(b, anthropicError("overloaded_error", "Overloaded")...)
	return append(b, "\n\n"...)
}

func (a *anthropic) close(b []byte, why finish, cost *usage) []byte {
	reason := map[finish]string{
		finishStop: "end_turn", finishLength: "max_tokens", finishFilter: "refusal", finishTools: "tool_use",
	}[why]
	b = a.leave(b)
	b = append(b, "event: message_delta\n"+`data: {"type":"message_delta","delta":{"stop_reason":"`...)
	b = append(b, reason...)
	b = append(b, `","stop_sequence":null}`...)
	if cost != nil {
		b = append(b, `,"usage":{"output_tokens":`...)
		b = append(strconv.AppendInt(b, int64(cost.output), 10), '}')
	}
	return append(b, "}\n\nevent: message_stop\ndata: {\"type\":\"message_stop\"}\n\n"...)
}

// enter opens a block of the given type, unless the open one is of that type.
func (a *anthropic) enter(b []byte, block, content, delta string) []byte {
	if a.block == block {
		return b
	}
	b = a.leave(b)
	index := strconv.Itoa(a.index)
	a.block = block
	a.delta = []byte("event: content_block_delta\n" + `data: {"type":"content_block_delta","index":` + index + `,"delta":` + delta)
	return append(b, "event: content_block_start\n"+`data: {"type":"content_block_start","index":`+index+
		`,"content_block":`+content+"}\n\n"...)
}

// add appends a delta of the open block.
func (a *anthropic) add(b, escaped []byte) []byte {
	b = append(append(b, a.delta...), escaped...)
	return append(b, "\"}}\n\n"...)
}

// leave closes the open block; a thinking block gets its signature first.
func (a *anthropic) leave(b []byte) []byte {
	if a.block == "" {
		return b
	}
	index := strconv.Itoa(a.index)
	if a.block == "thinking" {
		b = append(b, "event: content_block_delta\n"+`data: {"type":"content_block_delta","index":`+index+
			`,"delta":{"type":"signature_delta","signature":"c2lnbmF0dXJl`+index+"\"}}\n\n"...)
	}
	a.index++
	a.block = ""
	return append(b, "event: content_block_stop\n"+`data: {"type":"content_block_stop","index":`+index+"}\n\n"...)
}

// anthropicError is the body of an error.
func anthropicError(kind, message string) []byte {
	return mustJSON(struct {
		Type  string            `json:"type"`
		Error map[string]string `json:"error"`
	}{Type: "error", Error: map[string]string{"type": kind, "message": message}})
}
