package rest

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"runtime/debug"
	"time"

	"parley/internal/kit/fault"
	"parley/internal/kit/id"
)

type requestIDKey struct{}

// RequestID returns the id of the request that ctx belongs to, or "".
func RequestID(ctx context.Context) string {
	s, _ := ctx.Value(requestIDKey{}).(string)
	return s
}

type responseKey struct{}

// SetCookie adds a cookie to the response of the typed handler that ctx was
// given to.
func SetCookie(ctx context.Context, cookie *http.Cookie) {
	if w, ok := ctx.Value(responseKey{}).(http.ResponseWriter); ok {
		http.SetCookie(w, cookie)
	}
}

// SetHeader sets a header of the response of the typed handler that ctx was
// given to.
func SetHeader(ctx context.Context, name, value string) {
	if w, ok := ctx.Value(responseKey{}).(http.ResponseWriter); ok {
		w.Header().Set(name, value)
	}
}

type requestKey struct{}

// Request returns the HTTP request that ctx belongs to, or nil.
func Request(ctx context.Context) *http.Request {
	r, _ := ctx.Value(requestKey{}).(*http.Request)
	return r
}

// Edge wraps next with what every request needs: an id, one access line, an end
// to the wait for a body that does not come, and recovery from a panic, which answers 500 and leaves the process running.
func (r *Router) Edge(next http.Handler) http.Handler {
	next = compressed()(next)
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		start := time.Now()
		requestID := id.New()
		w.Header().Set("X-Request-Id", requestID)
		// For all that does not say otherwise: an answer is one user's.
		w.Header().Set("Cache-Control", "no-store")
		w.Header().Set("X-Content-Type-Options", "nosniff")
		rec := &recorder{ResponseWriter: w}
		ctx := context.WithValue(req.Context(), requestIDKey{}, requestID)
		ctx = context.WithValue(ctx, responseKey{}, http.ResponseWriter(rec))
		ctx = context.WithValue(ctx, requestKey{}, req)
		defer func() {
			begun := false
			if v := recover(); v != nil {
				if err, ok := v.(error); ok && errors.Is(err, http.ErrAbortHandler) {
					panic(v)
				}
				r.log.ErrorContext(ctx, "panic in a request", "panic", v, "stack", string(debug.Stack()), "request_id", requestID)
				if begun = rec.status != 0; !begun {
					r.refuse(rec, req.WithContext(ctx), fault.New(fault.Internal, "internal", "Something went wrong on the server."))
				}
			}
			r.answered(rec.status)
			r.log.LogAttrs(ctx, slog.LevelInfo, "request",
				slog.String("method", req.Method), slog.String("path", req.URL.Path), slog.Int("status", rec.status),
				slog.Duration("took", time.Since(start)), slog.String("request_id", requestID))
			if begun {
				panic(http.ErrAbortHandler) // the client must not take the half it has for the whole
			}
		}()
		inner := req.WithContext(ctx)
		r.hurry(rec, inner)
		next.ServeHTTP(rec, inner)
	})
}

type recorder struct {
	http.ResponseWriter
	status int
	until  time.Time // when the body has to be there; zero once it is
}

// SetReadDeadline is what a handler calls, which may not give a body more time
// than it has: routes know how large one may be, and not how large this one is.
func (r *recorder) SetReadDeadline(t time.Time) error {
	if !r.until.IsZero() && (t.IsZero() || t.After(r.until)) {
		t = r.until
	}
	return http.NewResponseController(r.ResponseWriter).SetReadDeadline(t)
}

func (r *recorder) WriteHeader(status int) {
	if r.status == 0 {
		r.status = status
	}
	r.ResponseWriter.WriteHeader(status)
}

func (r *recorder) Write(p []byte) (int, error) {
	if r.status == 0 {
		r.status = http.StatusOK
	}
	return r.ResponseWriter.Write(p)
}

// Unwrap lets http.ResponseController reach the connection.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }
