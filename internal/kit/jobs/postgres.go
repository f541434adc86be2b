package jobs

import (
	"context"
	"errors"
	"fmt"

	"parley/internal/kit/db"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
)

// postgres shares jobs among all nodes. The library works on connections of
// its own, since its driver does not take those of database/sql.
type postgres struct {
	db     *db.DB
	pool   *pgxpool.Pool
	client *river.Client[pgx.Tx]
}

func (s *postgres) open(ctx context.Context, config *river.Config) error {
	pool, err := openPool(ctx, s.db, 4)
	if err != nil {
		return err
	}
	client, err := river.NewClient(riverpgxv5.New(pool), config)
	if err != nil {
		pool.Close()
		return err
	}
	s.pool, s.client = pool, client
	return nil
}

// insert writes the row as the library documents it for programs in other
// languages, because the caller's transaction is one of database/sql. The
// notification goes out with the commit.
func (s *postgres) insert(ctx context.Context, tx *db.Tx, job payload, attempts int) (int64, error) {
	var id int64
	err := tx.QueryRow(ctx, `INSERT INTO river_job (kind, args, max_attempts) VALUES ($1, $2::jsonb, $3) RETURNING id`,
		job.kind, string(job.args), attempts).Scan(&id)
	if err != nil {
		return 0, err
	}
	_, err = tx.Exec(ctx, `SELECT pg_notify(current_schema() || '.river_insert', '{"queue": "`+river.QueueDefault+`"}')`)
	return id, err
}

func (s *postgres) cancel(ctx context.Context, id int64) error {
	_, err := s.client.JobCancel(ctx, id)
	return err
}

func (s *postgres) run(ctx context.Context) error {
	defer s.pool.Close()
	return runUntilDone(ctx, s.client)
}

// openPool opens a pool to the same server, by the same settings, as d.
func openPool(ctx context.Context, d *db.DB, size int32) (*pgxpool.Pool, error) {
	conn, err := d.SQL().Conn(ctx)
	if err != nil {
		return nil, fmt.Errorf("connect: %w", err)
	}
	var address string
	err = conn.Raw(func(raw any) error {
		c, ok := raw.(*stdlib.Conn)
		if !ok {
			return fmt.Errorf("the connection is a %T", raw)
		}
		address = c.Conn().Config().ConnString()
		return nil
	})
	if err := errors.Join(err, conn.Close()); err != nil {
		return nil, err
	}
	config, err := pgxpool.ParseConfig(address)
	if err != nil {
		return nil, fmt.Errorf("connect: %w", err)
	}
	config.MaxConns, config.MinConns, config.MinIdleConns = size, 0, 0
	return pgxpool.NewWithConfig(ctx, config)
}
