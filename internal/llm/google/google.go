// Package google speaks Gemini's generateContent, with Google AI Studio and with
// Vertex AI.
//
// It runs no tools, not even those of the provider: what Google searched for,
// read or computed itself arrives as a remote call with its result, and is sent
// back as it came. Gemini's Live and Interactions protocols are others.
//
// Source: Gemini API reference, "Generating content", "Function calling",
// "Thinking", "Thought signatures", "Grounding with Google Search", "Code
// execution"; Vertex AI reference, "GenerateContentResponse".
package google

import (
	"cmp"
	"context"
	"iter"
	"net/http"
	"net/url"
	"regexp"
	"strings"

	"parley/internal/llm"
	"parley/internal/llm/vertex"
	"parley/internal/llm/wire"
)

// Protocol is the name under which raw forms of parts are kept.
const Protocol = "google"

// Studio is the address of Google AI Studio.
const Studio = "https://generativelanguage.googleapis.com/v1beta"

// Config says where a provider is.
type Config struct {
	// Name is the configured name of the provider.
	Name string
	// BaseURL is the address that "/v1beta/models" follows, with or without the
	// version; empty is [Studio]. Its query is kept.
	BaseURL string
	Key     llm.Secret
	// Bearer sends the key as a bearer token, as some gateways want it.
	Bearer bool
	// Headers are added to every request and win over our own.
	Headers map[string]string
	// Client makes the calls; required, for it decides what may be reached.
	Client *http.Client
	Limits wire.Limits
	// Vertex takes the place of BaseURL and Key.
	Vertex *vertex.Platform
}

// String names the provider and nothing else: headers may hold keys.
func (c Config) String() string { return "Gemini provider " + c.Name }

// GoString is String.
func (c Config) GoString() string { return c.String() }

// Provider is one server, ready to be called.
type Provider struct{ config Config }

// New returns a provider. Nothing is sent.
func New(config Config) *Provider { return &Provider{config: config} }

// Model returns the model with the provider's own name id, with or without
// "models/" before it.
func (p *Provider) Model(id string) llm.Model { return &model{provider: p, id: id} }

// call prepares a request to the address. What Vertex AI wants as a proof may
// have to be asked for first.
func (p *Provider) call(ctx context.Context, method, address string, header http.Header, body []byte) (*wire.Call, error) {
	key := p.config.Key.Reveal()
	switch {
	case p.config.Vertex != nil:
		if err := p.config.Vertex.Authorize(ctx, header); err != nil {
			return nil, err
		}
	case key != "" && p.config.Bearer:
		header.Set("Authorization", "Bearer "+key)
	case key != "":
		header.Set("X-Goog-Api-Key", key)
	}
	return p.endpoint().Call(method, address, header, body), nil
}

func (p *Provider) endpoint() wire.Endpoint {
	return wire.Endpoint{
		BaseURL: cmp.Or(p.config.BaseURL, Studio), Key: p.config.Key,
		Headers: p.config.Headers, Client: p.config.Client, Limits: p.config.Limits,
	}
}

var versionEnd = regexp.MustCompile(`/v\d+[a-z0-9]*$`)

// studio is the address of a path of AI Studio.
func (p *Provider) studio(path string) string {
	return p.endpoint().URL(func(base string) string {
		if !versionEnd.MatchString(base) {
			base += "/v1beta"
		}
		return base + path
	})
}

// address is where a model streams its answers.
func (p *Provider) address(model string) string {
	const method = "streamGenerateContent"
	name := strings.TrimPrefix(model, "models/")
	address := ""
	switch {
	case p.config.Vertex != nil:
		address = p.config.Vertex.URL(vertex.Google, name, method)
	case strings.Contains(name, "/"): // such as "tunedModels/mine"
		address = p.studio("/" + name + ":" + method)
	default:
		address = p.studio("/models/" + name + ":" + method)
	}
	return withQuery(address, "alt", "sse")
}

func withQuery(address, name, value string) string {
	parsed, err := url.Parse(address)
	if err != nil {
		return address
	}
	query := parsed.Query()
	query.Set(name, value)
	parsed.RawQuery = query.Encode()
	return parsed.String()
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
		if err := m.run(ctx, request, yield); err != nil {
			yield(llm.Event{}, llm.AsError(err))
		}
	}
}

// run returns the error of a call that could not be begun.
func (m *model) run(ctx context.Context, request llm.Request, yield func(llm.Event, error) bool) error {
	p := m.provider
	written, err := write(request, p.config.Vertex != nil)
	if err != nil {
		return err
	}
	call, err := p.call(ctx, http.MethodPost, p.address(request.Model), written.header, written.body)
	if err != nil {
		return err
	}
	call.Play(ctx, written.notices, p.config.Vertex.Watch(yield), func(answer *wire.Answer, sink *wire.Sink) error {
		d := &decoder{Sink: sink, call: call, names: written.names}
		if answer.Form == wire.FormJSON {
			return d.whole(answer)
		}
		complete, err := answer.Events(sink, func(data []byte) (bool, error) {
			err := d.event(data)
			return d.ended, err
		})
		switch {
		case sink.Left():
			return nil
		case err != nil:
			d.tell()
			return err
		case complete:
			return nil
		default:
			return d.end()
		}
	})
	return nil
}

// Draft writes a request as it would be sent, and says what of it would be told
// to the user. Nothing is sent.
func (m *model) Draft(request llm.Request) (body []byte, notices []string, err error) {
	if request.Model == "" {
		request.Model = m.id
	}
	written, err := write(request, m.provider.config.Vertex != nil)
	return written.body, written.notices, err
}

var _ llm.Model = (*model)(nil)
