package wire

import (
	"bytes"
	"encoding/json"
	"fmt"
	"html"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"

	"parley/internal/llm"
)

const (
	maxMessage = 2000
	maxCode    = 120
)

// detail is what an error body says, whatever its shape.
type detail struct {
	message string
	code    string // the finest code or type that is given
	types   string // all codes and types, lower case, for matching
	status  int    // an HTTP status in the body, 0 for none
	retry   time.Duration
}

// classify reads an error body. Shapes seen: {"error": {...}}, {"error":
// "text"}, {"message": ...}, {"detail": ...}, a list of one of them, a web
// page, plain text. The code is what a header says, empty for none.
func classify(status int, code string, body []byte) *llm.Error {
	body = bytes.TrimSpace(body)
	var d detail
	if code != "" {
		d.name(code)
	}
	var value any
	switch {
	case json.Unmarshal(body, &value) == nil:
		d.read(value, 0)
	case bytes.HasPrefix(body, []byte("<")):
		d.message = pageMessage(body)
	default:
		d.message = string(body)
	}
	if status == 0 {
		status = d.status
	}
	failure := &llm.Error{Status: status, Code: d.code, Message: d.message, RetryAfter: d.retry}
	failure.Kind, failure.Retryable = decide(status, d)
	if failure.Message == "" {
		failure.Message = http.StatusText(status)
	}
	return failure
}

func (d *detail) read(value any, depth int) {
	if depth > 4 {
		return
	}
	switch v := value.(type) {
	case string:
		d.say(v)
	case []any:
		for _, item := range v {
			d.read(item, depth+1)
		}
	case map[string]any:
		d.readObject(v, depth)
	}
}

func (d *detail) readObject(v map[string]any, depth int) {
	for _, key := range []string{"type", "error_type", "status", "code"} {
		switch code := v[key].(type) {
		case string:
			d.name(code)
		case float64:
			d.number(int(code))
		}
	}
	if code, ok := v["status_code"].(float64); ok {
		d.number(int(code))
	}
	for _, key := range []string{"message", "msg", "error", "detail", "innererror"} {
		d.read(v[key], depth+1)
	}
	if metadata, ok := v["metadata"].(map[string]any); ok {
		d.readRaw(metadata, depth)
	}
	if details, ok := v["details"].([]any); ok {
		d.readDetails(details)
	}
}

// readDetails looks for Google's RetryInfo.
func (d *detail) readDetails(details []any) {
	for _, item := range details {
		info, _ := item.(map[string]any)
		text, _ := info["retryDelay"].(string)
		if delay, err := time.ParseDuration(text); err == nil && delay > 0 {
			d.retry = delay
		}
	}
}

// readRaw takes the words of the provider behind a router, which are more
// telling than the router's own.
func (d *detail) readRaw(metadata map[string]any, depth int) {
	raw, ok := metadata["raw"].(string)
	if !ok || raw == "" {
		return
	}
	var inner any
	if json.Unmarshal([]byte(raw), &inner) == nil {
		d.read(inner, depth+1)
		return
	}
	d.say(raw)
}

func (d *detail) say(text string) {
	text = strings.TrimSpace(text)
	switch {
	case text == "" || strings.Contains(d.message, text):
	case d.message == "":
		d.message = text
	default:
		d.message += ": " + text
	}
}

func (d *detail) name(code string) {
	if number, err := strconv.Atoi(code); err == nil {
		d.number(number)
		return
	}
	d.types += " " + strings.ToLower(code)
	if code != "error" {
		d.code = code
	}
}

func (d *detail) number(code int) {
	if code >= 400 && code < 600 {
		d.status = code
	}
}

// What providers say, as recorded from them; see the tests.
var (
	contextText = regexp.MustCompile(`(?i)context[_ ]length|context[_ ]window|maximum context|context size` +
		`|too_many_(prompt_)?tokens|prompt is too long|prompt too long|input is too long|input length .{0,40}exceed` +
		`|input token(s| count).{0,60}exceed|input tokens exceeded|exceeds? the maximum (number of )?(input )?tokens` +
		`|total length of all messages is too long|too many tokens|request_too_large|reduce the length of (the|your) (messages|prompt|input)` +
		`|exceeds the (available|model's) context|larger than the context|maximum prompt length`)
	quotaText = regexp.MustCompile(`(?i)insufficient_quota|insufficient[_ ](balance|credits?|funds)|billing_(hard_limit|not_active|error)` +
		`|credit balance is too low|exceeded your current quota, please check your plan|out of credits|requires more credits` +
		`|spending limit|quota_exceeded|payment required|used all available credits|monthly (usage|spend) limit|servicequotaexceeded`)
	filterText = regexp.MustCompile(`(?i)content_filter|content_policy|content management policy|responsibleai` +
		`|content[ _]moderation|flagged (for|by|as)|requires moderation|safety (system|filter)|violat\w+ (our|the) (usage|content)|data_inspection_failed` +
		`|sensitive_words|content_violation`)
	authText = regexp.MustCompile(`(?i)invalid_api_key|authentication_error|invalid_authentication|unauthenticated|api_key_invalid` +
		`|(incorrect|invalid|missing) (x-)?api[ -]?key|api key not valid|no auth credentials`)
	modelText = regexp.MustCompile(`(?i)model_not_found|deploymentnotfound|model_not_available|invalid_model|unknown_model|resourcenotfoundexception` +
		`|models?\b.{0,120}\b(not found|does not exist|not exist|is not (available|supported|a valid)|not found, try pulling)` +
		`|(not a valid|invalid|unknown|no such|provided) model( id(entifier)?)?( is invalid)?|no endpoints found|not_found_error`)
	overloadText = regexp.MustCompile(`(?i)overloaded|over capacity|at capacity|resource_exhausted.{0,20}capacity|engine_overloaded`)
	limitText    = regexp.MustCompile(`(?i)rate_?limit|too many requests|resource_exhausted|rate-limited`)
	requestText  = regexp.MustCompile(`(?i)invalid_request|invalid-argument|unsupported_(parameter|value)`)
	minuteText   = regexp.MustCompile(`(?i)retry (in|after)|per[_ -]?(minute|second|day)|rate limit`)
)

