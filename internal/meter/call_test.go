package meter_test

import (
	"context"
	"errors"
	"iter"
	"math"
	"testing"

	"parley/internal/llm"
	"parley/internal/meter"
)

// says is a model that plays events and then ends with an error, nil for none.
type says struct {
	events []llm.Event
	failed error
	// instead is asked in its place, if the request's owner approves.
	instead *llm.Target
}

func (s says) Stream(ctx context.Context, request llm.Request) iter.Seq2[llm.Event, error] {
	return func(yield func(llm.Event, error) bool) {
		if s.instead != nil {
			changed, err := request.Approve(ctx, *s.instead, request)
			if err != nil {
				yield(llm.Event{}, &llm.Error{Kind: llm.ErrNetwork, Cause: err})
				return
			}
			if !yield(llm.Event{Kind: llm.EventModel, Model: &s.instead.Info}, nil) {
				return
			}
			for event, err := range s.instead.Model.Stream(ctx, changed) {
				if !yield(event, err) {
					return
				}
			}
			return
		}
		for _, event := range s.events {
			if !yield(event, nil) {
				return
			}
		}
		if s.failed != nil {
			yield(llm.Event{}, s.failed)
		}
	}
}

func said(text string) llm.Event { return llm.Event{Kind: llm.EventText, Text: text} }

func counted(input, output int64) llm.Event {
	return llm.Event{Kind: llm.EventUsage, Usage: &llm.Usage{Input: input, Output: output}}
}

func priced(dollars float64) llm.Event {
	return llm.Event{Kind: llm.EventUsage, Usage: &llm.Usage{Input: 5, Output: 9, Cost: &dollars}}
}

var finished = llm.Event{Kind: llm.EventFinish, Reason: llm.FinishStop}

// question has 8 tokens by our estimate: 32 bytes with what is around it.
var question = llm.Request{Messages: []llm.Message{{Parts: []llm.Part{{Type: llm.PartText, Text: "0123456789abcdef"}}}}}

func TestWhatACallTook(t *testing.T) {
	t.Parallel()
	cut := &llm.Error{Kind: llm.ErrTruncated}
	for name, c := range map[string]struct {
		events    []llm.Event
		failed    error
		want      llm.Usage
		estimated bool
	}{
		"told":                     {[]llm.Event{said("12345678"), counted(5, 9), finished}, nil, llm.Usage{Input: 5, Output: 9}, false},
		"told and then broken":     {[]llm.Event{said("12345678"), finished, counted(5, 9)}, cut, llm.Usage{Input: 5, Output: 9}, false},
		"not told":                 {[]llm.Event{said("12345678"), finished}, nil, llm.Usage{Input: 8, Output: 2}, true},
		"cut":                      {[]llm.Event{said("12345678")}, cut, llm.Usage{Input: 8, Output: 2}, true},
		"cut after a first count":  {[]llm.Event{counted(5, 1), said("12345678")}, cut, llm.Usage{Input: 5, Output: 2}, true},
		"cut after a later count":  {[]llm.Event{counted(5, 7), said("12345678")}, cut, llm.Usage{Input: 5, Output: 7}, true},
		"refused":                  {nil, &llm.Error{Kind: llm.ErrBadRequest, Status: 400}, llm.Usage{}, false},
		"refused after waiting":    {[]llm.Event{{Kind: llm.EventNotice, Text: "wait"}}, &llm.Error{Kind: llm.ErrNetwork}, llm.Usage{}, false},
		"no answer at all":         {nil, &llm.Error{Kind: llm.ErrProtocol, Status: 200, NoAnswer: true}, llm.Usage{}, false},
		"garbled later":            {[]llm.Event{said("12345678")}, &llm.Error{Kind: llm.ErrProtocol}, llm.Usage{Input: 8, Output: 2}, true},
		"told of the question":     {[]llm.Event{counted(5, 0), said("12345678"), finished}, nil, llm.Usage{Input: 5, Output: 2}, true},
		"told less than nothing":   {[]llm.Event{said("12345678"), counted(-5, -9), finished}, nil, llm.Usage{Input: 8, Output: 2}, true},
		"told what cannot be":      {[]llm.Event{said("12345678"), counted(math.MaxInt64, 1), finished}, nil, llm.Usage{Input: 8, Output: 2}, true},
		"told what cannot be last": {[]llm.Event{counted(5, 1), said("12345678"), counted(5, -1), finished}, nil, llm.Usage{Input: 5, Output: 2}, true},
		"paid for being asked":     {[]llm.Event{said("12345678"), priced(-1), finished}, nil, llm.Usage{Input: 8, Output: 2}, true},
		"told a price of nothing":  {[]llm.Event{said("12345678"), priced(math.NaN()), finished}, nil, llm.Usage{Input: 8, Output: 2}, true},
		"cut before the first one": {nil, cut, llm.Usage{Input: 8}, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var tally meter.Tally
			for event := range (says{events: c.events}).Stream(t.Context(), question) {
				tally.Take(event)
			}
			if took, estimated := tally.Took(question, c.failed); took != c.want || estimated != c.estimated {
				t.Errorf("it took %+v (estimated: %v), want %+v (%v)", took, estimated, c.want, c.estimated)
			}
		})
	}
}

// A model that stands in is paid at its own price and by who pays there: what it
// can cost is reserved before it is called, and it is not called if that does not
// fit.
func TestAStandInIsReservedAtItsPrice(t *testing.T) {
	t.Parallel()
	cheap, dear := &llm.Prices{Output: 1}, &llm.Prices{Output: 1000}
	each(t, func(t *testing.T, w *world) {
		w.budget(meter.Budget{Scope: meter.User, User: w.alice, Unit: meter.Money, Period: meter.Month, Amount: 1, Hard: true})
		answers := llm.Target{Info: llm.Info{ID: "up/dear", MaxOutput: 10_000, Prices: dear}, Model: says{
			events: []llm.Event{said("x"), counted(0, 100), finished},
		}}
		wanted := llm.Target{
			Info: llm.Info{ID: "up/cheap", MaxOutput: 10_000, Prices: cheap}, Own: true,
			Model: says{instead: &answers},
		}
		ask := func() error {
			for event, err := range w.ledger.Call(t.Context(), meter.Entry{User: w.alice, Model: "up/cheap", Purpose: meter.ForAPI}, wanted, question) {
				if err != nil {
					return err
				}
				if event.Kind == llm.EventText { // it is being written
					if l := w.level(w.alice); l.Used < 0.5 || l.Used > 1 {
						t.Errorf("%v is reserved of %v for an answer of up to ten dollars", l.Used, l.Limit)
					}
				}
			}
			return nil
		}
		must(t, ask())
		line := w.lines(w.alice)[0]
		if line.Model != "up/dear" || line.Usage.Cost == nil || *line.Usage.Cost != 0.1 || w.level(w.alice).Used != 0.1 {
			t.Errorf("the ledger has %+v, the budget %v", line, w.level(w.alice).Used)
		}
		must(t, w.ledger.GrantMore(t.Context(), w.level(w.alice).ID, "", -0.88)) // 0.02 are left, and the least answer costs 0.064
		if err := ask(); !errors.Is(err, meter.ErrBudget) {
			t.Errorf("a stand-in that the budget has no room for: %v", err)
		}
		if line = w.lines(w.alice)[1]; line.Model != "up/cheap" || line.Usage.Output != 0 || w.level(w.alice).Used != 0.1 {
			t.Errorf("the ledger has %+v, the budget %v", line, w.level(w.alice).Used)
		}
	})
}
