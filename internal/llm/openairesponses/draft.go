package openairesponses

import (
	"parley/internal/llm"
	"parley/internal/llm/wire"
)

// Draft writes a request as it would be sent, and says what of it would be told
// to the user. Nothing is sent.
func (m *model) Draft(request llm.Request) (body []byte, notices []string, err error) {
	if request.Model == "" {
		request.Model = m.id
	}
	return m.provider.body(request, wire.NewNames(request.Tools), true)
}
