// Package vertex knows where Google Cloud's Vertex AI serves the models of each
// publisher, and proves to it who is calling: by a service account, by the
// credentials of the machine, or by an API key (express mode).
//
// It speaks no model's protocol; the codecs of Gemini and Claude do, with
// [Platform.URL] as their address.
//
// Source: Google Cloud documentation, "Vertex AI locations", "Authenticate to
// Vertex AI", "Vertex AI in express mode".
package vertex

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"

	"parley/internal/llm"

	"golang.org/x/oauth2"
)

// The publishers whose models Parley has a codec for.
const (
	Google    = "google"
	Anthropic = "anthropic"
)

// Global is the location that Google itself distributes over its regions.
const Global = "global"

// Config says which project is called and as whom.
type Config struct {
	// Project is the id of the Google Cloud project; empty takes the project of
	// the credentials, which on a machine of Google's own asks its metadata server.
	Project string
	// Location is a region such as "europe-west1", "us" or "eu" for a group of
	// regions, or "global", which is the default.
	Location string
	// BaseURL takes the place of Google's own address; empty for that.
	BaseURL string
	// Key is an API key of the express mode, which needs neither project nor
	// credentials.
	Key llm.Secret
	// Credentials is the JSON of a service account, or that of a user which gcloud
	// wrote. Other forms name files and addresses to read from, so they are
	// refused: this may come from a user.
	Credentials llm.Secret
	// Machine allows the credentials of the machine where none are given
	// (Application Default Credentials). Only who runs the server may set it.
	Machine bool
	// Client asks for tokens; required, for it decides what may be reached.
	Client *http.Client
}

// String names the project and nothing else: credentials are secret.
func (c Config) String() string { return "Vertex AI project " + c.Project }

// GoString is String.
func (c Config) GoString() string { return c.String() }

// Platform is one project in one location. It is safe for concurrent use.
type Platform struct {
	config  Config
	project string
	find    finder
	turn    chan struct{} // held by who looks at token, and by who renews it
	token   *oauth2.Token
}

var (
	locationForm = regexp.MustCompile(`^[a-z]+(-[a-z]+[0-9]+)?$`)
	projectForm  = regexp.MustCompile(`^[a-zA-Z0-9:.<>_-]{1,100}$`)
)

// New checks the configuration. The error is an [*llm.Error].
func New(config Config) (*Platform, error) {
	if config.Location == "" {
		config.Location = Global
	}
	if !locationForm.MatchString(config.Location) {
		return nil, invalid("the location %q is none of Vertex AI", config.Location)
	}
	p := &Platform{config: config, project: config.Project, turn: make(chan struct{}, 1)}
	switch {
	case config.Key.Reveal() != "":
		return p, nil
	case config.Credentials.Reveal() != "":
		file := []byte(config.Credentials.Reveal())
		find, err := given(file)
		if err != nil {
			return nil, err
		}
		p.find, p.project = find, cmp.Or(p.project, projectOf(file))
	case config.Machine:
		p.find = machine
		if p.project == "" {
			p.project = projectOfMachine()
		}
	default:
		return nil, invalid("Vertex AI needs the JSON of a service account, or an API key")
	}
	if !projectForm.MatchString(p.project) {
		return nil, invalid("Vertex AI needs the id of a project, and %q is none", p.project)
	}
	return p, nil
}

// URL is the address of a method of a publisher's model, such as
// "streamGenerateContent".
func (p *Platform) URL(publisher, model, method string) string {
	place := "/v1beta1/publishers/"
	if p.config.Key.Reveal() == "" {
		place = "/v1beta1/projects/" + url.PathEscape(p.project) + "/locations/" + p.config.Location + "/publishers/"
	}
	return p.base() + place + publisher + "/models/" + url.PathEscape(model) + ":" + method
}

// base is the server without a path. An express key is served globally only.
func (p *Platform) base() string {
	switch {
	case p.config.BaseURL != "":
		return strings.TrimRight(p.config.BaseURL, "/")
	case p.config.Key.Reveal() != "":
		return Address(Global)
	default:
		return Address(p.config.Location)
	}
}

// Address is Google's server for a location; empty is [Global].
func Address(location string) string {
	switch location {
	case Global, "":
		return "https://aiplatform.googleapis.com"
	case "us", "eu":
		return "https://aiplatform." + location + ".rep.googleapis.com"
	default:
		return "https://" + location + "-aiplatform.googleapis.com"
	}
}

// Authorize adds to a request what proves who is calling. It may have to ask
// for a token first, which ends with ctx. The error is an [*llm.Error].
func (p *Platform) Authorize(ctx context.Context, header http.Header) error {
	if key := p.config.Key.Reveal(); key != "" {
		header.Set("X-Goog-Api-Key", key)
		return nil
	}
	token, err := p.current(ctx)
	if err != nil {
		return err
	}
	header.Set("Authorization", "Bearer "+token.AccessToken)
	if header.Get("X-Goog-User-Project") == "" {
		header.Set("X-Goog-User-Project", p.project)
	}
	return nil
}

// Forget gives up the token, so that the next call asks for a new one: for when
// the platform no longer accepts it.
func (p *Platform) Forget() {
	select {
	case p.turn <- struct{}{}:
		p.token = nil
		<-p.turn
	default: // someone is about to get a new one
	}
}

// Watch gives up the token once it is no longer accepted, and else hands on the
// events of a call as they are. A nil platform does nothing.
func (p *Platform) Watch(yield func(llm.Event, error) bool) func(llm.Event, error) bool {
	if p == nil {
		return yield
	}
	return func(event llm.Event, err error) bool {
		if err != nil && llm.AsError(err).Status == http.StatusUnauthorized {
			p.Forget()
		}
		return yield(event, err)
	}
}

// early is how long before its end a token is no longer used: an answer may be
// asked for while the request is still on its way.
const early = 2 * time.Minute

// current returns a token that is good for a while. Who comes while another
// asks for one waits for it.
func (p *Platform) current(ctx context.Context) (*oauth2.Token, error) {
	select {
	case p.turn <- struct{}{}:
	case <-ctx.Done():
		return nil, canceled(ctx)
	}
	defer func() { <-p.turn }()
	if p.token != nil && (p.token.Expiry.IsZero() || time.Until(p.token.Expiry) > early) {
		return p.token, nil
	}
	token, err := fetch(ctx, p.config.Client, p.find)
	if err != nil {
		return nil, err
	}
	p.token = token
	return token, nil
}
