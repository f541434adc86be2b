package provider

import (
	"strings"
	"time"

	"parley/internal/kit/seal"
	"parley/internal/llm/catalog"
)

// Endpoints is the section endpoints of the configuration: LibreChat's, whose
// keys keep their names and meaning, with [Tuning] added.
type Endpoints struct {
	// AllowedAddresses are the private "host:port" that users' own base URLs may
	// lead to.
	AllowedAddresses []string `yaml:"allowedAddresses" conf:"strict"`
	// All goes before what the others say.
	All             Shared     `yaml:"all"`
	OpenAI          Named      `yaml:"openAI"`
	Google          Named      `yaml:"google"`
	Anthropic       Anthropic  `yaml:"anthropic"`
	AzureOpenAI     Azure      `yaml:"azureOpenAI"`
	AzureAssistants Assistants `yaml:"azureAssistants"`
	Assistants      Assistants `yaml:"assistants"`
	Agents          Agents     `yaml:"agents"`
	Bedrock         Bedrock    `yaml:"bedrock"`
	Custom          []Entry    `yaml:"custom"`
}

// FirstModel is the model of an endpoint for who names none: the first that the file
// lists; empty without any.
func (e Endpoints) FirstModel(endpoint string) string {
	for _, entry := range e.Custom {
		if strings.EqualFold(entry.Name, endpoint) {
			return entry.Models.first()
		}
	}
	switch name := ourName(endpoint); name {
	case catalog.Bedrock:
		if len(e.Bedrock.Models) > 0 {
			return e.Bedrock.Models[0]
		}
		return ""
	default:
		return e.named(name).Models.first()
	}
}

// Shared are the options of every endpoint. Of two places that say something,
// endpoints.all counts first.
type Shared struct {
	// StreamRate is the least time between two pieces of an answer, in
	// milliseconds. It is read and has no effect: frames have a pace of their own.
	StreamRate *int `yaml:"streamRate"`
	// TitleConvo says that the model writes the titles of new chats; without it
	// they are the first words.
	TitleConvo *bool `yaml:"titleConvo"`
	// TitleTiming is "immediate" (beside the answer) or "final" (after it).
	TitleTiming string `yaml:"titleTiming"`
	// TitleModel writes titles in the place of the chat's own; "current_model"
	// is the chat's own.
	TitleModel string `yaml:"titleModel"`
	// TitleMethod is "completion", "functions" or "structured".
	TitleMethod string `yaml:"titleMethod"`
	// TitlePrompt asks for a title; {convo} stands for the conversation, which
	// TitlePromptTemplate lays out by {input} and {output}.
	TitlePrompt         string `yaml:"titlePrompt"`
	TitlePromptTemplate string `yaml:"titlePromptTemplate"`
	// TitleEndpoint is the provider whose model writes titles.
	TitleEndpoint string `yaml:"titleEndpoint"`

	Labels `yaml:",inline"`

	// MaxToolResultChars bounds what a model is shown of a tool's result.
	MaxToolResultChars int `yaml:"maxToolResultChars"`
	// Headers are sent with every request; {{LIBRECHAT_USER_ID}} and the like
	// stand for who is asking.
	Headers map[string]string `yaml:"headers"`

	Tuning `yaml:",inline"`
}

