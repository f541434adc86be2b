package app_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"

	"parley/internal/app/apptest"
	"parley/internal/chat"
	"parley/internal/kit/db"
	"parley/internal/kit/id"
	"parley/internal/kit/page"
	"parley/internal/llm"
	"parley/internal/llm/llmtest/upstream"
	"parley/internal/turn"
)

const configFile = `
endpoints:
  custom:
    - name: Up
      apiKey: ` + apptest.ProviderKey + `
      baseURL: %s/v1
      titleConvo: false
      models: {default: [plain, "vendor/echo:8b"]}
`

// provide runs a scripted provider and writes the configuration for it.
func provide(t *testing.T) (provider *upstream.Server, config string) {
	t.Helper()
	provider = upstream.New(upstream.Options{
		Default: "tokens-5", Arguments: map[string]string{"calculator": `{"expression":"1+1"}`},
	})
	back := httptest.NewServer(provider)
	t.Cleanup(back.Close)
	t.Cleanup(provider.Close)
	config = filepath.Join(t.TempDir(), "parley.yaml")
	if err := os.WriteFile(config, fmt.Appendf(nil, configFile, back.URL), 0o600); err != nil {
		t.Fatal(err)
	}
	return provider, config
}

// command runs a command that has to succeed and returns what it prints.
func command(t *testing.T, data string, args ...string) string {
	t.Helper()
	out, errs, status := apptest.Parley(t, append([]string{"--data", data}, args...)...)
	if status != 0 {
		t.Fatalf("%v ended with %d: %s", args, status, errs)
	}
	return out
}

func newUser(t *testing.T, data, email string) (key string) {
	t.Helper()
	command(t, data, "user", "create", "--email", email, "--password", apptest.Password.Reveal())
	return strings.TrimSpace(command(t, data, "key", "create", "--user", email))
}

// look opens a database of a server beside it.
func look(t *testing.T, data, name string) *db.DB {
	t.Helper()
	d, err := db.Open(t.Context(), db.Config{Path: filepath.Join(data, name), Relaxed: true, Readers: 1})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	return d
}

func value[T any](t *testing.T, d *db.DB, query string, args ...any) (v T) {
	t.Helper()
	if err := d.QueryRow(t.Context(), query, args...).Scan(&v); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return v
}

// journaled waits until a frame that holds part is on disk.
func journaled(t *testing.T, journal *db.DB, id turn.ID, part string) {
	t.Helper()
	apptest.Eventually(t, fmt.Sprintf("turn %s has %q in the journal", id, part), func() bool {
		return value[int](t, journal, `SELECT COUNT(*) FROM journal WHERE turn_id = $1 AND instr(CAST(frames AS TEXT), $2) > 0`, string(id), part) > 0
	})
}

func sound(t *testing.T, data string) {
	t.Helper()
	for _, name := range []string{"parley.db", "journal.db"} {
		if got := value[string](t, look(t, data, name), `SELECT * FROM pragma_integrity_check`); got != "ok" {
			t.Errorf("%s is corrupted: %s", name, got)
		}
	}
}

const running = 50

