package llmtest_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"path"
	"slices"
	"strconv"
	"strings"

	"parley/internal/llm"
	"parley/internal/llm/google"
	"parley/internal/llm/vertex"
	"parley/internal/llm/wire"
)

// geminiPlace is the dialect of a recording: the model's name, and before it
// "vertex/" where Vertex AI serves it.
func geminiPlace(address string) string {
	model, _, _ := strings.Cut(path.Base(address), ":")
	if strings.Contains(address, "/publishers/") {
		return onVertex + "/" + model
	}
	return model
}

func buildGemini(address string, client *http.Client, limits wire.Limits, dialect string) (llm.Model, error) {
	config := google.Config{BaseURL: address, Client: client, Limits: limits}
	if strings.HasPrefix(dialect, onVertex) {
		platform, err := vertex.New(vertex.Config{BaseURL: address, Key: llm.NewSecret("key"), Client: client})
		if err != nil {
			return nil, err
		}
		config.Vertex = platform
	}
	return google.New(config).Model(path.Base(dialect)), nil
}

// naiveGemini adds up the chunks of generateContent.
func naiveGemini(values []object, _ string) expected {
	var e expected
	finish := ""
	links := map[string]bool{}
	var open object // arguments that go on
	for _, value := range values {
		for _, item := range list(value["candidates"]) {
			candidate := obj(item)
			for _, item := range list(obj(candidate["content"])["parts"]) {
				open = e.geminiPart(obj(item), open)
			}
			for _, item := range list(obj(candidate["groundingMetadata"])["groundingChunks"]) {
				for _, place := range obj(item) {
					at := obj(place)
					links[fmt.Sprint(at["uri"], at["title"], at["text"], at["fileSearchStore"])] = true
				}
			}
			for _, item := range list(obj(candidate["citationMetadata"])["citationSources"]) {
				links[str(obj(item)["uri"])] = true
			}
			if f := str(candidate["finishReason"]); f != "" {
				finish = f
			}
		}
		if u := obj(value["usageMetadata"]); u != nil {
			e.usage = llm.Usage{
				Input:     num(u["promptTokenCount"]) + num(u["toolUsePromptTokenCount"]),
				CacheRead: num(u["cachedContentTokenCount"]),
				Output:    num(u["candidatesTokenCount"]) + num(u["thoughtsTokenCount"]), Reasoning: num(u["thoughtsTokenCount"]),
				Tier: geminiTier(u),
			}
		}
	}
	e.links = len(links)
	e.reason = map[string]llm.FinishReason{"STOP": llm.FinishStop, "MAX_TOKENS": llm.FinishLength}[finish]
	if e.reason == llm.FinishStop && len(e.calls) > 0 {
		e.reason = llm.FinishTools
	}
	return e
}

func geminiTier(u object) string {
	if tier := str(u["serviceTier"]); tier != "" {
		return tier
	}
	return map[string]string{"ON_DEMAND": "standard", "ON_DEMAND_FLEX": "flex"}[str(u["trafficType"])]
}

// geminiPart adds a part and returns the arguments of the last call.
func (e *expected) geminiPart(part, open object) object {
	call := obj(part["functionCall"])
	switch {
	case part["thought"] == true:
		e.reasoning += str(part["text"])
	case call == nil:
		e.text += str(part["text"])
	default:
		if name := str(call["name"]); name != "" {
			e.calls = append(e.calls, llm.ToolCall{ID: str(call["id"]), Name: name})
			open = object{}
			maps.Copy(open, obj(call["args"]))
		}
		for _, item := range list(call["partialArgs"]) {
			geminiSet(open, obj(item))
		}
		arguments, _ := json.Marshal(open)
		e.calls[len(e.calls)-1].Arguments = string(arguments)
	}
	return open
}

// geminiSet puts one value into arguments, by a path such as $.a.b[0].c.
func geminiSet(arguments, piece object) {
	names := strings.FieldsFunc(str(piece["jsonPath"]), func(r rune) bool { return strings.ContainsRune("$.[]", r) })
	var at any = arguments
	put := func(any) {}
	for _, name := range names {
		index, err := strconv.Atoi(name)
		outer := put
		if err == nil {
			items, _ := at.([]any)
			for len(items) <= index {
				items = append(items, nil)
			}
			outer(items)
			at, put = items[index], func(value any) { items[index] = value }
			continue
		}
		fields, ok := at.(object)
		if !ok {
			fields = object{}
			outer(fields)
		}
		at, put = fields[name], func(value any) { fields[name] = value }
	}
	for _, name := range []string{"numberValue", "boolValue"} {
		if value, ok := piece[name]; ok {
			put(value)
			return
		}
	}
	put(str(at) + str(piece["stringValue"]))
}

