package bedrock

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"testing"

	"parley/internal/llm"
	"parley/internal/llm/eventstream"
)

// FuzzScan holds the scanner to what encoding/json reads.
func FuzzScan(f *testing.F) {
	for _, seed := range []string{
		`{"contentBlockIndex":0,"delta":{"text":" a\u00e9\n\"b"},"p":"abcd"}`,
		`{"contentBlockIndex":12,"delta":{"reasoningContent":{"text":"think"}}}`,
		`{"delta":{"toolUse":{"input":"{\"a\":"}},"contentBlockIndex":3}`,
		`{"contentBlockIndex":0,"delta":{"text":"a","text":"b"}}`,
		`{"contentBlockIndex":0,"delta":{"reasoningContent":{"signature":"s"}}}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var s scanner
		if !s.scan(data) {
			return
		}
		var e event
		if err := json.Unmarshal(data, &e); err != nil || e.Delta == nil {
			t.Fatalf("%q was read, but encoding/json says %v", data, err)
		}
		text := ""
		switch s.kind {
		case textDelta:
			if e.Delta.Text != nil {
				text = *e.Delta.Text
			}
		case reasoningDelta:
			text = e.Delta.Reasoning.Text
		case inputDelta:
			text = e.Delta.ToolUse.text()
			if string(e.Delta.ToolUse.Input) == "null" {
				text = ""
			}
		}
		if e.Index != s.index || text != s.text {
			t.Errorf("%q was read as %d %q, want %d %q", data, s.index, s.text, e.Index, text)
		}
	})
}

// BenchmarkDelta is the cost of one token from the body of an HTTP answer to
// its event, without the network.
func BenchmarkDelta(b *testing.B) {
	const deltas = 2000
	for name, delta := range map[string]string{
		"text":      `{"contentBlockIndex":0,"delta":{"text":" addition"},"p":"abcdefghijklmnopqrstuvwxyzABCDEFG"}`,
		"reasoning": `{"contentBlockIndex":0,"delta":{"reasoningContent":{"text":" the user"}},"p":"abcdefghijklm"}`,
		"arguments": `{"contentBlockIndex":1,"delta":{"toolUse":{"input":"\": \""}},"p":"abcdefghijklmnopqrstuvwxyz"}`,
	} {
		b.Run(name, func(b *testing.B) {
			body := frame("contentBlockStart", `{"contentBlockIndex":1,"start":{"toolUse":{"toolUseId":"c","name":"f"}}}`)
			body = append(body, bytes.Repeat(frame("contentBlockDelta", delta), deltas)...)
			body = append(body, frame("messageStop", `{"stopReason":"end_turn"}`)...)
			m := New(Config{BaseURL: "http://model.test", Client: &http.Client{Transport: canned(body)}}).Model("m")
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

func frame(kind, payload string) []byte {
	return eventstream.Append(nil, []byte(payload), eventstream.Header{Name: ":event-type", Value: kind},
		eventstream.Header{Name: ":content-type", Value: "application/json"}, eventstream.Header{Name: ":message-type", Value: "event"})
}

// canned answers every request with the same stream.
type canned []byte

func (c canned) RoundTrip(request *http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: http.StatusOK, Body: io.NopCloser(bytes.NewReader(c)), Request: request}, nil
}
