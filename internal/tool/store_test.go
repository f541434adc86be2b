package tool_test

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"parley/internal/audit"
	"parley/internal/identity"
	"parley/internal/kit/db"
	"parley/internal/kit/rest"
	"parley/internal/kit/testkit"
	"parley/internal/tool"

	"github.com/google/go-cmp/cmp"
)

func migrated(t *testing.T, d *db.DB) {
	t.Helper()
	if err := d.Migrate(t.Context(), audit.Migrations, identity.Migrations, tool.Migrations); err != nil {
		t.Fatal(err)
	}
	for _, user := range []string{"ann", "bob"} {
		if _, err := d.Exec(t.Context(), `INSERT INTO users (id, email, name, role, password_hash, created_at)
			VALUES ($1, $1, 'x', 'user', '', 0)`, user); err != nil {
			t.Fatal(err)
		}
	}
}

func TestApprovals(t *testing.T) {
	t.Parallel()
	testkit.Databases(t, func(t *testing.T, d *db.DB) {
		migrated(t, d)
		var a tool.Approvals
		set := func(user identity.UserID, name string, approval tool.Approval) {
			t.Helper()
			if err := a.Set(t.Context(), d, user, name, approval); err != nil {
				t.Fatal(err)
			}
		}
		has := func(user identity.UserID, want map[string]tool.Approval, names ...string) {
			t.Helper()
			got, err := a.Get(t.Context(), d, user, names...)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
		}
		has("ann", map[string]tool.Approval{})
		set("ann", "fetch_page", tool.Always)
		set("ann", "other", tool.Never)
		set("ann", "fetch_page", tool.Ask)
		set("bob", "fetch_page", tool.Never)
		has("ann", map[string]tool.Approval{"fetch_page": tool.Ask, "other": tool.Never})
		has("ann", map[string]tool.Approval{"other": tool.Never}, "other", "unknown")
		has("bob", map[string]tool.Approval{"fetch_page": tool.Never})
		for _, wrong := range []tool.Approval{"", tool.None, "yes"} {
			if err := a.Set(t.Context(), d, "ann", "x", wrong); err == nil {
				t.Errorf("%q was taken", wrong)
			}
		}
		// In a transaction that fails nothing is kept.
		_ = d.Tx(t.Context(), func(ctx context.Context, tx *db.Tx) error {
			if err := a.Set(ctx, tx, "ann", "fetch_page", tool.Always); err != nil {
				t.Error(err)
			}
			return http.ErrAbortHandler
		})
		has("ann", map[string]tool.Approval{"fetch_page": tool.Ask}, "fetch_page")

		s := tool.New(d, tool.List{})
		var exported bytes.Buffer
		if err := s.Export(t.Context(), "ann", &exported); err != nil || strings.TrimSpace(exported.String()) != `{"approvals":{"fetch_page":"ask","other":"never"}}` {
			t.Errorf("%s, %v", &exported, err)
		}
		if err := s.Erase(t.Context(), "ann"); err != nil {
			t.Fatal(err)
		}
		has("ann", map[string]tool.Approval{})
		has("bob", map[string]tool.Approval{"fetch_page": tool.Never})
		if _, err := d.Exec(t.Context(), `DELETE FROM users WHERE id = 'bob'`); err != nil {
			t.Fatal(err)
		}
		has("bob", map[string]tool.Approval{})
	})
}

func TestRoutes(t *testing.T) {
	t.Parallel()
	d := testkit.SQLite(t)
	migrated(t, d)
	router := rest.New("test", "1", slog.New(slog.DiscardHandler))
	tool.New(d, tool.List{
		runner{spec: tool.Spec{Name: "sum", Label: "Sum", Description: "adds", Approval: tool.None}},
		runner{spec: tool.Spec{Name: "fetch", Label: "Fetch", Description: "fetches", Approval: tool.Ask}},
	}).Routes(router)
	ask := func(user, method, path, body string) (int, string) {
		r := httptest.NewRequestWithContext(t.Context(), method, path, strings.NewReader(body))
		if body != "" {
			r.Header.Set("Content-Type", "application/json")
		}
		if user != "" {
			r = r.WithContext(identity.With(r.Context(), identity.Principal{User: identity.UserID(user), Role: identity.RoleUser}))
		}
		w := httptest.NewRecorder()
		router.ServeHTTP(w, r)
		return w.Code, w.Body.String()
	}
	shows := func(user, want string) {
		t.Helper()
		_, body := ask(user, "GET", "/api/tools", "")
		var got struct{ Items []tool.View }
		if err := json.Unmarshal([]byte(body), &got); err != nil {
			t.Fatal(err)
		}
		text := ""
		for _, v := range got.Items {
			text += v.Name + ":" + string(v.Approval) + " "
		}
		if text != want {
			t.Errorf("%s sees %s", user, text)
		}
	}
	shows("ann", "sum:none fetch:ask ")
	for _, c := range []struct {
		user, path, body string
		status           int
	}{
		{"", "/api/tools/fetch/approval", `{"approval":"always"}`, 401},
		{"ann", "/api/tools/fetch/approval", `{"approval":"always"}`, 200},
		{"ann", "/api/tools/sum/approval", `{"approval":"never"}`, 422},
		{"ann", "/api/tools/none/approval", `{"approval":"never"}`, 404},
		{"ann", "/api/tools/fetch/approval", `{"approval":"none"}`, 422},
		{"ann", "/api/tools/fetch/approval", `{"approval":"ask","user":"bob"}`, 422},
		{"ann", "/api/tools/fetch/approval", `{}`, 422},
	} {
		if status, body := ask(c.user, "PUT", c.path, c.body); status != c.status {
			t.Errorf("%s %s %s: %d %s", c.user, c.path, c.body, status, body)
		}
	}
	if status, _ := ask("", "GET", "/api/tools", ""); status != 401 {
		t.Errorf("anonymous: %d", status)
	}
	shows("ann", "sum:none fetch:always ")
	shows("bob", "sum:none fetch:ask ")
}
