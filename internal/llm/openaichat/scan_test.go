package openaichat

import (
	"encoding/json"
	"testing"
)

// slowly reads a chunk by encoding/json alone and returns what scan claims to
// know, and whether the chunk holds nothing more than that.
func slowly(data []byte) (quick, bool) {
	var c chunk
	if json.Unmarshal(data, &c) != nil || c.failed() || len(c.Choices) != 1 {
		return quick{}, false
	}
	only := c.Choices[0]
	if only.Delta == nil || only.Message != nil || only.FinishReason != "" || only.Index != 0 || !isNull(only.Error) {
		return quick{}, false
	}
	for _, raw := range []json.RawMessage{c.Usage, c.XGroq, c.Citations, c.SearchResults} {
		if !isNull(raw) {
			return quick{}, false
		}
	}
	m := only.Delta
	for _, raw := range []json.RawMessage{m.Annotations, m.Images, m.Audio, m.ExtraContent, m.ExecutedTools} {
		if !isNull(raw) {
			return quick{}, false
		}
	}
	if m.Refusal != "" || m.FunctionCall != nil || len(m.ReasoningDetails) > 1 || len(m.ToolCalls) > 1 {
		return quick{}, false
	}
	out := quick{tool: -1, detail: quickDetail{index: -1}}
	for _, raw := range m.ReasoningDetails {
		var ok bool
		if out.detail, ok = slowDetail(raw); !ok {
			return quick{}, false
		}
	}
	m.ReasoningDetails = nil
	out.reasoning = reasoningText(m)
	text, ok := stringOf(m.Content)
	if !ok && !isNull(m.Content) {
		return quick{}, false
	}
	out.content = text
	for _, call := range m.ToolCalls {
		if call.Index == nil || call.ID != "" || call.Function.Name != "" || !isNull(call.ExtraContent) {
			return quick{}, false
		}
		out.tool, out.arguments = *call.Index, call.Function.arguments()
	}
	return out, true
}

func slowDetail(raw json.RawMessage) (quickDetail, bool) {
	var fields map[string]any
	if json.Unmarshal(raw, &fields) != nil {
		return quickDetail{}, false
	}
	out := quickDetail{index: -1}
	for key, value := range fields {
		text, isText := value.(string)
		number, isNumber := value.(float64)
		switch {
		case value == nil:
		case key == "type" && isText:
			out.kind = text
		case key == "format" && isText:
			out.format = text
		case key == "index" && isNumber:
			out.index = int(number)
		case (key == "text" || key == "summary") && isText:
			out.text += text
		default:
			return quickDetail{}, false
		}
	}
	return out, true
}

var chunks = []string{
	`{"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"content":" word"},"logprobs":null,"finish_reason":null}]}`,
	`{"choices":[{"delta":{"role":"assistant","content":"a\n\"b\" \u00e9 \ud83d\ude00"}}]}`,
	`{"choices":[{"delta":{"reasoning":"x","content":null,"reasoning_content":""}}]}`,
	`{"choices":[{"index":0,"delta":{"tool_calls":[{"index":12,"function":{"arguments":"{\"a\":"}}]}}]}`,
	`{"choices":[{"index":0,"delta":{"content":"é"},"finish_reason":"stop"}]}`,
	`{"choices":[],"usage":{"prompt_tokens":1}}`,
	`{"CHOICES":[{"Delta":{"Content":"x"}}]}`,
	`{"choices":[{"delta":{"content":"a","content":"b"}}],"obfuscation":"xyz","x":[1,-2.5e+3,{"y":true}]}`,
	`{"error":{"message":"no"}}`,
	`{"choices":[{"delta":{"reasoning":"x","reasoning_details":[{"type":"reasoning.text","text":"x","format":"f","index":0,"signature":null}]}}]}`,
	`{"choices":[{"delta":{"reasoning_details":[{"type":"reasoning.encrypted","data":"x","index":0}]}}]}`,
	`{"choices":[{"index":0,"delta":{"content":"a"}}]} x`,
	"{\"choices\":[{\"delta\":{\"content\":\"\xff\"}}]}",
}

func TestScanTakesTheCommonChunk(t *testing.T) {
	t.Parallel()
	none := quickDetail{index: -1}
	want := map[int]quick{
		0: {content: " word", tool: -1, detail: none}, 2: {reasoning: "x", tool: -1, detail: none},
		3: {arguments: `{"a":`, tool: 12, detail: none},
		9: {reasoning: "x", tool: -1, detail: quickDetail{kind: "reasoning.text", format: "f", text: "x", index: 0}},
	}
	var s scanner
	for i, text := range chunks {
		expected, common := want[i]
		if got := s.scan([]byte(text)); got != common {
			t.Errorf("scan(%s) = %v, want %v", text, got, common)
		}
		if common && s.out != expected {
			t.Errorf("scan(%s) read %+v, want %+v", text, s.out, expected)
		}
	}
}

// FuzzScan: whatever scan accepts, encoding/json reads the same.
func FuzzScan(f *testing.F) {
	for _, text := range chunks {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var s scanner
		if !s.scan(data) {
			return
		}
		want, ok := slowly(data)
		if !ok || s.out != want {
			t.Errorf("scan read %+v, encoding/json %+v (%v) from %q", s.out, want, ok, data)
		}
	})
}
