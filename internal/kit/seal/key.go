package seal

import (
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// KeyFile is the name of the file in the data folder that holds the key when
// none is configured.
const KeyFile = "secret.key"

// minKey is the fewest characters a configured key may have.
const minKey = 32

// ErrNoKey says that secrets were sealed earlier but there is no key now. A new
// key could not open them, so none is made.
var ErrNoKey = errors.New("the database holds sealed secrets but their key is gone: restore " + KeyFile +
	" in the data folder, or set PARLEY_SECRET_KEY or PARLEY_SECRET_KEY_FILE")

// Source says where the key comes from; the first that is set wins.
type Source struct {
	// Key is the value of PARLEY_SECRET_KEY.
	Key Secret
	// File is the value of PARLEY_SECRET_KEY_FILE.
	File string
	// Folder is the data folder, where KeyFile is looked for and made.
	Folder string
	// InUse says that sealed rows exist, so that a missing key is an error and
	// never replaced by a new one.
	InUse bool
}

// Load returns the box of the configured key. At the very first start it makes
// a random key and writes it to KeyFile, readable by the owner alone.
func Load(s Source) (*Box, error) {
	if s.Key != "" {
		return fromText(s.Key.Reveal(), "PARLEY_SECRET_KEY")
	}
	if s.File != "" {
		text, err := os.ReadFile(s.File)
		if err != nil {
			return nil, fmt.Errorf("read PARLEY_SECRET_KEY_FILE: %w", err)
		}
		return fromText(string(text), s.File)
	}
	path := filepath.Join(s.Folder, KeyFile)
	text, err := os.ReadFile(path)
	switch {
	case err == nil:
		return fromText(string(text), path)
	case !errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("read the sealing key: %w", err)
	case s.InUse:
		return nil, ErrNoKey
	}
	made, err := makeKeyFile(path)
	if err != nil {
		return nil, fmt.Errorf("make the sealing key: %w", err)
	}
	return fromText(made, path)
}

func fromText(text, from string) (*Box, error) {
	text = strings.TrimSpace(text)
	if len(text) < minKey {
		return nil, fmt.Errorf("the sealing key in %s is too short: it has %d characters, at least %d are needed "+
			"(`openssl rand -base64 32` makes a good one)", from, len(text), minKey)
	}
	return New(text)
}

// makeKeyFile writes a fresh key. If another process was faster, its key is the
// one that counts.
func makeKeyFile(path string) (string, error) {
	raw := make([]byte, 32)
	_, _ = rand.Read(raw) // never fails
	text := base64.StdEncoding.EncodeToString(raw) + "\n"

	// Written beside and linked into place, so that nobody ever reads half of it.
	f, err := os.CreateTemp(filepath.Dir(path), KeyFile+".*") // mode 0600
	if err != nil {
		return "", err
	}
	defer os.Remove(f.Name()) //nolint:errcheck // the name is only the second link
	_, err = f.WriteString(text)
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return "", err
	}
	err = os.Link(f.Name(), path)
	if errors.Is(err, fs.ErrExist) {
		winner, err := os.ReadFile(path)
		return string(winner), err
	}
	if err != nil { // a file system without links
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return "", err
	}
	return text, syncFolder(filepath.Dir(path))
}

// syncFolder makes the new name survive a power cut.
func syncFolder(path string) error {
	dir, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}
