package app_test

import (
	"testing"

	"parley/internal/app/apptest"
	"parley/internal/turn"
)

// row is a chat of the list, as this test sees it.
type row struct {
	ID      string
	Outcome string
	Running bool
	Unread  bool
}

func rowOf(t *testing.T, c *apptest.Client, a turn.Accepted) row {
	t.Helper()
	var list struct{ Items []row }
	c.Want(t, 200, "GET", "/api/chats", nil).Read(t, &list)
	for _, r := range list.Items {
		if r.ID == string(a.Chat) {
			return r
		}
	}
	t.Fatalf("chat %s is not listed", a.Chat)
	return row{}
}

// The list says how each chat's last answer ended, and whether it was seen, on
// all devices.
func TestOutcomesInTheList(t *testing.T) {
	t.Parallel()
	apptest.Each(t, apptest.Options{}, func(t *testing.T, w *apptest.World) {
		phone, laptop := w.Alice.Program(), w.Alice.Browser()
		system := "sys:" + string(w.Alice.ID)
		s := dial(t, laptop)
		s.Subscribe(system)
		check := func(what string, a turn.Accepted, want row) {
			t.Helper()
			want.ID = string(a.Chat)
			if got := rowOf(t, laptop, a); got != want {
				t.Errorf("%s: %+v, want %+v", what, got, want)
			}
		}

		a := phone.Say(t, "script:tokens-2+hold")
		check("while it runs", a, row{Outcome: "running", Running: true})
		w.Provider.Release()
		phone.Finish(t, a)
		s.Until(system, `"outcome":"complete","unread":true`)
		check("answered", a, row{Outcome: "complete", Unread: true})
		phone.Want(t, 204, "POST", "/api/chats/"+string(a.Chat)+"/seen", nil)
		s.Until(system, `"outcome":"complete","unread":false`)
		check("seen", a, row{Outcome: "complete"})
		phone.Want(t, 204, "POST", "/api/chats/"+string(a.Chat)+"/seen", nil)
		check("seen twice", a, row{Outcome: "complete"})

		failed := phone.Say(t, "script:status-400")
		phone.Finish(t, failed)
		s.Until(system, `"outcome":"failed","unread":true`)
		check("failed", failed, row{Outcome: "failed", Unread: true})
		phone.Want(t, 204, "DELETE", "/api/chats/"+string(failed.Chat)+"/messages/"+string(failed.Messages.Reply), nil)
		s.Until(system, `"outcome":""`)
		phone.Want(t, 200, "POST", "/api/chats/"+string(failed.Chat)+"/messages/"+string(failed.Messages.Reply)+"/restore", nil)
		check("deleted and brought back", failed, row{Outcome: "failed", Unread: true})

		stopped := phone.Say(t, "script:tokens-2+hang")
		phone.Want(t, 202, "POST", "/api/turns/"+string(stopped.Turn)+"/stop", nil)
		phone.Finish(t, stopped)
		check("stopped by the user", stopped, row{Outcome: "stopped"})

		asks := phone.Say(t, "script:call-fetch_page+tokens-1")
		s.Until(system, `"outcome":"waiting"`)
		check("waiting", asks, row{Outcome: "waiting", Running: true})
		var call struct{ ID string }
		for _, p := range phone.Message(t, asks.Chat, asks.Messages.Reply).Parts {
			if p.Call != nil {
				call.ID = p.Call.ID
			}
		}
		phone.Want(t, 202, "POST", "/api/turns/"+string(asks.Turn)+"/approvals", object{"call": call.ID, "decision": "deny"})
		phone.Finish(t, asks)
		check("decided", asks, row{Outcome: "complete", Unread: true})
	})
}
