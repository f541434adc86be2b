// Package listing asks model servers which models they have, and what they tell
// about each: a list in OpenAI's form as far as it goes, and the servers' own ways
// beside it. What is known of a model without its server is the catalogue's.
package listing

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"parley/internal/llm"
	"parley/internal/llm/catalog"
	"parley/internal/llm/wire"
)

// Server is one that is asked.
type Server struct {
	Client  *http.Client
	BaseURL string
	// Dialect is the kind of server, such as [catalog.Ollama].
	Dialect string
	Key     llm.Secret
	Headers map[string]string
	// User is told to the server where the administrator wants that, "" for nobody.
	User string
}

// Models returns what the server offers, in its order, and what it tells about
// each. The error is an [*llm.Error].
func (s Server) Models(ctx context.Context) ([]Model, error) {
	switch s.Dialect {
	case catalog.Ollama:
		if models, err := s.ollama(ctx); err == nil {
			return models, nil
		}
	case catalog.LMStudio:
		if models, err := s.list(ctx, "../api/v0/models"); err == nil {
			return models, nil
		}
	case catalog.Anthropic:
		return s.list(ctx, "models?limit=1000")
	}
	models, err := s.list(ctx, "models")
	if err != nil {
		return nil, err
	}
	switch s.Dialect {
	case catalog.LlamaCpp:
		s.llamaCpp(ctx, models)
	case catalog.LiteLLM:
		s.liteLLM(ctx, models)
	}
	return models, nil
}

// keyPaths are asked, below the base URL, to try a key where the list of models
// is public.
var keyPaths = map[string]string{"openrouter": "key"}

// Try asks the server for its models as somebody who has to be let in. The error is
// an [*llm.Error].
func (s Server) Try(ctx context.Context) ([]Model, error) {
	if path, ok := keyPaths[s.Dialect]; ok {
		var nothing struct{}
		if err := s.ask(ctx, path, nil, &nothing); err != nil {
			return nil, err
		}
	}
	return s.Models(ctx)
}

// url resolves a path against the base URL and keeps its query.
func (s Server) url(path string) string {
	base, err := url.Parse(s.BaseURL)
	if err != nil {
		return s.BaseURL
	}
	base.Path = strings.TrimRight(base.Path, "/")
	for _, call := range []string{"/chat/completions", "/messages"} {
		base.Path = strings.TrimSuffix(base.Path, call)
	}
	if s.Dialect == catalog.Anthropic && !strings.HasSuffix(base.Path, "/v1") {
		base.Path += "/v1"
	}
	path, query, _ := strings.Cut(path, "?")
	if up, ok := strings.CutPrefix(path, "../"); ok {
		base.Path, path = strings.TrimSuffix(base.Path, "/v1"), up
	}
	base.Path += "/" + path
	if s.User != "" {
		query = strings.Trim(query+"&"+url.Values{"user": {s.User}}.Encode(), "&")
	}
	if query != "" {
		base.RawQuery = strings.Trim(base.RawQuery+"&"+query, "&")
	}
	return base.String()
}

func (s Server) ask(ctx context.Context, path string, body, into any) error {
	call := &wire.Call{
		Client: s.Client, Method: http.MethodGet, URL: s.url(path), Secret: s.Key, Limits: wire.Limits{Retries: -1},
		Header: http.Header{"Accept": {"application/json"}},
	}
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			return err
		}
		call.Method, call.Body = http.MethodPost, text
		call.Header.Set("Content-Type", "application/json")
	}
	if key := s.Key.Reveal(); key != "" {
		switch s.Dialect {
		case catalog.Anthropic:
			call.Header.Set("X-Api-Key", key)
		case catalog.Azure:
			call.Header.Set("Api-Key", key)
		default:
			call.Header.Set("Authorization", "Bearer "+key)
		}
	}
	if s.Dialect == catalog.Anthropic {
		call.Header.Set("Anthropic-Version", "2023-06-01")
	}
	for name, value := range s.Headers {
		call.Header.Set(name, value)
	}
	return call.JSON(ctx, into)
}

