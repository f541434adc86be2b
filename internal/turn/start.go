package turn

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"time"
	"unicode/utf8"

	"parley/internal/access"
	"parley/internal/chat"
	"parley/internal/kit/db"
	"parley/internal/kit/fault"
	"parley/internal/kit/id"
	"parley/internal/llm"
	"parley/internal/meter"
	"parley/internal/tool"
)

// Start asks for a turn. At most one of Parent, Edits, Regenerate and Continue
// is set; without any the turn goes on at the end of the chat's current path.
type Start struct {
	// Text is the user's message; empty with Regenerate and Continue.
	Text string `json:"text,omitempty" doc:"The message, Markdown"`
	// Model is "provider/model".
	Model string `json:"model" minLength:"3" maxLength:"300" doc:"provider/model"`
	// Parent is the id of the message to answer after, or null for a new root.
	Parent json.RawMessage `json:"parent,omitempty" doc:"Id of the message to go on after; null begins a new root; absent is the end of the current path"`
	// ID is the client's id for the user's message.
	ID chat.MessageID `json:"id,omitempty" doc:"Id of the new message, any UUID"`
	// Files are ids of uploaded files.
	Files      []string       `json:"files,omitempty" maxItems:"20"`
	Edits      chat.MessageID `json:"edits,omitempty" doc:"Id of the message that this one replaces"`
	Regenerate chat.MessageID `json:"regenerate,omitempty" doc:"Id of the answer to write again"`
	Continue   chat.MessageID `json:"continue,omitempty" doc:"Id of the cut-off answer to carry on"`
	Params     llm.Params     `json:"params,omitzero"`
	// Preset sets the chat up with a preset from this turn on; without one the
	// chat goes on as it was set up.
	Preset string `json:"preset,omitempty" maxLength:"36" doc:"Id of the preset that the chat uses from this turn on"`
	// Tools are the names of the tools that the model may use; nil is all.
	Tools []string `json:"tools,omitempty"`
	// Remote are the names of tools that the provider itself is to run.
	Remote []string `json:"remote,omitempty" maxItems:"16" doc:"Tools that the provider runs, such as web_search"`
}

// Accepted is the answer to an accepted turn.
type Accepted struct {
	Turn     ID      `json:"turn"`
	Chat     chat.ID `json:"chat"`
	Messages struct {
		User  chat.MessageID `json:"user"`
		Reply chat.MessageID `json:"reply"`
	} `json:"messages"`
}

// options is what a turn keeps of its start, for the model calls to come.
type options struct {
	Params llm.Params `json:"params,omitzero"`
	// Instructions are the system prompt.
	Instructions string         `json:"instructions,omitempty"`
	Tools        []string       `json:"tools,omitempty"`
	Remote       []string       `json:"remote,omitempty"`
	Continue     chat.MessageID `json:"continue,omitempty"`
	First        bool           `json:"first,omitempty"`
}

// started is a turn that was accepted in this call.
type started struct {
	Accepted
	target  llm.Target
	options options
	title   bool // the chat is new
	offered []tool.Tool
	// history is the size of what is before the new message, in bytes.
	history  int
	parts    []llm.Part // the new message
	foreseen meter.Expected
	grant    meter.Grant
}

