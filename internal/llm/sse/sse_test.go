package sse_test

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"parley/internal/llm/sse"

	"github.com/google/go-cmp/cmp"
)

type event struct{ Name, Data string }

func readAll(r io.Reader, limit int) ([]event, error) {
	reader := sse.NewReader(r, limit)
	var events []event
	for {
		e, err := reader.Next()
		if errors.Is(err, io.EOF) {
			return events, nil
		}
		if err != nil {
			return events, err
		}
		events = append(events, event{string(e.Name), string(e.Data)})
	}
}

func TestNext(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, in string
		want     []event
	}{
		{"one", "data: a\n\n", []event{{"", "a"}}},
		{"no space", "data:a\n\n", []event{{"", "a"}}},
		{"two spaces keep one", "data:  a\n\n", []event{{"", " a"}}},
		{"named", "event: ping\ndata: {}\n\n", []event{{"ping", "{}"}}},
		{"name does not carry over", "event: a\ndata: 1\n\ndata: 2\n\n", []event{{"a", "1"}, {"", "2"}}},
		{"name without data is dropped", "event: a\n\ndata: 2\n\n", []event{{"", "2"}}},
		{"crlf", "event: a\r\ndata: 1\r\n\r\ndata: 2\r\n\r\n", []event{{"a", "1"}, {"", "2"}}},
		{"cr", "data: 1\r\rdata: 2\r\r", []event{{"", "1"}, {"", "2"}}},
		{"mixed", "data: 1\r\n\ndata: 2\n\rdata: 3\r\r\n", []event{{"", "1"}, {"", "2"}, {"", "3"}}},
		{"lines", "data: a\ndata:\ndata: b\n\n", []event{{"", "a\n\nb"}}},
		{"field without colon", "data\n\n", []event{{"", ""}}},
		{"comments", ": hello\n\n: again\ndata: a\n: between\ndata: b\n\n", []event{{"", "a\nb"}}},
		{"unknown fields", "id: 1\nretry: 5\nfoo: bar\ndata: a\n\n", []event{{"", "a"}}},
		{"byte order mark", "\xef\xbb\xbfdata: a\n\n", []event{{"", "a"}}},
		{"mark elsewhere is a field", "data: a\n\n\xef\xbb\xbfdata: b\n\n", []event{{"", "a"}}},
		{"last blank line missing", "data: a\n\ndata: b", []event{{"", "a"}, {"", "b"}}},
		{"nothing", "", nil},
		{"blank lines", "\n\r\n\n", nil},
		{"colon in value", "data: {\"a\": \"b:c\"}\n\n", []event{{"", `{"a": "b:c"}`}}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			for mode, reader := range map[string]io.Reader{
				"whole":       strings.NewReader(test.in),
				"byte by one": iotest.OneByteReader(strings.NewReader(test.in)),
				"data+error":  iotest.DataErrReader(strings.NewReader(test.in)),
			} {
				got, err := readAll(reader, 0)
				if err != nil {
					t.Fatalf("%s: %v", mode, err)
				}
				if diff := cmp.Diff(test.want, got); diff != "" {
					t.Errorf("%s: (-want +got)\n%s", mode, diff)
				}
			}
		})
	}
}

func TestLimit(t *testing.T) {
	t.Parallel()
	in := "data: ok\n\ndata: " + strings.Repeat("x", 100<<10) + "\n\n"
	got, err := readAll(strings.NewReader(in), 10<<10)
	if !errors.Is(err, sse.ErrTooLarge) {
		t.Fatalf("error is %v, want ErrTooLarge", err)
	}
	if diff := cmp.Diff([]event{{"", "ok"}}, got); diff != "" {
		t.Error(diff)
	}
	if got, err = readAll(strings.NewReader(in), 200<<10); err != nil || len(got) != 2 {
		t.Errorf("below the limit: %d events, %v", len(got), err)
	}
}

func TestSourceError(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken")
	got, err := readAll(io.MultiReader(strings.NewReader("data: a\n\ndata: b\n"), iotest.ErrReader(broken)), 0)
	if !errors.Is(err, broken) {
		t.Fatalf("error is %v", err)
	}
	if diff := cmp.Diff([]event{{"", "a"}}, got); diff != "" {
		t.Error(diff)
	}
}

func TestNoAllocationPerEvent(t *testing.T) {
	one := []byte("event: delta\r\ndata: {\"choices\":[{\"delta\":{\"content\":\"word\"}}]}\r\n\r\n")
	reader := sse.NewReader(&endless{one: one}, 0)
	for range 100 {
		if _, err := reader.Next(); err != nil {
			t.Fatal(err)
		}
	}
	if n := testing.AllocsPerRun(1000, func() { _, _ = reader.Next() }); n != 0 {
		t.Errorf("%v allocations per event, want none", n)
	}
}

// endless repeats one event in reads of up to 1,000 bytes.
type endless struct {
	one []byte
	at  int
}

func (e *endless) Read(p []byte) (int, error) {
	n := 0
	for n < min(len(p), 1000) {
		c := copy(p[n:], e.one[e.at:])
		n += c
		e.at = (e.at + c) % len(e.one)
	}
	return n, nil
}

func FuzzNext(f *testing.F) {
	f.Add([]byte("event: a\r\ndata: 1\r\n\r\n: c\rdata: 2\ndata: 3\n\n"))
	f.Add([]byte("\xef\xbb\xbfdata\n\n"))
	f.Add([]byte("data: a\n\r\n\rdata"))
	f.Fuzz(func(t *testing.T, in []byte) {
		want := naive(in)
		for _, reader := range []io.Reader{bytes.NewReader(in), iotest.OneByteReader(bytes.NewReader(in))} {
			got, err := readAll(reader, 0)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		}
	})
}

// naive follows the specification's words without a thought of speed.
func naive(in []byte) []event {
	text := strings.TrimPrefix(string(in), "\xef\xbb\xbf")
	text = strings.ReplaceAll(text, "\r\n", "\n")
	text = strings.ReplaceAll(text, "\r", "\n")
	var events []event
	var name string
	var data []string
	flush := func() {
		if data != nil {
			events = append(events, event{name, strings.Join(data, "\n")})
		}
		name, data = "", nil
	}
	for line := range strings.SplitSeq(text, "\n") {
		if line == "" {
			flush()
			continue
		}
		field, value, _ := strings.Cut(line, ":")
		value = strings.TrimPrefix(value, " ")
		switch field {
		case "data":
			data = append(data, value)
		case "event":
			name = value
		}
	}
	flush()
	return events
}

func BenchmarkNext(b *testing.B) {
	one := []byte(`data: {"id":"chatcmpl-a74ad02f","object":"chat.completion.chunk","created":1773345615,"model":"m","choices":[{"index":0,"delta":{"content":" word"},"logprobs":null,"finish_reason":null}]}` + "\n\n")
	reader := sse.NewReader(&endless{one: one}, 0)
	b.SetBytes(int64(len(one)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := reader.Next(); err != nil {
			b.Fatal(err)
		}
	}
}
