package google_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"parley/internal/llm"
	"parley/internal/llm/google"
	"parley/internal/llm/llmtest"

	"github.com/google/go-cmp/cmp"
)

// TestRoundTrip: what Gemini signed or ran itself goes back as it came.
func TestRoundTrip(t *testing.T) {
	t.Parallel()
	code := `{"executableCode":{"id":"c1","language":"PYTHON","code":"print(1)"},"thoughtSignature":"s3"}`
	result := `{"codeExecutionResult":{"id":"c1","outcome":"OUTCOME_OK","output":"1\n"}}`
	search := `{"toolCall":{"id":"t1","toolType":"GOOGLE_SEARCH_WEB","args":{"queries":["q"]}},"thoughtSignature":"s4"}`
	found := `{"toolResponse":{"id":"t1","toolType":"GOOGLE_SEARCH_WEB","response":{"big":12345678901234567890}},"thoughtSignature":"s5"}`
	model, last := serve(t, false, "gemini-3-pro",
		parts(`{"text":"hm","thought":true}`), parts(`{"text":" <&","thought":true,"thoughtSignature":"s1"}`),
		parts(`{"text":"let me"}`), parts(`{"text":" see","thoughtSignature":"s2"}`),
		parts(code), parts(result), parts(search+","+found),
		parts(`{"inlineData":{"mimeType":"image/png","data":"aGk="},"thoughtSignature":"s6"}`),
		parts(`{"text":"done"}`), parts(`{"text":"","thoughtSignature":"s7"}`),
		parts(`{"functionCall":{"id":"f1","name":"t","args":{"a":1}},"thoughtSignature":"s8"},{"functionCall":{"name":"t","args":{}}}`),
		finish("STOP"),
	)
	r := llmtest.Hello()
	r.Tools = []llm.Tool{{Name: "t"}}
	got := llmtest.Collect(t.Context(), model, r)
	if got.Err != nil || got.Broken != "" || got.Reason != llm.FinishTools || len(got.Notices) > 0 {
		t.Fatalf("%+v", got)
	}
	var order []llm.PartType
	for i := range got.Parts {
		order = append(order, got.Parts[i].Type)
		if got.Parts[i].Raw != nil {
			got.Parts[i].Protocol = google.Protocol
		}
	}
	want := []llm.PartType{
		llm.PartReasoning, llm.PartText, llm.PartReasoning, llm.PartToolCall, llm.PartToolResult, llm.PartToolCall, llm.PartToolResult,
		llm.PartImage, llm.PartText, llm.PartReasoning, llm.PartToolCall, llm.PartToolCall,
	}
	if diff := cmp.Diff(want, order); diff != "" {
		t.Fatalf("parts (-want +got)\n%s", diff)
	}
	remote := []llm.ToolCall{*got.Parts[3].Call, *got.Parts[5].Call}
	if diff := cmp.Diff([]llm.ToolCall{
		{ID: "c1", Name: llm.RemoteCode, Arguments: `{"code":"print(1)","language":"python"}`, Status: llm.CallDone, Remote: true},
		{ID: "t1", Name: llm.RemoteWebSearch, Arguments: `{"queries":["q"]}`, Status: llm.CallDone, Remote: true},
	}, remote); diff != "" {
		t.Errorf("remote calls (-want +got)\n%s", diff)
	}
	if diff := cmp.Diff(&llm.ToolResult{CallID: "c1", Name: llm.RemoteCode, Content: "1\n"}, got.Parts[4].Result); diff != "" {
		t.Errorf("remote result (-want +got)\n%s", diff)
	}
	r.Messages = append(r.Messages, llm.Message{Role: llm.RoleAssistant, Parts: got.Parts})
	llmtest.Collect(t.Context(), model, r)
	contents, _ := last.body["contents"].([]any)
	reply, _ := contents[1].(fields)
	object := func(text string) any {
		var value any
		if err := json.Unmarshal([]byte(text), &value); err != nil {
			t.Fatal(err)
		}
		return value
	}
	if diff := cmp.Diff([]any{
		fields{"text": "hm <&", "thought": true, "thoughtSignature": "s1"},
		fields{"text": "let me see", "thoughtSignature": "s2"},
		object(code), object(result), object(search), object(found),
		fields{"inlineData": fields{"mimeType": "image/png", "data": "aGk="}, "thoughtSignature": "s6"},
		fields{"text": "done"},
		fields{"text": "", "thoughtSignature": "s7"},
		fields{"functionCall": fields{"id": "f1", "name": "t", "args": fields{"a": 1.0}}, "thoughtSignature": "s8"},
		fields{"functionCall": fields{"name": "t", "args": fields{}}},
	}, reply["parts"]); diff != "" {
		t.Errorf("what goes back (-want +got)\n%s", diff)
	}
}

