package main

import (
	"bytes"
	"fmt"
	"time"

	"parley/internal/llm/llmtest/upstream"
)

// tally follows the numbered tokens of one answer and notices those that are
// missing or out of order. A token is never split over two frames.
type tally struct {
	// next is the number that should come next, counted from 1.
	next int
	// reordered counts tokens that came late or twice.
	reordered int
	// missing counts numbers that were jumped over.
	missing int
}

// feed reads a frame's tokens and returns when the oldest of them was sent,
// the zero time if they carry no stamp.
func (t *tally) feed(text []byte) (time.Time, error) {
	var oldest time.Time
	for len(text) > 0 {
		if !bytes.HasPrefix(text, []byte(" t")) {
			return oldest, fmt.Errorf("%q is not a token", text)
		}
		token := text[2:]
		if end := bytes.IndexByte(token, ' '); end >= 0 {
			token = token[:end]
		}
		text = text[2+len(token):]
		digits, stamp, isStamped := bytes.Cut(token, []byte("@"))
		number := 0
		for _, digit := range digits {
			if digit < '0' || digit > '9' {
				return oldest, fmt.Errorf("%q is not a token", token)
			}
			number = number*10 + int(digit-'0')
		}
		t.count(number)
		if isStamped && oldest.IsZero() {
			var err error
			if oldest, err = upstream.Stamp(stamp); err != nil {
				return oldest, fmt.Errorf("%q has no stamp: %w", token, err)
			}
		}
	}
	return oldest, nil
}

func (t *tally) count(number int) {
	if number < t.next {
		t.reordered++
		return
	}
	t.missing += number - t.next
	t.next = number + 1
}

// lost returns how many of the expected tokens did not come in their place.
func (t *tally) lost(expected int) int { return t.missing + max(0, expected+1-t.next) }
