package llmtest_test

import (
	"encoding/json"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"parley/internal/llm"
)

// expected is what a recording says, read without a thought of speed and without
// any code of the codecs.
type expected struct {
	kind      llm.ErrorKind // of the error, empty for none
	text      string
	reasoning string
	calls     []llm.ToolCall
	usage     llm.Usage
	reason    llm.FinishReason
	links     int
}

type object = map[string]any

func naive(r *recording) expected {
	if kind := naiveError(r.Status, string(r.Body)); kind != "" {
		return expected{kind: kind}
	}
	return codecs[r.protocol].naive(values(r.Body), r.dialect)
}

// values are the JSON objects of a stream or of a whole answer.
func values(body []byte) []object {
	var found []object
	switch text := strings.TrimSpace(string(body)); {
	case strings.HasPrefix(text, "\x00"):
		return unframed(body)
	case strings.HasPrefix(text, "["):
		_ = json.Unmarshal(body, &found)
	case strings.HasPrefix(text, "{"):
		var whole object
		_ = json.Unmarshal(body, &whole)
		found = []object{whole}
	default:
		for line := range strings.Lines(text) {
			var value object
			if text, ok := strings.CutPrefix(line, "data:"); ok && json.Unmarshal([]byte(text), &value) == nil {
				found = append(found, value)
			}
		}
	}
	return found
}

func naiveError(status int, body string) llm.ErrorKind {
	has := func(text string) bool { return strings.Contains(body, text) }
	switch {
	case status == http.StatusOK && has(`"error":{"message":"Tool c`):
		return llm.ErrBadRequest // Groq, in mid-stream
	case status == http.StatusOK && strings.HasPrefix(body, "{") && has(`"error": {`) && has("nsupported parameter"):
		return llm.ErrBadRequest
	case status == http.StatusOK && has("You exceeded your current quota"):
		return llm.ErrQuota
	case status < 400:
		return ""
	case status == http.StatusUnauthorized, has("Incorrect API key"):
		return llm.ErrAuth
	case status == http.StatusTooManyRequests:
		return llm.ErrRateLimited
	case status == http.StatusNotFound, has("The requested model"), has("model identifier is invalid"):
		return llm.ErrModelNotFound
	case has("too long"), has("exceeds the maximum number of tokens"), has("Input Tokens Exceeded"):
		return llm.ErrContextTooLong
	default:
		return llm.ErrBadRequest
	}
}

// chatReader adds up the chunks of a recording.
type chatReader struct {
	expected
	keys    []any // of the calls, in order
	links   map[string]bool
	finish  string
	tier    string
	refused bool
}

func naiveChat(values []object, dialect string) expected {
	c := &chatReader{links: map[string]bool{}}
	for _, value := range values {
		c.value(value, len(values) == 1)
	}
	delete(c.links, "")
	c.expected.links = len(c.links)
	if dialect != "openai" && dialect != "azure" {
		c.splitThinking()
	}
	c.reason = chatReason(c.finish, len(c.calls) > 0, c.refused)
	return c.expected
}

func (c *chatReader) value(value object, only bool) {
	for _, link := range list(value["citations"]) {
		c.links[str(link)] = true
	}
	if tier := str(value["service_tier"]); tier != "" {
		c.tier = tier
	}
	for _, u := range []object{obj(obj(value["x_groq"])["usage"]), obj(value["usage"])} {
		if num(u["prompt_tokens"])+num(u["completion_tokens"]) > 0 {
			c.usage = chatUsage(u)
			c.usage.Tier = c.tier
		}
	}
	for _, item := range list(value["choices"]) {
		choice := obj(item)
		if f := str(choice["finish_reason"]); f != "" {
			c.finish = f
		}
		m := obj(choice["delta"])
		if message := obj(choice["message"]); message != nil && (m == nil || only) {
			m = message
		}
		c.message(m)
	}
}

func (c *chatReader) message(m object) {
	text, thinking := chatContent(m["content"])
	c.text += text + str(m["refusal"])
	c.reasoning += chatReasoning(m) + thinking
	c.refused = c.refused || str(m["refusal"]) != ""
	for _, note := range list(m["annotations"]) {
		c.links[str(obj(obj(note)["url_citation"])["url"])] = true
	}
	for _, item := range list(m["executed_tools"]) {
		for _, result := range list(obj(obj(item)["search_results"])["results"]) {
			c.links[str(obj(result)["url"])] = true
		}
	}
	for n, item := range list(m["tool_calls"]) {
		piece := obj(item)
		key := piece["index"]
		if key == nil {
			key = float64(n)
		}
		at := slices.Index(c.keys, key)
		if at < 0 {
			at = len(c.keys)
			c.keys = append(c.keys, key)
			c.calls = append(c.calls, llm.ToolCall{ID: str(piece["id"])})
		}
		function := obj(piece["function"])
		c.calls[at].Name += str(function["name"])
		c.calls[at].Arguments += str(function["arguments"])
	}
}

