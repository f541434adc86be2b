package app_test

import (
	"bytes"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"parley/internal/app/apptest"
	"parley/internal/kit/db"
	"parley/internal/kit/id"
)

// notOwned are the tables that hold nothing of a single user, and why.
var notOwned = map[string]string{
	"users":                 "the users themselves",
	"nodes":                 "processes",
	"access_groups":         "the administrator's",
	"model_arrangement":     "the administrator's",
	"model_overrides":       "the administrator's",
	"model_specs":           "the administrator's",
	"providers":             "the administrator's",
	"server_settings":       "the administrator's",
	"setting_changes":       "who changed which of these, by plain ids; it outlives users",
	"setup_tokens":          "from before the first user",
	"audit_entries":         "who did what, by plain ids; it outlives users",
	"ledger_days":           "sums of days by plain names; Erase takes a user's name out",
	"journal":               "by turn, in a database of its own; Erase deletes it",
	"goose_db_version":      "migrations",
	"river_job":             "jobs name ids and are removed a day after they ran",
	"river_leader":          "jobs",
	"river_migration":       "jobs",
	"river_queue":           "jobs",
	"river_client":          "jobs",
	"river_client_queue":    "jobs",
	"river_job_state_count": "jobs",
	"river_notification":    "jobs",
}

func strs(t *testing.T, d *db.DB, query string, args ...any) (all []string) {
	t.Helper()
	rows, err := d.Query(t.Context(), query, args...)
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	defer func() {
		if err := errors.Join(rows.Err(), rows.Close()); err != nil {
			t.Error(err)
		}
	}()
	for rows.Next() {
		var s sql.NullString
		if err := rows.Scan(&s); err != nil {
			t.Fatal(err)
		}
		all = append(all, s.String)
	}
	return all
}

func tables(t *testing.T, d *db.DB) []string {
	t.Helper()
	if d.Dialect() == db.Postgres {
		return strs(t, d, `SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE'`)
	}
	return strs(t, d, `SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'`)
}

func columns(t *testing.T, d *db.DB, table string) []string {
	t.Helper()
	if d.Dialect() == db.Postgres {
		return strs(t, d, `SELECT column_name FROM information_schema.columns WHERE table_schema = 'public' AND table_name = $1`, table)
	}
	return strs(t, d, `SELECT name FROM pragma_table_info($1)`, table)
}

// owners returns the columns of a table that are foreign keys to users and go
// with them.
func owners(t *testing.T, d *db.DB, table string) []string {
	t.Helper()
	if d.Dialect() == db.Postgres {
		return strs(t, d, `SELECT k.column_name FROM information_schema.referential_constraints r
			JOIN information_schema.key_column_usage k ON k.constraint_name = r.constraint_name
			JOIN information_schema.constraint_column_usage u ON u.constraint_name = r.constraint_name
			WHERE k.table_name = $1 AND u.table_name = 'users' AND r.delete_rule = 'CASCADE'`, table)
	}
	return strs(t, d, `SELECT "from" FROM pragma_foreign_key_list($1) WHERE "table" = 'users' AND on_delete = 'CASCADE'`, table)
}

func TestTablesHaveAnOwner(t *testing.T) {
	t.Parallel()
	apptest.Each(t, apptest.Options{}, func(t *testing.T, w *apptest.World) {
		found := tables(t, w.App.DB)
		if len(found) < 10 {
			t.Fatalf("only the tables %v were found", found)
		}
		for _, table := range found {
			if _, known := notOwned[table]; known {
				continue
			}
			if got := owners(t, w.App.DB, table); !slices.Equal(got, []string{"user_id"}) {
				t.Errorf("table %s: its owner is %v, not user_id: give it one, or say here why it has none", table, got)
			}
			if c := columns(t, w.App.DB, table); !slices.Contains(c, "user_id") {
				t.Errorf("table %s has the columns %v", table, c)
			}
		}
	})
}

func TestFeaturesWithTablesEraseAndExport(t *testing.T) {
	t.Parallel()
	w := apptest.Start(t, apptest.Options{})
	seen := map[string]bool{}
	for _, f := range w.App.Features() {
		if f.Name == "" || seen[f.Name] {
			t.Errorf("there are two features %q", f.Name)
		}
		seen[f.Name] = true
		if f.Migrations != nil && (f.Erase == nil || f.Export == nil) {
			t.Errorf("feature %s has tables and no Erase or no Export", f.Name)
		}
		if f.Export == nil {
			continue
		}
		var out bytes.Buffer
		if err := f.Export(t.Context(), w.Alice.ID, &out); err != nil {
			t.Errorf("export of %s: %v", f.Name, err)
		}
		for dec := json.NewDecoder(&out); ; {
			var line any
			if err := dec.Decode(&line); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				t.Errorf("export of %s is not JSON: %v", f.Name, err)
				break
			}
		}
	}
}

