package page_test

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"parley/internal/kit/page"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

type row struct {
	At int64
	ID string
}

func place(r row) page.Cursor[int64] { return page.Cursor[int64]{Key: r.At, ID: r.ID} }

func TestPagesCoverTheList(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		all := make([]row, rapid.IntRange(0, 30).Draw(t, "rows"))
		for i := range all {
			all[i] = row{At: int64(i / 3), ID: string(rune('a' + i))}
		}
		limit := rapid.IntRange(1, 10).Draw(t, "limit")
		var seen []row
		cursor := ""
		for {
			after, err := page.Parse[int64](cursor)
			if err != nil {
				t.Fatal(err)
			}
			var found []row // as a store would select them
			for _, r := range all {
				if after == nil || r.At > after.Key || r.At == after.Key && r.ID > after.ID {
					found = append(found, r)
				}
			}
			p := page.Of(found[:min(len(found), limit+1)], limit, place)
			seen = append(seen, p.Items...)
			if p.Next == nil {
				break
			}
			cursor = *p.Next
		}
		if len(seen) != len(all) || len(all) > 0 && !cmp.Equal(seen, all) {
			t.Fatalf("saw %v of %v", seen, all)
		}
	})
}

func TestEmptyPageIsAList(t *testing.T) {
	t.Parallel()
	b, err := json.Marshal(page.Of[row](nil, 5, place))
	if err != nil || string(b) != `{"items":[],"next":null}` {
		t.Errorf("%s, %v", b, err)
	}
}

func TestCursorOfText(t *testing.T) {
	t.Parallel()
	want := page.Cursor[string]{Key: "ö \x00\"/", ID: "x"}
	got, err := page.Parse[string](want.String())
	if err != nil || *got != want {
		t.Errorf("%+v, %v", got, err)
	}
	if strings.ContainsAny(want.String(), "+/= ") {
		t.Errorf("%s does not fit in a URL", want)
	}
}

func TestForeignCursors(t *testing.T) {
	t.Parallel()
	encode := base64.RawURLEncoding.EncodeToString
	for _, text := range []string{
		"x", "!!", "2", encode(nil), encode([]byte("5")), encode([]byte("[]")), encode([]byte("[1]")), encode([]byte(`["a","b"]`)),
		encode([]byte(`[1,2]`)), encode([]byte(`[1,"a",2]`)), encode([]byte(`[null,"a"]`)), encode([]byte(`[1,null]`)),
		encode([]byte(`[1.5,"a"]`)), encode([]byte(`[99999999999999999999,"a"]`)), encode([]byte(`[1,"a"] x`)), strings.Repeat("A", 9999),
	} {
		if c, err := page.Parse[int64](text); text != "" && !errors.Is(err, page.ErrCursor) {
			t.Errorf("%.40q became %+v, %v", text, c, err)
		}
	}
}

func TestLimit(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ asked, want int }{{0, 50}, {-5, 50}, {1, 1}, {50, 50}, {200, 200}, {201, 200}, {1 << 40, 200}} {
		if got := page.Limit(c.asked, 50, 200); got != c.want {
			t.Errorf("%d became %d, want %d", c.asked, got, c.want)
		}
	}
}
