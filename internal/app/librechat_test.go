package app_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"

	"parley/internal/app"
	"parley/internal/app/apptest"
	"parley/internal/feature/model"
	"parley/internal/feature/provider"
	"parley/internal/kit/conf"
	"parley/internal/kit/id"
)

// libreChatFile holds what LibreChat documents of custom endpoints.
const libreChatFile = `
version: 1.3.17
endpoints:
  agents:
    recursionLimit: 3
    toolApproval: {enabled: true, allow: ["calc*"], deny: ["fetch_*"], reason: "May {tool} run?"}
  custom:
    - name: Rec
      apiKey: ${REC_KEY}
      baseURL: %URL%/v1
      modelDisplayLabel: Recorder
      models: {default: [{name: big, description: The big one}, small]}
      titleConvo: true
      titleModel: for-titles
      titlePrompt: "Title: {convo}"
      titlePromptTemplate: "{input} and {output}"
      headers:
        X-User: "{{LIBRECHAT_USER_EMAIL}} {{LIBRECHAT_USER_EMAILVERIFIED}}{{LIBRECHAT_USER_OPENIDID}}"
        X-Chat: "{{LIBRECHAT_BODY_CONVERSATIONID}}/{{LIBRECHAT_BODY_PARENTMESSAGEID}}/{{LIBRECHAT_BODY_MESSAGEID}}"
      addParams: {safe_prompt: true}
      dropParams: [stop]
      customParams:
        reasoningFormat: reasoning_object
        paramDefinitions: [{key: temperature, default: 0.3}]
    - name: Direct
      apiKey: k
      baseURL: %URL%/exact?v=1
      directEndpoint: true
      titleConvo: true
      titleMessageRole: user
      models: {default: [d]}
modelSpecs:
  list:
    - name: tutor
      label: The tutor
      showOnLanding: true
      conversation_starters: [Explain fractions]
      showIconInMenu: false
      order: 1
      preset: {endpoint: Rec, model: big, modelLabel: Ms Tutor, promptPrefix: Be patient., useResponsesApi: false, maxContextTokens: 9000}
    - {name: plain, preset: {endpoint: rec}}
`

// recorded is a request that a provider got.
type recorded struct {
	path   string
	header http.Header
	body   struct {
		Model       string
		Messages    []struct{ Role, Content string }
		Temperature *float64
		SafePrompt  bool `json:"safe_prompt"`
		Stop        []string
		Reasoning   map[string]any
		Tools       []struct{ Function struct{ Name string } }
	}
}

// recorder is a provider that answers in two words and remembers what it got.
type recorder struct {
	*httptest.Server
	got chan recorded
}

func record(t *testing.T) *recorder {
	t.Helper()
	r := &recorder{got: make(chan recorded, 100)}
	r.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		one := recorded{path: req.URL.String(), header: req.Header}
		if text, err := io.ReadAll(req.Body); err != nil || json.Unmarshal(text, &one.body) != nil {
			http.Error(w, "no", http.StatusBadRequest)
			return
		}
		r.got <- one
		w.Header().Set("Content-Type", "text/event-stream")
		_, _ = io.WriteString(w, "data: {\"choices\":[{\"delta\":{\"content\":\"Two words\"},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n")
	}))
	t.Cleanup(r.Close)
	return r
}

