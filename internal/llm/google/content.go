package google

import (
	"bytes"
	"encoding/json"
	"regexp"
	"slices"
	"strings"

	"parley/internal/llm"
	"parley/internal/llm/wire"
)

// content is one message on the wire.
type content struct {
	Role  string           `json:"role"`
	Parts []map[string]any `json:"parts"`
}

// sentCall is what a result has to repeat of its call.
type sentCall struct{ id, name string }

// kept is what is kept of a part that Gemini wants back, beside what our own
// fields say. One with a text is a whole part.
type kept struct {
	Text      *string   `json:"text,omitempty"`
	Thought   bool      `json:"thought,omitempty"`
	ID        string    `json:"id,omitempty"`
	Signature signature `json:"thoughtSignature,omitempty"`
}

// signature is one of Gemini's as it is written, for it is long and all that is done
// with it is to send it back. What is no string, or an empty one, is none.
type signature []byte

// UnmarshalJSON implements [json.Unmarshaler].
func (s *signature) UnmarshalJSON(text []byte) error {
	if len(text) > len(`""`) && text[0] == '"' {
		*s = bytes.Clone(text)
	}
	return nil
}

// MarshalJSON implements [json.Marshaler].
func (s signature) MarshalJSON() ([]byte, error) { return s, nil }

// raw is the JSON of what is kept, nil for nothing. The signature is put to the rest
// as it is: encoding/json would look at each of its characters.
func (k kept) raw() json.RawMessage {
	sealed := k.Signature
	k.Signature = nil
	text, err := wire.Encode(k)
	if err != nil || len(sealed) == 0 && len(text) == len(`{}`) {
		return nil // strings can always be encoded
	}
	if len(sealed) == 0 {
		return text
	}
	name := `,"thoughtSignature":`
	if len(text) == len(`{}`) {
		name = name[1:]
	}
	return bytes.Join([][]byte{text[:len(text)-1], []byte(name), sealed, []byte("}")}, nil)
}

// unsigned stands for the signature of a call that Gemini did not write itself:
// without one, its third generation refuses the whole conversation. The value is
// the one that Google gives for this, in base64.
const unsigned = "Y29udGV4dF9lbmdpbmVlcmluZ19pc190aGVfd2F5X3RvX2dv"

// contents writes the conversation, which begins with the user, and ends so where
// the model would not go on with a text of its own.
func (b *builder) contents(history []llm.Message) []content {
	list := []content{}
	for _, message := range wire.Show(wire.History(history, Protocol, nil), b.unsigned) {
		next := content{Role: "user"}
		if message.Role == llm.RoleAssistant {
			next.Role, next.Parts = "model", b.model(message.Parts)
		} else {
			next.Parts = b.user(message.Parts)
		}
		if len(next.Parts) == 0 {
			continue
		}
		if len(list) == 0 && next.Role == "model" {
			list = append(list, content{Role: "user", Parts: []map[string]any{textPart("…")}})
		}
		list = append(list, next)
	}
	if b.traits.closed && len(list) > 0 && list[len(list)-1].Role == "model" {
		list = append(list, content{Role: "user", Parts: []map[string]any{textPart("…")}})
	}
	return list
}

// unsigned reports whether a model that looks for signatures would look in vain:
// for the picture of another one.
func (b *builder) unsigned(part llm.Part) bool { return b.traits.signed && len(part.Raw) == 0 }

func textPart(text string) map[string]any { return map[string]any{"text": text} }

// model writes one step of the model's own.
func (b *builder) model(parts []llm.Part) []map[string]any {
	var list []map[string]any
	for _, part := range parts {
		var own kept
		if len(part.Raw) > 0 {
			_ = json.Unmarshal(part.Raw, &own) // one that is not ours has no signature
		}
		switch {
		case part.Type == llm.PartReasoning:
			list = b.sealed(list, part.Raw, own)
		case len(part.Raw) > 0 && (part.Type == llm.PartToolResult || part.Type == llm.PartToolCall && part.Call.Remote):
			if whole := object(part.Raw); whole != nil {
				list = append(list, whole)
			}
		case part.Type == llm.PartToolCall:
			list = append(list, b.call(part.Call, own))
		case part.Media != nil:
			list = append(list, signed(b.media(part.Media), own))
		case part.Type == llm.PartText || part.Type == llm.PartSummary:
			list = append(list, textPart(part.Text))
		}
	}
	if b.traits.signed {
		b.sign(list)
	}
	return list
}

