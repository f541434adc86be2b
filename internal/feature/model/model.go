// Package model is what people see of models when they choose one: the list
// with an administrator's own entries, what each model can be told, and how a
// user wants the list laid out.
//
// It calls no model and knows no provider: where models come from is what
// [Providers] says.
package model

import (
	"context"
	"embed"
	"io/fs"
	"sync"
	"sync/atomic"
	"time"

	"parley/internal/feature"
	"parley/internal/identity"
	"parley/internal/kit/db"
	"parley/internal/kit/fault"
	"parley/internal/llm"
	"parley/internal/llm/param"
	"parley/internal/setting"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Migrations makes the tables of users' and the administrator's layouts.
func Migrations() fs.FS { return migrations }

// The faults of this package.
var (
	// ErrModel is returned for a model that is not to be had.
	ErrModel = fault.New(fault.NotFound, "model_not_found", "There is no such model. Choose another one.")
	// ErrSettable is returned where parameters are the administrator's alone.
	ErrSettable = fault.New(fault.NotFound, "params_off", "Parameters are set by the administrator here.")
)

// Providers know the models there are.
type Providers interface {
	// Resolve finds a model by "provider/model".
	Resolve(ctx context.Context, user identity.UserID, model string) (llm.Target, error)
	// Offers lists what a user may choose from. Its slices are shared and never
	// change; a changed list is another slice.
	Offers(ctx context.Context, user identity.UserID) []llm.Offer
	// Default is the model of a new chat, empty for none.
	Default(ctx context.Context) string
	// Parameters describes what a model may be told; with is what is set already.
	Parameters(ctx context.Context, user identity.UserID, model string, with llm.Params) ([]param.Definition, error)
}

// Deps are what the feature needs.
type Deps struct {
	DB        *db.DB
	Providers Providers
	// Changed is told that a user's layout is another one; an empty user is
	// everyone.
	Changed func(user identity.UserID)
	// Settable reports whether users set parameters; nil is yes.
	Settable func() bool
	// Now is the time where days begin for this server; nil is that of the machine.
	Now   func() time.Time
	Specs Specs
}

// Service is the feature. It is safe for concurrent use.
type Service struct {
	Deps
	specs atomic.Pointer[shelf]
	known atomic.Pointer[overrides]
	lists cache

	stocking sync.Mutex // of what specs is made of
	given    Specs
	own      own
}

// New returns the feature.
func New(deps Deps) *Service {
	if deps.Changed == nil {
		deps.Changed = func(identity.UserID) {}
	}
	if deps.Now == nil {
		deps.Now = time.Now
	}
	if deps.Settable == nil {
		deps.Settable = func() bool { return true }
	}
	s := &Service{Deps: deps, given: deps.Specs}
	s.specs.Store(newShelf(deps.Specs))
	return s
}

// Load reads what is stored and needed for every list. It is called before the
// service is used.
func (s *Service) Load(ctx context.Context) error {
	if err := s.loadOverrides(ctx); err != nil {
		return err
	}
	return s.restock(ctx)
}

// Configure replaces the specs of the configuration, while the server runs.
func (s *Service) Configure(specs Specs) {
	s.stocking.Lock()
	s.given = specs
	s.specs.Store(newShelf(s.own.over(specs)))
	s.stocking.Unlock()
	s.Changed("")
}

// Remember has what administrators change here taken back by the history.
func (s *Service) Remember(history *setting.Service) {
	history.Keep(historyOfSpecs, s.restoreSpec)
	history.Keep(historyOfOverrides, s.restoreOverride)
}

// Spec describes the feature.
func (s *Service) Spec() feature.Spec {
	return feature.Spec{
		Name: "model", Migrations: migrations, Routes: s.routes, Prepare: s.prepare, Erase: s.erase, Export: s.export,
	}
}
