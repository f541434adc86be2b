package realtime_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"parley/internal/kit/fault"
	"parley/internal/kit/realtime"

	"github.com/google/go-cmp/cmp"
)

// server is a hub behind HTTP. The token "ann/1" is user ann's session 1; a
// channel "chat:ann-..." is ann's.
type server struct {
	hub   *realtime.Hub
	base  string
	stale atomic.Pointer[string] // the session that Recheck says is over
}

func serve(t *testing.T) *server {
	t.Helper()
	s := &server{}
	hub, err := realtime.New(realtime.Config{
		Log: slog.New(slog.DiscardHandler),
		Authenticate: func(r *http.Request) (realtime.Identity, bool) {
			user, session, ok := strings.Cut(r.Header.Get("Authorization"), "/")
			return realtime.Identity{User: user, Session: session}, ok
		},
		Authorize: func(_ context.Context, user, channel string) error {
			switch {
			case channel == "chat:broken":
				return errors.New("database is away")
			case strings.HasPrefix(channel, "chat:"+user+"-"):
				return nil
			}
			return fault.New(fault.NotFound, "not_found", "There is no such chat.")
		},
		CheckOrigin: func(r *http.Request) bool { return r.Header.Get("Origin") != "https://elsewhere.test" },
		Recheck: func(_ context.Context, _, session string) bool {
			stale := s.stale.Load()
			return stale == nil || *stale != session
		},
		RecheckEvery: 5 * time.Millisecond,
	})
	if err != nil {
		t.Fatal(err)
	}
	s.hub = hub
	mux := http.NewServeMux()
	mux.Handle("/ws", hub.WebSocket())
	mux.Handle("/sse", hub.SSE())
	mux.Handle("/http_stream", hub.HTTPStream())
	mux.Handle("/emulation", hub.Emulation())
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mux.ServeHTTP(wrapped{w}, r) // as middleware does
	}))
	s.base = web.URL
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- hub.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
		web.Close()
	})
	return s
}

type wrapped struct{ http.ResponseWriter }

func (w wrapped) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// connect opens a connection that has been accepted.
func (s *server) connect(t *testing.T, transport, token string) *client {
	t.Helper()
	c := transports[transport](t, s.base, token, hello)
	m := c.must()
	if m.Connect == nil {
		t.Fatalf("connect: %+v", m)
	}
	c.session, c.node = m.Connect.Session, m.Connect.Node
	return c
}

func each(t *testing.T, test func(t *testing.T, transport string)) {
	t.Helper()
	for transport := range transports {
		t.Run(transport, func(t *testing.T) {
			t.Parallel()
			test(t, transport)
		})
	}
}

func TestListen(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, transport string) {
		s := serve(t)
		c := s.connect(t, transport, "ann/1")
		for _, channel := range []string{"chat:ann-1", realtime.System("ann")} {
			if m := c.subscribe(channel, ""); m.Error != nil || m.Result == nil {
				t.Fatalf("subscribe %s: %+v", channel, m)
			}
			if !s.hub.HasSubscribers(channel) {
				t.Errorf("%s has no subscribers", channel)
			}
			s.hub.Publish(channel, []byte(`{"for":"`+channel+`"}`))
			m := c.must()
			if m.Push == nil || m.Push.Pub == nil || m.Push.Channel != channel || string(m.Push.Pub.Data) != `{"for":"`+channel+`"}` {
				t.Errorf("publication on %s: %+v", channel, m.Push)
			}
		}
	})
}

func TestRefusedChannels(t *testing.T) {
	t.Parallel()
	s := serve(t)
	c := s.connect(t, "websocket", "ann/1")
	for channel, want := range map[string]int{
		"chat:bob-1": 404, "chat:none": 404, realtime.System("bob"): 404, "sys:": 404, "other": 404,
		"chat:broken":                      100, // temporary: ask again
		"chat:" + strings.Repeat("x", 999): 107,
	} {
		m := c.subscribe(channel, "")
		if m.Error == nil || m.Error.Code != want {
			t.Errorf("subscribe %.20s: %+v, want code %d", channel, m.Error, want)
		}
		if s.hub.HasSubscribers(channel) {
			t.Errorf("%.20s has subscribers after a refusal", channel)
		}
	}
}

func TestClientsOnlyListen(t *testing.T) {
	t.Parallel()
	for _, command := range []string{
		`"publish":{"channel":"chat:ann-1","data":{}}`, `"history":{"channel":"chat:ann-1","limit":9}`,
		`"presence":{"channel":"chat:ann-1"}`, `"presence_stats":{"channel":"chat:ann-1"}`, `"rpc":{"method":"x"}`,
	} {
		s := serve(t)
		c := s.connect(t, "websocket", "ann/1")
		c.subscribe("chat:ann-1", "")
		if m := c.call(command); m.Error == nil || m.Error.Code != 108 {
			t.Errorf("%s: %+v", command, m)
		}
	}
}

func TestChannelLimit(t *testing.T) {
	t.Parallel()
	c := serve(t).connect(t, "websocket", "ann/1")
	for i := range 64 {
		if m := c.subscribe(fmt.Sprintf("chat:ann-%d", i), ""); m.Error != nil {
			t.Fatalf("subscription %d: %+v", i, m.Error)
		}
	}
	if m := c.subscribe("chat:ann-one-more", ""); m.Error == nil || m.Error.Code != 106 {
		t.Errorf("one subscription too many: %+v", m)
	}
}