// sealed writes what is kept of reasoning: a part of its own, or the signature
// of the text before it.
func (b *builder) sealed(list []map[string]any, raw json.RawMessage, own kept) []map[string]any {
	whole := object(raw)
	if whole == nil {
		return list
	}
	if _, isPart := whole["text"]; isPart {
		return append(list, whole)
	}
	if last := len(list) - 1; last >= 0 && list[last]["text"] != nil && list[last]["thoughtSignature"] == nil {
		signed(list[last], own)
	}
	return list
}

// sign puts a stand-in on the first call of a step if it has no signature.
func (b *builder) sign(list []map[string]any) {
	first := slices.IndexFunc(list, func(part map[string]any) bool { return part["functionCall"] != nil })
	if first >= 0 && list[first]["thoughtSignature"] == nil {
		list[first]["thoughtSignature"] = unsigned
	}
}

func signed(part map[string]any, own kept) map[string]any {
	if len(own.Signature) > 0 {
		part["thoughtSignature"] = own.Signature
	}
	return part
}

// call writes a function call. An id that Gemini did not give is only sent to
// models that want one, for not each server takes it.
func (b *builder) call(c *llm.ToolCall, own kept) map[string]any {
	sent := sentCall{id: own.ID, name: b.names.Clean(c.Name)}
	if sent.id == "" && b.traits.ids {
		sent.id = c.ID
	}
	b.calls[c.ID] = sent
	call := map[string]any{"name": sent.name, "args": json.RawMessage(c.Arguments)}
	if sent.id != "" {
		call["id"] = sent.id
	}
	return signed(map[string]any{"functionCall": call}, own)
}

// user writes what the user said, or what tools returned. Results come first:
// there have to be as many as there were calls.
func (b *builder) user(parts []llm.Part) []map[string]any {
	var results, rest []map[string]any
	for _, part := range parts {
		switch {
		case part.Result != nil:
			results = append(results, b.result(part.Result))
		case part.Media != nil:
			rest = append(rest, b.media(part.Media))
		default:
			rest = append(rest, textPart(part.Text))
			rest = append(rest, b.watch(part.Text)...)
		}
	}
	return append(results, rest...)
}

var video = regexp.MustCompile(`https?://(?:(?:www\.|m\.)?youtube\.com/(?:watch\?v=|shorts/|live/)|youtu\.be/)[\w-]{11}`)

// mostVideos is how many a request may hold.
const mostVideos = 10

// watch writes the videos of YouTube that a text names: the tool that reads
// addresses does not read these, the model does.
func (b *builder) watch(text string) []map[string]any {
	if !b.watches {
		return nil
	}
	var list []map[string]any
	for _, address := range video.FindAllString(text, mostVideos-b.videos) {
		b.videos++
		list = append(list, map[string]any{"fileData": map[string]any{"fileUri": address, "mimeType": "video/mp4"}})
	}
	return list
}

func (b *builder) result(r *llm.ToolResult) map[string]any {
	key := "output"
	if r.IsError {
		key = "error"
	}
	sent := b.calls[r.CallID]
	response := map[string]any{"name": sent.name, "response": map[string]any{key: r.Content}}
	if sent.id != "" {
		response["id"] = sent.id
	}
	return map[string]any{"functionResponse": response}
}

// media writes an image, a document, a sound or a video. What the model does not
// take is named to it, and told to the user.
func (b *builder) media(m *llm.Media) map[string]any {
	kind, ok := b.mediaType(m.MIME)
	switch {
	case len(m.Data) == 0 && m.URL == "":
		return textPart(b.Missing(m))
	case !ok:
		return textPart(b.LeaveOut(m))
	case len(m.Data) == 0:
		return map[string]any{"fileData": map[string]any{"fileUri": m.URL, "mimeType": kind}}
	default:
		return map[string]any{"inlineData": map[string]any{"data": wire.Base64(m), "mimeType": kind}}
	}
}

// images are the kinds of picture that Gemini reads.
var images = []string{"image/png", "image/jpeg", "image/webp", "image/heic", "image/heif"}

// mediaType returns the type that a file is sent as, and whether it is taken.
func (b *builder) mediaType(mime string) (string, bool) {
	switch {
	case slices.Contains(images, mime):
		return mime, true
	case !b.traits.media:
		return mime, false
	case strings.HasPrefix(mime, "text/"), mime == "application/json", mime == "application/xml":
		return "text/plain", true
	default:
		return mime, mime == "application/pdf" || strings.HasPrefix(mime, "audio/") || strings.HasPrefix(mime, "video/")
	}
}

// object reads a kept part; its values stay as they came.
func object(raw json.RawMessage) map[string]any {
	var fields map[string]json.RawMessage
	if json.Unmarshal(raw, &fields) != nil || len(fields) == 0 {
		return nil
	}
	whole := make(map[string]any, len(fields))
	for name, value := range fields {
		whole[name] = value
	}
	return whole
}
