package openairesponses

import (
	"encoding/json"
	"slices"
	"testing"
)

// known are events that scan reads, unknown those that it leaves to encoding/json.
var known = []string{
	`{"type":"response.output_text.delta","item_id":"m","output_index":1,"content_index":2,"delta":"a\n","logprobs":[],"obfuscation":"x","sequence_number":4}`,
	`{"type":"response.reasoning_summary_text.delta","output_index":0,"summary_index":1,"delta":"b"}`,
	`{"output_index":3,"delta":"{","type":"response.function_call_arguments.delta"}`,
	`{"type":"response.output_item.added","output_index":0,"item":{"type":"message","content":[]}}`,
	`{"type":"response.output_item.done","output_index":0,"item": {"type":"reasoning","encrypted_content":"e"} ,"sequence_number":1}`,
	`{"type":"response.completed","response":{"id":"r","status":"completed","output":[{"type":"message"}],"error":null,"incomplete_details":null,"service_tier":"flex","usage":{"input_tokens":1}}}`,
}

var unknown = []string{
	`{"type":"response.output_text.delta","output_index":0,"delta":"a","Delta":"b"}`,
	`{"type":"response.output_text.delta","output_index":0,"delta":"a","logprobs":[{"token":"a"}]}`,
	`{"type":"response.output_text.delta","delta":"a"}`,
	`{"type":"response.output_text.delta","output_index":0,"delta":1}`,
	`{"type":"response.output_text.delta","output_index":0,"item":{}}`,
	`{"type":"response.output_item.added","output_index":0}`,
	`{"type":"response.output_item.done","item":{}}`,
	`{"type":"response.completed"}`,
	`{"type":"response.completed","response":null}`,
	`{"type":"response.completed","response":{"Status":"incomplete"}}`,
	`{"type":"response.completed","response":{"status":1}}`,
	`{"type":"response.incomplete","response":{"incomplete_details":{"reason":"max_output_tokens"}}}`,
	`{"type":"response.refusal.delta","output_index":0,"delta":"a"}`,
	`{"type":"error","error":{}}`,
}

func TestScanTakesTheCommonEvents(t *testing.T) {
	t.Parallel()
	var s scanner
	for _, text := range known {
		if !s.scan([]byte(text)) {
			t.Errorf("%s is not read", text)
		}
		compare(t, &s.out, []byte(text))
	}
	for _, text := range unknown {
		if s.scan([]byte(text)) {
			t.Errorf("%s is read", text)
		}
	}
}

// FuzzScan: whatever scan accepts, encoding/json reads the same.
func FuzzScan(f *testing.F) {
	for _, text := range slices.Concat(known, unknown) {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var s scanner
		if s.scan(data) {
			compare(t, &s.out, data)
		}
	})
}

// compare finds what scan and encoding/json read in an event, whose index of a text
// is that of the part or of the summary.
func compare(t *testing.T, got *quick, data []byte) {
	t.Helper()
	var e event
	if err := json.Unmarshal(data, &e); err != nil {
		t.Fatalf("scan accepts what encoding/json does not: %v: %q", err, data)
	}
	var delta string
	if len(e.Delta) > 0 {
		if err := json.Unmarshal(e.Delta, &delta); err != nil {
			t.Fatalf("encoding/json finds no text in %q", data)
		}
	}
	if got.kind != e.Type || max(got.output, 0) != e.Output || got.text != delta || string(got.item) != string(e.Item) ||
		max(got.part, 0) != max(e.Content, e.Summary) {
		t.Errorf("scan reads %+v, encoding/json %+v from %q", got, e, data)
	}
	if e.Response == nil {
		e.Response = &response{}
	}
	if r := got.response; r.Status != e.Response.Status || r.Tier != e.Response.Tier || string(r.Usage) != string(e.Response.Usage) ||
		e.Response.Incomplete.Reason != "" {
		t.Errorf("scan reads the end %+v, encoding/json %+v from %q", r, *e.Response, data)
	}
}
