package provider

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"parley/internal/kit/fault"
	"parley/internal/kit/seal"
	"parley/internal/llm"
	"parley/internal/llm/catalog"
	"parley/internal/llm/librechat"
	"parley/internal/llm/param"
)

// source is a set of providers that the configuration gives, and what of it is
// wrong or without effect.
type source struct {
	all   []definition
	notes []Note
}

// Note is what of a provider is not as it was configured.
type Note struct {
	Name string `json:"name"`
	Text string `json:"text"`
	// Out says that the whole provider is left out.
	Out bool `json:"out"`
}

func (s *source) warn(name, format string, args ...any) {
	s.notes = append(s.notes, Note{Name: name, Text: fmt.Sprintf(format, args...)})
}

// leaveOut notes that a provider, or a part of it, is not there.
func (s *source) leaveOut(name, what string, err error) {
	reason := err.Error()
	if f, ok := errors.AsType[*fault.Error](err); ok {
		reason = strings.TrimSpace(f.Message + " " + f.Detail)
	}
	s.notes = append(s.notes, Note{Name: name, Text: what + " is left out. " + sentence(reason), Out: true})
}

// sentence is an error as people read it.
func sentence(s string) string {
	first, size := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(first)) + strings.TrimSuffix(s[size:], ".") + "."
}

// twice notes that a provider has the name of one that was given before. A variable
// whose key the file takes was meant for the file.
func (s *source) twice(d, before definition) {
	if d.source == Environment && slices.Equal(d.keys, before.keys) {
		return
	}
	places := map[Source]string{File: "in the file", Environment: "by the environment", UI: "in the interface"}
	s.notes = append(s.notes, Note{Name: d.name, Out: true, Text: fmt.Sprintf(
		"The one given %s is left out: one given %s has the same name, and counts.", places[d.source], places[before.source])})
}

// configured puts together what the file and the environment give: the file's
// custom endpoints, then those that Parley knows by name, in the order of the
// variable ENDPOINTS where that is set.
func configured(e Endpoints, getenv func(string) string) *source {
	if getenv == nil {
		getenv = func(string) string { return "" }
	}
	s := &source{}
	for _, entry := range e.Custom {
		d, err := s.custom(entry, e)
		if err != nil {
			s.leaveOut(entry.Name, "It", err)
			continue
		}
		s.all = append(s.all, d)
	}
	s.environment(e, getenv)
	s.all = arrange(s.all, getenv("ENDPOINTS"))
	return s
}

// custom reads one of endpoints.custom.
func (s *source) custom(e Entry, all Endpoints) (definition, error) {
	name, err := checkName(e.Name)
	if err != nil {
		return definition{}, err
	}
	k := s.kindOf(name, e)
	d := define(k)
	if k.ID == catalog.Custom {
		d.dialect = dialectOf(name, e.BaseURL)
	}
	d.name, d.label, d.source, d.isCustom, d.titles = name, labelOf(name, k), File, true, false
	d.keys = secrets(append([]seal.Secret{e.APIKey}, e.APIKeys...)...)
	d.asks = Asks{Key: e.APIKey.Reveal() == userProvided, BaseURL: e.BaseURL == userProvided}
	d.models, d.words = e.Models.names()
	d.fetch = e.Models.Fetch || len(d.models) == 0
	d.userQuery, d.direct, d.tokens, d.customs = e.Models.UserIDQuery, e.DirectEndpoint, e.TokenConfig, customs(e.CustomParams.ParamDefinitions)
	d.claudeParams = strings.EqualFold(e.CustomParams.DefaultParamsEndpoint, catalog.Anthropic)
	d.reasonObject = e.CustomParams.ReasoningFormat == "reasoning_object"
	if e.CustomParams.IncludeReasoningContent || e.CustomParams.IncludeReasoningHistory {
		d.replay = cmp.Or(e.CustomParams.ReasoningKey, "reasoning_content")
	}
	d.speaker = strings.TrimSpace(e.ModelDisplayLabel)
	d.icon = iconOf(e.IconURL, d.dialect)
	native := d.kind == catalog.Bedrock || d.kind == catalog.Vertex
	switch to := strings.TrimSpace(e.BaseURL); {
	case d.asks.BaseURL:
		d.baseURL = ""
	case to != "" || !native:
		d.baseURL = cmp.Or(to, d.baseURL)
		if _, err := hostPort(d.baseURL); err != nil {
			return definition{}, err
		}
	}
	switch {
	case len(d.keys) > 0 || d.asks.any():
	case native:
		d.cloud.ambient = true
	case !isLocal(d.baseURL): // a variable that is not set, as a rule
		return definition{}, ErrKey
	}
	if err := (Options{Region: e.Region, Project: e.Project, Version: e.Version}).apply(&d); err != nil {
		return definition{}, err
	}
	if d.params, err = paramsOf(e.AddParams, e.DropParams, e.CustomParams.ParamDefinitions); err != nil {
		return definition{}, err
	}
	if p := d.params.Protocol; p == llm.ResponsesProtocol && d.protocols() == nil {
		s.warn(name, "%s has no effect: this provider is not called by OpenAI's Responses.", useResponses)
		d.params.Protocol = ""
	}
	for _, own := range e.CustomParams.ParamDefinitions {
		if _, known := param.NameOf(own.Key); !known && !slices.Contains(panelOnly, own.Key) {
			s.warn(name, "The parameter %q cannot be set by users; its default is sent with every request.", own.Key)
		}
	}
	s.share(&d, e.Shared, all)
	d.titling.Plain = strings.EqualFold(e.TitleMessageRole, "user")
	return d, nil
}

