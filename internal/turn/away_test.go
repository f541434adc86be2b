package turn_test

import (
	"net/http"
	"strings"
	"testing"

	"parley/internal/chat"
	"parley/internal/kit/id"
	"parley/internal/kit/testkit"
	"parley/internal/llm/llmtest/upstream"
	"parley/internal/meter"
	"parley/internal/turn"
)

// An answer that ends while the database is away, for longer than a turn waits for
// it, is stored and settled once the database is back, as it was.
func TestADatabaseThatIsAway(t *testing.T) {
	t.Parallel()
	d, line := testkit.PostgresLine(t)
	w := newWorld(t, d, upstream.Options{})
	w.budget(meter.Budget{Scope: meter.Each, Unit: meter.Tokens, Period: meter.Day, Amount: 1_000_000})
	chatID := id.New()
	a := w.send(chatID, map[string]any{"text": "go", "model": "up/tokens-5+hold+tokens-5"})
	frames := w.open(a.Turn, "0")
	frames.until("delta", "t0005")
	line.Cut()
	w.provider.Release()
	frames.until("error", "database_unavailable")
	line.Mend()
	wait(t, "the answer is stored", func() bool { return w.message(chatID, a.Messages.Reply).Status == chat.StatusComplete })
	if text := w.message(chatID, a.Messages.Reply).Text(); !strings.HasSuffix(text, "t0009 t0010") {
		t.Errorf("the answer is %q", text)
	}
	var used meter.Line
	wait(t, "the call is settled", func() bool { used = w.lines()[0]; return !used.Estimated })
	if got := w.used(); used.Usage.Output != 10 || got != float64(used.Usage.Input+used.Usage.Output) {
		t.Errorf("the ledger has %+v, the budget %v", used.Usage, got)
	}
}

// A turn whose start was committed while the answer to that was lost does not run:
// it ends as interrupted, and asking again tells of it.
func TestALostCommit(t *testing.T) {
	t.Parallel()
	d, line := testkit.PostgresLine(t)
	w := newWorld(t, d, upstream.Options{})
	w.budget(meter.Budget{Scope: meter.Each, Unit: meter.Tokens, Period: meter.Day, Amount: 1_000_000})
	chatID := id.New()
	ask := func() answer {
		return w.do(w.alice, "POST", "/api/chats/"+chatID+"/turns", map[string]any{"text": "go", "model": "up/tokens-5"}, "Idempotency-Key", "k")
	}
	line.LoseCommit()
	if first := ask(); first.status != http.StatusServiceUnavailable {
		t.Fatalf("%d %s", first.status, first.body)
	}
	again := ask()
	if again.status != http.StatusAccepted || again.header.Get("Idempotency-Replayed") != "true" {
		t.Fatalf("%d %s", again.status, again.body)
	}
	var a turn.Accepted
	again.decode(t, &a)
	wait(t, "the turn that never ran has ended", func() bool {
		return w.message(chatID, a.Messages.Reply).Status == chat.StatusInterrupted
	})
	if calls := w.provider.State().Calls; calls != 0 {
		t.Errorf("%d calls were made", calls)
	}
	if line := w.lines()[0]; w.used() != float64(line.Usage.Input) {
		t.Errorf("the ledger has %+v, the budget %v", line.Usage, w.used())
	}
}
