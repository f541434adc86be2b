package model

import (
	"cmp"
	"context"
	"math"
	"slices"
	"strings"

	"parley/internal/identity"
	"parley/internal/llm"
	"parley/internal/llm/param"
	"parley/internal/meter"
	"parley/internal/turn"
)

// Spec is a model as an administrator wants it to be chosen: with a name, a look
// and settings of its own. To all others it is a model of the provider "specs".
type Spec struct {
	// Revision counts what administrators changed of it; 0 is one of the
	// configuration as it stands there.
	Revision int64  `json:"-"`
	Name     string `json:"name,omitempty"`
	Label    string `json:"label"`
	// Speaker is the name under which it answers; empty is the label.
	Speaker     string `json:"speaker,omitempty"`
	Description string `json:"description,omitempty"`
	// Icon names an icon of the web app, or is a picture as a data: address.
	Icon string `json:"icon,omitempty"`
	// Group is the heading that it stands under, or a provider's name to stand
	// among that one's models; empty is the general heading.
	Group     string `json:"group,omitempty"`
	GroupIcon string `json:"groupIcon,omitempty"`
	// PlainMenu and PlainHeader keep its icon out of the list of models, and off the
	// button that opens it.
	PlainMenu   bool `json:"plainMenu,omitempty"`
	PlainHeader bool `json:"plainHeader,omitempty"`
	// Order is its place, from 1; those without one come behind, as they stand.
	Order int `json:"order,omitempty" minimum:"0" maximum:"9999"`
	// Default is chosen for every new chat, SoftDefault for those who have not
	// chosen anything yet.
	Default     bool `json:"default,omitempty"`
	SoftDefault bool `json:"softDefault,omitempty"`
	// Unlisted keeps it off the list; who has its id can use it.
	Unlisted bool `json:"unlisted,omitempty"`
	// Model is the "provider/model" behind it.
	Model string `json:"model"`
	// Params hold where the user sets nothing else.
	Params       llm.Params `json:"params,omitzero"`
	Instructions string     `json:"instructions,omitempty"`
	// Dated adds the date and the time to the instructions.
	Dated bool `json:"dated,omitempty"`
	// Remote are tools that the provider runs for it.
	Remote []string `json:"remote,omitempty"`
	// Greeting and Starters are what a new chat begins with.
	Greeting string   `json:"greeting,omitempty"`
	Starters []string `json:"starters,omitempty"`
	// Vision goes before what is known of the model, if it is set.
	Vision *bool `json:"vision,omitempty"`
}

// Specs are all of them.
type Specs struct {
	// Enforce leaves nothing but the list, and the providers of Added.
	Enforce bool
	// Fixed leaves users no choice beside the list either; without a list, the
	// default model alone. Administrators choose freely.
	Fixed bool
	// Prioritize has new chats begin with one of the list, unless the user's last
	// choice was one too.
	Prioritize bool
	Added      []string
	List       []Spec
}

// provider is the name that specs have where providers have theirs.
const provider = "specs"

// shelf is a set of specs; it does not change.
type shelf struct {
	Specs
	byID map[string]*Spec
}

func newShelf(specs Specs) *shelf {
	place := func(s Spec) int { return cmp.Or(s.Order, math.MaxInt) }
	specs.List = slices.Clone(specs.List)
	slices.SortStableFunc(specs.List, func(a, b Spec) int { return cmp.Compare(place(a), place(b)) })
	s := &shelf{Specs: specs, byID: map[string]*Spec{}}
	for i := range s.List {
		spec := &s.List[i]
		if _, taken := s.byID[spec.id()]; !taken {
			s.byID[spec.id()] = spec
		}
	}
	return s
}

// id is the name by which the spec is a model.
func (s *Spec) id() string { return provider + "/" + strings.Join(strings.Fields(s.Name), "-") }

// fixes reports whether who asks has no choice but the administrator's. Work in
// the background was let in when it began.
func (s *shelf) fixes(ctx context.Context) bool {
	who, ok := identity.From(ctx)
	return s.Fixed && ok && who.Role != identity.RoleAdmin
}

// opens reports whether the models of a provider may be chosen as they are.
func (s *shelf) opens(name string, fixed bool) bool {
	return !s.Enforce && !fixed || len(s.List) == 0 || slices.ContainsFunc(s.Added, func(added string) bool { return strings.EqualFold(added, name) })
}

// Resolve finds a model or a spec by its name. It returns [ErrModel] for what the
// administrator has closed.
func (s *Service) Resolve(ctx context.Context, user identity.UserID, name string) (llm.Target, error) {
	shelf := s.specs.Load()
	spec := shelf.byID[name]
	if spec == nil {
		if !s.allows(ctx, user, shelf, name) {
			return llm.Target{}, ErrModel
		}
		return s.resolve(ctx, user, name)
	}
	target, err := s.resolve(ctx, user, spec.Model)
	if err != nil {
		return llm.Target{}, err
	}
	target.Info = spec.info(target.Info)
	target.Params = spec.Params.Over(target.Params)
	return target, nil
}

// allows reports whether a model that is no spec may be used.
func (s *Service) allows(ctx context.Context, user identity.UserID, shelf *shelf, name string) bool {
	fixed := shelf.fixes(ctx)
	if fixed && len(shelf.List) == 0 {
		usual, _ := s.defaultModel(ctx, s.known.Load().lay(s.Providers.Offers(ctx, user)))
		return strings.EqualFold(name, usual)
	}
	from, _, _ := strings.Cut(name, "/")
	return shelf.opens(from, fixed)
}

