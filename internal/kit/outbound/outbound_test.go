package outbound_test

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"parley/internal/kit/outbound"
	"parley/internal/kit/outbound/outboundtest"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/idna"
)

func client(t *testing.T, o outbound.Options, p outbound.Policy) *http.Client {
	t.Helper()
	c, err := o.Client(p)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.CloseIdleConnections)
	return c
}

func get(t *testing.T, c *http.Client, address string, header ...string) (string, error) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		return "", err
	}
	for i := 0; i < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	resp, err := c.Do(req)
	if err != nil {
		return "", err
	}
	defer resp.Body.Close() //nolint:errcheck // read to the end
	body, err := io.ReadAll(resp.Body)
	return string(body), err
}

func server(t *testing.T, h http.HandlerFunc) (hostport string) {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return s.Listener.Addr().String()
}

func portOf(hostport string) string {
	_, port, _ := net.SplitHostPort(hostport)
	return port
}

// refused fails the test unless address is refused, or is no address at all.
func refused(t *testing.T, c *http.Client, address string) {
	t.Helper()
	_, err := get(t, c, address)
	if err == nil {
		t.Errorf("%s was fetched", address)
		return
	}
	if errors.Is(err, outbound.ErrRefused) {
		return
	}
	if _, parse := url.Parse(address); parse == nil {
		t.Errorf("%s failed without being refused: %v", address, err)
	}
}

func TestRefusesWhatIsNotPublic(t *testing.T) {
	t.Parallel()
	c := client(t, outbound.Options{Resolver: outboundtest.Resolver(outboundtest.Names(map[string]string{
		"localhost": "127.0.0.1", "loop.test": "127.0.0.1", "six.test": "::1", "mapped.test": "::ffff:10.0.0.1", "meta.test": "169.254.169.254",
	}))}, outbound.Policy{Purpose: "test", Ports: []string{"80", "443", "8080"}})
	for _, address := range []string{
		"http://127.0.0.1/", "http://127.1.2.3:8080/", "http://localhost/", "http://localhost./", "http://loop.test/", "http://six.test/", "http://mapped.test/", "http://meta.test/",
		"http://10.0.0.1/", "http://172.16.0.1/", "http://172.31.255.255/", "http://192.168.1.1/", "http://100.64.0.1/", "http://198.18.0.1/",
		"http://169.254.169.254/latest/meta-data/", "http://169.254.170.2/", "http://168.63.129.16/", "http://100.100.100.200/", "http://192.0.0.192/",
		"http://0.0.0.0/", "http://0.1.2.3/", "http://224.0.0.1/", "http://239.255.255.250/", "http://240.0.0.1/", "http://255.255.255.255/", "http://192.0.2.1/", "http://203.0.113.1/",
		"http://[::]/", "http://[::1]/", "http://[::ffff:127.0.0.1]/", "http://[::ffff:7f00:1]/", "http://[::ffff:8.8.8.8]/", "http://[::127.0.0.1]/",
		"http://[64:ff9b::7f00:1]/", "http://[64:ff9b::a9fe:a9fe]/", "http://[64:ff9b:1::1]/", "http://[2002:7f00:1::]/", "http://[2001:0:7f00:1::]/", "http://[fe80::1]/", "http://[fe80::1%25eth0]/",
		"http://[fc00::1]/", "http://[fd00:ec2::254]/", "http://[fec0::1]/", "http://[ff02::1]/", "http://[2001:db8::1]/", "http://[100::1]/", "http://[fd20:ce::254]/",
		"http://2130706433/", "http://0x7f000001/", "http://0x7f.1/", "http://0177.0.0.1/", "http://127.1/", "http://127.0.0.1./", "http://①②⑦.0.0.1/", "http://127。0。0。1/",
		"http://user:pass@example.com/", "http://example.com@127.0.0.1/", "http://example.com:22/", "http://example.com:6379/",
		"ftp://example.com/", "file:///etc/passwd", "gopher://example.com/", "data:text/plain,x", "unix:///var/run/docker.sock", "http:example.com", "http:///", "//example.com/", "http://exa mple.com/",
	} {
		refused(t, c, address)
	}
}

