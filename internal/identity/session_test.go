package identity_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"parley/internal/identity"
	"parley/internal/kit/db"
	"parley/internal/kit/id"
	"parley/internal/kit/seal"

	"github.com/google/go-cmp/cmp"
)

func TestSessionInACookie(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, d *db.DB) {
		s := identity.New(identity.Config{DB: d, Rules: identity.Rules{Secure: true}})
		ann := create(t, s, "ann@example.org")
		session, token, err := s.StartSession(t.Context(), ann, false)
		if err != nil {
			t.Fatal(err)
		}
		c := s.Cookie(session, token)
		if c.Name != "parley_session" || !c.HttpOnly || !c.Secure || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Domain != "" {
			t.Errorf("the cookie is %+v", c)
		}
		if c.MaxAge != 0 || !c.Expires.IsZero() {
			t.Error("a short session outlives the browser")
		}
		if len(token) < 43 {
			t.Errorf("a token of %d characters is no 256 bits", len(token))
		}
		kept, keptToken, err := s.StartSession(t.Context(), ann, true)
		if err != nil {
			t.Fatal(err)
		}
		if age := s.Cookie(kept, keptToken).MaxAge; age != 30*24*3600 {
			t.Errorf("a kept session's cookie lasts %d s", age)
		}
		if token == keptToken {
			t.Error("two sessions have one token")
		}

		p, _, answer := who(t, s, http.Header{"Cookie": {c.String()}})
		if want := (identity.Principal{User: ann.ID, Role: identity.RoleUser, Session: session.ID}); p != want {
			t.Errorf("got %+v, want %+v", p, want)
		}
		if len(answer.Cookies()) != 0 {
			t.Error("a good cookie was replaced")
		}
		for name, value := range map[string]string{
			"unknown": strings.Repeat("a", 52), "empty": "", "the id": string(session.ID), "in capitals": strings.ToUpper(token.Reveal()),
			"an API key": "pk_" + strings.Repeat("a", 52),
		} {
			p, refused, answer := who(t, s, http.Header{"Cookie": {"parley_session=" + value}})
			if p.User != "" || refused != "" {
				t.Errorf("%s: taken for %+v, refused %q; want anonymous", name, p, refused)
			}
			if cleared := answer.Cookies(); len(cleared) != 1 || cleared[0].MaxAge >= 0 || cleared[0].Name != "parley_session" {
				t.Errorf("%s: the cookie was not cleared: %v", name, cleared)
			}
		}
		// One that another path or domain left does not hide the good one.
		if p, _, _ := who(t, s, http.Header{"Cookie": {"parley_session=stale; " + c.Name + "=" + c.Value}}); p.User != ann.ID {
			t.Error("a stale cookie hides the good one")
		}
		if p, _, _ := who(t, s, http.Header{"Authorization": {"Bearer " + token.Reveal()}}); p.User != "" {
			t.Error("a session's token passes as an API key")
		}
		if p, refused, _ := who(t, s, http.Header{"Authorization": {"Basic YTpi"}, "Cookie": {c.Name + "=" + c.Value}}); p.User != ann.ID || refused != "" {
			t.Error("the password of a proxy hides the cookie")
		}

		var stored string
		if err := d.QueryRow(t.Context(), `SELECT token_hash FROM sessions WHERE id = $1`, string(session.ID)).Scan(&stored); err != nil {
			t.Fatal(err)
		}
		if strings.Contains(stored, token.Reveal()) || len(stored) != 64 {
			t.Errorf("the token is stored as %q", stored)
		}
	})
}

