package wire

import (
	"slices"
	"strconv"
	"strings"

	"parley/internal/llm"
)

// made is what the user is made to say of a picture that the model made.
const made = "What you made:"

// BrokenPicture tells the user of a picture by a model that cannot be read.
const BrokenPicture = "The model made a picture that came broken, so it is not shown."

// Show takes what a model made out of its own messages in a [History], for
// protocols in which only the user shows pictures, sounds and files: it stands
// behind the step that it was part of, and behind the results of that step's
// calls. A sound with a text beside it is left out, for the text says the same.
// Which reports whether it is so for a part; nil is for all.
//
// The messages given are not changed.
func Show(history []llm.Message, which func(llm.Part) bool) []llm.Message {
	shows := func(part llm.Part) bool { return part.Media != nil && (which == nil || which(part)) }
	var shown []llm.Message
	var waiting []llm.Part
	show := func() {
		if len(waiting) > 0 {
			parts := append([]llm.Part{{Type: llm.PartText, Text: made}}, waiting...)
			shown = append(shown, llm.Message{Role: llm.RoleUser, Parts: parts})
			waiting = nil
		}
	}
	for _, message := range history {
		if message.Role != llm.RoleTool {
			show()
		}
		if message.Role == llm.RoleAssistant && slices.ContainsFunc(message.Parts, shows) {
			message.Parts, waiting = divide(message.Parts, shows)
		}
		if len(message.Parts) > 0 {
			shown = append(shown, message)
		}
	}
	show()
	return shown
}

// divide returns what a model said, and what of it is to be shown.
func divide(parts []llm.Part, shows func(llm.Part) bool) (said, media []llm.Part) {
	spoken := slices.ContainsFunc(parts, func(p llm.Part) bool {
		return p.Type == llm.PartText && strings.TrimSpace(p.Text) != ""
	})
	for _, part := range parts {
		switch {
		case !shows(part):
			said = append(said, part)
		case part.Type != llm.PartAudio || !spoken:
			media = append(media, part)
		}
	}
	return said, media
}

// LeaveOut tells the user that the model does not take files of this kind, and
// returns what is sent in the place of one, so that the model can say so too.
func (b *Body) LeaveOut(m *llm.Media) string {
	b.Notice("The model %s does not take %s, so %s was left out.", b.Model, m.MIME, nameOf(m, "one"))
	return unread(m)
}

// Missing is [Body.LeaveOut] for a file whose content is not at hand.
func (b *Body) Missing(m *llm.Media) string {
	return b.Unreachable(m, "its content is missing")
}

// Unreachable is [Body.LeaveOut] for a file that is not where the provider would
// look for it.
func (b *Body) Unreachable(m *llm.Media, where string) string {
	b.Notice("The file %s could not be sent to the model: %s.", nameOf(m, m.MIME), where)
	return unread(m)
}

func unread(m *llm.Media) string {
	return "[A file, " + nameOf(m, m.MIME) + ", which you cannot read.]"
}

func nameOf(m *llm.Media, otherwise string) string {
	if m.Name == "" {
		return otherwise
	}
	return strconv.Quote(m.Name)
}
