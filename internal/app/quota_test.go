package app_test

import (
	"net/http"
	"strings"
	"testing"

	"parley/internal/app"
	"parley/internal/app/apptest"
	"parley/internal/kit/id"
	"parley/internal/turn"
)

// One user has only so much under way; others do not notice.
func TestQuotas(t *testing.T) {
	t.Parallel()
	apptest.Each(t, apptest.Options{Config: func(c *app.Config) { c.Chat.MaxTurns, c.Chat.MaxStreams = 2, 2 }}, func(t *testing.T, w *apptest.World) {
		c := w.Alice.Program()
		start := func(who *apptest.Client) apptest.Answer {
			return who.Do(t, "POST", "/api/chats/"+id.New()+"/turns", object{"text": "script:tokens-2+hang", "model": apptest.Plain})
		}
		var held [2]turn.Accepted
		for i := range held {
			a := start(c)
			if a.Status != http.StatusAccepted {
				t.Fatalf("turn %d: %d %s", i, a.Status, a.Body)
			}
			a.Read(t, &held[i])
		}
		refused := start(c)
		if refused.Status != http.StatusTooManyRequests || refused.Code() != "turns_limited" || refused.Header.Get("Retry-After") == "" {
			t.Errorf("a third turn: %d %s", refused.Status, refused.Body)
		}
		if a := start(w.Admin.Program()); a.Status != http.StatusAccepted {
			t.Errorf("another user's turn: %d %s", a.Status, a.Body)
		}
		path := "/api/turns/" + string(held[0].Turn) + "/events"
		for range 2 {
			c.Follow(t, held[0].Turn, 0).Until("delta", "t0002")
		}
		if a := c.Do(t, "GET", path, nil); a.Status != http.StatusTooManyRequests || a.Code() != "streams_limited" {
			t.Errorf("a third stream: %d %s", a.Status, a.Body)
		}
		measured := string(w.Nobody().Want(t, 200, "GET", "/metrics", nil).Body)
		for _, want := range []string{"\nparley_event_streams 2\n", "\nparley_limited_total{what=\"streams\"} 1\n", "\nparley_limited_total{what=\"turns\"} 1\n"} {
			if !strings.Contains(measured, want) {
				t.Errorf("%q is not measured", want)
			}
		}
		for _, a := range held {
			c.Want(t, 202, "POST", "/api/turns/"+string(a.Turn)+"/stop", nil)
		}
		apptest.Eventually(t, "there is room again", func() bool { return start(c).Status == http.StatusAccepted })
	})
}
