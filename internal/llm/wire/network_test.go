package wire_test

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"parley/internal/kit/outbound"
	"parley/internal/llm"
	"parley/internal/llm/wire"
)

// Users read why a provider cannot be reached; where it is, or what its name
// leads to, is not their business.
func TestNetworkErrorsNameNoAddress(t *testing.T) {
	t.Parallel()
	inside := &net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) {
		return nil, errors.New("dial udp 10.9.8.7:53: no route")
	}}
	plain := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(plain.Close)
	plainAt := plain.Listener.Addr().String()
	strange := httptest.NewUnstartedServer(http.NotFoundHandler()) // of an issuer that nobody knows
	strange.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	strange.StartTLS()
	t.Cleanup(strange.Close)
	strangeAt := strange.Listener.Addr().String()
	for _, c := range []struct {
		name, url, allow, code, want string
		retryable                    bool
	}{
		{"nobody listens", "http://127.0.0.1:1/v1", "127.0.0.1:1", llm.CodeRefused, "connection refused", true},
		{"refused by policy", "http://127.0.0.1:1/v1", "example.org:1", "", "The server does not connect to this address.", false},
		{"unknown name", "http://models.internal:1/v1", "models.internal:1", llm.CodeHost, "the host was not found", true},
		{"not to be trusted", strange.URL + "/v1", strangeAt, llm.CodeCertificate, "the certificate of the provider is not valid", true},
		{"not secure", "https://" + plainAt + "/v1", plainAt, llm.CodeNoHTTPS, "there is no HTTPS at this address", true},
	} {
		client, err := outbound.Options{Resolver: inside}.Client(outbound.Policy{Purpose: "provider", Allow: []string{c.allow}, Only: true})
		if err != nil {
			t.Fatal(err)
		}
		call := &wire.Call{Client: client, Method: http.MethodGet, URL: c.url, Limits: wire.Limits{Retries: -1}}
		_, err = call.Do(t.Context())
		e := llm.AsError(err)
		if e == nil || e.Kind != llm.ErrNetwork || e.Code != c.code || e.Message != c.want || e.Retryable != c.retryable || strings.Contains(e.Message, "127.0") {
			t.Errorf("%s: got %v", c.name, e)
		}
	}
}
