package llmtest_test

import (
	"bytes"
	"io"
	"net/http"
	"runtime"
	"syscall"
	"testing"
	"time"

	"parley/internal/llm"
	"parley/internal/llm/llmtest"
	"parley/internal/llm/wire"
)

// BenchmarkRecordings plays every recorded stream through its codec. An answer
// has from a few events to hundreds, so what a call costs however long its answer
// is (the request, the connection's clocks) is measured apart, by the same calls
// with answers that have no event; the rest is what a delta costs, as a provider
// counts deltas: the events that it sent, whatever they hold.
func BenchmarkRecordings(b *testing.B) {
	for protocol, recordings := range recordedStreams(b) {
		b.Run(protocol, func(b *testing.B) {
			sent, size := 0, 0
			models, silent := make([]llm.Model, len(recordings)), make([]llm.Model, len(recordings))
			for i, r := range recordings {
				sent, size = sent+eventsIn(r.Body), size+len(r.Body)
				models[i], silent[i] = canned(r, r.Body), canned(r, nil)
			}
			whole, calls := costOf(b, models), costOf(b, silent)
			b.ReportMetric(0, "ns/op") // of all the answers together, which says nothing
			b.ReportMetric((whole.nanoseconds-calls.nanoseconds)/float64(sent), "ns/delta")
			b.ReportMetric((whole.bytes-calls.bytes)/float64(sent), "B/delta")
			b.ReportMetric(calls.nanoseconds/float64(len(models)), "ns/call")
			b.ReportMetric(calls.bytes/float64(len(models)), "B/call")
			b.ReportMetric(float64(sent)/float64(len(models)), "deltas/answer")
			b.ReportMetric(float64(size)/float64(sent), "sent-B/delta")
		})
	}
}

// recordedStreams are the recorded answers of several events, by protocol.
func recordedStreams(t testing.TB) map[string][]recording {
	t.Helper()
	list := readNotTaken(t)
	streams := map[string][]recording{}
	for _, r := range find(t, llmtest.Fixtures(t), list) {
		if r.Status == http.StatusOK && eventsIn(r.Body) > 0 && list.covers("answer", r.name) == "" {
			streams[r.protocol] = append(streams[r.protocol], r)
		}
	}
	return streams
}

// cost is what it takes to ask each of some models once.
type cost struct{ nanoseconds, bytes float64 }

func costOf(b *testing.B, models []llm.Model) cost {
	b.Helper()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	begin := processorTime(b)
	for range b.N {
		for _, model := range models {
			for range model.Stream(b.Context(), llmtest.Hello()) { //nolint:revive // only its cost matters
			}
		}
	}
	took := processorTime(b) - begin
	runtime.ReadMemStats(&after)
	return cost{
		nanoseconds: float64(took.Nanoseconds()) / float64(b.N),
		bytes:       float64(after.TotalAlloc-before.TotalAlloc) / float64(b.N),
	}
}

// processorTime is what the process has taken of all processors, garbage
// collection included: unlike the time on the wall it does not grow with what else
// the machine does.
func processorTime(b *testing.B) time.Duration {
	b.Helper()
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		b.Fatal(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

// eventsIn counts the events of a stream, binary or not.
func eventsIn(body []byte) int {
	if bytes.HasPrefix(body, []byte{0}) {
		return len(unframed(body))
	}
	return bytes.Count(body, []byte("data: {"))
}

func canned(r recording, body []byte) llm.Model {
	client := &http.Client{Transport: transport(body)}
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