// camel returns an object with names such as inline_data as inlineData.
func camel(o object) object {
	out := object{}
	for name, value := range o {
		words := strings.Split(name, "_")
		for i, word := range words[1:] {
			words[i+1] = strings.ToUpper(word[:1]) + word[1:]
		}
		out[strings.Join(words, "")] = value
	}
	return out
}

// fromGemini reads a recorded request of generateContent back into ours. What
// ours has no field for goes through Extra.
func fromGemini(body object, dialect string) (llm.Request, error) {
	body = canonicalGemini(body, dialect)
	request := llm.Request{Model: path.Base(dialect), System: str(body["systemInstruction"])}
	p := &request.Params
	p.Extra = map[string]json.RawMessage{}
	extra := func(name string, value any) { p.Extra[name], _ = json.Marshal(value) }
	config := obj(body["generationConfig"])
	for name, into := range map[string]any{
		"temperature": &p.Temperature, "topP": &p.TopP, "topK": &p.TopK, "maxOutputTokens": &p.MaxTokens,
		"stopSequences": &p.Stop, "seed": &p.Seed,
	} {
		if value, ok := config[name]; ok {
			raw, _ := json.Marshal(value)
			if err := json.Unmarshal(raw, into); err != nil {
				return request, err
			}
			delete(config, name)
		}
	}
	geminiThinking(p, config)
	if schema := config["responseJsonSchema"]; schema != nil && config["responseMimeType"] == "application/json" {
		p.Schema, _ = json.Marshal(schema)
		delete(config, "responseJsonSchema")
		delete(config, "responseMimeType")
	}
	for name, value := range config {
		extra(name, value)
	}
	for _, item := range list(body["safetySettings"]) {
		if p.Safety == nil {
			p.Safety = map[string]string{}
		}
		p.Safety[str(obj(item)["category"])] = str(obj(item)["threshold"])
	}
	if cached := body["cachedContent"]; cached != nil {
		extra("cachedContent", cached)
	}
	geminiTools(&request, body, extra)
	return request, geminiContents(&request, list(body["contents"]))
}

func geminiThinking(p *llm.Params, config object) {
	thinking := obj(config["thinkingConfig"])
	switch level, budget := str(thinking["thinkingLevel"]), thinking["thinkingBudget"]; {
	case level != "":
		p.Effort = level
	case budget != nil:
		tokens := int(num(budget))
		p.ReasoningTokens = &tokens
	default:
		return
	}
	delete(config, "thinkingConfig")
}

func geminiTools(request *llm.Request, body object, extra func(string, any)) {
	remote := map[string]string{
		"googleSearch": llm.RemoteWebSearch, "codeExecution": llm.RemoteCode,
		"urlContext": llm.RemoteURLContext, "fileSearch": llm.RemoteFileSearch,
	}
	for _, item := range list(body["tools"]) {
		for name, value := range obj(item) {
			options, _ := json.Marshal(value)
			if known := remote[name]; known != "" {
				request.Remote = append(request.Remote, llm.RemoteTool{Name: known, Options: options})
			}
			for _, declared := range list(value) {
				schema, _ := json.Marshal(obj(declared)["parametersJsonSchema"])
				request.Tools = append(request.Tools, llm.Tool{
					Name: str(obj(declared)["name"]), Description: str(obj(declared)["description"]), Parameters: schema,
				})
			}
		}
	}
	config := obj(body["toolConfig"])
	calling := obj(config["functionCallingConfig"])
	only := list(calling["allowedFunctionNames"])
	switch mode := str(calling["mode"]); {
	case calling == nil:
	case mode == "ANY" && len(only) == 0:
		request.ToolChoice = "required"
	case mode == "ANY" && len(only) == 1:
		request.ToolChoice = str(only[0])
	default:
		extra("toolConfig", object{"functionCallingConfig": calling})
	}
}

