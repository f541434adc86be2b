// Package access decides what a caller may do: the guards that routes name, and
// the [Scope] that every query on a user's data takes.
//
// It does not know the nouns that are owned: each registers a [Resolver] that
// says whose a thing is. What owners grant to others, to groups or to everyone is
// kept here, for all kinds in one way.
package access

import (
	"context"
	"fmt"

	"parley/internal/identity"
	"parley/internal/kit/db"
	"parley/internal/kit/fault"
	"parley/internal/kit/id"
	"parley/internal/kit/rest"
)

// The faults of the guards. What a caller may not see is not found, so that
// nobody learns which ids exist.
var (
	ErrUnauthenticated = fault.New(fault.Unauthenticated, "unauthenticated", "Sign in first.")
	ErrForbidden       = fault.New(fault.Forbidden, "forbidden", "Only an administrator may do this.")
	ErrNotFound        = fault.New(fault.NotFound, "not_found", "There is nothing here, or it is not yours.")
)

// Public lets everyone pass.
var Public = rest.Guard{
	Name:  "public",
	Check: func(context.Context, func(string) string) error { return nil },
}

// SignedIn lets every user pass, by session or API key.
var SignedIn = rest.Guard{
	Name:  "signed in",
	Check: func(ctx context.Context, _ func(string) string) error { return signedIn(ctx) },
}

// Admin lets administrators pass.
var Admin = rest.Guard{
	Name: "admin",
	Check: func(ctx context.Context, _ func(string) string) error {
		if err := signedIn(ctx); err != nil {
			return err
		}
		if p, _ := identity.From(ctx); p.Role != identity.RoleAdmin {
			return ErrForbidden
		}
		return nil
	},
}

func signedIn(ctx context.Context) error {
	if p, ok := identity.From(ctx); !ok || p.User == "" {
		return ErrUnauthenticated
	}
	return nil
}

// Resolver says who owns the thing with this id. For an id that does not exist
// it returns a not_found fault or sql.ErrNoRows.
type Resolver func(ctx context.Context, id string) (owner identity.UserID, err error)

// Guards makes guards for things that belong to someone. Kinds are registered
// while the server is put together; it is not changed afterwards.
type Guards struct {
	resolvers map[string]Resolver
	grants    db.Querier
}

// New returns guards without kinds.
func New() *Guards { return &Guards{resolvers: map[string]Resolver{}} }

// Register says how the owner of a kind of thing is found. A kind registered
// twice is a mistake in the program and panics.
func (g *Guards) Register(kind string, resolve Resolver) {
	if _, twice := g.resolvers[kind]; twice {
		panic("access: kind " + kind + " is registered twice")
	}
	g.resolvers[kind] = resolve
}

// Owns lets a signed-in user pass whose thing of this kind is named by the path
// parameter; for all else the answer is not found.
func (g *Guards) Owns(kind, param string) rest.Guard {
	return rest.Guard{Name: "owner of " + kind, Check: g.check(kind, param, false)}
}

// OwnsOrNew is [Guards.Owns] that also lets pass when there is no such thing yet,
// for routes where the client chooses the id of what it makes.
func (g *Guards) OwnsOrNew(kind, param string) rest.Guard {
	return rest.Guard{Name: "owner of " + kind + ", or new", Check: g.check(kind, param, true)}
}

func (g *Guards) check(kind, param string, allowNew bool) func(context.Context, func(string) string) error {
	return func(ctx context.Context, value func(string) string) error {
		owner, given, err := g.owner(ctx, kind, value(param))
		if allowNew && given != "" && fault.IsKind(err, fault.NotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		if p, _ := identity.From(ctx); owner == "" || owner != p.User {
			return ErrNotFound
		}
		return nil
	}
}

// owner returns whose the thing is that a request names, and its id in the form
// it is stored in; the id is empty when it cannot be one.
func (g *Guards) owner(ctx context.Context, kind, asked string) (owner identity.UserID, given string, err error) {
	if err := signedIn(ctx); err != nil {
		return "", "", err
	}
	resolve, ok := g.resolvers[kind]
	if !ok {
		return "", "", fmt.Errorf("access: no resolver for kind %s", kind)
	}
	given, err = id.Parse(asked)
	if err != nil {
		return "", "", ErrNotFound
	}
	owner, err = resolve(ctx, given)
	switch {
	case fault.IsKind(err, fault.NotFound), db.IsNone(err):
		return "", given, ErrNotFound
	case err != nil:
		return "", given, fmt.Errorf("find the owner of %s %s: %w", kind, given, err)
	}
	return owner, given, nil
}
