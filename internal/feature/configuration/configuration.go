// Package configuration shows administrators what the server is told to do, by
// whom, and what of it they changed; and takes such changes back.
//
// It reads no file: what the configuration is comes from its [Source]. Settings
// are changed in feature settings.
package configuration

import (
	"context"
	"net/http"
	"time"

	"parley/internal/access"
	"parley/internal/feature"
	"parley/internal/identity"
	"parley/internal/kit/rest"
	"parley/internal/setting"
)

// Source is the configuration while the server runs.
type Source interface {
	Status() Status
	// Keys lists the keys that do something, and those that were given and do
	// not, sorted.
	Keys(ctx context.Context) ([]Key, error)
	// Export returns what is not the default as a file, with a variable in the
	// place of each secret.
	Export(ctx context.Context) ([]byte, error)
}

// People finds users by their ids.
type People interface {
	User(ctx context.Context, user identity.UserID) (identity.User, error)
}

// Deps are what the feature needs.
type Deps struct {
	Source   Source
	Settings *setting.Service
	People   People
}

// Service is the feature.
type Service struct{ Deps }

// New returns the feature.
func New(d Deps) *Service { return &Service{d} }

// Spec describes the feature.
func (s *Service) Spec() feature.Spec {
	return feature.Spec{Name: "configuration", Routes: s.routes}
}

// Status says how the last reading of the file went.
type Status struct {
	// File is the file's name; empty if there is none.
	File     string    `json:"file"`
	LoadedAt time.Time `json:"loadedAt" doc:"When what is in force was read"`
	// Error is why the file as it is now is not in force.
	Error *Problem `json:"error,omitempty"`
	// Warnings are about what does not keep the file from being in force.
	Warnings []Problem `json:"warnings"`
	// Pending are the changed keys that count from the next start.
	Pending []string `json:"pending"`
	// Unused and Foreign are keys of the file that do nothing: yet, and ever.
	Unused  []string `json:"unused"`
	Foreign []string `json:"foreign"`
}

// Problem is what is wrong with the file.
type Problem struct {
	Message string `json:"message"`
	// Line and Column count from one; 0 is no place in particular.
	Line    int    `json:"line"`
	Column  int    `json:"column"`
	Excerpt string `json:"excerpt"`
}

// Key is one key of the configuration with its value.
type Key struct {
	Path    string `json:"path"`
	Section string `json:"section"`
	Doc     string `json:"doc"`
	Form    string `json:"form"`
	// Value is in the form of the file; empty for a secret.
	Value string `json:"value"`
	// Lines is the value of a list or mapping over several lines.
	Lines   string `json:"lines,omitempty"`
	Default string `json:"default"`
	Secret  bool   `json:"secret"`
	// Set says that the value is not the default.
	Set    bool   `json:"set"`
	Source string `json:"source" enum:"default,file,environment,flag,ui"`
	// Line and Variable are where a value of the file or the environment stands.
	Line     int    `json:"line,omitempty"`
	Variable string `json:"variable,omitempty"`
	// Setting names the setting that changes the key; empty if none does.
	Setting string `json:"setting,omitempty"`
	Pinned  bool   `json:"pinned"`
	Restart bool   `json:"restart" doc:"A change counts from the next start"`
	Effect  bool   `json:"effect" doc:"The key does something"`
}

// Change is what an administrator gave another value on one of their pages.
type Change struct {
	ID string    `json:"id"`
	At time.Time `json:"at"`
	// Who is the name of the one who did it; empty for one who is gone.
	Who  string `json:"who"`
	Name string `json:"name"`
	// Before and After are JSON; absent where the configuration counted.
	Before *string `json:"before,omitempty"`
	After  *string `json:"after,omitempty"`
}

type keysOut struct {
	Items []Key `json:"items"`
}

type changesIn struct {
	Limit  int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
	Cursor string `query:"cursor" maxLength:"64"`
}

type changesOut struct {
	Items []Change `json:"items"`
	// Next is the cursor of the changes before; null at the end.
	Next *string `json:"next"`
}

type changeIn struct {
	Change string `path:"change"`
}

func (s *Service) routes(r *rest.Router) {
	rest.Handle(r, "GET /api/config", access.Admin, s.keys, rest.Summary("The configuration that is in force"))
	rest.Handle(r, "GET /api/config/status", access.Admin, s.status, rest.Summary("How the last reading of the configuration file went"))
	rest.Handle(r, "GET /api/config/history", access.Admin, s.changes, rest.Summary("List what administrators changed"))
	rest.Handle(r, "POST /api/config/history/{change}/rollback", access.Admin, s.rollback, rest.Summary("Take a change back"))
	rest.Raw(r, "GET /api/config/export", access.Admin, s.export, rest.Summary("The configuration as a file, without secrets"))
}

func (s *Service) keys(ctx context.Context, _ *struct{}) (keysOut, error) {
	items, err := s.Source.Keys(ctx)
	return keysOut{Items: items}, err
}

func (s *Service) status(context.Context, *struct{}) (Status, error) { return s.Source.Status(), nil }

func (s *Service) export(w http.ResponseWriter, r *http.Request) error {
	file, err := s.Source.Export(r.Context())
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/yaml")
	w.Header().Set("Content-Disposition", `attachment; filename="parley.yaml"`)
	_, _ = w.Write(file) // the client is gone if this fails
	return nil
}

func (s *Service) changes(ctx context.Context, in *changesIn) (changesOut, error) {
	found, err := s.Settings.Changes(ctx, in.Cursor, in.Limit+1)
	if err != nil {
		return changesOut{}, err
	}
	out := changesOut{Items: []Change{}}
	if len(found) > in.Limit {
		found = found[:in.Limit]
		out.Next = &found[in.Limit-1].ID
	}
	names := map[string]string{}
	for _, c := range found {
		name, known := names[c.Actor]
		if !known {
			name = s.nameOf(ctx, c.Actor)
			names[c.Actor] = name
		}
		out.Items = append(out.Items, Change{
			ID: c.ID, At: c.At, Who: name, Name: c.Name, Before: jsonText(c.Before), After: jsonText(c.After),
		})
	}
	return out, nil
}

// nameOf is what people call an actor; those who are gone have no name.
func (s *Service) nameOf(ctx context.Context, actor string) string {
	user, err := s.People.User(ctx, identity.UserID(actor))
	switch {
	case err != nil:
		return ""
	case user.Name != "":
		return user.Name
	}
	return user.Email
}

func jsonText(value []byte) *string {
	if value == nil {
		return nil
	}
	return new(string(value))
}

func (s *Service) rollback(ctx context.Context, in *changeIn) (rest.None, error) {
	return rest.None{}, s.Settings.Rollback(ctx, in.Change)
}
