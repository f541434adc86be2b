package turn_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"parley/internal/access"
	"parley/internal/chat"
	"parley/internal/file"
	"parley/internal/identity"
	"parley/internal/kit/blob"
	"parley/internal/kit/db"
	"parley/internal/kit/fault"
	"parley/internal/kit/id"
	"parley/internal/kit/page"
	"parley/internal/kit/rest"
	"parley/internal/kit/testkit"
	"parley/internal/llm"
	"parley/internal/llm/llmtest/upstream"
	"parley/internal/llm/openaichat"
	"parley/internal/meter"
	"parley/internal/tool"
	"parley/internal/turn"
)

// world is a server of chats and turns over real HTTP, with a scripted
// provider behind it.
type world struct {
	t        *testing.T
	db       *db.DB
	journal  *db.DB
	provider *upstream.Server
	models   resolver
	tools    toolbox
	files    shelf
	users    *identity.Service
	steps    int
	longest  int

	turns  *turn.Service
	ledger *meter.Service
	front  *httptest.Server
	stop   func()
	alice  user
	bob    user
}

// user is someone who calls the API with a key.
type user struct {
	id  identity.UserID
	key string
}

// resolver knows one provider, "up", whose models have the names of scripts.
type resolver struct {
	base   string
	client *http.Client
	own    llm.Model // "up/own"
	reads  llm.Info  // what "up/own" can read
}

func (r *resolver) Resolve(_ context.Context, _ identity.UserID, model string) (llm.Target, error) {
	provider, name, ok := strings.Cut(model, "/")
	if !ok || provider != "up" {
		return llm.Target{}, fault.New(fault.NotFound, "model_not_found", "There is no such model.")
	}
	if name == "own" {
		return llm.Target{Model: r.own, Provider: provider, Info: llm.Info{
			ID: model, Name: name, Tools: true, Vision: r.reads.Vision, Files: r.reads.Files, Audio: r.reads.Audio,
		}}, nil
	}
	p := openaichat.New(openaichat.Config{Name: provider, BaseURL: r.base + "/v1", Client: r.client})
	return llm.Target{
		Model: p.Model(name), Provider: provider,
		Info: llm.Info{ID: model, Name: name, Tools: true, Prices: &llm.Prices{Input: 1, Output: 2}},
	}, nil
}

// toolbox offers the tools that a test puts in before its first turn.
type toolbox struct{ tool.List }

// shelf is where files are, as turns need it.
type shelf struct{ *file.Service }

func (s shelf) Attach(ctx context.Context, tx *db.Tx, scope access.Scope, _ llm.Info, ids []string) (all []llm.Media, err error) {
	for _, id := range ids {
		files, err := s.Service.Attach(ctx, tx, scope, file.ID(id))
		if err != nil {
			return nil, err
		}
		all = append(all, llm.Media{File: id, MIME: files[0].MIME, Name: files[0].Name})
	}
	return all, nil
}

func (s shelf) Media(ctx context.Context, scope access.Scope, id string) (llm.Media, error) {
	f, data, err := s.Read(ctx, scope, file.ID(id))
	return llm.Media{File: id, MIME: f.MIME, Name: f.Name, Data: data}, err
}

func (s shelf) Keep(ctx context.Context, scope access.Scope, made llm.Media) (llm.Media, error) {
	f, err := s.Service.Keep(ctx, scope, made.Name, bytes.NewReader(made.Data))
	return llm.Media{File: string(f.ID), MIME: f.MIME, Name: f.Name, Size: f.Size, Width: f.Width, Height: f.Height}, err
}

// events records what is published to realtime clients.
type events struct {
	mu   sync.Mutex
	seen []string
}

func (e *events) Publish(_ string, data []byte) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.seen = append(e.seen, string(data))
}

func (e *events) HasSubscribers(string) bool { return true }

