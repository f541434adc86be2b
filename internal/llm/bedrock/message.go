package bedrock

import (
	"encoding/json"
	"fmt"
	"mime"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"parley/internal/llm"
	"parley/internal/llm/wire"
)

// filler stands where the protocol demands a text and there is none.
const filler = "…"

func textBlock(text string) map[string]any { return map[string]any{"text": text} }

// messages writes the conversation: roles alternate, and it begins with the
// user.
func (b *builder) messages(history []llm.Message) []map[string]any {
	if b.more.Bound {
		history = forget(history)
	}
	return wire.Turns(wire.Show(wire.History(history, Protocol, wire.CleanID), nil), textBlock(filler), b.user, b.assistant)
}

// forget leaves out the reasoning of former turns. The newest Claude refuses it
// once instructions or tools have changed since, and needs only that of the turn
// it is in.
func forget(history []llm.Message) []llm.Message {
	turn := 0
	for i, message := range history {
		if message.Role == llm.RoleUser {
			turn = i
		}
	}
	kept := slices.Clone(history)
	for i := range turn {
		kept[i].Parts = slices.DeleteFunc(slices.Clone(kept[i].Parts), func(p llm.Part) bool { return p.Type == llm.PartReasoning })
	}
	return kept
}

// kept is the raw form of reasoning and of remote tools: a content block and
// who wrote it, for another vendor's model cannot read it.
type kept struct {
	Model string          `json:"model"`
	Block json.RawMessage `json:"block"`
}

// assistant writes one step of the model's own.
func (b *builder) assistant(parts []llm.Part) []map[string]any {
	var blocks []map[string]any
	for _, part := range parts {
		switch {
		case part.Type == llm.PartText || part.Type == llm.PartSummary:
			if strings.TrimSpace(part.Text) != "" {
				blocks = append(blocks, textBlock(part.Text))
			}
		case part.Raw != nil && part.Type != llm.PartSource:
			if block := b.keptBlock(part.Raw); block != nil {
				blocks = append(blocks, block)
			}
		case part.Type == llm.PartToolCall && !part.Call.Remote:
			blocks = append(blocks, b.call(part.Call))
		}
	}
	return blocks
}

func (b *builder) keptBlock(raw json.RawMessage) map[string]any {
	var keep kept
	var block map[string]any
	if json.Unmarshal(raw, &keep) != nil || vendorOf(keep.Model) != b.vendor || json.Unmarshal(keep.Block, &block) != nil {
		return nil
	}
	if _, isReasoning := block["reasoningContent"]; !isReasoning && !b.hasTools {
		return nil // the blocks of a remote tool need the tool
	}
	return block
}

// call writes a tool call; as text where the request has no tools, for then
// the protocol takes no calls either.
func (b *builder) call(call *llm.ToolCall) map[string]any {
	name := b.names.Clean(call.Name)
	if !b.hasTools {
		return textBlock(fmt.Sprintf("Called the tool %s with %s.", name, call.Arguments))
	}
	return map[string]any{"toolUse": map[string]any{
		"toolUseId": call.ID, "name": name, "input": json.RawMessage(call.Arguments),
	}}
}

// user writes what the user said, or what tools returned.
func (b *builder) user(parts []llm.Part) []map[string]any {
	var blocks, behind []map[string]any
	var result map[string]any
	hasText, hasDocument := false, false
	for _, part := range parts {
		switch {
		case part.Result != nil:
			result = b.result(part.Result)
			blocks = append(blocks, result)
		case part.Media != nil:
			block := b.media(part.Media)
			_, isDocument := block["document"]
			_, isText := block["text"]
			hasDocument, hasText = hasDocument || isDocument, hasText || isText && result == nil
			switch {
			case result == nil:
				blocks = append(blocks, block)
			case b.takesMediaInResults(block):
				b.addToResult(result, block)
			default:
				behind = append(behind, block)
			}
		case strings.TrimSpace(part.Text) != "":
			hasText = true
			blocks = append(blocks, textBlock(part.Text))
		}
	}
	// A document needs a text beside it.
	if hasDocument && !hasText && (result == nil || len(behind) > 0) {
		blocks = append(blocks, textBlock(filler))
	}
	return append(blocks, behind...)
}

// result writes what a tool returned.
func (b *builder) result(r *llm.ToolResult) map[string]any {
	text := r.Content
	if !b.hasTools {
		return textBlock(fmt.Sprintf("The tool %s returned:\n%s", b.names.Clean(r.Name), text))
	}
	result := map[string]any{"toolUseId": r.CallID}
	switch {
	case b.vendor == anthropic || b.vendor == amazon:
		result["status"] = "success"
		if r.IsError {
			result["status"] = "error"
		}
	case r.IsError:
		text = "Error: " + text
	}
	if strings.TrimSpace(text) == "" {
		text = filler
	}
	result["content"] = []map[string]any{textBlock(text)}
	return map[string]any{"toolResult": result}
}

