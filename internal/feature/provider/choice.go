package provider

import (
	"cmp"
	"context"
	"iter"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"

	"parley/internal/kit/seal"
	"parley/internal/llm"
	"parley/internal/llm/catalog"
	"parley/internal/llm/gpt"
	"parley/internal/llm/grok"
	"parley/internal/llm/param"
)

// bothProtocols are the kinds of server that may offer Responses beside Chat
// Completions. What a custom one has is for its administrator to know.
var bothProtocols = []string{
	catalog.OpenAI, catalog.XAI, catalog.Custom, catalog.Ollama, catalog.LMStudio, "openrouter", "litellm", "vercel", "vllm", "groq", "huggingface", "fireworks",
}

// protocols are those that a model can be called by, nothing where there is no
// choice.
func (d definition) protocols() []string {
	azure := d.protocol == catalog.ProtocolAzure
	if azure || d.protocol == catalog.ProtocolChat && !d.direct && slices.Contains(bothProtocols, d.dialect) {
		return []string{llm.ChatProtocol, llm.ResponsesProtocol}
	}
	return nil
}

// prefersResponses reports whether a model shows more of itself by the Responses
// protocol, and its makers have the server speak it.
func (p *provider) prefersResponses(model string) bool {
	return p.dialect == catalog.OpenAI && gpt.Reasons(model) || p.dialect == catalog.XAI && grok.HasTools(model)
}

// lacking is where it is noted that the server has no Responses after all; nil for
// the makers' own, where all that they document is there.
func (p *provider) lacking() *atomic.Bool {
	if k, ok := kindNamed(p.dialect); ok && strings.TrimRight(p.baseURL, "/") == k.BaseURL {
		return nil
	}
	return &p.chatOnly
}

// dual is a model that can be called by both protocols of OpenAI.
type dual struct {
	chat, responses llm.Model
	// usual says that it is called by Responses where nobody chose.
	usual bool
	// lacking is set once the server turned out to have no Responses; nil where it
	// surely has them.
	lacking *atomic.Bool
}

// drafter is a codec's model, which can write a request without sending it.
type drafter interface {
	llm.Model
	param.Drafter
}

// choose returns what a request is sent by.
func (d dual) choose(request llm.Request) llm.Model {
	switch request.Params.Protocol {
	case llm.ChatProtocol:
		return d.chat
	case llm.ResponsesProtocol:
		return d.responses
	}
	if d.usual && (d.lacking == nil || !d.lacking.Load()) {
		return d.responses
	}
	return d.chat
}

// Stream implements [llm.Model]. A server that stands before OpenAI's or xAI's, and
// does not know the address of Responses, is asked by Chat Completions from then on.
func (d dual) Stream(ctx context.Context, request llm.Request) iter.Seq2[llm.Event, error] {
	model := d.choose(request)
	if model != d.responses || request.Params.Protocol != "" || d.lacking == nil {
		return model.Stream(ctx, request)
	}
	return func(yield func(llm.Event, error) bool) {
		begun := false
		for event, err := range model.Stream(ctx, request) {
			if !begun && hasNoResponses(err) {
				d.lacking.Store(true)
				d.chat.Stream(ctx, request)(yield)
				return
			}
			begun = begun || event.Kind != llm.EventNotice
			if !yield(event, err) {
				return
			}
		}
	}
}

// hasNoResponses recognises the answer of a server that has nothing at the address,
// which is not that of one without the model.
func hasNoResponses(err error) bool {
	if err == nil {
		return false
	}
	e := llm.AsError(err)
	return e.Code != "model_not_found" && slices.Contains([]int{http.StatusNotFound, http.StatusMethodNotAllowed, http.StatusNotImplemented}, e.Status)
}

// Draft lets the codec say what it makes of a request.
func (d dual) Draft(request llm.Request) (body []byte, notices []string, err error) {
	model, ok := d.choose(request).(drafter)
	if !ok {
		return nil, nil, nil
	}
	return model.Draft(request)
}

// regional is a model of Bedrock, in the region that a request names.
type regional struct {
	provider *provider
	key      seal.Secret
	headers  map[string]string
	name     string
}

// regions are those that users may choose from, nothing where there is no choice.
func (p *provider) regions() []string {
	if p.protocol != catalog.ProtocolBedrock {
		return nil
	}
	return p.cloud.regions
}

// in returns the model in the region of a request; foreign says that there is no
// such region here.
func (r regional) in(p llm.Params) (model llm.Model, foreign bool) {
	own := r.provider.cloud.region
	foreign = p.Region != "" && p.Region != own && !slices.Contains(r.provider.cloud.regions, p.Region)
	if p.Region == "" || foreign {
		return r.provider.bedrock(own, r.key, r.headers).Model(r.name), foreign
	}
	return r.provider.bedrock(p.Region, r.key, r.headers).Model(r.name), false
}

// Stream implements [llm.Model].
func (r regional) Stream(ctx context.Context, request llm.Request) iter.Seq2[llm.Event, error] {
	model, foreign := r.in(request.Params)
	if !foreign {
		return model.Stream(ctx, request)
	}
	return func(yield func(llm.Event, error) bool) {
		text := "The region " + request.Params.Region + " is not one of this provider, so " + cmp.Or(r.provider.cloud.region, "us-east-1") + " answers."
		if yield(llm.Event{Kind: llm.EventNotice, Text: text}, nil) {
			model.Stream(ctx, request)(yield)
		}
	}
}

// Draft lets the codec say what it makes of a request.
func (r regional) Draft(request llm.Request) (body []byte, notices []string, err error) {
	model, _ := r.in(request.Params)
	d, ok := model.(drafter)
	if !ok {
		return nil, nil, nil
	}
	return d.Draft(request)
}
