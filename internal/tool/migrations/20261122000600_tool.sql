-- +goose Up
CREATE TABLE tool_approvals (
    user_id    TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    tool       TEXT NOT NULL,
    approval   TEXT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (user_id, tool)
);
