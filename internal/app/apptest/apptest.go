// Package apptest runs the whole server for tests as the program does: the real
// wiring, database, listener and background work, in this process ([Start]) or
// as the built binary ([Serve]), with a scripted provider behind it.
//
// It is imported by tests alone and fakes nothing but the provider.
package apptest

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"parley/internal/app"
	"parley/internal/feature/provider"
	"parley/internal/identity"
	"parley/internal/kit/db"
	"parley/internal/kit/seal"
	"parley/internal/kit/testkit"
	"parley/internal/llm/llmtest/upstream"
)

// The models that every world has. Plain says five tokens, Echo repeats the
// last message; a message "script:tokens-20-30" makes Plain play that script.
const (
	Plain = "Up/plain"
	Echo  = "Up/vendor/echo:8b"
	// Claude is Plain over the other protocol.
	Claude = "Ant/plain"
)

// ProviderKey is the key that the server sends to the provider.
const ProviderKey = "sk-canary-of-the-provider-0123456789"

// Password is the password of every person.
const Password = seal.Secret("correct horse battery staple")

// Options say how a world differs from the usual one.
type Options struct {
	// Database is SQLite unless it is given.
	Database db.Dialect
	// Upstream is what the provider does beside the scripts of the two models.
	Upstream upstream.Options
	// Titles has the model write titles.
	Titles bool
	// Config changes the configuration before the first start.
	Config func(*app.Config)
	// Launch changes what the command line would say.
	Launch func(*app.Options)
}

// World is a running server, the provider behind it and the people who use it.
type World struct {
	App      *app.App
	Provider *upstream.Server
	// URL is where the server is, without a slash at the end.
	URL string
	// Data is the folder that everything is kept in.
	Data string
	// Logs is all that was logged, at every level.
	Logs *testkit.Logs
	// Alice is an ordinary user, Admin an administrator.
	Alice, Admin *Person

	t      testing.TB
	log    *slog.Logger
	config app.Config
	launch func(*app.Options)
	http   *http.Client
	stop   func() error
}

// Start runs a server with two users until the test ends.
func Start(t testing.TB, o Options) *World {
	t.Helper()
	w := &World{t: t, Data: t.TempDir(), http: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64}}}
	w.log, w.Logs = testkit.Log()
	t.Cleanup(w.http.CloseIdleConnections)
	if o.Upstream.Default == "" {
		o.Upstream.Default = "tokens-5"
	}
	if o.Upstream.Select == nil {
		o.Upstream.Select = func(call upstream.Call) string {
			if strings.HasSuffix(Echo, call.Model) {
				return "echo"
			}
			return ""
		}
	}
	w.Provider = upstream.New(o.Upstream)
	back := httptest.NewServer(w.Provider)
	t.Cleanup(back.Close)
	w.config = Config(back.URL, o.Titles)
	if o.Database == db.Postgres {
		w.config.Database.URL = seal.Secret(testkit.PostgresURL(t))
	}
	if o.Config != nil {
		o.Config(&w.config)
	}
	w.launch = o.Launch
	w.Start()
	t.Cleanup(func() {
		w.Provider.Close() // or the server would wait for answers that hang
		if err := w.Stop(); err != nil {
			t.Errorf("the server ended with: %v", err)
		}
	})
	w.Admin = w.Join("admin@example.com", true)
	w.Alice = w.Join("alice@example.com", false)
	return w
}

// Each runs a test in a world on SQLite and in one on PostgreSQL.
func Each(t *testing.T, o Options, test func(t *testing.T, w *World)) {
	t.Helper()
	for _, dialect := range []db.Dialect{db.SQLite, db.Postgres} {
		t.Run(string(dialect), func(t *testing.T) {
			t.Parallel()
			o := o
			o.Database = dialect
			test(t, Start(t, o))
		})
	}
}

// Config is a configuration whose providers are the scripted one at base.
func Config(base string, titles bool) app.Config {
	c := app.Defaults()
	c.Server.Listen = "127.0.0.1:0"
	models := provider.EntryModels{Default: provider.Models("plain", "vendor/echo:8b")}
	shared := provider.Shared{TitleConvo: &titles}
	c.Endpoints.Custom = []provider.Entry{
		{Name: "Up", APIKey: ProviderKey, BaseURL: base + "/v1", Models: models, Shared: shared},
		{Name: "Ant", APIKey: ProviderKey, BaseURL: base, Models: models, Shared: shared, Provider: "anthropic"},
	}
	return c
}

// Start opens the server, again after [World.Stop] and on the same data.
func (w *World) Start() {
	w.t.Helper()
	options := app.Options{Data: w.Data, Version: "test"}
	if w.launch != nil {
		w.launch(&options)
	}
	a, err := app.Open(w.t.Context(), w.config, options, w.log)
	if err != nil {
		w.t.Fatalf("open the server: %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ready, done := make(chan string, 1), make(chan error, 1)
	go func() {
		err := a.Run(ctx, func(line string) {
			if address, ok := strings.CutPrefix(line, readyAt); ok {
				ready <- address
			}
		})
		done <- errors.Join(err, a.Close())
	}()
	w.stop = sync.OnceValue(func() error { cancel(); return <-done })
	select {
	case w.URL = <-ready:
	case err := <-done:
		w.t.Fatalf("the server does not run: %v", err)
	}
	w.App = a
}

// Stop ends the server gracefully and returns how that went.
func (w *World) Stop() error { return w.stop() }

// Person is a user with a session and an API key.
type Person struct {
	identity.User
	// Key and Token are what an API key and a session cookie hold.
	Key, Token string
	world      *World
}

// Join makes a user.
func (w *World) Join(email string, admin bool) *Person {
	w.t.Helper()
	ctx, who := w.t.Context(), w.App.Identity
	u, err := who.CreateUser(ctx, identity.NewUser{Email: email, Password: Password, Admin: admin})
	if err != nil {
		w.t.Fatalf("create %s: %v", email, err)
	}
	p := &Person{User: u, world: w}
	_, key, err := who.CreateKey(ctx, u.ID, "test")
	if err != nil {
		w.t.Fatalf("make a key for %s: %v", email, err)
	}
	_, token, err := who.StartSession(ctx, u, true)
	if err != nil {
		w.t.Fatalf("sign %s in: %v", email, err)
	}
	p.Key, p.Token = key.Reveal(), token.Reveal()
	return p
}

// Program calls the server with the person's API key.
func (p *Person) Program() *Client { return p.world.client("Authorization", "Bearer "+p.Key) }

// Browser calls the server with the person's session cookie.
func (p *Person) Browser() *Client {
	return p.world.client("Cookie", p.world.App.Identity.Cookie(identity.Session{}, seal.Secret(p.Token)).Name+"="+p.Token)
}

// Nobody calls the server without signing in.
func (w *World) Nobody() *Client { return w.client() }

func (w *World) client(headers ...string) *Client {
	c := &Client{Base: func() string { return w.URL }, HTTP: w.http, Header: http.Header{}}
	for i := 0; i+1 < len(headers); i += 2 {
		c.Header.Set(headers[i], headers[i+1])
	}
	return c
}
