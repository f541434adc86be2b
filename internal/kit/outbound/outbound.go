// Package outbound makes the HTTP clients that the server speaks to the world
// with. Every request it makes on someone's behalf goes through one of them:
// the address is resolved, checked and connected to in one step, redirects are
// checked again, size and time are bounded, and where it went is recorded.
//
// It is not a crawler and knows no product words: what may be reached, and how
// long an answer may be, is the [Policy] of each caller.
package outbound

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"syscall"
	"time"

	"parley/internal/kit/fault"
)

// Faults of a request. What an address resolved to is never told, only logged.
var (
	ErrRefused  = fault.New(fault.Invalid, "address_refused", "The server does not connect to this address.")
	ErrRedirect = fault.New(fault.Invalid, "redirect_refused", "The server answered with a redirect that is not followed.")
	ErrTooLarge = fault.New(fault.TooLarge, "answer_too_large", "The answer is larger than the server accepts.")
	ErrProxy    = fault.New(fault.Unavailable, "proxy_refused", "The proxy did not let the request through.")
	ErrIdle     = fault.New(fault.Unavailable, "answer_stalled", "The other server stopped sending.")
)

// Options are what all clients of a process share. The zero value is usable.
type Options struct {
	// Record is told of every request once its answer has been read, or has
	// failed; nil for none.
	Record func(Record)
	// Resolver looks names up; nil is the system's.
	Resolver *net.Resolver
	// Proxies are those that requests to public addresses take. The environment is
	// not looked at; see [ProxiesOf].
	Proxies *Proxies
	// TLS is cloned for each client; nil is the default.
	TLS *tls.Config
	// UserAgent is sent by requests that name none.
	UserAgent string
}

// Policy says what one purpose may reach and how much it may take.
type Policy struct {
	// Purpose names the use in records, such as "provider" or "fetch_page".
	Purpose string
	// Allow lists what the admin allowed for this purpose although it is not
	// public: "host", "host:port", "10.1.2.3:8080" or "10.0.0.0/8".
	Allow []string
	// Only refuses every host that is not in Allow.
	Only bool
	// Ports are those that a host outside of Allow may be reached on; empty is
	// 80 and 443.
	Ports []string
	// Redirects is how many are followed; 0 is none.
	Redirects int
	// MaxBytes bounds an answer, after decompression; 0 is no bound.
	MaxBytes int64
	// Timeout bounds a whole request; 0 is no bound.
	Timeout time.Duration
	// HeaderTimeout bounds the wait for the head of the answer, IdleTimeout the
	// time between two pieces of its body; 0 is no bound.
	HeaderTimeout time.Duration
	IdleTimeout   time.Duration
	// Stream tunes for server-sent events: no compression, and a kept
	// connection for each of many concurrent streams.
	Stream bool
}

const connectTimeout = 15 * time.Second

// streamBuffer is how much of a stream is buffered each way, in bytes: its
// pieces are small, and a thousand connections have two of these each.
const streamBuffer = 1 << 10

// Client returns a client that keeps to the policy. It is safe for concurrent
// use and owns its connections; CloseIdleConnections frees them.
func (o Options) Client(p Policy) (*http.Client, error) {
	rules := make([]rule, 0, len(p.Allow))
	for _, text := range p.Allow {
		r, err := parseRule(text)
		if err != nil {
			return nil, fmt.Errorf("outbound policy %s: %w", p.Purpose, err)
		}
		rules = append(rules, r)
	}
	if len(p.Ports) == 0 {
		p.Ports = []string{"80", "443"}
	}
	g := &gate{options: o, policy: p, rules: rules}
	dialer := &net.Dialer{Timeout: connectTimeout, KeepAlive: 30 * time.Second, Resolver: o.Resolver, ControlContext: g.control}
	transport := &http.Transport{
		Proxy: g.proxy,
		DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			return dialer.DialContext(context.WithValue(ctx, dialedKey{}, address), network, address)
		},
		ForceAttemptHTTP2:      true,
		TLSHandshakeTimeout:    connectTimeout,
		ResponseHeaderTimeout:  p.HeaderTimeout,
		IdleConnTimeout:        90 * time.Second,
		MaxIdleConns:           100,
		MaxIdleConnsPerHost:    4,
		MaxResponseHeaderBytes: 256 << 10,
		DisableCompression:     p.Stream,
		OnProxyConnectResponse: tunnelled,
	}
	if p.Stream {
		transport.MaxIdleConns, transport.MaxIdleConnsPerHost = 0, 2048
		transport.ReadBufferSize, transport.WriteBufferSize = streamBuffer, streamBuffer
	}
	if o.TLS != nil {
		transport.TLSClientConfig = o.TLS.Clone()
	}
	g.transport = transport
	return &http.Client{Transport: g, CheckRedirect: g.redirect, Timeout: p.Timeout}, nil
}

// gate is the transport of a client: it lets pass what the policy allows.
type gate struct {
	options   Options
	policy    Policy
	rules     []rule
	transport *http.Transport
}

