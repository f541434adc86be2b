package spa_test

import (
	"encoding/json"
	"errors"
	"io/fs"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"

	"parley/internal/kit/spa"
)

var built = fstest.MapFS{
	"index.html":           {Data: []byte(`<script type="application/json" id="boot"><!--boot--></script><script data-font="/assets/f.woff2">start()</script><!--files--><div id="root">`)},
	"icon.svg":             {Data: []byte("<svg/>")},
	"worker.js":            {Data: []byte("work()")},
	"worker.js.br":         {Data: []byte("br work")},
	"assets/app-1.js":      {Data: []byte("app()")},
	"assets/app-1.js.br":   {Data: []byte("br app")},
	"assets/app-1.js.gz":   {Data: []byte("gz app")},
	"assets/inter-2.woff2": {Data: []byte("font")},
	".vite/pages.json": {Data: []byte(`{"chat": [{"files": ["assets/app-1.js", "assets/app-1.css"]},
		{"files": ["assets/more-2.js"], "priority": "low", "media": "(min-width: 9px)"}]}`)},
	".gitkeep": {},
}

// startHash is `printf 'start()' | openssl dgst -sha256 -binary | base64`.
const startHash = "'sha256-DIm7WJS6ZKDYe5qFLPy+h4JFI9Bol5QmYC57mt3Fb00='"

func handler(t *testing.T, files fs.FS, boot func(*http.Request) (spa.Boot, error)) http.Handler {
	t.Helper()
	h, err := spa.New(spa.Config{Files: files, Boot: boot, Log: slog.New(slog.DiscardHandler), Missing: http.HandlerFunc(
		func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "missing", http.StatusNotFound) })})
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func get(t *testing.T, h http.Handler, path string, header ...string) *httptest.ResponseRecorder {
	t.Helper()
	return do(t, h, http.MethodGet, path, header...)
}

func do(t *testing.T, h http.Handler, method, path string, header ...string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), method, path, nil)
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func noBoot(*http.Request) (spa.Boot, error) { return spa.Boot{Data: []byte(`{}`)}, nil }

func TestPage(t *testing.T) {
	t.Parallel()
	h := handler(t, built, func(r *http.Request) (spa.Boot, error) {
		data, err := json.Marshal(map[string]string{"path": r.URL.Path, "name": "</script><!--<script>&\u2028"})
		return spa.Boot{Data: data}, err
	})
	for _, path := range []string{"/", "/index.html", "/c/123", "/settings/profile.edit"} {
		w := get(t, h, path, "Accept", "text/html,*/*;q=0.8")
		body := w.Body.String()
		if w.Code != http.StatusOK || w.Header().Get("Cache-Control") != "no-store" || w.Header().Get("Content-Type") != "text/html; charset=utf-8" {
			t.Errorf("%s: %d %v", path, w.Code, w.Header())
		}
		boot, rest, found := strings.Cut(strings.TrimPrefix(body, `<script type="application/json" id="boot">`), "</script>")
		var data map[string]string
		if err := json.Unmarshal([]byte(boot), &data); err != nil || !found || data["name"] != "</script><!--<script>&\u2028" || data["path"] != path {
			t.Errorf("%s: boot data %q: %v", path, boot, err)
		}
		if strings.ContainsAny(boot, "<>&") || rest != `<script data-font="/assets/f.woff2">start()</script><div id="root">` {
			t.Errorf("%s: the data breaks out of its script: %s", path, body)
		}
		policy := w.Header().Get("Content-Security-Policy")
		for _, part := range []string{"script-src 'self' " + startHash + ";", "frame-ancestors 'none'", "object-src 'none'", "base-uri 'none'", "require-trusted-types-for 'script'"} {
			if !strings.Contains(policy, part) {
				t.Errorf("%s: the policy lacks %s: %s", path, part, policy)
			}
		}
		if w.Header().Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s: types are guessed", path)
		}
	}
}

