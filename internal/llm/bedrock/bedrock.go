// Package bedrock speaks the Converse protocol of Amazon Bedrock, streamed and
// whole, with the models of every vendor that Bedrock offers through it.
//
// It does not speak the vendors' own forms (InvokeModel), nor the
// OpenAI-compatible addresses of Bedrock, which the codecs of those protocols
// reach. Of AWS's SDK it uses credentials and signatures; see the decision about
// that in docs/adr.
//
// Source: Amazon Bedrock API reference, "Converse", "ConverseStream",
// "ListFoundationModels", "ListInferenceProfiles"; User Guide, "Inference
// request parameters", "Supported models and model features".
package bedrock

import (
	"cmp"
	"context"
	"errors"
	"io"
	"iter"
	"net/http"
	"net/url"
	"strings"
	"sync"

	"parley/internal/llm"
	"parley/internal/llm/eventstream"
	"parley/internal/llm/wire"
)

// Protocol is the name under which raw forms of parts are kept.
const Protocol = "bedrock"

// defaultRegion is where a provider is that names no region.
const defaultRegion = "us-east-1"

// Config says where a provider is and who calls it. Of the ways to sign in, the
// first that is set counts: Key, AccessKey, Ambient. With none of them requests
// are not signed, as for a gateway that signs them itself.
type Config struct {
	// Name is the configured name of the provider.
	Name string
	// Region such as "eu-central-1"; empty is what the ambient settings say, else
	// us-east-1.
	Region string
	// BaseURL replaces the address of the region's runtime, for private endpoints
	// and gateways; empty is AWS's own.
	BaseURL string
	// Key is a Bedrock API key, sent as a bearer token.
	Key llm.Secret
	// AccessKey, SecretKey and, for temporary credentials, SessionToken sign
	// requests.
	AccessKey    string
	SecretKey    llm.Secret
	SessionToken llm.Secret
	// Ambient takes the credentials that AWS's tools would find: environment,
	// shared files, single sign-on, the role of the machine. It is for what an
	// operator configured, never for what a user entered.
	Ambient bool
	// Profile names a profile of the shared files; it is read if Ambient is set.
	Profile string
	// Headers are added to every request and win over our own.
	Headers map[string]string
	// Client makes the calls to Bedrock; required, for it decides what may be
	// reached. Ambient credentials are fetched by AWS's own client.
	Client *http.Client
	Limits wire.Limits
	// Guardrail checks what is said; nil is none.
	Guardrail *Guardrail
	// Profiles are inference profiles (ids or ARNs) by the model that they stand
	// for.
	Profiles map[string]string
}

// Guardrail is one that was made in Bedrock.
type Guardrail struct {
	// ID is the identifier or ARN, Version a number or "DRAFT".
	ID, Version string
	// Trace is "enabled", "enabled_full" or "disabled"; empty is disabled.
	Trace string
	// Mode of streamed answers: "sync" holds text back until it was checked,
	// "async" does not; empty is sync.
	Mode string
}

// String names the provider and nothing else: headers may hold keys.
func (c Config) String() string { return "bedrock provider " + c.Name }

// GoString is String.
func (c Config) GoString() string { return c.String() }

// Provider is one region, ready to be called.
type Provider struct {
	config  Config
	ambient ambient
	// lacking holds what models were found not to take: name -> lack.
	lacking sync.Map
}

// New returns a provider. Nothing is sent.
func New(config Config) *Provider { return &Provider{config: config} }

// Model returns the model with that id: of a foundation model, of an inference
// profile, or an ARN.
func (p *Provider) Model(id string) llm.Model { return &model{provider: p, id: id} }

