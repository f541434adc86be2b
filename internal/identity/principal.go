package identity

import "context"

// UserID is the id of a user.
type UserID string

// SessionID is the id of a signed-in browser; it is no secret.
type SessionID string

// KeyID is the id of an API key; it is no secret.
type KeyID string

// Role is what a user is on this server.
type Role string

// The roles.
const (
	RoleUser  Role = "user"
	RoleAdmin Role = "admin"
)

// Principal is who makes a request, and by what: a session or an API key.
type Principal struct {
	User UserID
	Role Role
	// Session is set when a browser's cookie was shown.
	Session SessionID
	// Key is set when an API key was shown.
	Key KeyID
}

type principalKey struct{}

// With returns a context that carries p.
func With(ctx context.Context, p Principal) context.Context {
	return context.WithValue(ctx, principalKey{}, p)
}

// From returns who makes the request of ctx; false means nobody is signed in.
func From(ctx context.Context) (Principal, bool) {
	p, ok := ctx.Value(principalKey{}).(Principal)
	return p, ok
}