func fixture(t *testing.T, name string) string {
	t.Helper()
	path := filepath.Join("..", "..", "..", "..", "shared", "fixtures", "security", name)
	text, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		t.Skip("needs ../shared/fixtures/security beside the repository")
	}
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestRefusesKnownBypasses(t *testing.T) {
	t.Parallel()
	evil := outboundtest.Resolver(func(_ string, v6 bool) []netip.Addr {
		if v6 {
			return nil
		}
		return []netip.Addr{netip.MustParseAddr("169.254.169.254")}
	})
	c := client(t, outbound.Options{Resolver: evil}, outbound.Policy{Purpose: "test", Ports: []string{"22", "80", "443"}})
	for _, name := range []string{"ssrf-bypass-urls.shared.txt", "cloud-metadata.shared.txt", "patt/ssrf-readme-urls.shared.txt"} {
		t.Run(filepath.Base(name), func(t *testing.T) {
			t.Parallel()
			count := 0
			for line := range strings.Lines(fixture(t, name)) {
				line = strings.TrimSpace(line)
				if strings.HasPrefix(line, "#") || !strings.Contains(line, "://") {
					continue
				}
				for field := range strings.FieldsSeq(line) {
					if at := strings.Index(field, "http"); at >= 0 {
						count++
						refused(t, c, strings.Trim(field[at:], "`)("))
					}
				}
			}
			if count < 10 {
				t.Errorf("only %d addresses were tried", count)
			}
		})
	}
}

// Two parsers that see different hosts in one address are how checks are
// passed by: what we accept has to be what a browser would ask for.
func TestAgreesWithBrowsersAboutTheHost(t *testing.T) {
	t.Parallel()
	var cases []json.RawMessage
	if err := json.Unmarshal([]byte(fixture(t, "urltestdata.shared.json")), &cases); err != nil {
		t.Fatal(err)
	}
	var asked sync.Map
	c := client(t, outbound.Options{Resolver: outboundtest.Resolver(func(name string, _ bool) []netip.Addr {
		asked.Store(name, true)
		return []netip.Addr{netip.MustParseAddr("127.0.0.1")}
	})}, outbound.Policy{Purpose: "test", Ports: []string{"80", "443", "81", "8080", "65535", "1", "0", "5555"}})
	tried := 0
	for _, raw := range cases {
		var one struct {
			Input    string
			Base     *string
			Hostname string
			Failure  bool
		}
		if json.Unmarshal(raw, &one) != nil || !strings.HasPrefix(strings.ToLower(one.Input), "http") {
			continue
		}
		u, err := url.Parse(one.Input)
		if err != nil || !u.IsAbs() {
			continue
		}
		if _, err := netip.ParseAddr(u.Hostname()); err == nil {
			continue // an address in its plain spelling, which nothing here may connect to
		}
		tried++
		asked.Clear()
		refused(t, c, one.Input)
		asked.Range(func(name, _ any) bool {
			want, _ := idna.Lookup.ToASCII(strings.TrimSuffix(one.Hostname, "."))
			if want == "" {
				want = one.Hostname
			}
			if one.Failure || name != want {
				t.Errorf("%q: asked for %q, a browser for %q", one.Input, name, one.Hostname)
			}
			return true
		})
	}
	if tried < 50 {
		t.Errorf("only %d addresses were tried", tried)
	}
}

