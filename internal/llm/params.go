package llm

// Over lays p over what held before: what p sets counts, the rest is base's.
// Extra and Drop are always base's, as only an administrator may give them.
func (p Params) Over(base Params) Params {
	over := p
	p = base
	set(&p.Temperature, over.Temperature)
	set(&p.TopP, over.TopP)
	set(&p.TopK, over.TopK)
	set(&p.MaxTokens, over.MaxTokens)
	set(&p.FrequencyPenalty, over.FrequencyPenalty)
	set(&p.PresencePenalty, over.PresencePenalty)
	set(&p.Seed, over.Seed)
	set(&p.ReasoningTokens, over.ReasoningTokens)
	set(&p.ParallelTools, over.ParallelTools)
	if over.Stop != nil {
		p.Stop = over.Stop
	}
	if over.Effort != "" {
		p.Effort = over.Effort
	}
	if over.Schema != nil {
		p.Schema = over.Schema
	}
	if over.Verbosity != "" {
		p.Verbosity = over.Verbosity
	}
	if over.ServiceTier != "" {
		p.ServiceTier = over.ServiceTier
	}
	set(&p.Logprobs, over.Logprobs)
	if over.Safety != nil {
		p.Safety = over.Safety
	}
	return p
}

func set[T any](field **T, value *T) {
	if value != nil {
		*field = value
	}
}
