package llmtest_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"parley/internal/llm"
	"parley/internal/llm/openairesponses"
	"parley/internal/llm/wire"
)

// recordedHost is the one host that all recordings seem to come from: raw forms
// are only sent back to where they came from.
const recordedHost = "model.test"

func buildResponses(address string, client *http.Client, limits wire.Limits, dialect string) (llm.Model, error) {
	to, err := url.Parse(address)
	if err != nil {
		return nil, err
	}
	client = &http.Client{Transport: redirected{to, client.Transport}}
	return openairesponses.New(openairesponses.Config{
		BaseURL: "http://" + recordedHost, Client: client, Limits: limits, Dialect: dialect,
	}).Model("m"), nil
}

// redirected is a transport that makes every call to one address.
type redirected struct {
	to *url.URL
	by http.RoundTripper
}

func (r redirected) RoundTrip(request *http.Request) (*http.Response, error) {
	request = request.Clone(request.Context())
	request.URL.Scheme, request.URL.Host = r.to.Scheme, r.to.Host
	return r.by.RoundTrip(request)
}

// naiveResponses adds up an answer of the Responses protocol by the items that
// are whole, and its text by the pieces.
func naiveResponses(values []object, _ string) expected {
	var e expected
	var final object
	var items []any
	said := 0
	refused := false
	for _, value := range values {
		switch str(value["type"]) {
		case "response.output_text.delta":
			e.text += str(value["delta"])
		case "response.refusal.delta":
			refused = true
			e.text += str(value["delta"])
		case "response.output_text.annotation.added":
			said++
		case "response.output_item.done":
			items = append(items, value["item"])
		case "response.completed", "response.incomplete":
			final = obj(value["response"])
		case "":
			final = value
			items = list(value["output"])
		}
	}
	pieces := e.text
	for _, item := range items {
		i := obj(item)
		switch str(i["type"]) {
		case "reasoning":
			e.reasoning += reasoningTexts(i)
		case "function_call":
			e.calls = append(e.calls, llm.ToolCall{ID: str(i["call_id"]), Name: str(i["name"]), Arguments: str(i["arguments"])})
		case "message":
			for _, c := range list(i["content"]) {
				if pieces == "" {
					e.text += str(obj(c)["text"]) + str(obj(c)["refusal"])
					refused = refused || str(obj(c)["refusal"]) != ""
				}
				e.links += len(list(obj(c)["annotations"]))
			}
		}
	}
	if e.links == 0 {
		e.links = said
	}
	usage := obj(final["usage"])
	e.usage = llm.Usage{
		Input: num(usage["input_tokens"]), Output: num(usage["output_tokens"]),
		CacheRead:  num(obj(usage["input_tokens_details"])["cached_tokens"]),
		CacheWrite: num(obj(usage["input_tokens_details"])["cache_write_tokens"]),
		Reasoning:  num(obj(usage["output_tokens_details"])["reasoning_tokens"]),
	}
	if usage != nil {
		e.usage.Tier = str(final["service_tier"])
	}
	switch why := str(obj(final["incomplete_details"])["reason"]); {
	case why == "content_filter":
		e.reason = llm.FinishFilter
	case why != "":
		e.reason = llm.FinishLength
	case len(e.calls) > 0:
		e.reason = llm.FinishTools
	case refused:
		e.reason = llm.FinishFilter
	default:
		e.reason = llm.FinishStop
	}
	return e
}

func reasoningTexts(item object) string {
	parts := list(item["summary"])
	if len(parts) == 0 {
		parts = list(item["content"])
	}
	var texts []string
	for _, part := range parts {
		texts = append(texts, str(obj(part)["text"]))
	}
	return strings.Join(texts, "\n\n")
}

