// Package blob keeps bytes under keys: uploads, pictures, exports. [Folder]
// keeps them on the local disk.
//
// It knows neither owners nor types; whoever holds the key keeps those, and a
// blob is written once and never changed.
package blob

import (
	"context"
	"errors"
	"io"
	"time"

	"parley/internal/kit/fault"
)

// Faults of a store.
var (
	ErrNotFound = fault.New(fault.NotFound, "blob_not_found", "The stored file is gone.")
	ErrDiskFull = fault.New(fault.Unavailable, "disk_full", "The server's disk is full, so nothing could be saved.")
	ErrTooLarge = fault.New(fault.TooLarge, "too_large", "This file is too large.")

	errKey = errors.New("blob: a key has 1 to 100 characters of a-z, 0-9, - and _")
)

// Info is what a store knows of a blob.
type Info struct {
	Size    int64
	Written time.Time
}

// Reader reads a blob from any position, so that parts of it can be served.
type Reader interface {
	io.ReadSeekCloser
	Info() Info
}

// Store keeps blobs. Keys have 1 to 100 characters of a-z, 0-9, - and _.
type Store interface {
	// Put stores what r holds and returns its size once it is safe on disk. More
	// than limit bytes are ErrTooLarge. After an error nothing is stored. A blob
	// of that key is replaced.
	Put(ctx context.Context, key string, r io.Reader, limit int64) (size int64, err error)
	// Get opens a blob, or returns ErrNotFound.
	Get(ctx context.Context, key string) (Reader, error)
	// Stat returns ErrNotFound if there is no such blob.
	Stat(ctx context.Context, key string) (Info, error)
	// Delete removes a blob; one that is not there is no error.
	Delete(ctx context.Context, key string) error
}

func checkKey(key string) error {
	if key == "" || len(key) > 100 {
		return errKey
	}
	for _, c := range []byte(key) {
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' && c != '_' {
			return errKey
		}
	}
	return nil
}
