package provider

import (
	"cmp"
	"context"
	"encoding/json"
	"iter"
	"maps"
	"net/http"
	"slices"
	"strings"

	"parley/internal/kit/outbound"
	"parley/internal/kit/seal"
	"parley/internal/llm"
	"parley/internal/llm/anthropic"
	"parley/internal/llm/bedrock"
	"parley/internal/llm/catalog"
	"parley/internal/llm/google"
	"parley/internal/llm/gpt"
	"parley/internal/llm/listing"
	"parley/internal/llm/openaichat"
	"parley/internal/llm/openairesponses"
	"parley/internal/llm/resilient"
	"parley/internal/llm/scripted"
	"parley/internal/llm/vertex"
	"parley/internal/llm/wire"
)

// speak returns a model through the codec of its provider's protocol.
func (p *provider) speak(info llm.Info, key seal.Secret, headers map[string]string) llm.Model {
	if p.kind == catalog.Demo {
		return scripted.New(scripted.Demo, scripted.DemoRate)
	}
	secret := llm.NewSecret(key.Reveal())
	switch p.protocol {
	case catalog.ProtocolAnthropic:
		return anthropic.New(anthropic.Config{
			Name: p.name, BaseURL: p.baseURL, Key: secret, Headers: headers, Client: p.client, Limits: p.limits(), Vertex: p.platform(key),
			MaxOutput: func(string) int { return info.MaxOutput },
		}).Model(info.Name)
	case catalog.ProtocolGoogle:
		return p.gemini(key, headers).Model(info.Name)
	case catalog.ProtocolBedrock:
		return regional{p, key, headers, info.Name}
	case catalog.ProtocolAzure:
		return p.onAzure(info, key, headers)
	}
	chat := openaichat.New(openaichat.Config{
		Name: p.name, BaseURL: p.baseURL, Direct: p.direct, ReasonObject: p.reasonObject, ClaudeParams: p.claudeParams, Replay: p.replay, Key: secret, Headers: headers, Dialect: p.dialect, Client: p.client, Limits: p.limits(),
	}).Model(info.Name)
	if len(p.protocols()) == 0 {
		return chat
	}
	return dual{chat: chat, responses: openairesponses.New(openairesponses.Config{
		Name: p.name, BaseURL: p.baseURL, Key: secret, Headers: headers, Dialect: p.dialect, Client: p.client, Limits: p.limits(),
	}).Model(info.Name), usual: p.prefersResponses(info.Name), lacking: p.lacking()}
}

func (p *provider) limits() wire.Limits {
	l, t := p.service.config.Limits, p.tuning.Timeouts
	l.Connect = cmp.Or(t.Connect, l.Connect)
	l.FirstByte = cmp.Or(t.FirstToken, l.FirstByte)
	l.Idle = cmp.Or(t.Idle, l.Idle)
	l.Elsewhere = len(p.keys) > 1
	l.Log = p.log
	return l
}

func (p *provider) gemini(key seal.Secret, headers map[string]string) *google.Provider {
	return google.New(google.Config{
		Name: p.name, BaseURL: strings.TrimSuffix(strings.TrimRight(p.baseURL, "/"), "/openai"), Key: llm.NewSecret(key.Reveal()),
		Headers: headers, Client: p.client, Limits: p.limits(), Vertex: p.platform(key),
	})
}

func (p *provider) bedrock(region string, key seal.Secret, headers map[string]string) *bedrock.Provider {
	c := bedrock.Config{
		Name: p.name, Region: region, BaseURL: p.baseURL, Ambient: p.cloud.ambient, Profile: p.cloud.profile,
		Headers: headers, Client: p.client, Limits: p.limits(), Guardrail: p.cloud.guardrail, Profiles: p.cloud.profiles,
	}
	if id, secret, session, ok := awsKeys(key); ok {
		c.AccessKey, c.SecretKey, c.SessionToken = id, secret, session
	} else {
		c.Key = llm.NewSecret(key.Reveal())
	}
	return bedrock.New(c)
}

