package app

import (
	"net/url"
	"strings"

	"parley/internal/feature/signin"
)

// InterfaceConfig is the section interface of the configuration, as far as it
// acts: what the web app shows.
type InterfaceConfig struct {
	// CustomWelcome greets on a new chat; {{user.name}} stands for the user.
	CustomWelcome  string     `yaml:"customWelcome"`
	PrivacyPolicy  LinkConfig `yaml:"privacyPolicy"`
	TermsOfService LinkConfig `yaml:"termsOfService"`
}

// LinkConfig is a page elsewhere.
type LinkConfig struct {
	ExternalURL string `yaml:"externalUrl"`
	OpenNewTab  bool   `yaml:"openNewTab"`
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
	return signin.Page{Welcome: c.CustomWelcome, Privacy: link(c.PrivacyPolicy), Terms: link(c.TermsOfService)}
}
