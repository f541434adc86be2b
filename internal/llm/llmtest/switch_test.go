package llmtest_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync"
	"testing"

	"parley/internal/llm"
	"parley/internal/llm/anthropic"
	"parley/internal/llm/bedrock"
	"parley/internal/llm/google"
	"parley/internal/llm/llmtest"
	"parley/internal/llm/openaichat"
	"parley/internal/llm/openairesponses"
	"parley/internal/llm/wire"
)

// speaker is a model of a conversation that others take part in.
type speaker struct {
	protocol, dialect, model string
	params                   llm.Params
}

func (s speaker) String() string {
	return strings.TrimSuffix(s.protocol+" "+s.dialect, " ") + " " + s.model
}

var family = regexp.MustCompile(`claude|gpt|grok|mistral|deepseek|sonar|qwen|gemini|nova`)

// maker is who can read the reasoning that the model wrote.
func (s speaker) maker() string { return family.FindString(s.model) }

var (
	thinking = llm.Params{Effort: "high"}
	plain    = llm.Params{}
)

// speakers are one of each kind with rules of its own.
var speakers = []speaker{
	{openaichat.Protocol, "openai", "gpt-5", thinking},
	{openaichat.Protocol, "mistral", "mistral-large-latest", plain},
	{openaichat.Protocol, "deepseek", "deepseek-reasoner", thinking},
	{openaichat.Protocol, "openrouter", "anthropic/claude-sonnet-4.5", thinking},
	{openaichat.Protocol, "perplexity", "sonar-pro", plain},
	{openaichat.Protocol, "llamacpp", "qwen3", plain},
	{openairesponses.Protocol, "openai", "gpt-5", thinking},
	{openairesponses.Protocol, "openai", "gpt-4o", plain},
	{openairesponses.Protocol, "xai", "grok-4.3", thinking},
	{anthropic.Protocol, "", "claude-sonnet-4-5", thinking},
	{anthropic.Protocol, "", "claude-sonnet-4-5", plain},
	{anthropic.Protocol, onVertex, "claude-opus-4-7", thinking},
	{google.Protocol, "gemini-2.5-flash", "gemini-2.5-flash", plain},
	{google.Protocol, "gemini-3-pro-preview", "gemini-3-pro-preview", thinking},
	{bedrock.Protocol, "us.anthropic.claude-sonnet-4-5-20250929-v1:0", "us.anthropic.claude-sonnet-4-5-20250929-v1:0", thinking},
	{bedrock.Protocol, "us.amazon.nova-pro-v1:0", "us.amazon.nova-pro-v1:0", plain},
	{bedrock.Protocol, "us.deepseek.r1-v1:0", "us.deepseek.r1-v1:0", plain},
}

var streams = map[string]llmtest.Protocol{
	openaichat.Protocol: llmtest.ChatCompletions(), openairesponses.Protocol: llmtest.Responses(), anthropic.Protocol: llmtest.Messages(),
	google.Protocol: llmtest.Gemini(), bedrock.Protocol: llmtest.Converse(),
}

// says returns what a speaker makes of an answer, and the request that it sent.
func (s speaker) says(t *testing.T, answer string, request llm.Request) (llmtest.Answer, map[string]any) {
	t.Helper()
	var mu sync.Mutex
	var sent []byte
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		mu.Lock()
		sent = body
		mu.Unlock()
		w.Header().Set("Content-Type", "text/event-stream")
		_, _ = io.WriteString(w, answer)
	}))
	defer server.Close()
	model, err := codecs[s.protocol].build(server.URL, server.Client(), wire.Limits{Retries: -1}, s.dialect)
	if err != nil {
		t.Fatal(err)
	}
	request.Model, request.Params = s.model, s.params
	got := llmtest.Collect(t.Context(), model, request)
	if got.Err != nil || got.Broken != "" {
		t.Fatalf("%s: %v, %s", s, got.Err, got.Broken)
	}
	for i := range got.Parts {
		if got.Parts[i].Raw != nil {
			got.Parts[i].Protocol = s.protocol
		}
	}
	mu.Lock()
	defer mu.Unlock()
	var body map[string]any
	if err := json.Unmarshal(sent, &body); err != nil {
		t.Fatalf("%s wrote %s: %v", s, sent, err)
	}
	return got, body
}

func partOf(text string) llm.Part { return llm.Part{Type: llm.PartText, Text: text} }

