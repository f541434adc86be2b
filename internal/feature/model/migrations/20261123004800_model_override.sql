-- +goose Up
CREATE TABLE model_overrides (
    model      TEXT PRIMARY KEY, -- provider/model
    override   TEXT NOT NULL,    -- JSON: what an administrator knows better
    updated_at BIGINT NOT NULL
);
