package provider

import (
	"context"
	"iter"
	"slices"
	"strings"

	"parley/internal/identity"
	"parley/internal/kit/seal"
	"parley/internal/llm"
	"parley/internal/llm/catalog"
	"parley/internal/llm/listing"
	"parley/internal/llm/resilient"
)

// Resolve finds a model by "provider/model", ready to be called for a user; the
// provider's name in any case. It returns [ErrModel], [ErrKeyNeeded] or
// [ErrKeyExpired]. It asks no provider, and the database only where users have
// keys of their own.
func (s *Service) Resolve(ctx context.Context, user identity.UserID, model string) (llm.Target, error) {
	return s.resolve(ctx, user, model, false)
}

// Named is [Service.Resolve] for a model that an administrator named, whether or
// not users can choose it.
func (s *Service) Named(ctx context.Context, user identity.UserID, model string) (llm.Target, error) {
	return s.resolve(ctx, user, model, true)
}

func (s *Service) resolve(ctx context.Context, user identity.UserID, model string, unlisted bool) (llm.Target, error) {
	p, info, err := s.find(ctx, user, model, unlisted)
	if err != nil {
		return llm.Target{}, err
	}
	plain, err := p.ready(ctx, user, info)
	if err != nil {
		return llm.Target{}, err
	}
	c := &call{service: s, provider: p, info: info, user: user}
	target := p.target(info)
	target.Model = resilient.Func(func(ctx context.Context, request llm.Request) iter.Seq2[llm.Event, error] {
		return c.stream(ctx, plain, request)
	})
	return target, nil
}

// find returns the provider of a model as it is for the user.
func (s *Service) find(ctx context.Context, user identity.UserID, model string, unlisted bool) (*provider, llm.Info, error) {
	name, id, ok := strings.Cut(model, "/")
	if !ok || id == "" {
		return nil, llm.Info{}, ErrModel
	}
	p, err := s.providerFor(ctx, user, name)
	if err != nil {
		return nil, llm.Info{}, err
	}
	list := p.list.Load()
	if info, ok := list.byName[id]; ok {
		return p, *info, nil
	}
	if (list.open || unlisted) && listing.ValidName(id) {
		return p, p.info(listing.Model{Name: id}), nil
	}
	return nil, llm.Info{}, ErrModel
}

// providerFor returns the provider of that name, which may be another one for
// each user.
func (s *Service) providerFor(ctx context.Context, user identity.UserID, name string) (*provider, error) {
	now := s.now.Load()
	p, ok := now.byName[fold(name)]
	if !ok {
		if p, ok = now.byName[ourName(name)]; !ok {
			return nil, ErrModel
		}
	}
	if p.isPersonal() {
		return s.personal(ctx, user, p)
	}
	return p, nil
}

func (p *provider) target(info llm.Info) llm.Target {
	return llm.Target{Info: info, Provider: p.name, Own: p.asks.Key, ModelTitles: p.titles, Titling: p.titling, Params: p.params, MaxResult: p.maxResult}
}

// ready returns a model behind all that keeps its provider's calls in order.
func (p *provider) ready(ctx context.Context, user identity.UserID, info llm.Info) (llm.Model, error) {
	speak := func(key seal.Secret) llm.Model { return p.speak(info, key, p.headers) }
	if personal(p.headers) {
		who, err := p.service.config.User(ctx, user)
		if err != nil {
			return nil, err
		}
		speak = func(key seal.Secret) llm.Model { return p.speak(info, key, fill(p.headers, who, llm.Origin{})) }
		if varies(p.headers) { // each request has headers of its own
			speak = func(key seal.Secret) llm.Model {
				return resilient.Func(func(ctx context.Context, request llm.Request) iter.Seq2[llm.Event, error] {
					return p.speak(info, key, fill(p.headers, who, request.Origin)).Stream(ctx, request)
				})
			}
		}
	}
	model := speak(p.key())
	if len(p.keys) > 1 {
		models := make([]llm.Model, len(p.keys))
		for i, key := range p.keys {
			models[i] = speak(key)
		}
		model = p.pool.Model(models)
	}
	t := p.tuning.Timeouts
	model = p.gate.Model(resilient.Patience{First: t.FirstToken, Idle: t.Idle}.Model(model))
	if p.queue != nil {
		model = p.queue.Model(model, string(user))
	}
	return model, nil
}

// call is one use of a model for a user, with all that may answer in its place.
type call struct {
	service  *Service
	provider *provider
	info     llm.Info
	user     identity.UserID
}

func (c *call) stream(ctx context.Context, plain llm.Model, request llm.Request) iter.Seq2[llm.Event, error] {
	first := resilient.Choice{Target: llm.Target{Info: c.info, Model: plain}}
	answers := resilient.Fallback(first, c.fallbacks).Stream(ctx, request)
	return func(yield func(llm.Event, error) bool) {
		for event, err := range answers {
			if err != nil {
				failed := *llm.AsError(err)
				if failed.Kind == llm.ErrAuth && c.provider.asks.Key {
					failed.Kind = llm.ErrOwnKey
				}
				failed.Alternatives = c.alternatives(ctx, request, &failed)
				err = &failed
			}
			if !yield(event, err) {
				return
			}
		}
	}
}