// Labels are the options of headings that a quick model writes over what an
// agent does.
type Labels struct {
	ActivityLabel          *bool  `yaml:"activityLabel"`
	ActivityModel          string `yaml:"activityModel"`
	ActivityEndpoint       string `yaml:"activityEndpoint"`
	ActivityPrompt         string `yaml:"activityPrompt"`
	ActivityMaxPerRun      int    `yaml:"activityMaxPerRun"`
	ActivityCharLimit      int    `yaml:"activityCharLimit"`
	ActivityPhaseLabel     *bool  `yaml:"activityPhaseLabel"`
	ActivityPhaseModel     string `yaml:"activityPhaseModel"`
	ActivityPhaseEndpoint  string `yaml:"activityPhaseEndpoint"`
	ActivityPhasePrompt    string `yaml:"activityPhasePrompt"`
	ActivityPhaseMaxPerRun int    `yaml:"activityPhaseMaxPerRun"`

	ReasoningLabel                 *bool  `yaml:"reasoningLabel"`
	ReasoningLabelModel            string `yaml:"reasoningLabelModel"`
	ReasoningLabelEndpoint         string `yaml:"reasoningLabelEndpoint"`
	ReasoningLabelPrompt           string `yaml:"reasoningLabelPrompt"`
	ReasoningLabelMinChars         int    `yaml:"reasoningLabelMinChars"`
	ReasoningLabelUpdateChars      int    `yaml:"reasoningLabelUpdateChars"`
	ReasoningLabelUpdateIntervalMs int    `yaml:"reasoningLabelUpdateIntervalMs"`
	ReasoningLabelMaxPerRun        int    `yaml:"reasoningLabelMaxPerRun"`
}

// Tuning says how the calls of an endpoint are made. The keys are Parley's own.
type Tuning struct {
	// Fallback are the models ("provider/model") that answer, in this order,
	// while this endpoint's cannot; ModelFallback are those of single models.
	Fallback      []string            `yaml:"fallback"`
	ModelFallback map[string][]string `yaml:"modelFallback"`
	// Proxy is the HTTP proxy of this endpoint's requests, "direct" for none.
	// Empty is the server's own.
	Proxy    seal.Secret `yaml:"proxy"`
	Timeouts Timeouts    `yaml:"timeouts"`
	Limits   Limits      `yaml:"limits"`
}

// Timeouts bound one model call; zero is the default.
type Timeouts struct {
	// Connect is until a connection stands, FirstToken from there to the first
	// byte of the answer, Idle between two pieces of it.
	Connect    time.Duration `yaml:"connect"`
	FirstToken time.Duration `yaml:"firstToken"`
	Idle       time.Duration `yaml:"idle"`
}

// Limits bound what an endpoint is asked for; what is above waits its turn, one
// queue a user. Zero is no limit.
type Limits struct {
	RequestsPerMinute int `yaml:"requestsPerMinute"`
	// TokensPerMinute counts what is sent and what comes back.
	TokensPerMinute int `yaml:"tokensPerMinute"`
	Concurrent      int `yaml:"concurrent"`
}

// Named is an endpoint that Parley knows by name. Its key comes from the
// environment, unless the file gives one.
type Named struct {
	Shared `yaml:",inline"`

	APIKey seal.Secret `yaml:"apiKey"`
	// APIKeys are more keys of the same provider; calls take turns among them.
	APIKeys []seal.Secret `yaml:"apiKeys"`
	BaseURL string        `yaml:"baseURL"`
	Models  EntryModels   `yaml:"models"`
}

// Anthropic is the endpoint of that name.
type Anthropic struct {
	Named `yaml:",inline"`

	Vertex Vertex `yaml:"vertex"`
}

// Vertex says where Google Cloud serves Anthropic's models.
type Vertex struct {
	Region         string `yaml:"region"`
	ProjectID      string `yaml:"projectId"`
	ServiceKeyFile string `yaml:"serviceKeyFile"`
	// DeploymentName is that of models which name none.
	DeploymentName string `yaml:"deploymentName"`
	// Models is a list of names, or maps a name to true or to {deploymentName}.
	Models any `yaml:"models"`
}

// Azure is the endpoint azureOpenAI.
type Azure struct {
	Shared `yaml:",inline"`

	Assistants bool         `yaml:"assistants"`
	Plugins    bool         `yaml:"plugins"`
	Groups     []AzureGroup `yaml:"groups"`
}

