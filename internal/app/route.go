package app

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"parley/internal/access"
	"parley/internal/chat"
	"parley/internal/feature/openaiapi"
	"parley/internal/identity"
	"parley/internal/kit/fault"
	"parley/internal/kit/realtime"
	"parley/internal/kit/rest"
	"parley/internal/kit/spa"
	"parley/web"
)

// route registers every route that there is.
func (a *App) route() error {
	a.router = rest.New("Parley", a.options.Version, a.log)
	a.measure()
	a.guards.LookUp(a.DB)
	a.guards.Register("chat", func(ctx context.Context, id string) (identity.UserID, error) {
		return chat.Owner(ctx, a.DB, chat.ID(id))
	})
	a.guards.Register("turn", a.turns.Owner)
	a.guards.Register("file", a.files.Owner)
	a.chats.Routes(a.router, a.guards)
	a.turns.Routes(a.router, a.guards)
	a.tools.Routes(a.router)
	for _, f := range a.features {
		if f.Routes != nil {
			f.Routes(a.router)
		}
	}
	a.realtimeRoutes()
	a.operatorRoutes()
	ui, err := spa.New(spa.Config{
		Files: web.Files(), Boot: a.boot, Log: a.log,
		Missing: http.HandlerFunc(a.missing),
	})
	if err != nil {
		return err
	}
	rest.Raw(a.router, "/", access.Public, func(w http.ResponseWriter, r *http.Request) error {
		ui.ServeHTTP(w, r)
		return nil
	})
	return nil
}

// signedInByProtocol leaves the refusal of strangers to the hub, which ends their
// connection in the protocol's own words before it serves anything: browsers
// cannot tell a plain 401 from a bad network, and would try for ever.
var signedInByProtocol = rest.Guard{
	Name:  "signed in, refused by the protocol",
	Check: func(context.Context, func(string) string) error { return nil },
}

func (a *App) realtimeRoutes() {
	serve := func(route string, guard rest.Guard, h http.Handler) {
		rest.Raw(a.router, route, guard, func(w http.ResponseWriter, r *http.Request) error {
			h.ServeHTTP(w, r)
			return nil
		}, rest.Summary("Realtime events, by the protocol of centrifuge"))
	}
	serve("GET /api/realtime/ws", signedInByProtocol, a.hub.WebSocket())
	serve("GET /api/realtime/sse", signedInByProtocol, a.hub.SSE())
	serve("POST /api/realtime/http_stream", signedInByProtocol, a.hub.HTTPStream())
	serve("POST /api/realtime/emulation", access.SignedIn, a.hub.Emulation())
}

func (a *App) operatorRoutes() {
	rest.Raw(a.router, "GET /healthz", access.Public, func(w http.ResponseWriter, _ *http.Request) error {
		return plain(w, "ok")
	}, rest.Summary("200 once the server takes turns"))
	rest.Raw(a.router, "GET /readyz", access.Public, func(w http.ResponseWriter, r *http.Request) error {
		if a.turns.IsDraining() {
			return fault.New(fault.Unavailable, "shutting_down", "The server is stopping.")
		}
		var one int
		if err := a.DB.QueryRow(r.Context(), `SELECT 1`).Scan(&one); err != nil {
			return fault.New(fault.Unavailable, "database_unavailable", "The database does not answer.").Because(err)
		}
		if err := a.disk.check(); err != nil {
			return err
		}
		return plain(w, "ready")
	}, rest.Summary("200 while the server and what it depends on can take work"))
	rest.Raw(a.router, "GET /api/openapi.json", access.Public, func(w http.ResponseWriter, _ *http.Request) error {
		description, err := a.router.OpenAPI()
		if err != nil {
			return err
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(description) // the client is gone if this fails
		return nil
	}, rest.Summary("This API as OpenAPI 3.1"))
	rest.Raw(a.router, "GET /api/docs", access.Public, a.router.ServeDocs, rest.Summary("This API as a page for people"))
	rest.Raw(a.router, "GET "+metricsPath, a.mayMeasure(), func(w http.ResponseWriter, r *http.Request) error {
		a.metrics.ServeHTTP(w, r)
		return nil
	}, rest.Summary("Measurements in the text format of Prometheus"))
}

func plain(w http.ResponseWriter, text string) error {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = w.Write([]byte(text + "\n")) // the client is gone if this fails
	return nil
}

// missing answers for an address that is none, or does not take the method.
func (a *App) missing(w http.ResponseWriter, r *http.Request) {
	a.refuse(w, r, a.router.Missing(w, r))
}

// isOpenAI reports whether errors are read in OpenAI's form.
func isOpenAI(r *http.Request) bool { return strings.HasPrefix(r.URL.Path+"/", openaiapi.Prefix) }

// refuse answers whoever is not let in, in the form that they read.
func (a *App) refuse(w http.ResponseWriter, r *http.Request, err error) {
	if isOpenAI(r) {
		a.openai.Refuse(w, r, err)
		return
	}
	a.router.WriteError(w, r, err)
}

// Handler is the whole server as an http.Handler.
func (a *App) Handler() http.Handler {
	a.router.OnRefusal(a.refuse)
	a.origins.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { a.refuse(w, r, errOtherSite) }))
	users := a.origins.Handler(a.Identity.Middleware(a.refuse, a.router))
	return a.router.Edge(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if a.config.Server.NoIndex {
			w.Header().Set("X-Robots-Tag", "noindex, nofollow")
		}
		if r.URL.Path == metricsPath { // its token is no API key
			a.router.ServeHTTP(w, r)
			return
		}
		users.ServeHTTP(w, r)
	}))
}