func TestSessionLifetimes(t *testing.T) {
	t.Parallel()
	const idle, absolute = 2 * time.Hour, 48 * time.Hour
	onBoth(t, func(t *testing.T, d *db.DB) {
		lifetimes := identity.Lifetimes{Idle: idle, Absolute: absolute}
		clock := newClock()
		s := identity.New(identity.Config{DB: d, Now: clock.Now, Lifetimes: func() identity.Lifetimes { return lifetimes }})
		ann := create(t, s, "ann@example.org")

		_, unused := browser(t, s, ann, false)
		_, used := browser(t, s, ann, false)
		_, kept := browser(t, s, ann, true)
		clock.Pass(idle - time.Minute)
		if !isIn(t, s, used) {
			t.Fatal("over before the idle time")
		}
		clock.Pass(2 * time.Minute)
		if isIn(t, s, unused) || !isIn(t, s, used) || !isIn(t, s, kept) {
			t.Errorf("after the idle time: unused %v, used %v, kept %v", isIn(t, s, unused), isIn(t, s, used), isIn(t, s, kept))
		}
		for passed := idle; passed+time.Hour < absolute; passed += time.Hour {
			clock.Pass(time.Hour)
			if !isIn(t, s, used) {
				t.Fatalf("a session in use ended after %v", passed)
			}
		}
		if !isIn(t, s, kept) {
			t.Error("a kept session ended before its time")
		}
		clock.Pass(time.Hour)
		if isIn(t, s, used) || isIn(t, s, kept) {
			t.Error("a session outlived the absolute time")
		}
		if list, err := s.Sessions(t.Context(), identity.Principal{User: ann.ID}); err != nil || len(list) != 0 {
			t.Errorf("sessions that are over are listed: %v, %v", list, err)
		}

		// A change of the settings holds at once, but revives nothing.
		_, fresh := browser(t, s, ann, true)
		clock.Pass(time.Hour)
		lifetimes.Absolute = 30 * time.Minute
		if isIn(t, s, fresh) {
			t.Error("a shorter lifetime does not hold for a session in the cache")
		}
		lifetimes.Absolute = 1000 * time.Hour
		clock.Pass(absolute)
		if isIn(t, s, fresh) {
			t.Error("a longer lifetime moved the end of a session")
		}
	})
}

func TestUseIsWrittenInBatches(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, d *db.DB) {
		clock := newClock()
		s := identity.New(identity.Config{DB: d, Now: clock.Now})
		ann := create(t, s, "ann@example.org")
		session, cookie := browser(t, s, ann, false)
		_, bearer := program(t, s, ann)
		stored := func() (session, key int64) {
			t.Helper()
			err := d.QueryRow(t.Context(), `SELECT s.last_used_at, k.last_used_at FROM sessions s, api_keys k`).Scan(&session, &key)
			if err != nil {
				t.Fatal(err)
			}
			return session, key
		}
		start := db.Millis(clock.Now())
		clock.Pass(time.Hour)
		for range 5 {
			if !isIn(t, s, cookie) || !isIn(t, s, bearer) {
				t.Fatal("not let in")
			}
		}
		if sessionUsed, keyUsed := stored(); sessionUsed != start || keyUsed != 0 {
			t.Error("each request writes")
		}
		// The lists know already.
		list, err := s.Sessions(t.Context(), identity.Principal{User: ann.ID, Session: session.ID})
		if err != nil || len(list) != 1 {
			t.Fatalf("%v, %v", list, err)
		}
		want := identity.Session{
			ID: session.ID, Device: "Firefox on Linux", Address: "198.51.100.7", Current: true,
			CreatedAt: session.CreatedAt, LastUsedAt: clock.Now(), ExpiresAt: clock.Now().Add(24 * time.Hour),
		}
		if diff := cmp.Diff(want, list[0]); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		keys, err := s.Keys(t.Context(), ann.ID)
		if err != nil || len(keys) != 1 || keys[0].LastUsedAt == nil || !keys[0].LastUsedAt.Equal(clock.Now()) {
			t.Errorf("keys: %+v, %v", keys, err)
		}

		run(t, s)() // the end writes what is left
		if sessionUsed, keyUsed := stored(); sessionUsed != db.Millis(clock.Now()) || keyUsed != db.Millis(clock.Now()) {
			t.Errorf("written: session %d, key %d, want %d", sessionUsed, keyUsed, db.Millis(clock.Now()))
		}
		// Another process sees the use.
		other := identity.New(identity.Config{DB: d, Now: clock.Now})
		clock.Pass(24*time.Hour - time.Minute)
		if !isIn(t, other, cookie) {
			t.Error("another process counts the idle time from the start")
		}
	})
}

