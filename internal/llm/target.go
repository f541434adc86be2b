package llm

import "strings"

// Info describes a model to people and to the turn loop.
type Info struct {
	// ID is "provider/model", Name the provider's own name of the model.
	ID    string `json:"id"`
	Name  string `json:"name"`
	Label string `json:"label"`
	// Endpoint is the name of the provider that the model is called at, also where
	// ID tells another.
	Endpoint string `json:"endpoint,omitempty"`
	// Speaker is the name under which it answers; empty is Label.
	Speaker string `json:"speaker,omitempty"`
	// Icon names an icon of the web app; empty is the provider's.
	Icon string `json:"icon,omitempty"`
	// PlainMenu and PlainHeader keep the icon out of the list of models, and off the
	// button that opens it.
	PlainMenu   bool `json:"plainMenu,omitempty"`
	PlainHeader bool `json:"plainHeader,omitempty"`
	// Context and MaxOutput are in tokens; 0 is unknown.
	Context   int     `json:"context"`
	MaxOutput int     `json:"maxOutput"`
	Prices    *Prices `json:"prices"`
	Vision    bool    `json:"vision"`
	Tools     bool    `json:"tools"`
	Reasoning bool    `json:"reasoning"`
	// Local says that the server stands on this machine or in its own network, Relay
	// that it passes on to others, which may be anywhere.
	Local bool `json:"local"`
	Relay bool `json:"relay,omitempty"`
	// Files says that documents such as PDF are read, Audio that sound is.
	Files bool `json:"files,omitempty"`
	Audio bool `json:"audio,omitempty"`
	// Levels are the reasoning levels that the model takes, lowest first.
	Levels []string `json:"levels,omitempty"`
	// Remote are the tools that the provider itself runs for this model.
	Remote []string `json:"remote,omitempty"`
	// Knowledge is the date up to which the model knows the world, as
	// "2025-03" or "2025-03-31".
	Knowledge   string   `json:"knowledge,omitempty"`
	Description string   `json:"description,omitempty"`
	Uses        []string `json:"uses,omitempty"`
	Status      Status   `json:"status,omitempty" enum:"stable,preview,deprecated"`
	// Preamble is how many tokens the instructions are likely to be that it comes
	// with.
	Preamble int64 `json:"preamble,omitempty"`
	// Greeting is the heading of a new chat with this model, Starters are first
	// messages to choose from; empty are the web app's own.
	Greeting string   `json:"greeting,omitempty"`
	Starters []string `json:"starters,omitempty"`
}

// Status says how long a model can be relied on.
type Status string

// The states of a model; empty is unknown.
const (
	Stable     Status = "stable"
	Preview    Status = "preview"
	Deprecated Status = "deprecated"
)

// Prices are in US dollars per million tokens.
type Prices struct {
	Input      float64 `json:"input"`
	Output     float64 `json:"output"`
	CacheRead  float64 `json:"cacheRead"`
	CacheWrite float64 `json:"cacheWrite"`
	// Reasoning is the price of reasoning tokens where it differs from that of
	// the output; 0 is the same.
	Reasoning float64 `json:"reasoning,omitempty"`
	// Tiers are the prices of long requests, in rising order of Above.
	Tiers []PriceTier `json:"tiers,omitempty"`
	// Services are what other classes of service than the usual one cost, by the
	// provider's word for each, as a multiple: "flex" 0.5 is half of the prices.
	Services map[string]float64 `json:"services,omitempty"`
}

// PriceTier is what a call costs whose input has more than Above tokens.
type PriceTier struct {
	Above      int64   `json:"above"`
	Input      float64 `json:"input"`
	Output     float64 `json:"output"`
	CacheRead  float64 `json:"cacheRead"`
	CacheWrite float64 `json:"cacheWrite"`
}

// Rates are the prices that hold for one call, in US dollars per million tokens.
type Rates struct {
	Input      float64 `json:"input"`
	Output     float64 `json:"output"`
	CacheRead  float64 `json:"cacheRead"`
	CacheWrite float64 `json:"cacheWrite"`
	Reasoning  float64 `json:"reasoning"`
	// Above names the tier: its input tokens begin above it; 0 is none.
	Above int64 `json:"above,omitempty"`
	// Service is the class of service that they are for; empty is the usual one.
	Service string `json:"service,omitempty"`
}

// Rates returns what holds for a call with so many input tokens, in a class of
// service. One without a price of its own costs as usual.
func (p Prices) Rates(input int64, service string) Rates {
	r := Rates{Input: p.Input, Output: p.Output, CacheRead: p.CacheRead, CacheWrite: p.CacheWrite}
	for _, t := range p.Tiers {
		if input > t.Above {
			r = Rates{Input: t.Input, Output: t.Output, CacheRead: t.CacheRead, CacheWrite: t.CacheWrite, Above: t.Above}
		}
	}
	r.Reasoning = r.Output
	if p.Reasoning > 0 {
		r.Reasoning = p.Reasoning
	}
	if m, ok := p.Services[strings.ToLower(service)]; ok {
		r.Service = strings.ToLower(service)
		for _, price := range []*float64{&r.Input, &r.Output, &r.CacheRead, &r.CacheWrite, &r.Reasoning} {
			*price *= m
		}
	}
	return r
}

// Cost returns what usage costs by these prices in US dollars.
func (r Rates) Cost(u Usage) float64 {
	plain := u.Input - u.CacheRead - u.CacheWrite
	sum := float64(plain)*r.Input + float64(u.CacheRead)*r.CacheRead + float64(u.CacheWrite)*r.CacheWrite +
		float64(u.Output-u.Reasoning)*r.Output + float64(u.Reasoning)*r.Reasoning
	return sum / 1e6
}

// Cost returns what usage costs in US dollars: the provider's own figure where
// it gives one, else by the prices; false where neither is known.
func (p *Prices) Cost(u Usage) (float64, bool) {
	if u.Cost != nil {
		return *u.Cost, true
	}
	if p == nil {
		return 0, false
	}
	return p.Rates(u.Input, u.Tier).Cost(u), true
}

// Target is a model that was found by its name and is ready to be called.
type Target struct {
	Model Model
	Info  Info
	// Provider is the configured name of the provider.
	Provider string
	// Own says that the user's own account at the provider pays.
	Own bool
	// ModelTitles says that the model writes the titles of new chats, Titling how.
	ModelTitles bool
	Titling     Titling
	// Params are the provider's own defaults, such as an admin's addParams.
	Params Params
	// MaxResult is the most of a tool's result that the model is shown, in
	// characters; 0 is all.
	MaxResult int
}

// Titling says how the titles of new chats are written. Empty fields leave it to
// the chat's own model and to a prompt of ours.
type Titling struct {
	// Model and Provider name who writes, each by the provider's own name.
	Model    string
	Provider string
	// Prompt asks for the title; {convo} in it stands for the conversation, which
	// Template lays out by {input} and {output}.
	Prompt   string
	Template string
	// Early has it written while the answer is, from the question alone.
	Early bool
	// Plain puts all that is said into one message of the user's.
	Plain bool
}
