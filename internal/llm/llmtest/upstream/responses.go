package upstream

import (
	"encoding/json"
	"net/http"
	"strconv"
)

var speakResponses = protocol{
	paths:  []string{"/responses", "/v1/responses", "/openai/v1/responses"},
	read:   readResponses,
	write:  func(call Call, _ asked) wire { return newResponses(call) },
	refuse: speakOpenAI.refuse,
	long:   speakOpenAI.long,
}

// responses writes the events of the Responses API. It keeps track of which
// item is open, because every item is numbered, opened and closed.
type responses struct {
	start []byte
	id    string
	// output is the number of the open item, or of the next one.
	output int
	// kind is the type of the open item, empty where none is.
	kind string
	// delta is the head of an event for the open item.
	delta []byte
	// held is what the open item says so far: its end repeats it.
	held []byte
}

func newResponses(call Call) *responses {
	r := &responses{id: "resp_" + strconv.Itoa(call.Number)}
	body := `{"id":"` + r.id + `","object":"response","status":"in_progress","model":"` + string(escape(call.Model)) + `","output":[]}`
	for _, kind := range []string{"created", "in_progress"} {
		r.start = append(r.start, "event: response."+kind+"\n"+`data: {"type":"response.`+kind+`","response":`+body+"}\n\n"...)
	}
	return r
}

func (r *responses) open(b []byte) []byte { return append(b, r.start...) }

func (r *responses) text(b, escaped []byte) []byte {
	return r.add(r.enter(b, "message", "output_text"), escaped)
}

func (r *responses) reasoning(b, escaped []byte) []byte {
	return r.add(r.enter(b, "reasoning", "reasoning_summary_text"), escaped)
}

func (r *responses) call(b []byte, id, name string, pieces []string) []byte {
	b = r.leave(b)
	head := `{"id":"fc_` + id + `","type":"function_call","call_id":"` + id + `","name":"` + string(escape(name)) + `","arguments":"`
	b = r.item(b, "added", head+`"}`)
	r.begin("function_call_arguments")
	for _, p := range pieces {
		b = r.add(b, escape(p))
	}
	b = r.item(b, "done", head+string(r.held)+`"}`)
	r.output++
	return b
}

func (r *responses) fail(b []byte) []byte {
	return append(b, "event: response.failed\n"+`data: {"type":"response.failed","response":{"id":"`+r.id+
		`","status":"failed","error":{"code":"server_error","message":"The server had an error while it was answering."}}}`+"\n\n"...)
}

func (r *responses) close(b []byte, why finish, cost *usage) []byte {
	b = r.leave(b)
	kind, rest := "completed", ""
	switch why {
	case finishLength:
		kind, rest = "incomplete", `,"incomplete_details":{"reason":"max_output_tokens"}`
	case finishFilter:
		kind, rest = "incomplete", `,"incomplete_details":{"reason":"content_filter"}`
	case finishStop, finishTools:
	}
	if cost != nil {
		rest += `,"usage":{"input_tokens":` + strconv.Itoa(cost.input) + `,"input_tokens_details":{"cached_tokens":0},"output_tokens":` +
			strconv.Itoa(cost.output) + `,"output_tokens_details":{"reasoning_tokens":` + strconv.Itoa(cost.reasoning) +
			`},"total_tokens":` + strconv.Itoa(cost.input+cost.output) + "}"
	}
	return append(b, "event: response."+kind+"\n"+`data: {"type":"response.`+kind+`","response":{"id":"`+r.id+
		`","object":"response","status":"`+kind+`","output":[]`+rest+"}}\n\n"...)
}

// enter opens an item of the given type, unless the open one is of that type.
func (r *responses) enter(b []byte, kind, delta string) []byte {
	if r.kind == kind {
		return b
	}
	b = r.leave(b)
	r.kind = kind
	r.begin(delta)
	return r.item(b, "added", r.content(""))
}

// begin prepares the deltas of an item.
func (r *responses) begin(delta string) {
	r.held = r.held[:0]
	r.delta = []byte("event: response." + delta + ".delta\n" + `data: {"type":"response.` + delta + `.delta","item_id":"i` +
		strconv.Itoa(r.output) + `","output_index":` + strconv.Itoa(r.output) + `,"content_index":0,"delta":"`)
}

// add appends a delta of the open item.
func (r *responses) add(b, escaped []byte) []byte {
	const most = 1 << 20 // of what the end of an item repeats
	if len(r.held) < most {
		r.held = append(r.held, escaped...)
	}
	b = append(append(b, r.delta...), escaped...)
	return append(b, "\"}\n\n"...)
}

// leave closes the open item.
func (r *responses) leave(b []byte) []byte {
	if r.kind == "" {
		return b
	}
	b = r.item(b, "done", r.content(string(r.held)))
	r.kind = ""
	r.output++
	return b
}

// content is the open item with a text.
func (r *responses) content(text string) string {
	id := `{"id":"i` + strconv.Itoa(r.output) + `","type":"` + r.kind + `",`
	if r.kind == "reasoning" {
		return id + `"encrypted_content":"c2lnbmF0dXJl","summary":[{"type":"summary_text","text":"` + text + `"}]}`
	}
	return id + `"role":"assistant","content":[{"type":"output_text","text":"` + text + `","annotations":[]}]}`
}

func (r *responses) item(b []byte, event, item string) []byte {
	kind := "response.output_item." + event
	return append(b, "event: "+kind+"\n"+`data: {"type":"`+kind+`","output_index":`+strconv.Itoa(r.output)+`,"item":`+item+"}\n\n"...)
}

// readResponses takes from a request what the answer depends on.
func readResponses(_ *http.Request, raw []byte) (asked, bool) {
	var sent struct {
		Model        string          `json:"model"`
		Instructions string          `json:"instructions"`
		Input        json.RawMessage `json:"input"`
	}
	if json.Unmarshal(raw, &sent) != nil {
		return asked{}, false
	}
	var messages []Message
	if sent.Instructions != "" {
		messages = append(messages, Message{Role: "system", Text: sent.Instructions})
	}
	var text string
	if json.Unmarshal(sent.Input, &text) == nil {
		return asked{model: sent.Model, messages: append(messages, Message{Role: "user", Text: text}), usage: true}, true
	}
	var items []struct {
		Type    string          `json:"type"`
		Role    string          `json:"role"`
		Name    string          `json:"name"`
		Content json.RawMessage `json:"content"`
	}
	if json.Unmarshal(sent.Input, &items) != nil {
		return asked{}, false
	}
	for _, item := range items {
		switch item.Type {
		case "", "message":
			message := Message{Role: item.Role}
			message.addContent(item.Content)
			messages = append(messages, message)
		case "function_call":
			if last := len(messages) - 1; last >= 0 && len(messages[last].Calls) > 0 {
				messages[last].Calls = append(messages[last].Calls, item.Name) // in parallel
				continue
			}
			messages = append(messages, Message{Role: "assistant", Calls: []string{item.Name}})
		case "function_call_output":
			messages = append(messages, Message{Role: "tool", Results: 1})
		}
	}
	return asked{model: sent.Model, messages: messages, usage: true}, true
}
