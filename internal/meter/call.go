package meter

import (
	"context"
	"errors"
	"iter"

	"parley/internal/kit/fault"
	"parley/internal/kit/id"
	"parley/internal/llm"
)

// messageCost is what the frame around a message takes, in bytes of text.
const messageCost = 16

// EstimateRequest is how many tokens a request is likely to have.
func EstimateRequest(request llm.Request) int64 {
	chars := len(request.System)
	for _, t := range request.Tools {
		chars += len(t.Name) + len(t.Description) + len(t.Parameters)
	}
	media := int64(0)
	for _, m := range request.Messages {
		more, seen := sizeOf(m)
		chars, media = chars+more, media+seen
	}
	return Estimate(chars) + media
}

// EstimateMessage is how many of them one message is likely to be.
func EstimateMessage(m llm.Message) int64 {
	chars, media := sizeOf(m)
	return Estimate(chars) + media
}

// sizeOf is the text of a message in bytes, and its files in tokens.
func sizeOf(m llm.Message) (chars int, media int64) {
	chars = messageCost
	for _, p := range m.Parts {
		chars += len(p.Text)
		if p.Call != nil {
			chars += len(p.Call.Arguments)
		}
		if p.Result != nil {
			chars += len(p.Result.Content)
		}
		if p.Media != nil {
			media += EstimateMedia(*p.Media)
		}
	}
	return chars, media
}

// refused reports whether a call failed because the provider would not do the
// work, or was none, which then costs nothing.
func refused(err error) bool {
	e := llm.AsError(err)
	return e.Status >= 400 || e.Kind == llm.ErrNetwork || e.NoAnswer
}

// Tally follows the events of a call and says in the end what it took.
type Tally struct {
	usage    *llm.Usage
	written  int // bytes of the answer
	spoken   bool
	complete bool
	doubtful bool // a count of the provider's cannot be
}

// Take takes the next event.
func (t *Tally) Take(event llm.Event) {
	switch event.Kind {
	case llm.EventText, llm.EventReasoning, llm.EventToolDelta:
		t.written += len(event.Text)
		t.spoken = t.spoken || event.Kind == llm.EventText
	case llm.EventPart:
		if event.Part != nil {
			t.written += len(event.Part.Text)
		}
	case llm.EventFinish:
		t.complete = true
	default:
	}
	switch {
	case event.Usage == nil:
	case isPossible(*event.Usage):
		t.usage = event.Usage
	default:
		t.doubtful = true
	}
}

// isPossible reports whether a call can have taken that. What a server sends is
// not to be believed: figures below zero would pay budgets back, and absurd ones
// spoil every sum that they go into.
func isPossible(u llm.Usage) bool {
	const mostTokens, mostDollars = 1e9, 1e6
	for _, n := range []int64{u.Input, u.Output, u.CacheRead, u.CacheWrite, u.Reasoning} {
		if n < 0 || n > mostTokens {
			return false
		}
	}
	return u.Cost == nil || *u.Cost >= 0 && *u.Cost <= mostDollars // neither holds for what is not a number
}

// Took is what the call took whose events these were; failed is what it ended
// with, nil for none. What the provider did not tell, or cannot mean, is estimated:
// all of it, or the answer of a call that was cut, since some providers count from
// the beginning, or of one with text that was counted as nothing. A call that the provider refused took nothing.
func (t *Tally) Took(request llm.Request, failed error) (u llm.Usage, estimated bool) {
	switch {
	case t.usage != nil && t.complete && !t.doubtful && (t.usage.Output > 0 || !t.spoken):
		return *t.usage, false
	case t.usage != nil:
		u = *t.usage
		u.Output = max(u.Output, Estimate(t.written))
		return u, true
	case failed != nil && t.written == 0 && refused(failed):
		return llm.Usage{}, false
	}
	return llm.Usage{Input: EstimateRequest(request), Output: Estimate(t.written)}, true
}

// Call makes a model call that belongs to no turn, with a ledger entry of its
// own: reserved before it, settled after it, whatever happens to it. The entry
// says for whom and what for; Turn and Step are given here. The first error may
// be [ErrBudget], and nothing was asked then; any other is what the model ended
// with, or that of the ledger.
func (s *Service) Call(ctx context.Context, e Entry, target llm.Target, request llm.Request) iter.Seq2[llm.Event, error] {
	return func(yield func(llm.Event, error) bool) {
		e.Turn, e.Step = string(e.Purpose)+":"+id.New(), 0
		x := Expect(target, request.Params, EstimateRequest(request))
		grant, err := s.ReserveNow(ctx, e, x)
		if err != nil {
			yield(llm.Event{}, err)
			return
		}
		request.Params = grant.Cap(request.Params)
		request.Approve = s.Approve(e, x)
		var tally Tally
		var failed error
		answering, left := target.Info, false
		for event, err := range target.Model.Stream(ctx, request) {
			if err != nil {
				failed = err
				break
			}
			tally.Take(event)
			if event.Kind == llm.EventModel {
				answering = *event.Model
			}
			if left = !yield(event, nil); left {
				break
			}
		}
		took, estimated := tally.Took(request, failed)
		err = s.Settle(context.WithoutCancel(ctx), e.Turn, e.Step, answering, took, estimated)
		if fault.IsKind(err, fault.Unavailable) { // it is settled later
			err = nil
		}
		if err := errors.Join(failed, err); err != nil && !left {
			yield(llm.Event{}, err)
		}
	}
}

// Expect is what a call is expected to take that is made with params and whose
// request has so many tokens.
func Expect(target llm.Target, params llm.Params, input int64) Expected {
	return Expected{Input: input, Output: longest(params, target.Info), Prices: target.Info.Prices, Service: params.ServiceTier, Own: target.Own}
}

// longest is how many tokens an answer can have; 0 is unknown.
func longest(params llm.Params, info llm.Info) int64 {
	if most := params.MaxTokens; most != nil && *most > 0 {
		return int64(*most)
	}
	return int64(info.MaxOutput)
}

// Approve returns what a request asks before another model is called in the
// place of the wanted one: the call is reserved anew at that model's price, and
// the answer may be as long as the budgets then pay for. x is what was expected
// of the wanted model.
func (s *Service) Approve(e Entry, x Expected) llm.Approve {
	return func(ctx context.Context, other llm.Target, request llm.Request) (llm.Request, error) {
		e.Model = other.Info.ID
		x.Output, x.Prices, x.Own = longest(request.Params, other.Info), other.Info.Prices, other.Own
		grant, err := s.Adjust(ctx, e, x)
		if err != nil {
			return request, err
		}
		request.Params = grant.Cap(request.Params)
		return request, nil
	}
}
