// Package llm is the contract between Parley and a model: what is asked
// ([Request]), what comes back ([Event]), what it cost ([Usage]) and what went
// wrong ([Error]). One child folder per wire protocol implements it.
//
// It is not a client library: it knows nothing of users, chats, budgets or
// storage, and it never retries after the first byte of an answer.
package llm

import (
	"context"
	"encoding/json"
	"iter"
)

// Model is one model of one provider, ready to be called. It is safe for
// concurrent use.
type Model interface {
	// Stream calls the model and yields its events in order. The last event of
	// a complete answer is [EventFinish]. An error ends the sequence, is always
	// an *[Error], and comes after every event that was received before it.
	// Leaving the loop or cancelling ctx ends the call within a second.
	Stream(ctx context.Context, request Request) iter.Seq2[Event, error]
}

// Role says who speaks in a [Message].
type Role string

// The roles of a conversation. Instructions travel in [Request.System]; the
// result of a tool is a [RoleTool] message.
const (
	RoleUser      Role = "user"
	RoleAssistant Role = "assistant"
	RoleTool      Role = "tool"
)

// Message is one step of the conversation that a model is shown.
type Message struct {
	Role  Role   `json:"role"`
	Parts []Part `json:"parts"`
}

// Request is everything one model call holds. It is a plain value, so that an
// admin can look at it before it is sent.
type Request struct {
	// Model is the provider's own name of the model.
	Model string `json:"model"`
	// System is the instruction text, empty for none.
	System   string    `json:"system,omitempty"`
	Messages []Message `json:"messages"`
	Tools    []Tool    `json:"tools,omitempty"`
	// ToolChoice is "auto" (or empty), "none", "required", or a tool's name.
	ToolChoice string `json:"toolChoice,omitempty"`
	// Remote are tools that the provider itself runs, such as its web search.
	Remote []RemoteTool `json:"remote,omitempty"`
	Params Params       `json:"params"`
	// Cache asks the provider to keep the unchanging head of the request, where
	// that has to be asked for.
	Cache bool `json:"cache,omitempty"`
	// User is an opaque identifier of the end user for the provider's abuse
	// detection; never an address or a name.
	User string `json:"user,omitempty"`
	// Origin is what the request is for; it is not sent but where an administrator
	// has it put into a header.
	Origin Origin `json:"-"`
	// Approve is asked before another model is called in the place of the wanted
	// one; nil approves all.
	Approve Approve `json:"-"`
}

// Origin names the chat of a request, the message that is answered, and the one
// before that; empty for none.
type Origin struct{ Chat, Message, Parent string }

// Approve returns the request as it may be made to another model, or an error
// for one that may not be called.
type Approve func(ctx context.Context, other Target, request Request) (Request, error)

// The values of [Params.Protocol].
const (
	ChatProtocol      = "chat"
	ResponsesProtocol = "responses"
)

// Params are the sampling parameters. A nil field is not sent, so that the
// provider's default holds. What a model does not take is answered with an
// [EventNotice], never dropped in silence.
type Params struct {
	Temperature      *float64 `json:"temperature,omitempty"`
	TopP             *float64 `json:"topP,omitempty"`
	TopK             *int     `json:"topK,omitempty"`
	MaxTokens        *int     `json:"maxTokens,omitempty"`
	Stop             []string `json:"stop,omitempty"`
	FrequencyPenalty *float64 `json:"frequencyPenalty,omitempty"`
	PresencePenalty  *float64 `json:"presencePenalty,omitempty"`
	Seed             *int64   `json:"seed,omitempty"`
	// Effort is a reasoning level such as "low", "medium" or "high".
	Effort string `json:"effort,omitempty"`
	// ReasoningTokens is a reasoning budget in tokens; 0 is no reasoning.
	ReasoningTokens *int `json:"reasoningTokens,omitempty"`
	// Summary is how much of its reasoning a model tells: "auto", "concise",
	// "detailed" or "none".
	Summary string `json:"summary,omitempty"`
	// ReasoningMode and ReasoningContext are OpenAI's words for how a model reasons
	// ("standard", "pro") and what of its earlier reasoning it sees ("all_turns",
	// "current_turn").
	ReasoningMode    string `json:"reasoningMode,omitempty"`
	ReasoningContext string `json:"reasoningContext,omitempty"`
	// Verbosity is how much is written: "low", "medium" or "high".
	Verbosity string `json:"verbosity,omitempty"`
	// ServiceTier is the provider's word for a class of service, such as
	// "flex" or "priority".
	ServiceTier string `json:"serviceTier,omitempty"`
	// Logprobs asks for the probability of each token and of so many others in
	// its place, 0 to 20.
	Logprobs *int `json:"logprobs,omitempty"`
	// Safety sets the thresholds of a provider's own filters by category, both in
	// the provider's words.
	Safety map[string]string `json:"safety,omitempty"`
	// ParallelTools allows several tool calls in one answer.
	ParallelTools *bool `json:"parallelTools,omitempty"`
	// ImageDetail is how closely pictures are looked at: "low" or "high".
	ImageDetail string `json:"imageDetail,omitempty"`
	// Keep is how long the provider keeps the unchanging head of a request that asks
	// for it by Cache: "5m" or "1h"; "off" is not at all.
	Keep string `json:"keep,omitempty"`
	// Whole has the answer come in one piece.
	Whole *bool `json:"whole,omitempty"`
	// Protocol chooses between OpenAI's two, [ChatProtocol] and [ResponsesProtocol],
	// where a server offers both. Region is where a cloud answers, of those that were configured.
	// Both are settled before a codec is asked.
	Protocol string `json:"protocol,omitempty"`
	Region   string `json:"region,omitempty"`
	// ContextTokens is the most that is sent of a chat, at the cost of its oldest
	// messages, and Resend false sends files only with the message that they came
	// with. What builds a request from a chat acts on both; codecs do not.
	ContextTokens *int  `json:"contextTokens,omitempty"`
	Resend        *bool `json:"resend,omitempty"`
	// Schema is a JSON schema that the answer has to match.
	Schema json.RawMessage `json:"schema,omitempty"`
	// Extra is merged into the body that is sent, last: what an admin wrote in
	// addParams. Keys of Drop are removed from it.
	Extra map[string]json.RawMessage `json:"extra,omitempty"`
	Drop  []string                   `json:"drop,omitempty"`
}

