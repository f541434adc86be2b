package listing

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"parley/internal/llm"
)

// What servers tell of their models by an API of their own.

// ollama lists models by Ollama's own API, which also tells what each can do.
// Source: Ollama's API documentation, "List Local Models" and "Show Model
// Information".
func (s Server) ollama(ctx context.Context) ([]Model, error) {
	models, err := s.ollamaTags(ctx)
	if err != nil {
		return nil, err
	}
	running := s.ollamaRunning(ctx)
	var wg sync.WaitGroup
	slots := make(chan struct{}, 4)
	for i := range models {
		wg.Go(func() {
			slots <- struct{}{}
			defer func() { <-slots }()
			name := models[i].Name
			models[i] = s.ollamaModel(ctx, name)
			models[i].context = cmp.Or(running[name], models[i].context)
		})
	}
	wg.Wait()
	return models, nil
}

// ollamaTags returns the names of Ollama's models.
func (s Server) ollamaTags(ctx context.Context) ([]Model, error) {
	var tags struct {
		Models []struct {
			Name string `json:"name"`
		} `json:"models"`
	}
	if err := s.ask(ctx, "../api/tags", nil, &tags); err != nil {
		return nil, err
	}
	if tags.Models == nil {
		return nil, errors.New("this is not Ollama")
	}
	models := make([]Model, len(tags.Models))
	for i, m := range tags.Models {
		models[i].Name = m.Name
	}
	return models, nil
}

// ollamaRunning returns the contexts that models were loaded with: what the server
// or its memory allows, which is often less than the model could. Source: Ollama's
// API documentation, "List Running Models".
func (s Server) ollamaRunning(ctx context.Context) map[string]int {
	var loaded struct {
		Models []struct {
			Name    string `json:"name"`
			Context int    `json:"context_length"`
		} `json:"models"`
	}
	contexts := map[string]int{}
	if s.ask(ctx, "../api/ps", nil, &loaded) == nil {
		for _, m := range loaded.Models {
			contexts[m.Name] = m.Context
		}
	}
	return contexts
}

// contextSet is where a model's own file sets its context.
var contextSet = regexp.MustCompile(`(?m)^num_ctx\s+(\d+)\s*$`)

func (s Server) ollamaModel(ctx context.Context, name string) Model {
	o := Model{Name: name}
	var shown struct {
		Details struct {
			Family string `json:"family"`
		} `json:"details"`
		Capabilities []string                   `json:"capabilities"`
		Info         map[string]json.RawMessage `json:"model_info"`
		Parameters   string                     `json:"parameters"`
	}
	if s.ask(ctx, "../api/show", map[string]string{"model": name}, &shown) != nil {
		return o
	}
	for key, value := range shown.Info {
		if strings.HasSuffix(key, ".context_length") {
			o.context, _ = strconv.Atoi(string(value))
		}
	}
	if set := contextSet.FindStringSubmatch(shown.Parameters); set != nil { // what does not fit in is cut off
		if n, err := strconv.Atoi(set[1]); err == nil && n > 0 && (o.context == 0 || n < o.context) {
			o.context = n
		}
	}
	if shown.Capabilities != nil {
		can := func(what string) *bool { return new(slices.Contains(shown.Capabilities, what)) }
		o.vision, o.tools, o.reasoning = can("vision"), can("tools"), can("thinking")
		if *o.reasoning && !strings.HasPrefix(strings.ReplaceAll(shown.Details.Family, "-", ""), "gptoss") {
			o.levels = []string{"none"} // it thinks or does not
		}
		if !*can("completion") {
			o.sort = "embedding"
		}
	}
	return o
}

// llamaCpp completes the models of a llama.cpp server: it serves one, or routes
// to several, of which it describes those that are loaded. Source: llama.cpp
// server documentation, "GET /props" and "Using multiple models".
func (s Server) llamaCpp(ctx context.Context, models []Model) {
	var props llamaProps
	if s.ask(ctx, "../props", nil, &props) != nil {
		return
	}
	for i := range models {
		if props.Role != "router" {
			props.refine(&models[i])
			continue
		}
		var own llamaProps
		query := url.Values{"model": {models[i].Name}, "autoload": {"false"}}
		if models[i].loaded && s.ask(ctx, "../props?"+query.Encode(), nil, &own) == nil {
			own.refine(&models[i])
		}
	}
}