func chatReason(finish string, called, refused bool) llm.FinishReason {
	switch {
	case finish == "length":
		return llm.FinishLength
	case finish == "content_filter":
		return llm.FinishFilter
	case called:
		return llm.FinishTools
	case refused:
		return llm.FinishFilter
	default:
		return llm.FinishStop
	}
}

func chatReasoning(m object) string {
	for _, name := range []string{"reasoning_content", "reasoning"} {
		if text := str(m[name]); text != "" {
			return text
		}
	}
	text := ""
	for _, item := range list(m["reasoning_details"]) {
		text += str(obj(item)["text"]) + str(obj(item)["summary"])
	}
	return text
}

func chatContent(value any) (text, thinking string) {
	text = str(value)
	for _, item := range list(value) {
		chunk := obj(item)
		text += str(chunk["text"])
		for _, thought := range list(chunk["thinking"]) {
			thinking += str(obj(thought)["text"])
		}
	}
	return text, thinking
}

var thinkPattern = regexp.MustCompile(`(?s)^\s*<think>(.*?)(?:</think>\s*(.*))?$`)

func (e *expected) splitThinking() {
	if match := thinkPattern.FindStringSubmatch(e.text); match != nil {
		e.reasoning += match[1]
		e.text = match[2]
	}
}

func chatUsage(u object) llm.Usage {
	in, out := obj(u["prompt_tokens_details"]), obj(u["completion_tokens_details"])
	usage := llm.Usage{
		Input: num(u["prompt_tokens"]), Output: num(u["completion_tokens"]), Reasoning: num(out["reasoning_tokens"]),
		CacheRead:  max(num(in["cached_tokens"]), num(u["prompt_cache_hit_tokens"]), num(u["num_cached_tokens"]), num(u["cached_tokens"])),
		CacheWrite: max(num(in["cache_write_tokens"]), num(u["cache_creation_input_tokens"])),
	}
	// Where the total is more than its two parts, it holds the reasoning too.
	if total := num(u["total_tokens"]); usage.Reasoning > 0 && total == usage.Input+usage.Output+usage.Reasoning {
		usage.Output += usage.Reasoning
	}
	return usage
}

func naiveMessages(values []object, _ string) expected {
	var e expected
	blocks := map[int]*llm.ToolCall{}
	counts := object{}
	stop := ""
	add := func(block object, index int) {
		switch str(block["type"]) {
		case "text":
			e.text += str(block["text"])
			e.links += len(list(block["citations"]))
		case "thinking":
			e.reasoning += str(block["thinking"])
		case "tool_use":
			call := &llm.ToolCall{ID: str(block["id"]), Name: str(block["name"])}
			if input, _ := json.Marshal(block["input"]); string(input) != "{}" {
				call.Arguments = string(input)
			}
			blocks[index] = call
		}
	}
	count := func(value any) {
		maps.Copy(counts, obj(value))
	}
	var order []*llm.ToolCall
	started := func(index int) {
		if call := blocks[index]; call != nil {
			order = append(order, call)
		}
	}
	for _, value := range values {
		index := int(num(value["index"]))
		delta := obj(value["delta"])
		switch str(value["type"]) {
		case "message":
			for i, item := range list(value["content"]) {
				add(obj(item), i)
				started(i)
			}
			stop = str(value["stop_reason"])
			count(value["usage"])
		case "message_start":
			count(obj(value["message"])["usage"])
		case "content_block_start":
			delete(blocks, index)
			add(obj(value["content_block"]), index)
			started(index)
		case "content_block_delta":
			e.text += str(delta["text"])
			e.reasoning += str(delta["thinking"])
			if delta["citation"] != nil {
				e.links++
			}
			if call := blocks[index]; call != nil {
				call.Arguments += str(delta["partial_json"])
			}
		case "message_delta":
			stop = str(delta["stop_reason"])
			count(value["usage"])
		}
	}
	for _, call := range order {
		e.calls = append(e.calls, *call)
	}
	e.usage = llm.Usage{
		Output: num(counts["output_tokens"]), CacheRead: num(counts["cache_read_input_tokens"]),
		CacheWrite: num(counts["cache_creation_input_tokens"]),
		Reasoning:  num(obj(counts["output_tokens_details"])["thinking_tokens"]),
		Tier:       str(counts["service_tier"]),
	}
	e.usage.Input = num(counts["input_tokens"]) + e.usage.CacheRead + e.usage.CacheWrite
	e.reason = map[string]llm.FinishReason{
		"end_turn": llm.FinishStop, "stop_sequence": llm.FinishStop, "tool_use": llm.FinishTools,
		"max_tokens": llm.FinishLength, "refusal": llm.FinishFilter, "pause_turn": llm.FinishPause,
	}[stop]
	return e
}

func str(value any) string { text, _ := value.(string); return text }
func obj(value any) object { o, _ := value.(object); return o }
func list(value any) []any { items, _ := value.([]any); return items }
func num(value any) int64  { number, _ := value.(float64); return int64(number) }
