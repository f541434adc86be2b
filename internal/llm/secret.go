package llm

import (
	"fmt"
	"log/slog"
)

const hidden = "[secret]"

// Secret is a provider key. It prints, logs and marshals as "[secret]"; only
// [Secret.Reveal] gives the text. The zero value is an empty secret.
type Secret struct {
	// A function, because fmt and other printers follow strings and pointers
	// in unexported fields, where methods are not called.
	reveal func() string
}

// NewSecret hides value.
func NewSecret(value string) Secret {
	if value == "" {
		return Secret{}
	}
	return Secret{reveal: func() string { return value }}
}

// Reveal returns the text, for the header it is meant for and nothing else.
func (s Secret) Reveal() string {
	if s.reveal == nil {
		return ""
	}
	return s.reveal()
}

// IsSet reports whether there is a secret.
func (s Secret) IsSet() bool { return s.reveal != nil }

// String returns "[secret]", or "" for the zero value.
func (s Secret) String() string {
	if s.reveal == nil {
		return ""
	}
	return hidden
}

// Format writes String for every verb.
func (s Secret) Format(state fmt.State, _ rune) { _, _ = state.Write([]byte(s.String())) }

// MarshalText implements encoding.TextMarshaler, for JSON and YAML too.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// LogValue implements slog.LogValuer.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }
