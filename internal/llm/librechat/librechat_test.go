package librechat_test

import (
	"encoding/json"
	"testing"

	"parley/internal/llm"
	"parley/internal/llm/librechat"

	"github.com/google/go-cmp/cmp"
)

func TestParams(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]llm.Params{
		`{}`: {},
		`{"temperature":0,"topP":0.5,"topK":40,"maxOutputTokens":900,"stop":["X"]}`: {
			Temperature: new(0.0), TopP: new(0.5), TopK: new(40), MaxTokens: new(900), Stop: []string{"X"},
		},
		`{"max_tokens":0,"thinkingLevel":"HIGH","verbosity":"low"}`: {Effort: "high", Verbosity: "low"},
		`{"thinkingBudget":2000}`:                                   {ReasoningTokens: new(2000)},
		`{"thinkingBudget":"2000"}`:                                 {ReasoningTokens: new(2000)},
		`{"thinkingBudget":"auto"}`:                                 {},
		`{"thinkingBudget":-1}`:                                     {},
		`{"thinking":false,"reasoning_effort":"high"}`:              {ReasoningTokens: new(0)},
		`{"frequency_penalty":0.1,"presence_penalty":1}`:            {FrequencyPenalty: new(0.1), PresencePenalty: new(1.0)},
		`{"reasoning_summary":"detailed","reasoning_mode":"pro","reasoning_context":"all_turns","useResponsesApi":true}`: {
			Summary: "detailed", ReasoningMode: "pro", ReasoningContext: "all_turns", Protocol: "responses",
		},
		`{"thinkingDisplay":"omitted","useResponsesApi":false,"disableStreaming":true}`: {Summary: "none", Protocol: "chat", Whole: new(true)},
		`{"promptCache":true}`:                                   {},
		`{"promptCache":false,"promptCacheTtl":"1h"}`:            {Keep: "off"},
		`{"promptCache":true,"promptCacheTtl":"1h"}`:             {Keep: "1h"},
		`{"imageDetail":"low","resendFiles":true,"region":"eu"}`: {ImageDetail: "low", Region: "eu"},
		`{"resendFiles":false,"maxContextTokens":9000}`:          {Resend: new(false), ContextTokens: new(9000)},
		`{"maxContextTokens":0}`:                                 {},
	} {
		var s librechat.Settings
		if err := json.Unmarshal([]byte(text), &s); err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if diff := cmp.Diff(want, s.Params()); diff != "" {
			t.Errorf("%s (-want +got)\n%s", text, diff)
		}
	}
}

func TestThereAndBack(t *testing.T) {
	t.Parallel()
	want := llm.Params{
		Temperature: new(0.2), TopP: new(0.9), TopK: new(3), MaxTokens: new(10), FrequencyPenalty: new(0.5), PresencePenalty: new(-0.5),
		Stop: []string{"a", "b"}, Effort: "low", ReasoningTokens: new(1024), Verbosity: "high",
		Summary: "concise", ReasoningMode: "pro", ReasoningContext: "current_turn", Protocol: "chat", Whole: new(true), Keep: "off",
		ImageDetail: "high", Resend: new(false), ContextTokens: new(100), Region: "us-east-1",
	}
	text, err := json.Marshal(librechat.Of(want))
	if err != nil {
		t.Fatal(err)
	}
	var s librechat.Settings
	if err := json.Unmarshal(text, &s); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, s.Params()); diff != "" {
		t.Errorf("%s (-want +got)\n%s", text, diff)
	}
}
