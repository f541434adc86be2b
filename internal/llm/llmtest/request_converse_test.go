package llmtest_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"strings"

	"parley/internal/llm"
	"parley/internal/llm/bedrock"
	"parley/internal/llm/eventstream"
	"parley/internal/llm/wire"
)

// buildConverse returns a model by the id that its dialect is.
func buildConverse(address string, client *http.Client, limits wire.Limits, model string) (llm.Model, error) {
	return bedrock.New(bedrock.Config{BaseURL: address, Client: client, Limits: limits}).Model(model), nil
}

// converseModel reads the model out of an address; false for another operation.
func converseModel(address string) (string, bool) {
	rest, operation := "", ""
	if at := strings.LastIndexByte(address, '/'); at > 0 {
		rest, operation = address[:at], address[at:]
	}
	_, id, ok := strings.Cut(rest, "/model/")
	if !ok || operation != "/converse" && operation != "/converse-stream" {
		return "", false
	}
	model, err := url.PathUnescape(id)
	return model, err == nil
}

// framed writes lines of {"kind": payload} as the messages that they came in.
func framed(lines []byte) []byte {
	var stream []byte
	for line := range strings.Lines(string(lines)) {
		var message map[string]json.RawMessage
		if json.Unmarshal([]byte(line), &message) != nil {
			continue
		}
		for kind, payload := range message {
			stream = eventstream.Append(stream, payload,
				eventstream.Header{Name: ":event-type", Value: kind}, eventstream.Header{Name: ":message-type", Value: "event"})
		}
	}
	return stream
}

// unframed is the way back, without the reader of the codec.
func unframed(stream []byte) []object {
	var found []object
	number := func(at int) int {
		return int(stream[at])<<24 | int(stream[at+1])<<16 | int(stream[at+2])<<8 | int(stream[at+3])
	}
	for len(stream) > 16 && number(0) <= len(stream) {
		total, headers := number(0), number(4)
		_, head, _ := strings.Cut(string(stream[12:12+headers]), ":event-type\x07")
		var payload any
		_ = json.Unmarshal(stream[12+headers:total-4], &payload)
		found = append(found, object{head[2 : 2+int(head[1])]: payload})
		stream = stream[total:]
	}
	return found
}

// converseReader adds up the blocks of a recording.
type converseReader struct {
	expected
	calls map[float64]*llm.ToolCall
	order []*llm.ToolCall
	stop  string
}

var novaThinking = regexp.MustCompile(`(?s)^\s*<thinking>(.*?)</thinking>\s*(.*)$`)

func naiveConverse(values []object, model string) expected {
	c := &converseReader{calls: map[float64]*llm.ToolCall{}}
	for _, value := range values {
		if output := obj(value["output"]); output != nil {
			for i, item := range list(obj(output["message"])["content"]) {
				c.whole(float64(i), obj(item))
			}
			c.stop = str(value["stopReason"])
			c.count(value["usage"])
		}
		index, _ := obj(value["contentBlockStart"])["contentBlockIndex"].(float64)
		c.start(index, obj(obj(obj(value["contentBlockStart"])["start"])["toolUse"]))
		index, _ = obj(value["contentBlockDelta"])["contentBlockIndex"].(float64)
		c.delta(index, obj(obj(value["contentBlockDelta"])["delta"]))
		if reason := str(obj(value["messageStop"])["stopReason"]); reason != "" {
			c.stop = reason
		}
		c.count(obj(value["metadata"])["usage"])
	}
	if match := novaThinking.FindStringSubmatch(c.text); match != nil && strings.Contains(model, "nova") {
		c.reasoning, c.text = match[1], match[2]
	}
	for _, call := range c.order {
		c.expected.calls = append(c.expected.calls, *call)
	}
	c.reason = map[string]llm.FinishReason{
		"end_turn": llm.FinishStop, "stop_sequence": llm.FinishStop, "tool_use": llm.FinishTools,
		"max_tokens": llm.FinishLength, "guardrail_intervened": llm.FinishFilter,
	}[c.stop]
	return c.expected
}

func (c *converseReader) start(index float64, call object) {
	if call == nil || str(call["type"]) == "server_tool_use" {
		return
	}
	c.calls[index] = &llm.ToolCall{ID: str(call["toolUseId"]), Name: str(call["name"])}
	c.order = append(c.order, c.calls[index])
}

func (c *converseReader) delta(index float64, delta object) {
	c.text += str(delta["text"])
	c.reasoning += str(obj(delta["reasoningContent"])["text"])
	if call := c.calls[index]; call != nil {
		call.Arguments += str(obj(delta["toolUse"])["input"])
	}
	if delta["citation"] != nil {
		c.links++
	}
}

