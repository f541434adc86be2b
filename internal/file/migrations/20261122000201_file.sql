-- +goose Up
CREATE TABLE files (
    id          TEXT PRIMARY KEY,
    user_id     TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    name        TEXT NOT NULL,
    mime        TEXT NOT NULL,
    -- 0 while the bytes are on their way
    size        BIGINT NOT NULL DEFAULT 0,
    sha256      TEXT NOT NULL DEFAULT '',
    width       BIGINT NOT NULL DEFAULT 0,
    height      BIGINT NOT NULL DEFAULT 0,
    created_at  BIGINT NOT NULL,
    -- 0 until a message uses it, -1 once it is being removed
    attached_at BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX files_user ON files (user_id, created_at);
CREATE INDEX files_loose ON files (created_at) WHERE attached_at <= 0;