// TestKill ends the program as a power cut does while fifty answers are being
// written, and looks at what the next start makes of them.
func TestKill(t *testing.T) {
	t.Parallel()
	provider, config := provide(t)
	data := t.TempDir()
	key := newUser(t, data, "alice@example.com")
	p := apptest.Serve(t, data, "--config", config)
	c := p.As(key)
	done := c.Say(t, "over before")
	c.Finish(t, done)
	journal := look(t, data, "journal.db")
	accepted, asked := make([]turn.Accepted, running), make([]string, running)
	var wait sync.WaitGroup
	for i := range running {
		script, seen := "tokens-20+hold", "t0020"
		switch i % 5 {
		case 0: // streams on while it is killed
			script, seen = "tokens-500-20", "t0001"
		case 1: // in the second call of its model
			script, seen = "call-calculator+tokens-10+hold", "t0010"
		}
		asked[i] = fmt.Sprintf("script:%s message %d", script, i)
		wait.Go(func() {
			accepted[i] = c.Send(t, id.New(), object{"text": asked[i]}, "Idempotency-Key", fmt.Sprint("key-", i))
			journaled(t, journal, accepted[i].Turn, seen)
		})
	}
	wait.Wait()
	p.Kill()

	calls := provider.State().Calls
	address := strings.TrimPrefix(p.URL, "http://")
	early := make(chan []chat.Message, 1)
	go func() { early <- firstSight(t, p.As(key), accepted[0].Chat) }()
	p = apptest.ServeAt(t, address, data, "--config", config)
	c = p.As(key)
	for _, m := range <-early {
		if m.Status.IsLive() {
			t.Errorf("the first healthy answer shows a message that is %s", m.Status)
		}
	}
	for i, a := range accepted {
		user, reply := c.Message(t, a.Chat, a.Messages.User), c.Message(t, a.Chat, a.Messages.Reply)
		if user.Text() != asked[i] {
			t.Errorf("message %d is now %q", i, user.Text())
		}
		checkCut(t, i, reply)
		events := c.Follow(t, a.Turn, 0).All()
		if last := events[len(events)-1]; last.Name != "done" || !strings.Contains(last.Data, `"interrupted"`) {
			t.Errorf("the events of turn %d end with %v", i, last)
		}
		again := c.Want(t, 202, "POST", "/api/chats/"+string(a.Chat)+"/turns", object{"text": asked[i], "model": apptest.Plain},
			"Idempotency-Key", fmt.Sprint("key-", i))
		var same turn.Accepted
		again.Read(t, &same)
		if same != a {
			t.Errorf("the key of turn %d now gives %+v instead of %+v", i, same, a)
		}
	}
	if m := c.Message(t, done.Chat, done.Messages.Reply); m.Status != chat.StatusComplete {
		t.Errorf("a turn that was over is now %s", m.Status)
	}
	if now := provider.State().Calls; now != calls {
		t.Errorf("the restart made %d model calls", now-calls)
	}
	checkLedger(t, look(t, data, "parley.db"), calls)
	sound(t, data)

	provider.Release()
	next := c.Finish(t, c.Send(t, string(accepted[2].Chat), object{"continue": accepted[2].Messages.Reply}))
	if next.Status != chat.StatusComplete || next.Continues != accepted[2].Messages.Reply {
		t.Errorf("an interrupted answer was continued as %+v", next)
	}
}

// checkCut checks the answer of turn i of [TestKill].
func checkCut(t *testing.T, i int, reply chat.Message) {
	t.Helper()
	if reply.Status != chat.StatusInterrupted || reply.FinishedAt == nil || reply.Usage == nil || !reply.Usage.Estimated {
		t.Errorf("turn %d ended as %+v", i, reply)
	}
	words := strings.Fields(reply.Text())
	for n, word := range words {
		if word != fmt.Sprintf("t%04d", n+1) {
			t.Errorf("turn %d has %q as word %d", i, word, n+1)
		}
	}
	switch i % 5 {
	case 0:
		if len(words) == 0 {
			t.Errorf("turn %d lost its text", i)
		}
	case 1:
		if len(words) != 10 || len(reply.Parts) != 3 || reply.Parts[1].Type != llm.PartToolResult {
			t.Errorf("turn %d with a tool ended as %+v", i, reply.Parts)
		}
	default:
		if len(words) != 20 {
			t.Errorf("turn %d has %d words instead of 20", i, len(words))
		}
	}
}

// checkLedger checks that each model call was billed once and is settled.
func checkLedger(t *testing.T, d *db.DB, calls int) {
	t.Helper()
	if n := value[int](t, d, `SELECT COUNT(*) FROM ledger`); n != calls {
		t.Errorf("the ledger has %d entries for %d model calls", n, calls)
	}
	if n := value[int](t, d, `SELECT COUNT(*) FROM ledger WHERE settled_at = 0`); n != 0 {
		t.Errorf("%d entries are not settled", n)
	}
	if n := value[int](t, d, `SELECT COUNT(*) FROM ledger WHERE estimated`); n != running {
		t.Errorf("%d entries are marked as estimated, not the %d of the cut calls", n, running)
	}
	if n := value[int](t, d, `SELECT COUNT(*) FROM ledger WHERE estimated AND (input = 0 OR output = 0)`); n != 0 {
		t.Errorf("%d cut calls are free", n)
	}
}

