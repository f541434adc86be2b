package rest_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"parley/internal/kit/fault"
	"parley/internal/kit/rest"
	"parley/internal/kit/testkit"
)

var everyone = rest.Guard{Name: "everyone", Check: func(context.Context, func(string) string) error { return nil }}

type greeting struct {
	Name string `path:"name"`
	Loud int    `query:"loud" default:"1" minimum:"1" maximum:"5"`
	Body struct {
		Text string `json:"text" minLength:"1"`
		Mark string `json:"mark,omitempty"`
	}
}

// site serves a few routes.
func site(t *testing.T) (*httptest.Server, *testkit.Logs) {
	t.Helper()
	log, logs := testkit.Log()
	r := rest.New("test", "1", log)
	rest.Handle(r, "POST /greet/{name}", everyone, func(ctx context.Context, in *greeting) (map[string]string, error) {
		rest.SetHeader(ctx, "X-Greeted", in.Name)
		rest.SetCookie(ctx, &http.Cookie{Name: "c", Value: "v"})
		return map[string]string{"said": strings.Repeat(in.Body.Text, in.Loud) + in.Body.Mark}, nil
	}, rest.MaxBody(200), rest.Status(http.StatusAccepted))
	rest.Handle(r, "GET /fail/{kind}", everyone, func(_ context.Context, in *struct {
		Kind string `path:"kind"`
	},
	) (rest.None, error) {
		f := fault.New(fault.Kind(in.Kind), "code_of_"+in.Kind, "For the user.").Because(errors.New("SECRETCAUSE")).Saying("In detail.").After(1500 * time.Millisecond)
		return rest.None{}, fmt.Errorf("SECRETCONTEXT: %w", f)
	})
	rest.Handle(r, "GET /plain-error", everyone, func(context.Context, *struct{}) (rest.None, error) { return rest.None{}, errors.New("SECRETCAUSE") })
	rest.Handle(r, "GET /panic", everyone, func(context.Context, *struct{}) (rest.None, error) { panic("SECRETPANIC") })
	rest.Raw(r, "GET /raw-panic", everyone, func(w http.ResponseWriter, _ *http.Request) error {
		_, _ = io.WriteString(w, "begun")
		_ = http.NewResponseController(w).Flush()
		panic("late")
	})
	rest.Raw(r, "/", everyone, func(w http.ResponseWriter, req *http.Request) error {
		r.WriteError(w, req, r.Missing(w, req))
		return nil
	})
	rest.Handle(r, "DELETE /things/{id}", everyone, func(ctx context.Context, in *struct {
		ID string `path:"id"`
	},
	) (rest.None, error) {
		rest.SetHeader(ctx, "X-Id", in.ID)
		return rest.None{}, nil
	})
	rest.Raw(r, "GET /raw/{id}/end", everyone, func(w http.ResponseWriter, req *http.Request) error {
		_, err := io.WriteString(w, req.PathValue("id")+" "+rest.RequestID(req.Context()))
		return err
	})
	locked := rest.Guard{Name: "nobody", Check: func(_ context.Context, param func(string) string) error {
		return fault.New(fault.NotFound, "not_found", "Not "+param("id")+".")
	}}
	rest.Handle(r, "POST /locked/{id}", locked, func(context.Context, *struct {
		Body struct {
			N int `json:"n"`
		}
	},
	) (rest.None, error) {
		t.Error("the guard was passed")
		return rest.None{}, nil
	})
	rest.Raw(r, "GET /locked/{id}", locked, func(http.ResponseWriter, *http.Request) error {
		t.Error("the guard was passed")
		return nil
	})
	server := httptest.NewServer(r.Edge(r))
	t.Cleanup(server.Close)
	return server, logs
}

type reply struct {
	*http.Response
	text    string
	problem rest.Problem
	isCut   bool
}

func call(t *testing.T, s *httptest.Server, method, path, body string, headers ...string) reply {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, s.URL+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	res, err := s.Client().Do(req)
	if err != nil {
		t.Fatal(err)
	}
	b, cut := io.ReadAll(res.Body)
	if err := res.Body.Close(); err != nil {
		t.Error(err)
	}
	out := reply{Response: res, text: string(b), isCut: cut != nil}
	if res.Header.Get("Content-Type") == "application/problem+json" {
		if err := json.Unmarshal(b, &out.problem); err != nil {
			t.Errorf("%s %s: %q: %v", method, path, b, err)
		}
	}
	return out
}

