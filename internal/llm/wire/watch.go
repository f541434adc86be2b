package wire

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"strings"
	"sync"
	"syscall"
	"time"
	"unicode/utf8"

	"parley/internal/kit/fault"
	"parley/internal/llm"
)

// watch cancels a call that makes no progress.
type watch struct {
	ctx    context.Context //nolint:containedctx // it is the call's own life
	cancel context.CancelCauseFunc
	mu     sync.Mutex // arm is also called by the transport
	timer  *time.Timer
}

func newWatch(parent context.Context) (context.Context, *watch) {
	ctx, cancel := context.WithCancelCause(parent)
	return ctx, &watch{ctx: ctx, cancel: cancel}
}

// arm gives the next step of the call a time limit.
func (w *watch) arm(limit time.Duration, what string) {
	w.replace(time.AfterFunc(limit, func() {
		w.cancel(&llm.Error{
			Kind: llm.ErrTimeout, Retryable: true, Cause: context.DeadlineExceeded,
			Message: fmt.Sprintf("waited %s for %s", limit, what),
		})
	}))
}

func (w *watch) replace(timer *time.Timer) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.timer != nil {
		w.timer.Stop()
	}
	w.timer = timer
}

func (w *watch) end() {
	w.replace(nil)
	w.cancel(context.Canceled)
}

// reader watches the reads of a body. The first is still under the limit that
// was armed before; each later one has idle. A slow consumer costs nothing,
// for the clock only runs inside Read.
func (w *watch) reader(body io.Reader, idle time.Duration) io.Reader {
	return &watchedReader{body: body, watch: w, idle: idle}
}

type watchedReader struct {
	body  io.Reader
	watch *watch
	idle  time.Duration
	timer *time.Timer
}

func (r *watchedReader) Read(p []byte) (int, error) {
	if r.timer == nil {
		n, err := r.body.Read(p)
		r.watch.arm(r.idle, "the next piece of the answer")
		r.timer = r.watch.timer
		r.timer.Stop()
		return n, err
	}
	r.timer.Reset(r.idle)
	n, err := r.body.Read(p)
	r.timer.Stop()
	return n, err
}

func backoff(base time.Duration, attempt int) time.Duration {
	full := base << attempt
	return full/2 + rand.N(full/2+1) //nolint:gosec // jitter, not a secret
}

func wait(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// networkCause says what went wrong, by a code where the next step depends on
// it, and in words without any address: users read them, and have no business
// with what the server's network looks like.
func networkCause(err error) (code, message string) {
	if refused, ok := errors.AsType[*fault.Error](err); ok {
		return "", refused.Message
	}
	if _, ok := errors.AsType[*net.DNSError](err); ok {
		return llm.CodeHost, "the host was not found"
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return "", "the provider closed the connection"
	}
	if number, ok := errors.AsType[syscall.Errno](err); ok {
		if number == syscall.ECONNREFUSED {
			code = llm.CodeRefused
		}
		return code, number.Error()
	}
	if timeout, ok := errors.AsType[net.Error](err); ok && timeout.Timeout() {
		return "", "the provider did not answer in time"
	}
	if _, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		return llm.CodeCertificate, "the certificate of the provider is not valid"
	}
	if _, ok := errors.AsType[tls.RecordHeaderError](err); ok || errors.Is(err, http.ErrSchemeMismatch) {
		return llm.CodeNoHTTPS, "there is no HTTPS at this address"
	}
	return "", "the connection failed"
}

// shorten cuts text to at most limit bytes at a character boundary and makes
// it valid UTF-8.
func shorten(text string, limit int) string {
	if len(text) > limit {
		const ellipsis = "…"
		end := limit - len(ellipsis)
		for end > 0 && !utf8.RuneStart(text[end]) {
			end--
		}
		text = text[:end] + ellipsis
	}
	return strings.ToValidUTF8(text, "\uFFFD")
}
