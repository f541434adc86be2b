package google

import (
	"bytes"
	"encoding/json"

	"parley/internal/llm/scan"
)

// scanner reads chunks without reflection, into what encoding/json would read them
// into; what it does not know is left to that.
type scanner struct {
	scan.Scanner
	seen  uint16 // fields of the object that is being read
	chunk chunk  // valid until the next one is read, but what is kept of a part
	only  [1]candidate
	parts []part
	usage usage

	// Where the parts of a chunk begin, and the call in the first: most chunks have no
	// more.
	first [1]part
	call  functionCall
	piece [1]partialArg
}

// scan reports whether data is a common chunk; s.chunk then holds it.
func (s *scanner) scan(data []byte) bool {
	s.Reset(data)
	s.seen, s.chunk, s.only, s.usage, s.parts = 0, chunk{}, [1]candidate{}, usage{}, s.first[:0]
	return s.object(s.top) && s.End()
}

// object reads one whose fields are counted by themselves.
func (s *scanner) object(field func(key []byte) bool) bool {
	outside := s.seen
	s.seen = 0
	ok := s.Fields(field)
	s.seen = outside
	return ok
}

// once reports whether the field with this number in its object comes for the first
// time: encoding/json merges two objects or lists. Of two texts or numbers it takes
// the last, as is done here.
func (s *scanner) once(number int) bool {
	first := s.seen&(1<<number) == 0
	s.seen |= 1 << number
	return first
}

func (s *scanner) top(key []byte) bool {
	switch string(key) {
	case "candidates":
		s.chunk.Candidates = s.only[:]
		return s.once(0) && s.Byte('[') && s.object(s.candidate) && s.Byte(']')
	case "usageMetadata":
		s.chunk.counts = &s.usage
		return s.once(1) && s.object(s.counts)
	case "modelVersion", "responseId", "createTime":
		return s.Skip()
	default:
		return false
	}
}

func (s *scanner) candidate(key []byte) bool {
	c := &s.only[0]
	switch string(key) {
	case "content":
		return s.once(0) && s.object(s.content)
	case "index":
		return s.Literal("0")
	case "finishReason":
		return s.Text(&c.Finish)
	case "finishMessage":
		return s.Text(&c.FinishMessage)
	case "logprobsResult":
		return s.clone(&c.Logprobs)
	case "groundingMetadata":
		c.Grounding = &grounding{}
		return s.once(1) && s.object(s.grounding)
	case "urlContextMetadata":
		return s.decode(&c.Pages)
	case "citationMetadata":
		return s.decode(&c.Citations)
	case "safetyRatings", "avgLogprobs", "tokenCount":
		return s.Skip()
	default:
		return false
	}
}

func (s *scanner) grounding(key []byte) bool {
	g := s.only[0].Grounding
	switch string(key) {
	case "groundingChunks":
		return s.once(0) && s.values(&g.Chunks)
	case "groundingSupports":
		return s.once(1) && s.values(&g.Supports)
	case "webSearchQueries":
		return s.once(2) && s.texts(&g.Queries)
	case "searchEntryPoint", "retrievalMetadata", "retrievalQueries", "imageSearchQueries", "googleMapsWidgetContextToken":
		return s.Skip()
	default:
		return false
	}
}

// values reads a list of values that are left as they are written.
func (s *scanner) values(into *[]json.RawMessage) bool {
	return s.List(func() bool {
		var text []byte
		ok := s.Raw(&text)
		*into = append(*into, text)
		return ok
	}) && len(*into) > 0
}

func (s *scanner) texts(into *[]string) bool {
	return s.List(func() bool {
		var text string
		ok := s.Text(&text)
		*into = append(*into, text)
		return ok
	}) && len(*into) > 0
}

// decode leaves a value to encoding/json.
func (s *scanner) decode(into any) bool {
	var text []byte
	return s.Raw(&text) && json.Unmarshal(text, into) == nil
}

// clone reads a value that is kept as it is written.
func (s *scanner) clone(into *json.RawMessage) bool {
	var text []byte
	ok := s.Raw(&text)
	*into = bytes.Clone(text)
	return ok
}

func (s *scanner) content(key []byte) bool {
	switch string(key) {
	case "parts":
		if !s.once(0) || !s.List(s.part) {
			return false
		}
		s.only[0].Content.Parts = s.parts
		return len(s.parts) > 0
	case "role":
		return s.Skip()
	default:
		return false
	}
}

func (s *scanner) part() bool {
	var text []byte
	s.parts = append(s.parts, part{})
	if !s.Written(&text, s.partFields) {
		return false
	}
	s.parts[len(s.parts)-1].keep(text)
	return true
}

func (s *scanner) partFields() bool { return s.object(s.partField) }