// TestKeepsText: what goes back as it came is text, whatever bytes a server sends.
func TestKeepsText(t *testing.T) {
	t.Parallel()
	model, _ := serve(t, false, "gemini-3-pro",
		parts(`{"executableCode":{"language":"PYTHON","code":"`+"\xff"+`"}}`), parts("{\"text\":\"a\",\"thoughtSignature\":\"s\xfe\"}"), finish("STOP"))
	got := llmtest.Collect(t.Context(), model, llmtest.Hello())
	if got.Err != nil || len(got.Parts) != 3 {
		t.Fatalf("%+v", got)
	}
	for _, part := range got.Parts {
		if !utf8.Valid(part.Raw) {
			t.Errorf("of the %s is kept %q", part.Type, part.Raw)
		}
	}
}

// TestTextAfterASignature: text with a signature is not joined with what follows.
func TestTextAfterASignature(t *testing.T) {
	t.Parallel()
	model, _ := serve(t, false, "gemini-3-pro", parts(`{"text":"a","thoughtSignature":"s"}`), parts(`{"text":"b"}`), finish("STOP"))
	got := llmtest.Collect(t.Context(), model, llmtest.Hello())
	if len(got.Parts) != 3 || got.Parts[0].Text != "a" || got.Parts[2].Text != "b" {
		t.Errorf("%+v", got.Parts)
	}
}

func TestArgumentsInPieces(t *testing.T) {
	t.Parallel()
	piece := func(path, value string, more bool) string {
		goes := ""
		if more {
			goes = `,"willContinue":true`
		}
		return parts(`{"functionCall":{"partialArgs":[{"jsonPath":"` + path + `","stringValue":"` + value + `"` + goes + `}],"willContinue":true}}`)
	}
	model, _ := serve(t, true, "gemini-3-pro",
		parts(`{"functionCall":{"name":"a","willContinue":true},"thoughtSignature":"s"}`),
		piece("$.x", "on", true), piece("$.x", "e", true), piece("$.x", "", false), piece("$.y[0]", "two", false),
		parts(`{"functionCall":{}}`), parts(`{"functionCall":{"name":"b","willContinue":true}}`), parts(`{"text":"said"}`),
		parts(`{"functionCall":{"name":"c","partialArgs":[{"jsonPath":"$.n","numberValue":1.5}]}}`), finish("STOP"),
	)
	var deltas []string
	got := llmtest.Answer{}
	for event, err := range model.Stream(t.Context(), llmtest.Hello()) {
		if err != nil {
			t.Fatal(err)
		}
		if event.Kind == llm.EventToolDelta {
			deltas = append(deltas, event.Text)
		}
	}
	want := []string{`{"x":"on`, `e`, `"`, `,"y":["two"`, `]}`, `{}`, `{"n":1.5}`}
	if diff := cmp.Diff(want, deltas); diff != "" {
		t.Errorf("pieces (-want +got)\n%s", diff)
	}
	got = llmtest.Collect(t.Context(), model, llmtest.Hello())
	calls := got.Calls()
	if got.Broken != "" || len(calls) != 3 || calls[0].Arguments != `{"x":"one","y":["two"]}` || calls[1].Arguments != "{}" || got.Text() != "said" {
		t.Errorf("%+v", got)
	}
}

