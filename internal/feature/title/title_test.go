package title_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"parley/internal/access"
	"parley/internal/audit"
	"parley/internal/chat"
	"parley/internal/feature"
	"parley/internal/feature/title"
	"parley/internal/identity"
	"parley/internal/kit/db"
	"parley/internal/kit/fault"
	"parley/internal/kit/id"
	"parley/internal/kit/testkit"
	"parley/internal/llm"
	"parley/internal/llm/llmtest/upstream"
	"parley/internal/llm/openaichat"
	"parley/internal/meter"
	"parley/internal/turn"
)

// fixture is a chat with one question and its answer, and a provider whose
// model says what its name says.
type fixture struct {
	db       *db.DB
	chats    *chat.Service
	spec     feature.Spec
	provider *upstream.Server
	scope    access.Scope
	chat     chat.ID
	reply    chat.MessageID
}

type resolver struct{ provider *openaichat.Provider }

func (r resolver) Resolve(_ context.Context, _ identity.UserID, model string) (llm.Target, error) {
	_, name, _ := strings.Cut(model, "/")
	if name == "gone" {
		return llm.Target{}, fault.New(fault.NotFound, "model_not_found", "There is no such model.")
	}
	t := llm.Target{Model: r.provider.Model(name), Info: llm.Info{ID: model, Name: name}, Provider: "up", ModelTitles: true}
	switch name {
	case "text-own":
		t.Titling = llm.Titling{Model: "text-good", Prompt: "Name it: {convo}", Template: "Q {input} A {output}"}
	case "fail-1-400+text-good":
		t.Info.Reasoning, t.Info.Levels = true, []string{"low", "high"}
	case "text-lost":
		t.Titling = llm.Titling{Model: "gone", Prompt: "Be brief."}
	}
	return t, nil
}

type silent struct{}

func (silent) Publish(string, []byte) {}

func each(t *testing.T, texts map[string]string, test func(*testing.T, fixture)) {
	t.Helper()
	testkit.Databases(t, func(t *testing.T, d *db.DB) {
		if err := d.Migrate(t.Context(), audit.Migrations, identity.Migrations, access.Migrations, chat.Migrations, meter.Migrations); err != nil {
			t.Fatal(err)
		}
		log := slog.New(slog.DiscardHandler)
		u, err := identity.New(identity.Config{DB: d, Log: log}).CreateUser(t.Context(),
			identity.NewUser{Email: "ann@example.org", Password: "correct horse battery"})
		if err != nil {
			t.Fatal(err)
		}
		f := fixture{db: d, provider: upstream.New(upstream.Options{Texts: texts}), scope: access.Scope{User: u.ID}}
		f.chat, f.reply = chat.ID(id.New()), chat.MessageID(id.New())
		back := httptest.NewServer(f.provider)
		t.Cleanup(back.Close)
		t.Cleanup(f.provider.Close)
		f.chats = chat.New(d, silent{}, log)
		models := resolver{openaichat.New(openaichat.Config{Name: "up", BaseURL: back.URL + "/v1", Client: back.Client()})}
		f.spec = title.New(title.Deps{DB: d, Chats: f.chats, Models: models, Ledger: meter.New(d, "node")}).Spec()
		f.fill(t)
		test(t, f)
	})
}

func (f fixture) fill(t *testing.T) {
	t.Helper()
	question := chat.MessageID(id.New())
	text := func(s string) []llm.Part { return []llm.Part{{Type: llm.PartText, Text: s}} }
	err := f.db.Tx(t.Context(), func(ctx context.Context, tx *db.Tx) error {
		now := time.Now()
		if _, err := chat.Create(ctx, tx, f.scope, f.chat, "how do tides", "up/x", now); err != nil {
			return err
		}
		if err := chat.Add(ctx, tx, f.scope, f.chat, chat.Message{
			ID: question, Role: llm.RoleUser, Status: chat.StatusComplete, Parts: text("how do tides work?"), CreatedAt: now,
		}); err != nil {
			return err
		}
		return chat.Add(ctx, tx, f.scope, f.chat, chat.Message{
			ID: f.reply, Parent: &question, Role: llm.RoleAssistant, Status: chat.StatusComplete, Parts: text("The moon pulls."), CreatedAt: now,
		})
	})
	if err != nil {
		t.Fatal(err)
	}
}

func (f fixture) ended(model string) turn.Ended {
	return turn.Ended{
		Turn: turn.ID(id.New()), Chat: f.chat, User: f.scope.User, Reply: f.reply, Model: "up/" + model,
		Status: chat.StatusComplete, First: true, ModelTitles: true,
	}
}

