package app_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"parley/internal/app/apptest"
	"parley/internal/kit/id"
)

// things are what the matrix's owner has: their ids by path parameter.
type things map[string]string

// exchange is a good request for one route.
type exchange struct {
	// query follows the path.
	query string
	body  any
	// status is the answer to one who may; 0 is any but 401, 403 and 404, for
	// routes whose request is no plain one.
	status int
	header []string
	// own says that the parameters name things that belong to the caller.
	own func(t *testing.T, w *apptest.World, owner *apptest.Person) things
	// spends says that it costs the caller the session.
	spends bool
	// makes says that a missing thing would be made.
	makes bool
}

const (
	otherPassword = "another battery of horses"
	formType      = "multipart/form-data; boundary=b"
)

// pixel is an upload of a picture.
var pixel = "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"p.gif\"\r\nContent-Type: image/gif\r\n\r\n" +
	"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff!\xf9\x04\x01\x00\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;" +
	"\r\n--b--\r\n"

type object = map[string]any

// exchanges has one for every route there is.
var exchanges = map[string]exchange{
	"GET /api/chats":                                    {status: 200},
	"GET /api/chats/{chat}":                             {status: 200, own: ownChat},
	"PATCH /api/chats/{chat}":                           {status: 200, own: ownChat, body: object{"title": "Renamed"}},
	"DELETE /api/chats/{chat}":                          {status: 204, own: ownChat},
	"POST /api/chats/{chat}/restore":                    {status: 200, own: ownDeletedChat},
	"GET /api/chats/{chat}/messages":                    {status: 200, own: ownChat},
	"POST /api/chats/{chat}/turns":                      {status: 202, own: ownChat, makes: true, body: object{"text": "again", "model": apptest.Plain}},
	"GET /api/turns/{turn}":                             {status: 200, own: ownChat},
	"GET /api/turns/{turn}/events":                      {status: 200, own: ownChat},
	"POST /api/turns/{turn}/stop":                       {status: 202, own: ownChat},
	"POST /api/turns/{turn}/approvals":                  {status: 409, own: ownChat, body: object{"call": "c", "decision": "always"}},
	"DELETE /api/chats/{chat}/messages/{message}":       {status: 204, own: ownChat},
	"POST /api/chats/{chat}/messages/{message}/restore": {status: 200, own: ownDeletedMessage},

	"GET /api/tools":                 {status: 200},
	"PUT /api/tools/{tool}/approval": {status: 200, own: fixed("tool", "fetch_page"), body: object{"approval": "never"}},
	"GET /api/models":                {status: 200},
	"POST /api/files":                {status: 201, body: pixel, header: []string{"Content-Type", formType}},
	"GET /api/files/{file}":          {status: 200, own: ownFile},

	"GET /api/me":                       {status: 200},
	"PATCH /api/me":                     {status: 200, body: object{"name": "New Name"}},
	"PUT /api/me/password":              {status: 204, spends: true, body: object{"current": apptest.Password.Reveal(), "new": otherPassword}},
	"GET /api/me/settings":              {status: 200},
	"PATCH /api/me/settings":            {status: 200, body: object{"theme": "dark"}},
	"GET /api/me/sessions":              {status: 200},
	"DELETE /api/me/sessions/{session}": {status: 204, own: ownSession},
	"GET /api/me/keys":                  {status: 200},
	"POST /api/me/keys":                 {status: 200, body: object{"name": "laptop"}},
	"DELETE /api/me/keys/{key}":         {status: 204, own: ownKey},
	"DELETE /api/session":               {status: 204, spends: true},

	"GET /api/settings":            {status: 200},
	"PATCH /api/settings":          {status: 200, body: object{"registration": true}},
	"GET /api/providers":           {status: 200},
	"POST /api/providers":          {status: 200, own: noTour, body: object{"name": "Tour", "kind": "demo"}},
	"DELETE /api/providers/{name}": {status: 204, own: uiProvider},
	"POST /api/providers/detect":   {status: 200, body: object{"key": "sk-ant-api03-0123456789"}},
	"POST /api/providers/test":     {status: 200, body: object{"kind": "demo"}},
	"GET /api/providers/local":     {status: 200},

	"GET /api/boot":         {status: 200},
	"POST /api/session":     {status: 401, body: object{"email": "no@example.com", "password": "wrong"}},
	"POST /api/users":       {status: 422, body: object{"email": "nobody", "password": otherPassword}},
	"GET /api/setup":        {status: 200, query: "?token=x"},
	"POST /api/setup":       {status: 403, body: object{"token": "x", "email": "x@example.com", "password": otherPassword}},
	"GET /healthz":          {status: 200},
	"GET /readyz":           {status: 200},
	"GET /api/openapi.json": {status: 200},
	"GET /api/docs":         {status: 200},
	"GET /metrics":          {status: 200},
	" /":                    {}, // a page, or word that the pages are not built

	"GET /api/realtime/ws":           {},
	"GET /api/realtime/sse":          {},
	"POST /api/realtime/http_stream": {body: "x"},
	"POST /api/realtime/emulation":   {body: "x"},
}

