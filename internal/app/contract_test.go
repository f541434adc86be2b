package app_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"parley/internal/app/apptest"
	"parley/internal/chat"
	"parley/internal/kit/db"
	"parley/internal/kit/id"
	"parley/internal/llm"
)

// The contract that programs rely on, one world for all of it.
func TestContract(t *testing.T) {
	t.Parallel()
	apptest.Each(t, apptest.Options{}, func(t *testing.T, w *apptest.World) {
		for name, test := range contract {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				test(t, w, w.Alice.Program())
			})
		}
	})
}

var contract = map[string]func(*testing.T, *apptest.World, *apptest.Client){
	"ids come from the client":      clientIDs,
	"any UUID":                      anyUUID,
	"someone else's ids":            foreignIDs,
	"parents":                       parents,
	"models":                        models,
	"events":                        eventForm,
	"replay":                        replay,
	"replay without a journal":      purged,
	"idempotency":                   idempotency,
	"twins":                         twins,
	"failed starts are not kept":    failedStart,
	"stop":                          stop,
	"turn running":                  turnRunning,
	"creation order":                creationOrder,
	"refused starts":                refusedStarts,
	"lists of chats":                chatList,
	"what clients may not set":      noOwnerFields,
	"large and odd texts are exact": oddTexts,
}

func clientIDs(t *testing.T, _ *apptest.World, c *apptest.Client) {
	chatID, message := id.New(), id.New()
	a := c.Send(t, chatID, object{"text": "hello", "id": message})
	if string(a.Chat) != chatID || string(a.Messages.User) != message || a.Messages.Reply == "" || a.Turn == "" {
		t.Fatalf("accepted: %+v", a)
	}
	reply := c.Finish(t, a)
	if reply.Status != chat.StatusComplete || reply.Role != llm.RoleAssistant || reply.Text() != " t0001 t0002 t0003 t0004 t0005" {
		t.Errorf("reply: %+v", reply)
	}
	if reply.Parent == nil || string(*reply.Parent) != message || reply.Turn != string(a.Turn) || reply.Model != apptest.Plain {
		t.Errorf("reply: %+v", reply)
	}
	// An id is used once, by whomever and in whatever chat.
	for _, where := range []string{chatID, id.New()} {
		if again := c.Do(t, "POST", "/api/chats/"+where+"/turns", object{"text": "x", "model": apptest.Plain, "id": message}); again.Status != 409 || again.Code() != "id_taken" {
			t.Errorf("a message id for the second time: %d %s", again.Status, again.Body)
		}
	}
}

func anyUUID(t *testing.T, _ *apptest.World, c *apptest.Client) {
	for _, given := range []string{
		"6ba7b810-9dad-11d1-80b4-" + id.New()[24:], // version 1
		"6fa459ea-ee8a-3ca4-894e-" + id.New()[24:], // 3
		"0f0e0d0c-0b0a-4908-8706-" + id.New()[24:], // 4
		"886313e1-3b8a-5372-9b90-" + id.New()[24:], // 5
		"1ec9414c-232a-6b00-b3c8-" + id.New()[24:], // 6
		id.New(),
		"320c3d4d-cc00-875b-8ec9-" + id.New()[24:], // 8
		"00000000-0000-0000-0000-" + id.New()[24:], // none that exists
	} {
		upper, message := strings.ToUpper(given), id.New()
		a := c.Send(t, upper, object{"text": "hi", "id": strings.ToUpper(message)})
		if string(a.Chat) != given || string(a.Messages.User) != message {
			t.Errorf("%s became %+v, not lower-case ids", upper, a)
		}
		c.Finish(t, a)
		for _, spelt := range []string{given, upper, given[:14] + upper[14:]} {
			c.Want(t, 200, "GET", "/api/chats/"+spelt, nil)
			if n := len(c.Messages(t, chat.ID(spelt))); n != 2 {
				t.Errorf("%s has %d messages", spelt, n)
			}
		}
		c.Want(t, 200, "GET", "/api/turns/"+strings.ToUpper(string(a.Turn)), nil)
		next := c.Send(t, upper, object{"text": "more", "parent": strings.ToUpper(string(a.Messages.Reply))})
		if got := c.Finish(t, next); got.Status != chat.StatusComplete {
			t.Errorf("a parent in capitals: %+v", got)
		}
	}
	for _, bad := range []string{"x", "123", "6ba7b810-9dad-11d1-80b4", "{6ba7b810-9dad-11d1-80b4-00c04fd430c8}", "6ba7b8109dad11d180b400c04fd430c8", "urn:uuid:6ba7b810-9dad-11d1-80b4-00c04fd430c8", "6ba7b810-9dad-11d1-80b4-00c04fd430cg"} {
		if a := c.Do(t, "POST", "/api/chats/"+bad+"/turns", object{"text": "x", "model": apptest.Plain}); a.Status != 404 {
			t.Errorf("chat %q: %d %s", bad, a.Status, a.Body)
		}
		if a := c.Do(t, "POST", "/api/chats/"+id.New()+"/turns", object{"text": "x", "model": apptest.Plain, "id": bad}); a.Status != 422 || a.Code() != "invalid_id" {
			t.Errorf("message %q: %d %s", bad, a.Status, a.Body)
		}
	}
}

