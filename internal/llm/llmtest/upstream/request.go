package upstream

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"time"
)

// Message is one message of a recorded request, in a form that both protocols
// share.
type Message struct {
	// Role is as it was sent: system, user, assistant or tool. Anthropic's
	// system text is a first message with the role system.
	Role string `json:"role"`
	// Text is the text of all its parts, joined.
	Text string `json:"text"`
	// Calls names the tools that the message calls.
	Calls []string `json:"calls,omitempty"`
	// Results counts the tool results that it holds.
	Results int `json:"results,omitempty"`
	// Images counts the images that it holds.
	Images int `json:"images,omitempty"`
}

// Call is one recorded request for an answer.
type Call struct {
	// Number counts the calls of a server from 1; Reset does not set it back.
	Number int `json:"number"`
	// Path is the URL's path.
	Path string `json:"path"`
	// Model is what the request asked for.
	Model string `json:"model"`
	// Script is what was played, empty where there was none.
	Script string `json:"script"`
	// Header is the request's, keys included: these are test keys.
	Header http.Header `json:"header"`
	// Body is the request's body as it came.
	Body json.RawMessage `json:"body"`
	// Messages is the conversation that the body holds.
	Messages []Message `json:"messages"`
	// At is when the body had been read.
	At time.Time `json:"at"`
}

// LastUser returns the text of the last message by the user.
func (c Call) LastUser() string {
	for _, message := range slices.Backward(c.Messages) {
		if isUserTurn(message) {
			return message.Text
		}
	}
	return ""
}

// round counts how many rounds of tool calls the turn has behind it.
func (c Call) round() int {
	rounds := 0
	for _, message := range slices.Backward(c.Messages) {
		if isUserTurn(message) {
			break
		}
		if len(message.Calls) > 0 {
			rounds++
		}
	}
	return rounds
}

// isUserTurn tells the user's own messages from Anthropic's tool results,
// which have the role user too.
func isUserTurn(m Message) bool { return m.Role == "user" && m.Results == 0 }

// body is what both protocols have in common, as far as an answer depends on it.
type body struct {
	Model         string          `json:"model"`
	Stream        bool            `json:"stream"`
	System        json.RawMessage `json:"system"`
	Messages      []wireMessage   `json:"messages"`
	StreamOptions struct {
		IncludeUsage bool `json:"include_usage"`
	} `json:"stream_options"`
}

type wireMessage struct {
	Role      string          `json:"role"`
	Content   json.RawMessage `json:"content"`
	ToolCalls []struct {
		Function struct {
			Name string `json:"name"`
		} `json:"function"`
	} `json:"tool_calls"`
}

// wireBlock is a content part of either protocol.
type wireBlock struct {
	Type string `json:"type"`
	Text string `json:"text"`
	Name string `json:"name"`
}

// conversation returns the messages of a body.
func (b body) conversation() []Message {
	var messages []Message
	if len(b.System) > 0 {
		system := Message{Role: "system"}
		system.addContent(b.System)
		messages = append(messages, system)
	}
	for _, sent := range b.Messages {
		message := Message{Role: sent.Role}
		message.addContent(sent.Content)
		for _, call := range sent.ToolCalls {
			message.Calls = append(message.Calls, call.Function.Name)
		}
		if sent.Role == "tool" {
			message.Results++
		}
		messages = append(messages, message)
	}
	return messages
}

// addContent reads content that is a string, a list of blocks or null; a form
// that neither protocol knows leaves the message empty.
func (m *Message) addContent(content json.RawMessage) {
	if json.Unmarshal(content, &m.Text) == nil {
		return
	}
	var blocks []wireBlock
	if json.Unmarshal(content, &blocks) != nil {
		return
	}
	var text strings.Builder
	for _, block := range blocks {
		switch block.Type {
		case "text", "input_text", "output_text":
			text.WriteString(block.Text)
		case "image_url", "image", "input_image":
			m.Images++
		case "tool_use":
			m.Calls = append(m.Calls, block.Name)
		case "tool_result":
			m.Results++
		}
	}
	m.Text = text.String()
}
