package google

import (
	"parley/internal/llm"
	"parley/internal/llm/scan"
)

// scanner reads the chunks of a single piece of text or thought, which are
// nearly all of an answer, without reflection; anything else is left to
// encoding/json.
type scanner struct {
	scan.Scanner
	seen    uint16
	text    string
	thought bool
	usage   usage
}

const (
	sawCandidates = 1 << iota
	sawContent
	sawParts
	sawText
	sawThought
	sawUsage
	sawIndex
	sawPrompt
	sawTools
	sawCached
	sawAnswer
	sawThoughts
	sawTier
	sawTraffic
)

// scan reports whether data is a common chunk; s then holds it.
func (s *scanner) scan(data []byte) bool {
	s.Reset(data)
	s.seen, s.text, s.thought, s.usage = 0, "", false, usage{}
	return s.Fields(s.top) && s.End() && s.seen&sawText != 0
}

func (s *scanner) counted() bool { return s.seen&sawUsage != 0 }

func (s *scanner) kind() llm.EventKind {
	if s.thought {
		return llm.EventReasoning
	}
	return llm.EventText
}

func (s *scanner) once(bit uint16) bool {
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
	default:
		return false
	}
}

func (s *scanner) content(key []byte) bool {
	switch string(key) {
	case "parts":
		return s.once(sawParts) && s.Byte('[') && s.Fields(s.part) && s.Byte(']')
	case "role":
		return s.Skip()
	default:
		return false
	}
}

func (s *scanner) part(key []byte) bool {
	switch string(key) {
	case "text":
		return s.once(sawText) && s.Text(&s.text)
	case "thought":
		s.thought = true
		return s.once(sawThought) && s.Literal("true")
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
