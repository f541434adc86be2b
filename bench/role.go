package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"runtime"
	"time"

	"parley/internal/llm/llmtest/upstream"
)

// idleConnections is how many connections a role keeps for its next requests;
// it is above the number of streams of every measurement.
const idleConnections = 2000

type upstreamCommand struct {
	Listen   string            `default:"127.0.0.1:0" help:"Address to listen on."`
	Model    []string          `help:"What /v1/models lists; may be repeated."`
	Script   map[string]string `help:"Script of a model, as MODEL=SCRIPT; may be repeated." mapsep:"none"`
	Default  string            `help:"Script of models that have none."`
	Argument map[string]string `help:"JSON arguments of a tool call, as TOOL=JSON; may be repeated." mapsep:"none"`
	Key      string            `help:"API key to ask for; none by default."`
}

// Run serves the scripted provider until it is interrupted.
func (c *upstreamCommand) Run(ctx context.Context) error {
	// One thread does it all with fewer wake-ups, which leaves more of the
	// machine to the server that is measured.
	runtime.GOMAXPROCS(1)
	server := upstream.New(upstream.Options{
		Models: c.Model, Scripts: c.Script, Default: c.Default, Arguments: c.Argument, Key: c.Key,
	})
	defer server.Close() //nolint:contextcheck // it ends when all answers have, whatever the context
	return serve(ctx, c.Listen, server)
}

type proxyCommand struct {
	Listen string   `default:"127.0.0.1:0" help:"Address to listen on."`
	Target *url.URL `required:"" help:"Where requests go."`
}

// Run serves the reverse proxy until it is interrupted.
func (c *proxyCommand) Run(ctx context.Context) error {
	proxy := &httputil.ReverseProxy{
		Rewrite:       func(r *httputil.ProxyRequest) { r.SetURL(c.Target) },
		FlushInterval: -1,
		Transport:     transport(),
	}
	return serve(ctx, c.Listen, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		// Otherwise a response that begins while the transport still looks for
		// the end of the request's body closes that body and breaks both.
		_ = http.NewResponseController(w).EnableFullDuplex()
		proxy.ServeHTTP(w, r)
	}))
}

// transport is how each role makes requests.
func transport() *http.Transport {
	return &http.Transport{
		MaxIdleConnsPerHost: idleConnections,
		DisableCompression:  true,
	}
}

// serve listens, prints the URL as the first line of standard output and
// serves until it is told to end.
func serve(ctx context.Context, address string, handler http.Handler) error {
	var config net.ListenConfig
	listener, err := config.Listen(ctx, "tcp", address)
	if err != nil {
		return fmt.Errorf("listen on %s: %w", address, err)
	}
	if _, err := fmt.Printf("http://%s\n", listener.Addr()); err != nil {
		return fmt.Errorf("print the address: %w", err)
	}
	ctx, cancel := untilInputEnds(ctx)
	defer cancel()
	server := &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second}
	context.AfterFunc(ctx, func() { _ = server.Close() })
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serve: %w", err)
	}
	return nil
}

// untilInputEnds returns a context that ends when standard input is a pipe and
// its other end has been closed, which happens when the parent process dies.
func untilInputEnds(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(ctx)
	info, err := os.Stdin.Stat()
	if err == nil && info.Mode()&os.ModeNamedPipe != 0 {
		// The read cannot be interrupted; the goroutine ends with the process.
		go func() {
			defer cancel()
			_, _ = io.Copy(io.Discard, os.Stdin)
		}()
	}
	return ctx, cancel
}
