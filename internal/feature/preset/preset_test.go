package preset_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"parley/internal/access"
	"parley/internal/app/apptest"
	"parley/internal/feature/preset"
	"parley/internal/kit/db"
	"parley/internal/kit/id"

	"github.com/google/go-cmp/cmp"
)

func TestMain(m *testing.M) { os.Exit(apptest.Main(m)) }

type object = map[string]any

type list struct {
	Items   []preset.Preset
	Default preset.ID
}

// save saves a preset and returns it.
func save(t *testing.T, c *apptest.Client, body object) (p preset.Preset) {
	t.Helper()
	if body["model"] == nil {
		body["model"] = apptest.Plain
	}
	c.Want(t, 200, "POST", "/api/presets", body).Read(t, &p)
	return p
}

func all(t *testing.T, c *apptest.Client) (l list) {
	t.Helper()
	c.Want(t, 200, "GET", "/api/presets", nil).Read(t, &l)
	return l
}

func names(l list) (names []string) {
	for _, p := range l.Items {
		names = append(names, p.Name)
	}
	return names
}

// used is what a chat was set up with; nil for nothing.
func used(t *testing.T, c *apptest.Client, chat string) *preset.Used {
	t.Helper()
	var answer struct{ Preset *preset.Used }
	c.Want(t, 200, "GET", "/api/chats/"+chat+"/preset", nil).Read(t, &answer)
	return answer.Preset
}

// asked is what the provider was sent last.
type asked struct {
	Temperature *float64
	TopP        *float64 `json:"top_p"`
	Messages    []struct{ Role, Content string }
}

func (a asked) system() string {
	if len(a.Messages) > 0 && a.Messages[0].Role == "system" {
		return a.Messages[0].Content
	}
	return ""
}

func lastAsked(t *testing.T, w *apptest.World) (a asked) {
	t.Helper()
	calls := w.Provider.Calls()
	if err := json.Unmarshal(calls[len(calls)-1].Body, &a); err != nil {
		t.Fatal(err)
	}
	return a
}

func TestSaving(t *testing.T) {
	t.Parallel()
	apptest.Each(t, apptest.Options{}, func(t *testing.T, w *apptest.World) {
		c := w.Alice.Program()
		p := save(t, c, object{
			"name": "  Short   answers ", "description": "For the impatient", "icon": "⚡", "group": "Work", "model": apptest.Plain,
			"instructions": "Be brief.\r\nNo lists.\n", "params": object{"temperature": 0.2, "stop": []string{"END"}},
		})
		if p.Name != "Short answers" || p.Instructions != "Be brief.\nNo lists." || p.Icon != "⚡" || p.Group != "Work" || p.Right != preset.Owner ||
			p.Owner.ID != w.Alice.ID || p.Gone || p.Shared || p.Revision != 1 || p.Params.Temperature == nil || *p.Params.Temperature != 0.2 {
			t.Errorf("saved as %+v", p)
		}
		l := all(t, c)
		if len(l.Items) != 1 || l.Items[0].Instructions != "" || l.Items[0].Params.Temperature == nil || l.Default != "" {
			t.Errorf("listed as %+v", l)
		}
		var changed preset.Preset
		c.Want(t, 200, "PATCH", "/api/presets/"+string(p.ID), object{"name": "Shorter", "revision": 1, "params": object{}}).Read(t, &changed)
		if changed.Name != "Shorter" || changed.Instructions != p.Instructions || changed.Revision != 2 || changed.Params.Temperature != nil {
			t.Errorf("changed to %+v", changed)
		}
		if a := c.Do(t, "PATCH", "/api/presets/"+string(p.ID), object{"name": "Late", "revision": 1}); a.Status != 409 || a.Code() != "preset_changed" {
			t.Errorf("a change of what has changed was answered %d %s", a.Status, a.Body)
		}
		for name, bad := range map[string]struct {
			body object
			code string
		}{
			"no name":              {object{"name": " "}, "preset_name_invalid"},
			"a long name":          {object{"name": strings.Repeat("x", 81)}, "preset_name_invalid"},
			"a hidden name":        {object{"name": "a\u202eb"}, "preset_name_invalid"},
			"a long description":   {object{"name": "x", "description": strings.Repeat("x", 301)}, "preset_text_invalid"},
			"a long icon":          {object{"name": "x", "icon": strings.Repeat("x", 17)}, "preset_text_invalid"},
			"long instructions":    {object{"name": "x", "instructions": strings.Repeat("x", 32_001)}, "preset_instructions_invalid"},
			"no model":             {object{"name": "x", "model": "plain"}, "preset_model_invalid"},
			"a model with a break": {object{"name": "x", "model": "a/b\nc"}, "preset_model_invalid"},
			"raw fields":           {object{"name": "x", "params": object{"extra": object{"n": 1}}}, "preset_params_invalid"},
			"fields to drop":       {object{"name": "x", "params": object{"drop": []string{"stream"}}}, "preset_params_invalid"},
			"long parameters":      {object{"name": "x", "params": object{"stop": []string{strings.Repeat("x", 17<<10)}}}, "preset_params_invalid"},
		} {
			if bad.body["model"] == nil {
				bad.body["model"] = apptest.Plain
			}
			if a := c.Do(t, "POST", "/api/presets", bad.body); a.Status != 422 || a.Code() != bad.code {
				t.Errorf("%s: answered %d %s", name, a.Status, a.Body)
			}
		}
	})
}