func TestTypedHandlers(t *testing.T) {
	t.Parallel()
	s, _ := site(t)
	got := call(t, s, "POST", "/greet/bob?loud=2", `{"text":"hi"}`)
	if got.StatusCode != 202 || strings.TrimSpace(got.text) != `{"said":"hihi"}` || got.Header.Get("X-Greeted") != "bob" || got.Header.Get("Set-Cookie") != "c=v" {
		t.Errorf("got %d %s %v", got.StatusCode, got.text, got.Header)
	}
	for name, test := range map[string]struct {
		path, body, contentType string
		status                  int
	}{
		"unknown field":       {"", `{"text":"hi","role":"admin"}`, "", 422},
		"missing field":       {"", `{}`, "", 422},
		"too short":           {"", `{"text":""}`, "", 422},
		"wrong type":          {"", `{"text":1}`, "", 422},
		"null":                {"", `null`, "", 422},
		"query out of bounds": {"?loud=9", `{"text":"hi"}`, "", 422},
		"query of a word":     {"?loud=x", `{"text":"hi"}`, "", 422},
		"not JSON":            {"", `{"text"`, "", 400},
		"two values":          {"", `{"text":"a"}{"text":"b"}`, "", 400},
		"not UTF-8":           {"", "{\"text\":\"\xff\"}", "", 400},
		"deep":                {"", strings.Repeat("[", 199), "", 400},
		"too large":           {"", `{"text":"` + strings.Repeat("x", 200) + `"}`, "", 413},
		"a form":              {"", `text=hi`, "application/x-www-form-urlencoded", 415},
	} {
		headers := []string{}
		if test.contentType != "" {
			headers = []string{"Content-Type", test.contentType}
		}
		got := call(t, s, "POST", "/greet/bob"+test.path, test.body, headers...)
		if got.StatusCode != test.status || got.problem.Status != test.status || got.problem.Code == "" || got.problem.Detail == "" || got.problem.RequestID == "" {
			t.Errorf("%s: %d %s", name, got.StatusCode, got.text)
		}
	}
	if got := call(t, s, "POST", "/greet/bob", `{"text":"hi","role":"admin"}`); len(got.problem.Errors) != 1 || got.problem.Errors[0].Location != "body.role" {
		t.Errorf("the wrong field is not named: %s", got.text)
	}
	if got := call(t, s, "DELETE", "/things/x", ""); got.StatusCode != 204 || got.text != "" {
		t.Errorf("none is %d %q", got.StatusCode, got.text)
	}
	if got := call(t, s, "PUT", "/greet/bob", `{}`); got.StatusCode != 405 {
		t.Errorf("another method: %d", got.StatusCode)
	}
}

func TestProblems(t *testing.T) {
	t.Parallel()
	s, logs := site(t)
	for kind, status := range map[fault.Kind]int{
		fault.Invalid: 422, fault.Unauthenticated: 401, fault.Forbidden: 403, fault.NotFound: 404, fault.Conflict: 409,
		fault.TooLarge: 413, fault.Limited: 429, fault.Canceled: 499, fault.Unavailable: 503, fault.Unsupported: 422, fault.Internal: 500,
	} {
		got := call(t, s, "GET", "/fail/"+string(kind), "")
		want := rest.Problem{
			Type: "about:blank", Title: got.problem.Title, Status: status, Detail: "For the user.", Code: "code_of_" + string(kind),
			More: "In detail.", RequestID: got.Header.Get("X-Request-Id"),
		}
		if got.StatusCode != status || fmt.Sprint(got.problem) != fmt.Sprint(want) || want.Title == "" {
			t.Errorf("%s: %d %s", kind, got.StatusCode, got.text)
		}
		if got.Header.Get("Retry-After") != "2" {
			t.Errorf("%s: Retry-After is %q", kind, got.Header.Get("Retry-After"))
		}
		if strings.Contains(got.text, "SECRET") {
			t.Errorf("%s: the cause is shown: %s", kind, got.text)
		}
	}
	got := call(t, s, "GET", "/plain-error", "")
	if got.StatusCode != 500 || got.problem.Code != "internal" || strings.Contains(got.text, "SECRET") {
		t.Errorf("an error that is no fault: %d %s", got.StatusCode, got.text)
	}
	if !strings.Contains(logs.String(), "SECRETCAUSE") || !strings.Contains(logs.String(), got.problem.RequestID) {
		t.Error("the cause and its request are not in the log")
	}
}

