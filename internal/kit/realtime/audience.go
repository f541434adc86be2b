package realtime

import (
	"sync"
	"time"
)

// audiences knows which channels are listened to, so that publishing to the
// others costs nothing.
type audiences struct {
	mu       sync.RWMutex
	channels map[string]*audience
}

// audience is the listeners of one channel. It stays for the time of the
// history after the last one left, since that one may come back and recover.
type audience struct {
	size int
	left time.Time
}

func (a *audiences) join(channel string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	of := a.channels[channel]
	if of == nil {
		of = &audience{}
		a.channels[channel] = of
	}
	of.size++
}

func (a *audiences) leave(channel string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if of := a.channels[channel]; of != nil {
		of.size--
		of.left = time.Now()
	}
}

func (a *audiences) has(channel string) bool {
	a.mu.RLock()
	defer a.mu.RUnlock()
	return a.channels[channel] != nil
}

// HasSubscribers reports whether someone listens to channel, or did a moment
// ago and may come back to recover what was missed. Without them nothing need
// be encoded or published.
func (h *Hub) HasSubscribers(channel string) bool { return h.audiences.has(channel) }

// Publish sends data, a JSON value, to those who listen to channel. Without
// any it does nothing at all.
func (h *Hub) Publish(channel string, data []byte) {
	if !h.audiences.has(channel) {
		return
	}
	_, err := h.node.Publish(channel, data, h.history)
	h.warn("publish", err)
}

// sweep forgets the channels that everyone left more than the time of the
// history ago. What is published from then on is lost to them, so the
// channel's position is moved: a client that comes back is told that it could
// not recover instead of believing that it missed nothing.
func (h *Hub) sweep(now time.Time) {
	h.audiences.mu.Lock()
	defer h.audiences.mu.Unlock()
	for channel, of := range h.audiences.channels {
		if of.size > 0 || now.Sub(of.left) < historyTTL+time.Second {
			continue
		}
		if _, err := h.node.Publish(channel, []byte("null"), h.history); err != nil {
			h.warn("move position", err)
			continue
		}
		if err := h.node.RemoveHistory(channel); err != nil {
			h.warn("clear history", err)
			continue
		}
		delete(h.audiences.channels, channel)
	}
}
