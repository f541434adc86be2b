package provider

import (
	"net/url"
	"strings"
	"time"

	"parley/internal/kit/outbound"
	"parley/internal/kit/seal"
	"parley/internal/llm/catalog"
)

// Options are what an admin says in the UI of a provider beside address and key.
type Options struct {
	// Region is that of Bedrock, or the location of Vertex AI.
	Region string `json:"region,omitempty" maxLength:"60"`
	// Project is the Google Cloud project; empty is that of the key.
	Project string `json:"project,omitempty" maxLength:"100"`
	// Version is the version of Azure's API; empty is the one without a date.
	Version string `json:"version,omitempty" maxLength:"40"`
	// Fallback are the models ("provider/model") that answer while this provider's
	// cannot.
	Fallback []string `json:"fallback,omitempty" maxItems:"10"`
	// Limits bound what the provider is asked for.
	RequestsPerMinute int `json:"requestsPerMinute,omitempty" minimum:"0"`
	TokensPerMinute   int `json:"tokensPerMinute,omitempty" minimum:"0"`
	Concurrent        int `json:"concurrent,omitempty" minimum:"0"`
	// Timeouts are how long the provider is waited for.
	Timeouts Waits `json:"timeouts,omitzero"`
	// Proxy is the way to the provider: an address without a password, "direct", or
	// empty for the server's own.
	Proxy string `json:"proxy,omitempty" maxLength:"300"`
}

// Waits are [Timeouts] in seconds; 0 is the usual.
type Waits struct {
	Connect    int `json:"connect,omitempty" minimum:"0" maximum:"86400"`
	FirstToken int `json:"firstToken,omitempty" minimum:"0" maximum:"86400"`
	Idle       int `json:"idle,omitempty" minimum:"0" maximum:"86400"`
}

// apply lays the options over a definition whose key and address are known.
func (o Options) apply(d *definition) error {
	seconds := func(n int) time.Duration { return time.Duration(n) * time.Second }
	d.tuning.Fallback = named(o.Fallback)
	d.tuning.Limits = Limits{RequestsPerMinute: o.RequestsPerMinute, TokensPerMinute: o.TokensPerMinute, Concurrent: o.Concurrent}
	d.tuning.Timeouts = Timeouts{Connect: seconds(o.Timeouts.Connect), FirstToken: seconds(o.Timeouts.FirstToken), Idle: seconds(o.Timeouts.Idle)}
	proxy := strings.TrimSpace(o.Proxy)
	if err := checkProxy(proxy); err != nil {
		return err
	}
	d.tuning.Proxy = seal.Secret(proxy)
	switch d.kind {
	case catalog.Bedrock:
		d.cloud.region = strings.TrimSpace(o.Region)
	case catalog.Vertex:
		d.cloud.vertex, d.cloud.region, d.cloud.project = true, strings.TrimSpace(o.Region), strings.TrimSpace(o.Project)
	case catalog.Azure:
		return o.onAzure(d)
	}
	return nil
}

// checkProxy refuses what is no proxy, and a password: options are shown to each
// admin and stand in the history.
func checkProxy(address string) error {
	if address == "" || address == noProxy {
		return nil
	}
	if _, err := outbound.OneProxy(address); err != nil {
		return ErrProxy.Because(err)
	}
	if !strings.Contains(address, "://") {
		address = "http://" + address
	}
	if u, err := url.Parse(address); err != nil || u.User != nil {
		return ErrProxy.Saying("One with a name and a password belongs in the configuration file: what is written here can be read by every administrator.")
	}
	return nil
}

// onAzure makes the one group of an Azure that was added in the UI.
func (o Options) onAzure(d *definition) error {
	d.fetch = false
	if len(d.keys) == 0 {
		return ErrKey
	}
	if len(d.models) == 0 {
		return ErrDeployments
	}
	given := AzureGroup{APIKey: d.keys[0], Version: strings.TrimSpace(o.Version), Models: map[string]any{}}
	host := strings.TrimPrefix(strings.TrimPrefix(d.baseURL, "https://"), "http://")
	if strings.HasPrefix(d.baseURL, "https://") && !strings.Contains(strings.TrimRight(host, "/"), "/") {
		given.InstanceName = strings.TrimRight(host, "/")
	} else {
		given.BaseURL = d.baseURL
	}
	for _, model := range d.models {
		given.Models[model] = true
	}
	made, err := groupOf(given)
	if err != nil {
		return ErrBaseURL.Because(err)
	}
	d.cloud.groups = []group{made}
	return nil
}
