// Package scripted is a model that plays a script. It stands behind the Demo
// provider of a fresh machine, and in tests and benchmarks in the place of a
// provider.
//
// It understands nothing: a script chooses by the request what it plays.
package scripted

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"
	"time"
	"unicode"

	"parley/internal/llm"
)

// Step is one thing that the model does. Exactly one of Text, Reasoning, Call,
// Notice, Part, Error and Hang is set.
type Step struct {
	Text      string `json:"text,omitempty"`
	Reasoning string `json:"reasoning,omitempty"`
	// Signature closes the reasoning with something to keep.
	Signature string        `json:"signature,omitempty"`
	Call      *llm.ToolCall `json:"call,omitempty"`
	Notice    string        `json:"notice,omitempty"`
	Part      *llm.Part     `json:"part,omitempty"`
	// Error ends the answer.
	Error *llm.Error `json:"error,omitempty"`
	// Hang waits until the call is cancelled.
	Hang bool `json:"hang,omitempty"`
	// Rate is in tokens a second; 0 takes the model's, negative is at once.
	Rate float64 `json:"rate,omitempty"`
	// Finish is the reason to end; the default is "tools" after a call, else
	// "stop".
	Finish llm.FinishReason `json:"finish,omitempty"`
	// Usage replaces the estimate.
	Usage *llm.Usage `json:"usage,omitempty"`
}

// Script chooses what the model does with a request.
type Script func(request llm.Request) []Step

// New returns a model that plays script at rate tokens a second; 0 is as fast as
// it is read.
func New(script Script, rate float64) llm.Model { return &player{script: script, rate: rate} }

// Transcript reads a script of JSON lines, one [Step] a line. An empty line, or
// one that begins with "---", ends what one call plays: the first section
// answers the user, the next the results of its tools, and so on; the last is
// repeated. In texts "{{prompt}}" is what the user said last and "{{result}}"
// what the tools last returned.
func Transcript(r io.Reader) (Script, error) {
	var sections [][]Step
	var section []Step
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, 1<<20)
	for number := 1; lines.Scan(); number++ {
		text := bytes.TrimSpace(lines.Bytes())
		if len(text) == 0 || bytes.HasPrefix(text, []byte("---")) {
			if section != nil {
				sections = append(sections, section)
			}
			section = nil
			continue
		}
		decoder := json.NewDecoder(bytes.NewReader(text))
		decoder.DisallowUnknownFields()
		var step Step
		if err := decoder.Decode(&step); err != nil {
			return nil, fmt.Errorf("script line %d: %w", number, err)
		}
		section = append(section, step)
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("read script: %w", err)
	}
	if section != nil {
		sections = append(sections, section)
	}
	if len(sections) == 0 {
		return nil, errors.New("the script is empty")
	}
	return Sections(sections...), nil
}

// Sections returns a script that plays one section per call of a turn, as
// [Transcript] describes.
func Sections(sections ...[]Step) Script {
	return func(request llm.Request) []Step {
		asked := Ask(request)
		section := sections[min(asked.Round, len(sections)-1)]
		played := make([]Step, len(section))
		fill := strings.NewReplacer("{{prompt}}", asked.Prompt, "{{result}}", asked.Result)
		for i, step := range section {
			step.Text = fill.Replace(step.Text)
			step.Reasoning = fill.Replace(step.Reasoning)
			played[i] = step
		}
		return played
	}
}

// Asked is the end of a conversation, as a script needs it.
type Asked struct {
	// Prompt is the last text of the user, Turns how often they spoke.
	Prompt string
	Turns  int
	// Round counts the tool rounds since then, Result is what the last one
	// returned.
	Round  int
	Result string
}

// Ask reads the end of a conversation.
func Ask(request llm.Request) Asked {
	var asked Asked
	for _, message := range request.Messages {
		switch message.Role {
		case llm.RoleUser:
			asked = Asked{Turns: asked.Turns + 1, Prompt: textOf(message.Parts)}
		case llm.RoleTool:
			asked.Round++
			asked.Result = ""
			for _, part := range message.Parts {
				if part.Result != nil {
					asked.Result = strings.TrimSpace(asked.Result + "\n" + part.Result.Content)
				}
			}
		default:
		}
	}
	return asked
}

func textOf(parts []llm.Part) string {
	var texts []string
	for _, part := range parts {
		if part.Type == llm.PartText {
			texts = append(texts, part.Text)
		}
	}
	return strings.Join(texts, "\n")
}

type player struct {
	script Script
	rate   float64
}

// Stream implements [llm.Model].
func (p *player) Stream(ctx context.Context, request llm.Request) iter.Seq2[llm.Event, error] {
	return func(yield func(llm.Event, error) bool) {
		run := &run{ctx: ctx, yield: yield, rate: p.rate, usage: llm.Usage{Input: estimate(request)}}
		run.play(p.script(request))
	}
}

