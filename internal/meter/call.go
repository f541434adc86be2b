package meter

import (
	"context"
	"errors"
	"iter"

	"parley/internal/kit/id"
	"parley/internal/llm"
)

// messageCost is what the frame around a message takes, in bytes of text.
const messageCost = 16

// EstimateRequest is how many tokens a request is likely to have.
func EstimateRequest(request llm.Request) int64 {
	chars, media := len(request.System), int64(0)
	for _, t := range request.Tools {
		chars += len(t.Name) + len(t.Description) + len(t.Parameters)
	}
	for _, m := range request.Messages {
		chars += messageCost
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
	}
	return Estimate(chars) + media
}

// Refused reports whether a call failed because the provider would not do the
// work, which then costs nothing.
func Refused(err error) bool {
	e := llm.AsError(err)
	return e.Status >= 400 || e.Kind == llm.ErrNetwork
}

// Call makes a model call that belongs to no turn, with a ledger entry of its
// own: reserved before it, settled after it, whatever happens to it. The entry
// says for whom and what for; Turn and Step are given here. The first error may
// be [ErrBudget], and nothing was asked then; any other is what the model ended
// with, or that of the ledger.
func (s *Service) Call(ctx context.Context, e Entry, target llm.Target, request llm.Request) iter.Seq2[llm.Event, error] {
	return func(yield func(llm.Event, error) bool) {
		e.Turn, e.Step = string(e.Purpose)+":"+id.New(), 0
		c := &apart{service: s, entry: e, answering: target.Info, usage: llm.Usage{Input: EstimateRequest(request)}, estimated: true}
		x := Expected{Input: c.usage.Input, Output: int64(target.Info.MaxOutput), Prices: target.Info.Prices, Own: target.Own}
		if request.Params.MaxTokens != nil {
			x.Output = int64(*request.Params.MaxTokens)
		}
		grant, err := s.ReserveNow(ctx, e, x)
		if err != nil {
			yield(llm.Event{}, err)
			return
		}
		request.Params = grant.Cap(request.Params)
		left := false
		for event, err := range target.Model.Stream(ctx, request) {
			if err != nil {
				c.failed = err
				break
			}
			c.take(event)
			if left = !yield(event, nil); left {
				break
			}
		}
		if err := errors.Join(c.failed, c.settle(context.WithoutCancel(ctx))); err != nil && !left {
			yield(llm.Event{}, err)
		}
	}
}

// apart is a call of no turn that is under way.
type apart struct {
	service   *Service
	entry     Entry
	answering llm.Info
	usage     llm.Usage
	estimated bool
	written   int
	failed    error
}

func (c *apart) take(event llm.Event) {
	switch event.Kind {
	case llm.EventText, llm.EventReasoning, llm.EventToolDelta:
		c.written += len(event.Text)
	case llm.EventModel:
		c.answering = *event.Model
	default:
	}
	if event.Usage != nil {
		c.usage, c.estimated = *event.Usage, false
	}
}

func (c *apart) settle(ctx context.Context) error {
	if c.estimated && c.failed != nil && c.written == 0 && Refused(c.failed) {
		c.usage, c.estimated = llm.Usage{}, false
	}
	if c.estimated {
		c.usage.Output = Estimate(c.written)
	}
	if c.answering.ID != "" && c.answering.ID != c.entry.Model {
		if err := c.service.Reassign(ctx, c.entry.Turn, 0, c.answering.ID); err != nil {
			return err
		}
	}
	return c.service.Settle(ctx, c.entry.Turn, 0, c.usage, c.answering.Prices, c.estimated)
}
