package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"
)

const (
	// account owns everything that a measurement makes.
	account  = "bench@example.org"
	password = "a password for measurements only"
	// provider is the name of the scripted provider in the configuration, where it
	// speaks Chat Completions.
	provider = "bench"
	// healthPoll is how often a starting server is asked.
	healthPoll = 2 * time.Millisecond
	// startTime is how long a server may take to become healthy, or a command
	// of the binary to end.
	startTime = 30 * time.Second
)

// way is a protocol that the scripted provider is reached by: how it is called,
// and what goes before the names of its models.
type way struct{ name, prefix string }

// ways are the protocols beside Chat Completions.
var ways = []way{
	{"Responses", "azure/" + reasons},
	{"Messages", "messages/"},
	{"Gemini", "google/"},
	{"Bedrock", "bedrock/"},
}

// reasons is how a name begins of which Parley knows that the model reasons: such
// models are asked by Responses.
const reasons = "gpt-5-"

// Parley is an installation of the binary under test: a data folder, a
// configuration with the scripted provider, and a user with a key.
type Parley struct {
	binary string
	folder string
	key    string
	// variables are those of the environment that name a provider.
	variables []string
}

// install sets the binary up in a new folder.
func install(ctx context.Context, on *stage) (*Parley, error) {
	folder, err := os.MkdirTemp(on.root, "parley-")
	if err != nil {
		return nil, fmt.Errorf("make a data folder: %w", err)
	}
	models := strings.Join(on.models, ", ")
	p := &Parley{binary: on.binary, folder: folder, variables: []string{
		"BEDROCK_AWS_BEARER_TOKEN=unused", "BEDROCK_AWS_DEFAULT_REGION=eu-central-1",
		"BEDROCK_REVERSE_PROXY=" + on.upstreamURL, "BEDROCK_AWS_MODELS=" + models,
	}}
	var deployments strings.Builder
	for _, model := range on.models {
		fmt.Fprintf(&deployments, "          %s%s: {deploymentName: %s}\n", reasons, model, model)
	}
	config := fmt.Sprintf(`endpoints:
  all: {titleConvo: false}
  custom:
    - name: %[1]s
      apiKey: unused
      baseURL: %[2]s/v1
      models: &models
        default: [%[3]s]
    - name: messages
      provider: anthropic
      apiKey: unused
      baseURL: %[2]s
      models: *models
  google: {apiKey: unused, baseURL: "%[2]s", models: *models}
  azureOpenAI:
    groups:
      - group: %[1]s
        apiKey: unused
        baseURL: %[2]s/openai/v1
        models:
%[4]s`, provider, on.upstreamURL, models, deployments.String())
	if err := os.WriteFile(p.config(), []byte(config), 0o600); err != nil {
		return nil, fmt.Errorf("write the configuration: %w", err)
	}
	if _, err := p.command(ctx, "user", "create", "--email", account, "--password", password); err != nil {
		return nil, err
	}
	key, err := p.command(ctx, "key", "create", "--user", account)
	if err != nil {
		return nil, err
	}
	p.key = strings.TrimSpace(key)
	return p, nil
}

func (p *Parley) config() string { return filepath.Join(p.folder, "parley.yaml") }

// globals are the flags that every command gets.
func (p *Parley) globals() []string {
	return []string{"--data", filepath.Join(p.folder, "data"), "--config", p.config()}
}

// command runs the binary to its end and returns what it printed.
func (p *Parley) command(ctx context.Context, arguments ...string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, startTime)
	defer cancel()
	c, err := spawnWith(ctx, p.variables, p.binary, append(p.globals(), arguments...)...)
	if err != nil {
		return "", err
	}
	printed, err := io.ReadAll(c.output)
	if err = errors.Join(err, c.wait()); err != nil {
		return "", fmt.Errorf("%s %s: %w", arguments[0], arguments[1], err)
	}
	return string(printed), nil
}

// server is a running installation.
type server struct {
	*child
	url string
	// healthy is the time from its start to its first healthy answer.
	healthy time.Duration
}

// serve starts the server and waits until it is healthy.
func (p *Parley) serve(ctx context.Context) (*server, error) {
	address, err := freeAddress(ctx)
	if err != nil {
		return nil, err
	}
	began := time.Now()
	c, err := spawnWith(ctx, p.variables, p.binary, append(p.globals(), "serve", "--listen", address)...)
	if err != nil {
		return nil, err
	}
	s := &server{child: c, url: "http://" + address}
	if err := s.awaitHealth(ctx); err != nil {
		return nil, errors.Join(err, s.end())
	}
	s.healthy = time.Since(began)
	return s, nil
}

// target is the running installation as the client asks it.
func (p *Parley) target(s *server) target {
	return target{name: "parley", protocol: ProtocolParley, url: s.url, key: p.key, process: s.child, provider: provider + "/"}
}

// awaitHealth asks until the server says that it is healthy.
func (s *server) awaitHealth(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, startTime)
	defer cancel()
	client := &http.Client{Transport: transport()}
	for {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, s.url+"/healthz", nil)
		if err != nil {
			return fmt.Errorf("ask for health: %w", err)
		}
		if response, err := client.Do(request); err == nil {
			_ = response.Body.Close()
			if response.StatusCode == http.StatusOK {
				return nil
			}
		}
		if !pause(ctx, healthPoll) {
			return errors.New("the server did not become healthy in time")
		}
	}
}

// freeAddress returns a loopback address that nobody listens on.
func freeAddress(ctx context.Context) (string, error) {
	var config net.ListenConfig
	listener, err := config.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", fmt.Errorf("find a free port: %w", err)
	}
	address := listener.Addr().String()
	if err := listener.Close(); err != nil {
		return "", fmt.Errorf("find a free port: %w", err)
	}
	return address, nil
}
