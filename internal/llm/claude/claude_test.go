package claude_test

import (
	"testing"

	"parley/internal/llm/claude"

	"github.com/google/go-cmp/cmp"
)

func TestTraitsOf(t *testing.T) {
	t.Parallel()
	unknown := claude.Traits{Output: 8192}
	third := claude.Traits{Output: 8192, Cites: true}
	fourth := claude.Traits{Output: claude.OutputFourth, Shows: true, Cites: true}
	opus46 := claude.Traits{Output: claude.OutputFourth, Shows: true, Adaptive: true, OneOf: true, Schema: true, Cites: true}
	opus47 := opus46
	opus47.Hidden, opus47.Fixed = true, true
	opus5 := opus47
	opus5.Thinks = true
	opus5.Offline = true
	newest := opus5
	newest.Offline = false
	newest.Always, newest.Bound, newest.Free = true, true, true
	sonnet55 := opus5
	sonnet55.Offline = false
	sonnet55.Between, sonnet55.Bound, sonnet55.Free = true, true, true
	haiku55 := opus5
	haiku55.Offline = false
	haiku55.Bound = true
	for model, want := range map[string]claude.Traits{
		"claude-3-haiku-20240307":                      {Output: 4096},
		"anthropic.claude-3-5-sonnet-20241022-v2:0":    third,
		"us.anthropic.claude-sonnet-4-20250514-v1:0":   fourth,
		"claude-opus-4-1":                              {Output: claude.OutputFourth, Shows: true, OneOf: true, Schema: true, Cites: true},
		"eu.anthropic.claude-sonnet-4-5-20250929-v1:0": {Output: claude.OutputFourth, Shows: true, OneOf: true, Schema: true, Cites: true},
		"global.anthropic.claude-opus-4-6-v1":          opus46,
		"anthropic.claude-opus-4-7":                    opus47,
		"claude-opus-5":                                opus5,
		"claude-opus-5-5":                              newest,
		"claude-sonnet-5-5":                            sonnet55,
		"claude-haiku-5-5":                             haiku55,
		"claude-fable-5-1":                             newest,
		"anthropic.claude-v2:1":                        unknown,
		"another":                                      unknown,
	} {
		if diff := cmp.Diff(want, claude.TraitsOf(model)); diff != "" {
			t.Errorf("%s (-want +got)\n%s", model, diff)
		}
	}
}
