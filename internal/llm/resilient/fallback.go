package resilient

import (
	"context"
	"fmt"
	"iter"
	"strings"

	"parley/internal/kit/fault"
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
// is that of first. A notice also names the models that were not approved.
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
	var refused []string
	if elsewhere(failed) && ctx.Err() == nil {
		for _, other := range others(ctx) {
			changed, able, err := instead(ctx, other, request)
			if err != nil {
				refused = append(refused, fmt.Sprintf("%s was not asked: %s", other.Info.Label, fault.Of(err).Message))
			}
			if err != nil || !able {
				continue
			}
			try := &attempt{begin: func(to yield) bool {
				return introduce(first.Info, other.Info, failed, to) && tell(refused, to)
			}}
			if try.ended(try.run(ctx, other.Model, changed, to)) {
				return
			}
			if ctx.Err() != nil {
				break
			}
		}
	}
	if tell(refused, to) {
		to(llm.Event{}, failed)
	}
}

// instead returns the request as it may be made to another model; able is false
// for one that cannot answer it, and the error says why it may not be called.
func instead(ctx context.Context, other Choice, request llm.Request) (changed llm.Request, able bool, err error) {
	changed, able = request, true
	changed.Model = other.Info.Name
	if other.Adapt != nil {
		if changed, able = other.Adapt(changed); !able {
			return changed, false, nil
		}
	}
	if request.Approve != nil {
		changed, err = request.Approve(ctx, other.Target, changed)
	}
	return changed, able, err
}

// tell reports whether somebody still reads.
func tell(notices []string, to yield) bool {
	for _, text := range notices {
		if !to(llm.Event{Kind: llm.EventNotice, Text: text}, nil) {
			return false
		}
	}
	return true
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
