package app

import (
	"cmp"
	"slices"
	"strings"

	"parley/internal/chat"
	"parley/internal/feature/model"
	"parley/internal/feature/provider"
	"parley/internal/identity"
	"parley/internal/llm"
	"parley/internal/llm/librechat"
)

// layoutChanged tells a user, or everyone, to read the models again.
func (a *App) layoutChanged(user identity.UserID) {
	if user == "" {
		a.modelsChanged()
		return
	}
	a.publish(chat.UserChannel(user), map[string]string{"type": "models"})
}

// parameters reports whether users set parameters.
func (a *App) parameters() bool { return a.live.look().Parameters }

// modelSpecs reads the section modelSpecs. Entries that stand for an agent or an
// assistant have no model and are left out.
func (a *App) modelSpecs(c Config) model.Specs {
	from := c.ModelSpecs
	out := model.Specs{
		Enforce: a.Settings.Server().EnforceSpecs, Fixed: !c.Interface.ModelSelect, Prioritize: a.Settings.Server().PrioritizeSpecs,
	}
	for _, name := range from.AddedEndpoints {
		out.Added = append(out.Added, provider.NameOf(name))
	}
	for _, spec := range from.List {
		preset := spec.Preset
		preset.Model = cmp.Or(preset.Model, c.Endpoints.FirstModel(preset.Endpoint))
		if spec.Name == "" || preset.Model == "" || preset.Endpoint == "" {
			continue
		}
		out.List = append(out.List, model.Spec{
			Name: spec.Name, Label: cmp.Or(spec.Label, preset.ModelLabel, preset.ChatGPTLabel, spec.Name), Description: spec.Description,
			Speaker: cmp.Or(preset.ModelLabel, preset.ChatGPTLabel), Order: max(spec.Order, 0),
			PlainMenu: isOff(spec.ShowIconInMenu), PlainHeader: isOff(spec.ShowIconInHeader),
			Icon: cmp.Or(spec.IconURL, preset.IconURL), Group: provider.NameOf(spec.Group), GroupIcon: spec.GroupIcon,
			Greeting: greetingOf(spec), Starters: spec.ConversationStarters,
			Default: spec.Default, SoftDefault: spec.SoftDefault, Unlisted: isOff(spec.ShowInMenu),
			Model: provider.NameOf(preset.Endpoint) + "/" + preset.Model, Params: preset.Params(),
			Instructions: cmp.Or(preset.PromptPrefix, preset.System, preset.Instructions), Dated: preset.AppendCurrentDatetime, Remote: remoteOf(spec), Vision: spec.Vision,
		})
	}
	return out
}

// isOff reports whether something that is on by itself was switched off.
func isOff(on *bool) bool { return on != nil && !*on }

// greetingOf is what a new chat with a spec begins with.
func greetingOf(spec provider.ModelSpec) string {
	if spec.Preset.Greeting != "" || !spec.ShowOnLanding {
		return spec.Preset.Greeting
	}
	return cmp.Or(spec.Label, spec.Name)
}

// exportSpecs writes what administrators curated among the entries of the
// configuration, as it would have them: in the place of one with the same name,
// else behind them.
func exportSpecs(given []provider.ModelSpec, curated []model.Spec) []provider.ModelSpec {
	list := slices.Clone(given)
	for _, spec := range curated {
		entry := entryOf(spec)
		if at := slices.IndexFunc(list, func(s provider.ModelSpec) bool { return s.Name == spec.Name }); at >= 0 {
			list[at] = entry
		} else {
			list = append(list, entry)
		}
		for i := range list {
			list[i].Default = list[i].Default && (!spec.Default || list[i].Name == spec.Name)
		}
	}
	return list
}

// entryOf is what modelSpecs reads a spec from.
func entryOf(spec model.Spec) provider.ModelSpec {
	endpoint, name, _ := strings.Cut(spec.Model, "/")
	out := provider.ModelSpec{
		Name: spec.Name, Label: spec.Label, Description: spec.Description, IconURL: spec.Icon, Group: spec.Group, GroupIcon: spec.GroupIcon,
		Default: spec.Default, SoftDefault: spec.SoftDefault, Vision: spec.Vision,
		ConversationStarters: spec.Starters, Order: spec.Order,
		Preset: provider.SpecPreset{
			Endpoint: endpoint, Model: name, ModelLabel: spec.Speaker, PromptPrefix: spec.Instructions, Greeting: spec.Greeting, AppendCurrentDatetime: spec.Dated, Settings: librechat.Of(spec.Params),
		},
	}
	if spec.Unlisted {
		out.ShowInMenu = new(false)
	}
	if spec.PlainMenu {
		out.ShowIconInMenu = new(false)
	}
	if spec.PlainHeader {
		out.ShowIconInHeader = new(false)
	}
	for _, name := range spec.Remote {
		switch name {
		case llm.RemoteWebSearch:
			out.Preset.WebSearch = new(true)
		case llm.RemoteURLContext:
			out.Preset.URLContext = new(true)
		}
	}
	return out
}

// remoteOf lists the tools that a spec has the provider run.
func remoteOf(spec provider.ModelSpec) []string {
	var all []string
	for name, on := range map[string]*bool{llm.RemoteWebSearch: spec.Preset.WebSearch, llm.RemoteURLContext: spec.Preset.URLContext} {
		if on != nil && *on {
			all = append(all, name)
		}
	}
	slices.Sort(all)
	return all
}
