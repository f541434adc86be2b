package turn

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"parley/internal/identity"
	"parley/internal/kit/fault"
)

// Faults of a user who has too much under way at once.
var (
	ErrTooManyTurns    = fault.New(fault.Limited, "turns_limited", "Too many of your answers are being written at once. Wait for one to end, or stop it.").After(5 * time.Second)
	ErrTooManyMessages = fault.New(fault.Limited, "messages_limited", "Too many messages. Wait a moment, then send it again.")
	ErrTooManyStreams  = fault.New(fault.Limited, "streams_limited", "Too many of your event streams are open at once. Close one.").After(5 * time.Second)
)

// quota counts what each user has under way.
type quota struct {
	refused atomic.Int64

	mu   sync.Mutex
	used map[identity.UserID]int
	all  int
}

func newQuota() *quota { return &quota{used: map[identity.UserID]int{}} }

// take counts one more; false means that the user has most already.
func (q *quota) take(user identity.UserID, most int) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.used[user] >= most {
		q.refused.Add(1)
		return false
	}
	q.addLocked(user)
	return true
}

// add counts one more that is not refused: it was allowed before.
func (q *quota) add(user identity.UserID) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.addLocked(user)
}

func (q *quota) addLocked(user identity.UserID) {
	q.used[user]++
	q.all++
}

// give counts one less.
func (q *quota) give(user identity.UserID) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.all--
	if q.used[user]--; q.used[user] == 0 {
		delete(q.used, user)
	}
}

func (q *quota) total() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.all
}

// Load is what the process has under way, and how often a user was refused more
// since it started.
type Load struct {
	Turns, Streams               int
	RefusedTurns, RefusedStreams int64
}

// Load measures.
func (s *Service) Load() Load {
	return Load{
		Turns: s.Running(), Streams: s.streams.total(),
		RefusedTurns: s.writing.refused.Load(), RefusedStreams: s.streams.refused.Load(),
	}
}

// Limits are what an administrator may change while answers are written.
type Limits struct {
	// AtOnce is how many answers of one user are written at once, if that is less
	// than [Options] say; 0 is what they say.
	AtOnce int
	// Rates are how often messages may be sent.
	Rates identity.Rates
}

// Hold counts an answer, in a chat or outside of one, among those that a user has
// written at once, and its message among those that were sent. It returns
// [ErrTooManyTurns] or [ErrTooManyMessages], or what to call when the answer has
// ended.
func (s *Service) Hold(ctx context.Context, user identity.UserID) (release func(), err error) {
	limits, most := s.Limits(), s.Options.MaxTurns
	if limits.AtOnce > 0 {
		most = min(most, limits.AtOnce)
	}
	if !s.writing.take(user, most) {
		return nil, ErrTooManyTurns.Saying(fmt.Sprintf("The limit is %d.", most))
	}
	if wait := s.sent.Take(ctx, limits.Rates); wait > 0 {
		s.writing.give(user)
		return nil, ErrTooManyMessages.After(wait)
	}
	return func() { s.writing.give(user) }, nil
}