// list reads a list of models in OpenAI's form: {"data": [...]}, {"models":
// [...]} or the bare list.
func (s Server) list(ctx context.Context, path string) ([]Model, error) {
	var text json.RawMessage
	if err := s.ask(ctx, path, nil, &text); err != nil {
		return nil, err
	}
	var listed struct {
		Data   []entry `json:"data"`
		Models []entry `json:"models"`
	}
	if bytes.HasPrefix(bytes.TrimSpace(text), []byte("[")) {
		if err := json.Unmarshal(text, &listed.Data); err != nil && !onlyTypes(err) {
			return nil, &llm.Error{Kind: llm.ErrProtocol, Message: "the list of models cannot be read"}
		}
	} else if err := json.Unmarshal(text, &listed); err != nil && !onlyTypes(err) {
		return nil, &llm.Error{Kind: llm.ErrProtocol, Message: "the list of models cannot be read"}
	}
	entries := listed.Data
	if entries == nil {
		entries = listed.Models
	}
	if entries == nil {
		return nil, &llm.Error{Kind: llm.ErrProtocol, Message: "the answer is no list of models"}
	}
	slices.SortStableFunc(entries, func(a, b entry) int { return cmp.Compare(b.Created, a.Created) }) // newest first
	models := []Model{}
	seen := map[string]bool{}
	for _, e := range entries {
		if o := e.model(); o.Name != "" && ValidName(o.Name) && !seen[o.Name] && len(models) < mostModels {
			seen[o.Name] = true
			models = append(models, o)
		}
	}
	return models, nil
}

// mostModels is how many models of a server are offered, the newest first: no
// server has more, and a list without end would be told to every browser.
const mostModels = 5000

// onlyTypes reports whether the JSON was read but for fields of another type
// than usual, which are left out.
func onlyTypes(err error) bool {
	_, ok := errors.AsType[*json.UnmarshalTypeError](err)
	return ok
}

// entry is one model as servers describe it, each with fields of its own.
type entry struct {
	ID          string `json:"id"`
	Name        string `json:"name"`
	DisplayName string `json:"display_name"`
	Type        string `json:"type"`
	OwnedBy     string `json:"owned_by"`
	Created     int64  `json:"created"`

	ContextLength   int `json:"context_length"`        // OpenRouter, Together, Fireworks
	ContextWindow   int `json:"context_window"`        // Groq
	MaxContext      int `json:"max_context_length"`    // Mistral, LM Studio
	LoadedContext   int `json:"loaded_context_length"` // LM Studio
	MaxModelLen     int `json:"max_model_len"`         // vLLM
	MaxInputTokens  int `json:"max_input_tokens"`
	MaxCompletion   int `json:"max_completion_tokens"` // Groq
	MaxOutputTokens int `json:"max_output_tokens"`     // LiteLLM
	MaxTokens       int `json:"max_tokens"`            // Anthropic
	// Description is OpenRouter's and Mistral's, Deprecation Mistral's date.
	Description string `json:"description"`
	Deprecation string `json:"deprecation"`
	Meta        struct {
		Context      int `json:"n_ctx"`
		TrainContext int `json:"n_ctx_train"`
	} `json:"meta"` // llama.cpp
	Status struct {
		Value string `json:"value"`
	} `json:"status"` // llama.cpp with several models
	TopProvider struct {
		MaxOutput int `json:"max_completion_tokens"`
	} `json:"top_provider"`
	Architecture struct {
		Input  []string `json:"input_modalities"`
		Output []string `json:"output_modalities"`
	} `json:"architecture"` // OpenRouter
	Parameters   []string        `json:"supported_parameters"` // OpenRouter
	Pricing      json.RawMessage `json:"pricing"`              // OpenRouter, per token
	Capabilities json.RawMessage `json:"capabilities"`         // Mistral: flags; LM Studio: names
}

