package resilient

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"sync"
	"time"

	"parley/internal/llm"
)

// Limits bound what a provider is asked for. Zero is no limit.
type Limits struct {
	Requests   int // a minute
	Tokens     int // a minute, in and out
	Concurrent int
}

// told is how long someone waits before being told so.
const told = 2 * time.Second

// Queue keeps calls within limits. What is above them waits: users take turns,
// and each user's calls come in their order, so that one who asks for much
// delays nobody else.
type Queue struct {
	limits Limits

	mu      sync.Mutex
	running int
	minute  window
	waiting map[string][]*ticket
	line    []string // the users who wait, the next first
	timer   *time.Timer
}

// ticket is a call that waits or runs.
type ticket struct {
	user   string
	tokens int
	ready  chan struct{}
	taken  *taken // nil while it waits
}

// NewQueue returns a queue for limits.
func NewQueue(limits Limits) *Queue {
	return &Queue{limits: limits, waiting: map[string][]*ticket{}}
}

// Waiting is the number of calls that wait.
func (q *Queue) Waiting() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	n := 0
	for _, tickets := range q.waiting {
		n += len(tickets)
	}
	return n
}

// Model returns a model whose calls wait their turn among those of user.
func (q *Queue) Model(model llm.Model, user string) llm.Model {
	return Func(func(ctx context.Context, request llm.Request) iter.Seq2[llm.Event, error] {
		return func(to func(llm.Event, error) bool) { q.run(ctx, model, user, request, to) }
	})
}

func (q *Queue) run(ctx context.Context, model llm.Model, user string, request llm.Request, to yield) {
	t := q.join(user, tokensOf(request))
	if !q.await(ctx, t, to) {
		q.leave(t, 0)
		return
	}
	written := 0
	var usage *llm.Usage
	defer func() {
		used := t.tokens + written/4
		if usage != nil {
			used = int(usage.Input + usage.Output)
		}
		q.leave(t, used)
	}()
	for event, err := range model.Stream(ctx, request) {
		written += len(event.Text)
		if event.Usage != nil {
			usage = event.Usage
		}
		if !to(event, err) || err != nil {
			return
		}
	}
}

// await waits for the ticket's turn. It reports whether that has come; if not,
// the reader knows why or has left.
func (q *Queue) await(ctx context.Context, t *ticket, to yield) bool {
	select {
	case <-t.ready:
		return true
	default:
	}
	timer := time.NewTimer(told)
	defer timer.Stop()
	for {
		select {
		case <-t.ready:
			return true
		case <-ctx.Done():
			to(llm.Event{}, &llm.Error{Kind: llm.ErrCanceled, Message: "the call was cancelled while it waited its turn", Cause: context.Cause(ctx)})
			return false
		case <-timer.C:
			if n := q.position(t); n > 0 && !to(llm.Event{Kind: llm.EventNotice, Name: llm.NoticeWaiting, Text: waitingText(n)}, nil) {
				return false
			}
		}
	}
}

func waitingText(n int) string {
	if n == 1 {
		return "This provider is busy. Your question is the next."
	}
	return fmt.Sprintf("This provider is busy. Your question is number %d in the queue.", n)
}

// tokensOf estimates what a request takes, at four characters a token.
func tokensOf(request llm.Request) int {
	n := len(request.System)
	for _, m := range request.Messages {
		for _, p := range m.Parts {
			n += len(p.Text)
			if p.Result != nil {
				n += len(p.Result.Content)
			}
		}
	}
	return n/4 + 1
}

func (q *Queue) join(user string, tokens int) *ticket {
	t := &ticket{user: user, tokens: tokens, ready: make(chan struct{})}
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.waiting[user]) == 0 {
		q.line = append(q.line, user)
	}
	q.waiting[user] = append(q.waiting[user], t)
	q.serve()
	return t
}

// leave ends a ticket: one that waits is taken out, one that ran has used so
// many tokens.
func (q *Queue) leave(t *ticket, used int) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if t.taken != nil {
		q.running--
		q.minute.correct(t.taken, used)
	} else {
		q.remove(t)
	}
	q.serve()
}

func (q *Queue) remove(t *ticket) {
	rest := slices.DeleteFunc(q.waiting[t.user], func(other *ticket) bool { return other == t })
	q.waiting[t.user] = rest
	if len(rest) == 0 {
		delete(q.waiting, t.user)
		q.line = slices.DeleteFunc(q.line, func(user string) bool { return user == t.user })
	}
}

// serve lets run what may. The caller holds the lock.
func (q *Queue) serve() {
	for len(q.line) > 0 {
		if q.limits.Concurrent > 0 && q.running >= q.limits.Concurrent {
			return
		}
		user := q.line[0]
		t := q.waiting[user][0]
		if wait := q.minute.wait(q.limits, t.tokens, time.Now()); wait > 0 {
			q.wake(wait)
			return
		}
		q.line = q.line[1:]
		if q.waiting[user] = q.waiting[user][1:]; len(q.waiting[user]) > 0 {
			q.line = append(q.line, user)
		} else {
			delete(q.waiting, user)
		}
		q.running++
		t.taken = q.minute.take(t.tokens, time.Now())
		close(t.ready)
	}
}

// wake has serve called again later.
func (q *Queue) wake(after time.Duration) {
	if q.timer != nil {
		q.timer.Stop()
	}
	q.timer = time.AfterFunc(after, func() {
		q.mu.Lock()
		defer q.mu.Unlock()
		q.serve()
	})
}

// position is how many calls are let run up to and including this one, 0 once
// it runs.
func (q *Queue) position(t *ticket) int {
	q.mu.Lock()
	defer q.mu.Unlock()
	mine := slices.Index(q.waiting[t.user], t)
	if mine < 0 {
		return 0
	}
	place, ahead := slices.Index(q.line, t.user), 0
	for i, user := range q.line {
		rounds := mine
		if i < place {
			rounds++
		}
		if i != place {
			ahead += min(len(q.waiting[user]), rounds)
		}
	}
	return ahead + mine + 1
}

// window is what was taken in the last minute.
type window struct {
	taken  []*taken
	tokens int // of all taken
}

type taken struct {
	at     time.Time
	tokens int
	over   bool // its minute has passed
}

// wait returns how long it is until a call of so many tokens keeps the limits. A
// call that is larger than the limit of tokens has to have a minute to itself.
func (w *window) wait(l Limits, tokens int, now time.Time) time.Duration {
	for len(w.taken) > 0 && now.Sub(w.taken[0].at) >= time.Minute {
		w.correct(w.taken[0], 0)
		w.taken[0].over = true
		w.taken = w.taken[1:]
	}
	var wait time.Duration
	if n := len(w.taken) - l.Requests; l.Requests > 0 && n >= 0 {
		wait = w.taken[n].at.Add(time.Minute).Sub(now)
	}
	if l.Tokens <= 0 {
		return wait
	}
	left := w.tokens
	for _, t := range w.taken {
		if left+tokens <= l.Tokens {
			break
		}
		left -= t.tokens
		wait = max(wait, t.at.Add(time.Minute).Sub(now))
	}
	return wait
}

func (w *window) take(tokens int, now time.Time) *taken {
	t := &taken{at: now, tokens: tokens}
	w.taken = append(w.taken, t)
	w.tokens += tokens
	return t
}

// correct puts what a call has used in the place of what was expected.
func (w *window) correct(t *taken, used int) {
	if !t.over {
		w.tokens += used - t.tokens
		t.tokens = used
	}
}
