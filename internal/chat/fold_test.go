package chat_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"parley/internal/chat"
	"parley/internal/llm"

	"github.com/google/go-cmp/cmp"
)

// transcripts are shared with the tests of the web's fold, so that the two
// cannot drift.
const transcripts = "../../testdata/turns"

type line struct {
	Seq   int64           `json:"seq"`
	Event chat.Event      `json:"event"`
	Data  json.RawMessage `json:"data"`
}

func readTranscript(t *testing.T, path string) []chat.Frame {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var frames []chat.Frame
	for scan := bufio.NewScanner(bytes.NewReader(b)); scan.Scan(); {
		var l line
		if err := json.Unmarshal(scan.Bytes(), &l); err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		f, err := chat.NewFrame(l.Seq, l.Event, l.Data)
		if err != nil {
			t.Fatal(err)
		}
		frames = append(frames, f)
	}
	return frames
}

func TestFoldTranscripts(t *testing.T) {
	t.Parallel()
	paths, err := filepath.Glob(filepath.Join(transcripts, "*.jsonl"))
	if err != nil || len(paths) == 0 {
		t.Fatalf("no transcripts: %v", err)
	}
	for _, path := range paths {
		name := strings.TrimSuffix(filepath.Base(path), ".jsonl")
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			frames := readTranscript(t, path)
			want := readContent(t, filepath.Join(transcripts, name+".message.json"))
			var fold chat.Fold
			for _, f := range frames {
				apply(t, &fold, f)
				apply(t, &fold, f) // a frame that comes twice changes nothing
			}
			for _, f := range frames {
				apply(t, &fold, f) // nor does the whole once more
			}
			if diff := cmp.Diff(want, contentOf(t, &fold)); diff != "" {
				t.Errorf("folded message (-want +got):\n%s", diff)
			}
			for i := range frames {
				again := resumed(t, frames, i)
				if diff := cmp.Diff(want, contentOf(t, again)); diff != "" {
					t.Fatalf("folded from the message stored after frame %d (-want +got):\n%s", i, diff)
				}
			}
		})
	}
}

// resumed stores the message after i frames and goes on from there.
func resumed(t *testing.T, frames []chat.Frame, i int) *chat.Fold {
	t.Helper()
	var first chat.Fold
	for _, f := range frames[:i] {
		apply(t, &first, f)
	}
	var m chat.Message
	first.Into(&m)
	fold := chat.NewFold(m)
	for _, f := range frames {
		apply(t, fold, f)
	}
	return fold
}

func apply(t *testing.T, fold *chat.Fold, f chat.Frame) {
	t.Helper()
	if err := fold.Apply(f); err != nil {
		t.Fatal(err)
	}
}

func contentOf(t *testing.T, fold *chat.Fold) map[string]any {
	t.Helper()
	var m chat.Message
	fold.Into(&m)
	b, err := json.Marshal(map[string]any{"status": m.Status, "parts": m.Parts, "limit": m.Limit})
	if err != nil {
		t.Fatal(err)
	}
	return decode(t, b)
}

func readContent(t *testing.T, path string) map[string]any {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return decode(t, b)
}

func decode(t *testing.T, b []byte) map[string]any {
	t.Helper()
	var v map[string]any
	if err := json.Unmarshal(b, &v); err != nil {
		t.Fatal(err)
	}
	delete(v, "usage")
	if v["limit"] == nil {
		v["limit"] = ""
	}
	return v
}

func TestFramesRoundTrip(t *testing.T) {
	t.Parallel()
	frames := readTranscript(t, filepath.Join(transcripts, "tools.jsonl"))
	var wire []byte
	for _, f := range frames {
		wire = append(wire, f.Wire()...)
	}
	i := 0
	for f, err := range chat.Frames(wire) {
		if err != nil {
			t.Fatal(err)
		}
		if f.Seq != frames[i].Seq || f.Event() != frames[i].Event() || !bytes.Equal(f.Data(), frames[i].Data()) {
			t.Errorf("frame %d came back as %q", i, f.Wire())
		}
		i++
	}
	if i != len(frames) {
		t.Errorf("%d of %d frames came back", i, len(frames))
	}
}

// TestDeltaOverhead holds the promise that a frame costs at most 64 bytes
// beside its text.
func TestDeltaOverhead(t *testing.T) {
	t.Parallel()
	f := chat.NewDelta(9999, 0, llm.PartText, []byte("hello"))
	if over := len(f.Wire()) - len("hello"); over > 64 {
		t.Errorf("a frame has %d bytes beside its text: %q", over, f.Wire())
	}
}

func FuzzDelta(f *testing.F) {
	for _, seed := range []string{"", "plain", "quote \" and \\", "line\nbreak\r\n\ttab", "\x00\x1f", "naïve 漢字 🙂", "broken \xff\xfe utf-8", "\u2028"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		frame := chat.NewDelta(7, 3, llm.PartReasoning, []byte(text))
		var d chat.Delta
		if err := json.Unmarshal(frame.Data(), &d); err != nil {
			t.Fatalf("%q: %v", frame.Wire(), err)
		}
		want := text
		if !utf8.ValidString(text) {
			want = string([]rune(text)) // each broken byte becomes U+FFFD
		}
		if d.Part != 3 || d.Type != llm.PartReasoning || d.Text != want {
			t.Errorf("%q came back as %+v", text, d)
		}
		n := 0
		for again, err := range chat.Frames(frame.Wire()) {
			if err != nil || again.Seq != 7 {
				t.Fatalf("%q: %v", frame.Wire(), err)
			}
			n++
		}
		if n != 1 {
			t.Errorf("%q is %d frames", frame.Wire(), n)
		}
	})
}

func BenchmarkNewDelta(b *testing.B) {
	text := []byte(" and so the answer goes on, \"quoted\" here and there,\n")
	b.ReportAllocs()
	for b.Loop() {
		chat.NewDelta(123, 0, llm.PartText, text)
	}
}
