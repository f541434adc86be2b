package conf_test

import (
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"parley/internal/kit/conf"
	"parley/internal/kit/seal"
)

// shared is the part of LibreChat's schema that a chat needs.
type shared struct {
	Version      string `yaml:"version"`
	Registration struct {
		SocialLogins   []string `yaml:"socialLogins"`
		AllowedDomains []string `yaml:"allowedDomains"`
	} `yaml:"registration" conf:"strict"`
	Endpoints struct {
		Custom []endpoint `yaml:"custom"`
	} `yaml:"endpoints"`
}

type endpoint struct {
	Name    string      `yaml:"name"`
	Key     seal.Secret `yaml:"apiKey"`
	BaseURL string      `yaml:"baseURL"`
	Models  struct {
		Default []any `yaml:"default"`
		Fetch   bool  `yaml:"fetch"`
	} `yaml:"models"`
	Headers    map[string]string `yaml:"headers"`
	AddParams  map[string]any    `yaml:"addParams"`
	DropParams []string          `yaml:"dropParams"`
	Label      string            `yaml:"modelDisplayLabel"`
}

// notYet are the other keys of LibreChat 1.3.17.
var notYet = strings.Fields(`cache permissions ocr webSearch langfuse memory summarization skillSync secureImageLinks imageOutputType
	includedTools filteredTools mcpServers mcpAppSandbox mcpSettings interface turnstile fileStrategy fileStrategies cloudfront actions
	emailChange balance transactions speech rateLimits fileConfig modelSpecs filters messageFilter openapi
	registration.oauthStateTtlMs registration.openidDiscovery
	endpoints.allowedAddresses endpoints.all endpoints.openAI endpoints.google endpoints.anthropic endpoints.azureOpenAI
	endpoints.azureAssistants endpoints.assistants endpoints.agents endpoints.bedrock
	endpoints.custom[].provider endpoints.custom[].iconURL endpoints.custom[].models.userIdQuery endpoints.custom[].titleConvo
	endpoints.custom[].titleTiming endpoints.custom[].titleMethod endpoints.custom[].titleModel endpoints.custom[].titlePrompt
	endpoints.custom[].titlePromptTemplate endpoints.custom[].titleEndpoint endpoints.custom[].customParams
	endpoints.custom[].tokenConfig endpoints.custom[].directEndpoint endpoints.custom[].titleMessageRole endpoints.custom[].streamRate`)

func configs(t *testing.T) (folder string, paths []string) {
	t.Helper()
	folder = filepath.Join("..", "..", "..", "..", "shared", "fixtures", "librechat-config")
	if _, err := os.Stat(folder); err != nil {
		t.Skip("the folder shared/fixtures/librechat-config is not beside the repository")
	}
	for _, pattern := range []string{"*.yaml", "history/*.yaml"} {
		found, err := filepath.Glob(filepath.Join(folder, pattern))
		if err != nil {
			t.Fatal(err)
		}
		paths = append(paths, found...)
	}
	if len(paths) < 80 {
		t.Fatalf("only %d files", len(paths))
	}
	return folder, paths
}

const broken = "CallumBoase+LibreChatDeployment__librechat.example.yaml"

func TestRealFiles(t *testing.T) {
	t.Parallel()
	_, paths := configs(t)
	unknown, index := map[string]int{}, regexp.MustCompile(`\[\d+\]`)
	for _, path := range paths {
		name := filepath.Base(path)
		if name == broken {
			continue
		}
		var got shared
		report, err := conf.Load(path, &got, conf.Options{
			Env: func(name string) (string, bool) { return "value-of-" + name, true }, KnownUnused: notYet, Foreign: []string{name},
		})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if text := string(data); strings.Contains(text, "\n  custom:\n    - name") && len(got.Endpoints.Custom) == 0 {
			t.Errorf("%s: no custom endpoint was read", name)
		}
		for i, e := range got.Endpoints.Custom {
			if e.Name == "" || strings.Contains(e.Key.Reveal()+e.BaseURL, "${") {
				t.Errorf("%s: endpoint %d is %+v", name, i, e)
			}
		}
		for _, w := range report.Warnings {
			unknown[index.ReplaceAllString(w.Message, "[]")]++
			if !strings.HasPrefix(w.Message, "unknown key ") {
				t.Log(w)
			}
		}
	}
	t.Logf("%d files, %d kinds of warnings: %v", len(paths)-1, len(unknown), unknown)
}

func TestRealFileInDetail(t *testing.T) {
	t.Parallel()
	folder, _ := configs(t)
	var got shared
	report, err := conf.Load(filepath.Join(folder, "spotifynetflixyu+LibreChat__librechat.example.yaml"), &got, conf.Options{
		Env: func(name string) (string, bool) { return "value", name == "GROQ_API_KEY" }, KnownUnused: notYet,
	})
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(got.Endpoints.Custom, func(e endpoint) bool { return e.Name == "groq" })
	if i < 0 {
		t.Fatalf("endpoints %+v", got.Endpoints.Custom)
	}
	if e := got.Endpoints.Custom[i]; e.Key.Reveal() != "value" || e.BaseURL != "https://api.groq.com/openai/v1/" || len(e.Models.Default) == 0 {
		t.Errorf("%+v", e)
	}
	if !slices.Contains(report.Unused, "interface") || report.Origins["endpoints.custom"].Source != conf.File {
		t.Errorf("unused %v, origins %v", report.Unused, report.Origins)
	}
}

func TestRealBrokenFile(t *testing.T) {
	t.Parallel()
	folder, _ := configs(t)
	_, err := conf.Load(filepath.Join(folder, broken), &shared{}, conf.Options{})
	p, ok := errors.AsType[*conf.Problem](err)
	if !ok || p.Line < 180 || p.Line > 195 || p.Column < 1 || p.Message == "" || !strings.Contains(p.Excerpt, ">") {
		t.Fatalf("error %v", err)
	}
	t.Log(err)
}
