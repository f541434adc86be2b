-- +goose Up
ALTER TABLE ledger ADD COLUMN own BOOLEAN NOT NULL DEFAULT FALSE; -- the user's own account at the provider pays
