// Package usage shows what model calls took and cost: to users their own, to
// administrators everyone's, as sums by day, model and user and as CSV; and it
// lets administrators set budgets.
//
// It only reads the ledger, and holds no rules of its own: what a budget allows
// is decided in package meter.
package usage

import (
	"context"
	"io"
	"time"

	"parley/internal/access"
	"parley/internal/feature"
	"parley/internal/identity"
	"parley/internal/kit/db"
	"parley/internal/kit/rest"
	"parley/internal/llm"
	"parley/internal/meter"
)

// Models finds a model, to tell how large its context is.
type Models interface {
	Resolve(ctx context.Context, user identity.UserID, model string) (llm.Target, error)
}

// People finds users, to name them.
type People interface {
	User(ctx context.Context, user identity.UserID) (identity.User, error)
	ListUsers(ctx context.Context, after identity.UserID, limit int) ([]identity.User, error)
}

// Deps are what the feature needs.
type Deps struct {
	DB     *db.DB
	Ledger *meter.Service
	Models Models
	People People
	Guards *access.Guards
}

// Service is the feature.
type Service struct{ Deps }

// New returns the feature.
func New(d Deps) *Service { return &Service{d} }

// Spec describes the feature.
func (s *Service) Spec() feature.Spec {
	return feature.Spec{
		Name: "usage", Routes: s.routes,
		Export: func(ctx context.Context, user identity.UserID, w io.Writer) error {
			return meter.Export(ctx, s.DB, user, w)
		},
	}
}

func (s *Service) routes(r *rest.Router) {
	rest.Handle(r, "GET /api/usage", access.SignedIn, s.own, rest.Summary("What my model calls took, by day and model"))
	rest.Raw(r, "GET /api/usage/csv", access.SignedIn, s.ownCSV, rest.Summary("What my model calls took, as CSV"))
	rest.Handle(r, "GET /api/usage/limits", access.SignedIn, s.limits, rest.Summary("How my budgets stand"))
	rest.Handle(r, "GET /api/usage/chats/{chat}", s.Guards.Owns("chat", "chat"), s.ofChat,
		rest.Summary("What a chat took so far, and how full its model's context is"))
	rest.Handle(r, "GET /api/usage/all", access.Admin, s.all, rest.Summary("What everyone's model calls took"))
	rest.Raw(r, "GET /api/usage/all/csv", access.Admin, s.allCSV, rest.Summary("What everyone's model calls took, as CSV"))
	rest.Handle(r, "GET /api/usage/people/{user}", access.Admin, s.ofPerson, rest.Summary("How the budgets stand that hold for a user"))
	rest.Handle(r, "GET /api/usage/budgets", access.Admin, s.listBudgets, rest.Summary("List the budgets, and how they stand"))
	rest.Handle(r, "POST /api/usage/budgets", access.Admin, s.addBudget, rest.Summary("Make a budget"))
	rest.Handle(r, "PATCH /api/usage/budgets/{budget}", access.Admin, s.changeBudget, rest.Summary("Change a budget"))
	rest.Handle(r, "DELETE /api/usage/budgets/{budget}", access.Admin, s.deleteBudget, rest.Summary("Delete a budget"))
	rest.Handle(r, "POST /api/usage/budgets/{budget}/grants", access.Admin, s.grant,
		rest.Summary("Allow more, or less, in the period that runs"))
}

// Span is the range of days that is asked for.
type Span struct {
	From string `query:"from" doc:"First day, as 2026-11-01; by default so many days are shown as days says"`
	To   string `query:"to" doc:"Last day; today by default. Days are those of the server's time zone"`
	Days int    `query:"days" minimum:"1" maximum:"366" default:"30"`
}

type allIn struct {
	Span
	User string `query:"user" doc:"Only this user's"`
}

// Share is what one model or day took.
type Share struct {
	Name string `json:"name"`
	meter.Sum
}

// Day is what one day took, by model.
type Day struct {
	Day    string    `json:"day" doc:"As 2026-11-22"`
	Total  meter.Sum `json:"total"`
	Models []Share   `json:"models"`
}

// Person is a user by id and name.
type Person struct {
	ID    identity.UserID `json:"id"`
	Name  string          `json:"name"`
	Email string          `json:"email"`
}

// PersonShare is what one user took.
type PersonShare struct {
	Person
	meter.Sum
}

