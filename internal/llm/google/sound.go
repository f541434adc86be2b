package google

import (
	"mime"
	"strings"

	"parley/internal/llm"
)

// sound is speech that comes as bare samples, in pieces that are none of their
// own.
type sound struct {
	kind    string
	samples []byte
}

// takes adds samples; false if they are no bare samples, or of another kind than
// those before.
func (s *sound) takes(kind string, data []byte) bool {
	base, _, err := mime.ParseMediaType(kind)
	if err != nil || !strings.EqualFold(base, "audio/l16") && !strings.EqualFold(base, "audio/pcm") {
		return false
	}
	if len(s.samples) > 0 && s.kind != kind {
		return false
	}
	s.kind = kind
	s.samples = append(s.samples, data...)
	return true
}

// play reports the sound that was gathered.
func (d *decoder) play() {
	if len(d.sound.samples) == 0 {
		return
	}
	s := d.sound
	d.sound = sound{}
	d.Emit(llm.Event{Kind: llm.EventPart, Block: d.newBlock(), Part: &llm.Part{
		Type: llm.PartAudio, Media: &llm.Media{MIME: s.kind, Data: s.samples, Size: int64(len(s.samples))},
	}})
}
