package file

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"image"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
	"path"
	"strings"
	"unicode"
	"unicode/utf8"

	"parley/internal/access"
	"parley/internal/kit/blob"
	"parley/internal/kit/fault"
	"parley/internal/kit/id"

	"golang.org/x/image/webp"
)

// kind is what is known of a type that is taken: how to read its dimensions if
// it is a picture, the file extensions that go with it, and what a file is called
// that came without a name.
type kind struct {
	config     func(io.Reader) (image.Config, error)
	extensions []string
	stem       string
}

var kinds = map[string]kind{
	"image/png":       {png.DecodeConfig, []string{".png", ".apng"}, "image"},
	"image/jpeg":      {jpeg.DecodeConfig, []string{".jpg", ".jpeg", ".jpe", ".jfif"}, "image"},
	"image/webp":      {webp.DecodeConfig, []string{".webp"}, "image"},
	"image/gif":       {gif.DecodeConfig, []string{".gif"}, "image"},
	"application/pdf": {nil, []string{".pdf"}, "document"},
	"audio/mpeg":      {nil, []string{".mp3", ".mpga"}, "audio"},
	"audio/wav":       {nil, []string{".wav"}, "audio"},
	"audio/ogg":       {nil, []string{".ogg", ".oga", ".opus"}, "audio"},
	"audio/flac":      {nil, []string{".flac"}, "audio"},
	"audio/mp4":       {nil, []string{".m4a", ".m4b"}, "audio"},
	"audio/aac":       {nil, []string{".aac"}, "audio"},
}

// Add stores what r holds as a file of scope's user. name is the one that the
// user knows it by; it is shown, and nothing else depends on it.
func (s *Service) Add(ctx context.Context, scope access.Scope, name string, r io.Reader) (File, error) {
	head := bufio.NewReaderSize(r, 512)
	start, err := head.Peek(512)
	if err != nil && !errors.Is(err, io.EOF) {
		return File{}, err
	}
	if len(start) == 0 {
		return File{}, ErrEmpty
	}
	f := File{ID: ID(id.New()), MIME: sniff(start), CreatedAt: s.now().UTC()}
	if _, known := kinds[f.MIME]; !known {
		return File{}, ErrUnsupported
	}
	f.Name = cleanName(name, f.MIME)
	// The row comes first: whatever happens to the bytes, a sweep finds them.
	if err := reserve(ctx, s.db, scope, f); err != nil {
		return File{}, err
	}
	if f, err = s.receive(ctx, scope, f, head); err != nil {
		return File{}, errors.Join(err, s.forget(context.WithoutCancel(ctx), f.ID))
	}
	return f, nil
}

// Keep stores what a model made as a file that a message of scope's user uses.
func (s *Service) Keep(ctx context.Context, scope access.Scope, name string, r io.Reader) (File, error) {
	f, err := s.Add(ctx, scope, name, r)
	if err != nil {
		return File{}, err
	}
	return f, attach(ctx, s.db, scope, f.ID, s.now())
}

func (s *Service) receive(ctx context.Context, scope access.Scope, f File, r io.Reader) (File, error) {
	hash := sha256.New()
	most := s.MaxBytes()
	size, err := s.blobs.Put(ctx, string(f.ID), io.TeeReader(r, hash), most)
	if errors.Is(err, blob.ErrTooLarge) {
		return f, ErrTooLarge.Saying("The largest is " + megabytes(most) + ".")
	}
	if err != nil {
		return f, err
	}
	f.Size, f.SHA256 = size, hex.EncodeToString(hash.Sum(nil))
	if f.Width, f.Height, err = s.measure(ctx, f); err != nil {
		return f, err
	}
	return f, complete(ctx, s.db, scope, f)
}

// measure reads the dimensions from a picture's header; no pixel is decoded.
// What is no picture has none.
func (s *Service) measure(ctx context.Context, f File) (width, height int, err error) {
	if kinds[f.MIME].config == nil {
		return 0, 0, nil
	}
	r, err := s.blobs.Get(ctx, string(f.ID))
	if err != nil {
		return 0, 0, err
	}
	defer r.Close() //nolint:errcheck // only read from
	config, err := kinds[f.MIME].config(bufio.NewReader(r))
	if err != nil || config.Width <= 0 || config.Height <= 0 {
		return 0, 0, ErrBroken.Because(err)
	}
	if int64(config.Width)*int64(config.Height) > MaxPixels {
		return 0, 0, ErrPixels
	}
	return config.Width, config.Height, nil
}

// forget removes a file that could not be stored.
func (s *Service) forget(ctx context.Context, f ID) error {
	if _, err := doom(ctx, s.db, `UPDATE files SET attached_at = -1 WHERE id = $1 RETURNING id`, string(f)); err != nil {
		return err
	}
	if err := s.remove(ctx, []ID{f}); err != nil && !fault.IsKind(err, fault.NotFound) {
		return err
	}
	return nil
}

// cleanName makes a name that is safe to show and to save under: no folders, no
// control or direction characters, at most 120 characters, and an extension
// that goes with the type.
func cleanName(name, mime string) string {
	name = strings.ToValidUTF8(name, "")
	name = name[strings.LastIndexAny(name, `/\`)+1:]
	name = strings.Map(func(r rune) rune {
		if !unicode.IsGraphic(r) || unicode.Is(unicode.Bidi_Control, r) || strings.ContainsRune(`<>:"|?*`, r) {
			return -1
		}
		return r
	}, name)
	name = strings.TrimRight(name, " .")
	extensions := kinds[mime].extensions
	stem, extension := name, path.Ext(name)
	fits := false
	for _, e := range extensions {
		fits = fits || strings.EqualFold(e, extension)
	}
	if fits {
		stem = strings.TrimSuffix(name, extension)
	} else {
		extension = extensions[0]
	}
	stem = strings.Trim(stem, " .")
	if utf8.RuneCountInString(stem) > 100 {
		stem = string([]rune(stem)[:100])
	}
	if stem == "" {
		stem = kinds[mime].stem
	}
	return stem + extension
}
