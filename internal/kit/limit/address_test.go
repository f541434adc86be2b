package limit_test

import (
	"net/http"
	"net/netip"
	"testing"

	"parley/internal/kit/limit"
)

func TestClient(t *testing.T) {
	t.Parallel()
	trusted := []string{"10.0.0.0/8", "192.0.2.1", "fd00::/8"}
	for _, c := range []struct {
		name, peer string
		trusted    []string
		hops       int
		header     []string
		want       string
	}{
		{"no proxy", "203.0.113.9:5555", nil, 0, nil, "203.0.113.9"},
		{"the header is a lie without a proxy", "203.0.113.9:5555", nil, 0, []string{"198.51.100.1"}, "203.0.113.9"},
		{"the header is a lie from elsewhere", "203.0.113.9:5555", trusted, 0, []string{"198.51.100.1"}, "203.0.113.9"},
		{"behind one proxy", "10.1.2.3:80", trusted, 0, []string{"198.51.100.1"}, "198.51.100.1"},
		{"what the client wrote is left of it", "10.1.2.3:80", trusted, 0, []string{"1.1.1.1, 198.51.100.1"}, "198.51.100.1"},
		{"two header lines are one list", "10.1.2.3:80", trusted, 0, []string{"1.1.1.1", "198.51.100.1"}, "198.51.100.1"},
		{"behind two proxies", "10.1.2.3:80", trusted, 0, []string{"1.1.1.1, 198.51.100.1, 192.0.2.1"}, "198.51.100.1"},
		{"a client inside", "10.1.2.3:80", trusted, 0, []string{"10.9.9.9"}, "10.9.9.9"},
		{"no header", "10.1.2.3:80", trusted, 0, nil, "10.1.2.3"},
		{"nonsense stops the walk", "10.1.2.3:80", trusted, 0, []string{"198.51.100.1, evil"}, "10.1.2.3"},
		{"with a port", "10.1.2.3:80", trusted, 0, []string{"198.51.100.1:4711"}, "198.51.100.1"},
		{"IPv6", "[fd00::1]:80", trusted, 0, []string{"[2001:db8::5]:443"}, "2001:db8::5"},
		{"IPv4 in IPv6 is the same network", "[::ffff:10.1.2.3]:80", trusted, 0, []string{"::ffff:198.51.100.1"}, "198.51.100.1"},
		{"the nearest proxy", "203.0.113.9:80", nil, 1, []string{"1.1.1.1, 198.51.100.1"}, "198.51.100.1"},
		{"the nearest two", "203.0.113.9:80", nil, 2, []string{"1.1.1.1, 198.51.100.1, 192.0.2.7"}, "198.51.100.1"},
		{"fewer came than are believed", "203.0.113.9:80", nil, 3, []string{"198.51.100.1"}, "198.51.100.1"},
		{"nonsense from the nearest", "203.0.113.9:80", nil, 2, []string{"1.1.1.1, evil, 192.0.2.7"}, "192.0.2.7"},
		{"a network behind the nearest", "203.0.113.9:80", trusted, 1, []string{"1.1.1.1, 198.51.100.1, 192.0.2.1"}, "198.51.100.1"},
		{"no address", "@", trusted, 0, []string{"198.51.100.1"}, "invalid IP"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			proxies, err := limit.ParseProxies(c.trusted, c.hops)
			if err != nil {
				t.Fatal(err)
			}
			r := &http.Request{RemoteAddr: c.peer, Header: http.Header{"X-Forwarded-For": c.header}}
			if got := proxies.Client(r).String(); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
	proxies, err := limit.ParseProxies(trusted, 0)
	if err != nil {
		t.Fatal(err)
	}
	for peer, want := range map[string]bool{"10.1.2.3:80": false, "203.0.113.9:80": true, "@": false} {
		r := &http.Request{RemoteAddr: peer, Header: http.Header{"X-Forwarded-For": {"198.51.100.1"}}}
		if proxies.Unheard(r) != want || proxies.Unheard(&http.Request{RemoteAddr: peer}) {
			t.Errorf("%s: heard is not %t", peer, !want)
		}
	}
	for _, wrong := range []string{"", "example.org", "10.0.0.0/99", "10.0.0"} {
		if _, err := limit.ParseProxies([]string{wrong}, 0); err == nil {
			t.Errorf("%q passes as a network", wrong)
		}
	}
}

func TestAddressKey(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{
		"198.51.100.1":        "198.51.100.1",
		"2001:db8:1:2:3::4":   "2001:db8:1:2::/64",
		"2001:db8:1:2:ffff::": "2001:db8:1:2::/64",
		"fe80::1%eth0":        "fe80::/64",
	} {
		if got := limit.AddressKey(netip.MustParseAddr(address)); got != want {
			t.Errorf("%s: got %s, want %s", address, got, want)
		}
	}
}

// Whatever a client writes into the header, it is never taken for the address
// of another connection unless a trusted proxy says so.
func FuzzClient(f *testing.F) {
	f.Add("198.51.100.1", "203.0.113.9:1")
	f.Add("198.51.100.1, 10.0.0.1", "10.0.0.2:1")
	f.Add(",,[::1]:80, ::ffff:10.0.0.1%x", "[fe80::1%eth0]:1")
	proxies, err := limit.ParseProxies([]string{"10.0.0.0/8"}, 0)
	if err != nil {
		f.Fatal(err)
	}
	inside := netip.MustParsePrefix("10.0.0.0/8")
	f.Fuzz(func(t *testing.T, header, peer string) {
		r := &http.Request{RemoteAddr: peer, Header: http.Header{"X-Forwarded-For": {header}}}
		got := proxies.Client(r)
		own, err := netip.ParseAddrPort(peer)
		if err != nil {
			if got.IsValid() {
				t.Errorf("%q has the address %v", peer, got)
			}
			return
		}
		if !inside.Contains(own.Addr().Unmap()) && got != own.Addr().Unmap() {
			t.Errorf("%q is taken for %v by the header %q", peer, got, header)
		}
		if limit.AddressKey(got) == "" {
			t.Errorf("%v has no key", got)
		}
	})
}
