package app

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"time"

	"parley/internal/app/key"
	"parley/internal/chat"
	"parley/internal/feature/configuration"
	"parley/internal/feature/people"
	"parley/internal/feature/signin"
	"parley/internal/file"
	"parley/internal/identity"
	"parley/internal/kit/conf"
	"parley/internal/setting"
)

// liveConfig is the configuration while the server runs: what it began with, what
// holds now, and how the last reading of the file went.
type liveConfig struct {
	app *App

	applying sync.Mutex // held while a new configuration is put into effect

	mu       sync.Mutex // of all below
	now      Config
	report   *conf.Report
	loadedAt time.Time
	problem  *configuration.Problem
}

func newLive(a *App) *liveConfig {
	report := a.options.Report
	if report == nil {
		report = &conf.Report{}
	}
	return &liveConfig{app: a, now: a.config, report: report, loadedAt: time.Now().UTC()}
}

// run follows the file until ctx ends.
func (l *liveConfig) run(ctx context.Context) error {
	file := l.app.options.File
	if file == "" {
		return nil
	}
	l.mu.Lock()
	digest := l.report.Digest
	l.mu.Unlock()
	return conf.Watch(ctx, file, digest, func() { l.reload(ctx) })
}

// reload reads the file and puts what it says into effect, all of it or, when
// something is wrong, nothing.
func (l *liveConfig) reload(ctx context.Context) {
	l.applying.Lock()
	defer l.applying.Unlock()
	log := l.app.log
	next, report, err := LoadConfig(l.app.options.File, l.app.options.Flags)
	if err == nil && report.Digest == conf.EmptyDigest { // more likely being written than meant
		err = errEmptied
	}
	l.mu.Lock()
	before := l.now
	l.mu.Unlock()
	if err == nil {
		if err = l.app.apply(ctx, next); err != nil {
			err = errors.Join(err, l.app.apply(ctx, before))
		}
	}
	if err != nil {
		if ctx.Err() != nil {
			return
		}
		log.ErrorContext(ctx, "the configuration was not read again; what held before still holds", "error", err)
		l.mu.Lock()
		l.problem = problemOf(err)
		l.mu.Unlock()
		l.announce(ctx)
		return
	}
	changed := conf.Differences(before, next)
	l.mu.Lock()
	l.now, l.report, l.loadedAt, l.problem = next, report, time.Now().UTC(), nil
	l.mu.Unlock()
	log.InfoContext(ctx, "the configuration was read again", "changed", changed, "pending", l.pending())
	NoteConfig(log, report)
	l.announce(ctx)
	if !reflect.DeepEqual(before.shown(), next.shown()) {
		l.app.tell(ctx, func(identity.User) bool { return true }, map[string]string{"type": "page"})
	}
}

// errEmptied is returned for a file in which something stood before.
var errEmptied = errors.New("the file is empty")

// apply puts into effect what needs no restart.
func (a *App) apply(ctx context.Context, c Config) error {
	if err := a.Settings.SetLayers(ctx, c.layers()); err != nil {
		return err
	}
	if err := a.providers.Configure(ctx, c.Endpoints); err != nil {
		return err
	}
	ledger, err := c.ledger()
	if err != nil {
		return err
	}
	if err := a.ledger.Configure(ctx, ledger); err != nil {
		return err
	}
	a.models.Configure(a.modelSpecs(c))
	a.Identity.Configure(c.signIn())
	a.files.Configure(c.maxUpload())
	if a.options.Level != nil {
		return SetLevel(a.options.Level, c.Server.LogLevel)
	}
	return nil
}

// SetLevel sets how weighty a line of the log has to be.
func SetLevel(level *slog.LevelVar, name string) error {
	var l slog.Level
	if err := l.UnmarshalText([]byte(name)); err != nil {
		return fmt.Errorf("server.logLevel: %w", err)
	}
	level.Set(l)
	return nil
}

// NoteConfig tells the operator what of the configuration does nothing.
func NoteConfig(log *slog.Logger, report *conf.Report) {
	for _, w := range report.Warnings {
		log.Warn("configuration", "line", w.Line, "column", w.Column, "problem", w.Message)
	}
	if len(report.Unused) > 0 {
		log.Warn("configuration keys that are read and not yet in effect", "keys", report.Unused)
	}
	if len(report.Foreign) > 0 {
		log.Info("configuration keys that concern LibreChat alone", "keys", report.Foreign)
	}
	if idle := IdleVariables(os.LookupEnv); len(idle) > 0 {
		log.Warn("environment variables that are read and not yet in effect", "names", idle)
	}
}

