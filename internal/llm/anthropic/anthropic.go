// Package anthropic speaks the Anthropic Messages protocol, with Anthropic and
// with the servers that offer the same.
//
// It runs no tools, not even those of the provider: a call that Anthropic ran
// itself (web search, code execution, MCP) arrives as a remote call with its
// result, and is sent back as it came.
//
// Source: Anthropic API reference, "Messages", "Streaming messages", "Extended
// thinking", "Prompt caching", "Citations".
package anthropic

import (
	"context"
	"iter"
	"net/http"
	"strings"

	"parley/internal/llm"
	"parley/internal/llm/claude"
	"parley/internal/llm/vertex"
	"parley/internal/llm/wire"
)

// Protocol is the name under which raw forms of parts are kept.
const Protocol = "anthropic"

// version is the protocol version that this package was written for.
const version = "2023-06-01"

// Config says where a provider is.
type Config struct {
	// Name is the configured name of the provider.
	Name string
	// BaseURL is the address that "/v1/messages" follows, with or without the
	// "/v1". Its query is kept.
	BaseURL string
	Key     llm.Secret
	// Headers are added to every request and win over our own.
	Headers map[string]string
	// Client makes the calls; required, for it decides what may be reached.
	Client *http.Client
	Limits wire.Limits
	// MaxOutput returns how many tokens a model can write, 0 if unknown: the
	// protocol demands a limit even where the user set none. It may be nil.
	MaxOutput func(model string) int
	// Vertex takes the place of BaseURL and Key: Google Cloud serves Claude too.
	Vertex *vertex.Platform
}

// String names the provider and nothing else: headers may hold keys.
func (c Config) String() string { return "anthropic provider " + c.Name }

// GoString is String.
func (c Config) GoString() string { return c.String() }

// Provider is one server, ready to be called.
type Provider struct{ config Config }

// New returns a provider. Nothing is sent.
func New(config Config) *Provider { return &Provider{config: config} }

// Model returns the model with the provider's own name id.
func (p *Provider) Model(id string) llm.Model { return &model{provider: p, id: id} }

// call prepares a request of the provider's own server.
func (p *Provider) call(method, path string, body []byte) *wire.Call {
	header := http.Header{"Anthropic-Version": {version}}
	if key := p.config.Key.Reveal(); key != "" {
		header.Set("X-Api-Key", key)
	}
	address := p.endpoint().URL(func(base string) string {
		base = strings.TrimSuffix(base, "/messages")
		if !strings.HasSuffix(base, "/v1") {
			base += "/v1"
		}
		return base + path
	})
	return p.endpoint().Call(method, address, header, body)
}

func (p *Provider) endpoint() wire.Endpoint {
	return wire.Endpoint{
		BaseURL: p.config.BaseURL, Key: p.config.Key, Headers: p.config.Headers, Client: p.config.Client, Limits: p.config.Limits,
	}
}

// maxOutput is the limit that is sent where the user set none. It is kept below
// what the newest models can write, for the limit counts against the context.
func (p *Provider) maxOutput(model string) int {
	if p.config.MaxOutput != nil {
		if limit := p.config.MaxOutput(model); limit > 0 {
			return min(limit, claude.OutputFourth)
		}
	}
	return claude.TraitsOf(model).Output
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
		m.run(ctx, request, yield)
	}
}

func (m *model) run(ctx context.Context, request llm.Request, yield func(llm.Event, error) bool) {
	written, err := m.write(request)
	if err != nil {
		yield(llm.Event{}, err)
		return
	}
	call, err := m.provider.ask(ctx, request.Model, written)
	if err != nil {
		yield(llm.Event{}, llm.AsError(err))
		return
	}
	call.Play(ctx, written.notices, m.provider.config.Vertex.Watch(yield), func(answer *wire.Answer, sink *wire.Sink) error {
		d := &decoder{Sink: sink, call: call, names: written.names}
		if answer.Form == wire.FormJSON {
			return d.whole(answer)
		}
		complete, err := answer.Events(sink, func(data []byte) (bool, error) {
			err := d.event(data)
			return d.ended, err
		})
		if complete || err != nil || sink.Left() {
			return err
		}
		return d.end()
	})
}

// write writes a request for the provider of the model.
func (m *model) write(request llm.Request) (written, error) {
	return write(request, m.provider.maxOutput(request.Model), m.provider.config.Vertex != nil)
}

// ask prepares the call of a model. Vertex AI may have to be asked for a token
// first.
func (p *Provider) ask(ctx context.Context, model string, request written) (*wire.Call, error) {
	platform := p.config.Vertex
	if platform == nil {
		call := p.call(http.MethodPost, "/messages", request.body)
		request.beta(call.Header)
		return call, nil
	}
	header := http.Header{}
	if err := platform.Authorize(ctx, header); err != nil {
		return nil, err
	}
	call := p.endpoint().Call(http.MethodPost, platform.URL(vertex.Anthropic, model, "streamRawPredict"), header, request.body)
	request.beta(call.Header)
	return call, nil
}

var _ llm.Model = (*model)(nil)
