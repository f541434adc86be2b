package provider

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"parley/internal/access"
	"parley/internal/audit"
	"parley/internal/identity"
	"parley/internal/kit/db"
	"parley/internal/kit/rest"
	"parley/internal/kit/seal"
	"parley/internal/llm"
	"parley/internal/llm/catalog"
	"parley/internal/llm/listing"
)

// What the audit log says of providers.
const (
	auditAdd    audit.Action = "provider.create"
	auditDelete audit.Action = "provider.delete"
	auditChange audit.Action = "provider.update"
)

// Configured is a provider as an admin sees it. The key is not told.
type Configured struct {
	Name    string `json:"name"`
	Kind    string `json:"kind"`
	Label   string `json:"label"`
	BaseURL string `json:"baseUrl"`
	KeySet  bool   `json:"keySet"`
	// Keys is how many keys there are that take turns.
	Keys   int      `json:"keys"`
	Models []string `json:"models"`
	// Named are those of Models that an admin named; the others are on the
	// server's own list.
	Named  []string `json:"named"`
	Source Source   `json:"source" enum:"file,environment,ui"`
	Status Status   `json:"status"`
	// Asks says what each user brings; the models are then those that are known
	// without a key.
	Asks   Asks   `json:"asks"`
	Health Health `json:"health"`
	// Fallback are the models that answer while this provider's cannot.
	Fallback []string `json:"fallback"`
	// Options are what an admin said in the UI.
	Options Options `json:"options"`
	// Revision counts the changes of one that was added in the UI.
	Revision int64 `json:"revision"`
}

// Status is how the last look at a provider ended.
type Status struct {
	OK bool `json:"ok"`
	// CheckedAt is absent before the first look.
	CheckedAt *time.Time `json:"checkedAt,omitempty"`
	Error     *Failure   `json:"error,omitempty"`
}

// Failure is why a provider does not work: a stable code, a sentence, and the
// provider's own words.
type Failure struct {
	Code    string `json:"code"`
	Message string `json:"message"`
	Detail  string `json:"detail"`
}

type configuredOut struct {
	Items []Configured `json:"items"`
	// Notes are what is not as it was configured.
	Notes []Note `json:"notes"`
}

type localOut struct {
	Items []Local `json:"items"`
}

type detectIn struct {
	Body struct {
		Key seal.Secret `json:"key"`
	}
}

// Detected is the kind of provider that a key belongs to.
type Detected struct {
	Kind    string `json:"kind"`
	Label   string `json:"label"`
	BaseURL string `json:"baseUrl"`
}

type testIn struct {
	Body struct {
		Kind    string      `json:"kind"`
		BaseURL string      `json:"baseUrl,omitempty"`
		Key     seal.Secret `json:"key,omitempty"`
		Models  []string    `json:"models,omitempty"`
		Options Options     `json:"options,omitzero"`
	}
}

// Tested is how a try of a provider ended.
type Tested struct {
	OK     bool     `json:"ok"`
	Models []string `json:"models"`
	Error  *Failure `json:"error,omitempty"`
}

type addIn struct {
	Force bool `query:"force"`
	Body  struct {
		Name    string      `json:"name"`
		Kind    string      `json:"kind"`
		BaseURL string      `json:"baseUrl,omitempty"`
		Key     seal.Secret `json:"key,omitempty"`
		Models  []string    `json:"models,omitempty"`
		Options Options     `json:"options,omitzero"`
	}
}

type nameIn struct {
	Name string `path:"name"`
}

type changeIn struct {
	Name  string `path:"name"`
	Force bool   `query:"force"`
	Body  struct {
		Revision   int64         `json:"revision,omitempty" doc:"The one that was changed; refused where it is another by now"`
		BaseURL    *string       `json:"baseUrl,omitempty"`
		Key        *seal.Secret  `json:"key,omitempty" doc:"In the place of the first key; absent keeps the one that is stored"`
		AddKeys    []seal.Secret `json:"addKeys,omitempty" maxItems:"20" doc:"They take turns with those that are stored"`
		RemoveKeys []int         `json:"removeKeys,omitempty" maxItems:"20" doc:"Places of stored keys, the first being 1"`
		Models     *[]string     `json:"models,omitempty"`
		Options    *Options      `json:"options,omitzero"`
	}
}

