package limit

import (
	"fmt"
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// Proxies are those whose X-Forwarded-For header is believed: by their networks,
// or by how near to the server they are. The zero value believes none.
type Proxies struct {
	networks []netip.Prefix
	hops     int
}

// ParseProxies reads addresses ("10.0.0.7") and networks ("10.0.0.0/8"). The
// nearest hops proxies are believed whatever their addresses are.
func ParseProxies(list []string, hops int) (Proxies, error) {
	all := Proxies{hops: hops}
	for _, text := range list {
		if address, err := netip.ParseAddr(text); err == nil {
			address = address.Unmap()
			all.networks = append(all.networks, netip.PrefixFrom(address, address.BitLen()))
			continue
		}
		network, err := netip.ParsePrefix(text)
		if err != nil {
			return Proxies{}, fmt.Errorf("trusted proxy %q is neither an address nor a network", text)
		}
		all.networks = append(all.networks, network.Masked())
	}
	return all, nil
}

// Client returns the address that a request comes from: that of the connection,
// or when it is a trusted proxy's, the last one in X-Forwarded-For that is not.
// What stands further left in that header was written by the client and is never
// believed. The result is invalid if the connection has no address.
func (p Proxies) Client(r *http.Request) netip.Addr {
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	address := peer.Addr().Unmap()
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(hops) - 1; i >= 0 && p.trusts(address, len(hops)-1-i); i-- {
		hop, err := parseHop(strings.TrimSpace(hops[i]))
		if err != nil {
			break
		}
		address = hop
	}
	return address
}

// Unheard reports whether r says that it comes from behind a proxy, and that is not
// believed because the proxy is not a trusted one.
func (p Proxies) Unheard(r *http.Request) bool {
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	return err == nil && r.Header.Get("X-Forwarded-For") != "" && !p.trusts(peer.Addr().Unmap(), 0)
}

// parseHop reads an address, with or without a port.
func parseHop(s string) (netip.Addr, error) {
	if withPort, err := netip.ParseAddrPort(s); err == nil {
		return withPort.Addr().Unmap().WithZone(""), nil
	}
	address, err := netip.ParseAddr(strings.Trim(s, "[]"))
	return address.Unmap().WithZone(""), err
}

// trusts reports whether the one at address, with so many proxies between it and
// the server, is believed.
func (p Proxies) trusts(address netip.Addr, between int) bool {
	return between < p.hops || slices.ContainsFunc(p.networks, func(network netip.Prefix) bool { return network.Contains(address) })
}

// AddressKey is the key to count address by: itself, or for IPv6 its /64, which
// is the least that one subscriber has.
func AddressKey(address netip.Addr) string {
	if address.Is6() {
		if network, err := address.WithZone("").Prefix(64); err == nil {
			return network.String()
		}
	}
	return address.String()
}