// firstSight waits for the first good answer of /healthz and reads a chat at
// once.
func firstSight(t *testing.T, c *apptest.Client, chatID chat.ID) []chat.Message {
	apptest.Eventually(t, "the server is healthy", func() bool {
		a, err := c.Try(t, "GET", "/healthz", nil)
		return err == nil && a.Status == http.StatusOK
	})
	var all page.Page[chat.Message]
	if a, err := c.Try(t, "GET", "/api/chats/"+string(chatID)+"/messages", nil); err == nil {
		a.Read(t, &all)
	}
	return all.Items
}

// TestGracefulStop: what runs may end, nothing new begins, and what does not end
// in time keeps its text.
func TestGracefulStop(t *testing.T) {
	t.Parallel()
	provider, config := provide(t)
	data := t.TempDir()
	key := newUser(t, data, "alice@example.com")
	p := apptest.Serve(t, data, "--config", config)
	c := p.As(key)
	quick, slow := c.Say(t, "script:tokens-3+hold+tokens-2 x"), c.Say(t, "script:tokens-7+hang x")
	c.Follow(t, quick.Turn, 0).Until("delta", "t0001")
	c.Follow(t, slow.Turn, 0).Until("delta", "t0001")
	follow := c.Follow(t, quick.Turn, 0)
	p.Signal(syscall.SIGTERM)
	apptest.Eventually(t, "the server says that it stops", func() bool {
		a, err := c.Try(t, "GET", "/readyz", nil)
		return err == nil && a.Status == http.StatusServiceUnavailable
	})
	a := c.Do(t, "POST", "/api/chats/"+id.New()+"/turns", object{"text": "too late", "model": apptest.Plain})
	if a.Status != http.StatusServiceUnavailable || a.Code() != "shutting_down" || a.Header.Get("Retry-After") == "" {
		t.Errorf("a new turn was answered %d %s", a.Status, a.Body)
	}
	provider.Release()
	if events := follow.All(); events[len(events)-1].Name != "done" {
		t.Errorf("the stream of a turn that ended in time ends with %v", events[len(events)-1])
	}
	if err := p.Wait(); err != nil {
		t.Errorf("the program ended with %v\n%s", err, p.Logs())
	}
	d := look(t, data, "parley.db")
	for id, want := range map[chat.MessageID]chat.Status{quick.Messages.Reply: chat.StatusComplete, slow.Messages.Reply: chat.StatusInterrupted} {
		if got := value[chat.Status](t, d, `SELECT status FROM messages WHERE id = $1`, string(id)); got != want {
			t.Errorf("stored as %s instead of %s", got, want)
		}
	}
	if parts := value[string](t, d, `SELECT parts FROM messages WHERE id = $1`, string(slow.Messages.Reply)); !strings.Contains(parts, "t0007") {
		t.Errorf("the interrupted answer is %s", parts)
	}
	if n := value[int](t, d, `SELECT COUNT(*) FROM ledger WHERE settled_at = 0`); n != 0 {
		t.Errorf("%d entries are not settled", n)
	}
}

// A server that cannot write is not ready, says why, and is again once it can.
func TestReadyWhileItCanWrite(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	c := apptest.Serve(t, data).As("")
	c.Want(t, 200, "GET", "/readyz", nil)
	folder := filepath.Join(data, "files", "incoming")
	if err := os.Rename(folder, folder+"-away"); err != nil {
		t.Fatal(err)
	}
	apptest.Eventually(t, "the server says that it cannot write", func() bool {
		a := c.Do(t, "GET", "/readyz", nil)
		return a.Status == http.StatusServiceUnavailable && a.Code() == "disk_unavailable"
	})
	if err := os.Rename(folder+"-away", folder); err != nil {
		t.Fatal(err)
	}
	apptest.Eventually(t, "the server is ready again", func() bool { return c.Do(t, "GET", "/readyz", nil).Status == http.StatusOK })
}

