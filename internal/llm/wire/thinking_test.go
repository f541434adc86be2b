package wire_test

import (
	"strings"
	"testing"

	"parley/internal/llm/wire"
)

func TestThinking(t *testing.T) {
	t.Parallel()
	tests := []struct{ in, reasoning, text string }{
		{"<think>\nwhy\n</think>\n\nanswer", "why\n", "answer"},
		{"  <think>a</think>b", "a", "b"},
		{"plain <think>no</think>", "", "plain <think>no</think>"},
		{"<thin", "", "<thin"},
		{"<think>a < b </thinkers> c", "a < b </thinkers> c", ""},
		{"<think></think>x", "", "x"},
		{"<thought>t</thought>x", "t", "x"},
		{"", "", ""},
	}
	for _, test := range tests {
		for _, size := range []int{1, 3, 1000} {
			var s wire.Thinking
			var reasoning, text strings.Builder
			add := func(r, x string) { reasoning.WriteString(r); text.WriteString(x) }
			for rest := test.in; rest != ""; {
				n := min(size, len(rest))
				if s.Off {
					add("", rest[:n])
				} else {
					add(s.Split(rest[:n]))
				}
				rest = rest[n:]
			}
			add(s.Flush())
			if reasoning.String() != test.reasoning || text.String() != test.text {
				t.Errorf("%q in pieces of %d: reasoning %q, text %q; want %q, %q",
					test.in, size, &reasoning, &text, test.reasoning, test.text)
			}
		}
	}
}
