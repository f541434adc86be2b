// Package openairesponses speaks the OpenAI Responses protocol, with OpenAI,
// Azure, xAI, OpenRouter and whoever else offers it.
//
// Nothing is stored at the provider: every call carries the whole conversation,
// reasoning in its encrypted form included. A tool that the provider runs
// itself arrives as a remote call with its result, and is sent back as it came.
//
// Source: OpenAI API reference, "Responses" and "Streaming events".
package openairesponses

import (
	"context"
	"iter"
	"net/http"
	"net/url"
	"strings"

	"parley/internal/llm"
	"parley/internal/llm/wire"
)

// Protocol is the name under which raw forms of parts are kept.
const Protocol = "openairesponses"

// Config says where a provider is and which one it is.
type Config struct {
	// Name is the configured name of the provider.
	Name string
	// BaseURL is the address that "/responses" follows, such as
	// "https://api.openai.com/v1". Its query is kept.
	BaseURL string
	Key     llm.Secret
	// Headers are added to every request and win over our own.
	Headers map[string]string
	// Dialect is "openai", "azure", "xai", or the kind of another server.
	Dialect string
	// Client makes the calls; required, for it decides what may be reached.
	Client *http.Client
	Limits wire.Limits
}

// String names the provider and nothing else: headers may hold keys.
func (c Config) String() string { return "openairesponses provider " + c.Name }

// GoString is String.
func (c Config) GoString() string { return c.String() }

// Provider is one server, ready to be called.
type Provider struct {
	config Config
	// host tells the provider's own encrypted content from that of others.
	host string
}

// New returns a provider. Nothing is sent.
func New(config Config) *Provider {
	p := &Provider{config: config}
	if base, err := url.Parse(strings.TrimSpace(config.BaseURL)); err == nil {
		p.host = base.Host
	}
	return p
}

// Model returns the model with the provider's own name id.
func (p *Provider) Model(id string) llm.Model { return &model{provider: p, id: id} }

// call returns a call of a path below the base URL, which may already end in it.
func (p *Provider) call(method, path string, body []byte) *wire.Call {
	endpoint := wire.Endpoint{
		BaseURL: p.config.BaseURL, Key: p.config.Key, Headers: p.config.Headers, Client: p.config.Client, Limits: p.config.Limits,
	}
	header := http.Header{}
	if key := p.config.Key.Reveal(); key != "" {
		if p.config.Dialect == dialectAzure {
			header.Set("api-key", key)
		} else {
			header.Set("Authorization", "Bearer "+key)
		}
	}
	address := endpoint.URL(func(base string) string { return strings.TrimSuffix(base, path) + path })
	return endpoint.Call(method, address, header, body)
}

type model struct {
	provider *Provider
	id       string
}

// Stream implements [llm.Model].
func (m *model) Stream(ctx context.Context, request llm.Request) iter.Seq2[llm.Event, error] {
	return func(yield func(llm.Event, error) bool) {
		if request.Model == "" {
			request.Model = m.id
		}
		m.run(ctx, request, true, yield)
	}
}

// run makes the call. Summaries of reasoning are asked for where the model may
// have them, and not where the provider turns out to refuse them.
func (m *model) run(ctx context.Context, request llm.Request, summaries bool, yield func(llm.Event, error) bool) {
	names := wire.NewNames(request.Tools)
	body, notices, err := m.provider.body(request, names, summaries)
	if err != nil {
		yield(llm.Event{}, err)
		return
	}
	again := false
	guarded := func(event llm.Event, err error) bool {
		if summaries && refusesSummaries(err) {
			again = true
			return false
		}
		return yield(event, err)
	}
	call := m.provider.call(http.MethodPost, "/responses", body)
	call.Play(ctx, notices, guarded, func(answer *wire.Answer, sink *wire.Sink) error {
		d := newDecoder(sink, call, names, m.provider.host)
		if answer.Form == wire.FormJSON {
			return d.whole(answer)
		}
		complete, err := answer.Events(sink, d.event)
		if complete || err != nil || sink.Left() {
			return err
		}
		return wire.Truncated()
	})
	if again {
		m.run(ctx, request, false, yield)
	}
}

// refusesSummaries recognises OpenAI's answer to organisations that it does not
// show reasoning to, and that of models without summaries.
func refusesSummaries(err error) bool {
	if err == nil {
		return false
	}
	failure := llm.AsError(err)
	if failure.Kind != llm.ErrBadRequest {
		return false
	}
	text := strings.ToLower(failure.Message)
	return strings.Contains(text, "reasoning.summary") || strings.Contains(text, "reasoning summar")
}

var _ llm.Model = (*model)(nil)
