package openaiapi

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"parley/internal/identity"
	"parley/internal/llm"
)

// chatRequest is a request for a chat completion. Fields that change nothing
// here (metadata, store, user and the like) are passed over.
type chatRequest struct {
	Model            string        `json:"model"`
	Messages         []chatMessage `json:"messages"`
	Stream           bool          `json:"stream"`
	StreamOptions    *streaming    `json:"stream_options"`
	Tools            []chatTool    `json:"tools"`
	ToolChoice       toolChoice    `json:"tool_choice"`
	ParallelTools    *bool         `json:"parallel_tool_calls"`
	Temperature      *float64      `json:"temperature"`
	TopP             *float64      `json:"top_p"`
	TopK             *int          `json:"top_k"`
	MaxTokens        *int          `json:"max_tokens"`
	MaxCompletion    *int          `json:"max_completion_tokens"`
	Stop             stopWords     `json:"stop"`
	FrequencyPenalty *float64      `json:"frequency_penalty"`
	PresencePenalty  *float64      `json:"presence_penalty"`
	Seed             *int64        `json:"seed"`
	Effort           string        `json:"reasoning_effort"`
	Verbosity        string        `json:"verbosity"`
	ServiceTier      string        `json:"service_tier"`
	Logprobs         bool          `json:"logprobs"`
	TopLogprobs      *int          `json:"top_logprobs"`
	ResponseFormat   *format       `json:"response_format"`
	N                *int          `json:"n"`
	Modalities       []string      `json:"modalities"`
	Functions        any           `json:"functions"`
	LogitBias        any           `json:"logit_bias"`
	WebSearchOptions any           `json:"web_search_options"`
}

type streaming struct {
	IncludeUsage bool `json:"include_usage"`
}

type chatMessage struct {
	Role       string     `json:"role"`
	Content    contents   `json:"content"`
	ToolCalls  []chatCall `json:"tool_calls"`
	ToolCallID string     `json:"tool_call_id"`
	Refusal    string     `json:"refusal"`
}

type chatCall struct {
	Index    *int         `json:"index,omitempty"`
	ID       string       `json:"id,omitempty"`
	Type     string       `json:"type,omitempty"`
	Function chatFunction `json:"function"`
	// Extra is where Google has what it wants back with a call, and clients know
	// to give it back
	// (https://ai.google.dev/gemini-api/docs/thought-signatures).
	Extra *chatExtra `json:"extra_content,omitempty"`
}

type chatExtra struct {
	Google struct {
		Signature string `json:"thought_signature"`
	} `json:"google"`
}

type chatFunction struct {
	Name      string `json:"name,omitempty"`
	Arguments string `json:"arguments"`
}

type chatTool struct {
	Type     string   `json:"type"`
	Function function `json:"function"`
}

type function struct {
	Name        string          `json:"name"`
	Description string          `json:"description"`
	Parameters  json.RawMessage `json:"parameters"`
	Strict      *bool           `json:"strict"`
}

func (f function) tool() llm.Tool {
	return llm.Tool{Name: f.Name, Description: f.Description, Parameters: f.Parameters, Strict: f.Strict != nil && *f.Strict}
}

// format is how an answer has to look: text, json_object or json_schema.
type format struct {
	Type       string `json:"type"`
	JSONSchema struct {
		Schema json.RawMessage `json:"schema"`
	} `json:"json_schema"`
	// Schema is where Responses has it.
	Schema json.RawMessage `json:"schema"`
}

func (s *Service) completions(w http.ResponseWriter, r *http.Request, user identity.UserID) error {
	var in chatRequest
	if err := read(w, r, &in); err != nil {
		return err
	}
	request, err := s.chatRequest(&in, user)
	if err != nil {
		return err
	}
	return s.answer(r, user, in.Model, request, func(model string) writer {
		return newChatWriter(s, w, r, user, model, in.Stream, in.StreamOptions != nil && in.StreamOptions.IncludeUsage)
	})
}

// chatRequest is what is asked of the model.
func (s *Service) chatRequest(in *chatRequest, user identity.UserID) (llm.Request, error) {
	if err := in.check(); err != nil {
		return llm.Request{}, err
	}
	request := llm.Request{Params: llm.Params{
		Temperature: in.Temperature, TopP: in.TopP, TopK: in.TopK, MaxTokens: in.MaxCompletion, Stop: in.Stop,
		FrequencyPenalty: in.FrequencyPenalty, PresencePenalty: in.PresencePenalty, Seed: in.Seed, Effort: in.Effort,
		Verbosity: in.Verbosity, ServiceTier: in.ServiceTier, ParallelTools: in.ParallelTools, Schema: in.ResponseFormat.schema(),
	}}
	if request.Params.MaxTokens == nil {
		request.Params.MaxTokens = in.MaxTokens
	}
	if in.Logprobs {
		most := 0
		if in.TopLogprobs != nil {
			most = *in.TopLogprobs
		}
		request.Params.Logprobs = &most
	}
	for i, tool := range in.Tools {
		if tool.Type != "function" || tool.Function.Name == "" {
			return request, unsupported(fmt.Sprintf("tools[%d]", i), "Tools have the type function and a name.")
		}
		request.Tools = append(request.Tools, tool.Function.tool())
	}
	if err := in.ToolChoice.apply(&request); err != nil {
		return request, err
	}
	for i, m := range in.Messages {
		if err := s.addMessage(&request, &m, user, fmt.Sprintf("messages[%d]", i)); err != nil {
			return request, err
		}
	}
	return request, answerable(&request, "messages")
}

