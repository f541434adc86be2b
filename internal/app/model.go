package app

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"parley/internal/chat"
	"parley/internal/feature/model"
	"parley/internal/feature/provider"
	"parley/internal/identity"
	"parley/internal/llm"
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
func modelSpecs(c Config) model.Specs {
	from := c.ModelSpecs
	out := model.Specs{Enforce: from.Enforce, Fixed: !c.Interface.ModelSelect}
	for _, name := range from.AddedEndpoints {
		out.Added = append(out.Added, provider.NameOf(name))
	}
	list := slices.Clone(from.List)
	slices.SortStableFunc(list, func(a, b provider.ModelSpec) int { return cmp.Compare(a.Order, b.Order) })
	for _, spec := range list {
		preset := spec.Preset
		if spec.Name == "" || preset.Model == "" || preset.Endpoint == "" {
			continue
		}
		out.List = append(out.List, model.Spec{
			Name: spec.Name, Label: cmp.Or(spec.Label, preset.ModelLabel, spec.Name), Description: spec.Description,
			Icon: spec.IconURL, Group: provider.NameOf(spec.Group), GroupIcon: spec.GroupIcon,
			Greeting: greetingOf(spec), Starters: spec.ConversationStarters,
			Default: spec.Default, SoftDefault: spec.SoftDefault, Unlisted: spec.ShowInMenu != nil && !*spec.ShowInMenu,
			Model: provider.NameOf(preset.Endpoint) + "/" + preset.Model, Params: paramsOf(preset),
			Instructions: cmp.Or(preset.PromptPrefix, preset.System, preset.Instructions), Remote: remoteOf(spec), Vision: spec.Vision,
		})
	}
	return out
}

// greetingOf is what a new chat with a spec begins with.
func greetingOf(spec provider.ModelSpec) string {
	if spec.Preset.Greeting != "" || !spec.ShowOnLanding {
		return spec.Preset.Greeting
	}
	return cmp.Or(spec.Label, spec.Name)
}

// paramsOf reads the parameters of a preset, of which several have a name for
// each endpoint.
func paramsOf(p provider.SpecPreset) llm.Params {
	params := llm.Params{
		Temperature: p.Temperature, TopP: cmp.Or(p.TopP, p.TopPCamel), TopK: p.TopK,
		MaxTokens:        cmp.Or(p.MaxTokens, p.MaxTokensCamel, p.MaxOutputTokens),
		FrequencyPenalty: p.FrequencyPenalty, PresencePenalty: p.PresencePenalty, Stop: p.Stop,
		Effort: cmp.Or(p.ReasoningEffort, p.Effort, strings.ToLower(p.ThinkingLevel)), Verbosity: p.Verbosity,
	}
	if n, err := strconv.Atoi(p.ThinkingBudget); err == nil && n >= 0 {
		params.ReasoningTokens = &n
	}
	if p.Thinking != nil && !*p.Thinking {
		params.ReasoningTokens, params.Effort = new(0), ""
	}
	return params
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