// IdleVariables lists the variables of LibreChat that are set and do nothing
// here yet, without those that many programs use.
func IdleVariables(lookup func(string) (string, bool)) []string {
	var names []string
	for _, v := range key.Variables() {
		if value, set := lookup(v.Name); set && value != "" && v.State == conf.NotYet && !v.Common {
			names = append(names, v.Name)
		}
	}
	slices.Sort(names)
	return names
}

// announce tells the administrators who are connected.
func (l *liveConfig) announce(ctx context.Context) {
	status := l.Status()
	l.app.tell(ctx, func(u identity.User) bool { return u.Role == identity.RoleAdmin }, map[string]any{"type": "config", "status": status})
}

func problemOf(err error) *configuration.Problem {
	if p, ok := errors.AsType[*conf.Problem](err); ok {
		return new(ProblemOf(p))
	}
	return &configuration.Problem{Message: err.Error()}
}

// ProblemOf is what is wrong with the file, as it is told.
func ProblemOf(p *conf.Problem) configuration.Problem {
	return configuration.Problem{Message: p.Message, Line: p.Line, Column: p.Column, Excerpt: p.Excerpt}
}

// pending lists the keys that differ from what the server began with and count
// from the next start.
func (l *liveConfig) pending() []string {
	l.mu.Lock()
	now := l.now
	l.mu.Unlock()
	pending := []string{}
	for _, path := range conf.Differences(l.app.config, now) {
		if k, ok := key.Schema().Find(path); ok && k.Restart {
			pending = append(pending, path)
		}
	}
	return pending
}

// config is what holds now.
func (l *liveConfig) config() Config {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.now
}

// look is the section interface.
func (l *liveConfig) look() InterfaceConfig { return l.config().Interface }

// page is what browsers are told of how they should look.
func (l *liveConfig) page() signin.Page {
	return l.config().page()
}

// page is what browsers are told of how they should look.
func (c Config) page() signin.Page {
	p := c.Interface.page()
	p.AccountDeletion = c.Auth.AccountDeletion
	return p
}

// uploads is what browsers are told of files.
func (l *liveConfig) uploads() signin.Uploads {
	return l.config().uploads(l.app.providers.Endpoints())
}

// limits are those on the files of a message to a model of a provider.
func (l *liveConfig) limits(provider string) file.Limits {
	return l.config().FileConfig.limits(provider, l.app.providers.Endpoints()[provider])
}

// shown is all that browsers are told of a configuration.
func (c Config) shown() any {
	return []any{c.page(), c.uploads(nil), c.FileConfig.Endpoints, c.Auth.MinPasswordLength}
}

// accountDeletion reports whether users may delete their accounts.
func (l *liveConfig) accountDeletion() bool { return l.config().Auth.AccountDeletion }

// picker says whom users find to share with.
func (l *liveConfig) picker() people.Picker {
	return people.Picker(l.look().PeoplePicker)
}

// domains are those that addresses of new accounts may have.
func (l *liveConfig) domains() []string { return l.config().Registration.AllowedDomains }

// Status says how the last reading of the file went.
func (l *liveConfig) Status() configuration.Status {
	pending := l.pending()
	l.mu.Lock()
	defer l.mu.Unlock()
	s := configuration.Status{
		LoadedAt: l.loadedAt, Error: l.problem, Warnings: []configuration.Problem{}, Pending: pending,
		Unused: append([]string{}, l.report.Unused...), Foreign: append([]string{}, l.report.Foreign...),
	}
	for _, w := range l.report.Warnings {
		s.Warnings = append(s.Warnings, ProblemOf(w))
	}
	if l.app.options.File != "" {
		s.File = filepath.Base(l.app.options.File)
	}
	return s
}

// Keys lists the keys with their values.
func (l *liveConfig) Keys(ctx context.Context) ([]configuration.Key, error) {
	l.mu.Lock()
	now, report := l.now, l.report
	l.mu.Unlock()
	return DescribeConfig(ctx, now, report, l.app.Settings)
}

// DescribeConfig lists the keys of a configuration with their values; settings
// are what administrators changed, nil for nothing.
func DescribeConfig(ctx context.Context, c Config, report *conf.Report, settings *setting.Service) ([]configuration.Key, error) {
	if settings == nil {
		return describe(c, report, nil), nil
	}
	stored, err := settings.Stored(ctx)
	if err != nil {
		return nil, err
	}
	return describe(c, report, overrides(settings, stored)), nil
}

