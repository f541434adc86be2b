package main

import (
	"slices"
	"time"
)

// plan holds the sizes of all measurements. Those of the full plan are what
// the promises are about.
type plan struct {
	// repeats is how often a comparison is made; the median counts.
	repeats int
	// answers is the streaming workload, shortAnswers the same with less text
	// to spread the cost of a turn over.
	answers, shortAnswers shape
	// ramped has few streams that begin apart, for the time to first token.
	ramped shape
	// crowd is many streams at once.
	crowd shape
	// single is one stream as fast as it goes.
	single shape
	// fast is one stream above the rate where frames have to hold many tokens.
	fast shape
	// chats is how many chats one user has.
	chats int
}

func fullPlan() plan {
	return plan{
		repeats:      3,
		answers:      shape{Streams: 200, Tokens: 300, Rate: 30, Ramp: 2 * time.Second},
		shortAnswers: shape{Streams: 200, Tokens: 60, Rate: 30, Ramp: 2 * time.Second},
		ramped:       shape{Streams: 50, Tokens: 60, Rate: 30, Ramp: 5 * time.Second},
		crowd:        shape{Streams: 1000, Tokens: 300, Rate: 20, Ramp: 10 * time.Second, IsStamped: true},
		single:       shape{Streams: 1, Tokens: 200_000},
		fast:         shape{Streams: 1, Tokens: 10_000, Rate: 2500},
		chats:        100_000,
	}
}

func quickPlan() plan {
	return plan{
		repeats:      1,
		answers:      shape{Streams: 50, Tokens: 120, Rate: 30, Ramp: time.Second},
		shortAnswers: shape{Streams: 50, Tokens: 60, Rate: 30, Ramp: time.Second},
		ramped:       shape{Streams: 20, Tokens: 30, Rate: 30, Ramp: 2 * time.Second},
		crowd:        shape{Streams: 200, Tokens: 60, Rate: 20, Ramp: 2 * time.Second, IsStamped: true},
		single:       shape{Streams: 1, Tokens: 50_000},
		fast:         shape{Streams: 1, Tokens: 5000, Rate: 2500},
		chats:        10_000,
	}
}

// models names every model that the plan asks for, once.
func (p plan) models() []string {
	var names []string
	for _, s := range []shape{warmShape, p.answers, p.shortAnswers, p.ramped, p.crowd, p.single, p.fast} {
		names = append(names, s.model())
	}
	slices.Sort(names)
	return slices.Compact(names)
}
