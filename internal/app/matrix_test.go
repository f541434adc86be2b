package app_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"parley/internal/app"
	"parley/internal/app/apptest"
	"parley/internal/kit/id"
)

// things are what the matrix's owner has: their ids by path parameter.
type things map[string]string

// exchange is a good request for one route.
type exchange struct {
	// query follows the path.
	query string
	// body is what is sent; a func(things) any makes it of what is owned.
	body any
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
	"GET /v1/models":                                    {status: 200},
	"GET /v1/models/{model...}":                         {status: 200, own: aModel},
	"POST /v1/chat/completions":                         {status: 400, body: object{"model": "none", "messages": []object{}}},
	"POST /v1/responses":                                {status: 400, body: object{"model": "none", "input": []object{}}},
	"GET /api/chats":                                    {status: 200},
	"GET /api/chats/{chat}":                             {status: 200, own: ownChat},
	"PATCH /api/chats/{chat}":                           {status: 200, own: ownChat, body: object{"title": "Renamed"}},
	"DELETE /api/chats/{chat}":                          {status: 204, own: ownChat},
	"POST /api/chats/{chat}/restore":                    {status: 200, own: ownDeletedChat},
	"POST /api/chats/{chat}/seen":                       {status: 204, own: ownChat},
	"GET /api/chats/{chat}/messages":                    {status: 200, own: ownChat},
	"POST /api/chats/{chat}/turns":                      {status: 202, own: ownChat, makes: true, body: object{"text": "again", "model": apptest.Plain}},
	"GET /api/turns/{turn}":                             {status: 200, own: ownChat},
	"GET /api/turns/{turn}/events":                      {status: 200, own: ownChat},
	"POST /api/turns/{turn}/stop":                       {status: 202, own: ownChat},
	"POST /api/turns/{turn}/approvals":                  {status: 409, own: ownChat, body: object{"call": "c", "decision": "always"}},
	"DELETE /api/chats/{chat}/messages/{message}":       {status: 204, own: ownChat},
	"POST /api/chats/{chat}/messages/{message}/restore": {status: 200, own: ownDeletedMessage},

	"GET /api/tools":                  {status: 200},
	"PUT /api/tools/{tool}/approval":  {status: 200, own: fixed("tool", "fetch_page"), body: object{"approval": "never"}},
	"GET /api/models":                 {status: 200},
	"GET /api/models/parameters":      {status: 200, query: "?model=" + url.QueryEscape(apptest.Plain)},
	"GET /api/models/overrides":       {status: 200},
	"PUT /api/models/overrides":       {status: 200, body: object{"model": "a/b", "override": object{"context": 1000}}},
	"GET /api/models/specs":           {status: 200},
	"POST /api/models/specs":          {status: 200, body: object{"label": "House", "model": apptest.Plain}},
	"PUT /api/models/specs/{name}":    {status: 200, own: ownSpec, body: object{"label": "House", "model": apptest.Plain}},
	"DELETE /api/models/specs/{name}": {status: 204, own: ownSpec},
	"PUT /api/models/arrangement":     {status: 200, body: object{"hidden": []string{}, "order": []string{}}},
	"POST /api/files":                 {status: 201, body: pixel, header: []string{"Content-Type", formType}},
	"GET /api/files/{file}":           {status: 200, own: ownFile},

	"GET /api/me":                             {status: 200},
	"PATCH /api/me":                           {status: 200, body: object{"name": "New Name"}},
	"PUT /api/me/password":                    {status: 204, spends: true, body: object{"current": apptest.Password.Reveal(), "new": otherPassword}},
	"GET /api/me/export":                      {status: 200},
	"POST /api/me/erase":                      {status: 204, spends: true, body: object{"password": apptest.Password.Reveal()}},
	"GET /api/me/settings":                    {status: 200},
	"PATCH /api/me/settings":                  {status: 200, body: object{"theme": "dark"}},
	"GET /api/me/sessions":                    {status: 200},
	"DELETE /api/me/sessions/{session}":       {status: 204, own: ownSession},
	"GET /api/me/provider-keys":               {status: 200},
	"DELETE /api/me/provider-keys":            {status: 204},
	"PUT /api/me/provider-keys/{provider}":    {status: 200, own: fixed("provider", "Theirs"), body: object{"key": "sk-mine"}},
	"DELETE /api/me/provider-keys/{provider}": {status: 204, own: fixed("provider", "Theirs")},
	"GET /api/me/models":                      {status: 200},
	"PUT /api/me/models":                      {status: 200, body: object{"pinned": []string{"demo/tour"}, "hidden": []string{}, "order": []string{}}},
	"GET /api/me/keys":                        {status: 200},
	"POST /api/me/keys":                       {status: 200, body: object{"name": "laptop"}},
	"DELETE /api/me/keys/{key}":               {status: 204, own: ownKey},
	"DELETE /api/session":                     {status: 204, spends: true},

	"GET /api/presets":                   {status: 200},
	"POST /api/presets":                  {status: 200, body: object{"name": "Mine", "model": apptest.Plain}},
	"PUT /api/presets/order":             {status: 200, body: object{"ids": []string{}}},
	"PUT /api/presets/default":           {status: 204, body: object{"preset": ""}},
	"GET /api/presets/export":            {status: 200},
	"POST /api/presets/import":           {status: 200, body: object{"presets": []object{{"title": "Old", "endpoint": "Up", "model": "plain"}}}},
	"GET /api/presets/{preset}":          {status: 200, own: ownPreset},
	"PATCH /api/presets/{preset}":        {status: 200, own: ownPreset, body: object{"name": "Another"}},
	"DELETE /api/presets/{preset}":       {status: 204, own: ownPreset},
	"POST /api/presets/{preset}/restore": {status: 200, own: ownDeletedPreset},
	"POST /api/presets/{preset}/copy":    {status: 200, own: ownPreset, body: object{"name": "Copy"}},
	"GET /api/presets/{preset}/grants":   {status: 200, own: ownPreset},
	"PUT /api/presets/{preset}/grants":   {status: 200, own: ownPreset, body: object{"items": []object{}}},
	"GET /api/chats/{chat}/preset":       {status: 200, own: ownChat},
	"PUT /api/chats/{chat}/preset":       {status: 200, own: ownChatAndPreset, body: usePreset},
	"DELETE /api/chats/{chat}/preset":    {status: 204, own: ownChat},

	"GET /api/people":                           {status: 200, query: "?q=al"},
	"GET /api/accounts":                         {status: 200},
	"POST /api/accounts":                        {status: 200, body: newAccount},
	"PATCH /api/accounts/{user}":                {status: 200, own: anAccount, body: object{"disabled": true}},
	"POST /api/accounts/{user}/password":        {status: 200, own: anAccount},
	"DELETE /api/accounts/{user}":               {status: 204, own: anAccount},
	"GET /api/groups":                           {status: 200},
	"POST /api/groups":                          {status: 200, body: newGroup},
	"PATCH /api/groups/{group}":                 {status: 200, own: ownGroup, body: object{"description": "All of us"}},
	"DELETE /api/groups/{group}":                {status: 204, own: ownGroup},
	"GET /api/groups/{group}/members":           {status: 200, own: ownGroup},
	"PUT /api/groups/{group}/members/{user}":    {status: 204, own: ownGroup},
	"DELETE /api/groups/{group}/members/{user}": {status: 204, own: ownGroup},

	"GET /api/settings":               {status: 200},
	"DELETE /api/settings/{name}":     {status: 200, own: fixed("name", "sessionDays")},
	"PATCH /api/settings":             {status: 200, body: object{"registration": true}},
	"GET /api/providers":              {status: 200},
	"POST /api/providers":             {status: 200, own: noTour, body: object{"name": "Tour", "kind": "demo"}},
	"DELETE /api/providers/{name}":    {status: 204, own: uiProvider},
	"POST /api/providers/detect":      {status: 200, body: object{"key": "sk-ant-api03-0123456789"}},
	"POST /api/providers/test":        {status: 200, body: object{"kind": "demo"}},
	"PATCH /api/providers/{name}":     {status: 200, own: uiProvider, body: object{"options": object{"fallback": []string{apptest.Plain}}}},
	"POST /api/providers/{name}/test": {status: 200, own: uiProvider},
	"GET /api/providers/local":        {status: 200},

	"GET /api/usage":               {status: 200},
	"GET /api/usage/csv":           {status: 200},
	"GET /api/usage/limits":        {status: 200},
	"GET /api/usage/chats/{chat}":  {status: 200, own: ownChat},
	"GET /api/usage/all":           {status: 200},
	"GET /api/usage/all/csv":       {status: 200},
	"GET /api/usage/budgets":       {status: 200},
	"GET /api/usage/people/{user}": {status: 200, own: ownUser},
	"POST /api/usage/budgets": {status: 200, own: noBudgets, body: object{
		"scope": "all", "unit": "tokens", "period": "day", "amount": 1e12, "hard": true,
	}},
	"PATCH /api/usage/budgets/{budget}":       {status: 200, own: aBudget, body: object{"amount": 2e12}},
	"DELETE /api/usage/budgets/{budget}":      {status: 204, own: aBudget},
	"POST /api/usage/budgets/{budget}/grants": {status: 204, own: aBudget, body: object{"amount": 1}},

	"GET /api/config":                            {status: 200},
	"GET /api/config/status":                     {status: 200},
	"GET /api/config/export":                     {status: 200},
	"GET /api/config/history":                    {status: 200},
	"POST /api/config/history/{change}/rollback": {status: 204, own: settingChange},

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

func ownPreset(t *testing.T, _ *apptest.World, owner *apptest.Person) things {
	t.Helper()
	var made struct{ ID string }
	owner.Program().Want(t, 200, "POST", "/api/presets", object{"name": "Mine", "model": apptest.Plain}).Read(t, &made)
	return things{"preset": made.ID}
}

func ownDeletedPreset(t *testing.T, w *apptest.World, owner *apptest.Person) things {
	t.Helper()
	own := ownPreset(t, w, owner)
	owner.Program().Want(t, 204, "DELETE", "/api/presets/"+own["preset"], nil)
	return own
}

func ownChatAndPreset(t *testing.T, w *apptest.World, owner *apptest.Person) things {
	t.Helper()
	own := ownChat(t, w, owner)
	maps.Copy(own, ownPreset(t, w, owner))
	return own
}

func usePreset(own things) any { return object{"preset": own["preset"]} }

func newGroup(things) any { return object{"name": "G" + id.New()} }

func ownGroup(t *testing.T, w *apptest.World, _ *apptest.Person) things {
	t.Helper()
	var made struct{ ID string }
	w.Admin.Program().Want(t, 200, "POST", "/api/groups", newGroup(nil)).Read(t, &made)
	return things{"group": made.ID, "user": string(w.Alice.ID)}
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

func settingChange(t *testing.T, w *apptest.World, _ *apptest.Person) things {
	t.Helper()
	for _, days := range []int{5, 6} {
		w.Admin.Program().Want(t, 200, "PATCH", "/api/settings", object{"sessionDays": days})
	}
	changes, err := w.App.Settings.Changes(t.Context(), "", 1)
	if err != nil || len(changes) != 1 {
		t.Fatalf("changes %v, %v", changes, err)
	}
	return things{"change": changes[0].ID}
}

func ownSpec(t *testing.T, w *apptest.World, _ *apptest.Person) things {
	t.Helper()
	var made struct{ Name string }
	w.Admin.Program().Want(t, 200, "POST", "/api/models/specs", object{"label": "House", "model": apptest.Plain}).Read(t, &made)
	return things{"name": made.Name}
}

func newAccount(things) any { return object{"email": id.New() + "@example.com"} }

func anAccount(t *testing.T, w *apptest.World, _ *apptest.Person) things {
	t.Helper()
	var made struct{ Account struct{ ID string } }
	w.Admin.Program().Want(t, 200, "POST", "/api/accounts", newAccount(nil)).Read(t, &made)
	return things{"user": made.Account.ID}
}

func aModel(t *testing.T, w *apptest.World, _ *apptest.Person) things {
	t.Helper()
	var list struct{ Data []struct{ ID string } }
	w.Admin.Program().Want(t, 200, "GET", "/v1/models", nil).Read(t, &list)
	return things{"model...": list.Data[0].ID}
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

func ownUser(_ *testing.T, _ *apptest.World, owner *apptest.Person) things {
	return things{"user": string(owner.ID)}
}

// noBudgets deletes all budgets, so that one can be made.
func noBudgets(t *testing.T, w *apptest.World, _ *apptest.Person) things {
	t.Helper()
	var all struct{ Items []struct{ ID string } }
	c := w.Admin.Program()
	c.Want(t, 200, "GET", "/api/usage/budgets", nil).Read(t, &all)
	for _, b := range all.Items {
		c.Want(t, 204, "DELETE", "/api/usage/budgets/"+b.ID, nil)
	}
	return nil
}

func aBudget(t *testing.T, w *apptest.World, owner *apptest.Person) things {
	t.Helper()
	noBudgets(t, w, owner)
	var made struct{ ID string }
	w.Admin.Program().Want(t, 200, "POST", "/api/usage/budgets", object{
		"scope": "all", "unit": "tokens", "period": "day", "amount": 1e12, "hard": true,
	}).Read(t, &made)
	return things{"budget": made.ID}
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
	if guard == "signed in, refused by the protocol" { // see TestSignedOutConnections
		if kind == "disabled" && way == "key" {
			return http.StatusUnauthorized
		}
		return e.status
	}
	if guard == "this machine, or the metrics token" {
		if way == "key" {
			return http.StatusUnauthorized // no API key is the token
		}
		return e.status
	}
	owned := isOwned(guard)
	switch {
	case kind == "anonymous", kind == "disabled":
		return http.StatusUnauthorized
	case kind == "editor", kind == "viewer":
		return shared(guard, kind, e)
	case guard == "admin" && kind != "admin":
		return http.StatusForbidden
	case owned && kind != "owner":
		return http.StatusNotFound
	}
	return e.status
}

// isOwned reports whether a guard lets only those pass to whom a thing belongs,
// or with whom it was shared.
func isOwned(guard string) bool {
	return strings.HasPrefix(guard, "owner of ") || strings.HasPrefix(guard, "may ")
}

// shared is what those are answered with whom a thing was shared.
func shared(guard, kind string, e exchange) int {
	switch {
	case strings.HasPrefix(guard, "may view "), strings.HasPrefix(guard, "may edit ") && kind == "editor":
		return e.status
	case strings.HasPrefix(guard, "may edit "):
		return http.StatusForbidden
	}
	return http.StatusNotFound
}

// Whoever was given a right to a preset has this right and no other; whoever
// lost it finds nothing again.
func TestSharedThings(t *testing.T) {
	t.Parallel()
	apptest.Each(t, apptest.Options{}, func(t *testing.T, w *apptest.World) {
		viewer, editor, member := w.Join("viewer@example.com", false), w.Join("editor@example.com", false), w.Join("member@example.com", false)
		group := ownGroup(t, w, w.Alice)["group"]
		w.Admin.Program().Want(t, 204, "PUT", "/api/groups/"+group+"/members/"+string(member.ID), nil)
		w.Admin.Program().Want(t, 204, "PUT", "/api/groups/"+group+"/members/"+string(w.Alice.ID), nil)
		share := func(own things, items ...object) {
			w.Alice.Program().Want(t, 200, "PUT", "/api/presets/"+own["preset"]+"/grants", object{"items": append([]object{}, items...)})
		}
		for _, route := range w.App.Routes() {
			name := route.Method + " " + route.Path
			if !strings.Contains(route.Path, "{preset}") {
				continue
			}
			m := matrix{t: t, w: w, e: exchanges[name], guard: route.Guard, method: route.Method, path: route.Path}
			own := m.make(w.Alice)
			if name == "POST /api/presets/{preset}/restore" { // a deleted preset is nobody else's
				continue
			}
			m.refuse(waysOf("other", viewer), w.Alice)
			share(own, object{"to": "user", "id": viewer.ID, "right": "view"}, object{"to": "user", "id": editor.ID, "right": "edit"},
				object{"to": "group", "id": group, "right": "view"})
			for _, c := range slices.Concat(waysOf("viewer", viewer), waysOf("viewer", member), waysOf("editor", editor)) {
				m.call(c, own)
			}
			m.call(caller{"other", "key", w.Admin.Program()}, own)
			share(own, object{"to": "everyone", "right": "edit"})
			m.call(caller{"editor", "key", w.Admin.Program()}, own)
			share(own)
			for _, p := range []*apptest.Person{viewer, editor, member, w.Admin} {
				m.call(caller{"other", "key", p.Program()}, own)
			}
		}
	})
}

// askForKeys adds a provider that everyone brings a key of their own to.
func askForKeys(c *app.Config) {
	theirs := c.Endpoints.Custom[0]
	theirs.Name, theirs.APIKey = "Theirs", "user_provided"
	c.Endpoints.Custom = append(c.Endpoints.Custom, theirs)
}

func TestEveryRouteForEveryCaller(t *testing.T) {
	t.Parallel()
	apptest.Each(t, apptest.Options{Config: askForKeys}, func(t *testing.T, w *apptest.World) {
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
	body := m.e.body
	if of, ok := body.(func(things) any); ok {
		body = of(own)
	}
	return c.client.Do(m.t, method, m.e.address(m.path, own), body, m.e.header...)
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
	form := "application/problem+json"
	if strings.HasPrefix(m.path, "/v1/") {
		form = "application/json"
	}
	if got.Status >= 400 && got.Header.Get("Content-Type") != form {
		m.t.Errorf("%s was answered %d as %s", c, got.Status, got.Header.Get("Content-Type"))
	}
}

// refuse has everyone but the owner call, all on one set of things, which the
// owner then finds as they were.
func (m matrix) refuse(callers []caller, owner *apptest.Person) {
	m.t.Helper()
	own := m.make(owner)
	owned := isOwned(m.guard)
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
