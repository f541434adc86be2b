// Package realtime pushes events to connected clients: over WebSocket, and over
// server-sent events or HTTP streaming where a proxy blocks it. It is a thin
// layer over the library centrifuge that decides who may connect, what they
// may listen to and how much one client can cost.
//
// It is not a message queue. A channel remembers its last 64 publications for
// ten seconds, so that a connection that drops for a moment loses nothing;
// what is older comes from whoever published it. Clients only listen: they
// cannot publish, and ask for neither history nor presence.
package realtime

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"github.com/centrifugal/centrifuge"
	"github.com/prometheus/client_golang/prometheus"
)

// Protocol is the version that a client names when it connects, as
// {"protocol": 1}. Another one is told to reload.
const Protocol = 1

// Codes that end a connection for good: a client does not reconnect by itself.
// They stand in the close frame of a WebSocket and in the disconnect push of
// the fallbacks.
const (
	// CodeSignIn says that the session is missing, has ended or was revoked.
	CodeSignIn = 4501
	// CodeReload says that the page speaks another version of the protocol.
	CodeReload = 4502
)

var (
	signIn = centrifuge.Disconnect{Code: CodeSignIn, Reason: "sign in again"}
	reload = centrifuge.Disconnect{Code: CodeReload, Reason: "reload the page"}
)

const (
	historySize = 64
	historyTTL  = 10 * time.Second
	// metaTTL is how long a channel's position is known once nobody listens.
	metaTTL = 5 * time.Minute

	maxChannels    = 64
	maxChannelName = 128
	maxConnections = 100
	maxMessage     = 16 << 10
	maxQueue       = 2 << 20
)

// Identity is who a connection belongs to: a user, and the session that it
// ends with.
type Identity struct{ User, Session string }

// Config is what a [Hub] asks of the rest of the program.
type Config struct {
	Log *slog.Logger
	// Authenticate says whose request this is.
	Authenticate func(*http.Request) (Identity, bool)
	// Authorize returns nil when user may listen to channel, which has the form
	// namespace:id. It is not asked about a user's own system channel.
	Authorize func(ctx context.Context, user, channel string) error
	// CheckOrigin says whether a browser page of this request's origin may
	// connect.
	CheckOrigin func(*http.Request) bool
	// Recheck says whether a session is still good. It is asked now and then for
	// each session with an open connection, in case no one said that it ended.
	Recheck func(ctx context.Context, user, session string) bool
	// RecheckEvery is how often; 60 s if 0.
	RecheckEvery time.Duration
}

// Hub holds the open connections. It works from [New] until [Hub.Run] ends.
type Hub struct {
	config    Config
	log       *slog.Logger
	node      *centrifuge.Node
	history   centrifuge.PublishOption
	metrics   *prometheus.Registry
	audiences audiences
}

// New returns a hub that takes connections; [Hub.Run] has to be called to keep
// it in order and to end it.
func New(config Config) (*Hub, error) {
	if config.Log == nil || config.Authenticate == nil || config.Authorize == nil || config.CheckOrigin == nil || config.Recheck == nil {
		return nil, errors.New("realtime: a field of the config is missing")
	}
	if config.RecheckEvery == 0 {
		config.RecheckEvery = time.Minute
	}
	h := &Hub{
		config: config, log: config.Log, metrics: prometheus.NewRegistry(),
		history:   centrifuge.WithHistory(historySize, historyTTL),
		audiences: audiences{channels: map[string]*audience{}},
	}
	node, err := centrifuge.New(centrifuge.Config{
		LogLevel: centrifuge.LogLevelWarn, LogHandler: h.logEntry,
		ClientQueueMaxSize: maxQueue, ClientChannelLimit: maxChannels,
		ChannelMaxLength: maxChannelName, UserConnectionLimit: maxConnections,
		RecoveryMaxPublicationLimit: historySize, HistoryMetaTTL: metaTTL,
		Metrics: centrifuge.MetricsConfig{RegistererGatherer: h.metrics},
	})
	if err != nil {
		return nil, fmt.Errorf("realtime: %w", err)
	}
	h.node = node
	node.OnConnecting(h.connecting)
	node.OnConnect(h.connected)
	if err := node.Run(); err != nil {
		return nil, fmt.Errorf("realtime: %w", err)
	}
	return h, nil
}

// Metrics returns the hub's Prometheus metrics.
func (h *Hub) Metrics() prometheus.Gatherer { return h.metrics }

// Run keeps the hub in order until ctx ends, then tells all clients to come
// back later and returns when they are gone, after a second at most.
func (h *Hub) Run(ctx context.Context) error {
	sweep := time.NewTicker(time.Second)
	defer sweep.Stop()
	recheck := time.NewTicker(h.config.RecheckEvery)
	defer recheck.Stop()
	for {
		select {
		case <-sweep.C:
			h.sweep(time.Now())
		case <-recheck.C:
			h.Recheck(ctx)
		case <-ctx.Done():
			end, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
			defer cancel()
			_ = h.node.Shutdown(end) // its only error is the time limit, which is ours
			return nil
		}
	}
}

// Recheck ends the connections of sessions that are no longer good. Run does so
// now and then.
func (h *Hub) Recheck(ctx context.Context) {
	seen := map[Identity]bool{}
	for _, client := range h.node.Hub().Connections() {
		seen[Identity{User: client.UserID(), Session: client.Labels()[labelSession]}] = true
	}
	for who := range seen {
		if ctx.Err() == nil && !h.config.Recheck(ctx, who.User, who.Session) && ctx.Err() == nil {
			h.DisconnectSession(who.Session)
		}
	}
}

// DisconnectSession ends all connections of a session, which are told to sign
// in again.
func (h *Hub) DisconnectSession(session string) {
	h.warn("disconnect session", h.node.Disconnect("", centrifuge.WithDisconnectAllUsers(true),
		centrifuge.WithDisconnectLabelFilter(&centrifuge.FilterNode{Key: labelSession, Cmp: "eq", Val: session}),
		centrifuge.WithCustomDisconnect(signIn)))
}

// DisconnectUser ends all connections of a user, who is told to sign in again.
func (h *Hub) DisconnectUser(user string) {
	if user == "" {
		return
	}
	h.warn("disconnect user", h.node.Disconnect(user, centrifuge.WithCustomDisconnect(signIn)))
}

// Unsubscribe takes a channel away from all connections of a user, as when the
// access to what it is about has ended.
func (h *Hub) Unsubscribe(user, channel string) {
	if user == "" || channel == "" {
		return
	}
	h.warn("unsubscribe", h.node.Unsubscribe(user, channel))
}

func (h *Hub) warn(what string, err error) {
	if err != nil {
		h.log.Warn("realtime failed", "doing", what, "error", err)
	}
}

// logEntry passes on the library's message and error, never its other fields,
// which may hold what clients sent.
func (h *Hub) logEntry(entry centrifuge.LogEntry) {
	level := slog.LevelWarn
	if entry.Level >= centrifuge.LogLevelError {
		level = slog.LevelError
	}
	h.log.Log(context.Background(), level, "realtime library", "says", entry.Message, "error", entry.Error)
}
