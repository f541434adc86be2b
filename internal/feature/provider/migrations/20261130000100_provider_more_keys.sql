-- +goose Up
ALTER TABLE providers ADD COLUMN more_keys TEXT NOT NULL DEFAULT '[]'; -- a JSON list of sealed keys that take turns with sealed_key
ALTER TABLE providers ADD COLUMN revision BIGINT NOT NULL DEFAULT 1;   -- counts the changes