func (s *Service) routes(r *rest.Router) {
	rest.Handle(r, "GET /api/providers", access.Admin, s.listProviders, rest.Summary("List configured providers"))
	rest.Handle(r, "POST /api/providers", access.Admin, s.add, rest.Summary("Add a provider"))
	rest.Handle(r, "POST /api/providers/detect", access.Admin, s.detect, rest.Summary("Recognise whose key this is"))
	rest.Handle(r, "POST /api/providers/test", access.Admin, s.test, rest.Summary("Try a provider without adding it"))
	rest.Handle(r, "GET /api/providers/local", access.Admin, s.listLocal, rest.Summary("Look for model servers on this machine"))
	rest.Handle(r, "PATCH /api/providers/{name}", access.Admin, s.change, rest.Summary("Change a provider that was added in the UI"))
	rest.Handle(r, "POST /api/providers/{name}/test", access.Admin, s.testAgain, rest.Summary("Try a provider with the key that is stored"))
	rest.Handle(r, "DELETE /api/providers/{name}", access.Admin, s.remove, rest.Summary("Remove a provider that was added in the UI"))
	s.ownRoutes(r)
}

// Default is the model of a new chat: what the admin chose if it is there, else
// the first there is that needs no key of the user's own.
func (s *Service) Default(ctx context.Context) string {
	if chosen := s.config.DefaultModel(); chosen != "" {
		if _, info, err := s.find(ctx, "", chosen, false); err == nil {
			return info.ID
		}
	}
	for _, p := range s.now.Load().order {
		if models := p.list.Load().models; len(models) > 0 && !p.isPersonal() {
			return models[0].ID
		}
	}
	return ""
}

func (s *Service) listProviders(context.Context, *struct{}) (configuredOut, error) {
	s.mu.Lock()
	out := configuredOut{Items: []Configured{}, Notes: append([]Note{}, s.notes...)}
	s.mu.Unlock()
	for _, p := range s.now.Load().order {
		if p.source != "" { // the demo that stands in for none is nobody's choice
			out.Items = append(out.Items, p.view())
		}
	}
	return out, nil
}

func (p *provider) view() Configured {
	l := p.list.Load()
	v := Configured{
		Name: p.name, Kind: p.kind, Label: p.label, BaseURL: p.baseURL, KeySet: len(p.keys) > 0 || len(p.cloud.groups) > 0, Keys: len(p.keys), Source: p.source,
		Models: []string{}, Named: append([]string{}, p.models...), Status: Status{OK: l.err == nil, Error: l.err}, Asks: p.asks, Health: p.health(),
		Fallback: append([]string{}, p.tuning.Fallback...), Options: p.options, Revision: p.revision,
	}
	for _, m := range l.models {
		v.Models = append(v.Models, m.Name)
	}
	if !l.checked.IsZero() {
		v.Status.CheckedAt = new(l.checked.UTC())
	}
	return v
}

func (s *Service) detect(_ context.Context, in *detectIn) (Detected, error) {
	k, ok := recognise(strings.TrimSpace(in.Body.Key.Reveal()))
	if !ok {
		return Detected{}, ErrUnknown
	}
	return Detected{Kind: k.ID, Label: k.Label, BaseURL: k.BaseURL}, nil
}

func (s *Service) listLocal(ctx context.Context, _ *struct{}) (localOut, error) {
	return localOut{Items: slices.DeleteFunc(s.Discover(ctx), s.isConnected)}, nil
}

func (s *Service) test(ctx context.Context, in *testIn) (Tested, error) {
	d, err := s.define(wish{"test", in.Body.Kind, in.Body.BaseURL, secrets(in.Body.Key), in.Body.Models, in.Body.Options})
	if err != nil {
		return Tested{}, err
	}
	offers, err := s.try(ctx, d)
	if err != nil {
		return Tested{Models: []string{}, Error: failure(err)}, nil
	}
	return Tested{OK: true, Models: listing.Chatting(offers)}, nil
}

// testAgain looks at a provider as it is configured.
func (s *Service) testAgain(ctx context.Context, in *nameIn) (Tested, error) {
	p, ok := s.now.Load().byName[fold(in.Name)]
	if !ok || p.source == "" {
		return Tested{}, ErrNotFound
	}
	if p.isPersonal() {
		return Tested{}, ErrPersonal
	}
	offers, err := s.try(ctx, p.definition)
	if p.set(offers, time.Now(), err) {
		s.config.OnChange()
	}
	if err != nil {
		return Tested{Models: []string{}, Error: failure(err)}, nil
	}
	return Tested{OK: true, Models: listing.Chatting(offers)}, nil
}

// wish is a provider as an admin typed it.
type wish struct {
	name, kind, baseURL string
	keys                []seal.Secret
	models              []string
	options             Options
}

// define checks what an admin typed.
func (s *Service) define(w wish) (definition, error) {
	name, err := checkName(w.name)
	if err != nil {
		return definition{}, err
	}
	k, ok := kindNamed(w.kind)
	if !ok {
		return definition{}, ErrKind
	}
	d := define(k)
	d.name, d.label, d.source, d.keys, d.options = name, labelOf(name, k), UI, secrets(w.keys...), w.options
	if k.ID == catalog.Demo {
		d.keys, d.baseURL = nil, ""
		return d, nil
	}
	if needsKey(k) && len(d.keys) == 0 {
		return definition{}, ErrKey
	}
	if !isNative(k) || strings.TrimSpace(w.baseURL) != "" {
		if d.baseURL, err = cleanBaseURL(k, w.baseURL); err != nil {
			return definition{}, err
		}
	}
	if k.ID == catalog.Custom {
		d.dialect = dialectOf(name, d.baseURL)
	}
	for _, m := range w.models {
		if m = strings.TrimSpace(m); m != "" {
			d.models = append(d.models, m)
		}
	}
	d.fetch = len(d.models) == 0
	return d, d.options.apply(&d)
}

