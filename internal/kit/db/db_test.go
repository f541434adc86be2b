package db_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"parley/internal/kit/db"
	"parley/internal/kit/fault"
	"parley/internal/kit/testkit"

	"github.com/jackc/pgx/v5/pgconn"
)

// files makes migrations of names and statements.
func files(pairs ...string) fstest.MapFS {
	m := fstest.MapFS{}
	for i := 0; i+1 < len(pairs); i += 2 {
		m["migrations/"+pairs[i]] = &fstest.MapFile{Data: []byte("-- +goose Up\n" + pairs[i+1] + "\n")}
	}
	return m
}

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func exec(t *testing.T, q db.Querier, query string, args ...any) {
	t.Helper()
	if _, err := q.Exec(t.Context(), query, args...); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
}

func count(t *testing.T, q db.Querier, table string) (n int) {
	t.Helper()
	ok(t, q.QueryRow(t.Context(), `SELECT COUNT(*) FROM `+table).Scan(&n))
	return n
}

func TestMigrate(t *testing.T) {
	t.Parallel()
	testkit.Databases(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		early := files("20260101000000_early.sql", `CREATE TABLE early (n SERIAL KEY, raw BYTES, on_off BOOLEAN NOT NULL DEFAULT FALSE);`)
		late := files("20260301000000_late.sql", `CREATE TABLE late (id TEXT PRIMARY KEY, early_n BIGINT REFERENCES early (n) ON DELETE CASCADE);`)
		// One of an older number comes later, as when a feature is added.
		between := files("20260201000000_between.sql", `ALTER TABLE early ADD COLUMN more TEXT NOT NULL DEFAULT 'x';`)
		apart := files(
			"20260401000000_apart.sqlite.sql", `CREATE TABLE of_sqlite (id TEXT);`,
			"20260401000000_apart.postgres.sql", `CREATE TABLE of_postgres (id TEXT);`)
		ok(t, d.Migrate(ctx, late, early)) // the order of packages does not matter
		ok(t, d.Migrate(ctx, late, early, between, apart))
		ok(t, d.Migrate(ctx, late, early, between, apart)) // nothing to do
		exec(t, d, `INSERT INTO early (raw, on_off, more) VALUES ($1, $2, $3)`, []byte{0, 1, 255}, true, "m")
		var raw []byte
		var on bool
		var n int64
		ok(t, d.QueryRow(ctx, `SELECT n, raw, on_off FROM early`).Scan(&n, &raw, &on))
		if string(raw) != "\x00\x01\xff" || !on || n != 1 {
			t.Errorf("read back %d %v %t", n, raw, on)
		}
		count(t, d, "of_"+string(d.Dialect()))
		exec(t, d, `INSERT INTO late (id, early_n) VALUES ('l', 1)`)
		if _, err := d.Exec(ctx, `INSERT INTO late (id, early_n) VALUES ('none', 99)`); err == nil {
			t.Error("foreign keys are not enforced")
		}
		exec(t, d, `DELETE FROM early`)
		if count(t, d, "late") != 0 {
			t.Error("a delete does not cascade")
		}
		if err := d.Migrate(ctx, early, early); err == nil || !strings.Contains(err.Error(), "early") {
			t.Errorf("two migrations of one name: %v", err)
		}
		if err := d.Migrate(ctx, early, between, late, apart, files("20260501000000_bad.sql", `CREATE TABLE half (id TEXT); NONSENSE;`)); err == nil {
			t.Error("a broken migration is no error")
		}
		if _, err := d.Exec(ctx, `SELECT 1 FROM half`); err == nil {
			t.Error("half a migration stays")
		}
	})
}

func TestTransactions(t *testing.T) {
	t.Parallel()
	testkit.Databases(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		ok(t, d.Migrate(ctx, files("20260101000000_t.sql", `CREATE TABLE things (id TEXT PRIMARY KEY);`)))
		put := func(ctx context.Context, q db.Querier, id string) error {
			_, err := q.Exec(ctx, `INSERT INTO things (id) VALUES ($1)`, id)
			return err
		}
		ran := 0
		ok(t, d.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
			tx.AfterCommit(func() { ran++ })
			if ran != 0 {
				t.Error("AfterCommit ran before the commit")
			}
			return put(ctx, tx, "kept")
		}))
		failed := errors.New("no")
		if err := d.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
			tx.AfterCommit(func() { ran += 100 })
			return errors.Join(put(ctx, tx, "undone"), failed)
		}); !errors.Is(err, failed) {
			t.Errorf("the error became %v", err)
		}
		func() {
			defer func() {
				if recover() != "thrown" {
					t.Error("a panic was swallowed")
				}
			}()
			_ = d.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
				ok(t, put(ctx, tx, "thrown away"))
				panic("thrown")
			})
		}()
		if ran != 1 || count(t, d, "things") != 1 {
			t.Errorf("AfterCommit ran %d times, and %d things are there", ran, count(t, d, "things"))
		}
		ok(t, put(ctx, d, "afterwards")) // the connection is free again
	})
}