func newWorld(t *testing.T, d *db.DB, options upstream.Options) *world {
	t.Helper()
	w := &world{t: t, db: d, journal: d}
	w.provider = upstream.New(options)
	back := httptest.NewServer(w.provider)
	t.Cleanup(back.Close)
	t.Cleanup(w.provider.Close)
	w.models = resolver{base: back.URL, client: back.Client()}
	must(t, d.Migrate(t.Context(), identity.Migrations, auditMigrations, access.Migrations, file.Migrations, chat.Migrations, meter.Migrations, tool.Migrations,
		turn.Migrations(), turn.JournalMigrations()))
	blobs, err := blob.OpenFolder(t.TempDir())
	must(t, err)
	t.Cleanup(func() { _ = blobs.Close() })
	w.files = shelf{file.New(file.Config{DB: d, Blobs: blobs, MaxBytes: 1 << 20})}
	w.users = identity.New(identity.Config{DB: d, Log: slog.New(slog.DiscardHandler)})
	w.alice, w.bob = w.user("alice@example.com"), w.user("bob@example.com")
	w.start()
	t.Cleanup(func() { w.stop() })
	return w
}

func (w *world) user(email string) user {
	w.t.Helper()
	u, err := w.users.CreateUser(w.t.Context(), identity.NewUser{Email: email, Password: "correct horse battery"})
	must(w.t, err)
	_, key, err := w.users.CreateKey(w.t.Context(), u.ID, "test")
	must(w.t, err)
	return user{id: u.ID, key: key.Reveal()}
}

// start runs the service, as a process does when it starts.
func (w *world) start() {
	w.t.Helper()
	log := slog.New(slog.DiscardHandler)
	guards := access.New()
	guards.Register("chat", func(ctx context.Context, id string) (identity.UserID, error) {
		return chat.Owner(ctx, w.db, chat.ID(id))
	})
	chats := chat.New(w.db, &events{}, log)
	node := id.New()
	w.ledger = meter.New(w.db, node)
	w.turns = turn.New(turn.Deps{
		DB: w.db, Journal: w.journal, Ledger: w.ledger, Chats: chats, Models: &w.models, Tools: &w.tools, Files: w.files, Events: &events{}, Log: log, Bound: w.users.Bound,
		Options: turn.Options{Node: node, MaxText: 4096, MaxSteps: w.steps, MaxAnswer: w.longest},
	})
	guards.Register("turn", w.turns.Owner)
	router := rest.New("test", "0", log)
	chats.Routes(router, guards)
	w.turns.Routes(router, guards)
	w.front = httptest.NewServer(router.Edge(w.users.Middleware(router.WriteError, router)))
	ctx, cancel := context.WithCancel(context.Background())
	ready, done := make(chan struct{}), make(chan error, 1)
	go func() { done <- w.turns.Run(ctx, func() { close(ready) }) }()
	select {
	case <-ready:
	case err := <-done:
		w.t.Fatalf("turns do not run: %v", err)
	}
	w.stop = sync.OnceFunc(func() {
		w.front.CloseClientConnections()
		cancel()
		if err := <-done; err != nil {
			w.t.Errorf("turns ended with %v", err)
		}
		w.front.Close()
	})
}

// crash abandons the service as kill -9 does: its goroutines may go on, but
// their node is not this one any more.
func (w *world) crash() {
	w.t.Helper()
	if w.db.Dialect() == db.Postgres { // where a lease of 15 s would have to run out
		_, err := w.db.Exec(w.t.Context(), `UPDATE nodes SET expires_at = 0`)
		must(w.t, err)
	}
	w.stop = func() {}
	w.front.CloseClientConnections()
	w.start()
}

type answer struct {
	status int
	header http.Header
	body   []byte
}

func (a answer) decode(t *testing.T, into any) {
	t.Helper()
	if err := json.Unmarshal(a.body, into); err != nil {
		t.Fatalf("%s: %v", a.body, err)
	}
}

func (a answer) code(t *testing.T) string {
	t.Helper()
	var p struct{ Code string }
	a.decode(t, &p)
	return p.Code
}

func (w *world) do(u user, method, path string, body any, headers ...string) answer {
	w.t.Helper()
	var reader io.Reader
	if body != nil {
		b, err := json.Marshal(body)
		must(w.t, err)
		reader = bytes.NewReader(b)
	}
	req, err := http.NewRequestWithContext(w.t.Context(), method, w.front.URL+path, reader)
	must(w.t, err)
	req.Header.Set("Authorization", "Bearer "+u.key)
	req.Header.Set("Content-Type", "application/json")
	for i := 0; i < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	res, err := w.front.Client().Do(req)
	must(w.t, err)
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	must(w.t, err)
	return answer{status: res.StatusCode, header: res.Header, body: b}
}

