package file_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"testing/iotest"
	"time"
	"unicode"

	"parley/internal/access"
	"parley/internal/audit"
	"parley/internal/file"
	"parley/internal/identity"
	"parley/internal/kit/blob"
	"parley/internal/kit/db"
	"parley/internal/kit/fault"
	"parley/internal/kit/id"
	"parley/internal/kit/testkit"

	"github.com/google/go-cmp/cmp"
)

// store is a file service with two users, ann and bob, and a clock.
type store struct {
	*file.Service
	db       *db.DB
	folder   string
	ann, bob access.Scope
	ahead    atomic.Int64 // how far the clock was moved
}

func onBoth(t *testing.T, test func(t *testing.T, s *store)) {
	t.Helper()
	testkit.Databases(t, func(t *testing.T, d *db.DB) { test(t, open(t, d)) })
}

func open(t *testing.T, d *db.DB) *store {
	t.Helper()
	if err := d.Migrate(t.Context(), audit.Migrations, identity.Migrations, file.Migrations); err != nil {
		t.Fatal(err)
	}
	s := &store{db: d, folder: t.TempDir()}
	blobs, err := blob.OpenFolder(s.folder)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = blobs.Close() })
	s.Service = file.New(file.Config{DB: d, Blobs: blobs, MaxBytes: 1 << 20, Now: func() time.Time {
		return time.Now().Add(time.Duration(s.ahead.Load()))
	}})
	s.ann, s.bob = s.user(t), s.user(t)
	return s
}

func (s *store) user(t *testing.T) access.Scope {
	t.Helper()
	user := identity.UserID(id.New())
	_, err := s.db.Exec(t.Context(), `INSERT INTO users (id, email, name, role, password_hash, created_at)
		VALUES ($1, $1, 'x', 'user', '', 0)`, string(user))
	if err != nil {
		t.Fatal(err)
	}
	return access.Scope{User: user}
}

func (s *store) add(t *testing.T, data []byte) file.File {
	t.Helper()
	f, err := s.Add(t.Context(), s.ann, "picture", bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func (s *store) attach(t *testing.T, scope access.Scope, ids ...file.ID) (files []file.File, err error) {
	t.Helper()
	err = s.db.Tx(t.Context(), func(ctx context.Context, tx *db.Tx) error {
		files, err = s.Attach(ctx, tx, scope, ids...)
		return err
	})
	return files, err
}

// left counts the rows and the stored blobs.
func (s *store) left(t *testing.T) (rows, blobs int) {
	t.Helper()
	if err := s.db.QueryRow(t.Context(), `SELECT COUNT(*) FROM files`).Scan(&rows); err != nil {
		t.Fatal(err)
	}
	err := filepath.WalkDir(s.folder, func(_ string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			blobs++
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return rows, blobs
}

func pngBytes(t testing.TB) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 7, 5))); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// pngClaiming is a PNG of a few bytes that claims to be of this size.
func pngClaiming(t testing.TB, width, height uint32) []byte {
	t.Helper()
	b := bytes.Clone(pngBytes(t))
	binary.BigEndian.PutUint32(b[16:], width)
	binary.BigEndian.PutUint32(b[20:], height)
	binary.BigEndian.PutUint32(b[29:], crc32.ChecksumIEEE(b[12:29]))
	return b
}

func jpegBytes(t testing.TB) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, image.NewGray(image.Rect(0, 0, 7, 5)), nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func gifBytes(t testing.TB) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := gif.Encode(&b, image.NewGray(image.Rect(0, 0, 7, 5)), nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// webpBytes is the header of a lossless WebP picture of 7 x 5 pixels, which is
// all that is read of it.
func webpBytes() []byte {
	const width, height = 7, 5
	bits := uint32(width-1) | uint32(height-1)<<14
	body := append([]byte{0x2f}, binary.LittleEndian.AppendUint32(nil, bits)...)
	body = append(body, make([]byte, 9)...)
	out := append([]byte("RIFF"), binary.LittleEndian.AppendUint32(nil, uint32(12+len(body)))...)
	out = append(out, "WEBPVP8L"...)
	out = binary.LittleEndian.AppendUint32(out, uint32(len(body)))
	return append(out, body...)
}

func TestAdd(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *store) {
		for mime, data := range map[string][]byte{
			"image/png": pngBytes(t), "image/jpeg": jpegBytes(t), "image/gif": gifBytes(t), "image/webp": webpBytes(),
		} {
			f, err := s.Add(t.Context(), s.ann, "holiday.php", iotest.OneByteReader(bytes.NewReader(data)))
			if err != nil {
				t.Errorf("%s: %v", mime, err)
				continue
			}
			if f.MIME != mime || f.Width != 7 || f.Height != 5 || f.Size != int64(len(data)) || len(f.SHA256) != 64 {
				t.Errorf("%s: %+v", mime, f)
			}
			got, read, err := s.Read(t.Context(), s.ann, f.ID)
			if err != nil || !bytes.Equal(read, data) {
				t.Errorf("%s: read %d bytes, %v", mime, len(read), err)
			}
			f.CreatedAt = f.CreatedAt.Truncate(time.Millisecond)
			if diff := cmp.Diff(f, got); diff != "" {
				t.Errorf("%s (-added +read):\n%s", mime, diff)
			}
		}
		if files, err := s.List(t.Context(), s.ann); err != nil || len(files) != 4 {
			t.Errorf("list: %d, %v", len(files), err)
		}
	})
}

