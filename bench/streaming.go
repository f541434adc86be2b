package main

import (
	"context"
	"fmt"
	"slices"
)

// compare sends the same load to each target in turn, as often as the plan
// says, and returns the runs by target in the order they were made. Every
// second round goes backwards, so that what changes slowly on the machine hits
// all targets alike.
func (b *bench) compare(ctx context.Context, s shape, targets ...target) (map[string][]Run, error) {
	runs := map[string][]Run{}
	for _, t := range targets {
		if err := t.warm(ctx); err != nil {
			return nil, err
		}
	}
	for round := range b.plan.repeats {
		order := slices.Clone(targets)
		if round%2 == 1 {
			slices.Reverse(order)
		}
		for _, t := range order {
			run, err := b.load(ctx, t, s)
			if err != nil {
				return nil, err
			}
			runs[t.name] = append(runs[t.name], run)
		}
	}
	return runs, nil
}

// medianOf returns the median of a figure over runs.
func medianOf(runs []Run, figure func(Run) float64) float64 {
	values := make([]float64, len(runs))
	for i, run := range runs {
		values[i] = figure(run)
	}
	return median(values)
}

// measureCPU compares the CPU time of a token with that of a reverse proxy.
func (b *bench) measureCPU(ctx context.Context) (rows []Row, err error) {
	err = b.withParley(ctx, func(parley target) error {
		for _, s := range []shape{b.plan.answers, b.plan.shortAnswers} {
			runs, err := b.compare(ctx, s, b.throughProxy(), parley)
			if err != nil {
				return err
			}
			direct, err := b.load(ctx, b.direct(), s)
			if err != nil {
				return err
			}
			ratios := make([]float64, b.plan.repeats)
			for i := range ratios {
				ratios[i] = runs["parley"][i].cpuPerToken() / runs["proxy"][i].cpuPerToken()
			}
			what := fmt.Sprintf("CPU per token, %d streams, answers of %d", s.Streams, s.Tokens)
			ratio := figure(what+", relative to the proxy", median(ratios), "x")
			if s == b.plan.answers {
				ratio = most(what+", relative to the proxy", median(ratios), 2.5, "x")
			}
			rows = append(rows, ratio,
				figure(what+", parley", medianOf(runs["parley"], Run.cpuPerToken), "us"),
				figure(what+", proxy", medianOf(runs["proxy"], Run.cpuPerToken), "us"),
				figure(what+", scripted provider, asked directly", direct.cpuPerToken(), "us"))
		}
		return nil
	})
	return rows, err
}

// measureProtocols compares the CPU time of a token with that of a reverse proxy
// by the other ways in and out.
func (b *bench) measureProtocols(ctx context.Context) (rows []Row, err error) {
	err = b.withParley(ctx, func(parley target) error {
		others := []target{parley.over(ProtocolOpenAI), parley.over(ProtocolResponses)}
		for _, w := range ways {
			others = append(others, parley.through(w))
		}
		runs, err := b.compare(ctx, b.plan.answers, append(others, b.throughProxy())...)
		if err != nil {
			return err
		}
		for _, t := range others {
			ratios := make([]float64, b.plan.repeats)
			for i := range ratios {
				ratios[i] = runs[t.name][i].cpuPerToken() / runs["proxy"][i].cpuPerToken()
			}
			what := fmt.Sprintf("CPU per token, %d streams, answers of %d, %s", b.plan.answers.Streams, b.plan.answers.Tokens, t.name)
			rows = append(rows, most(what+", relative to the proxy", median(ratios), 2.5, "x"))
		}
		return nil
	})
	return rows, err
}

// measureFirstToken tells how much later the first token comes than when the
// provider is asked directly.
func (b *bench) measureFirstToken(ctx context.Context) (rows []Row, err error) {
	err = b.withParley(ctx, func(parley target) error {
		runs, err := b.compare(ctx, b.plan.ramped, b.direct(), b.throughProxy(), parley)
		if err != nil {
			return err
		}
		first := func(r Run) float64 { return r.TTFT.P50 }
		direct := medianOf(runs["direct"], first)
		what := fmt.Sprintf("time to first token, %d ramped streams, p50", b.plan.ramped.Streams)
		rows = append(rows,
			most(what+", added by parley", medianOf(runs["parley"], first)-direct, 10, "ms"),
			figure(what+", added by the proxy", medianOf(runs["proxy"], first)-direct, "ms"),
			figure(what+", direct", direct, "ms"))
		return nil
	})
	return rows, err
}

// measureSingle tells how fast one answer can go.
func (b *bench) measureSingle(ctx context.Context) (rows []Row, err error) {
	err = b.withParley(ctx, func(parley target) error {
		runs, err := b.compare(ctx, b.plan.single, b.direct(), b.throughProxy(), parley)
		if err != nil {
			return err
		}
		speed := func(r Run) float64 { return r.perSecond() }
		rows = append(rows,
			least("one unthrottled stream", medianOf(runs["parley"], speed), 50_000, "tokens/s"),
			figure("one unthrottled stream, through the proxy", medianOf(runs["proxy"], speed), "tokens/s"),
			figure("one unthrottled stream, direct", medianOf(runs["direct"], speed), "tokens/s"))
		return nil
	})
	return rows, err
}

// measureWire tells what the events of a stream take beside their text.
func (b *bench) measureWire(ctx context.Context) (rows []Row, err error) {
	err = b.withParley(ctx, func(parley target) error {
		slow, err := b.load(ctx, parley, b.plan.ramped)
		if err != nil {
			return err
		}
		fast, err := b.load(ctx, parley, b.plan.fast)
		if err != nil {
			return err
		}
		rows = append(rows,
			most("bytes of a frame beside its text", float64(slow.FrameBytes-slow.TextBytes)/float64(slow.Frames), 64, "bytes"),
			most(fmt.Sprintf("bytes of a stream at %d tokens/s, relative to its text", b.plan.fast.Rate),
				float64(fast.WireBytes)/float64(fast.TextBytes), 1.5, "x"))
		return nil
	})
	return rows, err
}

// measureCrowd streams to many at once.
func (b *bench) measureCrowd(ctx context.Context) (rows []Row, err error) {
	err = b.withParley(ctx, func(parley target) error {
		if err := parley.warm(ctx); err != nil {
			return err
		}
		run, err := b.load(ctx, parley, b.plan.crowd)
		if err != nil && run.Tokens == 0 {
			return err
		}
		peak, memoryErr := memory(parley.process.pid(), "VmHWM")
		if memoryErr != nil {
			return memoryErr
		}
		what := fmt.Sprintf("%d streams at %d tokens/s: ", b.plan.crowd.Streams, b.plan.crowd.Rate)
		rows = append(rows,
			most(what+"tokens lost or out of order", float64(run.Lost+run.Reordered), 0, ""),
			least(what+"share of the offered rate kept", run.Kept, 0.95, ""),
			most(what+"frame lag p99", run.Lag.P99, 500, "ms"),
			most(what+"accept p99", run.Accept.P99, 100, "ms"),
			most(what+"peak RSS", float64(peak)/mebibyte, 250, "MiB"),
			figure(what+"frame lag p50", run.Lag.P50, "ms"),
			figure(what+"CPU per token", run.cpuPerToken(), "us"))
		return err
	})
	return rows, err
}
