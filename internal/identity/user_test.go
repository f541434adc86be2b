package identity_test

import (
	"errors"
	"strings"
	"sync"
	"testing"

	"parley/internal/audit"
	"parley/internal/identity"
	"parley/internal/kit/db"
	"parley/internal/kit/fault"
	"parley/internal/kit/seal"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func TestUsers(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		s := identity.New(identity.Config{DB: d})
		if exists, err := s.AnyUser(ctx); exists || err != nil {
			t.Fatalf("an empty database has users: %v", err)
		}
		ann, err := s.CreateUser(ctx, identity.NewUser{Email: " Ann@Example.ORG ", Password: password, Name: "  Ann   Lee ", Admin: true})
		if err != nil {
			t.Fatal(err)
		}
		if ann.Email != "ann@example.org" || ann.Name != "Ann Lee" || ann.Role != identity.RoleAdmin {
			t.Errorf("made %+v", ann)
		}
		bob := create(t, s, "bob@example.org")
		if bob.Name != "bob" || bob.Role != identity.RoleUser {
			t.Errorf("made %+v", bob)
		}
		if exists, err := s.AnyUser(ctx); !exists || err != nil {
			t.Errorf("no users: %v", err)
		}
		if _, err := s.CreateUser(ctx, identity.NewUser{Email: "ANN@example.org", Password: password}); !errors.Is(err, identity.ErrEmailTaken) {
			t.Errorf("the same address in capitals: %v", err)
		}

		same := cmpopts.IgnoreUnexported(identity.User{})
		for _, find := range []func() (identity.User, error){
			func() (identity.User, error) { return s.User(ctx, ann.ID) },
			func() (identity.User, error) { return s.FindUser(ctx, "aNN@example.org") },
			func() (identity.User, error) { return s.Authenticate(ctx, "Ann@example.org", password) },
			func() (identity.User, error) { return s.Rename(ctx, ann.ID, "Ann Lee") },
		} {
			got, err := find()
			if err != nil {
				t.Error(err)
			}
			if diff := cmp.Diff(ann, got, same); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		}
		first, err := s.ListUsers(ctx, "", 1)
		if err != nil || len(first) != 1 || first[0].ID != ann.ID {
			t.Fatalf("first page: %v, %v", first, err)
		}
		if rest, err := s.ListUsers(ctx, ann.ID, 10); err != nil || len(rest) != 1 || rest[0].ID != bob.ID {
			t.Errorf("second page: %v, %v", rest, err)
		}
		for _, err := range []error{
			errOf(s.User(ctx, "nobody")), errOf(s.FindUser(ctx, "nobody@example.org")), errOf(s.FindUser(ctx, "nonsense")),
			errOf(s.Rename(ctx, "nobody", "x")), s.SetDisabled(ctx, "nobody", true), errOf(s.ResetPassword(ctx, "nobody@example.org")),
		} {
			if !errors.Is(err, identity.ErrNoUser) {
				t.Errorf("someone unknown gave %v", err)
			}
		}

		for _, refuse := range []error{s.DeleteUser(ctx, ann.ID), s.SetDisabled(ctx, ann.ID, true)} {
			if !errors.Is(refuse, identity.ErrLastAdmin) {
				t.Errorf("the last administrator could go: %v", refuse)
			}
		}
		for range 2 {
			if err := s.DeleteUser(ctx, bob.ID); err != nil {
				t.Fatal(err)
			}
		}
		deleted := 0
		for _, e := range trail(t, d) {
			if e.Action == audit.UserDelete {
				deleted++
			}
		}
		if deleted != 1 {
			t.Errorf("the audit says deleted %d times", deleted)
		}
		if _, err := s.User(ctx, bob.ID); !errors.Is(err, identity.ErrNoUser) {
			t.Errorf("a deleted user: %v", err)
		}
	})
}

