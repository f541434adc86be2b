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
	rest.Handle(r, "DELETE /api/settings/{name}", access.Admin, s.reset, rest.Summary("Have the configuration count again for a setting"))
}

// View is the settings of the server as administrators see them.
type View struct {
	setting.Server
	Pinned []string `json:"pinned" doc:"Settings that the configuration file fixes."`
	// Origins says of each setting who gives it its value.
	Origins map[string]setting.Origin `json:"origins"`
}

func (s *Service) get(ctx context.Context, _ *struct{}) (View, error) {
	origins, err := s.settings.Origins(ctx)
	return View{Server: s.settings.Server(), Pinned: s.settings.Pinned(), Origins: origins}, err
}

type nameIn struct {
	Name string `path:"name" maxLength:"60"`
}

func (s *Service) reset(ctx context.Context, in *nameIn) (View, error) {
	if _, err := s.settings.ResetServer(ctx, in.Name); err != nil {
		return View{}, err
	}
	return s.get(ctx, nil)
}

type change struct{ Body setting.ServerPatch }

func (s *Service) change(ctx context.Context, in *change) (View, error) {
	if _, err := s.settings.ChangeServer(ctx, in.Body); err != nil {
		return View{}, err
	}
	return s.get(ctx, nil)
}
