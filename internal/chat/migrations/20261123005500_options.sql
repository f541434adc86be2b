-- +goose Up
ALTER TABLE chats ADD COLUMN options TEXT NOT NULL DEFAULT '';