func TestOrderDefaultAndUndo(t *testing.T) {
	t.Parallel()
	apptest.Each(t, apptest.Options{}, func(t *testing.T, w *apptest.World) {
		c, bob := w.Alice.Program(), w.Join("bob@example.com", false).Program()
		a, b, d := save(t, c, object{"name": "A"}), save(t, c, object{"name": "B"}), save(t, c, object{"name": "D"})
		theirs := save(t, bob, object{"name": "Of Bob"})
		if got := names(all(t, c)); !slices.Equal(got, []string{"A", "B", "D"}) {
			t.Errorf("at first the order is %v", got)
		}
		c.Want(t, 200, "PUT", "/api/presets/order", object{"ids": []preset.ID{d.ID, a.ID}})
		if got := names(all(t, c)); !slices.Equal(got, []string{"D", "A", "B"}) {
			t.Errorf("then the order is %v", got)
		}
		for name, ids := range map[string][]preset.ID{"of another": {theirs.ID}, "twice": {a.ID, a.ID}} {
			if got := c.Do(t, "PUT", "/api/presets/order", object{"ids": ids}); got.Code() != "preset_order_invalid" {
				t.Errorf("an order with one %s was answered %d %s", name, got.Status, got.Body)
			}
		}
		c.Want(t, 204, "PUT", "/api/presets/default", object{"preset": b.ID})
		if got := all(t, c).Default; got != b.ID {
			t.Errorf("the default is %q", got)
		}
		c.Want(t, 404, "PUT", "/api/presets/default", object{"preset": theirs.ID})
		c.Want(t, 404, "PUT", "/api/presets/default", object{"preset": "x"})
		if got := all(t, c).Default; got != b.ID {
			t.Errorf("after a refusal the default is %q", got)
		}
		c.Want(t, 204, "DELETE", "/api/presets/"+string(b.ID), nil)
		if l := all(t, c); l.Default != "" || len(l.Items) != 2 {
			t.Errorf("after the deletion there is %+v", l)
		}
		c.Want(t, 404, "GET", "/api/presets/"+string(b.ID), nil)
		c.Want(t, 404, "PATCH", "/api/presets/"+string(b.ID), object{"name": "X"})
		c.Want(t, 200, "POST", "/api/presets/"+string(b.ID)+"/restore", nil)
		c.Want(t, 404, "POST", "/api/presets/"+string(b.ID)+"/restore", nil) // it is there
		if l := all(t, c); l.Default != b.ID || len(l.Items) != 3 {
			t.Errorf("after the undo there is %+v", l)
		}
		c.Want(t, 204, "PUT", "/api/presets/default", object{"preset": ""})
		if got := all(t, c).Default; got != "" {
			t.Errorf("the default is still %q", got)
		}
	})
}

