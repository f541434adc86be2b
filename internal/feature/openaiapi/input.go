package openaiapi

import (
	"cmp"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strings"

	"parley/internal/kit/outbound"
	"parley/internal/llm"
)

// read decodes the body of a request. Unknown fields are passed over: clients
// of this form send what this server does not know.
func read(w http.ResponseWriter, r *http.Request, into any) error {
	raw, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return ErrBodySize.Saying(fmt.Sprintf("The limit is %d MiB.", maxBody>>20))
	}
	if err != nil {
		return ErrBody.Because(err)
	}
	err = json.Unmarshal(raw, into)
	if wrong, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		return bad(wrong.Field, "It is "+wrong.Value+" and has to be "+kindOf(wrong.Type)+".")
	}
	if err != nil {
		return ErrBody.Saying("It is not JSON: " + err.Error() + ".")
	}
	return nil
}

// kindOf is a type in the words of JSON.
func kindOf(t reflect.Type) string {
	switch t.Kind() {
	case reflect.Bool:
		return "true or false"
	case reflect.Int, reflect.Int64:
		return "a whole number"
	case reflect.Float64:
		return "a number"
	case reflect.String:
		return "a string"
	case reflect.Slice:
		return "a list"
	default:
		return "an object"
	}
}

// toolChoice says which tools are called, in either protocol's form.
type toolChoice struct {
	raw json.RawMessage
	// word is "auto", "none", "required" or a tool's name; empty is auto.
	word string
	// kind is the type of a choice that is no word.
	kind string
	// among are the only tools that may be called, nil for all.
	among []string
}

// UnmarshalJSON reads a word, the name of a tool in an object, or a choice of
// allowed tools, which Chat Completions wraps once more.
func (c *toolChoice) UnmarshalJSON(raw []byte) error {
	c.raw = slices.Clone(raw)
	if json.Unmarshal(raw, &c.word) == nil {
		return nil
	}
	type named struct {
		Name     string `json:"name"`
		Function struct {
			Name string `json:"name"`
		} `json:"function"`
	}
	type allowed struct {
		Mode  string  `json:"mode"`
		Tools []named `json:"tools"`
	}
	var choice struct {
		named
		allowed
		Type    string   `json:"type"`
		Allowed *allowed `json:"allowed_tools"`
	}
	if err := json.Unmarshal(raw, &choice); err != nil {
		return err
	}
	if choice.Allowed != nil {
		choice.allowed = *choice.Allowed
	}
	c.kind, c.word = choice.Type, cmp.Or(choice.Name, choice.Function.Name, choice.Mode)
	for _, t := range choice.Tools {
		c.among = append(c.among, cmp.Or(t.Name, t.Function.Name))
	}
	return nil
}

// apply puts the choice into a request that has its tools. What a provider would
// make of one that they do not have is its own affair: some answer as if nothing
// had been chosen.
func (c toolChoice) apply(request *llm.Request) error {
	const where = "tool_choice"
	has := func(name string) bool {
		return slices.ContainsFunc(request.Tools, func(t llm.Tool) bool { return t.Name == name })
	}
	for _, name := range c.among {
		if !has(name) {
			return bad(where, fmt.Sprintf("There is no tool %q.", name))
		}
	}
	if c.among != nil {
		request.Tools = slices.DeleteFunc(request.Tools, func(t llm.Tool) bool { return !slices.Contains(c.among, t.Name) })
	}
	request.ToolChoice = c.word
	_, isRemote := remoteNames[c.kind]
	switch {
	case c.word == "" && c.kind != "" && !isRemote:
		return bad(where, "It names no tool.")
	case c.word == "required" && len(request.Tools)+len(request.Remote) == 0:
		return bad(where, "There are no tools.")
	case slices.Contains([]string{"", "auto", "none", "required"}, c.word) || has(c.word):
		return nil
	default:
		return bad(where, fmt.Sprintf("There is no tool %q.", c.word))
	}
}

// MarshalJSON is what was read, or "auto".
func (c toolChoice) MarshalJSON() ([]byte, error) {
	if c.word == "" {
		return []byte(`"auto"`), nil
	}
	return c.raw, nil
}

// most checks how many tokens an answer may have.
func most(tokens *int, where string) error {
	if tokens != nil && *tokens < 1 {
		return bad(where, "It is at least 1.")
	}
	return nil
}

// stopWords are one string or several.
type stopWords []string

// UnmarshalJSON reads a string or a list.
func (s *stopWords) UnmarshalJSON(raw []byte) error {
	var one string
	if json.Unmarshal(raw, &one) == nil {
		if one != "" {
			*s = stopWords{one}
		}
		return nil
	}
	return json.Unmarshal(raw, (*[]string)(s))
}

// contents are what a message holds: a text or a list.
type contents []content

