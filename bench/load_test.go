package main

import (
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"parley/internal/llm/llmtest/upstream"
)

// outcomeOf runs a load of one kind of answer against the scripted provider.
func outcomeOf(t *testing.T, script string, tokens, rate int) Outcome {
	t.Helper()
	provider := upstream.New(upstream.Options{})
	listener := httptest.NewServer(provider)
	t.Cleanup(func() {
		provider.Close()
		listener.Close()
	})
	return Load{
		Protocol: ProtocolOpenAI, URL: listener.URL + "/v1", Model: script, Tokens: tokens, Rate: rate,
		Streams: 5, Ramp: 20 * time.Millisecond, Timeout: time.Minute,
	}.run(t.Context())
}

func TestLoadCountsWhatArrived(t *testing.T) {
	t.Parallel()
	outcome := outcomeOf(t, "stamped-40-200", 40, 200)
	if err := outcome.check(5); err != nil {
		t.Fatal(err)
	}
	if outcome.Tokens != 200 || outcome.Frames != 200 {
		t.Errorf("%d tokens in %d frames, want 200 in as many", outcome.Tokens, outcome.Frames)
	}
	if outcome.Took < 195*time.Millisecond || outcome.Lag.P50 <= 0 || outcome.TTFT.P50 < outcome.Accept.P50 {
		t.Errorf("outcome %+v", outcome)
	}
	if outcome.Kept <= 0 || outcome.Kept > 1 || outcome.KeptLeast > outcome.Kept {
		t.Errorf("kept %v, at least %v", outcome.Kept, outcome.KeptLeast)
	}
}

func TestLoadReadsFramesOfAnyLength(t *testing.T) {
	t.Parallel()
	if err := outcomeOf(t, "tokens-30000", 30_000, 0).check(5); err != nil {
		t.Error(err)
	}
}

func TestLoadNoticesWhatIsMissing(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		script, fault string
	}{
		"cut stream":  {"tokens-7+close", "broke off"},
		"fewer":       {"tokens-9", "5 tokens lost"},
		"other text":  {"tokens-10+echo", "is not a token"},
		"refused":     {"status-500", "500 Internal Server Error"},
		"not started": {"gpt", "404 Not Found"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := outcomeOf(t, c.script, 10, 0).check(5)
			if err == nil || !strings.Contains(err.Error(), c.fault) {
				t.Errorf("error %v, want one with %q", err, c.fault)
			}
		})
	}
}

func TestProcessFigures(t *testing.T) {
	t.Parallel()
	before, err := cpuTime(os.Getpid())
	if err != nil {
		t.Fatal(err)
	}
	for used := before; used < before+2*clockTick; {
		if used, err = cpuTime(os.Getpid()); err != nil {
			t.Fatal(err)
		}
	}
	now, err := memory(os.Getpid(), "VmRSS")
	if err != nil {
		t.Fatal(err)
	}
	peak, err := memory(os.Getpid(), "VmHWM")
	if err != nil || peak < now/2 || now < mebibyte {
		t.Errorf("memory now %d, at most %d, error %v", now, peak, err)
	}
	if _, err := memory(os.Getpid(), "VmNone"); err == nil {
		t.Error("a field that does not exist was read")
	}
}
