package upstream

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// verb names a step; the package comment says what each does.
type verb string

const (
	verbTokens    verb = "tokens"
	verbStamped   verb = "stamped"
	verbReasoning verb = "reasoning"
	verbMarkdown  verb = "markdown"
	verbText      verb = "text"
	verbEcho      verb = "echo"
	verbCall      verb = "call"
	verbLoop      verb = "loop"
	verbPicture   verb = "picture"
	verbSound     verb = "sound"
	verbSources   verb = "sources"
	verbCode      verb = "code"
	verbStatus    verb = "status"
	verbContext   verb = "context"
	verbHTML      verb = "html"
	verbFail      verb = "fail"
	verbWait      verb = "wait"
	verbHold      verb = "hold"
	verbHang      verb = "hang"
	verbClose     verb = "close"
	verbReset     verb = "reset"
	verbMalformed verb = "malformed"
	verbError     verb = "error"
	verbLength    verb = "length"
	verbFilter    verb = "filter"
	verbNoUsage   verb = "nousage"
)

// maxCount bounds every number of a script.
const maxCount = 10_000_000

// shape is what a verb's arguments look like: perhaps a name, then between
// least and most numbers.
type shape struct {
	named       bool
	least, most int
}

var shapes = map[verb]shape{
	verbTokens:    {least: 1, most: 2},
	verbStamped:   {least: 1, most: 2},
	verbReasoning: {least: 1, most: 2},
	verbMarkdown:  {least: 1, most: 2},
	verbText:      {named: true, most: 1},
	verbEcho:      {most: 1},
	verbCall:      {named: true},
	verbLoop:      {named: true},
	verbPicture:   {},
	verbSound:     {},
	verbSources:   {},
	verbCode:      {},
	verbStatus:    {least: 1, most: 2},
	verbContext:   {},
	verbHTML:      {},
	verbFail:      {least: 2, most: 2},
	verbWait:      {least: 1, most: 1},
	verbHold:      {},
	verbHang:      {},
	verbClose:     {},
	verbReset:     {},
	verbMalformed: {},
	verbError:     {},
	verbLength:    {},
	verbFilter:    {},
	verbNoUsage:   {},
}

// step is one parsed step of a script.
type step struct {
	verb verb
	name string
	// first and second are the numbers in order; 0 where absent.
	first, second int
}

// isCall reports whether the step ends a piece of the script.
func (s step) isCall() bool { return s.verb == verbCall || s.verb == verbLoop }

// isRefusal reports whether the step answers instead of a stream.
func (s step) isRefusal() bool {
	return s.verb == verbStatus || s.verb == verbContext || s.verb == verbHTML || s.verb == verbFail
}

// parseScript reads a script.
func parseScript(text string) ([]step, error) {
	var steps []step
	for word := range strings.SplitSeq(text, "+") {
		next, err := parseStep(word)
		if err != nil {
			return nil, err
		}
		if next.isRefusal() && slices.ContainsFunc(steps, func(s step) bool { return s.verb != verbWait }) {
			return nil, fmt.Errorf("script %q: %q must come first", text, word)
		}
		steps = append(steps, next)
	}
	return steps, nil
}

func parseStep(word string) (step, error) {
	fields := strings.Split(word, "-")
	parsed := step{verb: verb(fields[0])}
	form, known := shapes[parsed.verb]
	if !known {
		return step{}, fmt.Errorf("step %q: unknown", word)
	}
	fields = fields[1:]
	if form.named {
		if len(fields) == 0 || fields[0] == "" {
			return step{}, fmt.Errorf("step %q: needs a name", word)
		}
		parsed.name, fields = fields[0], fields[1:]
		if form.most == 0 && len(fields) > 0 {
			parsed.name, fields = parsed.name+"-"+strings.Join(fields, "-"), nil
		}
	}
	if len(fields) < form.least || len(fields) > form.most {
		return step{}, fmt.Errorf("step %q: takes %d to %d numbers", word, form.least, form.most)
	}
	for i, target := range []*int{&parsed.first, &parsed.second}[:len(fields)] {
		number, err := strconv.Atoi(fields[i])
		if err != nil || number < 0 || number > maxCount {
			return step{}, fmt.Errorf("step %q: %q is not a number from 0 to %d", word, fields[i], maxCount)
		}
		*target = number
	}
	return parsed, nil
}

// piece returns the part of a script that the given round of a turn plays,
// counted from 0. What follows the last calls, perhaps nothing, is played by
// every later round; a piece that ends in a loop is never left.
func piece(steps []step, round int) []step {
	for ; round > 0; round-- {
		end := pieceEnd(steps)
		if end == 0 || steps[end-1].verb != verbCall {
			break
		}
		steps = steps[end:]
	}
	return steps[:pieceEnd(steps)]
}

// pieceEnd returns the index after the first run of calls.
func pieceEnd(steps []step) int {
	for i, s := range steps {
		if s.isCall() && (i+1 == len(steps) || !steps[i+1].isCall()) {
			return i + 1
		}
	}
	return len(steps)
}
