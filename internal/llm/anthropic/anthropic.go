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
	"net/url"
	"strings"

	"parley/internal/llm"
	"parley/internal/llm/claude"
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

func (p *Provider) call(method, path string, body []byte) *wire.Call {
	endpoint := wire.Endpoint{
		BaseURL: p.config.BaseURL, Key: p.config.Key, Headers: p.config.Headers, Client: p.config.Client, Limits: p.config.Limits,
	}
	header := http.Header{"Anthropic-Version": {version}}
	if key := p.config.Key.Reveal(); key != "" {
		header.Set("X-Api-Key", key)
	}
	address := endpoint.URL(func(base string) string {
		base = strings.TrimSuffix(base, "/messages")
		if !strings.HasSuffix(base, "/v1") {
			base += "/v1"
		}
		return base + path
	})
	return endpoint.Call(method, address, header, body)
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
	names := wire.NewNames(request.Tools)
	body, notices, err := writeBody(request, names, m.provider.maxOutput(request.Model))
	if err != nil {
		yield(llm.Event{}, err)
		return
	}
	call := m.provider.call(http.MethodPost, "/messages", body)
	call.Play(ctx, notices, yield, func(answer *wire.Answer, sink *wire.Sink) error {
		d := &decoder{Sink: sink, call: call, names: names}
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

// ListModels returns the names of the models that the provider offers, sorted.
// The error is an [*llm.Error].
func (p *Provider) ListModels(ctx context.Context) ([]string, error) {
	call := p.call(http.MethodGet, "/models", nil)
	if address, err := url.Parse(call.URL); err == nil {
		query := address.Query()
		query.Set("limit", "1000")
		address.RawQuery = query.Encode()
		call.URL = address.String()
	}
	return call.ModelNames(ctx)
}

var _ llm.Model = (*model)(nil)
