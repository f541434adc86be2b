package app

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"

	"parley/internal/access"
	"parley/internal/chat"
	"parley/internal/feature"
	"parley/internal/feature/account"
	"parley/internal/feature/calculator"
	"parley/internal/feature/clock"
	"parley/internal/feature/configuration"
	"parley/internal/feature/model"
	"parley/internal/feature/openaiapi"
	"parley/internal/feature/people"
	"parley/internal/feature/preset"
	"parley/internal/feature/provider"
	"parley/internal/feature/settings"
	"parley/internal/feature/setup"
	"parley/internal/feature/signin"
	"parley/internal/feature/title"
	"parley/internal/feature/upload"
	"parley/internal/feature/usage"
	"parley/internal/feature/webpage"
	"parley/internal/file"
	"parley/internal/identity"
	"parley/internal/kit/blob"
	"parley/internal/kit/db"
	"parley/internal/kit/id"
	"parley/internal/kit/jobs"
	"parley/internal/kit/outbound"
	"parley/internal/kit/realtime"
	"parley/internal/kit/rest"
	"parley/internal/kit/seal"
	"parley/internal/llm"
	"parley/internal/meter"
	"parley/internal/setting"
	"parley/internal/tool"
	"parley/internal/turn"
)

// App is the whole server, put together.
type App struct {
	*Store
	config  Config
	live    *liveConfig
	options Options
	log     *slog.Logger

	journal   *db.DB
	lock      *os.File
	blobs     *blob.Folder
	disk      disk
	queue     *jobs.Queue
	hub       *realtime.Hub
	files     *file.Service
	ledger    *meter.Service
	box       *seal.Box
	providers *provider.Service
	models    *model.Service
	signin    *signin.Service
	presets   *preset.Service
	openai    *openaiapi.Service
	setup     *setup.Service
	chats     *chat.Service
	tools     *tool.Service
	turns     *turn.Service
	guards    *access.Guards
	features  []feature.Spec
	finish    *jobs.Job[finishJob]
	router    *rest.Router
	metrics   http.Handler
	origins   *http.CrossOriginProtection
	proxies   *outbound.Proxies
}

// Open puts the server together over an up-to-date database. Nothing runs and
// nothing listens yet.
func Open(ctx context.Context, c Config, o Options, log *slog.Logger) (*App, error) {
	a := &App{config: c, options: o, log: log, guards: access.New()}
	a.live = newLive(a)
	if err := a.open(ctx); err != nil {
		return nil, errors.Join(err, a.Close())
	}
	return a, nil
}

func (a *App) open(ctx context.Context) error {
	if err := os.MkdirAll(a.options.Data, 0o700); err != nil {
		return fmt.Errorf("data folder: %w", err)
	}
	var err error
	if a.lock, err = lockData(a.options); err != nil {
		return err
	}
	if a.Store, err = OpenStore(ctx, a.config, a.options, a.log); err != nil {
		return err
	}
	if a.journal, err = openJournal(ctx, a.DB, a.options); err != nil {
		return err
	}
	if a.blobs, err = blob.OpenFolder(a.options.path("files")); err != nil {
		return err
	}
	a.disk.blobs = a.blobs
	if a.origins, err = origins(a.config); err != nil {
		return err
	}
	if a.proxies, err = outbound.ProxiesOf(os.Getenv); err != nil {
		return fmt.Errorf("environment: %w", err)
	}
	a.queue = jobs.New(a.DB, a.log)
	if err := a.wire(ctx); err != nil {
		return err
	}
	if err := a.queue.Open(ctx); err != nil {
		return err
	}
	return a.route()
}

