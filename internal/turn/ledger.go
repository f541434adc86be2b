package turn

import (
	"context"
	"errors"

	"parley/internal/kit/fault"
	"parley/internal/llm"
	"parley/internal/meter"
)

// expected is what a call is expected to take whose request has so many tokens.
func expected(target llm.Target, o options, input int64) meter.Expected {
	return meter.Expect(target, o.Params.Over(target.Params), input)
}

// input estimates the first request of a turn before it is made: instructions,
// tools, the messages so far and the new one.
func (st *started) input() int64 {
	request := llm.Request{System: st.options.Instructions, Messages: []llm.Message{{Parts: st.parts}}}
	for _, t := range st.offered {
		if spec := t.Spec(); st.options.wants(spec.Name) {
			request.Tools = append(request.Tools, spec.Definition())
		}
	}
	extra := st.history
	if st.options.Continue != "" {
		extra += len(goOn)
	}
	return meter.EstimateRequest(request) + meter.Estimate(extra)
}

// prepareFirst prepares the first call, and reserves anew for it where the
// request became another than the start of the turn foresaw. A call that is not
// made after all costs nothing.
func (s *Service) prepareFirst(ctx context.Context, r *run) error {
	err := s.prepare(ctx, r)
	if input := meter.EstimateRequest(r.request); err == nil && r.isSurprise(input) {
		r.foreseen.Input = input
		r.grant, err = s.Ledger.Adjust(ctx, r.entry(0), r.foreseen)
	}
	if err == nil {
		return nil
	}
	return errors.Join(err, s.patiently(r, func() error {
		err := s.Ledger.Settle(context.WithoutCancel(ctx), string(r.live.id), 0, r.target.Info, llm.Usage{}, false)
		r.reserved = err != nil
		return err
	}))
}

// settleLeft settles what a turn leaves open that ended in the middle of a call,
// by a panic or because the ledger could not be written to.
func (s *Service) settleLeft(ctx context.Context, r *run) {
	if !r.reserved {
		return
	}
	if err := s.Ledger.SettleCut(ctx, string(r.live.id), outputOf(r.live.parts())); err != nil {
		s.Log.WarnContext(ctx, "a call is not settled yet", "turn", string(r.live.id), "error", err)
	}
}

// outputOf estimates the tokens that parts hold from a mark on.
func outputOf(parts []llm.Part) func(mark int) int64 {
	return func(mark int) int64 { return meter.Estimate(textLen(parts[min(mark, len(parts)):])) }
}

// isSurprise reports whether a request has so many more tokens than were
// foreseen, or so many fewer, that the reservation has to be changed. Most are
// as foreseen, and save the write.
func (r *run) isSurprise(input int64) bool {
	more := input - r.foreseen.Input
	return more > 64+r.foreseen.Input/10 || -more > 256+r.foreseen.Input/4
}

func (r *run) entry(mark int) meter.Entry {
	return meter.Entry{
		User: r.scope.User, Chat: string(r.live.chat), Turn: string(r.live.id), Step: r.step, Mark: mark, Model: r.model,
	}
}

// nextStep reserves the ledger entry of the next model call.
func (s *Service) nextStep(ctx context.Context, r *run) error {
	if err := context.Cause(ctx); err != nil {
		return err
	}
	r.step++
	r.foreseen = expected(r.target, r.options, meter.EstimateRequest(r.request))
	grant, err := s.Ledger.ReserveNow(ctx, r.entry(r.live.next()), r.foreseen)
	r.grant, r.reserved = grant, err == nil
	return err
}

// allowed is the request with an answer no longer than the budgets pay for, also
// where another model answers it.
func (s *Service) allowed(r *run) llm.Request {
	request := r.request
	request.Params = r.grant.Cap(request.Params)
	request.Approve = s.Ledger.Approve(r.entry(0), r.foreseen)
	return request
}

// explain says that an answer was cut off by a budget.
func (r *run) explain(reason llm.FinishReason) {
	if reason != llm.FinishLength || r.grant.Output == 0 || r.foreseen.Output > 0 && r.grant.Output >= r.foreseen.Output {
		return
	}
	r.live.add(llm.Part{Type: llm.PartNotice, Text: "The answer was ended here: what is left of the budget does not pay for a longer one."})
}

// settle writes what the call took.
func (s *Service) settle(ctx context.Context, r *run, took llm.Usage, estimated bool) error {
	if cost, ok := r.answering.Prices.Cost(took); ok {
		total := cost
		if r.usage.Cost != nil {
			total += *r.usage.Cost
		}
		r.usage.Cost = &total
	}
	r.usage.Input += took.Input
	r.usage.Output += took.Output
	r.usage.CacheRead += took.CacheRead
	r.usage.CacheWrite += took.CacheWrite
	r.usage.Reasoning += took.Reasoning
	r.usage.Estimated = r.usage.Estimated || estimated
	err := s.patiently(r, func() error {
		return s.Ledger.Settle(ctx, string(r.live.id), r.step, r.answering, took, estimated)
	})
	if fault.IsKind(err, fault.Unavailable) { // the ledger settles it later
		err = nil
	}
	r.reserved = err != nil
	return err
}

func textLen(parts []llm.Part) int {
	n := 0
	for _, p := range parts {
		n += len(p.Text)
		if p.Call != nil {
			n += len(p.Call.Arguments)
		}
	}
	return n
}
