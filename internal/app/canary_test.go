package app_test

import (
	"encoding/json"
	"strings"
	"testing"

	"parley/internal/app/apptest"
	"parley/internal/kit/id"
	"parley/internal/llm/llmtest/upstream"
)

// TestNothingPrivateIsLogged plants words in all that is private, takes them
// through good and bad ways, and searches the log of every level.
func TestNothingPrivateIsLogged(t *testing.T) {
	t.Parallel()
	const prompt, reply, argument, wrong, title = "CANARYPROMPT", "CANARYREPLY", "CANARYARGUMENT", "CANARYWRONG", "CANARYTITLE"
	apptest.Each(t, apptest.Options{Titles: true, Upstream: upstream.Options{
		Texts:     map[string]string{"reply": "it is " + reply + " indeed"},
		Arguments: map[string]string{"calculator": `{"expression":"` + argument + `"}`, "fetch_page": `{"url":"http://127.0.0.1:1/` + argument + `"}`},
	}}, func(t *testing.T, w *apptest.World) {
		c := w.Alice.Program()
		for _, script := range []string{
			"text-reply", "call-calculator+text-reply", "status-400", "status-500", "tokens-1+malformed", "tokens-1+close", "html", "call-none+text-reply",
		} {
			a := c.Say(t, "script:"+script+" "+prompt)
			c.Finish(t, a)
			c.Want(t, 200, "PATCH", "/api/chats/"+string(a.Chat), object{"title": title})
		}
		a := c.Say(t, "script:call-fetch_page+text-reply "+prompt)
		s := c.Follow(t, a.Turn, 0)
		var waiting struct {
			Value struct{ Call struct{ ID string } }
		}
		if err := json.Unmarshal([]byte(s.Until("part", "fetch_page").Data), &waiting); err != nil {
			t.Fatal(err)
		}
		s.Until("status", "waiting")
		c.Want(t, 202, "POST", "/api/turns/"+string(a.Turn)+"/approvals", object{"call": waiting.Value.Call.ID, "decision": "once"})
		c.Finish(t, a)

		nobody := w.Nobody()
		path := "/api/chats/" + id.New() + "/turns"
		for _, body := range []any{`{"text":"` + prompt, `{"text":{"` + prompt + `":1}}`, object{"text": prompt, prompt: 1}, object{"text": prompt, "model": "no/" + wrong}} {
			c.Do(t, "POST", path, body)
		}
		nobody.Do(t, "POST", "/api/session", object{"email": "alice@example.com", "password": wrong + "-password"})
		nobody.Do(t, "POST", "/api/session", object{"email": "alice@example.com", "password": apptest.Password.Reveal()})
		nobody.Do(t, "POST", "/api/setup", object{"token": wrong, "email": "x@example.com", "password": wrong + "-password"})
		nobody.Do(t, "GET", "/api/setup?token="+wrong, nil)
		nobody.Do(t, "GET", "/api/me", nil, "Authorization", "Bearer "+wrong)
		nobody.Do(t, "GET", "/api/me", nil, "Cookie", "parley_session="+wrong)
		w.Admin.Program().Do(t, "POST", "/api/providers", object{"name": "Bad", "kind": "custom", "baseUrl": "http://127.0.0.1:1/v1", "key": wrong})
		w.Admin.Program().Do(t, "POST", "/api/providers/test", object{"kind": "custom", "baseUrl": "http://127.0.0.1:1/v1", "key": wrong})
		w.Admin.Program().Do(t, "POST", "/api/providers/detect", object{"key": wrong})
		c.Do(t, "GET", "/api/chats?q="+prompt, nil)
		var made struct{ Key string }
		c.Want(t, 200, "POST", "/api/me/keys", object{"name": "n"}).Read(t, &made)
		if err := w.Stop(); err != nil {
			t.Error(err)
		}

		logs := w.Logs.String()
		if !strings.Contains(logs, `"level":"DEBUG"`) && !strings.Contains(logs, `"level":"INFO"`) || len(made.Key) < 20 {
			t.Fatal("nothing was logged, so nothing is shown")
		}
		for name, canary := range map[string]string{
			"prompt": prompt, "reply": reply, "tool argument": argument, "something wrong": wrong, "title": title, "made key": made.Key,
			"password": apptest.Password.Reveal(), "provider key": apptest.ProviderKey, "API key": w.Alice.Key, "session token": w.Alice.Token,
		} {
			for line := range strings.Lines(logs) {
				if strings.Contains(line, canary) {
					t.Errorf("the log holds a %s: %.600s", name, line)
					break
				}
			}
		}
	})
}
