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

// known are chunks that scan reads, unknown those that it leaves to encoding/json.
var known = []string{
	`{"candidates": [{"content": {"parts": [{"text": "Here"}],"role": "model"},"index": 0}],"usageMetadata": {"promptTokenCount": 11,"candidatesTokenCount": 14,"totalTokenCount": 231,"promptTokensDetails": [{"modality": "TEXT","tokenCount": 11}],"thoughtsTokenCount": 206},"modelVersion": "m","responseId": "r"}`,
	`{"candidates":[{"content":{"role":"model","parts":[{"thought":true,"text":"a\nb"}]}}],"usageMetadata":{"trafficType":"ON_DEMAND"}}`,
	`{"candidates":[{"content":{"parts":[{"text":""}]}}]}`,
	`{"candidates":[{"content":{"parts":[{"functionCall":{"partialArgs":[{"jsonPath":"$.a","stringValue":"x","willContinue":true}],"willContinue":true}}]}}]}`,
	`{"candidates":[{"content":{"parts":[{"functionCall":{"willContinue":true}}]}}]}`,
	`{"candidates":[{"content":{"parts":[{"text":"a","thoughtSignature":"s\u003d"}]}}]}`,
	`{"candidates":[{"content":{"parts":[{"text":"a","thoughtSignature":""}]}}]}`,
	`{"candidates":[{"content":{"parts":[{"text":"b"}]},"finishReason":"STOP"}]}`,
	`{"candidates":[{"content":{"parts":[{"functionCall":{"partialArgs":[{"jsonPath":"$.n","numberValue":1.50},{"jsonPath":"$.b","boolValue":true},{"jsonPath":"$.z","nullValue":"NULL_VALUE"}]}}]}}]}`,
	`{"candidates":[{"content":{"parts":[{"thoughtSignature":"s","functionCall":{"id":"1","name":"f","args":{"a":[1,{"b":null}]}}},{"functionCall":{"name":"g","args":{}}}]},"finishMessage":"m"}]}`,
	`{"candidates":[{"content":{"parts":[{"functionCall":{}}]}}]}`,
	`{"candidates":[{"content":{"parts":[{"thoughtSignature":"x"},{}]}}]}`,
	`{"candidates":[{"content":{"parts":[{"inlineData":{"mimeType":"image/png","data":"aGk="}}]},"safetyRatings":[{"category":"c"}],"avgLogprobs":-0.1}]}`,
	`{"candidates":[{"content":{"parts":[{"executableCode":{"id":"1","language":"PYTHON","code":"1"}},{"codeExecutionResult":{"id":"1","outcome":"OUTCOME_OK","output":"1"}}]}}]}`,
	`{"candidates":[{"content":{"parts":[{"toolCall":{"id":"1","toolType":"GOOGLE_SEARCH_WEB","args":{"queries":["a"]}}},{ "toolResponse":{"id":"1","toolType":"GOOGLE_SEARCH_WEB","response":{"search_suggestions":"<p>"}} , "thoughtSignature":"s"}]}}]}`,
	`{"candidates":[{"groundingMetadata":{"webSearchQueries":["a"],"groundingChunks":[{"web":{"uri":"u"}}],"searchEntryPoint":{"renderedContent":"<p>"}},"urlContextMetadata":{"urlMetadata":[{"retrievedUrl":"u"}]},"citationMetadata":{"citations":[{"uri":"u"}]},"logprobsResult":{"chosenCandidates":[]}}]}`,
	`{"usageMetadata":{"promptTokenCount":1}}`,
	`{"candidates":[{"content":{"parts":[{"text":"a","text":"b","text":null}]}}]}`,
}

var unknown = []string{
	`{"candidates":[{"content":{"parts":[{"Text":"a"}]},"finishReason":"STOP"}]}`,
	`{"candidates":[{"content":{"parts":[{"functionCall":{"id":"1"},"functionCall":{"name":"f"}}]}}]}`,
	`{"candidates":[{"content":{"parts":[{"text":1}]}}]}`,
	`{"candidates":[{"content":{"parts":[{"text":"a","thoughtSignature":1}]}}]}`,
	`{"candidates":[{"content":{"parts":[{"functionCall":{"partialArgs":[{"jsonPath":"$.a","stringValue":null}]}}]}}]}`,
	`{"candidates":[{"content":{"parts":[{"functionCall":null}]}}]}`,
	`{"candidates":[{"content":{"parts":[]}}]}`,
	`{"candidates":[{"content":{"parts":[{"text":"a"}]},"index":1}]}`,
	`{"candidates":[{"groundingMetadata":[]}]}`,
	`{"candidates":[{},{}]}`,
	`{"candidates":[{"content":{"parts":[{"text":"a"}]}}],"usageMetadata":{"promptTokenCount":1e3}}`,
	`{"promptFeedback":{"blockReason":"SAFETY"}}`,
	`{"error":{"code":400}}`,
}

func TestScanTakesTheCommonChunks(t *testing.T) {
	t.Parallel()
	var s scanner
	for _, text := range known {
		if !s.scan([]byte(text)) {
			t.Errorf("%s is not read", text)
		} else if want := plainly(t, []byte(text)); !reflect.DeepEqual(s.chunk, want) {
			t.Errorf("%s reads as %+v, want %+v", text, s.chunk, want)
		}
	}
	for _, text := range unknown {
		if s.scan([]byte(text)) {
			t.Errorf("%s is read", text)
		}
	}
}

// plainly is a chunk as encoding/json reads it.
func plainly(t *testing.T, data []byte) chunk {
	t.Helper()
	var c chunk
	if err := json.Unmarshal(data, &c); err != nil {
		t.Fatalf("encoding/json does not accept %q: %v", data, err)
	}
	c.counts = wire.Optional[usage](&wire.Call{}, "", c.Usage)
	c.Usage = nil // scan reads the counts themselves
	return c
}

// FuzzScan: whatever scan accepts, encoding/json reads the same.
func FuzzScan(f *testing.F) {
	for _, text := range slices.Concat(known, unknown) {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var s scanner
		if !s.scan(data) {
			return
		}
		if want := plainly(t, data); !reflect.DeepEqual(s.chunk, want) {
			t.Errorf("scan reads %+v, encoding/json %+v from %q", s.chunk, want, data)
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
	one := "data: " + strings.TrimSuffix(known[3], "}") + `,"usageMetadata":{"trafficType":"ON_DEMAND"},"modelVersion":"m","responseId":"r"}` + "\r\n\r\n"
	body := `data: {"candidates":[{"content":{"parts":[{"functionCall":{"name":"a","willContinue":true}}]}}]}` + "\r\n\r\n" +
		strings.Repeat(one, deltas) + `data: {"candidates":[{"content":{"parts":[{"functionCall":{}}]},"finishReason":"STOP"}]}` + "\r\n\r\n"
	play(b, body, len(one), deltas)
}

// BenchmarkDelta is the cost of one token from the body of an HTTP answer to
// its event, without the network.
func BenchmarkDelta(b *testing.B) {
	const deltas = 2000
	one := "data: " + known[0] + "\r\n\r\n"
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