// AzureGroup is one instance of Azure OpenAI, or one model that Azure serves
// without an instance, with the models that are there.
type AzureGroup struct {
	Group             string            `yaml:"group"`
	APIKey            seal.Secret       `yaml:"apiKey"`
	InstanceName      string            `yaml:"instanceName"`
	DeploymentName    string            `yaml:"deploymentName"`
	Version           string            `yaml:"version"`
	BaseURL           string            `yaml:"baseURL"`
	AdditionalHeaders map[string]string `yaml:"additionalHeaders"`
	Serverless        bool              `yaml:"serverless"`
	Assistants        bool              `yaml:"assistants"`
	ForcePrompt       bool              `yaml:"forcePrompt"`
	AddParams         map[string]any    `yaml:"addParams"`
	DropParams        []string          `yaml:"dropParams"`
	// Models maps a model to true or to {deploymentName, version, assistants}.
	Models map[string]any `yaml:"models"`
}

// Bedrock is the endpoint bedrock.
type Bedrock struct {
	Shared `yaml:",inline"`

	AvailableRegions []string `yaml:"availableRegions"`
	Models           []string `yaml:"models"`
	// InferenceProfiles maps a model to the profile that is called in its place.
	InferenceProfiles map[string]string `yaml:"inferenceProfiles"`
	GuardrailConfig   Guardrail         `yaml:"guardrailConfig" conf:"strict"`
}

// Guardrail is a filter that Bedrock applies to what goes in and out.
type Guardrail struct {
	GuardrailIdentifier string `yaml:"guardrailIdentifier"`
	GuardrailVersion    string `yaml:"guardrailVersion"`
	// Trace is "enabled", "enabled_full" or "disabled", StreamProcessingMode
	// "sync" or "async".
	Trace                string `yaml:"trace"`
	StreamProcessingMode string `yaml:"streamProcessingMode"`
}

// Assistants are the options of OpenAI's Assistants API. They are read and have
// no effect: OpenAI has ended that API.
type Assistants struct {
	Shared `yaml:",inline"`

	DisableBuilder    bool        `yaml:"disableBuilder"`
	PollIntervalMs    int         `yaml:"pollIntervalMs"`
	TimeoutMs         int         `yaml:"timeoutMs"`
	Version           string      `yaml:"version"`
	SupportedIDs      []string    `yaml:"supportedIds"`
	ExcludedIDs       []string    `yaml:"excludedIds"`
	PrivateAssistants bool        `yaml:"privateAssistants"`
	RetrievalModels   []string    `yaml:"retrievalModels"`
	Capabilities      []string    `yaml:"capabilities"`
	APIKey            seal.Secret `yaml:"apiKey"`
	Models            any         `yaml:"models"`
}

// ToolApproval says which tools run unasked, after a question or never. Lists hold
// names of tools, in which * stands for any letters.
type ToolApproval struct {
	Enabled bool `yaml:"enabled"`
	// Mode is what happens to tools that no list names: "default" asks, "dontAsk"
	// denies, "bypass" lets run.
	Mode  string   `yaml:"mode"`
	Allow []string `yaml:"allow"`
	Deny  []string `yaml:"deny"`
	Ask   []string `yaml:"ask"`
	// Reason is what a person reads who is asked; {tool} stands for the tool.
	Reason string `yaml:"reason"`
	// Hooks are read, and have no effect yet.
	Hooks []any `yaml:"hooks"`
}

