-- +goose Up
CREATE TABLE presets (
    id           TEXT PRIMARY KEY,
    user_id      TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    name         TEXT NOT NULL,
    description  TEXT NOT NULL,
    icon         TEXT NOT NULL,
    folder       TEXT NOT NULL,
    model        TEXT NOT NULL,
    instructions TEXT NOT NULL,
    params       TEXT NOT NULL,   -- JSON
    position     BIGINT NOT NULL, -- among its owner's
    revision     BIGINT NOT NULL DEFAULT 1,
    created_at   BIGINT NOT NULL,
    updated_at   BIGINT NOT NULL,
    deleted_at   BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX presets_user ON presets (user_id, position);

-- What new chats of a user begin with.
CREATE TABLE preset_defaults (
    user_id   TEXT PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    preset_id TEXT NOT NULL REFERENCES presets (id) ON DELETE CASCADE
);
CREATE INDEX preset_defaults_preset ON preset_defaults (preset_id);

-- What a chat was set up with, as it was then: it outlives the preset.
CREATE TABLE chat_presets (
    chat_id      TEXT PRIMARY KEY REFERENCES chats (id) ON DELETE CASCADE,
    user_id      TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    preset_id    TEXT NOT NULL,
    revision     BIGINT NOT NULL,
    name         TEXT NOT NULL,
    icon         TEXT NOT NULL,
    model        TEXT NOT NULL,
    instructions TEXT NOT NULL,
    params       TEXT NOT NULL,
    created_at   BIGINT NOT NULL
);
CREATE INDEX chat_presets_user ON chat_presets (user_id);