func TestSessionsThatAreOverAreDeleted(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d, err := db.Open(t.Context(), db.Config{Path: t.TempDir() + "/test.db", Relaxed: true})
		if err != nil {
			t.Fatal(err)
		}
		defer d.Close() //nolint:errcheck // the test is over
		migrate(t, d)
		s := identity.New(identity.Config{DB: d})
		ann := create(t, s, "ann@example.org")
		browser(t, s, ann, false)
		kept, _ := browser(t, s, ann, true)
		stop := run(t, s)
		<-time.After(25 * time.Hour) // of the bubble: no time passes
		stop()
		var left string
		if err := d.QueryRow(t.Context(), `SELECT id FROM sessions`).Scan(&left); err != nil || left != string(kept.ID) {
			t.Errorf("left is %q, %v; want the kept one alone", left, err)
		}
	})
}

func TestSignInRotates(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, d *db.DB) {
		s := identity.New(identity.Config{DB: d})
		ann, bob := create(t, s, "ann@example.org"), create(t, s, "bob@example.org")
		old, oldCookie := browser(t, s, ann, true)
		_, elsewhere := browser(t, s, ann, true)
		if !isIn(t, s, oldCookie) {
			t.Fatal("not signed in")
		}
		var revoked []identity.Revocation
		s.OnRevoke(func(r identity.Revocation) { revoked = append(revoked, r) })
		// The same browser signs in again, as someone else even.
		ctx := identity.With(t.Context(), identity.Principal{User: ann.ID, Session: old.ID})
		if _, _, err := s.StartSession(ctx, bob, false); err != nil {
			t.Fatal(err)
		}
		if isIn(t, s, oldCookie) || !isIn(t, s, elsewhere) {
			t.Errorf("the browser's old session %v, another browser's %v; want false, true", isIn(t, s, oldCookie), isIn(t, s, elsewhere))
		}
		if diff := cmp.Diff([]identity.Revocation{{User: ann.ID, Session: old.ID}}, revoked); diff != "" {
			t.Errorf("told (-want +got):\n%s", diff)
		}
		// A session that is gone already is no obstacle.
		if _, _, err := s.StartSession(ctx, bob, false); err != nil {
			t.Error(err)
		}
	})
}

func TestSessionsAreRevokedOneByOne(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		s := identity.New(identity.Config{DB: d})
		ann, eve := create(t, s, "ann@example.org"), create(t, s, "eve@example.org")
		one, oneCookie := browser(t, s, ann, true)
		_, twoCookie := browser(t, s, ann, true)
		key, bearer := program(t, s, ann)
		for _, h := range []http.Header{oneCookie, twoCookie, bearer} { // now they are in the cache
			if !isIn(t, s, h) {
				t.Fatal("not let in")
			}
		}
		if err := s.EndSession(ctx, eve.ID, one.ID); !errors.Is(err, identity.ErrNoSession) || !isIn(t, s, oneCookie) {
			t.Errorf("someone else's session: %v", err)
		}
		if err := s.DeleteKey(ctx, eve.ID, key.ID); !errors.Is(err, identity.ErrNoKey) || !isIn(t, s, bearer) {
			t.Errorf("someone else's key: %v", err)
		}
		if list, err := s.Sessions(ctx, identity.Principal{User: eve.ID}); err != nil || len(list) != 0 {
			t.Errorf("eve sees %v, %v", list, err)
		}
		if list, err := s.Keys(ctx, eve.ID); err != nil || len(list) != 0 {
			t.Errorf("eve sees %v, %v", list, err)
		}

		if err := s.EndSession(ctx, ann.ID, one.ID); err != nil {
			t.Fatal(err)
		}
		if isIn(t, s, oneCookie) || !isIn(t, s, twoCookie) {
			t.Error("the wrong session ended, or none")
		}
		if err := s.DeleteKey(ctx, ann.ID, key.ID); err != nil {
			t.Fatal(err)
		}
		if _, refused, _ := who(t, s, bearer); refused != "invalid_token" {
			t.Errorf("a deleted key: %q", refused)
		}
		for _, again := range []error{s.EndSession(ctx, ann.ID, one.ID), s.EndSession(ctx, ann.ID, "x")} {
			if !errors.Is(again, identity.ErrNoSession) {
				t.Errorf("again: %v", again)
			}
		}
		if err := s.DeleteKey(ctx, ann.ID, key.ID); !errors.Is(err, identity.ErrNoKey) {
			t.Errorf("again: %v", err)
		}
	})
}

