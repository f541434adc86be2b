package outbound_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"parley/internal/kit/outbound"
)

// BenchmarkStream reads a stream of small chunks, once through a client of
// ours and once through a bare one: what the checks cost a token.
func BenchmarkStream(b *testing.B) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		chunk := make([]byte, 120)
		flush := http.NewResponseController(w)
		for r.Context().Err() == nil {
			if _, err := w.Write(chunk); err != nil {
				return
			}
			_ = flush.Flush()
		}
	}))
	defer s.Close()
	ours, err := outbound.Options{Record: func(outbound.Record) {}}.Client(outbound.Policy{
		Allow: []string{s.Listener.Addr().String()}, Only: true, Stream: true,
	})
	if err != nil {
		b.Fatal(err)
	}
	for name, client := range map[string]*http.Client{"ours": ours, "bare": {Transport: &http.Transport{DisableCompression: true}}} {
		b.Run(name, func(b *testing.B) {
			req, err := http.NewRequestWithContext(b.Context(), http.MethodGet, s.URL, nil)
			if err != nil {
				b.Fatal(err)
			}
			resp, err := client.Do(req)
			if err != nil {
				b.Fatal(err)
			}
			defer resp.Body.Close() //nolint:errcheck // cut off
			buf := make([]byte, 120)
			b.ReportAllocs()
			for b.Loop() {
				if _, err := io.ReadFull(resp.Body, buf); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
