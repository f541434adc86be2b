package provider

import (
	"context"
	"net/http"
	"reflect"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"parley/internal/llm"
	"parley/internal/llm/anthropic"
	"parley/internal/llm/catalog"
	"parley/internal/llm/openaichat"
	"parley/internal/llm/scripted"
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
	client  *http.Client
	local   bool
	list    atomic.Pointer[list]
}

// list is what is known about a provider's models. It does not change.
type list struct {
	models  []llm.Info
	targets map[string]llm.Target
	// open says that any name is taken, because the server's own list is not
	// known yet.
	open    bool
	fetched []offer
	checked time.Time
	err     *Failure
}

// provider makes one of a definition. One that cannot be called says why.
func (s *Service) provider(d definition, failed error) *provider {
	p := &provider{definition: d, service: s, local: isLocal(d.baseURL)}
	if d.kind != kindDemo && failed == nil {
		p.client, failed = s.client(d.baseURL)
	}
	p.set(nil, time.Time{}, failed)
	return p
}

// is reports whether the provider was made of d.
func (p *provider) is(d definition) bool { return reflect.DeepEqual(p.definition, d) }

// call returns the model with the provider's own name id, through the codec of
// its protocol.
func (p *provider) call(id string) llm.Model {
	limits := p.service.config.Limits
	switch {
	case p.kind == kindDemo:
		return scripted.New(scripted.Demo, scripted.DemoRate)
	case p.dialect == kindAnthropic:
		return anthropic.New(anthropic.Config{
			Name: p.name, BaseURL: p.baseURL, Key: llm.NewSecret(p.key.Reveal()), Headers: p.headers, Client: p.client, Limits: limits,
			MaxOutput: func(model string) int { return p.info(offer{name: model}).MaxOutput },
		}).Model(id)
	}
	return openaichat.New(openaichat.Config{
		Name: p.name, BaseURL: p.baseURL, Key: llm.NewSecret(p.key.Reveal()), Headers: p.headers, Dialect: p.dialect,
		Client: p.client, Limits: limits,
	}).Model(id)
}

func (p *provider) target(info llm.Info) llm.Target {
	return llm.Target{Model: p.call(info.Name), Info: info, Provider: p.name, ModelTitles: p.titles, Params: p.params}
}

// set replaces the list by what a look at the server brought, and reports
// whether people see a difference. Without offers the last ones stay.
func (p *provider) set(offers []offer, checked time.Time, failed error) bool {
	before := p.list.Load()
	if before == nil {
		before = &list{}
	}
	if offers == nil {
		offers = before.fetched
	}
	next := &list{fetched: offers, checked: checked, err: failure(failed)}
	next.open = p.fetch && offers == nil && p.kind != kindDemo
	for _, o := range p.names(offers) {
		next.models = append(next.models, p.info(o))
	}
	if reflect.DeepEqual(next.models, before.models) && before.targets != nil {
		next.models, next.targets = before.models, before.targets
	} else {
		next.targets = make(map[string]llm.Target, len(next.models))
		for _, info := range next.models {
			next.targets[info.Name] = p.target(info)
		}
	}
	p.list.Store(next)
	return before.targets == nil || !reflect.DeepEqual(next.models, before.models) || (next.err == nil) != (before.err == nil)
}

// names merges what was configured, in its order, with what the server offers:
// models that the catalogue knows first.
func (p *provider) names(offers []offer) []offer {
	if p.kind == kindDemo {
		return []offer{{name: demoModel}}
	}
	byName := map[string]offer{}
	for _, o := range offers {
		byName[o.name] = o
	}
	var all []offer
	seen := map[string]bool{}
	add := func(name string) {
		if !seen[name] {
			seen[name] = true
			o := byName[name]
			o.name = name
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
		if !o.chats() {
			continue
		}
		if _, ok := catalog.Lookup(p.dialect, o.name); ok {
			add(o.name)
		} else {
			unknown = append(unknown, o.name)
		}
	}
	for _, name := range unknown {
		add(name)
	}
	return all
}

// info describes a model: by the catalogue, then by its own server, then by the
// configuration, each with more say than the one before.
func (p *provider) info(o offer) llm.Info {
	if p.kind == kindDemo {
		return llm.Info{ID: p.name + "/" + demoModel, Name: demoModel, Label: "Demo (a script, no model)", Prices: &llm.Prices{}, Tools: true, Reasoning: true, Local: true}
	}
	info, ok := catalog.Lookup(p.dialect, o.name)
	if !ok && p.dialect != kindMLX {
		info.Vision = true // nobody knows better: the server will say so if not
	}
	o.refine(&info)
	if t, ok := p.tokens[o.name]; ok {
		if t.Context > 0 {
			info.Context = t.Context
		}
		info.Prices = &llm.Prices{Input: t.Prompt, Output: t.Completion, CacheRead: t.CacheRead, CacheWrite: t.CacheWrite}
	}
	info.ID, info.Local = p.name+"/"+o.name, p.local
	return info
}

// Refresh looks at every provider whose list is the server's and not fresh, all
// at once and each within its time. It reports whether one did not answer.
func (s *Service) Refresh(ctx context.Context) bool {
	var failed, changed atomic.Bool
	var wg sync.WaitGroup
	slots := make(chan struct{}, fetchAtOnce)
	for _, p := range s.now.Load().order {
		if !p.looks() || p.list.Load().fresh() {
			continue
		}
		wg.Go(func() {
			slots <- struct{}{}
			defer func() { <-slots }()
			offers, err := p.look(ctx)
			if ctx.Err() != nil {
				return
			}
			if err != nil {
				failed.Store(true)
			}
			if err != nil && p.list.Load().err == nil { // told once, not every minute
				s.config.Log.WarnContext(ctx, "the models of a provider could not be listed", "provider", p.name, "error", err)
			}
			if p.set(offers, time.Now(), err) {
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

func (l *list) fresh() bool {
	return l.err == nil && !l.checked.IsZero() && time.Since(l.checked) < refreshEvery-retryEvery
}

// looks reports whether the server has something to tell: its list, or what its
// models can do.
func (p *provider) looks() bool {
	return p.client != nil && (p.fetch || slices.Contains([]string{kindOllama, kindLMStudio, kindLlamaCpp}, p.dialect))
}

func (p *provider) look(ctx context.Context) ([]offer, error) {
	ctx, cancel := context.WithTimeout(ctx, fetchTime)
	defer cancel()
	return looker{client: p.client, baseURL: p.baseURL, dialect: p.dialect, key: llm.NewSecret(p.key.Reveal()), headers: p.headers}.look(ctx)
}
