package google

import (
	"encoding/json"
	"io"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"

	"parley/internal/llm"
	"parley/internal/llm/wire"
)

var chunks = []string{
	`{"candidates": [{"content": {"parts": [{"text": "Here"}],"role": "model"},"index": 0}],"usageMetadata": {"promptTokenCount": 11,"candidatesTokenCount": 14,"totalTokenCount": 231,"promptTokensDetails": [{"modality": "TEXT","tokenCount": 11}],"thoughtsTokenCount": 206},"modelVersion": "m","responseId": "r"}`,
	`{"candidates":[{"content":{"role":"model","parts":[{"thought":true,"text":"a\nb"}]}}],"usageMetadata":{"trafficType":"ON_DEMAND"}}`,
	`{"candidates":[{"content":{"parts":[{"text":""}]}}]}`,
	`{"candidates":[{"content":{"parts":[{"functionCall":{"partialArgs":[{"jsonPath":"$.a","stringValue":"x","willContinue":true}],"willContinue":true}}]}}]}`,
	`{"candidates":[{"content":{"parts":[{"functionCall":{"willContinue":true}}]}}]}`,
	`{"candidates":[{"content":{"parts":[{"text":"a","thoughtSignature":"s"}]}}]}`,
	`{"candidates":[{"content":{"parts":[{"text":"b"}]},"finishReason":"STOP"}]}`,
	`{"candidates":[{"content":{"parts":[{"functionCall":{"partialArgs":[{"jsonPath":"$.a","stringValue":"x"}]}}]}}]}`,
	`{"candidates":[{"content":{"parts":[{"thoughtSignature":"s","functionCall":{"willContinue":true}}]}}]}`,
	`{"candidates":[{"content":{"parts":[{"text":"a","functionCall":{"willContinue":true}}]}}]}`,
	`{"candidates":[{"content":{"parts":[{"thoughtSignature":"x"}]}}]}`,
	`{"candidates":[{"content":{"parts":[{"Text":"a"}]},"finishReason":"STOP"}]}`,
	`{"candidates":[{"content":{"parts":[{"text":"a"},{"text":"b"}]}}]}`,
	`{"candidates":[{"content":{"parts":[{"text":"a"}]},"finishReason":"OTHER","finishMessage":"m"}]}`,
	`{"candidates":[{"content":{"parts":[{"text":"a"}]},"index":1}]}`,
	`{"candidates":[{"content":{"parts":[{"text":"a"}]}}],"usageMetadata":{"promptTokenCount":1e3}}`,
	`{"usageMetadata":{"promptTokenCount":1}}`,
}

