package anthropic

import (
	"encoding/json"
	"io"
	"net/http"
	"reflect"
	"strings"
	"testing"

	"parley/internal/llm"
)

var events = []string{
	`{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Here"}}`,
	`{"type":"content_block_delta","index":12,"delta":{"type":"thinking_delta","thinking":"a\nb"}     }`,
	`{"index":1,"delta":{"partial_json":"{\"a\":","type":"input_json_delta"},"type":"content_block_delta"}`,
	`{"type":"content_block_start","index":2,"content_block": {"type":"text","text":""} }`,
	`{"type":"content_block_stop","index":3 }`,
	`{"type":"message_stop"}`,
	`{"type":"ping"}`,
	`{"type":"content_block_start","index":0}`,
	`{"type":"content_block_stop","index":0,"delta":{"type":"text_delta","text":"a"}}`,
	`{"type":"message_stop","amazon-bedrock-invocationMetrics":{}}`,
	`{"type":"content_block_delta","index":0,"delta":{"type":"signature_delta","signature":"x"}}`,
	`{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"a","thinking":"b"}}`,
	`{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","Text":"a"}}`,
	`{"index":1}`,
}

func TestScanTakesTheCommonEvents(t *testing.T) {
	t.Parallel()
	want := []quick{
		{event: deltaEvent, index: 0, kind: textDelta, text: "Here"},
		{event: deltaEvent, index: 12, kind: thinkingDelta, text: "a\nb"},
		{event: deltaEvent, index: 1, kind: inputDelta, text: `{"a":`},
		{event: startEvent, index: 2, block: []byte(`{"type":"text","text":""}`)},
		{event: stopEvent, index: 3},
		{event: endEvent, index: -1},
		{event: pingEvent, index: -1},
	}
	var s scanner
	for i, text := range events {
		if got := s.scan([]byte(text)); got != (i < len(want)) {
			t.Errorf("scan(%s) = %v", text, got)
		}
		if i < len(want) && !reflect.DeepEqual(s.out, want[i]) {
			t.Errorf("scan(%s) read %+v", text, s.out)
		}
	}
}

// FuzzScan: whatever scan accepts, encoding/json reads the same.
func FuzzScan(f *testing.F) {
	for _, text := range events {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var s scanner
		if !s.scan(data) {
			return
		}
		var m message
		if err := json.Unmarshal(data, &m); err != nil {
			t.Fatalf("scan accepts what encoding/json does not: %v: %q", err, data)
		}
		got := s.out
		got.index = max(got.index, 0) // encoding/json does not tell a missing one from 0
		want := quick{event: m.Type, index: m.Index, kind: m.Delta.Type, text: m.Delta.Text + m.Delta.Thinking + m.Delta.Input}
		if m.Block != nil {
			want.block = m.Block
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("scan read %+v, encoding/json %+v from %q", got, want, data)
		}
	})
}

// BenchmarkDelta is the cost of one token from the body of an HTTP answer to
// its event, without the network.
func BenchmarkDelta(b *testing.B) {
	const deltas = 2000
	head := `{"type":"message_start","message":{"usage":{"input_tokens":1,"output_tokens":1}}}` + "\n\n" +
		`data: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}` + "\n\n"
	one := "event: content_block_delta\ndata: " + `{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":" word"}           }` + "\n\n"
	tail := `data: {"type":"message_delta","delta":{"stop_reason":"end_turn"}}` + "\n\n" + `data: {"type":"message_stop"}` + "\n\n"
	body := "data: " + head + strings.Repeat(one, deltas) + tail
	model := New(Config{BaseURL: "http://model.test", Client: &http.Client{Transport: canned(body)}}).Model("m")
	b.ReportAllocs()
	b.SetBytes(int64(len(one)))
	for n := 0; n < b.N; n += deltas {
		for _, err := range model.Stream(b.Context(), llm.Request{}) {
			if err != nil {
				b.Fatal(err)
			}
		}
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
