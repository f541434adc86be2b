package openaiapi

import (
	"cmp"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"strings"

	"parley/internal/kit/fault"
	"parley/internal/llm"
	"parley/internal/meter"
	"parley/internal/turn"
)

// The faults of this package.
var (
	ErrAmbiguous   = fault.New(fault.Invalid, "model_ambiguous", "Several providers have a model of this name.")
	ErrBody        = fault.New(fault.Invalid, "invalid_request", "The request is not valid.")
	ErrUnsupported = fault.New(fault.Invalid, "unsupported_parameter", "The request asks for something that is not offered here.")
	ErrBodySize    = fault.New(fault.TooLarge, "too_large", "The request is too large.")
)

// refusal is an answer that is an error.
type refusal struct {
	Error failure `json:"error"`
}

// failure is an error in OpenAI's form.
type failure struct {
	Message string  `json:"message"`
	Type    string  `json:"type"`
	Param   *string `json:"param"`
	Code    string  `json:"code"`

	status int
	// again says that the same request may succeed later.
	again bool
	after int // seconds
}

// parameterError names the parameter that is wrong.
type parameterError struct {
	err   error
	param string
}

func (e *parameterError) Error() string { return e.param + ": " + e.err.Error() }
func (e *parameterError) Unwrap() error { return e.err }

// bad makes the error of a parameter.
func bad(param, why string) error { return &parameterError{ErrBody.Saying(why), param} }

// unsupported is the error of a parameter that is understood and not offered.
func unsupported(param, why string) error { return &parameterError{ErrUnsupported.Saying(why), param} }

// statusOf is how the provider's failure is told to a caller of ours. What is
// wrong between Parley and the provider is not the caller's mistake.
var statusOf = map[llm.ErrorKind]int{
	llm.ErrRateLimited: http.StatusTooManyRequests, llm.ErrOverloaded: http.StatusServiceUnavailable,
	llm.ErrContextTooLong: http.StatusBadRequest, llm.ErrContentFiltered: http.StatusBadRequest,
	llm.ErrBadRequest: http.StatusBadRequest, llm.ErrModelNotFound: http.StatusNotFound,
	llm.ErrTimeout: http.StatusGatewayTimeout,
}

// codes are OpenAI's words for what programs act on.
var codes = map[llm.ErrorKind]string{
	llm.ErrContextTooLong: "context_length_exceeded", llm.ErrContentFiltered: "content_filter",
	llm.ErrModelNotFound: "model_not_found", llm.ErrRateLimited: "rate_limit_exceeded",
}

// types are OpenAI's where they do not follow from the status.
var types = map[string]string{"insufficient_quota": "insufficient_quota"}

// failureOf puts an error into OpenAI's form.
func (s *Service) failureOf(r *http.Request, err error) failure {
	if e, ok := errors.AsType[*llm.Error](err); ok {
		told := turn.FailureOf(e)
		f := failure{
			Message: strings.TrimSpace(told.Message + " " + told.Detail), Code: codes[e.Kind], status: statusOf[e.Kind],
			again: e.Retryable, after: told.RetryAfter,
		}
		if f.Code == "" {
			f.Code = told.Code
		}
		if f.status == 0 {
			f.status = http.StatusBadGateway
		}
		f.Type = typeOf(f.status)
		return f
	}
	p := s.router.Problem(r.Context(), err)
	f := failure{Message: strings.TrimSpace(p.Detail + " " + p.More), Code: p.Code, status: p.Status}
	f.after, _ = strconv.Atoi(p.GetHeaders().Get("Retry-After"))
	f.again = p.Status == http.StatusServiceUnavailable || f.after > 0
	switch {
	case p.Status == http.StatusUnauthorized:
		f.Code, f.Message = "invalid_api_key", "Send a valid API key of Parley as Authorization: Bearer KEY; people make them in their settings."
	case fault.Of(err).Code == meter.ErrBudget.Code:
		f.Code, f.again = "insufficient_quota", false // not within the patience of a program
	}
	if p.Status == http.StatusUnprocessableEntity {
		f.status = http.StatusBadRequest
	}
	f.Type = cmp.Or(types[f.Code], typeOf(f.status))
	if e, ok := errors.AsType[*parameterError](err); ok && e.param != "" {
		f.Param = &e.param
	}
	return f
}

func typeOf(status int) string {
	switch {
	case status == http.StatusUnauthorized:
		return "authentication_error"
	case status == http.StatusTooManyRequests:
		return "rate_limit_error"
	case status >= http.StatusInternalServerError:
		return "server_error"
	default:
		return "invalid_request_error"
	}
}

// Refuse answers with an error. Clients of OpenAI's kind try again on their own;
// they are told when that helps nothing.
func (s *Service) Refuse(w http.ResponseWriter, r *http.Request, err error) {
	f := s.failureOf(r, err)
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("X-Should-Retry", strconv.FormatBool(f.again))
	if f.after > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(f.after))
	}
	w.WriteHeader(f.status)
	_ = json.NewEncoder(w).Encode(refusal{f}) // the client is gone if this fails
}