// resolve finds a model of a provider, as the administrator describes it.
func (s *Service) resolve(ctx context.Context, user identity.UserID, name string) (llm.Target, error) {
	target, err := s.Providers.Resolve(ctx, user, name)
	if err == nil {
		s.known.Load().apply(&target.Info)
	}
	return target, err
}

// info describes a spec: as its model, but for what the administrator says. Name
// stays that of the model, which is what the provider is asked for.
func (s *Spec) info(of llm.Info) llm.Info {
	of.ID = s.id()
	if s.Label != "" {
		of.Label = s.Label
	}
	if s.Description != "" {
		of.Description = s.Description
	}
	if s.Icon != "" {
		of.Icon = s.Icon
	}
	if most := s.Params.ContextTokens; most != nil && (of.Context == 0 || *most < of.Context) {
		of.Context = *most
	}
	of.Speaker, of.Preamble = s.Speaker, meter.Estimate(len(s.Instructions))
	of.PlainMenu, of.PlainHeader = s.PlainMenu, s.PlainHeader
	of.Greeting, of.Starters = s.Greeting, s.Starters
	if s.Vision != nil {
		of.Vision = *s.Vision
	}
	return of
}

// prepare adds what a spec brings beside parameters.
func (s *Service) prepare(_ context.Context, call *turn.Call) error {
	spec := s.specs.Load().byID[call.Target.Info.ID]
	if spec == nil {
		return nil
	}
	instructions := spec.Instructions
	if spec.Dated {
		instructions += "\n\nThe current date and time: " + s.Now().Format("Monday, 2 January 2006, 15:04 MST") + "."
	}
	call.Request.System = strings.TrimSpace(strings.TrimSpace(instructions) + "\n\n" + call.Request.System)
	for _, name := range spec.Remote {
		if !slices.ContainsFunc(call.Request.Remote, func(t llm.RemoteTool) bool { return t.Name == name }) {
			call.Request.Remote = append(call.Request.Remote, llm.RemoteTool{Name: name})
		}
	}
	return nil
}

// offers lays the specs out over what the providers offer, and says which model
// a new chat has.
func (s *Service) offers(ctx context.Context, user identity.UserID, from []llm.Offer) []llm.Offer {
	shelf := s.specs.Load()
	fixed := shelf.fixes(ctx)
	if len(shelf.List) == 0 {
		if fixed {
			usual, _ := s.defaultModel(ctx, from)
			return only(from, usual)
		}
		return from
	}
	var curated, rest []llm.Offer
	for _, offer := range from {
		if shelf.opens(offer.Name, fixed) {
			rest = append(rest, offer)
		}
	}
	for i := range shelf.List {
		spec := &shelf.List[i]
		target, err := s.resolve(ctx, user, spec.Model)
		if err != nil || spec.Unlisted || shelf.byID[spec.id()] != spec {
			continue
		}
		info := spec.info(target.Info)
		if at := slices.IndexFunc(rest, func(o llm.Offer) bool { return strings.EqualFold(o.Name, spec.Group) }); at >= 0 {
			rest[at].Models = append([]llm.Info{info}, rest[at].Models...)
			continue
		}
		name := provider
		if spec.Group != "" {
			name += ":" + spec.Group
		}
		at := slices.IndexFunc(curated, func(o llm.Offer) bool { return o.Name == name })
		if at < 0 {
			at = len(curated)
			curated = append(curated, llm.Offer{Name: name, Label: spec.Group, Icon: spec.GroupIcon, Curated: true})
		}
		curated[at].Models = append(curated[at].Models, info)
	}
	return append(curated, rest...)
}

// only leaves one model of all.
func only(offers []llm.Offer, id string) []llm.Offer {
	for _, offer := range offers {
		if at := slices.IndexFunc(offer.Models, func(m llm.Info) bool { return m.ID == id }); at >= 0 {
			offer.Models = offer.Models[at : at+1]
			return []llm.Offer{offer}
		}
	}
	return nil
}

// defaultModel is the model of a new chat; always says that it goes before what
// the user chose last.
func (s *Service) defaultModel(ctx context.Context, offers []llm.Offer) (id string, always bool) {
	listed := func(id string) bool {
		return slices.ContainsFunc(offers, func(o llm.Offer) bool {
			return slices.ContainsFunc(o.Models, func(m llm.Info) bool { return m.ID == id })
		})
	}
	shelf := s.specs.Load()
	first, soft, fixed := "", "", shelf.fixes(ctx)
	for i := range shelf.List {
		spec := &shelf.List[i]
		if !listed(spec.id()) {
			continue
		}
		if spec.Default {
			return spec.id(), true
		}
		first = cmp.Or(first, spec.id())
		if spec.SoftDefault && soft == "" {
			soft = spec.id()
		}
	}
	if soft == "" && shelf.Prioritize {
		soft = first
	}
	if soft != "" {
		return soft, fixed
	}
	if usual := s.Providers.Default(ctx); listed(usual) {
		return usual, fixed
	}
	for _, offer := range offers {
		if len(offer.Models) > 0 {
			return offer.Models[0].ID, fixed
		}
	}
	return "", false
}

// Parameters describes what a model or a spec may be told. What a spec sets is
// the default of its parameters.
func (s *Service) Parameters(ctx context.Context, user identity.UserID, name string, with llm.Params) ([]param.Definition, error) {
	shelf := s.specs.Load()
	spec := shelf.byID[name]
	if spec == nil {
		if !s.allows(ctx, user, shelf, name) {
			return nil, ErrModel
		}
		return s.Providers.Parameters(ctx, user, name, with)
	}
	list, err := s.Providers.Parameters(ctx, user, spec.Model, with.Over(spec.Params))
	if err != nil {
		return nil, err
	}
	return param.WithDefaults(list, spec.Params), nil
}
