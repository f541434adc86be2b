package wire_test

import (
	"encoding/json"
	"testing"

	"parley/internal/llm"
	"parley/internal/llm/wire"

	"github.com/google/go-cmp/cmp"
)

func text(s string) llm.Part { return llm.Part{Type: llm.PartText, Text: s} }

func call(id, name, arguments string) llm.Part {
	return llm.Part{Type: llm.PartToolCall, Call: &llm.ToolCall{ID: id, Name: name, Arguments: arguments}}
}

func result(id, content string) llm.Part {
	return llm.Part{Type: llm.PartToolResult, Result: &llm.ToolResult{CallID: id, Content: content}}
}

func answered(id, name, content string) llm.Part {
	return llm.Part{Type: llm.PartToolResult, Result: &llm.ToolResult{CallID: id, Name: name, Content: content}}
}

func lost(id, name string) llm.Part {
	return llm.Part{Type: llm.PartToolResult, Result: &llm.ToolResult{
		CallID: id, Name: name, Content: "interrupted: the tool did not return a result", IsError: true,
	}}
}

func says(role llm.Role, parts ...llm.Part) llm.Message { return llm.Message{Role: role, Parts: parts} }

func TestHistory(t *testing.T) {
	t.Parallel()
	const user, assistant, tool = llm.RoleUser, llm.RoleAssistant, llm.RoleTool
	signed := llm.Part{Type: llm.PartReasoning, Text: "hm", Protocol: "mine", Raw: json.RawMessage(`{}`)}
	foreign := llm.Part{Type: llm.PartReasoning, Text: "hm", Protocol: "theirs", Raw: json.RawMessage(`{}`)}
	remote := llm.Part{Type: llm.PartToolCall, Call: &llm.ToolCall{ID: "s1", Name: "web", Remote: true}}
	own := llm.Part{
		Type: llm.PartToolCall, Protocol: "mine", Raw: json.RawMessage(`{}`), Call: &llm.ToolCall{ID: "s2", Name: "web", Remote: true},
	}
	found := llm.Part{
		Type: llm.PartToolResult, Protocol: "mine", Raw: json.RawMessage(`{}`), Result: &llm.ToolResult{CallID: "s2", Content: "x"},
	}
	picture := llm.Part{Type: llm.PartImage, Media: &llm.Media{MIME: "image/png"}}
	tests := []struct {
		name     string
		in, want []llm.Message
	}{
		{
			"steps of one message",
			[]llm.Message{says(assistant, text("a"), call("1", "t", "{}"), result("1", "r"), text("b"))},
			[]llm.Message{
				says(assistant, text("a"), call("1", "t", "{}")), says(tool, answered("1", "t", "r")), says(assistant, text("b")),
			},
		},
		{
			"parallel calls answered out of order",
			[]llm.Message{
				says(assistant, call("1", "t", "{}"), call("2", "u", "{}")),
				says(tool, result("2", "two")), says(tool, result("1", "one")), says(user, text("x")),
			},
			[]llm.Message{
				says(assistant, call("1", "t", "{}"), call("2", "u", "{}")),
				says(tool, answered("1", "t", "one"), answered("2", "u", "two")), says(user, text("x")),
			},
		},
		{
			"call without result",
			[]llm.Message{says(assistant, call("1", "t", "{}")), says(user, text("go on"))},
			[]llm.Message{says(assistant, call("1", "t", "{}")), says(tool, lost("1", "t")), says(user, text("go on"))},
		},
		{
			"result without call, and twice",
			[]llm.Message{
				says(tool, result("9", "stray")), says(assistant, call("1", "t", "{}")),
				says(tool, result("1", "r"), result("1", "again"), result("9", "stray")),
			},
			[]llm.Message{says(assistant, call("1", "t", "{}")), says(tool, answered("1", "t", "r"))},
		},
		{
			"ids are cleaned and made unique",
			[]llm.Message{
				says(assistant, call("a:b/1", "t", "{}")), says(tool, result("a:b/1", "r")),
				says(assistant, call("a:b/1", "t", "{}")), says(tool, result("a:b/1", "s")),
			},
			[]llm.Message{
				says(assistant, call("a_b_1", "t", "{}")), says(tool, answered("a_b_1", "t", "r")),
				says(assistant, call("a_b_1_2", "t", "{}")), says(tool, answered("a_b_1_2", "t", "s")),
			},
		},
		{
			"one id for two calls of a step",
			[]llm.Message{says(assistant, call("x", "t", "{}"), call("x", "t", "{}")), says(tool, result("x", "1"), result("x", "2"))},
			[]llm.Message{
				says(assistant, call("x", "t", "{}"), call("x_2", "t", "{}")),
				says(tool, answered("x", "t", "1"), answered("x_2", "t", "2")),
			},
		},
		{
			"cut arguments",
			[]llm.Message{says(assistant, call("1", "t", `{"a":`)), says(tool, result("1", "r"))},
			[]llm.Message{says(assistant, call("1", "t", `{}`)), says(tool, answered("1", "t", "r"))},
		},
		{
			"reasoning of another protocol is left out",
			[]llm.Message{says(assistant, signed, foreign, text("a"))},
			[]llm.Message{says(assistant, signed, text("a"))},
		},
		{
			"remote call of another provider leaves its text whole",
			[]llm.Message{says(assistant, text("a"), remote, result("s1", "found"), text("b"))},
			[]llm.Message{says(assistant, text("a"), text("b"))},
		},
		{
			"remote call that was cut",
			[]llm.Message{says(assistant, text("a"), own), says(user, text("b"))},
			[]llm.Message{says(assistant, text("a")), says(user, text("b"))},
		},
		{
			"remote call that goes on",
			[]llm.Message{says(user, text("b")), says(assistant, text("a"), own)},
			[]llm.Message{says(user, text("b")), says(assistant, text("a"), own)},
		},
		{
			"remote call that is answered in the next message",
			[]llm.Message{says(assistant, own), says(assistant, found), says(user, text("b"))},
			[]llm.Message{says(assistant, own), says(assistant, found), says(user, text("b"))},
		},
		{
			"nothing left",
			[]llm.Message{
				says(user, text("a")), says(assistant, llm.Part{Type: llm.PartError, Failure: &llm.Failure{}}, text(" ")),
				says(user, text("b")),
			},
			[]llm.Message{says(user, text("a")), says(user, text("b"))},
		},
		{
			"media of a result stays with it",
			[]llm.Message{says(assistant, call("1", "t", "{}")), says(tool, result("1", "r"), picture)},
			[]llm.Message{says(assistant, call("1", "t", "{}")), says(tool, answered("1", "t", "r"), picture)},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			before, _ := json.Marshal(test.in)
			if diff := cmp.Diff(test.want, wire.History(test.in, "mine", wire.CleanID)); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
			if after, _ := json.Marshal(test.in); string(after) != string(before) {
				t.Error("the messages given were changed")
			}
		})
	}
}

