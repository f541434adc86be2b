package llm

// Offer is a provider with those of its models that a user may choose.
type Offer struct {
	// Name is the provider as it was configured, Label what people read.
	Name  string `json:"name"`
	Label string `json:"label"`
	// Icon names an icon of the web app.
	Icon string `json:"icon"`
	// Demo marks the script that stands in for a provider.
	Demo bool `json:"demo,omitempty"`
	// Curated marks models as an administrator has laid them out.
	Curated bool   `json:"curated,omitempty"`
	Models  []Info `json:"models"`
	// Key is how the user stands with a provider that everyone brings a key of
	// their own to; empty where nobody has to.
	Key KeyState `json:"key,omitempty" enum:"missing,set,expired"`
	// Down says that the provider is left alone for now, after many failures.
	Down bool `json:"down,omitempty"`
}

// KeyState is how a user stands with a provider that asks for their own key.
type KeyState string

// The states of a user's key.
const (
	KeyMissing KeyState = "missing"
	KeySet     KeyState = "set"
	KeyExpired KeyState = "expired"
)
