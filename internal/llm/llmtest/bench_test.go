package llmtest_test

import (
	"bytes"
	"io"
	"net/http"
	"testing"

	"parley/internal/llm"
	"parley/internal/llm/llmtest"
	"parley/internal/llm/wire"
)

// BenchmarkRecordings plays every recorded stream through its codec and reports
// the cost per event that a provider sent, requests and answers included.
func BenchmarkRecordings(b *testing.B) {
	list := readNotTaken(b)
	streams := map[string][]recording{}
	for _, r := range find(b, llmtest.Fixtures(b), list) {
		if r.Status == http.StatusOK && eventsIn(r.Body) > 0 && list.covers("answer", r.name) == "" {
			streams[r.protocol] = append(streams[r.protocol], r)
		}
	}
	for protocol, recordings := range streams {
		b.Run(protocol, func(b *testing.B) {
			sent := 0
			for _, r := range recordings {
				sent += eventsIn(r.Body)
			}
			b.ReportAllocs()
			for b.Loop() {
				for _, r := range recordings {
					for range canned(r).Stream(b.Context(), llmtest.Hello()) { //nolint:revive // only its cost matters
					}
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*sent), "ns/event")
			b.ReportMetric(float64(sent)/float64(len(recordings)), "events/answer")
		})
	}
}

// eventsIn counts the events of a stream, binary or not.
func eventsIn(body []byte) int {
	if bytes.HasPrefix(body, []byte{0}) {
		return len(unframed(body))
	}
	return bytes.Count(body, []byte("data: {"))
}

func canned(r recording) llm.Model {
	client := &http.Client{Transport: transport(r.Body)}
	model, err := codecs[r.protocol].build("http://model.test", client, wire.Limits{}, r.dialect)
	if err != nil {
		panic(err) // the addresses here are good
	}
	return model
}

type transport []byte

func (t transport) RoundTrip(request *http.Request) (*http.Response, error) {
	return &http.Response{
		StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {"text/event-stream"}},
		Body: io.NopCloser(bytes.NewReader(t)), Request: request,
	}, nil
}
