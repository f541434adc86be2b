package turn

import (
	"context"
	"net/http"
	"time"

	"parley/internal/access"
	"parley/internal/chat"
	"parley/internal/identity"
	"parley/internal/kit/rest"
)

// jsonGrowth is how many times longer a text can get as JSON: a character of
// one byte may be written \u0000. The limit on a message is on the text.
const jsonGrowth = 6

type startInput struct {
	Chat chat.ID `path:"chat"`
	Key  string  `header:"Idempotency-Key" maxLength:"200" doc:"A replay within 24 hours gives the same answer and starts nothing"`
	Body Start
}

type byID struct {
	Turn ID `path:"turn"`
}

type decideInput struct {
	Turn ID `path:"turn"`
	Body struct {
		Call     string   `json:"call" minLength:"1" doc:"Id of the tool call"`
		Decision Decision `json:"decision" enum:"once,always,deny,never"`
	}
}

// View is a turn as clients see it.
type View struct {
	ID        ID             `json:"id"`
	Chat      chat.ID        `json:"chat"`
	Status    chat.Status    `json:"status" enum:"running,waiting,complete,stopped,interrupted,failed"`
	Message   chat.MessageID `json:"message"`
	Model     string         `json:"model"`
	StartedAt time.Time      `json:"startedAt"`
	EndedAt   *time.Time     `json:"endedAt"`
	LastSeq   int64          `json:"lastSeq"`
}

// StatusView is the status of a turn after a request to change it.
type StatusView struct {
	Status chat.Status `json:"status" enum:"running,waiting,complete,stopped,interrupted,failed"`
}

// Routes registers the routes of turns.
func (s *Service) Routes(r *rest.Router, guards *access.Guards) {
	own := guards.Owns("turn", "turn")
	rest.Handle(r, "POST /api/chats/{chat}/turns", guards.OwnsOrNew("chat", "chat"), s.start,
		rest.Status(http.StatusAccepted), rest.MaxBody(jsonGrowth*int64(s.Options.MaxText)+(256<<10)),
		rest.Summary("Send a message and have it answered"))
	rest.Handle(r, "GET /api/turns/{turn}", own, s.view, rest.Summary("Get the state of a turn"))
	rest.Raw(r, "GET /api/turns/{turn}/events", own, s.stream, rest.Summary("Follow a turn as server-sent events"))
	rest.Handle(r, "POST /api/turns/{turn}/stop", own, s.stop, rest.Status(http.StatusAccepted), rest.Summary("Stop a turn"))
	rest.Handle(r, "POST /api/turns/{turn}/approvals", own, s.decide, rest.Status(http.StatusAccepted),
		rest.Summary("Answer a tool call that waits"))
}

// Owner is the resolver of turns for package access.
func (s *Service) Owner(ctx context.Context, id string) (identity.UserID, error) {
	var owner identity.UserID
	err := s.DB.QueryRow(ctx, `SELECT user_id FROM turns WHERE id = $1`, id).Scan(&owner)
	if err != nil {
		return "", notFound(err)
	}
	return owner, nil
}

func (s *Service) start(ctx context.Context, in *startInput) (Accepted, error) {
	accepted, replayed, err := s.Start(ctx, access.ScopeOf(ctx), in.Chat, in.Body, in.Key)
	if replayed {
		rest.SetHeader(ctx, "Idempotency-Replayed", "true")
	}
	return accepted, err
}

func (s *Service) view(ctx context.Context, in *byID) (View, error) {
	t, err := getTurn(ctx, s.DB, access.ScopeOf(ctx), in.Turn)
	if err != nil {
		return View{}, err
	}
	v := View{ID: t.id, Chat: t.chat, Status: t.status, Message: t.reply, Model: t.model, StartedAt: t.startedAt, LastSeq: t.lastSeq}
	if !t.endedAt.IsZero() {
		v.EndedAt = &t.endedAt
	}
	if l := s.get(t.id); l != nil {
		v.LastSeq = l.last()
	}
	return v, nil
}

func (s *Service) stop(ctx context.Context, in *byID) (StatusView, error) {
	status, err := s.Stop(ctx, access.ScopeOf(ctx), in.Turn)
	return StatusView{Status: status}, err
}

func (s *Service) decide(ctx context.Context, in *decideInput) (StatusView, error) {
	scope := access.ScopeOf(ctx)
	if err := s.Decide(ctx, scope, in.Turn, in.Body.Call, in.Body.Decision); err != nil {
		return StatusView{}, err
	}
	t, err := getTurn(ctx, s.DB, scope, in.Turn)
	return StatusView{Status: t.status}, err
}
