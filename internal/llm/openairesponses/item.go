package openairesponses

import (
	"cmp"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"

	"parley/internal/llm"
	"parley/internal/llm/wire"
)

// The types of item that are not calls of the provider's own tools.
const (
	typeMessage    = "message"
	typeReasoning  = "reasoning"
	typeCall       = "function_call"
	typeCompaction = "compaction"
	typeToolList   = "mcp_list_tools"
)

// item is one piece of an answer; which fields are set depends on its type.
type item struct {
	Type      string          `json:"type"`
	ID        string          `json:"id"`
	CallID    string          `json:"call_id"`
	Name      string          `json:"name"`
	Status    string          `json:"status"`
	Arguments json.RawMessage `json:"arguments"`
	Content   json.RawMessage `json:"content"`
	Summary   []content       `json:"summary"`
	Encrypted string          `json:"encrypted_content"`
	// Of the provider's own tools.
	Action  json.RawMessage `json:"action"`
	Code    string          `json:"code"`
	Input   json.RawMessage `json:"input"`
	Queries []string        `json:"queries"`
	Outputs []struct {
		Type string `json:"type"`
		Logs string `json:"logs"`
		URL  string `json:"url"`
	} `json:"outputs"`
	Results []struct {
		FileName string `json:"filename"`
		Text     string `json:"text"`
	} `json:"results"`
	Output        json.RawMessage `json:"output"`
	Error         json.RawMessage `json:"error"`
	Result        string          `json:"result"`
	Format        string          `json:"output_format"`
	RevisedPrompt string          `json:"revised_prompt"`
}

// content is a text of a message or of reasoning.
type content struct {
	Type        string            `json:"type"`
	Text        string            `json:"text"`
	Refusal     string            `json:"refusal"`
	Annotations []json.RawMessage `json:"annotations"`
	Logprobs    json.RawMessage   `json:"logprobs"`
}

func (i *item) contents() (list []content) {
	_ = json.Unmarshal(i.Content, &list) // other items have a content of another form
	return list
}

// reasoning is what can be read of a reasoning item: the summary, or the
// reasoning itself where the model is open.
func (i *item) reasoning() []string {
	list := i.Summary
	if len(list) == 0 {
		list = i.contents()
	}
	var texts []string
	for _, c := range list {
		texts = append(texts, c.Text)
	}
	return texts
}

// argumentText returns the arguments of a call, which a few servers send as an
// object.
func (i *item) argumentText() string {
	var text string
	if json.Unmarshal(i.Arguments, &text) == nil {
		return text
	}
	return string(i.Arguments)
}

// kept is the raw form of a part: the item, and whose it is, for nobody else can
// read what is encrypted in it.
type kept struct {
	Host string          `json:"host"`
	Item json.RawMessage `json:"item"`
}

func (d *decoder) keep(raw json.RawMessage) json.RawMessage {
	text, err := wire.Encode(kept{Host: d.host, Item: raw})
	if err != nil {
		return nil
	}
	return text
}

// ownNames are Parley's words for tools of the provider.
var ownNames = map[string]string{"code_interpreter": llm.RemoteCode}

// answeredApart are the calls whose result is an item of its own.
var answeredApart = map[string]bool{
	"tool_search_call": true, "shell_call": true, "local_shell_call": true, "apply_patch_call": true,
	"custom_tool_call": true, "computer_call": true, "mcp_approval_request": true,
}

// doneRemote reports a call that the provider ran itself, and its result, which
// most tools put into the same item.
func (d *decoder) doneRemote(p *progress, i *item, raw json.RawMessage) {
	if name, isResult := strings.CutSuffix(i.Type, "_output"); isResult {
		d.remoteResult(p, i, name, raw)
		return
	}
	name := strings.TrimSuffix(i.Type, "_call")
	name = cmp.Or(ownNames[name], name)
	if i.Name != "" {
		name = i.Name
	}
	id := cmp.Or(i.CallID, cmp.Or(i.ID, fmt.Sprintf("%s_%d", name, p.output)))
	d.remote[id], d.last = name, id
	call := llm.Part{Type: llm.PartToolCall, Protocol: Protocol, Raw: d.keep(raw), Call: &llm.ToolCall{
		ID: id, Name: name, Arguments: i.input(raw), Status: llm.CallDone, Remote: true,
	}}
	text, failed := i.outcome()
	image, broken := i.image()
	if image != nil || broken {
		call.Raw, call.Protocol = nil, "" // the picture itself is kept elsewhere
	}
	if broken {
		d.Emit(llm.Event{Kind: llm.EventNotice, Text: wire.BrokenPicture})
	}
	if failed {
		call.Call.Status = llm.CallFailed
	}
	d.Emit(llm.Event{Kind: llm.EventPart, Block: d.blockOf(p), Part: &call})
	if !answeredApart[i.Type] {
		d.Emit(llm.Event{Kind: llm.EventPart, Block: d.newBlock(), Part: &llm.Part{
			Type: llm.PartToolResult, Result: &llm.ToolResult{CallID: id, Name: name, Content: text, IsError: failed},
		}})
	}
	if image != nil {
		d.Emit(llm.Event{Kind: llm.EventPart, Block: d.newBlock(), Part: &llm.Part{Type: llm.PartImage, Media: image}})
	}
}