func TestKeys(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		s := identity.New(identity.Config{DB: d})
		ann := create(t, s, "ann@example.org")
		key, token, err := s.CreateKey(ctx, ann.ID, " back-up  script ")
		if err != nil {
			t.Fatal(err)
		}
		text := token.Reveal()
		if !strings.HasPrefix(text, "pk_") || len(text) < 46 || !strings.HasPrefix(text, key.Prefix) || len(key.Prefix) > 8 || key.Name != "back-up script" {
			t.Errorf("made %+v of %d characters", key, len(text))
		}
		var stored string
		if err := d.QueryRow(ctx, `SELECT token_hash FROM api_keys`).Scan(&stored); err != nil || strings.Contains(stored, text) || len(stored) != 64 {
			t.Errorf("stored as %q, %v", stored, err)
		}
		list, err := s.Keys(ctx, ann.ID)
		if err != nil || len(list) != 1 {
			t.Fatalf("%v, %v", list, err)
		}
		if diff := cmp.Diff(key, list[0]); diff != "" {
			t.Errorf("(-made +listed):\n%s", diff)
		}
		want := identity.Principal{User: ann.ID, Role: identity.RoleUser, Key: key.ID}
		for _, scheme := range []string{"Bearer ", "bearer ", "BEARER  "} {
			if p, refused, _ := who(t, s, http.Header{"Authorization": {scheme + text}}); p != want || refused != "" {
				t.Errorf("%q: taken for %+v, refused %q", scheme, p, refused)
			}
		}
		_, cookie := browser(t, s, ann, true)
		for name, wrong := range map[string]string{
			"unknown": "Bearer pk_" + strings.Repeat("a", 52), "cut short": "Bearer " + text[:20], "without its mark": "Bearer " + text[3:],
			"empty": "Bearer ", "the prefix": "Bearer " + key.Prefix,
		} {
			// Even beside a good cookie: a program that shows a wrong key has to know.
			p, refused, answer := who(t, s, http.Header{"Authorization": {wrong}, "Cookie": cookie["Cookie"]})
			if p.User != "" || refused != "invalid_token" || answer.Header.Get("WWW-Authenticate") == "" {
				t.Errorf("%s: taken for %+v, refused %q", name, p, refused)
			}
		}
		for _, name := range []string{"", "  ", strings.Repeat("x", 101), "a\x00b"} {
			if _, _, err := s.CreateKey(ctx, ann.ID, name); !errors.Is(err, identity.ErrNameInvalid) {
				t.Errorf("the name %q: %v", name, err)
			}
		}
		for i := 1; i < 100; i++ {
			if _, _, err := s.CreateKey(ctx, ann.ID, "more"); err != nil {
				t.Fatalf("key %d: %v", i, err)
			}
		}
		if _, _, err := s.CreateKey(ctx, ann.ID, "more"); !errors.Is(err, identity.ErrTooManyKeys) {
			t.Errorf("key 101: %v", err)
		}
	})
}

