package eventstream_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"parley/internal/llm/eventstream"

	"github.com/google/go-cmp/cmp"
)

func message(payload string) []byte {
	return eventstream.Append(nil, []byte(payload),
		eventstream.Header{Name: ":event-type", Value: "contentBlockDelta"},
		eventstream.Header{Name: ":message-type", Value: "event"})
}

// TestKnownMessage holds both directions to a message that was written by hand,
// byte for byte.
func TestKnownMessage(t *testing.T) {
	t.Parallel()
	want := []byte{
		0, 0, 0, 61, 0, 0, 0, 32, 7, 253, 131, 150,
		12, 'c', 'o', 'n', 't', 'e', 'n', 't', '-', 't', 'y', 'p', 'e', 7, 0, 16,
		'a', 'p', 'p', 'l', 'i', 'c', 'a', 't', 'i', 'o', 'n', '/', 'j', 's', 'o', 'n',
		'{', '\'', 'f', 'o', 'o', '\'', ':', '\'', 'b', 'a', 'r', '\'', '}', 141, 156, 8, 177,
	}
	got := eventstream.Append(nil, []byte(`{'foo':'bar'}`), eventstream.Header{Name: "content-type", Value: "application/json"})
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("written (-want +got)\n%s", diff)
	}
	m, err := eventstream.NewReader(bytes.NewReader(want), 0).Next()
	if err != nil || string(m.Payload) != `{'foo':'bar'}` || string(m.Header("content-type")) != "application/json" {
		t.Errorf("read %q, %v", m.Payload, err)
	}
	if m.Header("other") != nil {
		t.Error("a header that is not there has a value")
	}
}

func TestStream(t *testing.T) {
	t.Parallel()
	large := strings.Repeat("x", 300<<10)
	stream := append(append(message("one"), message(large)...), message("")...)
	for name, source := range map[string]io.Reader{
		"at once":      bytes.NewReader(stream),
		"byte by byte": iotest.OneByteReader(bytes.NewReader(stream)),
	} {
		reader := eventstream.NewReader(source, 0)
		for _, want := range []string{"one", large, ""} {
			m, err := reader.Next()
			if err != nil || string(m.Payload) != want || string(m.Header(":event-type")) != "contentBlockDelta" {
				t.Fatalf("%s: %d bytes, %v", name, len(m.Payload), err)
			}
		}
		if _, err := reader.Next(); !errors.Is(err, io.EOF) {
			t.Errorf("%s: at the end %v", name, err)
		}
	}
}

func TestBadStreams(t *testing.T) {
	t.Parallel()
	good := message("payload")
	flipped := func(at int) []byte {
		bad := bytes.Clone(good)
		bad[at] ^= 1
		return bad
	}
	huge := append(binary.BigEndian.AppendUint32(nil, 40<<20), good[4:8]...)
	huge = binary.BigEndian.AppendUint32(huge, crc32.ChecksumIEEE(huge))
	tests := []struct {
		name string
		body []byte
		want error
	}{
		{"cut in the prelude", good[:7], io.ErrUnexpectedEOF},
		{"cut behind the prelude", good[:12], io.ErrUnexpectedEOF},
		{"cut in the payload", good[:len(good)-6], io.ErrUnexpectedEOF},
		{"wrong prelude", flipped(7), eventstream.ErrCorrupt},
		{"wrong payload", flipped(len(good) - 6), eventstream.ErrCorrupt},
		{"too large", append(huge, good[12:]...), eventstream.ErrTooLarge},
		{"text", []byte("data: {\"choices\":[]}\n\n"), eventstream.ErrCorrupt},
	}
	for _, test := range tests {
		if _, err := eventstream.NewReader(bytes.NewReader(test.body), 0).Next(); !errors.Is(err, test.want) {
			t.Errorf("%s: %v, want %v", test.name, err, test.want)
		}
	}
}

func FuzzReader(f *testing.F) {
	f.Add(message("payload"))
	f.Add([]byte("not a stream"))
	f.Fuzz(func(t *testing.T, body []byte) {
		reader := eventstream.NewReader(bytes.NewReader(body), 1<<20)
		for {
			m, err := reader.Next()
			if err != nil {
				return
			}
			_ = m.Header(":event-type")
			if len(m.Payload) > len(body) {
				t.Fatal("a payload longer than the stream")
			}
		}
	})
}
