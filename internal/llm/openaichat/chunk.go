package openaichat

import (
	"bytes"
	"encoding/json"
	"strings"

	"parley/internal/llm"
	"parley/internal/llm/wire"
)

// chunk is one data line of a stream, or a whole answer that was not streamed.
// What only some providers send is kept raw and read with tolerance.
type chunk struct {
	Object        json.RawMessage `json:"object"`
	Choices       []choice        `json:"choices"`
	Usage         json.RawMessage `json:"usage"`
	XGroq         json.RawMessage `json:"x_groq"`
	Error         json.RawMessage `json:"error"`
	Message       json.RawMessage `json:"message"`
	Code          json.RawMessage `json:"code"`
	Citations     json.RawMessage `json:"citations"`
	SearchResults json.RawMessage `json:"search_results"`
	WebSearch     json.RawMessage `json:"web_search"`
	ServiceTier   string          `json:"service_tier"`
}

// essential are the fields that hold the answer itself.
var essential = []string{"choices", "delta", "choices.message", "tool_calls", "function", "refusal"}

type choice struct {
	Index        int             `json:"index"`
	Delta        *delta          `json:"delta"`
	Message      *delta          `json:"message"`
	FinishReason string          `json:"finish_reason"`
	Error        json.RawMessage `json:"error"`
	Logprobs     json.RawMessage `json:"logprobs"`
}

// delta is a piece of the message, or the whole of it.
type delta struct {
	Content          json.RawMessage   `json:"content"`
	Reasoning        json.RawMessage   `json:"reasoning"`
	ReasoningContent json.RawMessage   `json:"reasoning_content"`
	ReasoningDetails []json.RawMessage `json:"reasoning_details"`
	ThinkingBlocks   []json.RawMessage `json:"thinking_blocks"`
	Refusal          string            `json:"refusal"`
	ToolCalls        []callDelta       `json:"tool_calls"`
	FunctionCall     *function         `json:"function_call"`
	Annotations      json.RawMessage   `json:"annotations"`
	Images           json.RawMessage   `json:"images"`
	Audio            json.RawMessage   `json:"audio"`
	ExtraContent     json.RawMessage   `json:"extra_content"`
	ExecutedTools    json.RawMessage   `json:"executed_tools"`
}

type callDelta struct {
	Index        *int            `json:"index"`
	ID           string          `json:"id"`
	Function     function        `json:"function"`
	ExtraContent json.RawMessage `json:"extra_content"`
}

type function struct {
	Name string `json:"name"`
	// Arguments is a JSON text in a string; some servers send the object.
	Arguments json.RawMessage `json:"arguments"`
}

func (f function) arguments() string {
	if text, ok := stringOf(f.Arguments); ok {
		return text
	}
	if isNull(f.Arguments) {
		return ""
	}
	return string(f.Arguments)
}

func isNull(raw json.RawMessage) bool { return len(raw) == 0 || string(raw) == "null" }

// stringOf returns raw if it is a JSON string.
func stringOf(raw json.RawMessage) (string, bool) {
	if len(raw) == 0 || raw[0] != '"' {
		return "", false
	}
	var text string
	err := json.Unmarshal(raw, &text)
	return text, err == nil
}

// contentChunk is one item of a content list, as Mistral sends them.
type contentChunk struct {
	Type     string          `json:"type"`
	Text     string          `json:"text"`
	Thinking json.RawMessage `json:"thinking"`
	Image    *imageURL       `json:"image_url"`
	// Of a tool_reference, which is what a tool of Mistral's found.
	Title       string `json:"title"`
	URL         string `json:"url"`
	Description string `json:"description"`
}

// imageURL is an object with an address, or the address itself.
type imageURL struct {
	URL string
}

// UnmarshalJSON reads both forms, and nothing else.
func (i *imageURL) UnmarshalJSON(raw []byte) error {
	var object struct {
		URL string `json:"url"`
	}
	if json.Unmarshal(raw, &i.URL) != nil && json.Unmarshal(raw, &object) == nil {
		i.URL = object.URL
	}
	return nil
}

// thinkingText joins the text of a thinking chunk: a list of text chunks or a
// plain string.
func thinkingText(raw json.RawMessage) string {
	if text, ok := stringOf(raw); ok {
		return text
	}
	var items []contentChunk
	if json.Unmarshal(raw, &items) != nil {
		return ""
	}
	var joined strings.Builder
	for _, item := range items {
		joined.WriteString(item.Text)
	}
	return joined.String()
}

