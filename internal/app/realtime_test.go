package app_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"parley/internal/app/apptest"
	"parley/internal/kit/id"
)

func dial(t *testing.T, c *apptest.Client) *apptest.Socket {
	t.Helper()
	s, status := c.Dial(t)
	if s == nil {
		t.Fatalf("the socket was refused with %d", status)
	}
	return s
}

func TestSubscriptionsOfEveryCaller(t *testing.T) {
	t.Parallel()
	apptest.Each(t, apptest.Options{}, func(t *testing.T, w *apptest.World) {
		bob := w.Join("bob@example.com", false)
		own := ownChat(t, w, w.Alice)
		const notFound = 404
		chatOf, systemOf := "chat:"+own["chat"], "sys:"+string(w.Alice.ID)
		channels := map[string]struct{ owner, other int }{
			chatOf:                              {0, notFound},
			systemOf:                            {0, notFound},
			"chat:" + id.New():                  {notFound, notFound},
			"sys:" + id.New():                   {notFound, notFound},
			"sys:":                              {notFound, notFound},
			"chat:":                             {notFound, notFound},
			"chat:*":                            {notFound, notFound},
			"chat_" + own["chat"]:               {notFound, notFound},
			"turn:" + own["turn"]:               {notFound, notFound},
			"personal:#" + string(w.Alice.ID):   {notFound, notFound},
			"$chat:" + own["chat"]:              {notFound, notFound},
			" " + chatOf:                        {notFound, notFound},
			chatOf + " ":                        {notFound, notFound},
			"chat:" + own["chat"] + "' OR 1=1 ": {notFound, notFound},
			"SYS:" + string(w.Alice.ID):         {notFound, notFound},
		}
		for _, kind := range []struct {
			name   string
			person *apptest.Person
		}{{"owner", w.Alice}, {"other", bob}, {"admin", w.Admin}} {
			for _, c := range waysOf(kind.name, kind.person) {
				s := dial(t, c.client)
				for channel, codes := range channels {
					want := codes.other
					if c.kind == "owner" {
						want = codes.owner
					}
					if got := s.Subscribe(channel); got != want {
						t.Errorf("%s subscribes to %q: code %d instead of %d", c, channel, got, want)
					}
				}
				if s.Publish(chatOf) == 0 || s.Publish(systemOf) == 0 {
					t.Errorf("%s may publish", c)
				}
			}
		}
		if s, status := disabled(t, w).Program().Dial(t); s != nil || status != http.StatusUnauthorized {
			t.Errorf("a socket by a key that is no good was answered %d", status)
		}
	})
}

// Who is signed out is told so in the words of each transport, and gets nothing
// else, whatever it asks for in the same breath.
func TestSignedOutConnections(t *testing.T) {
	t.Parallel()
	w := apptest.Start(t, apptest.Options{})
	const signIn = 4501
	system := "sys:" + string(w.Alice.ID)
	ask := `{"id":1,"connect":{"data":{"protocol":1},"subs":{"` + system + `":{}}}}`
	for name, c := range map[string]*apptest.Client{"nobody": w.Nobody(), "disabled": disabled(t, w).Browser()} {
		if code := c.DialRefused(t); code != signIn {
			t.Errorf("%s: the socket ended with %d", name, code)
		}
		for _, a := range []apptest.Answer{
			c.Do(t, "GET", "/api/realtime/sse?cf_connect="+url.QueryEscape(ask), nil),
			c.Do(t, "POST", "/api/realtime/http_stream", ask),
		} {
			body := string(a.Body)
			if !strings.Contains(body, `"code":4501`) || strings.Contains(body, `"subs"`) || strings.Contains(body, `"client"`) {
				t.Errorf("%s: answered %d %s", name, a.Status, body)
			}
		}
		if a := c.Do(t, "POST", "/api/realtime/emulation", ask); a.Status != http.StatusUnauthorized {
			t.Errorf("%s: emulation was answered %d", name, a.Status)
		}
	}
}

func disabled(t *testing.T, w *apptest.World) *apptest.Person {
	t.Helper()
	p := w.Join(id.New()+"@example.com", false)
	if err := w.App.Identity.SetDisabled(t.Context(), p.ID, true); err != nil {
		t.Fatal(err)
	}
	return p
}