func TestRebindingHitsOnlyWhatWasChecked(t *testing.T) {
	t.Parallel()
	var inside atomic.Int32
	address := server(t, func(http.ResponseWriter, *http.Request) { inside.Add(1) })
	port := portOf(address)
	allowed, err := net.Listen("tcp", net.JoinHostPort("127.0.0.2", port))
	if err != nil {
		t.Skip("this system has no second loopback address: ", err)
	}
	outside := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "outside") }))
	outside.Listener = allowed
	outside.Start()
	t.Cleanup(outside.Close)

	var turn atomic.Int32
	flip := outboundtest.Resolver(func(_ string, v6 bool) []netip.Addr {
		if v6 {
			return nil
		}
		if turn.Add(1)%2 == 0 {
			return []netip.Addr{netip.MustParseAddr("127.0.0.1")}
		}
		return []netip.Addr{netip.MustParseAddr("127.0.0.2")}
	})
	c := client(t, outbound.Options{Resolver: flip}, outbound.Policy{Purpose: "test", Allow: []string{"127.0.0.2/32"}, Ports: []string{port}})
	fetched := 0
	for range 20 {
		body, err := get(t, c, "http://rebind.test:"+port+"/")
		switch {
		case err == nil && body == "outside":
			fetched++
		case !errors.Is(err, outbound.ErrRefused):
			t.Errorf("got %q, %v", body, err)
		}
		c.CloseIdleConnections()
	}
	if inside.Load() != 0 || fetched == 0 || fetched == 20 {
		t.Errorf("%d requests reached the inside, %d the outside", inside.Load(), fetched)
	}
}

func TestAllowIsForExactlyThatHostAndPort(t *testing.T) {
	t.Parallel()
	address := server(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "ok") })
	other := server(t, func(http.ResponseWriter, *http.Request) { t.Error("the other port was reached") })
	port := portOf(address)
	resolver := outboundtest.Resolver(outboundtest.Names(map[string]string{"llm.lan": "127.0.0.1", "evil.test": "127.0.0.1"}))
	for name, c := range map[string]struct {
		allow  []string
		only   bool
		ask    string
		refuse bool
	}{
		"literal":            {[]string{address}, true, "http://" + address, false},
		"name":               {[]string{"llm.lan:" + port}, true, "http://LLM.lan:" + port, false},
		"name with dot":      {[]string{"llm.lan:" + port}, true, "http://llm.lan.:" + port, false},
		"any port":           {[]string{"llm.lan"}, true, "http://llm.lan:" + port, false},
		"network":            {[]string{"127.0.0.0/8"}, false, "http://llm.lan:" + port, false},
		"another port":       {[]string{address}, true, "http://" + other, true},
		"another name":       {[]string{"llm.lan:" + port}, false, "http://evil.test:" + port, true},
		"its address":        {[]string{"llm.lan:" + port}, false, "http://" + address, true},
		"name of a literal":  {[]string{address}, false, "http://evil.test:" + port, true},
		"another network":    {[]string{"10.0.0.0/8"}, false, "http://llm.lan:" + port, true},
		"metadata by name":   {[]string{"169.254.169.254"}, true, "http://169.254.169.254/", true},
		"unspecified":        {[]string{"0.0.0.0:" + port}, true, "http://0.0.0.0:" + port, true},
		"public, only other": {[]string{address}, true, "http://1.1.1.1/", true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c1 := client(t, outbound.Options{Resolver: resolver}, outbound.Policy{Purpose: "test", Allow: c.allow, Only: c.only, Ports: []string{port}})
			body, err := get(t, c1, c.ask)
			if c.refuse != errors.Is(err, outbound.ErrRefused) || !c.refuse && body != "ok" {
				t.Errorf("got %q, %v", body, err)
			}
		})
	}
	for _, bad := range []string{"", "http://x", "0x7f.1", "a b"} {
		if _, err := (outbound.Options{}).Client(outbound.Policy{Allow: []string{bad}}); err == nil {
			t.Errorf("the rule %q was taken", bad)
		}
	}
}