// Kinds of OpenRouter's reasoning_details.
const (
	detailText      = "reasoning.text"
	detailSummary   = "reasoning.summary"
	detailEncrypted = "reasoning.encrypted"
	// blockThinking is the kind of LiteLLM's thinking_blocks, as Anthropic's are.
	blockThinking = "thinking"
)

// reasoningDetail is the readable part of an item of reasoning_details.
type reasoningDetail struct {
	Text    string `json:"text"`
	Summary string `json:"summary"`
}

// annotation is a citation in OpenAI's form.
type annotation struct {
	Type     string `json:"type"`
	Citation struct {
		URL     string `json:"url"`
		Title   string `json:"title"`
		Content string `json:"content"`
	} `json:"url_citation"`
}

// searchResult is a citation in the form of Perplexity, Groq or Z.ai.
type searchResult struct {
	Title   string `json:"title"`
	URL     string `json:"url"`
	Link    string `json:"link"`
	Snippet string `json:"snippet"`
	Content string `json:"content"`
}

func (r searchResult) source() llm.Source {
	return llm.Source{URL: or(r.URL, r.Link), Title: r.Title, Quote: or(r.Snippet, r.Content)}
}

// executedTool is a tool that Groq's compound models ran themselves.
type executedTool struct {
	Index     int    `json:"index"`
	Type      string `json:"type"`
	Name      string `json:"name"`
	Arguments string `json:"arguments"`
	Output    string `json:"output"`
	Search    struct {
		Results []searchResult `json:"results"`
	} `json:"search_results"`
}

// usageFields are the token counts of all dialects.
type usageFields struct {
	Prompt     int64 `json:"prompt_tokens"`
	Completion int64 `json:"completion_tokens"`
	// DeepSeek and a few others name cached tokens at the top.
	CacheHit     int64 `json:"prompt_cache_hit_tokens"`
	Cached       int64 `json:"cached_tokens"`
	NumCached    int64 `json:"num_cached_tokens"`
	CacheCreated int64 `json:"cache_creation_input_tokens"`
	PromptParts  *struct {
		Cached     int64 `json:"cached_tokens"`
		CacheWrite int64 `json:"cache_write_tokens"`
	} `json:"prompt_tokens_details"`
	CompletionParts *struct {
		Reasoning int64 `json:"reasoning_tokens"`
	} `json:"completion_tokens_details"`
	Total int64 `json:"total_tokens"`
	// Cost is a number, or Perplexity's object.
	Cost json.RawMessage `json:"cost"`
	// Ticks is xAI's cost, ten thousand million of which are a dollar.
	Ticks *int64 `json:"cost_in_usd_ticks"`
}

const ticksPerDollar = 1e10

// usageOf reads a usage object; false if it says nothing.
func usageOf(call *wire.Call, raw json.RawMessage) (llm.Usage, bool) {
	u := wire.Optional[usageFields](call, "usage", raw)
	if u == nil {
		return llm.Usage{}, false
	}
	usage := llm.Usage{
		Input: u.Prompt, Output: u.Completion,
		CacheRead: max(u.CacheHit, u.Cached, u.NumCached), CacheWrite: u.CacheCreated,
	}
	if u.PromptParts != nil {
		usage.CacheRead = max(usage.CacheRead, u.PromptParts.Cached)
		usage.CacheWrite = max(usage.CacheWrite, u.PromptParts.CacheWrite)
	}
	if u.CompletionParts != nil {
		usage.Reasoning = u.CompletionParts.Reasoning
	}
	// xAI counts reasoning beside the completion; the total gives it away.
	if usage.Reasoning > 0 && u.Total == u.Prompt+u.Completion+usage.Reasoning {
		usage.Output += usage.Reasoning
	}
	usage.Cost = cost(u)
	return usage, usage != llm.Usage{}
}

func cost(u *usageFields) *float64 {
	var dollars float64
	if json.Unmarshal(u.Cost, &dollars) == nil && !isNull(u.Cost) {
		return &dollars
	}
	var parts struct {
		Total *float64 `json:"total_cost"`
	}
	if json.Unmarshal(u.Cost, &parts) == nil && parts.Total != nil {
		return parts.Total
	}
	if u.Ticks != nil {
		dollars = float64(*u.Ticks) / ticksPerDollar
		return &dollars
	}
	return nil
}

// failed reports whether a chunk is an error instead of a piece of an answer.
func (c *chunk) failed() bool {
	if !isNull(c.Error) && !bytes.Equal(c.Error, []byte(`""`)) {
		return true
	}
	object, _ := stringOf(c.Object)
	return object == "error" || len(c.Choices) == 0 && !isNull(c.Message) && !isNull(c.Code)
}