var keyForm = regexp.MustCompile(`^[A-Za-z0-9_-]{20,}\n$`)

// TestCommands uses the command line before the first start and beside a
// running server.
func TestCommands(t *testing.T) {
	t.Parallel()
	_, config := provide(t)
	data := filepath.Join(t.TempDir(), "new", "folder")
	p := apptest.Serve(t, data, "--config", config)
	nobody := p.As("")
	nobody.Want(t, 200, "GET", "/healthz", nil) // without any user it serves
	link, err := url.Parse(p.SetupLink())
	if err != nil {
		t.Fatal(err)
	}
	setup := func() (valid bool) {
		var look struct{ Valid bool }
		nobody.Want(t, 200, "GET", "/api/setup?token="+link.Query().Get("token"), nil).Read(t, &look)
		return look.Valid
	}
	if !setup() {
		t.Error("the printed setup link is not valid")
	}
	command(t, data, "user", "create", "--email", "Admin@Example.com", "--password", apptest.Password.Reveal(), "--admin")
	if setup() {
		t.Error("the setup link is still open with a user")
	}
	body := object{"token": link.Query().Get("token"), "email": "evil@example.com", "password": otherPassword}
	if a := nobody.Do(t, "POST", "/api/setup", body); a.Status != 403 || a.Code() != "setup_closed" {
		t.Errorf("setup after a user was made: %d %s", a.Status, a.Body)
	}
	nobody.Want(t, 200, "POST", "/api/session", object{"email": "admin@example.com", "password": apptest.Password.Reveal()})

	key := command(t, data, "key", "create", "--user", "admin@example.com")
	if !keyForm.MatchString(key) {
		t.Errorf("key create prints %q, not the key alone", key)
	}
	p.As(strings.TrimSpace(key)).Want(t, 200, "GET", "/api/settings", nil)

	command(t, data, "user", "reset-password", "admin@example.com")
	nobody.Want(t, 401, "POST", "/api/session", object{"email": "admin@example.com", "password": apptest.Password.Reveal()})

	for name, args := range map[string][]string{
		"a user twice":       {"user", "create", "--email", "admin@example.com", "--password", apptest.Password.Reveal()},
		"a weak password":    {"user", "create", "--email", "weak@example.com", "--password", "x"},
		"no address":         {"user", "create", "--email", "nobody", "--password", apptest.Password.Reveal()},
		"a key for no one":   {"key", "create", "--user", "none@example.com"},
		"the folder in use":  {"serve", "--listen", "127.0.0.1:0"},
		"an unknown command": {"explode"},
		"no config":          {"--config", "/nowhere/parley.yaml", "serve"},
	} {
		out, errs, status := apptest.Parley(t, append([]string{"--data", data}, args...)...)
		if status == 0 || strings.TrimSpace(errs) == "" {
			t.Errorf("%s: status %d, %q %q", name, status, out, errs)
		}
		if strings.Contains(errs, "goroutine ") {
			t.Errorf("%s: %s", name, errs)
		}
	}
	if out := command(t, data, "version"); strings.TrimSpace(out) == "" {
		t.Error("version says nothing")
	}
	if out := command(t, data, "--config", config, "config", "show"); strings.Contains(out, apptest.ProviderKey) {
		t.Errorf("config show prints a key: %s", out)
	}
	p.Signal(syscall.SIGINT)
	if err := p.Wait(); err != nil {
		t.Errorf("the program ended with %v", err)
	}
	if strings.Contains(p.Logs(), link.Query().Get("token")) || strings.Contains(p.Logs(), strings.TrimSpace(key)) {
		t.Error("the log holds a token or a key")
	}
}

