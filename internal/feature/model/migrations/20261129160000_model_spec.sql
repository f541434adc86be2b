-- +goose Up
CREATE TABLE model_specs (
    name       TEXT PRIMARY KEY,
    spec       TEXT NOT NULL, -- JSON: a model as an administrator wants it to be chosen
    created_at BIGINT NOT NULL
);
