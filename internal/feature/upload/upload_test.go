package upload_test

import (
	"bytes"
	"context"
	"encoding/json"
	"image"
	"image/png"
	"io"
	"log/slog"
	"maps"
	"mime"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"parley/internal/access"
	"parley/internal/audit"
	"parley/internal/feature"
	"parley/internal/feature/upload"
	"parley/internal/file"
	"parley/internal/identity"
	"parley/internal/kit/blob"
	"parley/internal/kit/id"
	"parley/internal/kit/rest"
	"parley/internal/kit/testkit"
)

const maxBytes = 1 << 20

// server serves the feature to users who name themselves in a header.
type server struct {
	http.Handler
	spec     feature.Spec
	ann, bob string
}

func serve(t *testing.T) *server {
	t.Helper()
	d := testkit.SQLite(t)
	if err := d.Migrate(t.Context(), audit.Migrations, identity.Migrations, file.Migrations); err != nil {
		t.Fatal(err)
	}
	blobs, err := blob.OpenFolder(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = blobs.Close() })
	s := &server{ann: id.New(), bob: id.New()}
	for _, user := range []string{s.ann, s.bob} {
		if _, err := d.Exec(t.Context(), `INSERT INTO users (id, email, name, role, password_hash, created_at)
			VALUES ($1, $1, 'x', 'user', '', 0)`, user); err != nil {
			t.Fatal(err)
		}
	}
	files := file.New(file.Config{DB: d, Blobs: blobs, MaxBytes: maxBytes})
	guards := access.New()
	guards.Register("file", files.Owner)
	router := rest.New("test", "1", slog.New(slog.DiscardHandler))
	s.spec = upload.New(upload.Deps{Files: files, Guards: guards})
	s.spec.Routes(router)
	s.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if user := r.Header.Get("X-User"); user != "" {
			r = r.WithContext(identity.With(r.Context(), identity.Principal{User: identity.UserID(user)}))
		}
		router.ServeHTTP(w, r)
	})
	return s
}

func (s *server) do(t *testing.T, user, method, path string, body io.Reader, header http.Header) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequestWithContext(context.Background(), method, path, body)
	maps.Copy(r.Header, header)
	r.Header.Set("X-User", user)
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w
}

// form is a multipart form with one file, and its Content-Type.
func form(t *testing.T, field, name string, data []byte) (io.Reader, http.Header) {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	part, err := w.CreateFormFile(field, name)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := part.Write(data); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return &b, http.Header{"Content-Type": {w.FormDataContentType()}}
}

func picture(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 7, 5))); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

type uploaded struct {
	ID, Name, MIME      string
	Size, Width, Height int
}

func (s *server) upload(t *testing.T, name string) uploaded {
	t.Helper()
	body, header := form(t, "file", name, picture(t))
	w := s.do(t, s.ann, http.MethodPost, "/api/files", body, header)
	if w.Code != http.StatusCreated {
		t.Fatalf("upload: %d %s", w.Code, w.Body)
	}
	var got uploaded
	if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	return got
}