// decide chooses the kind and says whether the same request may succeed later.
func decide(status int, d detail) (llm.ErrorKind, bool) {
	text := d.types + " " + d.message
	has := func(pattern *regexp.Regexp) bool { return pattern.MatchString(text) }
	switch {
	case status == http.StatusUnauthorized:
		return llm.ErrAuth, false
	case status == http.StatusPaymentRequired,
		quotaText.MatchString(d.types),
		has(quotaText) && (status != http.StatusTooManyRequests || !minuteText.MatchString(d.message)):
		return llm.ErrQuota, false
	case status == http.StatusTooManyRequests && !overloadText.MatchString(d.types):
		return llm.ErrRateLimited, true
	case status < 500 && has(contextText), status == http.StatusRequestEntityTooLarge:
		return llm.ErrContextTooLong, false
	case status < 500 && has(filterText):
		return llm.ErrContentFiltered, false
	case status < 500 && has(authText):
		return llm.ErrAuth, false
	}
	return decideByStatus(status, has)
}

func decideByStatus(status int, has func(*regexp.Regexp) bool) (llm.ErrorKind, bool) {
	const overloaded = 529
	switch {
	case status == http.StatusForbidden:
		return llm.ErrAuth, false
	case status == http.StatusRequestTimeout:
		return llm.ErrTimeout, true
	case status == http.StatusServiceUnavailable || status == overloaded || has(overloadText):
		return llm.ErrOverloaded, true
	case status >= 500 && status < 600, status == http.StatusFailedDependency: // the model behind the provider
		return llm.ErrServer, status != http.StatusNotImplemented
	case has(modelText):
		return llm.ErrModelNotFound, false
	case status == 0 && has(limitText):
		return llm.ErrRateLimited, true
	case status == 0 && has(requestText):
		return llm.ErrBadRequest, false
	case status == 0:
		return llm.ErrServer, true
	default:
		return llm.ErrBadRequest, false
	}
}

var titleTag = regexp.MustCompile(`(?is)<title[^>]*>(.*?)</title>`)

// pageMessage says what a web page in place of an answer is about.
func pageMessage(page []byte) string {
	const plain = "a web page came instead of an answer"
	title := titleTag.FindSubmatch(page)
	if title == nil {
		return plain
	}
	text := strings.Join(strings.Fields(html.UnescapeString(string(title[1]))), " ")
	if text == "" {
		return plain
	}
	return fmt.Sprintf("%s: %q", plain, text)
}

// retryAfter reads how long the provider asks to wait: retry-after-ms,
// Retry-After in seconds or as a date (RFC 9110, 10.2.3), and, where these are
// missing, the reset of the request limit that OpenAI, Groq and Anthropic name.
func retryAfter(header http.Header, now time.Time) time.Duration {
	if ms, err := strconv.ParseFloat(header.Get("Retry-After-Ms"), 64); err == nil && ms > 0 {
		return wholeDuration(ms * float64(time.Millisecond))
	}
	if value := header.Get("Retry-After"); value != "" {
		if seconds, err := strconv.ParseFloat(value, 64); err == nil {
			return wholeDuration(seconds * float64(time.Second))
		}
		if date, err := http.ParseTime(value); err == nil {
			return max(0, date.Sub(now))
		}
	}
	for _, name := range []string{"requests", "tokens"} {
		if header.Get("X-Ratelimit-Remaining-"+name) == "0" {
			if reset, err := time.ParseDuration(header.Get("X-Ratelimit-Reset-" + name)); err == nil {
				return max(0, reset)
			}
		}
		if header.Get("Anthropic-Ratelimit-"+name+"-Remaining") == "0" {
			if reset, err := time.Parse(time.RFC3339, header.Get("Anthropic-Ratelimit-"+name+"-Reset")); err == nil {
				return max(0, reset.Sub(now))
			}
		}
	}
	return resetStamp(header.Get("X-Ratelimit-Reset"), now)
}

// resetStamp reads OpenRouter's reset, which is a time in milliseconds.
func resetStamp(value string, now time.Time) time.Duration {
	ms, err := strconv.ParseInt(value, 10, 64)
	if err != nil || ms < 1e12 {
		return 0
	}
	return max(0, time.UnixMilli(ms).Sub(now))
}

var retryText = regexp.MustCompile(`(?i)(?:try again|retry) (?:in|after) ((?:\d+h)?(?:\d+m)?\d+(?:\.\d+)?(?:ms|s))`)

// retryAfterText reads "try again in 1m2.5s" out of a message.
func retryAfterText(message string) time.Duration {
	match := retryText.FindStringSubmatch(message)
	if match == nil {
		return 0
	}
	d, err := time.ParseDuration(strings.ToLower(match[1]))
	if err != nil {
		return 0
	}
	return d
}

// wholeDuration guards against figures that no time.Duration holds.
func wholeDuration(ns float64) time.Duration {
	const day = float64(24 * time.Hour)
	if !(ns > 0) {
		return 0
	}
	return time.Duration(min(ns, 365*day))
}
