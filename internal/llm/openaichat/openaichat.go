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
	"context"
	"errors"
	"io"
	"iter"
	"net/http"
	"net/url"
	"strings"

	"parley/internal/llm"
	"parley/internal/llm/sse"
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
	Key     llm.Secret
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
	return &Provider{config: config, dialect: DialectNamed(config.Dialect)}
}

// Model returns the model with the provider's own name id.
func (p *Provider) Model(id string) llm.Model { return &model{provider: p, id: id} }

// endpoint appends path to the base URL and keeps its query.
func (p *Provider) endpoint(path string) string {
	base, err := url.Parse(strings.TrimSpace(p.config.BaseURL))
	if err != nil {
		return p.config.BaseURL
	}
	base.Path = strings.TrimRight(base.Path, "/")
	if !strings.HasSuffix(base.Path, path) {
		base.Path += path
	}
	return base.String()
}

func (p *Provider) header() http.Header {
	header := http.Header{"Accept": {"application/json, text/event-stream"}}
	if key := p.config.Key.Reveal(); key != "" {
		if p.dialect.keyHeader != "" {
			header.Set(p.dialect.keyHeader, key)
		} else {
			header.Set("Authorization", "Bearer "+key)
		}
	}
	for name, value := range p.config.Headers {
		header.Set(name, value)
	}
	return header
}

func (p *Provider) call(method, path string, body []byte) *wire.Call {
	header := p.header()
	if body != nil {
		header.Set("Content-Type", "application/json")
	}
	return &wire.Call{
		Client: p.config.Client, Method: method, URL: p.endpoint(path), Header: header, Body: body,
		Limits: p.config.Limits, Secret: p.config.Key,
	}
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
	for _, notice := range notices {
		if !yield(llm.Event{Kind: llm.EventNotice, Text: notice}, nil) {
			return
		}
	}
	call := m.provider.call(http.MethodPost, "/chat/completions", body)
	answer, err := call.Do(ctx)
	if err != nil {
		yield(llm.Event{}, err)
		return
	}
	defer answer.Close()
	d := newDecoder(m.provider.dialect, request.Model, names, yield)
	if answer.Form == wire.FormJSON {
		err = d.whole(answer, call)
	} else {
		err = d.stream(answer, call, m.provider.config.Limits.Event)
	}
	switch {
	case d.left:
	case err != nil:
		yield(llm.Event{}, llm.AsError(err))
	default:
		answer.Finish()
	}
}

// stream reads the events of an answer to their end.
func (d *decoder) stream(answer *wire.Answer, call *wire.Call, limit int) error {
	reader := sse.NewReader(answer, limit)
	for !d.left {
		event, err := reader.Next()
		switch {
		case errors.Is(err, io.EOF):
			return d.end(false)
		case errors.Is(err, sse.ErrTooLarge):
			return &llm.Error{Kind: llm.ErrProtocol, Message: "an event of the answer is too large", Cause: err}
		case err != nil:
			return err
		case string(event.Data) == "[DONE]":
			return d.end(true)
		case len(event.Data) == 0:
			continue
		}
		if err := d.chunk(event.Data, call); err != nil {
			return err
		}
	}
	return nil
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
