package llm

import (
	"errors"
	"fmt"
	"time"
)

// ErrorKind is what an [Error] means for the next step.
type ErrorKind string

// The kinds of error that a model call ends with.
const (
	ErrAuth ErrorKind = "auth"
	// ErrOwnKey is ErrAuth for a key that the user gave.
	ErrOwnKey          ErrorKind = "own_key"
	ErrRateLimited     ErrorKind = "rate_limited"
	ErrOverloaded      ErrorKind = "overloaded"
	ErrContextTooLong  ErrorKind = "context_too_long"
	ErrContentFiltered ErrorKind = "content_filtered"
	ErrBadRequest      ErrorKind = "bad_request"
	ErrModelNotFound   ErrorKind = "model_not_found"
	ErrQuota           ErrorKind = "quota_exhausted"
	// ErrProtocol is an answer that is not what the protocol says: HTML,
	// broken JSON, an event too large.
	ErrProtocol ErrorKind = "protocol"
	// ErrTruncated is a stream that ended before its last event.
	ErrTruncated ErrorKind = "truncated"
	ErrNetwork   ErrorKind = "network"
	ErrTimeout   ErrorKind = "timeout"
	ErrCanceled  ErrorKind = "canceled"
	ErrServer    ErrorKind = "server"
	ErrInternal  ErrorKind = "internal"
)

// The codes of an [ErrNetwork] whose cause is known: they call for different
// next steps, and no provider was there to name one.
const (
	CodeHost        = "host_not_found"
	CodeRefused     = "connection_refused"
	CodeCertificate = "certificate_invalid"
	CodeNoHTTPS     = "https_missing"
)

// Error is how a model call fails. It never holds a request, a header or a
// key, so that it can be logged and shown.
type Error struct {
	Kind ErrorKind
	// Status is the HTTP status, 0 where there was none.
	Status int
	// Code is the provider's own code, such as "context_length_exceeded"; of
	// an ErrNetwork it is one of ours, or empty.
	Code string
	// Message is the provider's own text, at most 2,000 bytes.
	Message string
	// RetryAfter is how long the provider asks to wait; 0 is unknown.
	RetryAfter time.Duration
	// Retryable says that the same request may succeed later. Whether it is
	// retried also depends on nothing having been received yet.
	Retryable bool
	// NoAnswer says that what came was no answer of the protocol from its beginning,
	// such as a web page: there was no model behind it, and it costs nothing.
	NoAnswer bool
	// Alternatives are up to three models ("provider/model") that may answer in
	// the place of the one that was asked.
	Alternatives []string
	// Cause is kept for errors.Is (context.Canceled and the like).
	Cause error
}

func (e *Error) Error() string {
	if e.Status != 0 {
		return fmt.Sprintf("model call: %s (HTTP %d): %s", e.Kind, e.Status, e.Message)
	}
	return fmt.Sprintf("model call: %s: %s", e.Kind, e.Message)
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Cause }

// AsError returns err as an *Error; anything else becomes an internal one.
func AsError(err error) *Error {
	if err == nil {
		return nil
	}
	if e, ok := errors.AsType[*Error](err); ok {
		return e
	}
	return &Error{Kind: ErrInternal, Message: err.Error(), Cause: err}
}