func foreignIDs(t *testing.T, w *apptest.World, c *apptest.Client) {
	admin := w.Admin.Program()
	theirs := admin.Say(t, "private")
	admin.Finish(t, theirs)
	other := string(theirs.Chat)
	for name, body := range map[string]object{
		"chat":       {"text": "x"},
		"parent":     {"text": "x", "parent": theirs.Messages.User},
		"edits":      {"text": "x", "edits": theirs.Messages.User},
		"regenerate": {"regenerate": theirs.Messages.Reply},
		"continue":   {"continue": theirs.Messages.Reply},
		"id":         {"text": "x", "id": theirs.Messages.User},
	} {
		body["model"] = apptest.Plain
		if name == "chat" {
			if a := c.Do(t, "POST", "/api/chats/"+other+"/turns", body); a.Status != 404 || a.Code() != "not_found" {
				t.Errorf("%s: %d %s", name, a.Status, a.Body)
			}
			continue
		}
		own := c.Say(t, "mine")
		c.Finish(t, own)
		for _, where := range []string{string(own.Chat), id.New()} {
			if a := c.Do(t, "POST", "/api/chats/"+where+"/turns", body); a.Status != 404 || a.Code() != "not_found" {
				t.Errorf("%s: %d %s", name, a.Status, a.Body)
			}
		}
	}
	if n := len(admin.Messages(t, theirs.Chat)); n != 2 {
		t.Errorf("someone else wrote into the chat: %d messages", n)
	}
}

func parents(t *testing.T, _ *apptest.World, c *apptest.Client) {
	chatID := id.New()
	send := func(body object) (user, reply chat.Message) {
		a := c.Send(t, chatID, body)
		reply = c.Finish(t, a)
		return c.Message(t, a.Chat, a.Messages.User), reply
	}
	root, first := send(object{"text": "one", "parent": nil})
	if root.Parent != nil {
		t.Errorf("the first message has parent %s", *root.Parent)
	}
	second, secondReply := send(object{"text": "two"})
	if *second.Parent != first.ID {
		t.Errorf("without a parent it went on after %s, not %s", *second.Parent, first.ID)
	}
	fork, forkReply := send(object{"text": "fork", "parent": first.ID})
	if *fork.Parent != first.ID {
		t.Errorf("parent is %s", *fork.Parent)
	}
	after, _ := send(object{"text": "the end of the path is the newest turn"})
	if *after.Parent != forkReply.ID {
		t.Errorf("went on after %s instead of %s", *after.Parent, forkReply.ID)
	}
	c.Want(t, 200, "PATCH", "/api/chats/"+chatID, object{"leaf": secondReply.ID})
	back, _ := send(object{"text": "the path that is looked at"})
	if *back.Parent != secondReply.ID {
		t.Errorf("went on after %s instead of %s", *back.Parent, secondReply.ID)
	}
	if newRoot, _ := send(object{"text": "again", "parent": nil}); newRoot.Parent != nil {
		t.Errorf("null made a message below %s", *newRoot.Parent)
	}
	for _, bad := range []any{7, true, "x", object{}, []string{string(first.ID)}} {
		if a := c.Do(t, "POST", "/api/chats/"+chatID+"/turns", object{"text": "x", "model": apptest.Plain, "parent": bad}); a.Status != 422 {
			t.Errorf("parent %v: %d %s", bad, a.Status, a.Body)
		}
	}
}

