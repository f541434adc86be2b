package outbound_test

import (
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"strings"
	"testing"

	"parley/internal/kit/outbound"
	"parley/internal/kit/outbound/outboundtest"

	"pgregory.net/rapid"
)

// Every address of one's own network is refused in every spelling that some
// parser takes for it.
func TestNoSpellingOfAPrivateAddressPasses(t *testing.T) {
	t.Parallel()
	nobody := outboundtest.Resolver(func(string, bool) []netip.Addr { return nil })
	c := client(t, outbound.Options{Resolver: nobody}, outbound.Policy{Purpose: "test"})
	nets := []string{"127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "100.64.0.0/10", "0.0.0.0/8", "224.0.0.0/4", "240.0.0.0/4"}
	spellings := map[string]func(b [4]byte, n uint32) string{
		"plain":   func(b [4]byte, _ uint32) string { return netip.AddrFrom4(b).String() },
		"dot":     func(b [4]byte, _ uint32) string { return netip.AddrFrom4(b).String() + "." },
		"number":  func(_ [4]byte, n uint32) string { return fmt.Sprint(n) },
		"hex":     func(_ [4]byte, n uint32) string { return fmt.Sprintf("0x%x", n) },
		"octal":   func(_ [4]byte, n uint32) string { return fmt.Sprintf("0%o", n) },
		"octets":  func(b [4]byte, _ uint32) string { return fmt.Sprintf("0%o.0%o.0%o.0%o", b[0], b[1], b[2], b[3]) },
		"hexes":   func(b [4]byte, _ uint32) string { return fmt.Sprintf("0x%x.0x%x.0x%X.0x%x", b[0], b[1], b[2], b[3]) },
		"short":   func(b [4]byte, n uint32) string { return fmt.Sprintf("%d.%d", b[0], n&0xffffff) },
		"mapped":  func(b [4]byte, _ uint32) string { return "[::ffff:" + netip.AddrFrom4(b).String() + "]" },
		"compat":  func(_ [4]byte, n uint32) string { return fmt.Sprintf("[::%x:%x]", n>>16, n&0xffff) },
		"nat64":   func(_ [4]byte, n uint32) string { return fmt.Sprintf("[64:ff9b::%x:%x]", n>>16, n&0xffff) },
		"6to4":    func(_ [4]byte, n uint32) string { return fmt.Sprintf("[2002:%x:%x::1]", n>>16, n&0xffff) },
		"teredo":  func(_ [4]byte, n uint32) string { return fmt.Sprintf("[2001:0:%x:%x::1]", n>>16, n&0xffff) },
		"circled": func(b [4]byte, _ uint32) string { return wide(netip.AddrFrom4(b).String()) },
	}
	rapid.Check(t, func(r *rapid.T) {
		prefix := netip.MustParsePrefix(rapid.SampledFrom(nets).Draw(r, "network"))
		n := rapid.Uint32().Draw(r, "host") >> prefix.Bits()
		b := prefix.Addr().As4()
		n |= uint32(b[0])<<24 | uint32(b[1])<<16 | uint32(b[2])<<8 | uint32(b[3])
		b = [4]byte{byte(n >> 24), byte(n >> 16), byte(n >> 8), byte(n)} //nolint:gosec // its bytes
		for name, spell := range spellings {
			address := "http://" + spell(b, n) + "/"
			_, err := get(t, c, address)
			u, parse := url.Parse(address)
			if parse == nil && (!errors.Is(err, outbound.ErrRefused) || outbound.Public(u) == nil) {
				r.Errorf("%s: %s: %v, %v", name, address, err, outbound.Public(u))
			}
		}
	})
}

// Names say little, but those of one's own network are known.
func TestPublicNames(t *testing.T) {
	t.Parallel()
	for address, isPublic := range map[string]bool{
		"https://example.org/a.png": true, "http://8.8.8.8/": true, "https://[2606:4700::1111]/": true, "http://müller.example:8080/": true,
		"http://localhost/": false, "http://LOCALHOST./": false, "http://printer/": false, "http://nas.local/": false,
		"http://metadata.google.internal/": false, "http://me@example.org/": false, "ftp://example.org/": false, "http://[::1]/": false,
	} {
		u, err := url.Parse(address)
		if err != nil {
			t.Fatal(err)
		}
		if err := outbound.Public(u); (err == nil) != isPublic {
			t.Errorf("%s: %v", address, err)
		}
	}
}

// wide writes digits as their full-width forms.
func wide(s string) string {
	return strings.Map(func(c rune) rune {
		if c >= '0' && c <= '9' {
			return c - '0' + '０'
		}
		return c
	}, s)
}
