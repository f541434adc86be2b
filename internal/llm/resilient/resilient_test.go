package resilient_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"parley/internal/kit/fault"
	"parley/internal/llm"
	"parley/internal/llm/resilient"

	"github.com/google/go-cmp/cmp"
)

// says is a model that notes how often it was asked and answers with text.
type says struct {
	mu    sync.Mutex
	calls int
	text  string
	fail  func(call int) *llm.Error
	slow  time.Duration
}

func (s *says) Stream(ctx context.Context, request llm.Request) iter.Seq2[llm.Event, error] {
	return func(yield func(llm.Event, error) bool) {
		s.mu.Lock()
		s.calls++
		n := s.calls
		s.mu.Unlock()
		if !yield(llm.Event{Kind: llm.EventNotice, Text: "a notice of " + s.text}, nil) {
			return
		}
		select {
		case <-time.After(s.slow):
		case <-ctx.Done():
			yield(llm.Event{}, &llm.Error{Kind: llm.ErrCanceled, Cause: context.Cause(ctx)})
			return
		}
		if s.fail != nil {
			if failed := s.fail(n); failed != nil {
				yield(llm.Event{}, failed)
				return
			}
		}
		_ = yield(llm.Event{Kind: llm.EventText, Text: s.text}, nil) &&
			yield(llm.Event{Kind: llm.EventFinish, Reason: llm.FinishStop, Usage: &llm.Usage{Input: 10, Output: 90}}, nil)
	}
}

func (s *says) asked() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.calls
}

func always(kind llm.ErrorKind) func(int) *llm.Error {
	return func(int) *llm.Error { return &llm.Error{Kind: kind, Message: string(kind), Retryable: true} }
}

// heard is what a reader of one call was told.
type heard struct {
	text    string
	notices []string
	model   string
	err     *llm.Error
}

func listen(ctx context.Context, model llm.Model) (h heard) {
	for event, err := range model.Stream(ctx, llm.Request{Messages: []llm.Message{{Role: llm.RoleUser, Parts: []llm.Part{{Text: "hello"}}}}}) {
		switch {
		case err != nil:
			h.err = llm.AsError(err)
		case event.Kind == llm.EventText:
			h.text += event.Text
		case event.Kind == llm.EventNotice:
			h.notices = append(h.notices, event.Text)
		case event.Kind == llm.EventModel:
			h.model = event.Model.ID
		}
	}
	return h
}

func TestKeysTakeTurnsAndRest(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		limited := &says{text: "a", fail: func(int) *llm.Error {
			return &llm.Error{Kind: llm.ErrRateLimited, RetryAfter: 30 * time.Second}
		}}
		good, other := &says{text: "b"}, &says{text: "c"}
		keys := resilient.NewKeys(3)
		model := keys.Model([]llm.Model{limited, good, other})
		var got []string
		for range 5 {
			h := listen(t.Context(), model)
			got = append(got, h.text)
			if h.err != nil || !slices.Equal(h.notices, []string{"a notice of " + h.text}) {
				t.Errorf("%+v", h)
			}
		}
		if want := []string{"b", "c", "b", "c", "b"}; !slices.Equal(got, want) || limited.asked() != 1 || keys.Free() != 2 {
			t.Errorf("%v, the limited key was used %d times, %d are free", got, limited.asked(), keys.Free())
		}
		time.Sleep(31 * time.Second) //nolint:forbidigo // time in a bubble
		for range 3 {
			listen(t.Context(), model)
		}
		if limited.asked() != 2 {
			t.Errorf("after its rest the key was used %d times", limited.asked())
		}
	})
}

func TestAllKeysRest(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		a, b := &says{fail: always(llm.ErrAuth)}, &says{fail: always(llm.ErrQuota)}
		model := resilient.NewKeys(2).Model([]llm.Model{a, b})
		if h := listen(t.Context(), model); h.err == nil || h.err.Kind != llm.ErrQuota || h.notices != nil {
			t.Errorf("%+v", h)
		}
		if h := listen(t.Context(), model); h.err == nil || h.err.RetryAfter <= 0 || a.asked() != 1 || b.asked() != 1 {
			t.Errorf("%+v; asked %d and %d times", h, a.asked(), b.asked())
		}
	})
}

func TestKeysOnlySwitchForWhatIsTheirs(t *testing.T) {
	t.Parallel()
	bad, good := &says{fail: always(llm.ErrBadRequest)}, &says{text: "x"}
	if h := listen(t.Context(), resilient.NewKeys(2).Model([]llm.Model{bad, good})); h.err == nil || h.err.Kind != llm.ErrBadRequest || good.asked() != 0 {
		t.Errorf("%+v", h)
	}
}