func TestRedirects(t *testing.T) {
	t.Parallel()
	var seen sync.Map // path -> header
	mux := http.NewServeMux()
	address := server(t, mux.ServeHTTP)
	port := portOf(address)
	mux.HandleFunc("/end", func(w http.ResponseWriter, r *http.Request) {
		seen.Store(r.Host, r.Header.Clone())
		_, _ = io.WriteString(w, "end")
	})
	for path, to := range map[string]string{
		"/same": "/end", "/loop": "/loop",
		"/cross":   "http://b.test:" + port + "/end",
		"/back":    "http://b.test:" + port + "/return",
		"/return":  "http://a.test:" + port + "/end",
		"/private": "http://10.0.0.1/", "/meta": "http://169.254.169.254/latest", "/file": "file:///etc/passwd",
		"/rebind": "http://evil.test:" + port + "/end",
	} {
		mux.HandleFunc(path, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, to, http.StatusTemporaryRedirect) })
	}
	resolver := outboundtest.Resolver(outboundtest.Names(map[string]string{"a.test": "127.0.0.1", "b.test": "127.0.0.1", "evil.test": "127.0.0.1"}))
	policy := outbound.Policy{Purpose: "test", Allow: []string{"a.test:" + port, "b.test:" + port}, Redirects: 3, Ports: []string{"80", port}}
	base := "http://a.test:" + port

	t.Run("refused", func(t *testing.T) {
		t.Parallel()
		c := client(t, outbound.Options{Resolver: resolver}, policy)
		for path, want := range map[string]error{
			"/private": outbound.ErrRefused, "/meta": outbound.ErrRefused, "/file": outbound.ErrRefused, "/rebind": outbound.ErrRefused, "/loop": outbound.ErrRedirect,
		} {
			if _, err := get(t, c, base+path); !errors.Is(err, want) {
				t.Errorf("%s: %v", path, err)
			}
		}
		req, _ := http.NewRequestWithContext(t.Context(), http.MethodPost, base+"/cross", strings.NewReader("secret prompt"))
		if resp, err := c.Do(req); !errors.Is(err, outbound.ErrRedirect) {
			t.Errorf("a body went to another host: %v", err)
			resp.Body.Close() //nolint:errcheck // a failing test
		}
		none := policy
		none.Redirects = 0
		if _, err := get(t, client(t, outbound.Options{Resolver: resolver}, none), base+"/same"); !errors.Is(err, outbound.ErrRedirect) {
			t.Errorf("a redirect was followed: %v", err)
		}
	})
	t.Run("credentials stay at home", func(t *testing.T) {
		t.Parallel()
		c := client(t, outbound.Options{Resolver: resolver, UserAgent: "Parley"}, policy)
		send := []string{"Authorization", "Bearer canary", "X-Api-Key", "canary", "Cookie", "s=canary", "Accept", "text/html"}
		for path, want := range map[string]struct {
			host string
			keys bool
		}{"/same": {"a.test:" + port, true}, "/cross": {"b.test:" + port, false}, "/back": {"a.test:" + port, false}} {
			seen.Clear()
			if body, err := get(t, c, base+path+"?key=canary", send...); err != nil || body != "end" {
				t.Fatalf("%s: %q, %v", path, body, err)
			}
			got, _ := seen.Load(want.host)
			header, _ := got.(http.Header)
			if strings.Contains(fmt.Sprint(header), "canary") != want.keys || header.Get("Accept") != "text/html" || header.Get("User-Agent") != "Parley" {
				t.Errorf("%s: %s was sent %v", path, want.host, header)
			}
		}
	})
}

