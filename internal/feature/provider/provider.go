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
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"parley/internal/feature"
	"parley/internal/identity"
	"parley/internal/kit/db"
	"parley/internal/kit/fault"
	"parley/internal/kit/outbound"
	"parley/internal/kit/seal"
	"parley/internal/llm"
	"parley/internal/llm/wire"
)

// The faults of this package.
var (
	ErrModel    = fault.New(fault.NotFound, "model_not_found", "There is no such model. Choose another one.")
	ErrNotFound = fault.New(fault.NotFound, "provider_not_found", "There is no such provider.")
	ErrUnknown  = fault.New(fault.NotFound, "provider_unknown", "This key does not look like that of a provider we know. Choose the provider yourself.")
	ErrExists   = fault.New(fault.Conflict, "provider_exists", "There is already a provider of this name.")
	ErrFixed    = fault.New(fault.Conflict, "provider_fixed", "This provider comes from the configuration file or the environment and can only be removed there.")
	ErrName     = fault.New(fault.Invalid, "provider_name_invalid", `A provider's name has 1 to 64 characters and no "/".`)
	ErrKind     = fault.New(fault.Invalid, "provider_kind_invalid", "There is no such kind of provider.")
	ErrKey      = fault.New(fault.Invalid, "provider_key_missing", "This provider needs a key.")
	ErrBaseURL  = fault.New(fault.Invalid, "base_url_invalid", "The base URL has to be an address such as https://host/v1.")
	ErrFailed   = fault.New(fault.Invalid, "provider_failed", "The provider did not work.")
)

// Config is what the service needs.
type Config struct {
	DB       *db.DB
	Box      *seal.Box
	Outbound outbound.Options
	Log      *slog.Logger
	// Entries are the configuration file's; see [Service.Configure].
	Entries []Entry
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

	mu      sync.Mutex // of all below, and of replacing now
	entries []Entry
	clients map[string]*http.Client
}

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
	s := &Service{
		config: config, store: store{config.Box}, kick: make(chan struct{}, 1),
		entries: config.Entries, clients: map[string]*http.Client{},
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
		Erase: func(context.Context, identity.UserID) error { return nil }, // nothing here is a user's
		Export: func(_ context.Context, _ identity.UserID, w io.Writer) error {
			_, err := io.WriteString(w, "{}\n")
			return err
		},
	}
}

// Configure replaces what the configuration file gives, while the server runs.
func (s *Service) Configure(ctx context.Context, entries []Entry) error {
	s.mu.Lock()
	s.entries = entries
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
	for _, e := range s.entries {
		d, notes, err := fromEntry(e)
		if err != nil {
			s.config.Log.Warn("a provider in the configuration file is left out", "name", e.Name, "error", err)
			continue
		}
		for _, note := range notes {
			s.config.Log.Warn("part of a provider in the configuration file has no effect", "name", e.Name, "note", note)
		}
		s.put(next, before, d, nil)
	}
	for _, d := range fromEnvironment(s.config.Getenv) {
		s.put(next, before, d, nil)
	}
	for _, row := range rows {
		s.put(next, before, row.definition, row.err)
	}
	if len(next.order) == 0 {
		k, _ := kindNamed(kindDemo)
		s.put(next, before, define(k), nil)
	}
	if slices.Equal(before.order, next.order) {
		return false
	}
	s.now.Store(next)
	select {
	case s.kick <- struct{}{}:
	default:
	}
	return true
}

// put adds a provider to next, the one of before if nothing about it changed.
func (s *Service) put(next, before *snapshot, d definition, failed error) {
	name := fold(d.name)
	if other, taken := next.byName[name]; taken {
		s.config.Log.Warn("two providers have one name; the first counts", "name", d.name, "first", other.source, "second", d.source)
		return
	}
	p := before.byName[name]
	if p == nil || !p.is(d) {
		p = s.provider(d, failed)
	}
	next.order = append(next.order, p)
	next.byName[name] = p
}

// client returns the client whose requests go to this base URL's host and
// nowhere else.
func (s *Service) client(baseURL string) (*http.Client, error) {
	place, err := hostPort(baseURL)
	if err != nil {
		return nil, err
	}
	if c, ok := s.clients[place]; ok {
		return c, nil
	}
	c, err := s.config.Outbound.Client(outbound.Policy{
		Purpose: "provider", Allow: []string{place}, Only: true, Redirects: 3, Stream: true,
	})
	if err != nil {
		return nil, ErrBaseURL.Because(err)
	}
	s.clients[place] = c
	return c, nil
}

// Resolve finds a model by "provider/model"; the provider's name in any case.
// It returns [ErrModel]. It takes no lock and asks nobody.
func (s *Service) Resolve(_ context.Context, _ identity.UserID, model string) (llm.Target, error) {
	name, id, ok := strings.Cut(model, "/")
	if !ok || id == "" {
		return llm.Target{}, ErrModel
	}
	p, ok := s.now.Load().byName[fold(name)]
	if !ok {
		return llm.Target{}, ErrModel
	}
	list := p.list.Load()
	if target, ok := list.targets[id]; ok {
		return target, nil
	}
	if list.open && validModel(id) {
		return p.target(p.info(offer{name: id})), nil
	}
	return llm.Target{}, ErrModel
}

// validModel keeps what no model is called from being sent anywhere.
func validModel(id string) bool {
	return len(id) <= 200 && !strings.ContainsFunc(id, func(r rune) bool { return r <= ' ' || r == 0x7f || r == 0xFFFD })
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