// call returns a signed call. The path is already escaped; control addresses
// the service that lists models instead of the one that runs them.
func (p *Provider) call(ctx context.Context, method, path string, control bool, body []byte) (*wire.Call, error) {
	region, err := p.region(ctx)
	if err != nil {
		return nil, err
	}
	base := p.config.BaseURL
	if base == "" {
		suffix := "amazonaws.com"
		if strings.HasPrefix(region, "cn-") {
			suffix += ".cn"
		}
		base = "https://bedrock-runtime." + region + "." + suffix
	}
	if control {
		base = strings.Replace(base, "//bedrock-runtime", "//bedrock", 1)
	}
	address, err := url.Parse(strings.TrimRight(strings.TrimSpace(base), "/") + path)
	if err != nil {
		return nil, &llm.Error{Kind: llm.ErrBadRequest, Message: "the provider's address is not valid"}
	}
	endpoint := wire.Endpoint{
		Key: p.config.Key, Headers: p.config.Headers, Client: p.config.Client, Limits: p.config.Limits,
	}
	header := http.Header{"Accept": {"application/vnd.amazon.eventstream, application/json"}}
	call := endpoint.Call(method, address.String(), header, body)
	return call, p.sign(ctx, call, region)
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
		for m.run(ctx, request, yield) {
			continue
		}
	}
}

// Draft writes a request as it would be sent, and says what of it would be told
// to the user. Nothing is sent.
func (m *model) Draft(request llm.Request) (body []byte, notices []string, err error) {
	if request.Model == "" {
		request.Model = m.id
	}
	out, err := m.provider.write(request, wire.NewNames(request.Tools))
	return out.body, out.notices, err
}

// run makes one call. It reports whether it has to be made again, because its
// refusal taught something about the model; then nothing was yielded yet.
func (m *model) run(ctx context.Context, request llm.Request, yield func(llm.Event, error) bool) (again bool) {
	names := wire.NewNames(request.Tools)
	out, err := m.provider.write(request, names)
	if err != nil {
		yield(llm.Event{}, err)
		return false
	}
	operation := "/converse"
	if out.streams {
		operation = "/converse-stream"
	}
	id := cmp.Or(m.provider.config.Profiles[request.Model], request.Model)
	call, err := m.provider.call(ctx, http.MethodPost, "/model/"+escape(id)+operation, false, out.body)
	if err != nil {
		yield(llm.Event{}, llm.AsError(err))
		return false
	}
	begun := false
	call.Play(ctx, nil, func(event llm.Event, err error) bool {
		if err != nil && !begun && m.provider.learn(request.Model, out.lacks, err) {
			again = true
			return false
		}
		if !begun {
			begun = true
			for _, notice := range out.notices {
				if !yield(llm.Event{Kind: llm.EventNotice, Text: notice}, nil) {
					return false
				}
			}
		}
		return yield(event, err)
	}, func(answer *wire.Answer, sink *wire.Sink) error {
		d := &decoder{Sink: sink, call: call, names: names, model: request.Model}
		d.think.Off = !strings.HasPrefix(plain(request.Model), "amazon.nova")
		if answer.Form == wire.FormJSON {
			return d.whole(answer)
		}
		return d.stream(answer, m.provider.config.Limits.Event)
	})
	return again
}

// escape writes a model's id as one segment of a path; ARNs hold colons and
// slashes.
func escape(id string) string { return strings.ReplaceAll(url.PathEscape(id), ":", "%3A") }

// stream reads the messages of an answer to their end.
func (d *decoder) stream(answer *wire.Answer, limit int) error {
	reader := eventstream.NewReader(answer, limit)
	for !d.Left() && !d.ended {
		message, err := reader.Next()
		if failure, ok := errors.AsType[*llm.Error](err); ok {
			return failure
		}
		switch {
		case errors.Is(err, eventstream.ErrTooLarge):
			return wire.TooLarge(err)
		case errors.Is(err, eventstream.ErrCorrupt):
			return &llm.Error{Kind: llm.ErrProtocol, NoAnswer: true, Message: "the stream of the answer is corrupt", Cause: err}
		case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
			return d.end()
		case err != nil:
			return err
		}
		message.Payload = wire.Mended(message.Payload)
		if err := d.message(message); err != nil {
			return err
		}
		answer.Begin()
	}
	return nil
}

var _ llm.Model = (*model)(nil)
