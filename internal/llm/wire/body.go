package wire

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"

	"parley/internal/llm"
)

// Body collects a request in JSON. It is a map, because an admin may add and
// remove any field; encoding/json sorts it, so equal requests are equal bytes.
type Body struct {
	Model  string
	Fields map[string]any
	// Refused are the parameters that the model does not take.
	Refused []string
	// Notices tell the user what was not sent as asked.
	Notices []string
}

// Set writes a parameter if it is given and the model takes it.
func (b *Body) Set(name string, value any, given bool) { b.Rename(name, name, value, given) }

// Rename is Set under another name on the wire.
func (b *Body) Rename(name, as string, value any, given bool) {
	switch {
	case !given:
	case slices.Contains(b.Refused, name):
		b.Refuse(name)
	default:
		b.Fields[as] = value
	}
}

// Refuse tells the user that a parameter was left out.
func (b *Body) Refuse(name string) {
	b.Notice("The model %s does not take %q, so it was left out.", b.Model, name)
}

// Lack tells the user of what is asked for that the protocol has no word for, of
// those parameters that a protocol may do without.
func (b *Body) Lack(p llm.Params, names ...string) {
	given := map[string]bool{
		"reasoning_summary": p.Summary != "", "reasoning_mode": p.ReasoningMode != "", "reasoning_context": p.ReasoningContext != "",
		"image_detail": p.ImageDetail != "", "prompt_cache": p.Keep != "", "disable_streaming": p.Whole != nil && *p.Whole,
		"protocol": p.Protocol != "", "region": p.Region != "",
	}
	for _, name := range names {
		if given[name] {
			b.Refuse(name)
		}
	}
}

// Ephemeral is Anthropic's mark of what is to be kept, for [llm.Params.Keep]; nil
// where nothing is.
func Ephemeral(keep string) map[string]any {
	switch keep {
	case "off":
		return nil
	case "":
		return map[string]any{"type": "ephemeral"}
	default:
		return map[string]any{"type": "ephemeral", "ttl": keep}
	}
}

// Notice tells the user something, once.
func (b *Body) Notice(format string, args ...any) {
	if text := fmt.Sprintf(format, args...); !slices.Contains(b.Notices, text) {
		b.Notices = append(b.Notices, text)
	}
}

// JSON merges what an admin added, removes what they dropped, and returns the
// body. The error is an [*llm.Error].
func (b *Body) JSON(p llm.Params) ([]byte, error) {
	for key, value := range p.Extra {
		b.Fields[key] = value
	}
	for _, key := range p.Drop {
		delete(b.Fields, key)
	}
	text, err := Encode(b.Fields)
	if err != nil {
		return nil, &llm.Error{
			Kind: llm.ErrBadRequest, Message: "the request cannot be written as JSON: " + err.Error(), Cause: err,
		}
	}
	return text, nil
}

// Encode writes JSON without HTML escapes, which only make prompts longer.
func Encode(value any) ([]byte, error) {
	var buffer bytes.Buffer
	encoder := json.NewEncoder(&buffer)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(buffer.Bytes(), []byte("\n")), nil
}

// Base64 returns the bytes of a media in base64.
func Base64(m *llm.Media) string { return base64.StdEncoding.EncodeToString(m.Data) }

// Address is the URL of a media: a data URL if its bytes are here.
func Address(m *llm.Media) string {
	if len(m.Data) == 0 {
		return m.URL
	}
	return "data:" + m.MIME + ";base64," + Base64(m)
}

// EmptySchema is the schema of a tool without arguments.
var EmptySchema = json.RawMessage(`{"type":"object","properties":{}}`)
