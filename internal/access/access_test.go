package access_test

import (
	"context"
	"database/sql"
	"errors"
	"testing"

	"parley/internal/access"
	"parley/internal/identity"
	"parley/internal/kit/fault"
	"parley/internal/kit/id"
	"parley/internal/kit/rest"
)

var (
	anonymous = func(ctx context.Context) context.Context { return ctx }
	ann       = as(identity.Principal{User: "ann", Role: identity.RoleUser, Session: "s"})
	bob       = as(identity.Principal{User: "bob", Role: identity.RoleUser, Key: "k"})
	root      = as(identity.Principal{User: "root", Role: identity.RoleAdmin, Session: "s"})
	hollow    = as(identity.Principal{Role: identity.RoleAdmin})
)

func as(p identity.Principal) func(context.Context) context.Context {
	return func(ctx context.Context) context.Context { return identity.With(ctx, p) }
}

func TestGuards(t *testing.T) {
	t.Parallel()
	annsThing, missing, broken, nobodys := id.New(), id.New(), id.New(), id.New()
	outage := errors.New("the disk is on fire")
	g := access.New()
	g.Register("thing", func(_ context.Context, asked string) (identity.UserID, error) {
		switch asked {
		case annsThing:
			return "ann", nil
		case nobodys:
			return "", nil
		case broken:
			return "", outage
		}
		return "", sql.ErrNoRows
	})
	owns, ownsOrNew := g.Owns("thing", "thing"), g.OwnsOrNew("thing", "thing")

	for _, c := range []struct {
		name  string
		guard rest.Guard
		who   func(context.Context) context.Context
		param string
		want  string // the fault's code, "" to pass
	}{
		{"public lets anyone pass", access.Public, anonymous, "", ""},
		{"signed in refuses the anonymous", access.SignedIn, anonymous, "", "unauthenticated"},
		{"signed in refuses a principal without a user", access.SignedIn, hollow, "", "unauthenticated"},
		{"signed in lets a session pass", access.SignedIn, ann, "", ""},
		{"signed in lets a key pass", access.SignedIn, bob, "", ""},
		{"admin refuses the anonymous", access.Admin, anonymous, "", "unauthenticated"},
		{"admin refuses a user", access.Admin, ann, "", "forbidden"},
		{"admin refuses a role without a user", access.Admin, hollow, "", "unauthenticated"},
		{"admin lets an admin pass", access.Admin, root, "", ""},
		{"owner passes", owns, ann, annsThing, ""},
		{"someone else's is not found", owns, bob, annsThing, "not_found"},
		{"being admin does not open others' things", owns, root, annsThing, "not_found"},
		{"missing is not found", owns, ann, missing, "not_found"},
		{"a thing of nobody is not found", owns, ann, nobodys, "not_found"},
		{"a malformed id is not found", owns, ann, "../secret", "not_found"},
		{"the anonymous never learn what exists", owns, anonymous, annsThing, "unauthenticated"},
		{"an outage is not a decision", owns, ann, broken, "internal"},
		{"new: missing passes", ownsOrNew, ann, missing, ""},
		{"new: the owner passes", ownsOrNew, ann, annsThing, ""},
		{"new: someone else's is not found", ownsOrNew, bob, annsThing, "not_found"},
		{"new: a malformed id is not found", ownsOrNew, ann, "x", "not_found"},
		{"new: the anonymous are refused", ownsOrNew, anonymous, missing, "unauthenticated"},
		{"a kind that nobody registered is refused", g.Owns("ghost", "thing"), ann, annsThing, "internal"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			err := c.guard.Check(c.who(t.Context()), func(name string) string {
				if name == "thing" {
					return c.param
				}
				return ""
			})
			got := ""
			if err != nil {
				got = fault.Of(err).Code
			}
			if got != c.want {
				t.Errorf("got %q (%v), want %q", got, err, c.want)
			}
		})
	}
}

func TestScope(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	if s := access.ScopeOf(ctx); s.Sees("ann") || s.Sees("") || s.IsSystem() {
		t.Errorf("the scope of nobody sees something: %v", s)
	}
	if s := access.ScopeOf(ann(ctx)); s.User != "ann" || !s.Sees("ann") || s.Sees("bob") || s.IsSystem() {
		t.Errorf("ann's scope is wrong: %v", s)
	}
	if s := access.ScopeOf(root(ctx)); s.Sees("ann") {
		t.Error("an admin's scope sees the data of others")
	}
	if s := access.System("purge"); !s.IsSystem() || !s.Sees("ann") || s.User != "" {
		t.Errorf("the system scope is wrong: %v", s)
	}
	defer func() {
		if recover() == nil {
			t.Error("a system scope without a reason was made")
		}
	}()
	access.System("")
}
