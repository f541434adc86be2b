package provider

import (
	"net"
	"net/netip"
	"net/url"
	"regexp"
	"strings"

	"parley/internal/llm/catalog"
)

func kindNamed(name string) (catalog.Kind, bool) {
	switch name {
	case catalog.Custom:
		return catalog.Kind{ID: catalog.Custom, Label: "Custom", Protocol: catalog.ProtocolChat}, true
	case catalog.Demo:
		return catalog.Kind{ID: catalog.Demo, Label: "Demo"}, true
	}
	return catalog.KindNamed(name)
}

// needsKey reports whether a kind never works without a key.
func needsKey(k catalog.Kind) bool { return !k.Local && k.ID != catalog.Custom && k.ID != catalog.Demo }

// guesses recognise keys whose form is not theirs alone, but most likely theirs.
var guesses = []struct {
	form *regexp.Regexp
	kind string
}{
	{regexp.MustCompile(`^sk-[0-9a-f]{32}$`), "deepseek"},
	{regexp.MustCompile(`^sk-[0-9A-Za-z_-]{40,}$`), "openai"},
	{regexp.MustCompile(`^[0-9A-Za-z]{32}$`), "mistral"},
}

// recognise says whose key this is by its form.
func recognise(key string) (catalog.Kind, bool) {
	if k, ok := catalog.Detect(key); ok {
		return k, true
	}
	for _, g := range guesses {
		if g.form.MatchString(key) {
			return catalog.KindNamed(g.kind)
		}
	}
	return catalog.Kind{}, false
}

// dialectOf guesses how a custom endpoint likes to be spoken to: by its host,
// else by the name that it was given.
func dialectOf(name, baseURL string) string {
	host := ""
	if u, err := url.Parse(baseURL); err == nil {
		host = strings.ToLower(u.Hostname())
	}
	if strings.HasSuffix(host, ".openai.azure.com") {
		return "azure"
	}
	flat := strings.NewReplacer(" ", "", ".", "", "-", "", "_", "").Replace(strings.ToLower(name))
	byName := catalog.Custom
	for _, k := range catalog.Kinds() {
		switch k.Protocol {
		case catalog.ProtocolChat, catalog.ProtocolGoogle: // Google speaks OpenAI's protocol too
		default:
			continue
		}
		if u, err := url.Parse(k.BaseURL); err == nil && !k.Local && u.Hostname() != "" && u.Hostname() == host {
			return k.ID
		}
		if k.ID == flat {
			byName = k.ID
		}
	}
	return byName
}

// isLocal reports whether an address is on this machine or in its own network,
// as far as its text tells.
func isLocal(baseURL string) bool {
	u, err := url.Parse(baseURL)
	if err != nil {
		return false
	}
	host := strings.ToLower(u.Hostname())
	if ip, err := netip.ParseAddr(host); err == nil {
		return ip.IsLoopback() || ip.IsPrivate() || ip.IsLinkLocalUnicast()
	}
	return host != "" && (!strings.Contains(host, ".") || strings.HasSuffix(host, ".local") || strings.HasSuffix(host, ".internal") || strings.HasSuffix(host, ".lan"))
}

// hostPort is the one place that a provider's requests may go to.
func hostPort(baseURL string) (string, error) {
	u, err := url.Parse(strings.TrimSpace(baseURL))
	if err != nil || u.Hostname() == "" || u.User != nil || u.Scheme != "http" && u.Scheme != "https" {
		return "", ErrBaseURL
	}
	port := u.Port()
	if port == "" {
		port = "80"
		if u.Scheme == "https" {
			port = "443"
		}
	}
	return net.JoinHostPort(u.Hostname(), port), nil
}
