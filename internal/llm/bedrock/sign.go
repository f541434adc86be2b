package bedrock

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"os"
	"sync"
	"time"

	"parley/internal/llm"
	"parley/internal/llm/wire"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/aws-sdk-go-v2/config"
)

const (
	service = "bedrock"
	// bearerVariable is where AWS's tools look for a Bedrock API key.
	bearerVariable = "AWS_BEARER_TOKEN_BEDROCK" //nolint:gosec // the name of a variable
)

// ambient is what AWS's tools would find, once it was looked for.
type ambient struct {
	mu     sync.Mutex
	loaded bool
	aws    aws.Config
}

// load looks for settings; what failed is tried again by the next call.
func (p *Provider) load(ctx context.Context) (aws.Config, error) {
	p.ambient.mu.Lock()
	defer p.ambient.mu.Unlock()
	if p.ambient.loaded {
		return p.ambient.aws, nil
	}
	var options []func(*config.LoadOptions) error
	if p.config.Profile != "" {
		options = append(options, config.WithSharedConfigProfile(p.config.Profile))
	}
	found, err := config.LoadDefaultConfig(ctx, options...)
	if err != nil {
		return aws.Config{}, noCredentials(err)
	}
	p.ambient.aws, p.ambient.loaded = found, true
	return found, nil
}

// noCredentials keeps the reason for the logs: users have no business with how
// the server signs in.
func noCredentials(cause error) *llm.Error {
	return &llm.Error{Kind: llm.ErrAuth, Message: "the server has no valid AWS credentials", Cause: cause}
}

// isAmbient reports whether the ambient settings count.
func (p *Provider) isAmbient() bool {
	return p.config.Ambient && !p.config.Key.IsSet() && p.config.AccessKey == ""
}

func (p *Provider) region(ctx context.Context) (string, error) {
	if p.config.Region != "" || !p.isAmbient() {
		return cmp.Or(p.config.Region, defaultRegion), nil
	}
	found, err := p.load(ctx)
	return cmp.Or(found.Region, defaultRegion), err
}

// sign adds who is calling. A signature holds for five minutes, which is longer
// than the retries of one call take.
func (p *Provider) sign(ctx context.Context, call *wire.Call, region string) error {
	var credentials aws.Credentials
	switch {
	case call.Header.Get("Authorization") != "":
		return nil
	case p.config.Key.IsSet():
		call.Header.Set("Authorization", "Bearer "+p.config.Key.Reveal())
		return nil
	case p.config.AccessKey != "":
		credentials = aws.Credentials{
			AccessKeyID: p.config.AccessKey, SecretAccessKey: p.config.SecretKey.Reveal(), SessionToken: p.config.SessionToken.Reveal(),
		}
		call.Secret = p.config.SecretKey
	case p.config.Ambient:
		if token := os.Getenv(bearerVariable); token != "" && p.config.Profile == "" {
			call.Header.Set("Authorization", "Bearer "+token)
			return nil
		}
		found, err := p.load(ctx)
		if err != nil {
			return err
		}
		if credentials, err = retrieve(ctx, found); err != nil {
			return err
		}
		call.Secret = llm.NewSecret(credentials.SecretAccessKey)
	default:
		return nil
	}
	request, err := http.NewRequestWithContext(ctx, call.Method, call.URL, http.NoBody)
	if err != nil {
		return &llm.Error{Kind: llm.ErrBadRequest, Message: "the provider's address is not valid"}
	}
	request.Header = call.Header
	request.ContentLength = int64(len(call.Body))
	sum := sha256.Sum256(call.Body)
	err = v4.NewSigner().SignHTTP(ctx, credentials, request, hex.EncodeToString(sum[:]), service, region, time.Now())
	if err != nil {
		return noCredentials(err)
	}
	return nil
}

func retrieve(ctx context.Context, found aws.Config) (aws.Credentials, error) {
	if found.Credentials == nil {
		return aws.Credentials{}, noCredentials(nil)
	}
	credentials, err := found.Credentials.Retrieve(ctx)
	if err != nil && ctx.Err() != nil {
		return credentials, &llm.Error{Kind: llm.ErrCanceled, Message: "the call was cancelled", Cause: context.Cause(ctx)}
	}
	if err != nil {
		return credentials, noCredentials(err)
	}
	return credentials, nil
}