func fixed(name, value string) func(*testing.T, *apptest.World, *apptest.Person) things {
	return func(*testing.T, *apptest.World, *apptest.Person) things { return things{name: value} }
}

func ownChat(t *testing.T, _ *apptest.World, owner *apptest.Person) things {
	t.Helper()
	c := owner.Program()
	a := c.Say(t, "mine")
	c.Finish(t, a)
	return things{"chat": string(a.Chat), "turn": string(a.Turn), "message": string(a.Messages.Reply)}
}

func ownDeletedChat(t *testing.T, w *apptest.World, owner *apptest.Person) things {
	t.Helper()
	own := ownChat(t, w, owner)
	owner.Program().Want(t, 204, "DELETE", "/api/chats/"+own["chat"], nil)
	return own
}

func ownDeletedMessage(t *testing.T, w *apptest.World, owner *apptest.Person) things {
	t.Helper()
	own := ownChat(t, w, owner)
	owner.Program().Want(t, 204, "DELETE", "/api/chats/"+own["chat"]+"/messages/"+own["message"], nil)
	return own
}

func ownFile(t *testing.T, _ *apptest.World, owner *apptest.Person) things {
	t.Helper()
	var made struct{ ID string }
	owner.Program().Want(t, 201, "POST", "/api/files", pixel, "Content-Type", formType).Read(t, &made)
	return things{"file": made.ID}
}

func ownSession(t *testing.T, w *apptest.World, owner *apptest.Person) things {
	t.Helper()
	session, _, err := w.App.Identity.StartSession(t.Context(), owner.User, true)
	if err != nil {
		t.Fatal(err)
	}
	return things{"session": string(session.ID)}
}

func ownKey(t *testing.T, w *apptest.World, owner *apptest.Person) things {
	t.Helper()
	key, _, err := w.App.Identity.CreateKey(t.Context(), owner.ID, "phone")
	if err != nil {
		t.Fatal(err)
	}
	return things{"key": string(key.ID)}
}

func noTour(t *testing.T, w *apptest.World, _ *apptest.Person) things {
	t.Helper()
	w.Admin.Program().Do(t, "DELETE", "/api/providers/Tour", nil)
	return nil
}

func uiProvider(t *testing.T, w *apptest.World, _ *apptest.Person) things {
	t.Helper()
	name := "p" + id.New()[24:]
	w.Admin.Program().Want(t, 200, "POST", "/api/providers", object{"name": name, "kind": "demo"})
	return things{"name": name}
}

func (e exchange) address(path string, own things) string {
	for name, value := range own {
		path = strings.ReplaceAll(path, "{"+name+"}", value)
	}
	return path + e.query
}

// missing is own with ids that nothing has.
func (own things) missing() things {
	m := maps.Clone(own)
	for name := range m {
		m[name] = id.New()
	}
	return m
}

// caller is one kind of caller, by one way of signing in.
type caller struct {
	kind   string
	way    string
	client *apptest.Client
}

