package openaichat

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"math/big"
	"regexp"
	"slices"
	"strings"

	"parley/internal/llm"
	"parley/internal/llm/wire"
)

// messages writes the conversation.
func (b *builder) messages(request llm.Request) {
	var list []map[string]any
	system := request.System
	if b.instructions != "" {
		system = strings.TrimSpace(system + "\n\n" + b.instructions)
	}
	if system != "" {
		role := "system"
		if b.dialect.system != nil {
			role = b.dialect.system(request.Model)
		}
		list = append(list, map[string]any{"role": role, "content": system})
	}
	for _, message := range wire.Show(wire.History(request.Messages, Protocol, b.callID), nil) {
		switch message.Role {
		case llm.RoleAssistant:
			list = append(list, b.assistant(message.Parts))
		case llm.RoleTool:
			list = append(list, b.results(message.Parts)...)
		default:
			list = b.addUser(list, message.Parts)
		}
	}
	if b.dialect.bridges || mistralName.MatchString(request.Model) {
		list = bridge(list)
	}
	if last := len(list) - 1; last >= 0 && b.dialect.continues != "" && list[last]["role"] == "assistant" {
		list[last][b.dialect.continues] = true
	}
	if request.Cache && b.dialect.cache != nil && b.dialect.cache(request.Model) {
		markCache(list, wire.Ephemeral(request.Params.Keep))
	}
	b.Fields["messages"] = list
}

// mistralName matches models of Mistral, whoever serves them.
var mistralName = regexp.MustCompile(`(?i)(mi[sx]tral|ministral|magistral|devstral|codestral|pixtral|voxtral)`)

// bridge puts a word of the model between what tools returned and the user, whom
// Mistral's models refuse to hear there.
func bridge(list []map[string]any) []map[string]any {
	for i := len(list) - 1; i > 0; i-- {
		if list[i]["role"] == "user" && list[i-1]["role"] == "tool" {
			list = slices.Insert(list, i, map[string]any{"role": "assistant", "content": "…"})
		}
	}
	return list
}

// addUser adds what the user said: to what they said just before, where the
// server insists on turns.
func (b *builder) addUser(list []map[string]any, parts []llm.Part) []map[string]any {
	content := b.content(parts)
	if last := len(list) - 1; b.dialect.alternates && last >= 0 && list[last]["role"] == "user" {
		list[last]["content"] = append(items(list[last]["content"]), items(content)...)
		return list
	}
	return append(list, map[string]any{"role": "user", "content": content})
}

// items is a content as a list.
func items(content any) []any {
	switch c := content.(type) {
	case []any:
		return c
	case string:
		if c != "" {
			return []any{textItem(c)}
		}
	}
	return nil
}

// content is a string where a string will do, else a list.
func (b *builder) content(parts []llm.Part) any {
	if len(parts) == 1 && parts[0].Media == nil {
		return parts[0].Text
	}
	list := make([]any, 0, len(parts))
	for _, part := range parts {
		if part.Media == nil {
			list = append(list, textItem(part.Text))
		} else {
			list = append(list, b.media(part))
		}
	}
	return list
}

func textItem(text string) map[string]any { return map[string]any{"type": "text", "text": text} }

// media writes an image, a sound, a video or a document. What the protocol or
// the server has no word for is named to the model, and told to the user.
func (b *builder) media(part llm.Part) map[string]any {
	m := part.Media
	kind, _, _ := strings.Cut(m.MIME, "/")
	switch {
	case len(m.Data) == 0 && m.URL == "":
		return textItem(b.Missing(m))
	case kind == "text" && len(m.Data) > 0:
		return textItem(fmt.Sprintf("File %q:\n\n%s", m.Name, strings.ToValidUTF8(string(m.Data), "\uFFFD")))
	case kind == imageMedia && !b.lacks(imageMedia):
		image := map[string]any{"url": wire.Address(m)}
		if b.detail != "" {
			image["detail"] = b.detail
		}
		return map[string]any{"type": "image_url", "image_url": image}
	case kind == "video" && b.dialect.videos:
		return map[string]any{"type": "video_url", "video_url": map[string]any{"url": wire.Address(m)}}
	case kind == audioMedia && !b.lacks(audioMedia):
		if b.dialect.audio != nil {
			return b.dialect.audio(m)
		}
		return b.sound(m)
	case kind == imageMedia || kind == audioMedia || kind == "video" || b.lacks(fileMedia):
		return textItem(b.LeaveOut(m))
	case b.dialect.file != nil:
		return b.dialect.file(m)
	default:
		return map[string]any{"type": "file", "file": map[string]any{"filename": or(m.Name, "file"), "file_data": wire.Address(m)}}
	}
}

func (b *builder) lacks(kind string) bool { return slices.Contains(b.dialect.lacks, kind) }

// formats are the names of formats of sound, by media type.
var formats = map[string]string{
	"audio/wav": "wav", "audio/x-wav": "wav", "audio/wave": "wav", "audio/vnd.wave": "wav", "audio/mpeg": "mp3", "audio/mp3": "mp3",
	"audio/aiff": "aiff", "audio/x-aiff": "aiff", "audio/aac": "aac", "audio/ogg": "ogg", "audio/flac": "flac", "audio/x-flac": "flac",
	"audio/mp4": "m4a", "audio/x-m4a": "m4a",
}

