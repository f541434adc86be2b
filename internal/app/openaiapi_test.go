package app_test

import (
	"bufio"
	"cmp"
	"encoding/json"
	"net/http"
	"os"
	"strings"
	"testing"

	"parley/internal/app"
	"parley/internal/app/apptest"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v3"
)

// openAI is OpenAI's own description of what its API answers.
type openAI struct{ compiler *jsonschema.Compiler }

func describedByOpenAI(t *testing.T) openAI {
	t.Helper()
	text, err := os.ReadFile("../../../shared/fixtures/openapi/provider/openai.yaml")
	if err != nil {
		t.Skip("OpenAI's description in ../shared/fixtures/openapi is not here")
	}
	var value any
	if err := yaml.Unmarshal(text, &value); err != nil {
		t.Fatal(err)
	}
	text, err = json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	document, err := jsonschema.UnmarshalJSON(strings.NewReader(string(text)))
	if err != nil {
		t.Fatal(err)
	}
	nullable(document)
	o := openAI{jsonschema.NewCompiler()}
	o.compiler.DefaultDraft(jsonschema.Draft2019)
	if err := o.compiler.AddResource("openai.json", document); err != nil {
		t.Fatal(err)
	}
	return o
}

// nullable puts the older way to allow null, which the description still has in
// places, into the newer one.
func nullable(value any) {
	switch v := value.(type) {
	case []any:
		for _, item := range v {
			nullable(item)
		}
	case map[string]any:
		if kind, ok := v["type"].(string); ok && v["nullable"] == true {
			v["type"] = []any{kind, "null"}
			if values, ok := v["enum"].([]any); ok {
				v["enum"] = append(values, nil)
			}
		}
		for _, item := range v {
			nullable(item)
		}
	}
}

