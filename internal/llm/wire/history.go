package wire

import (
	"encoding/json"
	"strconv"
	"strings"

	"parley/internal/llm"
)

// interrupted answers a call that never got its result.
const interrupted = "interrupted: the tool did not return a result"

// Names maps tool names to what a protocol allows and back.
type Names struct {
	clean map[string]string
	given map[string]string
}

// NewNames reserves a clean name for each tool; those that are clean keep theirs.
func NewNames(tools []llm.Tool) *Names {
	n := &Names{clean: map[string]string{}, given: map[string]string{}}
	for _, tool := range tools {
		if sanitise(tool.Name, "") == tool.Name {
			n.Clean(tool.Name)
		}
	}
	for _, tool := range tools {
		n.Clean(tool.Name)
	}
	return n
}

// Clean returns the name as [a-zA-Z0-9_-]{1,64}; different names stay
// different.
func (n *Names) Clean(name string) string {
	if known, ok := n.clean[name]; ok {
		return known
	}
	clean := unique(sanitise(name, "tool"), func(s string) bool { _, taken := n.given[s]; return taken })
	n.clean[name], n.given[clean] = clean, name
	return clean
}

// Given returns the name that Clean was asked for; an unknown one unchanged.
func (n *Names) Given(clean string) string {
	if name, ok := n.given[clean]; ok {
		return name
	}
	return clean
}

// CleanID returns a call id as [a-zA-Z0-9_-]{1,64}.
func CleanID(id string) string { return sanitise(id, "call") }

func or(text, fallback string) string {
	if text == "" {
		return fallback
	}
	return text
}

const maxName = 64

func sanitise(text, fallback string) string {
	clean := strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == '_', r == '-':
			return r
		default:
			return '_'
		}
	}, text)
	if len(clean) > maxName {
		clean = clean[:maxName]
	}
	if clean == "" {
		return fallback
	}
	return clean
}

func unique(name string, taken func(string) bool) string {
	candidate := name
	for i := 2; taken(candidate); i++ {
		suffix := "_" + strconv.Itoa(i)
		candidate = name[:min(len(name), maxName-len(suffix))] + suffix
	}
	return candidate
}

// History returns the conversation as any protocol takes it, whoever wrote it:
//
//   - an assistant message that holds tool results is cut into its steps;
//   - every tool call of a step is answered by a tool message right behind it,
//     with the error "interrupted" if the result is missing; results of no call
//     and second results are left out;
//   - call ids are unique, and as the protocol wants them;
//   - media that a tool returned stand behind its result;
//   - arguments are a JSON object;
//   - a call that the provider ran itself has its result, unless the answer is
//     still going on;
//   - parts that no model reads (notices, errors, artifacts, sources without
//     a raw form, raw forms of another protocol, calls that another provider
//     ran itself) are left out;
//   - a message with nothing left in it is left out.
//
// The messages given are not changed. cleanID gives a call id the form that the
// protocol takes, such as [CleanID]; nil leaves it as it is.
func History(messages []llm.Message, protocol string, cleanID func(string) string) []llm.Message {
	if cleanID == nil {
		cleanID = func(id string) string { return id }
	}
	h := &history{
		protocol: protocol, cleanID: cleanID, last: -1, used: map[string]bool{},
		remote: map[string]bool{}, answered: map[string]bool{},
	}
	ongoing := h.survey(messages)
	for i, message := range messages {
		h.ongoing = i >= ongoing
		switch message.Role {
		case llm.RoleAssistant:
			h.assistant(message.Parts)
		case llm.RoleTool:
			h.tool(message.Parts)
		default:
			h.answer()
			h.add(message.Role, h.keep(message.Parts))
		}
	}
	h.answer()
	return h.out
}

type history struct {
	protocol string
	cleanID  func(string) string
	out      []llm.Message
	used     map[string]bool    // call ids of the whole conversation
	remote   map[string]bool    // calls that a provider ran
	answered map[string]bool    // calls that have a result anywhere
	ongoing  bool               // the user has not spoken since
	open     []llm.ToolCall     // calls of the last step, with clean ids
	ids      map[string][]int   // given id -> indexes of open
	results  map[int][]llm.Part // what answers each of open, media behind the result
	last     int                // the call that was answered last, -1 for none
}

// survey looks at all messages first. It returns where the answer begins that
// the user has not replied to.
func (h *history) survey(messages []llm.Message) (ongoing int) {
	for i, message := range messages {
		if message.Role == llm.RoleUser {
			ongoing = i + 1
		}
		for _, part := range message.Parts {
			if part.Call != nil && part.Call.Remote {
				h.remote[part.Call.ID] = true
			}
			if part.Result != nil {
				h.answered[part.Result.CallID] = true
			}
		}
	}
	return ongoing
}

