// Package id makes and checks identifiers: UUIDs in their canonical lower-case
// text (RFC 9562), version 7 when made here.
//
// Packages declare their own types over string (chat.ID, turn.ID); this one
// knows none of them.
package id

import (
	"strings"

	"parley/internal/kit/fault"

	"github.com/google/uuid"
)

// ErrInvalid is returned for text that is not a UUID.
var ErrInvalid = fault.New(fault.Invalid, "invalid_id", "This identifier is not a UUID.")

// New returns a fresh UUIDv7, which sorts by the time it was made.
func New() string { return uuid.Must(uuid.NewV7()).String() }

// Parse returns the canonical form of s, which has to be a UUID of 36
// characters; any version is taken.
func Parse(s string) (string, error) {
	if len(s) != 36 {
		return "", ErrInvalid
	}
	if err := uuid.Validate(s); err != nil {
		return "", ErrInvalid
	}
	return strings.ToLower(s), nil
}
