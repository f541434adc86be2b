package conf

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/fsnotify/fsnotify"
)

const (
	// settle is how long a file has to be left alone before it is read: editors
	// write in several steps.
	settle = 100 * time.Millisecond
	// recheck finds what no event told of, as on network drives.
	recheck = 15 * time.Second
)

// Watch calls changed whenever the content of the file at path is another one
// than before, until ctx ends; at first, than the content with the digest that a
// [Report] gave. It follows files that are replaced by renaming, links that come
// to point elsewhere (as Kubernetes swaps its mounted files), and files that
// vanish and come back, both of which is a change.
func Watch(ctx context.Context, path, digest string, changed func()) (err error) {
	watcher, err := fsnotify.NewWatcher()
	if err != nil {
		return fmt.Errorf("watch the configuration: %w", err)
	}
	defer func() { err = errors.Join(err, watcher.Close()) }()
	w := watch{watcher: watcher, path: path, last: digest}
	tick := time.NewTicker(recheck)
	defer tick.Stop()
	quiet := time.NewTimer(0)
	defer quiet.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-watcher.Events:
			quiet.Reset(settle)
			continue
		case _, open := <-watcher.Errors: // a folder went away, or too much happened: look
			if !open {
				return nil
			}
		case <-tick.C:
		case <-quiet.C:
		}
		w.follow()
		if w.isOther() {
			changed()
		}
	}
}

type watch struct {
	watcher *fsnotify.Watcher
	path    string
	folders []string
	last    string
}

// follow watches the folders of the file and of all links on the way to it.
func (w *watch) follow() {
	var folders []string
	at := w.path
	for range 8 {
		folders = append(folders, filepath.Dir(at))
		to, err := os.Readlink(at)
		if err != nil {
			break
		}
		if !filepath.IsAbs(to) {
			to = filepath.Join(filepath.Dir(at), to)
		}
		at = to
	}
	if real, err := filepath.EvalSymlinks(w.path); err == nil {
		folders = append(folders, filepath.Dir(real))
	}
	for _, old := range w.folders {
		_ = w.watcher.Remove(old) // it may be gone
	}
	w.folders = w.folders[:0]
	for _, folder := range folders {
		if w.watcher.Add(folder) == nil { // what cannot be watched is looked at in time
			w.folders = append(w.folders, folder)
		}
	}
}

// isOther reads the file and reports whether it differs from the last reading,
// or has gone since.
func (w *watch) isOther() bool {
	data, err := os.ReadFile(w.path)
	now := digest(data)
	if errors.Is(err, fs.ErrNotExist) {
		now = gone
	} else if err != nil {
		return false
	}
	before := w.last
	w.last = now
	return now != before
}

// gone is the digest of no file at all.
const gone = "gone"

// EmptyDigest is that of a file in which nothing stands.
var EmptyDigest = digest(nil)

// digest stands for the content of a file.
func digest(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}
