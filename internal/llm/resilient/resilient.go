// Package resilient makes calls of models survive what providers do: keys that
// are limited or refused ([Keys]), servers that fail ([Gate]) or hang
// ([Patience]), limits that many users share ([Queue]), and models that cannot
// answer at all ([Fallback]). Each is a layer around an [llm.Model] and is one
// itself.
//
// Nothing here tries again after the first byte of an answer, and nothing makes
// a request of its own. Retries of one call are in llm/wire.
package resilient

import (
	"context"
	"iter"

	"parley/internal/llm"
)

// Func is a model that is a function.
type Func func(ctx context.Context, request llm.Request) iter.Seq2[llm.Event, error]

// Stream implements [llm.Model].
func (f Func) Stream(ctx context.Context, request llm.Request) iter.Seq2[llm.Event, error] {
	return f(ctx, request)
}

// yield is where events go.
type yield = func(llm.Event, error) bool

// attempt is one try at an answer that may be followed by another. What it says
// before its answer begins is held back, so that nothing is told of a try that
// fails.
type attempt struct {
	// begin is called once, before the first event of the answer is passed on.
	begin func(yield) bool
	held  []llm.Event
	begun bool
	left  bool
}

// run streams model to yield. It returns the error of a try that failed before
// its answer began; every other end has been passed on.
func (a *attempt) run(ctx context.Context, model llm.Model, request llm.Request, to yield) *llm.Error {
	for event, err := range model.Stream(ctx, request) {
		switch {
		case err != nil && !a.begun:
			return llm.AsError(err)
		case err != nil:
			a.left = !to(event, err)
			return nil
		case !a.begun && event.Kind == llm.EventNotice && event.Name != llm.NoticeWaiting:
			a.held = append(a.held, event)
			continue
		case !a.begun && event.Kind != llm.EventNotice && !a.start(to):
			return nil
		}
		if !to(event, nil) {
			a.left = true
			return nil
		}
	}
	return nil
}

// start passes on what was held back; false means that nobody reads any more.
func (a *attempt) start(to yield) bool {
	a.begun = true
	if a.begin != nil && !a.begin(to) {
		a.left = true
		return false
	}
	for _, event := range a.held {
		if !to(event, nil) {
			a.left = true
			return false
		}
	}
	a.held = nil
	return true
}

// ended reports whether nothing is left to try after run returned failed.
func (a *attempt) ended(failed *llm.Error) bool { return failed == nil || a.begun || a.left }
