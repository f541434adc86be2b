package google

import (
	"bytes"
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"

	"parley/internal/llm"
	"parley/internal/llm/wire"
)

// written is a request that is ready to be sent.
type written struct {
	body    []byte
	header  http.Header
	notices []string
	names   *names
}

// builder writes one request. Its Fields are those of generationConfig, where
// nearly all parameters are.
type builder struct {
	wire.Body
	traits traits
	vertex bool
	names  *names
	top    map[string]any // the fields of the request itself
	header http.Header
	// instructions are added to the system instruction.
	instructions string
	calls        map[string]sentCall // by id
	watches      bool                // reads the addresses that the user names
	videos       int
}

// write writes a request and says what was left out.
func write(request llm.Request, vertex bool) (written, error) {
	b := &builder{
		Body:   wire.Body{Model: request.Model, Fields: map[string]any{}},
		traits: traitsOf(request.Model), vertex: vertex, names: newNames(request.Tools),
		top: map[string]any{}, header: http.Header{}, calls: map[string]sentCall{},
	}
	if len(b.traits.modalities) > 0 {
		b.Fields["responseModalities"] = b.traits.modalities
	}
	p := request.Params
	b.think(p)
	b.show(p)
	b.detail(p)
	b.Lack(p, "reasoning_mode", "reasoning_context", "prompt_cache", "disable_streaming", "protocol", "region")
	b.sampling(p)
	b.service(p)
	b.tools(request)
	b.schema(request)
	contents := b.contents(request.Messages)
	b.system(request.System, contents)
	b.top["contents"] = contents
	if len(b.Fields) > 0 {
		b.top["generationConfig"] = b.Fields
	}
	b.merge(p)
	text, err := (&wire.Body{Fields: b.top}).JSON(llm.Params{})
	return written{body: text, header: b.header, notices: b.Notices, names: b.names}, err
}

// outside are the fields of a request beside generationConfig.
var outside = []string{
	"contents", "tools", "toolConfig", "safetySettings", "systemInstruction", "generationConfig",
	"cachedContent", "serviceTier", "store", "labels", "model",
}

// merge puts in what an admin added and takes out what they drop. A field that
// is not of the request itself is one of generationConfig, and what is added to
// an object leaves the rest of it as it is.
func (b *builder) merge(p llm.Params) {
	config, ok := b.top["generationConfig"].(map[string]any)
	if !ok {
		config = map[string]any{}
	}
	for key, raw := range p.Extra {
		value := decoded(raw)
		into := config
		if slices.Contains(outside, key) {
			into = b.top
		}
		if key == "generationConfig" {
			if fields, isObject := value.(map[string]any); isObject {
				lay(config, fields)
			}
			continue
		}
		lay(into, map[string]any{key: value})
	}
	for _, key := range p.Drop {
		delete(config, key)
		delete(b.top, key)
	}
	if len(config) > 0 && !slices.Contains(p.Drop, "generationConfig") {
		b.top["generationConfig"] = config
	}
}

// decoded returns the value of JSON with its numbers as they are written. What is
// no JSON is returned as it is, to be refused as the body is encoded.
func decoded(raw json.RawMessage) any {
	var value any
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber()
	if decoder.Decode(&value) != nil || decoder.More() {
		return raw
	}
	return value
}

// lay puts fields over those of an object, and objects over objects.
func lay(into, fields map[string]any) {
	for key, value := range fields {
		old, both := into[key].(map[string]any)
		added, isObject := value.(map[string]any)
		if both && isObject {
			lay(old, added)
			continue
		}
		into[key] = value
	}
}

// Budgets in tokens, as Google's own compatibility layer translates efforts.
var budgets = map[string]int{"minimal": 1024, "low": 1024, "medium": 8192, "high": 24576, "xhigh": 32768, "max": 32768}

const (
	flashMost = 24576
	liteLeast = 512
	proLeast  = 128
	proMost   = 32768
	unlimited = -1 // the model decides
)

// think writes how much the model reasons, and asks to be shown it.
func (b *builder) think(p llm.Params) {
	off := p.Effort == "none" || p.ReasoningTokens != nil && *p.ReasoningTokens == 0
	switch {
	case p.Effort == "" && p.ReasoningTokens == nil:
	case b.traits.thinking == never:
		if !off {
			b.Notice("The model %s does not reason, so no reasoning was asked for.", b.Model)
		}
	case b.traits.thinking == byBudget:
		b.budget(p, off)
	default:
		b.level(p, off)
	}
}

// show asks for the summaries of thoughts, or for none.
func (b *builder) show(p llm.Params) {
	if p.Summary == "" {
		return
	}
	config, asked := b.Fields["thinkingConfig"].(map[string]any)
	switch {
	case b.traits.thinking == never || asked && config["includeThoughts"] == false:
		b.Lack(p, "reasoning_summary")
	case asked:
		config["includeThoughts"] = p.Summary != "none"
	default:
		b.Fields["thinkingConfig"] = map[string]any{"includeThoughts": p.Summary != "none"}
	}
}

// detail asks for pictures to be looked at in more or fewer tokens.
func (b *builder) detail(p llm.Params) {
	switch {
	case p.ImageDetail == "" || p.ImageDetail == "auto":
	case slices.Contains([]string{"low", "medium", "high"}, p.ImageDetail):
		b.Fields["mediaResolution"] = "MEDIA_RESOLUTION_" + strings.ToUpper(p.ImageDetail)
	default:
		b.Lack(p, "image_detail")
	}
}

