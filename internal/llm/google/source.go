package google

import (
	"bytes"
	"cmp"
	"crypto/rand"
	"encoding/json"
	"slices"
	"strings"

	"parley/internal/llm"
	"parley/internal/llm/wire"
)

// grounding says what an answer is based on.
type grounding struct {
	Chunks   []json.RawMessage `json:"groundingChunks"`
	Supports []json.RawMessage `json:"groundingSupports"`
	Queries  []string          `json:"webSearchQueries"`
}

// ground is one source of a grounding.
type ground struct {
	Web       *place `json:"web"`
	Maps      *place `json:"maps"`
	Retrieved *place `json:"retrievedContext"`
}

type place struct {
	URI   string `json:"uri"`
	Title string `json:"title"`
	Text  string `json:"text"`
	Store string `json:"fileSearchStore"`
}

// pages are those that Google read because the user named them.
type pages struct {
	List []struct {
		URL    string `json:"retrievedUrl"`
		Status string `json:"urlRetrievalStatus"`
	} `json:"urlMetadata"`
}

// citations are texts that the answer repeats.
type citations struct {
	Sources []place `json:"citationSources"` // AI Studio
	List    []place `json:"citations"`       // Vertex AI
}

// sources gathers what an answer is based on, to be reported at its end.
type sources struct {
	parts   []llm.Part
	seen    map[llm.Source]bool
	queries []string
	pages   *pages
	// shown says that Google's own calls were in the answer themselves.
	shown bool
}

func (s *sources) take(c *candidate) {
	if c.Grounding != nil {
		s.ground(c.Grounding)
	}
	if c.Pages != nil && len(c.Pages.List) > 0 {
		s.pages = c.Pages
	}
	if c.Citations != nil {
		for _, cited := range append(c.Citations.Sources, c.Citations.List...) {
			if cited.URI != "" {
				s.add(llm.Source{URL: cited.URI, Title: cited.Title}, nil)
			}
		}
	}
}

func (s *sources) ground(g *grounding) {
	for _, query := range g.Queries {
		if query != "" && !slices.Contains(s.queries, query) {
			s.queries = append(s.queries, query)
		}
	}
	supports := supportsOf(g)
	for i, raw := range g.Chunks {
		var chunk ground
		if json.Unmarshal(raw, &chunk) != nil {
			continue
		}
		from := cmp.Or(chunk.Web, chunk.Maps, chunk.Retrieved)
		if from == nil {
			continue
		}
		kept := bytes.Join([][]byte{
			[]byte(`{"groundingChunk":`), raw, []byte(`,"groundingSupports":[`), bytes.Join(supports[i], []byte{','}), []byte(`]}`),
		}, nil)
		s.add(llm.Source{URL: from.URI, Title: cmp.Or(from.Title, from.Store), Quote: from.Text}, kept)
	}
}

// supportsOf returns, for each source, which passages of the answer rest on it.
func supportsOf(g *grounding) map[int][][]byte {
	supports := map[int][][]byte{}
	for _, raw := range g.Supports {
		var support struct {
			Chunks []int `json:"groundingChunkIndices"`
		}
		if json.Unmarshal(raw, &support) != nil {
			continue
		}
		for _, i := range support.Chunks {
			supports[i] = append(supports[i], raw)
		}
	}
	return supports
}

func (s *sources) add(source llm.Source, raw json.RawMessage) {
	if source == (llm.Source{}) || s.seen[source] {
		return
	}
	if s.seen == nil {
		s.seen = map[llm.Source]bool{}
	}
	s.seen[source] = true
	part := llm.Part{Type: llm.PartSource, Source: &source}
	if raw != nil {
		part.Protocol, part.Raw = Protocol, raw
	}
	s.parts = append(s.parts, part)
}

// emit reports the sources, and what Google searched for and read where the
// answer itself does not say so. Of that nothing is sent back.
func (s *sources) emit(d *decoder) {
	if len(s.queries) > 0 && !s.shown {
		var titles []string
		for _, part := range s.parts {
			titles = append(titles, strings.TrimSpace(part.Source.Title+" "+part.Source.URL))
		}
		d.remotePair(llm.RemoteWebSearch, map[string]any{"queries": s.queries}, titles)
	}
	if s.pages != nil && !s.shown {
		var urls, lines []string
		for _, page := range s.pages.List {
			urls = append(urls, page.URL)
			lines = append(lines, page.URL+" "+strings.ToLower(strings.TrimPrefix(page.Status, "URL_RETRIEVAL_STATUS_")))
		}
		d.remotePair(llm.RemoteURLContext, map[string]any{"urls": urls}, lines)
	}
	for i := range s.parts {
		d.Emit(llm.Event{Kind: llm.EventPart, Block: d.newBlock(), Part: &s.parts[i]})
	}
}

// remotePair reports a call of Google's own and its result.
func (d *decoder) remotePair(name string, arguments map[string]any, lines []string) {
	text, err := wire.Encode(arguments)
	if err != nil {
		return // strings can always be encoded
	}
	id := "remote_" + rand.Text()
	d.remotePart(llm.Part{Type: llm.PartToolCall, Call: &llm.ToolCall{
		ID: id, Name: name, Arguments: string(text), Status: llm.CallDone, Remote: true,
	}})
	d.remotePart(llm.Part{Type: llm.PartToolResult, Result: &llm.ToolResult{
		CallID: id, Name: name, Content: strings.Join(lines, "\n"),
	}})
}
