package provider

import (
	"time"

	"parley/internal/llm/resilient"
)

// State is how a provider is doing, in one word.
type State string

// The states of a provider. Unknown is one that nobody has called yet.
const (
	StateUnknown  State = "unknown"
	StateUp       State = "up"
	StateDegraded State = "degraded"
	StateDown     State = "down"
)

// Health is how the model calls of the last quarter of an hour went.
type Health struct {
	State State `json:"state" enum:"unknown,up,degraded,down"`
	// Breaker is "open" while no call is let through after many that failed, and
	// "trial" while a few are.
	Breaker resilient.Breaker `json:"breaker" enum:"closed,open,trial"`
	Calls   int               `json:"calls"`
	Failed  int               `json:"failed"`
	// FirstTokenMillis is how long half of the answers took to begin; 0 is
	// unknown.
	FirstTokenMillis int64 `json:"firstTokenMillis"`
	// Waiting is how many calls wait for the limits.
	Waiting int `json:"waiting"`
	// Keys is how many keys there are, KeysFree how many of them may be used now.
	Keys      int        `json:"keys"`
	KeysFree  int        `json:"keysFree"`
	LastError *Failure   `json:"lastError,omitempty"`
	LastAt    *time.Time `json:"lastErrorAt,omitempty"`
}

const (
	// degraded is the share of failed calls above which a provider is.
	degraded = 0.2
	// enoughCalls is how many it takes for the share to say something.
	enoughCalls = 5
)

func (p *provider) health() Health {
	now := p.gate.Health()
	h := Health{
		State: StateUnknown, Breaker: now.Breaker, Calls: now.Calls, Failed: now.Failed,
		FirstTokenMillis: now.FirstToken.Milliseconds(), Keys: len(p.keys),
	}
	if len(p.keys) > 0 {
		h.KeysFree = p.pool.Free()
	}
	if p.queue != nil {
		h.Waiting = p.queue.Waiting()
	}
	if now.Last != nil {
		h.LastError, h.LastAt = failure(now.Last), new(now.LastAt.UTC())
	}
	l := p.list.Load()
	switch {
	case now.Breaker == resilient.Open, l.err != nil, now.Calls > 0 && now.Failed == now.Calls:
		h.State = StateDown
	case now.Breaker == resilient.OnTrial, now.Calls >= enoughCalls && float64(now.Failed) > degraded*float64(now.Calls):
		h.State = StateDegraded
	case now.Calls > 0, !l.checked.IsZero():
		h.State = StateUp
	}
	return h
}
