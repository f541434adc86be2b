package openaichat

import (
	"encoding/base64"
	"encoding/json"
	"strconv"
	"strings"

	"parley/internal/llm"
	"parley/internal/llm/wire"
)

// objectEnd follows JSON text piece by piece and knows when an object closed.
type objectEnd struct {
	depth   int
	begun   bool
	quoted  bool
	escaped bool
}

func (o *objectEnd) write(text string) {
	for i := range len(text) {
		c := text[i]
		switch {
		case o.escaped:
			o.escaped = false
		case o.quoted:
			o.escaped = c == '\\'
			o.quoted = c != '"'
		case c == '"':
			o.quoted = true
		case c == '{':
			o.depth++
			o.begun = true
		case c == '}':
			o.depth--
		}
	}
}

func (o *objectEnd) whole() bool { return o.begun && o.depth == 0 && !o.quoted }

// details joins OpenRouter's reasoning_details, which arrive in pieces: texts
// of one item are concatenated, every other field keeps its last value.
type details struct {
	items []*detailItem
}

type detailItem struct {
	kind   string
	index  int                        // -1 for none
	fields map[string]json.RawMessage // all but the text
	text   strings.Builder
}

// quick adds a plain piece.
func (d *details) quick(q *quickDetail) {
	item := d.item(q.kind, q.index)
	item.text.WriteString(q.text)
	if item.fields == nil {
		item.fields = map[string]json.RawMessage{}
	}
	if _, ok := item.fields["format"]; !ok && q.format != "" {
		item.fields["format"], _ = json.Marshal(q.format)
	}
}

// add reads a piece of any shape.
func (d *details) add(raw json.RawMessage) {
	var fields map[string]json.RawMessage
	if json.Unmarshal(raw, &fields) != nil {
		return
	}
	kind, _ := stringOf(fields["type"])
	index := -1
	if json.Unmarshal(fields["index"], &index) != nil {
		index = -1
	}
	item := d.item(kind, index)
	if item.fields == nil {
		item.fields = map[string]json.RawMessage{}
	}
	for key, value := range fields {
		text, isText := stringOf(value)
		switch {
		case isNull(value) || key == "type" || key == "index":
		case isText && key == textField(kind):
			item.text.WriteString(text)
		case isText && text == "" && item.fields[key] != nil:
		default:
			item.fields[key] = value
		}
	}
}

func textField(kind string) string {
	switch kind {
	case detailSummary:
		return "summary"
	case blockThinking:
		return "thinking"
	default:
		return "text"
	}
}

// item returns the item that a piece belongs to. Encrypted ones come whole.
func (d *details) item(kind string, index int) *detailItem {
	if n := len(d.items); n > 0 && kind != detailEncrypted {
		last := d.items[n-1]
		// LiteLLM numbers nothing: a block is over when it was signed.
		if last.kind == kind && last.index == index && (kind != blockThinking || last.fields["signature"] == nil) {
			return last
		}
	}
	item := &detailItem{kind: kind, index: index}
	d.items = append(d.items, item)
	return item
}

func (d *details) joined() []json.RawMessage {
	var list []json.RawMessage
	for _, item := range d.items {
		whole := map[string]any{"type": item.kind}
		if item.index >= 0 {
			whole["index"] = item.index
		}
		for key, value := range item.fields {
			whole[key] = value
		}
		if item.text.Len() > 0 {
			whole[textField(item.kind)] = item.text.String()
		}
		if raw, err := wire.Encode(whole); err == nil {
			list = append(list, raw)
		}
	}
	return list
}

// maxSources bounds the citations of an answer.
const maxSources = 1000

// sources collects citations for the end of the answer, each address once.
func (d *decoder) sources(c *chunk) {
	for _, raw := range []json.RawMessage{c.SearchResults, c.WebSearch} {
		var results []searchResult
		if !isNull(raw) && json.Unmarshal(raw, &results) == nil {
			for _, r := range results {
				d.source(r.source())
			}
		}
	}
	var cited []json.RawMessage // addresses, or objects
	if !isNull(c.Citations) && json.Unmarshal(c.Citations, &cited) == nil {
		for _, raw := range cited {
			var r searchResult
			if link, ok := stringOf(raw); ok {
				d.source(llm.Source{URL: link})
			} else if json.Unmarshal(raw, &r) == nil {
				d.source(r.source())
			}
		}
	}
}

