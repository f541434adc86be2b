// Package librechat reads and writes the parameters of a model as LibreChat
// names them, in its configuration and in the presets that it exports.
//
// It knows nothing of files and providers. The names are those of LibreChat 0.8,
// packages/data-provider/src/schemas.ts.
package librechat

import (
	"cmp"
	"strconv"
	"strings"

	"parley/internal/llm"
)

// Settings are what a preset of LibreChat tells a model. Several parameters have
// a name for each protocol.
type Settings struct {
	Temperature      *float64 `yaml:"temperature" json:"temperature,omitempty"`
	PresencePenalty  *float64 `yaml:"presence_penalty" json:"presence_penalty,omitempty"`
	FrequencyPenalty *float64 `yaml:"frequency_penalty" json:"frequency_penalty,omitempty"`
	Stop             []string `yaml:"stop" json:"stop,omitempty"`
	TopP             *float64 `yaml:"top_p" json:"top_p,omitempty"`
	TopPCamel        *float64 `yaml:"topP" json:"topP,omitempty"`
	TopK             *int     `yaml:"topK" json:"topK,omitempty"`
	MaxTokens        *int     `yaml:"max_tokens" json:"max_tokens,omitempty"`
	MaxTokensCamel   *int     `yaml:"maxTokens" json:"maxTokens,omitempty"`
	MaxOutputTokens  *int     `yaml:"maxOutputTokens" json:"maxOutputTokens,omitempty"`
	ReasoningEffort  string   `yaml:"reasoning_effort" json:"reasoning_effort,omitempty"`
	Effort           string   `yaml:"effort" json:"effort,omitempty"`
	ThinkingLevel    string   `yaml:"thinkingLevel" json:"thinkingLevel,omitempty"`
	Thinking         *bool    `yaml:"thinking" json:"thinking,omitempty"`
	ThinkingBudget   Budget   `yaml:"thinkingBudget" json:"thinkingBudget,omitempty"`
	Verbosity        string   `yaml:"verbosity" json:"verbosity,omitempty"`

	ReasoningSummary string `yaml:"reasoning_summary" json:"reasoning_summary,omitempty"`
	ThinkingDisplay  string `yaml:"thinkingDisplay" json:"thinkingDisplay,omitempty"`
	ReasoningMode    string `yaml:"reasoning_mode" json:"reasoning_mode,omitempty"`
	ReasoningContext string `yaml:"reasoning_context" json:"reasoning_context,omitempty"`
	UseResponsesAPI  *bool  `yaml:"useResponsesApi" json:"useResponsesApi,omitempty"`
	DisableStreaming *bool  `yaml:"disableStreaming" json:"disableStreaming,omitempty"`
	PromptCache      *bool  `yaml:"promptCache" json:"promptCache,omitempty"`
	PromptCacheTTL   string `yaml:"promptCacheTtl" json:"promptCacheTtl,omitempty"`
	ImageDetail      string `yaml:"imageDetail" json:"imageDetail,omitempty"`
	ResendFiles      *bool  `yaml:"resendFiles" json:"resendFiles,omitempty"`
	MaxContextTokens *int   `yaml:"maxContextTokens" json:"maxContextTokens,omitempty"`
	Region           string `yaml:"region" json:"region,omitempty"`
}

// Budget is a number of tokens, in text too; other text leaves it to the provider.
type Budget string

// UnmarshalJSON takes a number or text.
func (b *Budget) UnmarshalJSON(text []byte) error {
	*b = Budget(strings.Trim(string(text), `"`))
	return nil
}

// Params are the parameters that s sets.
func (s Settings) Params() llm.Params {
	params := llm.Params{
		Temperature: s.Temperature, TopP: cmp.Or(s.TopP, s.TopPCamel), TopK: s.TopK,
		MaxTokens:        positive(cmp.Or(s.MaxTokens, s.MaxTokensCamel, s.MaxOutputTokens)),
		FrequencyPenalty: s.FrequencyPenalty, PresencePenalty: s.PresencePenalty, Stop: s.Stop,
		Effort: strings.ToLower(cmp.Or(s.ReasoningEffort, s.Effort, s.ThinkingLevel)), Verbosity: s.Verbosity,
		Summary: cmp.Or(s.ReasoningSummary, displays[s.ThinkingDisplay]), ReasoningMode: s.ReasoningMode, ReasoningContext: s.ReasoningContext,
		Protocol: Protocol(s.UseResponsesAPI), Whole: s.DisableStreaming, Keep: s.keep(),
		ImageDetail: s.ImageDetail, ContextTokens: positive(s.MaxContextTokens), Region: s.Region,
	}
	if s.ResendFiles != nil && !*s.ResendFiles { // true is usual
		params.Resend = s.ResendFiles
	}
	if n, err := strconv.Atoi(string(s.ThinkingBudget)); err == nil && n >= 0 {
		params.ReasoningTokens = &n
	}
	if s.Thinking != nil && !*s.Thinking {
		params.ReasoningTokens, params.Effort = new(0), ""
	}
	return params
}

// displays are the words for summaries of thoughts, by Anthropic's.
var displays = map[string]string{"summarized": "auto", "omitted": "none"}

// Protocol is what useResponsesApi says, "" where nothing does.
func Protocol(useResponses *bool) string {
	switch {
	case useResponses == nil:
		return ""
	case *useResponses:
		return llm.ResponsesProtocol
	default:
		return llm.ChatProtocol
	}
}

// keep is how long requests are kept at the provider; they are so by themselves.
func (s Settings) keep() string {
	if s.PromptCache != nil && !*s.PromptCache {
		return "off"
	}
	return s.PromptCacheTTL
}

func positive(n *int) *int {
	if n == nil || *n < 1 {
		return nil
	}
	return n
}

// Of is the opposite of [Settings.Params]: what of p LibreChat has a name for.
func Of(p llm.Params) Settings {
	s := Settings{
		Temperature: p.Temperature, TopP: p.TopP, TopK: p.TopK, MaxTokens: p.MaxTokens,
		FrequencyPenalty: p.FrequencyPenalty, PresencePenalty: p.PresencePenalty, Stop: p.Stop,
		ReasoningEffort: p.Effort, Verbosity: p.Verbosity,
		ReasoningSummary: p.Summary, ReasoningMode: p.ReasoningMode, ReasoningContext: p.ReasoningContext,
		DisableStreaming: p.Whole, ImageDetail: p.ImageDetail, ResendFiles: p.Resend, MaxContextTokens: p.ContextTokens, Region: p.Region,
	}
	switch p.Keep {
	case "":
	case "off":
		s.PromptCache = new(false)
	default:
		s.PromptCache, s.PromptCacheTTL = new(true), p.Keep
	}
	if p.Protocol != "" {
		s.UseResponsesAPI = new(p.Protocol == llm.ResponsesProtocol)
	}
	if p.ReasoningTokens != nil {
		s.ThinkingBudget = Budget(strconv.Itoa(*p.ReasoningTokens))
	}
	return s
}
