package llmtest

import (
	"encoding/json"
	"fmt"
	"strings"
)

func data(format string, args ...any) string { return "data: " + fmt.Sprintf(format, args...) + "\n\n" }

// quote writes a JSON string that keeps bytes which are not UTF-8, as a broken
// server does.
func quote(text string) string {
	var out strings.Builder
	out.WriteByte('"')
	for len(text) > 0 {
		at := strings.IndexAny(text, "\"\\\n")
		if at < 0 {
			out.WriteString(text)
			break
		}
		out.WriteString(text[:at])
		if c := text[at]; c == '\n' {
			out.WriteString(`\n`)
		} else {
			out.WriteByte('\\')
			out.WriteByte(c)
		}
		text = text[at+1:]
	}
	out.WriteByte('"')
	return out.String()
}

// rewrite changes the payload of each event of a stream.
func (p *Protocol) rewrite(stream string, change func(payload string) string) string {
	if p.Rewrite != nil {
		return p.Rewrite(stream, change)
	}
	var out strings.Builder
	for line := range strings.Lines(stream) {
		if payload, ok := strings.CutPrefix(strings.TrimSuffix(line, "\n"), "data: "); ok {
			line = "data: " + change(payload) + "\n"
		}
		out.WriteString(line)
	}
	return out.String()
}

func chatDelta(delta string) string {
	return data(`{"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":%s,"finish_reason":null}]}`, delta)
}

func chatEnd(reason, usage string) string {
	return data(`{"choices":[{"index":0,"delta":{},"finish_reason":%q}]}`, reason) +
		data(`{"choices":[],"usage":%s}`, usage) + "data: [DONE]\n\n"
}

// ChatCompletions writes OpenAI's Chat Completions, with OpenRouter's reasoning.
func ChatCompletions() Protocol {
	event := func(piece string) string { return chatDelta(`{"content":` + quote(piece) + `}`) }
	detail := func(fields string) string {
		return chatDelta(`{"reasoning_details":[{"type":"reasoning.text","format":"f","index":0,` + fields + `}]}`)
	}
	return Protocol{
		Name:  "openaichat",
		Event: event,
		Text:  func(pieces ...string) string { return join(event, pieces) + chatEnd("stop", "null") },
		Whole: func(text string) string {
			return `{"object":"chat.completion","choices":[{"index":0,"message":{"role":"assistant","content":` +
				quote(text) + `},"finish_reason":"stop"}],"usage":{"prompt_tokens":1,"completion_tokens":3}}`
		},
		Signature: "c2lnbmF0dXJl",
		Reasoning: detail(`"text":"thou"`) + detail(`"text":"ght"`) + detail(`"signature":"c2lnbmF0dXJl"`) +
			event("answer") + chatEnd("stop", "null"),
		Tools: chatDelta(`{"role":"assistant","content":null,"tool_calls":[{"index":0,"id":"call_a","type":"function","function":{"name":"add","arguments":""}}]}`) +
			chatDelta(`{"tool_calls":[{"index":0,"function":{"arguments":"{\"a\":1,"}}]}`) +
			chatDelta(`{"tool_calls":[{"index":1,"id":"call_b","type":"function","function":{"name":"now","arguments":""}}]}`) +
			chatDelta(`{"tool_calls":[{"index":0,"function":{"arguments":"\"b\":2}"}}]}`) +
			chatEnd("tool_calls", "null"),
		Usage: event("ok") + chatEnd("stop",
			`{"prompt_tokens":60,"completion_tokens":17,"total_tokens":77,"prompt_tokens_details":{"cached_tokens":40}}`),
		Counts: "usage",
		Cut:    event("begun"),
		Failed: event("begun") + data(`{"error":{"message":"The engine is currently overloaded","type":"engine_overloaded","code":503}}`),
	}
}

func join(event func(string) string, pieces []string) string {
	var all strings.Builder
	for _, piece := range pieces {
		all.WriteString(event(piece))
	}
	return all.String()
}

func messagesEvent(format string, args ...any) string {
	text := fmt.Sprintf(format, args...)
	var kind struct {
		Type string `json:"type"`
	}
	_ = json.Unmarshal([]byte(text), &kind)
	return "event: " + kind.Type + "\n" + data("%s", text)
}

// Messages writes Anthropic's Messages.
func Messages() Protocol {
	event := messagesEvent
	begin := event(`{"type":"message_start","message":{"id":"m","role":"assistant","content":[],"usage":{"input_tokens":20,"cache_read_input_tokens":40,"output_tokens":1}}}`) +
		event(`{"type":"ping"}`)
	start := func(index int, block string) string {
		return event(`{"type":"content_block_start","index":%d,"content_block":%s}`, index, block)
	}
	delta := func(index int, fields string) string {
		return event(`{"type":"content_block_delta","index":%d,"delta":%s}`, index, fields)
	}
	stop := func(index int) string { return event(`{"type":"content_block_stop","index":%d}`, index) }
	end := func(reason string) string {
		return event(`{"type":"message_delta","delta":{"stop_reason":%q},"usage":{"output_tokens":17}}`, reason) +
			event(`{"type":"message_stop"}`)
	}
	text := start(0, `{"type":"text","text":""}`)
	piece := func(piece string) string { return delta(0, `{"type":"text_delta","text":`+quote(piece)+`}`) }
	whole := func(pieces ...string) string {
		return begin + text + join(piece, pieces) + stop(0) + end("end_turn")
	}
	return Protocol{
		Name:  "anthropic",
		Event: piece,
		Text:  whole,
		Whole: func(text string) string {
			return `{"type":"message","role":"assistant","content":[{"type":"text","text":` + quote(text) +
				`}],"stop_reason":"end_turn","usage":{"input_tokens":1,"output_tokens":3}}`
		},
		Signature: "c2lnbmF0dXJl",
		Reasoning: begin + start(0, `{"type":"thinking","thinking":"","signature":""}`) +
			delta(0, `{"type":"thinking_delta","thinking":"thou"}`) + delta(0, `{"type":"thinking_delta","thinking":"ght"}`) +
			delta(0, `{"type":"signature_delta","signature":"c2lnbmF0dXJl"}`) + stop(0) +
			start(1, `{"type":"text","text":""}`) + delta(1, `{"type":"text_delta","text":"answer"}`) + stop(1) + end("end_turn"),
		Tools: begin + start(0, `{"type":"tool_use","id":"call_a","name":"add","input":{}}`) +
			delta(0, `{"type":"input_json_delta","partial_json":""}`) +
			delta(0, `{"type":"input_json_delta","partial_json":"{\"a\":1,"}`) +
			delta(0, `{"type":"input_json_delta","partial_json":"\"b\":2}"}`) + stop(0) +
			start(1, `{"type":"tool_use","id":"call_b","name":"now","input":{}}`) + stop(1) + end("tool_use"),
		Usage:  whole("ok"),
		Counts: "usage",
		Cut:    begin + text + piece("begun"),
		Failed: begin + text + piece("begun") + event(`{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}`),
	}
}
