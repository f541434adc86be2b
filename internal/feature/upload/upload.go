// Package upload is how files come in and go out over HTTP: pictures,
// documents and sounds that a user adds to a message.
//
// What a file is and how long it lives is decided by package file.
package upload

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"strings"
	"time"

	"parley/internal/access"
	"parley/internal/feature"
	"parley/internal/file"
	"parley/internal/identity"
	"parley/internal/kit/fault"
	"parley/internal/kit/jobs"
	"parley/internal/kit/rest"
)

// overhead is what a form may hold besides the file.
const overhead = 64 << 10

// ErrForm is returned for a request that is not a form with one file.
var ErrForm = fault.New(fault.Invalid, "invalid_form", "Send the file as the field \"file\" of a multipart form.")

// ErrTooOften is returned to who uploads too often.
var ErrTooOften = fault.New(fault.Limited, "uploads_limited", "Too many uploads. Wait a moment, then try again.")

// Deps are what the feature needs.
type Deps struct {
	Files *file.Service
	// Guards have to know the kind "file".
	Guards *access.Guards
	// Rates are how often files may be uploaded; nil is as often as one likes.
	Rates func() identity.Rates
}

// New returns the feature.
func New(d Deps) feature.Spec {
	if d.Rates == nil {
		d.Rates = func() identity.Rates { return identity.Rates{} }
	}
	s := &service{files: d.Files, rates: d.Rates, throttle: identity.NewThrottle()}
	return feature.Spec{
		Name: "upload",
		Routes: func(r *rest.Router) {
			rest.Raw(r, "POST /api/files", access.SignedIn, s.add, rest.Answers[view](http.StatusCreated), rest.Summary("Upload a picture, a PDF document or a sound"))
			rest.Raw(r, "GET /api/files/{file}", d.Guards.Owns("file", "file"), s.serve, rest.Summary("The bytes of a file"))
		},
		Erase:  d.Files.Erase,
		Export: s.export,
	}
}

// Sweep has the files that no message uses removed by an hourly job.
func Sweep(q *jobs.Queue, files *file.Service) {
	jobs.Register(q, "file_sweep", func(ctx context.Context, _ struct{}) error {
		_, err := files.Sweep(ctx)
		return err
	}, jobs.Options{Every: time.Hour})
}

type service struct {
	files    *file.Service
	rates    func() identity.Rates
	throttle *identity.Throttle
}

// view is a file as clients see it.
type view struct {
	ID     file.ID `json:"id"`
	Name   string  `json:"name"`
	MIME   string  `json:"mime"`
	Size   int64   `json:"size"`
	Width  int     `json:"width"`
	Height int     `json:"height"`
}

func viewOf(f file.File) view {
	return view{ID: f.ID, Name: f.Name, MIME: f.MIME, Size: f.Size, Width: f.Width, Height: f.Height}
}

// export lists the files of a user; their bytes are at /api/files.
func (s *service) export(ctx context.Context, user identity.UserID, w io.Writer) error {
	files, err := s.files.List(ctx, access.Scope{User: user})
	if err != nil {
		return err
	}
	views := make([]view, len(files))
	for i, f := range files {
		views[i] = viewOf(f)
	}
	return json.NewEncoder(w).Encode(views)
}

// add streams the field "file" of a form into the store.
func (s *service) add(w http.ResponseWriter, r *http.Request) error {
	if wait := s.throttle.Take(r.Context(), s.rates()); wait > 0 {
		return ErrTooOften.After(wait)
	}
	r.Body = http.MaxBytesReader(w, r.Body, s.files.MaxBytes()+overhead)
	part, err := filePart(r)
	if err != nil {
		return tooLarge(err)
	}
	f, err := s.files.Add(r.Context(), access.ScopeOf(r.Context()), part.FileName(), part)
	if err != nil {
		return tooLarge(err)
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Location", "/api/files/"+string(f.ID))
	w.WriteHeader(http.StatusCreated)
	_ = json.NewEncoder(w).Encode(viewOf(f))
	return nil // if the answer could not be written, the client is gone
}

func filePart(r *http.Request) (*multipart.Part, error) {
	form, err := r.MultipartReader()
	if err != nil {
		return nil, ErrForm.Because(err)
	}
	part, err := form.NextPart()
	if err != nil {
		return nil, errors.Join(ErrForm.Because(err), err)
	}
	if part.FormName() != "file" || part.FileName() == "" {
		return nil, ErrForm
	}
	return part, nil
}

// tooLarge names the body's limit as the file's, and a form that was cut off as
// a wrong form.
func tooLarge(err error) error {
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return file.ErrTooLarge.Because(err)
	}
	if errors.Is(err, io.ErrUnexpectedEOF) && fault.IsKind(err, fault.Internal) {
		return ErrForm.Because(err)
	}
	return err
}

// serve sends a file so that a browser shows it as a picture, plays it or saves
// it, and does nothing else: no guessing of types, no scripts, no other site.
func (s *service) serve(w http.ResponseWriter, r *http.Request) error {
	f, bytes, err := s.files.Open(r.Context(), access.ScopeOf(r.Context()), file.ID(r.PathValue("file")))
	if err != nil {
		return err
	}
	defer bytes.Close() //nolint:errcheck // only read from
	h := w.Header()
	h.Set("Content-Type", f.MIME)
	h.Set("Content-Disposition", mime.FormatMediaType(disposition(f.MIME), map[string]string{"filename": f.Name}))
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Cache-Control", "private, max-age=31536000, immutable")
	h.Set("ETag", `"`+f.SHA256+`"`)
	http.ServeContent(w, r, "", time.Time{}, bytes)
	return nil
}

// disposition has documents saved: a browser would run its own viewer on them.
func disposition(kind string) string {
	if strings.HasPrefix(kind, "image/") || strings.HasPrefix(kind, "audio/") {
		return "inline"
	}
	return "attachment"
}
