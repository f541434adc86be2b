package outbound

import (
	"context"
	"net"
	"net/http"
	"net/netip"
	"net/url"
)

// proxy returns the proxy that a request takes. What the admin allowed by name
// is reached directly, since it is usually inside of the network.
func (g *gate) proxy(req *http.Request) (*url.URL, error) {
	if g.options.Proxy == nil {
		return nil, nil //nolint:nilnil // what http.Transport wants for "none"
	}
	host, port, err := target(req.URL)
	if err != nil {
		return nil, err
	}
	if ip, err := netip.ParseAddr(host); (err == nil && classify(ip) != public) || host == "localhost" {
		for _, r := range g.rules {
			if r.names(host, port) {
				return nil, nil //nolint:nilnil // as above
			}
		}
	}
	return g.options.Proxy, nil
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
