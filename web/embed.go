// Package web holds the built user interface, so that the server is one file.
// It serves nothing itself: a handler elsewhere sets headers, fills in the
// boot data and picks a compressed variant.
package web

import (
	"embed"
	"io/fs"
)

// dist is empty, but for its .gitkeep, until the interface is built.
//
//go:embed all:dist
var dist embed.FS

// Files returns the built interface, index.html at its root. Before the first
// build it holds no index.html.
func Files() fs.FS {
	files, err := fs.Sub(dist, "dist")
	if err != nil {
		panic(err) // the folder's name is a valid path: this cannot happen
	}
	return files
}
