package wire

import "strings"

// thinkTags enclose reasoning in the text of models whose server does not take
// it apart.
var thinkTags = [][2]string{{"<think>", "</think>"}, {"<thought>", "</thought>"}, {"<thinking>", "</thinking>"}}

// Thinking divides a text that begins with a think tag into reasoning and
// answer, piece by piece.
type Thinking struct {
	// Off says that whatever follows is answer, so that Split need not be asked.
	Off   bool
	begun bool   // inside the tag
	close string // the tag that ends it
	held  string // text that cannot be decided yet
	trim  bool   // space at the start of the next text is not shown
}

// Split takes the next piece of text and returns what is known of it.
func (s *Thinking) Split(piece string) (reasoning, text string) {
	s.held += piece
	if !s.begun {
		head := strings.TrimLeft(s.held, " \t\r\n")
		for _, tag := range thinkTags {
			if strings.HasPrefix(head, tag[0]) {
				s.begun, s.close, s.held, s.trim = true, tag[1], head[len(tag[0]):], true
				return s.inside()
			}
			if strings.HasPrefix(tag[0], head) {
				return "", ""
			}
		}
		s.Off = true
		return "", s.take(len(s.held))
	}
	return s.inside()
}

func (s *Thinking) inside() (reasoning, text string) {
	if s.close == "" {
		return "", s.after()
	}
	if at := strings.Index(s.held, s.close); at >= 0 {
		reasoning = s.lead(s.take(at))
		s.held = s.held[len(s.close):]
		s.close, s.trim = "", true
		return reasoning, s.after()
	}
	partial := len(s.close) - 1
	for partial > 0 && !strings.HasSuffix(s.held, s.close[:partial]) {
		partial--
	}
	return s.lead(s.take(len(s.held) - partial)), ""
}

func (s *Thinking) after() string {
	text := s.lead(s.take(len(s.held)))
	s.Off = !s.trim
	return text
}

// lead drops the space that follows a tag.
func (s *Thinking) lead(text string) string {
	if s.trim {
		text = strings.TrimLeft(text, " \t\r\n")
		s.trim = text == ""
	}
	return text
}

func (s *Thinking) take(n int) string {
	text := s.held[:n]
	s.held = s.held[n:]
	return text
}

// Flush returns what is still held at the end of the answer.
func (s *Thinking) Flush() (reasoning, text string) {
	if s.close != "" {
		return s.take(len(s.held)), ""
	}
	return "", s.take(len(s.held))
}