// On SQLite a write beside an open transaction would wait for itself.
func TestNestedWritesAreErrors(t *testing.T) {
	t.Parallel()
	testkit.Databases(t, func(t *testing.T, d *db.DB) {
		ok(t, d.Migrate(t.Context(), files("20260101000000_t.sql", `CREATE TABLE things (id TEXT PRIMARY KEY);`)))
		ok(t, d.Tx(t.Context(), func(ctx context.Context, tx *db.Tx) error {
			if _, err := d.Exec(ctx, `DELETE FROM things`); err == nil {
				t.Error("Exec on the database inside a transaction is no error")
			}
			var id string
			if err := d.QueryRow(ctx, `INSERT INTO things (id) VALUES ('x') RETURNING id`).Scan(&id); err == nil || db.IsNone(err) {
				t.Errorf("QueryRow that writes inside a transaction: %v", err)
			}
			rows, err := d.Query(ctx, `DELETE FROM things RETURNING id`)
			if err == nil {
				t.Error("Query that writes inside a transaction is no error")
				ok(t, errors.Join(rows.Err(), rows.Close()))
			}
			if err := d.Tx(ctx, func(context.Context, *db.Tx) error { return nil }); err == nil {
				t.Error("a second transaction inside one is no error")
			}
			var n int
			ok(t, d.QueryRow(ctx, `SELECT COUNT(*) FROM things`).Scan(&n)) // reading is fine
			other := testkit.SQLite(t)
			exec(t, other, `CREATE TABLE t (id TEXT)`) // and another database is another matter
			_, err = other.Exec(ctx, `INSERT INTO t (id) VALUES ('x')`)
			return err
		}))
		if count(t, d, "things") != 0 {
			t.Error("a refused write was made")
		}
	})
}

func TestPlaceholders(t *testing.T) {
	t.Parallel()
	testkit.Databases(t, func(t *testing.T, d *db.DB) {
		exec(t, d, `CREATE TABLE words (a TEXT, b TEXT, c TEXT)`)
		// Out of order, used twice, and more than nine.
		exec(t, d, `INSERT INTO words (a, b, c) VALUES ($2, $1, $2)`, "one", "two")
		var got string
		ok(t, d.QueryRow(t.Context(), `SELECT a || b || c FROM words WHERE a = $1 AND c = $1`, "two").Scan(&got))
		if got != "twoonetwo" {
			t.Errorf("got %s", got)
		}
		args := make([]any, 12)
		for i := range args {
			args[i] = fmt.Sprint("v", i)
		}
		args[11] = "two"
		ok(t, d.QueryRow(t.Context(), `SELECT b FROM words WHERE a IN (`+db.Placeholders(1, len(args))+`)`, args...).Scan(&got))
		if got != "one" {
			t.Errorf("got %s", got)
		}
		ok(t, d.QueryRow(t.Context(), `SELECT 'costs $ or $$' || CAST($1 AS TEXT)`, "!").Scan(&got))
		if got != "costs $ or $$!" {
			t.Errorf("a dollar in a text became %q", got)
		}
		if err := d.QueryRow(t.Context(), `SELECT a FROM words WHERE a = $1`, "none").Scan(&got); !db.IsNone(err) {
			t.Errorf("no row: %v", err)
		}
	})
	if got := db.Placeholders(3, 2) + db.Placeholders(1, 0); got != "$3, $4" {
		t.Errorf("placeholders are %q", got)
	}
}

func TestUnique(t *testing.T) {
	t.Parallel()
	testkit.Databases(t, func(t *testing.T, d *db.DB) {
		exec(t, d, `CREATE TABLE things (id TEXT PRIMARY KEY, name TEXT UNIQUE, n BIGINT NOT NULL)`)
		exec(t, d, `INSERT INTO things (id, name, n) VALUES ('a', 'A', 1)`)
		for statement, want := range map[string]bool{
			`INSERT INTO things (id, name, n) VALUES ('a', 'B', 1)`:    true,
			`INSERT INTO things (id, name, n) VALUES ('b', 'A', 1)`:    true,
			`INSERT INTO things (id, name, n) VALUES ('c', 'C', NULL)`: false,
		} {
			_, err := d.Exec(t.Context(), statement)
			if err == nil || db.IsUnique(err) != want {
				t.Errorf("%s: %v", statement, err)
			}
		}
	})
	if db.IsUnique(nil) || db.IsNone(nil) {
		t.Error("no error is an error")
	}
}

