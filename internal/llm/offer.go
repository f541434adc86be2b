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
}