func TestNewUserIsChecked(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, d *db.DB) {
		s := identity.New(identity.Config{DB: d})
		for _, c := range []struct {
			name string
			user identity.NewUser
			want *fault.Error
		}{
			{"no address", identity.NewUser{Password: password}, identity.ErrEmailInvalid},
			{"no domain", identity.NewUser{Email: "ann@", Password: password}, identity.ErrEmailInvalid},
			{"with a name", identity.NewUser{Email: "Ann <ann@example.org>", Password: password}, identity.ErrEmailInvalid},
			{"two addresses", identity.NewUser{Email: "a@example.org,b@example.org", Password: password}, identity.ErrEmailInvalid},
			{"a line break", identity.NewUser{Email: "a@example.org\r\nBcc: b@example.org", Password: password}, identity.ErrEmailInvalid},
			{"very long", identity.NewUser{Email: strings.Repeat("a", 250) + "@example.org", Password: password}, identity.ErrEmailInvalid},
			{"short password", identity.NewUser{Email: "ann@example.org", Password: "1234567"}, identity.ErrPasswordShort},
			{"short password of long letters", identity.NewUser{Email: "ann@example.org", Password: "密碼密碼密碼密"}, identity.ErrPasswordShort},
			{"huge password", identity.NewUser{Email: "ann@example.org", Password: seal.Secret(strings.Repeat("x", 1025))}, identity.ErrPasswordLong},
			{"password is the address", identity.NewUser{Email: "ann@example.org", Password: "Ann@Example.org"}, identity.ErrPasswordWeak},
			{"long name", identity.NewUser{Email: "ann@example.org", Password: password, Name: strings.Repeat("x", 101)}, identity.ErrNameInvalid},
			{"name that turns text around", identity.NewUser{Email: "ann@example.org", Password: password, Name: "Ann\u202egnp"}, identity.ErrNameInvalid},
			{"name with an escape", identity.NewUser{Email: "ann@example.org", Password: password, Name: "Ann\x1b[31m"}, identity.ErrNameInvalid},
		} {
			before := s.HashCount()
			if _, err := s.CreateUser(t.Context(), c.user); !errors.Is(err, c.want) {
				t.Errorf("%s: got %v, want %v", c.name, err, c.want)
			}
			if s.HashCount() != before {
				t.Errorf("%s: a hash was computed for nothing", c.name)
			}
		}
		if exists, err := s.AnyUser(t.Context()); exists || err != nil {
			t.Errorf("a refused user was made: %v", err)
		}
		// What must not be refused.
		for _, u := range []identity.NewUser{
			{Email: "o'brien+tag@sub.example.org", Password: password},
			{Email: "admin@localhost", Password: "12345678"},
			{Email: "zoë@exämple.org", Password: seal.Secret(strings.Repeat("x", 1024)), Name: "Zoë 👩‍👩‍👧"},
		} {
			if _, err := s.CreateUser(t.Context(), u); err != nil {
				t.Errorf("%s: %v", u.Email, err)
			}
		}
	})
}

func TestAuthenticateTellsNothing(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		s := identity.New(identity.Config{DB: d})
		create(t, s, "ann@example.org")
		gone := create(t, s, "gone@example.org")
		if err := s.SetDisabled(ctx, gone.ID, true); err != nil {
			t.Fatal(err)
		}
		var text string
		for _, c := range []struct {
			name, email string
			password    seal.Secret
		}{
			{"wrong password", "ann@example.org", "wrong password"},
			{"empty password", "ann@example.org", ""},
			{"huge password", "ann@example.org", seal.Secret(strings.Repeat("x", 1<<20))},
			{"unknown address", "eve@example.org", password},
			{"no address", "", password},
			{"nonsense for an address", "' OR 1=1 --", password},
			{"disabled", "gone@example.org", password},
		} {
			hashes, entries := s.HashCount(), len(trail(t, d))
			_, err := s.Authenticate(ctx, c.email, c.password)
			if !errors.Is(err, identity.ErrCredentials) {
				t.Fatalf("%s: %v", c.name, err)
			}
			if text == "" {
				text = err.Error()
			}
			if err.Error() != text {
				t.Errorf("%s: says %q, another %q", c.name, err, text)
			}
			if n := s.HashCount() - hashes; n != 1 {
				t.Errorf("%s: %d hashes computed, want 1", c.name, n)
			}
			if n := len(trail(t, d)) - entries; n != 1 {
				t.Errorf("%s: %d audit entries written, want 1", c.name, n)
			}
		}
		hashes := s.HashCount()
		if _, err := s.Authenticate(ctx, "ann@example.org", password); err != nil {
			t.Error(err)
		}
		if n := s.HashCount() - hashes; n != 1 {
			t.Errorf("success: %d hashes computed, want 1", n)
		}
		for _, e := range trail(t, d) {
			if e.Action == audit.SignInFailed && strings.Contains(e.Target+e.Actor, "@") {
				t.Errorf("what was typed as an address is kept: %+v", e)
			}
		}
	})
}

func TestPasswordsAreTheSameOnAllKeyboards(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, d *db.DB) {
		s := identity.New(identity.Config{DB: d})
		if _, err := s.CreateUser(t.Context(), identity.NewUser{Email: "ann@example.org", Password: "caf\u00e9 au lait"}); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Authenticate(t.Context(), "ann@example.org", "cafe\u0301 au lait"); err != nil {
			t.Errorf("the decomposed form: %v", err)
		}
	})
}