func (c caller) String() string { return c.kind + " by " + c.way }

func waysOf(kind string, p *apptest.Person) []caller {
	return []caller{{kind, "key", p.Program()}, {kind, "cookie", p.Browser()}}
}

// wanted is what a kind of caller is answered on a route with this guard;
// 0 is any answer that does not refuse.
func wanted(guard, kind, way string, e exchange) int {
	if guard == "public" {
		if kind == "disabled" && way == "key" {
			return http.StatusUnauthorized // a program is told that its key is no good
		}
		return e.status
	}
	if guard == "this machine, or the metrics token" {
		if way == "key" {
			return http.StatusUnauthorized // no API key is the token
		}
		return e.status
	}
	owned := strings.HasPrefix(guard, "owner of ")
	switch {
	case kind == "anonymous", kind == "disabled":
		return http.StatusUnauthorized
	case guard == "admin" && kind != "admin":
		return http.StatusForbidden
	case owned && kind != "owner":
		return http.StatusNotFound
	}
	return e.status
}

func TestEveryRouteForEveryCaller(t *testing.T) {
	t.Parallel()
	apptest.Each(t, apptest.Options{}, func(t *testing.T, w *apptest.World) {
		bob, gone := w.Join("bob@example.com", false), w.Join("gone@example.com", false)
		if err := w.App.Identity.SetDisabled(t.Context(), gone.ID, true); err != nil {
			t.Fatal(err)
		}
		left := maps.Clone(exchanges)
		for _, route := range w.App.Routes() {
			name := route.Method + " " + route.Path
			e, known := exchanges[name]
			if !known {
				t.Errorf("route %q is not in the matrix: say who may call it", name)
				continue
			}
			delete(left, name)
			t.Run(strings.ReplaceAll(name, "/", "."), func(t *testing.T) {
				m := matrix{t: t, w: w, e: e, guard: route.Guard, method: route.Method, path: route.Path}
				if e.spends {
					m.spend()
					return
				}
				m.refuse(slices.Concat([]caller{{"anonymous", "nothing", w.Nobody()}}, waysOf("disabled", gone),
					waysOf("other", bob), waysOf("admin", w.Admin)), w.Alice)
				for _, c := range waysOf("owner", w.Alice) {
					m.call(c, m.make(w.Alice))
				}
			})
		}
		for name := range left {
			t.Errorf("%q is in the matrix and no route", name)
		}
	})
}

// matrix is the row of one route.
type matrix struct {
	t                   *testing.T
	w                   *apptest.World
	e                   exchange
	guard, method, path string
}

func (m matrix) make(owner *apptest.Person) things {
	m.t.Helper()
	if m.e.own == nil {
		return nil
	}
	return m.e.own(m.t, m.w, owner)
}

func (m matrix) send(c caller, own things) apptest.Answer {
	m.t.Helper()
	method := m.method
	if method == "" {
		method = http.MethodGet
	}
	return c.client.Do(m.t, method, m.e.address(m.path, own), m.e.body, m.e.header...)
}

func (m matrix) call(c caller, own things) {
	m.t.Helper()
	want := wanted(m.guard, c.kind, c.way, m.e)
	got := m.send(c, own)
	if want == 0 {
		if slices.Contains([]int{401, 403, 404}, got.Status) {
			m.t.Errorf("%s was refused with %d: %s", c, got.Status, got.Body)
		}
		return
	}
	if got.Status != want {
		m.t.Errorf("%s was answered %d instead of %d: %s", c, got.Status, want, got.Body)
	}
	if got.Status >= 400 && got.Header.Get("Content-Type") != "application/problem+json" {
		m.t.Errorf("%s was answered %d as %s", c, got.Status, got.Header.Get("Content-Type"))
	}
}

