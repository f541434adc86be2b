package turn

import (
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"parley/internal/identity"
	"parley/internal/kit/fault"
)

// Faults of a user who has too much under way at once.
var (
	ErrTooManyTurns   = fault.New(fault.Limited, "turns_limited", "Too many of your answers are being written at once. Wait for one to end, or stop it.").After(5 * time.Second)
	ErrTooManyStreams = fault.New(fault.Limited, "streams_limited", "Too many of your event streams are open at once. Close one.").After(5 * time.Second)
)

// quota counts what each user has under way, against a limit.
type quota struct {
	most    int
	refused atomic.Int64

	mu   sync.Mutex
	used map[identity.UserID]int
	all  int
}

func newQuota(most int) *quota { return &quota{most: most, used: map[identity.UserID]int{}} }

// take counts one more; false means that the user has as many as may be.
func (q *quota) take(user identity.UserID) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.used[user] >= q.most {
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

// Hold counts an answer that is written outside of a chat among those that a
// user may have written at once. It returns [ErrTooManyTurns], or what to call
// when the answer has ended.
func (s *Service) Hold(user identity.UserID) (release func(), err error) {
	if !s.writing.take(user) {
		return nil, ErrTooManyTurns.Saying(fmt.Sprintf("The limit is %d.", s.Options.MaxTurns))
	}
	return func() { s.writing.give(user) }, nil
}
