package rest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"strconv"
	"strings"
	"time"

	"parley/internal/kit/fault"

	"github.com/danielgtaylor/huma/v2"
)

// Problem is the body of every error: RFC 9457 with a stable code, the request
// id and the fields that were wrong.
type Problem struct {
	Type      string         `json:"type"`
	Title     string         `json:"title"`
	Status    int            `json:"status"`
	Detail    string         `json:"detail"`
	Code      string         `json:"code"`
	RequestID string         `json:"requestId,omitempty"`
	More      string         `json:"more,omitempty"`
	Errors    []ProblemField `json:"errors,omitempty"`

	retryAfter time.Duration
}

// ProblemField is one wrong value: where it stands and what is wrong with it.
type ProblemField struct {
	Location string `json:"location"`
	Message  string `json:"message"`
}

func (p *Problem) Error() string { return p.Code + ": " + p.Detail }

// GetStatus is what huma asks an error for.
func (p *Problem) GetStatus() int { return p.Status }

// ContentType is what huma asks an error for.
func (p *Problem) ContentType(string) string { return "application/problem+json" }

// GetHeaders is what huma asks an error for.
func (p *Problem) GetHeaders() http.Header {
	if p.retryAfter <= 0 {
		return nil
	}
	return http.Header{"Retry-After": {strconv.Itoa(int((p.retryAfter + time.Second - 1) / time.Second))}}
}

var statusOf = map[fault.Kind]int{
	fault.Invalid:         http.StatusUnprocessableEntity,
	fault.Unauthenticated: http.StatusUnauthorized,
	fault.Forbidden:       http.StatusForbidden,
	fault.NotFound:        http.StatusNotFound,
	fault.Conflict:        http.StatusConflict,
	fault.TooLarge:        http.StatusRequestEntityTooLarge,
	fault.Limited:         http.StatusTooManyRequests,
	fault.Canceled:        499,
	fault.Unavailable:     http.StatusServiceUnavailable,
	fault.Unsupported:     http.StatusUnprocessableEntity,
	fault.Internal:        http.StatusInternalServerError,
}

// Problem makes the answer to err and logs what an operator has to know.
func (r *Router) Problem(ctx context.Context, err error) *Problem {
	if p, ok := errors.AsType[*Problem](err); ok {
		return p
	}
	f := fault.Of(err)
	switch f.Kind {
	case fault.Internal:
		r.log.ErrorContext(ctx, "request failed", "error", err, "request_id", RequestID(ctx))
	case fault.Unavailable:
		r.log.WarnContext(ctx, "request could not be served", "error", err, "request_id", RequestID(ctx))
	default:
	}
	status := statusOf[f.Kind]
	return &Problem{
		Type: "about:blank", Title: title(status), Status: status, Detail: f.Message, Code: f.Code,
		More: f.Detail, RequestID: RequestID(ctx), retryAfter: f.RetryAfter,
	}
}

func (r *Router) answer(ctx context.Context, err error) error {
	if err == nil {
		return nil
	}
	return r.Problem(ctx, err)
}

func title(status int) string {
	if status == 499 {
		return "Client Closed Request"
	}
	return http.StatusText(status)
}

// mostErrors is how many wrong values a problem names.
const mostErrors = 20

// problemFromHuma turns what huma finds wrong with a request into a Problem.
func problemFromHuma(ctx huma.Context, status int, message string, errs ...error) huma.StatusError {
	p := &Problem{Type: "about:blank", Title: title(status), Status: status, Detail: message, Code: codeOf(status)}
	if ctx != nil {
		p.RequestID = RequestID(ctx.Context())
	}
	for _, err := range errs {
		if err == nil {
			continue
		}
		if len(p.Errors) == mostErrors {
			break
		}
		if d, ok := err.(huma.ErrorDetailer); ok {
			detail := d.ErrorDetail()
			p.Errors = append(p.Errors, ProblemField{Location: detail.Location, Message: detail.Message})
			continue
		}
		p.Errors = append(p.Errors, ProblemField{Message: err.Error()})
	}
	if len(p.Errors) > 0 && p.Detail == "validation failed" {
		p.Detail = fmt.Sprintf("The request is not valid: %s (%s).", p.Errors[0].Message, p.Errors[0].Location)
	}
	return p
}

func codeOf(status int) string {
	switch status {
	case http.StatusRequestEntityTooLarge:
		return "too_large"
	case http.StatusNotFound:
		return "not_found"
	case http.StatusUnsupportedMediaType:
		return "unsupported_media_type"
	case http.StatusInternalServerError:
		return "internal"
	}
	return "invalid"
}

func writeProblem(w http.ResponseWriter, p *Problem) {
	maps.Copy(w.Header(), p.GetHeaders())
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(p.Status)
	_ = json.NewEncoder(w).Encode(p) // the client is gone if this fails
}

// WriteError answers a request outside of a route, such as one that a
// middleware refuses.
func (r *Router) WriteError(w http.ResponseWriter, req *http.Request, err error) {
	writeProblem(w, r.Problem(req.Context(), err))
}

// Missing is the error of a request that no route takes: 405 where another method
// would be taken (RFC 9110, section 15.5.6), which the header then names, else 404.
func (r *Router) Missing(w http.ResponseWriter, req *http.Request) error {
	p := r.Problem(req.Context(), fault.New(fault.NotFound, "not_found", "There is nothing here."))
	if allowed := r.methods(req); len(allowed) > 0 {
		w.Header().Set("Allow", strings.Join(allowed, ", "))
		p.Status, p.Title, p.Code = http.StatusMethodNotAllowed, title(http.StatusMethodNotAllowed), "method_not_allowed"
		p.Detail = "This address does not take the method " + req.Method + "."
	}
	return p
}

// methods are those that a route takes at the request's path.
func (r *Router) methods(req *http.Request) []string {
	var taken []string
	for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete} {
		other := *req
		other.Method = method
		if _, pattern := r.mux.Handler(&other); strings.HasPrefix(pattern, method+" ") {
			taken = append(taken, method)
		}
	}
	return taken
}
