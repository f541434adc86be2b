package anthropic

import "parley/internal/llm"

// Draft writes a request as it would be sent, and says what of it would be told
// to the user. Nothing is sent.
func (m *model) Draft(request llm.Request) (body []byte, notices []string, err error) {
	if request.Model == "" {
		request.Model = m.id
	}
	written, err := m.write(request)
	return written.body, written.notices, err
}
