package fault_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"parley/internal/kit/fault"
)

var errFull = fault.New(fault.Conflict, "thing_full", "The thing is full.")

func TestOf(t *testing.T) {
	t.Parallel()
	cause := errors.New("a cause")
	tests := map[string]struct {
		err  error
		kind fault.Kind
		code string
	}{
		"itself":      {errFull, fault.Conflict, "thing_full"},
		"wrapped":     {fmt.Errorf("put: %w", errFull), fault.Conflict, "thing_full"},
		"joined":      {errors.Join(cause, errFull), fault.Conflict, "thing_full"},
		"outermost":   {fault.New(fault.Invalid, "outer", "O").Because(errFull), fault.Invalid, "outer"},
		"plain":       {cause, fault.Internal, "internal"},
		"cancelled":   {fmt.Errorf("read: %w", context.Canceled), fault.Canceled, "canceled"},
		"out of time": {context.DeadlineExceeded, fault.Canceled, "canceled"},
		"fault first": {errFull.Because(context.Canceled), fault.Conflict, "thing_full"},
	}
	for name, test := range tests {
		got := fault.Of(test.err)
		if got.Kind != test.kind || got.Code != test.code || !fault.IsKind(test.err, test.kind) {
			t.Errorf("%s: %+v", name, got)
		}
		if got.Code == "internal" && (strings.Contains(got.Message, "cause") || !errors.Is(got, cause)) {
			t.Errorf("%s: the cause is shown or lost: %+v", name, got)
		}
	}
	if fault.Of(nil) != nil || fault.IsKind(nil, fault.Internal) {
		t.Error("no error is a fault")
	}
}

// What is added to a fault is added to a copy: packages keep theirs as values.
func TestCopies(t *testing.T) {
	t.Parallel()
	cause := errors.New("a cause")
	got := errFull.Because(cause).Saying("Really.").After(time.Second)
	if errFull.Detail != "" || errFull.RetryAfter != 0 || errors.Unwrap(errFull) != nil {
		t.Errorf("the original is now %+v", errFull)
	}
	if got.Detail != "Really." || got.RetryAfter != time.Second || !errors.Is(got, cause) || !errors.Is(got, errFull) {
		t.Errorf("the copy is %+v", got)
	}
	if errors.Is(got, fault.New(fault.Conflict, "other", "")) || errors.Is(errFull, cause) {
		t.Error("faults of other codes are the same")
	}
	if want := "thing_full: The thing is full.: Really.: a cause"; got.Error() != want {
		t.Errorf("the text is %q", got)
	}
}
