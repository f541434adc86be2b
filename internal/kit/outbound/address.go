package outbound

import (
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/idna"
)

// class is what an IP address is for.
type class int

const (
	public class = iota
	// private is a network of one's own: loopback, RFC 1918, link-local, CGNAT,
	// ULA. An admin may allow it.
	private
	// never is what no client of ours has business with: cloud metadata,
	// unspecified, multicast, reserved, documentation, tunnels.
	never
)

func prefixes(list ...string) []netip.Prefix {
	out := make([]netip.Prefix, len(list))
	for i, s := range list {
		out[i] = netip.MustParsePrefix(s)
	}
	return out
}

// From the IANA special-purpose address registries (RFC 6890 and later) and
// the documentation of the cloud providers.
var (
	metadataNets = prefixes(
		"169.254.169.0/24", "169.254.170.0/24", // AWS, Azure, Google, Oracle, OpenStack; ECS and EKS
		"100.100.100.200/32", // Alibaba
		"168.63.129.16/32",   // Azure's platform
		"192.0.0.192/32",     // Oracle's former one
		"fd00:ec2::/32", "fd20:ce::254/128", "fd00:42::42/128",
	)
	neverNets4 = prefixes(
		"0.0.0.0/8", "192.0.2.0/24", "192.88.99.0/24", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
	)
	privateNets4 = prefixes(
		"10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.168.0.0/16", "198.18.0.0/15",
	)
	privateNets6 = prefixes("::1/128", "fc00::/7", "fe80::/10", "fec0::/10")
	global6      = netip.MustParsePrefix("2000::/3")
	// Inside of 2000::/3: Teredo, benchmarking, ORCHID and the like; 6to4;
	// documentation.
	neverNets6 = prefixes("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")
	nat64      = netip.MustParsePrefix("64:ff9b::/96")
)

func within(ip netip.Addr, nets []netip.Prefix) bool {
	for _, n := range nets {
		if n.Contains(ip) {
			return true
		}
	}
	return false
}

// classify says what ip is for. An address that embeds another counts as the
// one that it leads to, or as never where that is not certain.
func classify(ip netip.Addr) class {
	ip = ip.WithZone("").Unmap()
	if within(ip, metadataNets) {
		return never
	}
	if ip.Is4() {
		switch {
		case within(ip, neverNets4):
			return never
		case within(ip, privateNets4):
			return private
		}
		return public
	}
	switch {
	case nat64.Contains(ip):
		b := ip.As16()
		if inner := classify(netip.AddrFrom4([4]byte(b[12:]))); inner != public {
			return never
		}
		return public
	case within(ip, privateNets6):
		return private
	case !global6.Contains(ip), within(ip, neverNets6):
		return never
	}
	return public
}

// rule is one entry of an allow-list.
type rule struct {
	host   string // a name or IP in its canonical text, or "" for a prefix
	port   string // "" is any
	prefix netip.Prefix
}

func parseRule(text string) (rule, error) {
	if prefix, err := netip.ParsePrefix(text); err == nil {
		return rule{prefix: prefix.Masked()}, nil
	}
	host, port, err := net.SplitHostPort(text)
	if err != nil {
		host, port = strings.Trim(text, "[]"), ""
	}
	host, err = hostname(host)
	if _, number := strconv.ParseUint(port, 10, 16); err != nil || port != "" && number != nil {
		return rule{}, fmt.Errorf("%q is neither a host, a host with a port nor a network", text)
	}
	return rule{host: host, port: port}, nil
}

// names reports whether the rule is about this host and port.
func (r rule) names(host, port string) bool {
	if r.prefix.IsValid() {
		ip, err := netip.ParseAddr(host)
		return err == nil && r.prefix.Contains(ip.Unmap())
	}
	return r.host == canonical(host) && (r.port == "" || r.port == port)
}

