package openaichat

import (
	"parley/internal/llm"
	"parley/internal/llm/claude"
)

// effortReason writes reasoning_effort and cannot express a budget, except
// that none is none.
func effortReason(b *builder, p llm.Params) {
	b.Set(effort, p.Effort, p.Effort != "")
	if p.ReasoningTokens != nil {
		b.Refuse(budget)
	}
}

func effortOrNone(b *builder, p llm.Params) {
	if p.ReasoningTokens != nil && *p.ReasoningTokens == 0 && p.Effort == "" {
		p.Effort, p.ReasoningTokens = "none", nil
	}
	effortReason(b, p)
}

// objectReason writes OpenRouter's reasoning object.
func objectReason(b *builder, p llm.Params) {
	object := map[string]any{}
	switch {
	case p.ReasoningTokens != nil && *p.ReasoningTokens == 0:
		object["enabled"] = false
	case p.ReasoningTokens != nil:
		object["max_tokens"] = *p.ReasoningTokens
	case p.Effort != "":
		object["effort"] = p.Effort
	}
	if p.Summary == "none" {
		object["exclude"] = true
	}
	b.Set("reasoning", object, len(object) > 0)
}

// claudeReason writes thinking as Anthropic's own protocol has it. What Claude does
// not take beside it goes out again.
func claudeReason(b *builder, p llm.Params) {
	w := claude.Writer{Body: &b.Body, Traits: claude.TraitsOf(b.Model)}
	limit := w.Output
	if p.MaxTokens != nil {
		limit = *p.MaxTokens
	}
	limit = w.Think(p, limit, p.MaxTokens != nil)
	if w.Budgeted {
		b.Fields[or(b.dialect.maxTokens, "max_tokens")] = limit
	}
	refused, warmth := w.Sampling(p)
	if warmth != nil {
		b.Fields[temperature] = warmth
	}
	for _, name := range refused {
		if b.Fields[name] != nil {
			delete(b.Fields, name)
			b.Refuse(name)
		}
	}
	b.shows = true
}

// passedReason is for a gateway that knows levels of all models, and passes on what
// Claude's own protocol says of budgets.
func passedReason(b *builder, p llm.Params) {
	if p.ReasoningTokens != nil && isClaude(b.Model) {
		claudeReason(b, p)
		return
	}
	effortReason(b, p)
}

// disabledReason switches thinking off as Z.ai does; it is on by itself.
func disabledReason(b *builder, p llm.Params) {
	if isOff(p) {
		b.Fields["thinking"] = map[string]any{"type": "disabled"}
		return
	}
	effortReason(b, p)
}

// thinkingReason switches thinking on and off as DeepSeek does.
func thinkingReason(b *builder, p llm.Params) {
	if p.ReasoningTokens != nil || p.Effort != "" {
		b.Fields["thinking"] = map[string]any{"type": "enabled"}
	}
	disabledReason(b, p)
}

// templateReason switches thinking by the chat template, as llama.cpp and vLLM
// do.
func templateReason(b *builder, p llm.Params) {
	if isOff(p) {
		b.Fields["chat_template_kwargs"] = map[string]any{"enable_thinking": false}
		return
	}
	effortReason(b, p)
}

// budgetReason is templateReason for servers that end reasoning after a number of
// tokens.
func budgetReason(field string) func(b *builder, p llm.Params) {
	return func(b *builder, p llm.Params) {
		if p.ReasoningTokens != nil && !isOff(p) {
			b.Fields[field] = *p.ReasoningTokens
			p.ReasoningTokens = nil
		}
		templateReason(b, p)
	}
}

// plainJSON is for servers that know JSON but no schema: the schema goes into
// the instructions.
func plainJSON(b *builder, p llm.Params) {
	b.Fields[schema] = map[string]any{"type": "json_object"}
	b.instructions = "Answer with a JSON value that matches this JSON schema:\n" + string(p.Schema)
}

// wordedSchema is for servers that know no response format at all.
func wordedSchema(b *builder, p llm.Params) {
	b.instructions = "Answer with nothing but a JSON value that matches this JSON schema:\n" + string(p.Schema)
}

// isOff reports whether reasoning is to be left out.
func isOff(p llm.Params) bool {
	return p.ReasoningTokens != nil && *p.ReasoningTokens == 0 || p.Effort == "none"
}

// switchReason is for servers that know reasoning on and off, as "high" and
// "none".
func switchReason(b *builder, p llm.Params) {
	switch {
	case isOff(p):
		b.Fields[effort] = "none"
	case p.Effort != "" || p.ReasoningTokens != nil:
		if p.Effort != "high" {
			b.noLevel()
		}
		b.Fields[effort] = "high"
	}
}

// noLevel tells of a level that a model without levels was to reason at.
func (b *builder) noLevel() {
	b.Notice("The model %s reasons or does not, so no level of reasoning was sent.", b.Model)
}

// enabledReason switches reasoning off by an object, and on by an effort.
func enabledReason(b *builder, p llm.Params) {
	if isOff(p) {
		b.Fields["reasoning"] = map[string]any{"enabled": false}
		return
	}
	effortReason(b, p)
}

// someReason is for servers whose reasoning_effort cannot be none.
func someReason(b *builder, p llm.Params) {
	if p.Effort == "none" {
		b.Refuse(effort)
		p.Effort = ""
	}
	effortReason(b, p)
}

// countedReason is for servers whose reasoning_effort may be a number of tokens.
func countedReason(b *builder, p llm.Params) {
	switch {
	case isOff(p):
		b.Fields[effort] = "none"
	case p.ReasoningTokens != nil:
		b.Fields[effort] = *p.ReasoningTokens
	default:
		effortReason(b, p)
	}
}
