package openaichat

import (
	"encoding/base64"
	"encoding/json"
	"strings"

	"parley/internal/llm"
	"parley/internal/llm/wire"
)

// thinkTags enclose reasoning in the text of models whose server does not take
// it apart.
var thinkTags = [][2]string{{"<think>", "</think>"}, {"<thought>", "</thought>"}, {"<thinking>", "</thinking>"}}

// thinkSplitter divides a text that begins with a think tag.
type thinkSplitter struct {
	off   bool
	begun bool   // inside the tag
	close string // the tag that ends it
	held  string // text that cannot be decided yet
	trim  bool   // space at the start of the next text is not shown
}

// split takes the next piece of text and returns what is known of it.
func (s *thinkSplitter) split(piece string) (reasoning, text string) {
	s.held += piece
	if !s.begun {
		head := strings.TrimLeft(s.held, " \t\r\n")
		for _, tag := range thinkTags {
			if strings.HasPrefix(head, tag[0]) {
				s.begun, s.close, s.held, s.trim = true, tag[1], head[len(tag[0]):], true
				return s.inside()
			}
			if strings.HasPrefix(tag[0], head) {
				return "", ""
			}
		}
		s.off = true
		return "", s.take(len(s.held))
	}
	return s.inside()
}

func (s *thinkSplitter) inside() (reasoning, text string) {
	if s.close == "" {
		return "", s.after()
	}
	if at := strings.Index(s.held, s.close); at >= 0 {
		reasoning = s.lead(s.take(at))
		s.held = s.held[len(s.close):]
		s.close, s.trim = "", true
		return reasoning, s.after()
	}
	partial := len(s.close) - 1
	for partial > 0 && !strings.HasSuffix(s.held, s.close[:partial]) {
		partial--
	}
	return s.lead(s.take(len(s.held) - partial)), ""
}

func (s *thinkSplitter) after() string {
	text := s.lead(s.take(len(s.held)))
	s.off = !s.trim
	return text
}

// lead drops the space that follows a tag.
func (s *thinkSplitter) lead(text string) string {
	if s.trim {
		text = strings.TrimLeft(text, " \t\r\n")
		s.trim = text == ""
	}
	return text
}

func (s *thinkSplitter) take(n int) string {
	text := s.held[:n]
	s.held = s.held[n:]
	return text
}

// flush returns what is still held at the end of the answer.
func (s *thinkSplitter) flush() (reasoning, text string) {
	if s.close != "" {
		return s.take(len(s.held)), ""
	}
	return "", s.take(len(s.held))
}

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
	if kind == detailSummary {
		return "summary"
	}
	return "text"
}

// item returns the item that a piece belongs to. Encrypted ones come whole.
func (d *details) item(kind string, index int) *detailItem {
	if n := len(d.items); n > 0 && kind != detailEncrypted {
		if last := d.items[n-1]; last.kind == kind && last.index == index {
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

// sources collects citations for the end of the answer, each address once.
func (d *decoder) sources(c *chunk) {
	var results []searchResult
	if !isNull(c.SearchResults) && json.Unmarshal(c.SearchResults, &results) == nil {
		for _, r := range results {
			d.source(llm.Source{URL: r.URL, Title: r.Title, Quote: r.Snippet})
		}
	}
	var links []string
	if !isNull(c.Citations) && json.Unmarshal(c.Citations, &links) == nil {
		for _, link := range links {
			d.source(llm.Source{URL: link})
		}
	}
}

func (d *decoder) source(s llm.Source) {
	if s.URL == "" || d.links[s.URL] {
		return
	}
	if d.links == nil {
		d.links = map[string]bool{}
	}
	d.links[s.URL] = true
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
	var sound struct {
		Data       string `json:"data"`
		Transcript string `json:"transcript"`
	}
	if !isNull(m.Audio) && json.Unmarshal(m.Audio, &sound) == nil {
		d.sound = append(d.sound, sound.Data...)
		d.text(sound.Transcript)
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
			return
		}
		mime, _, _ := strings.Cut(strings.TrimPrefix(head, "data:"), ";")
		media = &llm.Media{MIME: mime, Data: bytes, Size: int64(len(bytes))}
	}
	d.current = noBlock
	part := llm.Part{Type: llm.PartImage, Media: media}
	d.Emit(llm.Event{Kind: llm.EventPart, Block: d.newBlock(), Part: &part})
}

// endMedia adds the sound of the whole answer.
func (d *decoder) endMedia() {
	if len(d.sound) == 0 {
		return
	}
	data, err := base64.StdEncoding.DecodeString(string(d.sound))
	if err != nil {
		return
	}
	kind := "audio/pcm"
	switch {
	case strings.HasPrefix(string(data), "RIFF"):
		kind = "audio/wav"
	case strings.HasPrefix(string(data), "ID3"), strings.HasPrefix(string(data), "\xff\xfb"):
		kind = "audio/mpeg"
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
		if t.Output == "" {
			continue
		}
		name := t.Name
		if name == "" {
			name = t.Type
		}
		id := "remote_" + strings.ToLower(name) + "_" + string(rune('0'+t.Index%10))
		d.parts = append(d.parts,
			llm.Part{Type: llm.PartToolCall, Call: &llm.ToolCall{
				ID: id, Name: name, Arguments: t.Arguments, Status: llm.CallDone, Remote: true,
			}},
			llm.Part{Type: llm.PartToolResult, Result: &llm.ToolResult{CallID: id, Name: name, Content: t.Output}})
	}
}
