package google

import (
	"cmp"
	"crypto/rand"
	"encoding/json"

	"parley/internal/llm"
)

// functionCall is a call of one of our tools. Its arguments are whole, or come in
// pieces over several chunks.
type functionCall struct {
	ID      string          `json:"id"`
	Name    string          `json:"name"`
	Args    json.RawMessage `json:"args"`
	Partial []partialArg    `json:"partialArgs"`
	More    bool            `json:"willContinue"`
}

// partialArg is a piece of one value of the arguments.
type partialArg struct {
	Path   string          `json:"jsonPath"`
	Text   *string         `json:"stringValue"`
	Number json.RawMessage `json:"numberValue"`
	Bool   *bool           `json:"boolValue"`
	More   bool            `json:"willContinue"`
}

// pendingCall is a call that goes on in the next chunk.
type pendingCall struct {
	block     int
	arguments arguments
}

// functionCall begins a call, goes on with one, or both.
func (d *decoder) functionCall(p *part) error {
	c := p.Call
	if c.Name != "" {
		d.closeCall()
	}
	if d.pending == nil {
		if c.Name == "" {
			if len(c.Args) == 0 && len(c.Partial) == 0 {
				return nil // the end of a call that had no pieces
			}
			return d.call.Garbled(c.Args, nil)
		}
		d.shut()
		d.calls = true
		number := d.newBlock()
		d.Emit(llm.Event{
			Kind: llm.EventToolStart, Block: number, ID: cmp.Or(c.ID, "call_"+rand.Text()), Name: d.names.Given(c.Name),
			Protocol: Protocol, Raw: kept{ID: c.ID, Signature: p.Signature}.raw(),
		})
		if text := string(c.Args); text != "" && text != "null" {
			d.Emit(llm.Event{Kind: llm.EventToolDelta, Block: number, Text: text})
			d.Emit(llm.Event{Kind: llm.EventToolEnd, Block: number})
			return nil
		}
		d.pending = &pendingCall{block: number}
	}
	for _, piece := range c.Partial {
		if err := d.pending.arguments.add(piece); err != nil {
			return d.call.Garbled([]byte(piece.Path), err)
		}
	}
	if c.More {
		d.sendArguments()
	} else {
		d.closeCall()
	}
	return nil
}

// sendArguments hands on the JSON that is known so far.
func (d *decoder) sendArguments() {
	if text := d.pending.arguments.take(); text != "" {
		d.Emit(llm.Event{Kind: llm.EventToolDelta, Block: d.pending.block, Text: text})
	}
}

// closeCall ends the call that is being received, if any.
func (d *decoder) closeCall() {
	if d.pending == nil {
		return
	}
	d.pending.arguments.close()
	d.sendArguments()
	d.Emit(llm.Event{Kind: llm.EventToolEnd, Block: d.pending.block})
	d.pending = nil
}
