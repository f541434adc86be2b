// Package file keeps what users upload and what models make for them: who owns it, what it truly is and how
// long it lives. The bytes lie in kit/blob under the file's id.
//
// A file is a picture (PNG, JPEG, WebP or GIF), a PDF document or a sound,
// recognised by its content and never by its name or by what the browser claims.
// SVG is refused: it is a program, not a picture.
package file

import (
	"context"
	"embed"
	"fmt"
	"io"
	"sync/atomic"
	"time"

	"parley/internal/access"
	"parley/internal/identity"
	"parley/internal/kit/blob"
	"parley/internal/kit/db"
	"parley/internal/kit/fault"
)

// Migrations makes the table of files.
//
//go:embed migrations/*.sql
var Migrations embed.FS

// Limits on one file.
const (
	// DefaultMaxBytes is how large a file may be unless the config says
	// otherwise.
	DefaultMaxBytes = 20 << 20
	// MaxPixels bounds the memory that showing a picture takes.
	MaxPixels = 100_000_000
	// LooseTime is how long a file is kept that no message uses.
	LooseTime = 24 * time.Hour
)

// The faults of this package.
var (
	ErrNotFound    = fault.New(fault.NotFound, "not_found", "There is nothing here, or it is not yours.")
	ErrTooLarge    = fault.New(fault.TooLarge, "file_too_large", "This file is too large.")
	ErrEmpty       = fault.New(fault.Invalid, "file_empty", "This file is empty.")
	ErrUnsupported = fault.New(fault.Unsupported, "file_unsupported", "Only pictures (PNG, JPEG, WebP, GIF), PDF documents and sounds (MP3, WAV, Ogg, FLAC, M4A, AAC) can be uploaded.")
	ErrBroken      = fault.New(fault.Invalid, "file_broken", "This picture is damaged.")
	ErrPixels      = fault.New(fault.TooLarge, "image_too_large", "This picture has too many pixels.")
)

// ID is the id of a file.
type ID string

// File is what is known of an upload.
type File struct {
	ID   ID
	Name string
	// MIME is the type by content, such as "image/png".
	MIME string
	// Size is in bytes, Width and Height in pixels, 0 for what is no picture.
	Size   int64
	Width  int
	Height int
	// SHA256 is the hash of the bytes in hexadecimal.
	SHA256    string
	CreatedAt time.Time
}

// Config is what a [Service] needs.
type Config struct {
	DB    *db.DB
	Blobs blob.Store
	// MaxBytes is the largest file; 0 means [DefaultMaxBytes].
	MaxBytes int64
	// Now is the clock; time.Now by default.
	Now func() time.Time
}

// Service keeps files. It is safe for concurrent use.
type Service struct {
	db       *db.DB
	blobs    blob.Store
	maxBytes atomic.Int64
	now      func() time.Time
}

// New returns a service over a database that has the [Migrations].
func New(c Config) *Service {
	s := &Service{db: c.DB, blobs: c.Blobs, now: c.Now}
	s.Configure(c.MaxBytes)
	if s.now == nil {
		s.now = time.Now
	}
	return s
}

// MaxBytes is the size of the largest file that is taken.
func (s *Service) MaxBytes() int64 { return s.maxBytes.Load() }

// Configure changes how large the files to come may be; 0 means
// [DefaultMaxBytes].
func (s *Service) Configure(maxBytes int64) {
	if maxBytes <= 0 {
		maxBytes = DefaultMaxBytes
	}
	s.maxBytes.Store(maxBytes)
}

// Get returns a file that scope may see, or [ErrNotFound].
func (s *Service) Get(ctx context.Context, scope access.Scope, id ID) (File, error) {
	return get(ctx, s.db, scope, id)
}

// Open returns a file that scope may see with its bytes, or [ErrNotFound].
func (s *Service) Open(ctx context.Context, scope access.Scope, id ID) (File, blob.Reader, error) {
	f, err := get(ctx, s.db, scope, id)
	if err != nil {
		return File{}, nil, err
	}
	r, err := s.blobs.Get(ctx, string(id))
	if fault.IsKind(err, fault.NotFound) {
		return File{}, nil, ErrNotFound.Because(err)
	}
	if err != nil {
		return File{}, nil, fmt.Errorf("open file %s: %w", id, err)
	}
	return f, r, nil
}

// Read returns a file that scope may see with all of its bytes, as a model wants
// them, or [ErrNotFound].
func (s *Service) Read(ctx context.Context, scope access.Scope, id ID) (_ File, data []byte, err error) {
	f, r, err := s.Open(ctx, scope, id)
	if err != nil {
		return File{}, nil, err
	}
	defer r.Close() //nolint:errcheck // only read from
	data = make([]byte, f.Size)
	if _, err := io.ReadFull(r, data); err != nil {
		return File{}, nil, fmt.Errorf("read file %s: %w", id, err)
	}
	return f, data, nil
}

// Attach notes in tx that a message uses the files, so that they are kept, and
// returns them in the order of ids. One that scope may not see is
// [ErrNotFound].
func (s *Service) Attach(ctx context.Context, tx *db.Tx, scope access.Scope, ids ...ID) ([]File, error) {
	files := make([]File, len(ids))
	for i, id := range ids {
		if err := attach(ctx, tx, scope, id, s.now()); err != nil {
			return nil, err
		}
		f, err := get(ctx, tx, scope, id)
		if err != nil {
			return nil, err
		}
		files[i] = f
	}
	return files, nil
}

// Owner says whose file this is; it is the resolver that package access asks.
func (s *Service) Owner(ctx context.Context, id string) (identity.UserID, error) {
	return owner(ctx, s.db, ID(id))
}

// Sweep removes the files that no message has used [LooseTime] after they were
// uploaded, and uploads that were cut off. It returns how many.
func (s *Service) Sweep(ctx context.Context) (int, error) {
	ids, err := doomLoose(ctx, s.db, s.now().Add(-LooseTime))
	if err != nil {
		return 0, err
	}
	return len(ids), s.remove(ctx, ids)
}

// Erase removes all files of a user, bytes included.
func (s *Service) Erase(ctx context.Context, user identity.UserID) error {
	ids, err := doomAll(ctx, s.db, user)
	if err != nil {
		return err
	}
	return s.remove(ctx, ids)
}

// List returns all files of scope's user, oldest first.
func (s *Service) List(ctx context.Context, scope access.Scope) ([]File, error) {
	return list(ctx, s.db, scope)
}

// remove deletes files that are marked as doomed: the bytes first, so that a
// crash leaves a row that the next sweep finds.
func (s *Service) remove(ctx context.Context, ids []ID) error {
	for _, id := range ids {
		if err := s.blobs.Delete(ctx, string(id)); err != nil {
			return fmt.Errorf("remove file %s: %w", id, err)
		}
		if err := remove(ctx, s.db, id); err != nil {
			return err
		}
	}
	return nil
}