func (f fixture) get(t *testing.T) chat.Chat {
	t.Helper()
	c, err := chat.Get(t.Context(), f.db, f.scope, f.chat)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestTitle(t *testing.T) {
	t.Parallel()
	each(t, map[string]string{"good": "## \"How the tides work.\"\nAnd more"}, func(t *testing.T, f fixture) {
		if err := f.spec.Finish.Run(t.Context(), f.ended("text-good")); err != nil {
			t.Fatal(err)
		}
		if c := f.get(t); c.Title != "How the tides work" || c.TitleSource != chat.TitleModel {
			t.Errorf("the title is %q by %s", c.Title, c.TitleSource)
		}
		calls := f.provider.Calls()
		if len(calls) != 1 || !strings.Contains(calls[0].LastUser(), "how do tides work?") || !strings.Contains(calls[0].LastUser(), "The moon pulls.") {
			t.Errorf("asked %+v", calls)
		}
		lines, err := meter.Lines(t.Context(), f.db, f.scope.User)
		if err != nil || len(lines) != 1 || lines[0].Estimated || lines[0].Usage.Output == 0 || lines[0].Purpose != meter.ForTitle {
			t.Errorf("the ledger has %+v, %v", lines, err)
		}
	})
}

// A title is shown as plain text, so that nothing of what models write it in may be left.
func TestATitleIsPlain(t *testing.T) {
	t.Parallel()
	cases := []struct{ name, wrote, want string }{
		{"bold", "one **bold** word", "one bold word"},
		{"all bold", "**Tides**", "Tides"},
		{"bold label", "**Title:** How tides work", "How tides work"},
		{"bold label inside", "**Title: How tides work**", "How tides work"},
		{"other label", "Titel: Wie Gezeiten entstehen.", "Wie Gezeiten entstehen"},
		{"label above", "Title:\n\nTides", "Tides"},
		{"announced", "Here is a title for the conversation:\n\n**Tides**", "Tides"},
		{"italic", "The *moon* and _tides_", "The moon and tides"},
		{"code", "What `__init__` does", "What __init__ does"},
		{"fence", "```\nTides\n```", "Tides"},
		{"heading", "### Tides", "Tides"},
		{"item", "- Tides", "Tides"},
		{"quoted", "\"Tides.\"", "Tides"},
		{"quoted with a stop", "“Tides”.", "Tides"},
		{"quotes inside", "\"Moon\" and \"tide\"", "\"Moon\" and \"tide\""},
		{"quote that was cut off", "\"How tides", "How tides"},
		{"apostrophe", "'Tis the season", "Tis the season"},
		{"guillemets", "« Les marées »", "Les marées"},
		{"brackets", "「潮の満ち引き」。", "潮の満ち引き"},
		{"chinese bold", "为什么**潮汐**发生", "为什么潮汐发生"},
		{"link", "About [tides](https://tides.example)", "About tides"},
		{"escaped", "Writing C\\# well", "Writing C# well"},
		{"name", "The snake_case_name of 2 * 3 * 4", "The snake_case_name of 2 * 3 * 4"},
		{"sharp", "C# and F#: which one?", "C# and F#: which one?"},
		{"abbreviation", "History of the U.S.", "History of the U.S."},
		{"ellipsis", "To be continued...", "To be continued..."},
	}
	wrote := map[string]string{}
	for i, c := range cases {
		wrote[fmt.Sprint(i)] = c.wrote
	}
	each(t, wrote, func(t *testing.T, f fixture) {
		for i, c := range cases {
			if err := f.spec.Finish.Run(t.Context(), f.ended(fmt.Sprint("text-", i))); err != nil {
				t.Fatal(err)
			}
			if got := f.get(t).Title; got != c.want {
				t.Errorf("%s: %q became %q, want %q", c.name, c.wrote, got, c.want)
			}
		}
	})
}

// What the administrator wrote about titles holds; a model that is not to be had
// is done without.
func TestTitleAsConfigured(t *testing.T) {
	t.Parallel()
	each(t, map[string]string{"good": "By another", "lost": "By itself"}, func(t *testing.T, f fixture) {
		for model, want := range map[string]struct{ title, by, asked, system string }{
			"text-own":  {"By another", "text-good", "Name it: Q how do tides work? A The moon pulls.", ""},
			"text-lost": {"By itself", "text-lost", "user: how do tides work?", "Be brief."},
		} {
			if err := f.spec.Finish.Run(t.Context(), f.ended(model)); err != nil {
				t.Fatal(err)
			}
			calls := f.provider.Calls()
			last := calls[len(calls)-1]
			if c := f.get(t); c.Title != want.title || last.Model != want.by || !strings.HasPrefix(last.LastUser(), want.asked) || !strings.Contains(string(last.Body), want.system) {
				t.Errorf("%s: the title is %q, asked %s %q", model, c.Title, last.Model, last.LastUser())
			}
		}
	})
}

// Thoughts are paid from the same limit as the title, and some models cannot do
// without: they are held short and given room, and a model that nobody knew to
// think is asked once more.
func TestTitleOfAModelThatThinks(t *testing.T) {
	t.Parallel()
	each(t, map[string]string{"good": "The tides"}, func(t *testing.T, f fixture) {
		for model, want := range map[string]struct {
			title string
			sent  []string
		}{
			"fail-1-400+text-good": {"The tides", []string{`"max_tokens":4000,"messages"`, `"max_tokens":4000,"messages"`}},
			"reasoning-3+length":   {"", []string{`"max_tokens":400,"messages"`, `"max_tokens":4000,"messages"`}},
		} {
			before, title := len(f.provider.Calls()), want.title
			if title == "" {
				title = f.get(t).Title
			}
			if err := f.spec.Finish.Run(t.Context(), f.ended(model)); err != nil {
				t.Fatal(err)
			}
			calls := f.provider.Calls()[before:]
			if len(calls) != len(want.sent) || f.get(t).Title != title {
				t.Fatalf("%s: %d calls, the title is %q", model, len(calls), f.get(t).Title)
			}
			for i, sent := range want.sent {
				body, levels := string(calls[i].Body), strings.HasPrefix(model, "fail") && i == 0
				if !strings.Contains(body, sent) || strings.Contains(body, `"reasoning_effort":"low"`) != levels {
					t.Errorf("%s: call %d is %s", model, i, body)
				}
			}
		}
	})
}

func TestUserIsNotOverruled(t *testing.T) {
	t.Parallel()
	each(t, map[string]string{"good": "By the model"}, func(t *testing.T, f fixture) {
		if _, err := f.chats.Rename(t.Context(), f.scope, f.chat, "By me", chat.TitleUser); err != nil {
			t.Fatal(err)
		}
		if err := f.spec.Finish.Run(t.Context(), f.ended("text-good")); err != nil {
			t.Fatal(err)
		}
		if c := f.get(t); c.Title != "By me" {
			t.Errorf("the title is %q", c.Title)
		}
	})
}

func TestFailureIsTriedAgainAndSettled(t *testing.T) {
	t.Parallel()
	each(t, nil, func(t *testing.T, f fixture) {
		if err := f.spec.Finish.Run(t.Context(), f.ended("status-400")); err == nil {
			t.Error("a failed call is no error, so nobody tries again")
		}
		if c := f.get(t); c.Title != "how do tides" {
			t.Errorf("the title is %q", c.Title)
		}
		var open int
		err := f.db.QueryRow(t.Context(), `SELECT COUNT(*) FROM ledger WHERE settled_at = 0`).Scan(&open)
		if err != nil || open != 0 {
			t.Errorf("%d entries are open: %v", open, err)
		}
	})
}

func TestDeletedChat(t *testing.T) {
	t.Parallel()
	each(t, map[string]string{"good": "A title"}, func(t *testing.T, f fixture) {
		if err := f.chats.Delete(t.Context(), f.scope, f.chat); err != nil {
			t.Fatal(err)
		}
		if err := f.spec.Finish.Run(t.Context(), f.ended("text-good")); err != nil {
			t.Errorf("a deleted chat is an error: %v", err)
		}
		if calls := f.provider.Calls(); len(calls) != 0 {
			t.Errorf("%d model calls for a deleted chat", len(calls))
		}
	})
}

func TestWants(t *testing.T) {
	t.Parallel()
	spec := title.New(title.Deps{}).Spec()
	all := turn.Ended{Status: chat.StatusComplete, First: true, ModelTitles: true}
	if !spec.Finish.Wants(all) {
		t.Error("a first answer is not wanted")
	}
	for name, change := range map[string]func(*turn.Ended){
		"second answer":   func(e *turn.Ended) { e.First = false },
		"failed answer":   func(e *turn.Ended) { e.Status = chat.StatusFailed },
		"no model titles": func(e *turn.Ended) { e.ModelTitles = false },
	} {
		e := all
		change(&e)
		if spec.Finish.Wants(e) {
			t.Errorf("a %s is wanted", name)
		}
	}
}