// remoteResult reports a result that is an item of its own.
func (d *decoder) remoteResult(p *progress, i *item, kind string, raw json.RawMessage) {
	text, failed := i.outcome()
	id := cmp.Or(i.CallID, d.last) // what OpenAI ran itself names no call
	d.Emit(llm.Event{Kind: llm.EventPart, Block: d.blockOf(p), Part: &llm.Part{
		Type: llm.PartToolResult, Protocol: Protocol, Raw: d.keep(raw),
		Result: &llm.ToolResult{
			CallID: id, Name: cmp.Or(d.remote[id], strings.TrimSuffix(kind, "_call")), Content: text, IsError: failed,
		},
	}})
}

// input is what a remote call was given, as a JSON object.
func (i *item) input(raw json.RawMessage) string {
	var fields map[string]json.RawMessage
	switch {
	case len(i.Arguments) > 0 && string(i.Arguments) != "null":
		return i.argumentText()
	case i.Code != "":
		return object("code", i.Code)
	case len(i.Queries) > 0:
		return object("queries", i.Queries)
	case i.RevisedPrompt != "":
		return object("prompt", i.RevisedPrompt)
	case len(i.Input) > 0 && string(i.Input) != "null":
		return object("input", i.Input)
	case json.Unmarshal(i.Action, &fields) == nil && fields != nil:
		delete(fields, "sources")
		delete(fields, "type")
		text, _ := wire.Encode(fields)
		return string(text)
	default:
		_ = json.Unmarshal(raw, &fields)
		for _, name := range []string{"id", "type", "status", "call_id", "result", "output", "error"} {
			delete(fields, name)
		}
		text, _ := wire.Encode(fields)
		return cmp.Or(string(text), "{}")
	}
}

func object(name string, value any) string {
	text, err := wire.Encode(map[string]any{name: value})
	if err != nil {
		return "{}"
	}
	return string(text)
}

// outcome puts the result of a remote call into words for people, and says
// whether it failed. The model gets the raw form.
func (i *item) outcome() (text string, failed bool) {
	var lines []string
	var action struct {
		Sources []struct {
			URL string `json:"url"`
		} `json:"sources"`
	}
	_ = json.Unmarshal(i.Action, &action)
	for _, source := range action.Sources {
		lines = append(lines, source.URL)
	}
	for _, output := range i.Outputs {
		lines = append(lines, output.Logs+output.URL)
	}
	for _, result := range i.Results {
		lines = append(lines, result.FileName, result.Text)
	}
	lines = append(lines, plain(i.Output))
	if problem := plain(i.Error); problem != "" {
		lines, failed = append(lines, problem), true
	}
	text = strings.TrimSpace(strings.Join(lines, "\n"))
	return text, failed || i.Status == "failed"
}

// plain is the text in a value of any form.
func plain(raw json.RawMessage) string {
	if len(raw) == 0 || string(raw) == "null" {
		return ""
	}
	var text string
	if json.Unmarshal(raw, &text) == nil {
		return text
	}
	var parts []struct {
		Text   string `json:"text"`
		Stdout string `json:"stdout"`
		Stderr string `json:"stderr"`
	}
	if json.Unmarshal(raw, &parts) == nil {
		var joined []string
		for _, p := range parts {
			joined = append(joined, p.Text+p.Stdout+p.Stderr)
		}
		if text := strings.TrimSpace(strings.Join(joined, "\n")); text != "" {
			return text
		}
	}
	return string(raw)
}

// image is the picture that a call of image generation made; broken says that
// there is one which cannot be read.
func (i *item) image() (made *llm.Media, broken bool) {
	if i.Type != "image_generation_call" || i.Result == "" {
		return nil, false
	}
	data, err := base64.StdEncoding.DecodeString(i.Result)
	if err != nil || len(data) == 0 {
		return nil, true
	}
	return &llm.Media{MIME: "image/" + cmp.Or(i.Format, "png"), Data: data, Size: int64(len(data))}, false
}