func TestRefusedConnections(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, transport string) {
		s := serve(t)
		if code := transports[transport](t, s.base, "", hello).ended(); code != realtime.CodeSignIn {
			t.Errorf("without a session: code %d", code)
		}
		for _, first := range []string{
			`{"id":1,"connect":{"data":{"protocol":2}}}`, `{"id":1,"connect":{"data":{"protocol":0}}}`, `{"id":1,"connect":{}}`,
		} {
			if code := transports[transport](t, s.base, "ann/1", first).ended(); code != realtime.CodeReload {
				t.Errorf("%s: code %d", first, code)
			}
		}
	})
}

func TestOriginAndSessionOfEveryRoute(t *testing.T) {
	t.Parallel()
	s := serve(t)
	for _, path := range []string{"/ws", "/sse", "/http_stream", "/emulation"} {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.base+path, strings.NewReader(hello))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Authorization", "ann/1")
		req.Header.Set("Origin", "https://elsewhere.test")
		resp, err := http.DefaultTransport.RoundTrip(req)
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
		if resp.StatusCode != http.StatusForbidden {
			t.Errorf("%s from another origin: %s", path, resp.Status)
		}
	}
	resp, err := request(t.Context(), "", http.MethodPost, s.base+"/emulation", `{}`)
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	if resp.StatusCode != http.StatusUnauthorized {
		t.Errorf("emulation without a session: %s", resp.Status)
	}
}

func TestRecoveryAfterDrop(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, transport string) {
		s := serve(t)
		c := s.connect(t, transport, "ann/1")
		position := c.subscribe("chat:ann-1", "").Result
		var got []string
		for i := range 5 {
			s.hub.Publish("chat:ann-1", fmt.Appendf(nil, "%d", i))
			m := c.must()
			got = append(got, string(m.Push.Pub.Data))
			position.Offset = m.Push.Pub.Offset
		}
		c.drop()
		for i := 5; i < 60; i++ {
			s.hub.Publish("chat:ann-1", fmt.Appendf(nil, "%d", i))
		}
		c = s.connect(t, transport, "ann/1")
		back := c.subscribe("chat:ann-1", fmt.Sprintf(`,"recover":true,"epoch":%q,"offset":%d`, position.Epoch, position.Offset)).Result
		if back == nil || !back.Recovered {
			t.Fatalf("not recovered: %+v", back)
		}
		for _, p := range back.Publications {
			got = append(got, string(p.Data))
		}
		s.hub.Publish("chat:ann-1", []byte("60"))
		got = append(got, string(c.must().Push.Pub.Data))
		var want []string
		for i := range 61 {
			want = append(want, fmt.Sprint(i))
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("publications (-want +got):\n%s", diff)
		}
	})
}

func TestTooOldToRecover(t *testing.T) {
	t.Parallel()
	s := serve(t)
	c := s.connect(t, "websocket", "ann/1")
	position := c.subscribe("chat:ann-1", "").Result
	for range 65 {
		s.hub.Publish("chat:ann-1", []byte("1"))
		c.must()
	}
	again := s.connect(t, "websocket", "ann/1")
	back := again.subscribe("chat:ann-1", fmt.Sprintf(`,"recover":true,"epoch":%q,"offset":%d`, position.Epoch, position.Offset)).Result
	if back == nil || back.Recovered {
		t.Errorf("recovered over more than the history holds: %+v", back)
	}
}

func TestEndedSessions(t *testing.T) {
	t.Parallel()
	ends := map[string]func(s *server){
		"session":  func(s *server) { s.hub.DisconnectSession("1") },
		"user":     func(s *server) { s.hub.DisconnectUser("ann") },
		"re-check": func(s *server) { one := "1"; s.stale.Store(&one) },
	}
	for name, end := range ends {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			each(t, func(t *testing.T, transport string) {
				s := serve(t)
				bystander := s.connect(t, "websocket", "bob/3")
				bystander.subscribe("chat:bob-1", "")
				c := s.connect(t, transport, "ann/1")
				c.subscribe("chat:ann-1", "")
				end(s)
				if code := c.ended(); code != realtime.CodeSignIn {
					t.Errorf("code %d", code)
				}
				s.hub.Publish("chat:bob-1", []byte("1"))
				if m := bystander.must(); m.Push == nil || m.Push.Pub == nil {
					t.Errorf("another user's connection: %+v", m)
				}
			})
		})
	}
}

func TestOtherSessionsStay(t *testing.T) {
	t.Parallel()
	s := serve(t)
	gone, stays := s.connect(t, "websocket", "ann/1"), s.connect(t, "websocket", "ann/2")
	stays.subscribe("chat:ann-1", "")
	s.hub.DisconnectSession("1")
	gone.ended()
	s.hub.Publish("chat:ann-1", []byte("1"))
	if m := stays.must(); m.Push == nil || m.Push.Pub == nil {
		t.Errorf("the other session: %+v", m)
	}
}

func TestUnsubscribe(t *testing.T) {
	t.Parallel()
	s := serve(t)
	c := s.connect(t, "websocket", "ann/1")
	c.subscribe("chat:ann-1", "")
	c.subscribe("chat:ann-2", "")
	s.hub.Unsubscribe("ann", "chat:ann-1")
	s.hub.Publish("chat:ann-1", []byte(`"lost"`))
	s.hub.Publish("chat:ann-2", []byte(`"seen"`))
	if m := c.must(); m.Push == nil || m.Push.Unsub == nil || m.Push.Channel != "chat:ann-1" {
		t.Errorf("first: %+v", m.Push)
	}
	if m := c.must(); m.Push == nil || m.Push.Pub == nil || string(m.Push.Pub.Data) != `"seen"` {
		t.Errorf("second: %+v", m.Push)
	}
}