// wire makes the services in the order of import.
func (a *App) wire(ctx context.Context) error {
	var err error
	a.hub, err = realtime.New(realtime.Config{
		Log: a.log, Authenticate: a.whoConnects, Authorize: a.mayListen, CheckOrigin: a.isOurPage, Recheck: a.stillSignedIn,
	})
	if err != nil {
		return err
	}
	a.files = file.New(file.Config{DB: a.DB, Blobs: a.blobs, MaxBytes: a.config.maxUpload()})
	upload.Sweep(a.queue, a.files)
	node := id.New()
	a.ledger = meter.New(a.DB, node)
	ledger, err := a.config.ledger()
	if err != nil {
		return err
	}
	if err := a.ledger.Configure(ctx, ledger); err != nil {
		return err
	}
	if err := a.wireProviders(ctx); err != nil {
		return err
	}
	a.models = model.New(model.Deps{
		DB: a.DB, Providers: a.providers, Changed: a.layoutChanged, Settable: a.parameters, Now: a.ledger.Now, Specs: a.modelSpecs(a.config),
	})
	a.models.Remember(a.Settings)
	a.providers.Remember(a.Settings)
	if err := a.models.Load(ctx); err != nil {
		return err
	}
	a.chats = chat.New(a.DB, a.hub, a.log)
	a.presets = preset.New(preset.Deps{
		DB: a.DB, Guards: a.guards, Models: a.models, Log: a.log,
		Changed: a.presetsChanged, Enabled: func() bool { return a.live.look().Presets },
	})
	a.presets.Sweep(a.queue)
	if a.features, err = a.specs(); err != nil {
		return err
	}
	tools := chosenTools{Source: toolSources(a.features), live: a.live}
	a.tools = tool.New(a.DB, tools)
	a.finish = jobs.Register(a.queue, "turn_finish", a.runFinish, jobs.Options{})
	a.turns = turn.New(turn.Deps{
		DB: a.DB, Journal: a.journal, Ledger: a.ledger, Chats: a.chats, Models: a.models, Tools: tools, Files: attachments{a.files, a.live},
		Events: a.hub, Jobs: finishQueue{a}, Finish: finishHooks(a.features), Prepare: prepareHooks(a.features),
		Bound: a.Identity.Bound, Valid: a.stillValid, Log: a.log, Presets: a.presets,
		Options: turn.Options{
			Node: node, MaxText: a.config.Chat.MaxMessageBytes, MaxSteps: a.config.steps(),
			MaxAnswer: a.config.Chat.MaxAnswerBytes, MaxTurns: a.config.Chat.MaxTurns, MaxStreams: a.config.Chat.MaxStreams,
		},
		Parameters: a.parameters,
		Limits:     func() turn.Limits { return a.live.config().RateLimits.turns() },
	})
	a.announce()
	return nil
}

func (a *App) wireProviders(ctx context.Context) error {
	var err error
	if a.box, err = a.openBox(ctx); err != nil {
		return err
	}
	a.providers = provider.New(provider.Config{
		DB: a.DB, Box: a.box, Outbound: a.outbound(), Log: a.log, Endpoints: a.config.Endpoints, Getenv: os.Getenv,
		User:         a.Identity.User,
		DefaultModel: func() string { return a.Settings.Server().DefaultModel },
		OnChange:     a.modelsChanged,
	})
	return nil
}

func (a *App) openBox(ctx context.Context) (*seal.Box, error) {
	sealed, err := provider.HasSealed(ctx, a.DB)
	if err != nil {
		return nil, err
	}
	return seal.Load(seal.Source{
		Key: seal.Secret(os.Getenv("PARLEY_SECRET_KEY")), File: os.Getenv("PARLEY_SECRET_KEY_FILE"),
		Folder: a.options.Data, InUse: sealed,
	})
}

func (a *App) outbound() outbound.Options {
	return outbound.Options{Record: outbound.Log(a.log), UserAgent: "Parley/" + a.options.Version, Proxies: a.proxies}
}