// TestCutCall: arguments of which the end is missing do not look whole.
func TestCutCall(t *testing.T) {
	t.Parallel()
	model, _ := serve(t, true, "gemini-3-pro",
		parts(`{"functionCall":{"name":"a","partialArgs":[{"jsonPath":"$.x","stringValue":"on","willContinue":true}],"willContinue":true}}`))
	got := llmtest.Collect(t.Context(), model, llmtest.Hello())
	if llm.AsError(got.Err).Kind != llm.ErrTruncated || got.Calls()[0].Arguments != `{"x":"on` || got.Calls()[0].Status != "" {
		t.Errorf("%+v", got)
	}
}

func TestSound(t *testing.T) {
	t.Parallel()
	blob := func(mime, data string) string {
		return `{"inlineData":{"mimeType":"` + mime + `","data":"` + data + `"}}`
	}
	model, _ := serve(t, false, "gemini-2.5-flash-preview-tts",
		parts(blob("audio/L16;codec=pcm;rate=16000", "AQI=")), parts(blob("audio/L16;codec=pcm;rate=16000", "AwQ=")),
		parts(blob("audio/ogg", "aGk=")), parts(blob("application/pdf", "aGk=")),
		parts(`{"inlineData":{"mimeType":"image/png","data":"aGk="},"thought":true}`), finish("STOP"))
	got := llmtest.Collect(t.Context(), model, llmtest.Hello())
	if got.Err != nil || got.Broken != "" || len(got.Parts) != 3 {
		t.Fatalf("%+v", got)
	}
	speech := got.Parts[0]
	want := &llm.Media{MIME: "audio/L16;codec=pcm;rate=16000", Size: 4, Data: []byte{1, 2, 3, 4}}
	if diff := cmp.Diff(want, speech.Media); diff != "" || speech.Type != llm.PartAudio {
		t.Errorf("%s (-want +got)\n%s", speech.Type, diff)
	}
	if got.Parts[1].Media.MIME != "audio/ogg" || got.Parts[2].Type != llm.PartFile {
		t.Errorf("%+v", got.Parts[1:])
	}
	model, _ = serve(t, false, "gemini-3-pro-image", parts(blob("image/png", "?")))
	if e := llm.AsError(llmtest.Collect(t.Context(), model, llmtest.Hello()).Err); e.Kind != llm.ErrProtocol {
		t.Errorf("media that is no base64 gives %v", e)
	}
	large := strings.Repeat("A", 20<<20)
	model, _ = serve(t, false, "gemini-3-pro-image", parts(blob("image/png", large)), parts(blob("image/png", large)),
		parts(blob("image/png", large)), parts(blob("image/png", large)))
	if e := llm.AsError(llmtest.Collect(t.Context(), model, llmtest.Hello()).Err); e == nil || e.Kind != llm.ErrProtocol || !strings.Contains(e.Message, "48 MiB") {
		t.Errorf("80 MiB of media give %v", e)
	}
}

func TestSources(t *testing.T) {
	t.Parallel()
	model, _ := serve(t, false, "gemini-2.5-flash",
		`{"candidates":[{"content":{"parts":[{"text":"a. b."}]},"groundingMetadata":{
			"webSearchQueries":["q1",""],"groundingChunks":[{"web":{"uri":"https://x","title":"X"}},{"retrievedContext":{"title":"doc","text":"quoted"}},{"maps":{"uri":"https://m","title":"M"}},{}],
			"groundingSupports":[{"segment":{"endIndex":2,"text":"a."},"groundingChunkIndices":[0,2]},{"segment":{"startIndex":3,"endIndex":5,"text":"b."},"groundingChunkIndices":[0]}]},
			"urlContextMetadata":{"urlMetadata":[{"retrievedUrl":"https://u","urlRetrievalStatus":"URL_RETRIEVAL_STATUS_SUCCESS"}]},
			"citationMetadata":{"citationSources":[{"startIndex":0,"endIndex":2,"uri":"https://c"},{"uri":"https://c"}]}}]}`,
		finish("STOP"))
	got := llmtest.Collect(t.Context(), model, llmtest.Hello())
	if got.Err != nil || got.Broken != "" {
		t.Fatalf("%+v", got)
	}
	var sources []llm.Source
	var remote []string
	for _, part := range got.Parts {
		switch part.Type {
		case llm.PartSource:
			sources = append(sources, *part.Source)
		case llm.PartToolCall:
			remote = append(remote, part.Call.Name+" "+part.Call.Arguments)
		case llm.PartToolResult:
			remote = append(remote, part.Result.Content)
		default:
		}
	}
	if diff := cmp.Diff([]llm.Source{
		{URL: "https://x", Title: "X"},
		{Title: "doc", Quote: "quoted"},
		{URL: "https://m", Title: "M"},
		{URL: "https://c"},
	}, sources); diff != "" {
		t.Errorf("sources (-want +got)\n%s", diff)
	}
	if diff := cmp.Diff([]string{
		`web_search {"queries":["q1"]}`, "X https://x\ndoc\nM https://m\nhttps://c", `url_context {"urls":["https://u"]}`, "https://u success",
	}, remote); diff != "" {
		t.Errorf("remote calls (-want +got)\n%s", diff)
	}
	for _, part := range got.Parts {
		if part.Type == llm.PartSource && part.Source.Title == "X" && strings.Count(string(part.Raw), `"segment"`) != 2 {
			t.Errorf("the supports are not kept: %s", part.Raw)
		}
	}
}

