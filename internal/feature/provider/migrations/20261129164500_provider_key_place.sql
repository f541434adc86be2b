-- +goose Up
-- The server that a key was given for, as host:port; empty for keys from before, and where there is no address.
ALTER TABLE provider_keys ADD COLUMN place TEXT NOT NULL DEFAULT '';