// CloseIdleConnections is what http.Client.CloseIdleConnections calls.
func (g *gate) CloseIdleConnections() { g.transport.CloseIdleConnections() }

// RoundTrip checks the request, sends it and watches over the answer.
func (g *gate) RoundTrip(req *http.Request) (*http.Response, error) {
	watch := &watch{record: Record{
		Purpose: g.policy.Purpose, Method: req.Method, Host: req.URL.Host, Start: time.Now(),
	}, tell: g.options.Record, left: g.policy.MaxBytes, bounded: g.policy.MaxBytes > 0, idle: g.policy.IdleTimeout}
	if err := g.check(req); err != nil {
		watch.end(err)
		return nil, err
	}
	ctx, cancel := context.WithCancelCause(req.Context())
	watch.cancel = cancel
	out := req.Clone(ctx)
	if out.Header.Get("User-Agent") == "" && g.options.UserAgent != "" {
		out.Header.Set("User-Agent", g.options.UserAgent)
	}
	resp, err := g.transport.RoundTrip(out)
	if err == nil && resp.StatusCode == http.StatusProxyAuthRequired { // no server says that of itself
		err = errors.Join(ErrProxy, resp.Body.Close())
	}
	if err != nil {
		cancel(nil)
		watch.end(err)
		return nil, err
	}
	watch.record.Status = resp.StatusCode
	if g.policy.MaxBytes > 0 && resp.ContentLength > g.policy.MaxBytes && req.Method != http.MethodHead {
		err := errors.Join(ErrTooLarge, resp.Body.Close())
		cancel(nil)
		watch.end(err)
		return nil, err
	}
	if resp.StatusCode != http.StatusSwitchingProtocols {
		watch.open(resp.Body)
		resp.Body = watch
	}
	return resp, nil
}

// check looks at what can be known before connecting.
func (g *gate) check(req *http.Request) error {
	host, port, err := target(req.URL)
	if err != nil {
		return err
	}
	if err := g.early(host, port); err != nil {
		return err
	}
	if proxy, err := g.proxy(req); err != nil || proxy == nil {
		return err
	}
	return g.checkBehindProxy(req.Context(), host, port)
}

// early decides by name and port where that is enough; a name that may lead
// into an allowed network has to wait for its address.
func (g *gate) early(host, port string) error {
	if ip, err := netip.ParseAddr(host); err == nil {
		return g.permits(host, port, ip)
	}
	for _, r := range g.rules {
		if r.names(host, port) || r.prefix.IsValid() {
			return nil
		}
	}
	return g.unlisted(host, port)
}

// unlisted decides about a host that no rule is about.
func (g *gate) unlisted(host, port string) error {
	if g.policy.Only {
		return refuse("%s:%s is not the configured address", host, port)
	}
	if !slices.Contains(g.policy.Ports, port) {
		return refuse("port %s is not used for this purpose", port)
	}
	return nil
}

type dialedKey struct{}

// control runs once the address of a connection is known and before it is
// made, so that what was checked is what is connected to.
func (g *gate) control(ctx context.Context, network, address string, _ syscall.RawConn) error {
	if !strings.HasPrefix(network, "tcp") {
		return refuse("%s is not TCP", network)
	}
	dialed, _ := ctx.Value(dialedKey{}).(string)
	host, port, err := net.SplitHostPort(dialed)
	if err != nil {
		return refuse("the address %q cannot be read", dialed)
	}
	if g.options.Proxies.is(host, port) {
		return nil
	}
	ip, err := parseAddress(address)
	if err != nil {
		return err
	}
	return g.permits(host, port, ip)
}

// redirect decides about following one; see http.Client.CheckRedirect.
func (g *gate) redirect(req *http.Request, via []*http.Request) error {
	first := via[0]
	if len(via) > g.policy.Redirects {
		return ErrRedirect.Saying("It leads to " + origin(req.URL) + ".")
	}
	if first.URL.Scheme == "https" && req.URL.Scheme != "https" {
		return ErrRedirect.Saying("It leads from a secure address to one that is not.")
	}
	req.Header.Del("Referer")
	home := origin(first.URL)
	away := func(r *http.Request) bool { return origin(r.URL) != home }
	if !away(req) && !slices.ContainsFunc(via, away) {
		return nil
	}
	if req.Method != http.MethodGet && req.Method != http.MethodHead {
		return ErrRedirect.Saying("It would send the request's content to " + origin(req.URL) + ".")
	}
	for name := range req.Header {
		switch name {
		case "Accept", "Accept-Language", "User-Agent":
		default:
			delete(req.Header, name)
		}
	}
	return nil
}

// Reason is the text of err without the address of the request, whose query
// may hold a secret.
func Reason(err error) error {
	if e, ok := errors.AsType[*url.Error](err); ok {
		return e.Err
	}
	return err
}

func refuse(format string, args ...any) error {
	return ErrRefused.Because(fmt.Errorf(format, args...))
}