func (b *builder) budget(p llm.Params, off bool) {
	asked := 0
	switch {
	case off:
	case p.ReasoningTokens != nil:
		asked = *p.ReasoningTokens
	default:
		known, ok := budgets[p.Effort]
		if !ok {
			b.unknown(p.Effort)
			return
		}
		asked = known
	}
	var budget int
	switch {
	case asked < 0:
		budget = unlimited
	case b.traits.pro:
		budget = min(max(asked, proLeast), proMost)
	case b.traits.lite && asked > 0:
		budget = min(max(asked, liteLeast), flashMost)
	default:
		budget = min(asked, flashMost)
	}
	if off && budget > 0 {
		b.always()
	}
	b.Fields["thinkingConfig"] = map[string]any{"thinkingBudget": budget, "includeThoughts": budget != 0}
}

func (b *builder) level(p llm.Params, off bool) {
	level := p.Effort
	if p.ReasoningTokens != nil && !off {
		level = levelOf(*p.ReasoningTokens)
		b.Notice("The model %s knows levels of reasoning and no budgets, so the level %q was asked for.", b.Model, level)
	}
	switch level {
	case "low", "medium", "high":
	case "minimal":
		level = b.traits.least
	case "xhigh", "max":
		level = "high"
	default:
		if !off {
			b.unknown(level)
			return
		}
	}
	if off {
		b.always()
		level = b.traits.least
	}
	b.Fields["thinkingConfig"] = map[string]any{"thinkingLevel": level, "includeThoughts": !off}
}

// levelOf is the level that stands for a budget; without a limit it is high.
func levelOf(budget int) string {
	switch {
	case budget >= 0 && budget <= budgets["low"]:
		return "low"
	case budget >= 0 && budget <= budgets["medium"]:
		return "medium"
	default:
		return "high"
	}
}

func (b *builder) always() {
	b.Notice("The model %s always reasons, so the least reasoning was asked for.", b.Model)
}

func (b *builder) unknown(effort string) {
	b.Notice("The model %s does not know the reasoning level %q, so none was asked for.", b.Model, effort)
}

func (b *builder) sampling(p llm.Params) {
	if b.traits.fixed {
		b.Refused = append(b.Refused, "temperature", "top_p", "top_k")
	}
	if b.traits.strict || !b.vertex { // AI Studio refuses the whole request
		b.Refused = append(b.Refused, "frequency_penalty", "presence_penalty")
	}
	b.Refused = append(b.Refused, "verbosity", "parallel_tool_calls")
	b.Set("temperature", p.Temperature, p.Temperature != nil)
	b.Rename("top_p", "topP", p.TopP, p.TopP != nil)
	b.Rename("top_k", "topK", p.TopK, p.TopK != nil)
	b.Rename("max_tokens", "maxOutputTokens", p.MaxTokens, p.MaxTokens != nil)
	b.Rename("stop", "stopSequences", p.Stop, len(p.Stop) > 0)
	b.Rename("frequency_penalty", "frequencyPenalty", p.FrequencyPenalty, p.FrequencyPenalty != nil)
	b.Rename("presence_penalty", "presencePenalty", p.PresencePenalty, p.PresencePenalty != nil)
	b.Set("seed", p.Seed, p.Seed != nil)
	b.Set("verbosity", nil, p.Verbosity != "")
	b.Set("parallel_tool_calls", nil, p.ParallelTools != nil && !*p.ParallelTools)
	if p.Logprobs != nil {
		b.Fields["responseLogprobs"] = true
		if *p.Logprobs > 0 {
			b.Fields["logprobs"] = *p.Logprobs
		}
	}
	if len(p.Safety) > 0 {
		settings := make([]map[string]any, 0, len(p.Safety))
		for _, category := range slices.Sorted(maps.Keys(p.Safety)) {
			settings = append(settings, map[string]any{"category": category, "threshold": p.Safety[category]})
		}
		b.top["safetySettings"] = settings
	}
}

// service asks for a class of service: AI Studio by a field, Vertex AI by
// headers.
func (b *builder) service(p llm.Params) {
	switch {
	case p.ServiceTier == "":
	case !b.vertex:
		b.top["serviceTier"] = p.ServiceTier
	default:
		b.header.Set("X-Vertex-Ai-Llm-Request-Type", "shared")
		if p.ServiceTier != "standard" {
			b.header.Set("X-Vertex-Ai-Llm-Shared-Request-Type", p.ServiceTier)
		}
	}
}

// schema holds the answer to a schema; in words, where the model cannot do so
// beside tools.
func (b *builder) schema(request llm.Request) {
	schema := request.Params.Schema
	if len(schema) == 0 {
		return
	}
	_, tools := b.top["tools"]
	if tools && !b.traits.combined || !b.traits.tools {
		b.instructions = "Answer with nothing but a JSON value that matches this JSON schema:\n" + string(schema)
		return
	}
	b.Fields["responseMimeType"] = "application/json"
	b.Fields["responseJsonSchema"] = schema
}

// system writes the instructions; into the first message, where the model has no
// place of their own for them.
func (b *builder) system(text string, contents []content) {
	text = strings.TrimSpace(text + "\n\n" + b.instructions)
	switch {
	case text == "":
	case b.traits.system:
		b.top["systemInstruction"] = map[string]any{"parts": []any{textPart(text)}}
	case len(contents) > 0:
		contents[0].Parts = append([]map[string]any{textPart(text)}, contents[0].Parts...)
	}
}
