package llmtest_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"strings"

	"parley/internal/llm"
	"parley/internal/llm/openaichat"
)

// fromChat reads a recorded request of Chat Completions back into ours. What
// ours has no field for goes through Extra.
func fromChat(body object, _ string) (llm.Request, error) {
	request := llm.Request{Model: str(body["model"]), User: str(body["user"])}
	rest := maps.Clone(body)
	for _, name := range []string{"model", "messages", "stream", "stream_options", "usage", "user"} {
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
	take("temperature", &p.Temperature)
	take("top_p", &p.TopP)
	take("top_k", &p.TopK)
	take("max_tokens", &p.MaxTokens)
	take("max_completion_tokens", &p.MaxTokens)
	take("stop", &p.Stop)
	take("seed", &p.Seed)
	take("frequency_penalty", &p.FrequencyPenalty)
	take("presence_penalty", &p.PresencePenalty)
	take("reasoning_effort", &p.Effort)
	take("parallel_tool_calls", &p.ParallelTools)
	switch reasoning := obj(body["reasoning"]); {
	case len(reasoning) == 1 && reasoning["effort"] != nil:
		p.Effort = str(reasoning["effort"])
		delete(rest, "reasoning")
	case len(reasoning) == 1 && reasoning["max_tokens"] != nil:
		budget := int(num(reasoning["max_tokens"]))
		p.ReasoningTokens = &budget
		delete(rest, "reasoning")
	}
	if format := obj(body["response_format"]); format["type"] == "json_schema" {
		p.Schema, _ = json.Marshal(obj(format["json_schema"])["schema"])
		delete(rest, "response_format")
	}
	chatTools(&request, rest)
	for name, value := range rest {
		if value == nil {
			continue
		}
		if p.Extra == nil {
			p.Extra = map[string]json.RawMessage{}
		}
		p.Extra[name], _ = json.Marshal(value)
	}
	return request, chatMessages(&request, list(body["messages"]))
}

func chatTools(request *llm.Request, rest object) {
	for _, item := range list(rest["tools"]) {
		if str(obj(item)["type"]) != "function" {
			request.Tools = nil
			return // a tool of the provider's own: an admin would add it
		}
		function := obj(obj(item)["function"])
		tool := llm.Tool{Name: str(function["name"]), Description: str(function["description"])}
		if function["parameters"] != nil {
			tool.Parameters, _ = json.Marshal(function["parameters"])
		}
		request.Tools = append(request.Tools, tool)
	}
	delete(rest, "tools")
	switch choice := rest["tool_choice"].(type) {
	case string:
		request.ToolChoice = choice
		if choice == "any" {
			request.ToolChoice = "required"
		}
	case object:
		request.ToolChoice = str(obj(choice["function"])["name"])
	}
	delete(rest, "tool_choice")
}

func chatMessages(request *llm.Request, messages []any) error {
	for _, item := range messages {
		m := obj(item)
		message := llm.Message{}
		switch role := str(m["role"]); role {
		case "system", "developer":
			text, _ := chatContent(m["content"])
			request.System = strings.TrimPrefix(request.System+"\n\n"+text, "\n\n")
			continue
		case "user":
			message.Role = llm.RoleUser
			parts, err := chatParts(m["content"])
			if err != nil {
				return err
			}
			message.Parts = parts
		case "assistant":
			message.Role = llm.RoleAssistant
			message.Parts = chatAssistant(m, request.Model)
		case "tool":
			text, _ := chatContent(m["content"])
			message.Role = llm.RoleTool
			message.Parts = []llm.Part{{Type: llm.PartToolResult, Result: &llm.ToolResult{
				CallID: str(m["tool_call_id"]), Content: text,
			}}}
		default:
			return fmt.Errorf("a message of the role %q", role)
		}
		request.Messages = append(request.Messages, message)
	}
	return nil
}

func chatParts(content any) ([]llm.Part, error) {
	if text, ok := content.(string); ok {
		return []llm.Part{{Type: llm.PartText, Text: text}}, nil
	}
	var parts []llm.Part
	for _, item := range list(content) {
		chunk := obj(item)
		switch kind := str(chunk["type"]); kind {
		case "text":
			parts = append(parts, llm.Part{Type: llm.PartText, Text: str(chunk["text"])})
		case "image_url":
			parts = append(parts, llm.Part{Type: llm.PartImage, Media: media(urlOf(chunk["image_url"]), "image/png")})
		case "file":
			file := obj(chunk["file"])
			m := media(str(file["file_data"]), "application/pdf")
			m.Name = str(file["filename"])
			parts = append(parts, llm.Part{Type: llm.PartFile, Media: m})
		case "file_url": // Perplexity's
			m := media("data:application/octet-stream;base64,"+urlOf(chunk["file_url"]), "")
			parts = append(parts, llm.Part{Type: llm.PartFile, Media: m})
		default:
			return nil, fmt.Errorf("a part of type %q", kind)
		}
	}
	return parts, nil
}

func urlOf(value any) string {
	if text, ok := value.(string); ok {
		return text
	}
	return str(obj(value)["url"])
}

func media(address, mime string) *llm.Media {
	head, encoded, ok := strings.Cut(address, ";base64,")
	data, err := base64.StdEncoding.DecodeString(encoded)
	if !ok || err != nil {
		return &llm.Media{URL: address, MIME: mime}
	}
	return &llm.Media{MIME: strings.TrimPrefix(head, "data:"), Data: data}
}

func chatAssistant(m object, model string) []llm.Part {
	var parts []llm.Part
	text, thinking := chatContent(m["content"])
	keep := object{"model": model}
	reasoning := str(m["reasoning"]) + thinking
	if value, ok := m["reasoning_content"].(string); ok {
		keep["field"], reasoning = "reasoning_content", value
	}
	if thinking != "" {
		keep["field"] = "thinking"
	}
	if details := list(m["reasoning_details"]); len(details) > 0 {
		keep["reasoning_details"] = details
	}
	if len(keep) > 1 || reasoning != "" {
		raw, _ := json.Marshal(keep)
		parts = append(parts, llm.Part{Type: llm.PartReasoning, Text: reasoning, Protocol: openaichat.Protocol, Raw: raw})
	}
	if text != "" {
		parts = append(parts, llm.Part{Type: llm.PartText, Text: text})
	}
	for _, item := range list(m["tool_calls"]) {
		function := obj(obj(item)["function"])
		parts = append(parts, llm.Part{Type: llm.PartToolCall, Call: &llm.ToolCall{
			ID: str(obj(item)["id"]), Name: str(function["name"]), Arguments: str(function["arguments"]),
		}})
	}
	return parts
}

// canonicalChat reduces a request to what decides the answer. Neutral, and so
// not compared:
//
//   - stream, stream_options, usage: we always stream and always ask for usage;
//   - null fields, and n = 1, which is the default;
//   - max_tokens and max_completion_tokens are one limit under two names;
//   - a content string and a list of one text; an empty and a missing content;
//   - the role of instructions (system, developer) and how they are divided;
//   - "any" and "required"; a tool choice of "auto" and none;
//   - strict flags, indexes and types of tools and calls; a parameterless
//     tool's schema; space and order in arguments;
//   - the name and description of a schema;
//   - where cache_control marks stand;
//   - reasoning in plain text, which only some servers want back;
//   - how images are addressed (string or object);
//   - a text of nothing but space, and an assistant message with nothing in it.
func canonicalChat(body object, _ string) object {
	out := object{}
	for name, value := range body {
		switch name {
		case "messages", "stream", "stream_options", "usage", "tools", "tool_choice", "response_format":
		case "max_tokens", "max_completion_tokens":
			out["max_tokens"] = value
		case "n":
			if value != float64(1) {
				out[name] = value
			}
		default:
			if value != nil {
				out[name] = value
			}
		}
	}
	if format := obj(body["response_format"]); format["type"] == "json_schema" {
		out["response_format"] = obj(format["json_schema"])["schema"]
	} else if format != nil {
		out["response_format"] = format
	}
	var tools []any
	for _, item := range list(body["tools"]) {
		tools = append(tools, canonicalTool(obj(item)))
	}
	if tools != nil {
		out["tools"] = tools
	}
	switch choice := body["tool_choice"]; choice {
	case nil, "auto":
	case "any":
		out["tool_choice"] = "required"
	default:
		out["tool_choice"] = choice
	}
	system := ""
	var messages []any
	for _, item := range list(body["messages"]) {
		m := obj(item)
		if role := str(m["role"]); role == "system" || role == "developer" {
			text, _ := chatContent(m["content"])
			system = strings.TrimPrefix(system+"\n\n"+text, "\n\n")
			continue
		}
		if said := canonicalMessage(m); said != nil {
			messages = append(messages, said)
		}
	}
	out["system"], out["messages"] = system, messages
	return out
}

func canonicalTool(tool object) any {
	function := obj(tool["function"])
	if function == nil {
		return tool
	}
	out := object{"name": function["name"], "description": str(function["description"])}
	if parameters := obj(function["parameters"]); len(obj(parameters["properties"])) > 0 {
		out["parameters"] = parameters
	}
	return out
}

func canonicalMessage(m object) any {
	out := object{"role": m["role"], "tool_call_id": str(m["tool_call_id"])}
	text, _ := chatContent(m["content"])
	var media []any
	for _, item := range list(m["content"]) {
		chunk := obj(item)
		if address := urlOf(chunk["image_url"]); address != "" {
			media = append(media, address)
		}
		for _, name := range []string{"file", "file_url"} {
			if file := obj(chunk[name]); file != nil {
				media = append(media, file)
			}
		}
	}
	if strings.TrimSpace(text) == "" {
		text = ""
	}
	out["text"], out["media"] = text, media
	var calls []any
	for _, item := range list(m["tool_calls"]) {
		function := obj(obj(item)["function"])
		calls = append(calls, object{
			"id": str(obj(item)["id"]), "name": function["name"], "arguments": parsed(str(function["arguments"])),
		})
	}
	out["calls"] = calls
	if m["role"] == "assistant" && text == "" && calls == nil {
		return nil
	}
	if details := list(m["reasoning_details"]); len(details) > 0 {
		out["reasoning_details"] = details
	}
	return out
}