func TestGateOpensAndCloses(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		works := false
		m := &says{text: "x", slow: 50 * time.Millisecond, fail: func(int) *llm.Error {
			if works {
				return nil
			}
			return &llm.Error{Kind: llm.ErrServer, Status: 500, Message: "boom"}
		}}
		gate := resilient.NewGate()
		model := gate.Model(m)
		for range 7 {
			listen(t.Context(), model)
		}
		if m.asked() != 5 || gate.Health().Breaker != resilient.Open {
			t.Errorf("asked %d times; %+v", m.asked(), gate.Health())
		}
		h := listen(t.Context(), model)
		if h.err == nil || h.err.Kind != llm.ErrServer || h.err.RetryAfter <= 0 || !h.err.Retryable || !strings.Contains(h.err.Message, "boom") {
			t.Errorf("%+v", h.err)
		}
		works = true
		time.Sleep(21 * time.Second) //nolint:forbidigo // time in a bubble
		for range 3 {
			if h := listen(t.Context(), model); h.text != "x" {
				t.Errorf("%+v", h)
			}
		}
		health := gate.Health()
		if health.Breaker != resilient.Closed || health.Calls != 8 || health.Failed != 5 || health.FirstToken != 50*time.Millisecond ||
			health.Last == nil || health.Last.Message != "boom" {
			t.Errorf("%+v", health)
		}
		time.Sleep(time.Hour) //nolint:forbidigo // time in a bubble
		if health := gate.Health(); health.Calls != 0 || health.FirstToken != 0 || health.Last == nil {
			t.Errorf("an hour later: %+v", health)
		}
	})
}

func TestGateBlamesProvidersForTheirFaultsOnly(t *testing.T) {
	t.Parallel()
	for _, kind := range []llm.ErrorKind{llm.ErrBadRequest, llm.ErrContextTooLong, llm.ErrContentFiltered, llm.ErrCanceled, llm.ErrAuth, llm.ErrRateLimited} {
		gate := resilient.NewGate()
		m := &says{fail: always(kind)}
		for range 20 {
			listen(t.Context(), gate.Model(m))
		}
		if m.asked() != 20 || gate.Health().Breaker != resilient.Closed {
			t.Errorf("%s opens the breaker after %d calls", kind, m.asked())
		}
	}
	gate := resilient.NewGate()
	for range 20 { // who leaves says nothing
		for range gate.Model(&says{text: "x"}).Stream(t.Context(), llm.Request{}) {
			break
		}
	}
	if h := gate.Health(); h.Calls != 0 || h.Breaker != resilient.Closed {
		t.Errorf("%+v", h)
	}
}

func TestPatience(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		limits := resilient.Patience{First: time.Second, Idle: 300 * time.Millisecond}
		if h := listen(t.Context(), limits.Model(&says{slow: time.Minute})); h.err == nil || h.err.Kind != llm.ErrTimeout || !strings.Contains(h.err.Message, "first token") {
			t.Errorf("%+v", h)
		}
		stalls := resilient.Func(func(ctx context.Context, _ llm.Request) iter.Seq2[llm.Event, error] {
			return func(yield func(llm.Event, error) bool) {
				for range 3 {
					time.Sleep(200 * time.Millisecond) //nolint:forbidigo // time in a bubble
					if !yield(llm.Event{Kind: llm.EventText, Text: "x"}, nil) {
						return
					}
				}
				<-ctx.Done()
				yield(llm.Event{}, &llm.Error{Kind: llm.ErrCanceled})
			}
		})
		began := time.Now()
		h := listen(t.Context(), limits.Model(stalls))
		if h.text != "xxx" || h.err == nil || h.err.Kind != llm.ErrTimeout || !strings.Contains(h.err.Message, "next token") || time.Since(began) != 900*time.Millisecond {
			t.Errorf("%+v after %s", h, time.Since(began))
		}
		// The time that a reader takes does not count.
		read := 0
		for event, err := range limits.Model(&says{text: "x"}).Stream(t.Context(), llm.Request{}) {
			if err != nil {
				t.Errorf("a slow reader: %v", err)
			}
			if event.Kind != llm.EventNotice {
				read++
			}
			time.Sleep(10 * time.Second) //nolint:forbidigo // time in a bubble
		}
		if read != 2 {
			t.Errorf("read %d events", read)
		}
	})
}