func TestPanics(t *testing.T) {
	t.Parallel()
	s, logs := site(t)
	got := call(t, s, "GET", "/panic", "")
	if got.StatusCode != 500 || got.problem.Code != "internal" || strings.Contains(got.text, "SECRET") {
		t.Errorf("a panic: %d %s", got.StatusCode, got.text)
	}
	if late := call(t, s, "GET", "/raw-panic", ""); !late.isCut {
		t.Errorf("an answer that a panic cut looks whole: %d %q", late.StatusCode, late.text)
	}
	if strings.Count(logs.String(), `"msg":"panic in a request"`) != 2 {
		t.Errorf("the log is %s", logs)
	}
	if got := call(t, s, "DELETE", "/things/x", ""); got.StatusCode != 204 {
		t.Errorf("after the panics: %d", got.StatusCode)
	}
}

func TestWhatNoRouteTakes(t *testing.T) {
	t.Parallel()
	s, _ := site(t)
	for _, test := range []struct {
		method, path, code, allow string
		status                    int
	}{
		{"GET", "/nothing", "not_found", "", 404},
		{"GET", "/greet/you", "method_not_allowed", "POST", 405},
		{"PUT", "/things/x", "method_not_allowed", "DELETE", 405},
	} {
		got := call(t, s, test.method, test.path, "")
		if got.StatusCode != test.status || got.problem.Code != test.code || got.problem.RequestID == "" || got.Header.Get("Allow") != test.allow {
			t.Errorf("%s %s: %d %q %s", test.method, test.path, got.StatusCode, got.Header.Get("Allow"), got.text)
		}
	}
}

func TestGuardsComeFirst(t *testing.T) {
	t.Parallel()
	s, _ := site(t)
	for _, got := range []reply{
		call(t, s, "POST", "/locked/7", `{"n":1}`), call(t, s, "POST", "/locked/7", `{"n":"no number"}`), call(t, s, "POST", "/locked/7", `{`),
		call(t, s, "GET", "/locked/7", ""),
	} {
		if got.StatusCode != 404 || got.problem.Detail != "Not 7." {
			t.Errorf("got %d %s", got.StatusCode, got.text)
		}
	}
}

// UUIDs in a path are one in any letter case; all else is left as it is.
func TestIdsInPaths(t *testing.T) {
	t.Parallel()
	s, _ := site(t)
	const upper = "6BA7B810-9DAD-11D1-80B4-00C04FD430C8"
	for given, want := range map[string]string{
		upper: strings.ToLower(upper), "6ba7B810-9dad-11D1-80b4-00c04fd430c8": strings.ToLower(upper),
		"NotAnID": "NotAnID", upper + "0": upper + "0", "X" + upper: "X" + upper, "6BA7B8109DAD11D180B400C04FD430C8": "6BA7B8109DAD11D180B400C04FD430C8",
	} {
		if got := call(t, s, "DELETE", "/things/"+given, "").Header.Get("X-Id"); got != want {
			t.Errorf("%s became %s", given, got)
		}
		got := call(t, s, "GET", "/raw/"+given+"/end", "")
		if want += " " + got.Header.Get("X-Request-Id"); got.text != want {
			t.Errorf("%s became %s", given, got.text)
		}
	}
}

func TestAccessLine(t *testing.T) {
	t.Parallel()
	s, logs := site(t)
	call(t, s, "POST", "/greet/bob?token=SECRETQUERY", `{"text":"SECRETBODY"}`, "Authorization", "Bearer SECRETKEY", "Cookie", "c=SECRETCOOKIE")
	if n := strings.Count(logs.String(), `"msg":"request"`); n != 1 || !strings.Contains(logs.String(), `"path":"/greet/bob"`) || !strings.Contains(logs.String(), `"status":202`) {
		t.Errorf("the log is %s", logs)
	}
	if strings.Contains(logs.String(), "SECRET") {
		t.Errorf("the log tells a secret: %s", logs)
	}
}
