package limit

import "time"

// Rate is how often something may be done: Most times in each window of length
// Per. Without Per there is no limit.
type Rate struct {
	Most int
	Per  time.Duration
}

// Window counts what each key does in windows of a fixed length, the first of
// which begins with the first thing done. It is safe for concurrent use.
type Window struct{ keys *table[span] }

type span struct {
	began time.Time
	used  int
}

// NewWindow returns a window in which nothing was done. It remembers most keys
// (0 is 20000).
func NewWindow(most int) *Window { return &Window{newTable[span](most)} }

// Take counts one more of key. It returns 0, or when the rate does not allow it,
// which counts nothing, how long to wait for the next window. The rate may be
// another one each time.
func (w *Window) Take(key string, r Rate) time.Duration {
	if r.Per <= 0 {
		return 0
	}
	now := time.Now()
	w.keys.mu.Lock()
	defer w.keys.mu.Unlock()
	s := w.keys.at(key, func() span { return span{began: now} })
	if now.Sub(s.began) >= r.Per {
		*s = span{began: now}
	}
	if s.used >= r.Most {
		return s.began.Add(r.Per).Sub(now)
	}
	s.used++
	return 0
}
