package anthropic

import (
	"encoding/json"
	"time"
)

// containerType marks what is kept of a container among the raw forms of
// reasoning, which are the only ones that need no content to be shown.
const containerType = "container"

// container is where Anthropic runs code. Its files last until it ends.
type container struct {
	Type string    `json:"type"`
	ID   string    `json:"id"`
	Ends time.Time `json:"expires_at"`
}

// enter asks to run code where it was run before, if that is still there.
func (b *builder) enter(raw json.RawMessage) bool {
	var c container
	if json.Unmarshal(raw, &c) != nil || c.Type != containerType {
		return false
	}
	if b.runs && time.Now().Before(c.Ends) {
		b.Fields["container"] = c.ID
	}
	return true
}