func (c *converseReader) whole(index float64, block object) {
	c.text += str(block["text"])
	c.reasoning += str(obj(obj(block["reasoningContent"])["reasoningText"])["text"])
	for _, piece := range list(obj(block["citationsContent"])["content"]) {
		c.text += str(obj(piece)["text"])
	}
	c.links += len(list(obj(block["citationsContent"])["citations"]))
	call := obj(block["toolUse"])
	c.start(index, call)
	if own := c.calls[index]; own != nil {
		input, _ := json.Marshal(call["input"])
		own.Arguments = string(input)
	}
}

func (c *converseReader) count(value any) {
	u := obj(value)
	if u == nil {
		return
	}
	c.usage = llm.Usage{
		Output: num(u["outputTokens"]), CacheRead: num(u["cacheReadInputTokens"]), CacheWrite: num(u["cacheWriteInputTokens"]),
	}
	c.usage.Input = num(u["inputTokens"]) + c.usage.CacheRead + c.usage.CacheWrite
}

// fromConverse reads a recorded request back into ours. What ours has no field
// for goes through Extra.
func fromConverse(body object, model string) (llm.Request, error) {
	request := llm.Request{Model: model, System: blockText(body["system"])}
	rest := maps.Clone(body)
	for _, name := range []string{"messages", "system", "inferenceConfig", "toolConfig"} {
		delete(rest, name)
	}
	p := &request.Params
	raw, _ := json.Marshal(body["inferenceConfig"])
	inference := struct {
		Temperature *float64 `json:"temperature"`
		TopP        *float64 `json:"topP"`
		MaxTokens   *int     `json:"maxTokens"`
		Stop        []string `json:"stopSequences"`
	}{}
	_ = json.Unmarshal(raw, &inference)
	p.Temperature, p.TopP, p.MaxTokens, p.Stop = inference.Temperature, inference.TopP, inference.MaxTokens, inference.Stop
	more := obj(body["additionalModelRequestFields"])
	if budget := num(obj(more["thinking"])["budget_tokens"]); budget > 0 && len(more) == 1 {
		tokens := int(budget)
		p.ReasoningTokens = &tokens
		delete(rest, "additionalModelRequestFields")
	}
	if effort := str(more["reasoning_effort"]); effort != "" && len(more) == 1 {
		p.Effort = effort
		delete(rest, "additionalModelRequestFields")
	}
	if topK := num(obj(more["inferenceConfig"])["topK"]); topK > 0 && len(more) == 1 {
		top := int(topK)
		p.TopK = &top
		delete(rest, "additionalModelRequestFields")
	}
	if schema := str(obj(obj(obj(obj(body["outputConfig"])["textFormat"])["structure"])["jsonSchema"])["schema"]); schema != "" {
		p.Schema = json.RawMessage(schema)
		delete(rest, "outputConfig")
	}
	converseTools(&request, obj(body["toolConfig"]))
	for name, value := range rest {
		if p.Extra == nil {
			p.Extra = map[string]json.RawMessage{}
		}
		p.Extra[name], _ = json.Marshal(value)
	}
	whole, _ := json.Marshal(body)
	request.Cache = strings.Contains(string(whole), `"cachePoint"`)
	for _, item := range list(body["messages"]) {
		messages, err := converseMessages(obj(item), model)
		if err != nil {
			return request, err
		}
		request.Messages = append(request.Messages, messages...)
	}
	return request, nil
}

func converseTools(request *llm.Request, config object) {
	for _, item := range list(config["tools"]) {
		if spec := obj(obj(item)["toolSpec"]); spec != nil {
			schema, _ := json.Marshal(obj(spec["inputSchema"])["json"])
			request.Tools = append(request.Tools, llm.Tool{
				Name: str(spec["name"]), Description: str(spec["description"]), Parameters: schema,
			})
		}
		switch str(obj(obj(item)["systemTool"])["name"]) {
		case "nova_grounding":
			request.Remote = append(request.Remote, llm.RemoteTool{Name: llm.RemoteWebSearch})
		case "nova_code_interpreter":
			request.Remote = append(request.Remote, llm.RemoteTool{Name: llm.RemoteCode})
		}
	}
	choice := obj(config["toolChoice"])
	switch {
	case choice["any"] != nil:
		request.ToolChoice = "required"
	case choice["tool"] != nil:
		request.ToolChoice = str(obj(choice["tool"])["name"])
	}
}

// converseMessages cuts a message of the user into results and what was said.
func converseMessages(m object, model string) ([]llm.Message, error) {
	var results, parts []llm.Part
	for _, item := range list(m["content"]) {
		block := obj(item)
		if result := obj(block["toolResult"]); result != nil && str(m["role"]) == "user" {
			answer, err := converseResult(result)
			if err != nil {
				return nil, err
			}
			results = append(results, answer...)
			continue
		}
		part, err := conversePart(block, model)
		if err != nil {
			return nil, err
		}
		if part.Type != "" {
			parts = append(parts, part)
		}
	}
	var messages []llm.Message
	if results != nil {
		messages = append(messages, llm.Message{Role: llm.RoleTool, Parts: results})
	}
	if parts != nil {
		messages = append(messages, llm.Message{Role: llm.Role(str(m["role"])), Parts: parts})
	}
	return messages, nil
}

