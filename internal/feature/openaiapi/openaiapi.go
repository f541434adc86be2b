// Package openaiapi offers Parley's models to other programs in the form that
// they know from OpenAI: the list of models, Chat Completions and Responses,
// streamed and not, with the caller's own tools.
//
// Nothing of it is stored as a chat, and no tool of Parley's is run. Calls count
// against the same budgets, limits and ledger as those of chats.
//
// Source: OpenAI API reference, "Models", "Chat", "Responses", "Error codes".
package openaiapi

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"parley/internal/access"
	"parley/internal/feature"
	"parley/internal/identity"
	"parley/internal/kit/fault"
	"parley/internal/kit/rest"
	"parley/internal/kit/seal"
	"parley/internal/llm"
	"parley/internal/meter"
	"parley/internal/turn"
)

// Prefix is where the paths of this form begin.
const Prefix = "/v1/"

// maxBody bounds a request in bytes: it may hold images.
const maxBody = 48 << 20

// Models knows the models.
type Models interface {
	// Resolve finds a model by "provider/model".
	Resolve(ctx context.Context, user identity.UserID, model string) (llm.Target, error)
	// Offered lists what a user may choose from.
	Offered(ctx context.Context, user identity.UserID) []llm.Offer
}

// Deps are what the feature needs.
type Deps struct {
	Models Models
	Ledger *meter.Service
	// Box seals the reasoning that callers keep for the next step.
	Box *seal.Box
	// Prepare may change a call before it is made, as it does those of turns.
	Prepare turn.PrepareHook
	// Hold counts an answer against the limit of those that a user may have
	// written at once; see turn.Service.Hold.
	Hold func(ctx context.Context, user identity.UserID) (release func(), err error)
	// Bound returns a context that ends with the sign-in of a caller.
	Bound func(context.Context) (context.Context, context.CancelFunc)
	// MaxAnswer is the longest answer, in bytes.
	MaxAnswer int
}

// Service answers the routes below /v1.
type Service struct {
	Deps
	router *rest.Router
}

// New returns the service.
func New(deps Deps) *Service { return &Service{Deps: deps} }

// Spec says what the feature holds.
func (s *Service) Spec() feature.Spec { return feature.Spec{Name: "openaiapi", Routes: s.routes} }

// guard leaves the refusal of strangers to [Service.serve], which makes it in the
// form that the callers read.
var guard = rest.Guard{
	Name:  "signed in, refused in OpenAI's form",
	Check: func(context.Context, func(string) string) error { return nil },
}

func (s *Service) routes(r *rest.Router) {
	s.router = r
	fails := rest.Fails[refusal]()
	rest.Raw(r, "GET /v1/models", guard, s.serve(s.listModels), fails, rest.Answers[modelList](http.StatusOK), rest.Summary("List models, in OpenAI's form"))
	rest.Raw(r, "GET /v1/models/{model...}", guard, s.serve(s.showModel), fails, rest.Answers[modelEntry](http.StatusOK), rest.Summary("Show a model, in OpenAI's form"))
	rest.Raw(r, "POST /v1/chat/completions", guard, s.serve(s.completions), rest.MaxBody(maxBody), fails, rest.Summary("Chat Completions, in OpenAI's form"))
	rest.Raw(r, "POST /v1/responses", guard, s.serve(s.responses), rest.MaxBody(maxBody), fails, rest.Summary("Responses, in OpenAI's form"))
}

// serve makes every error of a handler one in OpenAI's form.
func (s *Service) serve(handle func(http.ResponseWriter, *http.Request, identity.UserID) error) func(http.ResponseWriter, *http.Request) error {
	return func(w http.ResponseWriter, r *http.Request) error {
		err := access.SignedIn.Check(r.Context(), nil)
		who, _ := identity.From(r.Context())
		if err == nil {
			err = handle(w, r, who.User)
		}
		if err != nil {
			s.Refuse(w, r, err)
		}
		return nil
	}
}

// modelList is the list of models.
type modelList struct {
	Object string       `json:"object"`
	Data   []modelEntry `json:"data"`
}