// Tool describes a function that the model may call.
type Tool struct {
	Name        string `json:"name"`
	Description string `json:"description"`
	// Parameters is the JSON schema of the arguments, an object.
	Parameters json.RawMessage `json:"parameters"`
	// Strict asks for arguments that hold to the schema, where the protocol has a
	// word for it.
	Strict bool `json:"strict,omitempty"`
}

// The tools that providers run themselves, by the name they have in Parley.
const (
	RemoteWebSearch  = "web_search"
	RemoteCode       = "code_execution"
	RemoteFileSearch = "file_search"
	RemoteURLContext = "url_context"
)

// RemoteTool asks for a tool that the provider runs itself. One that the model
// does not have is answered with an [EventNotice].
type RemoteTool struct {
	Name string `json:"name"`
	// Options are the protocol's own settings of the tool, an object; empty for
	// none.
	Options json.RawMessage `json:"options,omitempty"`
}

// EventKind names what an [Event] carries.
type EventKind uint8

// The kinds of event, and the fields of Event that each fills.
const (
	// EventText is a piece of the answer: Block, Text.
	EventText EventKind = iota + 1
	// EventReasoning is a piece of the model's reasoning: Block, Text.
	EventReasoning
	// EventReasoningEnd closes a reasoning block that has something to keep,
	// such as a signature or encrypted text: Block, Raw. It may be the only event
	// of its block (reasoning that is not shown), and may come after other blocks
	// began.
	EventReasoningEnd
	// EventToolStart opens a tool call: Block, ID, Name; Raw if there is
	// something to send back.
	EventToolStart
	// EventToolDelta is a piece of a call's JSON arguments: Block, Text.
	EventToolDelta
	// EventToolEnd closes a call, whose arguments are now whole: Block.
	EventToolEnd
	// EventPart is a whole part, such as an image, a source or the call and
	// result of a tool that the provider ran itself: Block, Part.
	EventPart
	// EventNotice tells the user about a thing that was not as asked: Text; Name
	// is [NoticeWaiting] for what only matters now.
	EventNotice
	// EventUsage replaces the usage known so far: Usage.
	EventUsage
	// EventFinish is the last event of a complete answer: Reason, Usage.
	EventFinish
	// EventLogprobs holds the probabilities of the text that was just sent, in
	// the protocol's own form: Block, Raw.
	EventLogprobs
	// EventModel says that another model answers than the one that was asked:
	// Model. It comes before the answer.
	EventModel
)

// NoticeWaiting is the Name of a notice that says why nothing happens yet.
const NoticeWaiting = "waiting"

// Event is one step of a model's answer. It is a value without indirection so
// that a delta costs no allocation beside its text.
type Event struct {
	Kind EventKind
	// Block numbers the content blocks of an answer from 0 in order of their
	// first event; parallel tool calls have a block each.
	Block  int
	Text   string
	ID     string
	Name   string
	Reason FinishReason
	Usage  *Usage
	Part   *Part
	Raw    json.RawMessage
	// Protocol names the codec that Raw belongs to.
	Protocol string
	Model    *Info
}

// Size is how much an answer grows by the event, in bytes. Media are not counted:
// they are bounded by number.
func (e Event) Size() int {
	size := len(e.Text) + len(e.Raw)
	if p := e.Part; p != nil {
		size += len(p.Text) + len(p.Raw)
		if p.Call != nil {
			size += len(p.Call.Arguments)
		}
		if p.Result != nil {
			size += len(p.Result.Content)
		}
	}
	return size
}

// FinishReason says why a complete answer ended.
type FinishReason string

// The reasons to finish.
const (
	FinishStop   FinishReason = "stop"
	FinishLength FinishReason = "length"
	FinishTools  FinishReason = "tools"
	FinishFilter FinishReason = "filter"
	FinishPause  FinishReason = "pause"
	FinishOther  FinishReason = "other"
)

// Usage counts the tokens of one model call. Input includes CacheRead and
// CacheWrite, Output includes Reasoning.
type Usage struct {
	Input      int64 `json:"input"`
	Output     int64 `json:"output"`
	CacheRead  int64 `json:"cacheRead"`
	CacheWrite int64 `json:"cacheWrite"`
	Reasoning  int64 `json:"reasoning"`
	// Cost is what the provider itself says the call cost, in US dollars; nil
	// where it does not say.
	Cost *float64 `json:"cost"`
	// Tier is the class of service that answered, where the provider says.
	Tier string `json:"tier,omitempty"`
}
