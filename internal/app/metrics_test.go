package app_test

import (
	"strings"
	"testing"

	"parley/internal/app"
	"parley/internal/app/apptest"
	"parley/internal/kit/id"
)

func TestMetrics(t *testing.T) {
	t.Parallel()
	const token = "scraper-0123456789"
	w := apptest.Start(t, apptest.Options{Config: func(c *app.Config) { c.Server.MetricsToken = token }})
	nobody := w.Nobody()
	for name, c := range map[string]struct {
		status int
		header []string
	}{
		"this machine":                  {200, nil},
		"a proxy on this machine":       {401, []string{"X-Forwarded-For", "203.0.113.9"}},
		"a token through a proxy":       {200, []string{"X-Forwarded-For", "203.0.113.9", "Authorization", "Bearer " + token}},
		"the token, scheme in any case": {200, []string{"Authorization", "bearer " + token}},
		"a wrong token":                 {401, []string{"Authorization", "Bearer " + token + "0"}},
		"no token":                      {401, []string{"Authorization", "Bearer "}},
		"another scheme":                {401, []string{"Authorization", "Basic " + token}},
		"an administrator's key":        {401, []string{"Authorization", "Bearer " + w.Admin.Key}},
	} {
		if a := nobody.Do(t, "GET", "/metrics", nil, c.header...); a.Status != c.status || c.status == 401 && a.Code() != "metrics_token_wrong" {
			t.Errorf("%s was answered %d %.200s", name, a.Status, a.Body)
		}
	}

	c := w.Alice.Program()
	a := c.Send(t, id.New(), object{"text": "script:tokens-3+hang"})
	c.Want(t, 404, "GET", "/api/chats/"+id.New(), nil)
	measured := func() string { return string(nobody.Want(t, 200, "GET", "/metrics", nil).Body) }
	for _, want := range []string{
		"\nparley_turns_running 1\n", "\nparley_http_requests_total{status=\"404\"} 1\n", "\nparley_http_requests_total{status=\"202\"} 1\n",
		"\ngo_goroutines ", "\nprocess_resident_memory_bytes ", "\ncentrifuge_",
	} {
		if text := measured(); !strings.Contains(text, want) {
			t.Errorf("%q is not measured:\n%s", want, text)
		}
	}
	c.Want(t, 202, "POST", "/api/turns/"+string(a.Turn)+"/stop", nil)
	c.Finish(t, a)
	apptest.Eventually(t, "the turn counts no more", func() bool {
		return strings.Contains(measured(), "\nparley_turns_running 0\n")
	})
}

func TestMetricsWithoutAToken(t *testing.T) {
	t.Parallel()
	w := apptest.Start(t, apptest.Options{})
	w.Nobody().Want(t, 200, "GET", "/metrics", nil)
	for _, header := range [][]string{{"Authorization", "Bearer "}, {"Authorization", "Bearer x"}, {"X-Forwarded-For", "127.0.0.1"}} {
		w.Nobody().Want(t, 401, "GET", "/metrics", nil, header...)
	}
}
