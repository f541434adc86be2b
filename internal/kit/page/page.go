// Package page is how long lists are cut: each page names the row after which
// the next one begins, so that rows which come and go between two requests are
// neither skipped nor shown twice.
//
// It knows no table; a store turns a [Cursor] into its WHERE clause.
package page

import (
	"encoding/base64"
	"encoding/json"

	"parley/internal/kit/fault"
)

// ErrCursor is returned for text that was not made by [Cursor.String].
var ErrCursor = fault.New(fault.Invalid, "invalid_cursor", "This is not a place in the list. Start again from the first page.")

// maxCursor bounds the text that is decoded, in bytes.
const maxCursor = 1024

// Page is one page of a list. Next is the cursor of the following page, nil on
// the last one.
type Page[T any] struct {
	Items []T     `json:"items"`
	Next  *string `json:"next"`
}

// Cursor is a row's place in a list: what the list is sorted by, and the id
// where that is equal. K is a number or a string.
type Cursor[K int64 | string] struct {
	Key K
	ID  string
}

// String is the cursor as clients get it: text without a meaning to them.
func (c Cursor[K]) String() string {
	raw, err := json.Marshal([]any{c.Key, c.ID})
	if err != nil {
		panic(err) // numbers and strings always encode
	}
	return base64.RawURLEncoding.EncodeToString(raw)
}

// Parse returns the cursor in text; nil for the empty text, which is the first
// page.
func Parse[K int64 | string](text string) (*Cursor[K], error) {
	if text == "" {
		return nil, nil //nolint:nilnil // the first page is after no row
	}
	if len(text) > maxCursor {
		return nil, ErrCursor
	}
	raw, err := base64.RawURLEncoding.Strict().DecodeString(text)
	if err != nil {
		return nil, ErrCursor.Because(err)
	}
	var fields []json.RawMessage
	if err := json.Unmarshal(raw, &fields); err != nil || len(fields) != 2 || string(fields[0]) == "null" || string(fields[1]) == "null" {
		return nil, ErrCursor.Because(err)
	}
	var c Cursor[K]
	if err := json.Unmarshal(fields[0], &c.Key); err != nil {
		return nil, ErrCursor.Because(err)
	}
	if err := json.Unmarshal(fields[1], &c.ID); err != nil {
		return nil, ErrCursor.Because(err)
	}
	return &c, nil
}

// Limit is the number of rows to send for what a client asked: byDefault for 0
// or less, never more than most.
func Limit(asked, byDefault, most int) int {
	if asked <= 0 {
		asked = byDefault
	}
	return min(asked, most)
}

// Of makes a page of rows that were read with one more than limit: the one too
// many shows that there is a next page. cursor says where a row stands.
func Of[T any, K int64 | string](rows []T, limit int, cursor func(T) Cursor[K]) Page[T] {
	if len(rows) <= limit {
		if rows == nil {
			rows = []T{}
		}
		return Page[T]{Items: rows}
	}
	rows = rows[:limit]
	next := cursor(rows[limit-1]).String()
	return Page[T]{Items: rows, Next: &next}
}
