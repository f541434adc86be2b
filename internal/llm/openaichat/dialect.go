package openaichat

import (
	"strings"

	"parley/internal/llm"
)

// Dialect is how one server's Chat Completions differ from the common ground.
// The zero value is the common ground.
type Dialect struct {
	name string
	// keyHeader carries the bare key; empty means "Authorization: Bearer".
	keyHeader string
	// system is the role of the instructions; nil means "system".
	system func(model string) string
	// maxTokens and seed rename a field; empty is the usual name.
	maxTokens string
	seed      string
	// room is the limit of an answer where none is asked for, because the server's
	// own is short; 0 leaves it to the server.
	room int
	// required renames the tool choice "required".
	required string
	// refuses lists the parameters that a model does not take.
	refuses func(model string, p llm.Params) []string
	// reason writes the reasoning parameters; nil means reasoning_effort.
	reason func(b *builder, p llm.Params)
	// schema writes the response format; nil means json_schema.
	schema func(b *builder, p llm.Params)
	// replay is the message field that reasoning is sent back in.
	replay string
	// details says that reasoning_details are sent back.
	details bool
	// file writes a document part; nil means OpenAI's file.
	file func(m *llm.Media) map[string]any
	// audio writes a sound part; nil means OpenAI's input_audio.
	audio func(m *llm.Media) map[string]any
	// callID is the exact length of a call id, 0 for any.
	callID int
	// noUsageOption leaves out stream_options; usage comes unasked.
	noUsageOption bool
	// noUser leaves out the end user's identifier.
	noUser bool
	// costs asks for the cost in the usage.
	costs bool
	// cache says for which models cache_control marks are written.
	cache func(model string) bool
	// noThinkTags takes a text that begins with <think> at its word.
	noThinkTags bool
	// lacks are the kinds of media that no model of the server takes: image,
	// audio, file. Videos are the other way round.
	lacks  []string
	videos bool
	// sounds are the formats of sound; nil means wav and mp3.
	sounds []string
	// countLogprobs says that logprobs is the number of alternatives.
	countLogprobs bool
	// mostLogprobs is the highest number of alternatives, 0 for any.
	mostLogprobs int
	// toolsOrLogprobs says that logprobs are an error in a stream with tools.
	toolsOrLogprobs bool
	// remote asks for a tool that the provider runs; false if there is none. Nil
	// means that there are none at all.
	remote func(b *builder, tool llm.RemoteTool) bool
	// continues is a field that marks the answer which the model is to go on with.
	continues string
	// alternates says that two messages of the user in a row are an error.
	alternates bool
	// bridges says that the user cannot follow what tools returned.
	bridges bool
	// blocks says that thinking_blocks are sent back.
	blocks bool
	// outputs are the modalities that have to be asked for.
	outputs func(model string) []string
}

// Names of parameters as they appear on the wire and in notices.
const (
	temperature      = "temperature"
	topP             = "top_p"
	topK             = "top_k"
	frequencyPenalty = "frequency_penalty"
	presencePenalty  = "presence_penalty"
	stop             = "stop"
	seed             = "seed"
	effort           = "reasoning_effort"
	budget           = "reasoning tokens"
	parallel         = "parallel_tool_calls"
	toolChoice       = "tool_choice"
	tools            = "tools"
	schema           = "response_format"
	serviceTier      = "service_tier"
	verbosity        = "verbosity"
	logprobs         = "logprobs"
)

// DialectNamed returns the dialect of a kind of provider, such as "openai" or
// "ollama"; an unknown name gives the common ground.
func DialectNamed(name string) Dialect {
	name = strings.ToLower(strings.TrimSpace(name))
	dialect, ok := dialects[name]
	if !ok {
		return Dialect{name: name}
	}
	d := dialect()
	d.name = name
	return d
}
