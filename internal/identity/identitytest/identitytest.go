// Package identitytest serves routes to tests as the product does: the real
// router, middleware and database, with clients that keep their cookies.
//
// It is imported by tests alone.
package identitytest

import (
	"bytes"
	"encoding/json"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"strings"
	"testing"

	"parley/internal/identity"
	"parley/internal/kit/rest"
	"parley/internal/kit/seal"
)

// Password is the password of all users that are made here.
const Password = seal.Secret("correct horse battery staple")

// Server serves routes.
type Server struct {
	// Identity is what the server knows its users by.
	Identity *identity.Service
	// Router holds the routes, to be looked at.
	Router *rest.Router
	url    string
}

// Serve serves the routes that are registered until the test ends.
func Serve(t *testing.T, who *identity.Service, log *slog.Logger, routes ...func(*rest.Router)) *Server {
	t.Helper()
	s := &Server{Identity: who, Router: rest.New("test", "0", log)}
	for _, register := range routes {
		register(s.Router)
	}
	server := httptest.NewServer(s.Router.Edge(s.Identity.Middleware(s.Router.WriteError, s.Router)))
	t.Cleanup(server.Close)
	s.url = server.URL
	return s
}

// Client is one browser or program.
type Client struct {
	// User is who signed in; empty for nobody.
	User identity.User
	// Header is sent with each request.
	Header http.Header
	// Cookies are what the browser keeps.
	Cookies http.CookieJar
	server  *Server
}

// Anonymous returns a browser that nobody signed in with.
func (s *Server) Anonymous(t *testing.T) *Client {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &Client{Header: http.Header{}, Cookies: jar, server: s}
}

// SignedIn makes a user and returns a browser where they are signed in.
func (s *Server) SignedIn(t *testing.T, email string, admin bool) *Client {
	t.Helper()
	u, err := s.Identity.CreateUser(t.Context(), identity.NewUser{Email: email, Password: Password, Admin: admin})
	if err != nil {
		t.Fatalf("create %s: %v", email, err)
	}
	c := s.Anonymous(t)
	session, token, err := s.Identity.StartSession(t.Context(), u, true)
	if err != nil {
		t.Fatalf("sign %s in: %v", email, err)
	}
	c.User = u
	c.Cookies.SetCookies(c.request(t, http.MethodGet, "/", nil).URL, []*http.Cookie{s.Identity.Cookie(session, token)})
	return c
}

// Program makes an API key for the user of c and returns a client that shows it.
func (c *Client) Program(t *testing.T) *Client {
	t.Helper()
	_, token, err := c.server.Identity.CreateKey(t.Context(), c.User.ID, "test")
	if err != nil {
		t.Fatalf("create a key: %v", err)
	}
	p := c.server.Anonymous(t)
	p.User = c.User
	p.Header.Set("Authorization", "Bearer "+token.Reveal())
	return p
}

// Answer is what came back.
type Answer struct {
	Status int
	Header http.Header
	Body   string
	// Code is the code of a problem.
	Code string
	// Cookie is what the answer sets for the session, nil if nothing.
	Cookie *http.Cookie
}

// Into reads the body as JSON and fails the test on fields that v lacks.
func (a Answer) Into(t *testing.T, v any) {
	t.Helper()
	d := json.NewDecoder(strings.NewReader(a.Body))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		t.Fatalf("status %d, body %s: %v", a.Status, a.Body, err)
	}
}

// Do sends a request. A body that is no string is sent as JSON; nil is none.
func (c *Client) Do(t *testing.T, method, path string, body any) Answer {
	t.Helper()
	client := http.Client{Jar: c.Cookies}
	response, err := client.Do(c.request(t, method, path, body))
	if err != nil {
		t.Fatalf("%s %s: %v", method, path, err)
	}
	defer response.Body.Close() //nolint:errcheck // read to its end
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatalf("%s %s: %v", method, path, err)
	}
	a := Answer{Status: response.StatusCode, Header: response.Header, Body: string(text)}
	if strings.HasPrefix(response.Header.Get("Content-Type"), "application/problem+json") {
		var p rest.Problem
		if err := json.Unmarshal(text, &p); err != nil || p.RequestID == "" || p.Detail == "" || p.Status != response.StatusCode {
			t.Errorf("%s %s: not a full problem: %s", method, path, text)
		}
		a.Code = p.Code
	} else if response.StatusCode >= http.StatusBadRequest {
		t.Errorf("%s %s: status %d without a problem: %s", method, path, response.StatusCode, text)
	}
	for _, cookie := range response.Cookies() {
		if cookie.Name == identity.CookieName {
			a.Cookie = cookie
		}
	}
	return a
}

func (c *Client) request(t *testing.T, method, path string, body any) *http.Request {
	t.Helper()
	var reader io.Reader
	switch body := body.(type) {
	case nil:
	case string:
		reader = strings.NewReader(body)
	default:
		text, err := json.Marshal(body)
		if err != nil {
			t.Fatal(err)
		}
		reader = bytes.NewReader(text)
	}
	r, err := http.NewRequestWithContext(t.Context(), method, c.server.url+path, reader)
	if err != nil {
		t.Fatal(err)
	}
	maps.Copy(r.Header, c.Header)
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	return r
}
