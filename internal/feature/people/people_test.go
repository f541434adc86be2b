package people_test

import (
	"os"
	"slices"
	"strconv"
	"testing"

	"parley/internal/app/apptest"
	"parley/internal/feature/people"
)

func TestMain(m *testing.M) { os.Exit(apptest.Main(m)) }

type object = map[string]any

func search(t *testing.T, c *apptest.Client, query string) (a people.Answer) {
	t.Helper()
	c.Want(t, 200, "GET", "/api/people?q="+query, nil).Read(t, &a)
	return a
}

func names(a people.Answer) (all []string) {
	for _, p := range a.People {
		all = append(all, p.Name)
	}
	return all
}

func join(t *testing.T, w *apptest.World, email, name string) *apptest.Person {
	t.Helper()
	p := w.Join(email, false)
	p.Browser().Want(t, 200, "PATCH", "/api/me", object{"name": name})
	return p
}

func TestSearch(t *testing.T) {
	t.Parallel()
	apptest.Each(t, apptest.Options{}, func(t *testing.T, w *apptest.World) {
		anna := join(t, w, "zoe.first@example.com", "Anna Berg")
		join(t, w, "annika@example.org", "B 100%_x")
		join(t, w, "c@example.org", "Özlem Şahin")
		join(t, w, "d@example.org", "Анна Иванова")
		gone := join(t, w, "anna.gone@example.com", "Anna Gone")
		if err := w.App.Identity.SetDisabled(t.Context(), gone.ID, true); err != nil {
			t.Fatal(err)
		}
		c := w.Alice.Program()
		for query, want := range map[string][]string{
			"ann":       {"Anna Berg", "B 100%_x"}, // a name, and an address
			"ANNA":      {"Anna Berg"},
			"ber":       {"Anna Berg"}, // a later word
			"anna+berg": {"Anna Berg"},
			"erg":       nil, // no beginning
			"zoe.f":     {"Anna Berg"},
			"a":         nil, // too short
			"":          nil,
			"%25%25":    nil, // no pattern
			"100%25_":   {"B 100%_x"},
			"100_":      nil,
			"alice":     nil, // oneself
			"example":   nil, // no host
			"özl":       {"Özlem Şahin"},
			"ŞA":        {"Özlem Şahin"},
			"şahin":     {"Özlem Şahin"},
			"анна+ив":   {"Анна Иванова"},
			"Иван":      {"Анна Иванова"},
		} {
			if got := names(search(t, c, query)); !slices.Equal(got, want) {
				t.Errorf("%q found %v, not %v", query, got, want)
			}
		}
		if got := search(t, c, "anna").People[0]; got.ID != anna.ID || got.Email != "zo…@example.com" {
			t.Errorf("a user sees %+v", got)
		}
		if got := search(t, w.Admin.Program(), "anna").People[0].Email; got != anna.Email {
			t.Errorf("an administrator sees %s", got)
		}
		for i := range 12 {
			join(t, w, "many"+strconv.Itoa(i)+"@example.com", "Many")
		}
		if got := search(t, c, "many").People; len(got) != 10 {
			t.Errorf("%d people were shown", len(got))
		}
	})
}

func TestSearchIsThrottled(t *testing.T) {
	t.Parallel()
	w := apptest.Start(t, apptest.Options{})
	c := w.Alice.Program()
	for range 200 {
		a := c.Do(t, "GET", "/api/people?q=an", nil)
		if a.Status == 429 {
			if a.Header.Get("Retry-After") == "" {
				t.Error("nobody says when to try again")
			}
			w.Admin.Program().Want(t, 200, "GET", "/api/people?q=an", nil) // it is a matter of each user
			return
		}
	}
	t.Error("a user may search without end")
}

func TestGroups(t *testing.T) {
	t.Parallel()
	apptest.Each(t, apptest.Options{}, func(t *testing.T, w *apptest.World) {
		c := w.Admin.Program()
		var team struct{ ID, Name, Description string }
		c.Want(t, 200, "POST", "/api/groups", object{"name": "Team Blue", "description": "Those in blue"}).Read(t, &team)
		if a := c.Do(t, "POST", "/api/groups", object{"name": "team  blue"}); a.Status != 409 || a.Code() != "group_exists" {
			t.Errorf("a second one was answered %d %s", a.Status, a.Body)
		}
		path := "/api/groups/" + team.ID
		c.Want(t, 200, "PATCH", path, object{"name": "Team Green"}).Read(t, &team)
		if team.Name != "Team Green" || team.Description != "Those in blue" {
			t.Errorf("renamed to %+v", team)
		}
		if got := search(t, w.Alice.Program(), "gre").Groups; len(got) != 0 {
			t.Errorf("who is not in it sees %v", got)
		}
		socket, _ := w.Alice.Browser().Dial(t)
		channel := "sys:" + string(w.Alice.ID)
		socket.Subscribe(channel)
		c.Want(t, 204, "PUT", path+"/members/"+string(w.Alice.ID), nil)
		socket.Until(channel, `"presets"`) // what is shared with the group is hers now
		if got := search(t, w.Alice.Program(), "gre").Groups; len(got) != 1 || got[0].Members != 1 {
			t.Errorf("who is in it sees %v", got)
		}
		if got := search(t, w.Alice.Program(), "").Groups; len(got) != 1 {
			t.Errorf("without a query one sees %v", got)
		}
		if got := search(t, c, "").Groups; len(got) != 1 {
			t.Errorf("an administrator sees %v", got)
		}
		var members struct {
			Items []struct{ ID, Email string }
		}
		c.Want(t, 200, "GET", path+"/members", nil).Read(t, &members)
		if len(members.Items) != 1 || members.Items[0].Email != w.Alice.Email {
			t.Errorf("the members are %+v", members)
		}
		c.Want(t, 422, "PUT", path+"/members/"+team.ID, nil) // nobody of this id
		c.Want(t, 204, "DELETE", path+"/members/"+string(w.Alice.ID), nil)
		c.Want(t, 204, "DELETE", path, nil)
		for _, route := range [][2]string{{"PATCH", path}, {"DELETE", path}, {"GET", path + "/members"}, {"PUT", path + "/members/" + string(w.Alice.ID)}} {
			body := any(nil)
			if route[0] == "PATCH" {
				body = object{"name": "X"}
			}
			c.Want(t, 404, route[0], route[1], body)
		}
	})
}
