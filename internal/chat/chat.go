// Package chat holds chats: a tree of messages made of typed parts, the path
// through it that a user looks at, and the rules by which the frames of a
// running answer fold into a message.
//
// It does not call models; that is package turn.
package chat

import (
	"strings"
	"time"

	"parley/internal/identity"
	"parley/internal/kit/fault"
	"parley/internal/llm"
)

// ID identifies a chat.
type ID string

// MessageID identifies a message.
type MessageID string

// TitleSource says who wrote a chat's title.
type TitleSource string

// The sources of a title. Auto is the first words of the first message.
const (
	TitleAuto  TitleSource = "auto"
	TitleModel TitleSource = "model"
	TitleUser  TitleSource = "user"
)

// Chat is one conversation.
type Chat struct {
	ID          ID          `json:"id"`
	Title       string      `json:"title"`
	TitleSource TitleSource `json:"titleSource" enum:"auto,model,user"`
	// Model is the "provider/model" that answered last.
	Model     string    `json:"model"`
	CreatedAt time.Time `json:"createdAt"`
	UpdatedAt time.Time `json:"updatedAt"`
	// Running says that an answer is being written or waits for an approval.
	Running bool `json:"running"`
	// Outcome is the status of the answer that is being written or, without one,
	// of the last that ended; empty before the first.
	Outcome Status `json:"outcome" enum:",running,waiting,complete,stopped,interrupted,failed"`
	// Unread says that an answer ended that the user has not looked at.
	Unread bool `json:"unread"`

	owner identity.UserID
	leaf  MessageID
}

// Owner is the user that the chat belongs to.
func (c Chat) Owner() identity.UserID { return c.owner }

// Leaf is the end of the path that the user looks at, "" for an empty chat.
func (c Chat) Leaf() MessageID { return c.leaf }

// Status is the state of a message.
type Status string

// The states of a message; the last four are final.
const (
	StatusRunning     Status = "running"
	StatusWaiting     Status = "waiting"
	StatusComplete    Status = "complete"
	StatusStopped     Status = "stopped"
	StatusInterrupted Status = "interrupted"
	StatusFailed      Status = "failed"
)

// IsLive reports whether an answer of this status may still change.
func (s Status) IsLive() bool { return s == StatusRunning || s == StatusWaiting }

// Limit says what cut an otherwise complete answer off, so that the user can be
// offered to go on.
type Limit string

// The limits that cut an answer off.
const (
	LimitNone   Limit = ""
	LimitLength Limit = "length"
	LimitSteps  Limit = "steps"
)

// Message is one node of a chat's tree.
type Message struct {
	ID MessageID `json:"id"`
	// Parent is the message that this one answers or follows; null for a root.
	Parent *MessageID `json:"parent"`
	Role   llm.Role   `json:"role" enum:"user,assistant"`
	Status Status     `json:"status" enum:"running,waiting,complete,stopped,interrupted,failed"`
	Parts  []llm.Part `json:"parts"`
	// Model is the "provider/model" of an answer.
	Model string `json:"model,omitempty"`
	// Turn is the turn that wrote, or is writing, an answer.
	Turn string `json:"turn,omitempty"`
	// Seq is the last frame that Parts holds.
	Seq int64 `json:"seq,omitempty"`
	// Edits is the earlier version that a user's message replaces.
	Edits MessageID `json:"edits,omitempty"`
	// Continues is the cut-off answer that this one carries on.
	Continues  MessageID  `json:"continues,omitempty"`
	CreatedAt  time.Time  `json:"createdAt"`
	FinishedAt *time.Time `json:"finishedAt,omitempty"`
	Usage      *Usage     `json:"usage,omitempty"`
	Limit      Limit      `json:"limit,omitempty" enum:"length,steps"`
}

// Usage is what an answer took, over all of its model calls.
type Usage struct {
	llm.Usage
	// Estimated marks figures that are not the provider's own.
	Estimated bool `json:"estimated"`
	// Millis is the time from acceptance to the end, FirstTokenMillis to the
	// first piece of the answer, both in milliseconds.
	Millis           int64 `json:"millis"`
	FirstTokenMillis int64 `json:"firstTokenMillis"`
	// Model is the "provider/model" that answered in the place of the one that was
	// asked; empty for that.
	Model string `json:"model,omitempty"`
}

// Text returns the text parts of m, joined.
func (m Message) Text() string {
	var s strings.Builder
	for _, p := range m.Parts {
		if p.Type == llm.PartText {
			s.WriteString(p.Text)
		}
	}
	return s.String()
}

// Faults of this package.
var (
	ErrNotFound        = fault.New(fault.NotFound, "not_found", "There is no such chat.")
	ErrMessageNotFound = fault.New(fault.NotFound, "not_found", "There is no such message.")
	ErrIDTaken         = fault.New(fault.Conflict, "id_taken", "This identifier is already in use.")
	ErrRunning         = fault.New(fault.Conflict, "turn_running", "An answer is still being written here. Stop it or wait for it.")
	ErrOptions         = fault.New(fault.Invalid, "options_invalid", "A chat keeps up to 32 kB of parameters, and only an administrator sets \"extra\" and \"drop\".")
	ErrTitle           = fault.New(fault.Invalid, "title_invalid", "A title has between 1 and 200 characters.")
	ErrNothingToUndo   = fault.New(fault.NotFound, "not_found", "There is nothing to bring back.")
)