// modelEntry is one model of the list.
type modelEntry struct {
	ID      string `json:"id"`
	Object  string `json:"object"`
	Created int64  `json:"created"`
	OwnedBy string `json:"owned_by"`
	// Name and what follows go beyond OpenAI's form.
	Name          string `json:"name"`
	ContextLength int    `json:"context_length,omitempty"`
}

// listedSince is the time of birth that models are said to have: nobody knows
// the true one, and the form wants one.
var listedSince = time.Date(2024, time.January, 1, 0, 0, 0, 0, time.UTC).Unix()

func entryOf(provider string, m llm.Info) modelEntry {
	return modelEntry{ID: m.ID, Object: "model", Created: listedSince, OwnedBy: provider, Name: m.Label, ContextLength: m.Context}
}

func (s *Service) listModels(w http.ResponseWriter, r *http.Request, user identity.UserID) error {
	list := modelList{Object: "list", Data: []modelEntry{}}
	for _, offer := range s.Models.Offered(r.Context(), user) {
		for _, m := range offer.Models {
			list.Data = append(list.Data, entryOf(offer.Name, m))
		}
	}
	return reply(w, list)
}

func (s *Service) showModel(w http.ResponseWriter, r *http.Request, user identity.UserID) error {
	target, err := s.find(r.Context(), user, r.PathValue("model"))
	if err != nil {
		return err
	}
	return reply(w, entryOf(target.Provider, target.Info))
}

// find resolves a model by its full name, or by its own where only one provider
// has it.
func (s *Service) find(ctx context.Context, user identity.UserID, name string) (llm.Target, error) {
	target, err := s.Models.Resolve(ctx, user, name)
	if !fault.IsKind(err, fault.NotFound) {
		return target, err
	}
	found := ""
	for _, offer := range s.Models.Offered(ctx, user) {
		for _, m := range offer.Models {
			if !strings.EqualFold(m.Name, name) {
				continue
			}
			if found != "" {
				return llm.Target{}, ErrAmbiguous.Saying("Write " + found + " or " + m.ID + ".")
			}
			found = m.ID
		}
	}
	if found == "" {
		return llm.Target{}, err
	}
	return s.Models.Resolve(ctx, user, found)
}

// answer makes the model call of a request and has its events written.
func (s *Service) answer(r *http.Request, user identity.UserID, model string, request llm.Request, write func(model string) writer) error {
	target, err := s.find(r.Context(), user, model)
	if err != nil {
		return err
	}
	if err := reachable(target, request); err != nil {
		return err
	}
	release, err := s.Hold(r.Context(), user)
	if err != nil {
		return err
	}
	defer release()
	ctx, free := s.Bound(r.Context())
	defer free()
	request.Model = target.Info.Name
	request.Params = request.Params.Over(target.Params)
	request.Cache = true
	call := turn.Call{User: user, Target: target, Request: request}
	if s.Prepare != nil {
		if err := s.Prepare(ctx, &call); err != nil {
			return err
		}
	}
	out := keepAlive(&bounded{writer: write(target.Info.ID), request: call.Request, room: s.MaxAnswer})
	defer out.stop()
	entry := meter.Entry{User: user, Model: target.Info.ID, Purpose: meter.ForAPI}
	for event, err := range s.Ledger.Call(ctx, entry, target, call.Request) {
		if err != nil {
			if ctx.Err() != nil && r.Context().Err() == nil {
				err = access.ErrUnauthenticated // the key was revoked meanwhile
			}
			return out.fail(err)
		}
		if !out.take(event) {
			return nil
		}
	}
	return nil
}

// reachable keeps a model server of ours from fetching addresses that callers
// name: it stands where they do not.
func reachable(target llm.Target, request llm.Request) error {
	if !target.Info.Local {
		return nil
	}
	for _, m := range request.Messages {
		for _, part := range m.Parts {
			if part.Media != nil && part.Media.URL != "" {
				return bad("messages", "A local model is sent images and files as data URLs.")
			}
		}
	}
	return nil
}

// reply answers with a value.
func reply(w http.ResponseWriter, value any) error {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	_ = json.NewEncoder(w).Encode(value) // the client is gone if this fails
	return nil
}
