package scripted_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"parley/internal/llm"
	"parley/internal/llm/scripted"

	"github.com/google/go-cmp/cmp"
)

type answer struct {
	text, reasoning, arguments string
	calls                      []string
	reason                     llm.FinishReason
	usage                      *llm.Usage
	err                        error
}

func play(ctx context.Context, model llm.Model, request llm.Request) answer {
	var a answer
	for event, err := range model.Stream(ctx, request) {
		switch {
		case err != nil:
			a.err = err
		case event.Kind == llm.EventText:
			a.text += event.Text
		case event.Kind == llm.EventReasoning:
			a.reasoning += event.Text
		case event.Kind == llm.EventToolStart:
			a.calls = append(a.calls, event.Name)
		case event.Kind == llm.EventToolDelta:
			a.arguments += event.Text
		case event.Kind == llm.EventFinish:
			a.reason, a.usage = event.Reason, event.Usage
		}
	}
	return a
}

func user(text string) llm.Message {
	return llm.Message{Role: llm.RoleUser, Parts: []llm.Part{{Type: llm.PartText, Text: text}}}
}

func result(text string) llm.Message {
	return llm.Message{Role: llm.RoleTool, Parts: []llm.Part{{
		Type: llm.PartToolResult, Result: &llm.ToolResult{CallID: "c", Content: text},
	}}}
}

func TestTranscript(t *testing.T) {
	t.Parallel()
	script, err := scripted.Transcript(strings.NewReader(`{"reasoning": "hm, {{prompt}}"}
{"call": {"name": "lookup", "arguments": "{\"q\": 1}"}}
---
{"text": "It said {{result}}."}
{"text": "\n  Done."}
`))
	if err != nil {
		t.Fatal(err)
	}
	model := scripted.New(script, 0)
	first := play(t.Context(), model, llm.Request{Messages: []llm.Message{user("why?")}})
	if first.reasoning != "hm, why?" || first.arguments != `{"q": 1}` || first.reason != llm.FinishTools || first.err != nil {
		t.Errorf("first call: %+v", first)
	}
	second := play(t.Context(), model, llm.Request{Messages: []llm.Message{user("why?"), result("42")}})
	if second.text != "It said 42.\n  Done." || second.reason != llm.FinishStop {
		t.Errorf("second call: %+v", second)
	}
	if second.usage == nil || second.usage.Output != 4 {
		t.Errorf("usage is %+v, want 4 tokens out", second.usage)
	}
}

func TestTranscriptRefusesNonsense(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "\n\n", "{", `{"txt": "a"}`} {
		if _, err := scripted.Transcript(strings.NewReader(text)); err == nil {
			t.Errorf("the script %q was accepted", text)
		}
	}
}

func TestPace(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		steps := []scripted.Step{{Text: strings.Repeat("word ", 100)}}
		model := scripted.New(scripted.Sections(steps), 20)
		begin := time.Now()
		if a := play(t.Context(), model, llm.Request{}); a.err != nil || a.text != steps[0].Text {
			t.Fatalf("%+v", a)
		}
		// The first of 100 words comes at once; the trailing space is one more.
		if took := time.Since(begin); took < 4900*time.Millisecond || took > 5100*time.Millisecond {
			t.Errorf("100 words at 20 a second took %s", took)
		}
	})
}

func TestErrorAndHang(t *testing.T) {
	t.Parallel()
	failing := scripted.New(scripted.Sections([]scripted.Step{
		{Text: "begun"}, {Error: &llm.Error{Kind: llm.ErrOverloaded, Retryable: true}},
	}), 0)
	a := play(t.Context(), failing, llm.Request{})
	if e := llm.AsError(a.err); a.text != "begun" || e.Kind != llm.ErrOverloaded || a.reason != "" {
		t.Errorf("%+v", a)
	}

	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	hanging := scripted.New(scripted.Sections([]scripted.Step{{Text: "begun"}, {Hang: true}}), 0)
	for event, err := range hanging.Stream(ctx, llm.Request{}) {
		if event.Kind == llm.EventText {
			cancel()
		}
		if err != nil && (llm.AsError(err).Kind != llm.ErrCanceled || !errors.Is(err, context.Canceled)) {
			t.Errorf("a cancelled call ends with %v", err)
		}
	}
}

func TestDemo(t *testing.T) {
	t.Parallel()
	model := scripted.New(scripted.Demo, 0)
	calculator := []llm.Tool{{Name: "calculator"}}

	tour := play(t.Context(), model, llm.Request{Messages: []llm.Message{user("Hello!")}})
	for _, want := range []string{"Demo", "| Part |", "```go", "```python", "```mermaid", "$$"} {
		if !strings.Contains(tour.text, want) {
			t.Errorf("the tour lacks %q", want)
		}
	}
	withTool := play(t.Context(), model, llm.Request{Messages: []llm.Message{user("Hello!")}, Tools: calculator})
	if diff := cmp.Diff([]string{"calculator"}, withTool.calls); diff != "" {
		t.Errorf("the tour with a calculator: %s", diff)
	}

	for prompt, want := range map[string]string{
		"calculate 12*7":               `{"expression":"12*7"}`,
		"What is (3 + 4) × 2?":         `{"expression":"(3 + 4) * 2"}`,
		"how much is 1,000 / 8 please": `{"expression":"1000 / 8"}`,
	} {
		asked := llm.Request{Messages: []llm.Message{user("Hi"), user(prompt)}, Tools: calculator}
		if a := play(t.Context(), model, asked); a.arguments != want || a.reason != llm.FinishTools {
			t.Errorf("%q calls with %s, want %s", prompt, a.arguments, want)
		}
	}

	answered := llm.Request{Messages: []llm.Message{user("calculate 12*7"), result("84")}, Tools: calculator}
	if a := play(t.Context(), model, answered); !strings.Contains(a.text, "84") || a.reason != llm.FinishStop {
		t.Errorf("after the result: %+v", a)
	}
	later := llm.Request{Messages: []llm.Message{user("Hi"), user("Write 2 poems about 7 seas")}, Tools: calculator}
	if a := play(t.Context(), model, later); !strings.HasPrefix(a.text, "**Demo:**") || len(a.calls) > 0 {
		t.Errorf("any other prompt: %+v", a)
	}
}