// A chat keeps what it was set up with, whatever becomes of the preset.
func TestChatsKeepWhatTheyWereMadeWith(t *testing.T) {
	t.Parallel()
	apptest.Each(t, apptest.Options{}, func(t *testing.T, w *apptest.World) {
		c, bob := w.Alice.Program(), w.Join("bob@example.com", false).Program()
		p := save(t, c, object{"name": "Pirate", "icon": "🏴", "instructions": "Talk like a pirate.", "params": object{"temperature": 0.5, "topP": 0.9}})
		chat := id.New()
		path := "/api/chats/" + chat + "/preset"
		say := func(body object) asked {
			t.Helper()
			body["text"] = "hello"
			c.Finish(t, c.Send(t, chat, body))
			return lastAsked(t, w)
		}
		if got := say(object{"preset": p.ID, "params": object{"topP": 0.1}}); got.system() != "Talk like a pirate." || *got.Temperature != 0.5 || *got.TopP != 0.1 {
			t.Errorf("the first turn asked %+v", got)
		}
		if got := say(object{}); got.system() != "Talk like a pirate." || *got.Temperature != 0.5 || *got.TopP != 0.9 {
			t.Errorf("the next turn asked %+v", got)
		}
		u := used(t, c, chat)
		if u == nil || u.Name != "Pirate" || u.Icon != "🏴" || u.Model != apptest.Plain || u.State != preset.Same || u.Since.IsZero() {
			t.Fatalf("the chat uses %+v", u)
		}
		c.Want(t, 200, "PATCH", "/api/presets/"+string(p.ID), object{"instructions": "Talk like a judge."})
		if got, state := say(object{}).system(), used(t, c, chat).State; got != "Talk like a pirate." || state != preset.Changed {
			t.Errorf("after a change: %q, %s", got, state)
		}
		c.Want(t, 200, "PUT", path, object{"preset": p.ID}) // take the new one
		if got, state := say(object{}).system(), used(t, c, chat).State; got != "Talk like a judge." || state != preset.Same {
			t.Errorf("after taking the change: %q, %s", got, state)
		}
		c.Want(t, 204, "DELETE", "/api/presets/"+string(p.ID), nil)
		if got, state := say(object{}).system(), used(t, c, chat).State; got != "Talk like a judge." || state != preset.Gone {
			t.Errorf("after the deletion: %q, %s", got, state)
		}
		c.Want(t, 404, "PUT", path, object{"preset": p.ID})
		c.Want(t, 204, "DELETE", path, nil)
		if got := say(object{}); got.system() != "" || got.Temperature != nil || used(t, c, chat) != nil {
			t.Errorf("without the preset it asked %+v", got)
		}

		// A preset that one does not see is none.
		theirs := save(t, bob, object{"name": "Secret", "instructions": "Secret."})
		for name, preset := range map[string]any{"of another": theirs.ID, "missing": id.New(), "no id": "x"} {
			a := c.Do(t, "POST", "/api/chats/"+id.New()+"/turns", object{"text": "x", "model": apptest.Plain, "preset": preset})
			if a.Status != 404 || a.Code() != "preset_not_found" {
				t.Errorf("a turn with a preset %s was answered %d %s", name, a.Status, a.Body)
			}
			c.Want(t, 404, "PUT", path, object{"preset": preset})
		}
	})
}

