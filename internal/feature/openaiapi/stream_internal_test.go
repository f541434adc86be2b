package openaiapi

import (
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"parley/internal/llm"
)

// A stream whose model thinks for long says from time to time that it is alive;
// an error after that comes in the stream, since the status is sent.
func TestStreamsAreKeptAlive(t *testing.T) {
	t.Parallel()
	for path, begin := range map[string]struct {
		make  func(sink *httptest.ResponseRecorder) writer
		first string
	}{
		"/v1/chat/completions": {func(w *httptest.ResponseRecorder) writer {
			return newChatWriter(&Service{}, w, httptest.NewRequest("POST", "/", nil), "alice", "p/m", true, false)
		}, `"delta":{"role":"assistant"`},
		"/v1/responses": {func(w *httptest.ResponseRecorder) writer {
			return newResponsesWriter(&Service{}, w, httptest.NewRequest("POST", "/", nil), "alice", "p/m", &responsesRequest{Stream: true})
		}, "event: response.created"},
	} {
		t.Run(path, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				w := httptest.NewRecorder()
				out := keepAlive(begin.make(w))
				wait := func(d time.Duration) string {
					time.Sleep(d) //nolint:forbidigo // time in a bubble
					synctest.Wait()
					out.mu.Lock()
					defer out.mu.Unlock()
					return w.Body.String()
				}
				if body := wait(14 * time.Second); body != "" {
					t.Errorf("after 14 s there is %q", body)
				}
				body := wait(32 * time.Second)
				if !strings.Contains(body, begin.first) || strings.Count(body, ": ping\n\n") != 3 || w.Header().Get("Content-Type") != "text/event-stream" {
					t.Errorf("after 46 s there is %q", body)
				}
				out.take(llm.Event{Kind: llm.EventText, Text: "hello"})
				if body = wait(15 * time.Second); strings.Count(body, ": ping") != 3 || strings.Count(body, begin.first) != 1 {
					t.Errorf("soon after a text there is %q", body)
				}
				if err := out.fail(&llm.Error{Kind: llm.ErrTruncated}); err != nil {
					t.Errorf("the error is not told in the stream: %v", err)
				}
				ended := w.Body.String()
				if body = wait(time.Minute); body != ended || !strings.Contains(body, `"message":`) {
					t.Errorf("after the end there is %q", body[len(ended):])
				}
			})
		})
	}
}

// Who waits for a whole answer is sent nothing before it.
func TestWholeAnswersAreNotPinged(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := httptest.NewRecorder()
		out := keepAlive(newChatWriter(&Service{}, w, httptest.NewRequest("POST", "/", nil), "alice", "p/m", false, false))
		defer out.stop()
		time.Sleep(time.Minute) //nolint:forbidigo // time in a bubble
		synctest.Wait()
		if w.Body.Len() > 0 {
			t.Errorf("there is %q", w.Body)
		}
	})
}
