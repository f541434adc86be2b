package identity_test

import (
	"bytes"
	"context"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"parley/internal/audit"
	"parley/internal/identity"
	"parley/internal/kit/db"
	"parley/internal/kit/fault"
	"parley/internal/kit/seal"
	"parley/internal/kit/testkit"
)

const (
	password = seal.Secret("correct horse battery")
	firefox  = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
)

// clock is moved by the test.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func newClock() *clock { return &clock{now: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)} }

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) Pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// onBoth runs test on both databases with the tables made.
func onBoth(t *testing.T, test func(t *testing.T, d *db.DB)) {
	t.Helper()
	testkit.Databases(t, func(t *testing.T, d *db.DB) {
		migrate(t, d)
		test(t, d)
	})
}

func migrate(t *testing.T, d *db.DB) {
	t.Helper()
	if err := d.Migrate(t.Context(), audit.Migrations, identity.Migrations); err != nil {
		t.Fatal(err)
	}
}

func requestFrom(t *testing.T, address, agent string) *http.Request {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil)
	r.RemoteAddr = address
	r.Header.Set("User-Agent", agent)
	return r
}

func create(t *testing.T, s *identity.Service, email string) identity.User {
	t.Helper()
	u, err := s.CreateUser(t.Context(), identity.NewUser{Email: email, Password: password})
	if err != nil {
		t.Fatalf("create %s: %v", email, err)
	}
	return u
}

// browser signs in as u and returns the request headers of that browser.
func browser(t *testing.T, s *identity.Service, u identity.User, keep bool) (identity.Session, http.Header) {
	t.Helper()
	ctx := identity.WithClient(t.Context(), identity.Client{Address: netip.MustParseAddr("198.51.100.7"), Agent: firefox})
	session, token, err := s.StartSession(ctx, u, keep)
	if err != nil {
		t.Fatalf("sign in: %v", err)
	}
	return session, http.Header{"Cookie": {s.Cookie(session, token).String()}}
}

func program(t *testing.T, s *identity.Service, u identity.User) (identity.Key, http.Header) {
	t.Helper()
	key, token, err := s.CreateKey(t.Context(), u.ID, "script")
	if err != nil {
		t.Fatalf("create a key: %v", err)
	}
	return key, http.Header{"Authorization": {"Bearer " + token.Reveal()}}
}

// who sends a request with these headers through the middleware and returns who
// it was taken for. A refused one gives the fault's code.
func who(t *testing.T, s *identity.Service, h http.Header) (p identity.Principal, refused string, answer *http.Response) {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil)
	maps.Copy(r.Header, h)
	w := httptest.NewRecorder()
	s.Middleware(
		func(_ http.ResponseWriter, _ *http.Request, err error) { refused = fault.Of(err).Code },
		http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { p, _ = identity.From(r.Context()) }),
	).ServeHTTP(w, r)
	return p, refused, w.Result()
}

func isIn(t *testing.T, s *identity.Service, h http.Header) bool {
	t.Helper()
	p, _, _ := who(t, s, h)
	return p.User != ""
}

// run runs the housekeeping until the test is over, or stop is called.
func run(t *testing.T, s *identity.Service) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- s.Run(ctx) }()
	stop = sync.OnceFunc(func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("Run: %v", err)
		}
	})
	t.Cleanup(stop)
	return stop
}

// An operator who forgot to trust the proxy is told, once.
func TestUntrustedProxyIsTold(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	s := identity.New(identity.Config{Log: slog.New(slog.NewTextHandler(&log, nil))})
	h := s.Middleware(nil, http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	for _, header := range []string{"", "198.51.100.1", "198.51.100.2"} {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil)
		r.Header.Set("X-Forwarded-For", header)
		h.ServeHTTP(httptest.NewRecorder(), r)
		if told := strings.Count(log.String(), "server.trustedProxies"); told != min(len(header), 1) {
			t.Errorf("after %q told %d times", header, told)
		}
	}
}
