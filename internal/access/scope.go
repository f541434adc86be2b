package access

import (
	"context"

	"parley/internal/identity"
)

// Scope is whose data a query may touch. The zero value sees nothing.
type Scope struct {
	// User is the owner whose data is seen; store functions put it in the
	// query. It is empty for [System].
	User   identity.UserID
	reason string
}

// ScopeOf returns the scope of the request that ctx belongs to: its user, or
// nothing when nobody is signed in.
func ScopeOf(ctx context.Context) Scope {
	p, _ := identity.From(ctx)
	return Scope{User: p.User}
}

// System returns a scope that sees everyone's data, for work that no user asked
// for at this moment. The reason says which.
func System(reason string) Scope {
	if reason == "" {
		panic("access: a system scope needs a reason")
	}
	return Scope{reason: reason}
}

// IsSystem reports whether the scope came from [System].
func (s Scope) IsSystem() bool { return s.reason != "" }

// Sees reports whether the scope may touch what owner owns.
func (s Scope) Sees(owner identity.UserID) bool {
	return s.IsSystem() || (s.User != "" && s.User == owner)
}

// String is the scope for logs: the user's id, or the reason of a system scope.
func (s Scope) String() string {
	switch {
	case s.IsSystem():
		return "system: " + s.reason
	case s.User == "":
		return "nobody"
	}
	return "user " + string(s.User)
}
