-- +goose Up
ALTER TABLE chats ADD COLUMN outcome TEXT NOT NULL DEFAULT '';
ALTER TABLE chats ADD COLUMN answered_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE chats ADD COLUMN seen_at BIGINT NOT NULL DEFAULT 0;
UPDATE chats SET outcome = COALESCE((SELECT m.status FROM messages m
    WHERE m.chat_id = chats.id AND m.role = 'assistant' AND m.deleted_at = 0 AND m.status NOT IN ('running', 'waiting')
    ORDER BY m.n DESC LIMIT 1), '');
