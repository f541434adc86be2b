package identity

import (
	"context"
	"errors"
	"net/http"
	"net/netip"
	"strings"
	"time"

	"parley/internal/kit/seal"
)

// CookieName is the name of the session's cookie.
const CookieName = "parley_session"

// Client is where a request comes from.
type Client struct {
	// Address is that of the client itself, behind the trusted proxies.
	Address netip.Addr
	// Agent is the User-Agent header, shortened and without control characters.
	Agent string
}

func (c Client) address() string {
	if !c.Address.IsValid() {
		return ""
	}
	return c.Address.String()
}

type clientKey struct{}

// WithClient returns a context that carries c.
func WithClient(ctx context.Context, c Client) context.Context {
	return context.WithValue(ctx, clientKey{}, c)
}

// ClientFrom returns where the request of ctx comes from; false means that there
// is no request.
func ClientFrom(ctx context.Context) (Client, bool) {
	c, ok := ctx.Value(clientKey{}).(Client)
	return c, ok
}

// Middleware puts the [Client] and, when there is one, the [Principal] into the
// context of each request. A wrong API key is refused, since a program wants to
// know; a wrong cookie leaves the request anonymous and is cleared. refuse
// writes the answer to an error.
func (s *Service) Middleware(refuse func(http.ResponseWriter, *http.Request, error), next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if s.proxies.Unheard(r) {
			s.unheard.Do(func() { s.log.Warn(unheardProxy, "proxy", r.RemoteAddr) })
		}
		ctx := WithClient(r.Context(), Client{Address: s.proxies.Client(r), Agent: cleanAgent(r.UserAgent())})
		p, err := s.principal(ctx, r)
		switch {
		case err == nil:
			ctx = With(ctx, p)
		case errors.Is(err, errAnonymous):
		case errors.Is(err, ErrNoSession):
			http.SetCookie(w, s.ClearedCookie())
		default:
			if errors.Is(err, ErrBadToken) {
				w.Header().Set("WWW-Authenticate", `Bearer error="invalid_token"`)
			}
			refuse(w, r.WithContext(ctx), err)
			return
		}
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}

// unheardProxy is told once: strangers can send that header too.
const unheardProxy = "a request came through a proxy that is not trusted: all who come through it count as one address; if it is yours, name it in server.trustedProxies"

var errAnonymous = errors.New("the request shows neither a cookie nor a key")

// principal finds who makes r. A key counts before a cookie.
func (s *Service) principal(ctx context.Context, r *http.Request) (Principal, error) {
	if scheme, token, ok := strings.Cut(r.Header.Get("Authorization"), " "); ok && strings.EqualFold(scheme, "Bearer") {
		return s.byKey(ctx, strings.TrimSpace(token))
	}
	err := errAnonymous
	for i, cookie := range r.CookiesNamed(CookieName) {
		if i == 2 { // one of our own and one that another path or domain left
			break
		}
		var p Principal
		if p, err = s.bySession(ctx, cookie.Value); err == nil || !errors.Is(err, ErrNoSession) {
			return p, err
		}
	}
	return Principal{}, err
}

// Cookie carries a session's token. Unless the user asked to be kept signed in,
// the browser forgets it when it is closed.
func (s *Service) Cookie(session Session, token seal.Secret) *http.Cookie {
	c := s.ClearedCookie() //nolint:gosec // it has all three attributes
	c.Value, c.MaxAge = token.Reveal(), 0
	if session.Keep {
		c.MaxAge = int(session.ExpiresAt.Sub(session.CreatedAt) / time.Second)
	}
	return c
}

// ClearedCookie makes the browser forget its session.
func (s *Service) ClearedCookie() *http.Cookie {
	return &http.Cookie{ //nolint:gosec // Secure depends on the public origin
		Name: CookieName, Path: "/", MaxAge: -1,
		HttpOnly: true, Secure: s.Rules().Secure, SameSite: http.SameSiteLaxMode,
	}
}

func cleanAgent(agent string) string {
	if len(agent) > maxAgent {
		agent = agent[:maxAgent]
	}
	return strings.Map(func(r rune) rune {
		if unprintable(r) || r == '\uFFFD' {
			return -1
		}
		return r
	}, agent)
}
