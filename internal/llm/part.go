package llm

import "encoding/json"

// PartType names one kind of content.
type PartType string

// The closed set of content. Clients skip a type that they do not know.
const (
	PartText       PartType = "text"
	PartReasoning  PartType = "reasoning"
	PartToolCall   PartType = "tool_call"
	PartToolResult PartType = "tool_result"
	PartImage      PartType = "image"
	PartFile       PartType = "file"
	PartAudio      PartType = "audio"
	PartSource     PartType = "source"
	PartArtifact   PartType = "artifact"
	PartSummary    PartType = "summary"
	PartNotice     PartType = "notice"
	PartError      PartType = "error"
)

// Part is one piece of a message's content. Type says which of the other
// fields are set: Text for text, reasoning, summary and notice; Call for
// tool_call; Result for tool_result; Media for image, file and audio; Source
// for source; Failure for error.
type Part struct {
	Type    PartType    `json:"type" enum:"text,reasoning,tool_call,tool_result,image,file,audio,source,artifact,summary,notice,error"`
	Text    string      `json:"text,omitempty"`
	Call    *ToolCall   `json:"call,omitempty"`
	Result  *ToolResult `json:"result,omitempty"`
	Media   *Media      `json:"media,omitempty"`
	Source  *Source     `json:"source,omitempty"`
	Failure *Failure    `json:"failure,omitempty"`
	// Protocol names the codec that Raw belongs to; another codec ignores Raw.
	Protocol string `json:"protocol,omitempty"`
	// Raw is the provider's own form of this part, kept where the protocol
	// wants it back (signatures, encrypted reasoning).
	Raw json.RawMessage `json:"raw,omitempty"`
}

// CallStatus is the state of a tool call.
type CallStatus string

// The states of a tool call. Waiting is for the user's approval.
const (
	CallPending CallStatus = "pending"
	CallWaiting CallStatus = "waiting"
	CallRunning CallStatus = "running"
	CallDone    CallStatus = "done"
	CallFailed  CallStatus = "failed"
	CallDenied  CallStatus = "denied"
)

// ToolCall is a model's wish to have a tool run.
type ToolCall struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	// Arguments is the JSON text as the model wrote it, perhaps not yet whole
	// and perhaps not valid.
	Arguments string     `json:"arguments"`
	Status    CallStatus `json:"status,omitempty" enum:"pending,waiting,running,done,failed,denied"`
	// Remote marks a call that the provider runs itself.
	Remote bool `json:"remote,omitempty"`
}

// ToolResult answers a [ToolCall].
type ToolResult struct {
	CallID string `json:"callId"`
	Name   string `json:"name"`
	// Content is what the model is shown.
	Content string `json:"content"`
	IsError bool   `json:"isError,omitempty"`
	// Millis is how long the tool ran, in milliseconds.
	Millis int64 `json:"millis,omitempty"`
}

// Media is an image, a file or a sound. In a stored message it names a file by
// File; in a request Data holds the bytes or URL says where they are.
type Media struct {
	File string `json:"file,omitempty"`
	// MIME is the media type, such as "image/png".
	MIME string `json:"mime"`
	Name string `json:"name,omitempty"`
	// Size is in bytes, Width and Height in pixels; 0 is unknown.
	Size   int64  `json:"size,omitempty"`
	Width  int    `json:"width,omitempty"`
	Height int    `json:"height,omitempty"`
	URL    string `json:"url,omitempty"`
	Data   []byte `json:"-"`
}

// Source is a citation.
type Source struct {
	URL   string `json:"url,omitempty"`
	Title string `json:"title,omitempty"`
	// Quote is the cited text.
	Quote string `json:"quote,omitempty"`
}

// Failure is an error as a user may read it.
type Failure struct {
	// Code is stable, such as "provider_rate_limited"; the web translates it.
	Code    string `json:"code"`
	Message string `json:"message"`
	// Detail is the provider's own text, shortened.
	Detail string `json:"detail,omitempty"`
	// RetryAfter is in seconds; 0 is unknown.
	RetryAfter int  `json:"retryAfter,omitempty"`
	Retryable  bool `json:"retryable,omitempty"`
	// Alternatives are models ("provider/model") to try in the place of the one
	// that failed.
	Alternatives []string `json:"alternatives,omitempty"`
}