func (d *decoder) source(s llm.Source) {
	if s.URL == "" || d.links[s.URL] || len(d.links) >= maxSources {
		return
	}
	if d.links == nil {
		d.links = map[string]bool{}
	}
	d.links[s.URL] = true
	d.held += len(s.URL) + len(s.Title) + len(s.Quote)
	d.parts = append(d.parts, llm.Part{Type: llm.PartSource, Source: &s})
}

// media reads what few deltas have: citations, images, sound, remote tools.
func (d *decoder) media(m *delta) {
	var notes []annotation
	if !isNull(m.Annotations) && json.Unmarshal(m.Annotations, &notes) == nil {
		for _, note := range notes {
			d.source(llm.Source{URL: note.Citation.URL, Title: note.Citation.Title, Quote: note.Citation.Content})
		}
	}
	var images []struct {
		Image imageURL `json:"image_url"`
	}
	if !isNull(m.Images) && json.Unmarshal(m.Images, &images) == nil {
		for _, item := range images {
			d.image(item.Image.URL)
		}
	}
	var piece struct {
		Data       string `json:"data"`
		Transcript string `json:"transcript"`
	}
	if !isNull(m.Audio) && json.Unmarshal(m.Audio, &piece) == nil {
		d.sound.add(piece.Data)
		d.held += len(piece.Data)
		d.text(piece.Transcript)
	}
	d.executed(m.ExecutedTools)
}

// image emits a picture as soon as it is there.
func (d *decoder) image(address string) {
	if address == "" {
		return
	}
	media := &llm.Media{URL: address, MIME: "image/png"}
	if head, data, ok := strings.Cut(address, ","); ok && strings.HasPrefix(head, "data:") {
		bytes, err := base64.StdEncoding.DecodeString(data)
		if err != nil {
			d.Emit(llm.Event{Kind: llm.EventNotice, Text: wire.BrokenPicture})
			return
		}
		mime, _, _ := strings.Cut(strings.TrimPrefix(head, "data:"), ";")
		media = &llm.Media{MIME: mime, Data: bytes, Size: int64(len(bytes))}
	}
	d.part(llm.Part{Type: llm.PartImage, Media: media})
}

// sound joins pieces of base64, each of which may have its own end.
type sound struct {
	data []byte
	rest string // not yet a whole piece
}

func (s *sound) add(piece string) {
	s.rest += piece
	if data, err := base64.StdEncoding.DecodeString(s.rest); err == nil {
		s.data, s.rest = append(s.data, data...), ""
	}
}

// endMedia adds the sound of the whole answer.
func (d *decoder) endMedia() {
	if rest, err := base64.RawStdEncoding.DecodeString(d.sound.rest); err == nil {
		d.sound.data = append(d.sound.data, rest...)
	}
	data := d.sound.data
	if len(data) == 0 {
		return
	}
	kind := "audio/pcm"
	switch {
	case strings.HasPrefix(string(data), "RIFF"):
		kind = "audio/wav"
	case strings.HasPrefix(string(data), "ID3"), strings.HasPrefix(string(data), "\xff\xfb"):
		kind = "audio/mpeg"
	case strings.HasPrefix(string(data), "OggS"):
		kind = "audio/ogg"
	case strings.HasPrefix(string(data), "fLaC"):
		kind = "audio/flac"
	}
	media := &llm.Media{MIME: kind, Data: data, Size: int64(len(data))}
	d.parts = append(d.parts, llm.Part{Type: llm.PartAudio, Media: media})
}

// executed reports tools that the provider ran: call and result.
func (d *decoder) executed(raw json.RawMessage) {
	var ran []executedTool
	if isNull(raw) || json.Unmarshal(raw, &ran) != nil {
		return
	}
	for _, t := range ran {
		for _, result := range t.Search.Results {
			d.source(result.source())
		}
		name := or(t.Name, t.Type)
		id := "remote_" + strings.ToLower(name) + "_" + strconv.Itoa(t.Index)
		if t.Output == "" || d.ran[id] {
			continue
		}
		if d.ran == nil {
			d.ran = map[string]bool{}
		}
		d.ran[id] = true
		d.part(llm.Part{Type: llm.PartToolCall, Call: &llm.ToolCall{
			ID: id, Name: name, Arguments: t.Arguments, Status: llm.CallDone, Remote: true,
		}})
		d.part(llm.Part{Type: llm.PartToolResult, Result: &llm.ToolResult{CallID: id, Name: name, Content: t.Output}})
	}
}

// part emits a whole part as soon as it is there.
func (d *decoder) part(part llm.Part) {
	d.current = noBlock
	d.Emit(llm.Event{Kind: llm.EventPart, Block: d.newBlock(), Part: &part})
}
