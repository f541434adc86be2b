package provider

import (
	"context"
	"log/slog"
	"net/http"
	"reflect"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"parley/internal/identity"
	"parley/internal/kit/seal"
	"parley/internal/llm"
	"parley/internal/llm/catalog"
	"parley/internal/llm/listing"
	"parley/internal/llm/resilient"
	"parley/internal/llm/vertex"
)

const (
	// refreshEvery is how old a list of models gets, retryEvery how long a
	// provider that did not answer is left alone.
	refreshEvery = 15 * time.Minute
	retryEvery   = time.Minute
	// fetchTime bounds one look at a provider.
	fetchTime = 10 * time.Second
	// fetchAtOnce bounds how many are looked at together.
	fetchAtOnce = 8
	// demoModel is the one model of the demo.
	demoModel = "tour"
)

// provider is one that is ready to be called.
type provider struct {
	definition
	service *Service
	log     *slog.Logger
	client  *http.Client
	local   bool
	list    atomic.Pointer[list]
	// user is whose it is, where each user has another one.
	user identity.UserID

	gate  *resilient.Gate
	pool  *resilient.Keys
	queue *resilient.Queue // nil where nothing is limited
	// chatOnly says that the server turned out to have no Responses.
	chatOnly atomic.Bool
	// platforms are Vertex AI by key.
	platforms map[seal.Secret]*vertex.Platform
}

// list is what is known about a provider's models. It does not change.
type list struct {
	models []llm.Info
	byName map[string]*llm.Info
	// open says that any name is taken, because the server's own list is not
	// known yet.
	open    bool
	fetched []listing.Model
	checked time.Time
	err     *Failure
}

// logOf is the log of what a provider does.
func (s *Service) logOf(d definition) *slog.Logger { return s.config.Log.With("provider", d.name) }

// provider makes one of a definition. One that cannot be called says why.
func (s *Service) provider(d definition, failed error) *provider {
	p := &provider{
		definition: d, service: s, log: s.logOf(d), local: isLocal(d.baseURL), gate: resilient.NewGate(), pool: resilient.NewKeys(max(len(d.keys), 1)),
	}
	if l := d.tuning.Limits; l != (Limits{}) {
		p.queue = resilient.NewQueue(resilient.Limits{Requests: l.RequestsPerMinute, Tokens: l.TokensPerMinute, Concurrent: l.Concurrent})
	}
	if d.kind != catalog.Demo && failed == nil && !d.asks.BaseURL {
		p.client, failed = s.client(d)
	}
	if p.client != nil && d.cloud.vertex {
		failed = p.openVertex()
	}
	p.set(nil, time.Time{}, failed)
	return p
}

// is reports whether the provider was made of d.
func (p *provider) is(d definition) bool { return reflect.DeepEqual(p.definition, d) }

// key is the first of the provider's keys.
func (p *provider) key() seal.Secret {
	if len(p.keys) == 0 {
		return ""
	}
	return p.keys[0]
}

// set replaces the list by what a look at the server brought, and reports
// whether people see a difference. Without offers the last ones stay.
func (p *provider) set(offers []listing.Model, checked time.Time, failed error) bool {
	before := p.list.Load()
	if before == nil {
		before = &list{}
	}
	if offers == nil {
		offers = before.fetched
	}
	next := &list{fetched: offers, checked: checked, err: failure(failed)}
	next.open = p.fetch && offers == nil && p.kind != catalog.Demo
	for _, o := range p.names(offers) {
		next.models = append(next.models, p.info(o))
	}
	if before.byName != nil && reflect.DeepEqual(next.models, before.models) {
		next.models, next.byName = before.models, before.byName
	} else {
		next.byName = make(map[string]*llm.Info, len(next.models))
		for i := range next.models {
			next.byName[next.models[i].Name] = &next.models[i]
		}
	}
	p.list.Store(next)
	return before.byName == nil || !reflect.DeepEqual(next.models, before.models) || (next.err == nil) != (before.err == nil)
}

// names merges what was configured, in its order, with what the server offers:
// models that the catalogue knows first.
func (p *provider) names(offers []listing.Model) []listing.Model {
	if p.kind == catalog.Demo {
		return []listing.Model{{Name: demoModel}}
	}
	byName := map[string]listing.Model{}
	for _, o := range offers {
		byName[o.Name] = o
	}
	var all []listing.Model
	seen := map[string]bool{}
	add := func(name string) {
		if !seen[name] {
			seen[name] = true
			o := byName[name]
			o.Name = name
			all = append(all, o)
		}
	}
	for _, name := range p.models {
		add(name)
	}
	if !p.fetch {
		return all
	}
	var unknown []string
	for _, o := range offers {
		if !o.Chats() {
			continue
		}
		if _, ok := catalog.Lookup(p.dialect, o.Name); ok {
			add(o.Name)
		} else {
			unknown = append(unknown, o.Name)
		}
	}
	for _, name := range unknown {
		add(name)
	}
	return all
}

