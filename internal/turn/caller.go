package turn

import (
	"crypto/rand"
	"encoding/json"
	"fmt"
	"time"

	"parley/internal/chat"
	"parley/internal/llm"
)

// caller maps the blocks of one model call to the parts of the message.
type caller struct {
	live      *live
	base      int
	parts     []int // block -> part + 1, 0 for a block not yet seen
	delivered bool
	logprobs  bool // they were asked for
	// waits is the notice that says why nothing happens yet, since when that.
	waits int
	since time.Time
}

// tell shows a notice, unless an earlier call of the answer brought the same. One
// that only matters now is replaced by what came of it.
func (c *caller) tell(e llm.Event) {
	if parts := c.live.parts(); isTold(parts[:min(c.base, len(parts))], e.Text) {
		return
	}
	i := c.live.add(llm.Part{Type: llm.PartNotice, Text: e.Text})
	if e.Name == llm.NoticeWaiting {
		c.waits = i + 1
	}
}

// deliver notes that the provider has begun to answer.
func (c *caller) deliver() {
	if c.delivered {
		return
	}
	c.delivered = true
	c.live.announce("delivered", "")
	if c.waits > 0 {
		text := fmt.Sprintf("The provider was busy: this answer waited %d s for its turn.", int(time.Since(c.since).Seconds()))
		c.live.put(chat.EventPart, chat.PartSet{Part: c.waits - 1, Value: llm.Part{Type: llm.PartNotice, Text: text}})
	}
}

// index returns the part of a block, which is the next one for a new block.
func (c *caller) index(block int) int {
	for len(c.parts) <= block {
		c.parts = append(c.parts, 0)
	}
	if c.parts[block] == 0 {
		c.parts[block] = c.live.next() + 1
	}
	return c.parts[block] - 1
}

// take turns an event that is not plain text into frames.
func (c *caller) take(e llm.Event) {
	switch e.Kind {
	case llm.EventReasoning:
		c.live.write(c.index(e.Block), llm.PartReasoning, e.Text)
	case llm.EventReasoningEnd:
		if len(e.Raw) > 0 {
			c.keepRaw(e)
		}
	case llm.EventToolStart:
		c.open(e.Block, llm.Part{
			Type: llm.PartToolCall, Call: &llm.ToolCall{ID: c.live.newCall(e.ID), Name: e.Name, Status: llm.CallPending},
			Protocol: e.Protocol, Raw: e.Raw,
		})
	case llm.EventToolDelta:
		c.live.write(c.index(e.Block), llm.PartToolCall, e.Text)
	case llm.EventPart:
		if e.Part != nil {
			c.open(e.Block, *e.Part)
		}
	case llm.EventLogprobs:
		if c.logprobs && json.Valid(e.Raw) {
			c.live.put(chat.EventLogprobs, chat.RawSet{Part: c.index(e.Block), Protocol: e.Protocol, Raw: e.Raw})
		}
	case llm.EventNotice:
		c.tell(e)
	case llm.EventText, llm.EventUsage, llm.EventFinish, llm.EventToolEnd, llm.EventModel:
	}
}

// open puts a whole part at the end. A block that comes again, as a tool call
// and its result may, gets a part of its own.
func (c *caller) open(block int, p llm.Part) {
	for len(c.parts) <= block {
		c.parts = append(c.parts, 0)
	}
	c.parts[block] = c.live.add(p) + 1
}

func (c *caller) keepRaw(e llm.Event) {
	i := c.index(e.Block)
	if i == c.live.next() { // reasoning of which only the sealed form is given
		c.live.add(llm.Part{Type: llm.PartReasoning, Protocol: e.Protocol, Raw: e.Raw})
		return
	}
	c.live.put(chat.EventRaw, chat.RawSet{Part: i, Protocol: e.Protocol, Raw: e.Raw})
}

// newCall returns the id of a new call: that which the provider gave, unless an
// earlier call of the message has it. Some servers count anew in each answer.
func (l *live) newCall(given string) string {
	l.mu.Lock()
	defer l.mu.Unlock()
	if given == "" || l.fold.Call(given) >= 0 {
		return "call_" + rand.Text()
	}
	return given
}
