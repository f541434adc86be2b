package app

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"syscall"

	"parley/internal/access"
	"parley/internal/audit"
	"parley/internal/chat"
	"parley/internal/feature/model"
	"parley/internal/feature/preset"
	"parley/internal/feature/provider"
	"parley/internal/feature/setup"
	"parley/internal/file"
	"parley/internal/identity"
	"parley/internal/kit/db"
	"parley/internal/kit/jobs"
	"parley/internal/kit/limit"
	"parley/internal/meter"
	"parley/internal/setting"
	"parley/internal/tool"
	"parley/internal/turn"
)

// migrations are those of all packages, in the order of import.
func migrations() []fs.FS {
	return []fs.FS{
		audit.Migrations, identity.Migrations, setting.Migrations, access.Migrations, file.Migrations, meter.Migrations, tool.Migrations,
		chat.Migrations, turn.Migrations(), setup.Migrations(), provider.Migrations(), model.Migrations(), preset.Migrations(),
	}
}

// Store is the open database, brought up to date, and who is in it. It is
// enough for the commands that work beside a running server.
type Store struct {
	DB       *db.DB
	Settings *setting.Service
	Identity *identity.Service
}

// OpenStore opens the database that the configuration names.
func OpenStore(ctx context.Context, c Config, o Options, log *slog.Logger) (*Store, error) {
	if err := os.MkdirAll(o.Data, 0o700); err != nil {
		return nil, fmt.Errorf("data folder: %w", err)
	}
	d, err := db.Open(ctx, db.Config{URL: c.Database.URL.Reveal(), Path: o.path("parley.db")})
	if err != nil {
		return nil, err
	}
	s := &Store{DB: d}
	if err := s.prepare(ctx, c, log); err != nil {
		return nil, errors.Join(err, d.Close())
	}
	return s, nil
}

func (s *Store) prepare(ctx context.Context, c Config, log *slog.Logger) error {
	if err := jobs.Migrate(ctx, s.DB); err != nil {
		return err
	}
	if err := s.DB.Migrate(ctx, migrations()...); err != nil {
		return err
	}
	settings, err := setting.New(ctx, s.DB, log, c.layers())
	if err != nil {
		return err
	}
	proxies, err := limit.ParseProxies(c.Server.TrustedProxies, c.Server.ProxyHops)
	if err != nil {
		return fmt.Errorf("server.trustedProxies: %w", err)
	}
	s.Settings = settings
	s.Identity = identity.New(identity.Config{
		DB: s.DB, Log: log, Rules: c.signIn(), Proxies: proxies,
		Lifetimes: func() identity.Lifetimes { return settings.Server().Lifetimes() },
	})
	return nil
}

// Close closes the database.
func (s *Store) Close() error { return s.DB.Close() }

// openJournal opens the journal of turns: a file of its own on SQLite, so that
// the stream of tokens never delays another write, and the main database on
// PostgreSQL.
func openJournal(ctx context.Context, main *db.DB, o Options) (*db.DB, error) {
	journal := main
	if main.Dialect() == db.SQLite {
		var err error
		journal, err = db.Open(ctx, db.Config{Path: o.path("journal.db"), Relaxed: true, Readers: 2})
		if err != nil {
			return nil, err
		}
	}
	if err := journal.Migrate(ctx, turn.JournalMigrations()); err != nil {
		return nil, err
	}
	return journal, nil
}

// errInUse says that another server works on the same data folder.
var errInUse = errors.New("another server is using this data folder")

// lockData keeps a second server off the data folder. The lock ends with the
// process, however that ends.
func lockData(o Options) (*os.File, error) {
	f, err := os.OpenFile(o.path("lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("lock data folder: %w", err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		return nil, errors.Join(fmt.Errorf("%w: %s", errInUse, o.Data), f.Close())
	}
	return f, nil
}