func TestScanTakesTheCommonChunks(t *testing.T) {
	t.Parallel()
	const argument = "argument"
	want := [][]string{ // text, kind, signature, reason to stop
		{"Here", "text", "", ""},
		{"a\nb", "thought", "", ""},
		{"", "text", "", ""},
		{"x", argument, "", ""},
		{"", argument, "", ""},
		{"a", "text", "s", ""},
		{"b", "text", "", "STOP"},
		{"", `{"functionCall":{"partialArgs":[{"jsonPath":"$.a","stringValue":"x"}]}}`, "", ""},
		{"", `{"thoughtSignature":"s","functionCall":{"willContinue":true}}`, "", ""},
		{"", `{"text":"a","functionCall":{"willContinue":true}}`, "", ""},
		{"", `{"thoughtSignature":"x"}`, "", ""},
		{"", `{"Text":"a"}`, "", "STOP"},
	}
	var s scanner
	for i, text := range chunks {
		if got := s.scan([]byte(text)); got != (i < len(want)) {
			t.Errorf("scan(%s) = %v", text, got)
		}
		if i >= len(want) {
			continue
		}
		kind := "text"
		switch {
		case s.other != nil:
			kind = string(s.other)
		case s.argument():
			kind = argument
		case s.thought:
			kind = "thought"
		}
		if got := []string{s.text, kind, s.signature, s.finish}; !slices.Equal(got, want[i]) {
			t.Errorf("scan(%s) read %q", text, got)
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
		if s.other != nil && new(part).UnmarshalJSON(s.other) != nil {
			return // which is encoding/json's judgement of the whole too
		}
		var c chunk
		if err := json.Unmarshal(data, &c); err != nil {
			t.Fatalf("scan accepts what encoding/json does not: %v: %q", err, data)
		}
		if len(c.Candidates) != 1 || len(c.Candidates[0].Content.Parts) != 1 {
			t.Fatalf("encoding/json reads %+v from %q", c, data)
		}
		p := c.Candidates[0].Content.Parts[0]
		if s.other != nil {
			var other part
			if err := other.UnmarshalJSON(s.other); err != nil || !reflect.DeepEqual(other, p) {
				t.Fatalf("scan found the part %q, encoding/json %+v in %q", s.other, p, data)
			}
			s.text, s.thought, s.signature, p = "", false, "", part{}
		}
		text := p.Text
		if s.argument() && (p.Call == nil || p.Call.Name != "" || !p.Call.More || len(p.Call.Args) > 0) {
			t.Fatalf("scan takes a call to go on, encoding/json reads %+v from %q", p.Call, data)
		}
		switch {
		case s.hasPiece():
			if len(p.Call.Partial) != 1 || p.Call.Partial[0].Text == nil || p.Call.Partial[0].Path != s.path || p.Call.Partial[0].More != s.more {
				t.Fatalf("scan read the argument %q, encoding/json %+v from %q", s.path, p.Call, data)
			}
			text = *p.Call.Partial[0].Text
		case s.argument() && len(p.Call.Partial) > 0:
			t.Fatalf("scan passes over the pieces of %q", data)
		}
		counts := wire.Optional[usage](&wire.Call{}, "", c.Usage)
		if text != s.text || p.Thought != s.thought || (counts != nil) != s.counted() || counts != nil && *counts != s.usage {
			t.Errorf("scan read %q, %v, %+v, encoding/json %+v, %+v from %q", s.text, s.thought, s.usage, p, counts, data)
		}
		if c.Candidates[0].Finish != s.finish || p.Signature != s.signature {
			t.Errorf("scan read %q, %q, encoding/json %q, %q from %q", s.finish, s.signature, c.Candidates[0].Finish, p.Signature, data)
		}
		if c.Candidates[0].Index != 0 || c.Candidates[0].FinishMessage != "" || (p.Call != nil) != s.argument() || c.Error != nil {
			t.Errorf("scan passes over what matters in %q", data)
		}
	})
}

func FuzzArguments(f *testing.F) {
	f.Add("$.a", "x", "$.b[0].c", "y")
	f.Add("$['a b']", "x", `$["]"].c`, "y")
	f.Add("$.a.b", "x", "$.a", "y")
	f.Add("$[0]", "x", "$.a[1]", "y")
	f.Fuzz(func(t *testing.T, first, text, second, more string) {
		var a arguments
		for _, piece := range []partialArg{
			{Path: first, Text: &text, More: true}, {Path: first, Text: &more}, {Path: second, Text: &more},
		} {
			if a.add(piece) != nil {
				return
			}
		}
		a.close()
		if got := a.take(); !json.Valid([]byte(got)) || !strings.HasPrefix(got, "{") {
			t.Errorf("%s and %s give %s", first, second, got)
		}
	})
}

