package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"parley/internal/kit/rest"
)

const (
	headTimeout = 10 * time.Second
	idleTimeout = 2 * time.Minute
	// writeTimeout is how long a client may take nothing of what it is sent.
	writeTimeout = time.Minute
	// closeTimeout is how long open requests get after running turns have ended.
	closeTimeout = 2 * time.Second
)

// Serve runs the server until ctx ends and then stops it gracefully: running
// turns get seven seconds, and after nine all is stored.
func Serve(ctx context.Context, c Config, o Options, log *slog.Logger, say func(string)) error {
	a, err := Open(ctx, c, o, log)
	if err != nil {
		return err
	}
	err = a.Run(ctx, say)
	return errors.Join(err, a.Close())
}

// Run serves until ctx ends, as [Serve] does, and leaves closing to the caller.
// It starts the background work, and the listener once turns can be taken; say
// gets the lines that are for the person at the terminal.
func (a *App) Run(ctx context.Context, say func(string)) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	after, stop := context.WithCancel(context.WithoutCancel(ctx)) // outlives the turns
	defer stop()
	var turns, others sync.WaitGroup
	ready := make(chan struct{})
	turns.Go(func() { cancel(a.turns.Run(ctx, func() { close(ready) })) })
	select {
	case <-ready:
	case <-ctx.Done():
		turns.Wait()
		return cause(ctx)
	}
	for _, work := range a.background() {
		others.Go(func() {
			if err := work(after); err != nil && after.Err() == nil {
				cancel(err)
			}
		})
	}
	server, err := a.listen(ctx, cancel, say)
	if err == nil {
		<-ctx.Done()
		a.log.Info("stopping")
		turns.Wait()
		err = shut(server)
	} else {
		cancel(err)
		turns.Wait()
	}
	stop()
	others.Wait()
	return errors.Join(err, cause(ctx))
}

// cause is why the server stops; being asked to is no error.
func cause(ctx context.Context) error {
	if err := context.Cause(ctx); !errors.Is(err, context.Canceled) {
		return err
	}
	return nil
}

func (a *App) background() []func(context.Context) error {
	work := []func(context.Context) error{a.hub.Run, a.queue.Run, a.Identity.Run, a.Settings.Run, a.live.run}
	for _, f := range a.features {
		if f.Start != nil {
			work = append(work, f.Start)
		}
	}
	return work
}

func (a *App) listen(ctx context.Context, cancel context.CancelCauseFunc, say func(string)) (*http.Server, error) {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", a.config.Server.Listen)
	if err != nil {
		return nil, fmt.Errorf("listen: %w", err)
	}
	server := &http.Server{
		Handler: a.Handler(), ReadHeaderTimeout: headTimeout, IdleTimeout: idleTimeout,
		ErrorLog: slog.NewLogLogger(a.log.Handler(), slog.LevelDebug),
	}
	go func() {
		if err := server.Serve(rest.Patient(listener, writeTimeout)); !errors.Is(err, http.ErrServerClosed) {
			cancel(fmt.Errorf("serve: %w", err))
		}
	}()
	address := a.address(listener.Addr())
	a.log.Info("serving", "address", address)
	say("Parley is ready at " + address)
	// Being asked to stop this early is no error.
	token, err := a.setup.Open(context.WithoutCancel(ctx))
	if err != nil {
		return server, err
	}
	if token != "" {
		say("Set it up at   " + address + "/setup?token=" + token.Reveal())
	}
	return server, nil
}

// address is where a browser finds the server.
func (a *App) address(bound net.Addr) string {
	if a.config.Server.PublicURL != "" {
		return strings.TrimSuffix(a.config.Server.PublicURL, "/")
	}
	host, _, err := net.SplitHostPort(a.config.Server.Listen)
	_, port, err2 := net.SplitHostPort(bound.String())
	if err != nil || err2 != nil {
		return "http://" + bound.String()
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "localhost"
	}
	return "http://" + net.JoinHostPort(host, port)
}

// shut closes the listener, gives open requests a moment and ends the rest.
func shut(server *http.Server) error {
	ctx, cancel := context.WithTimeout(context.Background(), closeTimeout)
	defer cancel()
	if err := server.Shutdown(ctx); err != nil && !errors.Is(err, context.DeadlineExceeded) {
		return fmt.Errorf("stop listening: %w", err)
	}
	return server.Close()
}
