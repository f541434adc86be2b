package claude

import (
	"parley/internal/llm"
	"parley/internal/llm/wire"
)

// Writer writes what Anthropic's models ask of thinking and sampling into the
// fields of a body.
type Writer struct {
	*wire.Body
	Traits
	// Thinking says that the model will think, Budgeted that it has a budget,
	// which has more rules.
	Thinking, Budgeted bool
}

// Think writes the reasoning parameters and returns the output limit, which
// has to hold the thinking too. Limited says that the user set the limit.
func (w *Writer) Think(p llm.Params, limit int, limited bool) int {
	limit = w.think(p, limit, limited)
	w.show(p)
	return limit
}

// show asks for more or less of the thinking to be told than is usual.
func (w *Writer) show(p llm.Params) {
	thinking, ok := w.Fields["thinking"].(map[string]any)
	switch {
	case p.Summary == "":
	case !ok || !w.Thinking || !w.Shows:
		w.Lack(p, "reasoning_summary")
	case p.Summary == "none":
		thinking["display"] = "omitted"
	default:
		thinking["display"] = "summarized"
	}
}

func (w *Writer) think(p llm.Params, limit int, limited bool) int {
	budget, effort := 0, p.Effort
	if p.ReasoningTokens != nil {
		budget = *p.ReasoningTokens
		if budget == 0 {
			effort = "none"
		}
	}
	switch {
	case effort == "none":
		w.off()
		return limit
	case effort == "" && budget == 0:
		if w.Thinks {
			w.adaptive("") // as it would anyway, but to be seen
		}
		return limit
	case w.Adaptive && (budget == 0 || w.Fixed):
		if budget > 0 {
			w.Notice("The model %s has no budget for reasoning, only levels, so the budget was left out.", w.Model)
		}
		w.adaptive(effort)
		return limit
	case budget == 0:
		known, ok := budgets[effort]
		if !ok {
			w.Notice("The model %s does not know the reasoning level %q, so none was asked for.", w.Model, effort)
			return limit
		}
		budget = known
	}
	budget = max(budget, minBudget)
	if limit <= budget {
		if limited && limit <= minBudget {
			w.Notice("The limit of %d tokens leaves no room for reasoning, so none was asked for.", limit)
			return limit
		}
		if limited {
			budget = max(minBudget, limit/2)
		} else {
			limit = budget + outputThird
		}
	}
	w.Thinking, w.Budgeted = true, true
	w.Fields["thinking"] = map[string]any{"type": "enabled", "budget_tokens": budget}
	return limit
}

// off asks for no thinking, or for the least there is.
func (w *Writer) off() {
	switch {
	case w.Always:
		w.Notice("The model %s always reasons, so the least reasoning was asked for.", w.Model)
		w.adaptive("low")
	case w.Between:
		w.Fields["thinking"] = map[string]any{"type": "between_tools"}
	case w.Hidden && !w.Thinks:
		// It does not think unless asked to, and refuses to be told so.
	default:
		w.Fields["thinking"] = map[string]any{"type": "disabled"}
	}
}

// Binding is the name of what [Writer.Unbind] asks for, which is not yet in the
// protocol for all.
const Binding = "thinking-binding-controls-2026-08-01"

// Unbind asks that thinking be left out, and not refused, if anything before it
// has changed since: instructions and tools do so in a chat. It reports whether
// the model needs to be asked. It comes after [Writer.Think].
func (w *Writer) Unbind() bool {
	thinking, ok := w.Fields["thinking"].(map[string]any)
	if !w.Bound || !ok || thinking["type"] == "disabled" {
		return false
	}
	thinking["block_binding"] = map[string]any{"prefix_mismatch_behavior": "drop_block"}
	return true
}

func (w *Writer) adaptive(effort string) {
	w.Thinking = true
	thinking := map[string]any{"type": "adaptive"}
	if w.Hidden {
		thinking["display"] = "summarized"
	}
	w.Fields["thinking"] = thinking
	if effort == "minimal" {
		effort = "low"
	}
	if effort != "" {
		w.OutputConfig("effort", effort)
	}
}

// OutputConfig sets a field of output_config.
func (w *Writer) OutputConfig(name string, value any) {
	config, ok := w.Fields["output_config"].(map[string]any)
	if !ok {
		config = map[string]any{}
		w.Fields["output_config"] = config
	}
	config[name] = value
}

// Sampling returns the parameters that the model does not take beside what was
// asked for, and the temperature that it does. It comes after [Writer.Think].
func (w *Writer) Sampling(p llm.Params) (refused []string, temperature *float64) {
	const lowestTopP = 0.95 // while thinking
	switch {
	case w.Fixed:
		refused = append(refused, "temperature", "top_p", "top_k")
	case w.Thinking:
		if p.Temperature != nil && *p.Temperature != 1 {
			refused = append(refused, "temperature")
		}
		refused = append(refused, "top_k")
		if p.TopP != nil && *p.TopP < lowestTopP {
			refused = append(refused, "top_p")
		}
	case w.OneOf && p.Temperature != nil:
		refused = append(refused, "top_p")
	}
	temperature = p.Temperature
	if temperature != nil && *temperature > 1 && !w.Fixed && !w.Thinking {
		w.Notice("The model %s takes a temperature of at most 1, so 1 was sent.", w.Model)
		one := 1.0
		temperature = &one
	}
	return refused, temperature
}