// Start accepts a message: when it returns without an error the message is
// durable and its answer is being written. key is the Idempotency-Key, "" for
// none; replayed says that this very request was accepted before.
func (s *Service) Start(ctx context.Context, scope access.Scope, chatID chat.ID, in Start, key string) (accepted Accepted, replayed bool, err error) {
	if s.IsDraining() {
		return Accepted{}, false, ErrDraining
	}
	canonical, err := id.Parse(string(chatID))
	if err != nil {
		return Accepted{}, false, err
	}
	chatID = chat.ID(canonical)
	if err := s.check(&in); err != nil {
		return Accepted{}, false, err
	}
	fingerprint, err := fingerprintOf(chatID, in)
	if err != nil {
		return Accepted{}, false, err
	}
	if key != "" {
		known, found, err := lookUp(ctx, s.DB, scope, key, fingerprint)
		if err != nil || found {
			return known, found, err
		}
	}
	target, err := s.Models.Resolve(ctx, scope.User, in.Model)
	if err != nil {
		return Accepted{}, false, err
	}
	in.Model = target.Info.ID
	offered, err := s.allTools(ctx, scope, target)
	if err != nil {
		return Accepted{}, false, err
	}
	release, err := s.Hold(ctx, scope.User)
	if err != nil {
		return Accepted{}, false, err
	}
	st, err := s.store(ctx, scope, chatID, in, key, fingerprint, &started{target: target, offered: offered})
	if err != nil {
		release()
		s.doubt(err)
	}
	if errors.Is(err, errTwin) {
		known, found, err := lookUp(ctx, s.DB, scope, key, fingerprint)
		if err == nil && !found { // the twin was first and then not stored
			err = db.ErrBusy
		}
		return known, found, err
	}
	if err != nil {
		return Accepted{}, false, err
	}
	s.begin(ctx, scope, st)
	return st.Accepted, false, nil
}

func (s *Service) check(in *Start) error {
	if len(in.Text) > s.Options.MaxText {
		return ErrTooLarge.Saying(fmt.Sprintf("The limit is %d bytes.", s.Options.MaxText))
	}
	if in.Params.Extra != nil || in.Params.Drop != nil {
		return ErrParams
	}
	if s.Parameters != nil && !s.Parameters() && !reflect.ValueOf(in.Params).IsZero() {
		return ErrParamsOff
	}
	if !utf8.ValidString(in.Text) {
		return ErrNotUTF8
	}
	in.Text = strings.ReplaceAll(in.Text, "\x00", "\ufffd") // PostgreSQL cannot keep it
	ways := 0
	for _, set := range []bool{in.Parent != nil, in.Edits != "", in.Regenerate != "", in.Continue != ""} {
		if set {
			ways++
		}
	}
	again := in.Regenerate != "" || in.Continue != ""
	if ways > 1 || again && (in.Text != "" || len(in.Files) > 0 || in.ID != "") {
		return ErrConflicting
	}
	if !again && strings.TrimSpace(in.Text) == "" && len(in.Files) == 0 {
		return ErrEmpty
	}
	for _, given := range []*chat.MessageID{&in.ID, &in.Edits, &in.Regenerate, &in.Continue} {
		if *given == "" {
			continue
		}
		canonical, err := id.Parse(string(*given))
		if err != nil {
			return err
		}
		*given = chat.MessageID(canonical)
	}
	return nil
}

// parent reads Parent: absent, null, or an id.
func (in Start) parent() (parent chat.MessageID, given bool, err error) {
	if in.Parent == nil {
		return "", false, nil
	}
	var text *string
	if err := json.Unmarshal(in.Parent, &text); err != nil {
		return "", true, id.ErrInvalid
	}
	if text == nil {
		return "", true, nil
	}
	canonical, err := id.Parse(*text)
	return chat.MessageID(canonical), true, err
}

// userParts makes the content of the user's message, files first; it refuses
// files that the model cannot read.
func (s *Service) userParts(ctx context.Context, tx *db.Tx, scope access.Scope, in Start, info llm.Info) ([]llm.Part, error) {
	var parts []llm.Part
	if len(in.Files) > 0 {
		files, err := s.Files.Attach(ctx, tx, scope, info, in.Files)
		if err != nil {
			return nil, err
		}
		for _, media := range files {
			kind := partTypeOf(media.MIME)
			if !reads(info, kind) {
				return nil, unread[kind].refusal
			}
			parts = append(parts, llm.Part{Type: kind, Media: &media})
		}
	}
	if in.Text != "" {
		parts = append(parts, llm.Part{Type: llm.PartText, Text: in.Text})
	}
	return parts, nil
}