// Report is what was used in a span of days.
type Report struct {
	From   string        `json:"from"`
	To     string        `json:"to"`
	Total  meter.Sum     `json:"total"`
	Days   []Day         `json:"days"`
	Models []Share       `json:"models"`
	Users  []PersonShare `json:"users,omitempty" doc:"For administrators"`
}

func (s *Service) own(ctx context.Context, in *Span) (Report, error) {
	return s.of(ctx, *in, access.ScopeOf(ctx).User)
}

// of reports on one user.
func (s *Service) of(ctx context.Context, in Span, user identity.UserID) (Report, error) {
	span, err := s.Ledger.Span(in.From, in.To, in.Days)
	if err != nil {
		return Report{}, err
	}
	uses, err := meter.UsesOf(ctx, s.DB, span, user)
	return report(span, uses), err
}

func (s *Service) all(ctx context.Context, in *allIn) (Report, error) {
	if in.User != "" {
		return s.of(ctx, in.Span, identity.UserID(in.User))
	}
	span, err := s.Ledger.Span(in.From, in.To, in.Days)
	if err != nil {
		return Report{}, err
	}
	uses, err := meter.UsesOfAll(ctx, s.DB, span)
	if err != nil {
		return Report{}, err
	}
	users, err := meter.Users(ctx, s.DB, span)
	if err != nil {
		return Report{}, err
	}
	people, err := s.people(ctx)
	if err != nil {
		return Report{}, err
	}
	r := report(span, uses)
	r.Users = []PersonShare{}
	for _, share := range users {
		r.Users = append(r.Users, PersonShare{Person: people[identity.UserID(share.Name)], Sum: share.Sum})
	}
	return r, nil
}

func report(span meter.Span, uses []meter.Use) Report {
	r := Report{
		From: span.From.Format(time.DateOnly), To: span.To.Format(time.DateOnly), Total: meter.Total(uses), Models: byModel(uses),
	}
	byDay := map[string][]meter.Use{}
	for _, u := range uses {
		byDay[u.Day] = append(byDay[u.Day], u)
	}
	for _, day := range span.Days() {
		name := day.Format(time.DateOnly)
		r.Days = append(r.Days, Day{Day: name, Total: meter.Total(byDay[name]), Models: byModel(byDay[name])})
	}
	return r
}

func byModel(uses []meter.Use) []Share {
	shares := []Share{}
	for _, share := range meter.ByModel(uses) {
		shares = append(shares, Share(share))
	}
	return shares
}

// people returns all users by id. The ledger of one who is gone is gone, too,
// but for what was written in between.
func (s *Service) people(ctx context.Context) (map[identity.UserID]Person, error) {
	const batch = 500
	all := map[identity.UserID]Person{}
	for after := identity.UserID(""); ; {
		users, err := s.People.ListUsers(ctx, after, batch)
		if err != nil {
			return nil, err
		}
		for _, u := range users {
			all[u.ID] = Person{ID: u.ID, Name: u.Name, Email: u.Email}
			after = u.ID
		}
		if len(users) < batch {
			return all, nil
		}
	}
}

// Context is how full the context of a chat's model is.
type Context struct {
	Model string `json:"model"`
	Used  int64  `json:"used" doc:"Tokens of the last request and its answer"`
	Size  int    `json:"size" doc:"Tokens; 0 is unknown"`
}

// OfChat is what a chat took so far.
type OfChat struct {
	Total   meter.Sum `json:"total"`
	Context *Context  `json:"context" doc:"null before the first answer"`
	Limits  []Limit   `json:"limits" doc:"How my budgets stand"`
}

type chatIn struct {
	Chat string `path:"chat"`
	Turn string `query:"turn" doc:"The turn whose context is meant; the last one by default"`
}

func (s *Service) ofChat(ctx context.Context, in *chatIn) (OfChat, error) {
	user := access.ScopeOf(ctx).User
	sum, fill, err := meter.OfChat(ctx, s.DB, user, in.Chat, in.Turn)
	if err != nil {
		return OfChat{}, err
	}
	limits, err := s.limits(ctx, nil)
	if err != nil {
		return OfChat{}, err
	}
	out := OfChat{Total: sum, Limits: limits.Items}
	if fill.Model != "" {
		out.Context = &Context{Model: fill.Model, Used: fill.Tokens}
		if target, err := s.Models.Resolve(ctx, user, fill.Model); err == nil { // a model that is gone has no size
			out.Context.Size = target.Info.Context
		}
	}
	return out, nil
}
