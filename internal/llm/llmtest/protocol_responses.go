package llmtest

import "fmt"

// Responses writes OpenAI's Responses.
func Responses() Protocol {
	event := messagesEvent
	begin := event(`{"type":"response.created","sequence_number":0,"response":{"id":"r","object":"response","status":"in_progress","output":[]}}`) +
		event(`{"type":"response.in_progress","sequence_number":1,"response":{"id":"r","object":"response","status":"in_progress","output":[]}}`)
	added := func(output int, item string) string {
		return event(`{"type":"response.output_item.added","sequence_number":2,"output_index":%d,"item":%s}`, output, item)
	}
	done := func(output int, item string) string {
		return event(`{"type":"response.output_item.done","sequence_number":9,"output_index":%d,"item":%s}`, output, item)
	}
	delta := func(kind string, output int, text string) string {
		return event(`{"type":"response.%s.delta","sequence_number":5,"item_id":"i","output_index":%d,"content_index":0,"delta":%s,"obfuscation":"x"}`,
			kind, output, quote(text))
	}
	end := func(usage string) string {
		return event(`{"type":"response.completed","sequence_number":99,"response":{"id":"r","object":"response","status":"completed","output":[],"usage":%s}}`, usage)
	}
	const counts = `{"input_tokens":60,"input_tokens_details":{"cached_tokens":40},"output_tokens":17,"output_tokens_details":{"reasoning_tokens":0},"total_tokens":77}`
	piece := func(text string) string { return delta("output_text", 0, text) }
	open := added(0, `{"id":"i","type":"message","role":"assistant","content":[]}`)
	// A real server repeats the text here, which the codec has read already.
	closed := done(0, `{"id":"i","type":"message","role":"assistant","status":"completed","content":[{"type":"output_text","text":"","annotations":[]}]}`)
	whole := func(pieces ...string) string { return begin + open + join(piece, pieces) + closed + end(counts) }
	reasoning := func(text, encrypted string) string {
		return fmt.Sprintf(`{"id":"rs","type":"reasoning","summary":[%s],"encrypted_content":%q}`, text, encrypted)
	}
	call := func(id, name, arguments string) string {
		return fmt.Sprintf(`{"id":"fc_%s","type":"function_call","call_id":"call_%s","name":%q,"arguments":%q}`, id, id, name, arguments)
	}
	return Protocol{
		Name:  "openairesponses",
		Event: piece,
		Text:  whole,
		Whole: func(text string) string {
			return `{"id":"r","object":"response","status":"completed","output":[{"id":"i","type":"message","role":"assistant","content":[{"type":"output_text","text":` +
				quote(text) + `,"annotations":[]}]}],"usage":{"input_tokens":1,"output_tokens":3}}`
		},
		Signature: "c2lnbmF0dXJl",
		Reasoning: begin + added(0, reasoning("", "")) +
			event(`{"type":"response.reasoning_summary_text.delta","sequence_number":4,"item_id":"rs","output_index":0,"summary_index":0,"delta":"thou"}`) +
			event(`{"type":"response.reasoning_summary_text.delta","sequence_number":5,"item_id":"rs","output_index":0,"summary_index":0,"delta":"ght"}`) +
			done(0, reasoning(`{"type":"summary_text","text":"thought"}`, "c2lnbmF0dXJl")) +
			added(1, `{"id":"i","type":"message","role":"assistant","content":[]}`) + delta("output_text", 1, "answer") +
			done(1, `{"id":"i","type":"message","role":"assistant","content":[{"type":"output_text","text":"answer"}]}`) + end("null"),
		Tools: begin + added(0, call("a", "add", "")) + delta("function_call_arguments", 0, `{"a":1,`) +
			added(1, call("b", "now", "")) + delta("function_call_arguments", 0, `"b":2}`) +
			done(0, call("a", "add", `{"a":1,"b":2}`)) + done(1, call("b", "now", "{}")) + end("null"),
		Usage:  whole("ok"),
		Counts: "usage",
		Cut:    begin + open + piece("begun"),
		Failed: begin + open + piece("begun") + event(`{"type":"response.failed","sequence_number":7,"response":{"id":"r","status":"failed","error":{"code":"server_is_overloaded","message":"Our servers are currently overloaded. Please try again later."}}}`),
	}
}