func TestFallback(t *testing.T) {
	t.Parallel()
	choice := func(name string, m llm.Model) resilient.Choice {
		return resilient.Choice{Target: llm.Target{Info: llm.Info{ID: "p/" + name, Name: name, Label: strings.ToUpper(name)}, Model: m}}
	}
	down, blind, up := &says{text: "down", fail: always(llm.ErrNetwork)}, &says{text: "blind"}, &says{text: "up"}
	others := func(context.Context) []resilient.Choice {
		no := choice("blind", blind)
		no.Adapt = func(r llm.Request) (llm.Request, bool) { return r, false }
		return []resilient.Choice{no, choice("down2", &says{text: "down2", fail: always(llm.ErrAuth)}), choice("up", up)}
	}
	got := listen(t.Context(), resilient.Fallback(choice("down", down), others))
	want := heard{text: "up", model: "p/up", notices: []string{"DOWN cannot be reached, so UP answers.", "a notice of up"}}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(heard{})); diff != "" || blind.asked() != 0 {
		t.Error(diff)
	}
	// Without need nobody else is asked, nor where another would not help.
	if got := listen(t.Context(), resilient.Fallback(choice("up", up), nil)); got.text != "up" || got.model != "" {
		t.Errorf("%+v", got)
	}
	if got := listen(t.Context(), resilient.Fallback(choice("x", &says{fail: always(llm.ErrContentFiltered)}), others)); got.text != "" || got.err.Kind != llm.ErrContentFiltered {
		t.Errorf("%+v", got)
	}
	// When nothing answers, it is the wanted model's error.
	none := func(context.Context) []resilient.Choice {
		return []resilient.Choice{choice("y", &says{fail: always(llm.ErrAuth)})}
	}
	if got := listen(t.Context(), resilient.Fallback(choice("x", down), none)); got.err == nil || got.err.Kind != llm.ErrNetwork || got.notices != nil || got.model != "" {
		t.Errorf("%+v", got)
	}
	// What has begun is not begun again.
	broken := resilient.Func(func(context.Context, llm.Request) iter.Seq2[llm.Event, error] {
		return func(yield func(llm.Event, error) bool) {
			_ = yield(llm.Event{Kind: llm.EventText, Text: "half"}, nil) && yield(llm.Event{}, &llm.Error{Kind: llm.ErrTruncated})
		}
	})
	if got := listen(t.Context(), resilient.Fallback(choice("x", broken), others)); got.text != "half" || got.err == nil || got.model != "" {
		t.Errorf("%+v", got)
	}
}

// Another model is only asked if the request's owner approves, and as they say.
func TestFallbackIsApproved(t *testing.T) {
	t.Parallel()
	down := resilient.Choice{Target: llm.Target{Model: &says{fail: always(llm.ErrNetwork)}}}
	dear, cheap := &says{text: "dear"}, &says{text: "cheap"}
	var most int
	others := func(context.Context) []resilient.Choice {
		return []resilient.Choice{
			{Target: llm.Target{Info: llm.Info{ID: "p/dear", Label: "Dear"}, Model: dear}},
			{Target: llm.Target{Info: llm.Info{ID: "p/cheap"}, Model: resilient.Func(func(ctx context.Context, r llm.Request) iter.Seq2[llm.Event, error] {
				most = *r.Params.MaxTokens
				return cheap.Stream(ctx, r)
			})}},
		}
	}
	request := llm.Request{Approve: func(_ context.Context, other llm.Target, r llm.Request) (llm.Request, error) {
		if other.Info.ID == "p/dear" {
			return r, fault.New(fault.Limited, "budget_exceeded", "The budget is used up.")
		}
		r.Params.MaxTokens = new(7)
		return r, nil
	}}
	var text strings.Builder
	var notices []string
	for event, err := range resilient.Fallback(down, others).Stream(t.Context(), request) {
		if err != nil {
			t.Fatal(err)
		}
		if event.Kind == llm.EventNotice {
			notices = append(notices, event.Text)
		} else {
			text.WriteString(event.Text)
		}
	}
	if text.String() != "cheap" || dear.asked() != 0 || most != 7 {
		t.Errorf("%q answers with at most %d tokens, and the other was asked %d times", text.String(), most, dear.asked())
	}
	const told = "Dear was not asked: The budget is used up."
	if !slices.Contains(notices, told) {
		t.Errorf("notices %q", notices)
	}
	cheap.fail = always(llm.ErrOverloaded)
	var last []llm.Event
	for event, err := range resilient.Fallback(down, others).Stream(t.Context(), request) {
		if err != nil && llm.AsError(err).Kind != llm.ErrNetwork {
			t.Errorf("the error is %v", err)
		}
		last = append(last, event)
	}
	if len(last) != 2 || last[0].Text != told {
		t.Errorf("where nobody answers, %+v is told", last)
	}
}