// content is one piece of it, in the words of either protocol.
type content struct {
	Type     string   `json:"type"`
	Text     string   `json:"text"`
	Refusal  string   `json:"refusal"`
	ImageURL imageURL `json:"image_url"`
	// Detail is where Responses has how closely a picture is looked at.
	Detail string `json:"detail"`
	Audio  struct {
		Data   string `json:"data"`
		Format string `json:"format"`
	} `json:"input_audio"`
	File struct {
		Name string `json:"filename"`
		Data string `json:"file_data"`
		ID   string `json:"file_id"`
	} `json:"file"`
	// Where Responses has what a file is.
	Name string `json:"filename"`
	Data string `json:"file_data"`
	URL  string `json:"file_url"`
	ID   string `json:"file_id"`
}

// imageURL is an address, which Chat Completions wraps in an object.
type imageURL struct {
	URL    string `json:"url"`
	Detail string `json:"detail"`
}

// UnmarshalJSON reads a string or an object with a url.
func (u *imageURL) UnmarshalJSON(raw []byte) error {
	if json.Unmarshal(raw, &u.URL) == nil {
		return nil
	}
	type fields imageURL
	return json.Unmarshal(raw, (*fields)(u))
}

// detail is how closely pictures are looked at, empty where that is left open.
func (c contents) detail() string {
	for _, item := range c {
		if asked := cmp.Or(item.ImageURL.Detail, item.Detail); asked != "" && asked != "auto" {
			return asked
		}
	}
	return ""
}

// UnmarshalJSON reads a string, a list or null.
func (c *contents) UnmarshalJSON(raw []byte) error {
	var text *string
	if json.Unmarshal(raw, &text) == nil {
		if text != nil {
			*c = contents{{Type: "text", Text: *text}}
		}
		return nil
	}
	return json.Unmarshal(raw, (*[]content)(c))
}

// parts returns the contents in our form.
func (c contents) parts(where string) ([]llm.Part, error) {
	var parts []llm.Part
	for i, item := range c {
		part, err := item.part(fmt.Sprintf("%s[%d]", where, i))
		if err != nil {
			return nil, err
		}
		if part.Type == llm.PartText && part.Text == "" {
			continue
		}
		parts = append(parts, part)
	}
	return parts, nil
}

func (c *content) part(where string) (llm.Part, error) {
	switch c.Type {
	case "text", "input_text", "output_text":
		return llm.Part{Type: llm.PartText, Text: c.Text}, nil
	case "refusal":
		return llm.Part{Type: llm.PartText, Text: c.Refusal}, nil
	case "image_url", "input_image":
		m, err := mediaAt(c.ImageURL.URL, "image/png", where+".image_url")
		return llm.Part{Type: llm.PartImage, Media: m}, err
	case "input_audio":
		m, err := decoded(c.Audio.Data, "audio/"+cmp.Or(c.Audio.Format, "wav"), where+".input_audio")
		return llm.Part{Type: llm.PartAudio, Media: m}, err
	case "file", "input_file":
		return c.file(where)
	default:
		return llm.Part{}, unsupported(where+".type", "Contents are text, images, sound and files.")
	}
}

func (c *content) file(where string) (llm.Part, error) {
	if c.ID+c.File.ID != "" {
		return llm.Part{}, unsupported(where+".file_id", "Send the file itself as file_data.")
	}
	address := cmp.Or(c.File.Data, cmp.Or(c.Data, c.URL))
	m, err := mediaAt(address, "application/pdf", where+".file_data")
	if err != nil {
		return llm.Part{}, err
	}
	m.Name = c.File.Name + c.Name
	return llm.Part{Type: llm.PartFile, Media: m}, nil
}

// mediaAt reads a data URL, or names a public address for the provider to
// fetch: this server fetches nothing.
func mediaAt(address, kind, where string) (*llm.Media, error) {
	if rest, ok := strings.CutPrefix(address, "data:"); ok {
		head, data, ok := strings.Cut(rest, ",")
		encoded, isBase64 := strings.CutSuffix(head, ";base64")
		if !ok || !isBase64 {
			return nil, bad(where, "A data URL is in base64.")
		}
		if named, _, err := mime.ParseMediaType(encoded); err == nil {
			kind = named
		}
		return decoded(data, kind, where)
	}
	u, err := url.Parse(address)
	if err != nil || outbound.Public(u) != nil {
		return nil, bad(where, "It is a data URL, or an address on the web.")
	}
	return &llm.Media{URL: address, MIME: kind}, nil
}

func decoded(data, kind, where string) (*llm.Media, error) {
	bytes, err := base64.StdEncoding.DecodeString(data)
	if err != nil || len(bytes) == 0 {
		return nil, bad(where, "It is not base64.")
	}
	if kind == "audio/mp3" {
		kind = "audio/mpeg"
	}
	return &llm.Media{MIME: kind, Data: bytes, Size: int64(len(bytes))}, nil
}