// try looks whether a provider answers and takes its key.
func (s *Service) try(ctx context.Context, d definition) ([]listing.Model, error) {
	if d.kind == catalog.Demo {
		return []listing.Model{{Name: demoModel}}, nil
	}
	client, err := s.client(d)
	if err != nil {
		return nil, err
	}
	return s.tryWith(ctx, d, client)
}

func (s *Service) tryWith(ctx context.Context, d definition, client *http.Client) ([]listing.Model, error) {
	ctx, cancel := context.WithTimeout(ctx, fetchTime)
	defer cancel()
	trial := &provider{definition: d, service: s, log: s.logOf(d), client: client}
	if d.cloud.vertex {
		if err := trial.openVertex(); err != nil {
			return nil, err
		}
	}
	if d.protocol == catalog.ProtocolAzure {
		return trial.tryAzure(ctx)
	}
	if names, ok, err := trial.listNames(ctx); ok {
		return listing.Named(names), err
	}
	offers, err := d.server(client).Try(ctx)
	if e, ok := errors.AsType[*llm.Error](err); ok && (e.Status == 404 || e.Status == 405) && len(d.models) > 0 {
		return []listing.Model{}, nil // it lists no models, and they were given
	}
	return offers, err
}

func (s *Service) add(ctx context.Context, in *addIn) (Configured, error) {
	d, err := s.define(s.recognised(ctx, wish{in.Body.Name, in.Body.Kind, in.Body.BaseURL, secrets(in.Body.Key), in.Body.Models, in.Body.Options}))
	if err != nil {
		return Configured{}, err
	}
	if p, taken := s.now.Load().byName[fold(d.name)]; taken && p.source != "" {
		return Configured{}, ErrExists
	}
	offers, err := s.try(ctx, d)
	if err != nil && !in.Force {
		return Configured{}, failedTry(err)
	}
	if err := s.save(ctx, d); err != nil {
		return Configured{}, err
	}
	return s.nowIs(ctx, d.name, offers, err)
}

func (s *Service) save(ctx context.Context, d definition) error {
	return s.config.DB.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := s.store.insert(ctx, tx, d); err != nil {
			return err
		}
		if err := note(ctx, tx, d.name, nil, &d); err != nil {
			return err
		}
		return audit.Log(ctx, tx, s.entry(ctx, auditAdd, d.name, map[string]string{"kind": d.kind, "baseUrl": d.baseURL}))
	})
}

// nowIs reads the providers again and returns one of them, as it is after a look
// at it.
func (s *Service) nowIs(ctx context.Context, name string, offers []listing.Model, looked error) (Configured, error) {
	if err := s.Reload(ctx); err != nil {
		return Configured{}, err
	}
	p, ok := s.now.Load().byName[fold(name)]
	if !ok {
		return Configured{}, fmt.Errorf("provider %s is not there after it was saved", name)
	}
	if p.set(offers, time.Now(), looked) {
		s.config.OnChange()
	}
	return p.view(), nil
}

func (s *Service) remove(ctx context.Context, in *nameIn) (rest.None, error) {
	p, ok := s.now.Load().byName[fold(in.Name)]
	if !ok || p.source == "" {
		return rest.None{}, ErrNotFound
	}
	if p.source != UI {
		return rest.None{}, ErrFixed
	}
	err := s.config.DB.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := s.store.delete(ctx, tx, p.name); err != nil {
			return err
		}
		if err := note(ctx, tx, p.name, &p.definition, nil); err != nil {
			return err
		}
		return audit.Log(ctx, tx, s.entry(ctx, auditDelete, p.name, nil))
	})
	if err != nil {
		return rest.None{}, err
	}
	return rest.None{}, s.Reload(ctx)
}

func (s *Service) entry(ctx context.Context, action audit.Action, name string, detail map[string]string) audit.Entry {
	who, _ := identity.From(ctx)
	return audit.Entry{Action: action, Actor: string(who.User), Target: name, RequestID: rest.RequestID(ctx), Detail: detail}
}

// failedTry makes the answer to an attempt to add a provider that does not
// work: what to do about it, and the provider's own words.
func failedTry(err error) error {
	why := failure(err)
	f := *ErrFailed
	f.Message, f.Detail = why.Message, why.Detail
	return f.Because(err)
}
