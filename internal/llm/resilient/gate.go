package resilient

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"sync"
	"time"

	"parley/internal/llm"

	"github.com/sony/gobreaker/v2"
)

const (
	// openFor is how long a provider that fails is left alone before it is tried
	// again, by as many calls as trials, which all have to succeed.
	openFor = 20 * time.Second
	trials  = 2
	// What opens the breaker: so many failures in a row, or half of so many calls
	// within a minute.
	inARow   = 5
	enough   = 10
	interval = time.Minute

	// Health looks at so many calls of so long.
	healthWindow = 15 * time.Minute
	healthCalls  = 256
)

// errLeft is a call that nobody waited for: it says nothing about the provider.
var errLeft = errors.New("the reader left")

// Gate stands before one provider: it remembers how calls went, and refuses
// them for a moment when the provider fails again and again, so that nobody
// waits for what will not come.
type Gate struct {
	breaker *gobreaker.TwoStepCircuitBreaker[struct{}]

	mu      sync.Mutex
	samples []sample
	last    *llm.Error
	lastAt  time.Time
	opened  time.Time
}

type sample struct {
	at     time.Time
	first  time.Duration // until the answer began; 0 where it did not
	failed bool
}

// NewGate returns an open door.
func NewGate() *Gate {
	g := &Gate{}
	g.breaker = gobreaker.NewTwoStepCircuitBreaker[struct{}](gobreaker.Settings{
		MaxRequests: trials, Interval: interval, Timeout: openFor,
		ReadyToTrip: func(c gobreaker.Counts) bool {
			return c.ConsecutiveFailures >= inARow || c.Requests >= enough && 2*c.TotalFailures >= c.Requests
		},
		IsExcluded: func(err error) bool { return errors.Is(err, errLeft) },
		OnStateChange: func(_ string, _, to gobreaker.State) {
			if to == gobreaker.StateOpen {
				g.mu.Lock()
				g.opened = time.Now()
				g.mu.Unlock()
			}
		},
	})
	return g
}

// Model returns a model whose calls go through the gate.
func (g *Gate) Model(model llm.Model) llm.Model {
	return Func(func(ctx context.Context, request llm.Request) iter.Seq2[llm.Event, error] {
		return func(to func(llm.Event, error) bool) { g.run(ctx, model, request, to) }
	})
}

func (g *Gate) run(ctx context.Context, model llm.Model, request llm.Request, to yield) {
	done, err := g.breaker.Allow()
	if err != nil {
		to(llm.Event{}, g.refusal())
		return
	}
	call := &passage{gate: g, started: time.Now(), done: done}
	defer call.end(errLeft)
	for event, err := range model.Stream(ctx, request) {
		if err != nil {
			call.end(err)
			to(event, err)
			return
		}
		if event.Kind != llm.EventNotice {
			call.begin()
		}
		if !to(event, nil) {
			return
		}
	}
	call.end(nil)
}

// refusal says why nothing is asked of the provider.
func (g *Gate) refusal() *llm.Error {
	g.mu.Lock()
	defer g.mu.Unlock()
	refusal := &llm.Error{Kind: llm.ErrOverloaded}
	if g.last != nil {
		*refusal = *g.last
	}
	refusal.Message = fmt.Sprintf("the provider failed several times and is left alone for a moment; the last error was: %s", refusal.Message)
	refusal.RetryAfter = max(time.Until(g.opened.Add(openFor)), time.Second)
	refusal.Retryable = true
	return refusal
}

// passage is one call on its way through the gate.
type passage struct {
	gate    *Gate
	started time.Time
	first   time.Duration
	done    func(error) // of the breaker; nil once it knows
	over    bool
}

func (p *passage) begin() {
	if p.done == nil {
		return
	}
	p.first = max(time.Since(p.started), 1)
	p.done(nil)
	p.done = nil
}

func (p *passage) end(err error) {
	if p.over {
		return
	}
	p.over = true
	verdict := judge(err)
	if p.done != nil {
		switch verdict {
		case itsFault:
			p.done(err)
		case nobodysFault:
			p.done(errLeft)
		case fine:
			p.done(nil)
		}
	}
	if verdict == nobodysFault && p.first == 0 {
		return
	}
	p.gate.note(sample{at: time.Now(), first: p.first, failed: verdict == itsFault || verdict == fine && err != nil}, err)
}

// verdict is what the end of a call says about the provider.
type verdict int

const (
	fine verdict = iota
	itsFault
	nobodysFault
)

// judge says whose fault an error is. One that is about the request or the key
// shows that the provider is there.
func judge(err error) verdict {
	if err == nil {
		return fine
	}
	if errors.Is(err, errLeft) {
		return nobodysFault
	}
	switch llm.AsError(err).Kind {
	case llm.ErrCanceled, llm.ErrBadRequest, llm.ErrContextTooLong, llm.ErrContentFiltered, llm.ErrInternal:
		return nobodysFault
	case llm.ErrAuth, llm.ErrRateLimited, llm.ErrQuota, llm.ErrModelNotFound:
		return fine
	default:
		return itsFault
	}
}

func (g *Gate) note(s sample, err error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if s.failed && err != nil {
		g.last, g.lastAt = llm.AsError(err), s.at
	}
	if len(g.samples) == healthCalls {
		g.samples = slices.Delete(g.samples, 0, healthCalls/8)
	}
	g.samples = append(g.samples, s)
}

// Breaker is what a [Gate] does with calls.
type Breaker string

// The states of a breaker: calls pass, none does, or a few on trial.
const (
	Closed  Breaker = "closed"
	Open    Breaker = "open"
	OnTrial Breaker = "trial"
)

// Health is how the calls of the last quarter of an hour went, at most the last
// 256.
type Health struct {
	Breaker Breaker
	Calls   int
	Failed  int
	// FirstToken is how long half of the answers took to begin; 0 is unknown.
	FirstToken time.Duration
	// Last is the last error, of whatever time, or nil.
	Last   *llm.Error
	LastAt time.Time
}

// IsOpen reports whether no call is let through for now.
func (g *Gate) IsOpen() bool { return g.breaker.State() == gobreaker.StateOpen }

// Health returns how the provider is.
func (g *Gate) Health() Health {
	h := Health{Breaker: Closed}
	switch g.breaker.State() {
	case gobreaker.StateOpen:
		h.Breaker = Open
	case gobreaker.StateHalfOpen:
		h.Breaker = OnTrial
	case gobreaker.StateClosed:
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	h.Last, h.LastAt = g.last, g.lastAt
	var firsts []time.Duration
	for _, s := range g.samples {
		if time.Since(s.at) > healthWindow {
			continue
		}
		h.Calls++
		if s.failed {
			h.Failed++
		}
		if s.first > 0 {
			firsts = append(firsts, s.first)
		}
	}
	if len(firsts) > 0 {
		slices.Sort(firsts)
		h.FirstToken = firsts[len(firsts)/2]
	}
	return h
}
