package rest_test

import (
	"compress/gzip"
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"parley/internal/kit/rest"
)

type page struct {
	Text string `json:"text"`
}

func TestCompression(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("all work and no play ", 200)
	r := rest.New("Pages", "1", slog.New(slog.DiscardHandler))
	rest.Handle(r, "GET /long", anyone, func(context.Context, *struct{}) (page, error) { return page{Text: long}, nil })
	rest.Handle(r, "GET /short", anyone, func(context.Context, *struct{}) (page, error) { return page{Text: "short"}, nil })
	rest.Handle(r, "DELETE /long", anyone, func(context.Context, *struct{}) (rest.None, error) { return rest.None{}, nil })
	raw := func(kind string, status int) func(http.ResponseWriter, *http.Request) error {
		return func(w http.ResponseWriter, _ *http.Request) error {
			w.Header().Set("Content-Type", kind)
			w.WriteHeader(status)
			_, err := io.WriteString(w, `"`+long+`"`)
			return err
		}
	}
	rest.Raw(r, "GET /raw", anyone, raw("application/json", http.StatusTeapot))
	rest.Raw(r, "GET /stream", anyone, raw("text/event-stream", http.StatusOK))
	h := r.Edge(r)

	for name, test := range map[string]struct {
		request, accept string
		status          int
		encoding        string
		body            string
	}{
		"long JSON":              {"GET /long", "br, gzip", http.StatusOK, "gzip", long},
		"a status of its own":    {"GET /raw", "gzip;q=0.5", http.StatusTeapot, "gzip", long},
		"short JSON":             {"GET /short", "gzip", http.StatusOK, "", "short"},
		"nothing":                {"DELETE /long", "gzip", http.StatusNoContent, "", ""},
		"a stream":               {"GET /stream", "gzip", http.StatusOK, "", long},
		"a client that does not": {"GET /long", "", http.StatusOK, "", long},
		"a client that will not": {"GET /long", "gzip;q=0.0, br", http.StatusOK, "", long},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			method, path, _ := strings.Cut(test.request, " ")
			req := httptest.NewRequest(method, path, nil)
			req.Header.Set("Accept-Encoding", test.accept)
			w := httptest.NewRecorder()
			h.ServeHTTP(w, req)
			if encoding := w.Header().Get("Content-Encoding"); w.Code != test.status || encoding != test.encoding {
				t.Fatalf("status %d, encoding %q", w.Code, encoding)
			}
			body := io.Reader(w.Body)
			if test.encoding == "gzip" {
				if w.Body.Len() > len(long)/10 || w.Header().Get("Vary") != "Accept-Encoding" {
					t.Errorf("%d bytes, vary %q", w.Body.Len(), w.Header().Get("Vary"))
				}
				zipped, err := gzip.NewReader(body)
				if err != nil {
					t.Fatal(err)
				}
				body = zipped
			}
			if text, err := io.ReadAll(body); err != nil || !strings.Contains(string(text), test.body) {
				t.Errorf("body %q: %v", text, err)
			}
		})
	}
}
