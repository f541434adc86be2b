package seal

import (
	"fmt"
	"log/slog"
)

const hidden = "[secret]"

// Secret is a password, token or key while it is in memory. However it is
// printed or encoded (fmt, JSON, YAML, slog) it says "[secret]"; reading one from
// JSON or YAML works as for a string.
type Secret string

// Reveal returns the secret itself. Each call is a place to look at in a review.
func (s Secret) Reveal() string { return string(s) }

// String returns "[secret]".
func (s Secret) String() string { return hidden }

// Format writes "[secret]" for every verb, %x and %#v included.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(hidden)) }

// LogValue returns "[secret]".
func (s Secret) LogValue() slog.Value { return slog.StringValue(hidden) }

// MarshalText returns "[secret]"; encoding/json and the YAML encoder use it.
func (s Secret) MarshalText() ([]byte, error) { return []byte(hidden), nil }