// What the operator or the user can do something about becomes a fault.
func TestFaultsOfPostgres(t *testing.T) {
	t.Parallel()
	d := testkit.Postgres(t)
	for code, want := range map[string]error{
		"53100": db.ErrDiskFull, "25006": db.ErrReadOnly, "53300": db.ErrBusy, "40001": db.ErrBusy, "40P01": db.ErrBusy, "55P03": db.ErrBusy,
		"22021": db.ErrNotText,
	} {
		_, err := d.Exec(t.Context(), `DO $do$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '`+code+`'; END $do$`)
		if !errors.Is(err, want) {
			t.Errorf("%s became %v", code, err)
		}
		if inner, has := errors.AsType[*pgconn.PgError](err); !has || inner.Code != code {
			t.Errorf("%s lost its cause: %v", code, err)
		}
	}
	_, err := d.Exec(t.Context(), `SELECT $1::text`, "a\x00b")
	if !errors.Is(err, db.ErrNotText) {
		t.Errorf("a zero byte: %v", err)
	}
	if _, err := d.Exec(t.Context(), `NONSENSE`); fault.Of(err).Kind != fault.Internal {
		t.Errorf("a mistake in a query became %v", err)
	}
}

func TestFaultsOfSQLite(t *testing.T) {
	t.Parallel()
	ctx, path := t.Context(), filepath.Join(t.TempDir(), "a folder", "x?y#z%41.db")
	if _, err := db.Open(ctx, db.Config{Path: path}); !errors.Is(err, db.ErrReadOnly) {
		t.Errorf("a folder that is not there: %v", err)
	}
	path = filepath.Join(t.TempDir(), "x?y#z%41.db") // a name with what a URL has
	d, err := db.Open(ctx, db.Config{Path: path, Relaxed: true})
	ok(t, err)
	t.Cleanup(func() { ok(t, d.Close()) })
	exec(t, d, `CREATE TABLE things (id TEXT)`)
	var name string
	ok(t, d.QueryRow(ctx, `SELECT file FROM pragma_database_list`).Scan(&name))
	if filepath.Base(name) != filepath.Base(path) {
		t.Errorf("the file is %s", name)
	}
	var rows int
	if err := d.QueryRow(ctx, `WITH x AS (SELECT 1) INSERT INTO things (id) SELECT 'x' FROM x RETURNING 1`).Scan(&rows); !errors.Is(err, db.ErrReadOnly) {
		t.Errorf("a write that passes for a read: %v", err)
	}
	exec(t, d, `PRAGMA max_page_count = 20`)
	_, err = d.Exec(ctx, `INSERT INTO things (id) VALUES ($1)`, strings.Repeat("x", 1<<20))
	if !errors.Is(err, db.ErrDiskFull) {
		t.Errorf("a full database: %v", err)
	}
	exec(t, d, `INSERT INTO things (id) VALUES ('still works')`)

	exec(t, d, `PRAGMA busy_timeout = 1`)
	other, err := db.Open(ctx, db.Config{Path: path, Relaxed: true})
	ok(t, err)
	t.Cleanup(func() { ok(t, other.Close()) })
	ok(t, other.Tx(ctx, func(context.Context, *db.Tx) error {
		if _, err := d.Exec(ctx, `DELETE FROM things`); !errors.Is(err, db.ErrBusy) {
			t.Errorf("a locked database: %v", err)
		}
		if err := d.Tx(ctx, func(context.Context, *db.Tx) error { return nil }); !errors.Is(err, db.ErrBusy) {
			t.Errorf("a locked database: %v", err)
		}
		if count(t, d, "things") != 1 {
			t.Error("reading waits for the writer")
		}
		return nil
	}))
}

func TestTimes(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 22, 1, 2, 3, 456_789_000, time.FixedZone("", 3600))
	if got := db.Time(db.Millis(at)); !got.Equal(at.Truncate(time.Millisecond)) || got.Location() != time.UTC {
		t.Errorf("%v became %v", at, got)
	}
	if !db.Time(0).IsZero() {
		t.Error("0 is a time")
	}
}