// Model is one as its server offers it; nil is what it does not tell.
type Model struct {
	Name      string
	label     string
	sort      string
	context   int
	maxOutput int
	vision    *bool
	files     *bool
	audio     *bool
	tools     *bool
	reasoning *bool
	prices    *llm.Prices
	levels    []string
	// words are used where the catalogue has none.
	words      string
	deprecated bool
	// loaded says that a server which loads models when they are asked has this one.
	loaded bool
}

func (e entry) model() Model {
	o := Model{
		Name: cmp.Or(e.ID, e.Name), label: e.DisplayName, sort: strings.ToLower(e.Type),
		context:   cmp.Or(e.LoadedContext, e.ContextLength, e.ContextWindow, e.MaxContext, e.MaxModelLen, e.MaxInputTokens, e.Meta.Context, e.Meta.TrainContext),
		maxOutput: cmp.Or(e.MaxCompletion, e.MaxOutputTokens, e.TopProvider.MaxOutput),
	}
	if o.label == "" && e.ID != "" && e.Name != "" {
		o.label = e.Name
	}
	if e.Architecture.Input != nil {
		o.vision = new(slices.Contains(e.Architecture.Input, "image"))
		o.files = new(slices.Contains(e.Architecture.Input, "file"))
		o.audio = new(slices.Contains(e.Architecture.Input, "audio"))
		if e.Architecture.Output != nil && !slices.Contains(e.Architecture.Output, "text") {
			o.sort = "image"
		}
	}
	if e.Parameters != nil {
		o.tools = new(slices.Contains(e.Parameters, "tools"))
		o.reasoning = new(slices.Contains(e.Parameters, "reasoning"))
	}
	if e.Type == "model" { // Anthropic's; elsewhere max_tokens may be anything
		o.maxOutput = cmp.Or(o.maxOutput, e.MaxTokens)
	}
	o.words, o.deprecated = firstSentence(e.Description), e.Deprecation != ""
	o.prices, o.loaded = perToken(e.Pricing), e.Status.Value == "loaded"
	e.capabilities(&o)
	return o
}

// firstSentence shortens what a provider says of a model to what fits a line or
// two.
func firstSentence(text string) string {
	const most = 240
	text, _, _ = strings.Cut(strings.TrimSpace(text), "\n")
	if at := strings.Index(text, ". "); at > 0 {
		text = text[:at+1]
	}
	if runes := []rune(text); len(runes) > most {
		text = string(runes[:most]) + "…"
	}
	return text
}

// supported is how Anthropic says what a model can do: abilities, some with
// parts of their own.
type supported struct {
	Supported *bool `json:"supported"`
}

// levels are the parts of the ability "effort" that are abilities themselves.
type levels map[string]supported

// UnmarshalJSON leaves out what is no ability.
func (l *levels) UnmarshalJSON(text []byte) error {
	var parts map[string]json.RawMessage
	if err := json.Unmarshal(text, &parts); err != nil {
		return err
	}
	*l = levels{}
	for name, part := range parts {
		var one supported
		if json.Unmarshal(part, &one) == nil {
			(*l)[name] = one
		}
	}
	return nil
}

