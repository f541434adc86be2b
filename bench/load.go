package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"sync"
	"time"
)

// Load describes streams to be asked for, all alike.
type Load struct {
	// Protocol is how to ask.
	Protocol Protocol `json:"protocol"`
	// URL is where to: an OpenAI base URL or the root of a parley server.
	URL string `json:"url"`
	Key string `json:"key"`
	// Model is the one to ask for; Tokens is how many it will say.
	Model  string `json:"model"`
	Tokens int    `json:"tokens"`
	// Rate is in tokens a second, 0 where the model is not throttled.
	Rate    int `json:"rate"`
	Streams int `json:"streams"`
	// Ramp is the time over which the streams begin, evenly.
	Ramp time.Duration `json:"ramp"`
	// Timeout ends what is still running.
	Timeout time.Duration `json:"timeout"`
}

// Outcome is what became of a load.
type Outcome struct {
	// Complete counts the streams that ended as they should.
	Complete int `json:"complete"`
	// Failures are the first few errors.
	Failures []string `json:"failures,omitempty"`
	// Tokens counts those received; Lost and Reordered those that were not, or
	// not in order.
	Tokens    int `json:"tokens"`
	Lost      int `json:"lost"`
	Reordered int `json:"reordered"`
	// Accept is the time of the POST; for openai, until the response's header.
	Accept Quantiles `json:"acceptMillis"`
	// TTFT is the time from the POST to the first token.
	TTFT Quantiles `json:"ttftMillis"`
	// Lag is the time from the sending of a frame's oldest token to the
	// frame's arrival, where tokens carry stamps.
	Lag Quantiles `json:"lagMillis"`
	// Frames counts the events that carried text, FrameBytes all that they
	// took and TextBytes the text inside; WireBytes counts the whole bodies.
	Frames     int `json:"frames"`
	FrameBytes int `json:"frameBytes"`
	TextBytes  int `json:"textBytes"`
	WireBytes  int `json:"wireBytes"`
	// Kept is the share of the offered rate at which tokens arrived, over all
	// streams; KeptLeast is that of the slowest.
	Kept      float64 `json:"kept"`
	KeptLeast float64 `json:"keptLeast"`
	// Took is the time from the first POST to the last end.
	Took time.Duration `json:"took"`
}

// failuresShown is how many errors an outcome lists.
const failuresShown = 5

type loadCommand struct{}

// Run reads a load from standard input, runs it and prints its outcome.
func (*loadCommand) Run(ctx context.Context) error {
	var asked Load
	if err := json.NewDecoder(os.Stdin).Decode(&asked); err != nil {
		return fmt.Errorf("read the load: %w", err)
	}
	ctx, cancel := untilInputEnds(ctx)
	defer cancel()
	outcome := asked.run(ctx)
	if err := json.NewEncoder(os.Stdout).Encode(outcome); err != nil {
		return fmt.Errorf("print the outcome: %w", err)
	}
	return nil
}

// run asks for all the streams and waits for them.
func (l Load) run(ctx context.Context) Outcome {
	ctx, cancel := context.WithTimeout(ctx, l.Timeout)
	defer cancel()
	client := &http.Client{Transport: transport()}
	results := make([]result, l.Streams)
	began := time.Now()
	var group sync.WaitGroup
	for i := range results {
		group.Go(func() {
			if !pause(ctx, time.Until(began.Add(l.Ramp*time.Duration(i)/time.Duration(l.Streams)))) {
				results[i].err = context.Cause(ctx)
				return
			}
			reader := streamReader{load: l, client: client}
			results[i] = reader.read(ctx, i)
		})
	}
	group.Wait()
	return l.sum(results, time.Since(began))
}

// sum adds up the results of all streams.
func (l Load) sum(results []result, took time.Duration) Outcome {
	outcome := Outcome{Took: took, KeptLeast: 1}
	var accepts, firsts, lags []time.Duration
	var offered, actual time.Duration
	for _, r := range results {
		outcome.Tokens += r.tokens.next - 1 - r.tokens.missing
		outcome.Lost += r.tokens.lost(l.Tokens)
		outcome.Reordered += r.tokens.reordered
		outcome.Frames += r.frames
		outcome.FrameBytes += r.frameBytes
		outcome.TextBytes += r.textBytes
		outcome.WireBytes += r.wireBytes
		if r.err != nil {
			if len(outcome.Failures) < failuresShown {
				outcome.Failures = append(outcome.Failures, r.err.Error())
			}
			continue
		}
		outcome.Complete++
		accepts = append(accepts, r.accept)
		firsts = append(firsts, r.first)
		lags = append(lags, r.lags...)
		if l.Rate > 0 && l.Tokens > 1 {
			due := time.Duration(l.Tokens-1) * time.Second / time.Duration(l.Rate)
			span := max(r.last-r.first, due)
			outcome.KeptLeast = min(outcome.KeptLeast, float64(due)/float64(span))
			offered, actual = offered+due, actual+span
		}
	}
	outcome.Accept, outcome.TTFT, outcome.Lag = quantiles(accepts), quantiles(firsts), quantiles(lags)
	if actual > 0 {
		outcome.Kept = float64(offered) / float64(actual)
	}
	return outcome
}

// check returns an error unless every stream came whole and in order.
func (o Outcome) check(streams int) error {
	if o.Complete == streams && o.Lost == 0 && o.Reordered == 0 {
		return nil
	}
	return fmt.Errorf("%d of %d streams complete, %d tokens lost, %d out of order; errors: %q",
		o.Complete, streams, o.Lost, o.Reordered, o.Failures)
}

// perSecond returns the rate at which tokens arrived.
func (o Outcome) perSecond() float64 { return float64(o.Tokens) / o.Took.Seconds() }

// pause waits and reports whether the context is still alive.
func pause(ctx context.Context, length time.Duration) bool {
	if length <= 0 {
		return ctx.Err() == nil
	}
	timer := time.NewTimer(length)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