// begun is a chat with all that a speaker can leave behind: reasoning, parallel
// calls of which one failed and one was never answered, a call that nothing came
// of, a picture, a tool that the provider ran, a source, a notice.
func (s speaker) begun(t *testing.T) []llm.Message {
	t.Helper()
	p := streams[s.protocol]
	hello := llmtest.Hello()
	hello.Tools = []llm.Tool{{Name: "add"}, {Name: "now"}}
	thought, _ := s.says(t, p.Reasoning, hello)
	called, _ := s.says(t, p.Tools, hello)
	user := func(parts ...llm.Part) llm.Message { return llm.Message{Role: llm.RoleUser, Parts: parts} }
	reply := func(parts ...llm.Part) llm.Message { return llm.Message{Role: llm.RoleAssistant, Parts: parts} }
	image := llm.Part{Type: llm.PartImage, Media: &llm.Media{MIME: "image/png", Name: "a.png", Data: []byte("png")}}
	failed := llm.Part{Type: llm.PartToolResult, Result: &llm.ToolResult{CallID: called.Parts[0].Call.ID, Name: "add", Content: "no", IsError: true}}
	steps := append(append([]llm.Part{}, thought.Parts[0]), called.Parts...)
	return []llm.Message{
		user(partOf("Hello"), image),
		reply(thought.Parts...),
		user(partOf("Add.")),
		reply(steps...),
		{Role: llm.RoleTool, Parts: []llm.Part{failed}},
		reply(partOf("It failed."), image, llm.Part{Type: llm.PartNotice, Text: "a notice"}),
		user(partOf("Search.")),
		reply(
			llm.Part{Type: llm.PartToolCall, Call: &llm.ToolCall{ID: "r1", Name: "web_search", Arguments: `{}`, Remote: true}},
			llm.Part{Type: llm.PartToolResult, Result: &llm.ToolResult{CallID: "r1", Name: "web_search", Content: "found"}},
			partOf("Found."), llm.Part{Type: llm.PartSource, Source: &llm.Source{URL: "https://example.org"}},
		),
		user(partOf("Call.")),
		reply(llm.Part{Type: llm.PartToolCall, Call: &llm.ToolCall{ID: "an id: with anything " + strings.Repeat("x", 100), Name: "now", Arguments: `{"a"`}}),
		user(partOf("Never mind.")),
	}
}

// TestSwitch: a chat that one model began goes on with any other. What is sent
// keeps the rules of the protocol that it is sent by.
func TestSwitch(t *testing.T) {
	t.Parallel()
	for _, from := range speakers {
		history := from.begun(t)
		for _, to := range speakers {
			for _, tools := range [][]llm.Tool{{{Name: "add"}, {Name: "now"}}, nil} {
				t.Run(fmt.Sprintf("%s to %s with %d tools", from, to, len(tools)), func(t *testing.T) {
					t.Parallel()
					request := llm.Request{System: "Be kind.", Messages: history, Tools: tools, Cache: true}
					_, body := to.says(t, streams[to.protocol].Text("ok"), request)
					r := rules{t: t, to: to, calls: map[string]bool{}}
					switch to.protocol {
					case openaichat.Protocol:
						r.chat(body)
					case openairesponses.Protocol:
						r.responses(body)
					case google.Protocol:
						r.gemini(body)
					default:
						r.blocks(body)
					}
					text, _ := json.Marshal(body)
					r.all(string(text), from)
				})
			}
		}
	}
}

// rules checks a request.
type rules struct {
	t     *testing.T
	to    speaker
	calls map[string]bool // open calls by id
	ids   map[string]bool
}

// all holds for every protocol: nothing that was said is lost, and what is only
// for people or for the maker's own models is not sent.
func (r *rules) all(body string, from speaker) {
	for _, want := range []string{"Hello", "answer", "It failed.", "Found.", "Never mind.", "cG5n", "interrupted", "What you made"} {
		if want == "cG5n" && (r.to.dialect == "deepseek") {
			want = "which you cannot read"
		}
		if want == "What you made" && r.to.protocol == google.Protocol && !strings.Contains(r.to.model, "-3-") {
			continue // it shows pictures itself
		}
		if !strings.Contains(body, want) {
			r.t.Errorf("the request lacks %q: %s", want, body)
		}
	}
	for _, not := range []string{"a notice", `"found"`, "https://example.org"} {
		if strings.Contains(body, not) {
			r.t.Errorf("the request holds %q: %s", not, body)
		}
	}
	// Responses goes by the host, which is one for all here.
	own := from.protocol == r.to.protocol && (from.maker() == r.to.maker() || from.protocol == openairesponses.Protocol)
	if !own && strings.Contains(body, streams[from.protocol].Signature) {
		r.t.Errorf("the request holds a signature of %s: %s", from, body)
	}
}

func (r *rules) call(id string, allowed *regexp.Regexp) {
	if !allowed.MatchString(id) || r.ids[id] {
		r.t.Errorf("a call has the id %q", id)
	}
	if r.ids == nil {
		r.ids = map[string]bool{}
	}
	r.ids[id], r.calls[id] = true, true
}

func (r *rules) result(id string) {
	if !r.calls[id] {
		r.t.Errorf("a result of %q, which is not open", id)
	}
	delete(r.calls, id)
}

func (r *rules) closed(before string) {
	if len(r.calls) > 0 {
		r.t.Errorf("%s comes before the results of %v", before, r.calls)
		r.calls = map[string]bool{}
	}
}

var anyID = map[string]*regexp.Regexp{
	"mistral": regexp.MustCompile(`^[a-zA-Z0-9]{9}$`), "": regexp.MustCompile(`^.{1,40}$`),
}

