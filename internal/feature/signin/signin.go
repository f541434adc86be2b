// Package signin is the door: what a browser has to know first, signing in and
// out, and making an account where that is allowed.
//
// How passwords and sessions work is in package identity; what users do with
// their account once they are in is the feature account.
package signin

import (
	"context"
	"errors"
	"slices"
	"strings"

	"parley/internal/access"
	"parley/internal/feature"
	"parley/internal/file"
	"parley/internal/identity"
	"parley/internal/kit/fault"
	"parley/internal/kit/rest"
	"parley/internal/kit/seal"
	"parley/internal/setting"
)

// Faults of the door.
var (
	ErrRegistrationClosed = fault.New(fault.Forbidden, "registration_closed", "New accounts are made by the administrator here.")
	ErrDomainRefused      = fault.New(fault.Forbidden, "domain_refused", "Accounts are for addresses of certain domains here.")
	ErrSetupRequired      = fault.New(fault.Forbidden, "setup_required", "This server is not set up yet. Open the setup link that it printed when it started.")
	// ErrRegistrationRefused says no more than it has to about an address that is
	// in use.
	ErrRegistrationRefused = fault.New(fault.Conflict, "registration_refused", "No account could be made with this address.")
)

// protocol is the version of the contract between server and browser.
const protocol = 1

// Deps are what the feature needs.
type Deps struct {
	Identity *identity.Service
	Settings *setting.Service
	// Version is the program's.
	Version string
	// Uploads are the limits on files; nil says nothing of them.
	Uploads func() Uploads
	// Page is what the configuration says about the pages; nil is [DefaultPage].
	Page func() Page
	// Domains are the only ones that addresses of new accounts may have; nil, or
	// none, are all. Administrators and the command line are not held to them.
	Domains func() []string
	// Rates are how often people may come to the door; nil is [Rates] without a
	// limit.
	Rates func() Rates
}

// Rates are how often people may sign in, and register.
type Rates struct{ SignIn, Register identity.Rates }

// Service is the feature.
type Service struct {
	Deps
	signIns, registrations *identity.Throttle
}

// New returns the feature.
func New(d Deps) *Service {
	if d.Page == nil {
		d.Page = DefaultPage
	}
	if d.Uploads == nil {
		d.Uploads = func() Uploads { return Uploads{} }
	}
	if d.Rates == nil {
		d.Rates = func() Rates { return Rates{} }
	}
	return &Service{Deps: d, signIns: identity.NewThrottle(), registrations: identity.NewThrottle()}
}

// Spec describes the feature.
func (s *Service) Spec() feature.Spec {
	return feature.Spec{Name: "signin", Routes: s.routes}
}

func (s *Service) routes(r *rest.Router) {
	rest.Handle(r, "GET /api/boot", access.Public,
		func(ctx context.Context, _ *struct{}) (Boot, error) { return s.Boot(ctx) },
		rest.Summary("What a browser has to know first"))
	rest.Handle(r, "POST /api/session", access.Public, s.signIn, rest.Summary("Sign in"))
	rest.Handle(r, "DELETE /api/session", access.SignedIn, s.signOut, rest.Summary("Sign out"))
	rest.Handle(r, "POST /api/users", access.Public, s.register, rest.Summary("Make an account"))
}

// Boot is what a browser has to know first. It is also written into the page
// itself.
type Boot struct {
	Version         string         `json:"version"`
	Setup           bool           `json:"setup" doc:"There is no user yet: only the setup link works."`
	Registration    bool           `json:"registration" doc:"Anyone may make an account."`
	User            *identity.User `json:"user"`
	Settings        *setting.User  `json:"settings"`
	DefaultLanguage string         `json:"defaultLanguage"`
	Uploads         Uploads        `json:"uploads"`
	MinPassword     int            `json:"minPassword" doc:"How many characters a new password has to have."`
	Protocol        int            `json:"protocol"`
	Page            Page           `json:"page"`
}

// Page is how the pages look here, and what they offer.
type Page struct {
	// Title is what the app is called.
	Title string `json:"title"`
	Help  *Link  `json:"help,omitempty"`
	// Welcome greets on a new chat, in the place of our own words; {{user.name}}
	// stands for the user's name.
	Welcome string `json:"welcome,omitempty"`
	Privacy *Link  `json:"privacy,omitempty"`
	Terms   *Link  `json:"terms,omitempty"`
	// Footer stands below chats, in Markdown; | parts it.
	Footer string `json:"footer,omitempty"`
	// What users can choose.
	ModelSelect bool `json:"modelSelect"`
	Parameters  bool `json:"parameters"`
	Presets     bool `json:"presets"`
	AutoSubmit  bool `json:"autoSubmit" doc:"An address may send a message."`
	// What the composer and answers tell.
	ContextUsage bool     `json:"contextUsage"`
	ContextCost  bool     `json:"contextCost"`
	Currency     Currency `json:"currency"`
	// Whom users find to share with.
	People bool `json:"people"`
	Groups bool `json:"groups"`
	// AccountDeletion says that users may delete their accounts.
	AccountDeletion bool `json:"accountDeletion"`
	// BuildInfo says that everyone may know the version, not administrators alone.
	BuildInfo bool `json:"buildInfo"`
}

// DefaultPage is the page of a server that says nothing about it.
func DefaultPage() Page {
	return Page{
		Title: "Parley", AccountDeletion: true,
		ModelSelect: true, Parameters: true, Presets: true, AutoSubmit: true, ContextUsage: true, ContextCost: true,
		Currency: Currency{Code: "USD", Rate: 1}, People: true, Groups: true, BuildInfo: true,
	}
}