func TestLibreChatFileActs(t *testing.T) {
	t.Parallel()
	up := record(t)
	path := filepath.Join(t.TempDir(), "librechat.yaml")
	replace(t, path, strings.ReplaceAll(libreChatFile, "%URL%", up.URL))
	w := apptest.Start(t, apptest.Options{Config: func(c *app.Config) {
		read, report, err := app.ReadConfig(path, conf.Options{
			Foreign: []string{"librechat.yaml"},
			Env:     func(name string) (string, bool) { return "sk-rec", name == "REC_KEY" },
		})
		if err != nil || len(report.Warnings)+len(report.Unused) > 0 {
			t.Fatal(err, report.Warnings, report.Unused)
		}
		read.Server.Listen = c.Server.Listen
		*c = read
	}})
	user := w.Join("uma@example.org", false).Program()

	var list model.List
	user.Want(t, http.StatusOK, "GET", "/api/models", nil).Read(t, &list)
	if spec := list.Items[0].Models[0]; spec.Greeting != "The tutor" || len(spec.Starters) != 1 || spec.Speaker != "Ms Tutor" || !spec.PlainMenu || list.Default != "specs/tutor" || list.Items[0].Models[1].Name != "big" {
		t.Errorf("the spec is %+v", spec)
	}
	if models := list.Items[1].Models; models[0].Description != "The big one" || models[1].Name != "small" || models[1].Speaker != "Recorder" {
		t.Errorf("the models are %+v", models)
	}

	chat := id.New()
	first := user.Send(t, chat, apptest.Body{"text": "Hello", "model": "Rec/big", "params": object{"stop": []string{"x"}, "effort": "low"}})
	user.Finish(t, first)
	got, title := <-up.got, <-up.got
	if got.path != "/v1/chat/completions" || got.header.Get("Authorization") != "Bearer sk-rec" || got.header.Get("X-User") != "uma@example.org false" ||
		got.header.Get("X-Chat") != chat+"//"+string(first.Messages.User) {
		t.Errorf("it was asked at %s with %v", got.path, got.header)
	}
	if b := got.body; !b.SafePrompt || b.Stop != nil || b.Temperature == nil || *b.Temperature != 0.3 || b.Reasoning["effort"] != "low" || len(b.Tools) != 2 {
		t.Errorf("it was asked %+v", b)
	}
	if b := title.body; b.Model != "for-titles" || len(b.Messages) != 1 || b.Messages[0].Content != "Title: Hello and Two words" || title.header.Get("X-Chat") != chat+"//" {
		t.Errorf("a title was asked for by %+v, %v", b, title.header)
	}
	second := user.Send(t, chat, apptest.Body{"text": "More", "model": "specs/tutor"})
	user.Finish(t, second)
	if got := <-up.got; got.header.Get("X-Chat") != chat+"/"+string(first.Messages.Reply)+"/"+string(second.Messages.User) || got.body.Messages[0].Content != "Be patient." {
		t.Errorf("the spec was asked %+v, %v", got.body, got.header)
	}

	user.Finish(t, user.Send(t, id.New(), apptest.Body{"text": "Hello", "model": "Direct/d"}))
	got, title = <-up.got, <-up.got
	if got.path != "/exact?v=1" || title.path != "/exact?v=1" || len(title.body.Messages) != 1 || title.body.Messages[0].Role != "user" {
		t.Errorf("it was asked at %s, and for a title %+v at %s", got.path, title.body, title.path)
	}

	w.Admin.Program().Want(t, http.StatusOK, "PATCH", "/api/settings", object{"prioritizeSpecs": false})
	list = model.List{}
	user.Want(t, http.StatusOK, "GET", "/api/models", nil).Read(t, &list)
	if list.Default != "Rec/big" || list.Curated {
		t.Errorf("without priority of specs, chats begin with %s", list.Default)
	}
	if file := w.Admin.Program().Want(t, http.StatusOK, "GET", "/api/config/export", nil).Body; !strings.Contains(string(file), "prioritize: false") {
		t.Errorf("the export holds\n%s", file)
	}

	var tools struct {
		Items []struct{ Name, Approval, Reason string }
	}
	user.Want(t, http.StatusOK, "GET", "/api/tools", nil).Read(t, &tools)
	if len(tools.Items) != 2 || tools.Items[0].Approval != "none" || tools.Items[1].Approval != "ask" || tools.Items[0].Reason != "" || tools.Items[1].Reason != "May Current time run?" {
		t.Errorf("the tools are %+v", tools.Items)
	}
}

// A title that is wanted at once is asked for while the answer is still awaited,
// and from the question alone.
func TestTitleBesideTheAnswer(t *testing.T) {
	t.Parallel()
	asked := make(chan recorded, 1)
	up := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		var one recorded
		if json.NewDecoder(req.Body).Decode(&one.body) != nil {
			http.Error(w, "no", http.StatusBadRequest)
			return
		}
		text := "A name for it"
		if one.body.Model == "for-titles" {
			asked <- one
		} else {
			one = <-asked // the answer is late
			asked <- one
			text = "Late"
		}
		w.Header().Set("Content-Type", "text/event-stream")
		_, _ = io.WriteString(w, `data: {"choices":[{"delta":{"content":"`+text+`"},"finish_reason":"stop"}]}`+"\n\ndata: [DONE]\n\n")
	}))
	t.Cleanup(up.Close)
	w := apptest.Start(t, apptest.Options{Config: func(c *app.Config) {
		c.Endpoints.Custom = []provider.Entry{{
			Name: "Rec", BaseURL: up.URL + "/v1", Models: provider.EntryModels{Default: provider.Models("big")},
			Shared: provider.Shared{TitleConvo: new(true), TitleModel: "for-titles", TitleTiming: "immediate"},
		}}
	}})
	user := w.Join("uma@example.org", false).Program()
	user.Finish(t, user.Send(t, id.New(), apptest.Body{"text": "Hello", "model": "Rec/big"}))
	if got := <-asked; !strings.Contains(got.body.Messages[len(got.body.Messages)-1].Content, "user: Hello") || strings.Contains(got.body.Messages[len(got.body.Messages)-1].Content, "assistant") {
		t.Errorf("the title was asked for by %+v", got.body)
	}
	if len(asked) != 0 {
		t.Error("a title was asked for twice")
	}
}

func TestStepsAsConfigured(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		agents provider.Agents
		calls  int
	}{
		"a limit":         {provider.Agents{RecursionLimit: 9}, 2},
		"the most it may": {provider.Agents{RecursionLimit: 9, MaxRecursionLimit: 1}, 1},
		"no limit to cut": {provider.Agents{MaxRecursionLimit: 1}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := apptest.Start(t, apptest.Options{Config: func(config *app.Config) { config.Endpoints.Agents = c.agents }})
			user := w.Alice.Program()
			user.Finish(t, user.Say(t, "script:call-current_time+tokens-1"))
			if calls := w.Provider.State().Calls; calls != c.calls {
				t.Errorf("the model was called %d times, not %d", calls, c.calls)
			}
		})
	}
}
