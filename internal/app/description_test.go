package app_test

import (
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"parley/internal/app/apptest"
	"parley/internal/kit/id"
)

// The web app's types are made from the description of the API, so what the
// server answers has to be as described: each field, each null, each word of a
// closed set.
func TestAnswersAreAsDescribed(t *testing.T) {
	t.Parallel()
	w := apptest.Start(t, apptest.Options{})
	d := describedAPI(t, w)
	for _, route := range w.App.Routes() {
		e := exchanges[route.Method+" "+route.Path]
		caller := w.Admin
		if e.spends {
			caller = w.Join(id.New()+"@example.com", false)
		}
		m := matrix{t: t, w: w, e: e, method: route.Method, path: route.Path}
		d.check(t, route.Method, route.Path, m.send(waysOf("owner", caller)[1], m.make(caller)))
	}
}

// Messages have the most forms.
func TestMessagesAreAsDescribed(t *testing.T) {
	t.Parallel()
	w := apptest.Start(t, apptest.Options{})
	d := describedAPI(t, w)
	c := w.Alice.Program()
	for _, script := range []string{
		"reasoning-5+tokens-20", "call-calculator+tokens-5", "call-nothing+tokens-5", "tokens-3+length", "tokens-10+close", "status-429-60", "status-500", "tokens-0",
	} {
		a := c.Send(t, id.New(), object{"text": "script:" + script})
		c.Finish(t, a)
		if got := c.Send(t, string(a.Chat), object{"regenerate": a.Messages.Reply}); got.Messages.User != a.Messages.User {
			t.Errorf("an answer to %s instead of %s is written again", got.Messages.User, a.Messages.User)
		} else {
			c.Finish(t, got)
		}
		for path, route := range map[string]string{
			"/api/chats/" + string(a.Chat):               "/api/chats/{chat}",
			"/api/chats/" + string(a.Chat) + "/messages": "/api/chats/{chat}/messages",
			"/api/turns/" + string(a.Turn):               "/api/turns/{turn}",
		} {
			d.check(t, "GET", route, c.Want(t, 200, "GET", path, nil))
		}
	}
}

// description is the API as it is described.
type description struct {
	Paths map[string]map[string]struct {
		Responses map[string]struct {
			Content map[string]struct{ Schema schema }
		}
	}
	Components struct{ Schemas map[string]schema }
}

type schema struct {
	Ref                  string `json:"$ref"`
	Type                 any
	Enum                 []any
	Required             []string
	Properties           map[string]schema
	Items                *schema
	OneOf                []schema
	AdditionalProperties any
}

func describedAPI(t *testing.T, w *apptest.World) description {
	t.Helper()
	var d description
	w.Nobody().Want(t, 200, "GET", "/api/openapi.json", nil).Read(t, &d)
	return d
}

func (d description) check(t *testing.T, method, path string, a apptest.Answer) {
	t.Helper()
	responses := d.Paths[path][strings.ToLower(method)].Responses
	described, ok := responses[strconv.Itoa(a.Status)]
	if !ok {
		described = responses["default"]
	}
	kind := a.Header.Get("Content-Type")
	content, ok := described.Content[kind]
	switch {
	case ok:
	case strings.HasSuffix(kind, "json") && len(described.Content) > 0:
		t.Errorf("%s %s answers %d as %s, which is not described", method, path, a.Status, kind)
		return
	default: // no JSON, or a route that has a format of its own
		if len(described.Content) > 0 && a.Status < http.StatusBadRequest {
			t.Errorf("%s %s answers %d as %q", method, path, a.Status, kind)
		}
		return
	}
	var body any
	a.Read(t, &body)
	for _, wrong := range d.differences("", content.Schema, body) {
		t.Errorf("%s %s answers %s\n%s", method, path, wrong, a.Body)
	}
}

// differences says where a value is not as its schema says.
func (d description) differences(at string, s schema, value any) []string {
	if name, ok := strings.CutPrefix(s.Ref, "#/components/schemas/"); ok {
		return d.differences(at, d.Components.Schemas[name], value)
	}
	if len(s.OneOf) > 0 {
		if slices.ContainsFunc(s.OneOf, func(one schema) bool { return len(d.differences(at, one, value)) == 0 }) {
			return nil
		}
		return []string{fmt.Sprintf("%s: %v is none of the choices", at, value)}
	}
	if s.Type == nil {
		return nil
	}
	types, ok := s.Type.([]any)
	if !ok {
		types = []any{s.Type}
	}
	if !slices.ContainsFunc(types, func(name any) bool { return isOf(name, value) }) {
		return []string{fmt.Sprintf("%s: %v is no %v", at, value, types)}
	}
	if len(s.Enum) > 0 && value != nil && !slices.ContainsFunc(s.Enum, func(one any) bool { return reflect.DeepEqual(one, value) }) {
		return []string{fmt.Sprintf("%s: %v is none of %v", at, value, s.Enum)}
	}
	var wrong []string
	switch v := value.(type) {
	case []any:
		for i, item := range v {
			wrong = append(wrong, d.differences(fmt.Sprintf("%s[%d]", at, i), *s.Items, item)...)
		}
	case object:
		for _, name := range s.Required {
			if _, there := v[name]; !there {
				wrong = append(wrong, at+"."+name+": is missing")
			}
		}
		for name, item := range v {
			property, known := s.Properties[name]
			if !known && s.AdditionalProperties == false {
				wrong = append(wrong, at+"."+name+": is not described")
			}
			wrong = append(wrong, d.differences(at+"."+name, property, item)...)
		}
	}
	return wrong
}

func isOf(name, value any) bool {
	switch v := value.(type) {
	case nil:
		return name == "null"
	case bool:
		return name == "boolean"
	case string:
		return name == "string"
	case float64:
		return name == "number" || name == "integer" && v == float64(int64(v))
	case []any:
		return name == "array"
	case object:
		return name == "object"
	}
	return false
}
