package upstream

import (
	"context"
	"slices"
	"sync"
	"time"
)

const (
	// tick is how finely the pacer keeps time.
	tick = time.Millisecond
	// slotCount is how many ticks the pacer's ring holds; a later time waits
	// for more than one turn of it.
	slotCount = 1024
)

// pacer wakes any number of streams, each at its own times, from one goroutine
// with one ticker. It runs only while somebody waits.
type pacer struct {
	epoch time.Time
	// sleepers is for the goroutine, which ends with the last of them.
	sleepers sync.WaitGroup

	mu      sync.Mutex
	slots   [slotCount][]*sleeper
	waiting int
	running bool
	// last is the newest tick whose slot has been looked at.
	last int64
}

// sleeper is one stream's place in the ring. It may be used again once its
// wake has been received.
type sleeper struct {
	due  int64
	wake chan struct{}
}

func newPacer() *pacer { return &pacer{epoch: time.Now()} }

func newSleeper() *sleeper { return &sleeper{wake: make(chan struct{}, 1)} }

// sleep blocks until the given time, never shorter, and at once where that has
// passed. After an error the sleeper must not be used again.
func (p *pacer) sleep(ctx context.Context, s *sleeper, until time.Time) error {
	due := int64((until.Sub(p.epoch) + tick - 1) / tick)
	if due <= p.now() {
		return ctx.Err()
	}
	p.add(s, due)
	select {
	case <-s.wake:
		return nil
	case <-ctx.Done():
		p.remove(s)
		return context.Cause(ctx)
	}
}

// now is the number of whole ticks since the start.
func (p *pacer) now() int64 { return int64(time.Since(p.epoch) / tick) }

func (p *pacer) add(s *sleeper, due int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.running {
		p.running = true
		p.last = p.now()
		p.sleepers.Go(p.run)
	}
	s.due = max(due, p.last+1)
	slot := &p.slots[s.due%slotCount]
	*slot = append(*slot, s)
	p.waiting++
}

// remove takes out a sleeper that has not been woken.
func (p *pacer) remove(s *sleeper) {
	p.mu.Lock()
	defer p.mu.Unlock()
	slot := &p.slots[s.due%slotCount]
	if i := slices.Index(*slot, s); i >= 0 {
		*slot = slices.Delete(*slot, i, i+1)
		p.waiting--
	}
}

func (p *pacer) run() {
	ticker := time.NewTicker(tick)
	defer ticker.Stop()
	for range ticker.C {
		if p.advance() {
			return
		}
	}
}

// advance wakes everybody who is due and reports whether nobody is left.
func (p *pacer) advance() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.now()
	for next := max(p.last+1, now-slotCount+1); next <= now; next++ {
		p.wakeSlot(next%slotCount, now)
	}
	p.last = now
	p.running = p.waiting > 0
	return !p.running
}

func (p *pacer) wakeSlot(index, now int64) {
	slot := p.slots[index]
	kept := slot[:0]
	for _, s := range slot {
		if s.due > now {
			kept = append(kept, s)
			continue
		}
		s.wake <- struct{}{}
		p.waiting--
	}
	clear(slot[len(kept):])
	p.slots[index] = kept
}

// wait blocks until the pacer's goroutine has ended, which it does soon after
// the last sleeper has left. No sleep may begin meanwhile.
func (p *pacer) wait() { p.sleepers.Wait() }