func (s *scanner) partField(key []byte) bool {
	p := &s.parts[len(s.parts)-1]
	switch string(key) {
	case "text":
		return s.Text(&p.Text)
	case "thought":
		return s.Bool(&p.Thought)
	case "thoughtSignature":
		return s.once(0) && s.signature(&p.Signature)
	case "functionCall":
		if len(s.parts) > len(s.first) {
			p.Call = &functionCall{}
		} else {
			s.call = functionCall{}
			p.Call = &s.call
		}
		return s.once(1) && s.object(s.callField)
	case "inlineData":
		p.Media = &blob{}
		return s.once(2) && s.object(s.mediaField)
	case "executableCode":
		p.Code = &code{}
		return s.once(3) && s.object(s.codeField)
	case "codeExecutionResult":
		p.CodeResult = &codeResult{}
		return s.once(4) && s.object(s.resultField)
	case "toolCall":
		p.ToolCall = &remoteCall{}
		return s.once(5) && s.remote(p.ToolCall)
	case "toolResponse":
		p.ToolResponse = &remoteCall{}
		return s.once(6) && s.remote(p.ToolResponse)
	default:
		return false
	}
}

// signature reads one as it is written.
func (s *scanner) signature(into *signature) bool {
	if !s.Raw((*[]byte)(into)) || (*into)[0] != '"' {
		return false
	}
	if len(*into) == len(`""`) {
		*into = nil
	}
	return true
}

func (s *scanner) callField(key []byte) bool {
	c := s.parts[len(s.parts)-1].Call
	switch string(key) {
	case "id":
		return s.Text(&c.ID)
	case "name":
		return s.Text(&c.Name)
	case "args":
		return s.Raw((*[]byte)(&c.Args))
	case "partialArgs":
		if c == &s.call {
			c.Partial = s.piece[:0]
		}
		return s.once(0) && s.List(s.addPiece) && len(c.Partial) > 0
	case "willContinue":
		return s.Bool(&c.More)
	default:
		return false
	}
}

func (s *scanner) addPiece() bool {
	c := s.parts[len(s.parts)-1].Call
	c.Partial = append(c.Partial, partialArg{})
	return s.object(s.pieceField)
}

func (s *scanner) pieceField(key []byte) bool {
	pieces := s.parts[len(s.parts)-1].Call.Partial
	piece := &pieces[len(pieces)-1]
	switch string(key) {
	case "jsonPath":
		return s.Text(&piece.Path)
	case "stringValue":
		piece.Text = new(string)
		return !s.Null() && s.Text(piece.Text)
	case "numberValue":
		return s.Raw((*[]byte)(&piece.Number))
	case "boolValue":
		piece.Bool = new(bool)
		return !s.Null() && s.Bool(piece.Bool)
	case "nullValue":
		return s.Skip()
	case "willContinue":
		return s.Bool(&piece.More)
	default:
		return false
	}
}

func (s *scanner) mediaField(key []byte) bool {
	m := s.parts[len(s.parts)-1].Media
	switch string(key) {
	case "mimeType":
		return s.Text(&m.MIME)
	case "data":
		return s.once(0) && s.Bytes(&m.Data)
	default:
		return false
	}
}

func (s *scanner) codeField(key []byte) bool {
	c := s.parts[len(s.parts)-1].Code
	switch string(key) {
	case "id":
		return s.Text(&c.ID)
	case "language":
		return s.Text(&c.Language)
	case "code":
		return s.Text(&c.Code)
	default:
		return false
	}
}

func (s *scanner) resultField(key []byte) bool {
	r := s.parts[len(s.parts)-1].CodeResult
	switch string(key) {
	case "id":
		return s.Text(&r.ID)
	case "outcome":
		return s.Text(&r.Outcome)
	case "output":
		return s.Text(&r.Output)
	default:
		return false
	}
}

// remote reads a call of one of Google's tools, or its result, which only Gemini
// can read.
func (s *scanner) remote(r *remoteCall) bool {
	return s.object(func(key []byte) bool {
		switch string(key) {
		case "id":
			return s.Text(&r.ID)
		case "toolType":
			return s.Text(&r.Type)
		case "args":
			return s.Raw((*[]byte)(&r.Args))
		case "response":
			return s.Skip()
		default:
			return false
		}
	})
}

func (s *scanner) counts(key []byte) bool {
	switch string(key) {
	case "promptTokenCount":
		return s.Count(&s.usage.Prompt)
	case "toolUsePromptTokenCount":
		return s.Count(&s.usage.Tools)
	case "cachedContentTokenCount":
		return s.Count(&s.usage.Cached)
	case "candidatesTokenCount":
		return s.Count(&s.usage.Candidates)
	case "thoughtsTokenCount":
		return s.Count(&s.usage.Thoughts)
	case "serviceTier":
		return s.Text(&s.usage.Tier)
	case "trafficType":
		return s.Text(&s.usage.Traffic)
	case "totalTokenCount", "promptTokensDetails", "cacheTokensDetails", "candidatesTokensDetails", "toolUsePromptTokensDetails":
		return s.Skip()
	default:
		return false
	}
}
