package resilient

import (
	"context"
	"iter"
	"sync"
	"time"

	"parley/internal/llm"
)

const (
	// limitedFor is how long a key is left alone whose provider does not say,
	// refusedFor how long one that was not accepted is.
	limitedFor = 20 * time.Second
	refusedFor = time.Minute
)

// Keys has several keys of one provider take turns. A key that is limited,
// refused or without credit is passed over for as long as its provider asks, or
// for a moment.
type Keys struct {
	mu    sync.Mutex
	next  int
	until []time.Time
	why   []*llm.Error
}

// NewKeys returns a pool of n keys.
func NewKeys(n int) *Keys {
	return &Keys{until: make([]time.Time, n), why: make([]*llm.Error, n)}
}

// Free is the number of keys that may be used now.
func (k *Keys) Free() int {
	k.mu.Lock()
	defer k.mu.Unlock()
	free, now := 0, time.Now()
	for _, until := range k.until {
		if !now.Before(until) {
			free++
		}
	}
	return free
}

// Model returns a model that is called by whichever key is free; models holds
// it once for each key.
func (k *Keys) Model(models []llm.Model) llm.Model {
	return Func(func(ctx context.Context, request llm.Request) iter.Seq2[llm.Event, error] {
		return func(to func(llm.Event, error) bool) { k.run(ctx, models, request, to) }
	})
}

func (k *Keys) run(ctx context.Context, models []llm.Model, request llm.Request, to yield) {
	var last *llm.Error
	for range models {
		i, blocked := k.pick()
		if blocked != nil {
			if last == nil {
				last = blocked
			}
			break
		}
		try := &attempt{}
		failed := try.run(ctx, models[i], request, to)
		if try.ended(failed) {
			return
		}
		last = failed
		if !k.rest(i, failed) {
			break
		}
	}
	if last != nil {
		to(llm.Event{}, last)
	}
}

// pick returns the next key that is free, or why there is none.
func (k *Keys) pick() (int, *llm.Error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	now := time.Now()
	soonest := 0
	for n := range k.until {
		i := (k.next + n) % len(k.until)
		if !now.Before(k.until[i]) {
			k.next = i + 1
			return i, nil
		}
		if k.until[i].Before(k.until[soonest]) {
			soonest = i
		}
	}
	why := *k.why[soonest]
	why.RetryAfter = k.until[soonest].Sub(now)
	return 0, &why
}

// rest leaves a key alone after an error that is about the key, and reports
// whether it was.
func (k *Keys) rest(i int, failed *llm.Error) bool {
	pause := refusedFor
	switch failed.Kind {
	case llm.ErrRateLimited:
		pause = limitedFor
	case llm.ErrAuth, llm.ErrQuota:
	default:
		return false
	}
	if failed.RetryAfter > 0 {
		pause = failed.RetryAfter
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.until[i], k.why[i] = time.Now().Add(pause), failed
	return true
}