// permits decides about one address of host.
func (g *gate) permits(host, port string, ip netip.Addr) error {
	kind := classify(ip)
	if kind == never {
		return refuse("%s leads to %s, which is nobody's server", host, ip)
	}
	for _, r := range g.rules {
		if r.names(host, port) || r.prefix.IsValid() && r.prefix.Contains(ip) {
			return nil
		}
	}
	if kind == private {
		return refuse("%s leads to %s, which is not public", host, ip)
	}
	return g.unlisted(host, port)
}

// target returns the host and port of an address that may be asked for.
func target(u *url.URL) (host, port string, err error) {
	switch u.Scheme {
	case "http", "https":
	default:
		return "", "", refuse("the scheme %q is not http or https", u.Scheme)
	}
	if u.User != nil {
		return "", "", refuse("the address holds a user name")
	}
	if u.Opaque != "" {
		return "", "", refuse("the address has no host")
	}
	host, err = hostname(u.Hostname())
	return host, portOf(u), err
}

// Public is why an address cannot be one on the web, as far as that can be told
// without looking its name up; nil if it may be. It is for addresses that are handed
// on to others, who connect by rules of their own.
func Public(u *url.URL) error {
	host, _, err := target(u)
	if err != nil {
		return err
	}
	if ip, err := netip.ParseAddr(host); err == nil {
		if classify(ip) != public {
			return refuse("%s is not public", host)
		}
		return nil
	}
	name := host[strings.LastIndexByte(host, '.')+1:]
	if name == host || slices.Contains([]string{"localhost", "local", "internal"}, name) {
		return refuse("%s is not a name on the web", host)
	}
	return nil
}

// hostname returns the canonical form of a host name or IP literal. Every other
// spelling of an IP address (one number, octal, hexadecimal, three parts, an
// IPv4 address inside of an IPv6 one) is refused.
func hostname(host string) (string, error) {
	if ip, err := netip.ParseAddr(host); err == nil {
		if ip.Zone() != "" || ip.Is4In6() {
			return "", refuse("%s is an unusual spelling of an address", host)
		}
		return ip.String(), nil
	}
	if !utf8.ValidString(host) {
		return "", refuse("%q is not a host name", host)
	}
	ascii, err := idna.Lookup.ToASCII(host)
	if err != nil {
		if ascii = strings.ToLower(host); !plain(ascii) { // names with "_" are in use and not in IDNA
			return "", refuse("%q is not a host name", host)
		}
	}
	ascii = canonical(ascii)
	if ascii == "" || len(ascii) > 253 || !plain(ascii) || endsInNumber(ascii) {
		return "", refuse("%q is not a host name", host)
	}
	return ascii, nil
}

func canonical(host string) string {
	if ip, err := netip.ParseAddr(host); err == nil {
		return ip.String()
	}
	return strings.ToLower(strings.TrimSuffix(host, "."))
}

func plain(host string) bool {
	for _, c := range host {
		switch {
		case c >= 'a' && c <= 'z', c >= '0' && c <= '9', c == '-', c == '_', c == '.':
		default:
			return false
		}
	}
	return true
}

// endsInNumber is the check of the same name in the WHATWG URL standard: such a
// host is taken for an IPv4 address by some parsers.
func endsInNumber(host string) bool {
	last := host[strings.LastIndexByte(host, '.')+1:]
	if strings.Trim(last, "0123456789") == "" {
		return true
	}
	return strings.HasPrefix(last, "0x") && strings.Trim(last[2:], "0123456789abcdef") == ""
}

func portOf(u *url.URL) string {
	if port := u.Port(); port != "" {
		return port
	}
	if u.Scheme == "https" {
		return "443"
	}
	return "80"
}

// origin is what two addresses have to share to be the same place.
func origin(u *url.URL) string {
	return u.Scheme + "://" + net.JoinHostPort(canonical(u.Hostname()), portOf(u))
}

// parseAddress reads the "ip:port" that a connection is about to be made to.
func parseAddress(address string) (netip.Addr, error) {
	at, err := netip.ParseAddrPort(address)
	if err != nil {
		return netip.Addr{}, refuse("%q is not an IP address", address)
	}
	return at.Addr().Unmap(), nil
}
