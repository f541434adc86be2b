// Package spa serves a built single-page application: its files with their
// compressed variants, and index.html with data put in, under headers that let
// a browser run the application's own scripts and nothing else.
//
// It does not build or compress anything; that is done before the files are
// embedded.
package spa

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"path"
	"regexp"
	"strconv"
	"strings"
)

// Marker stands in index.html where the boot data belongs, inside of
// <script type="application/json">; and filesMarker, after it, where a browser is
// told which files to fetch next.
const (
	Marker      = "<!--boot-->"
	filesMarker = "<!--files-->"
)

// pageFiles says which files each kind of page needs besides those that
// index.html names: {"kind": [{"files": ["assets/..."], "priority": "low",
// "media": "(min-width: 64rem)"}]}. It may be missing.
const pageFiles = ".vite/pages.json"

// hashed is the folder of files whose names change with their content.
const hashed = "assets/"

// policy is the Content-Security-Policy of the page, with a gap for the hashes
// of the scripts in index.html. All others come from our own origin alone, and
// text becomes a script or markup only through a Trusted Types policy. Styles
// in attributes are how formulas and code are coloured.
const policy = "default-src 'self'; script-src 'self'%s; style-src 'self' 'unsafe-inline'; " +
	"img-src 'self' data: blob:; media-src 'self' blob:; font-src 'self'; connect-src 'self'; worker-src 'self'; " +
	"frame-src 'self'; frame-ancestors 'none'; object-src 'none'; base-uri 'none'; form-action 'self'; " +
	"require-trusted-types-for 'script'"

// Config is what a [Handler] is made of.
type Config struct {
	// Files is the built application with index.html at its root. A file may
	// have siblings of the same name and .br or .gz added. Without index.html
	// every page says that the application was not built.
	Files fs.FS
	// Boot returns what is put into the page for this request.
	Boot func(*http.Request) (Boot, error)
	// Missing answers requests for what is not there, such as unknown /api
	// routes; http.NotFound if nil.
	Missing http.Handler
	Log     *slog.Logger
}

// Boot is what one request's page begins with.
type Boot struct {
	// Data is JSON for the application.
	Data []byte
	// Kind of page, whose files the browser fetches before it has run the
	// script that would ask for them; none if unknown.
	Kind string
}

// Handler serves the application. It takes every path that no other handler
// has.
type Handler struct {
	config Config
	files  map[string]asset
	// head, neck and tail are index.html around its markers.
	head, neck, tail []byte
	// links are the elements that have files fetched, by kind of page.
	links  map[string][]byte
	policy string
	built  bool
}

// asset is one file and how it is sent.
type asset struct {
	kind      string
	immutable bool
	etag      string
	size      int64
	// encodings are the variants by Content-Encoding.
	encodings map[string]int64
}

// New reads the list of files, and those whose names do not change.
func New(c Config) (*Handler, error) {
	if c.Missing == nil {
		c.Missing = http.HandlerFunc(http.NotFound)
	}
	h := &Handler{config: c, files: map[string]asset{}, policy: fmt.Sprintf(policy, "")}
	index, err := fs.ReadFile(c.Files, "index.html")
	if errors.Is(err, fs.ErrNotExist) {
		return h, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read the user interface: %w", err)
	}
	var found bool
	if h.head, h.neck, found = bytes.Cut(index, []byte(Marker)); !found {
		return nil, errors.New("read the user interface: index.html has no " + Marker)
	}
	if h.neck, h.tail, found = bytes.Cut(h.neck, []byte(filesMarker)); !found {
		return nil, errors.New("read the user interface: index.html has no " + filesMarker + " after " + Marker)
	}
	if h.links, err = readLinks(c.Files); err != nil {
		return nil, fmt.Errorf("read the user interface: %w", err)
	}
	h.policy = fmt.Sprintf(policy, hashes(index))
	if err := fs.WalkDir(c.Files, ".", h.collect); err != nil {
		return nil, fmt.Errorf("read the user interface: %w", err)
	}
	h.built = true
	return h, nil
}

// readLinks makes elements of the files of each kind of page.
func readLinks(files fs.FS) (map[string][]byte, error) {
	text, err := fs.ReadFile(files, pageFiles)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil //nolint:nilnil // reading from a nil map is what no links are
	}
	if err != nil {
		return nil, err
	}
	var kinds map[string][]group
	if err := json.Unmarshal(text, &kinds); err != nil {
		return nil, fmt.Errorf("%s: %w", pageFiles, err)
	}
	links := map[string][]byte{}
	for kind, groups := range kinds {
		var b bytes.Buffer
		for _, g := range groups {
			g.write(&b)
		}
		links[kind] = b.Bytes()
	}
	return links, nil
}

// group is some of the files that a page needs.
type group struct {
	Files []string
	// Priority as the attribute fetchpriority has it: what runs later is "low".
	Priority string
	// Media is the query of the screens that need them; all if empty.
	Media string
}

// write names the files as those that use them ask for them: otherwise they are
// fetched twice.
func (g group) write(b *bytes.Buffer) {
	for _, file := range g.Files {
		rel := `modulepreload`
		if path.Ext(file) == ".css" {
			rel = `preload" as="style`
		}
		fmt.Fprintf(b, `<link rel="%s" crossorigin href="/%s"`, rel, html.EscapeString(file))
		for _, attribute := range [][2]string{{"fetchpriority", g.Priority}, {"media", g.Media}} {
			if attribute[1] != "" {
				fmt.Fprintf(b, ` %s="%s"`, attribute[0], html.EscapeString(attribute[1]))
			}
		}
		b.WriteByte('>')
	}
}

// inline finds the scripts that are written into the page itself.
var inline = regexp.MustCompile(`(?s)<script(?: data-[^>]*)?>(.*?)</script>`)