func TestUploadAndDownload(t *testing.T) {
	t.Parallel()
	s, data := serve(t), picture(t)
	got := s.upload(t, "Möwe \u202e\".svg")
	if want := (uploaded{got.ID, "Möwe .svg.png", "image/png", len(data), 7, 5}); got != want {
		t.Errorf("uploaded %+v, want %+v", got, want)
	}
	path := "/api/files/" + got.ID
	w := s.do(t, s.ann, http.MethodGet, path, nil, nil)
	if w.Code != http.StatusOK || !bytes.Equal(w.Body.Bytes(), data) {
		t.Fatalf("download: %d, %d bytes", w.Code, w.Body.Len())
	}
	for name, want := range map[string]string{
		"Content-Type": "image/png", "X-Content-Type-Options": "nosniff",
		"Content-Security-Policy": "default-src 'none'; sandbox", "Cross-Origin-Resource-Policy": "same-origin",
		"Cache-Control": "private, max-age=31536000, immutable",
	} {
		if got := w.Header().Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	kind, params, err := mime.ParseMediaType(w.Header().Get("Content-Disposition"))
	if err != nil || kind != "inline" || params["filename"] != "Möwe .svg.png" {
		t.Errorf("disposition %q: %v", w.Header().Get("Content-Disposition"), err)
	}

	w = s.do(t, s.ann, http.MethodGet, path, nil, http.Header{"Range": {"bytes=1-3"}})
	if w.Code != http.StatusPartialContent || w.Body.String() != "PNG" {
		t.Errorf("range: %d %q", w.Code, w.Body)
	}
	w = s.do(t, s.ann, http.MethodGet, path, nil, http.Header{"If-None-Match": {s.do(t, s.ann, http.MethodHead, path, nil, nil).Header().Get("ETag")}})
	if w.Code != http.StatusNotModified {
		t.Errorf("again: %d", w.Code)
	}
}

func TestWhoMay(t *testing.T) {
	t.Parallel()
	s := serve(t)
	mine := "/api/files/" + s.upload(t, "a.png").ID
	for _, c := range []struct {
		user, method, path string
		want               int
	}{
		{"", http.MethodPost, "/api/files", 401},
		{"", http.MethodGet, mine, 401},
		{s.bob, http.MethodGet, mine, 404},
		{s.ann, http.MethodGet, "/api/files/" + id.New(), 404},
		{s.ann, http.MethodGet, "/api/files/..%2f..%2fsecret", 404},
		{s.ann, http.MethodGet, mine, 200},
	} {
		if w := s.do(t, c.user, c.method, c.path, nil, nil); w.Code != c.want {
			t.Errorf("%q %s %s: %d, want %d", c.user, c.method, c.path, w.Code, c.want)
		}
	}
}

func TestRefusedForms(t *testing.T) {
	t.Parallel()
	s := serve(t)
	for name, c := range map[string]struct {
		field, name string
		data        []byte
		cut         int // bytes left off at the end of the body
		status      int
		code        string
	}{
		"svg":         {"file", "a.png", []byte(`<svg xmlns="http://www.w3.org/2000/svg"/>`), 0, 422, "file_unsupported"},
		"empty":       {"file", "a.png", nil, 0, 422, "file_empty"},
		"damaged":     {"file", "a.png", picture(t)[:20], 0, 422, "file_broken"},
		"wrong field": {"avatar", "a.png", picture(t), 0, 422, "invalid_form"},
		"no name":     {"file", "", picture(t), 0, 422, "invalid_form"},
		"too large":   {"file", "a.png", append(picture(t), make([]byte, maxBytes)...), 0, 413, "file_too_large"},
		"much more":   {"file", "a.png", append(picture(t), make([]byte, 2*maxBytes)...), 0, 413, "file_too_large"},
		"cut off":     {"file", "a.png", picture(t), 70, 422, "invalid_form"},
	} {
		body, header := form(t, c.field, c.name, c.data)
		all, err := io.ReadAll(body)
		if err != nil {
			t.Fatal(err)
		}
		w := s.do(t, s.ann, http.MethodPost, "/api/files", bytes.NewReader(all[:len(all)-c.cut]), header)
		var problem struct{ Code string }
		if err := json.Unmarshal(w.Body.Bytes(), &problem); err != nil || w.Code != c.status || problem.Code != c.code {
			t.Errorf("%s: %d %s, want %d %s", name, w.Code, problem.Code, c.status, c.code)
		}
	}
	w := s.do(t, s.ann, http.MethodPost, "/api/files", strings.NewReader(`{"file":"x"}`), http.Header{"Content-Type": {"application/json"}})
	if w.Code != 422 {
		t.Errorf("not a form: %d", w.Code)
	}
}

func TestExportAndErase(t *testing.T) {
	t.Parallel()
	s := serve(t)
	f := s.upload(t, "a.png")
	export := func() (all []uploaded) {
		var b bytes.Buffer
		if err := s.spec.Export(t.Context(), identity.UserID(s.ann), &b); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(b.Bytes(), &all); err != nil {
			t.Fatal(err)
		}
		return all
	}
	if all := export(); len(all) != 1 || all[0] != f {
		t.Errorf("exported %+v", all)
	}
	if err := s.spec.Erase(t.Context(), identity.UserID(s.ann)); err != nil {
		t.Fatal(err)
	}
	if all := export(); len(all) != 0 {
		t.Errorf("still there: %+v", all)
	}
	if w := s.do(t, s.ann, http.MethodGet, "/api/files/"+f.ID, nil, nil); w.Code != http.StatusNotFound {
		t.Errorf("download after erase: %d", w.Code)
	}
}