func TestQueueTakesTurns(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		queue := resilient.NewQueue(resilient.Limits{Concurrent: 1})
		var mu sync.Mutex
		var order []string
		var wg sync.WaitGroup
		start := func(user string, n int) {
			wg.Go(func() {
				h := listen(t.Context(), queue.Model(&says{text: fmt.Sprint(user, n), slow: time.Second}, user))
				mu.Lock()
				defer mu.Unlock()
				order = append(order, h.text)
			})
			synctest.Wait()
		}
		for n := range 4 {
			start("a", n)
		}
		start("b", 0)
		start("c", 0)
		start("b", 1)
		if queue.Waiting() != 6 {
			t.Errorf("%d wait", queue.Waiting())
		}
		wg.Wait()
		if want := []string{"a0", "a1", "b0", "c0", "a2", "b1", "a3"}; !slices.Equal(order, want) {
			t.Errorf("%v, want %v", order, want)
		}
	})
}

func TestQueueTellsWhoWaits(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		queue := resilient.NewQueue(resilient.Limits{Concurrent: 1})
		var wg sync.WaitGroup
		heards := make([]heard, 4)
		for i, user := range []string{"a", "a", "b", "c"} {
			wg.Go(func() {
				heards[i] = listen(t.Context(), queue.Model(&says{text: "x", slow: 1500 * time.Millisecond}, user))
			})
			synctest.Wait()
		}
		ctx, cancel := context.WithCancelCause(t.Context())
		stopped := errors.New("stopped")
		var left heard
		wg.Go(func() { left = listen(ctx, queue.Model(&says{text: "never"}, "d")) })
		synctest.Wait()
		cancel(stopped)
		wg.Wait()
		if left.err == nil || left.err.Kind != llm.ErrCanceled || !errors.Is(left.err, stopped) || left.text != "" || queue.Waiting() != 0 {
			t.Errorf("%+v, %d wait", left, queue.Waiting())
		}
		var waited []string
		for _, h := range heards {
			waited = append(waited, strings.Join(h.notices[:len(h.notices)-1], "+"))
		}
		want := []string{
			"", "", // the second waited no longer than two seconds
			"This provider is busy. Your question is the next.",
			"This provider is busy. Your question is number 2 in the queue.",
		}
		if !slices.Equal(waited, want) {
			t.Errorf("%q", waited)
		}
	})
}

func TestQueueKeepsTheMinute(t *testing.T) {
	t.Parallel()
	times := func(t *testing.T, limits resilient.Limits, calls int, slow time.Duration) (at []time.Duration) {
		t.Helper()
		queue := resilient.NewQueue(limits)
		began := time.Now()
		var mu sync.Mutex
		var wg sync.WaitGroup
		for range calls {
			wg.Go(func() {
				model := resilient.Func(func(ctx context.Context, request llm.Request) iter.Seq2[llm.Event, error] {
					mu.Lock()
					at = append(at, time.Since(began))
					mu.Unlock()
					return (&says{text: "x", slow: slow}).Stream(ctx, request)
				})
				listen(t.Context(), queue.Model(model, "u"))
			})
			synctest.Wait()
		}
		wg.Wait()
		return at
	}
	synctest.Test(t, func(t *testing.T) {
		got := times(t, resilient.Limits{Requests: 2}, 5, 0)
		if want := []time.Duration{0, 0, time.Minute, time.Minute, 2 * time.Minute}; !slices.Equal(got, want) {
			t.Errorf("requests: %v", got)
		}
	})
	synctest.Test(t, func(t *testing.T) { // each call turns out to take 100 tokens
		got := times(t, resilient.Limits{Tokens: 250}, 4, 0)
		if want := []time.Duration{0, 0, 0, time.Minute}; !slices.Equal(got, want) {
			t.Errorf("tokens: %v", got)
		}
	})
	synctest.Test(t, func(t *testing.T) { // one that is larger than the limit has a minute of its own
		got := times(t, resilient.Limits{Tokens: 1}, 3, 0)
		if want := []time.Duration{0, time.Minute, 2 * time.Minute}; !slices.Equal(got, want) {
			t.Errorf("large: %v", got)
		}
	})
	synctest.Test(t, func(t *testing.T) { // a call that ends after its minute is not counted twice
		got := times(t, resilient.Limits{Tokens: 150, Concurrent: 1}, 4, 90*time.Second)
		if want := []time.Duration{0, 90 * time.Second, 180 * time.Second, 270 * time.Second}; !slices.Equal(got, want) {
			t.Errorf("long: %v", got)
		}
	})
}
