package openaiapi

import (
	"strings"

	"parley/internal/llm"
	"parley/internal/meter"
	"parley/internal/turn"
)

// bounded is a writer that ends an answer at its limit, as if the model had
// reached one of its own: a server that never ends would fill the memory. Every end
// that it passes on has what the ledger says that the answer took, since programs
// count on it: an estimate where the provider does not tell.
type bounded struct {
	writer
	request llm.Request
	tally   meter.Tally
	room    int // bytes that are left
	media   int
	full    bool
}

func (b *bounded) take(event llm.Event) {
	if b.full {
		return
	}
	b.tally.Take(event)
	if event.Kind == llm.EventFinish {
		event.Usage = b.took()
	}
	size := event.Size()
	if event.Part != nil && event.Part.Media != nil {
		b.media++
	}
	if b.full = size > b.room || b.media > turn.MaxMade; !b.full {
		b.room -= size
		b.writer.take(event)
		return
	}
	if event.Kind == llm.EventText && len(event.Text) > b.room {
		event.Text = strings.ToValidUTF8(event.Text[:b.room], "")
		b.writer.take(event)
	}
	b.writer.take(llm.Event{Kind: llm.EventFinish, Reason: llm.FinishLength, Usage: b.took()})
}

func (b *bounded) took() *llm.Usage {
	took, _ := b.tally.Took(b.request, nil)
	return &took
}

func (b *bounded) gone() bool { return b.full || b.writer.gone() }