func TestSessionsPerUserAreBounded(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, d *db.DB) {
		clock := newClock()
		s := identity.New(identity.Config{DB: d, Now: clock.Now})
		ann, bob := create(t, s, "ann@example.org"), create(t, s, "bob@example.org")
		_, bobs := browser(t, s, bob, true)
		for range 105 {
			clock.Pass(time.Second)
			browser(t, s, ann, true)
		}
		_, newest := browser(t, s, ann, true)
		list, err := s.Sessions(t.Context(), identity.Principal{User: ann.ID})
		if err != nil || len(list) != 100 {
			t.Errorf("%d sessions, %v; want 100", len(list), err)
		}
		if !isIn(t, s, newest) || !isIn(t, s, bobs) {
			t.Error("the wrong sessions gave way")
		}
	})
}

// The server and the command line are two processes: two services on one
// database.
func TestAnotherProcess(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		clock := newClock()
		server := identity.New(identity.Config{DB: d, Now: clock.Now})
		cli := identity.New(identity.Config{DB: d, Now: clock.Now})

		bad := http.Header{"Authorization": {"Bearer pk_" + strings.Repeat("a", 52)}}
		who(t, server, bad) // nothing is remembered about what does not exist
		ann := create(t, cli, "ann@example.org")
		if _, err := server.Authenticate(ctx, ann.Email, password); err != nil {
			t.Errorf("a user made by the command line cannot sign in: %v", err)
		}
		key, bearer := program(t, cli, ann)
		session, cookie := browser(t, server, ann, true)
		if !isIn(t, server, bearer) || !isIn(t, server, cookie) {
			t.Fatal("a key made by the command line does not work at once")
		}

		if err := cli.DeleteKey(ctx, ann.ID, key.ID); err != nil {
			t.Fatal(err)
		}
		if _, err := cli.ResetPassword(ctx, ann.Email); err != nil {
			t.Fatal(err)
		}
		for _, p := range []identity.Principal{
			{User: ann.ID, Role: ann.Role, Session: session.ID}, {User: ann.ID, Role: ann.Role, Key: key.ID},
		} {
			if err := server.Check(ctx, p); err == nil {
				t.Errorf("an open connection of %+v goes on", p)
			}
		}
		clock.Pass(time.Minute)
		if isIn(t, server, bearer) || isIn(t, server, cookie) {
			t.Error("what another process revoked still works after a minute")
		}
	})
}

func TestDisabledUsers(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		s := identity.New(identity.Config{DB: d})
		ann := create(t, s, "ann@example.org")
		session, cookie := browser(t, s, ann, true)
		key, bearer := program(t, s, ann)
		bySession := identity.Principal{User: ann.ID, Role: ann.Role, Session: session.ID}
		byKey := identity.Principal{User: ann.ID, Role: ann.Role, Key: key.ID}
		for _, p := range []identity.Principal{bySession, byKey, {User: ann.ID, Session: session.ID}} {
			if err := s.Check(ctx, p); err != nil {
				t.Errorf("%+v: %v", p, err)
			}
		}
		for _, p := range []identity.Principal{
			{}, {User: ann.ID}, {User: "bob", Session: session.ID}, {User: ann.ID, Session: "x"}, {User: ann.ID, Key: "x"}, {User: "bob", Key: key.ID},
		} {
			if s.Check(ctx, p) == nil {
				t.Errorf("%+v is good", p)
			}
		}
		if !isIn(t, s, cookie) || !isIn(t, s, bearer) {
			t.Fatal("not let in")
		}
		var told []identity.Revocation
		s.OnRevoke(func(r identity.Revocation) { told = append(told, r) })
		if err := s.SetDisabled(ctx, ann.ID, true); err != nil {
			t.Fatal(err)
		}
		if isIn(t, s, cookie) || isIn(t, s, bearer) {
			t.Error("a disabled user is let in")
		}
		if s.Check(ctx, bySession) == nil || s.Check(ctx, byKey) == nil {
			t.Error("a disabled user's connections go on")
		}
		if len(told) != 1 || !told[0].Covers(bySession) || !told[0].Covers(byKey) || told[0].Covers(identity.Principal{User: "bob"}) {
			t.Errorf("told %+v", told)
		}
		if _, _, err := s.StartSession(ctx, ann, true); !errors.Is(err, identity.ErrCredentials) {
			t.Errorf("a session for a disabled user: %v", err)
		}
		if err := s.SetDisabled(ctx, ann.ID, false); err != nil {
			t.Fatal(err)
		}
		if isIn(t, s, cookie) || !isIn(t, s, bearer) {
			t.Error("enabling brings keys back and sessions not")
		}
	})
}

