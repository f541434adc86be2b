// Package catalog knows models and providers by name: context windows, prices,
// what a model can do, where a provider is, whose key a key is.
//
// It is a seed, frozen when Parley was built: an admin's own figures and the
// provider's word go before it. It makes no calls.
//
// Sources: charm.land/catwalk, embedded data; what that lacks is in family.go.
package catalog

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"sync"

	"parley/internal/llm"

	"charm.land/catwalk/pkg/catwalk"
	"charm.land/catwalk/pkg/embedded"
)

// index finds the models of one provider.
type index struct {
	exact map[string]*catwalk.Model
	loose map[string]*catwalk.Model // by canonical name
	plain map[string]*catwalk.Model // by canonical name without a vendor
}

// load takes some milliseconds, so it waits for the first question.
var load = sync.OnceValue(func() map[string]*index {
	all := map[string]*index{}
	providers := embedded.GetAll()
	for i := range providers {
		all[string(providers[i].ID)] = newIndex(providers[i].Models)
	}
	return all
})

func newIndex(models []catwalk.Model) *index {
	x := &index{
		exact: map[string]*catwalk.Model{}, loose: map[string]*catwalk.Model{}, plain: map[string]*catwalk.Model{},
	}
	add := func(into map[string]*catwalk.Model, key string, model *catwalk.Model) {
		if into[key] == nil {
			into[key] = model
		}
	}
	for i := range models {
		model := &models[i]
		add(x.exact, strings.ToLower(model.ID), model)
		add(x.loose, canonical(model.ID), model)
		add(x.plain, withoutVendor(canonical(model.ID)), model)
	}
	return x
}

// elsewhere are the providers asked about a model that its own does not list:
// the makers first, then the routers.
var elsewhere = []string{
	"openai", "anthropic", "gemini", "xai", "deepseek", "zai", "moonshot", "openrouter", "vercel", "huggingface",
}

// Lookup returns what is known of a model of a kind of provider; its ID is not
// filled, and MaxOutput is what one usually allows. Names are matched with
// tolerance: case, dates, "-latest", ":free" and the like, and a router's vendor
// prefix do not matter. Prices are only given where the model was found with the
// provider that is asked, and are nil where they are not known.
func Lookup(kind, model string) (llm.Info, bool) {
	k, known := KindNamed(kind)
	name := withoutVendor(canonical(model))
	info, own, ok := k.find(model)
	if !ok {
		info = llm.Info{Label: model, Tools: k.ID != "perplexity"}
		own = k.makes(name)
		if known && k.isFree() {
			info.Prices = &llm.Prices{}
		}
	}
	info.Name = model
	if fill(&info, name, own) && own {
		ok = true
	}
	if info.Prices != nil && own {
		serve(info.Prices, k.ID, name)
	}
	info.Remote = remote(k.ID, name)
	return info, ok
}

// find asks catwalk. own says that it knows the model from the provider itself.
func (k Kind) find(model string) (info llm.Info, own, ok bool) {
	all := load()
	if x := all[k.source]; x != nil {
		if found := x.find(model); found != nil {
			info = k.info(found, true)
			if strings.HasSuffix(strings.ToLower(model), free) {
				info.Prices = &llm.Prices{}
			}
			return info, true, true
		}
	}
	if k.vendor != "" {
		if found := all["openrouter"].find(k.vendor + "/" + withoutVendor(canonical(model))); found != nil {
			return k.info(found, true), true, true
		}
	}
	for _, name := range elsewhere {
		if x := all[name]; x != nil {
			if found := x.find(model); found != nil {
				info = k.info(found, false)
				if _, plain, ok := strings.Cut(info.Label, ": "); ok { // a router names the vendor
					info.Label = plain
				}
				return info, false, true
			}
		}
	}
	return llm.Info{}, false, false
}

// makers tells whose models have which names.
var makers = map[string]*regexp.Regexp{
	"anthropic": regexp.MustCompile(`^claude-`),
	"openai":    regexp.MustCompile(`^(gpt|chatgpt|o\d|codex)`),
	"google":    regexp.MustCompile(`^(gemini|gemma)-`),
	"xai":       regexp.MustCompile(`^grok-`),
	"mistral":   regexp.MustCompile(`stral`),
	"deepseek":  regexp.MustCompile(`^deepseek-`),
}

// makes reports whether a provider is the maker of a model, by its name.
func (k Kind) makes(name string) bool {
	maker := makers[k.ID]
	return maker != nil && maker.MatchString(name)
}

func (x *index) find(model string) *catwalk.Model {
	name := canonical(model)
	return cmp.Or(x.exact[strings.ToLower(model)], x.loose[name], x.plain[withoutVendor(name)])
}

// free ends the names of models that a router offers for nothing.
const free = ":free"

var (
	variant = regexp.MustCompile(`:[a-z0-9-]+$`)
	date    = regexp.MustCompile(`[-@](20\d{2}-?\d{2}-?\d{2}|\d{4}|latest|v\d+)$`)
)

// canonical reduces a name to what tells one model from another.
func canonical(model string) string {
	name := strings.ToLower(strings.TrimSpace(model))
	name = strings.TrimPrefix(strings.TrimPrefix(name, "models/"), "~")
	name = variant.ReplaceAllString(name, "")
	for {
		shorter := date.ReplaceAllString(name, "")
		if shorter == name {
			break
		}
		name = shorter
	}
	return strings.ReplaceAll(name, ".", "-")
}

func withoutVendor(name string) string { return name[strings.LastIndexByte(name, '/')+1:] }

func (k Kind) info(m *catwalk.Model, own bool) llm.Info {
	info := llm.Info{
		Label: m.Name, Context: int(m.ContextWindow), MaxOutput: int(m.DefaultMaxTokens),
		Vision: m.SupportsImages, Tools: k.ID != "perplexity", Reasoning: m.CanReason,
		Levels: slices.Clone(m.ReasoningLevels),
	}
	switch {
	case k.isFree():
		info.Prices = &llm.Prices{}
	case own:
		info.Prices = prices(m)
	}
	return info
}

// prices reads catwalk's four figures. The two for caching are filed under
// misleading names, and differently from provider to provider: the one above
// the input price is for writing, the one below it for reading.
func prices(m *catwalk.Model) *llm.Prices {
	if m.CostPer1MIn == 0 && m.CostPer1MOut == 0 && !strings.HasSuffix(m.ID, free) {
		return nil
	}
	p := &llm.Prices{
		Input: m.CostPer1MIn, Output: m.CostPer1MOut, CacheRead: m.CostPer1MIn, CacheWrite: m.CostPer1MIn,
	}
	if m.CostPer1MInCached > p.Input {
		p.CacheWrite = m.CostPer1MInCached
	}
	for _, read := range []float64{m.CostPer1MOutCached, m.CostPer1MInCached} {
		if read > 0 && read < p.Input {
			p.CacheRead = read
		}
	}
	return p
}
