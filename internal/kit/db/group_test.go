package db_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"

	"parley/internal/kit/db"
	"parley/internal/kit/testkit"
)

// TestConcurrentTransactions has many transactions at once, of which every
// third fails and every seventh panics: each keeps its own result, and none
// sees or loses another's work.
func TestConcurrentTransactions(t *testing.T) {
	t.Parallel()
	testkit.Databases(t, func(t *testing.T, d *db.DB) {
		if _, err := d.Exec(t.Context(), `CREATE TABLE things (id INTEGER PRIMARY KEY, note TEXT NOT NULL)`); err != nil {
			t.Fatal(err)
		}
		const all = 300
		refused := errors.New("refused")
		var wait sync.WaitGroup
		var mu sync.Mutex
		committed := map[int]bool{}
		for i := range all {
			wait.Go(func() {
				defer func() {
					if v := recover(); v != nil && i%7 != 0 {
						t.Errorf("transaction %d got another's panic: %v", i, v)
					}
				}()
				err := d.Tx(t.Context(), func(ctx context.Context, tx *db.Tx) error {
					tx.AfterCommit(func() {
						mu.Lock()
						defer mu.Unlock()
						committed[i] = true
					})
					if _, err := tx.Exec(ctx, `INSERT INTO things (id, note) VALUES ($1, $2)`, i, fmt.Sprint("note ", i)); err != nil {
						return err
					}
					switch {
					case i%7 == 0:
						panic(i)
					case i%3 == 0:
						return refused
					}
					return nil
				})
				if want := i%3 == 0 && i%7 != 0; errors.Is(err, refused) != want {
					t.Errorf("transaction %d ended with %v", i, err)
				}
			})
		}
		wait.Wait()
		for i := range all {
			var n int
			if err := d.QueryRow(t.Context(), `SELECT COUNT(*) FROM things WHERE id = $1`, i).Scan(&n); err != nil {
				t.Fatal(err)
			}
			want := i%3 != 0 && i%7 != 0
			if (n == 1) != want || committed[i] != want {
				t.Errorf("thing %d: stored %t, told %t, want %t", i, n == 1, committed[i], want)
			}
		}
	})
}

// TestCancelled has a transaction whose caller is gone before it begins: it
// does not run.
func TestCancelled(t *testing.T) {
	t.Parallel()
	testkit.Databases(t, func(t *testing.T, d *db.DB) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		err := d.Tx(ctx, func(context.Context, *db.Tx) error {
			t.Error("it ran")
			return nil
		})
		if !errors.Is(err, context.Canceled) {
			t.Errorf("ended with %v", err)
		}
	})
}

// TestUniqueInGroup has a statement fail inside a transaction that goes on:
// the failure is its own.
func TestUniqueInGroup(t *testing.T) {
	t.Parallel()
	d := testkit.SQLite(t)
	if _, err := d.Exec(t.Context(), `CREATE TABLE things (id INTEGER PRIMARY KEY)`); err != nil {
		t.Fatal(err)
	}
	insert := func() error {
		return d.Tx(t.Context(), func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.Exec(ctx, `INSERT INTO things (id) VALUES (1)`)
			return err
		})
	}
	results := make([]error, 20)
	var wait sync.WaitGroup
	for i := range results {
		wait.Go(func() { results[i] = insert() })
	}
	wait.Wait()
	stored := 0
	for _, err := range results {
		switch {
		case err == nil:
			stored++
		case !db.IsUnique(err):
			t.Errorf("ended with %v", err)
		}
	}
	if stored != 1 {
		t.Errorf("%d transactions stored the same row", stored)
	}
}

// TestCommitIsNotCancelled has a caller leave when all is done but the commit: it
// is done, and the caller is told so.
func TestCommitIsNotCancelled(t *testing.T) {
	t.Parallel()
	testkit.Databases(t, func(t *testing.T, d *db.DB) {
		exec(t, d, `CREATE TABLE late (id TEXT PRIMARY KEY)`)
		ctx, leave := context.WithCancel(t.Context())
		err := d.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
			if _, err := tx.Exec(ctx, `INSERT INTO late VALUES ('x')`); err != nil {
				return err
			}
			leave()
			return nil
		})
		if err != nil || count(t, d, "late") != 1 {
			t.Errorf("%v, %d rows", err, count(t, d, "late"))
		}
	})
}