// Currency is what costs are shown in.
type Currency struct {
	Code string  `json:"code"`
	Rate float64 `json:"rate" doc:"What one US dollar is in it"`
}

// Link leads to a page elsewhere.
type Link struct {
	URL    string `json:"url"`
	NewTab bool   `json:"newTab"`
}

// Uploads are the limits on files.
type Uploads struct {
	MaxBytes int64 `json:"maxBytes"`
	// Limits are those on the files of a message, by the provider of its model; ""
	// is for all that are not here.
	Limits map[string]file.Limits `json:"limits,omitempty"`
	// Resize says that browsers make pictures smaller.
	Resize *Resize `json:"resize,omitempty"`
}

// Resize is what a larger picture is brought to before it is uploaded.
type Resize struct {
	Width   int     `json:"width"`
	Height  int     `json:"height"`
	Quality float64 `json:"quality"`
	Format  string  `json:"format" enum:"jpeg,png,webp"`
}

// Boot returns what the browser of ctx's request has to know first.
func (s *Service) Boot(ctx context.Context) (Boot, error) {
	server := s.Settings.Server()
	exists, err := s.Identity.AnyUser(ctx)
	if err != nil {
		return Boot{}, err
	}
	b := Boot{
		Version: s.Version, Setup: !exists, Registration: exists && server.Registration, DefaultLanguage: server.DefaultLanguage,
		Uploads: s.Uploads(), MinPassword: s.Identity.Rules().MinPassword, Protocol: protocol, Page: s.Page(),
	}
	p, ok := identity.From(ctx)
	if !b.Page.BuildInfo && (!ok || p.Role != identity.RoleAdmin) {
		b.Version = ""
	}
	if !ok {
		b.Uploads = Uploads{} // strangers upload nothing, and learn of no provider
		return b, nil
	}
	user, err := s.Identity.User(ctx, p.User)
	if err != nil {
		return Boot{}, err
	}
	settings, err := s.Settings.User(ctx, p.User)
	if err != nil {
		return Boot{}, err
	}
	b.User, b.Settings = &user, &settings
	return b, nil
}

// In is what someone who was let in gets, beside the cookie.
type In struct {
	User identity.User `json:"user"`
}

type signIn struct {
	Body struct {
		Email    string      `json:"email"`
		Password seal.Secret `json:"password"`
		Keep     bool        `json:"keep,omitempty" doc:"Stay signed in when the browser is closed."`
	}
}

func (s *Service) signIn(ctx context.Context, in *signIn) (In, error) {
	if wait := s.signIns.Take(ctx, s.Rates().SignIn); wait > 0 {
		return In{}, identity.ErrThrottled.After(wait)
	}
	user, err := s.Identity.Authenticate(ctx, in.Body.Email, in.Body.Password)
	if err != nil {
		return In{}, err
	}
	return s.letIn(ctx, user, in.Body.Keep)
}

func (s *Service) signOut(ctx context.Context, _ *struct{}) (rest.None, error) {
	p, _ := identity.From(ctx)
	if p.Session == "" { // a program, which has no session
		return rest.None{}, nil
	}
	rest.SetCookie(ctx, s.Identity.ClearedCookie())
	err := s.Identity.EndSession(ctx, p.User, p.Session)
	if errors.Is(err, identity.ErrNoSession) { // ended elsewhere meanwhile
		err = nil
	}
	return rest.None{}, err
}

type register struct {
	Body struct {
		Email    string      `json:"email"`
		Name     string      `json:"name,omitempty"`
		Password seal.Secret `json:"password"`
	}
}

func (s *Service) register(ctx context.Context, in *register) (In, error) {
	if !s.Settings.Server().Registration {
		return In{}, ErrRegistrationClosed
	}
	if exists, err := s.Identity.AnyUser(ctx); err != nil {
		return In{}, err
	} else if !exists {
		return In{}, ErrSetupRequired
	}
	if wait := s.registrations.Take(ctx, s.Rates().Register); wait > 0 {
		return In{}, identity.ErrThrottled.After(wait)
	}
	if !s.welcomes(in.Body.Email) {
		return In{}, ErrDomainRefused
	}
	// The password is hashed before anyone looks whether the address is in use,
	// so that the answer takes as long either way.
	user, err := s.Identity.CreateUser(ctx, identity.NewUser{Email: in.Body.Email, Name: in.Body.Name, Password: in.Body.Password})
	if errors.Is(err, identity.ErrEmailTaken) {
		return In{}, ErrRegistrationRefused
	}
	if err != nil {
		return In{}, err
	}
	return s.letIn(ctx, user, false)
}

// welcomes reports whether an address is of a domain that may register.
func (s *Service) welcomes(email string) bool {
	if s.Domains == nil {
		return true
	}
	domains := s.Domains()
	_, domain, _ := strings.Cut(strings.TrimSpace(email), "@")
	return len(domains) == 0 || slices.ContainsFunc(domains, func(d string) bool { return strings.EqualFold(d, domain) })
}

func (s *Service) letIn(ctx context.Context, user identity.User, keep bool) (In, error) {
	session, token, err := s.Identity.StartSession(ctx, user, keep)
	if err != nil {
		return In{}, err
	}
	rest.SetCookie(ctx, s.Identity.Cookie(session, token))
	return In{User: user}, nil
}
