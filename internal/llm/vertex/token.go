package vertex

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"parley/internal/llm"

	"golang.org/x/oauth2"
	"golang.org/x/oauth2/google"
)

const (
	scope = "https://www.googleapis.com/auth/cloud-platform"
	// patience is how long a token may take; the call that needs it is waiting.
	patience = 20 * time.Second
)

// finder returns a source of tokens that asks with the HTTP client of ctx.
type finder func(ctx context.Context) (oauth2.TokenSource, error)

// machine looks for the credentials of the machine, each time anew, so that a
// file that was renewed is noticed.
func machine(ctx context.Context) (oauth2.TokenSource, error) {
	found, err := google.FindDefaultCredentials(ctx, scope)
	if err != nil {
		return nil, err
	}
	return found.TokenSource, nil
}

// projectOfMachine is the project of the machine's credentials, empty for none.
func projectOfMachine() string {
	found, err := google.FindDefaultCredentials(context.Background(), scope)
	if err != nil {
		return ""
	}
	return cmp.Or(found.ProjectID, projectOf(found.JSON))
}

// projectOf is the project that credentials name, empty for none.
func projectOf(file []byte) string {
	var named struct {
		Project string `json:"project_id"`
		Quota   string `json:"quota_project_id"`
	}
	if json.Unmarshal(file, &named) != nil {
		return ""
	}
	return cmp.Or(named.Project, named.Quota)
}

// given reads credentials that someone handed in.
func given(file []byte) (finder, error) {
	var head struct {
		Type google.CredentialsType `json:"type"`
	}
	if err := json.Unmarshal(file, &head); err != nil {
		return nil, invalid("the credentials are not JSON")
	}
	if head.Type != google.ServiceAccount && head.Type != google.AuthorizedUser {
		return nil, invalid("credentials of the type %q are not taken: give those of a service account", head.Type)
	}
	find := func(ctx context.Context) (oauth2.TokenSource, error) {
		found, err := google.CredentialsFromJSONWithType(ctx, file, head.Type, scope)
		if err != nil {
			return nil, err
		}
		return found.TokenSource, nil
	}
	if _, err := find(context.Background()); err != nil {
		return nil, invalid("the credentials cannot be read")
	}
	return find, nil
}

// fetch asks for a token.
func fetch(ctx context.Context, client *http.Client, find finder) (*oauth2.Token, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, patience, errSlow)
	defer cancel()
	seen := &transport{ctx: ctx, base: client.Transport}
	if seen.base == nil {
		seen.base = http.DefaultTransport
	}
	asker := *client
	asker.Transport = seen
	source, err := find(context.WithValue(ctx, oauth2.HTTPClient, &asker))
	if err != nil {
		return nil, &llm.Error{Kind: llm.ErrAuth, Message: "the machine has no credentials for Google Cloud", Cause: err}
	}
	token, err := source.Token()
	switch {
	case err == nil:
		return token, nil
	case ctx.Err() != nil:
		return nil, canceled(ctx)
	case seen.err != nil:
		return nil, &llm.Error{
			Kind: llm.ErrNetwork, Retryable: true, Cause: seen.err,
			Message: "the token server of Google Cloud could not be reached",
		}
	default:
		return nil, refused(err)
	}
}

var errSlow = errors.New("no token came in time")

// transport ties the requests of oauth2, which know no context, to the call
// that waits for them, and remembers what went wrong below HTTP.
type transport struct {
	ctx  context.Context //nolint:containedctx // it is the call's own life
	base http.RoundTripper
	err  error
}

// RoundTrip implements [http.RoundTripper].
func (t *transport) RoundTrip(request *http.Request) (*http.Response, error) {
	response, err := t.base.RoundTrip(request.WithContext(t.ctx))
	if err != nil {
		t.err = err
	}
	return response, err
}

// refused makes the error of a token server that said no. Its words are shown,
// but never what was sent to it.
func refused(err error) *llm.Error {
	failure := &llm.Error{Kind: llm.ErrAuth, Message: "Google Cloud did not accept the credentials"}
	answer, ok := errors.AsType[*oauth2.RetrieveError](err)
	if !ok || answer.Response == nil {
		return failure
	}
	failure.Status = answer.Response.StatusCode
	if failure.Status >= http.StatusInternalServerError || failure.Status == http.StatusTooManyRequests {
		failure.Kind, failure.Retryable = llm.ErrServer, true
		failure.Message = "the token server of Google Cloud failed"
	}
	var body struct {
		Code   string `json:"error"`
		Detail string `json:"error_description"`
	}
	if json.Unmarshal(answer.Body, &body) == nil && body.Code != "" {
		failure.Code = shortened(body.Code)
		failure.Message += ": " + shortened(strings.TrimSpace(body.Code+" "+body.Detail))
	}
	return failure
}

func shortened(text string) string {
	const longest = 300
	return strings.ToValidUTF8(text[:min(len(text), longest)], "")
}

func canceled(ctx context.Context) *llm.Error {
	if cause := context.Cause(ctx); errors.Is(cause, errSlow) || errors.Is(cause, context.DeadlineExceeded) {
		return &llm.Error{Kind: llm.ErrTimeout, Message: "waited too long for a token of Google Cloud", Cause: context.DeadlineExceeded}
	}
	return &llm.Error{Kind: llm.ErrCanceled, Message: "the call was cancelled", Cause: context.Cause(ctx)}
}

func invalid(format string, args ...any) *llm.Error {
	return &llm.Error{Kind: llm.ErrBadRequest, Message: fmt.Sprintf(format, args...)}
}
