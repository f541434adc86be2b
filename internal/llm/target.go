package llm

// Info describes a model to people and to the turn loop.
type Info struct {
	// ID is "provider/model", Name the provider's own name of the model.
	ID    string `json:"id"`
	Name  string `json:"name"`
	Label string `json:"label"`
	// Context and MaxOutput are in tokens; 0 is unknown.
	Context   int     `json:"context"`
	MaxOutput int     `json:"maxOutput"`
	Prices    *Prices `json:"prices"`
	Vision    bool    `json:"vision"`
	Tools     bool    `json:"tools"`
	Reasoning bool    `json:"reasoning"`
	Local     bool    `json:"local"`
}

// Prices are in US dollars per million tokens.
type Prices struct {
	Input      float64 `json:"input"`
	Output     float64 `json:"output"`
	CacheRead  float64 `json:"cacheRead"`
	CacheWrite float64 `json:"cacheWrite"`
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
	plain := u.Input - u.CacheRead - u.CacheWrite
	sum := float64(plain)*p.Input + float64(u.CacheRead)*p.CacheRead +
		float64(u.CacheWrite)*p.CacheWrite + float64(u.Output)*p.Output
	return sum / 1e6, true
}

// Target is a model that was found by its name and is ready to be called.
type Target struct {
	Model Model
	Info  Info
	// Provider is the configured name of the provider.
	Provider string
	// ModelTitles says that the model writes the titles of new chats.
	ModelTitles bool
	// Params are the provider's own defaults, such as an admin's addParams.
	Params Params
}