// awsKeys reads "ACCESS_KEY_ID:SECRET[:SESSION_TOKEN]"; what is not of that form
// is a Bedrock API key.
func awsKeys(key seal.Secret) (id string, secret, session llm.Secret, ok bool) {
	parts := strings.SplitN(key.Reveal(), ":", 3)
	if len(parts) < 2 || !strings.HasPrefix(parts[0], "AKIA") && !strings.HasPrefix(parts[0], "ASIA") {
		return "", llm.Secret{}, llm.Secret{}, false
	}
	if len(parts) == 3 {
		session = llm.NewSecret(parts[2])
	}
	return parts[0], llm.NewSecret(parts[1]), session, true
}

// platform is Vertex AI for those that are served there, nil for all others. It
// is kept, since it holds the token.
func (p *provider) platform(key seal.Secret) *vertex.Platform {
	if !p.cloud.vertex {
		return nil
	}
	return p.platforms[key]
}

// openVertex prepares Vertex AI for each key of the provider. Nothing is asked
// yet.
//
//nolint:contextcheck // what asks later has a context
func (p *provider) openVertex() error {
	keys := p.keys
	if len(keys) == 0 {
		keys = []seal.Secret{""}
	}
	p.platforms = map[seal.Secret]*vertex.Platform{}
	for _, key := range keys {
		c := vertex.Config{Project: p.cloud.project, Location: p.cloud.region, BaseURL: p.baseURL, Client: p.client}
		switch {
		case strings.HasPrefix(key.Reveal(), "{"):
			c.Credentials = llm.NewSecret(key.Reveal())
		case key != "":
			c.Key = llm.NewSecret(key.Reveal())
		default:
			c.Machine = p.cloud.ambient
		}
		platform, err := vertex.New(c)
		if err != nil {
			return err
		}
		p.platforms[key] = platform
	}
	return nil
}

// onAzure returns a model of Azure OpenAI, where its group says that it is; the key
// is the group's where none is given.
func (p *provider) onAzure(info llm.Info, key seal.Secret, headers map[string]string) llm.Model {
	g, place, err := p.cloud.place(info.Name)
	if err != nil {
		return failing(&llm.Error{Kind: llm.ErrModelNotFound, Message: err.Error()})
	}
	client, err := p.service.clientAt(cmp.Or(place.Responses, place.Chat), p.tuning.Proxy)
	if err != nil {
		return failing(&llm.Error{Kind: llm.ErrBadRequest, Message: "the provider's address is not valid", Cause: err})
	}
	all := map[string]string{}
	maps.Copy(all, headers)
	maps.Copy(all, g.headers)
	secret := llm.NewSecret(cmp.Or(key, g.key).Reveal())
	model := openaichat.New(openaichat.Config{
		Name: p.name, BaseURL: place.Chat, Key: secret, Headers: all, Dialect: catalog.Azure, Client: client, Limits: p.limits(),
	}).Model(info.Name)
	if place.Responses != "" {
		model = dual{chat: model, responses: openairesponses.New(openairesponses.Config{
			Name: p.name, BaseURL: place.Responses, Key: secret, Headers: all, Dialect: catalog.Azure, Client: client, Limits: p.limits(),
		}).Model(info.Name), usual: gpt.Reasons(info.Name)}
	}
	return deploy(model, place.Model, g.params)
}

// deployed is a model with parameters of its own.
type deployed struct {
	llm.Model
	params llm.Params
}

// deploy returns a model that is called by the name of its deployment. The codec
// knows it by its own name, which says what it can do.
func deploy(model llm.Model, deployment string, params llm.Params) llm.Model {
	params.Extra = maps.Clone(params.Extra)
	if params.Extra == nil {
		params.Extra = map[string]json.RawMessage{}
	}
	if _, given := params.Extra["model"]; !given {
		params.Extra["model"], _ = json.Marshal(deployment)
	}
	return deployed{model, params}
}

func (d deployed) change(request llm.Request) llm.Request {
	request.Params = request.Params.Over(d.params)
	return request
}

// Stream implements [llm.Model].
func (d deployed) Stream(ctx context.Context, request llm.Request) iter.Seq2[llm.Event, error] {
	return d.Model.Stream(ctx, d.change(request))
}

