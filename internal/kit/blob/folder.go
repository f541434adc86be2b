package blob

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"strings"
	"syscall"
)

// incoming is the folder of blobs that are being written.
const incoming = "incoming"

// Folder is a [Store] in a folder of the local disk: 256 sub-folders by the
// hash of the key, in each the blobs under their keys.
type Folder struct{ root *os.Root }

var _ Store = (*Folder)(nil)

// OpenFolder opens the store in the folder at name, which is made if needed,
// and removes what a crash left half-written. One process may have it open.
func OpenFolder(name string) (*Folder, error) {
	if err := os.MkdirAll(name, 0o700); err != nil {
		return nil, fmt.Errorf("open the file store: %w", wrap(err))
	}
	root, err := os.OpenRoot(name)
	if err != nil {
		return nil, fmt.Errorf("open the file store: %w", err)
	}
	if err := errors.Join(root.RemoveAll(incoming), root.Mkdir(incoming, 0o700)); err != nil {
		return nil, errors.Join(fmt.Errorf("open the file store: %w", wrap(err)), root.Close())
	}
	return &Folder{root: root}, nil
}

// Close lets go of the folder.
func (f *Folder) Close() error { return f.root.Close() }

func place(key string) string {
	sum := sha256.Sum256([]byte(key))
	return path.Join(hex.EncodeToString(sum[:1]), key)
}

// Put implements [Store]: the blob is written aside, synced, then renamed.
func (f *Folder) Put(ctx context.Context, key string, r io.Reader, limit int64) (int64, error) {
	if err := checkKey(key); err != nil {
		return 0, err
	}
	temp := path.Join(incoming, strings.ToLower(rand.Text()))
	size, err := f.write(temp, &canceling{ctx: ctx, r: io.LimitReader(r, limit+1)})
	if err == nil && size > limit {
		err = ErrTooLarge
	}
	if err == nil {
		err = f.settle(temp, place(key))
	}
	if err != nil {
		_ = f.root.Remove(temp) // it may not exist any more
		return 0, fmt.Errorf("store %s: %w", key, wrap(err))
	}
	return size, nil
}

func (f *Folder) write(name string, r io.Reader) (size int64, err error) {
	file, err := f.root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	if size, err = io.Copy(file, r); err != nil {
		return 0, err
	}
	return size, file.Sync()
}

// settle moves a written file to its place and makes the move durable.
func (f *Folder) settle(temp, name string) error {
	folder := path.Dir(name)
	if err := f.root.Mkdir(folder, 0o700); err == nil {
		if err := f.sync("."); err != nil {
			return err
		}
	} else if !errors.Is(err, fs.ErrExist) {
		return err
	}
	if err := f.root.Rename(temp, name); err != nil {
		return err
	}
	return f.sync(folder)
}

func (f *Folder) sync(folder string) error {
	d, err := f.root.Open(folder)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// Check writes a little to the disk and removes it again. The error is
// [ErrDiskFull] where there is no room for it.
func (f *Folder) Check() error {
	const little = 64 << 10
	temp := path.Join(incoming, strings.ToLower(rand.Text()))
	_, err := f.write(temp, bytes.NewReader(make([]byte, little)))
	if removed := f.root.Remove(temp); err == nil {
		err = removed
	}
	if err != nil {
		return fmt.Errorf("write to the file store: %w", wrap(err))
	}
	return nil
}

// Get implements [Store].
func (f *Folder) Get(_ context.Context, key string) (Reader, error) {
	if err := checkKey(key); err != nil {
		return nil, err
	}
	file, err := f.root.Open(place(key))
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", key, wrap(err))
	}
	stat, err := file.Stat()
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open %s: %w", key, err), file.Close())
	}
	return reader{file, Info{Size: stat.Size(), Written: stat.ModTime()}}, nil
}

type reader struct {
	*os.File
	info Info
}

// Info implements [Reader].
func (r reader) Info() Info { return r.info }

// Stat implements [Store].
func (f *Folder) Stat(_ context.Context, key string) (Info, error) {
	if err := checkKey(key); err != nil {
		return Info{}, err
	}
	stat, err := f.root.Stat(place(key))
	if err != nil {
		return Info{}, fmt.Errorf("stat %s: %w", key, wrap(err))
	}
	return Info{Size: stat.Size(), Written: stat.ModTime()}, nil
}

// Delete implements [Store].
func (f *Folder) Delete(_ context.Context, key string) error {
	if err := checkKey(key); err != nil {
		return err
	}
	if err := f.root.Remove(place(key)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("delete %s: %w", key, wrap(err))
	}
	return nil
}

func wrap(err error) error {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return ErrNotFound.Because(err)
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return ErrDiskFull.Because(err)
	}
	return err
}

// canceling ends a long copy when its context does.
type canceling struct {
	ctx context.Context //nolint:containedctx // lives for one Put
	r   io.Reader
}

func (c *canceling) Read(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, context.Cause(c.ctx)
	}
	return c.r.Read(p)
}
