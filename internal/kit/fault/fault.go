// Package fault is the one error type that crosses packages: a kind that says
// what to do, a stable code for programs and a message that a user may read.
//
// It is not for wrapping: context is added with fmt.Errorf and %w, and the
// fault is found again with [Of].
package fault

import (
	"context"
	"errors"
	"time"
)

// Kind is what an error means for the caller.
type Kind string

// The kinds. What a caller may not see is NotFound, never Forbidden.
const (
	Invalid         Kind = "invalid"
	Unauthenticated Kind = "unauthenticated"
	Forbidden       Kind = "forbidden"
	NotFound        Kind = "not_found"
	Conflict        Kind = "conflict"
	TooLarge        Kind = "too_large"
	Limited         Kind = "limited"
	Canceled        Kind = "canceled"
	Unavailable     Kind = "unavailable"
	Unsupported     Kind = "unsupported"
	Internal        Kind = "internal"
)

// Error is a fault. The zero value is not useful; see [New].
type Error struct {
	Kind Kind
	// Code is stable and snake_case; clients translate it.
	Code string
	// Message is safe to show to the user.
	Message string
	// Detail is further text that is safe to show, such as a provider's own
	// words.
	Detail string
	// RetryAfter is how long to wait before trying again; 0 is unknown.
	RetryAfter time.Duration

	cause error
}

// New returns a fault without a cause.
func New(kind Kind, code, message string) *Error {
	return &Error{Kind: kind, Code: code, Message: message}
}

// Because returns a copy of e with a cause, which is logged and never shown.
func (e *Error) Because(cause error) *Error {
	c := *e
	c.cause = cause
	return &c
}

// Saying returns a copy of e with a detail for the user.
func (e *Error) Saying(detail string) *Error {
	c := *e
	c.Detail = detail
	return &c
}

// After returns a copy of e that asks the caller to wait for d.
func (e *Error) After(d time.Duration) *Error {
	c := *e
	c.RetryAfter = d
	return &c
}

func (e *Error) Error() string {
	s := e.Code + ": " + e.Message
	if e.Detail != "" {
		s += ": " + e.Detail
	}
	if e.cause != nil {
		s += ": " + e.cause.Error()
	}
	return s
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.cause }

// Is reports whether target is a fault of the same code, so that a package can
// export its faults as values and callers compare with errors.Is.
func (e *Error) Is(target error) bool {
	t, ok := target.(*Error)
	return ok && t.Code == e.Code
}

// Of returns the fault in err's chain. Without one it is canceled for a done
// context and internal, with a message that says nothing, for all else; nil
// for nil.
func Of(err error) *Error {
	if err == nil {
		return nil
	}
	if e, ok := errors.AsType[*Error](err); ok {
		return e
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return New(Canceled, "canceled", "The request was cancelled.").Because(err)
	}
	return New(Internal, "internal", "Something went wrong on the server.").Because(err)
}

// IsKind reports whether err is a fault of kind.
func IsKind(err error, kind Kind) bool { return err != nil && Of(err).Kind == kind }
