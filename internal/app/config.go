// Package app is the only package that knows everything: it reads the
// configuration, connects core, features and libraries, and serves.
package app

import (
	"cmp"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"parley/internal/app/key"
	"parley/internal/feature/provider"
	"parley/internal/file"
	"parley/internal/identity"
	"parley/internal/kit/conf"
	"parley/internal/kit/fault"
	"parley/internal/kit/seal"
	"parley/internal/llm/azure"
	"parley/internal/meter"
	"parley/internal/setting"
	"parley/internal/turn"
)

// Config is parley.yaml: a superset of librechat.yaml, whose keys keep their
// names and meaning.
type Config struct {
	// Version is LibreChat's mark of its schema.
	Version  string         `yaml:"version"`
	Server   ServerConfig   `yaml:"server"`
	Database DatabaseConfig `yaml:"database"`
	Auth     AuthConfig     `yaml:"auth"`
	Files    FilesConfig    `yaml:"files"`
	Chat     ChatConfig     `yaml:"chat"`
	Outbound OutboundConfig `yaml:"outbound"`
	// Pinned are settings that cannot be changed in the admin's pages.
	Pinned []string `yaml:"pinned"`

	Interface    InterfaceConfig    `yaml:"interface"`
	RateLimits   RateLimitsConfig   `yaml:"rateLimits"`
	FileConfig   FileConfig         `yaml:"fileConfig"`
	Registration RegistrationConfig `yaml:"registration"`

	// IncludedTools are the only built-in tools, or FilteredTools those that there
	// are not; the former counts.
	IncludedTools []string                 `yaml:"includedTools" conf:"strict"`
	FilteredTools []string                 `yaml:"filteredTools" conf:"strict"`
	Endpoints     provider.Endpoints       `yaml:"endpoints"`
	ModelSpecs    provider.ModelSpecs      `yaml:"modelSpecs"`
	Balance       meter.BalanceConfig      `yaml:"balance"`
	Transactions  meter.TransactionsConfig `yaml:"transactions"`
}

// ServerConfig says where the server listens and how it is reached.
type ServerConfig struct {
	// Listen is "host:port" or ":port".
	Listen string `yaml:"listen" env:"PARLEY_LISTEN"`
	// PublicURL is the origin that browsers see, such as https://chat.example.com.
	PublicURL string `yaml:"publicUrl" env:"PARLEY_PUBLIC_URL,DOMAIN_CLIENT"`
	// TrustedProxies may say who the client is, by X-Forwarded-For.
	TrustedProxies []string `yaml:"trustedProxies" env:"PARLEY_TRUSTED_PROXIES"`
	// ProxyHops is how many of the nearest proxies may, whoever they are.
	ProxyHops int `yaml:"proxyHops" env:"TRUST_PROXY"`
	// MetricsToken is what GET /metrics asks of those who are not on this machine;
	// empty refuses them.
	MetricsToken seal.Secret `yaml:"metricsToken" env:"PARLEY_METRICS_TOKEN,METRICS_SECRET"`
	// LogFormat is "text" or "json", LogLevel "debug", "info", "warn" or "error".
	LogFormat string `yaml:"logFormat" env:"PARLEY_LOG_FORMAT"`
	LogLevel  string `yaml:"logLevel" env:"PARLEY_LOG_LEVEL"`
	// TimeZone is where days and months of budgets and reports begin, and what models
	// are told as the time, such as Europe/Berlin; empty is the machine's own.
	TimeZone string `yaml:"timeZone" env:"PARLEY_TIME_ZONE"`
	// NoIndex asks search engines to stay away.
	NoIndex bool `yaml:"noIndex" env:"NO_INDEX"`
}

// DatabaseConfig says where data is kept.
type DatabaseConfig struct {
	// URL is a PostgreSQL connection string; empty is SQLite in the data folder.
	URL seal.Secret `yaml:"url" env:"PARLEY_DATABASE_URL"`
}

