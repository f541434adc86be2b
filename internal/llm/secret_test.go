package llm_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"parley/internal/llm"
)

func TestSecretHides(t *testing.T) {
	t.Parallel()
	const canary = "sk-canary-1234"
	secret := llm.NewSecret(canary)
	type config struct {
		Key    llm.Secret
		hidden llm.Secret
	}
	holder := config{Key: secret, hidden: secret}
	var out bytes.Buffer
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		fmt.Fprintf(&out, verb+"\n", secret)
		fmt.Fprintf(&out, verb+"\n", holder)
		fmt.Fprintf(&out, verb+"\n", &holder)
	}
	encoded, err := json.Marshal(holder)
	if err != nil {
		t.Fatal(err)
	}
	out.Write(encoded)
	logger := slog.New(slog.NewJSONHandler(&out, nil))
	logger.Info("config", "key", secret, "config", holder)
	slog.New(slog.NewTextHandler(&out, nil)).Info("config", "key", secret, "config", holder)
	for _, form := range []string{canary, fmt.Sprintf("%x", canary), "1234"} {
		if strings.Contains(out.String(), form) {
			t.Errorf("the secret shows as %q in:\n%s", form, out.String())
		}
	}
	if !strings.Contains(string(encoded), `"Key":"[secret]"`) {
		t.Errorf("JSON is %s", encoded)
	}
	if secret.Reveal() != canary || !secret.IsSet() {
		t.Error("the secret is lost")
	}
	var none llm.Secret
	if none.IsSet() || none.Reveal() != "" || none.String() != "" || llm.NewSecret("").IsSet() {
		t.Error("the zero value is not an empty secret")
	}
}

func TestAsError(t *testing.T) {
	t.Parallel()
	failure := &llm.Error{Kind: llm.ErrOverloaded, Status: 529, Message: "busy"}
	if got := llm.AsError(fmt.Errorf("turn: %w", failure)); got != failure {
		t.Errorf("a wrapped error is %+v", got)
	}
	plain := errors.New("odd")
	if got := llm.AsError(plain); got.Kind != llm.ErrInternal || !errors.Is(got, plain) {
		t.Errorf("a plain error is %+v", got)
	}
	if llm.AsError(nil) != nil {
		t.Error("no error became one")
	}
}