func TestPageWithoutBootData(t *testing.T) {
	t.Parallel()
	h := handler(t, built, func(*http.Request) (spa.Boot, error) { return spa.Boot{}, errors.New("database is away") })
	if w := get(t, h, "/"); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), `id="boot">null</script>`) {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

func TestFilesOfAPage(t *testing.T) {
	t.Parallel()
	for kind, links := range map[string]string{
		"chat": `<link rel="modulepreload" crossorigin href="/assets/app-1.js"><link rel="preload" as="style" crossorigin href="/assets/app-1.css">` +
			`<link rel="modulepreload" crossorigin href="/assets/more-2.js" fetchpriority="low" media="(min-width: 9px)">`,
		"": "", "unknown": "",
	} {
		h := handler(t, built, func(*http.Request) (spa.Boot, error) { return spa.Boot{Data: []byte(`{}`), Kind: kind}, nil })
		if body := get(t, h, "/").Body.String(); !strings.HasSuffix(body, `</script>`+links+`<div id="root">`) {
			t.Errorf("%q: %s", kind, body)
		}
	}
}

func TestFiles(t *testing.T) {
	t.Parallel()
	h := handler(t, built, noBoot)
	const forever, ask = "public, max-age=31536000, immutable", "no-cache"
	for _, c := range []struct{ path, accept, encoding, body, kind, cache string }{
		{"/assets/app-1.js", "", "", "app()", "text/javascript; charset=utf-8", forever},
		{"/assets/app-1.js", "gzip, deflate, br, zstd", "br", "br app", "text/javascript; charset=utf-8", forever},
		{"/assets/app-1.js", "gzip, deflate", "gzip", "gz app", "text/javascript; charset=utf-8", forever},
		{"/assets/app-1.js", "gzip;q=0.5, BR;q=0.1", "br", "br app", "text/javascript; charset=utf-8", forever},
		{"/assets/app-1.js", "br;q=0, gzip;q=1", "gzip", "gz app", "text/javascript; charset=utf-8", forever},
		{"/assets/app-1.js", "zstd, brotli", "", "app()", "text/javascript; charset=utf-8", forever},
		{"/assets/inter-2.woff2", "br, gzip", "", "font", "font/woff2", forever},
		{"/worker.js", "gzip", "", "work()", "text/javascript; charset=utf-8", ask},
		{"/worker.js", "br", "br", "br work", "text/javascript; charset=utf-8", ask},
		{"/icon.svg", "br", "", "<svg/>", "image/svg+xml", ask},
	} {
		w := get(t, h, c.path, "Accept-Encoding", c.accept)
		header := w.Header()
		if w.Code != http.StatusOK || w.Body.String() != c.body || header.Get("Content-Encoding") != c.encoding ||
			header.Get("Content-Type") != c.kind || header.Get("Cache-Control") != c.cache || header.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s for %q: %d %q %v", c.path, c.accept, w.Code, w.Body, header)
		}
		if strings.HasSuffix(c.path, ".js") && header.Get("Vary") != "Accept-Encoding" {
			t.Errorf("%s: caches would mix up the variants", c.path)
		}
		head := do(t, h, http.MethodHead, c.path, "Accept-Encoding", c.accept)
		if head.Body.Len() != 0 || head.Header().Get("Content-Length") != header.Get("Content-Length") {
			t.Errorf("HEAD %s: %v", c.path, head.Header())
		}
	}
}

func TestUnchangedFile(t *testing.T) {
	t.Parallel()
	h := handler(t, built, noBoot)
	etag := get(t, h, "/worker.js").Header().Get("ETag")
	if w := get(t, h, "/worker.js", "If-None-Match", etag); etag == "" || w.Code != http.StatusNotModified || w.Body.Len() > 0 {
		t.Errorf("etag %q: %d %q", etag, w.Code, w.Body)
	}
	if w := get(t, h, "/icon.svg", "If-None-Match", etag); w.Code != http.StatusOK {
		t.Errorf("another file's etag: %d", w.Code)
	}
}

func TestMissing(t *testing.T) {
	t.Parallel()
	h := handler(t, built, noBoot)
	for _, c := range []struct{ method, path, accept string }{
		{"GET", "/api/unknown", "text/html"},
		{"GET", "/api", "text/html"},
		{"GET", "/assets/gone-1.js", "*/*"},
		{"GET", "/assets/gone-1.js", "text/html"},
		{"GET", "/assets", "text/html"},
		{"GET", "/robots.txt", "*/*"},
		{"GET", "/.vite/manifest.json", "*/*"},
		{"GET", "/.gitkeep", "*/*"},
		{"GET", "/assets/app-1.js.br", "*/*"},
		{"GET", "/../../etc/passwd", "*/*"},
		{"GET", "/c/123", "application/json"},
		{"POST", "/c/123", "*/*"},
	} {
		if w := do(t, h, c.method, c.path, "Accept", c.accept); w.Code != http.StatusNotFound || strings.TrimSpace(w.Body.String()) != "missing" {
			t.Errorf("%s %s for %s: %d %q", c.method, c.path, c.accept, w.Code, w.Body)
		}
	}
	if w := do(t, h, "POST", "/", "Accept", "text/html"); w.Code != http.StatusMethodNotAllowed {
		t.Errorf("POST to the page: %d", w.Code)
	}
}

func TestNotBuilt(t *testing.T) {
	t.Parallel()
	h := handler(t, fstest.MapFS{".gitkeep": {}}, noBoot)
	w := get(t, h, "/", "Accept", "text/html")
	if w.Code != http.StatusServiceUnavailable || !strings.Contains(w.Body.String(), "make build") {
		t.Errorf("%d %q", w.Code, w.Body)
	}
	if w := get(t, h, "/api/x", "Accept", "text/html"); w.Code != http.StatusNotFound {
		t.Errorf("api: %d", w.Code)
	}
}

func TestPageWithoutMarker(t *testing.T) {
	t.Parallel()
	if _, err := spa.New(spa.Config{Files: fstest.MapFS{"index.html": {Data: []byte("<html>")}}}); err == nil {
		t.Error("a page without a place for the data was taken")
	}
}