// refuse has everyone but the owner call, all on one set of things, which the
// owner then finds as they were.
func (m matrix) refuse(callers []caller, owner *apptest.Person) {
	m.t.Helper()
	own := m.make(owner)
	owned := strings.HasPrefix(m.guard, "owner of ")
	for _, c := range callers {
		if !owned && wanted(m.guard, c.kind, c.way, m.e) == m.e.status {
			m.call(c, m.make(owner))
			continue
		}
		m.call(c, own)
		if owned && !m.e.makes && c.kind != "anonymous" && c.kind != "disabled" {
			m.indistinguishable(c, own)
		}
	}
	if owned {
		m.call(caller{"owner", "key", owner.Program()}, own)
	}
}

// indistinguishable compares what is someone else's with what does not exist.
func (m matrix) indistinguishable(c caller, own things) {
	m.t.Helper()
	theirs, none := m.send(c, own), m.send(c, own.missing())
	if a, b := stable(theirs), stable(none); a != b {
		m.t.Errorf("%s can tell someone else's thing from a missing one:\n%s\n%s", c, a, b)
	}
}

// stable is an answer without what is different in every answer.
func stable(a apptest.Answer) string {
	var body map[string]any
	if json.Unmarshal(a.Body, &body) == nil {
		delete(body, "requestId")
	}
	header := a.Header.Clone()
	header.Del("Date")
	header.Del("X-Request-Id")
	var b bytes.Buffer
	_ = header.Write(&b) // a buffer takes all
	return fmt.Sprint(a.Status, " ", body, " ", b.String())
}

// spend has callers call who are used up by it.
func (m matrix) spend() {
	m.t.Helper()
	m.call(caller{"anonymous", "nothing", m.w.Nobody()}, nil)
	for _, way := range []int{0, 1} {
		p := m.w.Join(strings.ToLower(id.New())+"@example.com", false)
		m.call(waysOf("owner", p)[way], nil)
		p = m.w.Join(strings.ToLower(id.New())+"@example.com", false)
		if err := m.w.App.Identity.SetDisabled(m.t.Context(), p.ID, true); err != nil {
			m.t.Fatal(err)
		}
		m.call(waysOf("disabled", p)[way], nil)
	}
}

// A child that is named below a parent has to be that parent's.
func TestChildOfAnotherParent(t *testing.T) {
	t.Parallel()
	w := apptest.Start(t, apptest.Options{})
	bob := w.Join("bob@example.com", false)
	mine, alsoMine, theirs := ownChat(t, w, w.Alice), ownChat(t, w, w.Alice), ownChat(t, w, bob)
	c := w.Alice.Program()
	for name, child := range map[string]things{"own other chat": alsoMine, "someone else's chat": theirs} {
		path := "/api/chats/" + mine["chat"] + "/messages/" + child["message"]
		c.Want(t, 404, "DELETE", path, nil)
		c.Want(t, 404, "DELETE", path+"?branch=true", nil)
		c.Want(t, 404, "POST", path+"/restore", nil)
		c.Want(t, 404, "PATCH", "/api/chats/"+mine["chat"], object{"leaf": child["message"]})
		for _, field := range []string{"parent", "edits", "regenerate", "continue"} {
			body := object{"model": apptest.Plain, field: child["message"]}
			if field == "parent" || field == "edits" {
				body["text"] = "x"
			}
			if a := c.Do(t, "POST", "/api/chats/"+mine["chat"]+"/turns", body); a.Status != 404 {
				t.Errorf("%s: %s was answered %d: %s", name, field, a.Status, a.Body)
			}
		}
	}
}

func TestNothingIsServedBelowAPIByTheApp(t *testing.T) {
	t.Parallel()
	w := apptest.Start(t, apptest.Options{})
	for _, path := range []string{"/api", "/api/", "/api/nothing", "/api/chats/x/y/z", "/debug/pprof/", "/metrics", "/api/search/test"} {
		a := w.Alice.Browser().Do(t, "GET", path, nil)
		if a.Status == 200 && strings.HasPrefix(path, "/api") || strings.Contains(string(a.Body), "profile") {
			t.Errorf("GET %s was answered %d: %.100s", path, a.Status, a.Body)
		}
	}
}
