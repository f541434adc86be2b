package identity_test

import (
	"net/http"
	"net/netip"
	"strings"
	"testing"

	"parley/internal/identity"
)

func TestClientOfARequest(t *testing.T) {
	t.Parallel()
	var got identity.Client
	s := identity.New(identity.Config{})
	r := requestFrom(t, "203.0.113.9:5555", "Evil\x1b[31m/1.0 \u202e"+strings.Repeat("x", 1000))
	r.Header.Set("X-Forwarded-For", "198.51.100.1")
	s.Middleware(nil, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { got, _ = identity.ClientFrom(r.Context()) })).ServeHTTP(nil, r)
	if got.Address != netip.MustParseAddr("203.0.113.9") {
		t.Errorf("address %v", got.Address)
	}
	if len(got.Agent) > 300 || strings.ContainsAny(got.Agent, "\x1b\u202e") {
		t.Errorf("agent %q", got.Agent)
	}
}

func TestDevice(t *testing.T) {
	t.Parallel()
	for agent, want := range map[string]string{
		firefox: "Firefox on Linux",
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36":                            "Chrome on Windows",
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0":              "Edge on Windows",
		"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15":                      "Safari on macOS",
		"Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/140.0.0.0 Mobile/15E148 Safari/604.1": "Chrome on iPhone",
		"Mozilla/5.0 (Linux; Android 15; SM-S931B) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36": "Samsung Internet on Android",
		"Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36":                             "Chrome on ChromeOS",
		"curl/8.14.1":            "curl",
		"python-requests/2.32":   "python-requests",
		"Mozilla/5.0":            "Unknown device",
		"":                       "Unknown device",
		strings.Repeat("x", 100): "Unknown device",
	} {
		if got := identity.Device(agent); got != want {
			t.Errorf("%s: got %s, want %s", agent, got, want)
		}
	}
}
