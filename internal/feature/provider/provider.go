// Package provider is where model providers are configured: by the
// configuration file, by keys in the environment, and by an admin in the UI.
// It lists their models, keeps the lists fresh in the background and finds the
// model that a turn asks for.
//
// It speaks no protocol (the codecs of llm do) and makes no model call. A key,
// once given, is never told again and goes to its own provider's host only.
package provider

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"parley/internal/feature"
	"parley/internal/identity"
	"parley/internal/kit/db"
	"parley/internal/kit/fault"
	"parley/internal/kit/outbound"
	"parley/internal/kit/seal"
	"parley/internal/llm/catalog"
	"parley/internal/llm/wire"
)

// The faults of this package.
var (
	ErrModel       = fault.New(fault.NotFound, "model_not_found", "There is no such model. Choose another one.")
	ErrNotFound    = fault.New(fault.NotFound, "provider_not_found", "There is no such provider.")
	ErrUnknown     = fault.New(fault.NotFound, "provider_unknown", "This key does not look like that of a provider we know. Choose the provider yourself.")
	ErrExists      = fault.New(fault.Conflict, "provider_exists", "There is already a provider of this name.")
	ErrChanged     = fault.New(fault.Conflict, "provider_changed", "Someone else has changed this provider in the meantime.")
	ErrFixed       = fault.New(fault.Conflict, "provider_fixed", "This provider comes from the configuration file or the environment and can only be removed there.")
	ErrName        = fault.New(fault.Invalid, "provider_name_invalid", `A provider's name has 1 to 64 characters and no "/".`)
	ErrKind        = fault.New(fault.Invalid, "provider_kind_invalid", "There is no such kind of provider.")
	ErrKey         = fault.New(fault.Invalid, "provider_key_missing", "This provider needs a key.")
	ErrBaseURL     = fault.New(fault.Invalid, "base_url_invalid", "The base URL has to be an address such as https://host/v1.")
	ErrFailed      = fault.New(fault.Invalid, "provider_failed", "The provider did not work.")
	ErrDeployments = fault.New(fault.Invalid, "provider_models_missing", "Azure has no list of models. Name those that are deployed.")
	ErrPersonal    = fault.New(fault.Conflict, "provider_personal", "Each user has their own key for this provider, so there is none to try it with.")
	ErrProxy       = fault.New(fault.Invalid, "proxy_invalid", "A proxy has to be an address such as http://host:3128.")

	ErrKeyForm    = fault.New(fault.Invalid, "provider_key_invalid", "This is too long for a key, or no text.")
	ErrKeyNeeded  = fault.New(fault.Invalid, "provider_key_needed", "This provider needs a key of your own. Add it in your settings.")
	ErrKeyExpired = fault.New(fault.Invalid, "provider_key_expired", "Your key for this provider has expired. Enter it again in your settings.")
)

// Config is what the service needs.
type Config struct {
	DB       *db.DB
	Box      *seal.Box
	Outbound outbound.Options
	Log      *slog.Logger
	// Endpoints are the configuration file's; see [Service.Configure].
	Endpoints Endpoints
	// User tells who a user is, for headers that an admin wrote with placeholders.
	User func(ctx context.Context, user identity.UserID) (identity.User, error)
	// Getenv reads the environment; nil is an empty one.
	Getenv func(string) string
	// DefaultModel is what the admin chose, "" for nothing.
	DefaultModel func() string
	// OnChange is told that the list of models is another one.
	OnChange func()
	// Limits bound model calls.
	Limits wire.Limits
	// Locals are where model servers on this machine are looked for; nil is
	// their usual ports.
	Locals []string
}

// Service knows the providers. It is safe for concurrent use.
type Service struct {
	config Config
	store  store
	kick   chan struct{}

	// now is what is configured at this moment. Readers take no lock.
	now atomic.Pointer[snapshot]

	// owned are the providers that are another one for each user.
	owned owned

	mu        sync.Mutex // of all below, and of replacing now
	endpoints Endpoints
	notes     []Note // of what is not as it was configured

	clientMu sync.Mutex
	clients  map[clientKey]*http.Client
}

// clientKey is what makes one client different from another.
type clientKey struct{ place, proxy string }

// snapshot is a set of providers; it does not change, but each provider's list
// of models does.
type snapshot struct {
	order  []*provider
	byName map[string]*provider
}

