package llmtest_test

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"parley/internal/llm"
	"parley/internal/llm/anthropic"
	"parley/internal/llm/claude"
)

// fromMessages reads a recorded request of Anthropic Messages back into ours.
// What ours has no field for goes through Extra.
func fromMessages(body object, _ string) (llm.Request, error) {
	request := llm.Request{Model: str(body["model"])}
	rest := maps.Clone(body)
	for _, name := range []string{"model", "messages", "stream", "system", "cache_control"} {
		delete(rest, name)
	}
	take := func(name string, into any) {
		if value, ok := rest[name]; ok && value != nil {
			if raw, _ := json.Marshal(value); json.Unmarshal(raw, into) == nil {
				delete(rest, name)
			}
		}
	}
	p := &request.Params
	take("max_tokens", &p.MaxTokens)
	take("temperature", &p.Temperature)
	take("top_p", &p.TopP)
	take("top_k", &p.TopK)
	take("stop_sequences", &p.Stop)
	if thinking := obj(body["thinking"]); len(thinking) == 2 && thinking["budget_tokens"] != nil {
		budget := int(num(thinking["budget_tokens"]))
		p.ReasoningTokens = &budget
		delete(rest, "thinking")
	}
	config := obj(body["output_config"])
	if effort := str(config["effort"]); effort != "" && body["thinking"] != nil && len(config) == 1 {
		p.Effort = effort
		delete(rest, "output_config")
		delete(rest, "thinking")
	}
	if format := obj(config["format"]); format != nil && len(config) == 1 {
		p.Schema, _ = json.Marshal(format["schema"])
		delete(rest, "output_config")
	}
	messagesTools(&request, rest)
	for name, value := range rest {
		if value == nil {
			continue
		}
		if p.Extra == nil {
			p.Extra = map[string]json.RawMessage{}
		}
		p.Extra[name], _ = json.Marshal(value)
	}
	request.System = blockText(body["system"])
	raw, _ := json.Marshal(body)
	request.Cache = strings.Contains(string(raw), `"cache_control":{`)
	for _, item := range list(body["messages"]) {
		message, err := messageOf(obj(item))
		if err != nil {
			return request, err
		}
		request.Messages = append(request.Messages, message)
	}
	return request, nil
}

// messagesRemote are Anthropic's own tools by their name on the wire.
var messagesRemote = map[string]string{
	"web_search": llm.RemoteWebSearch, "web_fetch": llm.RemoteURLContext, "code_execution": llm.RemoteCode,
}

func messagesTools(request *llm.Request, rest object) {
	for _, item := range list(rest["tools"]) {
		tool := obj(item)
		if name, ok := messagesRemote[str(tool["name"])]; ok && tool["input_schema"] == nil {
			options, _ := json.Marshal(without(tool))
			request.Remote = append(request.Remote, llm.RemoteTool{Name: name, Options: options})
			continue
		}
		if tool["type"] != nil && tool["type"] != "custom" || tool["defer_loading"] != nil || tool["input_schema"] == nil {
			request.Tools, request.Remote = nil, nil
			return // a tool of the provider's own: an admin would add it
		}
		schema, _ := json.Marshal(tool["input_schema"])
		request.Tools = append(request.Tools, llm.Tool{
			Name: str(tool["name"]), Description: str(tool["description"]), Parameters: schema,
		})
	}
	if len(request.Tools)+len(request.Remote) == 0 {
		return
	}
	delete(rest, "tools")
	if len(request.Tools) == 0 {
		return
	}
	choice := obj(rest["tool_choice"])
	if single, ok := choice["disable_parallel_tool_use"].(bool); ok {
		many := !single
		request.Params.ParallelTools = &many
	}
	switch str(choice["type"]) {
	case "any":
		request.ToolChoice = "required"
	case "tool":
		request.ToolChoice = str(choice["name"])
	default:
		request.ToolChoice = str(choice["type"])
	}
	delete(rest, "tool_choice")
}

