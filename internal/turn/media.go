package turn

import (
	"cmp"
	"context"
	"encoding/binary"
	"fmt"
	"mime"
	"slices"
	"strconv"
	"strings"

	"parley/internal/access"
	"parley/internal/chat"
	"parley/internal/kit/fault"
	"parley/internal/llm"
)

// MaxMade is how many pictures, sounds and files of a model one answer keeps.
const MaxMade = 16

// partTypeOf is the type of the part that holds a file of this media type.
func partTypeOf(mimeType string) llm.PartType {
	switch {
	case strings.HasPrefix(mimeType, "image/"):
		return llm.PartImage
	case strings.HasPrefix(mimeType, "audio/"):
		return llm.PartAudio
	}
	return llm.PartFile
}

// reads reports whether the model takes files in parts of this type.
func reads(info llm.Info, kind llm.PartType) bool {
	switch kind {
	case llm.PartImage:
		return info.Vision
	case llm.PartAudio:
		return info.Audio
	default:
		return info.Files
	}
}

// unread says, to the user and to the model, that the model does not read a
// file.
var unread = map[llm.PartType]struct {
	refusal error
	word    string
}{
	llm.PartImage: {ErrNoVision, "[An image, %s, which you cannot see.]"},
	llm.PartAudio: {ErrNoAudio, "[A sound, %s, which you cannot hear.]"},
	llm.PartFile:  {ErrNoFiles, "[A file, %s, which you cannot read.]"},
}

// load fetches the bytes of a stored file. A model that cannot read it is told
// that it was there: the chat may have begun with another model.
func (s *Service) load(ctx context.Context, scope access.Scope, p llm.Part, info llm.Info) (llm.Part, error) {
	if p.Media == nil || p.Media.File == "" || p.Media.Data != nil {
		return p, nil
	}
	if !reads(info, p.Type) {
		return llm.Part{Type: llm.PartText, Text: fmt.Sprintf(unread[p.Type].word, p.Media.Name)}, nil
	}
	media, err := s.Files.Media(ctx, scope, p.Media.File)
	if err != nil {
		return p, fmt.Errorf("read file %s: %w", p.Media.File, err)
	}
	p.Media = &media
	return p, nil
}

// tellUnread tells the user which files of the chat the model does not read, once
// in a chat: the first time that it matters.
func (r *run) tellUnread(path []chat.Message) {
	var names []string
	for _, m := range path {
		for _, p := range m.Parts {
			if p.Media != nil && p.Media.File != "" && !reads(r.target.Info, p.Type) {
				names = append(names, cmp.Or(p.Media.Name, p.Media.MIME))
			}
		}
	}
	if len(names) == 0 {
		return
	}
	text := fmt.Sprintf("%s cannot read what is in %s, and is only told that there is such a file.",
		cmp.Or(r.target.Info.Label, r.target.Info.Name), strings.Join(names, ", "))
	r.tellOnce(path, text)
}

// tellOnce tells the user something that holds for a chat from now on.
func (r *run) tellOnce(path []chat.Message, text string) {
	told := isTold(r.live.parts(), text)
	for _, m := range path {
		told = told || isTold(m.Parts, text)
	}
	if !told {
		r.live.add(llm.Part{Type: llm.PartNotice, Text: text})
	}
}

// withoutFiles are the parts of a message whose files are not sent again.
func withoutFiles(parts []llm.Part) []llm.Part {
	left := slices.Clone(parts)
	for i, p := range left {
		if p.Media != nil && p.Media.File != "" {
			left[i] = llm.Part{Type: llm.PartText, Text: fmt.Sprintf("[A file, %s, which you were shown before.]", cmp.Or(p.Media.Name, p.Media.MIME))}
		}
	}
	return left
}

// isTold reports whether a notice with this text is among the parts.
func isTold(parts []llm.Part, text string) bool {
	return slices.ContainsFunc(parts, func(p llm.Part) bool { return p.Type == llm.PartNotice && p.Text == text })
}