func (h *history) add(role llm.Role, parts []llm.Part) {
	if len(parts) > 0 {
		h.out = append(h.out, llm.Message{Role: role, Parts: parts})
	}
}

// assistant adds the steps of one message.
func (h *history) assistant(parts []llm.Part) {
	h.answer()
	var step []llm.Part
	results := false
	flush := func() {
		h.add(llm.RoleAssistant, h.keep(step))
		step = nil
	}
	for _, part := range parts {
		if part.Type == llm.PartToolResult && part.Result != nil && !h.remote[part.Result.CallID] {
			if !results {
				flush()
			}
			results = true
			h.result(part)
			continue
		}
		if results {
			h.answer()
			results = false
		}
		step = append(step, part)
	}
	if len(step) > 0 {
		flush()
	}
}

func (h *history) tool(parts []llm.Part) {
	for _, part := range parts {
		switch part.Type {
		case llm.PartToolResult:
			if part.Result != nil {
				h.result(part)
			}
		case llm.PartImage, llm.PartFile, llm.PartAudio:
			h.media(part)
		default:
		}
	}
}

// media keeps what came behind a result with it.
func (h *history) media(part llm.Part) {
	if len(h.results[h.last]) > 0 && part.Media != nil {
		h.results[h.last] = append(h.results[h.last], part)
	}
}

func (h *history) result(part llm.Part) {
	h.last = -1
	for _, at := range h.ids[part.Result.CallID] {
		if _, taken := h.results[at]; taken {
			continue
		}
		result := *part.Result
		result.CallID = h.open[at].ID
		result.Name = h.open[at].Name
		part.Result = &result
		h.results[at] = []llm.Part{part}
		h.last = at
		return
	}
}

// answer closes the last step: one tool message with a result for each call.
func (h *history) answer() {
	if len(h.open) == 0 {
		return
	}
	var parts []llm.Part
	for i, call := range h.open {
		answers, ok := h.results[i]
		if !ok {
			answers = []llm.Part{{Type: llm.PartToolResult, Result: &llm.ToolResult{
				CallID: call.ID, Name: call.Name, Content: interrupted, IsError: true,
			}}}
		}
		parts = append(parts, answers...)
	}
	h.add(llm.RoleTool, parts)
	h.open, h.ids, h.results, h.last = nil, nil, nil, -1
}

// keep filters the parts of one message and opens its calls.
func (h *history) keep(parts []llm.Part) []llm.Part {
	var kept []llm.Part
	for _, part := range parts {
		own := part.Raw != nil && part.Protocol == h.protocol
		if !own {
			part.Raw, part.Protocol = nil, ""
		}
		if !h.wanted(part, own) {
			continue
		}
		if part.Type == llm.PartToolCall && !part.Call.Remote {
			part = h.openCall(part)
		}
		kept = append(kept, part)
	}
	return kept
}

// wanted reports whether a model reads a part; own says that it has a raw form
// of this protocol.
func (h *history) wanted(part llm.Part, own bool) bool {
	switch part.Type {
	case llm.PartText, llm.PartSummary:
		return own || strings.TrimSpace(part.Text) != ""
	case llm.PartToolCall:
		return part.Call != nil && (!part.Call.Remote || own && (h.ongoing || h.answered[part.Call.ID]))
	case llm.PartImage, llm.PartFile, llm.PartAudio:
		return part.Media != nil
	case llm.PartReasoning, llm.PartToolResult, llm.PartSource:
		return own
	default:
		return false
	}
}

func (h *history) openCall(part llm.Part) llm.Part {
	call := *part.Call
	given := call.ID
	call.ID = unique(or(h.cleanID(given), "call"), func(id string) bool { return h.used[id] })
	h.used[call.ID] = true
	call.Arguments = object(call.Arguments)
	if h.ids == nil {
		h.ids, h.results = map[string][]int{}, map[int][]llm.Part{}
	}
	h.ids[given] = append(h.ids[given], len(h.open))
	h.open = append(h.open, call)
	part.Call = &call
	return part
}

// object returns text if it is a JSON object, else an empty one.
func object(text string) string {
	trimmed := strings.TrimSpace(text)
	if strings.HasPrefix(trimmed, "{") && json.Valid([]byte(trimmed)) {
		return text
	}
	return "{}"
}
