-- +goose Up
CREATE TABLE turns (
    id         TEXT    NOT NULL PRIMARY KEY,
    chat_id    TEXT    NOT NULL REFERENCES chats (id) ON DELETE CASCADE,
    user_id    TEXT    NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    reply_id   TEXT    NOT NULL,
    model      TEXT    NOT NULL,
    status     TEXT    NOT NULL,
    node       TEXT    NOT NULL,
    step       INTEGER NOT NULL DEFAULT 0,
    options    TEXT    NOT NULL,
    last_seq   BIGINT  NOT NULL DEFAULT 0,
    started_at BIGINT  NOT NULL,
    ended_at   BIGINT  NOT NULL DEFAULT 0
);
CREATE INDEX turns_live ON turns (node) WHERE status = 'running';
CREATE INDEX turns_by_chat ON turns (chat_id);

CREATE TABLE nodes (
    id         TEXT   NOT NULL PRIMARY KEY,
    expires_at BIGINT NOT NULL
);

CREATE TABLE idempotency_keys (
    user_id     TEXT   NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    route       TEXT   NOT NULL,
    key         TEXT   NOT NULL,
    fingerprint TEXT   NOT NULL,
    answer      TEXT   NOT NULL,
    created_at  BIGINT NOT NULL,
    PRIMARY KEY (user_id, route, key)
);
CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created_at);
