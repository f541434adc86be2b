package openaiapi

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"

	"parley/internal/identity"
	"parley/internal/llm"
)

// responsesRequest is a request for a response. Nothing is stored, so whatever
// refers to an earlier response is refused.
type responsesRequest struct {
	Model         string          `json:"model"`
	Input         items           `json:"input"`
	Instructions  string          `json:"instructions"`
	Stream        bool            `json:"stream"`
	Tools         []responsesTool `json:"tools"`
	ToolChoice    toolChoice      `json:"tool_choice"`
	ParallelTools *bool           `json:"parallel_tool_calls"`
	Temperature   *float64        `json:"temperature"`
	TopP          *float64        `json:"top_p"`
	MaxTokens     *int            `json:"max_output_tokens"`
	TopLogprobs   *int            `json:"top_logprobs"`
	ServiceTier   string          `json:"service_tier"`
	Reasoning     struct {
		Effort string `json:"effort"`
	} `json:"reasoning"`
	Text struct {
		Format    *format `json:"format"`
		Verbosity string  `json:"verbosity"`
	} `json:"text"`
	Metadata     map[string]string `json:"metadata"`
	Include      []string          `json:"include"`
	Prompt       any               `json:"prompt"`
	Previous     string            `json:"previous_response_id"`
	Conversation any               `json:"conversation"`
	Background   bool              `json:"background"`
}

type responsesTool struct {
	Type string `json:"type"`
	function
}

// MarshalJSON leaves out what a tool that is no function does not have.
func (t responsesTool) MarshalJSON() ([]byte, error) {
	if t.Type != "function" {
		return json.Marshal(map[string]string{"type": t.Type})
	}
	type fields responsesTool
	return json.Marshal(fields(t))
}

// items are the input: a text, or the conversation so far.
type items []item

// item is one piece of a conversation.
type item struct {
	Type      string          `json:"type"`
	Role      string          `json:"role"`
	Content   json.RawMessage `json:"content"`
	CallID    string          `json:"call_id"`
	Name      string          `json:"name"`
	Arguments string          `json:"arguments"`
	Output    contents        `json:"output"`
	Encrypted string          `json:"encrypted_content"`
}

// UnmarshalJSON reads a string or a list.
func (i *items) UnmarshalJSON(raw []byte) error {
	var text string
	if json.Unmarshal(raw, &text) == nil {
		*i = items{{Role: "user", Content: quoted(text)}}
		return nil
	}
	return json.Unmarshal(raw, (*[]item)(i))
}

func (s *Service) responses(w http.ResponseWriter, r *http.Request, user identity.UserID) error {
	var in responsesRequest
	if err := read(w, r, &in); err != nil {
		return err
	}
	request, err := s.requestOf(&in, user)
	if err != nil {
		return err
	}
	return s.answer(r, user, in.Model, request, func(model string) writer {
		return newResponsesWriter(s, w, r, user, model, &in)
	})
}

// requestOf is what is asked of the model.
func (s *Service) requestOf(in *responsesRequest, user identity.UserID) (llm.Request, error) {
	if err := in.check(); err != nil {
		return llm.Request{}, err
	}
	request := llm.Request{System: in.Instructions, Params: llm.Params{
		Temperature: in.Temperature, TopP: in.TopP, MaxTokens: in.MaxTokens, Effort: in.Reasoning.Effort,
		Verbosity: in.Text.Verbosity, ServiceTier: in.ServiceTier, ParallelTools: in.ParallelTools,
		Schema: in.Text.Format.schema(), Logprobs: in.TopLogprobs,
	}}
	for i, tool := range in.Tools {
		name, isRemote := remoteNames[tool.Type]
		switch {
		case tool.Type == "function" && tool.Name != "":
			request.Tools = append(request.Tools, tool.tool())
		case isRemote:
			request.Remote = append(request.Remote, llm.RemoteTool{Name: name})
		default:
			return request, unsupported(fmt.Sprintf("tools[%d]", i), "Tools are functions with a name, web_search and code_interpreter.")
		}
	}
	if err := in.ToolChoice.apply(&request); err != nil {
		return request, err
	}
	if request.Params.Logprobs == nil && slices.Contains(in.Include, "message.output_text.logprobs") {
		request.Params.Logprobs = new(int)
	}
	var ofCall kept
	for i, part := range in.Input {
		var err error
		if ofCall, err = s.add(&request, part, ofCall, user, fmt.Sprintf("input[%d]", i)); err != nil {
			return request, err
		}
	}
	return request, answerable(&request, "input")
}

// remoteNames are the tools that a provider runs, by OpenAI's names.
var remoteNames = map[string]string{
	"web_search": llm.RemoteWebSearch, "web_search_preview": llm.RemoteWebSearch, "code_interpreter": llm.RemoteCode,
}

func (in *responsesRequest) check() error {
	const stateless = "Nothing is stored here: send the conversation as input."
	switch {
	case in.Model == "":
		return bad("model", "Name a model; GET /v1/models lists them.")
	case in.Previous != "":
		return unsupported("previous_response_id", stateless)
	case in.Conversation != nil:
		return unsupported("conversation", stateless)
	case in.Prompt != nil:
		return unsupported("prompt", "Nothing is stored here: send the instructions and the input.")
	case in.Background:
		return unsupported("background", stateless)
	}
	return cmp.Or(most(in.MaxTokens, "max_output_tokens"), in.Text.Format.check("text.format"))
}

// add adds an item to a request. ofCall is what the item before kept of a call,
// and what is returned what this one did.
func (s *Service) add(request *llm.Request, i item, ofCall kept, user identity.UserID, where string) (kept, error) {
	switch i.Type {
	case "", "message":
		m := chatMessage{Role: i.Role}
		if err := json.Unmarshal(i.Content, &m.Content); err != nil {
			return kept{}, bad(where+".content", "It is a text or a list.")
		}
		return kept{}, s.addMessage(request, &m, user, where)
	case "function_call":
		addStep(request, ofCall.call(llm.ToolCall{ID: i.CallID, Name: i.Name, Arguments: i.Arguments}))
	case "function_call_output":
		parts, err := i.Output.parts(where + ".output")
		if err != nil {
			return kept{}, err
		}
		addResult(request, i.CallID, parts)
	case "reasoning":
		for _, k := range s.unwrap(i.Encrypted, user) {
			if k.Call {
				return k, nil
			}
			addStep(request, k.reasoning())
		}
	case "item_reference":
		return kept{}, unsupported(where, "Nothing is stored here: send the item itself.")
	default:
		// What a provider's own tool did: the answer that follows tells it.
	}
	return kept{}, nil
}

// addStep adds a part to the model's last step.
func addStep(request *llm.Request, part llm.Part) {
	if last := len(request.Messages) - 1; last >= 0 && request.Messages[last].Role == llm.RoleAssistant {
		request.Messages[last].Parts = append(request.Messages[last].Parts, part)
		return
	}
	request.Messages = append(request.Messages, llm.Message{Role: llm.RoleAssistant, Parts: []llm.Part{part}})
}