func TestEnds(t *testing.T) {
	t.Parallel()
	for reason, want := range map[string]llm.FinishReason{
		"STOP": llm.FinishStop, "MAX_TOKENS": llm.FinishLength, "SAFETY": llm.FinishFilter, "RECITATION": llm.FinishFilter,
		"PROHIBITED_CONTENT": llm.FinishFilter, "SPII": llm.FinishFilter, "IMAGE_SAFETY": llm.FinishFilter, "OTHER": llm.FinishOther, "NEW": llm.FinishOther,
	} {
		model, _ := serve(t, false, "gemini-3-pro", parts(`{"text":"a"}`), finish(reason))
		got := llmtest.Collect(t.Context(), model, llmtest.Hello())
		if got.Err != nil || got.Reason != want || got.Text() != "a" {
			t.Errorf("%s: %+v", reason, got)
		}
		if told := strings.HasSuffix(strings.Join(got.Notices, ""), "the answer ("+reason+")"); told != (want == llm.FinishFilter || want == llm.FinishOther) {
			t.Errorf("%s: the notices are %q", reason, got.Notices)
		}
	}
	usage := `,"usageMetadata":{"promptTokenCount":5,"toolUsePromptTokenCount":2,"cachedContentTokenCount":3,"candidatesTokenCount":7,"thoughtsTokenCount":11,"trafficType":"ON_DEMAND_PRIORITY"}}`
	for name, test := range map[string]struct {
		chunk     string
		kind      llm.ErrorKind
		code      string
		retryable bool
	}{
		"a call that is not valid": {`{"candidates":[{"finishReason":"MALFORMED_FUNCTION_CALL","finishMessage":"Malformed function call: x"}]` + usage, llm.ErrServer, "MALFORMED_FUNCTION_CALL", true},
		"no signature":             {`{"candidates":[{"finishReason":"MISSING_THOUGHT_SIGNATURE"}]` + usage, llm.ErrBadRequest, "MISSING_THOUGHT_SIGNATURE", false},
		"blocked":                  {`{"promptFeedback":{"blockReason":"PROHIBITED_CONTENT"}` + usage, llm.ErrContentFiltered, "PROHIBITED_CONTENT", false},
		"cut":                      {`{"candidates":[{"content":{"parts":[{"text":"a"}]}}]` + usage, llm.ErrTruncated, "", true},
	} {
		model, _ := serve(t, false, "gemini-3-pro", test.chunk)
		got := llmtest.Collect(t.Context(), model, llmtest.Hello())
		e := llm.AsError(got.Err)
		if e == nil || e.Kind != test.kind || e.Code != test.code || e.Retryable != test.retryable || e.Message == "" {
			t.Errorf("%s: %v", name, e)
		}
		if diff := cmp.Diff(&llm.Usage{Input: 7, CacheRead: 3, Output: 18, Reasoning: 11, Tier: "priority"}, got.Usage); diff != "" {
			t.Errorf("%s: usage (-want +got)\n%s", name, diff)
		}
	}
}