// send starts a turn of alice's that has to be accepted.
func (w *world) send(chatID string, body map[string]any) turn.Accepted {
	w.t.Helper()
	a := w.do(w.alice, "POST", "/api/chats/"+chatID+"/turns", body)
	if a.status != http.StatusAccepted {
		w.t.Fatalf("turn was answered %d: %s", a.status, a.body)
	}
	var accepted turn.Accepted
	a.decode(w.t, &accepted)
	return accepted
}

func (w *world) messages(chatID string) []chat.Message {
	w.t.Helper()
	var all page.Page[chat.Message]
	a := w.do(w.alice, "GET", "/api/chats/"+chatID+"/messages", nil)
	if a.status != http.StatusOK {
		w.t.Fatalf("messages were answered %d: %s", a.status, a.body)
	}
	a.decode(w.t, &all)
	return all.Items
}

func (w *world) message(chatID string, id chat.MessageID) chat.Message {
	w.t.Helper()
	for _, m := range w.messages(chatID) {
		if m.ID == id {
			return m
		}
	}
	w.t.Fatalf("message %s is not there", id)
	return chat.Message{}
}

// stream is an open event stream.
type stream struct {
	t    *testing.T
	body io.ReadCloser
	scan *bufio.Scanner
}

type event struct {
	id   string
	name string
	data string
}

func (w *world) open(turnID turn.ID, after string) *stream {
	w.t.Helper()
	req, err := http.NewRequestWithContext(w.t.Context(), "GET", w.front.URL+"/api/turns/"+string(turnID)+"/events?after="+after, nil)
	must(w.t, err)
	req.Header.Set("Authorization", "Bearer "+w.alice.key)
	res, err := w.front.Client().Do(req)
	must(w.t, err)
	if res.StatusCode != http.StatusOK {
		b, _ := io.ReadAll(res.Body)
		w.t.Fatalf("events were answered %d: %s", res.StatusCode, b)
	}
	scan := bufio.NewScanner(res.Body)
	scan.Buffer(nil, 8<<20)
	s := &stream{t: w.t, body: res.Body, scan: scan}
	w.t.Cleanup(func() { _ = s.body.Close() })
	return s
}

// next returns the next event; false at the end of the stream.
func (s *stream) next() (event, bool) {
	var e event
	for s.scan.Scan() {
		text := s.scan.Text()
		switch {
		case text == "" && e.name != "":
			return e, true
		case strings.HasPrefix(text, "id: "):
			e.id = text[4:]
		case strings.HasPrefix(text, "event: "):
			e.name = text[7:]
		case strings.HasPrefix(text, "data: "):
			e.data = text[6:]
		}
	}
	return e, false
}

// all reads to the end.
func (s *stream) all() []event {
	s.t.Helper()
	var events []event
	for {
		e, ok := s.next()
		if !ok {
			return events
		}
		events = append(events, e)
	}
}

// until reads to the first event that has what is looked for in its data.
func (s *stream) until(name, part string) event {
	s.t.Helper()
	for {
		e, ok := s.next()
		if !ok {
			s.t.Fatalf("the stream ended without %s of %q", name, part)
		}
		if e.name == name && strings.Contains(e.data, part) {
			return e
		}
	}
}

// finish waits for the end of a turn and returns its answer.
func (w *world) finish(a turn.Accepted) chat.Message {
	w.t.Helper()
	events := w.open(a.Turn, "0").all()
	if len(events) == 0 || events[len(events)-1].name != "done" {
		w.t.Fatalf("the stream ended without done: %v", events)
	}
	return w.message(string(a.Chat), a.Messages.Reply)
}

func textOf(events []event) string {
	var text strings.Builder
	for _, e := range events {
		var d chat.Delta
		if e.name == "delta" && json.Unmarshal([]byte(e.data), &d) == nil && d.Type == llm.PartText {
			text.WriteString(d.Text)
		}
	}
	return text.String()
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// each runs a test on both databases.
func each(t *testing.T, options upstream.Options, test func(*testing.T, *world)) {
	t.Helper()
	testkit.Databases(t, func(t *testing.T, d *db.DB) {
		test(t, newWorld(t, d, options))
	})
}

// wait polls until done holds; the test's own deadline ends it otherwise.
func wait(t *testing.T, what string, done func() bool) {
	t.Helper()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for !done() {
		select {
		case <-tick.C:
		case <-t.Context().Done():
			t.Fatalf("never: %s", what)
		}
	}
}