func TestAddDocumentsAndSounds(t *testing.T) {
	t.Parallel()
	s := open(t, testkit.SQLite(t))
	for data, want := range map[string]struct{ mime, name string }{
		"%PDF-1.7\n":                               {"application/pdf", "document.pdf"},
		"ID3\x04\x00":                              {"audio/mpeg", "audio.mp3"},
		"\xff\xfb\x90\x64\x00":                     {"audio/mpeg", "audio.mp3"},
		"\xff\xf1\x50\x80\x00":                     {"audio/aac", "audio.aac"},
		"RIFF\x24\x00\x00\x00WAVEfmt ":             {"audio/wav", "audio.wav"},
		"OggS\x00\x02":                             {"audio/ogg", "audio.ogg"},
		"fLaC\x00\x00\x00\x22":                     {"audio/flac", "audio.flac"},
		"\x00\x00\x00\x1cftypM4A \x00\x00\x00\x00": {"audio/mp4", "audio.m4a"},
	} {
		f, err := s.Keep(t.Context(), s.ann, "", strings.NewReader(data))
		if err != nil || f.MIME != want.mime || f.Name != want.name || f.Size != int64(len(data)) || f.Width != 0 {
			t.Errorf("%q became %+v, %v", data, f, err)
		}
	}
	s.ahead.Store(int64(file.LooseTime + time.Minute))
	if n, err := s.Sweep(t.Context()); n != 0 || err != nil {
		t.Errorf("%d files that are used were swept, %v", n, err)
	}
}

func TestRefusesAndKeepsNothing(t *testing.T) {
	t.Parallel()
	lost := errors.New("connection lost")
	onBoth(t, func(t *testing.T, s *store) {
		picture := pngBytes(t)
		for name, c := range map[string]struct {
			r    io.Reader
			want error
		}{
			"nothing":         {strings.NewReader(""), file.ErrEmpty},
			"text":            {strings.NewReader("hello"), file.ErrUnsupported},
			"page":            {strings.NewReader("<!doctype html><script>alert(1)</script>"), file.ErrUnsupported},
			"svg":             {strings.NewReader(`<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`), file.ErrUnsupported},
			"svg as xml":      {strings.NewReader(`<?xml version="1.0"?><svg/>`), file.ErrUnsupported},
			"late pdf":        {strings.NewReader("x %PDF-1.7"), file.ErrUnsupported},
			"video":           {strings.NewReader("\x00\x00\x00\x18ftypisom\x00\x00\x00\x00isommp42"), file.ErrUnsupported},
			"wide text":       {strings.NewReader("\xff\xfeh\x00i\x00"), file.ErrUnsupported},
			"one byte":        {strings.NewReader("\xff"), file.ErrUnsupported},
			"bitmap":          {strings.NewReader("BM" + strings.Repeat("\x00", 64)), file.ErrUnsupported},
			"page then image": {io.MultiReader(strings.NewReader("<script>alert(1)</script>"), bytes.NewReader(picture)), file.ErrUnsupported},
			"cut header":      {bytes.NewReader(picture[:20]), file.ErrBroken},
			"magic and php":   {strings.NewReader("GIF89a<?php system($_GET[1]); ?>"), file.ErrPixels},
			"bomb":            {bytes.NewReader(pngClaiming(t, 100_000, 100_000)), file.ErrPixels},
			"thin bomb":       {bytes.NewReader(pngClaiming(t, 2_000_000_000, 1)), file.ErrPixels},
			"no pixels":       {bytes.NewReader(pngClaiming(t, 0, 5)), file.ErrBroken},
			"too large":       {io.MultiReader(bytes.NewReader(picture), bytes.NewReader(make([]byte, 1<<20))), file.ErrTooLarge},
			"lost at once":    {iotest.ErrReader(lost), lost},
			"lost later":      {io.MultiReader(bytes.NewReader(jpegBytes(t)), bytes.NewReader(make([]byte, 999)), iotest.ErrReader(lost)), lost},
		} {
			if f, err := s.Add(t.Context(), s.ann, "x.png", c.r); !errors.Is(err, c.want) {
				t.Errorf("%s: %+v, %v; want %v", name, f, err, c.want)
			}
		}
		if rows, blobs := s.left(t); rows+blobs != 0 {
			t.Errorf("%d rows and %d blobs are left", rows, blobs)
		}
	})
}