// blockText joins the text of a string or of a list of blocks.
func blockText(content any) string {
	texts := []string{}
	if text, ok := content.(string); ok {
		texts = append(texts, text)
	}
	for _, item := range list(content) {
		texts = append(texts, str(obj(item)["text"]))
	}
	return strings.TrimSpace(strings.Join(texts, "\n\n"))
}

func messageOf(m object) (llm.Message, error) {
	message := llm.Message{Role: llm.Role(str(m["role"]))}
	if message.Role != llm.RoleUser && message.Role != llm.RoleAssistant {
		return message, fmt.Errorf("a message of the role %q", message.Role)
	}
	content := list(m["content"])
	if text, ok := m["content"].(string); ok {
		content = []any{object{"type": "text", "text": text}}
	}
	for _, item := range content {
		parts, err := partsOf(obj(item))
		if err != nil {
			return message, err
		}
		for _, part := range parts {
			if part.Type == llm.PartToolResult && part.Protocol == "" {
				message.Role = llm.RoleTool
			}
		}
		message.Parts = append(message.Parts, parts...)
	}
	if message.Role == llm.RoleTool {
		for _, part := range message.Parts {
			if part.Type == llm.PartText {
				return message, fmt.Errorf("text beside a tool result")
			}
		}
	}
	return message, nil
}

func partsOf(block object) ([]llm.Part, error) {
	raw, _ := json.Marshal(block)
	own := llm.Part{Protocol: anthropic.Protocol, Raw: raw}
	switch kind := str(block["type"]); {
	case kind == "text":
		parts := []llm.Part{{Type: llm.PartText, Text: str(block["text"])}}
		for _, citation := range list(block["citations"]) {
			if obj(citation)["type"] == "web_search_result_location" {
				raw, _ := json.Marshal(citation)
				parts = append(parts, llm.Part{
					Type: llm.PartSource, Source: &llm.Source{}, Protocol: anthropic.Protocol, Raw: raw,
				})
			}
		}
		return parts, nil
	case kind == "thinking" || kind == "redacted_thinking":
		own.Type, own.Text = llm.PartReasoning, str(block["thinking"])
		return []llm.Part{own}, nil
	case kind == "tool_use":
		input, _ := json.Marshal(block["input"])
		return []llm.Part{{Type: llm.PartToolCall, Call: &llm.ToolCall{
			ID: str(block["id"]), Name: str(block["name"]), Arguments: string(input),
		}}}, nil
	case kind == "server_tool_use" || kind == "mcp_tool_use":
		own.Type, own.Call = llm.PartToolCall, &llm.ToolCall{ID: str(block["id"]), Name: str(block["name"]), Remote: true}
		return []llm.Part{own}, nil
	case kind == "tool_result":
		return resultOf(block)
	case strings.HasSuffix(kind, "_tool_result"):
		own.Type, own.Result = llm.PartToolResult, &llm.ToolResult{CallID: str(block["tool_use_id"])}
		return []llm.Part{own}, nil
	case kind == "image" || kind == "document":
		return mediaOf(block)
	case kind == "container_upload":
		own.Type, own.Media = llm.PartFile, &llm.Media{}
		return []llm.Part{own}, nil
	default:
		return nil, fmt.Errorf("a block of type %q", kind)
	}
}

func resultOf(block object) ([]llm.Part, error) {
	failed, _ := block["is_error"].(bool)
	parts := []llm.Part{{Type: llm.PartToolResult, Result: &llm.ToolResult{
		CallID: str(block["tool_use_id"]), Content: blockText(block["content"]), IsError: failed,
	}}}
	for _, item := range list(block["content"]) {
		switch kind := str(obj(item)["type"]); kind {
		case "text":
		case "image":
			pictures, err := mediaOf(obj(item))
			if err != nil {
				return nil, err
			}
			parts = append(parts, pictures...)
		default:
			return nil, fmt.Errorf("a result with a block of type %q", kind)
		}
	}
	return parts, nil
}