// specs is the list of what the binary holds.
func (a *App) specs() ([]feature.Spec, error) {
	a.signin = signin.New(signin.Deps{
		Identity: a.Identity, Settings: a.Settings, Version: a.options.Version, Uploads: a.live.uploads, Page: a.live.page,
		Domains: a.live.domains, Rates: func() signin.Rates { return a.live.config().RateLimits.door() },
	})
	a.setup = setup.New(a.DB, a.Identity)
	a.openai = openaiapi.New(openaiapi.Deps{
		Models: a.models, Ledger: a.ledger, Box: a.box, Prepare: a.models.Spec().Prepare,
		Hold:      func(ctx context.Context, user identity.UserID) (func(), error) { return a.turns.Hold(ctx, user) },
		Bound:     a.Identity.Bound,
		MaxAnswer: a.config.Chat.MaxAnswerBytes,
	})
	pages, err := webpage.New(webpage.Config{Outbound: a.outbound(), Allow: a.config.Outbound.AllowPages})
	if err != nil {
		return nil, err
	}
	return []feature.Spec{
		a.signin.Spec(),
		a.setup.Spec(),
		account.New(account.Deps{
			Identity: a.Identity, Settings: a.Settings, Guards: a.guards, Export: a.Export, Erase: a.Erase,
			Deletion: a.live.accountDeletion,
		}).Spec(),
		a.presets.Spec(),
		people.New(people.Deps{
			DB: a.DB, Identity: a.Identity, Changed: a.presetsChanged, Picker: a.live.picker, Erase: a.Erase,
		}).Spec(),
		settings.New(a.Settings).Spec(),
		configuration.New(configuration.Deps{Source: a.live, Settings: a.Settings, People: a.Identity}).Spec(),
		a.providers.Spec(),
		a.models.Spec(),
		upload.New(upload.Deps{
			Files: a.files, Guards: a.guards,
			Rates: func() identity.Rates { return a.live.config().RateLimits.uploads() },
		}),
		title.New(title.Deps{DB: a.DB, Chats: a.chats, Models: a.models, Writer: a.providers.Named, Ledger: a.ledger}).Spec(),
		usage.New(usage.Deps{DB: a.DB, Ledger: a.ledger, Models: a.models, People: a.Identity, Guards: a.guards}).Spec(),
		a.openai.Spec(),
		calculator.New().Spec(),
		clock.New().Spec(),
		pages.Spec(),
	}, nil
}

// Close lets go of everything; it is for an app that is not running.
func (a *App) Close() error {
	var errs []error
	if a.blobs != nil {
		errs = append(errs, a.blobs.Close())
	}
	if a.journal != nil && a.journal != a.DB {
		errs = append(errs, a.journal.Close())
	}
	if a.Store != nil {
		errs = append(errs, a.Store.Close())
	}
	if a.lock != nil {
		errs = append(errs, a.lock.Close())
	}
	return errors.Join(errs...)
}

// finishJob is a finish hook that is due.
type finishJob struct {
	Hook  string     `json:"hook"`
	Ended turn.Ended `json:"ended"`
}

func (a *App) runFinish(ctx context.Context, j finishJob) error {
	return a.turns.RunHook(ctx, j.Hook, j.Ended)
}

type finishQueue struct{ app *App }

// Enqueue queues a finish hook in the transaction that ends its turn.
func (q finishQueue) Enqueue(ctx context.Context, tx *db.Tx, hook string, ended turn.Ended) error {
	_, err := q.app.finish.Enqueue(ctx, tx, finishJob{Hook: hook, Ended: ended})
	return err
}

func toolSources(features []feature.Spec) tool.Sources {
	var sources tool.Sources
	for _, f := range features {
		if f.Tools != nil {
			sources = append(sources, f.Tools)
		}
	}
	return sources
}

func finishHooks(features []feature.Spec) []turn.FinishHook {
	var hooks []turn.FinishHook
	for _, f := range features {
		if f.Finish.Run != nil {
			hook := f.Finish
			hook.Name = f.Name
			hooks = append(hooks, hook)
		}
	}
	return hooks
}

func prepareHooks(features []feature.Spec) []turn.PrepareHook {
	var hooks []turn.PrepareHook
	for _, f := range features {
		if f.Prepare != nil {
			hooks = append(hooks, f.Prepare)
		}
	}
	return hooks
}

// attachments are the uploaded files as turns need them.
type attachments struct {
	files *file.Service
	live  *liveConfig
}