// AuthConfig gives the settings of accounts a value below that of the admin's
// pages; nil leaves the default.
type AuthConfig struct {
	Registration     *bool `yaml:"registration" env:"PARLEY_REGISTRATION,ALLOW_REGISTRATION"`
	SessionIdleHours *int  `yaml:"sessionIdleHours" env:"PARLEY_SESSION_IDLE_HOURS"`
	SessionDays      *int  `yaml:"sessionDays" env:"PARLEY_SESSION_DAYS"`
	// AccountDeletion lets users delete their accounts.
	AccountDeletion bool `yaml:"accountDeletion" env:"ALLOW_ACCOUNT_DELETION"`
	// MinPasswordLength is how many characters a new password has to have.
	MinPasswordLength int `yaml:"minPasswordLength" env:"MIN_PASSWORD_LENGTH"`
	// SecureCookie marks cookies for https alone, or not; nil leaves it to the
	// public origin.
	SecureCookie *bool `yaml:"secureCookie" env:"SESSION_COOKIE_SECURE"`
}

// RegistrationConfig says who may make an account, where anyone may; see
// [AuthConfig].
type RegistrationConfig struct {
	// AllowedDomains are the only domains of addresses; none are all.
	AllowedDomains []string `yaml:"allowedDomains" conf:"strict"`
}

// FilesConfig limits uploads.
type FilesConfig struct {
	// MaxBytes is the largest file.
	MaxBytes int64 `yaml:"maxBytes" env:"PARLEY_FILES_MAX_BYTES"`
}

// ChatConfig limits turns, and says what a chat begins with.
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
	// DefaultModel and DefaultLanguage give these settings a value below that of
	// the admin's pages; nil leaves the default.
	DefaultModel    *string `yaml:"defaultModel" env:"PARLEY_DEFAULT_MODEL"`
	DefaultLanguage *string `yaml:"defaultLanguage" env:"PARLEY_DEFAULT_LANGUAGE"`
}

// OutboundConfig says what the server may reach beside public addresses.
type OutboundConfig struct {
	// AllowPages are hosts and networks that pages may be read from although
	// they are not public.
	AllowPages []string `yaml:"allowPages"`
}

// Defaults is the configuration without a file.
func Defaults() Config {
	return Config{
		Server: ServerConfig{Listen: "localhost:3080", LogFormat: "text", LogLevel: "info"},
		Auth:   AuthConfig{AccountDeletion: true, MinPasswordLength: 8},
		Files:  FilesConfig{MaxBytes: file.DefaultMaxBytes},
		Chat:   ChatConfig{MaxMessageBytes: turn.DefaultMaxText, MaxSteps: turn.DefaultMaxSteps, MaxAnswerBytes: turn.DefaultMaxAnswer, MaxTurns: turn.DefaultMaxTurns, MaxStreams: turn.DefaultMaxStreams},

		Interface: defaultInterface(), FileConfig: defaultFiles(), Balance: meter.DefaultBalance(), Transactions: meter.DefaultTransactions(),
	}
}

// LoadConfig reads the file at path (none if empty), the environment and flags
// given by key path.
func LoadConfig(path string, flags map[string]string) (Config, *conf.Report, error) {
	return ReadConfig(path, conf.Options{Flags: flags, Foreign: []string{"librechat.yaml"}})
}

// ReadConfig is [LoadConfig] with more to say about how; the keys are known
// without saying.
func ReadConfig(path string, o conf.Options) (Config, *conf.Report, error) {
	c := Defaults()
	o.Schema, o.Kept = key.Schema(), azure.Placeholders
	o.Check = func() error { return c.check() }
	report, err := conf.Load(path, &c, o)
	return c, report, err
}

func (c Config) check() error {
	return errors.Join(c.checkSettings(), c.Interface.check(), c.FileConfig.check(), c.checkBalance(), c.checkServer())
}

func (c Config) checkServer() error {
	var zone, origin error
	if _, err := c.zone(); err != nil {
		zone = conf.WrongAt("server.timeZone", "server.timeZone: %q is not a time zone such as Europe/Berlin", c.Server.TimeZone)
	}
	u, err := url.Parse(c.Server.PublicURL)
	if c.Server.PublicURL != "" && (err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https") {
		origin = conf.WrongAt("server.publicUrl", "server.publicUrl: %q is not an origin such as https://chat.example.com", c.Server.PublicURL)
	}
	return errors.Join(zone, origin)
}

func (c Config) checkBalance() error {
	if err := c.Balance.Check(); err != nil {
		return conf.WrongAt("balance", "%s", fault.Of(err).Message)
	}
	return nil
}

