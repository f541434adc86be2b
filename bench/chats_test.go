package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"parley/internal/kit/db"

	"github.com/google/uuid"
)

func TestCopiesOfAChatDifferInIDAndTime(t *testing.T) {
	t.Parallel()
	file, err := db.Open(t.Context(), db.Config{Path: filepath.Join(t.TempDir(), "test.db")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = file.Close() })
	for _, query := range []string{
		`CREATE TABLE chats (id TEXT PRIMARY KEY, user_id TEXT, updated_at BIGINT, column_of_tomorrow TEXT NOT NULL)`,
		`INSERT INTO chats VALUES ('6f1c0a52-6c1e-7f00-8000-000000000001', 'u', 1000000, 'kept')`,
	} {
		if _, err := file.Exec(t.Context(), query); err != nil {
			t.Fatal(err)
		}
	}
	if err := copyChat(t.Context(), file, 300); err != nil {
		t.Fatal(err)
	}
	var chats, times, alike int
	var id string
	err = file.QueryRow(t.Context(), `SELECT count(*), count(DISTINCT updated_at), sum(user_id = 'u' AND column_of_tomorrow = 'kept'), min(id)
		FROM chats`).Scan(&chats, &times, &alike, &id)
	if err != nil {
		t.Fatal(err)
	}
	if chats != 301 || times != 301 || alike != 301 {
		t.Errorf("%d chats with %d times, %d with the other columns kept; want 301 of each", chats, times, alike)
	}
	if _, err := uuid.Parse(id); err != nil {
		t.Errorf("id %q: %v", id, err)
	}
}

func TestWalkNoticesChatsThatAreMissingOrRepeated(t *testing.T) {
	t.Parallel()
	const count = 3 * pageSize
	cases := map[string]struct {
		// next is where the page after one from start begins.
		next  func(start int) int
		fault string
	}{
		"whole":    {func(start int) int { return start + pageSize }, ""},
		"missing":  {func(start int) int { return start + pageSize + 1 }, "148 chats are listed"},
		"repeated": {func(start int) int { return start + pageSize - 1 }, "twice"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			list := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				start, _ := strconv.Atoi(r.URL.Query().Get("cursor"))
				var items []string
				for i := start; i < min(start+pageSize, count); i++ {
					items = append(items, fmt.Sprintf(`{"id":"%d"}`, i))
				}
				next := "null"
				if c.next(start) < count && len(items) == pageSize {
					next = fmt.Sprintf(`"%d"`, c.next(start))
				}
				_, _ = fmt.Fprintf(w, `{"items":[%s],"next":%s}`, strings.Join(items, ","), next)
			}))
			t.Cleanup(list.Close)
			times, err := walkChats(t.Context(), list.URL, "key", count)
			if c.fault == "" {
				if err != nil || len(times) != 3 {
					t.Errorf("%d pages, error %v", len(times), err)
				}
				return
			}
			if err == nil || !strings.Contains(err.Error(), c.fault) {
				t.Errorf("error %v, want one with %q", err, c.fault)
			}
		})
	}
}