// What one device does is seen on the other, frame by frame with the numbers
// that the event stream has.
func TestDevicesSeeTheSame(t *testing.T) {
	t.Parallel()
	apptest.Each(t, apptest.Options{}, func(t *testing.T, w *apptest.World) {
		phone, laptop := w.Alice.Program(), w.Alice.Browser()
		s := dial(t, laptop)
		system := "sys:" + string(w.Alice.ID)
		s.Subscribe(system)
		a := phone.Say(t, "script:tokens-5+hold+tokens-1 A long title")
		s.Until(system, `"running":true`)
		channel := "chat:" + string(a.Chat)
		if code := s.Subscribe(channel); code != 0 {
			t.Fatalf("subscribe: %d", code)
		}
		w.Provider.Release()
		events := phone.Follow(t, a.Turn, 0).All()
		last := events[len(events)-1]
		if frame := s.Until(channel, `"event":"done"`); !strings.Contains(frame, `"seq":`+last.ID+`,`) || !strings.Contains(frame, last.Data) {
			t.Errorf("the socket ends with %s, the stream with %v", frame, last)
		}
		s.Until(channel, `"status":"complete"`)
		s.Until(system, `"running":false`)
		phone.Want(t, 200, "PATCH", "/api/chats/"+string(a.Chat), object{"title": "Renamed there"})
		s.Until(system, "Renamed there")
		path := "/api/chats/" + string(a.Chat)
		phone.Want(t, 200, "PATCH", path, object{"options": object{"params": object{"temperature": 0.5}}})
		s.Until(channel, `"options":{"params":{"temperature":0.5}}`)
		if got := string(phone.Want(t, 200, "GET", path, nil).Body); !strings.Contains(got, `"options":{"params":{"temperature":0.5}}`) {
			t.Errorf("the chat does not know how it is asked: %s", got)
		}
		phone.Want(t, 200, "PATCH", "/api/me/settings", object{"theme": "dark"})
		s.Until(system, `"theme":"dark"`)
		phone.Want(t, 204, "DELETE", "/api/chats/"+string(a.Chat)+"/messages/"+string(a.Messages.Reply), nil)
		s.Until(channel, `"type":"messages"`)
		phone.Want(t, 204, "DELETE", "/api/chats/"+string(a.Chat), nil)
		s.Until(system, `"chat_deleted"`)
	})
}

// A connection does not outlive what let it in.
func TestConnectionsEndWithTheSession(t *testing.T) {
	t.Parallel()
	w := apptest.Start(t, apptest.Options{})
	const signIn = 4501
	byCookie, byKey := dial(t, w.Alice.Browser()), dial(t, w.Alice.Program())
	w.Alice.Browser().Want(t, 204, "DELETE", "/api/session", nil)
	if code := byCookie.Ended(); code != signIn {
		t.Errorf("after signing out the socket ended with %d", code)
	}
	if code := byKey.Subscribe("sys:" + string(w.Alice.ID)); code != 0 {
		t.Errorf("signing out of a browser hurt a program: %d", code)
	}
	if err := w.App.Identity.SetDisabled(t.Context(), w.Alice.ID, true); err != nil {
		t.Fatal(err)
	}
	if code := byKey.Ended(); code != signIn {
		t.Errorf("after the user was disabled the socket ended with %d", code)
	}
}