func models(t *testing.T, w *apptest.World, c *apptest.Client) {
	for given, want := range map[string]string{
		"Up/plain": "Up/plain", "up/plain": "Up/plain", "UP/plain": "Up/plain",
		"uP/vendor/echo:8b": "Up/vendor/echo:8b", "ant/plain": "Ant/plain",
	} {
		a := c.Send(t, id.New(), object{"text": "hello you", "model": given})
		if m := c.Finish(t, a); m.Model != want || m.Status != chat.StatusComplete {
			t.Errorf("%s answered as %s: %+v", given, m.Model, m)
		}
	}
	for _, unknown := range []string{"Up/PLAIN", "Up/none", "nobody/plain", "plain", "Up/", "/plain", "Up//plain", "Up/vendor", "Up/plain/"} {
		a := c.Do(t, "POST", "/api/chats/"+id.New()+"/turns", object{"text": "x", "model": unknown})
		if a.Status != 404 && len(unknown) > 2 || a.Status == 404 && a.Code() != "model_not_found" {
			t.Errorf("model %q: %d %s", unknown, a.Status, a.Body)
		}
	}
}

var frameForm = regexp.MustCompile(`^id: \d+\nevent: [a-z_]+\ndata: \{.*\}\n$`)

// eventForm checks the text of the stream itself.
func eventForm(t *testing.T, _ *apptest.World, c *apptest.Client) {
	a := c.Say(t, "script:reasoning-3+tokens-40-400 go")
	events := c.Follow(t, a.Turn, 0).All()
	for i, e := range events {
		if !frameForm.MatchString(e.Raw) {
			t.Errorf("frame %d is %q", i, e.Raw)
		}
		if e.ID != strconv.Itoa(i+1) {
			t.Errorf("frame %d has the id %s", i+1, e.ID)
		}
	}
	var delta struct {
		Part *int
		Type string
		Text string
	}
	at := slices.IndexFunc(events, func(e apptest.Event) bool { return e.Name == "delta" })
	if err := json.Unmarshal([]byte(events[at].Data), &delta); err != nil || delta.Part == nil || delta.Type != "reasoning" {
		t.Errorf("first delta is %s: %v", events[at].Data, err)
	}
	last := events[len(events)-1]
	if want := fmt.Sprintf(`{"status":"complete","message":%q}`, a.Messages.Reply); last.Name != "done" || last.Data != want {
		t.Errorf("the last frame is %s %s", last.Name, last.Data)
	}
	if n := slices.IndexFunc(events, func(e apptest.Event) bool { return e.Name == "done" }); n != len(events)-1 {
		t.Errorf("done is frame %d of %d", n+1, len(events))
	}
	if got := c.Message(t, a.Chat, a.Messages.Reply).Text(); got != apptest.TextOf(events) {
		t.Errorf("the stream says %q, the message %q", apptest.TextOf(events), got)
	}
}

func replay(t *testing.T, _ *apptest.World, c *apptest.Client) {
	for script, status := range map[string]string{
		"tokens-30-600": "complete", "tokens-5+close": "failed", "status-400": "failed", "tokens-3+hang": "stopped",
	} {
		a := c.Say(t, "script:"+script+" go")
		live := c.Follow(t, a.Turn, 0)
		var all []apptest.Event
		if status == "stopped" {
			all = append(all, live.Until("delta", ""))
			c.Want(t, 202, "POST", "/api/turns/"+string(a.Turn)+"/stop", nil)
		}
		all = append(all, live.All()...)
		if status == "stopped" {
			all = c.Follow(t, a.Turn, 0).All()
		}
		for after := range len(all) {
			for name, got := range map[string][]apptest.Event{
				"after":         c.Follow(t, a.Turn, int64(after)).All(),
				"Last-Event-ID": c.Follow(t, a.Turn, 0, "Last-Event-ID", strconv.Itoa(after)).All(),
			} {
				if !slices.Equal(got, all[after:]) {
					t.Fatalf("%s: replay by %s=%d is %v instead of %v", script, name, after, got, all[after:])
				}
			}
		}
		if end := all[len(all)-1]; end.Name != "done" || !strings.Contains(end.Data, `"status":"`+status+`"`) {
			t.Errorf("%s ends with %v", script, end)
		}
		// A client that is ahead of all there is gets everything anew.
		ahead := c.Follow(t, a.Turn, 100_000).All()
		if len(ahead) != 2 || ahead[0].Name != "snapshot" || ahead[1].Name != "done" {
			t.Errorf("%s: a client that is ahead gets %v", script, ahead)
		}
		path := "/api/turns/" + string(a.Turn) + "/events?after="
		for _, bad := range []string{"x", "-1", "1.5", "99999999999999999999"} {
			c.Want(t, 422, "GET", path+bad, nil)
		}
	}
}