// sound writes input_audio.
func (b *builder) sound(m *llm.Media) map[string]any {
	known := b.dialect.sounds
	if known == nil {
		known = []string{"wav", "mp3"}
	}
	format := formats[m.MIME]
	if !slices.Contains(known, format) || len(m.Data) == 0 {
		return textItem(b.LeaveOut(m))
	}
	return map[string]any{"type": "input_audio", "input_audio": map[string]any{"data": wire.Base64(m), "format": format}}
}

// assistant writes one step of the model's own.
func (b *builder) assistant(parts []llm.Part) map[string]any {
	message := map[string]any{"role": "assistant"}
	var text, reasoning strings.Builder
	var calls []any
	var details, thinking []json.RawMessage
	var field string
	for _, part := range parts {
		switch part.Type {
		case llm.PartText, llm.PartSummary:
			text.WriteString(part.Text)
		case llm.PartReasoning:
			keep := b.kept(part)
			details = append(details, keep.ReasoningDetails...)
			thinking = append(thinking, keep.ThinkingBlocks...)
			field = or(keep.Field, field)
			reasoning.WriteString(part.Text)
			if keep.ExtraContent != nil {
				message["extra_content"] = keep.ExtraContent
			}
		case llm.PartToolCall:
			if !part.Call.Remote {
				calls = append(calls, b.call(part))
			}
		default:
		}
	}
	message["content"] = text.String()
	if len(calls) > 0 {
		message["tool_calls"] = calls
		if text.Len() == 0 {
			message["content"] = nil
		}
	}
	if b.dialect.details && len(details) > 0 {
		message["reasoning_details"] = details
	}
	if b.dialect.blocks && len(thinking) > 0 {
		message["thinking_blocks"] = thinking
	}
	// Reasoning in plain text only matters while the model works with tools.
	if field != "" && field == b.dialect.replay && len(calls) > 0 {
		b.replay(message, field, reasoning.String())
	}
	return message
}

// replay sends reasoning back in the way that the dialect wants it.
func (b *builder) replay(message map[string]any, field, reasoning string) {
	if field != "thinking" {
		message[field] = reasoning
		return
	}
	list := []any{map[string]any{"type": "thinking", "thinking": []any{textItem(reasoning)}}}
	if text, _ := message["content"].(string); text != "" {
		list = append(list, textItem(text))
	}
	message["content"] = list
}

// kept reads the raw form of a part, unless another vendor's model wrote it.
func (b *builder) kept(part llm.Part) kept {
	var keep kept
	if part.Raw == nil || json.Unmarshal(part.Raw, &keep) != nil {
		return kept{}
	}
	if keep.Model != "" && vendor(keep.Model) != vendor(b.Model) {
		return kept{}
	}
	return keep
}

// vendor is the first half of a router's model name, or the family of a plain
// one.
func vendor(model string) string {
	if head, _, ok := strings.Cut(model, "/"); ok {
		return head
	}
	head, _, _ := strings.Cut(model, "-")
	return head
}

func (b *builder) call(part llm.Part) map[string]any {
	call := map[string]any{
		"id": part.Call.ID, "type": "function",
		"function": map[string]any{"name": b.names.Clean(part.Call.Name), "arguments": part.Call.Arguments},
	}
	if keep := b.kept(part); keep.ExtraContent != nil {
		call["extra_content"] = keep.ExtraContent
	}
	return call
}

// results writes one message per result, of text. Other media that came with
// them follow in a message of the user, for this protocol's tools return text.
func (b *builder) results(parts []llm.Part) []map[string]any {
	var list []map[string]any
	returned := []any{textItem("Returned by the tool:")}
	for _, part := range parts {
		if part.Result != nil {
			list = append(list, map[string]any{
				"role": "tool", "tool_call_id": part.Result.CallID, "content": part.Result.Content,
			})
			continue
		}
		item := b.media(part)
		if text, ok := item["text"].(string); ok && len(list) > 0 {
			last := list[len(list)-1]
			content, _ := last["content"].(string)
			last["content"] = strings.TrimSpace(content + "\n\n" + text)
			continue
		}
		returned = append(returned, item)
	}
	if len(returned) > 1 {
		list = append(list, map[string]any{"role": "user", "content": returned})
	}
	return list
}

// callID gives an id the length that the dialect demands. Equal ids stay
// equal; others are left alone, for some models mean them (Kimi K2 counts in
// them).
func (b *builder) callID(id string) string {
	const most, base = 40, 62
	want := b.dialect.callID
	if want == 0 && len(id) <= most || len(id) == want && !strings.ContainsAny(id, "_-") {
		return id
	}
	if want == 0 {
		want = most
	}
	sum := sha256.Sum256([]byte(id))
	text := new(big.Int).SetBytes(sum[:]).Text(base)
	return (strings.Repeat("0", want) + text)[len(text):][:want]
}

// markCache asks to keep the head of the request: the system prompt (with the
// tools before it) and everything up to the last two messages not from the
// model.
func markCache(list []map[string]any, kind map[string]any) {
	if kind == nil {
		return
	}
	const turns = 2
	marked := 0
	for i := len(list) - 1; i >= 0 && marked < turns; i-- {
		if role := list[i]["role"]; role == "user" || role == "tool" {
			mark(list[i], kind)
			marked++
		}
	}
	if len(list) > 0 && list[0]["role"] == "system" {
		mark(list[0], kind)
	}
}

func mark(message, kind map[string]any) {
	switch content := message["content"].(type) {
	case string:
		if content != "" {
			message["content"] = []any{map[string]any{"type": "text", "text": content, "cache_control": kind}}
		}
	case []any:
		if item, ok := content[len(content)-1].(map[string]any); ok {
			item["cache_control"] = kind
		}
	}
}
