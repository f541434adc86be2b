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
	set(&p.Whole, over.Whole)
	set(&p.ContextTokens, over.ContextTokens)
	set(&p.Resend, over.Resend)
	for _, word := range []struct {
		field *string
		value string
	}{
		{&p.Effort, over.Effort},
		{&p.Summary, over.Summary},
		{&p.ReasoningMode, over.ReasoningMode},
		{&p.ReasoningContext, over.ReasoningContext},
		{&p.Verbosity, over.Verbosity},
		{&p.ServiceTier, over.ServiceTier},
		{&p.ImageDetail, over.ImageDetail},
		{&p.Keep, over.Keep},
		{&p.Protocol, over.Protocol},
		{&p.Region, over.Region},
	} {
		if word.value != "" {
			*word.field = word.value
		}
	}
	if over.Stop != nil {
		p.Stop = over.Stop
	}
	if over.Schema != nil {
		p.Schema = over.Schema
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
