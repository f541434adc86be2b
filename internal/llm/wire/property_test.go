package wire_test

import (
	"encoding/json"
	"regexp"
	"testing"

	"parley/internal/llm"
	"parley/internal/llm/wire"

	"pgregory.net/rapid"
)

var cleanID = regexp.MustCompile(`^[a-zA-Z0-9_-]{1,64}$`)

// TestHistoryProperty: whatever was stored, what goes out is a conversation that
// a provider takes.
func TestHistoryProperty(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		history := wire.History(rapid.SliceOfN(anyMessage(), 0, 12).Draw(t, "messages"), "mine", wire.CleanID)
		if rapid.Bool().Draw(t, "shown") {
			history = wire.Show(history, nil)
			checkShown(t, history)
		}
		seen := map[string]bool{}
		var open []string
		for i, message := range history {
			if len(message.Parts) == 0 {
				t.Fatalf("message %d is empty", i)
			}
			if len(open) > 0 && message.Role != llm.RoleTool {
				t.Fatalf("message %d comes before the results of %v", i, open)
			}
			if message.Role == llm.RoleTool {
				open = checkResults(t, open, message.Parts)
				continue
			}
			for _, part := range message.Parts {
				if part.Raw != nil && part.Protocol != "mine" {
					t.Fatalf("message %d holds a raw form of %q", i, part.Protocol)
				}
				if part.Type != llm.PartToolCall || part.Call.Remote {
					continue
				}
				id := part.Call.ID
				if seen[id] || !cleanID.MatchString(id) || !json.Valid([]byte(part.Call.Arguments)) {
					t.Fatalf("message %d has the call %+v", i, part.Call)
				}
				seen[id] = true
				open = append(open, id)
			}
		}
		if len(open) > 0 {
			t.Fatalf("the calls %v are not answered", open)
		}
	})
}

// checkShown: after wire.Show only the user shows pictures.
func checkShown(t *rapid.T, history []llm.Message) {
	for i, message := range history {
		for _, part := range message.Parts {
			if part.Media != nil && message.Role == llm.RoleAssistant {
				t.Fatalf("message %d of the model holds a picture", i)
			}
		}
	}
}

func checkResults(t *rapid.T, open []string, parts []llm.Part) []string {
	for _, part := range parts {
		if part.Result == nil {
			continue
		}
		if len(open) == 0 || open[0] != part.Result.CallID {
			t.Fatalf("a result of %q, while %v are open", part.Result.CallID, open)
		}
		open = open[1:]
	}
	if len(open) > 0 {
		t.Fatalf("no results of %v", open)
	}
	return nil
}

func anyMessage() *rapid.Generator[llm.Message] {
	return rapid.Custom(func(t *rapid.T) llm.Message {
		return llm.Message{
			Role:  rapid.SampledFrom([]llm.Role{llm.RoleUser, llm.RoleAssistant, llm.RoleTool}).Draw(t, "role"),
			Parts: rapid.SliceOfN(anyPart(), 0, 6).Draw(t, "parts"),
		}
	})
}

func anyPart() *rapid.Generator[llm.Part] {
	return rapid.Custom(func(t *rapid.T) llm.Part {
		id := rapid.SampledFrom([]string{"1", "2", "a:b", "ä", ""}).Draw(t, "id")
		part := llm.Part{Protocol: rapid.SampledFrom([]string{"", "mine", "theirs"}).Draw(t, "protocol")}
		if part.Protocol != "" && rapid.Bool().Draw(t, "raw") {
			part.Raw = json.RawMessage(`{}`)
		}
		part.Type = rapid.SampledFrom([]llm.PartType{
			llm.PartText, llm.PartReasoning, llm.PartToolCall, llm.PartToolResult, llm.PartImage, llm.PartNotice, llm.PartSummary,
		}).Draw(t, "type")
		switch part.Type {
		case llm.PartToolCall:
			part.Call = &llm.ToolCall{
				ID: id, Name: "t", Remote: rapid.Bool().Draw(t, "remote"),
				Arguments: rapid.SampledFrom([]string{`{}`, `{"a":1}`, ``, `{"a"`, `[1]`}).Draw(t, "arguments"),
			}
		case llm.PartToolResult:
			part.Result = &llm.ToolResult{CallID: id, Content: "r"}
		case llm.PartImage:
			part.Media = &llm.Media{MIME: "image/png"}
		default:
			part.Text = rapid.SampledFrom([]string{"", " ", "text"}).Draw(t, "text")
		}
		return part
	})
}