// New returns the service with what the file and the environment give; the
// database is read by [Service.Reload].
func New(config Config) *Service {
	if config.Getenv == nil {
		config.Getenv = func(string) string { return "" }
	}
	if config.Log == nil {
		config.Log = slog.New(slog.DiscardHandler)
	}
	if config.DefaultModel == nil {
		config.DefaultModel = func() string { return "" }
	}
	if config.OnChange == nil {
		config.OnChange = func() {}
	}
	if config.Locals == nil {
		config.Locals = usualLocals
	}
	if config.User == nil {
		config.User = func(_ context.Context, user identity.UserID) (identity.User, error) {
			return identity.User{ID: user}, nil
		}
	}
	s := &Service{
		config: config, store: store{config.Box}, kick: make(chan struct{}, 1),
		endpoints: config.Endpoints, clients: map[clientKey]*http.Client{},
	}
	s.now.Store(&snapshot{})
	s.mu.Lock()
	defer s.mu.Unlock()
	s.rebuild(nil)
	return s
}

// Spec says what the feature holds.
func (s *Service) Spec() feature.Spec {
	return feature.Spec{
		Name: "provider", Migrations: migrations, Routes: s.routes, Start: s.Start,
		Erase: func(ctx context.Context, user identity.UserID) error {
			s.owned.forget(user, "")
			return s.store.deleteOwn(ctx, s.config.DB, user, "")
		},
		Export: func(ctx context.Context, user identity.UserID, w io.Writer) error {
			text, err := s.exportOwn(ctx, user)
			if err != nil {
				return err
			}
			_, err = w.Write(append(text, '\n'))
			return err
		},
	}
}

// Configure replaces what the configuration file gives, while the server runs.
func (s *Service) Configure(ctx context.Context, endpoints Endpoints) error {
	s.mu.Lock()
	s.endpoints = endpoints
	s.mu.Unlock()
	return s.Reload(ctx)
}

// Reload reads the providers of the database and puts all together anew.
func (s *Service) Reload(ctx context.Context) error {
	changed, err := s.reload(ctx)
	if changed {
		s.config.OnChange()
	}
	return err
}

func (s *Service) reload(ctx context.Context) (changed bool, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	rows, err := s.store.list(ctx, s.config.DB)
	if err != nil {
		return false, err
	}
	return s.rebuild(rows), nil
}

// rebuild makes a snapshot and reports whether it is another one; providers that
// are as before keep their state. The caller holds the lock.
func (s *Service) rebuild(rows []stored) (changed bool) {
	before, next := s.now.Load(), &snapshot{byName: map[string]*provider{}}
	given := configured(s.endpoints, s.config.Getenv)
	put := func(d definition, failed error) {
		if first, taken := next.byName[fold(d.name)]; taken {
			given.twice(d, first.definition)
			return
		}
		s.put(next, before, d, failed)
	}
	for _, d := range given.all {
		put(d, nil)
	}
	for _, row := range rows {
		put(row.definition, row.err)
	}
	for _, n := range given.notes {
		if !slices.Contains(s.notes, n) { // told once, not at every look
			s.config.Log.Warn("a provider is not as it was configured", "name", n.Name, "note", n.Text)
		}
	}
	s.notes = given.notes
	if len(next.order) == 0 {
		k, _ := kindNamed(catalog.Demo)
		s.put(next, before, define(k), nil)
	}
	if slices.Equal(before.order, next.order) {
		return false
	}
	s.now.Store(next)
	s.poke()
	return true
}

// poke has the lists of models looked at soon.
func (s *Service) poke() {
	select {
	case s.kick <- struct{}{}:
	default:
	}
}

// put adds a provider to next, the one of before if nothing about it changed.
func (s *Service) put(next, before *snapshot, d definition, failed error) {
	name := fold(d.name)
	p := before.byName[name]
	if p == nil || !p.is(d) {
		p = s.provider(d, failed)
	}
	next.order = append(next.order, p)
	next.byName[name] = p
}

// client returns the client of a provider.
func (s *Service) client(d definition) (*http.Client, error) {
	places, err := d.places()
	if err != nil {
		return nil, err
	}
	return s.clientOf(places, d.tuning.Proxy)
}

// noProxy is what an admin writes for a provider that is reached directly.
const noProxy = "direct"

// through returns how requests leave the server, by a proxy of the provider's
// own if it has one.
func (s *Service) through(proxy seal.Secret) (outbound.Options, error) {
	options := s.config.Outbound
	switch address := proxy.Reveal(); address {
	case "":
	case noProxy:
		options.Proxies = nil
	default:
		own, err := outbound.OneProxy(address)
		if err != nil {
			return options, ErrProxy.Because(err)
		}
		options.Proxies = own
	}
	return options, nil
}

// Start refreshes the lists of models until ctx ends.
func (s *Service) Start(ctx context.Context) error {
	if err := s.Reload(ctx); err != nil {
		return err
	}
	timer := time.NewTimer(refreshEvery)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-s.kick:
		case <-timer.C:
			if err := s.Reload(ctx); err != nil && ctx.Err() == nil {
				s.config.Log.WarnContext(ctx, "providers could not be read", "error", err)
			}
		}
		failed := s.Refresh(ctx)
		timer.Reset(refreshEvery)
		if failed {
			timer.Reset(retryEvery)
		}
	}
}
