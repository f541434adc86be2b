package people_test

import (
	"net/http"
	"strings"
	"testing"

	"parley/internal/app/apptest"
	"parley/internal/feature/people"
)

func accounts(t *testing.T, c *apptest.Client, query string) (list people.Accounts) {
	t.Helper()
	c.Want(t, 200, "GET", "/api/accounts"+query, nil).Read(t, &list)
	return list
}

func TestAccountsAreLookedAfter(t *testing.T) {
	t.Parallel()
	apptest.Each(t, apptest.Options{}, func(t *testing.T, w *apptest.World) {
		admin := w.Admin.Browser()
		before := accounts(t, admin, "").Total
		var made people.NewAccount
		admin.Want(t, 200, "POST", "/api/accounts", object{"email": "Grace@Example.com", "name": "Grace Hopper"}).Read(t, &made)
		if made.Account.Email != "grace@example.com" || made.Account.Role != "user" || len(made.Password) < 20 {
			t.Errorf("%+v", made)
		}
		admin.Want(t, 409, "POST", "/api/accounts", object{"email": "grace@example.com"})
		first := accounts(t, admin, "?limit=1")
		if first.Total != before+1 || len(first.Items) != 1 || first.Items[0].Name != "Grace Hopper" || first.Next == nil {
			t.Fatalf("the newest first, page by page: %+v", first)
		}
		if rest := accounts(t, admin, "?cursor="+*first.Next); len(rest.Items) != before || rest.Next != nil {
			t.Errorf("the others: %+v", rest)
		}
		if found := accounts(t, admin, "?q=hopp"); found.Total != 1 {
			t.Errorf("by a part of the name: %+v", found)
		}
		if none := accounts(t, admin, "?q=%25"); none.Total != 0 {
			t.Errorf("a pattern: %+v", none)
		}

		path := "/api/accounts/" + string(made.Account.ID)
		signIn := func(status int, password string) *apptest.Client {
			t.Helper()
			c := w.Nobody()
			a := c.Want(t, status, "POST", "/api/session", object{"email": "grace@example.com", "password": password})
			cookie, _, _ := strings.Cut(a.Header.Get("Set-Cookie"), ";")
			c.Header.Set("Cookie", cookie)
			return c
		}
		grace := signIn(200, made.Password)
		if found := accounts(t, admin, "?q=grace").Items[0]; found.SignedInAt == nil {
			t.Error("when she signed in is not known")
		}
		grace.Want(t, 403, "GET", "/api/accounts", nil)
		admin.Want(t, 200, "PATCH", path, object{"role": "admin"})
		grace.Want(t, 200, "GET", "/api/accounts", nil) // at once
		grace.Want(t, 200, "PATCH", "/api/accounts/"+string(w.Alice.ID), object{"disabled": true})
		admin.Want(t, 200, "PATCH", path, object{"role": "user"})
		grace.Want(t, 403, "GET", "/api/accounts", nil)

		var again people.NewAccount
		admin.Want(t, 200, "POST", path+"/password", nil).Read(t, &again)
		grace.Want(t, 401, "GET", "/api/me", nil)
		signIn(401, made.Password)
		grace = signIn(200, again.Password)
		admin.Want(t, 200, "PATCH", path, object{"disabled": true})
		grace.Want(t, 401, "GET", "/api/me", nil)
		signIn(401, again.Password)
		admin.Want(t, 200, "PATCH", path, object{"disabled": false})
		signIn(200, again.Password)

		own := "/api/accounts/" + string(w.Admin.ID)
		for _, shut := range []struct {
			method, path string
			body         any
		}{{"PATCH", own, object{"disabled": true}}, {"PATCH", own, object{"role": "user"}}, {"POST", own + "/password", nil}, {"DELETE", own, nil}} {
			admin.Want(t, http.StatusConflict, shut.method, shut.path, shut.body)
		}
		admin.Want(t, 204, "DELETE", path, nil)
		signIn(401, again.Password)
		admin.Want(t, 404, "DELETE", path, nil)
		admin.Want(t, 404, "PATCH", path, object{"disabled": true})
	})
}
