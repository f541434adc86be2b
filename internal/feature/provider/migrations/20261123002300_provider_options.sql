-- +goose Up
ALTER TABLE providers ADD COLUMN options TEXT NOT NULL DEFAULT '{}'; -- what an admin said beside address and key, as JSON
