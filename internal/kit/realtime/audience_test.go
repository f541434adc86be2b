package realtime

import (
	"context"
	"log/slog"
	"net/http"
	"testing"
	"time"

	"github.com/centrifugal/centrifuge"
)

func quiet(t testing.TB) *Hub {
	t.Helper()
	h, err := New(Config{
		Log:          slog.New(slog.DiscardHandler),
		Authenticate: func(*http.Request) (Identity, bool) { return Identity{}, false },
		Authorize:    func(context.Context, string, string) error { return nil },
		CheckOrigin:  func(*http.Request) bool { return true },
		Recheck:      func(context.Context, string, string) bool { return true },
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = h.node.Shutdown(context.Background()) })
	return h
}

func position(t *testing.T, h *Hub, channel string) centrifuge.StreamPosition {
	t.Helper()
	result, err := h.node.History(channel)
	if err != nil {
		t.Fatal(err)
	}
	return result.StreamPosition
}

// A client that was away for longer than the history may not be told that it
// missed nothing just because nothing was published while nobody listened.
func TestLapsedChannelMovesOn(t *testing.T) {
	t.Parallel()
	h := quiet(t)
	h.audiences.join("chat:1")
	h.Publish("chat:1", []byte("1"))
	seen := position(t, h, "chat:1")
	h.audiences.leave("chat:1")

	h.sweep(time.Now().Add(historyTTL))
	if !h.HasSubscribers("chat:1") {
		t.Fatal("forgotten while the one who left can still recover")
	}
	h.sweep(time.Now().Add(historyTTL + 2*time.Second))
	if h.HasSubscribers("chat:1") {
		t.Fatal("still published to after the time of the history")
	}
	h.Publish("chat:1", []byte("2"))
	if now := position(t, h, "chat:1"); now == seen {
		t.Error("the position did not move, so a late client would believe it missed nothing")
	}
	history, err := h.node.History("chat:1", centrifuge.WithHistoryFilter(centrifuge.HistoryFilter{Limit: centrifuge.NoLimit, Since: &seen}))
	if err != nil || len(history.Publications) != 0 {
		t.Errorf("history is not empty: %v %v", history.Publications, err)
	}
}

func TestSweepKeepsListeners(t *testing.T) {
	t.Parallel()
	h := quiet(t)
	h.audiences.join("chat:1")
	h.audiences.join("chat:1")
	h.audiences.leave("chat:1")
	h.sweep(time.Now().Add(time.Hour))
	if !h.HasSubscribers("chat:1") {
		t.Error("a channel with a listener was forgotten")
	}
}

func BenchmarkPublishToNobody(b *testing.B) {
	h := quiet(b)
	data := []byte(`{"type":"frame"}`)
	for b.Loop() {
		h.Publish("chat:1", data)
	}
}
