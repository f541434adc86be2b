package identity_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"parley/internal/audit"
	"parley/internal/identity"
	"parley/internal/kit/testkit"
)

// BenchmarkMiddleware is what knowing the caller adds to each request.
func BenchmarkMiddleware(b *testing.B) {
	d := testkit.SQLite(b)
	if err := d.Migrate(b.Context(), audit.Migrations, identity.Migrations); err != nil {
		b.Fatal(err)
	}
	s := identity.New(identity.Config{DB: d})
	u, err := s.CreateUser(b.Context(), identity.NewUser{Email: "ann@example.org", Password: password})
	if err != nil {
		b.Fatal(err)
	}
	session, token, err := s.StartSession(b.Context(), u, true)
	if err != nil {
		b.Fatal(err)
	}
	r := httptest.NewRequestWithContext(b.Context(), http.MethodGet, "/", nil)
	r.Header.Set("User-Agent", firefox)
	r.AddCookie(s.Cookie(session, token))
	known := 0
	h := s.Middleware(
		func(_ http.ResponseWriter, _ *http.Request, err error) { b.Error(err) },
		http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			if _, ok := identity.From(r.Context()); ok {
				known++
			}
		}))
	b.ReportAllocs()
	for b.Loop() {
		h.ServeHTTP(nil, r)
	}
	if known < b.N {
		b.Errorf("%d of %d requests were known", known, b.N)
	}
}
