package upstream

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
)

// gemini writes the chunks of Google's streamGenerateContent.
type gemini struct {
	head, tail []byte
}

func newGemini(call Call) *gemini {
	return &gemini{
		head: []byte(`data: {"candidates": [{"content": {"parts": [`),
		tail: []byte(`],"role": "model"},"index": 0}],"modelVersion": "` + string(escape(call.Model)) +
			`","responseId": "r` + strconv.Itoa(call.Number) + "\"}\n\n"),
	}
}

func (g *gemini) open(b []byte) []byte { return b }

// part appends a chunk of one part.
func (g *gemini) part(b []byte, pieces ...string) []byte {
	b = append(b, g.head...)
	for _, piece := range pieces {
		b = append(b, piece...)
	}
	return append(b, g.tail...)
}

func (g *gemini) text(b, escaped []byte) []byte {
	b = append(append(b, g.head...), `{"text": "`...)
	b = append(append(b, escaped...), `"}`...)
	return append(b, g.tail...)
}

func (g *gemini) reasoning(b, escaped []byte) []byte {
	b = append(append(b, g.head...), `{"text": "`...)
	b = append(append(b, escaped...), `","thought": true}`...)
	return append(b, g.tail...)
}

func (g *gemini) call(b []byte, id, name string, pieces []string) []byte {
	return g.part(b, `{"functionCall": {"name": "`, string(escape(name)), `","args": `, strings.Join(pieces, ""),
		`,"id": "`, id, `"},"thoughtSignature": "c2lnbmF0dXJl"}`)
}

func (g *gemini) fail(b []byte) []byte {
	b = append(b, "data: "...)
	b = append(b, geminiError(http.StatusServiceUnavailable, "UNAVAILABLE", "The model is overloaded. Please try again later.", 0)...)
	return append(b, "\n\n"...)
}

func (g *gemini) close(b []byte, why finish, cost *usage) []byte {
	reason := map[finish]string{
		finishStop: "STOP", finishLength: "MAX_TOKENS", finishFilter: "SAFETY", finishTools: "STOP",
	}[why]
	b = append(append(b, g.head...), `{"text": ""}],"role": "model"},"finishReason": "`...)
	b = append(append(b, reason...), `","index": 0}]`...)
	if cost != nil {
		b = append(b, `,"usageMetadata": {"promptTokenCount": `...)
		b = strconv.AppendInt(b, int64(cost.input), 10)
		b = append(b, `,"candidatesTokenCount": `...)
		b = strconv.AppendInt(b, int64(cost.output-cost.reasoning), 10)
		b = append(b, `,"thoughtsTokenCount": `...)
		b = append(strconv.AppendInt(b, int64(cost.reasoning), 10), '}')
	}
	return append(b, "}\n\n"...)
}

// refuseGemini answers with a status. How long to wait is in the body.
func refuseGemini(w http.ResponseWriter, status, retryAfter int) {
	why := reasonOf(status)
	answer(w, status, geminiError(status, why.googleStatus, why.message, retryAfter))
}

// geminiError is the body of an error.
func geminiError(code int, status, message string, retryAfter int) []byte {
	type info struct {
		Type  string `json:"@type"`
		Delay string `json:"retryDelay"`
	}
	type detail struct {
		Code    int    `json:"code"`
		Message string `json:"message"`
		Status  string `json:"status"`
		Details []info `json:"details,omitempty"`
	}
	failure := detail{Code: code, Message: message, Status: status}
	if retryAfter > 0 {
		failure.Details = []info{{"type.googleapis.com/google.rpc.RetryInfo", strconv.Itoa(retryAfter) + "s"}}
	}
	return mustJSON(map[string]detail{"error": failure})
}

// geminiPart is a part of a request: which field is set says what it is.
type geminiPart struct {
	Text string `json:"text"`
	Call *struct {
		Name string `json:"name"`
	} `json:"functionCall"`
	Result json.RawMessage `json:"functionResponse"`
	Media  *struct {
		MIME string `json:"mimeType"`
	} `json:"inlineData"`
}

type geminiContent struct {
	Role  string       `json:"role"`
	Parts []geminiPart `json:"parts"`
}

// message returns the content in the form that all protocols share.
func (c geminiContent) message() Message {
	m := Message{Role: c.Role}
	if c.Role == "model" {
		m.Role = "assistant"
	}
	for _, part := range c.Parts {
		m.Text += part.Text
		switch {
		case part.Call != nil:
			m.Calls = append(m.Calls, part.Call.Name)
		case part.Result != nil:
			m.Results++
		case part.Media != nil && strings.HasPrefix(part.Media.MIME, "image/"):
			m.Images++
		}
	}
	return m
}

// readGemini reads a request for a stream.
func readGemini(r *http.Request, raw []byte) (asked, bool) {
	var sent struct {
		System   *geminiContent  `json:"systemInstruction"`
		Contents []geminiContent `json:"contents"`
	}
	model, method := methodOf(r)
	if json.Unmarshal(raw, &sent) != nil || method != "streamGenerateContent" || r.URL.Query().Get("alt") != "sse" {
		return asked{}, false
	}
	found := asked{model: model}
	if sent.System != nil {
		sent.System.Role = "system"
		found.messages = append(found.messages, sent.System.message())
	}
	for _, content := range sent.Contents {
		found.messages = append(found.messages, content.message())
	}
	return found, true
}
