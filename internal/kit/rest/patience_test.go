package rest_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"parley/internal/kit/rest"
)

var open = rest.Guard{Name: "public", Check: func(context.Context, func(string) string) error { return nil }}

type named struct {
	Body struct {
		Name string `json:"name"`
	}
}

func serve(t *testing.T, r *rest.Router) *httptest.Server {
	t.Helper()
	rest.Raw(r, "GET /ready", open, func(w http.ResponseWriter, _ *http.Request) error {
		_, err := io.WriteString(w, "yes")
		return err
	})
	rest.Handle(r, "POST /names", open, func(_ context.Context, in *named) (string, error) { return in.Body.Name, nil })
	s := httptest.NewUnstartedServer(r.Edge(r))
	s.Listener = rest.Patient(s.Listener, 50*time.Millisecond)
	s.Start()
	t.Cleanup(s.Close)
	return s
}

func dial(t *testing.T, s *httptest.Server) net.Conn {
	t.Helper()
	conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", s.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return conn
}

// A client that announces a body and never sends it does not keep its
// connection, whether the route wants the body or not.
func TestBodyThatNeverComes(t *testing.T) {
	t.Parallel()
	r := rest.New("test", "0", slog.New(slog.DiscardHandler))
	r.BodyPatience(50 * time.Millisecond)
	s := serve(t, r)
	for _, request := range []string{"GET /ready", "POST /names", "POST /nothing"} {
		conn := dial(t, s)
		if _, err := fmt.Fprintf(conn, "%s HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{", request); err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(io.Discard, conn); err != nil { // until the server hangs up
			t.Errorf("%s: %v", request, err)
		}
	}
	conn := dial(t, s)
	in := bufio.NewReader(conn)
	for range 2 { // a body in time leaves the connection usable
		if _, err := fmt.Fprint(conn, "POST /names HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 12\r\n\r\n{\"name\":\"a\"}"); err != nil {
			t.Fatal(err)
		}
		res, err := http.ReadResponse(in, nil)
		if err != nil || res.StatusCode != http.StatusOK {
			t.Fatalf("got %v, %v", res, err)
		}
		if _, err := io.Copy(io.Discard, res.Body); err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		<-time.After(100 * time.Millisecond) // longer than a body may take
	}
}

// A client that stops reading does not keep a stream open.
func TestStreamThatNobodyReads(t *testing.T) {
	t.Parallel()
	r := rest.New("test", "0", slog.New(slog.DiscardHandler))
	ended := make(chan error, 1)
	rest.Raw(r, "GET /endless", open, func(w http.ResponseWriter, _ *http.Request) error {
		var err error
		for text := strings.Repeat("x", 1<<20); err == nil; {
			_, err = io.WriteString(w, text)
		}
		ended <- err
		return nil
	})
	s := serve(t, r)
	if _, err := fmt.Fprint(dial(t, s), "GET /endless HTTP/1.1\r\nHost: x\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	<-ended
}

// What a request is told about itself is not longer than it needs to be, and
// answers are neither kept by caches nor taken for something else.
func TestAnswersOfTheAPI(t *testing.T) {
	t.Parallel()
	s := serve(t, rest.New("test", "0", slog.New(slog.DiscardHandler)))
	wrong := map[string]int{}
	for i := range 500 {
		wrong[fmt.Sprint("field", i)] = 1
	}
	body, err := json.Marshal(wrong)
	if err != nil {
		t.Fatal(err)
	}
	for _, given := range []string{string(body), `{"name":"a"}`} {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.URL+"/names", strings.NewReader(given))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", "application/json")
		res, err := s.Client().Do(req)
		if err != nil {
			t.Fatal(err)
		}
		answer, err := io.ReadAll(res.Body)
		_ = res.Body.Close()
		if err != nil || len(answer) > 8<<10 {
			t.Errorf("%d: the answer has %d bytes, %v", res.StatusCode, len(answer), err)
		}
		if res.Header.Get("Cache-Control") != "no-store" || res.Header.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%d: headers %v", res.StatusCode, res.Header)
		}
	}
}
