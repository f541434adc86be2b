package db_test

import (
	"os"
	"path/filepath"
	"testing"

	"parley/internal/kit/db"
	"parley/internal/kit/fault"
)

// A server that is away is away, not broken: who asked may try again.
func TestServerAway(t *testing.T) {
	t.Parallel()
	_, err := db.Open(t.Context(), db.Config{URL: "postgres://parley@127.0.0.1:1/parley"})
	if !fault.IsKind(err, fault.Unavailable) {
		t.Errorf("got %v", err)
	}
}

// Nobody else on the machine reads a database, whatever folder it is in.
func TestFilesArePrivate(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	d, err := db.Open(t.Context(), db.Config{Path: filepath.Join(folder, "private.db")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	if _, err := d.Exec(t.Context(), `CREATE TABLE secrets (id INTEGER)`); err != nil {
		t.Fatal(err)
	}
	files, err := os.ReadDir(folder)
	if err != nil || len(files) == 0 {
		t.Fatalf("files %v, %v", files, err)
	}
	for _, f := range files {
		info, err := f.Info()
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s has the permissions %v, %v", f.Name(), info.Mode(), err)
		}
	}
}
