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
	message                string
}

var reasons = map[int]reason{
	http.StatusBadRequest:          {"invalid_request_error", "", "invalid_request_error", "The request was not valid."},
	http.StatusUnauthorized:        {"invalid_request_error", "invalid_api_key", "authentication_error", "The API key is not valid."},
	http.StatusPaymentRequired:     {"insufficient_quota", "insufficient_quota", "billing_error", "The account has no credit left."},
	http.StatusForbidden:           {"permission_error", "", "permission_error", "The key may not use this model."},
	http.StatusNotFound:            {"invalid_request_error", "model_not_found", "not_found_error", "The model does not exist."},
	http.StatusRequestTimeout:      {"server_error", "", "timeout_error", "The request took too long."},
	http.StatusTooManyRequests:     {"requests", "rate_limit_exceeded", "rate_limit_error", "Too many requests. Try again later."},
	http.StatusInternalServerError: {"server_error", "", "api_error", "The server had an error."},
	http.StatusServiceUnavailable:  {"server_error", "", "overloaded_error", "The service is overloaded."},
	statusOverloaded:               {"server_error", "", "overloaded_error", "Overloaded"},
}

// statusOverloaded is Anthropic's own status for an overloaded service.
const statusOverloaded = 529

// refuse answers with a status as the provider of the protocol would.
func refuse(w http.ResponseWriter, isAnthropic bool, status, retryAfter int) {
	why, known := reasons[status]
	if !known {
		why = reason{"server_error", "", "api_error", fmt.Sprintf("Status %d.", status)}
	}
	if retryAfter > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(retryAfter))
	}
	if isAnthropic {
		answer(w, status, anthropicError(why.anthropicType, why.message))
		return
	}
	answer(w, status, openAIError(why.openAIType, why.openAICode, why.message))
}

// refuseLong says that the conversation is too long for the model.
func refuseLong(w http.ResponseWriter, isAnthropic bool) {
	if isAnthropic {
		answer(w, http.StatusBadRequest, anthropicError("invalid_request_error",
			"prompt is too long: 208310 tokens > 200000 maximum"))
		return
	}
	answer(w, http.StatusBadRequest, openAIError("invalid_request_error", "context_length_exceeded",
		"This model's maximum context length is 8192 tokens. However, your messages resulted in 9001 tokens. "+
			"Please reduce the length of the messages."))
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
