package app_test

import (
	"archive/zip"
	"bytes"
	"io"
	"strings"
	"testing"

	"parley/internal/app/apptest"
)

func TestExportHoldsAllOfAUser(t *testing.T) {
	t.Parallel()
	apptest.Each(t, apptest.Options{}, func(t *testing.T, w *apptest.World) {
		c := w.Alice.Browser()
		a := c.Say(t, "a question to take along")
		c.Finish(t, a)
		w.Admin.Program().Finish(t, w.Admin.Program().Say(t, "nobody else's business"))
		var picture struct{ ID, Name string }
		c.Want(t, 201, "POST", "/api/files", pixel, "Content-Type", formType).Read(t, &picture)

		got := c.Want(t, 200, "GET", "/api/me/export", nil)
		if kind := got.Header.Get("Content-Type"); kind != "application/zip" || !strings.Contains(got.Header.Get("Content-Disposition"), ".zip") {
			t.Errorf("sent as %s, %s", kind, got.Header.Get("Content-Disposition"))
		}
		archive, err := zip.NewReader(bytes.NewReader(got.Body), int64(len(got.Body)))
		if err != nil {
			t.Fatal(err)
		}
		entries, all := map[string]string{}, ""
		for _, entry := range archive.File {
			r, err := entry.Open()
			if err != nil {
				t.Fatal(err)
			}
			text, err := io.ReadAll(r)
			if err != nil {
				t.Fatal(err)
			}
			entries[entry.Name], all = string(text), all+string(text)
		}
		for name, part := range map[string]string{
			"chats.jsonl": "a question to take along", "account.json": string(w.Alice.ID), "tools.json": "{",
			"upload.json": picture.ID, "files/" + picture.ID + "/" + picture.Name: "GIF89a",
		} {
			if !strings.Contains(entries[name], part) {
				t.Errorf("%s has no %q: %.200s", name, part, entries[name])
			}
		}
		for what, secret := range map[string]string{
			"another's chat": "nobody else's business", "the provider's key": apptest.ProviderKey, "the password": apptest.Password.Reveal(), "an API key": w.Alice.Key,
		} {
			if strings.Contains(all, secret) {
				t.Errorf("the archive holds %s", what)
			}
		}
	})
}

func TestEraseOneself(t *testing.T) {
	t.Parallel()
	apptest.Each(t, apptest.Options{}, func(t *testing.T, w *apptest.World) {
		c, key := w.Alice.Browser(), w.Alice.Program()
		a := key.Say(t, "script:tokens-2+hang forget me")
		for password, code := range map[string]string{"": "", "wrong password": "password_wrong"} {
			refused := c.Do(t, "POST", "/api/me/erase", object{"password": password})
			if refused.Status < 400 || refused.Status >= 500 || code != "" && refused.Code() != code {
				t.Errorf("with the password %q: %d %s", password, refused.Status, refused.Body)
			}
		}
		c.Want(t, 200, "GET", "/api/chats/"+string(a.Chat), nil)
		c.Want(t, 204, "POST", "/api/me/erase", object{"password": apptest.Password.Reveal()})
		c.Want(t, 401, "GET", "/api/me", nil)
		key.Want(t, 401, "GET", "/api/me", nil)
		for _, table := range []string{"users", "chats", "messages", "turns", "files"} {
			column := "user_id"
			if table == "users" {
				column = "id"
			}
			var left int
			if err := w.App.DB.QueryRow(t.Context(), `SELECT COUNT(*) FROM `+table+` WHERE `+column+` = $1`, w.Alice.ID).Scan(&left); err != nil {
				t.Fatal(err)
			}
			if left != 0 {
				t.Errorf("%d rows are left in %s", left, table)
			}
		}
		admin := w.Admin.Browser()
		refused := admin.Do(t, "POST", "/api/me/erase", object{"password": apptest.Password.Reveal()})
		if refused.Status != 409 {
			t.Errorf("the last administrator: %d %s", refused.Status, refused.Body)
		}
		admin.Want(t, 200, "GET", "/api/me", nil)
	})
}
