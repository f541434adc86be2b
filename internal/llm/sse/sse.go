// Package sse reads server-sent events, the framing of every streamed model
// answer. It is a parser only: no reconnection, no event ids, no retry times.
//
// Source: WHATWG HTML, section "Server-sent events", 9.2.6 (interpreting an
// event stream). One deviation: an event that the end of the stream cuts off
// after a whole data line is still delivered, because servers forget the last
// blank line and the protocols above have their own terminators.
package sse

import (
	"bytes"
	"errors"
	"io"
	"sync"
)

// MaxEvent is the default limit of an event in bytes.
const MaxEvent = 32 << 20

const (
	firstBuffer = 4 << 10
	keepBuffer  = 256 << 10
)

// ErrTooLarge is returned for an event above the limit.
var ErrTooLarge = errors.New("server-sent event is too large")

// Event is one event. Its slices are valid until the next call of Next.
type Event struct {
	// Name is the event field, empty for the default "message".
	Name []byte
	// Data holds the data lines joined by line feeds.
	Data []byte
}

// Reader splits a stream into events. It is not safe for concurrent use.
type Reader struct {
	source io.Reader
	limit  int
	buf    []byte // buf[start:end] is read and not yet consumed
	start  int
	end    int
	line   int    // offset from start of the line being looked for
	seen   int    // offset from start up to which no line end was found
	joined []byte // several data lines, joined
	name   []byte
	begun  bool // the byte order mark has been dealt with
	skipLF bool // the last line ended with CR: a LF that follows belongs to it
	err    error
}

// NewReader reads from source events of at most limit bytes, framing included;
// 0 means MaxEvent.
func NewReader(source io.Reader, limit int) *Reader {
	if limit <= 0 {
		limit = MaxEvent
	}
	r := &Reader{source: source, limit: limit}
	if kept, ok := buffers.Get().(*[]byte); ok {
		r.buf = *kept
	}
	return r
}

// buffers are those of readers that were closed: most answers are short, and a
// buffer of its own would be most of what one costs.
var buffers sync.Pool

// Close gives the reader's buffer to another one. The last event is no longer
// valid, and Next may not be called again.
func (r *Reader) Close() {
	if n := cap(r.buf); n > 0 && n <= keepBuffer {
		kept := r.buf[:n]
		buffers.Put(&kept)
	}
	r.buf, r.err = nil, io.ErrClosedPipe
	r.start, r.end, r.line, r.seen = 0, 0, 0, 0
}

// span is a range of bytes counted from Reader.start, so that it survives the
// buffer being moved.
type span struct{ from, to int }

// Next returns the next event that has data. At the end of the stream the
// error is io.EOF; above the limit it is ErrTooLarge; anything else is the
// source's own.
func (r *Reader) Next() (Event, error) {
	r.release()
	var data span
	lines := 0
	r.name = r.name[:0]
	for {
		line, err := r.nextLine()
		if err != nil {
			if errors.Is(err, io.EOF) && lines > 0 {
				return r.event(data, lines), nil
			}
			return Event{}, err
		}
		if line.from == line.to {
			if lines > 0 {
				return r.event(data, lines), nil
			}
			r.release()
			r.name = r.name[:0]
			continue
		}
		field, value := r.split(line)
		switch string(field) {
		case "data":
			lines++
			switch lines {
			case 1:
				data = value
			case 2:
				r.joined = append(r.joined[:0], r.bytes(data)...)
				fallthrough
			default:
				r.joined = append(r.joined, '\n')
				r.joined = append(r.joined, r.bytes(value)...)
			}
		case "event":
			r.name = append(r.name[:0], r.bytes(value)...)
		}
	}
}

func (r *Reader) bytes(s span) []byte { return r.buf[r.start+s.from : r.start+s.to] }

func (r *Reader) event(data span, lines int) Event {
	if lines > 1 {
		return Event{Name: r.name, Data: r.joined}
	}
	return Event{Name: r.name, Data: r.bytes(data)}
}

// split cuts a line at its colon. A comment has an empty field.
func (r *Reader) split(line span) (field []byte, value span) {
	text := r.bytes(line)
	colon := bytes.IndexByte(text, ':')
	if colon < 0 {
		return text, span{line.to, line.to}
	}
	value = span{line.from + colon + 1, line.to}
	if value.from < value.to && text[colon+1] == ' ' {
		value.from++
	}
	return text[:colon], value
}

// nextLine finds the next line, without its end.
func (r *Reader) nextLine() (span, error) {
	for {
		if r.skipLF && r.start+r.line < r.end {
			r.skipLF = false
			if r.buf[r.start+r.line] == '\n' {
				r.line++
				r.seen = r.line
			}
		}
		rest := r.buf[r.start+r.seen : r.end]
		at := bytes.IndexByte(rest, '\n')
		if at >= 0 {
			rest = rest[:at]
		}
		if cr := bytes.IndexByte(rest, '\r'); cr >= 0 {
			at = cr
			r.skipLF = true
		}
		if at >= 0 {
			found := span{r.line, r.seen + at}
			r.line = found.to + 1
			r.seen = r.line
			return found, nil
		}
		r.seen = r.end - r.start
		if err := r.fill(); err != nil {
			if errors.Is(err, io.EOF) && r.line < r.end-r.start {
				found := span{r.line, r.end - r.start}
				r.line = found.to
				return found, nil
			}
			return span{}, err
		}
	}
}

// release gives up the lines read so far.
func (r *Reader) release() {
	r.start += r.line
	r.seen -= r.line
	r.line = 0
	if r.start == r.end {
		r.start, r.end = 0, 0
		if cap(r.buf) > keepBuffer {
			r.buf = nil
		}
	}
	if cap(r.joined) > keepBuffer {
		r.joined = nil
	}
}

// fill reads more bytes behind those not yet consumed.
func (r *Reader) fill() error {
	if r.err != nil {
		return r.err
	}
	if r.end-r.start >= r.limit {
		r.err = ErrTooLarge
		return r.err
	}
	if r.end == len(r.buf) {
		r.grow()
	}
	for range 100 {
		n, err := r.source.Read(r.buf[r.end:])
		r.end += n
		r.err = err
		if n > 0 {
			r.dropMark()
			return nil
		}
		if err != nil {
			return err
		}
	}
	r.err = io.ErrNoProgress
	return r.err
}

func (r *Reader) grow() {
	pending := r.end - r.start
	if pending > len(r.buf)/2 || len(r.buf) == 0 {
		larger := make([]byte, max(firstBuffer, 2*len(r.buf)))
		copy(larger, r.buf[r.start:r.end])
		r.buf = larger
	} else {
		copy(r.buf, r.buf[r.start:r.end])
	}
	r.start, r.end = 0, pending
}

// dropMark skips a byte order mark at the very beginning.
func (r *Reader) dropMark() {
	if r.begun {
		return
	}
	const mark = "\xef\xbb\xbf"
	head := r.buf[r.start:r.end]
	if len(head) < len(mark) && bytes.HasPrefix([]byte(mark), head) && r.err == nil {
		return
	}
	r.begun = true
	if bytes.HasPrefix(head, []byte(mark)) {
		r.start += len(mark)
		r.seen = 0
	}
}
