package main

import (
	"bytes"
	"fmt"
	"time"

	"parley/internal/llm/llmtest/upstream"
)

// tally follows the numbered tokens of one answer and notices those that are
// missing or out of order. A token may be split over two frames, because a long
// text is cut wherever it is too long for one.
type tally struct {
	count
	// open is the last token of the text so far, which the next frame may go on
	// with, and before what was counted without it.
	open   []byte
	before count
}

// count is what was seen of an answer.
type count struct {
	// next is the number that should come next, counted from 1.
	next int
	// reordered counts tokens that came late or twice.
	reordered int
	// missing counts numbers that were jumped over.
	missing int
}

// feed reads a frame's tokens and returns when the oldest of them was sent,
// the zero time if they carry no stamp.
func (t *tally) feed(text []byte) (oldest time.Time, err error) {
	if len(t.open) > 0 && text[0] != ' ' {
		t.count = t.before
		text = append(t.open, text...)
	}
	for rest := text; len(rest) > 0; {
		token := rest
		if end := bytes.IndexByte(rest[1:], ' '); end >= 0 {
			token = rest[:end+1]
		}
		rest = rest[len(token):]
		if len(rest) == 0 {
			t.before, t.open = t.count, append(t.open[:0:0], token...)
			if len(token) <= len(" t") && bytes.HasPrefix([]byte(" t"), token) {
				return oldest, nil // its number comes with the next frame
			}
		}
		sent, err := t.read(token)
		if err != nil {
			return oldest, err
		}
		if oldest.IsZero() {
			oldest = sent
		}
	}
	return oldest, nil
}

// read counts one token and returns when it was sent.
func (t *tally) read(token []byte) (time.Time, error) {
	text, ok := bytes.CutPrefix(token, []byte(" t"))
	digits, stamp, stamped := bytes.Cut(text, []byte("@"))
	number := 0
	for _, digit := range digits {
		ok = ok && '0' <= digit && digit <= '9'
		number = number*10 + int(digit-'0')
	}
	if !ok {
		return time.Time{}, fmt.Errorf("%.40q is not a token", token)
	}
	t.add(number)
	if !stamped || len(stamp) == 0 {
		return time.Time{}, nil
	}
	sent, err := upstream.Stamp(stamp)
	if err != nil {
		return time.Time{}, fmt.Errorf("%.40q has no stamp: %w", token, err)
	}
	return sent, nil
}

func (t *count) add(number int) {
	if number < t.next {
		t.reordered++
		return
	}
	t.missing += number - t.next
	t.next = number + 1
}

// lost returns how many of the expected tokens did not come in their place.
func (t *count) lost(expected int) int { return t.missing + max(0, expected+1-t.next) }

// newTally returns a tally that has seen nothing.
func newTally() tally { return tally{count: count{next: 1}} }
