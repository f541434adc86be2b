package llmtest

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"

	"parley/internal/llm"
)

// history: a conversation that another model began, and that was cut, is sent
// whole.
func (s *suite) history(t *testing.T) {
	srv, model := s.serve(t, stream(s.protocol.Text("ok")))
	request := Hello()
	request.Messages = append(request.Messages,
		llm.Message{Role: llm.RoleAssistant, Parts: []llm.Part{
			{Type: llm.PartReasoning, Text: "secret thought", Protocol: "another", Raw: json.RawMessage(`{"x":1}`)},
			{Type: llm.PartToolCall, Call: &llm.ToolCall{ID: "a:1", Name: "find", Arguments: `{"q":"x"}`}},
			{Type: llm.PartToolCall, Call: &llm.ToolCall{ID: "b:1", Name: "find", Arguments: `{"q":`}},
		}},
		llm.Message{Role: llm.RoleTool, Parts: []llm.Part{
			{Type: llm.PartToolResult, Result: &llm.ToolResult{CallID: "a:1", Name: "find", Content: "found it"}},
		}},
		Hello().Messages[0])
	Collect(t.Context(), model, request).well(t, llm.FinishStop)
	text, _ := json.Marshal(srv.lastBody(t))
	for _, want := range []string{"found it", "interrupted"} {
		if !strings.Contains(string(text), want) {
			t.Errorf("the request lacks %q: %s", want, text)
		}
	}
	for _, not := range []string{"secret thought", `{\"q\":\"}`} {
		if strings.Contains(string(text), not) {
			t.Errorf("the request holds %q: %s", not, text)
		}
	}
}

var allowedName = regexp.MustCompile(`^[a-zA-Z0-9_-]{1,64}$`)

// names: a tool may be called anything, the protocol's rules notwithstanding.
func (s *suite) names(t *testing.T) {
	renamed := s.protocol.rewrite(s.protocol.Tools, func(payload string) string {
		return strings.ReplaceAll(payload, `"add"`, `"my_add_tool"`)
	})
	srv, model := s.serve(t, stream(renamed))
	request := Hello()
	request.Tools = []llm.Tool{{Name: "my.add/tool", Description: "Adds."}, {Name: strings.Repeat("long", 40)}, {Name: "now"}}
	request.ToolChoice = "my.add/tool"
	a := Collect(t.Context(), model, request)
	a.well(t, llm.FinishTools)
	if name := a.Calls()[0].Name; name != "my.add/tool" {
		t.Errorf("the call names %q", name)
	}
	tools := s.sent(t, srv).Tools
	if len(tools) != 3 {
		t.Fatalf("%d tools were sent", len(tools))
	}
	for _, name := range tools {
		if !allowedName.MatchString(name) {
			t.Errorf("a tool was sent as %q", name)
		}
	}
}

// readSent reads a request that holds its parameters at the top.
func readSent(body map[string]any) Sent {
	sent := Sent{Params: map[string]any{}}
	sent.Stream, _ = body["stream"].(bool)
	for name, fields := range map[string][]string{
		"temperature": {"temperature"}, "top_k": {"top_k"}, "frequency_penalty": {"frequency_penalty"},
		"presence_penalty": {"presence_penalty"}, "seed": {"seed", "random_seed"}, "stop": {"stop", "stop_sequences"},
	} {
		for _, field := range fields {
			if value := body[field]; value != nil {
				sent.Params[name] = value
			}
		}
	}
	tools, _ := body["tools"].([]any)
	for _, tool := range tools {
		object, _ := tool.(map[string]any)
		if function, ok := object["function"].(map[string]any); ok {
			object = function
		}
		name, _ := object["name"].(string)
		sent.Tools = append(sent.Tools, name)
	}
	return sent
}

// notice: what a model does not take is said, not dropped in silence. No
// protocol here takes a top_k above all others; the suite asks for everything
// and checks that what is neither sent nor named is nothing.
func (s *suite) notice(t *testing.T) {
	srv, model := s.serve(t, stream(s.protocol.Text("ok")))
	number, whole, seed := 0.5, 5, int64(7)
	request := Hello()
	request.Params = llm.Params{
		Temperature: &number, TopK: &whole, FrequencyPenalty: &number, PresencePenalty: &number, Seed: &seed,
		Stop: []string{"END"},
	}
	a := Collect(t.Context(), model, request)
	a.well(t, llm.FinishStop)
	params := s.sent(t, srv).Params
	for _, name := range []string{"temperature", "top_k", "frequency_penalty", "presence_penalty", "seed", "stop"} {
		sent := params[name] != nil
		said := slices.ContainsFunc(a.Notices, func(notice string) bool { return strings.Contains(notice, `"`+name+`"`) })
		if sent == said {
			t.Errorf("%s: sent is %v, said to be left out is %v (%v)", name, sent, said, a.Notices)
		}
	}
}

// merge: what an admin adds goes in last, what they drop goes out.
func (s *suite) merge(t *testing.T) {
	srv, model := s.serve(t, stream(s.protocol.Text("ok")))
	request := Hello()
	number := 0.5
	request.Params.Temperature = &number
	request.Params.Extra = map[string]json.RawMessage{
		"temperature": json.RawMessage(`0.25`), "custom": json.RawMessage(`{"a":[1,2]}`),
	}
	request.Params.Drop = []string{"stream_options", "metadata"}
	request.User = "someone"
	Collect(t.Context(), model, request).well(t, llm.FinishStop)
	body := srv.lastBody(t)
	added := s.sent(t, srv).Added
	if added == nil {
		added = body
	}
	custom, _ := json.Marshal(added["custom"])
	if added["temperature"] != 0.25 || string(custom) != `{"a":[1,2]}` {
		t.Errorf("the added fields are %v and %s", added["temperature"], custom)
	}
	for _, name := range request.Params.Drop {
		if _, ok := body[name]; ok {
			t.Errorf("%q was sent", name)
		}
	}
}
