package turn_test

import (
	"encoding/json"
	"strings"
	"testing"

	"parley/internal/kit/id"
	"parley/internal/llm"
	"parley/internal/llm/llmtest/upstream"

	"github.com/google/go-cmp/cmp"
)

func TestParamsReachTheModel(t *testing.T) {
	given := json.RawMessage(`{"temperature":0.5,"topP":0.9,"topK":5,"maxTokens":100,"stop":["x"],"frequencyPenalty":0.1,
		"presencePenalty":0.2,"seed":7,"effort":"low","reasoningTokens":10,"verbosity":"low","serviceTier":"flex","logprobs":3,
		"safety":{"harm":"none"},"parallelTools":false,"summary":"concise","reasoningMode":"pro","reasoningContext":"all_turns",
		"imageDetail":"low","keep":"1h","whole":true,"protocol":"responses","region":"eu-west-1","contextTokens":9000,"resend":false,"schema":{"type":"object"}}`)
	each(t, upstream.Options{}, func(t *testing.T, w *world) {
		own := says(llm.Event{Kind: llm.EventText, Text: "ok"})
		w.models.own = own
		w.finish(w.send(id.New(), map[string]any{"text": "x", "model": "up/own", "params": given, "remote": []string{"web_search", "code_execution"}}))
		var want llm.Params
		must(t, json.Unmarshal(given, &want))
		if diff := cmp.Diff(want, own.request().Params); diff != "" {
			t.Errorf("params (-given +sent):\n%s", diff)
		}
		if diff := cmp.Diff([]llm.RemoteTool{{Name: "web_search"}, {Name: "code_execution"}}, own.request().Remote); diff != "" {
			t.Errorf("remote tools (-given +sent):\n%s", diff)
		}
	})
}

// A chat that is longer than its parameters say loses its oldest messages, and its
// user is told so once.
func TestOldestMessagesAreLeftOut(t *testing.T) {
	each(t, upstream.Options{}, func(t *testing.T, w *world) {
		own := says(llm.Event{Kind: llm.EventText, Text: "ok"})
		w.models.own = own
		chatID, long := id.New(), strings.Repeat("word ", 400)
		ask := func(text string, params string) {
			w.finish(w.send(chatID, map[string]any{"text": text, "model": "up/own", "params": json.RawMessage(params)}))
		}
		ask("first "+long, `{}`)
		ask("second "+long, `{"contextTokens":700}`)
		ask("third", `{"contextTokens":700}`)
		sent := own.request().Messages
		if len(sent) != 3 || !strings.HasPrefix(sent[0].Parts[0].Text, "second") || sent[2].Parts[0].Text != "third" {
			t.Errorf("sent %+v", sent)
		}
		ask("fourth "+long+long, `{"contextTokens":10}`)
		if sent := own.request().Messages; len(sent) != 1 || !strings.HasPrefix(sent[0].Parts[0].Text, "fourth") {
			t.Errorf("what is answered is sent in any case: %+v", sent)
		}
		told := map[string]int{}
		for _, m := range w.messages(chatID) {
			for _, p := range m.Parts {
				if p.Type == llm.PartNotice {
					told[p.Text]++
				}
			}
		}
		want := map[string]int{
			"The model is sent at most 700 tokens of this chat, so its oldest messages are left out.": 1,
			"The model is sent at most 10 tokens of this chat, so its oldest messages are left out.":  1,
		}
		if diff := cmp.Diff(want, told); diff != "" {
			t.Errorf("told (-want +got):\n%s", diff)
		}
	})
}

func TestUsersDoNotChangeTheBody(t *testing.T) {
	each(t, upstream.Options{}, func(t *testing.T, w *world) {
		own := says(llm.Event{Kind: llm.EventText, Text: "ok"})
		w.models.own = own
		for _, params := range []string{`{"extra":{"model":"other"}}`, `{"extra":{}}`, `{"drop":["max_tokens"]}`} {
			a := w.do(w.alice, "POST", "/api/chats/"+id.New()+"/turns", map[string]any{"text": "x", "model": "up/own", "params": json.RawMessage(params)})
			if a.status != 422 || !strings.Contains(string(a.body), "params_not_allowed") {
				t.Errorf("%s: %d %s", params, a.status, a.body)
			}
		}
		if n := own.calls.Load(); n != 0 {
			t.Errorf("the model was called %d times", n)
		}
	})
}
