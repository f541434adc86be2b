package anthropic

import (
	"encoding/json"
	"fmt"
	"strings"
)

// resultItem is one item of what a tool of the provider returned.
type resultItem struct {
	Type      string `json:"type"`
	Text      string `json:"text"`
	URL       string `json:"url"`
	Title     string `json:"title"`
	Stdout    string `json:"stdout"`
	Stderr    string `json:"stderr"`
	Code      int    `json:"return_code"`
	ErrorCode string `json:"error_code"`
	FileID    string `json:"file_id"`
	Source    struct {
		Data string `json:"data"`
	} `json:"source"`
	Content    json.RawMessage `json:"content"`
	References []struct {
		Name string `json:"tool_name"`
	} `json:"tool_references"`
}

// readResult puts the result of a remote tool into words for people, and says
// whether it is an error. The model gets the raw form.
func readResult(raw json.RawMessage) (text string, failed bool) {
	var out strings.Builder
	failed = describe(&out, raw, 0)
	return strings.TrimSpace(out.String()), failed
}

const maxNesting = 4

func describe(out *strings.Builder, raw json.RawMessage, depth int) (failed bool) {
	if depth > maxNesting || len(raw) == 0 {
		return false
	}
	switch raw[0] {
	case '"':
		var text string
		if json.Unmarshal(raw, &text) == nil {
			line(out, text)
		}
	case '[':
		var items []resultItem
		if json.Unmarshal(raw, &items) == nil { // as nearly always
			for i := range items {
				failed = items[i].describe(out, depth+1) || failed
			}
			return failed
		}
		var mixed []json.RawMessage
		_ = json.Unmarshal(raw, &mixed)
		for _, item := range mixed {
			failed = describe(out, item, depth+1) || failed
		}
	case '{':
		var item resultItem
		if json.Unmarshal(raw, &item) != nil {
			return false
		}
		failed = item.describe(out, depth)
	}
	return failed
}

func (i *resultItem) describe(out *strings.Builder, depth int) (failed bool) {
	if i.ErrorCode != "" {
		line(out, "error: "+i.ErrorCode)
		return true
	}
	if i.URL != "" {
		line(out, strings.TrimSpace(i.Title+" "+i.URL))
	}
	line(out, i.Text)
	line(out, i.Stdout)
	line(out, i.Stderr)
	line(out, i.Source.Data)
	if i.FileID != "" {
		line(out, "file "+i.FileID)
	}
	for _, reference := range i.References {
		line(out, reference.Name)
	}
	if i.Code != 0 {
		line(out, fmt.Sprintf("exit code %d", i.Code))
	}
	return describe(out, i.Content, depth+1) || i.Code != 0
}

func line(out *strings.Builder, text string) {
	if text = strings.TrimRight(text, "\n"); text != "" {
		out.WriteString(text)
		out.WriteByte('\n')
	}
}