func TestPagesOfOtherSites(t *testing.T) {
	t.Parallel()
	w := apptest.Start(t, apptest.Options{})
	c := w.Alice.Browser()
	path := "/api/chats/" + id.New() + "/turns"
	body := object{"text": "hi", "model": apptest.Plain}
	for name, headers := range map[string][]string{
		"origin":            {"Origin", "https://evil.example"},
		"opaque origin":     {"Origin", "null"},
		"sibling":           {"Sec-Fetch-Site", "same-site"},
		"fetch metadata":    {"Sec-Fetch-Site", "cross-site"},
		"form":              {"Sec-Fetch-Site", "cross-site", "Content-Type", "text/plain"},
		"our host as a lie": {"Origin", "https://evil.example/" + strings.TrimPrefix(w.URL, "http://")},
	} {
		a := c.Do(t, "POST", path, body, headers...)
		if a.Status != http.StatusForbidden || a.Code() != "cross_origin" {
			t.Errorf("%s: answered %d: %s", name, a.Status, a.Body)
		}
		for _, route := range []struct{ method, path string }{
			{"DELETE", "/api/session"},
			{"PATCH", "/api/me/settings"},
			{"POST", "/api/me/keys"},
			{"PUT", "/api/me/password"},
			{"POST", "/api/realtime/emulation"},
			{"POST", "/api/realtime/http_stream"},
			{"POST", "/api/session"},
		} {
			if a := c.Do(t, route.method, route.path, object{}, headers...); a.Status != http.StatusForbidden {
				t.Errorf("%s: %s %s was answered %d", name, route.method, route.path, a.Status)
			}
		}
	}
	if chats := c.Do(t, "GET", "/api/chats", nil); strings.Contains(string(chats.Body), `"id"`) {
		t.Errorf("a foreign page made a chat: %s", chats.Body)
	}
	for _, origin := range []string{"https://evil.example", "null", "http://evil.example", w.URL + ".evil.example", "https" + strings.TrimPrefix(w.URL, "http") + "1"} {
		if s, status := c.Dial(t, "Origin", origin); s != nil || status != http.StatusForbidden {
			t.Errorf("a socket from %s was answered %d", origin, status)
		}
		for _, fallback := range []string{"/api/realtime/sse?cf_connect=%7B%7D"} {
			if a := c.Do(t, "GET", fallback, nil, "Origin", origin); a.Status != http.StatusForbidden {
				t.Errorf("%s from %s was answered %d", fallback, origin, a.Status)
			}
		}
	}
	if s, _ := c.Dial(t, "Origin", w.URL); s == nil {
		t.Error("our own page is refused")
	}
	c.Want(t, 202, "POST", path, body, "Origin", w.URL, "Sec-Fetch-Site", "same-origin")
	c.Want(t, 200, "GET", "/api/me", nil, "Sec-Fetch-Site", "cross-site") // a link: reading is not changing
}

// An answer never allows another site to read it.
func TestNoSharingWithOtherOrigins(t *testing.T) {
	t.Parallel()
	w := apptest.Start(t, apptest.Options{})
	for _, method := range []string{"GET", "OPTIONS"} {
		a := w.Alice.Browser().Do(t, method, "/api/me", nil, "Origin", "https://evil.example", "Access-Control-Request-Method", "POST")
		for name := range a.Header {
			if strings.HasPrefix(name, "Access-Control-") {
				t.Errorf("%s is answered with %s", method, name)
			}
		}
	}
}

// Someone else's running answer cannot be read by knowing its id, in any of the
// ways there are.
func TestSomeoneElsesStream(t *testing.T) {
	t.Parallel()
	w := apptest.Start(t, apptest.Options{})
	bob := w.Join("bob@example.com", false)
	a := w.Alice.Program().Say(t, "script:tokens-3+hang secret")
	w.Alice.Program().Follow(t, a.Turn, 0).Until("delta", "t0001")
	for _, c := range waysOf("other", bob) {
		for _, path := range []string{"", "/events", "/events?after=0"} {
			got := c.client.Do(t, "GET", "/api/turns/"+string(a.Turn)+path, nil)
			if got.Status != http.StatusNotFound || strings.Contains(string(got.Body), "t0001") {
				t.Errorf("%s reads %s: %d %s", c, path, got.Status, got.Body)
			}
		}
		c.client.Want(t, 404, "POST", "/api/turns/"+string(a.Turn)+"/stop", nil)
	}
	var view struct{ Status string }
	w.Alice.Program().Want(t, 200, "GET", "/api/turns/"+string(a.Turn), nil).Read(t, &view)
	if view.Status != "running" {
		t.Errorf("someone else stopped the turn: %s", view.Status)
	}
	w.Alice.Program().Want(t, 202, "POST", "/api/turns/"+string(a.Turn)+"/stop", nil)
}