// fallbacks are the models that the admin named for when this one cannot
// answer.
func (c *call) fallbacks(ctx context.Context) []resilient.Choice {
	var all []resilient.Choice
	for _, id := range c.fallback() {
		p, info, err := c.service.find(ctx, c.user, id, false)
		if err != nil || info.ID == c.info.ID {
			continue
		}
		model, err := p.ready(ctx, c.user, info)
		if err != nil {
			continue
		}
		other := p.target(info)
		other.Model = model
		all = append(all, resilient.Choice{Target: other, Adapt: func(request llm.Request) (llm.Request, bool) {
			if !suits(info, request) {
				return request, false
			}
			return adapt(request, info, p.params), true
		}})
	}
	return all
}

func (c *call) fallback() []string {
	for model, list := range c.provider.tuning.ModelFallback {
		if strings.EqualFold(model, c.info.Name) {
			return list
		}
	}
	return c.provider.tuning.Fallback
}

// suits reports whether a model can take a request as it is.
func suits(info llm.Info, request llm.Request) bool {
	size := len(request.System)
	for _, m := range request.Messages {
		for _, part := range m.Parts {
			size += len(part.Text)
			switch {
			case part.Type == llm.PartImage && !info.Vision, part.Type == llm.PartFile && !info.Files, part.Type == llm.PartAudio && !info.Audio:
				return false
			case part.Result != nil:
				size += len(part.Result.Content)
			}
		}
	}
	return info.Context == 0 || size/4 < info.Context
}

// adapt changes a request to what another model takes.
func adapt(request llm.Request, info llm.Info, params llm.Params) llm.Request {
	request.Params.Extra, request.Params.Drop = params.Extra, params.Drop
	if !info.Tools {
		request.Tools, request.ToolChoice = nil, ""
	}
	request.Remote = slices.DeleteFunc(slices.Clone(request.Remote), func(t llm.RemoteTool) bool {
		return !slices.Contains(info.Remote, t.Name)
	})
	if most := request.Params.MaxTokens; most != nil && info.MaxOutput > 0 && *most > info.MaxOutput {
		request.Params.MaxTokens = &info.MaxOutput
	}
	if effort := request.Params.Effort; effort != "" && !slices.Contains(info.Levels, effort) {
		request.Params.Effort = ""
	}
	return request
}

// mostAlternatives is how many other models are offered when one fails.
const mostAlternatives = 3

// alternatives are models that may answer what this one did not: the same model
// elsewhere, then the first one of each provider that works.
func (c *call) alternatives(ctx context.Context, request llm.Request, failed *llm.Error) []string {
	switch failed.Kind {
	case llm.ErrCanceled, llm.ErrInternal, llm.ErrBadRequest:
		return nil
	default:
	}
	var found candidates
	for _, p := range c.service.now.Load().order {
		if p.kind == catalog.Demo {
			continue
		}
		if p.isPersonal() {
			own, err := c.service.personal(ctx, c.user, p)
			if err != nil {
				continue
			}
			p = own
		}
		if p.gate.Health().Breaker == resilient.Open || p.list.Load().err != nil {
			continue
		}
		c.offer(p, request, failed, &found)
	}
	all := slices.Concat(found.same, found.other, found.here)
	return all[:min(len(all), mostAlternatives)]
}

// candidates are the same model elsewhere, other models there, and others of the
// same provider.
type candidates struct{ same, other, here []string }

// offer adds what a provider has.
func (c *call) offer(p *provider, request llm.Request, failed *llm.Error, found *candidates) {
	list, taken := &found.other, false
	if p.name == c.provider.name {
		list, taken = &found.here, !ofModel(failed.Kind)
	}
	for _, info := range p.list.Load().models {
		if info.ID == c.info.ID || !suits(info, request) || failed.Kind == llm.ErrContextTooLong && info.Context <= c.info.Context {
			continue
		}
		switch {
		case list == &found.other && bare(info.Name) == bare(c.info.Name):
			found.same, taken = append(found.same, info.ID), true
		case !taken:
			taken = true
			*list = append(*list, info.ID)
		}
	}
}

// ofModel reports whether an error is about one model, so that another one of
// the same provider may do.
func ofModel(kind llm.ErrorKind) bool {
	switch kind {
	case llm.ErrModelNotFound, llm.ErrContextTooLong, llm.ErrOverloaded, llm.ErrContentFiltered, llm.ErrRateLimited, llm.ErrTimeout:
		return true
	default:
		return false
	}
}

// bare is a model's name without the vendor that routers put before it.
func bare(model string) string { return strings.ToLower(model[strings.LastIndexByte(model, '/')+1:]) }
