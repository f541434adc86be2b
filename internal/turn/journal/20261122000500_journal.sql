-- +goose Up
CREATE TABLE journal (
    turn_id    TEXT   NOT NULL,
    first_seq  BIGINT NOT NULL,
    last_seq   BIGINT NOT NULL,
    node       TEXT   NOT NULL,
    frames     BYTES  NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (turn_id, first_seq)
);
CREATE INDEX journal_by_age ON journal (created_at);
