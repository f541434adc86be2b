package llmtest

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"parley/internal/llm"
	"parley/internal/llm/wire"
)

// wrongTypes: whatever field of an answer has another type than it should, the
// answer is kept or refused, and never cut short as if it were whole. What only
// stands beside the answer is passed over.
func (s *suite) wrongTypes(t *testing.T) {
	for _, text := range []string{s.protocol.Usage, s.protocol.Reasoning, s.protocol.Tools, s.protocol.Whole("ok")} {
		_, model := s.serve(t, stream(text))
		want := Collect(t.Context(), model, Hello())
		names := map[string]bool{}
		_ = s.change(text, func(name string, value any) any { names[name] = true; return value })
		for _, name := range slices.Sorted(maps.Keys(names)) {
			changed := s.change(text, func(at string, value any) any {
				if at != name || value == nil {
					return value
				}
				if _, isText := value.(string); isText {
					return 7
				}
				return "odd"
			})
			_, model := s.serve(t, stream(changed))
			got := Collect(t.Context(), model, Hello())
			switch beside := slices.Contains(besides, name); {
			case got.Broken != "":
				t.Errorf("with a wrong %s the events break the contract: %s", name, got.Broken)
			case got.Err != nil && beside:
				t.Errorf("a wrong %s costs the answer: %v", name, got.Err)
			case got.Err != nil:
				if kind := llm.AsError(got.Err).Kind; kind != llm.ErrProtocol && kind != llm.ErrTruncated && kind != llm.ErrServer {
					t.Errorf("a wrong %s gives %v", name, got.Err)
				}
			case got.Text() != want.Text() || len(got.Calls()) != len(want.Calls()):
				t.Errorf("with a wrong %s the answer lacks something: %q, %+v", name, got.Text(), got.Calls())
			}
		}
	}
}

// besides are the fields that an answer does without, in all protocols.
var besides = []string{
	"created", "model", "object", "sequence_number", "item_id", "obfuscation", "service_tier", "metrics", "latencyMs", "p",
	"usage", "prompt_tokens", "completion_tokens", "prompt_tokens_details", "cached_tokens", "total_tokens",
	"input_tokens", "output_tokens", "cache_read_input_tokens", "input_tokens_details", "output_tokens_details", "reasoning_tokens",
	"inputTokens", "outputTokens", "cacheReadInputTokens", "totalTokens",
	"usageMetadata", "promptTokenCount", "cachedContentTokenCount", "candidatesTokenCount", "totalTokenCount",
	"promptTokensDetails", "modality", "tokenCount", "modelVersion", "responseId",
}

// wrongCounts: counts that cannot be read do not cost the answer, are taken for none,
// and are noted once.
func (s *suite) wrongCounts(t *testing.T) {
	for _, wrong := range []any{
		"none", 7, []any{}, true, map[string]any{}, "of text", "of fractions",
	} {
		changed := s.change(s.protocol.Usage, func(name string, value any) any {
			counts, ok := value.(map[string]any)
			if name != s.protocol.Counts || !ok {
				return value
			}
			one, ok := map[any]any{"of text": "12", "of fractions": 12.5}[key(wrong)]
			if !ok {
				return wrong
			}
			for field, count := range counts {
				if _, isNumber := count.(json.Number); isNumber {
					counts[field] = one
				}
			}
			return counts
		})
		var log bytes.Buffer
		limits := wire.Limits{Backoff: time.Millisecond, Log: slog.New(slog.NewTextHandler(&log, nil))}
		_, model := s.serveWith(t, limits, stream(changed))
		a := Collect(t.Context(), model, Hello())
		a.well(t, llm.FinishStop)
		if a.Text() != "ok" {
			t.Errorf("with the counts %v the text is %q", wrong, a.Text())
		}
		if _, isEmpty := wrong.(map[string]any); isEmpty {
			continue // an object without counts is as good as none
		}
		if a.Usage != nil {
			t.Errorf("the counts %v are read as %+v", wrong, *a.Usage)
		}
		if got := strings.Count(log.String(), "passed over"); got != 1 {
			t.Errorf("the counts %v are noted %d times: %s", wrong, got, log.String())
		}
	}
}

// key is what a map may be asked for, nil for what it may not.
func key(value any) any {
	if text, ok := value.(string); ok {
		return text
	}
	return nil
}

// change hands the value of every field, with its name, to replace.
func (s *suite) change(text string, replace func(name string, value any) any) string {
	payload := func(payload string) string {
		decoder := json.NewDecoder(strings.NewReader(payload))
		decoder.UseNumber()
		var value any
		if decoder.Decode(&value) != nil {
			return payload
		}
		changed, _ := json.Marshal(walk(value, replace))
		return string(changed)
	}
	if strings.HasPrefix(text, "{") {
		return payload(text)
	}
	return s.protocol.rewrite(text, payload)
}

func walk(value any, replace func(name string, value any) any) any {
	switch v := value.(type) {
	case map[string]any:
		for name, inner := range v {
			v[name] = replace(name, walk(inner, replace))
		}
	case []any:
		for i, inner := range v {
			v[i] = walk(inner, replace)
		}
	}
	return value
}
