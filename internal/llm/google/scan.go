package google

import (
	"encoding/json"

	"parley/internal/llm"
	"parley/internal/llm/scan"
)

// scanner reads the chunks of a single part, which are nearly all of an answer,
// without reflection: a piece of text, of thought or of a call's arguments. Of
// another part it only finds where it is, and anything else is left to
// encoding/json.
type scanner struct {
	scan.Scanner
	seen      uint32
	other     []byte // a part of another kind
	text      string
	thought   bool
	sealed    []byte // the signature as it is written
	signature string
	path      string // of the argument that the text is a piece of
	more      bool   // the argument goes on
	finish    string
	usage     usage
}

const (
	sawCandidates = 1 << iota
	sawContent
	sawParts
	sawPart
	sawText
	sawThought
	sawSignature
	sawFinish
	sawUsage
	sawIndex
	sawPrompt
	sawTools
	sawCached
	sawAnswer
	sawThoughts
	sawTier
	sawTraffic
	sawCall
	sawPieces
	sawMore
	sawPath
	sawValue
	sawGoesOn
)

// scan reports whether data is a common chunk; s then holds it.
func (s *scanner) scan(data []byte) bool {
	s.Reset(data)
	*s = scanner{Scanner: s.Scanner}
	return s.Fields(s.top) && s.End() && s.seen&sawPart != 0
}

// argument reports whether the chunk goes on with a call, and hasPiece whether it
// holds a piece of an argument.
func (s *scanner) argument() bool { return s.seen&sawCall != 0 }

func (s *scanner) hasPiece() bool { return s.seen&sawPieces != 0 }

func (s *scanner) counted() bool { return s.seen&sawUsage != 0 }

func (s *scanner) kind() llm.EventKind {
	if s.thought {
		return llm.EventReasoning
	}
	return llm.EventText
}

func (s *scanner) once(bit uint32) bool {
	first := s.seen&bit == 0
	s.seen |= bit
	return first
}

func (s *scanner) top(key []byte) bool {
	switch string(key) {
	case "candidates":
		return s.once(sawCandidates) && s.Byte('[') && s.Fields(s.candidate) && s.Byte(']')
	case "usageMetadata":
		return s.once(sawUsage) && s.Fields(s.counts)
	case "modelVersion", "responseId", "createTime":
		return s.Skip()
	default:
		return false
	}
}

func (s *scanner) candidate(key []byte) bool {
	switch string(key) {
	case "content":
		return s.once(sawContent) && s.Fields(s.content)
	case "index":
		return s.once(sawIndex) && s.Literal("0")
	case "finishReason":
		return s.once(sawFinish) && s.Text(&s.finish)
	default:
		return false
	}
}

func (s *scanner) content(key []byte) bool {
	switch string(key) {
	case "parts":
		return s.once(sawParts) && s.Byte('[') && s.onlyPart() && s.Byte(']')
	case "role":
		return s.Skip()
	default:
		return false
	}
}

// onlyPart reads a part, or finds where it is.
func (s *scanner) onlyPart() bool {
	s.seen |= sawPart
	start := *s
	if s.Fields(s.part) && (s.seen&sawText != 0) != s.argument() && (!s.argument() || s.seen&(sawThought|sawSignature) == 0) {
		return s.sealed == nil || json.Unmarshal(s.sealed, &s.signature) == nil
	}
	*s = start
	return s.Raw(&s.other)
}

func (s *scanner) part(key []byte) bool {
	switch string(key) {
	case "text":
		return s.once(sawText) && s.Text(&s.text)
	case "thought":
		s.thought = true
		return s.once(sawThought) && s.Literal("true")
	case "thoughtSignature":
		return s.once(sawSignature) && s.Raw(&s.sealed)
	case "functionCall":
		return s.once(sawCall) && s.Fields(s.call) && s.seen&sawMore != 0
	default:
		return false
	}
}

// call reads one that goes on, with one piece of one argument or with none.
func (s *scanner) call(key []byte) bool {
	switch string(key) {
	case "partialArgs":
		return s.once(sawPieces) && s.Byte('[') && s.Fields(s.piece) && s.Byte(']') && s.seen&(sawPath|sawValue) == sawPath|sawValue
	case "willContinue":
		return s.once(sawMore) && s.Literal("true")
	default:
		return false
	}
}

func (s *scanner) piece(key []byte) bool {
	switch string(key) {
	case "jsonPath":
		return s.once(sawPath) && !s.Null() && s.Text(&s.path)
	case "stringValue":
		return s.once(sawValue) && !s.Null() && s.Text(&s.text)
	case "willContinue":
		s.more = true
		return s.once(sawGoesOn) && s.Literal("true")
	default:
		return false
	}
}

func (s *scanner) counts(key []byte) bool {
	switch string(key) {
	case "promptTokenCount":
		return s.once(sawPrompt) && s.Count(&s.usage.Prompt)
	case "toolUsePromptTokenCount":
		return s.once(sawTools) && s.Count(&s.usage.Tools)
	case "cachedContentTokenCount":
		return s.once(sawCached) && s.Count(&s.usage.Cached)
	case "candidatesTokenCount":
		return s.once(sawAnswer) && s.Count(&s.usage.Candidates)
	case "thoughtsTokenCount":
		return s.once(sawThoughts) && s.Count(&s.usage.Thoughts)
	case "serviceTier":
		return s.once(sawTier) && s.Text(&s.usage.Tier)
	case "trafficType":
		return s.once(sawTraffic) && s.Text(&s.usage.Traffic)
	case "totalTokenCount", "promptTokensDetails", "cacheTokensDetails", "candidatesTokensDetails", "toolUsePromptTokensDetails":
		return s.Skip()
	default:
		return false
	}
}
