package turn_test

import (
	"context"
	"iter"
	"slices"
	"strings"
	"testing"

	"parley/internal/chat"
	"parley/internal/kit/id"
	"parley/internal/llm"
	"parley/internal/llm/llmtest/upstream"
	"parley/internal/tool"

	"github.com/google/go-cmp/cmp"
)

// Another model may answer in the place of the one that was asked: the message
// and the ledger name it, and its prices count.
func TestAnotherModelAnswers(t *testing.T) {
	each(t, upstream.Options{}, func(t *testing.T, w *world) {
		w.models.own = &model{answer: func(_ int64, say func(llm.Event) bool) {
			_ = say(llm.Event{Kind: llm.EventNotice, Name: llm.NoticeWaiting, Text: "you are the next"}) &&
				say(llm.Event{Kind: llm.EventModel, Model: &llm.Info{ID: "other/model", Name: "model", Prices: &llm.Prices{Output: 2e6}}}) &&
				say(llm.Event{Kind: llm.EventNotice, Text: "model answers"}) &&
				say(llm.Event{Kind: llm.EventText, Text: "hello"}) && say(finishing(llm.FinishStop))
		}}
		a := w.send(id.New(), map[string]any{"text": "go", "model": "up/own"})
		m := w.finish(a)
		if m.Status != chat.StatusComplete || m.Model != "other/model" || m.Usage == nil || m.Usage.Model != "other/model" || m.Usage.Cost == nil || *m.Usage.Cost != 2 {
			t.Errorf("the message is %+v with %+v", m, m.Usage)
		}
		var notices []string
		for _, p := range m.Parts {
			if p.Type == llm.PartNotice {
				notices = append(notices, p.Text)
			}
		}
		if len(notices) != 2 || !strings.HasPrefix(notices[0], "The provider was busy: this answer waited ") || notices[1] != "model answers" {
			t.Errorf("notices %q", notices)
		}
		lines := w.lines()
		if last := lines[len(lines)-1]; last.Model != "other/model" {
			t.Errorf("the ledger names %s", last.Model)
		}
	})
}

// broken fails, after what it has said.
type broken struct {
	failed llm.Error
	said   []llm.Event
}

func (b broken) Stream(context.Context, llm.Request) iter.Seq2[llm.Event, error] {
	return func(yield func(llm.Event, error) bool) {
		for _, event := range b.said {
			if !yield(event, nil) {
				return
			}
		}
		yield(llm.Event{}, &b.failed)
	}
}

func TestAlternativesAreOffered(t *testing.T) {
	each(t, upstream.Options{}, func(t *testing.T, w *world) {
		w.models.own = broken{failed: llm.Error{Kind: llm.ErrNetwork, Retryable: true, Alternatives: []string{"a/x", "b/y"}}}
		m := w.finish(w.send(id.New(), map[string]any{"text": "go", "model": "up/own"}))
		at := slices.IndexFunc(m.Parts, func(p llm.Part) bool { return p.Type == llm.PartError })
		if at < 0 {
			t.Fatalf("%+v", m.Parts)
		}
		if diff := cmp.Diff([]string{"a/x", "b/y"}, m.Parts[at].Failure.Alternatives); diff != "" {
			t.Error(diff)
		}
	})
}

// What every call of an answer would say is said once.
func TestANoticeIsToldOnceInAnAnswer(t *testing.T) {
	each(t, upstream.Options{}, func(t *testing.T, w *world) {
		w.tools.List = tool.List{newTool("sum", tool.None)}
		w.models.own = &model{answer: func(call int64, say func(llm.Event) bool) {
			_ = say(llm.Event{Kind: llm.EventNotice, Text: "no seed"})
			if call == 1 {
				_ = say(llm.Event{Kind: llm.EventToolStart, ID: "c1", Name: "sum"}) &&
					say(llm.Event{Kind: llm.EventToolDelta, Text: "{}"}) && say(llm.Event{Kind: llm.EventToolEnd}) &&
					say(finishing(llm.FinishTools))
				return
			}
			_ = say(llm.Event{Kind: llm.EventText, Text: "done"}) && say(finishing(llm.FinishStop))
		}}
		m := w.finish(w.send(id.New(), map[string]any{"text": "add", "model": "up/own"}))
		notices := 0
		for _, p := range m.Parts {
			if p.Type == llm.PartNotice {
				notices++
			}
		}
		if notices != 1 || m.Text() != "done" {
			t.Errorf("%d notices in %+v", notices, m.Parts)
		}
	})
}
