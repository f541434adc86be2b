package upstream

import (
	"fmt"
	"net/http"
	"strconv"
)

// reason is how a provider names an HTTP status.
type reason struct {
	openAIType, openAICode string
	anthropicType          string
	googleStatus           string
	message                string
}

var reasons = map[int]reason{
	http.StatusBadRequest:          {"invalid_request_error", "", "invalid_request_error", "INVALID_ARGUMENT", "The request was not valid."},
	http.StatusUnauthorized:        {"invalid_request_error", "invalid_api_key", "authentication_error", "UNAUTHENTICATED", "The API key is not valid."},
	http.StatusPaymentRequired:     {"insufficient_quota", "insufficient_quota", "billing_error", "FAILED_PRECONDITION", "The account has no credit left."},
	http.StatusForbidden:           {"permission_error", "", "permission_error", "PERMISSION_DENIED", "The key may not use this model."},
	http.StatusNotFound:            {"invalid_request_error", "model_not_found", "not_found_error", "NOT_FOUND", "The model does not exist."},
	http.StatusRequestTimeout:      {"server_error", "", "timeout_error", "DEADLINE_EXCEEDED", "The request took too long."},
	http.StatusTooManyRequests:     {"requests", "rate_limit_exceeded", "rate_limit_error", "RESOURCE_EXHAUSTED", "Too many requests. Try again later."},
	http.StatusInternalServerError: {"server_error", "", "api_error", "INTERNAL", "The server had an error."},
	http.StatusServiceUnavailable:  {"server_error", "", "overloaded_error", "UNAVAILABLE", "The service is overloaded."},
	statusOverloaded:               {"server_error", "", "overloaded_error", "UNAVAILABLE", "Overloaded"},
}

// statusOverloaded is Anthropic's own status for an overloaded service.
const statusOverloaded = 529

// reasonOf returns why a status is answered.
func reasonOf(status int) reason {
	if why, known := reasons[status]; known {
		return why
	}
	return reason{"server_error", "", "api_error", "UNKNOWN", fmt.Sprintf("Status %d.", status)}
}

// refuser answers with a status, its body, and Retry-After where it is asked for.
func refuser(body func(reason) []byte) func(http.ResponseWriter, int, int) {
	return func(w http.ResponseWriter, status, retryAfter int) {
		if retryAfter > 0 {
			w.Header().Set("Retry-After", strconv.Itoa(retryAfter))
		}
		answer(w, status, body(reasonOf(status)))
	}
}

// refuseHTML answers as a misconfigured proxy does, with a page.
func refuseHTML(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = w.Write([]byte("<!doctype html><html><head><title>Sign in</title></head><body><h1>Sign in</h1></body></html>\n"))
}

func answer(w http.ResponseWriter, status int, body []byte) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(body)
}
