-- +goose Up
ALTER TABLE model_specs ADD COLUMN revision BIGINT NOT NULL DEFAULT 1; -- counts the changes
