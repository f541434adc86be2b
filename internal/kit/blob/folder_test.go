package blob_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"testing/iotest"

	"parley/internal/kit/blob"
)

const large = 1 << 20

func folder(t *testing.T, name string) *blob.Folder {
	t.Helper()
	f, err := blob.OpenFolder(name)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	return f
}

func put(t *testing.T, f *blob.Folder, key, text string) {
	t.Helper()
	size, err := f.Put(t.Context(), key, strings.NewReader(text), large)
	if err != nil || size != int64(len(text)) {
		t.Fatalf("put %s: %d, %v", key, size, err)
	}
}

func get(t *testing.T, f *blob.Folder, key string) (string, error) {
	t.Helper()
	r, err := f.Get(t.Context(), key)
	if err != nil {
		return "", err
	}
	defer func() { _ = r.Close() }()
	data, err := io.ReadAll(r)
	if int64(len(data)) != r.Info().Size {
		t.Errorf("%s: %d bytes, info says %d", key, len(data), r.Info().Size)
	}
	return string(data), err
}

// files lists all files below a folder.
func files(t *testing.T, name string) (found []string) {
	t.Helper()
	err := filepath.WalkDir(name, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			found = append(found, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func TestKeepsBlobs(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "files")
	f := folder(t, dir)
	put(t, f, "one", "first")
	put(t, f, "two", "")
	put(t, f, "one", "changed")
	_ = f.Close()

	f = folder(t, dir) // as after a restart
	for key, want := range map[string]string{"one": "changed", "two": ""} {
		if got, err := get(t, f, key); got != want || err != nil {
			t.Errorf("%s: %q, %v", key, got, err)
		}
		if info, err := f.Stat(t.Context(), key); err != nil || info.Size != int64(len(want)) || info.Written.IsZero() {
			t.Errorf("stat %s: %+v, %v", key, info, err)
		}
		if err := f.Delete(t.Context(), key); err != nil {
			t.Errorf("delete %s: %v", key, err)
		}
		if _, err := get(t, f, key); !errors.Is(err, blob.ErrNotFound) {
			t.Errorf("get %s after delete: %v", key, err)
		}
		if _, err := f.Stat(t.Context(), key); !errors.Is(err, blob.ErrNotFound) {
			t.Errorf("stat %s after delete: %v", key, err)
		}
		if err := f.Delete(t.Context(), key); err != nil {
			t.Errorf("delete %s again: %v", key, err)
		}
	}
	if left := files(t, dir); len(left) > 0 {
		t.Errorf("left over: %v", left)
	}
}

func TestSeeks(t *testing.T) {
	t.Parallel()
	f := folder(t, t.TempDir())
	put(t, f, "key", "0123456789")
	r, err := f.Get(t.Context(), "key")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = r.Close() }()
	if err := iotest.TestReader(r, []byte("0123456789")); err != nil {
		t.Error(err)
	}
}

func TestRefusedKeys(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	outside := filepath.Join(dir, "secret")
	if err := os.WriteFile(outside, []byte("secret"), 0o600); err != nil {
		t.Fatal(err)
	}
	f := folder(t, filepath.Join(dir, "files"))
	for _, key := range []string{
		"", ".", "..", "../secret", "../../secret", "/etc/passwd", "a/b", `a\b`, "a.b", "A", "é", "a\x00b", " a", "a\n",
		strings.Repeat("a", 101), outside,
	} {
		if _, err := f.Put(t.Context(), key, strings.NewReader("x"), large); err == nil {
			t.Errorf("put %q", key)
		}
		if text, err := get(t, f, key); err == nil {
			t.Errorf("get %q: %s", key, text)
		}
		if _, err := f.Stat(t.Context(), key); err == nil {
			t.Errorf("stat %q", key)
		}
		if err := f.Delete(t.Context(), key); err == nil {
			t.Errorf("delete %q", key)
		}
	}
	if got := files(t, dir); len(got) != 1 || got[0] != outside {
		t.Errorf("files: %v", got)
	}
}

func TestNothingHalfWritten(t *testing.T) {
	t.Parallel()
	broken := errors.New("connection lost")
	stopped, stop := context.WithCancelCause(t.Context())
	stop(broken)
	cases := map[string]struct {
		ctx  context.Context //nolint:containedctx // a case of a table
		r    io.Reader
		want error
	}{
		"reader fails": {t.Context(), io.MultiReader(strings.NewReader("abc"), iotest.ErrReader(broken)), broken},
		"too large":    {t.Context(), bytes.NewReader(make([]byte, large+1)), blob.ErrTooLarge},
		"stopped":      {stopped, strings.NewReader("abc"), broken},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			f := folder(t, dir)
			put(t, f, "key", "before")
			if _, err := f.Put(c.ctx, "key", c.r, large); !errors.Is(err, c.want) {
				t.Errorf("error %v, want %v", err, c.want)
			}
			if got, err := get(t, f, "key"); got != "before" || err != nil {
				t.Errorf("the blob is %q, %v", got, err)
			}
			if got := files(t, dir); len(got) != 1 {
				t.Errorf("files: %v", got)
			}
		})
	}
}

func TestExactLimit(t *testing.T) {
	t.Parallel()
	f := folder(t, t.TempDir())
	if size, err := f.Put(t.Context(), "key", bytes.NewReader(make([]byte, large)), large); err != nil || size != large {
		t.Errorf("%d, %v", size, err)
	}
}

func TestClearsWhatACrashLeft(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	_ = folder(t, dir).Close()
	if err := os.WriteFile(filepath.Join(dir, "incoming", "half"), []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	folder(t, dir)
	if got := files(t, dir); len(got) != 0 {
		t.Errorf("files: %v", got)
	}
}

func TestDiskFull(t *testing.T) {
	t.Parallel()
	f := folder(t, t.TempDir())
	_, err := f.Put(t.Context(), "key", iotest.ErrReader(&fs.PathError{Op: "write", Path: "x", Err: syscall.ENOSPC}), large)
	if !errors.Is(err, blob.ErrDiskFull) {
		t.Errorf("error %v", err)
	}
}
