// Package eventstream reads and writes the binary messages that AWS streams
// answers in. It knows their frames and nothing of what they hold.
//
// Source: Smithy specification, "Amazon Event Stream".
package eventstream

import (
	"encoding/binary"
	"errors"
	"hash/crc32"
	"io"
)

// MaxMessage is the largest message that a [Reader] takes where nothing else is
// asked for.
const MaxMessage = 32 << 20

var (
	// ErrTooLarge is a message above the limit.
	ErrTooLarge = errors.New("a message of the stream is too large")
	// ErrCorrupt is a message whose lengths or checksums are wrong.
	ErrCorrupt = errors.New("a message of the stream is corrupt")
)

const (
	preludeLen = 12 // total length, headers length, checksum of both
	sumLen     = 4
	firstPiece = 64 << 10
	textHeader = 7
)

// widths are the bytes that a header's value takes, by its type; the types 6
// and 7 (bytes and text) carry a length of their own.
var widths = [...]int{0, 0, 1, 2, 4, 8, -1, -1, 8, 16}

// Message is one message. Its bytes are valid until the next one is read.
type Message struct {
	headers []byte
	// Payload is what the message holds, mostly JSON.
	Payload []byte
}

// Header returns the text of a header, nil where there is none.
func (m Message) Header(name string) []byte {
	rest := m.headers
	for len(rest) > 0 {
		key, kind, value, after, ok := header(rest)
		if !ok {
			return nil
		}
		if kind == textHeader && string(key) == name {
			return value
		}
		rest = after
	}
	return nil
}

// header cuts one header off.
func header(data []byte) (key []byte, kind byte, value, rest []byte, ok bool) {
	size := int(data[0])
	if len(data) < size+2 {
		return nil, 0, nil, nil, false
	}
	key, kind, data = data[1:1+size], data[1+size], data[2+size:]
	if int(kind) >= len(widths) {
		return nil, 0, nil, nil, false
	}
	width := widths[kind]
	if width < 0 {
		if len(data) < 2 {
			return nil, 0, nil, nil, false
		}
		width, data = int(binary.BigEndian.Uint16(data)), data[2:]
	}
	if len(data) < width {
		return nil, 0, nil, nil, false
	}
	return key, kind, data[:width], data[width:], true
}

// Reader cuts a stream into messages.
type Reader struct {
	source io.Reader
	limit  int
	buf    []byte
}

// NewReader reads from source messages of at most limit bytes; 0 means
// [MaxMessage].
func NewReader(source io.Reader, limit int) *Reader {
	if limit <= 0 {
		limit = MaxMessage
	}
	return &Reader{source: source, limit: limit}
}

// Next returns the next message. Between two messages the end of the source is
// io.EOF, inside of one io.ErrUnexpectedEOF; other errors are [ErrTooLarge],
// [ErrCorrupt] and the source's own.
func (r *Reader) Next() (Message, error) {
	if cap(r.buf) > firstPiece {
		r.buf = nil
	}
	if err := r.fill(preludeLen); err != nil {
		return Message{}, err
	}
	total := int64(binary.BigEndian.Uint32(r.buf))
	headers := int64(binary.BigEndian.Uint32(r.buf[4:]))
	if sum(r.buf[:8]) != binary.BigEndian.Uint32(r.buf[8:]) || total < preludeLen+headers+sumLen {
		return Message{}, ErrCorrupt
	}
	if total > int64(r.limit) {
		return Message{}, ErrTooLarge
	}
	if err := r.fill(int(total)); err != nil {
		if err == io.EOF { //nolint:errorlint // the source's own error may wrap it
			err = io.ErrUnexpectedEOF
		}
		return Message{}, err
	}
	end := total - sumLen
	if sum(r.buf[:end]) != binary.BigEndian.Uint32(r.buf[end:]) {
		return Message{}, ErrCorrupt
	}
	message := Message{headers: r.buf[preludeLen : preludeLen+headers], Payload: r.buf[preludeLen+headers : end]}
	return message, nil
}

func sum(data []byte) uint32 { return crc32.ChecksumIEEE(data) }

// fill makes the buffer hold the first size bytes of the message. It grows with
// what arrives, not with what is announced.
func (r *Reader) fill(size int) error {
	have := len(r.buf)
	if size == preludeLen {
		have = 0
	}
	for have < size {
		piece := min(size, max(firstPiece, 2*have))
		if cap(r.buf) < piece {
			larger := make([]byte, piece)
			copy(larger, r.buf[:have])
			r.buf = larger
		}
		r.buf = r.buf[:piece]
		n, err := io.ReadFull(r.source, r.buf[have:piece])
		have += n
		if err != nil {
			return err
		}
	}
	r.buf = r.buf[:size]
	return nil
}

// Header is a header of a message that is written.
type Header struct{ Name, Value string }

// Append writes a message to the end of b and returns the longer slice. Names
// hold at most 255 bytes, values 65,535.
func Append(b []byte, payload []byte, headers ...Header) []byte {
	size := 0
	for _, h := range headers {
		size += 1 + len(h.Name) + 3 + len(h.Value)
	}
	start := len(b)
	b = binary.BigEndian.AppendUint32(b, uint32(preludeLen+size+len(payload)+sumLen)) //nolint:gosec // a message is below 4 GiB
	b = binary.BigEndian.AppendUint32(b, uint32(size))                                //nolint:gosec // as above
	b = binary.BigEndian.AppendUint32(b, sum(b[start:]))
	for _, h := range headers {
		b = append(b, byte(len(h.Name)))
		b = append(append(b, h.Name...), textHeader)
		b = binary.BigEndian.AppendUint16(b, uint16(len(h.Value))) //nolint:gosec // as documented
		b = append(b, h.Value...)
	}
	b = append(b, payload...)
	return binary.BigEndian.AppendUint32(b, sum(b[start:]))
}
