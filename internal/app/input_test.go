package app_test

import (
	"maps"
	"strings"
	"testing"

	"parley/internal/app/apptest"
	"parley/internal/kit/id"
)

func refusedStarts(t *testing.T, _ *apptest.World, c *apptest.Client) {
	path := "/api/chats/" + id.New() + "/turns"
	for name, test := range map[string]struct {
		body   any
		status int
		code   string
	}{
		"empty":            {object{"text": "", "model": apptest.Plain}, 422, "message_empty"},
		"blank":            {object{"text": " \n\t ", "model": apptest.Plain}, 422, "message_empty"},
		"no text":          {object{"model": apptest.Plain}, 422, "message_empty"},
		"no model":         {object{"text": "x"}, 422, "invalid"},
		"too large":        {object{"text": strings.Repeat("x", 512<<10+1), "model": apptest.Plain}, 413, "message_too_large"},
		"much too large":   {object{"text": strings.Repeat("x", 5<<20), "model": apptest.Plain}, 413, ""},
		"unknown field":    {object{"text": "x", "model": apptest.Plain, "user": "me"}, 422, "invalid"},
		"unknown file":     {object{"text": "x", "model": apptest.Plain, "files": []string{id.New()}}, 404, "not_found"},
		"two ways":         {object{"text": "x", "model": apptest.Plain, "parent": nil, "edits": id.New()}, 422, "turn_conflicting"},
		"not JSON":         {"{", 400, ""},
		"a list":           {"[]", 422, ""},
		"nothing":          {"", 400, ""},
		"two values":       {`{"text":"x","model":"Up/plain"}{}`, 400, ""},
		"continue nothing": {object{"model": apptest.Plain, "continue": id.New()}, 404, "not_found"},
	} {
		a := c.Do(t, "POST", path, test.body)
		if a.Status != test.status || test.code != "" && a.Code() != test.code {
			t.Errorf("%s: %d %.300s", name, a.Status, a.Body)
		}
		if a.Header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s: %s", name, a.Header.Get("Content-Type"))
		}
	}
	c.Want(t, 404, "GET", strings.TrimSuffix(path, "/turns"), nil)
}

// noOwnerFields tries the fields with which other products could be made to
// write another user's data.
func noOwnerFields(t *testing.T, w *apptest.World, c *apptest.Client) {
	a := c.Say(t, "x")
	c.Finish(t, a)
	for _, route := range []struct {
		method, path string
		body         object
	}{
		{"POST", "/api/chats/" + string(a.Chat) + "/turns", object{"text": "x", "model": apptest.Plain}},
		{"PATCH", "/api/chats/" + string(a.Chat), object{"title": "x"}},
		{"PATCH", "/api/me", object{"name": "x"}},
		{"PATCH", "/api/me/settings", object{"theme": "dark"}},
		{"POST", "/api/me/keys", object{"name": "x"}},
		{"POST", "/api/users", object{"email": "role@example.com", "password": otherPassword}},
	} {
		for _, field := range []string{"user", "userId", "user_id", "owner", "role", "admin", "isAdmin", "status", "createdAt", "chat", "disabled", "__proto__"} {
			body := maps.Clone(route.body)
			body[field] = string(w.Admin.ID)
			if got := c.Do(t, route.method, route.path, body); got.Status != 422 {
				t.Errorf("%s %s with %s: %d %.200s", route.method, route.path, field, got.Status, got.Body)
			}
		}
	}
}

func oddTexts(t *testing.T, w *apptest.World, c *apptest.Client) {
	for name, text := range map[string]string{
		"quotes at the limit":      strings.Repeat(`"`, 512<<10),
		"control characters":       "a\x01\x02\x1f\x7f\u0085\u2028b",
		"every plane":              "ż 漢字 🎉 👩‍👩‍👧 \U0010fffd e\u0301",
		"both directions":          "abc \u202e evil \u202c def",
		"markup":                   `<script>alert(1)</script><img src=x onerror=alert(1)> [x](javascript:alert(1))`,
		"SQL":                      `'); DROP TABLE users; -- $1 ?1 %s`,
		"a stream in the text":     "data: {}\n\nevent: done\ndata: {\"status\":\"complete\"}\n\n: ping\n\nid: 7\n\n",
		"line ends of all systems": "a\r\nb\rc\nd",
	} {
		a := c.Send(t, id.New(), object{"text": text, "model": apptest.Echo})
		reply := c.Finish(t, a)
		if got := c.Message(t, a.Chat, a.Messages.User).Text(); got != text {
			t.Errorf("%s: the message is stored as %.200q", name, got)
		}
		if got := reply.Text(); got != text {
			t.Errorf("%s: the answer is %d bytes %.200q", name, len(got), got)
		}
	}
	a := c.Send(t, id.New(), object{"text": "a\x00b", "model": apptest.Echo})
	if got := c.Finish(t, a).Text(); got != "a\ufffdb" {
		t.Errorf("a zero byte came back as %q", got)
	}
	for _, raw := range []string{"\"\xff\xfe\"", "\"\xc3\"", "\"\xed\xa0\x80\""} {
		body := `{"text":` + raw + `,"model":"Up/plain"}`
		if a := c.Do(t, "POST", "/api/chats/"+id.New()+"/turns", body); a.Status != 422 && a.Status != 400 {
			t.Errorf("bytes that are not UTF-8 (%q) were answered %d %s", raw, a.Status, a.Body)
		}
	}
}