// info describes a model: by the catalogue, then by its own server, then by the
// configuration, each with more say than the one before.
func (p *provider) info(o listing.Model) llm.Info {
	if p.kind == catalog.Demo {
		return llm.Info{ID: p.name + "/" + demoModel, Name: demoModel, Label: "Demo (a script, no model)", Prices: &llm.Prices{}, Tools: true, Reasoning: true, Local: true}
	}
	info, ok := catalog.Lookup(p.dialect, o.Name)
	if !ok && p.dialect != catalog.MLX {
		info.Vision = true // nobody knows better: the server will say so if not
	}
	o.Refine(&info)
	if len(info.Remote) > 0 {
		info.Remote = runnable(p.speak(info, p.key(), nil), info.Remote)
	}
	if t, ok := p.tokens[o.Name]; ok {
		if t.Context > 0 {
			info.Context = t.Context
		}
		info.Prices = &llm.Prices{Input: t.Prompt, Output: t.Completion, CacheRead: t.CacheRead, CacheWrite: t.CacheWrite}
	}
	if words := p.words[o.Name]; words != "" {
		info.Description = words
	}
	kind, _ := kindNamed(p.dialect)
	info.Speaker, info.Relay = p.speaker, kind.Relay
	info.ID, info.Endpoint, info.Local = p.name+"/"+o.Name, p.name, p.local
	return info
}

// Refresh looks at every provider whose list is the server's and not fresh, all
// at once and each within its time. It reports whether one did not answer.
func (s *Service) Refresh(ctx context.Context) bool {
	var failed, changed atomic.Bool
	var wg sync.WaitGroup
	slots := make(chan struct{}, fetchAtOnce)
	for _, p := range append(slices.Clone(s.now.Load().order), s.owned.recent()...) {
		if !p.looks() || p.list.Load().fresh() {
			continue
		}
		wg.Go(func() {
			slots <- struct{}{}
			defer func() { <-slots }()
			different, err := p.refresh(ctx)
			if err != nil && p.user == "" {
				failed.Store(true)
			}
			if different {
				changed.Store(true)
			}
		})
	}
	wg.Wait()
	if changed.Load() {
		s.config.OnChange()
	}
	return failed.Load()
}

// refresh looks at the server and keeps what it says. It reports whether people
// see a difference.
func (p *provider) refresh(ctx context.Context) (different bool, err error) {
	offers, err := p.look(ctx)
	if ctx.Err() != nil {
		return false, ctx.Err()
	}
	if err != nil && p.list.Load().err == nil { // told once, not every minute
		p.service.config.Log.WarnContext(ctx, "the models of a provider could not be listed", "provider", p.name, "error", err)
	}
	return p.set(offers, time.Now(), err), err
}

func (l *list) fresh() bool {
	return l.err == nil && !l.checked.IsZero() && time.Since(l.checked) < refreshEvery-retryEvery
}

// looks reports whether the server has something to tell: its list, or what its
// models can do.
func (p *provider) looks() bool {
	return p.client != nil && (p.user != "" || !p.isPersonal()) && (p.fetch || slices.Contains(telling, p.dialect))
}

// telling are the servers that are asked what their models can do even where an
// admin named the models.
var telling = []string{catalog.Ollama, catalog.LMStudio, catalog.LlamaCpp, catalog.VLLM, catalog.LiteLLM}

func (p *provider) look(ctx context.Context) ([]listing.Model, error) {
	ctx, cancel := context.WithTimeout(ctx, fetchTime)
	defer cancel()
	if names, ok, err := p.listNames(ctx); ok {
		return listing.Named(names), err
	}
	server := p.server(p.client)
	if p.userQuery {
		server.User = string(p.user)
	}
	return server.Models(ctx)
}

// server is whom a definition's models are asked for.
func (d definition) server(client *http.Client) listing.Server {
	s := listing.Server{Client: client, BaseURL: d.baseURL, Dialect: d.dialect, Headers: impersonal(d.headers)}
	if len(d.keys) > 0 {
		s.Key = llm.NewSecret(d.keys[0].Reveal())
	}
	return s
}