func geminiContents(request *llm.Request, contents []any) error {
	calls := 0
	var open []*llm.ToolCall
	for _, item := range contents {
		message := llm.Message{Role: llm.RoleUser}
		if str(obj(item)["role"]) == "model" {
			message.Role = llm.RoleAssistant
			open = nil
		}
		for _, item := range list(obj(item)["parts"]) {
			part := obj(item)
			raw, _ := json.Marshal(object{
				"id": obj(part["functionCall"])["id"], "thoughtSignature": part["thoughtSignature"],
			})
			switch {
			case part["functionCall"] != nil:
				calls++
				call := obj(part["functionCall"])
				arguments, _ := json.Marshal(call["args"])
				made := &llm.ToolCall{ID: "call_" + strconv.Itoa(calls), Name: str(call["name"]), Arguments: string(arguments)}
				open = append(open, made)
				message.Parts = append(message.Parts, llm.Part{Type: llm.PartToolCall, Call: made, Protocol: google.Protocol, Raw: raw})
			case part["functionResponse"] != nil:
				message.Role = llm.RoleTool
				answer := obj(part["functionResponse"])
				at := slices.IndexFunc(open, func(c *llm.ToolCall) bool { return c.Name == str(answer["name"]) })
				if at < 0 {
					return fmt.Errorf("a result of no call: %v", answer["name"])
				}
				message.Parts = append(message.Parts, llm.Part{Type: llm.PartToolResult, Result: &llm.ToolResult{
					CallID: open[at].ID, Name: open[at].Name, Content: str(answer["response"]),
				}})
				open = slices.Delete(open, at, at+1)
			default:
				parts, err := geminiUser(part)
				if err != nil {
					return err
				}
				if message.Role == llm.RoleTool && part["text"] != nil {
					request.Messages = append(request.Messages, message)
					message = llm.Message{Role: llm.RoleUser}
				}
				message.Parts = append(message.Parts, parts...)
			}
		}
		request.Messages = append(request.Messages, message)
	}
	return nil
}

// geminiUser reads a part that is neither a call nor its result.
func geminiUser(part object) ([]llm.Part, error) {
	raw, _ := json.Marshal(object{"thoughtSignature": part["thoughtSignature"]})
	if part["text"] == "" && part["thoughtSignature"] != nil {
		raw, _ = json.Marshal(part)
	}
	sealed := llm.Part{Type: llm.PartReasoning, Protocol: google.Protocol, Raw: raw}
	inline, stored := camel(obj(part["inlineData"])), camel(obj(part["fileData"]))
	switch {
	case part["text"] != nil && part["thoughtSignature"] != nil && part["text"] != "":
		return []llm.Part{{Type: llm.PartText, Text: str(part["text"])}, sealed}, nil
	case part["text"] != nil && part["thoughtSignature"] != nil:
		return []llm.Part{sealed}, nil
	case part["text"] != nil:
		return []llm.Part{{Type: llm.PartText, Text: str(part["text"])}}, nil
	case len(inline) > 0:
		return []llm.Part{{Type: llm.PartFile, Media: media("data:"+str(inline["mimeType"])+";base64,"+str(inline["data"]), str(inline["mimeType"]))}}, nil
	case len(stored) > 0:
		return []llm.Part{{Type: llm.PartFile, Media: &llm.Media{URL: str(stored["fileUri"]), MIME: str(stored["mimeType"])}}}, nil
	default:
		return nil, fmt.Errorf("a part with %v", slices.Sorted(maps.Keys(part)))
	}
}