func mediaOf(block object) ([]llm.Part, error) {
	source := obj(block["source"])
	m := &llm.Media{MIME: str(source["media_type"]), Name: str(block["title"])}
	switch kind := str(source["type"]); kind {
	case "base64":
		m = media("data:"+m.MIME+";base64,"+str(source["data"]), m.MIME)
		m.Name = str(block["title"])
	case "text":
		m.Data = []byte(str(source["data"]))
	case "url":
		m.URL = str(source["url"])
		m.MIME = map[string]string{"image": "image/png", "document": "application/pdf"}[str(block["type"])]
	default:
		return nil, fmt.Errorf("a source of type %q", kind)
	}
	kind := llm.PartFile
	if str(block["type"]) == "image" {
		kind = llm.PartImage
	}
	return []llm.Part{{Type: kind, Media: m}}, nil
}

// canonicalMessages reduces a request to what decides the answer. Neutral, and
// so not compared:
//
//   - stream: we always stream;
//   - null fields, empty lists, is_error false;
//   - content as a string and as a list of one text;
//   - how instructions are divided into blocks;
//   - where cache_control marks stand (the codec's own test counts them);
//   - strict flags of tools; a tool choice of "auto" and none; parallel tool use
//     allowed explicitly, which is the default;
//   - adaptive thinking without an effort of models that do so anyway;
//   - whether Anthropic's own tools stand before or behind others;
//   - citations of documents, which are not sent back, and whether they are
//     asked for.
func canonicalMessages(body object, _ string) object {
	out, _ := without(body).(object)
	for _, name := range []string{"stream", "cache_control"} {
		delete(out, name)
	}
	out["system"] = blockText(body["system"])
	if claude.TraitsOf(str(body["model"])).Thinks && obj(out["thinking"])["type"] == "adaptive" && out["output_config"] == nil {
		delete(out, "thinking")
	}
	choice := obj(out["tool_choice"])
	if choice["disable_parallel_tool_use"] == false {
		delete(choice, "disable_parallel_tool_use")
	}
	if choice["type"] == "auto" && len(choice) == 1 {
		delete(out, "tool_choice")
	}
	slices.SortStableFunc(list(out["tools"]), func(a, b any) int {
		return cmp.Compare(str(obj(a)["type"]), str(obj(b)["type"]))
	})
	for _, item := range list(out["tools"]) {
		if obj(obj(item)["citations"])["enabled"] == true {
			delete(obj(item), "citations")
		}
	}
	var messages []any
	for _, item := range list(out["messages"]) {
		m := obj(item)
		if text, ok := m["content"].(string); ok {
			m["content"] = []any{object{"type": "text", "text": text}}
		}
		for _, item := range list(m["content"]) {
			block := obj(item)
			if block["type"] == "tool_result" {
				block["content"] = append([]any{blockText(block["content"])}, pictures(block["content"])...)
			}
			if block["type"] == "document" {
				delete(block, "citations")
			}
			keepSearch(block)
		}
		messages = append(messages, m)
	}
	out["messages"] = messages
	return out
}

func pictures(content any) []any {
	var found []any
	for _, item := range list(content) {
		if obj(item)["type"] != "text" {
			found = append(found, item)
		}
	}
	return found
}

func keepSearch(block object) {
	var kept []any
	for _, citation := range list(block["citations"]) {
		if obj(citation)["type"] == "web_search_result_location" {
			kept = append(kept, citation)
		}
	}
	if block["type"] == "text" {
		delete(block, "citations")
		if kept != nil {
			block["citations"] = kept
		}
	}
}

// without removes what is neutral at any depth.
func without(value any) any {
	switch v := value.(type) {
	case object:
		out := object{}
		for name, item := range v {
			empty := item == nil || name == "is_error" && item == false || name == "strict" || name == "cache_control"
			if items, ok := item.([]any); ok && len(items) == 0 && name == "citations" {
				empty = true
			}
			if !empty {
				out[name] = without(item)
			}
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, item := range v {
			out[i] = without(item)
		}
		return out
	default:
		return value
	}
}
