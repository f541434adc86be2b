-- +goose Up
CREATE TABLE audit_entries (
    id         TEXT PRIMARY KEY,
    at         BIGINT NOT NULL,
    action     TEXT NOT NULL,
    actor      TEXT NOT NULL,
    target     TEXT NOT NULL,
    address    TEXT NOT NULL,
    request_id TEXT NOT NULL,
    detail     TEXT NOT NULL
);
CREATE INDEX audit_entries_at ON audit_entries (at);