// readable returns parts of the answer that is being written as the model is
// shown them in its next step.
func (s *Service) readable(ctx context.Context, r *run, parts []llm.Part) ([]llm.Part, error) {
	for i, p := range parts {
		if p.Media == nil {
			continue
		}
		loaded, err := s.load(ctx, r.scope, p, r.target.Info)
		if err != nil {
			return nil, err
		}
		parts[i] = loaded
	}
	return parts, nil
}

// keepMade stores the bytes that a model made as a file of the user; the part
// then names the file. What cannot be kept becomes a notice that says why.
func (s *Service) keepMade(ctx context.Context, r *run, e *llm.Event) {
	if e.Kind != llm.EventPart || e.Part == nil || e.Part.Media == nil || len(e.Part.Media.Data) == 0 {
		return
	}
	r.made++
	if r.made > MaxMade {
		*e = llm.Event{Kind: llm.EventNotice, Text: fmt.Sprintf("The model made more than %d files in this answer. The rest is not kept.", MaxMade)}
		return
	}
	// What was received stays, even if the turn is stopped just now.
	media, err := s.Files.Keep(context.WithoutCancel(ctx), r.scope, playable(*e.Part.Media))
	if err != nil {
		f := fault.Of(err)
		s.Log.WarnContext(ctx, "a file that a model made could not be kept", "turn", string(r.live.id), "mime", e.Part.Media.MIME, "error", err)
		*e = llm.Event{Kind: llm.EventNotice, Text: unkept(e.Part.Media.MIME, f)}
		return
	}
	p := *e.Part
	p.Type, p.Media = partTypeOf(media.MIME), &media
	e.Part = &p
}

// unkept says what became of something that a model made, and what helps.
func unkept(mimeType string, why *fault.Error) string {
	what := map[llm.PartType]string{llm.PartImage: "picture", llm.PartAudio: "sound"}[partTypeOf(mimeType)]
	what = cmp.Or(what, "file")
	switch why.Kind {
	case fault.Unsupported, fault.Invalid:
		return fmt.Sprintf("The model made a %s, but it is damaged or of a kind that cannot be shown here. Ask for it again, or for another kind.", what)
	case fault.TooLarge:
		return strings.TrimSpace(fmt.Sprintf("The model made a %s that is too large to be kept here. %s", what, why.Detail))
	default:
		return fmt.Sprintf("The model made a %s, but it could not be stored. Ask for it again.", what)
	}
}

// playable puts bare samples, as some models send them (16 bit, one channel,
// 24 kHz unless the type says otherwise), into a WAV file.
func playable(m llm.Media) llm.Media {
	kind, params, err := mime.ParseMediaType(m.MIME)
	if err != nil || kind != "audio/pcm" && kind != "audio/l16" {
		return m
	}
	rate := uint64(24_000)
	if given, err := strconv.ParseUint(params["rate"], 10, 32); err == nil && given > 0 {
		rate = given
	}
	const channels, bytesPerSample = 1, 2
	size, order := uint32(len(m.Data)), binary.LittleEndian //nolint:gosec // an answer is far smaller than 4 GB
	b := make([]byte, 0, 44+len(m.Data))
	b = append(b, "RIFF"...)
	b = order.AppendUint32(b, 36+size)
	b = append(b, "WAVEfmt "...)
	b = order.AppendUint32(b, 16) // length of what follows, up to "data"
	b = order.AppendUint16(b, 1)  // samples as they are
	b = order.AppendUint16(b, channels)
	b = order.AppendUint32(b, uint32(rate))                         //nolint:gosec // parsed as 32 bits
	b = order.AppendUint32(b, uint32(rate*channels*bytesPerSample)) //nolint:gosec // a wrong rate is the provider's
	b = order.AppendUint16(b, channels*bytesPerSample)
	b = order.AppendUint16(b, 8*bytesPerSample)
	b = append(b, "data"...)
	b = order.AppendUint32(b, size)
	m.MIME, m.Data = "audio/wav", append(b, m.Data...)
	return m
}
