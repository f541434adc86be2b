package resilient

import (
	"context"
	"fmt"
	"iter"
	"strings"

	"parley/internal/llm"
)

// Choice is a model that may answer in another's place.
type Choice struct {
	llm.Target
	// Adapt returns the request as this model takes it, or false where it cannot
	// answer; nil changes nothing.
	Adapt func(llm.Request) (llm.Request, bool)
}

// Fallback returns a model that is first, or where that cannot answer the first
// of the others that can; others is asked when it is needed. An answer of
// another begins with an [llm.EventModel] and a notice. When none can, the error
// is that of first.
func Fallback(first Choice, others func(context.Context) []Choice) llm.Model {
	return Func(func(ctx context.Context, request llm.Request) iter.Seq2[llm.Event, error] {
		return func(to func(llm.Event, error) bool) { fallback(ctx, first, others, request, to) }
	})
}

func fallback(ctx context.Context, first Choice, others func(context.Context) []Choice, request llm.Request, to yield) {
	try := &attempt{}
	failed := try.run(ctx, first.Model, request, to)
	if try.ended(failed) {
		return
	}
	if elsewhere(failed) && ctx.Err() == nil {
		for _, other := range others(ctx) {
			changed := request
			changed.Model = other.Info.Name
			if other.Adapt != nil {
				var ok bool
				if changed, ok = other.Adapt(changed); !ok {
					continue
				}
			}
			if request.Approve != nil {
				var err error
				if changed, err = request.Approve(ctx, other.Target, changed); err != nil {
					continue
				}
			}
			try := &attempt{begin: func(to yield) bool { return introduce(first.Info, other.Info, failed, to) }}
			if try.ended(try.run(ctx, other.Model, changed, to)) {
				return
			}
			if ctx.Err() != nil {
				break
			}
		}
	}
	to(llm.Event{}, failed)
}

// introduce tells who answers, and in whose place: with the provider's name where
// both are the same model.
func introduce(wanted, answers llm.Info, failed *llm.Error, to yield) bool {
	first, second := wanted.Label, answers.Label
	if first == second {
		first, second = placed(wanted), placed(answers)
	}
	return to(llm.Event{Kind: llm.EventModel, Model: &answers}, nil) &&
		to(llm.Event{Kind: llm.EventNotice, Text: fmt.Sprintf("%s %s, so %s answers.", first, reasons[failed.Kind], second)}, nil)
}

func placed(m llm.Info) string {
	provider, _, _ := strings.Cut(m.ID, "/")
	return m.Label + " (" + provider + ")"
}

// reasons say in a sentence why a model does not answer. Errors that are not
// here are the request's own: another model is not asked.
var reasons = map[llm.ErrorKind]string{
	llm.ErrAuth:          "cannot be used at the moment",
	llm.ErrQuota:         "cannot be used at the moment",
	llm.ErrRateLimited:   "is asked too much at the moment",
	llm.ErrOverloaded:    "is overloaded",
	llm.ErrModelNotFound: "is not there any more",
	llm.ErrProtocol:      "does not answer as it should",
	llm.ErrTruncated:     "does not answer as it should",
	llm.ErrNetwork:       "cannot be reached",
	llm.ErrTimeout:       "takes too long",
	llm.ErrServer:        "is out of order",
}

// elsewhere reports whether another model may do better.
func elsewhere(failed *llm.Error) bool { return reasons[failed.Kind] != "" }
