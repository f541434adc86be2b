package app

import (
	"cmp"
	"net/url"
	"regexp"
	"strings"

	"parley/internal/feature/signin"
	"parley/internal/kit/conf"
)

// InterfaceConfig is the section interface of the configuration, as far as it
// acts: what users see, and what they can do.
type InterfaceConfig struct {
	// Title is what the app is called, HelpURL where help is found; "/" is nowhere.
	Title   string `yaml:"title" env:"APP_TITLE"`
	HelpURL string `yaml:"helpUrl" env:"HELP_AND_FAQ_URL"`
	// CustomWelcome greets on a new chat; {{user.name}} stands for the user.
	CustomWelcome string `yaml:"customWelcome"`
	// CustomFooter stands below chats: Markdown, in parts with | between them.
	CustomFooter   string     `yaml:"customFooter" env:"CUSTOM_FOOTER"`
	PrivacyPolicy  LinkConfig `yaml:"privacyPolicy"`
	TermsOfService LinkConfig `yaml:"termsOfService"`

	// ModelSelect, Parameters and Presets are what users can choose; what is off is
	// neither shown nor served.
	ModelSelect bool `yaml:"modelSelect"`
	Parameters  bool `yaml:"parameters"`
	Presets     bool `yaml:"presets"`
	// AutoSubmitFromURL has an address send its message; without it the message
	// waits in the composer.
	AutoSubmitFromURL bool `yaml:"autoSubmitFromUrl"`
	// ContextUsage and ContextCost are shown beside the composer. LibreChat shows
	// costs only where it is told to.
	ContextUsage bool           `yaml:"contextUsage"`
	ContextCost  bool           `yaml:"contextCost"`
	Currency     CurrencyConfig `yaml:"currency"`
	PeoplePicker PeopleConfig   `yaml:"peoplePicker"`
	// BuildInfo tells users which version this is; administrators always see it.
	BuildInfo bool `yaml:"buildInfo"`
}

// CurrencyConfig is what costs are shown in; they are kept in US dollars.
type CurrencyConfig struct {
	// Code is of ISO 4217, Rate what one US dollar is in it.
	Code string  `yaml:"code"`
	Rate float64 `yaml:"rate"`
}

// PeopleConfig says whom users find to share with.
type PeopleConfig struct {
	Users  bool `yaml:"users"`
	Groups bool `yaml:"groups"`
}

// LinkConfig is a page elsewhere.
type LinkConfig struct {
	ExternalURL string `yaml:"externalUrl"`
	OpenNewTab  bool   `yaml:"openNewTab"`
}

func defaultInterface() InterfaceConfig {
	return InterfaceConfig{
		ModelSelect: true, Parameters: true, Presets: true, AutoSubmitFromURL: true, ContextUsage: true, ContextCost: true,
		Currency: CurrencyConfig{Code: "USD", Rate: 1}, PeoplePicker: PeopleConfig{Users: true, Groups: true}, BuildInfo: true,
	}
}

var currencyCode = regexp.MustCompile(`^[A-Za-z]{3}$`)

func (c InterfaceConfig) check() error {
	if !currencyCode.MatchString(c.Currency.Code) {
		return conf.WrongAt("interface.currency.code", "interface.currency.code: %q is not a currency such as EUR", c.Currency.Code)
	}
	if c.Currency.Rate <= 0 {
		return conf.WrongAt("interface.currency.rate", "interface.currency.rate: %v is not what a dollar is worth", c.Currency.Rate)
	}
	return nil
}

// isAddress reports whether a browser may be led there.
func isAddress(text string) bool {
	u, err := url.Parse(text)
	return err == nil && (u.Host != "" && (u.Scheme == "https" || u.Scheme == "http") || u.Scheme == "" && u.Host == "" && strings.HasPrefix(text, "/"))
}

// page is what browsers are told of it. Links that are none are left out.
func (c InterfaceConfig) page() signin.Page {
	link := func(l LinkConfig) *signin.Link {
		if !isAddress(l.ExternalURL) {
			return nil
		}
		return &signin.Link{URL: l.ExternalURL, NewTab: l.OpenNewTab}
	}
	return signin.Page{
		Title: cmp.Or(c.Title, signin.DefaultPage().Title), Help: link(LinkConfig{ExternalURL: strings.TrimSuffix(c.HelpURL, "/"), OpenNewTab: true}),
		Welcome: c.CustomWelcome, Footer: c.CustomFooter, Privacy: link(c.PrivacyPolicy), Terms: link(c.TermsOfService),
		ModelSelect: c.ModelSelect, Parameters: c.Parameters, Presets: c.Presets, AutoSubmit: c.AutoSubmitFromURL,
		ContextUsage: c.ContextUsage, ContextCost: c.ContextCost,
		Currency: signin.Currency{Code: strings.ToUpper(c.Currency.Code), Rate: c.Currency.Rate},
		People:   c.PeoplePicker.Users, Groups: c.PeoplePicker.Groups, BuildInfo: c.BuildInfo,
	}
}