// A revocation never loses against a look-up that began before it.
func TestRevocationBeatsLookUp(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, d *db.DB) {
		s := identity.New(identity.Config{DB: d})
		ann := create(t, s, "ann@example.org")
		for range 20 {
			session, cookie := browser(t, s, ann, true)
			start := make(chan struct{})
			var all sync.WaitGroup
			for range 4 {
				all.Go(func() {
					<-start
					isIn(t, s, cookie)
				})
			}
			all.Go(func() {
				<-start
				if err := s.EndSession(context.WithoutCancel(t.Context()), ann.ID, session.ID); err != nil {
					t.Error(err)
				}
			})
			close(start)
			all.Wait()
			if isIn(t, s, cookie) {
				t.Fatal("a session goes on after it was ended")
			}
		}
	})
}

// An outage must not sign anybody out.
func TestOutageKeepsTheCookie(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, d *db.DB) {
		s := identity.New(identity.Config{DB: d})
		ann := create(t, s, "ann@example.org")
		_, cookie := browser(t, s, ann, true)
		if _, err := d.Exec(t.Context(), `ALTER TABLE sessions RENAME TO sessions_away`); err != nil {
			t.Fatal(err)
		}
		p, refused, answer := who(t, s, cookie)
		if p.User != "" || refused != "internal" || len(answer.Cookies()) != 0 {
			t.Errorf("taken for %+v, refused %q, cookies %v", p, refused, answer.Cookies())
		}
		if _, err := d.Exec(t.Context(), `ALTER TABLE sessions_away RENAME TO sessions`); err != nil {
			t.Fatal(err)
		}
		if !isIn(t, s, cookie) {
			t.Error("signed out by an outage")
		}
	})
}

func TestRevocationCovers(t *testing.T) {
	t.Parallel()
	one := identity.Principal{User: "ann", Session: "1"}
	two := identity.Principal{User: "ann", Session: "2"}
	key := identity.Principal{User: "ann", Key: "k"}
	bob := identity.Principal{User: "bob", Session: "1", Key: "k"}
	for _, c := range []struct {
		r    identity.Revocation
		want [3]bool // of one, two, key
	}{
		{identity.Revocation{User: "ann"}, [3]bool{true, true, true}},
		{identity.Revocation{User: "ann", Session: "1"}, [3]bool{true, false, false}},
		{identity.Revocation{User: "ann", Key: "k"}, [3]bool{false, false, true}},
		{identity.Revocation{User: "ann", Sessions: true}, [3]bool{true, true, false}},
		{identity.Revocation{User: "ann", Sessions: true, Except: "1"}, [3]bool{false, true, false}},
	} {
		if got := [3]bool{c.r.Covers(one), c.r.Covers(two), c.r.Covers(key)}; got != c.want || c.r.Covers(bob) {
			t.Errorf("%+v covers %v and of bob %v, want %v", c.r, got, c.r.Covers(bob), c.want)
		}
	}
}

func TestTokensStayOutOfErrors(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, d *db.DB) {
		s := identity.New(identity.Config{DB: d})
		gone, cancel := context.WithCancel(t.Context())
		cancel()
		const canary = seal.Secret("canary-5521 is the password")
		_, errCreate := s.CreateUser(gone, identity.NewUser{Email: "ann@example.org", Password: canary})
		_, errSignIn := s.Authenticate(gone, "ann@example.org", canary)
		_, _, errKey := s.CreateKey(gone, identity.UserID(id.New()), "script")
		for _, err := range []error{errCreate, errSignIn, errKey} {
			if err == nil || strings.Contains(err.Error(), "canary") {
				t.Errorf("got %v", err)
			}
		}
	})
}
