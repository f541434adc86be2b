-- +goose Up
CREATE TABLE provider_keys (
    user_id    TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    provider   TEXT NOT NULL,   -- in lower case
    base_url   TEXT NOT NULL,   -- empty where only the key is the user's
    sealed_key TEXT NOT NULL,   -- empty for none
    expires_at BIGINT NOT NULL, -- 0 for never
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (user_id, provider)
);
