package openaichat

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"parley/internal/llm"
	"parley/internal/llm/wire"
)

// BenchmarkDelta is the cost of one token from the body of an HTTP answer to
// its event, without the network.
func BenchmarkDelta(b *testing.B) {
	const deltas = 2000
	shapes := []struct{ name, delta string }{
		{"text", `{"id":"chatcmpl-a74ad02f-fb60-461d-8042-24ab0b962b51","object":"chat.completion.chunk","created":1773345615,"model":"moonshotai/kimi-k2-instruct-0905","system_fingerprint":"fp_05df423bab","choices":[{"index":0,"delta":{"content":" addition"},"logprobs":null,"finish_reason":null}]}`},
		{"escaped", `{"id":"chatcmpl-CxYz","object":"chat.completion.chunk","created":1773345615,"model":"gpt-4o","service_tier":"default","choices":[{"index":0,"delta":{"content":"\n\"x\\y\""},"logprobs":null,"finish_reason":null}],"usage":null,"obfuscation":"a7Gh2"}`},
		{"arguments", `{"id":"chatcmpl-CxYz","object":"chat.completion.chunk","created":1773345615,"model":"gpt-4o","choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":"\": \""}}]},"logprobs":null,"finish_reason":null}],"usage":null}`},
		{"openrouter reasoning", `{"id":"gen-1753242299-QZRAt5","provider":"Anthropic","model":"anthropic/claude-sonnet-4","object":"chat.completion.chunk","created":1753242299,"choices":[{"index":0,"delta":{"role":"assistant","content":"","reasoning":" the user","reasoning_details":[{"type":"reasoning.text","text":" the user","format":"anthropic-claude-v1","index":0}]},"finish_reason":null,"native_finish_reason":null,"logprobs":null}],"system_fingerprint":""}`},
	}
	for _, shape := range shapes {
		b.Run(shape.name, func(b *testing.B) {
			body := strings.Repeat("data: "+shape.delta+"\n\n", deltas)
			if shape.name == "arguments" {
				body = `data: {"choices":[{"delta":{"tool_calls":[{"index":0,"id":"c","function":{"name":"f"}}]}}]}` + "\n\n" + body
			}
			body += "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n"
			client := &http.Client{Transport: canned(body)}
			m := New(Config{BaseURL: "http://model.test/v1", Client: client}).Model("m")
			b.ReportAllocs()
			b.SetBytes(int64(len(body) / deltas))
			for n := 0; n < b.N; n += deltas {
				for _, err := range m.Stream(b.Context(), llm.Request{}) {
					if err != nil {
						b.Fatal(err)
					}
				}
			}
		})
	}
}

// canned answers every request with the same stream.
type canned string

func (c canned) RoundTrip(request *http.Request) (*http.Response, error) {
	return &http.Response{
		StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {"text/event-stream"}},
		Body: io.NopCloser(strings.NewReader(string(c))), Request: request,
	}, nil
}

func ExampleProvider_Model() {
	answer := canned("data: {\"choices\":[{\"delta\":{\"content\":\"Hello\"}}]}\n\ndata: [DONE]\n\n")
	provider := New(Config{
		BaseURL: "http://model.test/v1", Key: llm.NewSecret("key"), Dialect: "openai",
		Client: &http.Client{Transport: answer}, Limits: wire.Limits{Retries: -1},
	})
	request := llm.Request{Messages: []llm.Message{{
		Role: llm.RoleUser, Parts: []llm.Part{{Type: llm.PartText, Text: "Hi"}},
	}}}
	for event, err := range provider.Model("gpt-4o").Stream(context.Background(), request) {
		if err != nil {
			fmt.Println(err)
			return
		}
		if event.Kind == llm.EventFinish {
			fmt.Println("finished:", event.Reason)
		} else {
			fmt.Println(event.Text)
		}
	}
	// Output:
	// Hello
	// finished: stop
}
