package listing_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"parley/internal/llm"
	"parley/internal/llm/catalog"
	"parley/internal/llm/listing"

	"github.com/google/go-cmp/cmp"
)

// serve answers one request with a body, and any other with 404.
func serve(t *testing.T, isRight func(*http.Request) bool, body string) *httptest.Server {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !isRight(r) {
			http.NotFound(w, r)
			return
		}
		_, _ = io.WriteString(w, body)
	}))
	t.Cleanup(server.Close)
	return server
}

// names are those of a list, the error that of who asked.
func names(t *testing.T, s listing.Server) ([]string, error) {
	t.Helper()
	models, err := s.Models(t.Context())
	all := []string{}
	for _, m := range models {
		all = append(all, m.Name)
	}
	return all, err
}

func TestFormsOfLists(t *testing.T) {
	t.Parallel()
	for body, want := range map[string][]string{
		`{"object":"list","data":[{"id":"b"},{"id":"a"},{"id":"b"}]}`:  {"b", "a"},
		`{"data":[{"id":"old","created":1},{"id":"new","created":2}]}`: {"new", "old"},
		`[{"id":"x"}]`:                  {"x"},
		`{"models":[{"name":"llama"}]}`: {"llama"},
		`{"data":[]}`:                   {},
		`{"data":[{"id":"typed","created":"yesterday"},{"id":"two words"}]}`: {"typed"},
	} {
		server := serve(t, func(r *http.Request) bool {
			return r.URL.Path == "/v1/models" && r.URL.RawQuery == "api-version=1" && r.Header.Get("Authorization") == "Bearer k" &&
				r.Header.Get("X-Team") == "red"
		}, body)
		got, err := names(t, listing.Server{
			Client: server.Client(), BaseURL: server.URL + "/v1/?api-version=1", Key: llm.NewSecret("k"), Headers: map[string]string{"X-Team": "red"},
		})
		if err != nil || !cmp.Equal(want, got) {
			t.Errorf("%s gives %v, %v", body, got, err)
		}
	}
}

func TestWhatIsNoList(t *testing.T) {
	t.Parallel()
	for _, body := range []string{`{}`, `<html>`, `{"data":7}`, ``} {
		server := serve(t, func(*http.Request) bool { return true }, body)
		got, err := names(t, listing.Server{Client: server.Client(), BaseURL: server.URL})
		if e := llm.AsError(err); err == nil || len(got) > 0 || e.Message == "" {
			t.Errorf("%q gives %v, %v", body, got, err)
		}
	}
}

func TestAddressesOfAnthropic(t *testing.T) {
	t.Parallel()
	server := serve(t, func(r *http.Request) bool {
		return r.URL.Path == "/v1/models" && r.Header.Get("X-Api-Key") == "k" && r.Header.Get("Anthropic-Version") != ""
	}, `{"data":[{"type":"model","id":"b"},{"type":"model","id":"a"}]}`)
	for _, base := range []string{server.URL, server.URL + "/", server.URL + "/v1", server.URL + "/v1/messages"} {
		got, err := names(t, listing.Server{Client: server.Client(), BaseURL: base, Dialect: catalog.Anthropic, Key: llm.NewSecret("k")})
		if err != nil || !cmp.Equal([]string{"b", "a"}, got) {
			t.Errorf("%s gives %v, %v", base, got, err)
		}
	}
}

// A key is tried where the list is everyone's.
func TestTry(t *testing.T) {
	t.Parallel()
	asked := ""
	server := serve(t, func(r *http.Request) bool { asked += r.URL.Path + " "; return r.URL.Path == "/v1/models" }, `{"data":[{"id":"a"}]}`)
	_, err := listing.Server{Client: server.Client(), BaseURL: server.URL + "/v1", Dialect: "openrouter", Key: llm.NewSecret("k")}.Try(t.Context())
	if err == nil || asked != "/v1/key " {
		t.Errorf("%v after %s", err, asked)
	}
}