// full gives a user something in every place there is.
func full(t *testing.T, w *apptest.World, p *apptest.Person, words string) {
	t.Helper()
	c := p.Program()
	file := ownFile(t, w, p)["file"]
	a := c.Send(t, id.New(), object{"text": "script:tokens-5 " + words, "files": []string{file}}, "Idempotency-Key", id.New())
	c.Finish(t, a)
	c.Finish(t, c.Send(t, string(a.Chat), object{"text": "another " + words}))
	c.Want(t, 200, "PATCH", "/api/chats/"+string(a.Chat), object{"title": words})
	c.Want(t, 204, "DELETE", "/api/chats/"+string(a.Chat)+"/messages/"+string(a.Messages.Reply), nil)
	gone := c.Say(t, "deleted "+words)
	c.Finish(t, gone)
	c.Want(t, 204, "DELETE", "/api/chats/"+string(gone.Chat), nil)
	c.Want(t, 200, "PUT", "/api/tools/fetch_page/approval", object{"approval": "always"})
	c.Want(t, 200, "PATCH", "/api/me/settings", object{"theme": "dark"})
	var preset struct{ ID string }
	c.Want(t, 200, "POST", "/api/presets", object{"name": words, "model": apptest.Plain, "instructions": words}).Read(t, &preset)
	c.Want(t, 204, "PUT", "/api/presets/default", object{"preset": preset.ID})
	c.Want(t, 200, "PUT", "/api/presets/"+preset.ID+"/grants", object{"items": []object{{"to": "user", "id": p.ID, "right": "view"}}})
	c.Want(t, 200, "PUT", "/api/chats/"+string(a.Chat)+"/preset", object{"preset": preset.ID})
	group := ownGroup(t, w, p)["group"]
	w.Admin.Program().Want(t, 204, "PUT", "/api/groups/"+group+"/members/"+string(p.ID), nil)
	ownFile(t, w, p) // in no message
	running := c.Send(t, id.New(), object{"text": "script:reasoning-2+tokens-300-100+hang " + words})
	c.Follow(t, running.Turn, 0).Until("delta", "t0001")
	c.Say(t, "script:call-fetch_page "+words)
	c.Want(t, 200, "PUT", "/api/tools/fetch_page/approval", object{"approval": "ask"})
}

func TestEraseLeavesNothing(t *testing.T) {
	t.Parallel()
	apptest.Each(t, apptest.Options{Titles: true}, func(t *testing.T, w *apptest.World) {
		const words, others = "CANARYOFALICE", "CANARYOFBOB"
		bob := w.Join("bob@example.com", false)
		full(t, w, w.Alice, words)
		full(t, w, bob, others)
		traces := map[string]string{"words": words, "id": string(w.Alice.ID), "address": w.Alice.Email}
		before := search(t, w, traces)
		for _, table := range []string{
			"users", "chats", "messages", "turns", "ledger", "files", "idempotency_keys", "sessions", "api_keys", "tool_approvals", "user_settings",
			"presets", "preset_defaults", "chat_presets", "grants", "group_members",
		} {
			if !slices.ContainsFunc(before, func(s string) bool { return strings.HasPrefix(s, table+" ") }) {
				t.Errorf("the test has put nothing into %s, so it shows nothing: %v", table, before)
			}
		}
		if !strings.Contains(strings.Join(strs(t, w.App.DB, `SELECT status FROM turns WHERE user_id = $1`, string(w.Alice.ID)), " "), "running") {
			t.Error("no turn is running, so ending it is not shown")
		}
		kept := blobs(t, w.Data)
		if err := w.App.Erase(t.Context(), w.Alice.ID); err != nil {
			t.Fatal(err)
		}
		for _, where := range search(t, w, traces) {
			if where != "audit_entries id" && where != "river_job id" {
				t.Errorf("after the erasure there is still: %s", where)
			}
		}
		if now := blobs(t, w.Data); len(now) != len(kept)-2 {
			t.Errorf("%d blobs are left of %d, 2 of which were the user's", len(now), len(kept))
		}
		if a := w.Alice.Program().Do(t, "GET", "/api/me", nil); a.Status != 401 {
			t.Errorf("the key still works: %d", a.Status)
		}
		if now := search(t, w, map[string]string{"words": others}); len(now) == 0 {
			t.Error("another user's data is gone")
		}
		bob.Program().Want(t, 200, "GET", "/api/me", nil)
	})
}

// search looks for the traces in every column of every table and returns where
// they are, as "table trace".
func search(t *testing.T, w *apptest.World, traces map[string]string) (found []string) {
	t.Helper()
	databases := []*db.DB{w.App.DB}
	if w.App.DB.Dialect() == db.SQLite {
		databases = append(databases, look(t, w.Data, "journal.db"))
	}
	for _, d := range databases {
		for _, table := range tables(t, d) {
			for name, trace := range traces {
				if holds(t, d, table, trace) {
					found = append(found, table+" "+name)
				}
			}
		}
	}
	turns := strs(t, w.App.DB, `SELECT id FROM turns`)
	for _, owner := range strs(t, databases[len(databases)-1], `SELECT DISTINCT turn_id FROM journal`) {
		if !slices.Contains(turns, owner) {
			found = append(found, "journal of a turn that is gone")
		}
	}
	slices.Sort(found)
	return found
}

func holds(t *testing.T, d *db.DB, table, trace string) bool {
	t.Helper()
	for _, column := range columns(t, d, table) {
		text := fmt.Sprintf(`CAST(%q AS TEXT)`, column)
		if column == "frames" && d.Dialect() == db.Postgres {
			text = `encode(frames, 'escape')`
		}
		if value[int](t, d, fmt.Sprintf(`SELECT COUNT(*) FROM %q WHERE %s LIKE $1`, table, text), "%"+trace+"%") > 0 {
			return true
		}
	}
	return false
}

func blobs(t *testing.T, data string) (names []string) {
	t.Helper()
	err := fs.WalkDir(os.DirFS(filepath.Join(data, "files")), ".", func(path string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			names = append(names, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}