// kindOf is the kind of provider that one of endpoints.custom names.
func (s *source) kindOf(name string, e Entry) catalog.Kind {
	k, ok := kindNamed(ourName(e.Provider))
	if ok && k.ID != catalog.Demo && k.ID != catalog.Custom {
		return k
	}
	if e.Provider != "" && k.ID != catalog.Custom {
		s.warn(name, "The provider %q is not known; it is spoken to in the manner of OpenAI.", e.Provider)
	}
	k, _ = kindNamed(catalog.Custom)
	return k
}

// share lays the options that all endpoints have over a definition.
func (s *source) share(d *definition, own Shared, e Endpoints) {
	all := e.All
	if on := cmp.Or(all.TitleConvo, own.TitleConvo); on != nil {
		d.titles = *on
	}
	d.titling = llm.Titling{
		Model: cmp.Or(all.TitleModel, own.TitleModel), Provider: cmp.Or(all.TitleEndpoint, own.TitleEndpoint),
		Prompt: cmp.Or(all.TitlePrompt, own.TitlePrompt), Template: cmp.Or(all.TitlePromptTemplate, own.TitlePromptTemplate),
		Early: strings.EqualFold(cmp.Or(all.TitleTiming, own.TitleTiming), "immediate"),
	}
	d.maxResult = cmp.Or(all.MaxToolResultChars, own.MaxToolResultChars, e.Agents.MaxToolResultChars)
	if d.titling.Model == "current_model" {
		d.titling.Model = ""
	}
	d.headers = map[string]string{}
	maps.Copy(d.headers, own.Headers)
	maps.Copy(d.headers, all.Headers)
	for _, header := range slices.Sorted(maps.Keys(d.headers)) {
		if unknown := unknownPlaceholder(d.headers[header]); unknown != "" {
			s.warn(d.name, "The header %s is not sent: there is no %s here.", header, unknown)
			delete(d.headers, header)
		}
	}
	d.tuning = tune(own.Tuning, all.Tuning, e.Agents)
}

