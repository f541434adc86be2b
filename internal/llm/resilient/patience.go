package resilient

import (
	"context"
	"fmt"
	"iter"
	"time"

	"parley/internal/llm"
)

// Patience is how long an answer may take to begin and to go on; zero is no
// limit. Unlike the time-outs of llm/wire it counts tokens: what a server sends
// to keep a connection open does not help it.
type Patience struct {
	First time.Duration
	Idle  time.Duration
}

// Model returns a model whose answers keep to the limits.
func (p Patience) Model(model llm.Model) llm.Model {
	if p == (Patience{}) {
		return model
	}
	return Func(func(ctx context.Context, request llm.Request) iter.Seq2[llm.Event, error] {
		return func(to func(llm.Event, error) bool) { p.run(ctx, model, request, to) }
	})
}

func (p Patience) run(ctx context.Context, model llm.Model, request llm.Request, to yield) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	limit, what := p.First, "the first token"
	var timer *time.Timer
	wait := func() {
		switch {
		case limit <= 0:
		case timer == nil:
			reason := late(limit, what)
			timer = time.AfterFunc(limit, func() { cancel(reason) })
		default:
			timer.Reset(limit)
		}
	}
	stop := func() {
		if timer != nil {
			timer.Stop()
		}
	}
	defer stop()
	wait()
	begun := false
	for event, err := range model.Stream(ctx, request) {
		stop() // how long a reader takes is not the provider's fault
		if err != nil {
			to(event, overtaken(ctx, err))
			return
		}
		if !to(event, nil) {
			return
		}
		if !begun && event.Kind != llm.EventNotice {
			begun, timer, limit, what = true, nil, p.Idle, "the next token"
		}
		wait()
	}
}

func late(limit time.Duration, what string) *llm.Error {
	return &llm.Error{
		Kind: llm.ErrTimeout, Retryable: true, Cause: context.DeadlineExceeded,
		Message: fmt.Sprintf("waited %s for %s", limit, what),
	}
}

// overtaken returns the time-out that ended a call in the place of the
// cancellation that it looks like.
func overtaken(ctx context.Context, err error) error {
	if cause, ok := context.Cause(ctx).(*llm.Error); ok { //nolint:errorlint // a cause of our own, never wrapped
		return cause
	}
	return err
}