// checkSettings names the key of a setting that cannot have its value, or the place
// where one is pinned that there is not.
func (c Config) checkSettings() error {
	err := c.layers().Check()
	wrong, ok := errors.AsType[*setting.Wrong](err)
	if !ok {
		return err
	}
	path := ""
	for key, name := range settingKeys {
		if name == wrong.Name {
			path = key
		}
	}
	if path == "" {
		path = fmt.Sprintf("pinned[%d]", slices.Index(c.Pinned, wrong.Name))
	}
	return conf.WrongAt(path, "%s: %s", path, fault.Of(err).Detail)
}

// zone is the time zone of the server.
func (c Config) zone() (*time.Location, error) {
	return time.LoadLocation(cmp.Or(c.Server.TimeZone, "Local"))
}

// ledger is what the configuration says of the ledger.
func (c Config) ledger() (meter.Config, error) {
	zone, err := c.zone()
	return meter.Config{Balance: c.Balance, Transactions: c.Transactions, Zone: zone}, err
}

// steps is the number of model calls in one turn: our own key, else LibreChat's.
func (c Config) steps() int {
	agents := c.Endpoints.Agents
	if c.Chat.MaxSteps != turn.DefaultMaxSteps {
		return c.Chat.MaxSteps
	}
	steps := cmp.Or(agents.RecursionLimit, c.Chat.MaxSteps)
	if most := agents.MaxRecursionLimit; most > 0 {
		return min(steps, most)
	}
	return steps
}

// signIn is what the configuration says about signing in.
func (c Config) signIn() identity.Rules {
	r := identity.Rules{Secure: strings.HasPrefix(c.Server.PublicURL, "https://"), MinPassword: c.Auth.MinPasswordLength}
	if c.Auth.SecureCookie != nil {
		r.Secure = *c.Auth.SecureCookie
	}
	return r
}

// settingKeys names the setting that a key gives a value.
var settingKeys = map[string]string{
	"auth.registration": "registration", "auth.sessionIdleHours": "sessionIdleHours", "auth.sessionDays": "sessionDays",
	"chat.defaultModel": "defaultModel", "chat.defaultLanguage": "defaultLanguage", "modelSpecs.enforce": "enforceSpecs",
	"modelSpecs.prioritize": "prioritizeSpecs",
}

// SettingOf names the setting that a key gives a value, or is what it is given.
func SettingOf(keyOrName string) string { return cmp.Or(settingKeys[keyOrName], keyOrName) }

// layers are the settings that the configuration gives a value. Pinned may name
// a setting or its key.
func (c Config) layers() setting.Layers {
	l := setting.Layers{File: setting.ServerPatch{
		Registration: c.Auth.Registration, SessionIdleHours: c.Auth.SessionIdleHours, SessionDays: c.Auth.SessionDays,
		DefaultModel: c.Chat.DefaultModel, DefaultLanguage: c.Chat.DefaultLanguage,
	}}
	if c.ModelSpecs.Enforce {
		l.File.EnforceSpecs = &c.ModelSpecs.Enforce
	}
	l.File.PrioritizeSpecs = c.ModelSpecs.Prioritize
	if c.ModelSpecs.Prioritize == nil && len(c.ModelSpecs.List) > 0 { // LibreChat's default
		l.File.PrioritizeSpecs = new(true)
	}
	for _, name := range c.Pinned {
		l.Pinned = append(l.Pinned, SettingOf(name))
	}
	return l
}

// Options are what the command line says beside the configuration.
type Options struct {
	// Data is the folder that everything is kept in.
	Data    string
	Version string
	// File is the configuration file, which is followed while the server runs;
	// empty for none. Flags are those that count more, by key path, and Report is
	// what the first reading said.
	File   string
	Flags  map[string]string
	Report *conf.Report
	// Level is what the log's level is changed by; nil leaves it.
	Level *slog.LevelVar
}

// HasStore reports whether there is a database to look into.
func (o Options) HasStore(c Config) bool {
	_, err := os.Stat(o.path("parley.db"))
	return c.Database.URL != "" || err == nil
}

func (o Options) path(name string) string { return filepath.Join(o.Data, name) }
