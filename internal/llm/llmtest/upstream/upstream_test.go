package upstream_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"parley/internal/llm/llmtest/upstream"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// start serves the options on loopback for the length of a test.
func start(t *testing.T, options upstream.Options) (*upstream.Server, string) {
	t.Helper()
	server := upstream.New(options)
	listener := httptest.NewServer(server)
	t.Cleanup(func() {
		server.Close()
		listener.Close()
		http.DefaultTransport.(*http.Transport).CloseIdleConnections()
	})
	return server, listener.URL
}

const (
	chatPath     = "/v1/chat/completions"
	messagesPath = "/v1/messages"
)

// ask sends a request whose conversation is the given JSON list of messages.
func ask(ctx context.Context, t *testing.T, url, model, messages string, headers ...string) *http.Response {
	t.Helper()
	body := `{"model":"` + model + `","stream":true,"stream_options":{"include_usage":true},"max_tokens":9,"messages":` + messages + `}`
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	response, err := http.DefaultTransport.RoundTrip(request)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = response.Body.Close() })
	return response
}

const hello = `[{"role":"user","content":"hello there"}]`

// reply is an answer as a client understands it.
type reply struct {
	Text, Reasoning string
	Calls           []string
	Finish          string
	Input, Output   int
	Events          int
	Done            bool
}

// readOpenAI understands a stream of chat.completion.chunk objects.
func readOpenAI(t *testing.T, response *http.Response) reply {
	t.Helper()
	var got reply
	arguments := map[int]string{}
	lines := bufio.NewScanner(response.Body)
	for lines.Scan() {
		data, found := strings.CutPrefix(lines.Text(), "data: ")
		if !found {
			continue
		}
		got.Events++
		if data == "[DONE]" {
			got.Done = true
			continue
		}
		var chunk struct {
			Choices []struct {
				Delta struct {
					Content          string `json:"content"`
					ReasoningContent string `json:"reasoning_content"`
					ToolCalls        []struct {
						Index    int    `json:"index"`
						ID       string `json:"id"`
						Function struct {
							Name      string `json:"name"`
							Arguments string `json:"arguments"`
						} `json:"function"`
					} `json:"tool_calls"`
				} `json:"delta"`
				FinishReason string `json:"finish_reason"`
			} `json:"choices"`
			Usage struct {
				PromptTokens     int `json:"prompt_tokens"`
				CompletionTokens int `json:"completion_tokens"`
			} `json:"usage"`
		}
		if err := json.Unmarshal([]byte(data), &chunk); err != nil {
			t.Fatalf("event %q: %v", data, err)
		}
		got.Input += chunk.Usage.PromptTokens
		got.Output += chunk.Usage.CompletionTokens
		for _, choice := range chunk.Choices {
			got.Text += choice.Delta.Content
			got.Reasoning += choice.Delta.ReasoningContent
			got.Finish += choice.FinishReason
			for _, call := range choice.Delta.ToolCalls {
				arguments[call.Index] += call.Function.Arguments
				if call.ID != "" {
					got.Calls = append(got.Calls, call.Function.Name)
				}
			}
		}
	}
	for i := range got.Calls {
		got.Calls[i] += arguments[i]
	}
	return got
}

// readAnthropic understands the events of the Messages API.
func readAnthropic(t *testing.T, response *http.Response) reply {
	t.Helper()
	var got reply
	open := -1
	lines := bufio.NewScanner(response.Body)
	for lines.Scan() {
		data, found := strings.CutPrefix(lines.Text(), "data: ")
		if !found {
			continue
		}
		got.Events++
		var event struct {
			Type    string `json:"type"`
			Index   int    `json:"index"`
			Message struct {
				Usage struct {
					InputTokens int `json:"input_tokens"`
				} `json:"usage"`
			} `json:"message"`
			Block struct {
				Name string `json:"name"`
			} `json:"content_block"`
			Delta struct {
				Text        string `json:"text"`
				Thinking    string `json:"thinking"`
				PartialJSON string `json:"partial_json"`
				StopReason  string `json:"stop_reason"`
			} `json:"delta"`
			Usage struct {
				OutputTokens int `json:"output_tokens"`
			} `json:"usage"`
		}
		if err := json.Unmarshal([]byte(data), &event); err != nil {
			t.Fatalf("event %q: %v", data, err)
		}
		switch event.Type {
		case "content_block_start":
			if open != -1 {
				t.Errorf("block %d begins inside block %d", event.Index, open)
			}
			if open = event.Index; event.Block.Name != "" {
				got.Calls = append(got.Calls, event.Block.Name)
			}
		case "content_block_delta":
			if event.Index != open {
				t.Errorf("delta of block %d inside block %d", event.Index, open)
			}
		case "content_block_stop":
			open = -1
		case "message_stop":
			got.Done = true
		}
		if event.Delta.PartialJSON != "" {
			got.Calls[len(got.Calls)-1] += event.Delta.PartialJSON
		}
		got.Text += event.Delta.Text
		got.Reasoning += event.Delta.Thinking
		got.Finish += event.Delta.StopReason
		got.Input += event.Message.Usage.InputTokens
		got.Output += event.Usage.OutputTokens
	}
	return got
}

