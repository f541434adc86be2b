package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"time"

	"parley/internal/kit/db"
)

// pageSize is how many chats a page of the list has.
const pageSize = 50

// measureChats tells how long a page of a very long list of chats takes, over
// all of its pages.
func (b *bench) measureChats(ctx context.Context) ([]Row, error) {
	parley, err := install(ctx, b.stage)
	if err != nil {
		return nil, err
	}
	if err := b.fillChats(ctx, parley); err != nil {
		return nil, err
	}
	running, err := parley.serve(ctx)
	if err != nil {
		return nil, err
	}
	pages, err := walkChats(ctx, running.url, parley.key, b.plan.chats)
	if err = errors.Join(err, running.end()); err != nil {
		return nil, err
	}
	times := quantiles(pages)
	what := fmt.Sprintf("a page of %d out of %d chats by cursor", pageSize, b.plan.chats)
	return []Row{
		most(what+", p99 of all pages", times.P99, 10, "ms"),
		figure(what+", p50", times.P50, "ms"),
	}, nil
}

// fillChats makes one chat through the server and, while that is stopped,
// copies of it until the user has as many as planned.
func (b *bench) fillChats(ctx context.Context, parley *Parley) error {
	running, err := parley.serve(ctx)
	if err != nil {
		return err
	}
	_, err = parley.target(running).run(ctx, shape{Streams: 1, Tokens: warmShape.Tokens, Rate: warmShape.Rate})
	if err = errors.Join(err, running.end()); err != nil {
		return err
	}
	file, err := parley.database(ctx)
	if err != nil {
		return err
	}
	return errors.Join(copyChat(ctx, file, b.plan.chats-1), file.Close())
}

// database opens the SQLite file that holds the chats.
func (p *Parley) database(ctx context.Context) (*db.DB, error) {
	files, err := filepath.Glob(filepath.Join(p.folder, "data", "*.db"))
	if err != nil {
		return nil, fmt.Errorf("find the database: %w", err)
	}
	for _, path := range files {
		file, err := db.Open(ctx, db.Config{Path: path})
		if err != nil {
			return nil, fmt.Errorf("open the database: %w", err)
		}
		var count int
		err = file.QueryRow(ctx, `SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = 'chats'`).Scan(&count)
		if err == nil && count == 1 {
			return file, nil
		}
		if err = errors.Join(err, file.Close()); err != nil {
			return nil, fmt.Errorf("look into %s: %w", filepath.Base(path), err)
		}
	}
	return nil, errors.New("no database in the data folder has a table of chats")
}

// copyChat copies the only chat. Copies differ in their ids and times; every
// other column, whatever the schema has, stays as it is.
func copyChat(ctx context.Context, file *db.DB, count int) error {
	columns, err := columnsOf(ctx, file, "chats")
	if err != nil {
		return err
	}
	values := make([]string, len(columns))
	for i, column := range columns {
		switch column {
		case "id":
			values[i] = `printf('00000000-0000-7000-8000-%012x', copies.n)`
		case "created_at", "updated_at":
			values[i] = column + ` - copies.n * 1000`
		default:
			values[i] = column
		}
	}
	query := fmt.Sprintf(`WITH RECURSIVE copies (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM copies WHERE n < $1)
		INSERT INTO chats (%s) SELECT %s FROM (SELECT * FROM chats LIMIT 1), copies`,
		strings.Join(columns, ", "), strings.Join(values, ", "))
	if _, err := file.Exec(ctx, query, count); err != nil {
		return fmt.Errorf("copy the chat: %w", err)
	}
	return nil
}

func columnsOf(ctx context.Context, file *db.DB, table string) (columns []string, err error) {
	rows, err := file.Query(ctx, `SELECT name FROM pragma_table_info($1)`, table)
	if err != nil {
		return nil, fmt.Errorf("columns of %s: %w", table, err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return nil, fmt.Errorf("columns of %s: %w", table, err)
		}
		columns = append(columns, name)
	}
	return columns, rows.Err()
}

// walkChats reads the whole list page by page and returns the time of each. It
// fails unless every chat is seen exactly once.
func walkChats(ctx context.Context, server, key string, count int) ([]time.Duration, error) {
	client := &http.Client{Transport: transport()}
	seen := map[string]bool{}
	var times []time.Duration
	for cursor := ""; ; {
		page, took, err := fetchPage(ctx, client, server, key, cursor)
		if err != nil {
			return nil, fmt.Errorf("page %d of the chats: %w", len(times)+1, err)
		}
		times = append(times, took)
		for _, chat := range page.Items {
			if seen[chat.ID] {
				return nil, fmt.Errorf("chat %s is listed twice", chat.ID)
			}
			seen[chat.ID] = true
		}
		if page.Next == "" {
			break
		}
		cursor = page.Next
	}
	if len(seen) != count {
		return nil, fmt.Errorf("%d chats are listed, not %d", len(seen), count)
	}
	return times, nil
}

// chatPage is a page of the list of chats.
type chatPage struct {
	Items []struct {
		ID string `json:"id"`
	} `json:"items"`
	Next string `json:"next"`
}

func fetchPage(ctx context.Context, client *http.Client, server, key, cursor string) (chatPage, time.Duration, error) {
	var page chatPage
	query := url.Values{"limit": {fmt.Sprint(pageSize)}}
	if cursor != "" {
		query.Set("cursor", cursor)
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, server+"/api/chats?"+query.Encode(), nil)
	if err != nil {
		return page, 0, err
	}
	request.Header.Set("Authorization", "Bearer "+key)
	began := time.Now()
	response, err := client.Do(request)
	if err != nil {
		return page, 0, err
	}
	body, err := io.ReadAll(response.Body)
	took := time.Since(began)
	if err = errors.Join(err, response.Body.Close()); err != nil {
		return page, 0, err
	}
	if response.StatusCode != http.StatusOK {
		return page, 0, fmt.Errorf("%s: %s", response.Status, body)
	}
	return page, took, json.Unmarshal(body, &page)
}
