-- +goose Up
CREATE TABLE model_choices (
    user_id    TEXT PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    choices    TEXT NOT NULL, -- JSON: pinned, hidden, order
    updated_at BIGINT NOT NULL
);
CREATE TABLE model_arrangement (
    id          TEXT PRIMARY KEY, -- "everyone": there is one row
    arrangement TEXT NOT NULL,    -- JSON: hidden, order
    updated_at  BIGINT NOT NULL
);
