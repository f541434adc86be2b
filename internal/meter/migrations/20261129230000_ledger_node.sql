-- +goose Up
ALTER TABLE ledger ADD COLUMN node TEXT NOT NULL DEFAULT ''; -- the process that makes the call