func TestSharing(t *testing.T) {
	t.Parallel()
	apptest.Each(t, apptest.Options{}, func(t *testing.T, w *apptest.World) {
		c, bobs := w.Alice.Program(), w.Join("bob@example.com", false)
		bob := bobs.Program()
		p := save(t, c, object{"name": "Shared", "instructions": "Be kind."})
		path := "/api/presets/" + string(p.ID)
		share := func(right string) {
			c.Want(t, 200, "PUT", path+"/grants", object{"items": []object{{"to": "user", "id": bobs.ID, "right": right, "name": "as it was read"}}})
		}
		socket, _ := bobs.Browser().Dial(t)
		channel := "sys:" + string(bobs.ID)
		socket.Subscribe(channel)
		share("view")
		socket.Until(channel, `"presets"`) // he is told at once
		l := all(t, bob)
		if len(l.Items) != 1 || l.Items[0].Right != preset.View || l.Items[0].Owner.ID != w.Alice.ID || l.Items[0].Shared {
			t.Errorf("a viewer sees %+v", l)
		}
		if !all(t, c).Items[0].Shared {
			t.Error("the owner is not told that it is shared")
		}
		chat := id.New()
		bob.Finish(t, bob.Send(t, chat, object{"text": "x", "preset": p.ID}))
		if got := lastAsked(t, w).system(); got != "Be kind." {
			t.Errorf("a viewer's turn begins with %q", got)
		}
		var copied preset.Preset
		bob.Want(t, 200, "POST", path+"/copy", object{"name": "Mine"}).Read(t, &copied)
		if copied.Right != preset.Owner || copied.Instructions != "Be kind." || copied.Owner.ID != bobs.ID {
			t.Errorf("the copy is %+v", copied)
		}
		share("edit")
		bob.Want(t, 200, "PATCH", path, object{"instructions": "Be kinder."})
		if a := bob.Do(t, "PUT", path+"/grants", object{"items": []object{}}); a.Status != 404 {
			t.Errorf("an editor's sharing was answered %d", a.Status)
		}
		c.Want(t, 200, "PUT", path+"/grants", object{"items": []object{}})
		socket.Until(channel, `"presets"`)
		if got := names(all(t, bob)); !slices.Equal(got, []string{"Mine"}) {
			t.Errorf("afterwards he sees %v", got)
		}
		if u := used(t, bob, chat); u == nil || u.State != preset.Gone || u.Instructions != "Be kind." {
			t.Errorf("his chat uses %+v", u)
		}
		if got := bob.Do(t, "POST", "/api/chats/"+id.New()+"/turns", object{"text": "x", "model": apptest.Plain, "preset": p.ID}).Status; got != 404 {
			t.Errorf("using what is not shared any more was answered %d", got)
		}
	})
}

func TestModelsThatAreGone(t *testing.T) {
	t.Parallel()
	w := apptest.Start(t, apptest.Options{})
	c := w.Alice.Program()
	p := save(t, c, object{"name": "Old", "model": "Up/plain-2023"})
	if !p.Gone || p.Nearest != apptest.Plain {
		t.Errorf("when saved: %+v", p)
	}
	l := all(t, c)
	if !l.Items[0].Gone || l.Items[0].Nearest != apptest.Plain {
		t.Errorf("when listed: %+v", l.Items[0])
	}
	if p := save(t, c, object{"name": "Fine"}); p.Gone || p.Nearest != "" {
		t.Errorf("a model that is there: %+v", p)
	}
}