// purged replays a turn whose journal is gone, as it is a day later.
func purged(t *testing.T, w *apptest.World, c *apptest.Client) {
	a := c.Say(t, "x")
	m := c.Finish(t, a)
	journal := w.App.DB
	if journal.Dialect() == db.SQLite {
		journal = look(t, w.Data, "journal.db")
	}
	// A turn that answers with a snapshot has left the memory, which it does once its
	// last frame is journaled: only what is deleted after that stays away.
	apptest.Eventually(t, "the turn is neither in memory nor in the journal", func() bool {
		e, _ := c.Follow(t, a.Turn, 0).Next()
		if _, err := journal.Exec(t.Context(), `DELETE FROM journal WHERE turn_id = $1`, string(a.Turn)); err != nil {
			t.Fatal(err)
		}
		return e.Name == "snapshot"
	})
	for _, after := range []int64{0, 1, m.Seq - 1, m.Seq + 1} {
		events := c.Follow(t, a.Turn, after).All()
		if len(events) != 2 || events[0].Name != "snapshot" || events[1].Name != "done" || events[1].ID != strconv.FormatInt(m.Seq, 10) {
			t.Fatalf("after %d there come %v", after, events)
		}
		var shot chat.Snapshot
		if err := json.Unmarshal([]byte(events[0].Data), &shot); err != nil || shot.Message.Text() != m.Text() || shot.Seq != m.Seq-1 {
			t.Errorf("the snapshot is %s, %v", events[0].Data, err)
		}
	}
	if events := c.Follow(t, a.Turn, m.Seq).All(); len(events) != 1 || events[0].Name != "done" {
		t.Errorf("a client that has it all gets %v", events)
	}
}

func idempotency(t *testing.T, w *apptest.World, c *apptest.Client) {
	key, path := id.New(), "/api/chats/"+id.New()+"/turns"
	body := object{"text": "once", "model": apptest.Plain}
	first := c.Want(t, 202, "POST", path, body, "Idempotency-Key", key)
	if first.Header.Get("Idempotency-Replayed") != "" {
		t.Error("the first is marked as replayed")
	}
	for range 3 {
		again := c.Want(t, 202, "POST", path, body, "Idempotency-Key", key)
		if string(again.Body) != string(first.Body) || again.Header.Get("Idempotency-Replayed") != "true" {
			t.Errorf("replay: %v %s instead of %s", again.Header, again.Body, first.Body)
		}
	}
	for name, other := range map[string]object{
		"text":  {"text": "twice", "model": apptest.Plain},
		"model": {"text": "once", "model": apptest.Echo},
		"more":  {"text": "once", "model": apptest.Plain, "parent": nil},
	} {
		if a := c.Do(t, "POST", path, other, "Idempotency-Key", key); a.Status != 422 || a.Code() != "idempotency_mismatch" {
			t.Errorf("another %s: %d %s", name, a.Status, a.Body)
		}
	}
	if a := c.Do(t, "POST", "/api/chats/"+id.New()+"/turns", body, "Idempotency-Key", key); a.Status != 422 {
		t.Errorf("another chat: %d %s", a.Status, a.Body)
	}
	// The key is the user's own: it means nothing to another.
	theirs := w.Admin.Program().Want(t, 202, "POST", "/api/chats/"+id.New()+"/turns", body, "Idempotency-Key", key)
	if theirs.Header.Get("Idempotency-Replayed") != "" || string(theirs.Body) == string(first.Body) {
		t.Errorf("another user's key was replayed: %s", theirs.Body)
	}
}

