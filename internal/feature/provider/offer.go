package provider

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"parley/internal/identity"
	"parley/internal/llm"
	"parley/internal/llm/catalog"
	"parley/internal/llm/param"
)

// Offers lists the providers and what a user may choose of each. The lists of
// models are shared and must not be changed; a changed one is another slice.
func (s *Service) Offers(ctx context.Context, user identity.UserID) []llm.Offer {
	order := s.now.Load().order
	keys := map[string]ownKey{}
	if slices.ContainsFunc(order, func(p *provider) bool { return p.asks.any() }) {
		var err error
		if keys, err = s.store.listOwn(ctx, s.config.DB, user); err != nil {
			s.config.Log.WarnContext(ctx, "the keys that users gave could not be read", "error", err)
		}
	}
	all := make([]llm.Offer, 0, len(order))
	for _, p := range order {
		o := llm.Offer{Name: p.name, Label: p.label, Icon: p.icon, Demo: p.kind == catalog.Demo}
		mine := p
		if p.isPersonal() {
			k := keys[fold(p.name)]
			if p.asks.any() {
				o.Key = p.keyState(k)
			}
			if own, err := s.personalWith(user, p, k); err == nil {
				mine = own
			}
		}
		o.Down = mine.gate.IsOpen()
		if o.Models = mine.list.Load().models; o.Models == nil {
			o.Models = []llm.Info{}
		}
		all = append(all, o)
	}
	return all
}

// Parameters describes what a model may be told; with is what is set already. A
// model that only plays a script may be told nothing.
func (s *Service) Parameters(ctx context.Context, user identity.UserID, model string, with llm.Params) ([]param.Definition, error) {
	p, info, err := s.find(ctx, user, model, false)
	if err != nil {
		return nil, err
	}
	drafter, ok := p.speak(info, "", nil).(param.Drafter)
	if !ok {
		return nil, nil
	}
	list := param.Of(param.Subject{
		Model: drafter, Dialect: p.dialect, Info: info, Regions: p.regions(), Region: p.cloud.region, Protocols: p.protocols(), With: with.Over(p.params),
	})
	return param.Customize(list, p.customs), nil
}

// NameOf returns the name that a provider has here, by LibreChat's name of its
// endpoint; others keep theirs.
func NameOf(endpoint string) string {
	switch strings.ToLower(endpoint) {
	case "openai":
		return "openai"
	case "azureopenai":
		return "azure"
	}
	return endpoint
}

// customs reads the paramDefinitions of a custom endpoint.
func customs(list []ParamDefinition) []param.Custom {
	var all []param.Custom
	for _, d := range list {
		c := param.Custom{Key: d.Key, Label: d.Label, Help: d.Description, Default: d.Default, Most: d.MaxTags, Look: lookOf(d)}
		for _, option := range d.Options {
			c.Values = append(c.Values, fmt.Sprint(option))
		}
		if r := d.Range; r.Max > r.Min {
			c.Min, c.Max = &r.Min, &r.Max
		}
		if d.Range.Step > 0 {
			c.Step = &d.Range.Step
		}
		all = append(all, c)
	}
	return all
}

// lookOf is how a parameter is shown. Of LibreChat's columns, four unless it says
// how many, the panel has room for two.
func lookOf(d ParamDefinition) param.Look {
	look := param.Look{
		Component: d.Component, Placeholder: d.Placeholder, AboveZero: d.Range.PositiveMin, MinText: d.MinText, MaxText: d.MaxText, MinTags: d.MinTags,
		NoLabel: isOff(d.ShowLabel), NoDefault: isOff(d.ShowDefault), NoField: isOff(d.IncludeInput),
		Half: d.ColumnSpan > 0 && 2*d.ColumnSpan <= cmp.Or(d.Columns, 4),
	}
	if look.Placeholder == "" {
		look.Placeholder = d.SelectPlaceholder
	}
	for value, word := range d.EnumMappings {
		if text, ok := word.(string); ok { // numbers are where a slider of LibreChat's has it
			if look.Words == nil {
				look.Words = map[string]string{}
			}
			look.Words[value] = text
		}
	}
	return look
}

func isOff(on *bool) bool { return on != nil && !*on }

// runnable keeps of the provider's own tools those that the codec can ask for.
func runnable(model llm.Model, tools []string) []string {
	drafter, ok := model.(param.Drafter)
	if !ok {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(tools), func(tool string) bool { return !param.Runs(drafter, tool) })
}
