package tool

import (
	"context"
	"io"

	"parley/internal/access"
	"parley/internal/identity"
	"parley/internal/kit/db"
	"parley/internal/kit/fault"
	"parley/internal/kit/rest"
)

// Faults of the routes.
var (
	ErrNotFound = fault.New(fault.NotFound, "tool_not_found", "There is no such tool.")
	ErrFixed    = fault.New(fault.Invalid, "approval_fixed", "This tool runs without asking, so there is nothing to choose.")
)

// Service shows users their tools and keeps their choices.
type Service struct {
	db        *db.DB
	source    Source
	approvals Approvals
}

// New returns the service over every tool that source offers.
func New(d *db.DB, source Source) *Service { return &Service{db: d, source: source} }

// View is a tool as its user sees it.
type View struct {
	Name        string   `json:"name"`
	Label       string   `json:"label"`
	Description string   `json:"description"`
	Approval    Approval `json:"approval" enum:"none,ask,always,never"`
	// Reason is what an administrator says where it asks.
	Reason string `json:"reason,omitempty"`
}

type list struct {
	Items []View `json:"items"`
}

type choice struct {
	Tool string `path:"tool"`
	Body struct {
		Approval Approval `json:"approval" enum:"ask,always,never"`
	}
}

// Routes registers the routes below /api/tools.
func (s *Service) Routes(r *rest.Router) {
	rest.Handle(r, "GET /api/tools", access.SignedIn, s.list, rest.Summary("List the tools that models may use"))
	rest.Handle(r, "PUT /api/tools/{tool}/approval", access.SignedIn, s.choose, rest.Summary("Choose whether a tool asks before it runs"))
}

// Erase deletes all choices of user.
func (s *Service) Erase(ctx context.Context, user identity.UserID) error {
	return s.approvals.Erase(ctx, s.db, user)
}

// Export writes all choices of user as JSON.
func (s *Service) Export(ctx context.Context, user identity.UserID, w io.Writer) error {
	return s.approvals.Export(ctx, s.db, user, w)
}

func (s *Service) list(ctx context.Context, _ *struct{}) (list, error) {
	user := access.ScopeOf(ctx).User
	tools, err := s.source.Tools(ctx, user)
	if err != nil {
		return list{}, err
	}
	chosen, err := s.approvals.Get(ctx, s.db, user)
	if err != nil {
		return list{}, err
	}
	out := list{Items: make([]View, 0, len(tools))}
	for _, t := range tools {
		out.Items = append(out.Items, view(t.Spec(), chosen))
	}
	return out, nil
}

func (s *Service) choose(ctx context.Context, in *choice) (View, error) {
	user := access.ScopeOf(ctx).User
	tools, err := s.source.Tools(ctx, user)
	if err != nil {
		return View{}, err
	}
	for _, t := range tools {
		spec := t.Spec()
		if spec.Name != in.Tool {
			continue
		}
		if spec.Approval == None {
			return View{}, ErrFixed
		}
		if err := s.approvals.Set(ctx, s.db, user, spec.Name, in.Body.Approval); err != nil {
			return View{}, err
		}
		return view(spec, map[string]Approval{spec.Name: in.Body.Approval}), nil
	}
	return View{}, ErrNotFound
}

func view(spec Spec, chosen map[string]Approval) View {
	return View{Name: spec.Name, Label: spec.Label, Description: spec.Description, Approval: Effective(spec, chosen), Reason: spec.Reason}
}
