// Package title gives a new chat a title that its model writes after the first
// answer, or beside it. Where the provider's models do not write titles, the first words of
// the first message stay.
package title

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"parley/internal/access"
	"parley/internal/chat"
	"parley/internal/feature"
	"parley/internal/identity"
	"parley/internal/kit/db"
	"parley/internal/kit/fault"
	"parley/internal/llm"
	"parley/internal/meter"
	"parley/internal/turn"
)

// Models finds the model that writes the title.
type Models interface {
	Resolve(ctx context.Context, user identity.UserID, model string) (llm.Target, error)
}

// Deps are what the feature needs.
type Deps struct {
	DB     *db.DB
	Chats  *chat.Service
	Models Models
	// Writer finds a model that an administrator named to write titles.
	Writer func(ctx context.Context, user identity.UserID, model string) (llm.Target, error)
	Ledger *meter.Service
}

// Service is the feature.
type Service struct{ Deps }

// New returns the feature.
func New(d Deps) *Service {
	if d.Writer == nil && d.Models != nil {
		d.Writer = d.Models.Resolve
	}
	return &Service{d}
}

// Spec describes the feature. It keeps nothing of its own: a title belongs to
// its chat.
func (s *Service) Spec() feature.Spec {
	return feature.Spec{Name: "title", Finish: turn.FinishHook{Wants: wants, Begins: begins, Run: s.write}}
}

func wants(ended turn.Ended) bool {
	return ended.First && ended.ModelTitles && !ended.EarlyTitles && ended.Status == chat.StatusComplete
}

func begins(begun turn.Ended) bool { return begun.First && begun.ModelTitles && begun.EarlyTitles }

const (
	// longest is the number of characters of a title.
	longest = 80
	// shown is the number of characters of each message that the model reads.
	shown = 2000
	// budget is the most tokens that a title may take, thoughtful what it may take
	// where the model reasons, which counts too.
	budget, thoughtful = 400, 4000
	// mostText is the most bytes that are read of a model that keeps to no
	// budget.
	mostText = 4 << 10
)

const instruction = `Write a title for the conversation below: at most six words, in the language of the conversation,
naming its subject. No quotation marks, no full stop, nothing but the title.`

// write asks the model for a title. A user who has named the chat meanwhile is
// not overruled.
func (s *Service) write(ctx context.Context, ended turn.Ended) error {
	scope := access.Scope{User: ended.User}
	if c, err := chat.Get(ctx, s.DB, scope, ended.Chat); fault.IsKind(err, fault.NotFound) || c.TitleSource == chat.TitleUser {
		return nil // deleted or named meanwhile
	}
	path, err := chat.Path(ctx, s.DB, scope, ended.Chat, ended.Reply)
	if err != nil {
		return err
	}
	if len(path) == 0 {
		return nil // the messages were deleted
	}
	target, err := s.Models.Resolve(ctx, ended.User, ended.Model)
	if fault.IsKind(err, fault.NotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	text, err := s.ask(ctx, ended, s.writer(ctx, ended.User, target), question(path, target.Titling))
	if err != nil {
		return err
	}
	title := tidy(text)
	if title == "" {
		return nil
	}
	_, err = s.Chats.Rename(ctx, scope, ended.Chat, title, chat.TitleModel)
	if fault.IsKind(err, fault.NotFound) {
		return nil
	}
	return err
}

// writer is the model that writes the title: the one that the administrator
// chose for that, if it is to be had, else the chat's own.
func (s *Service) writer(ctx context.Context, user identity.UserID, own llm.Target) llm.Target {
	t := own.Titling
	if t.Model == "" {
		return own
	}
	chosen, err := s.Writer(ctx, user, cmp.Or(t.Provider, own.Provider)+"/"+t.Model)
	if err != nil {
		return own
	}
	return chosen
}

// asked is what a model is asked for a title: instructions, and what they are
// about.
type asked struct{ system, text string }

// question asks for a title in the administrator's words, if there are any.
func question(path []chat.Message, t llm.Titling) asked {
	q := inWords(path, t)
	if t.Plain && q.system != "" {
		return asked{"", q.system + "\n\n" + q.text}
	}
	return q
}

func inWords(path []chat.Message, t llm.Titling) asked {
	text := conversation(path, t.Template)
	if t.Prompt == "" {
		return asked{instruction, text}
	}
	if strings.Contains(t.Prompt, "{convo}") {
		return asked{"", strings.ReplaceAll(t.Prompt, "{convo}", text)}
	}
	return asked{t.Prompt, text}
}

// conversation lays out what was said, by a template with {input} and {output}
// if there is one.
func conversation(path []chat.Message, template string) string {
	if strings.Contains(template, "{input}") && strings.Contains(template, "{output}") {
		said := map[llm.Role]string{}
		for _, m := range path {
			said[m.Role] = cut(m.Text(), shown)
		}
		return strings.NewReplacer("{input}", said[llm.RoleUser], "{output}", said[llm.RoleAssistant]).Replace(template)
	}
	var b strings.Builder
	for _, m := range path {
		if text := cut(m.Text(), shown); text != "" { // the answer may not be there yet
			fmt.Fprintf(&b, "%s: %s\n\n", m.Role, text)
		}
	}
	return b.String()
}

func cut(s string, n int) string {
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	return string([]rune(s)[:n])
}

// ask asks the model with as little reasoning as it knows, and once more, as it
// likes, if it would not have that or spent all on its thoughts.
func (s *Service) ask(ctx context.Context, ended turn.Ended, target llm.Target, about asked) (string, error) {
	params, most := target.Params, budget
	if target.Info.Reasoning {
		most = thoughtful
	}
	params.MaxTokens = &most
	if levels := target.Info.Levels; len(levels) > 0 {
		params.Effort, params.ReasoningTokens = levels[0], nil
	}
	text, reason, err := s.call(ctx, ended, target, about, params)
	refused := err != nil && llm.AsError(err).Kind == llm.ErrBadRequest && params.Effort != target.Params.Effort
	if refused || err == nil && reason == llm.FinishLength && strings.TrimSpace(text) == "" {
		most = thoughtful
		params.Effort, params.ReasoningTokens = target.Params.Effort, target.Params.ReasoningTokens
		text, _, err = s.call(ctx, ended, target, about, params)
	}
	if errors.Is(err, meter.ErrBudget) {
		return "", nil // the first words of the chat have to do
	}
	return text, err
}

// call makes one model call, with a ledger entry of its own.
func (s *Service) call(
	ctx context.Context, ended turn.Ended, target llm.Target, about asked, params llm.Params,
) (text string, reason llm.FinishReason, err error) {
	request := llm.Request{
		Model: target.Info.Name, System: about.system, Params: params,
		Messages: []llm.Message{{Role: llm.RoleUser, Parts: []llm.Part{{Type: llm.PartText, Text: about.text}}}},
		Origin:   llm.Origin{Chat: string(ended.Chat)},
	}
	entry := meter.Entry{User: ended.User, Chat: string(ended.Chat), Model: target.Info.ID, Purpose: meter.ForTitle}
	var b strings.Builder
	for event, err := range s.Ledger.Call(ctx, entry, target, request) {
		if err != nil {
			return b.String(), "", err
		}
		switch event.Kind {
		case llm.EventText:
			b.WriteString(event.Text)
		case llm.EventFinish:
			reason = event.Reason
		default:
		}
		if b.Len() > mostText {
			break // a title stands at the beginning, if anywhere
		}
	}
	return b.String(), reason, nil
}
