// Package seal keeps secrets: encrypted in the database ([Box]) and hidden in
// memory ([Secret]).
//
// It is for what has to be read again, such as a provider's key. Passwords and
// tokens that are only ever compared are stored as hashes elsewhere.
package seal

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"strings"

	"parley/internal/kit/fault"
)

// ErrCannotOpen says that a sealed text was changed, moved to another row, or
// sealed with another key.
var ErrCannotOpen = fault.New(fault.Internal, "secret_unreadable",
	"A stored secret cannot be read with this server's key. Enter it again, or restore the key.")

// Context is what a sealed text is bound to: moved to another kind of thing or
// another owner, it does not open.
type Context struct {
	// Kind is what the secret is for, such as "provider key".
	Kind string
	// Owner is the id of what it belongs to: a user, or the name of a provider.
	Owner string
}

// bytes is unambiguous: the kind's length stands before it.
func (c Context) bytes() []byte {
	b := binary.AppendUvarint(nil, uint64(len(c.Kind)))
	return append(append(b, c.Kind...), c.Owner...)
}

// version starts each sealed text: AES-256-GCM with a random 96-bit nonce
// (NIST SP 800-38D), key by HKDF-SHA-256 (RFC 5869).
const version = "v1"

// Box seals and opens secrets with one key. It is safe for concurrent use.
type Box struct {
	keyID string
	aead  cipher.AEAD
}

// New returns a box for a key given as text of any form; its strength is the
// caller's concern (see [Load]).
func New(key string) (*Box, error) {
	derive := func(purpose string, length int) ([]byte, error) {
		return hkdf.Key(sha256.New, []byte(key), nil, "parley "+purpose, length)
	}
	raw, err := derive("sealing key", 32)
	if err != nil {
		return nil, fmt.Errorf("derive the sealing key: %w", err)
	}
	name, err := derive("sealing key id", 4)
	if err != nil {
		return nil, fmt.Errorf("derive the sealing key's id: %w", err)
	}
	block, err := aes.NewCipher(raw)
	if err != nil {
		return nil, fmt.Errorf("make the cipher: %w", err)
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		return nil, fmt.Errorf("make the cipher: %w", err)
	}
	return &Box{keyID: hex.EncodeToString(name), aead: aead}, nil
}

// KeyID names the key without telling anything about it.
func (b *Box) KeyID() string { return b.keyID }

// Seal encrypts secret as text "v1.<key id>.<base64>", bound to c.
func (b *Box) Seal(secret Secret, c Context) string {
	box := b.aead.Seal(nil, nil, []byte(secret), c.bytes()) //nolint:gosec // this AEAD makes its own random nonce
	return version + "." + b.keyID + "." + base64.RawStdEncoding.EncodeToString(box)
}

// Open is the reverse of [Box.Seal] with the same context. It returns
// [ErrCannotOpen].
func (b *Box) Open(sealed string, c Context) (Secret, error) {
	form, rest, _ := strings.Cut(sealed, ".")
	keyID, text, ok := strings.Cut(rest, ".")
	if !ok || form != version {
		return "", ErrCannotOpen.Because(fmt.Errorf("%s of %s: not in the form %s", c.Kind, c.Owner, version))
	}
	if keyID != b.keyID {
		return "", ErrCannotOpen.Because(fmt.Errorf("%s of %s: sealed with key %.8s, this is key %s", c.Kind, c.Owner, keyID, b.keyID))
	}
	box, err := base64.RawStdEncoding.DecodeString(text)
	if err != nil {
		return "", ErrCannotOpen.Because(fmt.Errorf("%s of %s: %w", c.Kind, c.Owner, err))
	}
	plain, err := b.aead.Open(nil, nil, box, c.bytes())
	if err != nil {
		return "", ErrCannotOpen.Because(fmt.Errorf("%s of %s: %w", c.Kind, c.Owner, err))
	}
	return Secret(plain), nil
}