// fromResponses reads a recorded request back into ours. What ours has no field
// for goes through Extra.
func fromResponses(body object, _ string) (llm.Request, error) {
	request := llm.Request{Model: str(body["model"]), System: str(body["instructions"])}
	rest := maps.Clone(body)
	for _, name := range []string{"model", "input", "stream", "store", "instructions", "include"} {
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
	take("max_output_tokens", &p.MaxTokens)
	take("parallel_tool_calls", &p.ParallelTools)
	take("service_tier", &p.ServiceTier)
	if reasoning := obj(body["reasoning"]); len(reasoning) == 1 && reasoning["effort"] != nil {
		p.Effort = str(reasoning["effort"])
		delete(rest, "reasoning")
	}
	text := obj(body["text"])
	if level := str(text["verbosity"]); level != "" && len(text) == 1 {
		p.Verbosity = level
		delete(rest, "text")
	}
	if format := obj(text["format"]); format["type"] == "json_schema" && len(text) == 1 {
		p.Schema, _ = json.Marshal(format["schema"])
		delete(rest, "text")
	}
	responsesTools(&request, rest)
	for name, value := range rest {
		if value == nil {
			continue
		}
		if p.Extra == nil {
			p.Extra = map[string]json.RawMessage{}
		}
		p.Extra[name], _ = json.Marshal(value)
	}
	if text, ok := body["input"].(string); ok {
		request.Messages = []llm.Message{{Role: llm.RoleUser, Parts: []llm.Part{{Type: llm.PartText, Text: text}}}}
		return request, nil
	}
	for _, item := range list(body["input"]) {
		if err := responsesItem(&request, obj(item)); err != nil {
			return request, err
		}
	}
	return request, nil
}

func responsesTools(request *llm.Request, rest object) {
	for _, item := range list(rest["tools"]) {
		tool := obj(item)
		if str(tool["type"]) != "function" || tool["defer_loading"] != nil {
			request.Tools = nil
			return // a tool of the provider's own: an admin would add it
		}
		schema, _ := json.Marshal(tool["parameters"])
		request.Tools = append(request.Tools, llm.Tool{
			Name: str(tool["name"]), Description: str(tool["description"]), Parameters: schema,
		})
	}
	if len(request.Tools) == 0 {
		return
	}
	delete(rest, "tools")
	if choice, ok := rest["tool_choice"].(string); ok {
		request.ToolChoice = choice
	} else {
		request.ToolChoice = str(obj(rest["tool_choice"])["name"])
	}
	delete(rest, "tool_choice")
}

// responsesItem adds an item of the input to the conversation.
func responsesItem(request *llm.Request, i object) error {
	kind := str(i["type"])
	if kind == "" || kind == "message" {
		return responsesMessage(request, i)
	}
	item, _ := json.Marshal(i)
	raw, _ := json.Marshal(object{"host": recordedHost, "item": json.RawMessage(item)})
	own := llm.Part{Protocol: openairesponses.Protocol, Raw: raw}
	message := llm.Message{Role: llm.RoleAssistant}
	switch {
	case kind == "function_call":
		message.Parts = []llm.Part{{Type: llm.PartToolCall, Call: &llm.ToolCall{
			ID: str(i["call_id"]), Name: str(i["name"]), Arguments: str(i["arguments"]),
		}}}
	case kind == "function_call_output":
		text, ok := i["output"].(string)
		if !ok {
			return fmt.Errorf("an output that is no text")
		}
		message.Role = llm.RoleTool
		message.Parts = []llm.Part{{Type: llm.PartToolResult, Result: &llm.ToolResult{CallID: str(i["call_id"]), Content: text}}}
	case kind == "reasoning", kind == "compaction":
		own.Type = llm.PartReasoning
		message.Parts = []llm.Part{own}
	case strings.HasSuffix(kind, "_output"):
		own.Type, own.Result = llm.PartToolResult, &llm.ToolResult{CallID: str(i["call_id"])}
		if own.Result.CallID == "" {
			own.Result.CallID = lastRemote(request)
		}
		message.Parts = []llm.Part{own}
	case strings.HasSuffix(kind, "_call"):
		id := str(i["call_id"])
		own.Type, own.Call = llm.PartToolCall, &llm.ToolCall{ID: id, Remote: true}
		message.Parts = []llm.Part{own}
		if id == "" {
			own.Call.ID = str(i["id"])
		}
		if id == "" && kind != "tool_search_call" {
			message.Parts = append(message.Parts, llm.Part{Type: llm.PartToolResult, Result: &llm.ToolResult{CallID: own.Call.ID}})
		}
	default:
		return fmt.Errorf("an item of the type %q", kind)
	}
	add(request, message)
	return nil
}

func lastRemote(request *llm.Request) string {
	for _, message := range slices.Backward(request.Messages) {
		for _, part := range slices.Backward(message.Parts) {
			if part.Call != nil && part.Call.Remote {
				return part.Call.ID
			}
		}
	}
	return ""
}

// add puts parts into the last message if that has the same role.
func add(request *llm.Request, message llm.Message) {
	if n := len(request.Messages); n > 0 && request.Messages[n-1].Role == message.Role && message.Role != llm.RoleUser {
		request.Messages[n-1].Parts = append(request.Messages[n-1].Parts, message.Parts...)
		return
	}
	request.Messages = append(request.Messages, message)
}

func responsesMessage(request *llm.Request, m object) error {
	content := list(m["content"])
	if text, ok := m["content"].(string); ok {
		content = []any{object{"type": "input_text", "text": text}}
	}
	role := str(m["role"])
	if role == "system" || role == "developer" {
		if len(request.Messages) > 0 {
			return fmt.Errorf("instructions in mid-conversation")
		}
		request.System = strings.TrimPrefix(request.System+"\n\n"+blockText(m["content"]), "\n\n")
		return nil
	}
	message := llm.Message{Role: llm.Role(role)}
	for _, item := range content {
		c := obj(item)
		switch kind := str(c["type"]); kind {
		case "input_text", "output_text":
			message.Parts = append(message.Parts, llm.Part{Type: llm.PartText, Text: str(c["text"])})
		case "input_image":
			message.Parts = append(message.Parts, llm.Part{Type: llm.PartImage, Media: media(str(c["image_url"]), "image/png")})
		case "input_file":
			m := media(str(c["file_data"])+str(c["file_url"]), "application/pdf")
			m.Name = str(c["filename"])
			message.Parts = append(message.Parts, llm.Part{Type: llm.PartFile, Media: m})
		default:
			return fmt.Errorf("a content of the type %q", kind)
		}
	}
	add(request, message)
	return nil
}

// canonicalResponses reduces a request to what decides the answer.
func canonicalResponses(body object, _ string) object {
	out, _ := without(body).(object)
	for _, name := range []string{"stream", "store", "include"} {
		delete(out, name)
	}
	if reasoning := obj(out["reasoning"]); reasoning != nil {
		delete(reasoning, "summary")
		if len(reasoning) == 0 {
			delete(out, "reasoning")
		}
	}
	for _, item := range list(out["tools"]) {
		delete(obj(item), "strict")
		if obj(item)["description"] == "" {
			delete(obj(item), "description")
		}
	}
	if out["tool_choice"] == "auto" {
		delete(out, "tool_choice")
	}
	if format := obj(obj(out["text"])["format"]); format != nil {
		for _, name := range []string{"name", "strict", "description"} {
			delete(format, name)
		}
	}
	system := str(out["instructions"])
	input := list(out["input"])
	if text, ok := out["input"].(string); ok {
		input = []any{object{"role": "user", "content": text}}
	}
	var items []any
	for _, item := range input {
		i := obj(item)
		if role := str(i["role"]); role == "system" || role == "developer" {
			system += "\n\n" + blockText(i["content"])
			continue
		}
		items = append(items, canonicalItem(i)...)
	}
	out["instructions"] = strings.TrimSpace(system)
	out["input"] = items
	return out
}

func canonicalItem(i object) []any {
	if i["type"] == "function_call" {
		return []any{object{"type": "function_call", "call_id": i["call_id"], "name": i["name"], "arguments": parsed(str(i["arguments"]))}}
	}
	if i["type"] == "function_call_output" {
		return []any{object{"type": "function_call_output", "call_id": i["call_id"], "output": i["output"]}}
	}
	if i["role"] == nil {
		return []any{i}
	}
	content := list(i["content"])
	if text, ok := i["content"].(string); ok {
		content = []any{object{"text": text}}
	}
	var items []any
	for _, item := range content {
		c := obj(item)
		kept := object{"role": i["role"]}
		for _, name := range []string{"text", "image_url", "file_data", "file_url", "filename"} {
			if c[name] != nil {
				kept[name] = c[name]
			}
		}
		if str(kept["text"]) == "" {
			delete(kept, "text")
		}
		if len(kept) > 1 {
			items = append(items, kept)
		}
	}
	return items
}