func conversePart(block object, model string) (llm.Part, error) {
	for kind, value := range block {
		content := obj(value)
		switch kind {
		case "text":
			return llm.Part{Type: llm.PartText, Text: str(value)}, nil
		case "cachePoint":
			return llm.Part{}, nil
		case "toolUse":
			input, _ := json.Marshal(content["input"])
			return llm.Part{Type: llm.PartToolCall, Call: &llm.ToolCall{
				ID: str(content["toolUseId"]), Name: str(content["name"]), Arguments: string(input),
			}}, nil
		case "document", "image":
			return converseMedia(kind, content), nil
		case "reasoningContent":
			raw, _ := json.Marshal(object{"model": model, "block": block})
			return llm.Part{Type: llm.PartReasoning, Protocol: bedrock.Protocol, Raw: raw}, nil
		}
	}
	return llm.Part{}, fmt.Errorf("a block of the form %v", block)
}

func converseMedia(kind string, content object) llm.Part {
	format := str(content["format"])
	types := map[string]string{
		"pdf": "application/pdf", "txt": "text/plain", "png": "image/png", "jpeg": "image/jpeg",
		"xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
	}
	m := media("data:"+types[format]+";base64,"+str(obj(content["source"])["bytes"]), types[format])
	m.Name = str(content["name"])
	part := llm.Part{Type: llm.PartFile, Media: m}
	if kind == "image" {
		part.Type = llm.PartImage
	}
	return part
}

func converseResult(result object) ([]llm.Part, error) {
	answer := llm.Part{Type: llm.PartToolResult, Result: &llm.ToolResult{
		CallID: str(result["toolUseId"]), Content: blockText(result["content"]), IsError: result["status"] == "error",
	}}
	parts := []llm.Part{answer}
	for _, item := range list(result["content"]) {
		for kind, value := range obj(item) {
			switch kind {
			case "text":
			case "document", "image":
				parts = append(parts, converseMedia(kind, obj(value)))
			default:
				return nil, fmt.Errorf("a result with a %s", kind)
			}
		}
	}
	return parts, nil
}

// canonicalConverse reduces a request to what decides the answer. Neutral, and
// so not compared:
//
//   - null fields and empty objects; two messages of one role in a row, which
//     are one; how instructions are divided into blocks;
//   - where cache points stand (the codec's own test counts them);
//   - texts of nothing but space, and the text that a document needs beside it;
//   - names of documents, and whether they are to be cited; the name and description of a schema;
//   - strict flags of tools; a tool choice of auto; the status of a result that
//     is no error.
func canonicalConverse(body object, _ string) object {
	out, _ := unadorned(body).(object)
	out["system"] = blockText(body["system"])
	structure := obj(obj(obj(out["outputConfig"])["textFormat"])["structure"])
	if schema := obj(structure["jsonSchema"]); schema != nil {
		structure["jsonSchema"] = parsed(str(schema["schema"]))
	}
	config := obj(out["toolConfig"])
	if obj(config["toolChoice"])["auto"] != nil || len(obj(config["toolChoice"])) == 0 {
		delete(config, "toolChoice")
	}
	var messages []any
	for _, item := range list(out["messages"]) {
		m := obj(item)
		if len(messages) > 0 {
			if last := obj(messages[len(messages)-1]); last["role"] == m["role"] {
				last["content"] = append(list(last["content"]), list(m["content"])...)
				continue
			}
		}
		messages = append(messages, m)
	}
	out["messages"] = messages
	return out
}

// unadorned removes what is neutral at any depth.
func unadorned(value any) any {
	switch v := value.(type) {
	case object:
		out := object{}
		_, isDocument := v["format"]
		for name, item := range v {
			inner := unadorned(item)
			empty := inner == nil || name == "strict" || name == "citations" && isDocument || name == "status" && item == "success" || name == "name" && isDocument
			if o, ok := inner.(object); ok && len(o) == 0 && (name == "inferenceConfig" || name == "requestMetadata") {
				empty = true
			}
			if !empty {
				out[name] = inner
			}
		}
		return out
	case []any:
		out := []any{}
		for _, item := range v {
			block := obj(item)
			text, isText := block["text"].(string)
			if block["cachePoint"] != nil || isText && len(block) == 1 && strings.Trim(text, " \n…") == "" {
				continue
			}
			out = append(out, unadorned(item))
		}
		return out
	default:
		return value
	}
}