func TestPurge(t *testing.T) {
	t.Parallel()
	apptest.Each(t, apptest.Options{}, func(t *testing.T, w *apptest.World) {
		c := w.Alice.Program()
		old, fresh, kept := save(t, c, object{"name": "Old"}), save(t, c, object{"name": "Fresh"}), save(t, c, object{"name": "Kept"})
		for _, p := range []preset.Preset{old, fresh, kept} {
			c.Want(t, 200, "PUT", "/api/presets/"+string(p.ID)+"/grants", object{"items": []object{{"to": "everyone", "right": "view"}}})
		}
		c.Want(t, 204, "DELETE", "/api/presets/"+string(old.ID), nil)
		c.Want(t, 204, "DELETE", "/api/presets/"+string(fresh.ID), nil)
		long := db.Millis(time.Now().Add(-preset.UndoWindow - time.Hour))
		if _, err := w.App.DB.Exec(t.Context(), `UPDATE presets SET deleted_at = $2 WHERE id = $1`, string(old.ID), long); err != nil {
			t.Fatal(err)
		}
		s := preset.New(preset.Deps{DB: w.App.DB, Guards: access.New()})
		if err := s.Purge(t.Context()); err != nil {
			t.Fatal(err)
		}
		c.Want(t, 404, "POST", "/api/presets/"+string(old.ID)+"/restore", nil)
		c.Want(t, 200, "POST", "/api/presets/"+string(fresh.ID)+"/restore", nil)
		for p, want := range map[preset.ID]int{old.ID: 0, fresh.ID: 1, kept.ID: 1} {
			grants, err := access.Grants(t.Context(), w.App.DB, preset.Kind, string(p))
			if err != nil || len(grants) != want {
				t.Errorf("%d grants are left of %s (%v)", len(grants), p, err)
			}
		}
	})
}

func TestTooMany(t *testing.T) {
	t.Parallel()
	w := apptest.Start(t, apptest.Options{})
	c := w.Alice.Program()
	many := make([]object, preset.MaxPresets)
	for i := range many {
		many[i] = object{"title": fmt.Sprint("P", i), "endpoint": "Up", "model": "plain"}
	}
	c.Want(t, 200, "POST", "/api/presets/import", object{"presets": many})
	if a := c.Do(t, "POST", "/api/presets", object{"name": "One more", "model": apptest.Plain}); a.Status != http.StatusConflict || a.Code() != "presets_full" {
		t.Errorf("one too many was answered %d %s", a.Status, a.Body)
	}
}

