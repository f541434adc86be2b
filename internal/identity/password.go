package identity

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync/atomic"
	"unicode/utf8"

	"parley/internal/kit/fault"
	"parley/internal/kit/limit"
	"parley/internal/kit/seal"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"
)

// Faults of a password that is to be set.
var (
	ErrPasswordShort = fault.New(fault.Invalid, "password_too_short", "The password is too short.")
	ErrPasswordLong  = fault.New(fault.Invalid, "password_too_long", "The password may have at most 1024 bytes.")
	ErrPasswordWeak  = fault.New(fault.Invalid, "password_weak", "The password may not be the e-mail address.")
)

const (
	minPasswordChars = 8 // unless the rules say otherwise
	maxPasswordBytes = 1024
)

// cost is how expensive a hash is: argon2id (RFC 9106) with t=2, m=19 MiB, p=1,
// the minimum that OWASP's password storage cheat sheet gives for it.
type cost struct {
	time    uint32
	memory  uint32 // KiB
	threads uint8
}

var currentCost = cost{time: 2, memory: 19 * 1024, threads: 1}

const (
	saltBytes = 16
	hashBytes = 32
	// maxWaiting is how many sign-ins wait for their turn to be hashed before
	// the rest is turned away: a few seconds' worth.
	maxWaiting = 128
)

// passwords hashes, at most one hash per core at a time.
type passwords struct {
	gate  *limit.Gate
	count atomic.Int64
	// nobody is compared against when there is no such user, so that an unknown
	// address costs what a known one does. No password fits it.
	nobody string
}

func newPasswords() *passwords {
	blank := make([]byte, hashBytes)
	_, _ = rand.Read(blank) // never fails
	return &passwords{
		gate:   limit.NewGate(runtime.GOMAXPROCS(0), maxWaiting),
		nobody: encodeHash(currentCost, newSalt(), blank),
	}
}

// HashCount is how many password hashes were computed since the start.
func (s *Service) HashCount() int64 { return s.passwords.count.Load() }

// RandomPassword makes a password that may be set for anyone.
func (s *Service) RandomPassword() seal.Secret {
	text := rand.Text()
	for len(text) < s.Rules().MinPassword {
		text += rand.Text()
	}
	return seal.Secret(text)
}

// checkPassword says whether password may be set for the user with this address.
func (s *Service) checkPassword(password seal.Secret, email string) error {
	text, least := password.Reveal(), s.Rules().MinPassword
	switch {
	case len(text) > maxPasswordBytes:
		return ErrPasswordLong
	case utf8.RuneCountInString(text) < least:
		return ErrPasswordShort.Saying(fmt.Sprintf("It needs at least %d characters.", least))
	case strings.EqualFold(strings.TrimSpace(text), email):
		return ErrPasswordWeak
	}
	return nil
}

// hash returns password's hash in PHC string form.
func (p *passwords) hash(ctx context.Context, password seal.Secret) (string, error) {
	salt := newSalt()
	sum, err := p.derive(ctx, password, salt, currentCost, hashBytes)
	if err != nil {
		return "", err
	}
	return encodeHash(currentCost, salt, sum), nil
}

// verify reports whether password fits hash, and whether hash was made with
// another cost than new ones are. An empty hash takes as long and fits nothing.
func (p *passwords) verify(ctx context.Context, password seal.Secret, hash string) (fits, outdated bool, err error) {
	if hash == "" {
		hash = p.nobody
	}
	c, salt, want, err := decodeHash(hash)
	if err != nil {
		return false, false, err
	}
	got, err := p.derive(ctx, password, salt, c, len(want))
	if err != nil {
		return false, false, err
	}
	return subtle.ConstantTimeCompare(got, want) == 1, c != currentCost || len(want) != hashBytes, nil
}

func (p *passwords) derive(ctx context.Context, password seal.Secret, salt []byte, c cost, length int) ([]byte, error) {
	if len(password) > maxPasswordBytes {
		password = password[:maxPasswordBytes] // longer ones cannot be set
	}
	var sum []byte
	err := p.gate.Do(ctx, func() {
		p.count.Add(1)
		// NFKC, so that two keyboards that compose differently type the same
		// password (NIST SP 800-63B).
		sum = argon2.IDKey(norm.NFKC.Bytes([]byte(password)), salt, c.time, c.memory, c.threads, uint32(length))
	})
	return sum, err
}

func newSalt() []byte {
	salt := make([]byte, saltBytes)
	_, _ = rand.Read(salt) // never fails
	return salt
}

// encodeHash writes the PHC string form:
// $argon2id$v=19$m=19456,t=2,p=1$<salt>$<hash>.
func encodeHash(c cost, salt, sum []byte) string {
	b64 := base64.RawStdEncoding.EncodeToString
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, c.memory, c.time, c.threads, b64(salt), b64(sum))
}

var errHashForm = errors.New("a password hash is not in the form that this version reads")

func decodeHash(hash string) (c cost, salt, sum []byte, err error) {
	part := strings.Split(hash, "$")
	if len(part) != 6 || part[0] != "" || part[1] != "argon2id" {
		return c, nil, nil, errHashForm
	}
	var version int
	if n, err := fmt.Sscanf(part[2], "v=%d", &version); n != 1 || err != nil || version != argon2.Version {
		return c, nil, nil, errHashForm
	}
	if n, err := fmt.Sscanf(part[3], "m=%d,t=%d,p=%d", &c.memory, &c.time, &c.threads); n != 3 || err != nil {
		return c, nil, nil, errHashForm
	}
	salt, errSalt := base64.RawStdEncoding.DecodeString(part[4])
	sum, errSum := base64.RawStdEncoding.DecodeString(part[5])
	const mostMemory, mostTime = 1 << 20, 32 // 1 GiB: more was never written by us
	if errSalt != nil || errSum != nil || len(sum) < 16 || len(salt) < 8 ||
		c.time == 0 || c.threads == 0 || c.memory > mostMemory || c.time > mostTime {
		return c, nil, nil, errHashForm
	}
	return c, salt, sum, nil
}
