package llmtest

import (
	"encoding/base64"
	"strings"

	"parley/internal/llm/eventstream"
)

// converseMessage writes one message of a ConverseStream.
func converseMessage(kind, payload string) string {
	return string(eventstream.Append(nil, []byte(payload),
		eventstream.Header{Name: ":event-type", Value: kind},
		eventstream.Header{Name: ":content-type", Value: "application/json"},
		eventstream.Header{Name: ":message-type", Value: "event"}))
}

// Converse writes Amazon Bedrock's Converse and ConverseStream.
func Converse() Protocol {
	event := converseMessage
	start := func(index, call string) string {
		return event("contentBlockStart", `{"contentBlockIndex":`+index+`,"p":"abcd","start":{"toolUse":`+call+`}}`)
	}
	delta := func(index, fields string) string {
		return event("contentBlockDelta", `{"contentBlockIndex":`+index+`,"delta":`+fields+`,"p":"abcdefgh"}`)
	}
	stop := func(index string) string {
		return event("contentBlockStop", `{"contentBlockIndex":`+index+`,"p":"ab"}`)
	}
	end := func(reason string) string {
		return event("messageStop", `{"p":"abc","stopReason":"`+reason+`"}`) +
			event("metadata", `{"metrics":{"latencyMs":5},"usage":{"inputTokens":20,"cacheReadInputTokens":40,"outputTokens":17,"totalTokens":77}}`)
	}
	begin := event("messageStart", `{"p":"abcdef","role":"assistant"}`)
	piece := func(piece string) string { return delta("0", `{"text":`+quote(piece)+`}`) }
	whole := func(pieces ...string) string {
		return begin + join(piece, pieces) + stop("0") + end("end_turn")
	}
	signature := base64.StdEncoding.EncodeToString([]byte("signature"))
	return Protocol{
		Name:  "bedrock",
		Event: piece,
		Text:  whole,
		Whole: func(text string) string {
			return `{"output":{"message":{"role":"assistant","content":[{"text":` + quote(text) +
				`}]}},"stopReason":"end_turn","usage":{"inputTokens":1,"outputTokens":3,"totalTokens":4}}`
		},
		Signature: signature,
		Reasoning: begin + delta("0", `{"reasoningContent":{"text":"thou"}}`) + delta("0", `{"reasoningContent":{"text":"ght"}}`) +
			delta("0", `{"reasoningContent":{"signature":"`+signature+`"}}`) + stop("0") +
			delta("1", `{"text":"answer"}`) + stop("1") + end("end_turn"),
		Tools: begin + start("0", `{"toolUseId":"call_a","name":"add"}`) + delta("0", `{"toolUse":{"input":""}}`) +
			delta("0", `{"toolUse":{"input":"{\"a\":1,"}}`) + delta("0", `{"toolUse":{"input":"\"b\":2}"}}`) + stop("0") +
			start("1", `{"toolUseId":"call_b","name":"now"}`) + stop("1") + end("tool_use"),
		Usage: whole("ok"), Counts: "usage",
		Cut: begin + piece("begun"),
		Failed: begin + piece("begun") + string(eventstream.Append(nil, []byte(`{"message":"Too busy."}`),
			eventstream.Header{Name: ":exception-type", Value: "serviceUnavailableException"},
			eventstream.Header{Name: ":message-type", Value: "exception"})),
		Read:    readConverse,
		Rewrite: rewriteConverse,
	}
}

// rewriteConverse writes every message anew, for its length is part of it.
func rewriteConverse(stream string, change func(payload string) string) string {
	var out strings.Builder
	reader := eventstream.NewReader(strings.NewReader(stream), 0)
	for {
		message, err := reader.Next()
		if err != nil {
			return out.String()
		}
		kind := string(message.Header(":event-type"))
		out.WriteString(converseMessage(kind, change(string(message.Payload))))
	}
}

func readConverse(path string, body map[string]any) Sent {
	sent := Sent{Stream: strings.HasSuffix(path, "/converse-stream"), Params: map[string]any{}}
	inference, _ := body["inferenceConfig"].(map[string]any)
	more, _ := body["additionalModelRequestFields"].(map[string]any)
	for name, value := range map[string]any{
		"temperature": inference["temperature"], "stop": inference["stopSequences"], "top_k": more["top_k"],
		"frequency_penalty": more["frequency_penalty"], "presence_penalty": more["presence_penalty"], "seed": more["seed"],
	} {
		if value != nil {
			sent.Params[name] = value
		}
	}
	config, _ := body["toolConfig"].(map[string]any)
	tools, _ := config["tools"].([]any)
	for _, tool := range tools {
		object, _ := tool.(map[string]any)
		spec, _ := object["toolSpec"].(map[string]any)
		name, _ := spec["name"].(string)
		sent.Tools = append(sent.Tools, name)
	}
	return sent
}
