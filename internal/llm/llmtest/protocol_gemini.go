package llmtest

import "strings"

func geminiParts(parts, rest string) string {
	return data(`{"candidates":[{"content":{"parts":[%s],"role":"model"}%s,"index":0}],"usageMetadata":`+
		`{"promptTokenCount":60,"cachedContentTokenCount":40,"candidatesTokenCount":17,"totalTokenCount":77,`+
		`"promptTokensDetails":[{"modality":"TEXT","tokenCount":60}]},"modelVersion":"m","responseId":"r"}`, parts, rest)
}

// Gemini writes Google's generateContent, as AI Studio and Vertex AI stream it.
func Gemini() Protocol {
	event := func(piece string) string { return geminiParts(`{"text":`+quote(piece)+`}`, "") }
	end := geminiParts(`{"text":""}`, `,"finishReason":"STOP"`)
	text := func(pieces ...string) string { return join(event, pieces) + end }
	return Protocol{
		Name:  "google",
		Event: event,
		Text:  text,
		Whole: func(text string) string {
			return `{"candidates":[{"content":{"parts":[{"text":` + quote(text) +
				`}],"role":"model"},"finishReason":"STOP"}],"usageMetadata":{"promptTokenCount":1,"candidatesTokenCount":3}}`
		},
		Signature: "c2lnbmF0dXJl",
		Reasoning: geminiParts(`{"text":"thou","thought":true}`, "") +
			geminiParts(`{"text":"ght","thought":true,"thoughtSignature":"c2lnbmF0dXJl"}`, "") + text("answer"),
		Tools: geminiParts(`{"functionCall":{"id":"call_a","name":"add","args":{"a":1,"b":2}},"thoughtSignature":"c2ln"}`, "") +
			geminiParts(`{"functionCall":{"id":"call_b","name":"now","args":{}}}`, `,"finishReason":"STOP"`),
		Usage:  text("ok"),
		Counts: "usageMetadata",
		Cut:    event("begun"),
		Failed: event("begun") + data(`{"error":{"code":503,"message":"The model is overloaded. Please try again later.","status":"UNAVAILABLE"}}`),
		Read:   readGemini,
	}
}

// readGemini reads a request of generateContent.
func readGemini(path string, body map[string]any) Sent {
	sent := Sent{Params: map[string]any{}, Stream: strings.HasSuffix(path, ":streamGenerateContent")}
	config, _ := body["generationConfig"].(map[string]any)
	for name, field := range map[string]string{
		"temperature": "temperature", "top_k": "topK", "frequency_penalty": "frequencyPenalty",
		"presence_penalty": "presencePenalty", "seed": "seed", "stop": "stopSequences",
	} {
		if value := config[field]; value != nil {
			sent.Params[name] = value
		}
	}
	sent.Added = config
	tools, _ := body["tools"].([]any)
	for _, tool := range tools {
		object, _ := tool.(map[string]any)
		functions, _ := object["functionDeclarations"].([]any)
		for _, function := range functions {
			declared, _ := function.(map[string]any)
			name, _ := declared["name"].(string)
			sent.Tools = append(sent.Tools, name)
		}
	}
	return sent
}