func TestOthersSeeNothing(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *store) {
		f := s.add(t, pngBytes(t))
		for _, scope := range []access.Scope{s.bob, {}} {
			if _, err := s.Get(t.Context(), scope, f.ID); !errors.Is(err, file.ErrNotFound) {
				t.Errorf("get as %s: %v", scope, err)
			}
			if _, _, err := s.Open(t.Context(), scope, f.ID); !errors.Is(err, file.ErrNotFound) {
				t.Errorf("open as %s: %v", scope, err)
			}
			if _, _, err := s.Read(t.Context(), scope, f.ID); !errors.Is(err, file.ErrNotFound) {
				t.Errorf("read as %s: %v", scope, err)
			}
			if _, err := s.attach(t, scope, f.ID); !errors.Is(err, file.ErrNotFound) {
				t.Errorf("attach as %s: %v", scope, err)
			}
			if files, err := s.List(t.Context(), scope); err != nil || len(files) != 0 {
				t.Errorf("list as %s: %v, %v", scope, files, err)
			}
		}
		if owner, err := s.Owner(t.Context(), string(f.ID)); err != nil || owner != s.ann.User {
			t.Errorf("owner %s, %v", owner, err)
		}
		if _, err := s.Owner(t.Context(), id.New()); !fault.IsKind(err, fault.NotFound) {
			t.Errorf("owner of nothing: %v", err)
		}
	})
}

func TestSweep(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *store) {
		used, loose := s.add(t, pngBytes(t)), s.add(t, jpegBytes(t))
		files, err := s.attach(t, s.ann, used.ID)
		if err != nil || len(files) != 1 || files[0].ID != used.ID {
			t.Fatalf("attach: %v, %v", files, err)
		}
		if n, err := s.Sweep(t.Context()); n != 0 || err != nil {
			t.Errorf("swept %d at once, %v", n, err)
		}
		s.ahead.Store(int64(file.LooseTime + time.Minute))
		fresh := s.add(t, gifBytes(t))
		if n, err := s.Sweep(t.Context()); n != 1 || err != nil {
			t.Errorf("swept %d a day later, %v", n, err)
		}
		for f, want := range map[file.ID]error{used.ID: nil, fresh.ID: nil, loose.ID: file.ErrNotFound} {
			if _, _, err := s.Read(t.Context(), s.ann, f); !errors.Is(err, want) {
				t.Errorf("read: %v, want %v", err, want)
			}
		}
		if rows, blobs := s.left(t); rows != 2 || blobs != 2 {
			t.Errorf("%d rows and %d blobs are left", rows, blobs)
		}
	})
}

