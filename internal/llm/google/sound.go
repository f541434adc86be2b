package google

import (
	"bytes"
	"encoding/binary"
	"mime"
	"strconv"
	"strings"

	"parley/internal/llm"
)

// sound is speech that comes as bare samples, in pieces: 16 bit, one channel, at
// the rate that the media type says.
type sound struct {
	rate    int
	samples []byte
}

const (
	usualRate   = 24000
	fastestRate = 192000
)

// takes adds samples; false if they are no bare samples, or of another rate than
// those before.
func (s *sound) takes(kind string, data []byte) bool {
	base, parameters, err := mime.ParseMediaType(kind)
	if err != nil || !strings.EqualFold(base, "audio/l16") && !strings.EqualFold(base, "audio/pcm") {
		return false
	}
	rate, err := strconv.Atoi(parameters["rate"])
	if err != nil || rate <= 0 || rate > fastestRate {
		rate = usualRate
	}
	if len(s.samples) > 0 && s.rate != rate {
		return false
	}
	s.rate = rate
	s.samples = append(s.samples, data...)
	return true
}

// play reports the sound that was gathered, as a file that browsers know.
func (d *decoder) play() {
	if len(d.sound.samples) == 0 {
		return
	}
	data := d.sound.file()
	d.sound = sound{}
	d.Emit(llm.Event{Kind: llm.EventPart, Block: d.newBlock(), Part: &llm.Part{
		Type: llm.PartAudio, Media: &llm.Media{MIME: "audio/wav", Data: data, Size: int64(len(data))},
	}})
}

// file puts the header of a WAV file before the samples.
//
// Source: Microsoft and IBM, "Multimedia Programming Interface and Data
// Specifications 1.0", chapter "Waveform Audio File Format".
func (s *sound) file() []byte {
	const header, format, sample = 36, 16, 2
	size := uint32(len(s.samples)) //nolint:gosec // bounded by mostMedia
	rate := uint32(s.rate)         //nolint:gosec // bounded by fastestRate
	var out bytes.Buffer
	out.Grow(len(s.samples) + header + 8)
	for _, field := range []any{
		[]byte("RIFF"), header + size, []byte("WAVEfmt "), uint32(format), uint16(1), uint16(1),
		rate, rate * sample, uint16(sample), uint16(8 * sample), []byte("data"), size, s.samples,
	} {
		_ = binary.Write(&out, binary.LittleEndian, field) // a buffer takes all
	}
	return out.Bytes()
}