// canonicalGemini reduces a request to what decides the answer. Neutral, and so
// not compared:
//
//   - names with underscores or in camel case; a schema of OpenAPI, whose types
//     are in capitals, or of JSON; none and one without properties;
//   - the model in the body, the role of instructions, how they are divided;
//   - the mode AUTO, which is the default, arguments in pieces;
//   - text as the only kind of answer; thoughts that are not asked for; the case
//     of a level;
//   - the field of a result that its text is in;
//   - empty texts without a signature, and messages that hold nothing else;
//   - how what one role says in a row is divided into messages, and how base64
//     writes its last two characters;
//   - whether calls of Google's own tools are reported where there are no others.
func canonicalGemini(body object, _ string) object {
	out := camel(body)
	delete(out, "model")
	if system := obj(out["systemInstruction"]); system != nil {
		out["systemInstruction"] = blockText(system["parts"])
	}
	config := camel(obj(out["generationConfig"]))
	if fmt.Sprint(config["responseModalities"]) == "[TEXT]" {
		delete(config, "responseModalities")
	}
	if thinking := camel(obj(config["thinkingConfig"])); len(thinking) > 0 {
		if thinking["includeThoughts"] == false {
			delete(thinking, "includeThoughts")
		}
		if level := str(thinking["thinkingLevel"]); level != "" {
			thinking["thinkingLevel"] = strings.ToLower(level)
		}
		config["thinkingConfig"] = thinking
	}
	out["generationConfig"] = config
	choice := obj(out["toolConfig"])
	calling := obj(choice["functionCallingConfig"])
	delete(calling, "streamFunctionCallArguments")
	if len(calling) == 0 || calling["mode"] == "AUTO" {
		delete(choice, "functionCallingConfig")
	}
	if settings := list(out["safetySettings"]); settings != nil {
		slices.SortFunc(settings, func(a, b any) int { return strings.Compare(str(obj(a)["category"]), str(obj(b)["category"])) })
	}
	out["tools"] = canonicalDeclarations(list(out["tools"]))
	if tools, _ := json.Marshal(out["tools"]); !strings.Contains(string(tools), "functionDeclarations") {
		delete(choice, "includeServerSideToolInvocations")
	}
	if len(choice) == 0 {
		delete(out, "toolConfig")
	}
	out["contents"] = canonicalContents(list(out["contents"]))
	return out
}

func canonicalDeclarations(tools []any) []any {
	var others, functions []any
	for _, item := range tools {
		for name, value := range camel(obj(item)) {
			for _, declared := range list(value) {
				d := camel(obj(declared))
				schema := d["parametersJsonSchema"]
				if schema == nil {
					schema = lowerTypes(d["parameters"])
				}
				if s := obj(schema); len(obj(s["properties"])) == 0 {
					schema = object{"type": "object"}
				}
				delete(d, "parameters")
				if str(d["description"]) == "" {
					delete(d, "description")
				}
				d["parametersJsonSchema"] = schema
				functions = append(functions, d)
			}
			if name != "functionDeclarations" {
				others = append(others, object{name: value})
			}
		}
	}
	if functions != nil {
		others = append(others, object{"functionDeclarations": functions})
	}
	return others
}

func lowerTypes(value any) any {
	switch v := value.(type) {
	case object:
		out := object{}
		for name, item := range v {
			if text, ok := item.(string); ok && name == "type" {
				item = strings.ToLower(text)
			}
			out[name] = lowerTypes(item)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i := range v {
			out[i] = lowerTypes(v[i])
		}
		return out
	default:
		return value
	}
}

func canonicalContents(contents []any) []any {
	var out []any
	for _, item := range contents {
		var parts []any
		for _, item := range list(obj(item)["parts"]) {
			part := camel(obj(item))
			if part["text"] == "" && part["thoughtSignature"] == nil {
				continue
			}
			if answer := obj(part["functionResponse"]); answer != nil {
				answer = maps.Clone(answer)
				answer["response"] = geminiAnswer(answer["response"])
				part["functionResponse"] = answer
			}
			for _, name := range []string{"inlineData", "fileData"} {
				if data := camel(obj(part[name])); len(data) > 0 {
					if text := str(data["data"]); text != "" {
						data["data"] = strings.NewReplacer("-", "+", "_", "/").Replace(text)
					}
					part[name] = data
				}
			}
			parts = append(parts, part)
		}
		role := str(obj(item)["role"])
		if role == "" {
			role = "user"
		}
		if last := len(out) - 1; last >= 0 && obj(out[last])["role"] == role {
			obj(out[last])["parts"] = append(list(obj(out[last])["parts"]), parts...)
		} else if parts != nil {
			out = append(out, object{"role": role, "parts": parts})
		}
	}
	return out
}

// geminiAnswer is the text of a function's result, whatever field it is in.
func geminiAnswer(value any) string {
	response := obj(value)
	for _, name := range []string{"output", "result", "return_value"} {
		if text, ok := response[name].(string); ok && len(response) == 1 {
			return text
		}
	}
	if content := list(response["content"]); content != nil {
		return blockText(content)
	}
	if text, ok := value.(string); ok {
		return text
	}
	text, _ := json.Marshal(response)
	return string(text)
}