// Routes lists every route with its guard.
func (a *App) Routes() []rest.Route { return a.router.Routes() }

// OpenAPI describes the API.
func (a *App) OpenAPI() ([]byte, error) { return a.router.OpenAPI() }

func (a *App) boot(r *http.Request) (spa.Boot, error) {
	b, err := a.signin.Boot(r.Context())
	if err != nil {
		return spa.Boot{}, err
	}
	data, err := json.Marshal(b)
	if err != nil || b.User == nil {
		return spa.Boot{Data: data}, err
	}
	return spa.Boot{Data: data, Kind: pageKind(r.URL.Path)}, nil
}

// pageKind names a page as web/scripts/preload.ts does.
func pageKind(path string) string {
	switch {
	case path == "/" || path == "/c/new":
		return "chat"
	case strings.HasPrefix(path, "/c/"):
		return "thread"
	default:
		return "page"
	}
}

var errOtherSite = fault.New(fault.Forbidden, "cross_origin",
	"This request comes from a page of another site. If that is your own address, set server.publicUrl.")

// origins refuses requests that another site's page makes with our cookie.
func origins(c Config) (*http.CrossOriginProtection, error) {
	p := http.NewCrossOriginProtection()
	if c.Server.PublicURL == "" {
		return p, nil
	}
	u, err := url.Parse(c.Server.PublicURL)
	if err != nil {
		return nil, fmt.Errorf("server.publicUrl: %w", err)
	}
	return p, p.AddTrustedOrigin(u.Scheme + "://" + u.Host)
}

// isOurPage reports whether a browser's connection comes from our own page.
func (a *App) isOurPage(r *http.Request) bool {
	origin := r.Header.Get("Origin")
	if origin == "" {
		return true // not a browser
	}
	u, err := url.Parse(origin)
	if err != nil {
		return false
	}
	return u.Host == r.Host || a.config.Server.PublicURL != "" && strings.TrimSuffix(a.config.Server.PublicURL, "/") == origin
}

func (a *App) whoConnects(r *http.Request) (realtime.Identity, bool) {
	p, ok := identity.From(r.Context())
	return realtime.Identity{User: string(p.User), Session: sessionOf(p)}, ok
}

// sessionOf names what a connection ends with: a session, or an API key.
func sessionOf(p identity.Principal) string {
	if p.Session != "" {
		return string(p.Session)
	}
	return "key:" + string(p.Key)
}

var errNoChannel = fault.New(fault.NotFound, "not_found", "There is no such channel.")

// mayListen is asked for every channel but a user's own.
func (a *App) mayListen(ctx context.Context, user, channel string) error {
	chatID, ok := strings.CutPrefix(channel, "chat:")
	if !ok {
		return errNoChannel
	}
	owner, err := chat.Owner(ctx, a.DB, chat.ID(chatID))
	if err != nil {
		return err
	}
	if string(owner) != user {
		return chat.ErrNotFound
	}
	return nil
}

func (a *App) stillSignedIn(ctx context.Context, user, session string) bool {
	p := identity.Principal{User: identity.UserID(user), Session: identity.SessionID(session)}
	if key, ok := strings.CutPrefix(session, "key:"); ok {
		p.Session, p.Key = "", identity.KeyID(key)
	}
	return a.Identity.Check(ctx, p) == nil
}

// stillValid is asked while an event stream is open.
func (a *App) stillValid(ctx context.Context) bool {
	p, ok := identity.From(ctx)
	return ok && a.Identity.Check(ctx, p) == nil
}
