package llmtest

import (
	"bytes"
	"io"
	"net/http"
	"testing"

	"parley/internal/llm"
	"parley/internal/llm/wire"
)

// Fuzz feeds a codec with streams that no server should send. Whatever comes,
// the events keep the contract, and the end is either a finish or an error.
func Fuzz(f *testing.F, protocol Protocol, build func(Options, *http.Client) llm.Model) {
	f.Helper()
	for _, stream := range []string{
		protocol.Text("a", "b"), protocol.Whole("a"), protocol.Reasoning, protocol.Tools, protocol.Usage,
		protocol.Cut, protocol.Failed,
	} {
		f.Add([]byte(stream))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		client := &http.Client{Transport: canned(body)}
		model := build(Options{BaseURL: "http://model.test", Limits: wire.Limits{Retries: -1}}, client)
		a := Collect(t.Context(), model, Hello())
		if a.Broken != "" {
			t.Errorf("the events break the contract: %s", a.Broken)
		}
		if (a.Err == nil) == (a.Reason == "") {
			t.Errorf("finished with %q and the error %v", a.Reason, a.Err)
		}
		for _, call := range a.Calls() {
			if call.ID == "" || call.Name == "" && a.Err == nil {
				t.Errorf("a call without id or name: %+v", call)
			}
		}
	})
}

// canned answers every request with the same text.
type canned []byte

func (c canned) RoundTrip(request *http.Request) (*http.Response, error) {
	return &http.Response{
		StatusCode: http.StatusOK, Body: io.NopCloser(bytes.NewReader(c)), Request: request,
	}, nil
}
