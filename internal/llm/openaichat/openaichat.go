// Package openaichat speaks the OpenAI Chat Completions protocol with any
// server that offers it: OpenAI itself, Azure, Groq, DeepSeek, Mistral,
// OpenRouter, xAI, Perplexity, Ollama, LM Studio, llama.cpp, MLX, vLLM and the
// rest. Where they differ, a [Dialect] says how.
//
// It does not speak the Responses protocol, and it keeps nothing between calls.
//
// Source: OpenAI API reference, "Chat"; the providers' own pages for what they
// add to it.
package openaichat

import (
	"cmp"
	"context"
	"iter"
	"net/http"
	"strings"

	"parley/internal/llm"
	"parley/internal/llm/wire"
)

// Protocol is the name under which raw forms of parts are kept.
const Protocol = "openaichat"

// Config says where a provider is and how it likes to be spoken to.
type Config struct {
	// Name is the configured name of the provider.
	Name string
	// BaseURL is the address that "/chat/completions" follows, such as
	// "https://api.openai.com/v1". Its query is kept.
	BaseURL string
	// Direct takes BaseURL for the very address of completions.
	Direct bool
	// ReasonObject asks for reasoning by an object, and Replay is the field of
	// messages that reasoning is sent back in; empty are the dialect's own ways.
	ReasonObject bool
	// ClaudeParams asks for reasoning as Anthropic's own protocol does, of a gateway
	// that hands it on.
	ClaudeParams bool
	Replay       string
	Key          llm.Secret
	// Headers are added to every request and win over our own.
	Headers map[string]string
	// Dialect is a name that [DialectNamed] knows; anything else is generic.
	Dialect string
	// Client makes the calls; required, for it decides what may be reached.
	Client *http.Client
	Limits wire.Limits
}

// String names the provider and nothing else: headers may hold keys.
func (c Config) String() string { return "openaichat provider " + c.Name }

// GoString is String.
func (c Config) GoString() string { return c.String() }

// Provider is one server, ready to be called.
type Provider struct {
	config  Config
	dialect Dialect
}

// New returns a provider. Nothing is sent.
func New(config Config) *Provider {
	d := DialectNamed(config.Dialect)
	if config.ReasonObject {
		d.reason = objectReason
	}
	if config.ClaudeParams {
		d.reason = claudeReason
	}
	d.replay = cmp.Or(config.Replay, d.replay)
	return &Provider{config: config, dialect: d}
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
		if p.dialect.keyHeader != "" {
			header.Set(p.dialect.keyHeader, key)
		} else {
			header.Set("Authorization", "Bearer "+key)
		}
	}
	address := endpoint.URL(func(base string) string { return strings.TrimSuffix(base, path) + path })
	if p.config.Direct && method == http.MethodPost {
		address = p.config.BaseURL
	}
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
		m.run(ctx, request, yield)
	}
}

func (m *model) run(ctx context.Context, request llm.Request, yield func(llm.Event, error) bool) {
	names := wire.NewNames(request.Tools)
	body, notices, err := m.provider.dialect.body(request, names)
	if err != nil {
		yield(llm.Event{}, err)
		return
	}
	call := m.provider.call(http.MethodPost, "/chat/completions", body)
	call.Play(ctx, notices, yield, func(answer *wire.Answer, sink *wire.Sink) error {
		d := newDecoder(m.provider.dialect, request, names, sink)
		if answer.Form == wire.FormJSON {
			return d.whole(answer, call)
		}
		done, err := answer.Events(sink, func(data []byte) (bool, error) {
			if string(data) == "[DONE]" {
				return true, nil
			}
			return false, d.chunk(data, call)
		})
		if err != nil || sink.Left() {
			return err
		}
		return d.end(done)
	})
}

// whole turns an answer that is not streamed into events.
func (d *decoder) whole(answer *wire.Answer, call *wire.Call) error {
	text, err := answer.All()
	if err != nil {
		return err
	}
	d.isWhole = true
	if err := d.chunk(text, call); err != nil {
		return err
	}
	if !d.finished {
		return call.Garbled(text, nil)
	}
	return d.end(false)
}