func TestOldHashesAreRenewed(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		s := identity.New(identity.Config{DB: d})
		ann := create(t, s, "ann@example.org")
		hash := func() (text string) {
			t.Helper()
			if err := d.QueryRow(ctx, `SELECT password_hash FROM users WHERE id = $1`, string(ann.ID)).Scan(&text); err != nil {
				t.Fatal(err)
			}
			return text
		}
		if !strings.HasPrefix(hash(), "$argon2id$v=19$m=19456,t=2,p=1$") {
			t.Errorf("stored as %s", hash())
		}
		old := identity.CheapHash(t, password)
		if _, err := d.Exec(ctx, `UPDATE users SET password_hash = $2 WHERE id = $1`, string(ann.ID), old); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Authenticate(ctx, ann.Email, "wrong password"); !errors.Is(err, identity.ErrCredentials) || hash() != old {
			t.Errorf("a wrong password: %v", err)
		}
		if _, err := s.Authenticate(ctx, ann.Email, password); err != nil {
			t.Fatal(err)
		}
		renewed := hash()
		if !strings.HasPrefix(renewed, "$argon2id$v=19$m=19456,t=2,p=1$") {
			t.Errorf("not renewed: %s", renewed)
		}
		if _, err := s.Authenticate(ctx, ann.Email, password); err != nil || hash() != renewed {
			t.Errorf("after the renewal: %v", err)
		}

		for _, broken := range []string{
			"", "plain", "$2a$10$abcdefghijklmnopqrstuv", "$argon2id$v=19$m=19456,t=2,p=1$$", "$argon2i$v=19$m=8,t=1,p=1$AAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA",
			"$argon2id$v=19$m=4194304000,t=2,p=1$AAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA", "$argon2id$v=19$m=8,t=0,p=1$AAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA",
		} {
			if _, err := d.Exec(ctx, `UPDATE users SET password_hash = $2 WHERE id = $1`, string(ann.ID), broken); err != nil {
				t.Fatal(err)
			}
			if _, err := s.Authenticate(ctx, ann.Email, password); err == nil {
				t.Errorf("the hash %q lets someone in", broken)
			}
		}
	})
}

func TestChangePassword(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		s := identity.New(identity.Config{DB: d})
		ann := create(t, s, "ann@example.org")
		here, hereHeaders := browser(t, s, ann, true)
		_, there := browser(t, s, ann, true)
		_, script := program(t, s, ann)
		me := identity.Principal{User: ann.ID, Role: ann.Role, Session: here.ID}
		if !isIn(t, s, there) { // now it is in the cache
			t.Fatal("not signed in")
		}
		var revoked []identity.Revocation
		s.OnRevoke(func(r identity.Revocation) { revoked = append(revoked, r) })

		const next = seal.Secret("staple staple")
		if err := s.ChangePassword(ctx, me, "wrong password", next); !errors.Is(err, identity.ErrWrongPassword) || fault.Of(err).Kind != fault.Forbidden {
			t.Errorf("a wrong current password: %v", err)
		}
		if err := s.ChangePassword(ctx, me, password, "short"); !errors.Is(err, identity.ErrPasswordShort) {
			t.Errorf("a short new password: %v", err)
		}
		if len(revoked) != 0 || !isIn(t, s, there) {
			t.Error("a refused change ended a session")
		}
		if err := s.ChangePassword(ctx, me, password, next); err != nil {
			t.Fatal(err)
		}
		if !isIn(t, s, hereHeaders) || isIn(t, s, there) || !isIn(t, s, script) {
			t.Errorf("here %v, there %v, script %v; want true, false, true", isIn(t, s, hereHeaders), isIn(t, s, there), isIn(t, s, script))
		}
		if diff := cmp.Diff([]identity.Revocation{{User: ann.ID, Sessions: true, Except: here.ID}}, revoked); diff != "" {
			t.Errorf("told (-want +got):\n%s", diff)
		}
		if _, err := s.Authenticate(ctx, ann.Email, password); !errors.Is(err, identity.ErrCredentials) {
			t.Errorf("the old password: %v", err)
		}
		// A sign-in that was checked before the change does not get a session.
		if _, _, err := s.StartSession(ctx, ann, true); !errors.Is(err, identity.ErrCredentials) {
			t.Errorf("a session for the old password: %v", err)
		}

		random, err := s.ResetPassword(ctx, "ANN@example.org")
		if err != nil || len(random) < 20 {
			t.Fatalf("reset: %d characters, %v", len(random), err)
		}
		if isIn(t, s, hereHeaders) {
			t.Error("a reset left a session")
		}
		if _, err := s.Authenticate(ctx, ann.Email, random); err != nil {
			t.Errorf("the new password: %v", err)
		}
	})
}

func TestOnePasswordChangeWins(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, d *db.DB) {
		s := identity.New(identity.Config{DB: d})
		ann := create(t, s, "ann@example.org")
		next := []seal.Secret{"first of all", "second of all"}
		errs := make([]error, len(next))
		var both sync.WaitGroup
		for i := range next {
			both.Go(func() {
				errs[i] = s.ChangePassword(t.Context(), identity.Principal{User: ann.ID}, password, next[i])
			})
		}
		both.Wait()
		works := 0
		for i := range next {
			_, err := s.Authenticate(t.Context(), ann.Email, next[i])
			if (err == nil) != (errs[i] == nil) {
				t.Errorf("change %d answered %v, but signing in with it %v", i, errs[i], err)
			}
			if err == nil {
				works++
			}
		}
		if works != 1 {
			t.Errorf("%d passwords work: %v", works, errs)
		}
	})
}

func trail(t *testing.T, d *db.DB) []audit.Entry {
	t.Helper()
	all, err := audit.List(t.Context(), d, "", 1000)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func errOf[T any](_ T, err error) error { return err }