func (e entry) capabilities(o *Model) {
	var flags map[string]bool
	var names []string
	var abilities struct {
		Image    supported `json:"image_input"`
		PDF      supported `json:"pdf_input"`
		Thinking supported `json:"thinking"`
		Effort   levels    `json:"effort"`
	}
	switch {
	case json.Unmarshal(e.Capabilities, &flags) == nil && flags != nil: // Mistral
		if chats, told := flags["completion_chat"]; told && !chats {
			o.sort = "other"
		}
		for flag, to := range map[string]**bool{
			"vision": &o.vision, "audio": &o.audio, "function_calling": &o.tools, "trained_for_tool_use": &o.tools, "reasoning": &o.reasoning,
		} {
			if can, told := flags[flag]; told {
				*to = new(can)
			}
		}
	case json.Unmarshal(e.Capabilities, &names) == nil && names != nil: // LM Studio
		o.tools = new(slices.Contains(names, "tool_use") || slices.Contains(names, "tools"))
	case e.Type == "model" && json.Unmarshal(e.Capabilities, &abilities) == nil: // Anthropic
		o.vision, o.files, o.reasoning = abilities.Image.Supported, abilities.PDF.Supported, abilities.Thinking.Supported
		for _, level := range []string{"low", "medium", "high", "xhigh", "max"} {
			if can := abilities.Effort[level].Supported; can != nil && *can {
				o.levels = append(o.levels, level)
			}
		}
	}
	if o.sort == "vlm" || o.sort == "llm" {
		o.vision = new(o.sort == "vlm")
	}
}

// perToken reads OpenRouter's prices: decimal text, dollars a token.
func perToken(raw json.RawMessage) *llm.Prices {
	var p struct {
		Prompt     string `json:"prompt"`
		Completion string `json:"completion"`
		Read       string `json:"input_cache_read"`
		Write      string `json:"input_cache_write"`
	}
	if json.Unmarshal(raw, &p) != nil || p.Prompt == "" {
		return nil
	}
	million := func(s string) float64 {
		f, err := strconv.ParseFloat(s, 64)
		if err != nil || f < 0 {
			return 0
		}
		return f * 1e6
	}
	return &llm.Prices{Input: million(p.Prompt), Output: million(p.Completion), CacheRead: million(p.Read), CacheWrite: million(p.Write)}
}

// otherModels are models that do not chat, by the names that providers give
// them in a list without types.
var otherModels = regexp.MustCompile(`(?i)(^|[/_-])(embed|embedding|embeddings|whisper|tts|dall-e|moderation|transcribe|realtime|gpt-image|chatgpt-image|davinci|babbage|sora|rerank|reranker|ocr)([/_:-]|$)`)

// Chats reports whether the model is one to talk to.
func (o Model) Chats() bool {
	switch o.sort {
	case "embedding", "embeddings", "image", "audio", "moderation", "rerank", "transcribe", "video", "other":
		return false
	}
	return ValidName(o.Name) && !otherModels.MatchString(o.Name)
}

// Refine puts what the server tells in the place of what was known.
func (o Model) Refine(info *llm.Info) {
	if o.label != "" {
		info.Label = o.label
	}
	if o.context > 0 {
		info.Context = o.context
	}
	if o.maxOutput > 0 {
		info.MaxOutput = o.maxOutput
	}
	for to, told := range map[*bool]*bool{
		&info.Vision: o.vision, &info.Files: o.files, &info.Audio: o.audio, &info.Tools: o.tools, &info.Reasoning: o.reasoning,
	} {
		if told != nil {
			*to = *told
		}
	}
	if o.levels != nil {
		info.Levels = o.levels
	}
	if info.Description == "" {
		info.Description = o.words
	}
	if o.deprecated {
		info.Status = llm.Deprecated
	}
	if o.prices != nil {
		info.Prices = o.prices
	}
}

// ValidName keeps what no model is called from being sent anywhere.
func ValidName(id string) bool {
	return len(id) <= 200 && !strings.ContainsFunc(id, func(r rune) bool { return r <= ' ' || r == 0x7f || r == 0xFFFD })
}

// Named are models of which only the names are told; nil stays nil.
func Named(names []string) []Model {
	if names == nil {
		return nil
	}
	models := make([]Model, len(names))
	for i, name := range names {
		models[i].Name = name
	}
	return models
}

// Chatting are the names of those models that are there to talk to.
func Chatting(models []Model) []string {
	names := []string{}
	for _, o := range models {
		if o.Chats() {
			names = append(names, o.Name)
		}
	}
	return names
}
