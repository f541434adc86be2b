-- +goose Up
CREATE TABLE ledger (
    n           SERIAL KEY,
    user_id     TEXT    NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    chat_id     TEXT    NOT NULL,
    turn_id     TEXT    NOT NULL,
    step        INTEGER NOT NULL,
    model       TEXT    NOT NULL,
    input       BIGINT  NOT NULL,
    output      BIGINT  NOT NULL DEFAULT 0,
    cache_read  BIGINT  NOT NULL DEFAULT 0,
    cache_write BIGINT  NOT NULL DEFAULT 0,
    reasoning   BIGINT  NOT NULL DEFAULT 0,
    cost_nanos  BIGINT  NOT NULL DEFAULT 0,
    priced      BOOLEAN NOT NULL DEFAULT FALSE,
    estimated   BOOLEAN NOT NULL DEFAULT TRUE,
    started_at  BIGINT  NOT NULL,
    settled_at  BIGINT  NOT NULL DEFAULT 0,
    UNIQUE (turn_id, step)
);
CREATE INDEX ledger_by_user ON ledger (user_id, started_at);
