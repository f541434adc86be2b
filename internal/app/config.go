// Package app is the only package that knows everything: it reads the
// configuration, connects core, features and libraries, and serves.
package app

import (
	"fmt"
	"net/url"
	"path/filepath"
	"strings"

	"parley/internal/feature/provider"
	"parley/internal/file"
	"parley/internal/kit/conf"
	"parley/internal/kit/seal"
	"parley/internal/setting"
	"parley/internal/turn"
)

// Config is parley.yaml: a superset of librechat.yaml, whose keys keep their
// names and meaning.
type Config struct {
	// Version is LibreChat's mark of its schema.
	Version   string          `yaml:"version"`
	Server    ServerConfig    `yaml:"server"`
	Database  DatabaseConfig  `yaml:"database"`
	Auth      AuthConfig      `yaml:"auth"`
	Files     FilesConfig     `yaml:"files"`
	Chat      ChatConfig      `yaml:"chat"`
	Outbound  OutboundConfig  `yaml:"outbound"`
	Endpoints EndpointsConfig `yaml:"endpoints"`
	// Pinned are settings that cannot be changed in the admin's pages.
	Pinned []string `yaml:"pinned"`
}

// ServerConfig says where the server listens and how it is reached.
type ServerConfig struct {
	// Listen is "host:port" or ":port".
	Listen string `yaml:"listen" env:"PARLEY_LISTEN"`
	// PublicURL is the origin that browsers see, such as https://chat.example.com.
	PublicURL string `yaml:"publicUrl" env:"PARLEY_PUBLIC_URL"`
	// TrustedProxies may say who the client is, by X-Forwarded-For.
	TrustedProxies []string `yaml:"trustedProxies" env:"PARLEY_TRUSTED_PROXIES"`
	// MetricsToken is what GET /metrics asks of those who are not on this machine;
	// empty refuses them.
	MetricsToken seal.Secret `yaml:"metricsToken" env:"PARLEY_METRICS_TOKEN"`
	// LogFormat is "text" or "json", LogLevel "debug", "info", "warn" or "error".
	LogFormat string `yaml:"logFormat" env:"PARLEY_LOG_FORMAT"`
	LogLevel  string `yaml:"logLevel" env:"PARLEY_LOG_LEVEL"`
}

// DatabaseConfig says where data is kept.
type DatabaseConfig struct {
	// URL is a PostgreSQL connection string; empty is SQLite in the data folder.
	URL seal.Secret `yaml:"url" env:"PARLEY_DATABASE_URL"`
}

// AuthConfig gives the settings of accounts a value below that of the admin's
// pages; nil leaves the default.
type AuthConfig struct {
	Registration     *bool `yaml:"registration" env:"PARLEY_REGISTRATION"`
	SessionIdleHours *int  `yaml:"sessionIdleHours" env:"PARLEY_SESSION_IDLE_HOURS"`
	SessionDays      *int  `yaml:"sessionDays" env:"PARLEY_SESSION_DAYS"`
}

// FilesConfig limits uploads.
type FilesConfig struct {
	// MaxBytes is the largest file.
	MaxBytes int64 `yaml:"maxBytes" env:"PARLEY_FILES_MAX_BYTES"`
}

// ChatConfig limits turns.
type ChatConfig struct {
	// MaxMessageBytes is the largest message.
	MaxMessageBytes int `yaml:"maxMessageBytes" env:"PARLEY_MAX_MESSAGE_BYTES"`
	// MaxSteps is the number of model calls in one turn.
	MaxSteps int `yaml:"maxSteps" env:"PARLEY_MAX_STEPS"`
	// MaxAnswerBytes is how long one answer gets, with all that its tools say.
	MaxAnswerBytes int `yaml:"maxAnswerBytes" env:"PARLEY_MAX_ANSWER_BYTES"`
	// MaxTurns is how many answers of one user are written at once.
	MaxTurns int `yaml:"maxTurns" env:"PARLEY_MAX_TURNS"`
	// MaxStreams is how many event streams of turns one user may have open.
	MaxStreams int `yaml:"maxStreams" env:"PARLEY_MAX_STREAMS"`
}

