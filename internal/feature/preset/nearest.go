package preset

import (
	"slices"
	"strings"
	"unicode"
)

// nearest returns the one of models that is most like a model that is gone: of
// the same family, better by the same provider, first where several are as
// near. Without any of its family it is otherwise.
func nearest(gone string, models []string, otherwise string) string {
	best, most := otherwise, 0.0
	for _, model := range models {
		if score := likeness(gone, model); score > most {
			best, most = model, score
		}
	}
	return best
}

// likeness is 0 for models of different families, else the share of words that
// two names have in common, from 0 to 1, and a bit more for the same provider.
func likeness(a, b string) float64 {
	aProvider, aName, _ := strings.Cut(a, "/")
	bProvider, bName, _ := strings.Cut(b, "/")
	aWords, bWords := words(aName), words(bName)
	if len(aWords) == 0 || len(bWords) == 0 || aWords[0] != bWords[0] {
		return 0
	}
	common := 0
	for _, word := range aWords {
		if slices.Contains(bWords, word) {
			common++
		}
	}
	score := 2 * float64(common) / float64(len(aWords)+len(bWords))
	if strings.EqualFold(aProvider, bProvider) {
		score += 0.3
	}
	return score
}

// words splits a model's name, without the vendor before it, where letters and
// figures meet too: "vendor/gpt-4o" is gpt, 4, o.
func words(name string) (all []string) {
	name = strings.ToLower(name[strings.LastIndexByte(name, '/')+1:])
	kind := func(r rune) int {
		switch {
		case unicode.IsLetter(r):
			return 1
		case unicode.IsDigit(r):
			return 2
		}
		return 0
	}
	start, before := 0, 0
	for i, r := range name {
		if now := kind(r); now != before {
			if before != 0 {
				all = append(all, name[start:i])
			}
			start, before = i, now
		}
	}
	if before != 0 {
		all = append(all, name[start:])
	}
	return all
}
