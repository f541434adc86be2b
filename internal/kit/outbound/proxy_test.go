package outbound_test

import (
	"bufio"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"parley/internal/kit/outbound"
	"parley/internal/kit/outbound/outboundtest"
)

func oneProxy(t *testing.T, address string) *outbound.Proxies {
	t.Helper()
	p, err := outbound.OneProxy(address)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// tunnel is an HTTP proxy that makes tunnels (CONNECT) and leads all of them to
// one server.
type tunnel struct {
	address string
	mu      sync.Mutex
	asked   []string
	auth    string
}

func newTunnel(t *testing.T, to string) *tunnel {
	t.Helper()
	p := &tunnel{}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p.address = listener.Addr().String()
	var wg sync.WaitGroup
	t.Cleanup(func() { _ = listener.Close(); wg.Wait() })
	wg.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			wg.Go(func() { p.serve(conn, to) })
		}
	})
	return p
}

func (p *tunnel) serve(conn net.Conn, to string) {
	defer conn.Close()
	in := bufio.NewReader(conn)
	request, err := http.ReadRequest(in)
	if err != nil {
		return
	}
	p.mu.Lock()
	p.asked = append(p.asked, request.Method+" "+request.Host)
	p.auth = request.Header.Get("Proxy-Authorization")
	p.mu.Unlock()
	if request.Method != http.MethodConnect {
		_, _ = io.WriteString(conn, "HTTP/1.1 405 Method Not Allowed\r\nContent-Length: 0\r\n\r\n")
		return
	}
	back, err := net.Dial("tcp", to)
	if err != nil {
		return
	}
	defer back.Close()
	_, _ = io.WriteString(conn, "HTTP/1.1 200 Connection established\r\n\r\n")
	var wg sync.WaitGroup
	wg.Go(func() { _, _ = io.Copy(back, in); _ = back.Close() })
	_, _ = io.Copy(conn, back)
	_ = conn.Close()
	wg.Wait()
}

func (p *tunnel) seen() ([]string, string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]string(nil), p.asked...), p.auth
}

func TestSecureRequestsThroughATunnel(t *testing.T) {
	t.Parallel()
	secure := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, "secret of "+r.Host+" for "+r.Header.Get("Authorization"))
	}))
	t.Cleanup(secure.Close)
	proxy := newTunnel(t, secure.Listener.Addr().String())
	roots := x509.NewCertPool()
	roots.AddCert(secure.Certificate())
	proxies, err := outbound.ProxiesOf(func(name string) string {
		return map[string]string{"HTTPS_PROXY": "http://user:pass@" + proxy.address, "no_proxy": "direct.test,10.0.0.0/8"}[name]
	})
	if err != nil {
		t.Fatal(err)
	}
	if text := proxies.String(); text != proxy.address {
		t.Errorf("the proxies say %q of themselves", text)
	}
	o := outbound.Options{
		Proxies: proxies, TLS: &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12},
		Resolver: outboundtest.Resolver(outboundtest.Names(map[string]string{"example.com": "1.1.1.1", "private.test": "10.0.0.1", "metadata.test": "169.254.169.254"})),
	}
	c := client(t, o, outbound.Policy{})
	body, err := get(t, c, "https://example.com/v1")
	if err != nil || !strings.HasPrefix(body, "secret of example.com") {
		t.Errorf("%q, %v", body, err)
	}
	asked, auth := proxy.seen()
	if len(asked) != 1 || asked[0] != "CONNECT example.com:443" || auth != "Basic dXNlcjpwYXNz" {
		t.Errorf("the proxy saw %v with %q", asked, auth)
	}
	// What may not be reached is not asked of the proxy either.
	for _, refused := range []string{"https://private.test/", "https://metadata.test/", "https://127.0.0.1/", "https://169.254.169.254/", "https://direct.test:8443/"} {
		if _, err := get(t, c, refused); !errors.Is(err, outbound.ErrRefused) {
			t.Errorf("%s: %v", refused, err)
		}
	}
	if asked, _ := proxy.seen(); len(asked) != 1 {
		t.Errorf("the proxy saw %v", asked)
	}
}

