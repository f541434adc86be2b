// Package limit slows down who asks too often: [Bucket] for a steady rate,
// [Backoff] for repeated failures, [Gate] for work that may only run a few times
// at once, and [Proxies] to know who asks.
//
// It counts in this process. Memory is bounded: each limiter remembers a fixed
// number of keys and forgets the one that was quiet the longest.
package limit

import (
	"container/list"
	"sync"
	"time"
)

// defaultKeys is how many keys a limiter remembers unless told otherwise.
const defaultKeys = 20_000

// table maps keys to values and forgets the least recently used beyond a
// number. The caller locks.
type table[V any] struct {
	mu    sync.Mutex
	most  int
	byKey map[string]*list.Element
	order list.List // of *entry[V], most recently used first
}

type entry[V any] struct {
	key   string
	value V
}

func newTable[V any](most int) *table[V] {
	if most <= 0 {
		most = defaultKeys
	}
	return &table[V]{most: most, byKey: map[string]*list.Element{}}
}

// at returns the value of key, made by fresh if there is none.
func (t *table[V]) at(key string, fresh func() V) *V {
	if e, ok := t.byKey[key]; ok {
		t.order.MoveToFront(e)
		return &e.Value.(*entry[V]).value
	}
	if len(t.byKey) >= t.most {
		oldest := t.order.Back()
		delete(t.byKey, oldest.Value.(*entry[V]).key)
		t.order.Remove(oldest)
	}
	made := &entry[V]{key: key, value: fresh()}
	t.byKey[key] = t.order.PushFront(made)
	return &made.value
}

func (t *table[V]) drop(key string) {
	if e, ok := t.byKey[key]; ok {
		delete(t.byKey, key)
		t.order.Remove(e)
	}
}

// Bucket allows each key a burst and then one more per interval. It is safe for
// concurrent use.
type Bucket struct {
	burst int
	every time.Duration
	keys  *table[tokens]
}

type tokens struct {
	left float64
	at   time.Time
}

// NewBucket returns a bucket that holds burst tokens per key and gains one every
// so often. It remembers most keys (0 is 20000).
func NewBucket(burst int, every time.Duration, most int) *Bucket {
	return &Bucket{burst: burst, every: every, keys: newTable[tokens](most)}
}

// Take takes a token of key. It returns 0, or without a token how long to wait
// for the next.
func (b *Bucket) Take(key string) time.Duration {
	now := time.Now()
	b.keys.mu.Lock()
	defer b.keys.mu.Unlock()
	t := b.keys.at(key, func() tokens { return tokens{left: float64(b.burst), at: now} })
	t.left = min(float64(b.burst), t.left+float64(now.Sub(t.at))/float64(b.every))
	t.at = now
	if t.left < 1 {
		return time.Duration((1 - t.left) * float64(b.every))
	}
	t.left--
	return 0
}

// Backoff allows each key some attempts without success, then one after a delay
// that doubles each time. It is safe for concurrent use.
type Backoff struct {
	rule BackoffRule
	keys *table[attempts]
}

// BackoffRule says how patient a [Backoff] is.
type BackoffRule struct {
	// Free is how many attempts without success have no delay between them.
	Free int
	// First is the delay after these; each further one is twice as long.
	First time.Duration
	// Longest is the delay that is never exceeded.
	Longest time.Duration
	// Forget is how long a key has to be quiet to start afresh.
	Forget time.Duration
	// Keys is how many keys are remembered (0 is 20000).
	Keys int
}

type attempts struct {
	failed int
	last   time.Time
	open   time.Time // when the next attempt may be made
}

// NewBackoff returns a back-off without any attempts.
func NewBackoff(rule BackoffRule) *Backoff {
	return &Backoff{rule: rule, keys: newTable[attempts](rule.Keys)}
}

// Try asks to make an attempt. It returns 0 and counts the attempt as a failure
// until [Backoff.Forgive] or [Backoff.Reset] says otherwise, so that attempts
// made at the same time cannot outrun the count; or it returns how long to wait.
// An attempt that was refused changes nothing.
func (b *Backoff) Try(key string) time.Duration {
	now := time.Now()
	b.keys.mu.Lock()
	defer b.keys.mu.Unlock()
	a := b.keys.at(key, func() attempts { return attempts{} })
	if now.Sub(a.last) >= b.rule.Forget {
		*a = attempts{}
	}
	if wait := a.open.Sub(now); wait > 0 {
		return wait
	}
	a.failed++
	a.last = now
	a.open = now.Add(b.delay(a.failed))
	return 0
}

// delay is how long to wait after n failures.
func (b *Backoff) delay(n int) time.Duration {
	over := n - b.rule.Free
	if over < 0 {
		return 0
	}
	d := b.rule.First
	for range over {
		if d >= b.rule.Longest {
			break
		}
		d *= 2
	}
	return min(d, b.rule.Longest)
}

// Forgive takes one attempt of key back: it no longer counts, and the next one may
// be made at once.
func (b *Backoff) Forgive(key string) {
	b.keys.mu.Lock()
	defer b.keys.mu.Unlock()
	e, ok := b.keys.byKey[key]
	if !ok {
		return
	}
	if a := &e.Value.(*entry[attempts]).value; a.failed > 0 {
		a.failed--
		a.open = time.Time{}
		if a.failed == 0 {
			b.keys.drop(key)
		}
	}
}

// Reset forgets all attempts of key.
func (b *Backoff) Reset(key string) {
	b.keys.mu.Lock()
	defer b.keys.mu.Unlock()
	b.keys.drop(key)
}
