package openaichat

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"

	"parley/internal/llm"
	"parley/internal/llm/wire"
)

// builder collects the body of a request. A map, because an admin may add and
// remove any field; encoding/json sorts it, so equal requests are equal bytes.
type builder struct {
	dialect      Dialect
	model        string
	names        *wire.Names
	body         map[string]any
	refused      []string
	notices      []string
	instructions string // added to the system prompt
}

// body writes a request in this dialect and says what was left out.
func (d Dialect) body(request llm.Request, names *wire.Names) ([]byte, []string, error) {
	b := &builder{dialect: d, model: request.Model, names: names, body: map[string]any{
		"model": request.Model, "stream": true,
	}}
	if d.refuses != nil {
		b.refused = d.refuses(request.Model, request.Params)
	}
	if !d.noUsageOption {
		b.body["stream_options"] = map[string]any{"include_usage": true}
	}
	if d.costs {
		b.body["usage"] = map[string]any{"include": true}
	}
	if request.User != "" && !d.noUser {
		b.body["user"] = request.User
	}
	b.params(request.Params)
	b.tools(request)
	b.messages(request)
	for key, value := range request.Params.Extra {
		b.body[key] = value
	}
	for _, key := range request.Params.Drop {
		delete(b.body, key)
	}
	text, err := encode(b.body)
	if err != nil {
		return nil, nil, &llm.Error{
			Kind: llm.ErrBadRequest, Message: "the request cannot be written as JSON: " + err.Error(), Cause: err,
		}
	}
	return text, b.notices, nil
}

// encode writes JSON without HTML escapes, which only make prompts longer.
func encode(value any) ([]byte, error) {
	var buffer bytes.Buffer
	encoder := json.NewEncoder(&buffer)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(buffer.Bytes(), []byte("\n")), nil
}

// set writes a parameter if it is given and the model takes it.
func (b *builder) set(name string, value any, given bool) {
	b.rename(name, name, value, given)
}

func (b *builder) rename(name, as string, value any, given bool) {
	switch {
	case !given:
	case slices.Contains(b.refused, name):
		b.refuse(name)
	default:
		b.body[as] = value
	}
}

func (b *builder) refuse(name string) {
	b.notice(fmt.Sprintf("The model %s does not take %q, so it was left out.", b.model, name))
}

func (b *builder) notice(text string) {
	if !slices.Contains(b.notices, text) {
		b.notices = append(b.notices, text)
	}
}

func (b *builder) params(p llm.Params) {
	b.set(temperature, p.Temperature, p.Temperature != nil)
	b.set(topP, p.TopP, p.TopP != nil)
	b.set(topK, p.TopK, p.TopK != nil)
	b.set(frequencyPenalty, p.FrequencyPenalty, p.FrequencyPenalty != nil)
	b.set(presencePenalty, p.PresencePenalty, p.PresencePenalty != nil)
	b.set(stop, p.Stop, len(p.Stop) > 0)
	b.rename(seed, or(b.dialect.seed, seed), p.Seed, p.Seed != nil)
	limit := or(b.dialect.maxTokens, "max_tokens")
	b.set(limit, p.MaxTokens, p.MaxTokens != nil)
	if b.dialect.reason != nil {
		b.dialect.reason(b, p)
	} else {
		effortReason(b, p)
	}
	switch {
	case len(p.Schema) == 0:
	case b.dialect.schema != nil:
		b.dialect.schema(b, p)
	default:
		b.set(schema, map[string]any{"type": "json_schema", "json_schema": map[string]any{
			"name": "answer", "schema": p.Schema, "strict": isStrict(p.Schema),
		}}, true)
	}
}

func or(name, fallback string) string {
	if name == "" {
		return fallback
	}
	return name
}

func (b *builder) tools(request llm.Request) {
	if len(request.Tools) == 0 {
		return
	}
	if slices.Contains(b.refused, tools) {
		b.refuse(tools)
		return
	}
	list := make([]any, 0, len(request.Tools))
	for _, tool := range request.Tools {
		parameters := tool.Parameters
		if len(parameters) == 0 {
			parameters = json.RawMessage(`{"type":"object","properties":{}}`)
		}
		list = append(list, map[string]any{"type": "function", "function": map[string]any{
			"name": b.names.Clean(tool.Name), "description": tool.Description, "parameters": parameters,
		}})
	}
	b.body["tools"] = list
	b.set(parallel, request.Params.ParallelTools, request.Params.ParallelTools != nil)
	switch choice := request.ToolChoice; choice {
	case "":
	case "auto", "none":
		b.set(toolChoice, choice, true)
	case "required":
		b.set(toolChoice, or(b.dialect.required, choice), true)
	default:
		b.set(toolChoice, map[string]any{
			"type": "function", "function": map[string]any{"name": b.names.Clean(choice)},
		}, true)
	}
}

// isStrict reports whether a schema meets what OpenAI asks of strict ones:
// every object names all its properties as required and allows no others.
func isStrict(raw json.RawMessage) bool {
	var value any
	return json.Unmarshal(raw, &value) == nil && strictValue(value)
}

func strictValue(value any) bool {
	switch v := value.(type) {
	case []any:
		return !slices.ContainsFunc(v, func(item any) bool { return !strictValue(item) })
	case map[string]any:
		if v["type"] == "object" && !strictObject(v) {
			return false
		}
		for _, item := range v {
			if !strictValue(item) {
				return false
			}
		}
	}
	return true
}

func strictObject(v map[string]any) bool {
	properties, _ := v["properties"].(map[string]any)
	required, _ := v["required"].([]any)
	if v["additionalProperties"] != false {
		return false
	}
	for name := range properties {
		if !slices.Contains(required, any(name)) {
			return false
		}
	}
	return true
}