func TestNoWayFromSecureToPlain(t *testing.T) {
	t.Parallel()
	plain := server(t, func(http.ResponseWriter, *http.Request) { t.Error("the plain server was reached") })
	secure := httptest.NewUnstartedServer(http.RedirectHandler("http://"+plain, http.StatusFound))
	secure.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelInfo)
	secure.StartTLS()
	t.Cleanup(secure.Close)
	config := secure.Client().Transport.(*http.Transport).TLSClientConfig
	c := client(t, outbound.Options{TLS: config}, outbound.Policy{Allow: []string{"127.0.0.1"}, Redirects: 5})
	if _, err := get(t, c, secure.URL); !errors.Is(err, outbound.ErrRedirect) {
		t.Error(err)
	}
	if _, err := get(t, client(t, outbound.Options{}, outbound.Policy{Allow: []string{"127.0.0.1"}}), secure.URL); !errors.As(err, new(*tls.CertificateVerificationError)) {
		t.Errorf("a foreign certificate was taken: %v", err)
	}
}

func TestBounds(t *testing.T) {
	t.Parallel()
	release := make(chan struct{})
	mux := http.NewServeMux()
	address := server(t, mux.ServeHTTP)
	t.Cleanup(func() { close(release) })
	mux.HandleFunc("/big", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(make([]byte, 5000)) })
	mux.HandleFunc("/stream", func(w http.ResponseWriter, _ *http.Request) {
		for range 50 {
			_, _ = w.Write(make([]byte, 100))
			_ = http.NewResponseController(w).Flush()
		}
	})
	mux.HandleFunc("/stall", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte("begin"))
		_ = http.NewResponseController(w).Flush()
		<-release
	})
	mux.HandleFunc("/hang", func(http.ResponseWriter, *http.Request) { <-release })
	base := "http://" + address
	policy := outbound.Policy{Allow: []string{address}, MaxBytes: 1000}
	for _, path := range []string{"/big", "/stream"} {
		body, err := get(t, client(t, outbound.Options{}, policy), base+path)
		if !errors.Is(err, outbound.ErrTooLarge) || len(body) > 1000 {
			t.Errorf("%s: %d bytes, %v", path, len(body), err)
		}
	}
	policy.MaxBytes = 5000
	if body, err := get(t, client(t, outbound.Options{}, policy), base+"/stream"); err != nil || len(body) != 5000 {
		t.Errorf("exactly the bound: %d bytes, %v", len(body), err)
	}
	policy.IdleTimeout = 50 * time.Millisecond
	if body, err := get(t, client(t, outbound.Options{}, policy), base+"/stall"); !errors.Is(err, outbound.ErrIdle) || body != "begin" {
		t.Errorf("stall: %q, %v", body, err)
	}
	for name, p := range map[string]outbound.Policy{
		"whole": {Allow: []string{address}, Timeout: 50 * time.Millisecond}, "head": {Allow: []string{address}, HeaderTimeout: 50 * time.Millisecond},
	} {
		_, err := get(t, client(t, outbound.Options{}, p), base+"/hang")
		if timeout, ok := errors.AsType[net.Error](err); !ok || !timeout.Timeout() {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestRecordsWhereItWentAndNoSecret(t *testing.T) {
	t.Parallel()
	address := server(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "hello") })
	var ledger outbound.Ledger
	var text bytes.Buffer
	log := outbound.Log(slog.New(slog.NewTextHandler(&text, &slog.HandlerOptions{Level: slog.LevelDebug})))
	c := client(t, outbound.Options{Record: func(r outbound.Record) { ledger.Add(r); log(r) }}, outbound.Policy{Purpose: "test", Allow: []string{address}})
	if _, err := get(t, c, "http://"+address+"/path-canary?key=canary", "Authorization", "canary"); err != nil {
		t.Fatal(err)
	}
	_, err := get(t, c, "http://10.0.0.1/?key=canary")
	if reason := outbound.Reason(err); strings.Contains(reason.Error(), "canary") {
		t.Errorf("the reason holds the query: %v", reason)
	}
	type short struct {
		Purpose, Host string
		Status        int
		Bytes         int64
		Refused       bool
	}
	var got []short
	for _, r := range ledger.Records() {
		got = append(got, short{r.Purpose, r.Host, r.Status, r.Bytes, errors.Is(r.Err, outbound.ErrRefused)})
	}
	want := []short{{"test", address, 200, 5, false}, {"test", "10.0.0.1", 0, 0, true}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if strings.Contains(text.String(), "canary") || !strings.Contains(text.String(), "outbound request refused") {
		t.Errorf("log: %s", &text)
	}
}

func TestStopsAtOnce(t *testing.T) {
	t.Parallel()
	gone := make(chan struct{})
	address := server(t, func(w http.ResponseWriter, r *http.Request) {
		_, _ = w.Write([]byte("a\n"))
		_ = http.NewResponseController(w).Flush()
		<-r.Context().Done()
		close(gone)
	})
	c := client(t, outbound.Options{}, outbound.Policy{Allow: []string{address}, Stream: true})
	ctx, cancel := context.WithCancel(t.Context())
	req, _ := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+address, nil)
	resp, err := c.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close() //nolint:errcheck // cancelled
	lines := bufio.NewReader(resp.Body)
	if _, err := lines.ReadString('\n'); err != nil {
		t.Fatal(err)
	}
	cancel()
	if _, err := lines.ReadString('\n'); !errors.Is(err, context.Canceled) {
		t.Errorf("after the stop: %v", err)
	}
	<-gone
}

