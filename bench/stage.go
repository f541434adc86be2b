package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"
)

const (
	// warmStreams and warmTokens are a small load before one that is measured.
	warmStreams, warmTokens = 20, 20
	// spareTime is what a load may take beyond its schedule before it is ended.
	spareTime = 60 * time.Second
)

// stage holds the processes around the binary under test.
type stage struct {
	root   string
	binary string
	// models are those that the configuration of an installation names.
	models      []string
	upstream    *child
	upstreamURL string
	proxy       *child
	proxyURL    string
}

// setStage starts the scripted provider and the reverse proxy.
func setStage(ctx context.Context, binary, root string, models []string) (*stage, error) {
	s := &stage{root: root, binary: binary, models: models}
	var err error
	if s.upstream, s.upstreamURL, err = spawnServer(ctx, "upstream"); err != nil {
		return nil, err
	}
	if s.proxy, s.proxyURL, err = spawnServer(ctx, "proxy", "--target", s.upstreamURL); err != nil {
		return nil, errors.Join(err, s.upstream.end())
	}
	return s, nil
}

// clear ends the stage's processes.
func (s *stage) clear() error { return errors.Join(s.proxy.end(), s.upstream.end()) }

// withParley runs a measurement on a fresh installation.
func (s *stage) withParley(ctx context.Context, measure func(target) error) error {
	parley, err := install(ctx, s)
	if err != nil {
		return err
	}
	running, err := parley.serve(ctx)
	if err != nil {
		return err
	}
	err = measure(parley.target(running))
	return errors.Join(err, running.end())
}

// direct is the scripted provider itself as a target.
func (s *stage) direct() target {
	return target{name: "direct", protocol: ProtocolOpenAI, url: s.upstreamURL + "/v1", process: s.upstream}
}

// throughProxy is the reverse proxy as a target.
func (s *stage) throughProxy() target {
	return target{name: "proxy", protocol: ProtocolOpenAI, url: s.proxyURL + "/v1", process: s.proxy}
}

// target is something that loads are sent to.
type target struct {
	name     string
	protocol Protocol
	url, key string
	process  *child
	// provider goes before the names of models, with a slash.
	provider string
}

// over is Parley reached by OpenAI's protocol.
func (t target) over(protocol Protocol) target {
	t.name, t.protocol, t.url = t.name+" by "+string(protocol), protocol, t.url+"/v1"
	return t
}

// through is Parley reaching the scripted provider by another protocol.
func (t target) through(w way) target {
	t.name, t.provider = t.name+" through "+w.name, w.prefix
	return t
}

// shape is a load without its target. Stamped tokens carry their time of
// sending.
type shape struct {
	Streams   int           `json:"streams"`
	Tokens    int           `json:"tokens"`
	Rate      int           `json:"rate"`
	Ramp      time.Duration `json:"ramp"`
	IsStamped bool          `json:"isStamped"`
}

// model names the model that speaks as the shape says.
func (s shape) model() string {
	word := "tokens"
	if s.IsStamped {
		word = "stamped"
	}
	return fmt.Sprintf("%s-%d-%d", word, s.Tokens, s.Rate)
}

// length is how long the shape takes by its schedule.
func (s shape) length() time.Duration {
	if s.Rate == 0 {
		return 0
	}
	return s.Ramp + time.Duration(s.Tokens)*time.Second/time.Duration(s.Rate)
}

// warm sends a target a small load, so that connections and caches exist.
func (t target) warm(ctx context.Context) error {
	_, err := t.run(ctx, warmShape)
	return err
}

var warmShape = shape{Streams: warmStreams, Tokens: warmTokens, Rate: 100}

// Run is an outcome with the CPU time that the target's process used for it.
type Run struct {
	Target string `json:"target"`
	Shape  shape  `json:"shape"`
	Outcome
	CPU time.Duration `json:"cpu"`
}

// cpuPerToken is in microseconds.
func (r Run) cpuPerToken() float64 {
	return float64(r.CPU) / float64(time.Microsecond) / float64(max(1, r.Tokens))
}

// run sends a target a load from a process of its own. Streams that did not
// come whole and in order are an error.
func (t target) run(ctx context.Context, s shape) (Run, error) {
	measured := Run{Target: t.name, Shape: s}
	load := Load{
		Protocol: t.protocol, URL: t.url, Key: t.key, Model: s.model(), Tokens: s.Tokens,
		Rate: s.Rate, Streams: s.Streams, Ramp: s.Ramp, Timeout: s.length() + spareTime,
	}
	load.Model = t.provider + load.Model
	client, err := spawnRole(ctx, "load")
	if err != nil {
		return measured, err
	}
	before, err := cpuTime(t.process.pid())
	if err != nil {
		return measured, errors.Join(err, client.end())
	}
	if err := json.NewEncoder(client.input).Encode(load); err != nil {
		return measured, errors.Join(fmt.Errorf("send the load: %w", err), client.end())
	}
	if err := json.NewDecoder(client.output).Decode(&measured.Outcome); err != nil {
		return measured, errors.Join(fmt.Errorf("read the outcome: %w", err), client.end())
	}
	after, err := cpuTime(t.process.pid())
	if err = errors.Join(err, client.end()); err != nil {
		return measured, err
	}
	measured.CPU = after - before
	if err := measured.check(s.Streams); err != nil {
		return measured, fmt.Errorf("%s, %s: %w", t.name, s.model(), err)
	}
	return measured, nil
}

// tell writes a line about a run as it ends.
func (r Run) tell(log io.Writer) {
	_, _ = fmt.Fprintf(log, "%-7s %5d x %-18s %6.2f s, %6.1f us CPU/token, TTFT p50 %.1f ms, lag p99 %.0f ms, kept %.3f\n",
		r.Target, r.Shape.Streams, r.Shape.model(), r.Took.Seconds(), r.cpuPerToken(), r.TTFT.P50, r.Lag.P99, r.Kept)
}