// llamaProps is what llama.cpp tells of a model.
type llamaProps struct {
	Role     string `json:"role"`
	Settings struct {
		Context int `json:"n_ctx"`
	} `json:"default_generation_settings"`
	Modalities *struct {
		Vision bool `json:"vision"`
		Audio  bool `json:"audio"`
	} `json:"modalities"`
	Template  string `json:"chat_template"`
	Abilities *struct {
		Tools  *bool `json:"supports_tools"`
		Effort *bool `json:"supports_reasoning_effort"`
	} `json:"chat_template_caps"`
}

func (p llamaProps) refine(o *Model) {
	o.context = cmp.Or(p.Settings.Context, o.context)
	if p.Modalities != nil {
		o.vision, o.audio = new(p.Modalities.Vision), new(p.Modalities.Audio)
	}
	if p.Template != "" {
		o.reasoning = new(strings.Contains(p.Template, "enable_thinking") || strings.Contains(p.Template, "<think>"))
	}
	if p.Abilities == nil {
		return
	}
	o.tools = p.Abilities.Tools
	if leveled := p.Abilities.Effort; leveled != nil && *leveled {
		o.reasoning = new(true)
	} else if leveled != nil && o.reasoning != nil && *o.reasoning {
		o.levels = []string{"none"}
	}
}

// liteLLM completes models by LiteLLM's own API: their names are the admin's, so
// nothing else says what is behind them.
func (s Server) liteLLM(ctx context.Context, models []Model) {
	infos := s.liteLLMInfos(ctx)
	for i := range models {
		infos[models[i].Name].refine(&models[i])
	}
}

// liteLLMInfos returns what a LiteLLM tells of its models by their names. Source:
// LiteLLM's documentation, "Model Management".
func (s Server) liteLLMInfos(ctx context.Context) map[string]liteLLMInfo {
	var told struct {
		Data []struct {
			Name string      `json:"model_name"`
			Info liteLLMInfo `json:"model_info"`
		} `json:"data"`
	}
	if err := s.ask(ctx, "model/info", nil, &told); err != nil && !onlyTypes(err) {
		return nil
	}
	infos := map[string]liteLLMInfo{}
	for _, m := range told.Data {
		if _, twice := infos[m.Name]; m.Name != "" && !twice { // one name may stand for several deployments
			infos[m.Name] = m.Info
		}
	}
	return infos
}

// liteLLMInfo is what LiteLLM knows of a model.
type liteLLMInfo struct {
	// Mode is empty for a model that LiteLLM does not know.
	Mode       string  `json:"mode"`
	MaxInput   int     `json:"max_input_tokens"`
	MaxOutput  int     `json:"max_output_tokens"`
	Input      float64 `json:"input_cost_per_token"`
	Output     float64 `json:"output_cost_per_token"`
	CacheRead  float64 `json:"cache_read_input_token_cost"`
	CacheWrite float64 `json:"cache_creation_input_token_cost"`
	Vision     *bool   `json:"supports_vision"`
	Files      *bool   `json:"supports_pdf_input"`
	Audio      *bool   `json:"supports_audio_input"`
	Tools      *bool   `json:"supports_function_calling"`
	Reasoning  *bool   `json:"supports_reasoning"`
}

func (m liteLLMInfo) refine(o *Model) {
	o.context, o.maxOutput = cmp.Or(m.MaxInput, o.context), cmp.Or(m.MaxOutput, o.maxOutput)
	if m.Input > 0 || m.Output > 0 {
		const million = 1e6
		o.prices = &llm.Prices{
			Input: m.Input * million, Output: m.Output * million, CacheRead: m.CacheRead * million, CacheWrite: m.CacheWrite * million,
		}
	}
	switch m.Mode {
	case "", "chat", "responses":
	default:
		o.sort = "other"
	}
	for to, can := range map[**bool]*bool{
		&o.vision: m.Vision, &o.files: m.Files, &o.audio: m.Audio, &o.tools: m.Tools, &o.reasoning: m.Reasoning,
	} {
		if can == nil && m.Mode != "" { // what a known model cannot do is not mentioned
			can = new(false)
		}
		if can != nil {
			*to = can
		}
	}
}