// takesMediaInResults: the others get what a tool returned behind its result.
func (b *builder) takesMediaInResults(block map[string]any) bool {
	_, isImage := block["image"]
	_, isText := block["text"]
	return b.hasTools && (isText || b.vendor == anthropic || b.vendor == amazon && isImage)
}

func (b *builder) addToResult(block, media map[string]any) {
	result, _ := block["toolResult"].(map[string]any)
	content, _ := result["content"].([]map[string]any)
	result["content"] = append(content, media)
}

// The formats that the protocol names, by media type.
var (
	images = map[string]string{
		"image/png": "png", "image/jpeg": "jpeg", "image/jpg": "jpeg", "image/gif": "gif", "image/webp": "webp",
	}
	documents = map[string]string{
		"application/pdf": "pdf", "text/csv": "csv", "text/html": "html", "text/plain": "txt", "text/markdown": "md",
		"application/msword": "doc", "application/vnd.ms-excel": "xls",
		"application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
		"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet":       "xlsx",
	}
	videos = map[string]string{
		"video/x-matroska": "mkv", "video/quicktime": "mov", "video/mp4": "mp4", "video/webm": "webm", "video/x-flv": "flv",
		"video/mpeg": "mpeg", "video/x-ms-wmv": "wmv", "video/3gpp": "three_gp",
	}
	sounds = map[string]string{
		"audio/mpeg": "mp3", "audio/mp3": "mp3", "audio/opus": "opus", "audio/wav": "wav", "audio/x-wav": "wav",
		"audio/wave": "wav", "audio/vnd.wave": "wav", "audio/aac": "aac", "audio/flac": "flac", "audio/mp4": "mp4",
		"audio/x-m4a": "m4a", "audio/ogg": "ogg", "audio/webm": "webm",
	}
)

// media writes an image, a document, a sound or a video; what the protocol has
// no word for is named to the model, and told to the user.
func (b *builder) media(m *llm.Media) map[string]any {
	kind, _, err := mime.ParseMediaType(m.MIME)
	if err != nil {
		kind = m.MIME
	}
	source := source(m)
	if source == nil {
		return textBlock(b.Unreachable(m, "Amazon Bedrock takes bytes and s3 addresses only"))
	}
	for _, known := range []struct {
		block   string
		formats map[string]string
	}{{"image", images}, {"video", videos}, {"audio", sounds}} {
		if format := known.formats[kind]; format != "" {
			return map[string]any{known.block: map[string]any{"format": format, "source": source}}
		}
	}
	format := documents[kind]
	if format == "" && strings.HasPrefix(kind, "text/") {
		format = "txt"
	}
	if format == "" {
		return textBlock(b.LeaveOut(m))
	}
	document := map[string]any{"format": format, "name": b.documentName(m.Name), "source": source}
	if b.cites {
		document["citations"] = map[string]any{"enabled": true}
	}
	return map[string]any{"document": document}
}

// citable reports whether all documents are of the kinds that can be cited: all
// are or none.
func citable(messages []llm.Message) bool {
	for _, message := range messages {
		for _, part := range message.Parts {
			if part.Type != llm.PartFile || part.Media == nil {
				continue
			}
			if kind := part.Media.MIME; kind != "application/pdf" && kind != "text/plain" {
				return false
			}
		}
	}
	return true
}

func source(m *llm.Media) map[string]any {
	switch {
	case len(m.Data) > 0:
		return map[string]any{"bytes": wire.Base64(m)}
	case strings.HasPrefix(m.URL, "s3://"):
		return map[string]any{"s3Location": map[string]any{"uri": m.URL}}
	default:
		return nil
	}
}

var (
	nameCharacters = regexp.MustCompile(`[^a-zA-Z0-9()\[\] -]+`)
	nameSpaces     = regexp.MustCompile(` {2,}`)
)

// documentName writes a name as the protocol takes it: few characters, no two
// spaces in a row, and each name once.
func (b *builder) documentName(name string) string {
	const most = 190
	if dot := strings.LastIndexByte(name, '.'); dot > 0 {
		name = name[:dot]
	}
	name = strings.TrimSpace(nameSpaces.ReplaceAllString(nameCharacters.ReplaceAllString(name, " "), " "))
	if name == "" {
		name = "Document"
	}
	name = name[:min(len(name), most)]
	unique := name
	for i := 2; b.documents[unique]; i++ {
		unique = name + " " + strconv.Itoa(i)
	}
	b.documents[unique] = true
	return unique
}