func TestArguments(t *testing.T) {
	t.Parallel()
	piece := func(path, text string, more bool) partialArg { return partialArg{Path: path, Text: &text, More: more} }
	yes := true
	tests := []struct {
		name   string
		pieces []partialArg
		want   string
	}{
		{"none", nil, `{}`},
		{"a string in pieces", []partialArg{piece("$.a", "x\"", true), piece("$.a", "é", true), piece("$.a", "", false)}, `{"a":"x\"é"}`},
		{"one that is not closed", []partialArg{piece("$.a", "x", true)}, `{"a":"x"}`},
		{"kinds", []partialArg{
			{Path: "$.n", Number: json.RawMessage("1.50")}, {Path: "$.b", Bool: &yes}, {Path: "$.z"},
		}, `{"n":1.50,"b":true,"z":null}`},
		{"nested", []partialArg{
			piece("$.r.list[0].name", "a", false), piece("$.r.list[0].size", "b", false), piece("$.r.list[1].name", "c", false),
			piece("$.r.title", "d", false), piece("$.steps[0]", "e", false), piece("$.steps[1]", "f", false),
		}, `{"r":{"list":[{"name":"a","size":"b"},{"name":"c"}],"title":"d"},"steps":["e","f"]}`},
		{"lists in lists", []partialArg{piece("$.m[0][0]", "a", false), piece("$.m[0][1]", "b", false), piece("$.m[1][0]", "c", false)}, `{"m":[["a","b"],["c"]]}`},
		{"quoted names", []partialArg{piece("$['a.b'].c", "x", false), piece(`$["d e"]`, "y", false)}, `{"a.b":{"c":"x"},"d e":"y"}`},
		{"twice", []partialArg{piece("$.a", "x", false), piece("$.a", "y", false)}, ""},
		{"a value with fields", []partialArg{piece("$.a", "x", false), piece("$.a.b", "y", false)}, ""},
		{"a hole in a list", []partialArg{piece("$.a[0]", "x", false), piece("$.a[2]", "y", false)}, ""},
		{"a list as the whole", []partialArg{piece("$[0]", "x", false)}, ""},
		{"no path", []partialArg{piece("a", "x", false)}, ""},
		{"an open bracket", []partialArg{piece("$.a[", "x", false)}, ""},
		{"no name", []partialArg{piece("$..a", "x", false)}, ""},
	}
	for _, test := range tests {
		var a arguments
		var err error
		for _, piece := range test.pieces {
			if err = a.add(piece); err != nil {
				break
			}
		}
		a.close()
		if got := a.take(); (err != nil) != (test.want == "") || err == nil && got != test.want {
			t.Errorf("%s: %s, %v", test.name, got, err)
		}
	}
}

// BenchmarkArgument is the cost of one piece of a call's arguments.
func BenchmarkArgument(b *testing.B) {
	const deltas = 2000
	one := "data: " + strings.TrimSuffix(chunks[3], "}") + `,"usageMetadata":{"trafficType":"ON_DEMAND"},"modelVersion":"m","responseId":"r"}` + "\r\n\r\n"
	body := `data: {"candidates":[{"content":{"parts":[{"functionCall":{"name":"a","willContinue":true}}]}}]}` + "\r\n\r\n" +
		strings.Repeat(one, deltas) + `data: {"candidates":[{"content":{"parts":[{"functionCall":{}}]},"finishReason":"STOP"}]}` + "\r\n\r\n"
	play(b, body, len(one), deltas)
}

// BenchmarkDelta is the cost of one token from the body of an HTTP answer to
// its event, without the network.
func BenchmarkDelta(b *testing.B) {
	const deltas = 2000
	one := "data: " + chunks[0] + "\r\n\r\n"
	body := strings.Repeat(one, deltas) + `data: {"candidates":[{"content":{"parts":[{"text":""}]},"finishReason":"STOP"}]}` + "\r\n\r\n"
	play(b, body, len(one), deltas)
}

// play reads an answer of so many deltas again and again.
func play(b *testing.B, body string, size, deltas int) {
	b.Helper()
	model := New(Config{BaseURL: "http://model.test", Client: &http.Client{Transport: canned(body)}}).Model("m")
	b.ReportAllocs()
	b.SetBytes(int64(size))
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