// estimate is four bytes a token, near enough for a script.
func estimate(request llm.Request) int64 {
	size := len(request.System)
	for _, message := range request.Messages {
		for _, part := range message.Parts {
			size += len(part.Text)
			if part.Result != nil {
				size += len(part.Result.Content)
			}
		}
	}
	const bytesPerToken = 4
	return int64(size/bytesPerToken) + 1
}

// run is one call.
type run struct {
	ctx    context.Context //nolint:containedctx // it is the call's own life
	yield  func(llm.Event, error) bool
	rate   float64
	block  int
	usage  llm.Usage
	called bool
	finish llm.FinishReason
}

func (r *run) play(steps []Step) {
	for i, step := range steps {
		if !r.step(step) {
			return
		}
		if step.Finish != "" {
			r.finish = step.Finish
		}
		if step.Usage != nil {
			r.usage = *step.Usage
		}
		r.block = i + 1
	}
	reason := r.finish
	switch {
	case reason != "":
	case r.called:
		reason = llm.FinishTools
	default:
		reason = llm.FinishStop
	}
	usage := r.usage
	if r.yield(llm.Event{Kind: llm.EventUsage, Usage: &usage}, nil) {
		r.yield(llm.Event{Kind: llm.EventFinish, Reason: reason, Usage: &usage}, nil)
	}
}

// step plays one step and reports whether to go on.
func (r *run) step(step Step) bool {
	switch {
	case step.Error != nil:
		failure := *step.Error
		r.yield(llm.Event{}, &failure)
		return false
	case step.Hang:
		<-r.ctx.Done()
		r.canceled()
		return false
	case step.Call != nil:
		return r.call(step)
	case step.Part != nil:
		return r.emit(llm.Event{Kind: llm.EventPart, Block: r.block, Part: step.Part})
	case step.Notice != "":
		return r.emit(llm.Event{Kind: llm.EventNotice, Text: step.Notice})
	case step.Reasoning != "":
		if !r.say(llm.EventReasoning, step.Reasoning, step.Rate) {
			return false
		}
		if step.Signature == "" {
			return true
		}
		raw, _ := json.Marshal(step.Signature)
		return r.emit(llm.Event{Kind: llm.EventReasoningEnd, Block: r.block, Raw: raw})
	default:
		return r.say(llm.EventText, step.Text, step.Rate)
	}
}

func (r *run) call(step Step) bool {
	r.called = true
	id := step.Call.ID
	if id == "" {
		id = fmt.Sprintf("call_%d", r.block)
	}
	return r.emit(llm.Event{Kind: llm.EventToolStart, Block: r.block, ID: id, Name: step.Call.Name}) &&
		r.say(llm.EventToolDelta, step.Call.Arguments, step.Rate) &&
		r.emit(llm.Event{Kind: llm.EventToolEnd, Block: r.block})
}

func (r *run) emit(event llm.Event) bool {
	if r.ctx.Err() != nil {
		r.canceled()
		return false
	}
	return r.yield(event, nil)
}

func (r *run) canceled() {
	r.yield(llm.Event{}, &llm.Error{
		Kind: llm.ErrCanceled, Message: "the call was cancelled", Cause: context.Cause(r.ctx),
	})
}

// say writes text word by word. Each word has its moment, so that a slow reader
// does not slow the whole.
func (r *run) say(kind llm.EventKind, text string, rate float64) bool {
	if rate == 0 {
		rate = r.rate
	}
	begin := time.Now()
	count := 0
	for word := range words(text) {
		if rate > 0 && !r.waitUntil(begin.Add(time.Duration(float64(count)/rate*float64(time.Second)))) {
			r.canceled()
			return false
		}
		if !r.emit(llm.Event{Kind: kind, Block: r.block, Text: word}) {
			return false
		}
		count++
		r.usage.Output++
		if kind == llm.EventReasoning {
			r.usage.Reasoning++
		}
	}
	return true
}

func (r *run) waitUntil(moment time.Time) bool {
	left := time.Until(moment)
	if left <= 0 {
		return r.ctx.Err() == nil
	}
	timer := time.NewTimer(left)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-r.ctx.Done():
		return false
	}
}

// words cuts text before each word, so that joining them gives the text back.
func words(text string) iter.Seq[string] {
	return func(yield func(string) bool) {
		start, inWord := 0, false
		for i, c := range text {
			space := unicode.IsSpace(c)
			if space && inWord {
				if !yield(text[start:i]) {
					return
				}
				start = i
			}
			inWord = !space
		}
		if start < len(text) {
			yield(text[start:])
		}
	}
}
