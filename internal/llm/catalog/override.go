package catalog

import (
	"maps"
	"slices"

	"parley/internal/llm"
)

// Override is what an administrator knows better about a model; nil fields
// leave what is known as it is.
type Override struct {
	Label       *string     `json:"label,omitempty" yaml:"label" maxLength:"200"`
	Context     *int        `json:"context,omitempty" yaml:"context" minimum:"0"`
	MaxOutput   *int        `json:"maxOutput,omitempty" yaml:"maxOutput" minimum:"0"`
	Prices      *llm.Prices `json:"prices,omitempty" yaml:"prices"`
	Vision      *bool       `json:"vision,omitempty" yaml:"vision"`
	Files       *bool       `json:"files,omitempty" yaml:"files"`
	Audio       *bool       `json:"audio,omitempty" yaml:"audio"`
	Tools       *bool       `json:"tools,omitempty" yaml:"tools"`
	Reasoning   *bool       `json:"reasoning,omitempty" yaml:"reasoning"`
	Levels      []string    `json:"levels,omitempty" yaml:"levels" maxItems:"12"`
	Remote      []string    `json:"remote,omitempty" yaml:"remote" maxItems:"12"`
	Knowledge   *string     `json:"knowledge,omitempty" yaml:"knowledge" pattern:"^(\\d{4}(-\\d{2}){0,2})?$"`
	Description *string     `json:"description,omitempty" yaml:"description" maxLength:"1000"`
	Uses        []string    `json:"uses,omitempty" yaml:"uses" maxItems:"12"`
	Status      *llm.Status `json:"status,omitempty" yaml:"status" enum:"stable,preview,deprecated"`
}

// Apply changes info to what the administrator says. A list that is not nil
// replaces the one before, an empty one too.
func (o Override) Apply(info *llm.Info) {
	over(&info.Label, o.Label)
	over(&info.Context, o.Context)
	over(&info.MaxOutput, o.MaxOutput)
	over(&info.Vision, o.Vision)
	over(&info.Files, o.Files)
	over(&info.Audio, o.Audio)
	over(&info.Tools, o.Tools)
	over(&info.Reasoning, o.Reasoning)
	over(&info.Knowledge, o.Knowledge)
	over(&info.Description, o.Description)
	over(&info.Status, o.Status)
	if o.Prices != nil {
		prices := *o.Prices
		prices.Tiers, prices.Services = slices.Clone(prices.Tiers), maps.Clone(prices.Services)
		info.Prices = &prices
	}
	for list, own := range map[*[]string][]string{&info.Levels: o.Levels, &info.Remote: o.Remote, &info.Uses: o.Uses} {
		if own != nil {
			*list = slices.Clone(own)
		}
	}
}

func over[T any](field, value *T) {
	if value != nil {
		*field = *value
	}
}