// store is the one transaction of a start.
func (s *Service) store(ctx context.Context, scope access.Scope, chatID chat.ID, in Start, key, fingerprint string,
	st *started,
) (*started, error) {
	st.Turn, st.Chat = ID(id.New()), chatID
	st.options = options{Params: in.Params, Tools: in.Tools, Remote: in.Remote, Continue: in.Continue}
	err := s.DB.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		now := time.Now()
		if key != "" {
			if err := claimKey(ctx, tx, scope, key, fingerprint); err != nil {
				return err
			}
		}
		if err := s.openChat(ctx, tx, scope, st, in, now); err != nil {
			return err
		}
		if err := s.setUp(ctx, tx, scope, st, in); err != nil {
			return err
		}
		if err := s.place(ctx, tx, scope, st, in, now); err != nil {
			return err
		}
		opts, err := json.Marshal(st.options)
		if err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `INSERT INTO turns (id, chat_id, user_id, reply_id, model, status, node, options, started_at)
			VALUES ($1, $2, $3, $4, $5, 'running', $6, $7, $8)`, st.Turn, st.Chat, scope.User, st.Messages.Reply,
			in.Model, s.Options.Node, string(opts), db.Millis(now)); err != nil {
			return fmt.Errorf("store turn: %w", err)
		}
		if err := s.beginHooks(ctx, tx, scope, st); err != nil {
			return err
		}
		st.foreseen = expected(st.target, st.options, st.input())
		if st.grant, err = s.Ledger.Reserve(ctx, tx, st.entry(scope, in.Model), st.foreseen); err != nil {
			return err
		}
		if key == "" {
			return nil
		}
		return remember(ctx, tx, scope, key, st.Accepted)
	})
	return st, err
}

// beginHooks queues what runs beside the answer.
func (s *Service) beginHooks(ctx context.Context, tx *db.Tx, scope access.Scope, st *started) error {
	begun := Ended{
		Turn: st.Turn, Chat: st.Chat, User: scope.User, Reply: st.Messages.Reply, Model: st.target.Info.ID, Status: chat.StatusRunning,
		First: st.options.First, ModelTitles: st.target.ModelTitles, EarlyTitles: st.target.Titling.Early,
	}
	for _, hook := range s.Finish {
		if hook.Begins == nil || !hook.Begins(begun) {
			continue
		}
		if err := s.Jobs.Enqueue(ctx, tx, hook.Name, begun); err != nil {
			return err
		}
	}
	return nil
}

func (st *started) entry(scope access.Scope, model string) meter.Entry {
	return meter.Entry{User: scope.User, Chat: string(st.Chat), Turn: string(st.Turn), Model: model}
}

// openChat locks the chat, or creates it with its first turn.
func (s *Service) openChat(ctx context.Context, tx *db.Tx, scope access.Scope, st *started, in Start, now time.Time) error {
	err := chat.Touch(ctx, tx, scope, st.Chat, in.Model, now)
	if !fault.IsKind(err, fault.NotFound) {
		return err
	}
	if in.Regenerate != "" || in.Continue != "" || in.Edits != "" {
		return chat.ErrMessageNotFound
	}
	created, err := chat.Create(ctx, tx, scope, st.Chat, chat.FirstTitle(in.Text), in.Model, now)
	if err != nil || created {
		st.title, st.options.First = true, true
		return err
	}
	return chat.Touch(ctx, tx, scope, st.Chat, in.Model, now)
}