// override is a setting that counts more than the configuration.
type override struct {
	name   string
	value  string
	stored bool
	pinned bool
}

// overrides are the settings by the key that gives them a value.
func overrides(settings *setting.Service, stored map[string]json.RawMessage) map[string]override {
	all, values := map[string]override{}, map[string]json.RawMessage{}
	text, err := json.Marshal(settings.Server())
	if err == nil {
		err = json.Unmarshal(text, &values)
	}
	if err != nil {
		return all // plain fields: this does not happen
	}
	pinned := settings.Pinned()
	for path, name := range settingKeys {
		_, isStored := stored[name]
		isPinned := slices.Contains(pinned, name)
		all[path] = override{name: name, value: strings.Trim(string(values[name]), `"`), stored: isStored && !isPinned, pinned: isPinned}
	}
	return all
}

func describe(now Config, report *conf.Report, settings map[string]override) []configuration.Key {
	schema, defaults := key.Schema(), conf.Values(Defaults())
	all := []configuration.Key{}
	for _, s := range report.Show(&now) {
		k, known := schema.Find(s.Path)
		if !known && !schema.Has(s.Path) {
			continue
		}
		given := s.Origin.Source != conf.Default
		effect := schema.Acts(s.Path)
		if !effect && !given {
			continue
		}
		section, _, _ := strings.Cut(s.Path, ".")
		out := configuration.Key{
			Path: s.Path, Section: section, Doc: k.Doc, Form: k.Form.String(), Value: s.Value, Lines: s.Lines, Default: cmp.Or(k.Default, defaults[s.Path]),
			Secret: s.Secret, Set: given, Source: string(s.Origin.Source), Line: s.Origin.Line, Variable: s.Origin.Var,
			Restart: k.Restart, Effect: effect,
		}
		if s.Secret {
			out.Value, out.Set = "", s.Value != ""
		}
		if !given {
			out.Value = cmp.Or(out.Value, out.Default)
		}
		if o, ok := settings[s.Path]; ok {
			out.Setting, out.Pinned, out.Value = o.name, o.pinned, o.value
			if o.stored {
				out.Source, out.Set, out.Line, out.Variable = "ui", true, 0, ""
			}
		}
		all = append(all, out)
	}
	return all
}

// isVariable reports whether the server reads an environment variable by itself.
func isVariable(name string) bool {
	return slices.ContainsFunc(key.Variables(), func(v key.Variable) bool { return v.Name == name })
}

// Export returns the configuration as a file, with what administrators changed.
func (l *liveConfig) Export(ctx context.Context) ([]byte, error) {
	stored, err := l.app.Settings.Stored(ctx)
	if err != nil {
		return nil, err
	}
	l.mu.Lock()
	now, report := l.now, l.report
	l.mu.Unlock()
	server := l.app.Settings.Server()
	for path, name := range settingKeys {
		if _, set := stored[name]; !set {
			continue
		}
		switch path {
		case "auth.registration":
			now.Auth.Registration = &server.Registration
		case "auth.sessionIdleHours":
			now.Auth.SessionIdleHours = &server.SessionIdleHours
		case "auth.sessionDays":
			now.Auth.SessionDays = &server.SessionDays
		case "chat.defaultModel":
			now.Chat.DefaultModel = &server.DefaultModel
		case "chat.defaultLanguage":
			now.Chat.DefaultLanguage = &server.DefaultLanguage
		case "modelSpecs.enforce":
			now.ModelSpecs.Enforce = server.EnforceSpecs
		case "modelSpecs.prioritize":
			now.ModelSpecs.Prioritize = &server.PrioritizeSpecs
		}
	}
	now.ModelSpecs.List = exportSpecs(now.ModelSpecs.List, l.app.models.Curated())
	now.Endpoints.Custom = append(slices.Clone(now.Endpoints.Custom), l.app.providers.Added()...)
	return report.Export(now, Defaults(), isVariable)
}

// tell publishes an event to all users who are connected and chosen.
func (a *App) tell(ctx context.Context, chosen func(identity.User) bool, event any) {
	const batch = 500
	var after identity.UserID
	for {
		users, err := a.Identity.ListUsers(ctx, after, batch)
		if err != nil {
			a.log.Warn("an event could not be announced", "error", err)
			return
		}
		for _, u := range users {
			if channel := chat.UserChannel(u.ID); chosen(u) && a.hub.HasSubscribers(channel) {
				a.publish(channel, event)
			}
			after = u.ID
		}
		if len(users) < batch {
			return
		}
	}
}
