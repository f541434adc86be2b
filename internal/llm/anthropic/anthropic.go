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
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"io"
	"iter"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"parley/internal/llm"
	"parley/internal/llm/sse"
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

func (p *Provider) endpoint(path string) string {
	base, err := url.Parse(strings.TrimSpace(p.config.BaseURL))
	if err != nil {
		return p.config.BaseURL
	}
	base.Path = strings.TrimRight(base.Path, "/")
	base.Path = strings.TrimSuffix(base.Path, "/messages")
	if !strings.HasSuffix(base.Path, "/v1") {
		base.Path += "/v1"
	}
	base.Path += path
	return base.String()
}

func (p *Provider) call(method, path string, body []byte) *wire.Call {
	header := http.Header{
		"Accept":            {"application/json, text/event-stream"},
		"Anthropic-Version": {version},
	}
	if body != nil {
		header.Set("Content-Type", "application/json")
	}
	if key := p.config.Key.Reveal(); key != "" {
		header.Set("X-Api-Key", key)
	}
	for name, value := range p.config.Headers {
		header.Set(name, value)
	}
	return &wire.Call{
		Client: p.config.Client, Method: method, URL: p.endpoint(path), Header: header, Body: body,
		Limits: p.config.Limits, Secret: p.config.Key,
	}
}

// maxOutput is the limit that is sent where the user set none. It is kept below
// what the newest models can write, for the limit counts against the context.
func (p *Provider) maxOutput(model string) int {
	if p.config.MaxOutput != nil {
		if limit := p.config.MaxOutput(model); limit > 0 {
			return min(limit, outputFourth)
		}
	}
	return traitsOf(model).output
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
	for _, notice := range notices {
		if !yield(llm.Event{Kind: llm.EventNotice, Text: notice}, nil) {
			return
		}
	}
	call := m.provider.call(http.MethodPost, "/messages", body)
	answer, err := call.Do(ctx)
	if err != nil {
		yield(llm.Event{}, err)
		return
	}
	defer answer.Close()
	d := &decoder{yield: yield, call: call, names: names}
	if answer.Form == wire.FormJSON {
		err = d.whole(answer)
	} else {
		err = d.stream(answer, m.provider.config.Limits.Event)
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
func (d *decoder) stream(answer *wire.Answer, limit int) error {
	reader := sse.NewReader(answer, limit)
	for !d.left && !d.ended {
		event, err := reader.Next()
		switch {
		case errors.Is(err, io.EOF):
			return d.end()
		case errors.Is(err, sse.ErrTooLarge):
			return &llm.Error{Kind: llm.ErrProtocol, Message: "an event of the answer is too large", Cause: err}
		case err != nil:
			return err
		case len(event.Data) == 0:
			continue
		}
		if err := d.event(event.Data); err != nil {
			return err
		}
	}
	return nil
}

// ListModels returns the names of the models that the provider offers, sorted.
// The error is an [*llm.Error].
func (p *Provider) ListModels(ctx context.Context) ([]string, error) {
	call := p.call(http.MethodGet, "/models", nil)
	address, err := url.Parse(call.URL)
	if err == nil {
		query := address.Query()
		query.Set("limit", "1000")
		address.RawQuery = query.Encode()
		call.URL = address.String()
	}
	answer, err := call.Do(ctx)
	if err != nil {
		return nil, err
	}
	defer answer.Close()
	text, err := answer.All()
	if err != nil {
		return nil, err
	}
	var list struct {
		Data []struct {
			ID   string `json:"id"`
			Name string `json:"name"`
		} `json:"data"`
	}
	if err := json.Unmarshal(text, &list); err != nil {
		return nil, call.Garbled(text, err)
	}
	names := make([]string, 0, len(list.Data))
	for _, model := range list.Data {
		if name := cmp.Or(model.ID, model.Name); name != "" {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names), nil
}

var _ llm.Model = (*model)(nil)
