// Package testkit gives tests the real things: databases of both dialects, and
// a log that can be searched.
//
// It is imported by tests alone and fakes nothing.
package testkit

import (
	"context"
	"crypto/rand"
	"errors"
	"net/url"
	"path/filepath"
	"strings"
	"testing"

	"parley/internal/kit/db"
)

// Databases runs test once on SQLite and once on PostgreSQL, in parallel
// sub-tests of these names, each time on an empty database of its own.
//
// PostgreSQL is the server at PARLEY_TEST_POSTGRES, a URL whose role may create
// databases, or without it one that is started for this test process.
func Databases(t *testing.T, test func(t *testing.T, d *db.DB)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		test(t, SQLite(t))
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		test(t, Postgres(t))
	})
}

// SQLite returns an empty SQLite database that is closed when the test ends.
func SQLite(t testing.TB) *db.DB {
	t.Helper()
	return open(t, db.Config{Path: filepath.Join(t.TempDir(), "test.db"), Relaxed: true})
}

// Postgres returns an empty PostgreSQL database that is dropped when the test
// ends.
func Postgres(t testing.TB) *db.DB {
	t.Helper()
	return open(t, db.Config{URL: PostgresURL(t), Readers: 8})
}

// PostgresURL returns the address of an empty PostgreSQL database that is
// dropped when the test ends.
func PostgresURL(t testing.TB) string {
	t.Helper()
	server, err := postgresServer()
	if err != nil {
		t.Fatal(err)
	}
	address, err := url.Parse(server)
	if err != nil {
		t.Fatalf("the address of the PostgreSQL server for tests is not a URL: %v", err)
	}
	name := "parley_test_" + strings.ToLower(rand.Text())
	// Tests end their own context before the clean-up runs, so it has another.
	onServer(t, server, "CREATE DATABASE "+name)
	t.Cleanup(func() { onServer(t, server, "DROP DATABASE IF EXISTS "+name+" WITH (FORCE)") })
	address.Path = "/" + name
	return address.String()
}

func open(t testing.TB, c db.Config) *db.DB {
	t.Helper()
	d, err := db.Open(t.Context(), c)
	if err != nil {
		t.Fatalf("open the database: %v", err)
	}
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Errorf("close the database: %v", err)
		}
	})
	return d
}

// onServer runs one statement with its own connection to the server.
func onServer(t testing.TB, server, statement string) {
	t.Helper()
	ctx := context.WithoutCancel(t.Context())
	d, err := db.Open(ctx, db.Config{URL: server, Readers: 1})
	if err != nil {
		t.Errorf("connect to the PostgreSQL server for tests: %v", err)
		return
	}
	_, err = d.Exec(ctx, statement)
	if err := errors.Join(err, d.Close()); err != nil {
		t.Errorf("%s: %v", statement, err)
	}
}
