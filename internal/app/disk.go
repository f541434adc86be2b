package app

import (
	"errors"
	"sync"
	"time"

	"parley/internal/kit/blob"
	"parley/internal/kit/fault"
)

// disk knows whether the data folder can be written to. Anyone may ask, so it is
// tried again only after a while.
type disk struct {
	blobs *blob.Folder

	mu      sync.Mutex
	checked time.Time
	err     error
}

// tryDiskEvery is how old the answer may be.
const tryDiskEvery = 2 * time.Second

var errDisk = fault.New(fault.Unavailable, "disk_unavailable", "Nothing can be written to the data folder.")

// check returns why nothing can be written.
func (d *disk) check() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if time.Since(d.checked) < tryDiskEvery {
		return d.err
	}
	d.err = d.blobs.Check()
	if d.err != nil && !errors.Is(d.err, blob.ErrDiskFull) {
		d.err = errDisk.Because(d.err)
	}
	d.checked = time.Now()
	return d.err
}
