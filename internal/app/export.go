package app

import (
	"archive/zip"
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"parley/internal/access"
	"parley/internal/identity"
)

// Export writes all that is kept of a user as a ZIP archive: the chats as JSON
// lines, what each feature keeps as JSON, and the files themselves.
func (a *App) Export(ctx context.Context, user identity.UserID, w io.Writer) error {
	type writer func(ctx context.Context, user identity.UserID, w io.Writer) error
	archive := zip.NewWriter(w)
	add := func(name string, write writer) error {
		entry, err := archive.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: time.Now().UTC()})
		if err != nil {
			return err
		}
		return write(ctx, user, entry)
	}
	if err := errors.Join(add("chats.jsonl", a.chats.Export), add("tools.json", a.tools.Export)); err != nil {
		return err
	}
	for _, f := range a.features {
		if f.Export == nil {
			continue
		}
		if err := add(f.Name+".json", f.Export); err != nil {
			return fmt.Errorf("feature %s: %w", f.Name, err)
		}
	}
	scope := access.Scope{User: user}
	files, err := a.files.List(ctx, scope)
	if err != nil {
		return err
	}
	for _, f := range files {
		err := add("files/"+string(f.ID)+"/"+f.Name, func(ctx context.Context, _ identity.UserID, w io.Writer) error {
			_, r, err := a.files.Open(ctx, scope, f.ID)
			if err != nil {
				return err
			}
			_, err = io.Copy(w, r)
			return errors.Join(err, r.Close())
		})
		if err != nil {
			return fmt.Errorf("file %s: %w", f.ID, err)
		}
	}
	return archive.Close()
}
