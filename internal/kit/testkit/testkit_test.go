package testkit_test

import (
	"testing"

	"parley/internal/kit/db"
	"parley/internal/kit/testkit"
)

func TestDatabasesAreEmptyAndApart(t *testing.T) {
	t.Parallel()
	for range 2 {
		testkit.Databases(t, func(t *testing.T, d *db.DB) {
			ctx := t.Context()
			if want := t.Name()[len("TestDatabasesAreEmptyAndApart/"):]; want[:6] != string(d.Dialect())[:6] {
				t.Errorf("dialect %s in sub-test %s", d.Dialect(), want)
			}
			// The table cannot exist yet: the other round has another database.
			if _, err := d.Exec(ctx, `CREATE TABLE things (id TEXT PRIMARY KEY, n BIGINT NOT NULL)`); err != nil {
				t.Fatal(err)
			}
			if _, err := d.Exec(ctx, `INSERT INTO things (id, n) VALUES ($1, $2)`, "a", 1); err != nil {
				t.Fatal(err)
			}
			var n int
			if err := d.QueryRow(ctx, `SELECT n FROM things WHERE id = $1`, "a").Scan(&n); err != nil || n != 1 {
				t.Fatalf("got %d, %v", n, err)
			}
			_, err := d.Exec(ctx, `INSERT INTO things (id, n) VALUES ($1, $2)`, "a", 2)
			if !db.IsUnique(err) {
				t.Errorf("a second row of the same key gave %v", err)
			}
		})
	}
}

func TestPostgresRoleIsNoSuperuser(t *testing.T) {
	t.Parallel()
	var super string
	if err := testkit.Postgres(t).QueryRow(t.Context(), `SELECT current_setting('is_superuser')`).Scan(&super); err != nil {
		t.Fatal(err)
	}
	if super != "off" {
		t.Error("tests run as a superuser, whom row-level security does not bind")
	}
}