func TestNames(t *testing.T) {
	t.Parallel()
	names := wire.NewNames([]llm.Tool{{Name: "a.b"}, {Name: "a/b"}, {Name: "a_b"}, {Name: "größe"}})
	for given, want := range map[string]string{"a.b": "a_b_2", "a/b": "a_b_3", "a_b": "a_b", "größe": "gr__e"} {
		clean := names.Clean(given)
		if clean != want {
			t.Errorf("Clean(%q) = %q, want %q", given, clean, want)
		}
		if back := names.Given(clean); back != given {
			t.Errorf("Given(%q) = %q, want %q", clean, back, given)
		}
	}
	if got := names.Given("never_seen"); got != "never_seen" {
		t.Errorf("an unknown name became %q", got)
	}
}

func TestTurns(t *testing.T) {
	t.Parallel()
	said := func(role llm.Role, texts ...string) llm.Message {
		m := llm.Message{Role: role}
		for _, text := range texts {
			m.Parts = append(m.Parts, llm.Part{Type: llm.PartText, Text: text})
		}
		return m
	}
	write := func(parts []llm.Part) []map[string]any {
		var blocks []map[string]any
		for _, part := range parts {
			if part.Text != "unwritten" {
				blocks = append(blocks, map[string]any{"text": part.Text})
			}
		}
		return blocks
	}
	message := func(role string, texts ...string) map[string]any {
		m := map[string]any{"role": role, "content": []map[string]any{}}
		for _, text := range texts {
			m["content"] = append(wire.Blocks(m), map[string]any{"text": text})
		}
		return m
	}
	got := wire.Turns([]llm.Message{
		said(llm.RoleAssistant, "a"), said(llm.RoleTool, "b"), said(llm.RoleUser, "c"), said(llm.RoleAssistant, "unwritten"),
		said(llm.RoleUser, "d"), said(llm.RoleAssistant, "e ", "f \n"),
	}, map[string]any{"text": "…"}, write, write)
	want := []map[string]any{
		message("user", "…"), message("assistant", "a"), message("user", "b", "c", "d"), message("assistant", "e ", "f"),
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if got := wire.Turns(nil, nil, write, write); got != nil {
		t.Errorf("of nothing comes %v", got)
	}
}