// tune completes an endpoint's own tuning by that of all.
func tune(own, all Tuning, agents Agents) Tuning {
	millis := func(ms *int) time.Duration {
		if ms == nil || *ms <= 0 {
			return 0
		}
		return time.Duration(*ms) * time.Millisecond
	}
	t := own
	if t.Fallback == nil {
		t.Fallback = all.Fallback
	}
	if t.ModelFallback == nil {
		t.ModelFallback = all.ModelFallback
	}
	t.Proxy = cmp.Or(t.Proxy, all.Proxy)
	t.Timeouts = Timeouts{
		Connect:    cmp.Or(own.Timeouts.Connect, all.Timeouts.Connect),
		FirstToken: cmp.Or(own.Timeouts.FirstToken, all.Timeouts.FirstToken, millis(agents.ModelResponseHeadersTimeoutMs)),
		Idle:       cmp.Or(own.Timeouts.Idle, all.Timeouts.Idle, millis(agents.ModelResponseBodyTimeoutMs)),
	}
	t.Limits = Limits{
		RequestsPerMinute: cmp.Or(own.Limits.RequestsPerMinute, all.Limits.RequestsPerMinute),
		TokensPerMinute:   cmp.Or(own.Limits.TokensPerMinute, all.Limits.TokensPerMinute),
		Concurrent:        cmp.Or(own.Limits.Concurrent, all.Limits.Concurrent),
	}
	return t
}

// useResponses is a parameter that is not sent, but says how.
const useResponses = "useResponsesApi"

// paramsOf reads what is sent with every request: defaults of the parameter
// panel, then what addParams says.
func paramsOf(add map[string]any, drop []string, panel []ParamDefinition) (llm.Params, error) {
	p := llm.Params{Drop: drop}
	set := func(key string, value any) error {
		text, err := json.Marshal(value)
		if err != nil {
			return fmt.Errorf("addParams.%s: %w", key, err)
		}
		if p.Extra == nil {
			p.Extra = map[string]json.RawMessage{}
		}
		p.Extra[key] = text
		return nil
	}
	for _, key := range slices.Sorted(maps.Keys(add)) {
		if on, ok := add[key].(bool); ok && key == useResponses {
			p.Protocol = librechat.Protocol(&on)
			continue
		}
		if err := set(key, add[key]); err != nil {
			return llm.Params{}, err
		}
	}
	for _, d := range panel {
		if d.Default == nil || d.Key == "" {
			continue
		}
		if err := preset(&p, d, set); err != nil {
			return llm.Params{}, err
		}
	}
	return p, nil
}

// preset puts a parameter's default where users can overrule it, if it is one
// that all models have.
func preset(p *llm.Params, d ParamDefinition, set func(string, any) error) error {
	number := func(field **float64) {
		if f, ok := asFloat(d.Default); ok {
			*field = &f
		}
	}
	whole := func(field **int) {
		if f, ok := asFloat(d.Default); ok {
			*field = new(int(f))
		}
	}
	switch d.Key {
	case "temperature":
		number(&p.Temperature)
	case "top_p", "topP":
		number(&p.TopP)
	case "frequency_penalty":
		number(&p.FrequencyPenalty)
	case "presence_penalty":
		number(&p.PresencePenalty)
	case "top_k", "topK":
		whole(&p.TopK)
	case "max_tokens", "maxTokens", "maxOutputTokens", "max_completion_tokens":
		whole(&p.MaxTokens)
	case "reasoning_effort", "effort", "thinkingLevel":
		p.Effort, _ = d.Default.(string)
	case "thinkingBudget":
		whole(&p.ReasoningTokens)
	case useResponses:
		if on, ok := d.Default.(bool); ok && p.Protocol == "" {
			p.Protocol = librechat.Protocol(&on)
		}
	default:
		if _, given := p.Extra[d.Key]; !given && !slices.Contains(panelOnly, d.Key) {
			return set(d.Key, d.Default)
		}
	}
	return nil
}

// panelOnly are parameters of LibreChat itself, which no provider knows.
var panelOnly = strings.Fields("modelLabel promptPrefix maxContextTokens fileTokenLimit resendFiles imageDetail " +
	"chatGptLabel promptCache promptCacheTtl useResponsesApi web_search url_context disableStreaming thinking region")

func asFloat(v any) (float64, bool) {
	switch n := v.(type) {
	case float64:
		return n, true
	case int64:
		return float64(n), true
	case uint64:
		return float64(n), true
	case int:
		return float64(n), true
	}
	return 0, false
}

// named is a list without empty names.
func named(list []string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(s string) bool { return s == "" })
}
