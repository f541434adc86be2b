-- +goose Up
CREATE INDEX ledger_open ON ledger (started_at) WHERE settled_at = 0;
