-- +goose Up
CREATE TABLE providers (
    name       TEXT PRIMARY KEY, -- in lower case
    label      TEXT NOT NULL,    -- as it was written
    kind       TEXT NOT NULL,
    base_url   TEXT NOT NULL,
    sealed_key TEXT NOT NULL,    -- empty for none
    models     TEXT NOT NULL,    -- a JSON list of names; empty means that the server's list counts
    created_at BIGINT NOT NULL
);
