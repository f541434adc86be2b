package app

import (
	"context"
	"crypto/subtle"
	"net/http"
	"net/netip"
	"strconv"
	"strings"

	"parley/internal/kit/fault"
	"parley/internal/kit/rest"
	"parley/internal/turn"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

const metricsPath = "/metrics"

var errMetrics = fault.New(fault.Unauthenticated, "metrics_token_wrong",
	"Measurements are for this machine, or for who knows server.metricsToken.")

// measure begins to count what an operator watches.
func (a *App) measure() {
	requests := prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "parley_http_requests_total", Help: "Requests by the status of their answer; 0 is a connection that became a WebSocket.",
	}, []string{"status"})
	registry := prometheus.NewRegistry()
	registry.MustRegister(a.turnMetrics()...)
	registry.MustRegister(requests, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	a.router.OnAnswer(func(status int) { requests.WithLabelValues(strconv.Itoa(status)).Inc() })
	a.metrics = promhttp.HandlerFor(prometheus.Gatherers{registry, a.hub.Metrics()}, promhttp.HandlerOpts{})
}

// turnMetrics are what turns have under way and what was refused.
func (a *App) turnMetrics() []prometheus.Collector {
	gauge := func(name, help string, value func(turn.Load) int) prometheus.Collector {
		return prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help},
			func() float64 { return float64(value(a.turns.Load())) })
	}
	refused := func(what string, value func(turn.Load) int64) prometheus.Collector {
		return prometheus.NewCounterFunc(prometheus.CounterOpts{
			Name: "parley_limited_total", Help: "What was refused because its user had too much under way.",
			ConstLabels: prometheus.Labels{"what": what},
		}, func() float64 { return float64(value(a.turns.Load())) })
	}
	return []prometheus.Collector{
		gauge("parley_turns_running", "Turns that are being answered or wait for an approval.", func(l turn.Load) int { return l.Turns }),
		gauge("parley_event_streams", "Open event streams of turns.", func(l turn.Load) int { return l.Streams }),
		refused("turns", func(l turn.Load) int64 { return l.RefusedTurns }),
		refused("streams", func(l turn.Load) int64 { return l.RefusedStreams }),
	}
}

// mayMeasure lets in who shows the token, and without one who is on this
// machine. A request that a proxy passed on is from elsewhere.
func (a *App) mayMeasure() rest.Guard {
	return rest.Guard{Name: "this machine, or the metrics token", Check: func(ctx context.Context, _ func(string) string) error {
		r := rest.Request(ctx)
		if given := r.Header.Get("Authorization"); given != "" {
			return a.checkMetricsToken(given)
		}
		peer, err := netip.ParseAddrPort(r.RemoteAddr)
		if err != nil || !peer.Addr().Unmap().IsLoopback() || isForwarded(r) {
			return errMetrics
		}
		return nil
	}}
}

func (a *App) checkMetricsToken(authorization string) error {
	scheme, given, _ := strings.Cut(authorization, " ")
	wanted := a.config.Server.MetricsToken.Reveal()
	right := subtle.ConstantTimeCompare([]byte(strings.TrimSpace(given)), []byte(wanted)) == 1
	if wanted == "" || !right || !strings.EqualFold(scheme, "Bearer") {
		return errMetrics
	}
	return nil
}

// isForwarded reports whether a reverse proxy made the request for another.
func isForwarded(r *http.Request) bool {
	for _, name := range []string{"Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-Ip", "Via"} {
		if r.Header.Get(name) != "" {
			return true
		}
	}
	return false
}
