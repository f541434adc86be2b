package turn

import (
	"context"
	"runtime"
	"sync"
	"sync/atomic"
	"time"
)

// The time between two frames of a turn: short while the machine has room, so
// that text flows, longer under load, so that a frame carries more.
const (
	shortestPace = 33 * time.Millisecond
	longestPace  = 150 * time.Millisecond
	// easyLoad is the number of turns a core streams at the shortest pace.
	easyLoad = 16
)

// pacer cuts the text that no further token pushes out: one goroutine for all
// turns, asleep while nothing is pending.
type pacer struct {
	pace atomic.Int64
	wake chan struct{}

	mu    sync.Mutex
	queue []*live
}

func newPacer() *pacer {
	p := &pacer{wake: make(chan struct{}, 1)}
	p.setLoad(0)
	return p
}

// setLoad adapts the pace to the number of live turns.
func (p *pacer) setLoad(turns int) {
	pace := shortestPace * time.Duration(turns) / time.Duration(easyLoad*runtime.GOMAXPROCS(0))
	p.pace.Store(int64(min(max(pace, shortestPace), longestPace)))
}

func (p *pacer) interval() time.Duration { return time.Duration(p.pace.Load()) }

func (p *pacer) add(l *live) {
	p.mu.Lock()
	p.queue = append(p.queue, l)
	p.mu.Unlock()
	select {
	case p.wake <- struct{}{}:
	default:
	}
}

// run cuts until ctx is done.
func (p *pacer) run(ctx context.Context) {
	timer := time.NewTimer(time.Hour)
	defer timer.Stop()
	var round []*live
	for {
		select {
		case <-ctx.Done():
			return
		case <-p.wake:
		}
		timer.Reset(p.interval() / 4)
		select {
		case <-ctx.Done():
			return
		case <-timer.C:
		}
		p.mu.Lock()
		round, p.queue = p.queue, round[:0]
		p.mu.Unlock()
		now, interval := time.Now(), p.interval()
		for _, l := range round {
			if l.tick(now, interval) {
				p.add(l)
			}
		}
		clear(round)
	}
}