// A proxy that was named for these requests is taken by those into the own
// network too, and lets nobody in where they may not go.
func TestOneProxyForAll(t *testing.T) {
	t.Parallel()
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, "inside")
	}))
	t.Cleanup(server.Close)
	address := server.Listener.Addr().String()
	proxy := newTunnel(t, address)
	roots := x509.NewCertPool()
	roots.AddCert(server.Certificate())
	c := client(t, outbound.Options{
		Proxies: oneProxy(t, "http://"+proxy.address), TLS: &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12},
	}, outbound.Policy{Allow: []string{address}})
	if body, err := get(t, c, "https://"+address+"/"); err != nil || body != "inside" {
		t.Errorf("%q, %v", body, err)
	}
	for _, refused := range []string{"https://127.0.0.1:9/", "https://169.254.169.254/", "https://" + proxy.address + "/"} {
		if _, err := get(t, c, refused); !errors.Is(err, outbound.ErrRefused) {
			t.Errorf("%s: %v", refused, err)
		}
	}
	if asked, _ := proxy.seen(); len(asked) != 1 || asked[0] != "CONNECT "+address {
		t.Errorf("the proxy saw %v", asked)
	}
}

// Who reads that a proxy refuses does not look for the fault at the server.
func TestAProxyThatRefuses(t *testing.T) {
	t.Parallel()
	for _, status := range []int{http.StatusForbidden, http.StatusProxyAuthRequired, http.StatusBadGateway} {
		proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Method != http.MethodConnect && status != http.StatusProxyAuthRequired {
				_, _ = io.WriteString(w, "what the server says")
				return
			}
			w.WriteHeader(status)
		}))
		t.Cleanup(proxy.Close)
		c := client(t, outbound.Options{
			Proxies: oneProxy(t, proxy.URL), Resolver: outboundtest.Resolver(outboundtest.Names(map[string]string{"example.com": "1.1.1.1"})),
		}, outbound.Policy{})
		if _, err := get(t, c, "https://example.com/"); !errors.Is(err, outbound.ErrProxy) {
			t.Errorf("%d to a tunnel: %v", status, err)
		}
		if _, err := get(t, c, "http://example.com/"); errors.Is(err, outbound.ErrProxy) != (status == http.StatusProxyAuthRequired) {
			t.Errorf("%d to a request: %v", status, err)
		}
	}
}

func TestProxiesOfTheEnvironment(t *testing.T) {
	t.Parallel()
	of := func(environment map[string]string) (*outbound.Proxies, error) {
		return outbound.ProxiesOf(func(name string) string { return environment[name] })
	}
	for name, c := range map[string]struct {
		environment map[string]string
		want        string
		fails       bool
	}{
		"none":         {nil, "none", false},
		"one for all":  {map[string]string{"PROXY": "http://a:1", "HTTPS_PROXY": "http://b:2"}, "a:1", false},
		"small":        {map[string]string{"https_proxy": "b"}, "b:80", false},
		"two":          {map[string]string{"HTTP_PROXY": "http://a", "HTTPS_PROXY": "https://b"}, "a:80, b:443", false},
		"socks":        {map[string]string{"PROXY": "socks5://s"}, "s:1080", false},
		"only except":  {map[string]string{"NO_PROXY": "*"}, "none", false},
		"not a proxy":  {map[string]string{"PROXY": "ftp://a"}, "", true},
		"no host":      {map[string]string{"PROXY": "http://"}, "", true},
		"not a number": {map[string]string{"PROXY": "http://a:b"}, "", true},
	} {
		got, err := of(c.environment)
		if (err != nil) != c.fails || err == nil && got.String() != c.want {
			t.Errorf("%s: %s, %v", name, got, err)
		}
	}
}
