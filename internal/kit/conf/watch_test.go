package conf_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"parley/internal/kit/conf"
)

// watching watches a file until the test ends and returns what it hears.
func watching(t *testing.T, path string) <-chan string {
	t.Helper()
	var nothing struct{}
	first, err := conf.Load(path, &nothing, conf.Options{})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	heard, ended := make(chan string), make(chan error, 1)
	go func() {
		ended <- conf.Watch(ctx, path, first.Digest, func() {
			data, err := os.ReadFile(path)
			if err != nil {
				t.Error(err)
			}
			select {
			case heard <- string(data):
			case <-ctx.Done():
			}
		})
	}()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	return heard
}

func put(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// until waits until the text is heard of.
func until(t *testing.T, heard <-chan string, want string) {
	t.Helper()
	for got := range heard {
		if got == want {
			return
		}
	}
}

func TestWatchWriting(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "a.yaml")
	put(t, path, "")
	heard := watching(t, path)
	put(t, path, "one")
	until(t, heard, "one")
	put(t, path, "two")
	until(t, heard, "two")
}

func TestWatchRenaming(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	path := filepath.Join(folder, "a.yaml")
	put(t, path, "")
	heard := watching(t, path)
	for _, text := range []string{"one", "two", "three"} {
		put(t, filepath.Join(folder, "a.yaml.new"), text)
		if err := os.Rename(filepath.Join(folder, "a.yaml.new"), path); err != nil {
			t.Fatal(err)
		}
		until(t, heard, text)
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	put(t, path, "back")
	until(t, heard, "back")
}

// Kubernetes mounts a file as a link to ..data/file, and ..data as a link to a
// folder, which it swaps.
func TestWatchSwappedLinks(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	version := func(name, text string) {
		if err := os.Mkdir(filepath.Join(folder, name), 0o700); err != nil {
			t.Fatal(err)
		}
		put(t, filepath.Join(folder, name, "a.yaml"), text)
		if err := os.Symlink(name, filepath.Join(folder, "..next")); err != nil {
			t.Fatal(err)
		}
		if err := os.Rename(filepath.Join(folder, "..next"), filepath.Join(folder, "..data")); err != nil {
			t.Fatal(err)
		}
	}
	version("..1", "")
	path := filepath.Join(folder, "a.yaml")
	if err := os.Symlink(filepath.Join("..data", "a.yaml"), path); err != nil {
		t.Fatal(err)
	}
	heard := watching(t, path)
	version("..2", "one")
	until(t, heard, "one")
	version("..3", "two")
	until(t, heard, "two")
}