func TestStreamsAskForNoCompressionAndKeepConnections(t *testing.T) {
	t.Parallel()
	var connections atomic.Int32
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if got := r.Header.Get("Accept-Encoding"); got != "" {
			t.Errorf("asked for %s", got)
		}
		_, _ = w.Write([]byte("x"))
	}))
	s.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			connections.Add(1)
		}
	}
	s.Start()
	t.Cleanup(s.Close)
	address := s.Listener.Addr().String()
	c := client(t, outbound.Options{}, outbound.Policy{Allow: []string{address}, Stream: true})
	for range 5 {
		if _, err := get(t, c, s.URL); err != nil {
			t.Fatal(err)
		}
	}
	if n := connections.Load(); n != 1 {
		t.Errorf("%d connections for five requests in a row", n)
	}
}

func TestProxy(t *testing.T) {
	t.Setenv("HTTP_PROXY", "http://127.0.0.1:1")
	var proxied []string
	var mu sync.Mutex
	address := server(t, func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		proxied = append(proxied, r.URL.String())
		_, _ = io.WriteString(w, "through the proxy")
	})
	local := server(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "direct") })
	resolver := outboundtest.Resolver(outboundtest.Names(map[string]string{"public.test": "1.1.1.1", "private.test": "10.0.0.1"}))
	proxies, err := outbound.ProxiesOf(func(name string) string {
		return map[string]string{"PROXY": "http://" + address}[name]
	})
	if err != nil {
		t.Fatal(err)
	}
	o := outbound.Options{Resolver: resolver, Proxies: proxies}
	c := client(t, o, outbound.Policy{Allow: []string{local}, Ports: []string{"80", portOf(address)}})

	for ask, want := range map[string]string{
		"http://public.test/a": "through the proxy", "http://known-to-the-proxy.test/": "through the proxy", "http://" + local: "direct",
	} {
		if body, err := get(t, c, ask); err != nil || body != want {
			t.Errorf("%s: %q, %v", ask, body, err)
		}
	}
	for _, ask := range []string{"http://private.test/", "http://10.0.0.1/", "http://127.0.0.1/", "http://" + address + "/"} {
		if _, err := get(t, c, ask); !errors.Is(err, outbound.ErrRefused) {
			t.Errorf("%s: %v", ask, err)
		}
	}
	if len(proxied) != 2 {
		t.Errorf("the proxy saw %v", proxied)
	}
	// Without a configured proxy that of the environment is not used.
	if body, err := get(t, client(t, outbound.Options{}, outbound.Policy{Allow: []string{local}}), "http://"+local); err != nil || body != "direct" {
		t.Errorf("%q, %v", body, err)
	}
}
