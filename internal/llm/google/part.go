package google

import (
	"bytes"
	"cmp"
	"crypto/rand"
	"encoding/json"
	"strings"

	"parley/internal/llm"
	"parley/internal/llm/wire"
)

// part is one part of the answer: which field is set says what it is.
type part struct {
	Text         string        `json:"text"`
	Thought      bool          `json:"thought"`
	Signature    signature     `json:"thoughtSignature"`
	Call         *functionCall `json:"functionCall"`
	Media        *blob         `json:"inlineData"`
	Code         *code         `json:"executableCode"`
	CodeResult   *codeResult   `json:"codeExecutionResult"`
	ToolCall     *remoteCall   `json:"toolCall"`
	ToolResponse *remoteCall   `json:"toolResponse"`
	// raw is the part as it came, of what Google's own tools did.
	raw json.RawMessage
}

// UnmarshalJSON keeps the raw form of what is sent back as it came.
func (p *part) UnmarshalJSON(raw []byte) error {
	type fields part
	err := json.Unmarshal(raw, (*fields)(p))
	p.keep(raw)
	return err
}

// keep takes the raw form if it is sent back as it came.
func (p *part) keep(raw []byte) {
	if p.Code != nil || p.CodeResult != nil || p.ToolCall != nil || p.ToolResponse != nil {
		p.raw = bytes.Clone(raw)
	}
}

// blob is an image, a sound or a file.
type blob struct {
	MIME string `json:"mimeType"`
	Data []byte `json:"data"`
}

// code is what Google ran for the model, and codeResult what came of it.
type code struct {
	ID       string `json:"id"`
	Language string `json:"language"`
	Code     string `json:"code"`
}

type codeResult struct {
	ID      string `json:"id"`
	Outcome string `json:"outcome"`
	Output  string `json:"output"`
}

// remoteCall is a call of one of Google's tools, or its result.
type remoteCall struct {
	ID   string          `json:"id"`
	Type string          `json:"toolType"`
	Args json.RawMessage `json:"args"`
}

func (d *decoder) part(p *part) error {
	switch {
	case p.Call != nil:
		return d.functionCall(p)
	case p.Media != nil:
		return d.media(p)
	case p.Code != nil:
		d.executed(p)
	case p.CodeResult != nil:
		d.computed(p)
	case p.ToolCall != nil:
		d.searched(p)
	case p.ToolResponse != nil:
		d.found(p)
	default:
		kind := llm.EventText
		if p.Thought {
			kind = llm.EventReasoning
		}
		d.speak(kind, p.Text, p.Signature)
	}
	return nil
}

// remotePart reports what Google's own tool did.
func (d *decoder) remotePart(p llm.Part) {
	d.shut()
	d.Emit(llm.Event{Kind: llm.EventPart, Block: d.newBlock(), Part: &p})
}

func (d *decoder) executed(p *part) {
	d.code = cmp.Or(p.Code.ID, "code_"+rand.Text())
	arguments, err := wire.Encode(map[string]string{"language": strings.ToLower(p.Code.Language), "code": p.Code.Code})
	if err != nil {
		return // strings can always be encoded
	}
	d.remotePart(llm.Part{Type: llm.PartToolCall, Protocol: Protocol, Raw: p.raw, Call: &llm.ToolCall{
		ID: d.code, Name: llm.RemoteCode, Arguments: string(arguments), Status: llm.CallDone, Remote: true,
	}})
}

func (d *decoder) computed(p *part) {
	failed := p.CodeResult.Outcome != "OUTCOME_OK"
	text := p.CodeResult.Output
	if failed && text == "" {
		text = p.CodeResult.Outcome
	}
	d.remotePart(llm.Part{Type: llm.PartToolResult, Protocol: Protocol, Raw: p.raw, Result: &llm.ToolResult{
		CallID: cmp.Or(p.CodeResult.ID, d.code), Name: llm.RemoteCode, Content: text, IsError: failed,
	}})
}

func (d *decoder) searched(p *part) {
	call := p.ToolCall
	d.sources.shown = true
	d.remotePart(llm.Part{Type: llm.PartToolCall, Protocol: Protocol, Raw: p.raw, Call: &llm.ToolCall{
		ID: cmp.Or(call.ID, "remote_"+rand.Text()), Name: call.name(), Arguments: cmp.Or(string(call.Args), "{}"),
		Status: llm.CallDone, Remote: true,
	}})
}

// found reports a result, whose content only Gemini can read.
func (d *decoder) found(p *part) {
	call := p.ToolResponse
	d.remotePart(llm.Part{Type: llm.PartToolResult, Protocol: Protocol, Raw: p.raw, Result: &llm.ToolResult{
		CallID: call.ID, Name: call.name(),
	}})
}

// name is the tool's name in Parley.
func (c *remoteCall) name() string {
	switch kind := strings.ToLower(c.Type); {
	case strings.HasPrefix(kind, "google_search"):
		return llm.RemoteWebSearch
	case kind == "":
		return "tool"
	default:
		return kind
	}
}

// mostMedia bounds the media of one answer, in bytes.
const mostMedia = 48 << 20

// media reports an image, and gathers sound, which comes in pieces. What is part
// of a thought is a draft and not shown.
func (d *decoder) media(p *part) error {
	if d.held += len(p.Media.Data); d.held > mostMedia {
		return &llm.Error{Kind: llm.ErrProtocol, Message: "the answer holds more than 48 MiB of media"}
	}
	if p.Thought {
		return nil
	}
	data := p.Media.Data
	if d.sound.takes(p.Media.MIME, data) {
		return nil
	}
	d.shut()
	made := llm.Part{Type: llm.PartFile, Media: &llm.Media{MIME: p.Media.MIME, Data: data, Size: int64(len(data))}}
	switch {
	case strings.HasPrefix(p.Media.MIME, "image/"):
		made.Type = llm.PartImage
	case strings.HasPrefix(p.Media.MIME, "audio/"):
		made.Type = llm.PartAudio
	}
	if len(p.Signature) > 0 {
		made.Protocol, made.Raw = Protocol, kept{Signature: p.Signature}.raw()
	}
	d.Emit(llm.Event{Kind: llm.EventPart, Block: d.newBlock(), Part: &made})
	return nil
}