func (r *rules) chat(body map[string]any) {
	allowed := anyID[r.to.dialect]
	if allowed == nil {
		allowed = anyID[""]
	}
	before := ""
	for i, item := range list(body["messages"]) {
		message := obj(item)
		role := str(message["role"])
		if role != "tool" {
			r.closed(role)
		}
		switch content := message["content"].(type) {
		case string:
			if content == "" {
				r.t.Errorf("message %d says nothing", i)
			}
		case []any:
			if len(content) == 0 {
				r.t.Errorf("message %d is empty", i)
			}
		case nil:
			if len(list(message["tool_calls"])) == 0 {
				r.t.Errorf("message %d has no content", i)
			}
		}
		for _, call := range list(message["tool_calls"]) {
			r.call(str(obj(call)["id"]), allowed)
		}
		switch {
		case role == "tool":
			r.result(str(message["tool_call_id"]))
		case role == "user" && before == "tool" && r.to.dialect == "mistral":
			r.t.Errorf("message %d of the user follows a tool", i)
		case role == before && (r.to.dialect == "perplexity" || r.to.dialect == "llamacpp"):
			r.t.Errorf("message %d is of the same role as the one before", i)
		}
		before = role
	}
	r.closed("the end")
}

var responseID = map[string]*regexp.Regexp{
	"openai": regexp.MustCompile(`^.{1,64}$`), "xai": regexp.MustCompile(`^.{1,128}$`),
}

func (r *rules) responses(body map[string]any) {
	for i, item := range list(body["input"]) {
		it := obj(item)
		switch str(it["type"]) {
		case "function_call":
			r.call(str(it["call_id"]), responseID[r.to.dialect])
		case "function_call_output":
			r.result(str(it["call_id"]))
		case "message":
			if str(it["role"]) == "user" {
				r.closed("the user")
			}
			if len(list(it["content"])) == 0 {
				r.t.Errorf("item %d is empty", i)
			}
		}
	}
	r.closed("the end")
}

var blockID = regexp.MustCompile(`^[a-zA-Z0-9_-]{1,64}$`)

// blocks checks Anthropic's protocol and Bedrock's, whose rules are the same.
func (r *rules) blocks(body map[string]any) {
	before := ""
	marks := strings.Count(fmt.Sprint(body), "cache_control") + strings.Count(fmt.Sprint(body), "cachePoint")
	if marks > 4 {
		r.t.Errorf("%d marks of the cache", marks)
	}
	for i, item := range list(body["messages"]) {
		message := obj(item)
		role, content := str(message["role"]), list(message["content"])
		if role == before || i == 0 && role != "user" || len(content) == 0 {
			r.t.Errorf("message %d is the %s's, after the %s's: %v", i, role, before, content)
		}
		if role == "assistant" {
			r.closed("the model")
		}
		spoken := false
		for _, item := range content {
			block := obj(item)
			if text, ok := block["text"].(string); ok && strings.TrimSpace(text) == "" {
				r.t.Errorf("message %d has an empty text", i)
			}
			if use, ok := block["toolUse"].(map[string]any); ok {
				r.call(str(use["toolUseId"]), blockID)
			} else if str(block["type"]) == "tool_use" {
				r.call(str(block["id"]), blockID)
			}
			result, ok := block["toolResult"].(map[string]any)
			switch {
			case ok:
				r.result(str(result["toolUseId"]))
			case str(block["type"]) == "tool_result":
				r.result(str(block["tool_use_id"]))
			case role == "user":
				if block["cachePoint"] == nil {
					r.closed("what the user says")
				}
				spoken = true
				continue
			}
			if spoken && role == "user" {
				r.t.Errorf("message %d has a result behind what the user says", i)
			}
			if role == "assistant" && (str(block["type"]) == "image" || block["image"] != nil) {
				r.t.Errorf("message %d of the model has a picture", i)
			}
		}
		before = role
	}
	r.closed("the end")
	if body["toolConfig"] == nil && r.to.protocol == bedrock.Protocol && len(r.ids) > 0 {
		r.t.Error("calls without tools")
	}
}

func (r *rules) gemini(body map[string]any) {
	before, calls := "", 0
	signed := strings.Contains(r.to.model, "-3-")
	for i, item := range list(body["contents"]) {
		content := obj(item)
		role, parts := str(content["role"]), list(content["parts"])
		if i == 0 && role != "user" || len(parts) == 0 || role == "model" && before == "model" {
			r.t.Errorf("content %d is the %s's, after the %s's: %v", i, role, before, parts)
		}
		results, made := 0, 0
		for _, item := range parts {
			part := obj(item)
			switch {
			case part["functionCall"] != nil:
				if made++; made == 1 && signed && part["thoughtSignature"] == nil {
					r.t.Errorf("content %d has a first call without a signature", i)
				}
			case part["functionResponse"] != nil:
				results++
			case part["inlineData"] != nil && role == "model" && signed && part["thoughtSignature"] == nil:
				r.t.Errorf("content %d has a picture without a signature", i)
			}
		}
		if results != calls {
			r.t.Errorf("content %d has %d results of %d calls", i, results, calls)
		}
		calls, before = made, role
	}
	if calls > 0 {
		r.t.Errorf("%d calls are not answered", calls)
	}
}
