package upstream

import (
	"encoding/json"
	"net/http"
	"strings"
)

// protocol is one way to ask for an answer and to write it.
type protocol struct {
	paths []string
	// read takes from a request what the answer depends on; false if it is not
	// valid.
	read func(r *http.Request, raw []byte) (asked, bool)
	// write begins an answer.
	write func(call Call, sent asked) wire
	// refuse answers with a status as the provider would, asking to wait for so
	// many seconds where there are any.
	refuse func(w http.ResponseWriter, status, retryAfter int)
	// long is the error of a conversation that is too long for the model.
	long []byte
}

// asked is what an answer depends on.
type asked struct {
	model    string
	messages []Message
	// usage asks for the usage, where that has to be asked for.
	usage bool
}

var protocols = []protocol{speakOpenAI, speakResponses, speakAnthropic, speakGemini, speakConverse}

var speakOpenAI = protocol{
	paths: []string{"/chat/completions", "/v1/chat/completions"},
	read:  readBody,
	write: func(call Call, sent asked) wire { return newOpenAI(call, sent.usage) },
	refuse: refuser(func(why reason) []byte {
		return openAIError(why.openAIType, why.openAICode, why.message)
	}),
	long: openAIError("invalid_request_error", "context_length_exceeded",
		"This model's maximum context length is 8192 tokens. However, your messages resulted in 9001 tokens. "+
			"Please reduce the length of the messages."),
}

var speakAnthropic = protocol{
	paths: append([]string{"/messages", "/v1/messages"}, published("anthropic")...),
	read:  readBody,
	write: func(call Call, _ asked) wire { return newAnthropic(call, inputTokens(call.Messages)) },
	refuse: refuser(func(why reason) []byte {
		return anthropicError(why.anthropicType, why.message)
	}),
	long: anthropicError("invalid_request_error", "prompt is too long: 208310 tokens > 200000 maximum"),
}

var speakGemini = protocol{
	paths:  append([]string{"/v1beta/models/{method}", "/v1/models/{method}"}, published("google")...),
	read:   readGemini,
	write:  func(call Call, _ asked) wire { return newGemini(call) },
	refuse: refuseGemini,
	long: geminiError(http.StatusBadRequest, "INVALID_ARGUMENT",
		"The input token count (1250074) exceeds the maximum number of tokens allowed (1048575).", 0),
}

// published are the paths of a publisher's models on Vertex AI.
func published(publisher string) []string {
	end := "/publishers/" + publisher + "/models/{method}"
	return []string{"/v1beta1" + end, "/v1beta1/projects/{project}/locations/{location}" + end}
}

// methodOf splits the last segment of a path, such as "m:streamRawPredict".
func methodOf(r *http.Request) (model, method string) {
	segment := r.PathValue("method")
	if at := strings.LastIndex(segment, ":"); at >= 0 {
		return segment[:at], segment[at+1:]
	}
	return segment, ""
}

// readBody reads a request of OpenAI or Anthropic.
func readBody(r *http.Request, raw []byte) (asked, bool) {
	var sent body
	if json.Unmarshal(raw, &sent) != nil || !sent.Stream {
		return asked{}, false
	}
	model, method := methodOf(r)
	if method != "" {
		sent.Model = model
	}
	return asked{sent.Model, sent.conversation(), sent.StreamOptions.IncludeUsage}, method == "" || method == "streamRawPredict"
}
