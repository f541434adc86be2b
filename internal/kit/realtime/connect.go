package realtime

import (
	"bufio"
	"context"
	"encoding/json"
	"net"
	"net/http"
	"slices"
	"strings"
	"time"

	"parley/internal/kit/fault"

	"github.com/centrifugal/centrifuge"
)

// System returns the name of the channel that only this user may listen to.
func System(user string) string { return systemPrefix + user }

const (
	systemPrefix = "sys:"
	labelSession = "session"
)

// errNoChannel answers for a channel that is not there and for one that the
// user may not know of.
var errNoChannel = &centrifuge.Error{Code: 404, Message: "not found"}

type identityKey struct{}

// connecting decides whether a connection may stay.
func (h *Hub) connecting(ctx context.Context, event centrifuge.ConnectEvent) (centrifuge.ConnectReply, error) {
	who, ok := ctx.Value(identityKey{}).(Identity)
	if !ok {
		return centrifuge.ConnectReply{}, signIn
	}
	var hello struct {
		Protocol int `json:"protocol"`
	}
	if json.Unmarshal(event.Data, &hello) != nil || hello.Protocol != Protocol {
		return centrifuge.ConnectReply{}, reload
	}
	return centrifuge.ConnectReply{
		Credentials: &centrifuge.Credentials{UserID: who.User},
		Labels:      map[string]string{labelSession: who.Session},
	}, nil
}

// connected sets up what a connection may do: listen, and nothing else.
func (h *Hub) connected(client *centrifuge.Client) {
	client.OnSubscribe(func(event centrifuge.SubscribeEvent, reply centrifuge.SubscribeCallback) {
		if err := h.mayListen(client, event.Channel); err != nil {
			reply(centrifuge.SubscribeReply{}, err)
			return
		}
		h.audiences.join(event.Channel)
		reply(centrifuge.SubscribeReply{Options: centrifuge.SubscribeOptions{EnableRecovery: true}}, nil)
	})
	client.OnUnsubscribe(func(event centrifuge.UnsubscribeEvent) { h.audiences.leave(event.Channel) })
}

func (h *Hub) mayListen(client *centrifuge.Client, channel string) error {
	if owner, system := strings.CutPrefix(channel, systemPrefix); system {
		if owner != client.UserID() {
			return errNoChannel
		}
		return nil
	}
	err := h.config.Authorize(client.Context(), client.UserID(), channel)
	if err == nil {
		return nil
	}
	if slices.Contains([]fault.Kind{fault.NotFound, fault.Forbidden, fault.Unauthenticated, fault.Invalid}, fault.Of(err).Kind) {
		return errNoChannel
	}
	h.warn("authorize", err)
	return centrifuge.ErrorInternal // temporary: the client asks again later
}

func (h *Hub) pings() centrifuge.PingPongConfig {
	return centrifuge.PingPongConfig{PingInterval: 25 * time.Second, PongTimeout: 10 * time.Second}
}

// WebSocket serves the main transport.
func (h *Hub) WebSocket() http.Handler {
	ws := centrifuge.NewWebsocketHandler(h.node, centrifuge.WebsocketConfig{
		CheckOrigin:      func(*http.Request) bool { return true }, // entrance has checked it
		MessageSizeLimit: maxMessage, WriteTimeout: 5 * time.Second,
		UseWriteBufferPool: true, ProcessCommandsOffReadLoop: true, PingPongConfig: h.pings(),
	})
	return h.entrance(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ws.ServeHTTP(hijacker{w}, r)
	}))
}

// SSE serves the fallback over server-sent events.
func (h *Hub) SSE() http.Handler {
	return h.entrance(centrifuge.NewSSEHandler(h.node, centrifuge.SSEConfig{
		MaxRequestBodySize: maxMessage, PingPongConfig: h.pings(),
	}))
}

// HTTPStream serves the fallback over a streamed HTTP response.
func (h *Hub) HTTPStream() http.Handler {
	return h.entrance(centrifuge.NewHTTPStreamHandler(h.node, centrifuge.HTTPStreamConfig{
		MaxRequestBodySize: maxMessage, PingPongConfig: h.pings(),
	}))
}

// Emulation takes what clients of the fallbacks send.
func (h *Hub) Emulation() http.Handler {
	emulation := centrifuge.NewEmulationHandler(h.node, centrifuge.EmulationConfig{MaxRequestBodySize: maxMessage})
	return h.entrance(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, ok := r.Context().Value(identityKey{}).(Identity); !ok {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		emulation.ServeHTTP(w, r)
	}))
}

// entrance checks the origin and says who the request is from. Without a
// session it is let through, to be refused in the transport's own terms: a
// browser would take a plain 401 for a bad network and try for ever.
func (h *Hub) entrance(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !h.config.CheckOrigin(r) {
			w.WriteHeader(http.StatusForbidden)
			return
		}
		if who, ok := h.config.Authenticate(r); ok && who.User != "" {
			r = r.WithContext(context.WithValue(r.Context(), identityKey{}, who))
		}
		next.ServeHTTP(w, r)
	})
}

// hijacker finds the connection below the wrappers of middleware, where the
// library does not look.
type hijacker struct{ http.ResponseWriter }

// Hijack is what http.Hijacker asks for.
func (h hijacker) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	return http.NewResponseController(h.ResponseWriter).Hijack()
}