func TestLibreChat(t *testing.T) {
	t.Parallel()
	apptest.Each(t, apptest.Options{}, func(t *testing.T, w *apptest.World) {
		c := w.Alice.Program()
		exported := []string{
			`{"presetId":"a","title":"Poet","endpoint":"up","model":"plain","promptPrefix":"In rhyme.","temperature":1.1,"top_p":0.8,"max_tokens":"","defaultPreset":true,"order":0,"resendFiles":true,"description":"Rhymes.","icon":"🪶","group":"Fun"}`,
			`{"title":"Thinker","endpoint":"ant","model":"claude-old","promptPrefix":null,"maxOutputTokens":900,"topP":0.5,"topK":40,"thinkingBudget":2000,"web_search":true}`,
			`{"title":"","endpoint":"azureOpenAI","model":"gpt-4o","thinking":false,"stop":["X"]}`,
			`{"title":"Broken","endpoint":"up","model":""}`,
		}
		raw := make([]json.RawMessage, len(exported))
		for i, text := range exported {
			raw[i] = json.RawMessage(text)
		}
		var in preset.Imported
		c.Want(t, 200, "POST", "/api/presets/import", object{"presets": raw}).Read(t, &in)
		type row struct {
			name, model, instructions string
			gone                      bool
			params                    string
		}
		var got []row
		for _, p := range in.Items {
			params, err := json.Marshal(p.Params)
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, row{p.Name, p.Model, p.Instructions, p.Gone, string(params)})
		}
		want := []row{
			{"Poet", "Up/plain", "In rhyme.", false, `{"temperature":1.1,"topP":0.8}`},
			{"Thinker", "Ant/claude-old", "", true, `{"topP":0.5,"topK":40,"maxTokens":900,"reasoningTokens":2000}`},
			{"gpt-4o", "azureOpenAI/gpt-4o", "", true, `{"stop":["X"],"reasoningTokens":0}`},
		}
		if diff := cmp.Diff(want, got, cmp.AllowUnexported(row{})); diff != "" {
			t.Errorf("imported (-want +got):\n%s", diff)
		}
		notes := []preset.ImportNote{{Title: "Thinker", Left: []string{"web_search"}}, {Title: "Broken", Problem: preset.ErrModel.Message}}
		if diff := cmp.Diff(notes, in.Notes); diff != "" {
			t.Errorf("notes (-want +got):\n%s", diff)
		}
		if p := in.Items[0]; p.Description != "Rhymes." || p.Icon != "🪶" || p.Group != "Fun" {
			t.Errorf("imported %+v", p)
		}
		if l := all(t, c); l.Default == "" || l.Default != in.Items[0].ID {
			t.Errorf("the default is %q", l.Default)
		}

		// What is exported can be imported again, and is the same.
		var out struct{ Presets []json.RawMessage }
		c.Want(t, 200, "GET", "/api/presets/export", nil).Read(t, &out)
		bob := w.Join("bob@example.com", false).Program()
		var again preset.Imported
		bob.Want(t, 200, "POST", "/api/presets/import", object{"presets": out.Presets}).Read(t, &again)
		if len(again.Notes) != 0 || len(again.Items) != len(in.Items) {
			t.Fatalf("imported again: %+v", again)
		}
		for i, p := range again.Items {
			first := in.Items[i]
			if p.Name != first.Name || p.Model != first.Model || p.Instructions != first.Instructions || p.Description != first.Description || p.Icon != first.Icon || p.Group != first.Group || !cmp.Equal(p.Params, first.Params) {
				t.Errorf("imported again as %+v, not %+v", p, first)
			}
		}
		for name, bad := range map[string]string{"text": `{"presets":["x"]}`, "nothing": `{"presets":[]}`, "a wrong type": `{"presets":[{"temperature":"hot"}]}`} {
			if a := bob.Do(t, "POST", "/api/presets/import", bad); a.Status != 422 {
				t.Errorf("%s was answered %d %s", name, a.Status, a.Body)
			}
		}
	})
}

// What LibreChat itself has written: presets as they stand in its exports of chats.
func TestRealPresets(t *testing.T) {
	t.Parallel()
	folder := filepath.Join("..", "..", "..", "..", "shared", "fixtures", "chat-exports")
	files, err := filepath.Glob(filepath.Join(folder, "*LibreChat__librechat-*.json"))
	if err != nil || len(files) == 0 {
		t.Skip("needs ../shared/fixtures/chat-exports beside the repository")
	}
	var presets []json.RawMessage
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		var export struct{ Options json.RawMessage }
		if err := json.Unmarshal(text, &export); err != nil {
			t.Fatal(name, err)
		}
		if export.Options != nil {
			presets = append(presets, export.Options)
		}
	}
	w := apptest.Start(t, apptest.Options{})
	c := w.Alice.Program()
	var in preset.Imported
	c.Want(t, 200, "POST", "/api/presets/import", object{"presets": presets}).Read(t, &in)
	if len(in.Items) != 2 || len(in.Notes) != 1 || !slices.Equal(in.Notes[0].Left, []string{"chatGptLabel"}) {
		t.Fatalf("%d presets of %d, notes %+v", len(in.Items), len(presets), in.Notes)
	}
	for _, p := range in.Items {
		// LibreChat writes all that can be set; what says nothing is not taken over.
		if p.Params.Temperature == nil || p.Params.TopP != nil || p.Params.PresencePenalty != nil || p.Params.ImageDetail != "" {
			t.Errorf("%s has %+v", p.Name, p.Params)
		}
	}
	if p := in.Items[1]; p.Instructions != "You are an expert software engineer." || p.Model != "openAI/gpt-4-turbo" {
		t.Errorf("%+v", p)
	}
}