func TestLogprobs(t *testing.T) {
	t.Parallel()
	model, _ := serve(t, false, "gemini-2.5-flash",
		`{"candidates":[{"content":{"parts":[{"text":"a"}]},"logprobsResult":{"chosenCandidates":[{"token":"a","logProbability":-0.5}]}}]}`, finish("STOP"))
	var raw string
	for event, err := range model.Stream(t.Context(), llmtest.Hello()) {
		if err != nil {
			t.Fatal(err)
		}
		if event.Kind == llm.EventLogprobs {
			raw = string(event.Raw)
		}
	}
	if !strings.Contains(raw, "chosenCandidates") {
		t.Errorf("the probabilities are %q", raw)
	}
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		status int
		body   string
		want   llm.Error
	}{
		"a wait": {
			429, `{"error":{"code":429,"message":"Resource has been exhausted (e.g. check quota).","status":"RESOURCE_EXHAUSTED","details":[{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"48.5s"}]}}`,
			llm.Error{Kind: llm.ErrRateLimited, Code: "RESOURCE_EXHAUSTED", RetryAfter: 48500 * time.Millisecond, Retryable: true},
		},
		"a key": {
			400, `{"error":{"code":400,"message":"API key not valid. Please pass a valid API key.","status":"INVALID_ARGUMENT","details":[{"reason":"API_KEY_INVALID"}]}}`,
			llm.Error{Kind: llm.ErrAuth, Code: "INVALID_ARGUMENT"},
		},
		"a model": {
			404, `{"error":{"code":404,"message":"models/x is not found for API version v1beta, or is not supported for generateContent.","status":"NOT_FOUND"}}`,
			llm.Error{Kind: llm.ErrModelNotFound, Code: "NOT_FOUND"},
		},
		"too long": {
			400, `{"error":{"code":400,"message":"The input token count (1250074) exceeds the maximum number of tokens allowed (1048575).","status":"INVALID_ARGUMENT"}}`,
			llm.Error{Kind: llm.ErrContextTooLong, Code: "INVALID_ARGUMENT"},
		},
		"in a list": {
			400, `[{"error":{"code":400,"message":"Invalid value at 'x'","status":"INVALID_ARGUMENT"}}]`,
			llm.Error{Kind: llm.ErrBadRequest, Code: "INVALID_ARGUMENT"},
		},
	} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(test.status)
			_, _ = io.WriteString(w, test.body)
		}))
		model := google.New(google.Config{BaseURL: server.URL, Client: server.Client()}).Model("m")
		e := llm.AsError(llmtest.Collect(t.Context(), model, llmtest.Hello()).Err)
		server.Close()
		got := llm.Error{Kind: e.Kind, Code: e.Code, RetryAfter: e.RetryAfter, Retryable: e.Retryable}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s (-want +got)\n%s", name, diff)
		}
	}
}

func TestListModels(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		page := `{"models":[{"name":"models/b","supportedGenerationMethods":["generateContent","countTokens"]},{"name":"models/embed","supportedGenerationMethods":["embedContent"]}],"nextPageToken":"2"}`
		switch {
		case r.URL.Path != "/v1beta/models" || r.Header.Get("X-Goog-Api-Key") != "k" || r.URL.Query().Get("pageSize") != "1000":
			http.NotFound(w, r)
			return
		case r.URL.Query().Get("pageToken") == "2":
			page = `{"models":[{"name":"models/a","supportedGenerationMethods":["generateContent"]}]}`
		}
		_, _ = io.WriteString(w, page)
	}))
	defer server.Close()
	for _, base := range []string{server.URL, server.URL + "/", server.URL + "/v1beta"} {
		provider := google.New(google.Config{BaseURL: base, Client: server.Client(), Key: llm.NewSecret("k")})
		got, err := provider.ListModels(t.Context())
		if err != nil || !cmp.Equal([]string{"a", "b"}, got) {
			t.Errorf("%s gives %v, %v", base, got, err)
		}
	}
}