// Agents is the endpoint agents. Of it this package acts on the time-outs of
// model calls; what it does not name is for others.
type Agents struct {
	Shared `yaml:",inline"`

	RecursionLimit            int            `yaml:"recursionLimit"`
	MaxRecursionLimit         int            `yaml:"maxRecursionLimit"`
	MaxToolCallArgBytes       *int           `yaml:"maxToolCallArgBytes"`
	MaxToolCallArgBytesByTool map[string]int `yaml:"maxToolCallArgBytesByTool"`
	MaxDeltaEventsPerTurn     int            `yaml:"maxDeltaEventsPerTurn"`
	DisableBuilder            bool           `yaml:"disableBuilder"`
	AllowedProviders          []string       `yaml:"allowedProviders" conf:"strict"`
	Capabilities              []string       `yaml:"capabilities"`
	MaxCitations              int            `yaml:"maxCitations"`
	MaxCitationsPerFile       int            `yaml:"maxCitationsPerFile"`
	MinRelevanceScore         float64        `yaml:"minRelevanceScore"`
	MaxSubagents              int            `yaml:"maxSubagents"`
	MaxProviderErrorChars     int            `yaml:"maxProviderErrorChars"`
	MaxRetainedToolCountChars int            `yaml:"maxRetainedToolCountChars"`
	CodeAPIUploadConcurrency  int            `yaml:"codeApiUploadConcurrency"`
	CodeAPIMaxRetryWaitMs     int            `yaml:"codeApiMaxRetryWaitMs"`
	// ModelResponseHeadersTimeoutMs is the wait for an answer,
	// ModelResponseBodyTimeoutMs that between two pieces of it; 0 switches it off.
	ModelResponseHeadersTimeoutMs *int `yaml:"modelResponseHeadersTimeoutMs"`
	ModelResponseBodyTimeoutMs    *int `yaml:"modelResponseBodyTimeoutMs"`

	ToolApproval ToolApproval `yaml:"toolApproval" conf:"strict"`

	Checkpointer           any `yaml:"checkpointer"`
	Skills                 any `yaml:"skills"`
	RemoteAPI              any `yaml:"remoteApi"`
	Subagents              any `yaml:"subagents"`
	FileSharing            any `yaml:"fileSharing"`
	AvatarRefresh          any `yaml:"avatarRefresh"`
	RepositoryInstructions any `yaml:"repositoryInstructions"`
	StatefulCodeSessions   any `yaml:"statefulCodeSessions"`
	EventDriven            any `yaml:"eventDriven"`
	BackgroundTasks        any `yaml:"backgroundTasks"`
	ManagementAPI          any `yaml:"managementApi"`
	AskUserQuestion        any `yaml:"askUserQuestion"`
}

// Entry is one of endpoints.custom: a server that speaks the protocol of
// OpenAI's Chat Completions, or Anthropic's.
type Entry struct {
	Shared `yaml:",inline"`

	Name   string      `yaml:"name"`
	APIKey seal.Secret `yaml:"apiKey"`
	// APIKeys are more keys of the same provider; calls take turns among them.
	APIKeys []seal.Secret `yaml:"apiKeys"`
	BaseURL string        `yaml:"baseURL"`
	// Provider is the kind of provider that it is, where its protocol is not
	// OpenAI's or its ways are known: "anthropic", "google", "bedrock", "groq".
	Provider string `yaml:"provider"`
	// Region, Project and Version are what Amazon Bedrock, Vertex AI and Azure
	// OpenAI are told.
	Region  string `yaml:"region"`
	Project string `yaml:"project"`
	Version string `yaml:"version"`

	IconURL           string         `yaml:"iconURL"`
	ModelDisplayLabel string         `yaml:"modelDisplayLabel"`
	Models            EntryModels    `yaml:"models"`
	AddParams         map[string]any `yaml:"addParams"`
	DropParams        []string       `yaml:"dropParams"`
	CustomParams      CustomParams   `yaml:"customParams"`
	// DirectEndpoint takes the base URL for the very address of completions.
	DirectEndpoint   bool              `yaml:"directEndpoint"`
	TitleMessageRole string            `yaml:"titleMessageRole"`
	TokenConfig      map[string]Tokens `yaml:"tokenConfig"`

	// What older versions of LibreChat had; read, and without effect here too.
	Summarize    bool   `yaml:"summarize"`
	SummaryModel string `yaml:"summaryModel"`
	ForcePrompt  bool   `yaml:"forcePrompt"`
}

// EntryModels says which models an [Entry] has.
type EntryModels struct {
	Default []EntryModel `yaml:"default"`
	// Fetch has the server's own list count too.
	Fetch bool `yaml:"fetch"`
	// UserIDQuery adds the user's id to the question for the list.
	UserIDQuery bool `yaml:"userIdQuery"`
}