func (in *chatRequest) check() error {
	switch {
	case in.Model == "":
		return bad("model", "Name a model; GET /v1/models lists them.")
	case in.N != nil && *in.N != 1:
		return unsupported("n", "One answer is made for each request.")
	case in.Functions != nil:
		return unsupported("functions", "Use tools.")
	case in.LogitBias != nil:
		return unsupported("logit_bias", "It is not offered.")
	case in.WebSearchOptions != nil:
		return unsupported("web_search_options", "It is not offered.")
	}
	for _, modality := range in.Modalities {
		if modality != "text" {
			return unsupported("modalities", "Answers are text.")
		}
	}
	return cmp.Or(most(in.MaxTokens, "max_tokens"), most(in.MaxCompletion, "max_completion_tokens"), in.ResponseFormat.check("response_format"))
}

// answerable checks that there is something to answer. Instructions alone are a
// question, too, which not every provider takes as such.
func answerable(request *llm.Request, where string) error {
	switch {
	case slices.ContainsFunc(request.Messages, func(m llm.Message) bool { return len(m.Parts) > 0 }):
		return nil
	case request.System == "" || len(request.Messages) > 0:
		return bad(where, "There is no message to answer.")
	}
	request.Messages = []llm.Message{{Role: llm.RoleUser, Parts: []llm.Part{{Type: llm.PartText, Text: request.System}}}}
	request.System = ""
	return nil
}

// addMessage adds a message to a request.
func (s *Service) addMessage(request *llm.Request, m *chatMessage, user identity.UserID, where string) error {
	parts, err := m.Content.parts(where + ".content")
	if err != nil {
		return err
	}
	request.Params.ImageDetail = cmp.Or(request.Params.ImageDetail, m.Content.detail())
	switch m.Role {
	case "system", "developer":
		request.System = strings.TrimPrefix(request.System+"\n\n"+textOf(parts), "\n\n")
		return nil
	case "user":
		request.Messages = append(request.Messages, llm.Message{Role: llm.RoleUser, Parts: parts})
	case "assistant":
		if m.Refusal != "" && len(parts) == 0 {
			parts = []llm.Part{{Type: llm.PartText, Text: m.Refusal}}
		}
		request.Messages = append(request.Messages, llm.Message{Role: llm.RoleAssistant, Parts: s.withCalls(parts, m.ToolCalls, user)})
	case "tool":
		addResult(request, m.ToolCallID, parts)
	default:
		return bad(where+".role", "A role is system, developer, user, assistant or tool.")
	}
	return nil
}

// withCalls adds calls to what the model said, and puts the reasoning that is kept
// with them before it.
func (s *Service) withCalls(said []llm.Part, calls []chatCall, user identity.UserID) []llm.Part {
	var reasoning []llm.Part
	for _, c := range calls {
		var own kept
		if c.Extra != nil {
			for _, k := range s.unwrap(c.Extra.Google.Signature, user) {
				if k.Call {
					own = k
				} else {
					reasoning = append(reasoning, k.reasoning())
				}
			}
		}
		said = append(said, own.call(llm.ToolCall{ID: c.ID, Name: c.Function.Name, Arguments: c.Function.Arguments}))
	}
	return append(reasoning, said...)
}

// addResult adds what a tool returned; several results of one step stand in one
// message.
func addResult(request *llm.Request, call string, parts []llm.Part) {
	result := []llm.Part{{Type: llm.PartToolResult, Result: &llm.ToolResult{CallID: call, Content: textOf(parts)}}}
	for _, part := range parts {
		if part.Media != nil {
			result = append(result, part)
		}
	}
	if last := len(request.Messages) - 1; last >= 0 && request.Messages[last].Role == llm.RoleTool {
		request.Messages[last].Parts = append(request.Messages[last].Parts, result...)
		return
	}
	request.Messages = append(request.Messages, llm.Message{Role: llm.RoleTool, Parts: result})
}

func textOf(parts []llm.Part) string {
	var text strings.Builder
	for _, part := range parts {
		text.WriteString(part.Text)
	}
	return text.String()
}

// anyObject is the schema of "some JSON object".
var anyObject = json.RawMessage(`{"type":"object"}`)

func (f *format) schema() json.RawMessage {
	switch {
	case f == nil:
		return nil
	case f.Type == "json_object":
		return anyObject
	case len(f.Schema) > 0:
		return f.Schema
	default:
		return f.JSONSchema.Schema
	}
}

func (f *format) check(where string) error {
	if f == nil {
		return nil
	}
	switch f.Type {
	case "text", "json_object":
		return nil
	case "json_schema":
		if len(f.schema()) == 0 {
			return bad(where, "A json_schema needs a schema.")
		}
		return nil
	default:
		return unsupported(where+".type", "It is text, json_object or json_schema.")
	}
}
