// Package feature says what a feature can be: one [Spec], a plain value that
// app puts into the list of what the binary holds.
//
// A feature is one folder below this one. It imports core packages and kit,
// never another feature.
package feature

import (
	"context"
	"io"
	"io/fs"

	"parley/internal/identity"
	"parley/internal/kit/rest"
	"parley/internal/tool"
	"parley/internal/turn"
)

// Spec is everything a feature can do. Every field but Name is optional, with
// one rule: a feature with Migrations has Erase and Export.
type Spec struct {
	// Name is the word for the feature everywhere: folder, package, web folder,
	// route, table and documentation page.
	Name string
	// Migrations holds the SQL files that make the feature's tables.
	Migrations fs.FS
	// Routes registers the feature's HTTP routes, each with its guard.
	Routes func(*rest.Router)
	// Prepare runs in order before a model is called and may change the call.
	Prepare turn.PrepareHook
	// Finish runs as a durable job after a turn has ended.
	Finish turn.FinishHook
	// Tools are what models may call.
	Tools tool.Source
	// Start runs background work until ctx ends; it returns when that work has
	// stopped.
	Start func(ctx context.Context) error
	// Erase deletes all that the feature keeps of a user.
	Erase func(ctx context.Context, user identity.UserID) error
	// Export writes all that the feature keeps of a user as JSON.
	Export func(ctx context.Context, user identity.UserID, w io.Writer) error
}
