package chat

import (
	"context"
	"strings"

	"parley/internal/access"
	"parley/internal/kit/page"
	"parley/internal/kit/rest"
)

// Detail is a chat with the path that its user looks at.
type Detail struct {
	Chat
	Leaf *MessageID  `json:"leaf"`
	Path []MessageID `json:"path"`
	// Options are how its answers are asked for.
	Options Options `json:"options"`
}

type byID struct {
	Chat ID `path:"chat"`
}

type messageByID struct {
	Chat    ID        `path:"chat"`
	Message MessageID `path:"message"`
	Branch  bool      `query:"branch" doc:"Delete all that follows too"`
}

type listInput struct {
	Limit  int    `query:"limit" default:"50" minimum:"1" maximum:"200"`
	Cursor string `query:"cursor"`
	Filter string `query:"q" maxLength:"200" doc:"Keep chats whose title holds this"`
}

type patchInput struct {
	Chat ID `path:"chat"`
	Body struct {
		Title   *string    `json:"title,omitempty"`
		Leaf    *MessageID `json:"leaf,omitempty"`
		Options *Options   `json:"options,omitempty"`
	}
}

// Routes registers the routes of chats and messages.
func (s *Service) Routes(r *rest.Router, guards *access.Guards) {
	own := guards.Owns("chat", "chat")
	rest.Handle(r, "GET /api/chats", access.SignedIn, s.list, rest.Summary("List chats, newest activity first"))
	rest.Handle(r, "GET /api/chats/{chat}", own, s.get, rest.Summary("Get a chat and its current path"))
	rest.Handle(r, "PATCH /api/chats/{chat}", own, s.patch, rest.Summary("Rename a chat, switch its path or set its parameters"))
	rest.Handle(r, "DELETE /api/chats/{chat}", own, s.remove, rest.Summary("Delete a chat"))
	rest.Handle(r, "POST /api/chats/{chat}/restore", own, s.restore, rest.Summary("Bring a deleted chat back"))
	rest.Handle(r, "POST /api/chats/{chat}/seen", own, s.see, rest.Summary("Note that a chat was looked at: nothing in it is unread"))
	rest.Handle(r, "GET /api/chats/{chat}/messages", own, s.messages, rest.Summary("List the whole tree of messages"))
	rest.Handle(r, "DELETE /api/chats/{chat}/messages/{message}", own, s.removeMessage, rest.Summary("Delete a message or a branch"))
	rest.Handle(r, "POST /api/chats/{chat}/messages/{message}/restore", own, s.restoreMessage, rest.Summary("Bring deleted messages back"))
}

func (s *Service) list(ctx context.Context, in *listInput) (page.Page[Chat], error) {
	after, err := page.Parse[int64](in.Cursor)
	if err != nil {
		return page.Page[Chat]{}, err
	}
	limit := page.Limit(in.Limit, 50, 200)
	chats, err := list(ctx, s.db, access.ScopeOf(ctx), strings.TrimSpace(in.Filter), after, limit+1)
	return page.Of(chats, limit, Chat.place), err
}

func (s *Service) get(ctx context.Context, in *byID) (Detail, error) {
	scope := access.ScopeOf(ctx)
	c, err := Get(ctx, s.db, scope, in.Chat)
	if err != nil {
		return Detail{}, err
	}
	t, err := loadTree(ctx, s.db, scope, in.Chat)
	if err != nil {
		return Detail{}, err
	}
	options, err := optionsOf(ctx, s.db, scope, in.Chat)
	if err != nil {
		return Detail{}, err
	}
	d := Detail{Chat: c, Path: t.path((&Place{t}).End(c.leaf)), Options: options}
	if d.Path == nil {
		d.Path = []MessageID{}
	} else {
		d.Leaf = &d.Path[len(d.Path)-1]
	}
	return d, nil
}

func (s *Service) patch(ctx context.Context, in *patchInput) (Detail, error) {
	scope := access.ScopeOf(ctx)
	if in.Body.Title != nil {
		if _, err := s.Rename(ctx, scope, in.Chat, *in.Body.Title, TitleUser); err != nil {
			return Detail{}, err
		}
	}
	if in.Body.Leaf != nil {
		if _, err := s.Look(ctx, scope, in.Chat, *in.Body.Leaf); err != nil {
			return Detail{}, err
		}
	}
	if in.Body.Options != nil {
		if err := s.SetOptions(ctx, scope, in.Chat, *in.Body.Options); err != nil {
			return Detail{}, err
		}
	}
	return s.get(ctx, &byID{Chat: in.Chat})
}

func (s *Service) remove(ctx context.Context, in *byID) (rest.None, error) {
	return rest.None{}, s.Delete(ctx, access.ScopeOf(ctx), in.Chat)
}

func (s *Service) restore(ctx context.Context, in *byID) (Chat, error) {
	return s.Restore(ctx, access.ScopeOf(ctx), in.Chat)
}

func (s *Service) see(ctx context.Context, in *byID) (rest.None, error) {
	return rest.None{}, s.See(ctx, access.ScopeOf(ctx), in.Chat)
}

func (s *Service) messages(ctx context.Context, in *byID) (page.Page[Message], error) {
	scope := access.ScopeOf(ctx)
	if _, err := Get(ctx, s.db, scope, in.Chat); err != nil {
		return page.Page[Message]{}, err
	}
	all, err := Messages(ctx, s.db, scope, in.Chat)
	return page.Page[Message]{Items: all}, err
}

func (s *Service) removeMessage(ctx context.Context, in *messageByID) (rest.None, error) {
	return rest.None{}, s.DeleteMessage(ctx, access.ScopeOf(ctx), in.Chat, in.Message, in.Branch)
}

func (s *Service) restoreMessage(ctx context.Context, in *messageByID) (page.Page[Message], error) {
	all, err := s.RestoreMessage(ctx, access.ScopeOf(ctx), in.Chat, in.Message)
	return page.Page[Message]{Items: all}, err
}