func twins(t *testing.T, w *apptest.World, c *apptest.Client) {
	for range 5 {
		key, chatID, text := id.New(), id.New(), "twin "+id.New()
		answers := make([]apptest.Answer, 12)
		var wait sync.WaitGroup
		for i := range answers {
			wait.Go(func() {
				answers[i] = c.Do(t, "POST", "/api/chats/"+chatID+"/turns", object{"text": text, "model": apptest.Plain}, "Idempotency-Key", key)
			})
		}
		wait.Wait()
		fresh := 0
		for _, a := range answers {
			if a.Status != 202 || string(a.Body) != string(answers[0].Body) {
				t.Fatalf("twins were answered %d %s and %s", a.Status, a.Body, answers[0].Body)
			}
			if a.Header.Get("Idempotency-Replayed") == "" {
				fresh++
			}
		}
		if fresh != 1 {
			t.Errorf("%d of the twins are not replays", fresh)
		}
		if n := len(c.Messages(t, chat.ID(chatID))); n != 2 {
			t.Errorf("twins made %d messages", n)
		}
	}
	// Without a key each is a turn of its own, and only one may run on a branch.
	chatID := id.New()
	codes := make([]int, 8)
	var wait sync.WaitGroup
	for i := range codes {
		wait.Go(func() {
			codes[i] = c.Do(t, "POST", "/api/chats/"+chatID+"/turns", object{"text": "script:tokens-1+hang x", "model": apptest.Plain}).Status
		})
	}
	wait.Wait()
	count := map[int]int{}
	for _, code := range codes {
		count[code]++
	}
	if !maps.Equal(count, map[int]int{202: 1, 409: 7}) {
		t.Errorf("eight at once in one new chat: %v", count)
	}
}

func failedStart(t *testing.T, _ *apptest.World, c *apptest.Client) {
	key, path := id.New(), "/api/chats/"+id.New()+"/turns"
	c.Want(t, 404, "POST", path, object{"text": "x", "model": "Up/none"}, "Idempotency-Key", key)
	c.Want(t, 422, "POST", path, object{"text": " ", "model": apptest.Plain}, "Idempotency-Key", key)
	c.Want(t, 404, "POST", path, object{"text": "x", "model": apptest.Plain, "parent": id.New()}, "Idempotency-Key", key)
	c.Want(t, 404, "GET", strings.TrimSuffix(path, "/turns"), nil) // no trace is left
	a := c.Want(t, 202, "POST", path, object{"text": "x", "model": apptest.Plain}, "Idempotency-Key", key)
	if a.Header.Get("Idempotency-Replayed") != "" {
		t.Error("a failed start was kept")
	}
}

func stop(t *testing.T, w *apptest.World, c *apptest.Client) {
	a := c.Say(t, "script:tokens-5+hang x")
	s := c.Follow(t, a.Turn, 0)
	s.Until("delta", "t0001")
	path := "/api/turns/" + string(a.Turn)
	c.Want(t, 202, "POST", path+"/stop", nil)
	events := s.All()
	if last := events[len(events)-1]; last.Name != "done" || !strings.Contains(last.Data, `"stopped"`) {
		t.Errorf("ends with %v", last)
	}
	m := c.Message(t, a.Chat, a.Messages.Reply)
	if m.Status != chat.StatusStopped || m.Text() != " t0001 t0002 t0003 t0004 t0005" || m.Usage == nil || !m.Usage.Estimated {
		t.Errorf("stopped: %+v", m)
	}
	for range 2 { // stopping what has ended changes nothing
		var view struct{ Status string }
		c.Want(t, 202, "POST", path+"/stop", nil).Read(t, &view)
		if view.Status != "stopped" {
			t.Errorf("status %s", view.Status)
		}
	}
	c.Want(t, 404, "POST", "/api/turns/"+id.New()+"/stop", nil)
	if next := c.Finish(t, c.Send(t, string(a.Chat), object{"text": "go on"})); next.Status != chat.StatusComplete {
		t.Errorf("after a stop: %+v", next)
	}
}