// Draft lets the codec say what it makes of a request.
func (d deployed) Draft(request llm.Request) (body []byte, notices []string, err error) {
	drafter, ok := d.Model.(interface {
		Draft(request llm.Request) ([]byte, []string, error)
	})
	if !ok {
		return nil, nil, nil
	}
	return drafter.Draft(d.change(request))
}

// failing is a model that cannot be called.
func failing(why *llm.Error) llm.Model {
	return resilient.Func(func(context.Context, llm.Request) iter.Seq2[llm.Event, error] {
		return func(yield func(llm.Event, error) bool) { yield(llm.Event{}, why) }
	})
}

// tryAzure asks the first model of each group for a word, as Azure lists none.
func (p *provider) tryAzure(ctx context.Context) ([]listing.Model, error) {
	for _, g := range p.cloud.groups {
		name := slices.Sorted(maps.Keys(g.models))[0] // there is one: groupOf has seen to it
		request := llm.Request{Model: name, Params: llm.Params{MaxTokens: new(16)}, Messages: []llm.Message{
			{Role: llm.RoleUser, Parts: []llm.Part{{Type: llm.PartText, Text: "Say hello."}}},
		}}
		for _, err := range p.onAzure(llm.Info{Name: name}, g.key, impersonal(p.headers)).Stream(ctx, request) {
			if err != nil {
				return nil, err
			}
		}
	}
	return listing.Named(p.models), nil
}

// listNames asks a server by its own codec what models it has, for protocols
// whose lists are of another form than OpenAI's; ok says whether it is one.
func (p *provider) listNames(ctx context.Context) (names []string, ok bool, err error) {
	headers := impersonal(p.headers)
	switch p.protocol {
	case catalog.ProtocolGoogle:
		names, err = p.gemini(p.key(), headers).ListModels(ctx)
	case catalog.ProtocolBedrock:
		names, err = p.bedrock(p.cloud.region, p.key(), headers).ListModels(ctx)
	case catalog.ProtocolAnthropic:
		if !p.cloud.vertex {
			return nil, false, nil
		}
		names, err = p.platform(p.key()).ListModels(ctx, vertex.Anthropic, wire.Endpoint{Client: p.client, Headers: headers, Limits: p.limits()})
	default:
		return nil, false, nil
	}
	return names, true, err
}

// places are the "host:port" that a provider's requests go to.
func (d definition) places() ([]string, error) {
	switch {
	case d.baseURL != "":
		place, err := hostPort(d.baseURL)
		return []string{place}, err
	case d.protocol == catalog.ProtocolBedrock:
		var all []string
		for _, region := range append([]string{cmp.Or(d.cloud.region, "us-east-1")}, d.cloud.regions...) {
			suffix := ".amazonaws.com:443"
			if strings.HasPrefix(region, "cn-") {
				suffix = ".amazonaws.com.cn:443"
			}
			all = append(all, "bedrock-runtime."+region+suffix, "bedrock."+region+suffix)
		}
		return all, nil
	case d.cloud.vertex:
		regional, err := hostPort(d.cloud.vertexURL())
		return []string{regional, "aiplatform.googleapis.com:443", "oauth2.googleapis.com:443"}, err
	}
	return nil, ErrBaseURL
}

// clientAt returns the client of a single address.
func (s *Service) clientAt(address string, proxy seal.Secret) (*http.Client, error) {
	place, err := hostPort(address)
	if err != nil {
		return nil, err
	}
	return s.clientOf([]string{place}, proxy)
}

// clientOf returns the client whose requests go to these places and nowhere
// else. It needs no other lock than its own: models are also made while the
// providers are put together.
func (s *Service) clientOf(places []string, proxy seal.Secret) (*http.Client, error) {
	at := clientKey{strings.Join(places, " "), proxy.Reveal()}
	s.clientMu.Lock()
	defer s.clientMu.Unlock()
	if c, ok := s.clients[at]; ok {
		return c, nil
	}
	options, err := s.through(proxy)
	if err != nil {
		return nil, err
	}
	c, err := options.Client(outbound.Policy{Purpose: "provider", Allow: places, Only: true, Redirects: 3, Stream: true})
	if err != nil {
		return nil, ErrBaseURL.Because(err)
	}
	s.clients[at] = c
	return c, nil
}