func TestAnswers(t *testing.T) {
	t.Parallel()
	_, url := start(t, upstream.Options{
		Texts:     map[string]string{"tour": "Grüße, \"you\"\nand a second line"},
		Arguments: map[string]string{"calculator": `{"expression": "6*7"}`},
	})
	withResult := map[string]string{
		chatPath: `[{"role":"user","content":"a b"},{"role":"assistant","content":null,"tool_calls":[{"id":"x","type":"function",` +
			`"function":{"name":"calculator","arguments":"{}"}}]},{"role":"tool","tool_call_id":"x","content":"42"}]`,
		messagesPath: `[{"role":"user","content":[{"type":"text","text":"a b"}]},{"role":"assistant","content":[{"type":"tool_use","id":"x",` +
			`"name":"calculator","input":{}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"x","content":"42"}]}]`,
	}
	cases := map[string]struct {
		script     string
		withResult bool
		want       reply
		finish     map[string]string
	}{
		"paced tokens":   {script: "tokens-12-1000", want: reply{Text: upstream.Text(12), Output: 12}},
		"many at once":   {script: "tokens-3000", want: reply{Text: upstream.Text(3000), Output: 3000}},
		"two text steps": {script: "tokens-2+tokens-3-500", want: reply{Text: upstream.Text(5), Output: 5}},
		"reasoning":      {script: "reasoning-3+tokens-2", want: reply{Reasoning: upstream.Reasoning(3), Text: upstream.Text(2), Output: 5}},
		"named text":     {script: "text-tour", want: reply{Text: "Grüße, \"you\"\nand a second line", Output: 6}},
		"echo":           {script: "echo", want: reply{Text: "hello there", Output: 2}},
		"no text":        {script: "tokens-0", want: reply{}},
		"calls": {
			script: "tokens-1+call-calculator+call-current_time+tokens-2",
			want:   reply{Text: upstream.Text(1), Output: 1, Calls: []string{`calculator{"expression": "6*7"}`, "current_time{}"}},
			finish: map[string]string{chatPath: "tool_calls", messagesPath: "tool_use"},
		},
		"answer after calls": {script: "call-calculator+tokens-2", withResult: true, want: reply{Text: upstream.Text(2), Output: 2}},
		"loop": {
			script: "loop-calculator", withResult: true,
			want:   reply{Calls: []string{`calculator{"expression": "6*7"}`}},
			finish: map[string]string{chatPath: "tool_calls", messagesPath: "tool_use"},
		},
		"cut by length": {
			script: "tokens-1+length", want: reply{Text: upstream.Text(1), Output: 1},
			finish: map[string]string{chatPath: "length", messagesPath: "max_tokens"},
		},
		"filtered": {
			script: "filter", want: reply{},
			finish: map[string]string{chatPath: "content_filter", messagesPath: "refusal"},
		},
	}
	for path, read := range map[string]func(*testing.T, *http.Response) reply{chatPath: readOpenAI, messagesPath: readAnthropic} {
		for name, c := range cases {
			t.Run(path+" "+name, func(t *testing.T) {
				t.Parallel()
				messages := hello
				if c.withResult {
					messages = withResult[path]
				}
				want := c.want
				want.Done, want.Input = true, 2
				want.Finish = map[string]string{chatPath: "stop", messagesPath: "end_turn"}[path]
				if c.finish != nil {
					want.Finish = c.finish[path]
				}
				if c.withResult && path == chatPath {
					want.Input++ // the result is a message with text
				}
				got := read(t, ask(t.Context(), t, url+path, c.script, messages))
				if c.want.Output > 0 && got.Events < c.want.Output {
					t.Errorf("%d events for %d tokens", got.Events, c.want.Output)
				}
				got.Events = 0
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("answer differs (-want +got):\n%s", diff)
				}
			})
		}
	}
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	_, url := start(t, upstream.Options{})
	cases := map[string]struct {
		script, path string
		status       int
		retryAfter   string
		body         string
	}{
		"key, openai":           {"status-401", chatPath, 401, "", `"code":"invalid_api_key"`},
		"key, anthropic":        {"status-401", messagesPath, 401, "", `"type":"authentication_error"`},
		"rate, openai":          {"status-429-7", chatPath, 429, "7", `"code":"rate_limit_exceeded"`},
		"rate, anthropic":       {"status-429-7", messagesPath, 429, "7", `"type":"rate_limit_error"`},
		"server, delayed":       {"wait-1+status-500", chatPath, 500, "", `"type":"server_error"`},
		"overloaded, anthropic": {"status-529", messagesPath, 529, "", `"type":"overloaded_error"`},
		"odd status":            {"status-418", chatPath, 418, "", "418"},
		"context, openai":       {"context", chatPath, 400, "", `"code":"context_length_exceeded"`},
		"context, anthropic":    {"context", messagesPath, 400, "", "prompt is too long"},
		"page":                  {"html", chatPath, 200, "", "<!doctype html>"},
		"no such model":         {"gpt-4o", chatPath, 404, "", `"code":"model_not_found"`},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			response := ask(t.Context(), t, url+c.path, c.script, hello)
			body, err := io.ReadAll(response.Body)
			if err != nil {
				t.Fatal(err)
			}
			if response.StatusCode != c.status || response.Header.Get("Retry-After") != c.retryAfter {
				t.Errorf("status %d, Retry-After %q", response.StatusCode, response.Header.Get("Retry-After"))
			}
			if !strings.Contains(string(body), c.body) {
				t.Errorf("body %s lacks %s", body, c.body)
			}
		})
	}
}