// hashes are the sources of a policy that allow the page's own scripts, each as
// it was built.
func hashes(page []byte) string {
	var sources strings.Builder
	for _, script := range inline.FindAllSubmatch(page, -1) {
		sum := sha256.Sum256(script[1])
		fmt.Fprintf(&sources, " 'sha256-%s'", base64.StdEncoding.EncodeToString(sum[:]))
	}
	return sources.String()
}

func (h *Handler) collect(name string, entry fs.DirEntry, err error) error {
	if err != nil {
		return err
	}
	base := path.Base(name)
	switch {
	case entry.IsDir() && name != "." && base[0] == '.':
		return fs.SkipDir
	case entry.IsDir(), base[0] == '.', name == "index.html", path.Ext(base) == ".br", path.Ext(base) == ".gz":
		return nil
	}
	info, err := entry.Info()
	if err != nil {
		return err
	}
	a := asset{kind: kindOf(base), immutable: strings.HasPrefix(name, hashed), size: info.Size(), encodings: map[string]int64{}}
	for encoding, suffix := range suffixes {
		if variant, err := fs.Stat(h.config.Files, name+suffix); err == nil {
			a.encodings[encoding] = variant.Size()
		}
	}
	if !a.immutable {
		content, err := fs.ReadFile(h.config.Files, name)
		if err != nil {
			return err
		}
		sum := sha256.Sum256(content)
		a.etag = `W/"` + base64.RawURLEncoding.EncodeToString(sum[:12]) + `"`
	}
	h.files[name] = a
	return nil
}

func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	name := strings.TrimPrefix(path.Clean(r.URL.Path), "/")
	a, known := h.files[name]
	page := name == "" || name == "index.html" || !known && h.isPage(name, r)
	switch {
	case !known && !page:
		h.config.Missing.ServeHTTP(w, r)
	case r.Method != http.MethodGet && r.Method != http.MethodHead:
		w.Header().Set("Allow", "GET, HEAD")
		w.WriteHeader(http.StatusMethodNotAllowed)
	case known:
		h.serveFile(w, r, name, a)
	default:
		h.servePage(w, r)
	}
}

// isPage reports whether a path that is no file is one of the application's own
// pages: something that a browser wants to show.
func (h *Handler) isPage(name string, r *http.Request) bool {
	if name == "api" || strings.HasPrefix(name, "api/") || strings.HasPrefix(name+"/", hashed) {
		return false
	}
	return strings.Contains(r.Header.Get("Accept"), "text/html")
}

func (h *Handler) servePage(w http.ResponseWriter, r *http.Request) {
	header := w.Header()
	header.Set("Content-Type", "text/html; charset=utf-8")
	header.Set("Cache-Control", "no-store")
	header.Set("Content-Security-Policy", h.policy)
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("X-Frame-Options", "DENY")
	header.Set("Referrer-Policy", "same-origin")
	header.Set("Cross-Origin-Opener-Policy", "same-origin")
	header.Set("Permissions-Policy", "camera=(), geolocation=(), payment=(), usb=()")
	if !h.built {
		w.WriteHeader(http.StatusServiceUnavailable)
		_, _ = io.WriteString(w, notBuilt) // the client is gone if this fails
		return
	}
	boot, err := h.config.Boot(r)
	if err != nil {
		// The page asks for the data itself when it finds none.
		h.config.Log.ErrorContext(r.Context(), "boot data is missing from the page", "error", err)
		boot = Boot{Data: []byte("null")}
	}
	var body bytes.Buffer
	body.Write(h.head)
	json.HTMLEscape(&body, boot.Data)
	body.Write(h.neck)
	body.Write(h.links[boot.Kind])
	body.Write(h.tail)
	header.Set("Content-Length", strconv.Itoa(body.Len()))
	if r.Method != http.MethodHead {
		_, _ = w.Write(body.Bytes()) // the client is gone if this fails
	}
}

func (h *Handler) serveFile(w http.ResponseWriter, r *http.Request, name string, a asset) {
	header := w.Header()
	header.Set("Content-Type", a.kind)
	header.Set("X-Content-Type-Options", "nosniff")
	if a.immutable {
		header.Set("Cache-Control", "public, max-age=31536000, immutable")
	} else {
		header.Set("Cache-Control", "no-cache")
		header.Set("ETag", a.etag)
		if strings.Contains(r.Header.Get("If-None-Match"), a.etag) {
			w.WriteHeader(http.StatusNotModified)
			return
		}
	}
	size := a.size
	if len(a.encodings) > 0 {
		header.Set("Vary", "Accept-Encoding")
		if encoding := choose(r.Header.Get("Accept-Encoding"), a.encodings); encoding != "" {
			header.Set("Content-Encoding", encoding)
			name, size = name+suffixes[encoding], a.encodings[encoding]
		}
	}
	file, err := h.config.Files.Open(name)
	if err != nil {
		h.config.Log.ErrorContext(r.Context(), "a file of the user interface cannot be read", "file", name, "error", err)
		w.WriteHeader(http.StatusInternalServerError)
		return
	}
	defer file.Close() //nolint:errcheck // only read from
	header.Set("Content-Length", strconv.FormatInt(size, 10))
	if r.Method != http.MethodHead {
		_, _ = io.Copy(w, file) // the client is gone if this fails
	}
}

// notBuilt is shown when the binary was built without the user interface.
const notBuilt = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Not built</title>
<meta name="viewport" content="width=device-width">
<body style="font: 16px/1.5 system-ui; margin: 15vh auto; max-width: 34rem; padding: 0 1rem">
<h1>The user interface is missing</h1>
<p>This server was compiled before its user interface was built. The API works; pages do not.</p>
<p>Run <code>make build</code> and start the new binary.</p>
`