func turnRunning(t *testing.T, _ *apptest.World, c *apptest.Client) {
	a := c.Say(t, "first")
	c.Finish(t, a)
	running := c.Send(t, string(a.Chat), object{"text": "script:hang x"})
	for name, body := range map[string]object{
		"end of the path": {"text": "x"},
		"below it":        {"text": "x", "parent": running.Messages.Reply},
		"continue":        {"continue": running.Messages.Reply},
	} {
		body["model"] = apptest.Plain
		if got := c.Do(t, "POST", "/api/chats/"+string(a.Chat)+"/turns", body); got.Status != 409 || got.Code() != "turn_running" {
			t.Errorf("%s: %d %s", name, got.Status, got.Body)
		}
	}
	// Another branch is free.
	c.Finish(t, c.Send(t, string(a.Chat), object{"text": "x", "parent": a.Messages.Reply}))
	again := c.Send(t, string(a.Chat), object{"regenerate": running.Messages.Reply, "text": ""})
	c.Want(t, 202, "POST", "/api/turns/"+string(again.Turn)+"/stop", nil)
	c.Finish(t, again)
	c.Want(t, 409, "DELETE", "/api/chats/"+string(a.Chat)+"/messages/"+string(running.Messages.Reply), nil)
	c.Want(t, 409, "DELETE", "/api/chats/"+string(a.Chat)+"/messages/"+string(a.Messages.User)+"?branch=true", nil)
	c.Want(t, 202, "POST", "/api/turns/"+string(running.Turn)+"/stop", nil)
}

// creationOrder makes a tree whose ids sort against the order of creation.
func creationOrder(t *testing.T, _ *apptest.World, c *apptest.Client) {
	chatID := id.New()
	var want []chat.MessageID
	for i := range 6 {
		body := object{"text": "x", "id": fmt.Sprintf("%08x", 0xffffffff-i) + id.New()[8:]}
		if i%2 == 1 {
			body["parent"] = want[1]
		}
		a := c.Send(t, chatID, body)
		c.Finish(t, a)
		want = append(want, a.Messages.User, a.Messages.Reply)
	}
	a := c.Want(t, 200, "GET", "/api/chats/"+chatID+"/messages", nil)
	var got []chat.MessageID
	for _, m := range c.Messages(t, chat.ID(chatID)) {
		got = append(got, m.ID)
	}
	if !slices.Equal(got, want) {
		t.Errorf("order is\n%v instead of\n%v", got, want)
	}
	var page map[string]json.RawMessage
	a.Read(t, &page)
	if string(page["next"]) != "null" || len(page) != 2 {
		t.Errorf("the page has %v", slices.Collect(maps.Keys(page)))
	}
	var items []map[string]json.RawMessage
	if err := json.Unmarshal(page["items"], &items); err != nil {
		t.Fatal(err)
	}
	for _, field := range []string{"id", "parent", "role", "status", "parts"} {
		if items[0][field] == nil || items[1][field] == nil {
			t.Errorf("messages have no %s", field)
		}
	}
	if string(items[0]["parent"]) != "null" || string(items[0]["parts"]) != `[{"type":"text","text":"x"}]` || string(items[0]["status"]) != `"complete"` {
		t.Errorf("the first message is %s", a.Body)
	}
}

func chatList(t *testing.T, w *apptest.World, _ *apptest.Client) {
	c := w.Join("list-"+id.New()+"@example.com", false).Program()
	var all []string
	for i := range 7 {
		a := c.Say(t, fmt.Sprintf("Chat 100%% number_%d", i))
		c.Finish(t, a)
		all = append([]string{string(a.Chat)}, all...)
	}
	read := func(query string) (ids []string, next string) {
		var page struct {
			Items []struct{ ID string }
			Next  *string
		}
		c.Want(t, 200, "GET", "/api/chats?"+query, nil).Read(t, &page)
		for _, item := range page.Items {
			ids = append(ids, item.ID)
		}
		if page.Next != nil {
			next = *page.Next
		}
		return ids, next
	}
	var got []string
	for next, query := "", "limit=3"; ; query = "limit=3&cursor=" + next {
		var ids []string
		ids, next = read(query)
		got = append(got, ids...)
		if next == "" {
			break
		}
	}
	if !slices.Equal(got, all) {
		t.Errorf("pages hold %v instead of %v", got, all)
	}
	for filter, want := range map[string]int{"CHAT": 7, "100%25": 7, "%25%25": 0, "number_3": 1, "numberx3": 0, "none": 0} {
		if ids, _ := read("q=" + filter); len(ids) != want {
			t.Errorf("filter %s finds %d instead of %d", filter, len(ids), want)
		}
	}
	for _, bad := range []string{"cursor=x", "cursor=!!", "limit=0", "limit=-1", "limit=1000000", "limit=x"} {
		c.Want(t, 422, "GET", "/api/chats?"+bad, nil)
	}
}
