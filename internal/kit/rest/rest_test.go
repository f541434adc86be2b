package rest_test

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"parley/internal/kit/fault"
	"parley/internal/kit/rest"

	"github.com/google/go-cmp/cmp"
)

var anyone = rest.Guard{Name: "anyone", Check: func(context.Context, func(string) string) error { return nil }}

type colour struct {
	Name  string `json:"name" enum:"red,green" doc:"What it is <called>."`
	Shade *shade `json:"shade"`
	Under *shade `json:"under,omitempty"`
}

type shade struct {
	Depths []int `json:"depths"`
}

type paint struct {
	Wall string `path:"wall"`
	Dry  bool   `query:"dry" doc:"Wait until it is dry."`
	Body struct {
		Colour string `json:"colour" minLength:"1"`
		Coats  int    `json:"coats,omitempty"`
	}
}

func walls(t *testing.T) *rest.Router {
	t.Helper()
	r := rest.New("Walls", "7", slog.New(slog.DiscardHandler))
	rest.Handle(r, "POST /api/walls/{wall}/paint", anyone, func(context.Context, *paint) (colour, error) {
		return colour{Name: "red"}, nil
	}, rest.Summary("Paint a wall"))
	rest.Handle(r, "DELETE /api/walls/{wall}", anyone, func(context.Context, *struct {
		Wall string `path:"wall"`
	},
	) (rest.None, error) {
		return rest.None{}, fault.New(fault.NotFound, "no_wall", "There is no such wall.")
	})
	picture := func(w http.ResponseWriter, _ *http.Request) error {
		_, err := io.WriteString(w, "a picture")
		return err
	}
	rest.Raw(r, "GET /api/walls/{wall}/picture", anyone, picture)
	rest.Raw(r, "POST /api/colours", anyone, picture, rest.Answers[shade](http.StatusCreated))
	rest.Raw(r, "GET /docs", anyone, r.ServeDocs)
	rest.Raw(r, "/", anyone, picture)
	return r
}

func get(t *testing.T, h http.Handler, path string) *httptest.ResponseRecorder {
	t.Helper()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil))
	return w
}

type object = map[string]any

// at follows keys into a document.
func at(t *testing.T, document any, keys ...string) any {
	t.Helper()
	for _, key := range keys {
		inner, ok := document.(object)
		if !ok || inner[key] == nil {
			t.Fatalf("nothing at %s of %v", key, keys)
		}
		document = inner[key]
	}
	return document
}

func TestDescription(t *testing.T) {
	t.Parallel()
	raw, err := walls(t).OpenAPI()
	if err != nil {
		t.Fatal(err)
	}
	var api object
	if err := json.Unmarshal(raw, &api); err != nil {
		t.Fatal(err)
	}
	shadeRef := object{"$ref": "#/components/schemas/Rest_testShade"}
	json200 := []string{"responses", "200", "content", "application/json", "schema"}
	for name, c := range map[string]struct {
		path []string
		want any
	}{
		"a pointer may be null":           {[]string{"components", "schemas", "Rest_testColour", "properties", "shade"}, object{"oneOf": []any{shadeRef, object{"type": "null"}}}},
		"one that is left out is not":     {[]string{"components", "schemas", "Rest_testColour", "properties", "under"}, shadeRef},
		"what is always there":            {[]string{"components", "schemas", "Rest_testColour", "required"}, []any{"name", "shade"}},
		"a list is never null":            {[]string{"components", "schemas", "Rest_testShade", "properties", "depths", "type"}, "array"},
		"a closed set":                    {[]string{"components", "schemas", "Rest_testColour", "properties", "name", "enum"}, []any{"red", "green"}},
		"an answer by a typed handler":    {append([]string{"paths", "/api/walls/{wall}/paint", "post"}, json200...), object{"$ref": "#/components/schemas/Rest_testColour"}},
		"an answer by a raw handler":      {[]string{"paths", "/api/colours", "post", "responses", "201", "content", "application/json", "schema"}, shadeRef},
		"errors of a typed handler":       {[]string{"paths", "/api/walls/{wall}", "delete", "responses", "default", "content", "application/problem+json", "schema"}, object{"$ref": "#/components/schemas/RestProblem"}},
		"errors of a raw handler":         {[]string{"paths", "/api/colours", "post", "responses", "default", "content", "application/problem+json", "schema"}, object{"$ref": "#/components/schemas/RestProblem"}},
		"the group":                       {[]string{"paths", "/api/walls/{wall}/paint", "post", "tags"}, []any{"walls"}},
		"the group of what is not in api": {[]string{"paths", "/docs", "get", "tags"}, []any{"server"}},
		"the path of a raw handler":       {[]string{"paths", "/api/walls/{wall}/picture", "get", "parameters"}, []any{object{"name": "wall", "in": "path", "required": true, "schema": object{"type": "string"}}}},
	} {
		if diff := cmp.Diff(c.want, at(t, api, c.path...)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
	if strings.Contains(string(raw), "$schema") {
		t.Error("bodies have a field $schema")
	}
}

func TestDocs(t *testing.T) {
	t.Parallel()
	answer := get(t, walls(t), "/docs")
	page := answer.Body.String()
	if answer.Code != http.StatusOK || answer.Header().Get("Content-Type") != "text/html; charset=utf-8" {
		t.Fatal(answer.Code, answer.Header())
	}
	text := regexp.MustCompile(`\s+`).ReplaceAllString(regexp.MustCompile(`<[^>]*>`).ReplaceAllString(page, " "), " ")
	for _, want := range []string{
		"Walls API 7", "POST /api/walls/{wall}/paint", "Paint a wall. Who may call it: anyone.", "GET /api/walls/{wall}/picture",
		"dry optional : query boolean Wait until it is dry.", "colour : string", "coats optional : integer int64",
		"201 Rest_testShade", "name : &#34;red&#34; or &#34;green&#34; What it is &lt;called&gt;.", "shade : Rest_testShade or null",
		"depths : list of integer int64",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the page does not say %q:\n%s", want, text)
		}
	}
	for _, link := range regexp.MustCompile(`href="#([^"]+)"`).FindAllStringSubmatch(page, -1) {
		if !strings.Contains(page, `id="`+link[1]+`"`) {
			t.Errorf("a link leads to #%s, which is nowhere", link[1])
		}
	}
	_, style, _ := strings.Cut(page, "<style>")
	style, _, _ = strings.Cut(style, "</style>")
	sum := sha256.Sum256([]byte(style))
	policy := answer.Header().Get("Content-Security-Policy")
	if style == "" || !strings.HasPrefix(policy, "default-src 'none'; style-src 'sha256-"+base64.StdEncoding.EncodeToString(sum[:])+"'") {
		t.Errorf("the policy %s does not let the page have its style", policy)
	}
	if foreign := regexp.MustCompile(`(?i)<script|style=|\son\w+=|src=|https?://`).FindString(page); foreign != "" {
		t.Errorf("the page has %q, which its policy forbids", foreign)
	}
}

func TestAnswersAreCounted(t *testing.T) {
	t.Parallel()
	r := walls(t)
	var got []int
	r.OnAnswer(func(status int) { got = append(got, status) })
	h := r.Edge(r)
	get(t, h, "/api/walls/1/picture")
	get(t, h, "/api/walls/1/paint")
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodDelete, "/api/walls/1", nil))
	if diff := cmp.Diff([]int{200, 200, 404}, got); diff != "" {
		t.Error(diff)
	}
}
