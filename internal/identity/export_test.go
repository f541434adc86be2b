package identity

import (
	"testing"

	"parley/internal/kit/seal"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"
)

// CheapHash is password's hash as an older version with less cost would have
// stored it.
func CheapHash(t *testing.T, password seal.Secret) string {
	t.Helper()
	c, salt := cost{time: 1, memory: 8, threads: 1}, newSalt()
	return encodeHash(c, salt, argon2.IDKey(norm.NFKC.Bytes([]byte(password)), salt, c.time, c.memory, c.threads, 16))
}

// CanonicalEmail is how addresses are compared.
func CanonicalEmail(s string) (string, error) { return canonicalEmail(s) }

// CanonicalName is how names are kept.
func CanonicalName(s string) (string, error) { return canonicalName(s) }

// RoundTripHash decodes a stored hash and encodes it again.
func RoundTripHash(s string) (string, error) {
	c, salt, sum, err := decodeHash(s)
	if err != nil {
		return "", err
	}
	return encodeHash(c, salt, sum), nil
}