// OutboundConfig says what the server may reach beside public addresses.
type OutboundConfig struct {
	// AllowPages are hosts and networks that pages may be read from although
	// they are not public.
	AllowPages []string `yaml:"allowPages"`
}

// EndpointsConfig holds the providers of the file.
type EndpointsConfig struct {
	Custom []provider.Entry `yaml:"custom"`
}

// notYet are the keys of librechat.yaml 1.3.17 that are read and have no effect
// yet; each covers all below it.
var notYet = strings.Fields(`cache permissions ocr webSearch langfuse memory summarization skillSync secureImageLinks
	imageOutputType includedTools filteredTools mcpServers mcpAppSandbox mcpSettings interface turnstile fileStrategy
	fileStrategies cloudfront actions emailChange balance transactions speech rateLimits fileConfig modelSpecs filters
	messageFilter openapi registration
	endpoints.allowedAddresses endpoints.all endpoints.openAI endpoints.google endpoints.anthropic endpoints.azureOpenAI
	endpoints.azureAssistants endpoints.assistants endpoints.agents endpoints.bedrock
	endpoints.custom[].models.userIdQuery endpoints.custom[].titleTiming endpoints.custom[].titleMethod
	endpoints.custom[].titleModel endpoints.custom[].titlePrompt endpoints.custom[].titlePromptTemplate
	endpoints.custom[].titleEndpoint endpoints.custom[].customParams endpoints.custom[].directEndpoint
	endpoints.custom[].titleMessageRole endpoints.custom[].streamRate endpoints.custom[].summarize
	endpoints.custom[].summaryModel endpoints.custom[].forcePrompt endpoints.custom[].activityLabel
	endpoints.custom[].maxToolResultChars`)

// Defaults is the configuration without a file.
func Defaults() Config {
	return Config{
		Server: ServerConfig{Listen: "localhost:3080", LogFormat: "text", LogLevel: "info"},
		Files:  FilesConfig{MaxBytes: file.DefaultMaxBytes},
		Chat:   ChatConfig{MaxMessageBytes: turn.DefaultMaxText, MaxSteps: turn.DefaultMaxSteps, MaxAnswerBytes: turn.DefaultMaxAnswer, MaxTurns: turn.DefaultMaxTurns, MaxStreams: turn.DefaultMaxStreams},
	}
}

// LoadConfig reads the file at path (none if empty), the environment and flags
// given by key path.
func LoadConfig(path string, flags map[string]string) (Config, *conf.Report, error) {
	c := Defaults()
	report, err := conf.Load(path, &c, conf.Options{Flags: flags, KnownUnused: notYet, Foreign: []string{"librechat.yaml"}})
	if err != nil {
		return c, report, err
	}
	return c, report, c.check()
}

func (c Config) check() error {
	if err := c.layers().Check(); err != nil {
		return err
	}
	if c.Server.PublicURL == "" {
		return nil
	}
	u, err := url.Parse(c.Server.PublicURL)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return fmt.Errorf("server.publicUrl: %q is not an origin such as https://chat.example.com", c.Server.PublicURL)
	}
	return nil
}

func (c Config) secure() bool { return strings.HasPrefix(c.Server.PublicURL, "https://") }

// layers are the settings that the configuration gives a value.
func (c Config) layers() setting.Layers {
	return setting.Layers{
		File: setting.ServerPatch{
			Registration: c.Auth.Registration, SessionIdleHours: c.Auth.SessionIdleHours, SessionDays: c.Auth.SessionDays,
		},
		Pinned: c.Pinned,
	}
}

// Options are what the command line says beside the configuration.
type Options struct {
	// Data is the folder that everything is kept in.
	Data    string
	Version string
}

func (o Options) path(name string) string { return filepath.Join(o.Data, name) }