func (m EntryModels) first() string {
	if len(m.Default) == 0 {
		return ""
	}
	return m.Default[0].Name
}

// EntryModel is a model of an [Entry]: its name alone, or with words about it.
type EntryModel struct {
	Name        string `yaml:"name" conf:"short"`
	Description string `yaml:"description"`
}

// Models are models by their names alone.
func Models(names ...string) []EntryModel {
	var all []EntryModel
	for _, name := range names {
		if name != "" {
			all = append(all, EntryModel{Name: name})
		}
	}
	return all
}

// names are those of the models, and words what is said about some.
func (m EntryModels) names() (names []string, words map[string]string) {
	for _, model := range m.Default {
		if model.Name == "" {
			continue
		}
		names = append(names, model.Name)
		if model.Description != "" {
			if words == nil {
				words = map[string]string{}
			}
			words[model.Name] = model.Description
		}
	}
	return names, words
}

// CustomParams says how a custom endpoint likes its parameters.
type CustomParams struct {
	// DefaultParamsEndpoint names the endpoint whose parameters this one has:
	// "openAI", "anthropic", "google" and so on.
	DefaultParamsEndpoint string `yaml:"defaultParamsEndpoint"`
	// ReasoningFormat is how reasoning is asked for, ReasoningKey the field of
	// answers that holds it.
	ReasoningFormat string `yaml:"reasoningFormat"`
	ReasoningKey    string `yaml:"reasoningKey"`
	// IncludeReasoningContent sends reasoning back within a turn,
	// IncludeReasoningHistory from earlier turns too.
	IncludeReasoningContent bool              `yaml:"includeReasoningContent"`
	IncludeReasoningHistory bool              `yaml:"includeReasoningHistory"`
	ParamDefinitions        []ParamDefinition `yaml:"paramDefinitions"`
}

// ParamDefinition describes a parameter to the panel where users set it. Those
// that hold a default are sent with every request.
type ParamDefinition struct {
	Key     string `yaml:"key"`
	Default any    `yaml:"default"`

	Type              string         `yaml:"type"`
	Label             string         `yaml:"label"`
	LabelCode         bool           `yaml:"labelCode"`
	Description       string         `yaml:"description"`
	DescriptionCode   bool           `yaml:"descriptionCode"`
	DescriptionSide   string         `yaml:"descriptionSide"`
	Placeholder       string         `yaml:"placeholder"`
	PlaceholderCode   bool           `yaml:"placeholderCode"`
	Component         string         `yaml:"component"`
	OptionType        string         `yaml:"optionType"`
	Options           []any          `yaml:"options"`
	EnumMappings      map[string]any `yaml:"enumMappings"`
	Range             ParamRange     `yaml:"range"`
	Columns           int            `yaml:"columns"`
	ColumnSpan        int            `yaml:"columnSpan"`
	MinText           int            `yaml:"minText"`
	MaxText           int            `yaml:"maxText"`
	MinTags           int            `yaml:"minTags"`
	MaxTags           int            `yaml:"maxTags"`
	IncludeInput      *bool          `yaml:"includeInput"`
	ShowDefault       *bool          `yaml:"showDefault"`
	ShowLabel         *bool          `yaml:"showLabel"`
	SearchPlaceholder string         `yaml:"searchPlaceholder"`
	SelectPlaceholder string         `yaml:"selectPlaceholder"`
}

// ParamRange is the range of a number.
type ParamRange struct {
	Min         float64 `yaml:"min"`
	Max         float64 `yaml:"max"`
	Step        float64 `yaml:"step"`
	PositiveMin float64 `yaml:"positiveMin"`
}

// Tokens are what the configuration says about a model: its context window in
// tokens, and prices in US dollars per million.
type Tokens struct {
	Prompt     float64 `yaml:"prompt"`
	Completion float64 `yaml:"completion"`
	Context    int     `yaml:"context"`
	CacheRead  float64 `yaml:"cacheRead"`
	CacheWrite float64 `yaml:"cacheWrite"`
}