// place finds where the turn hangs in the tree and stores its messages there.
func (s *Service) place(ctx context.Context, tx *db.Tx, scope access.Scope, st *started, in Start, now time.Time) error {
	parent, err := s.findParent(ctx, tx, scope, st, in)
	if err != nil {
		return err
	}
	st.Messages.User = parent
	if in.Regenerate == "" && in.Continue == "" {
		st.Messages.User = in.ID
		if in.ID == "" {
			st.Messages.User = chat.MessageID(id.New())
		} else if err := claim(ctx, tx, scope, in.ID); err != nil {
			return err
		}
		st.parts, err = s.userParts(ctx, tx, scope, in, st.target.Info)
		if err != nil {
			return err
		}
		err = chat.Add(ctx, tx, scope, st.Chat, chat.Message{
			ID: st.Messages.User, Parent: orNull(parent), Role: llm.RoleUser, Status: chat.StatusComplete,
			Parts: st.parts, Edits: in.Edits, CreatedAt: now,
		})
		if err != nil {
			return err
		}
		parent = st.Messages.User
	}
	st.Messages.Reply = chat.MessageID(id.New())
	if err := chat.Add(ctx, tx, scope, st.Chat, chat.Message{
		ID: st.Messages.Reply, Parent: orNull(parent), Role: llm.RoleAssistant, Status: chat.StatusRunning,
		Model: in.Model, Turn: string(st.Turn), Continues: in.Continue, CreatedAt: now,
	}); err != nil {
		return err
	}
	return chat.SetLeaf(ctx, tx, scope, st.Chat, st.Messages.Reply)
}

// claim checks that the client's id for a message is free. An id of another
// user's message answers as if the chat were missing.
func claim(ctx context.Context, tx *db.Tx, scope access.Scope, given chat.MessageID) error {
	owner, err := chat.MessageOwner(ctx, tx, given)
	switch {
	case fault.IsKind(err, fault.NotFound):
		return nil
	case err != nil:
		return err
	case owner != scope.User:
		return chat.ErrMessageNotFound
	}
	return chat.ErrIDTaken
}

func (s *Service) findParent(ctx context.Context, tx *db.Tx, scope access.Scope, st *started, in Start) (chat.MessageID, error) {
	if st.title {
		parent, _, err := in.parent()
		if err == nil && parent != "" {
			err = chat.ErrMessageNotFound
		}
		return "", err
	}
	place, err := chat.Look(ctx, tx, scope, st.Chat)
	if err != nil {
		return "", err
	}
	parent, given, err := in.parent()
	if err != nil {
		return "", err
	}
	switch {
	case in.Edits != "":
		parent, err = s.replaced(ctx, tx, scope, st.Chat, place, in.Edits, llm.RoleUser)
	case in.Regenerate != "":
		parent, err = s.replaced(ctx, tx, scope, st.Chat, place, in.Regenerate, llm.RoleAssistant)
	case in.Continue != "":
		parent = in.Continue
		_, err = s.replaced(ctx, tx, scope, st.Chat, place, in.Continue, llm.RoleAssistant)
	case !given:
		c, e := chat.Get(ctx, tx, scope, st.Chat)
		parent, err = place.End(c.Leaf()), e
	case parent != "" && !place.Has(parent):
		err = chat.ErrMessageNotFound
	}
	if err != nil {
		return "", err
	}
	if !place.IsFree(parent) {
		return "", chat.ErrRunning
	}
	st.history = place.Size(parent)
	return parent, nil
}

// replaced returns the parent of a message that has to have a role.
func (s *Service) replaced(ctx context.Context, tx *db.Tx, scope access.Scope, chatID chat.ID, place *chat.Place, m chat.MessageID, role llm.Role) (chat.MessageID, error) {
	if !place.Has(m) {
		return "", chat.ErrMessageNotFound
	}
	old, err := chat.GetMessage(ctx, tx, scope, chatID, m)
	if err != nil {
		return "", err
	}
	if old.Role != role {
		return "", ErrConflicting
	}
	return place.Parent(m), nil
}

// fingerprintOf tells two requests with the same key apart.
func fingerprintOf(chatID chat.ID, in Start) (string, error) {
	b, err := json.Marshal(struct {
		Chat chat.ID
		Start
	}{chatID, in})
	if err != nil {
		return "", fmt.Errorf("fingerprint: %w", err)
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:]), nil
}