// Attach notes that a message to a model uses the files, as far as they may go
// there.
func (a attachments) Attach(ctx context.Context, tx *db.Tx, scope access.Scope, model llm.Info, ids []string) ([]llm.Media, error) {
	typed := make([]file.ID, len(ids))
	for i, s := range ids {
		typed[i] = file.ID(s)
	}
	found, err := a.files.Attach(ctx, tx, scope, typed...)
	if err != nil {
		return nil, err
	}
	if err := a.live.limits(model.Endpoint).Check(found); err != nil {
		return nil, err
	}
	media := make([]llm.Media, len(found))
	for i, f := range found {
		media[i] = mediaOf(f)
	}
	return media, nil
}

// Media reads a file for a model.
func (a attachments) Media(ctx context.Context, scope access.Scope, fileID string) (llm.Media, error) {
	f, r, err := a.files.Open(ctx, scope, file.ID(fileID))
	if err != nil {
		return llm.Media{}, err
	}
	data, err := io.ReadAll(r)
	if err := errors.Join(err, r.Close()); err != nil {
		return llm.Media{}, fmt.Errorf("read file %s: %w", fileID, err)
	}
	media := mediaOf(f)
	media.Data = data
	return media, nil
}

// Keep stores what a model made as a file of the user.
func (a attachments) Keep(ctx context.Context, scope access.Scope, made llm.Media) (llm.Media, error) {
	f, err := a.files.Keep(ctx, scope, made.Name, bytes.NewReader(made.Data))
	if err != nil {
		return llm.Media{}, err
	}
	return mediaOf(f), nil
}

func mediaOf(f file.File) llm.Media {
	return llm.Media{File: string(f.ID), MIME: f.MIME, Name: f.Name, Size: f.Size, Width: f.Width, Height: f.Height}
}

// Features lists what the binary holds.
func (a *App) Features() []feature.Spec { return a.features }

// Erase deletes all that is kept of a user, and the user. The last
// administrator is refused before anything is deleted.
func (a *App) Erase(ctx context.Context, user identity.UserID) error {
	if err := a.Identity.SetDisabled(ctx, user, true); err != nil {
		return err
	}
	// What runs is ended first, so that nothing is written behind the rest.
	errs := []error{a.turns.Erase(ctx, user), a.chats.Erase(ctx, user), meter.Erase(ctx, a.DB, user), a.tools.Erase(ctx, user), a.files.Erase(ctx, user)}
	for _, f := range a.features {
		if f.Erase != nil {
			errs = append(errs, f.Erase(ctx, user))
		}
	}
	return errors.Join(append(errs, a.Identity.DeleteUser(ctx, user))...)
}

// announce connects changes to the clients that have to know.
func (a *App) announce() {
	a.Settings.OnUser(func(_ context.Context, user identity.UserID, s setting.User) {
		a.publish(chat.UserChannel(user), map[string]any{"type": "settings", "settings": s})
	})
	a.Settings.OnServer(func(setting.Server) { a.models.Configure(a.modelSpecs(a.live.config())) })
	a.Identity.OnRevoke(func(r identity.Revocation) {
		switch {
		case r.Session != "":
			a.hub.DisconnectSession(string(r.Session))
		case r.Key != "":
			a.hub.DisconnectSession(sessionOf(identity.Principal{Key: r.Key}))
		case r.Sessions:
			a.hub.Recheck(context.Background())
		default:
			a.hub.DisconnectUser(string(r.User))
		}
	})
}

func (a *App) publish(channel string, event any) {
	data, err := json.Marshal(event)
	if err != nil {
		a.log.Error("event could not be encoded", "error", err)
		return
	}
	a.hub.Publish(channel, data)
}

// presetsChanged tells a user's clients to read presets again.
func (a *App) presetsChanged(user identity.UserID) {
	a.publish(chat.UserChannel(user), map[string]string{"type": "presets"})
}

// modelsChanged tells every user who is connected to read the models again.
func (a *App) modelsChanged() {
	a.tell(context.Background(), func(identity.User) bool { return true }, map[string]string{"type": "models"})
}