func TestErase(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *store) {
		used := s.add(t, pngBytes(t))
		s.add(t, gifBytes(t))
		if _, err := s.attach(t, s.ann, used.ID); err != nil {
			t.Fatal(err)
		}
		bobs, err := s.Add(t.Context(), s.bob, "b.png", bytes.NewReader(pngBytes(t)))
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Erase(t.Context(), s.ann.User); err != nil {
			t.Fatal(err)
		}
		if rows, blobs := s.left(t); rows != 1 || blobs != 1 {
			t.Errorf("%d rows and %d blobs are left", rows, blobs)
		}
		if _, err := s.Get(t.Context(), s.bob, bobs.ID); err != nil {
			t.Errorf("bob's file: %v", err)
		}
	})
}

func TestNames(t *testing.T) {
	t.Parallel()
	s := open(t, testkit.SQLite(t))
	name := func(given string) string {
		f, err := s.Add(t.Context(), s.ann, given, bytes.NewReader(pngBytes(t)))
		if err != nil {
			t.Fatalf("%q: %v", given, err)
		}
		return f.Name
	}
	for given, want := range map[string]string{
		"cat.png": "cat.png", "CAT.PNG": "CAT.PNG", "": "image.png", ".png": "image.png", "...": "image.png", "cat": "cat.png",
		"cat.jpg": "cat.jpg.png", "shell.php": "shell.php.png", "shell.php%00.png": "shell.php%00.png", "a\x00b.png": "ab.png",
		"../../etc/passwd": "passwd.png", `C:\windows\cat.png`: "cat.png", "/": "image.png", "Mädchen 猫.png": "Mädchen 猫.png",
		"gnp\u202e.exe": "gnp.exe.png", "a\r\nSet-Cookie: x.png": "aSet-Cookie x.png", "\xff\xfe.png": "image.png",
		strings.Repeat("ö", 300) + ".png": strings.Repeat("ö", 100) + ".png",
	} {
		if got := name(given); got != want {
			t.Errorf("%q became %q, want %q", given, got, want)
		}
	}
	for _, given := range fixtureLines(t, "fuzzdb/file-ul-filter-bypass-x-platform-generic.txt", "fuzzdb/file-ul-filter-bypass-microsoft-asp.shared.txt",
		"fuzzdb/naughty-unicode.shared.txt", "patt/directory_traversal.shared.txt", "fuzzdb/invalid-filenames-microsoft.txt") {
		got := name(given)
		if !strings.HasSuffix(strings.ToLower(got), "png") || strings.ContainsAny(got, "/\\\x00\r\n") || len([]rune(got)) > 106 ||
			strings.IndexFunc(got, unicode.IsControl) >= 0 {
			t.Errorf("%q became %q", given, got)
		}
	}
}

func TestHostileFiles(t *testing.T) {
	t.Parallel()
	s := open(t, testkit.SQLite(t))
	paths, err := filepath.Glob(filepath.Join(security(t), "*", "*"))
	if err != nil || len(paths) == 0 {
		t.Fatalf("fixtures: %d, %v", len(paths), err)
	}
	for _, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			continue // a folder
		}
		f, err := s.Add(t.Context(), s.ann, filepath.Base(path), bytes.NewReader(data))
		switch {
		case err == nil:
			if f.MIME != "application/pdf" && (!strings.HasPrefix(f.MIME, "image/") || strings.Contains(f.MIME, "svg") || f.Width < 1) {
				t.Errorf("%s was taken as %+v", filepath.Base(path), f)
			}
			t.Logf("%s is a true %s of %d x %d", filepath.Base(path), f.MIME, f.Width, f.Height)
		case fault.IsKind(err, fault.Internal):
			t.Errorf("%s: %v", filepath.Base(path), err)
		}
	}
}

func security(t *testing.T) string {
	t.Helper()
	folder := filepath.Join("..", "..", "..", "shared", "fixtures", "security")
	if _, err := os.Stat(folder); err != nil {
		t.Skip("the folder shared/fixtures/security is not beside the repository")
	}
	return folder
}

func fixtureLines(t *testing.T, names ...string) (lines []string) {
	t.Helper()
	folder := security(t)
	for _, name := range names {
		data, err := os.ReadFile(filepath.Join(folder, name))
		if err != nil {
			t.Fatal(err)
		}
		lines = append(lines, strings.Split(string(data), "\n")...)
	}
	return lines
}
