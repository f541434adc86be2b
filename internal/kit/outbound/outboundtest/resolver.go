// Package outboundtest gives tests of outbound requests names of their own: a
// resolver that answers from a function, without a network.
package outboundtest

import (
	"context"
	"encoding/binary"
	"io"
	"net"
	"net/netip"
	"strings"

	"golang.org/x/net/dns/dnsmessage"
)

// Resolver returns a resolver that asks lookup for the addresses of a name,
// in lower case and without a dot at its end; none means that the name does not exist. lookup
// is called once for each connection's IPv4 and once for its IPv6 query.
func Resolver(lookup func(name string, v6 bool) []netip.Addr) *net.Resolver {
	return &net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) {
		client, server := net.Pipe()
		go serve(server, lookup) // ends when the resolver closes its side
		return client, nil
	}}
}

// Names is a lookup over a fixed list of names.
func Names(names map[string]string) func(string, bool) []netip.Addr {
	return func(name string, v6 bool) []netip.Addr {
		ip, err := netip.ParseAddr(names[name])
		if err != nil || ip.Is4() == v6 {
			return nil
		}
		return []netip.Addr{ip}
	}
}

// serve answers queries in the framing of DNS over TCP (RFC 1035, 4.2.2).
func serve(conn net.Conn, lookup func(string, bool) []netip.Addr) {
	defer conn.Close() //nolint:errcheck // a pipe
	for {
		var size [2]byte
		if _, err := io.ReadFull(conn, size[:]); err != nil {
			return
		}
		query := make([]byte, binary.BigEndian.Uint16(size[:]))
		if _, err := io.ReadFull(conn, query); err != nil {
			return
		}
		reply, err := answer(query, lookup)
		if err != nil {
			return
		}
		if _, err := conn.Write(append(binary.BigEndian.AppendUint16(nil, uint16(len(reply))), reply...)); err != nil { //nolint:gosec // a few bytes
			return
		}
	}
}

func answer(query []byte, lookup func(string, bool) []netip.Addr) ([]byte, error) {
	var m dnsmessage.Message
	if err := m.Unpack(query); err != nil {
		return nil, err
	}
	m.Response, m.RecursionAvailable, m.Additionals = true, true, nil
	q := m.Questions[0]
	name := strings.ToLower(strings.TrimSuffix(q.Name.String(), "."))
	found := lookup(name, q.Type == dnsmessage.TypeAAAA)
	for _, ip := range found {
		head := dnsmessage.ResourceHeader{Name: q.Name, Class: q.Class, Type: q.Type}
		if ip.Is4() {
			m.Answers = append(m.Answers, dnsmessage.Resource{Header: head, Body: &dnsmessage.AResource{A: ip.As4()}})
		} else {
			m.Answers = append(m.Answers, dnsmessage.Resource{Header: head, Body: &dnsmessage.AAAAResource{AAAA: ip.As16()}})
		}
	}
	return m.Pack()
}
