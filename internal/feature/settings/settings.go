// Package settings lets administrators change the settings of the server.
//
// What the settings are is in package setting; those of a user are changed in
// the feature account.
package settings

import (
	"context"

	"parley/internal/access"
	"parley/internal/feature"
	"parley/internal/kit/rest"
	"parley/internal/setting"
)

// Service is the feature.
type Service struct{ settings *setting.Service }

// New returns the feature.
func New(settings *setting.Service) *Service { return &Service{settings: settings} }

// Spec describes the feature.
func (s *Service) Spec() feature.Spec {
	return feature.Spec{Name: "settings", Routes: s.routes}
}

func (s *Service) routes(r *rest.Router) {
	rest.Handle(r, "GET /api/settings", access.Admin, s.get, rest.Summary("The settings of the server"))
	rest.Handle(r, "PATCH /api/settings", access.Admin, s.change, rest.Summary("Change the settings of the server"))
}

// View is the settings of the server as administrators see them.
type View struct {
	setting.Server
	Pinned []string `json:"pinned" doc:"Settings that the configuration file fixes."`
}

func (s *Service) get(context.Context, *struct{}) (View, error) {
	return View{Server: s.settings.Server(), Pinned: s.settings.Pinned()}, nil
}

type change struct{ Body setting.ServerPatch }

func (s *Service) change(ctx context.Context, in *change) (View, error) {
	if _, err := s.settings.ChangeServer(ctx, in.Body); err != nil {
		return View{}, err
	}
	return s.get(ctx, nil)
}