func TestStreamsThatBreak(t *testing.T) {
	t.Parallel()
	_, url := start(t, upstream.Options{})
	cases := map[string]struct {
		script, path string
		contains     string
		isBroken     bool
	}{
		"half a stream": {"tokens-2+close", chatPath, "t0002", false},
		"reset":         {"tokens-2+reset", chatPath, "t0002", true},
		"malformed":     {"tokens-1+malformed+tokens-1", chatPath, "\"index\": 0,\n\n", false},
		"error event":   {"tokens-1+error", messagesPath, "event: error\ndata: {\"type\":\"error\"", false},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			body, err := io.ReadAll(ask(t.Context(), t, url+c.path, c.script, hello).Body)
			if isBroken := err != nil; isBroken != c.isBroken {
				t.Errorf("error %v", err)
			}
			if !strings.Contains(string(body), c.contains) {
				t.Errorf("body %q lacks %q", body, c.contains)
			}
			if c.script != "tokens-1+malformed+tokens-1" && (strings.Contains(string(body), "[DONE]") || strings.Contains(string(body), "message_stop")) {
				t.Errorf("the stream ended properly: %q", body)
			}
		})
	}
}

func TestFailsOnlyTheFirstCalls(t *testing.T) {
	t.Parallel()
	_, url := start(t, upstream.Options{})
	var statuses []int
	for range 3 {
		statuses = append(statuses, ask(t.Context(), t, url+chatPath, "fail-2-503+tokens-1", hello).StatusCode)
	}
	if diff := cmp.Diff([]int{503, 503, 200}, statuses); diff != "" {
		t.Errorf("statuses differ (-want +got):\n%s", diff)
	}
}

func TestHangSendsNoByteAndEndsWhenTheClientLeaves(t *testing.T) {
	t.Parallel()
	server, url := start(t, upstream.Options{})
	left := errors.New("client left")
	ctx, cancel := context.WithCancelCause(t.Context())
	defer cancel(nil)
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, url+chatPath,
		strings.NewReader(`{"model":"hang","stream":true,"messages":`+hello+`}`))
	if err != nil {
		t.Fatal(err)
	}
	var group sync.WaitGroup
	group.Go(func() {
		if response, err := http.DefaultTransport.RoundTrip(request); !errors.Is(err, left) {
			t.Errorf("answered with error %v", err)
			_ = response.Body.Close()
		}
	})
	awaitActive(t, server, 1)
	cancel(left)
	group.Wait()
	awaitActive(t, server, 0)
}

func TestStallKeepsWhatWasSent(t *testing.T) {
	t.Parallel()
	server, url := start(t, upstream.Options{})
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	response := ask(ctx, t, url+chatPath, "tokens-3-1000+hang", hello)
	if head := readUntil(t, bufio.NewReader(response.Body), "t0003"); strings.Contains(head, "t0004") {
		t.Errorf("read %q", head)
	}
	if active := server.State().Active; active != 1 {
		t.Errorf("%d active answers", active)
	}
	cancel()
	awaitActive(t, server, 0)
}

func awaitActive(t *testing.T, server *upstream.Server, count int) {
	t.Helper()
	if err := server.Await(t.Context(), func(s upstream.State) bool { return s.Active == count }); err != nil {
		t.Fatal(err)
	}
}

// readUntil reads whole lines up to the first with the given text.
func readUntil(t *testing.T, lines *bufio.Reader, text string) string {
	t.Helper()
	var head strings.Builder
	for {
		line, err := lines.ReadString('\n')
		if err != nil {
			t.Fatal(err)
		}
		head.WriteString(line)
		if strings.Contains(line, text) {
			return head.String()
		}
	}
}

func TestHoldWaitsForRelease(t *testing.T) {
	t.Parallel()
	server, url := start(t, upstream.Options{})
	response := ask(t.Context(), t, url+chatPath, "tokens-1+hold+tokens-1", hello)
	if err := server.Await(t.Context(), func(s upstream.State) bool { return s.Held == 1 }); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewReader(response.Body)
	readUntil(t, lines, "t0001")
	control(t, url+"/control/release")
	rest, err := io.ReadAll(lines)
	if err != nil || !strings.Contains(string(rest), "t0002") {
		t.Errorf("after the release: %q, error %v", rest, err)
	}
	if server.Reset(); server.State() != (upstream.State{}) {
		t.Errorf("state after reset: %+v", server.State())
	}
}

func control(t *testing.T, url string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultTransport.RoundTrip(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusNoContent {
		t.Fatalf("status %d", response.StatusCode)
	}
}
