package upstream

import (
	"strconv"
	"time"
)

// stampBase is the number base of a stamp, the most compact that strconv has.
const stampBase = 36

// Text returns what the step tokens-COUNT says, so that a test can compare a
// whole answer with it.
func Text(count int) string { return numbered(" t", count) }

// Reasoning returns what the step reasoning-COUNT thinks.
func Reasoning(count int) string { return numbered(" r", count) }

func numbered(head string, count int) string {
	var text []byte
	for i := range count {
		text = appendNumber(append(text, head...), i+1)
	}
	return string(text)
}

// Stamp is the moment a stamped token was sent: microseconds since the Unix
// epoch, in base 36 after the "@".
func Stamp(text []byte) (time.Time, error) {
	micros, err := strconv.ParseInt(string(text), stampBase, 64)
	if err != nil {
		return time.Time{}, err
	}
	return time.UnixMicro(micros), nil
}

func appendStamp(b []byte, at time.Time) []byte {
	return strconv.AppendInt(b, at.UnixMicro(), stampBase)
}
