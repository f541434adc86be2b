package outbound

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/http/httpproxy"
)

// Proxies says which proxy requests take. Nil is none.
type Proxies struct {
	choose func(*url.URL) (*url.URL, error)
	known  []*url.URL
	// inside says that what is in the own network is asked for there too.
	inside bool
}

// ProxiesOf reads PROXY, HTTP_PROXY, HTTPS_PROXY and NO_PROXY, in small letters
// too; PROXY stands for the two after it. It returns nil where none is set.
func ProxiesOf(getenv func(string) string) (*Proxies, error) {
	read := func(name string) string {
		return strings.TrimSpace(cmp.Or(getenv(name), getenv(strings.ToLower(name))))
	}
	all := read("PROXY")
	return proxies(cmp.Or(all, read("HTTP_PROXY")), cmp.Or(all, read("HTTPS_PROXY")), read("NO_PROXY"))
}

// OneProxy has all requests take one proxy, such as "http://host:3128": who names
// it means it, also for an address in the own network.
func OneProxy(address string) (*Proxies, error) {
	p, err := proxies(address, address, "")
	if p != nil {
		p.inside = true
		p.choose = func(*url.URL) (*url.URL, error) { return p.known[0], nil }
	}
	return p, err
}

func proxies(plain, secure, except string) (*Proxies, error) {
	p := &Proxies{choose: (&httpproxy.Config{HTTPProxy: plain, HTTPSProxy: secure, NoProxy: except}).ProxyFunc()}
	for _, address := range []string{plain, secure} {
		if address == "" {
			continue
		}
		if !strings.Contains(address, "://") { // as other programs read the same variables
			address = "http://" + address
		}
		u, err := url.Parse(address)
		if err != nil || u.Hostname() == "" || !slices.Contains([]string{"http", "https", "socks5", "socks5h"}, u.Scheme) {
			return nil, errors.New("a proxy has to be an address such as http://host:3128")
		}
		p.known = append(p.known, u)
	}
	if len(p.known) == 0 {
		return nil, nil //nolint:nilnil // none is a way to reach the world
	}
	return p, nil
}

// is reports whether host and port are those of a proxy.
func (p *Proxies) is(host, port string) bool {
	return p != nil && slices.ContainsFunc(p.known, func(u *url.URL) bool { return host == u.Hostname() && port == proxyPort(u) })
}

// proxyPort is the port of a proxy, where [net/http.Transport] looks for it.
func proxyPort(u *url.URL) string {
	if port := u.Port(); port != "" {
		return port
	}
	switch u.Scheme {
	case "https":
		return "443"
	case "socks5", "socks5h":
		return "1080"
	}
	return "80"
}

// String names the proxies without what is needed to use them.
func (p *Proxies) String() string {
	if p == nil {
		return "none"
	}
	var names []string
	for _, u := range p.known {
		names = append(names, net.JoinHostPort(u.Hostname(), proxyPort(u)))
	}
	return strings.Join(slices.Compact(names), ", ")
}

// proxy returns the proxy that a request takes. Of the environment's, what the
// admin allowed by name is reached directly if it is inside of the network.
func (g *gate) proxy(req *http.Request) (*url.URL, error) {
	if g.options.Proxies == nil {
		return nil, nil //nolint:nilnil // what http.Transport wants for "none"
	}
	host, port, err := target(req.URL)
	if err != nil {
		return nil, err
	}
	if ip, err := netip.ParseAddr(host); !g.options.Proxies.inside && (err == nil && classify(ip) != public || host == "localhost") {
		for _, r := range g.rules {
			if r.names(host, port) {
				return nil, nil //nolint:nilnil // as above
			}
		}
	}
	chosen, err := g.options.Proxies.choose(req.URL)
	if err != nil {
		return nil, fmt.Errorf("choose a proxy: %w", err)
	}
	return chosen, nil
}

// tunnelled tells a proxy that makes no tunnel from a server that cannot be
// reached.
func tunnelled(_ context.Context, _ *url.URL, _ *http.Request, answer *http.Response) error {
	if answer.StatusCode != http.StatusOK {
		return ErrProxy
	}
	return nil
}

// checkBehindProxy checks where a name leads as seen from here; the proxy looks
// it up again and is the admin's own wall. A name that only the proxy knows is
// its decision.
func (g *gate) checkBehindProxy(ctx context.Context, host, port string) error {
	if ip, err := netip.ParseAddr(host); err == nil {
		return g.permits(host, port, ip)
	}
	resolver := g.options.Resolver
	if resolver == nil {
		resolver = net.DefaultResolver
	}
	found, err := resolver.LookupNetIP(ctx, "ip", host)
	if err != nil {
		return ctx.Err()
	}
	for _, ip := range found {
		if err := g.permits(host, port, ip.Unmap()); err != nil {
			return err
		}
	}
	return nil
}
