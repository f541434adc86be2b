package provider

import "parley/internal/llm/librechat"

// ModelSpecs is the section modelSpecs of the configuration: models as an admin
// wants them to be chosen, each with a name, a look and settings.
type ModelSpecs struct {
	// Enforce leaves users nothing but the list (and AddedEndpoints) to choose
	// from; Prioritize has new chats begin with one of the list.
	Enforce    bool  `yaml:"enforce" conf:"strict"`
	Prioritize *bool `yaml:"prioritize"`
	// AddedEndpoints may be chosen from beside the list.
	AddedEndpoints []string    `yaml:"addedEndpoints" conf:"strict"`
	List           []ModelSpec `yaml:"list"`
}

// ModelSpec is one of [ModelSpecs].
type ModelSpec struct {
	Name  string `yaml:"name"`
	Label string `yaml:"label"`
	// Default is chosen for every new chat, SoftDefault for those who have never
	// chosen anything.
	Default              bool     `yaml:"default"`
	SoftDefault          bool     `yaml:"softDefault"`
	ShowInMenu           *bool    `yaml:"showInMenu"`
	IconURL              string   `yaml:"iconURL"`
	Description          string   `yaml:"description"`
	ConversationStarters []string `yaml:"conversation_starters"`
	ShowOnLanding        bool     `yaml:"showOnLanding"`
	Order                int      `yaml:"order"`
	Group                string   `yaml:"group"`
	GroupIcon            string   `yaml:"groupIcon"`
	HideBadgeRow         bool     `yaml:"hideBadgeRow"`
	ShowIconInMenu       *bool    `yaml:"showIconInMenu"`
	ShowIconInHeader     *bool    `yaml:"showIconInHeader"`
	AuthType             string   `yaml:"authType"`
	Vision               *bool    `yaml:"vision"`

	WebSearch       *bool `yaml:"webSearch"`
	FileSearch      *bool `yaml:"fileSearch"`
	ExecuteCode     *bool `yaml:"executeCode"`
	Memory          *bool `yaml:"memory"`
	AskUserQuestion *bool `yaml:"askUserQuestion"`
	// RunInBackground, DescribeIntent and Skills are true, false or a list of
	// names, Artifacts true, false or a mode.
	RunInBackground any           `yaml:"runInBackground"`
	DescribeIntent  any           `yaml:"describeIntent"`
	Skills          any           `yaml:"skills"`
	Artifacts       any           `yaml:"artifacts"`
	MCPServers      []string      `yaml:"mcpServers"`
	Subagents       SpecSubagents `yaml:"subagents"`

	Preset SpecPreset `yaml:"preset"`
}

// SpecSubagents says which agents a [ModelSpec] may call.
type SpecSubagents struct {
	Enabled   bool     `yaml:"enabled"`
	AllowSelf *bool    `yaml:"allowSelf"`
	AgentIDs  []string `yaml:"agent_ids"`
}

// SpecPreset are the settings of a [ModelSpec].
type SpecPreset struct {
	Endpoint     string `yaml:"endpoint"`
	EndpointType string `yaml:"endpointType"`
	Model        string `yaml:"model"`
	ModelLabel   string `yaml:"modelLabel"`
	ChatGPTLabel string `yaml:"chatGptLabel"`
	Greeting     string `yaml:"greeting"`
	// IconURL is the icon where the spec has none.
	IconURL string `yaml:"iconURL"`
	// PromptPrefix is put before every prompt, and System where an older file
	// says so; Instructions are those of an assistant or agent.
	PromptPrefix          string `yaml:"promptPrefix"`
	System                string `yaml:"system"`
	Instructions          string `yaml:"instructions"`
	AgentID               string `yaml:"agent_id"`
	AssistantID           string `yaml:"assistant_id"`
	AppendCurrentDatetime bool   `yaml:"append_current_datetime"`
	FileTokenLimit        *int   `yaml:"fileTokenLimit"`
	ImageOutput           bool   `yaml:"imageOutput"`
	VideoOutput           bool   `yaml:"videoOutput"`

	librechat.Settings `yaml:",inline"`

	WebSearch  *bool `yaml:"web_search"`
	URLContext *bool `yaml:"url_context"`
}
