-- +goose Up
CREATE TABLE chats (
    id           TEXT    NOT NULL PRIMARY KEY,
    user_id      TEXT    NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    title        TEXT    NOT NULL,
    title_folded TEXT    NOT NULL,
    title_source TEXT    NOT NULL,
    model        TEXT    NOT NULL,
    leaf_id      TEXT    NOT NULL,
    created_at   BIGINT  NOT NULL,
    updated_at   BIGINT  NOT NULL,
    deleted_at   BIGINT  NOT NULL DEFAULT 0
);
CREATE INDEX chats_by_activity ON chats (user_id, updated_at DESC, id DESC) WHERE deleted_at = 0;

CREATE TABLE messages (
    n           SERIAL KEY,
    id          TEXT    NOT NULL UNIQUE,
    chat_id     TEXT    NOT NULL REFERENCES chats (id) ON DELETE CASCADE,
    user_id     TEXT    NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    parent_id   TEXT    NOT NULL,
    role        TEXT    NOT NULL,
    status      TEXT    NOT NULL,
    parts       TEXT    NOT NULL,
    model       TEXT    NOT NULL DEFAULT '',
    turn_id     TEXT    NOT NULL DEFAULT '',
    seq         BIGINT  NOT NULL DEFAULT 0,
    edits       TEXT    NOT NULL DEFAULT '',
    continues   TEXT    NOT NULL DEFAULT '',
    usage       TEXT    NOT NULL DEFAULT '',
    cut_by      TEXT    NOT NULL DEFAULT '',
    created_at  BIGINT  NOT NULL,
    finished_at BIGINT  NOT NULL DEFAULT 0,
    deleted_at  BIGINT  NOT NULL DEFAULT 0
);
CREATE INDEX messages_by_chat ON messages (chat_id, n);
CREATE INDEX messages_live ON messages (chat_id) WHERE status IN ('running', 'waiting');
