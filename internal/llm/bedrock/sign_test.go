package bedrock_test

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"parley/internal/llm"
	"parley/internal/llm/bedrock"
	"parley/internal/llm/llmtest"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/google/go-cmp/cmp"
)

// TestSignature signs what arrived once more and compares, as AWS does.
func TestSignature(t *testing.T) {
	t.Parallel()
	server := serve(t, ok)
	provider := server.provider(func(c *bedrock.Config) {
		c.Region, c.AccessKey, c.SecretKey = "eu-central-1", "AKIDEXAMPLE", llm.NewSecret("secret-key")
		c.SessionToken = llm.NewSecret("session-token")
	})
	ask(t, provider.Model("arn:aws:bedrock:eu-central-1:123456789012:inference-profile/"+claude), nil)
	got := server.last(t)
	if want := "/model/arn%3Aaws%3Abedrock%3Aeu-central-1%3A123456789012%3Ainference-profile%2F" +
		strings.ReplaceAll(claude, ":", "%3A") + "/converse-stream"; got.path != want {
		t.Errorf("the path is %s, want %s", got.path, want)
	}
	when, err := time.Parse("20060102T150405Z", got.header.Get("X-Amz-Date"))
	if err != nil {
		t.Fatal(err)
	}
	again, err := http.NewRequestWithContext(t.Context(), http.MethodPost, server.URL+got.path, strings.NewReader(string(got.raw)))
	if err != nil {
		t.Fatal(err)
	}
	_, signed, _ := strings.Cut(got.header.Get("Authorization"), "SignedHeaders=")
	signed, _, _ = strings.Cut(signed, ",")
	for name := range strings.SplitSeq(signed, ";") {
		if value := got.header.Get(name); value != "" && name != "x-amz-date" {
			again.Header.Set(name, value)
		}
	}
	sum := sha256.Sum256(got.raw)
	credentials := aws.Credentials{AccessKeyID: "AKIDEXAMPLE", SecretAccessKey: "secret-key", SessionToken: "session-token"}
	err = v4.NewSigner().SignHTTP(t.Context(), credentials, again, hex.EncodeToString(sum[:]), "bedrock", "eu-central-1", when)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(again.Header.Get("Authorization"), got.header.Get("Authorization")); diff != "" {
		t.Errorf("signature (-of what arrived +sent)\n%s", diff)
	}
}

func TestSignIn(t *testing.T) {
	t.Parallel()
	server := serve(t, ok)
	ask(t, server.provider(func(c *bedrock.Config) { c.Key = llm.NewSecret("api-key") }).Model(claude), nil)
	if got := server.last(t).header.Get("Authorization"); got != "Bearer api-key" {
		t.Errorf("with a key: %q", got)
	}
	ask(t, server.provider(nil).Model(claude), nil)
	if got := server.last(t).header.Get("Authorization"); got != "" {
		t.Errorf("with nothing: %q", got)
	}
}

// TestAmbient reads a profile of the shared files and, where it has no
// credentials, says nothing of the server.
func TestAmbient(t *testing.T) {
	folder := t.TempDir()
	file := filepath.Join(folder, "credentials")
	text := "[work]\naws_access_key_id = AKIDWORK\naws_secret_access_key = from-the-file\nregion = ap-south-1\n"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("AWS_SHARED_CREDENTIALS_FILE", file)
	t.Setenv("AWS_CONFIG_FILE", filepath.Join(folder, "none"))
	t.Setenv("AWS_EC2_METADATA_DISABLED", "true")
	server := serve(t, ok)
	ask(t, server.provider(func(c *bedrock.Config) { c.Ambient, c.Profile = true, "work" }).Model(claude), nil)
	if got := server.last(t).header.Get("Authorization"); !strings.Contains(got, "Credential=AKIDWORK/") || !strings.Contains(got, "/ap-south-1/bedrock/") {
		t.Errorf("with a profile: %q", got)
	}
	missing := server.provider(func(c *bedrock.Config) { c.Ambient, c.Profile = true, "missing" })
	a := llmtest.Collect(t.Context(), missing.Model(claude), llmtest.Hello())
	if failure := llm.AsError(a.Err); failure.Kind != llm.ErrAuth || strings.Contains(failure.Message, folder) {
		t.Errorf("without a profile: %v", a.Err)
	}
	t.Setenv("AWS_BEARER_TOKEN_BEDROCK", "from-the-environment")
	ask(t, server.provider(func(c *bedrock.Config) { c.Ambient = true }).Model(claude), nil)
	if got := server.last(t).header.Get("Authorization"); got != "Bearer from-the-environment" {
		t.Errorf("with a token in the environment: %q", got)
	}
}

// TestSecretsInErrors: AWS repeats what was signed, the session token included.
func TestSecretsInErrors(t *testing.T) {
	t.Parallel()
	server := serve(t, refuse(http.StatusForbidden, "InvalidSignatureException",
		"The canonical string should have been x-amz-security-token:session-canary secret-canary"))
	provider := server.provider(func(c *bedrock.Config) {
		c.AccessKey, c.SecretKey, c.SessionToken = "AKID", llm.NewSecret("secret-canary"), llm.NewSecret("session-canary")
	})
	a := llmtest.Collect(t.Context(), provider.Model(claude), llmtest.Hello())
	failure := llm.AsError(a.Err)
	if failure.Kind != llm.ErrAuth || failure.Code != "InvalidSignatureException" || strings.Contains(failure.Message, "canary") {
		t.Errorf("%+v", failure)
	}
}