// TestFullDisk runs the server on a disk of its own that fills up.
func TestFullDisk(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	if err := syscall.Mount("tmpfs", data, "tmpfs", 0, "size=24m"); err != nil {
		t.Skipf("a small disk cannot be mounted here (%v): run this test as root", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(data, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	provider, config := provide(t)
	key := newUser(t, data, "alice@example.com")
	p := apptest.Serve(t, data, "--config", config)
	c := p.As(key)
	held := c.Say(t, "script:tokens-5+hold+tokens-1 x")
	c.Follow(t, held.Turn, 0).Until("delta", "t0001")

	filler, err := os.Create(filepath.Join(data, "filler"))
	if err != nil {
		t.Fatal(err)
	}
	block := make([]byte, 4096)
	for {
		if _, err := filler.Write(block); err != nil {
			break
		}
	}
	_ = filler.Close() // it is full
	text := strings.Repeat("long ", 20_000)
	var refused apptest.Answer
	var kept []turn.Accepted
	for range 500 { // what is allocated already takes a few
		refused = c.Do(t, "POST", "/api/chats/"+id.New()+"/turns", object{"text": text, "model": apptest.Plain})
		if refused.Status != http.StatusAccepted {
			break
		}
		var a turn.Accepted
		refused.Read(t, &a)
		kept = append(kept, a)
	}
	if refused.Status != http.StatusServiceUnavailable || refused.Code() != "disk_full" {
		t.Errorf("on a full disk a turn was answered %d %.300s", refused.Status, refused.Body)
	}
	c.Want(t, 200, "GET", "/api/chats", nil) // reading goes on
	if err := os.Remove(filler.Name()); err != nil {
		t.Fatal(err)
	}
	provider.Release()
	if m := c.Finish(t, held); m.Status != chat.StatusComplete || m.Text() != " t0001 t0002 t0003 t0004 t0005 t0006" {
		t.Errorf("the answer of that time is %s %q", m.Status, m.Text())
	}
	for _, a := range kept {
		c.Finish(t, a)
		if got := c.Message(t, a.Chat, a.Messages.User).Text(); got != text {
			t.Errorf("an accepted message has %d bytes instead of %d", len(got), len(text))
		}
	}
	after := c.Say(t, "with room again")
	if m := c.Finish(t, after); m.Status != chat.StatusComplete {
		t.Errorf("with room again: %+v", m)
	}
	p.Kill()
	sound(t, data)
}

// TestLockedDatabase has another process hold the database for longer than the
// server waits.
func TestLockedDatabase(t *testing.T) {
	t.Parallel()
	w := apptest.Start(t, apptest.Options{})
	c := w.Alice.Program()
	own := c.Say(t, "before")
	c.Finish(t, own)
	held := c.Say(t, "script:tokens-5+hold x")
	c.Follow(t, held.Turn, 0).Until("delta", "t0001")

	d := look(t, w.Data, "parley.db")
	conn, err := d.SQL().Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	lock := func(statement string) {
		t.Helper()
		if _, err := conn.ExecContext(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
	lock(`BEGIN EXCLUSIVE`)
	w.Provider.Release() // this answer is over while nothing can be stored
	a := c.Do(t, "POST", "/api/chats/"+id.New()+"/turns", object{"text": "x", "model": apptest.Plain})
	if a.Status != http.StatusServiceUnavailable || a.Code() != "database_busy" {
		t.Errorf("with a locked database a turn was answered %d %s", a.Status, a.Body)
	}
	if n := len(c.Messages(t, own.Chat)); n != 2 {
		t.Errorf("reading stopped: %d messages", n)
	}
	lock(`COMMIT`)
	if m := c.Finish(t, held); m.Status != chat.StatusComplete || len(m.Parts) != 1 {
		t.Errorf("the answer of that time is %+v", m)
	}
	if m := c.Finish(t, c.Say(t, "after")); m.Status != chat.StatusComplete {
		t.Errorf("after the lock: %+v", m)
	}
	if err := conn.Close(); err != nil {
		t.Error(err)
	}
}