func (o openAI) schema(t *testing.T, name string) *jsonschema.Schema {
	t.Helper()
	schema, err := o.compiler.Compile("openai.json#/components/schemas/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

// check holds a JSON text to a schema.
func check(t *testing.T, schema *jsonschema.Schema, text string) {
	t.Helper()
	value, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
	if err == nil {
		err = schema.Validate(value)
	}
	if err != nil {
		t.Errorf("%.300s\n%v", text, err)
	}
}

// checkStream holds every event of a stream to a schema.
func checkStream(t *testing.T, schema *jsonschema.Schema, body string) {
	t.Helper()
	events := 0
	for line := range strings.Lines(body) {
		data, ok := strings.CutPrefix(strings.TrimSpace(line), "data: ")
		if !ok || data == "[DONE]" {
			continue
		}
		events++
		check(t, schema, data)
	}
	if events < 3 {
		t.Errorf("%d events: %s", events, body)
	}
}

func TestOpenAIForm(t *testing.T) {
	t.Parallel()
	o := describedByOpenAI(t)
	models := o.schema(t, "ListModelsResponse")
	completion, chunk := o.schema(t, "CreateChatCompletionResponse"), o.schema(t, "CreateChatCompletionStreamResponse")
	response, event := o.schema(t, "Response"), o.schema(t, "ResponseStreamEvent")
	failed := o.schema(t, "ErrorResponse")
	w := apptest.Start(t, apptest.Options{})
	c := w.Alice.Program()
	check(t, models, string(c.Want(t, 200, "GET", "/v1/models", nil).Body))
	tools := []object{{"type": "function", "function": object{"name": "calculator", "parameters": object{"type": "object"}}}}
	flat := []object{{"type": "function", "name": "calculator", "parameters": object{"type": "object"}, "strict": false}}
	named := object{"type": "function", "name": "calculator"}
	for _, script := range []string{"tokens-5", "reasoning-3+tokens-5", "call-calculator+tokens-3", "tokens-4+length"} {
		text := "script:" + script
		for _, stream := range []bool{false, true} {
			chat := c.Want(t, 200, "POST", "/v1/chat/completions", object{
				"model": apptest.Plain, "messages": []object{{"role": "user", "content": text}}, "tools": tools, "stream": stream,
				"stream_options": object{"include_usage": stream},
			})
			answered := c.Want(t, 200, "POST", "/v1/responses", object{"model": apptest.Plain, "input": text, "tools": flat, "tool_choice": named, "stream": stream})
			if stream {
				checkStream(t, chunk, string(chat.Body))
				checkStream(t, event, string(answered.Body))
			} else {
				check(t, completion, string(chat.Body))
				check(t, response, string(answered.Body))
			}
		}
	}
	for _, body := range []object{
		{"model": "none/none", "messages": []object{{"role": "user", "content": "x"}}},
		{"model": apptest.Plain, "messages": []object{{"role": "user", "content": "script:status-500"}}},
		{"model": apptest.Plain, "messages": "x"},
	} {
		check(t, failed, string(c.Do(t, "POST", "/v1/chat/completions", body).Body))
	}
}

// Whoever refuses a request below /v1, its caller reads why in OpenAI's form.
func TestOpenAIRefusals(t *testing.T) {
	t.Parallel()
	w := apptest.Start(t, apptest.Options{})
	const chat = "/v1/chat/completions"
	large := object{"model": apptest.Plain, "messages": []object{{"role": "user", "content": strings.Repeat("x", 49<<20)}}}
	for name, test := range map[string]struct {
		client       *apptest.Client
		method, path string
		body         any
		headers      []string
		status       int
		code         string
	}{
		"another site": {w.Alice.Browser(), "POST", chat, object{}, []string{"Sec-Fetch-Site", "cross-site"}, 403, "cross_origin"},
		"nobody":       {w.Nobody(), "GET", "/v1/models", nil, nil, 401, "invalid_api_key"},
		"a wrong key":  {w.Nobody(), "GET", "/v1/models", nil, []string{"Authorization", "Bearer sk-wrong"}, 401, "invalid_api_key"},
		"no route":     {w.Alice.Program(), "POST", "/v1/embeddings", object{}, nil, 404, "not_found"},
		"no method":    {w.Alice.Program(), "PUT", chat, object{}, nil, 405, "method_not_allowed"},
		"a large body": {w.Alice.Program(), "POST", chat, large, nil, 413, "too_large"},
		"no JSON":      {w.Alice.Program(), "POST", chat, "nothing", nil, 400, "invalid_request"},
	} {
		var refusal struct {
			Error struct{ Message, Type, Code string }
		}
		answer := test.client.Do(t, test.method, test.path, test.body, test.headers...)
		err := json.Unmarshal(answer.Body, &refusal)
		if err != nil || answer.Status != test.status || refusal.Error.Code != test.code || refusal.Error.Message == "" || refusal.Error.Type == "" ||
			answer.Header.Get("Content-Type") != "application/json" {
			t.Errorf("%s is answered %d with %s", name, answer.Status, answer.Body)
		}
		if test.status == 405 && answer.Header.Get("Allow") != "POST" {
			t.Errorf("%s: taken is %q", name, answer.Header.Get("Allow"))
		}
	}
}

// An answer that does not end is ended at the limit of this server, and counted.
func TestOpenAIAnswersAreBounded(t *testing.T) {
	t.Parallel()
	w := apptest.Start(t, apptest.Options{Config: func(c *app.Config) { c.Chat.MaxAnswerBytes = 100 }})
	c := w.Alice.Program()
	for path, body := range map[string]object{
		"/v1/chat/completions": {"messages": []object{{"role": "user", "content": "script:tokens-1000+hang"}}},
		"/v1/responses":        {"input": "script:tokens-1000+hang"},
	} {
		for _, stream := range []bool{false, true} {
			body["model"], body["stream"] = apptest.Plain, stream
			said := string(c.Want(t, 200, "POST", path, body).Body)
			if !strings.Contains(said, `"finish_reason":"length"`) && !strings.Contains(said, `"reason":"max_output_tokens"`) {
				t.Errorf("%s (stream: %v) ends with %s", path, stream, said[max(0, len(said)-300):])
			}
		}
	}
	var report struct {
		Total struct{ Calls, Estimated int64 }
	}
	if err := json.Unmarshal(c.Want(t, 200, "GET", "/api/usage", nil).Body, &report); err != nil {
		t.Fatal(err)
	}
	if report.Total.Calls != 4 || report.Total.Estimated != 4 {
		t.Errorf("the ledger has %+v", report.Total)
	}
}

// What an answer took is told where the provider does not: the estimate that the
// ledger has.
func TestOpenAIUsageIsNeverMissing(t *testing.T) {
	t.Parallel()
	w := apptest.Start(t, apptest.Options{})
	c := w.Alice.Program()
	type usage struct {
		Input  int64 `json:"input_tokens"`
		Prompt int64 `json:"prompt_tokens"`
		Total  int64 `json:"total_tokens"`
	}
	var told int64
	for path, body := range map[string]object{
		"/v1/chat/completions": {"messages": []object{{"role": "user", "content": "script:tokens-40+nousage"}}},
		"/v1/responses":        {"input": "script:tokens-40+nousage"},
	} {
		for _, stream := range []bool{false, true} {
			body["model"], body["stream"], body["stream_options"] = apptest.Plain, stream, object{"include_usage": stream}
			var found usage
			for line := range strings.Lines(string(c.Want(t, 200, "POST", path, body).Body)) {
				var answer struct {
					Usage    *usage
					Response struct{ Usage *usage }
				}
				if json.Unmarshal([]byte(strings.TrimPrefix(line, "data: ")), &answer) == nil {
					found = *cmp.Or(answer.Usage, answer.Response.Usage, &found)
				}
			}
			if found.Input+found.Prompt == 0 || found.Total <= found.Input+found.Prompt {
				t.Errorf("%s (stream: %v) says that it took %+v", path, stream, found)
			}
			told += found.Total
		}
	}
	var report struct {
		Total struct{ Input, Output, Estimated int64 }
	}
	c.Want(t, 200, "GET", "/api/usage", nil).Read(t, &report)
	if report.Total.Estimated != 4 || report.Total.Input+report.Total.Output != told {
		t.Errorf("the ledger has %+v, told were %d", report.Total, told)
	}
}

// Who is no longer let in is answered no further.
func TestOpenAIAnswersEndWithTheSignIn(t *testing.T) {
	t.Parallel()
	w := apptest.Start(t, apptest.Options{})
	body := `{"model": "` + apptest.Plain + `", "stream": true, "messages": [{"role": "user", "content": "script:tokens-3+hang"}]}`
	req, err := http.NewRequestWithContext(t.Context(), "POST", w.URL+"/v1/chat/completions", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+w.Alice.Key)
	req.Header.Set("Content-Type", "application/json")
	res, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	lines := bufio.NewScanner(res.Body)
	for lines.Scan() && !strings.Contains(lines.Text(), "t0003") {
	}
	if err := w.App.Identity.SetDisabled(t.Context(), w.Alice.ID, true); err != nil {
		t.Fatal(err)
	}
	rest := ""
	for lines.Scan() {
		rest += lines.Text()
	}
	if !strings.Contains(rest, `"code":"invalid_api_key"`) || strings.Contains(rest, "[DONE]") {
		t.Errorf("the stream ends with %q, %v", rest, lines.Err())
	}
}

// A call over this API is in the ledger, once, whatever becomes of it; and a
// stream that breaks off says so in words that clients read.
func TestOpenAILedger(t *testing.T) {
	t.Parallel()
	apptest.Each(t, apptest.Options{}, func(t *testing.T, w *apptest.World) {
		c := w.Alice.Program()
		ask := func(script string, stream bool) string {
			return string(c.Do(t, "POST", "/v1/chat/completions", object{
				"model": apptest.Plain, "stream": stream, "messages": []object{{"role": "user", "content": "script:" + script}},
			}).Body)
		}
		ask("tokens-5", false)
		if broken := ask("tokens-3+close", true); !strings.Contains(broken, `"error":{"message"`) || strings.Contains(broken, "[DONE]") {
			t.Errorf("a stream that breaks off ends with %s", broken)
		}
		if broken := ask("tokens-3+error", false); !strings.Contains(broken, `"type":"server_error"`) {
			t.Errorf("an answer that breaks off is %s", broken)
		}
		var report struct {
			Total struct{ Calls, Output int64 }
		}
		if err := json.Unmarshal(c.Want(t, 200, "GET", "/api/usage", nil).Body, &report); err != nil {
			t.Fatal(err)
		}
		if report.Total.Calls != 3 || report.Total.Output < 8 {
			t.Errorf("the ledger has %+v", report.Total)
		}
	})
}

// What a request says of its tools reaches the provider, and a limit that is none
// is refused: some servers take it for no limit at all, past every budget.
func TestOpenAIRequest(t *testing.T) {
	t.Parallel()
	w := apptest.Start(t, apptest.Options{})
	c := w.Alice.Program()
	question := []object{{"role": "user", "content": "script:tokens-1"}}
	function := func(name string, strict any) object {
		return object{"type": "function", "function": object{"name": name, "parameters": object{"type": "object"}, "strict": strict}}
	}
	two := []object{function("a", true), function("b", nil)}
	flat := []object{{"type": "function", "name": "a", "parameters": object{"type": "object"}}, {"type": "function", "name": "b"}}
	type sent struct {
		Tools []struct {
			Function struct {
				Name   string
				Strict bool
			}
		}
		ToolChoice any `json:"tool_choice"`
		Messages   []struct{ Role, Content string }
	}
	last := func() (s sent) {
		calls := w.Provider.Calls()
		if err := json.Unmarshal(calls[len(calls)-1].Body, &s); err != nil {
			t.Fatal(err)
		}
		return s
	}
	ask := func(status int, path string, body object) string {
		t.Helper()
		body["model"] = apptest.Plain
		return string(c.Want(t, status, "POST", path, body).Body)
	}
	ask(200, "/v1/chat/completions", object{"messages": question, "tools": two})
	if s := last(); len(s.Tools) != 2 || !s.Tools[0].Function.Strict || s.Tools[1].Function.Strict || s.ToolChoice != nil {
		t.Errorf("the provider was sent %+v", s)
	}
	only := object{"mode": "required", "tools": []object{{"type": "function", "function": object{"name": "b"}}}}
	ask(200, "/v1/chat/completions", object{
		"messages": question, "tools": two, "tool_choice": object{"type": "allowed_tools", "allowed_tools": only},
	})
	if s := last(); len(s.Tools) != 1 || s.Tools[0].Function.Name != "b" || s.ToolChoice != "required" {
		t.Errorf("with only b allowed the provider was sent %+v", s)
	}
	choice := object{"type": "allowed_tools", "mode": "auto", "tools": []object{{"type": "function", "name": "a"}}}
	answer := ask(200, "/v1/responses", object{"input": "script:tokens-1", "tools": flat, "tool_choice": choice})
	if s := last(); len(s.Tools) != 1 || s.Tools[0].Function.Name != "a" || s.ToolChoice != "auto" || !strings.Contains(answer, `"mode":"auto"`) {
		t.Errorf("with only a allowed the provider was sent %+v", s)
	}
	ask(200, "/v1/chat/completions", object{"messages": []object{{"role": "system", "content": "script:tokens-1"}}})
	if s := last(); len(s.Messages) != 1 || s.Messages[0].Role != "user" {
		t.Errorf("of instructions alone the provider was sent %+v", s.Messages)
	}
	for field, path := range map[string]string{
		"max_tokens": "/v1/chat/completions", "max_completion_tokens": "/v1/chat/completions", "max_output_tokens": "/v1/responses",
	} {
		if got := ask(400, path, object{"messages": question, "input": "x", field: -1}); !strings.Contains(got, `"param":"`+field+`"`) {
			t.Errorf("%s of -1: %s", field, got)
		}
	}
	for _, path := range []string{"/v1", "/v1/", "/v1/embeddings", "/v1/chat"} {
		if got := ask(404, path, object{}); !strings.HasPrefix(got, `{"error":{"message":`) {
			t.Errorf("%s: %s", path, got)
		}
	}
}

// What cannot be done is refused before anyone is asked, and the parameter is named.
func TestOpenAIRefusesWhatCannotBe(t *testing.T) {
	t.Parallel()
	w := apptest.Start(t, apptest.Options{})
	c := w.Alice.Program()
	const chat, responses = "/v1/chat/completions", "/v1/responses"
	question := []object{{"role": "user", "content": "script:tokens-1"}}
	tools := []object{{"type": "function", "function": object{"name": "a"}}}
	picture := func(address string) object {
		part := object{"type": "image_url", "image_url": object{"url": address}}
		return object{"messages": []object{{"role": "user", "content": []object{part}}}}
	}
	other := object{"type": "function", "function": object{"name": "b"}}
	for name, test := range map[string]struct {
		path  string
		body  object
		param string
	}{
		"a choice of no tool":     {chat, object{"messages": question, "tools": tools, "tool_choice": other}, "tool_choice"},
		"a word that is none":     {chat, object{"messages": question, "tools": tools, "tool_choice": "any"}, "tool_choice"},
		"a choice without a name": {chat, object{"messages": question, "tools": tools, "tool_choice": object{"type": "function"}}, "tool_choice"},
		"a call without tools":    {chat, object{"messages": question, "tool_choice": "required"}, "tool_choice"},
		"no tool allowed": {chat, object{"messages": question, "tools": tools, "tool_choice": object{
			"type": "allowed_tools", "allowed_tools": object{"mode": "auto", "tools": []object{other}},
		}}, "tool_choice"},
		"an empty question":      {chat, object{"messages": []object{{"role": "system", "content": "x"}, {"role": "user", "content": ""}}}, "messages"},
		"an empty input":         {responses, object{"input": ""}, "input"},
		"a stored prompt":        {responses, object{"input": "x", "prompt": object{"id": "p"}}, "prompt"},
		"an earlier response":    {responses, object{"input": "x", "previous_response_id": "r"}, "previous_response_id"},
		"a picture of ours":      {chat, picture("http://127.0.0.1/x.png"), "messages[0].content[0].image_url"},
		"a picture of the cloud": {chat, picture("http://169.254.169.254/latest"), "messages[0].content[0].image_url"},
		"a picture by a number":  {chat, picture("http://2130706433/x.png"), "messages[0].content[0].image_url"},
	} {
		test.body["model"] = apptest.Plain
		if got := string(c.Want(t, 400, "POST", test.path, test.body).Body); !strings.Contains(got, `"param":"`+test.param+`"`) {
			t.Errorf("%s: %s", name, got)
		}
	}
	if calls := w.Provider.Calls(); len(calls) > 0 {
		t.Errorf("the provider was asked %d times", len(calls))
	}
	small := picture("data:image/png;base64,iVBORw0KGgo=")
	small["model"] = apptest.Plain
	small["messages"].([]object)[0]["content"].([]object)[0]["image_url"].(object)["detail"] = "low"
	c.Want(t, 200, "POST", chat, small)
	if calls := w.Provider.Calls(); !strings.Contains(string(calls[0].Body), `"detail":"low"`) {
		t.Errorf("of a picture to be looked at quickly the provider was sent %s", calls[0].Body)
	}
}

// What the model thought before it called a tool is given back with the result,
// with the provider's own signature; what another user was given is not.
func TestOpenAIKeepsReasoning(t *testing.T) {
	t.Parallel()
	w := apptest.Start(t, apptest.Options{})
	const model, signature = "Ant/plain", `"signature":"c2lnbmF0dXJl`
	question := object{"role": "user", "content": "script:reasoning-2+call-calculator+tokens-3"}
	function := object{"name": "calculator", "parameters": object{"type": "object"}}
	last := func() string {
		calls := w.Provider.Calls()
		return string(calls[len(calls)-1].Body)
	}
	alice, admin := w.Alice.Program(), w.Admin.Program()

	chat := object{"model": model, "tools": []object{{"type": "function", "function": function}}, "messages": []object{question}}
	var answer struct{ Choices []struct{ Message object } }
	alice.Want(t, 200, "POST", "/v1/chat/completions", chat).Read(t, &answer)
	said := answer.Choices[0].Message
	id := said["tool_calls"].([]any)[0].(map[string]any)["id"]
	chat["messages"] = []object{question, said, {"role": "tool", "tool_call_id": id, "content": "2"}}
	alice.Want(t, 200, "POST", "/v1/chat/completions", chat)
	if body := last(); !strings.Contains(body, signature) || !strings.Contains(body, `"thinking":" r0001 r0002"`) {
		t.Errorf("with the result the provider was sent %s", body)
	}
	admin.Want(t, 200, "POST", "/v1/chat/completions", chat)
	if body := last(); strings.Contains(body, signature) {
		t.Errorf("another user gave back %s", body)
	}

	function["type"] = "function"
	var response struct{ Output []object }
	input := []object{question}
	alice.Want(t, 200, "POST", "/v1/responses", object{"model": model, "tools": []object{function}, "input": input}).Read(t, &response)
	input = append(append(input, response.Output...), object{
		"type": "function_call_output", "call_id": response.Output[len(response.Output)-1]["call_id"], "output": "2",
	})
	alice.Want(t, 200, "POST", "/v1/responses", object{"model": model, "tools": []object{function}, "input": input})
	if body := last(); !strings.Contains(body, signature) {
		t.Errorf("with the result of a response the provider was sent %s", body)
	}
}
